//! `scheduler/*.jsonl`: every attempt of every case, asked of `scheduler`.

mod case;

use std::collections::BTreeMap;

use kcheck::cluster::model::{AllocatedDevice, NodeSelectorTerm, ResourceClaim};
use kcheck::object::{Operator, Requirement, Sym, sym};
use kcheck::scheduler::{Attempt, Detail};
use serde_json::Value as Json;

use crate::tally::{Recording, Tally, Truth};

pub(crate) const RECORDINGS: &[Recording] = &[
    Recording { file: "scheduler/config.jsonl", run },
    Recording { file: "scheduler/dra.jsonl", run },
    Recording { file: "scheduler/interpod.jsonl", run },
    Recording { file: "scheduler/large.jsonl", run },
    Recording { file: "scheduler/mixed.jsonl", run },
    Recording { file: "scheduler/ports.jsonl", run },
    Recording { file: "scheduler/preemption.jsonl", run },
    Recording { file: "scheduler/resources.jsonl", run },
    Recording { file: "scheduler/spread.jsonl", run },
    Recording { file: "scheduler/taints-affinity.jsonl", run },
    Recording { file: "scheduler/volumes.jsonl", run },
];

fn run(_: &Truth, cases: &[Json], tally: &mut Tally) {
    for case in cases {
        let id = case["id"].as_str().unwrap_or_default();
        let mut scheduler = case::load(case, Detail::Full);
        let ours = scheduler.run();
        // What the scheduler keeps from one Pod to the next must change nothing.
        for (full, quick) in ours.iter().zip(case::load(case, Detail::Outcome).run()) {
            let told = |attempt: &Attempt| {
                format!("{:?} {:?} {} {:?}", attempt.pod, attempt.node, attempt.message, attempt.victims)
            };
            let same = told(full) == told(&quick) && (full.ties == quick.ties || quick.ties.len() == 100);
            tally.ask("quick", id, same, || format!("in full {}, else {}", told(full), told(&quick)));
        }
        let theirs = case["attempts"].as_array().map_or(&[][..], Vec::as_slice);
        compare(id, &ours, theirs, tally);
        let last = |path: &str| {
            let (namespace, name) = path.split_once('/').unwrap_or_default();
            let pod = scheduler.pod(sym(namespace), sym(name));
            pod.map_or_else(String::new, |pod| pod.node.map_or_else(String::new, |n| n.to_string()))
        };
        for (path, node) in case["final"].as_object().into_iter().flatten() {
            let node = node.as_str().unwrap_or_default();
            let ours = last(path);
            // A victim was on the node and is gone.
            let same = ours == node || (node.ends_with("-deleted") && ours.is_empty());
            tally.ask("final", id, same, || format!("{path}: ours {ours}, theirs {node}"));
        }
        if case.get("gated").is_some() {
            let tried: Vec<(Sym, Sym)> = ours.iter().map(|attempt| attempt.pod).collect();
            for path in case["gated"].as_array().into_iter().flatten() {
                let (namespace, name) =
                    path.as_str().and_then(|path| path.split_once('/')).unwrap_or_default();
                let (namespace, name) = (sym(namespace), sym(name));
                let held = scheduler.pod(namespace, name).is_some_and(|pod| !pod.spec.gates.is_empty());
                let waits = held && !tried.contains(&(namespace, name));
                tally.ask("gated", id, waits, || format!("{path} is not held by its gates"));
            }
        }
        for (path, theirs) in case["claims"].as_object().into_iter().flatten() {
            let (namespace, name) = path.split_once('/').unwrap_or_default();
            let claim = scheduler.objects().devices().claim(sym(namespace), sym(name));
            let ours = claim.map_or(Json::Null, |(_, claim)| allocated(claim));
            let theirs = without_tolerations(theirs);
            tally.ask("claims", id, ours == theirs, || format!("{path}: ours {ours}, theirs {theirs}"));
        }
        for (path, volume) in case["pvcs"].as_object().into_iter().flatten() {
            let (namespace, name) = path.split_once('/').unwrap_or_default();
            let claim = scheduler.objects().volumes().claim(sym(namespace), sym(name));
            let ours = claim.map_or_else(String::new, |(_, claim)| claim.volume.to_string());
            let same = volume.as_str() == Some(&ours);
            tally.ask("claims", id, same, || format!("{path}: ours {ours}, theirs {volume}"));
        }
    }
}

