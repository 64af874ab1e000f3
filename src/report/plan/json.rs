//! The plan in the machine format.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::cluster::Event;
use crate::network::Slice;
use crate::object::{Sym, sym};
use crate::plan::{
    Change, ClusterSource, Explained, NextRun, NodesNeeded, Nowhere, Plan, PlannedBudget, PlannedNode,
    PlannedPod, PlannedService, PlannedWorkload,
};
use crate::scheduler::{Lack, NodeLack};
use crate::simulate::{Room, Stop};

/// Builds an object key by key; what is absent is not there.
struct Object(Map<String, Value>);

impl Object {
    fn new() -> Self {
        Self(Map::new())
    }

    fn put(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.into(), value.into());
        self
    }

    fn text(self, key: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.put(key, value) }
    }

    fn some(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }

    fn list(self, key: &str, values: Vec<Value>) -> Self {
        if values.is_empty() { self } else { self.put(key, values) }
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

/// The plan; `problems` are indexes into the report's findings.
pub fn value(plan: &Plan, problems: &[usize]) -> Value {
    let source = match &plan.source {
        ClusterSource::Default => "default",
        ClusterSource::Nodes | ClusterSource::Needed => "nodes",
        ClusterSource::Tree => "tree",
        ClusterSource::Path(path) => path,
    };
    Object::new()
        .put("cluster", json!({ "source": source, "nodes": plan.nodes.len(), "objects": plan.objects }))
        .put("settled", plan.cut_short.is_empty())
        .some("why", plan.unsettled())
        .put("changes", plan.changes.iter().map(change).collect::<Vec<_>>())
        .put("pods", plan.pods.iter().map(|p| with_explanation(p, plan)).collect::<Vec<_>>())
        .put("services", plan.services.iter().map(service).collect::<Vec<_>>())
        .put("events", plan.events.iter().map(event).collect::<Vec<_>>())
        .put("workloads", plan.workloads.iter().map(workload).collect::<Vec<_>>())
        .list("budgets", plan.budgets.iter().map(budget).collect())
        .put("nodes", plan.nodes.iter().map(node).collect::<Vec<_>>())
        .list("howMany", plan.rooms.iter().map(room).collect())
        .some("nodesNeeded", plan.nodes_needed.as_ref().map(nodes_needed))
        .list("nextRuns", plan.next_runs.iter().map(|run| next_run(run, plan)).collect())
        .put(
            "apply",
            plan.apply
                .iter()
                .map(|note| json!({ "level": if note.error { "error" } else { "warning" }, "text": note.text }))
                .collect::<Vec<_>>(),
        )
        .put("problems", problems.to_vec())
        .put(
            "notModelled",
            plan.not_modelled.iter().map(|n| json!({ "what": n.what, "objects": n.objects })).collect::<Vec<_>>(),
        )
        .done()
}

fn change(change: &Change) -> Value {
    let fields = change.fields.iter().map(|field| {
        Object::new()
            .put("path", field.path.clone())
            .some("before", field.before.clone())
            .some("after", field.after.clone())
            .done()
    });
    Object::new()
        .put("action", change.action.name())
        .put("apiVersion", change.gvk.api_version())
        .put("kind", &*change.gvk.kind)
        .text("namespace", &change.namespace)
        .put("name", &*change.name)
        .put("document", change.document)
        .list("fields", fields.collect())
        .some(
            "refusal",
            change
                .refusal
                .as_ref()
                .map(|(code, reason, message)| json!({ "code": code, "reason": reason, "message": message })),
        )
        .done()
}

fn pod(pod: &PlannedPod) -> Value {
    let owners = pod.owners.iter().map(|(kind, name)| json!({ "kind": &**kind, "name": &**name }));
    Object::new()
        .put("namespace", &*pod.namespace)
        .put("name", &*pod.name)
        .list("owners", owners.collect())
        .some("document", pod.document)
        .put("node", pod.node.map(|node| node.to_string()))
        .some("nominatedNode", pod.nominated.map(|node| node.to_string()))
        .put("state", pod.state.name())
        .some("reason", pod.reason.clone())
        .some("message", pod.message.clone())
        .list("ties", pod.ties.iter().map(|node| Value::from(&**node)).collect())
        .done()
}

/// A Pod; with what the scheduler saw of it if somebody asked.
fn with_explanation(planned: &PlannedPod, plan: &Plan) -> Value {
    let mut value = pod(planned);
    let is_it = |e: &&Explained| e.pod.namespace == planned.namespace && e.pod.name == planned.name;
    let found = plan.explained.iter().find(is_it);
    if let (Some(explained), Value::Object(pod)) = (found, &mut value) {
        explain(explained, pod);
    }
    value
}

fn explain(explained: &Explained, pod: &mut Map<String, Value>) {
    if let Some(attempt) = &explained.attempt {
        let rejected = attempt.rejected.iter().flat_map(|group| {
            let reasons: Vec<String> = group.reasons.iter().map(ToString::to_string).collect();
            group
                .nodes
                .iter()
                .map(move |node| json!({ "node": &**node, "plugin": group.plugin, "reasons": &reasons }))
        });
        pod.insert("rejected".into(), rejected.collect());
        if let Some(scores) = &attempt.scores {
            let row = |(node, of_plugins, total): &(Sym, Vec<i64>, i64)| {
                let plugins: Map<String, Value> = scores
                    .plugins
                    .iter()
                    .zip(of_plugins)
                    .map(|(plugin, score)| ((*plugin).to_owned(), (*score).into()))
                    .collect();
                json!({ "node": &**node, "total": total, "plugins": plugins })
            };
            pod.insert("scores".into(), scores.nodes.iter().map(row).collect());
        }
    }
    if let Some(lacks) = &explained.lacks {
        let of_node = |node: &NodeLack| json!({ "node": &*node.node, "lacks": node.lacks.iter().map(lack).collect::<Vec<_>>() });
        let refused = lacks.nodes.iter().filter(|node| !node.lacks.is_empty());
        pod.insert("lacks".into(), refused.map(of_node).collect());
        if let Some(nearest) = lacks.nearest.as_ref().filter(|_| explained.pod.node.is_none()) {
            pod.insert("nearestNode".into(), (&*nearest.node).into());
            pod.insert("mends".into(), lacks.mends.iter().map(ToString::to_string).collect());
        }
    }
}

fn lack((plugin, lack): &(&'static str, Lack)) -> Value {
    let object = Object::new().put("plugin", *plugin).put("because", lack.to_string());
    let Lack::Resource(short) = lack else { return object.done() };
    let missing = short.asks.saturating_sub(short.free());
    object
        .put("resource", &*short.resource)
        .put("allocatable", quantity(short.resource, short.allocatable))
        .put("requested", quantity(short.resource, short.used))
        .put("asks", quantity(short.resource, short.asks))
        .put("missing", quantity(short.resource, missing))
        .done()
}

fn room(room: &Room) -> Value {
    let (kind, namespace, name) = room.workload;
    let object = Object::new()
        .put("kind", &*kind)
        .put("namespace", &*namespace)
        .put("name", &*name)
        .put("replicas", room.replicas)
        .put("placed", room.placed)
        .put("more", room.more);
    let stop = match &room.stop {
        Stop::Bound => return object.done(),
        Stop::Pending(message, explanation) => Object::new()
            .put("reason", "Unschedulable")
            .text("message", message)
            .list("nearest", explanation.facts.iter().map(|fact| fact.clone().into()).collect())
            .list("mends", explanation.mends.iter().map(|mend| mend.clone().into()).collect()),
        Stop::NotCreated(message) => Object::new().put("reason", "FailedCreate").text("message", message),
        Stop::Preempts(victims) => Object::new().put("reason", "Preempts").put(
            "victims",
            victims.iter().map(|(namespace, name)| format!("{namespace}/{name}")).collect::<Vec<_>>(),
        ),
    };
    object.put("stops", stop.done()).done()
}

fn nodes_needed(needed: &NodesNeeded) -> Value {
    let pods = |nowhere: &Nowhere| {
        let (kind, namespace, name) = nowhere.author;
        Object::new()
            .put("kind", &*kind)
            .put("namespace", &*namespace)
            .put("name", &*name)
            .put("pods", nowhere.pods)
            .text("message", &nowhere.message)
            .done()
    };
    Object::new()
        .put("shape", needed.shape.clone())
        .put("nodes", needed.nodes)
        .list("oneLess", needed.one_less.iter().map(pods).collect())
        .list("nowhere", needed.nowhere.iter().map(pods).collect())
        .put("exhaustive", needed.exhaustive)
        .done()
}

fn service(service: &PlannedService) -> Value {
    let ports = service.ports.iter().map(|port| {
        Object::new()
            .text("name", &port.name)
            .put("protocol", &*port.protocol)
            .put("port", port.port)
            .put("targetPort", target(port.target))
            .some("nodePort", port.node_port)
            .done()
    });
    Object::new()
        .put("namespace", &*service.namespace)
        .put("name", &*service.name)
        .put("type", service.kind.name())
        .put("clusterIP", service.cluster_ip.clone())
        .some("document", service.document)
        .put("ports", ports.collect::<Vec<_>>())
        .put("slices", service.slices.iter().map(slice).collect::<Vec<_>>())
        .some("readyBefore", service.ready_before)
        .put("dns", service.dns.clone())
        .some(
            "nearest",
            service.nearest.as_ref().map(|near| {
                Object::new()
                    .put("selector", format!("{}={}", near.asked.0, near.asked.1))
                    .some("label", near.has.map(|(key, value)| format!("{key}={value}")))
                    .put("of", format!("{}/{}", near.of.0, near.of.1))
                    .done()
            }),
        )
        .done()
}

fn target(target: crate::cluster::model::TargetPort) -> Value {
    match target {
        crate::cluster::model::TargetPort::Number(number) => number.into(),
        crate::cluster::model::TargetPort::Name(name) => (&*name).into(),
    }
}

fn slice(slice: &Slice) -> Value {
    let ports = slice.ports.iter().map(|port| {
        Object::new().text("name", &port.name).put("protocol", &*port.protocol).put("port", port.port).done()
    });
    let endpoints = slice.endpoints.iter().map(|endpoint| {
        Object::new()
            .put("pod", format!("{}/{}", endpoint.namespace, endpoint.pod))
            .some("node", endpoint.node.map(|node| node.to_string()))
            .put("ready", endpoint.ready)
            .put("serving", endpoint.serving)
            .put("terminating", endpoint.terminating)
            .done()
    });
    Object::new()
        .put("addressType", "IPv4")
        .put("ports", ports.collect::<Vec<_>>())
        .put("endpoints", endpoints.collect::<Vec<_>>())
        .done()
}

fn event(event: &Event) -> Value {
    Object::new()
        .put("type", if event.warning { "Warning" } else { "Normal" })
        .put("reason", event.reason)
        .put("message", event.message.clone())
        .put(
            "object",
            Object::new()
                .put("kind", &*event.kind)
                .text("namespace", &event.namespace)
                .put("name", &*event.name)
                .done(),
        )
        .put("count", event.count)
        .done()
}

fn workload(workload: &PlannedWorkload) -> Value {
    let status = &workload.status;
    let conditions = status.conditions.iter().map(|condition| {
        Object::new()
            .put("type", condition.kind)
            .put("status", condition.status)
            .text("reason", &condition.reason)
            .text("message", &condition.message)
            .done()
    });
    Object::new()
        .put("kind", workload.kind)
        .put("namespace", &*workload.namespace)
        .put("name", &*workload.name)
        .some("document", workload.document)
        .put("replicas", status.replicas)
        .put("updated", status.updated)
        .put("ready", status.ready)
        .put("available", status.available)
        .put("conditions", conditions.collect::<Vec<_>>())
        .done()
}

fn budget(planned: &PlannedBudget) -> Value {
    json!({
        "namespace": &*planned.namespace,
        "name": &*planned.name,
        "allowed": planned.budget.allowed,
        "currentHealthy": planned.budget.current,
        "desiredHealthy": planned.budget.desired,
        "expectedPods": planned.budget.expected,
    })
}

fn next_run(run: &NextRun, plan: &Plan) -> Value {
    Object::new()
        .put("namespace", &*run.namespace)
        .put("name", &*run.name)
        .put("schedule", &*run.schedule)
        .some("document", run.document)
        .put("pods", run.pods.iter().map(|p| with_explanation(p, plan)).collect::<Vec<_>>())
        .done()
}

/// CPU as cores where whole, else in millicores; the rest in base units: quantities as the API writes them.
fn quantity(name: Sym, amount: i64) -> String {
    match name {
        name if name != sym("cpu") => amount.to_string(),
        _ if amount % 1000 == 0 => (amount / 1000).to_string(),
        _ => format!("{amount}m"),
    }
}

fn amounts(amounts: &BTreeMap<Sym, i64>) -> Value {
    Value::Object(
        amounts.iter().map(|(name, amount)| (name.to_string(), quantity(*name, *amount).into())).collect(),
    )
}

fn node(node: &PlannedNode) -> Value {
    Object::new()
        .put("name", &*node.name)
        .put("pods", node.pods)
        .put("allocatable", amounts(&node.allocatable))
        .put("requested", amounts(&node.requested))
        .done()
}
