//! Workloads: what controllers make Pods of.

use std::sync::Arc;

use super::job::JobSpec;
use super::meta::{Meta, read_annotations};
use super::pod_spec::PodSpec;
use super::storage::PersistentVolumeClaim;
use crate::finding::Place;
use crate::object::{Labels, Object, PodTemplate, Selector, Sym, Value, pod_references, sym};

/// The label by which a Deployment's ReplicaSets tell their Pods apart.
pub const TEMPLATE_HASH: &str = "pod-template-hash";

/// A Pod template, shared by all Pods made of it.
#[derive(Clone, Debug)]
pub struct Template {
    /// Labels that its Pods get.
    pub labels: Labels,
    /// Annotations that its Pods get, without long ones.
    pub annotations: Labels,
    /// Their spec.
    pub spec: Arc<PodSpec>,
    /// A digest of the whole template, annotations included, without the label `pod-template-hash`: two templates with
    /// the same one are the same to a controller.
    pub digest: u64,
    /// The line to show.
    pub place: Place,
    /// The line of the labels.
    pub labels_place: Place,
}

impl Template {
    /// Lowers a Pod template (or a Pod).
    pub fn lower(template: &PodTemplate<'_>) -> Self {
        let metadata = template.holder.get("metadata");
        let labels = metadata.and_then(|m| m.get("labels"));
        let mut spec = PodSpec::lower(template.spec, &Labels::read(labels));
        spec.references = pod_references(template);
        Self {
            labels: Labels::read(labels),
            annotations: read_annotations(metadata),
            spec: Arc::new(spec),
            digest: digest(template.holder),
            place: template.spec.place(),
            labels_place: labels.map_or(template.holder.place(), |l| {
                l.entries().next().map_or(l.place(), |(_, v)| v.place())
            }),
        }
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

/// FNV-1a over a canonical walk: keys in order, empty and null values and the hash label left out.
fn digest(value: Value<'_>) -> u64 {
    fn eat(hash: &mut u64, bytes: &[u8]) {
        for byte in bytes {
            *hash = (*hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    fn walk(value: Value<'_>, hash: &mut u64, depth: usize) {
        // Deeper than any Pod template is; the bound is for hostile input.
        if depth > 64 {
            return;
        }
        if value.is_map() {
            let mut entries: Vec<_> = value
                .entries()
                .filter(|(k, v)| *k != TEMPLATE_HASH && !v.is_null() && !is_empty_collection(*v))
                .collect();
            entries.sort_by_key(|(key, _)| *key);
            eat(hash, b"{");
            for (key, value) in entries {
                eat(hash, key.as_bytes());
                eat(hash, b":");
                walk(value, hash, depth + 1);
            }
            eat(hash, b"}");
        } else if value.is_seq() {
            eat(hash, b"[");
            for item in value.items() {
                walk(item, hash, depth + 1);
            }
            eat(hash, b"]");
        } else {
            eat(hash, value.as_text().unwrap_or_default().as_bytes());
            eat(hash, b",");
        }
    }
    let mut hash = 0xcbf2_9ce4_8422_2325;
    walk(value, &mut hash, 0);
    hash
}

fn is_empty_collection(value: Value<'_>) -> bool {
    (value.is_map() && value.entries().next().is_none()) || (value.is_seq() && value.items().next().is_none())
}

/// A count or a percentage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntOrPercent {
    /// A count.
    Int(i64),
    /// Hundredths of a total.
    Percent(i64),
}

impl IntOrPercent {
    /// An int-or-string value; `None` if it is neither a number nor `N%`.
    pub fn read(value: Value<'_>) -> Option<Self> {
        if let Some(number) = value.as_i64() {
            return Some(Self::Int(number));
        }
        value.as_str()?.strip_suffix('%')?.parse().ok().map(Self::Percent)
    }

    /// Of a total, rounded up or down. Mirrors `GetScaledValueFromIntOrPercent`.
    pub fn of(self, total: i64, up: bool) -> i64 {
        match self {
            Self::Int(number) => number,
            Self::Percent(percent) => {
                let product = percent.saturating_mul(total);
                if up { product.saturating_add(99).div_euclid(100) } else { product.div_euclid(100) }
            }
        }
    }
}

/// `Deployment.spec.strategy`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strategy {
    /// All old Pods go before new ones come.
    Recreate,
    /// Step by step.
    RollingUpdate {
        /// How many Pods above `replicas`.
        max_surge: IntOrPercent,
        /// How many below.
        max_unavailable: IntOrPercent,
    },
}

/// What only one kind of workload has.
#[derive(Clone, PartialEq, Debug)]
pub enum Detail {
    /// Deployment
    Deployment {
        /// How new Pods replace old ones.
        strategy: Strategy,
        /// `spec.paused`
        paused: bool,
        /// `spec.progressDeadlineSeconds`
        deadline_seconds: i64,
    },
    /// ReplicaSet
    ReplicaSet {
        /// `deployment.kubernetes.io/revision`, 0 if it has none.
        revision: i64,
        /// `deployment.kubernetes.io/desired-replicas`: what the Deployment asked for when it scaled this one last.
        desired: Option<i64>,
        /// `deployment.kubernetes.io/max-replicas`: that and its surge.
        most: Option<i64>,
    },
    /// ReplicationController
    ReplicationController,
    /// StatefulSet
    StatefulSet {
        /// `spec.serviceName`
        service: Sym,
        /// `podManagementPolicy: Parallel`
        parallel: bool,
        /// `spec.ordinals.start`
        start: i64,
        /// `volumeClaimTemplates`, by name.
        claims: Vec<(Sym, PersistentVolumeClaim)>,
        /// `updateStrategy.type: OnDelete`
        on_delete: bool,
        /// `updateStrategy.rollingUpdate.partition`
        partition: i64,
    },
    /// DaemonSet
    DaemonSet {
        /// `updateStrategy.type: OnDelete`
        on_delete: bool,
        /// `updateStrategy.rollingUpdate.maxSurge`
        max_surge: IntOrPercent,
        /// `updateStrategy.rollingUpdate.maxUnavailable`
        max_unavailable: IntOrPercent,
    },
    /// Job
    Job(JobSpec),
    /// CronJob
    CronJob {
        /// `spec.schedule`
        schedule: Sym,
        /// `spec.suspend`
        suspend: bool,
        /// `jobTemplate.spec`
        job: JobSpec,
    },
}

impl Detail {
    /// The kind, as in a manifest.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Deployment { .. } => "Deployment",
            Self::ReplicaSet { .. } => "ReplicaSet",
            Self::ReplicationController => "ReplicationController",
            Self::StatefulSet { .. } => "StatefulSet",
            Self::DaemonSet { .. } => "DaemonSet",
            Self::Job(_) => "Job",
            Self::CronJob { .. } => "CronJob",
        }
    }
}

/// Counts and conditions that controllers write.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorkloadStatus {
    /// Pods there are.
    pub replicas: i64,
    /// Of the newest template.
    pub updated: i64,
    /// Ready.
    pub ready: i64,
    /// Ready for `minReadySeconds`.
    pub available: i64,
    /// Pods that ended well (Jobs).
    pub succeeded: i64,
    /// Pods that ended without success (Jobs).
    pub failed: i64,
    /// Conditions, as the server shows them.
    pub conditions: Vec<WorkloadCondition>,
}

