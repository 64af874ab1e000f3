//! What admission adds to a Pod, and why it may refuse to.

use super::Lookup;
use super::refusal::{Attributes, Refusal, Spot, Told};
use crate::apiserver::codes::{ADMISSION, PRIORITY_CLASS, REFERENCE, RUNTIME_CLASS as RUNTIME_CLASS_CODE};
use crate::apiserver::validation::primitives::path_segment;
use crate::finding::Code;
use crate::object::{Draft, Owned, Value};
use crate::schema::quote;

type Admitted = Result<(), Box<Refusal>>;

/// Says no.
fn refuse(
    at: &Attributes<'_>,
    pod: Value<'_>,
    plugin: &'static str,
    why: &str,
    (code, text, spot): (&'static Code, String, Option<Spot>),
    help: &'static str,
) -> Admitted {
    let told = Told { code, text, at: spot.into_iter().collect(), help: help.into() };
    Err(Box::new(at.forbidden(pod, plugin, why, vec![told])))
}

/// Where a field of the Pod's spec stands.
fn spot(pod: Value<'_>, field: &str) -> Option<Spot> {
    let spec = pod.get("spec")?;
    Some(Spot { place: spec.key_place(field), field: format!("spec.{field}") })
}

/// Mirrors the ServiceAccount plugin: an empty name is `default`, the old field repeats it, the account's pull secrets
/// are the Pod's. The token volume is not added: its name is random, and nothing that kcheck shows depends on it.
pub(super) fn service_account(
    at: &Attributes<'_>,
    pod: &mut Draft<'_, '_>,
    cluster: &dyn Lookup,
) -> Admitted {
    const MIRROR: &str = "kubernetes.io/config.mirror";
    if pod.read().at(&["metadata", "annotations", MIRROR]).is_some() {
        return mirror(at, pod.read());
    }
    // Without a specification there is nothing to write it into.
    let mut name = "default".to_owned();
    pod.with(&["spec"], |spec| {
        spec.default_str("serviceAccountName", "default");
        spec.read().str("serviceAccountName").clone_into(&mut name);
        spec.set("serviceAccount", name.clone());
    });
    let namespace = at.request.namespace;
    let Some(account) = cluster.find("", "ServiceAccount", namespace, &name) else {
        // A controller makes `default` in every namespace.
        if name == "default" || !cluster.knows("", "ServiceAccount") {
            return Ok(());
        }
        // A name that fits into no URL is not looked for.
        let sentences = path_segment(&name, false);
        let found = if sentences.is_empty() {
            format!("serviceaccount \"{name}\" not found")
        } else {
            format!("invalid resource name {}: [{}]", quote(&name), sentences.join(", "))
        };
        let why = format!("error looking up service account {namespace}/{name}: {found}");
        let told = format!("there is no ServiceAccount {namespace}/{name}");
        let told = (&REFERENCE, told, spot(pod.read(), "serviceAccountName"));
        return refuse(at, pod.read(), "ServiceAccount", &why, told, "make it first, or name another one");
    };
    let secrets: Vec<Owned> = account
        .list("imagePullSecrets")
        .filter_map(|secret| Some(Owned::map([("name", secret.get("name")?.as_str()?.to_owned().into())])))
        .collect();
    if !secrets.is_empty() {
        pod.with(&["spec"], |spec| {
            if spec.read().list("imagePullSecrets").next().is_none() {
                spec.append("imagePullSecrets", secrets);
            }
        });
    }
    let enforced = account
        .at(&["metadata", "annotations", "kubernetes.io/enforce-mountable-secrets"])
        .and_then(Value::as_str);
    // What Go's ParseBool reads as true.
    if matches!(enforced, Some("1" | "t" | "T" | "TRUE" | "true" | "True"))
        && let Some((why, spot)) = unmountable(account, pod.read())
    {
        let told = (&ADMISSION, format!("ServiceAccount {name} does not let it in: {why}"), Some(spot));
        return refuse(at, pod.read(), "ServiceAccount", &why, told, "list the secret in the ServiceAccount");
    }
    Ok(())
}

/// A Pod of a kubelet's own.
fn mirror(at: &Attributes<'_>, pod: Value<'_>) -> Admitted {
    let Some(spec) = pod.get("spec") else { return Ok(()) };
    let why = if !spec.str("serviceAccountName").is_empty() {
        "a mirror pod may not reference service accounts"
    } else if names_secrets(spec) {
        "a mirror pod may not reference secrets"
    } else if spec.list("volumes").any(|volume| {
        volume
            .get("projected")
            .is_some_and(|p| p.list("sources").any(|source| source.get("serviceAccountToken").is_some()))
    }) {
        "a mirror pod may not use ServiceAccountToken volume projections"
    } else {
        return Ok(());
    };
    let told = (&ADMISSION, why.to_owned(), spot(pod, "serviceAccountName"));
    refuse(at, pod, "ServiceAccount", why, told, "make it as a static Pod of the kubelet")
}

/// Mirrors VisitPodSecretNames.
fn names_secrets(spec: Value<'_>) -> bool {
    let template = crate::object::PodTemplate { path: "spec", holder: spec, spec };
    crate::object::pod_references(&template).iter().any(|reference| reference.kind == "Secret")
}

/// Mirrors limitSecretReferences.
fn unmountable(account: Value<'_>, pod: Value<'_>) -> Option<(String, Spot)> {
    let name = super::name_of(account);
    let listed = |list: &str, secret: &str| account.list(list).any(|known| known.str("name") == secret);
    let end = format!("is not allowed because service account {name} does not reference that");
    let spec = pod.get("spec")?;
    for (index, volume) in spec.list("volumes").enumerate() {
        let Some(secret) = volume.get("secret") else { continue };
        let named = secret.str("secretName");
        if !listed("secrets", named) {
            let why = format!("volume with secret.secretName=\"{named}\" {end} secret");
            return Some((why, Spot::new(secret, format!("spec.volumes[{index}].secret.secretName"))));
        }
    }
    for (list, what) in [("initContainers", "init container"), ("containers", "container")] {
        for (index, container) in spec.list(list).enumerate() {
            let of = container.str("name");
            for (at, env) in container.list("env").enumerate() {
                let Some(reference) = env.at(&["valueFrom", "secretKeyRef"]) else { continue };
                let named = reference.str("name");
                if !listed("secrets", named) {
                    let why = format!(
                        "{what} {of} with envVar {} referencing secret.secretName=\"{named}\" {end} secret",
                        env.str("name")
                    );
                    return Some((
                        why,
                        Spot::new(
                            reference,
                            format!("spec.{list}[{index}].env[{at}].valueFrom.secretKeyRef"),
                        ),
                    ));
                }
            }
            for (at, from) in container.list("envFrom").enumerate() {
                let Some(reference) = from.get("secretRef") else { continue };
                let named = reference.str("name");
                if !listed("secrets", named) {
                    let why = format!(
                        "{what} {of} with envFrom referencing secret.secretName=\"{named}\" {end} secret"
                    );
                    return Some((
                        why,
                        Spot::new(reference, format!("spec.{list}[{index}].envFrom[{at}].secretRef")),
                    ));
                }
            }
        }
    }
    for (index, secret) in spec.list("imagePullSecrets").enumerate() {
        let named = secret.str("name");
        if !listed("imagePullSecrets", named) {
            let why = format!("imagePullSecrets[{index}].name=\"{named}\" {end} imagePullSecret");
            return Some((why, Spot::new(secret, format!("spec.imagePullSecrets[{index}].name"))));
        }
    }
    None
}

/// Values of the classes that every cluster has.
const SYSTEM_CLASSES: [(&str, i64); 2] =
    [("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)];

/// What a class makes of a Pod.
struct Class {
    name: Option<String>,
    value: i64,
    policy: Option<String>,
}

impl Class {
    fn new(name: Option<String>, class: Value<'_>) -> Self {
        // The class is defaulted where it is stored.
        let policy = match class.str("preemptionPolicy") {
            "" => "PreemptLowerPriority",
            policy => policy,
        };
        Self { name, value: class.int("value").unwrap_or_default(), policy: Some(policy.to_owned()) }
    }
}

/// Mirrors the Priority plugin: the number behind the class, or behind the cluster's default class. A class of which
/// nobody can say whether it is there leaves the Pod as it is.
pub(super) fn priority(at: &Attributes<'_>, pod: &mut Draft<'_, '_>, cluster: &dyn Lookup) -> Admitted {
    const GROUP: &str = "scheduling.k8s.io";
    let Some(name) = pod.read().get("spec").map(|spec| spec.str("priorityClassName").to_owned()) else {
        return Ok(());
    };
    let class = if name.is_empty() {
        match global_default(cluster) {
            Some(class) => Class::new(Some(super::name_of(class).to_owned()), class),
            None => Class { name: None, value: 0, policy: Some("PreemptLowerPriority".into()) },
        }
    } else if let Some(class) = cluster.find(GROUP, "PriorityClass", "", &name) {
        Class::new(None, class)
    } else if let Some((_, value)) = SYSTEM_CLASSES.iter().find(|(class, _)| *class == name) {
        Class { name: None, value: *value, policy: Some("PreemptLowerPriority".into()) }
    } else if cluster.knows(GROUP, "PriorityClass") {
        let why = format!("no PriorityClass with name {name} was found");
        let told = (
            &PRIORITY_CLASS,
            format!("there is no PriorityClass {name}"),
            spot(pod.read(), "priorityClassName"),
        );
        return refuse(at, pod.read(), "Priority", &why, told, "make it first, or name another one");
    } else {
        return Ok(());
    };
    let value = pod.read();
    let given = value.at(&["spec", "priority"]).and_then(Value::as_i64);
    if let Some(given) = given.filter(|given| *given != class.value) {
        let computed = class.value;
        let why = format!(
            "the integer value of priority ({given}) must not be provided in pod spec; priority admission controller \
             computed {computed} from the given PriorityClass name"
        );
        let told = format!("the priority of this Pod is {computed}, and nobody may write another one");
        let told = (&ADMISSION, told, spot(value, "priority"));
        return refuse(at, value, "Priority", &why, told, "leave `priority` out, and name a PriorityClass");
    }
    let given = value.at(&["spec", "preemptionPolicy"]).and_then(Value::as_str);
    if let (Some(given), Some(computed)) = (given, &class.policy)
        && given != computed
    {
        let why = format!(
            "the string value of PreemptionPolicy ({given}) must not be provided in pod spec; priority admission \
             controller computed {computed} from the given PriorityClass name"
        );
        let told =
            format!("the preemptionPolicy of this Pod is {computed}, and nobody may write another one");
        let told = (&ADMISSION, told, spot(value, "preemptionPolicy"));
        return refuse(
            at,
            value,
            "Priority",
            &why,
            told,
            "leave it out, and name a PriorityClass that has it",
        );
    }
    pod.with(&["spec"], |spec| {
        if let Some(name) = class.name {
            spec.set("priorityClassName", name);
        }
        spec.default("priority", class.value);
        if let Some(policy) = class.policy {
            spec.default("preemptionPolicy", policy);
        }
    });
    Ok(())
}

/// The same for a Pod that exists: its priority stays.
pub(super) fn keep_priority(old: Value<'_>, pod: &mut Draft<'_, '_>) {
    pod.with(&["spec"], |spec| {
        for name in ["priority", "preemptionPolicy"] {
            if let (None, Some(value)) = (spec.read().get(name), old.at(&["spec", name])) {
                spec.set(name, Owned::copy(value));
            }
        }
    });
}

/// The class marked as global default; of several the one with the lowest value.
pub(super) fn global_default(cluster: &dyn Lookup) -> Option<Value<'_>> {
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

const RUNTIME_CLASS: &str = "RuntimeClass";

/// Mirrors the RuntimeClass plugin: overhead, node selector and tolerations of the class. A class of which nobody can
/// say whether it is there leaves the Pod as it is.
pub(super) fn runtime_class(at: &Attributes<'_>, pod: &mut Draft<'_, '_>, cluster: &dyn Lookup) -> Admitted {
    let Some(name) = pod.read().at(&["spec", "runtimeClassName"]).and_then(Value::as_str).map(str::to_owned)
    else {
        return Ok(());
    };
    let Some(class) = cluster.find("node.k8s.io", "RuntimeClass", "", &name) else {
        if !cluster.knows("node.k8s.io", "RuntimeClass") {
            return Ok(());
        }
        let wrong = path_segment(&name, false);
        if name.is_empty() || !wrong.is_empty() {
            // The plugin's question to the cluster fails, and with it the request.
            let message = if name.is_empty() {
                "resource name may not be empty".to_owned()
            } else {
                format!("invalid resource name {}: [{}]", crate::schema::quote(&name), wrong.join(" "))
            };
            let told = Told {
                code: &RUNTIME_CLASS_CODE,
                text: format!("`{name}` can be no RuntimeClass"),
                at: spot(pod.read(), "runtimeClassName").into_iter().collect(),
                help: "remove it, or name a RuntimeClass".into(),
            };
            let refusal = at.forbidden(pod.read(), RUNTIME_CLASS, "", vec![told]);
            return Err(Box::new(Refusal { code: 500, reason: "", message, ..refusal }));
        }
        let why = format!("pod rejected: RuntimeClass {} not found", crate::schema::quote(&name));
        let told = (
            &RUNTIME_CLASS_CODE,
            format!("there is no RuntimeClass {name}"),
            spot(pod.read(), "runtimeClassName"),
        );
        return refuse(at, pod.read(), RUNTIME_CLASS, &why, told, "make it first, or name another one");
    };
    if let Some(overhead) = class.at(&["overhead", "podFixed"]) {
        let given = pod.read().at(&["spec", "overhead"]);
        if given.is_some_and(|given| given.entries().next().is_some() && !same_amounts(given, overhead)) {
            return other_overhead(at, pod.read());
        }
        pod.with(&["spec"], |spec| spec.set("overhead", Owned::copy(overhead)));
    }
    let Some(scheduling) = class.get("scheduling") else { return Ok(()) };
    for (key, value) in scheduling.map("nodeSelector") {
        let (ours, theirs) = (
            pod.read().at(&["spec", "nodeSelector", key]).and_then(Value::as_str).map(str::to_owned),
            value.as_str().unwrap_or_default(),
        );
        if let Some(ours) = ours.filter(|ours| ours != theirs) {
            let why = format!(
                "conflict: runtimeClass.scheduling.nodeSelector[{key}] = {theirs}; pod.spec.nodeSelector[{key}] = {ours}"
            );
            let told = format!("RuntimeClass {name} wants nodes with {key}={theirs}");
            let told = (&ADMISSION, told, spot(pod.read(), "nodeSelector"));
            return refuse(
                at,
                pod.read(),
                RUNTIME_CLASS,
                &why,
                told,
                "leave that key out of the nodeSelector",
            );
        }
    }
    pod.with(&["spec"], |spec| {
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
    });
    Ok(())
}

fn other_overhead(at: &Attributes<'_>, pod: Value<'_>) -> Admitted {
    let why = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
    let told = (&ADMISSION, "the overhead is not that of its RuntimeClass".to_owned(), spot(pod, "overhead"));
    refuse(at, pod, RUNTIME_CLASS, why, told, "leave `overhead` out: the RuntimeClass brings it")
}

/// Mirrors validateOverhead.
pub(super) fn validate_runtime_class(at: &Attributes<'_>, pod: Value<'_>, cluster: &dyn Lookup) -> Admitted {
    let name = pod.at(&["spec", "runtimeClassName"]).and_then(Value::as_str);
    let overhead = pod.at(&["spec", "overhead"]);
    let class = match name {
        Some(name) => match cluster.find("node.k8s.io", "RuntimeClass", "", name) {
            Some(class) => Some(class),
            // It may be there, with an overhead.
            None => return Ok(()),
        },
        None => None,
    };
    match (class.and_then(|class| class.at(&["overhead", "podFixed"])), overhead) {
        (Some(fixed), Some(given)) if same_amounts(given, fixed) => Ok(()),
        (Some(_), _) => other_overhead(at, pod),
        (None, None) => Ok(()),
        (None, Some(_)) => {
            let why = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
            let told = "an overhead comes from a RuntimeClass, and there is none".to_owned();
            let told = (&ADMISSION, told, spot(pod, "overhead"));
            refuse(
                at,
                pod,
                RUNTIME_CLASS,
                why,
                told,
                "leave `overhead` out, or name the RuntimeClass that has it",
            )
        }
    }
}

fn same_amounts(a: Value<'_>, b: Value<'_>) -> bool {
    let read = |list| {
        let mut all = crate::apiserver::defaults::quantity::read_list(Some(list));
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };
    let (a, b) = (read(a), read(b));
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.0 == b.0 && a.1 == b.1)
}
