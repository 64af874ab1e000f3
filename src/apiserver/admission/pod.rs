//! What admission adds to a Pod.

use super::Lookup;
use crate::object::{Draft, Owned, Value};

/// Mirrors the ServiceAccount plugin's naming: an empty name is `default`, and the old field repeats it. The token
/// volume is not added: its name is random, and nothing that kcheck shows depends on it.
pub(super) fn service_account(pod: &mut Draft<'_, '_>) {
    pod.with(&["spec"], |spec| {
        spec.default_str("serviceAccountName", "default");
        let name = spec.read().str("serviceAccountName").to_owned();
        spec.set("serviceAccount", name);
    });
}

/// Values of the classes that every cluster has.
const SYSTEM_CLASSES: [(&str, i64); 2] =
    [("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)];

/// Mirrors the Priority plugin: the number behind the class, or behind the cluster's default class. A class that
/// nobody knows leaves the Pod as it is.
pub(super) fn priority(pod: &mut Draft<'_, '_>, cluster: &dyn Lookup) {
    pod.with(&["spec"], |spec| {
        let name = spec.read().str("priorityClassName").to_owned();
        let (class_name, value, policy) = if name.is_empty() {
            match global_default(cluster) {
                Some(class) => {
                    (class.at(&["metadata", "name"]).and_then(Value::as_str), class.int("value"), class)
                }
                None => {
                    spec.default("priority", 0);
                    spec.default("preemptionPolicy", "PreemptLowerPriority");
                    return;
                }
            }
        } else {
            match cluster.find("scheduling.k8s.io", "PriorityClass", "", &name) {
                Some(class) => (None, class.int("value"), class),
                None => {
                    if let Some((_, value)) = SYSTEM_CLASSES.iter().find(|(class, _)| *class == name) {
                        spec.default("priority", *value);
                        spec.default("preemptionPolicy", "PreemptLowerPriority");
                    }
                    return;
                }
            }
        };
        if let Some(class) = class_name {
            spec.set("priorityClassName", class.to_owned());
        }
        spec.default("priority", value.unwrap_or_default());
        let policy = match policy.str("preemptionPolicy") {
            "Never" => "Never",
            _ => "PreemptLowerPriority",
        };
        spec.default("preemptionPolicy", policy);
    });
}

/// The class marked as global default; of several the one with the lowest value.
fn global_default(cluster: &dyn Lookup) -> Option<Value<'_>> {
    cluster
        .all("scheduling.k8s.io", "PriorityClass")
        .into_iter()
        .filter(|class| class.flag("globalDefault"))
        .min_by_key(|class| class.int("value").unwrap_or_default())
}

/// Mirrors DefaultTolerationSeconds: a Pod stays five minutes on a node that went away.
pub(super) fn default_toleration_seconds(pod: &mut Draft<'_, '_>) {
    const TAINTS: [&str; 2] = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
    pod.with(&["spec"], |spec| {
        let missing: Vec<&'static str> = TAINTS
            .into_iter()
            .filter(|taint| {
                !spec.read().list("tolerations").any(|toleration| {
                    let (key, effect) = (toleration.str("key"), toleration.str("effect"));
                    (key == *taint || key.is_empty()) && matches!(effect, "NoExecute" | "")
                })
            })
            .collect();
        if missing.is_empty() {
            return;
        }
        spec.append(
            "tolerations",
            missing.into_iter().map(|taint| {
                Owned::map([
                    ("key", taint.into()),
                    ("operator", "Exists".into()),
                    ("effect", "NoExecute".into()),
                    ("tolerationSeconds", Owned::Int(300)),
                ])
            }),
        );
    });
}

/// Mirrors the RuntimeClass plugin: overhead, node selector and tolerations of the class. A class that nobody knows
/// leaves the Pod as it is.
pub(super) fn runtime_class(pod: &mut Draft<'_, '_>, cluster: &dyn Lookup) {
    let name = pod.read().at(&["spec", "runtimeClassName"]).and_then(Value::as_str).map(str::to_owned);
    let Some(class) = name.and_then(|name| cluster.find("node.k8s.io", "RuntimeClass", "", &name)) else {
        return;
    };
    pod.with(&["spec"], |spec| {
        if let Some(overhead) = class.at(&["overhead", "podFixed"]) {
            spec.default("overhead", Owned::copy(overhead));
        }
        if let Some(scheduling) = class.get("scheduling") {
            if scheduling.map("nodeSelector").next().is_some()
                && let Some(mut selector) = spec.ensure("nodeSelector")
            {
                for (key, value) in scheduling.map("nodeSelector") {
                    selector.set(key.to_owned(), Owned::copy(value));
                }
            }
            let known: Vec<Owned> = spec.read().list("tolerations").map(Owned::copy).collect();
            let new: Vec<Owned> =
                scheduling.list("tolerations").map(Owned::copy).filter(|t| !known.contains(t)).collect();
            if !new.is_empty() {
                spec.append("tolerations", new);
            }
        }
    });
}