/// A condition of a workload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkloadCondition {
    /// `ReplicaFailure`, `Available`, ...
    pub kind: &'static str,
    /// `True`, `False` or `Unknown`.
    pub status: &'static str,
    /// One word.
    pub reason: Sym,
    /// A sentence.
    pub message: String,
}

/// A workload.
#[derive(Clone, PartialEq, Debug)]
pub struct Workload {
    /// Metadata.
    pub meta: Meta,
    /// What only its kind has.
    pub detail: Detail,
    /// `spec.replicas` (1 if absent; what a DaemonSet or Job wants is computed).
    pub replicas: i64,
    /// The line of `spec.replicas`, if it is written.
    pub replicas_place: Option<Place>,
    /// Which Pods are its own.
    pub selector: Selector,
    /// What its Pods are made of.
    pub template: Arc<Template>,
    /// What controllers say of it.
    pub status: WorkloadStatus,
}

impl Workload {
    /// Lowers an admitted workload; `None` for another kind, or one without a Pod template.
    pub fn lower(object: &Object<'_>) -> Option<Self> {
        let spec = object.spec()?;
        let template = object.pod_template()?;
        let group = object.gvk.group;
        let detail = match (&*group, &*object.gvk.kind) {
            ("apps" | "extensions", "Deployment") => {
                let deadline_seconds = spec.int("progressDeadlineSeconds").unwrap_or(600);
                Detail::Deployment {
                    strategy: read_strategy(spec),
                    paused: spec.flag("paused"),
                    deadline_seconds,
                }
            }
            ("apps" | "extensions", "ReplicaSet") => {
                let number = |name: &str| {
                    object
                        .annotation(&format!("deployment.kubernetes.io/{name}"))
                        .and_then(|r| r.parse().ok())
                };
                Detail::ReplicaSet {
                    revision: number("revision").unwrap_or_default(),
                    desired: number("desired-replicas"),
                    most: number("max-replicas"),
                }
            }
            ("", "ReplicationController") => Detail::ReplicationController,
            ("apps", "StatefulSet") => Detail::StatefulSet {
                service: sym(spec.str("serviceName")),
                parallel: spec.str("podManagementPolicy") == "Parallel",
                start: spec.get("ordinals").and_then(|o| o.int("start")).unwrap_or_default(),
                claims: spec
                    .list("volumeClaimTemplates")
                    .map(|claim| {
                        let name = claim.get("metadata").map(|m| sym(m.str("name"))).unwrap_or_default();
                        let spec = claim.get("spec").map(PersistentVolumeClaim::of_spec);
                        (name, spec.unwrap_or_default())
                    })
                    .collect(),
                on_delete: spec.get("updateStrategy").is_some_and(|s| s.str("type") == "OnDelete"),
                partition: spec
                    .at(&["updateStrategy", "rollingUpdate"])
                    .and_then(|r| r.int("partition"))
                    .unwrap_or_default(),
            },
            ("apps" | "extensions", "DaemonSet") => {
                let strategy = spec.get("updateStrategy");
                let rolling = strategy.and_then(|s| s.get("rollingUpdate"));
                let read = |name| rolling.and_then(|r| r.get(name)).and_then(IntOrPercent::read);
                Detail::DaemonSet {
                    on_delete: strategy.is_some_and(|s| s.str("type") == "OnDelete"),
                    max_surge: read("maxSurge").unwrap_or(IntOrPercent::Int(0)),
                    max_unavailable: read("maxUnavailable").unwrap_or(IntOrPercent::Int(1)),
                }
            }
            ("batch", "Job") => Detail::Job(JobSpec::read(spec)),
            ("batch", "CronJob") => Detail::CronJob {
                schedule: sym(spec.str("schedule")),
                suspend: spec.flag("suspend"),
                job: JobSpec::read(spec.at(&["jobTemplate", "spec"])?),
            },
            _ => return None,
        };
        let template = Template::lower(&template);
        let selector = match (&detail, spec.get("selector")) {
            // A plain mapping, defaulted from the template's labels.
            (Detail::ReplicationController, Some(map)) => Selector::of_labels(&Labels::read(Some(map))),
            (Detail::ReplicationController, None) => Selector::of_labels(&template.labels),
            (_, Some(selector)) => Selector::read(selector),
            // Jobs get a generated one; their Pods are found by owner.
            (_, None) => Selector::default(),
        };
        let replicas = spec.get("replicas");
        let is_written = spec.view().is_none_or(|view| view.get("replicas").is_some());
        Some(Self {
            meta: Meta::read(object),
            detail,
            replicas: replicas.and_then(Value::as_i64).unwrap_or(1),
            replicas_place: replicas.filter(|_| is_written).map(Value::place),
            selector,
            template: Arc::new(template),
            status: WorkloadStatus::default(),
        })
    }