/// A claim as the recordings tell of it.
fn allocated(claim: &ResourceClaim) -> Json {
    let Some(allocation) = &claim.allocation else { return Json::Null };
    let result = |device: &AllocatedDevice| {
        let mut result = serde_json::json!({
            "request": device.request.as_str(),
            "driver": device.driver.as_str(),
            "pool": device.pool.as_str(),
            "device": device.device.as_str(),
        });
        if device.shared {
            result["shareID"] = "*".into();
            for (name, amount) in &device.consumed {
                result["consumedCapacity"][name.as_str()] = amount.to_string().into();
            }
        }
        result
    };
    let requirement = |requirement: &Requirement| {
        let (operator, values) = match &requirement.operator {
            Operator::In(values) => ("In", values),
            Operator::NotIn(values) => ("NotIn", values),
            other => panic!("no recording has {other:?}"),
        };
        let values: Vec<&str> = values.iter().map(|value| value.as_str()).collect();
        serde_json::json!({"key": requirement.key.as_str(), "operator": operator, "values": values})
    };
    let mut reserved: Vec<&str> = claim.reserved_for.iter().map(|pod| pod.as_str()).collect();
    reserved.sort_unstable();
    let mut json = serde_json::json!({
        "results": allocation.devices.iter().map(result).collect::<Vec<_>>(),
        "reservedFor": if reserved.is_empty() { Json::Null } else { reserved.into() },
    });
    if let Some(terms) = &allocation.nodes {
        let term = |term: &NodeSelectorTerm| {
            let mut json = serde_json::json!({});
            for (name, list) in [("matchFields", &term.fields), ("matchExpressions", &term.expressions)] {
                if !list.is_empty() {
                    json[name] = list.iter().map(requirement).collect();
                }
            }
            json
        };
        json["nodeSelector"] =
            serde_json::json!({"nodeSelectorTerms": terms.iter().map(term).collect::<Vec<_>>()});
    }
    json
}

/// Tolerations are copied from the request.
fn without_tolerations(claim: &Json) -> Json {
    let mut claim = claim.clone();
    if !claim.is_object() {
        return claim;
    }
    for result in claim["results"].as_array_mut().into_iter().flatten() {
        if let Some(result) = result.as_object_mut() {
            result.remove("tolerations");
        }
    }
    if let Some(reserved) = claim["reservedFor"].as_array_mut() {
        reserved.sort_by_key(ToString::to_string);
    }
    claim
}

fn path(pod: (Sym, Sym)) -> String {
    format!("{}/{}", pod.0, pod.1)
}

fn compare(id: &str, ours: &[Attempt], theirs: &[Json], tally: &mut Tally) {
    let order = |attempt: &Attempt| {
        let again = if attempt.number > 1 { format!(" #{}", attempt.number) } else { String::new() };
        path(attempt.pod) + &again
    };
    let ours_order: Vec<String> = ours.iter().map(order).collect();
    let theirs_order: Vec<String> = theirs
        .iter()
        .map(|attempt| {
            let again = attempt["n"].as_u64().map_or_else(String::new, |n| format!(" #{n}"));
            text(&attempt["pod"]) + &again
        })
        .collect();
    tally.ask("order", id, ours_order == theirs_order, || {
        format!("ours {ours_order:?}, theirs {theirs_order:?}")
    });
    // The sequence has diverged from here on if the order has: what follows compares different things, and fails.
    for (at, theirs) in theirs.iter().enumerate() {
        let name = format!("{id} {}", theirs_order[at]);
        let ours = ours.get(at).filter(|ours| order(ours) == theirs_order[at]);
        compare_attempt(&name, ours, theirs, tally);
    }
}

fn compare_attempt(id: &str, ours: Option<&Attempt>, theirs: &Json, tally: &mut Tally) {
    let Some(ours) = ours else {
        tally.ask("decisions", id, false, || "no such attempt".into());
        return;
    };
    let mut ask = |aspect, ours: Json, theirs: Json| {
        tally.ask(aspect, id, ours == theirs, || format!("ours {ours}, theirs {theirs}"));
    };
    let names = |nodes: &[Sym]| {
        let mut names: Vec<String> = nodes.iter().map(ToString::to_string).collect();
        names.sort();
        Json::from(names)
    };
    ask("decisions", ours.node.map_or(Json::Null, |n| n.as_str().into()), theirs["node"].clone());
    ask("messages", ours.message.as_str().into(), theirs["message"].as_str().unwrap_or_default().into());
    ask("reasons", ours.reason.into(), theirs["reason"].as_str().unwrap_or_default().into());
    if !theirs["ties"].is_null() {
        ask("ties", names(&ours.ties), theirs["ties"].clone());
    }
    // `large` holds the outcome only.
    let whole = ["rejected", "feasible", "scores", "preFilter"].iter().any(|key| !theirs[key].is_null());
    if whole {
        ask("rejected", rejected(ours), rejected_of(&theirs["rejected"]));
        // Where nodes were scored, those that were kept are known. Else the recorder noted every node that passed, and so also
        // the one at which a search for enough of them stopped.
        let (passed, feasible): (Vec<Sym>, Vec<&str>) = match theirs["scores"]["nodes"].as_object() {
            Some(nodes) => (ours.feasible.clone(), nodes.keys().map(String::as_str).collect()),
            None => (
                ours.feasible.iter().copied().chain(ours.stopped_at).collect(),
                theirs["feasible"].as_array().into_iter().flatten().filter_map(Json::as_str).collect(),
            ),
        };
        let mut feasible: Vec<String> = feasible.into_iter().map(str::to_owned).collect();
        feasible.sort();
        ask("feasible", names(&passed), feasible.into());
        let pre_filter = ours.pre_filter.as_ref().map_or(Json::Null, |(plugin, code, reasons)| {
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            serde_json::json!({"plugin": plugin, "code": code.as_str(), "reasons": reasons})
        });
        ask("rejected", pre_filter, theirs["preFilter"].clone());
        if !theirs["preFilterNodes"].is_null() {
            let narrowed = ours.narrowed.as_deref().map_or(Json::Null, names);
            ask("rejected", narrowed, theirs["preFilterNodes"].clone());
        }
        if !theirs["scores"].is_null() || ours.scores.is_some() {
            ask("scores", scores(ours), theirs["scores"].clone());
        }
    }
    if !theirs["nominate"].is_null() || ours.nominate.is_some() {
        ask(
            "nominations",
            ours.nominate.map_or(Json::Null, |n| n.as_str().into()),
            theirs["nominate"].clone(),
        );
        let victims: Vec<String> = ours.victims.iter().map(|pod| path(*pod)).collect();
        ask("victims", victims.into(), theirs["victims"].clone());
        let candidates: serde_json::Map<String, Json> = ours
            .candidates
            .iter()
            .map(|candidate| {
                let victims: Vec<String> = candidate.victims.iter().map(|pod| path(*pod)).collect();
                let violations = candidate.budget_violations;
                let value = serde_json::json!({"victims": victims, "pdbViolations": violations});
                (candidate.node.to_string(), value)
            })
            .collect();
        ask("candidates", candidates.into(), theirs["candidates"].clone());
        let ties = if ours.preemption_ties.is_empty() { Json::Null } else { names(&ours.preemption_ties) };
        ask("candidates", ties, theirs["preemptionTies"].clone());
    }
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// node → plugin, code, sorted reasons
fn rejected(attempt: &Attempt) -> Json {
    let mut nodes = BTreeMap::new();
    for group in &attempt.rejected {
        let mut reasons: Vec<String> = group.reasons.iter().map(ToString::to_string).collect();
        reasons.sort();
        for node in &group.nodes {
            nodes.insert(node.to_string(), (group.plugin, group.code.as_str(), reasons.clone()));
        }
    }
    serde_json::to_value(nodes).unwrap_or_default()
}

fn rejected_of(groups: &Json) -> Json {
    let mut nodes = BTreeMap::new();
    for group in groups.as_array().into_iter().flatten() {
        let mut reasons: Vec<String> = group["reasons"].as_array().into_iter().flatten().map(text).collect();
        reasons.sort();
        for node in group["nodes"].as_array().into_iter().flatten() {
            nodes.insert(text(node), (text(&group["plugin"]), text(&group["code"]), reasons.clone()));
        }
    }
    serde_json::to_value(nodes).unwrap_or_default()
}

fn scores(attempt: &Attempt) -> Json {
    let Some(scores) = &attempt.scores else { return Json::Null };
    let row = |(node, scores, total): &(Sym, Vec<i64>, i64)| {
        let mut row = scores.clone();
        row.push(*total);
        (node.to_string(), row)
    };
    let nodes: BTreeMap<String, Vec<i64>> = scores.nodes.iter().map(row).collect();
    serde_json::json!({"plugins": scores.plugins, "nodes": nodes})
}