    /// Its kind, as in a manifest.
    pub const fn kind(&self) -> &'static str {
        self.detail.kind()
    }
}

fn read_strategy(spec: Value<'_>) -> Strategy {
    let strategy = spec.get("strategy");
    if strategy.is_some_and(|s| s.str("type") == "Recreate") {
        return Strategy::Recreate;
    }
    let rolling = strategy.and_then(|s| s.get("rollingUpdate"));
    let read = |name| {
        rolling.and_then(|r| r.get(name)).and_then(IntOrPercent::read).unwrap_or(IntOrPercent::Percent(25))
    };
    Strategy::RollingUpdate { max_surge: read("maxSurge"), max_unavailable: read("maxUnavailable") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> crate::yaml::Document {
        let source = Arc::new(crate::source::Source::new("test.yaml", text.as_bytes().to_vec()));
        crate::yaml::parse(&source, crate::finding::FileId(0)).0.remove(0)
    }

    fn with<T>(text: &str, read: impl FnOnce(Value<'_>) -> T) -> T {
        let (document, overlay) = (document(text), crate::object::Overlay::default());
        read(Value::new(document.root().unwrap(), &overlay))
    }

    #[test]
    fn counts_and_percentages() {
        assert_eq!(with("3", IntOrPercent::read), Some(IntOrPercent::Int(3)));
        assert_eq!(with("30%", IntOrPercent::read), Some(IntOrPercent::Percent(30)));
        assert_eq!(with("'30%'", IntOrPercent::read), Some(IntOrPercent::Percent(30)));
        assert_eq!(with("'3'", IntOrPercent::read), None);
        assert_eq!(with("many%", IntOrPercent::read), None);
        assert_eq!(with("true", IntOrPercent::read), None);
        assert_eq!(IntOrPercent::Int(7).of(3, true), 7);
    }

    #[test]
    fn a_template_is_known_by_what_it_says() {
        let same = |a: &str, b: &str| with(a, digest) == with(b, digest);
        let template = "{metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'a:1'}]}}";
        // The order of keys, empty values and the hash that a ReplicaSet adds make no difference.
        assert!(same(
            template,
            "{spec: {containers: [{image: 'a:1', name: a}]}, metadata: {labels: {app: web}}}"
        ));
        assert!(same(
            template,
            "{metadata: {labels: {app: web, pod-template-hash: x}, annotations: {}}, spec: {containers: [{name: a, image: 'a:1'}]}}"
        ));
        assert!(!same(
            template,
            "{metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'a:2'}]}}"
        ));
        assert!(!same(
            template,
            "{metadata: {labels: {app: web}, annotations: {at: now}}, spec: {containers: [{name: a, image: 'a:1'}]}}"
        ));
        // The order of items does; so does what stands in which.
        assert!(!same("[a, b]", "[b, a]"));
        assert!(!same("{a: [b], c: d}", "{a: [b, c], d: d}"));
    }

    #[test]
    fn percentages_round_both_ways() {
        assert_eq!(IntOrPercent::Percent(25).of(4, true), 1);
        assert_eq!(IntOrPercent::Percent(25).of(10, true), 3);
        assert_eq!(IntOrPercent::Percent(25).of(10, false), 2);
        assert_eq!(IntOrPercent::Percent(i64::MAX).of(10, true), i64::MAX.saturating_add(99) / 100);
    }
}
