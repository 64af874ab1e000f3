//! The PodSecurity plugin: what the labels of a namespace make of its Pods and workloads. Mirrors
//! `k8s.io/pod-security-admission/admission`.

mod checks;
mod level;
mod standards;

use std::collections::BTreeMap;

use crate::object::{PodTemplate, Value};
use crate::schema::quote;

pub use checks::{Violation, evaluate, sentence};
pub use level::{BadLabel, LABELS, Level, NO_LEVEL, NO_VERSION, Policy, Standard, Version};
pub use standards::{
    allows_app_armor, allows_capability, allows_proc_mount, allows_seccomp, allows_selinux_type,
    allows_sysctl, allows_volume,
};

/// True if a namespace has labels of Pod Security.
pub fn has_levels(namespace: Value<'_>) -> bool {
    let labels = namespace.get("metadata").into_iter().flat_map(|metadata| metadata.map("labels"));
    labels.into_iter().any(|(key, _)| LABELS.iter().flatten().any(|label| *label == key))
}

/// How a cluster configures the plugin. Mirrors PodSecurityConfiguration; the default is the server's.
#[derive(Clone, Debug, Default)]
pub struct PodSecurity {
    /// For namespaces without labels.
    pub defaults: Policy,
    /// Users who may do what they like.
    pub exempt_users: Vec<String>,
    /// Namespaces in which anybody may.
    pub exempt_namespaces: Vec<String>,
    /// RuntimeClasses whose Pods may.
    pub exempt_runtime_classes: Vec<String>,
}

/// Where a Pod or workload is to be, who asks, and which server.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// Name of the namespace.
    pub namespace: &'p str,
    /// `metadata.labels` of the namespace.
    pub labels: Option<Value<'p>>,
    /// Who asks; empty for nobody in particular.
    pub user: &'p str,
    /// What of the object the request is about; empty for the object itself.
    pub subresource: &'p str,
    /// Minor of the server.
    pub server: u32,
}

/// What the plugin says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// Refused: the standard, and what breaks it.
    pub refused: Option<(Standard, Vec<Violation>)>,
    /// Warned of: the same.
    pub warned: Option<(Standard, Vec<Violation>)>,
    /// Annotations for the audit log, without their prefix.
    pub audit: BTreeMap<&'static str, String>,
}

impl Decision {
    fn exempt(why: &str) -> Self {
        Self { audit: BTreeMap::from([("exempt", why.to_owned())]), ..Self::default() }
    }

    /// The server's reason of a refusal, behind `pods "NAME" is forbidden: `.
    pub fn refusal(&self) -> Option<String> {
        let (standard, violations) = self.refused.as_ref()?;
        Some(format!("violates PodSecurity {}: {}", quote(&standard.to_string()), sentence(violations)))
    }

    /// The server's warning.
    pub fn warning(&self) -> Option<String> {
        let (standard, violations) = self.warned.as_ref()?;
        Some(would_violate(*standard, violations))
    }
}

fn would_violate(standard: Standard, violations: &[Violation]) -> String {
    format!("would violate PodSecurity {}: {}", quote(&standard.to_string()), sentence(violations))
}

impl PodSecurity {
    /// Judges a new Pod, or with `old` a change of one. Mirrors ValidatePod.
    pub fn pod(&self, at: Place<'_>, pod: PodTemplate<'_>, old: Option<PodTemplate<'_>>) -> Decision {
        const IGNORED: [&str; 8] =
            ["exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status"];
        if IGNORED.contains(&at.subresource) {
            return Decision::default();
        }
        if let Some(exempt) = self.exempt(at) {
            return exempt;
        }
        let (policy, bad) = Policy::of(at.labels, self.defaults);
        if bad.is_empty() && policy.is_privileged() {
            let audit = BTreeMap::from([("enforce-policy", "privileged:latest".to_owned())]);
            return Decision { audit, ..Decision::default() };
        }
        if old.is_some_and(|old| !is_significant(pod, old)) {
            return Decision::default();
        }
        self.judge(at, policy, &bad, pod, true)
    }

    /// Judges a workload's template, which is only warned of. Mirrors ValidatePodController.
    pub fn workload(&self, at: Place<'_>, template: PodTemplate<'_>) -> Decision {
        if !at.subresource.is_empty() {
            return Decision::default();
        }
        if let Some(exempt) = self.exempt(at) {
            return exempt;
        }
        let (policy, bad) = Policy::of(at.labels, self.defaults);
        let lenient = [policy.warn, policy.audit].iter().all(|s| s.level == Level::Privileged);
        if bad.is_empty() && lenient {
            return Decision::default();
        }
        self.judge(at, policy, &bad, template, false)
    }

    /// Judges new labels of a namespace; `old` are those before. Returns what is wrong with them, or warnings. Pods are
    /// those of the namespace, by name. Mirrors ValidateNamespace.
    pub fn namespace<'p>(
        &self,
        at: Place<'_>,
        old: Option<Option<Value<'_>>>,
        pods: impl IntoIterator<Item = (&'p str, PodTemplate<'p>)>,
    ) -> Result<Vec<String>, Vec<BadLabel>> {
        if !at.subresource.is_empty() {
            return Ok(Vec::new());
        }
        let (new, bad) = Policy::of(at.labels, self.defaults);
        let Some(old) = old else {
            return if bad.is_empty() { Ok(self.exempt_warning(at, new)) } else { Err(bad) };
        };
        let (old, old_bad) = Policy::of(old, self.defaults);
        if !bad.is_empty() && bad != old_bad {
            return Err(bad);
        }
        let stricter = new.enforce.version != old.enforce.version || new.enforce.level > old.enforce.level;
        if new.enforce == old.enforce || new.enforce.level == Level::Privileged || !stricter {
            return Ok(Vec::new());
        }
        if self.exempt_namespaces.iter().any(|name| name == at.namespace) {
            return Ok(self.exempt_warning(at, new));
        }
        Ok(self.existing(at, new.enforce, pods))
    }

    fn exempt(&self, at: Place<'_>) -> Option<Decision> {
        let has = |list: &[String], name: &str| !name.is_empty() && list.iter().any(|known| known == name);
        if has(&self.exempt_namespaces, at.namespace) {
            return Some(Decision::exempt("namespace"));
        }
        has(&self.exempt_users, at.user).then(|| Decision::exempt("user"))
    }

    fn is_exempt_class(&self, pod: PodTemplate<'_>) -> bool {
        let class = pod.spec.str("runtimeClassName");
        !class.is_empty() && self.exempt_runtime_classes.iter().any(|known| known == class)
    }

    /// Mirrors EvaluatePod of admission.
    fn judge(
        &self,
        at: Place<'_>,
        policy: Policy,
        bad: &[BadLabel],
        pod: PodTemplate<'_>,
        enforce: bool,
    ) -> Decision {
        if self.is_exempt_class(pod) {
            return Decision::exempt("runtimeClass");
        }
        let mut decision = Decision::default();
        if !bad.is_empty() {
            let all: Vec<String> = bad.iter().map(ToString::to_string).collect();
            let all = if let [one] = all.as_slice() { one.clone() } else { format!("[{}]", all.join(", ")) };
            decision.audit.insert("error", format!("Failed to parse policy: {all}"));
        }
        let ask = |standard: Standard| evaluate(standard, pod, at.server);
        if enforce {
            decision.audit.insert("enforce-policy", policy.enforce.to_string());
            let violations = ask(policy.enforce);
            decision.refused = (!violations.is_empty()).then_some((policy.enforce, violations));
        }
        let violations = ask(policy.audit);
        if !violations.is_empty() {
            decision.audit.insert("audit-violations", would_violate(policy.audit, &violations));
        }
        if decision.refused.is_none() {
            let violations = ask(policy.warn);
            decision.warned = (!violations.is_empty()).then_some((policy.warn, violations));
        }
        decision
    }

    /// Mirrors EvaluatePodsInNamespace.
    fn existing<'p>(
        &self,
        at: Place<'_>,
        enforce: Standard,
        pods: impl IntoIterator<Item = (&'p str, PodTemplate<'p>)>,
    ) -> Vec<String> {
        /// Pods with this text, and the first of their names.
        struct Group<'n> {
            first: &'n str,
            count: usize,
        }
        let (checked, rest) = self.in_order(pods);
        let mut groups: BTreeMap<String, Group<'_>> = BTreeMap::new();
        for (name, pod) in &checked {
            let violations = evaluate(enforce, *pod, at.server);
            if violations.is_empty() {
                continue;
            }
            let reasons: Vec<&str> = violations.iter().map(|v| v.reason).collect();
            let group = groups.entry(reasons.join(", ")).or_insert(Group { first: name, count: 0 });
            group.first = group.first.min(name);
            group.count += 1;
        }
        let mut warnings = Vec::new();
        if rest > 0 {
            let all = checked.len() + rest;
            warnings.push(format!(
                "new PodSecurity enforce level only checked against the first {} of {all} existing pods",
                checked.len()
            ));
        }
        if !groups.is_empty() {
            warnings.push(format!(
                "existing pods in namespace {} violate the new PodSecurity enforce level {}",
                quote(at.namespace),
                quote(&enforce.to_string())
            ));
        }
        let mut lines: Vec<String> = groups
            .into_iter()
            .map(|(text, Group { first, count })| match count {
                1 => format!("{first}: {text}"),
                2 => format!("{first} (and 1 other pod): {text}"),
                _ => format!("{first} (and {} other pods): {text}", count - 1),
            })
            .collect();
        lines.sort();
        warnings.extend(lines);
        warnings
    }

    /// The Pods that are checked, one of each controller first, and how many are not. Mirrors prioritizePods.
    fn in_order<'p>(
        &self,
        pods: impl IntoIterator<Item = (&'p str, PodTemplate<'p>)>,
    ) -> (Vec<(&'p str, PodTemplate<'p>)>, usize) {
        /// `defaultNamespaceMaxPodsToCheck`
        const MOST: usize = 3000;
        let (mut first, mut more) = (Vec::new(), Vec::new());
        let mut controllers = std::collections::BTreeSet::new();
        for (name, pod) in pods {
            if self.is_exempt_class(pod) {
                continue;
            }
            let owners = pod.holder.get("metadata").into_iter().flat_map(|m| m.list("ownerReferences"));
            let controller = owners.into_iter().find(|owner| owner.flag("controller"));
            match controller {
                Some(owner) if !controllers.insert(owner.str("uid").to_owned()) => more.push((name, pod)),
                _ => first.push((name, pod)),
            }
        }
        first.append(&mut more);
        let rest = first.len().saturating_sub(MOST);
        first.truncate(MOST);
        (first, rest)
    }

    /// Mirrors exemptNamespaceWarning.
    fn exempt_warning(&self, at: Place<'_>, policy: Policy) -> Vec<String> {
        let exempt = self.exempt_namespaces.iter().any(|name| name == at.namespace);
        if !exempt || policy.is_privileged() || policy.is_like(&self.defaults) {
            return Vec::new();
        }
        let modes = [("enforce", policy.enforce), ("audit", policy.audit), ("warn", policy.warn)];
        let labelled = |keys: [&str; 2]| {
            keys.iter().any(|key| at.labels.is_some_and(|labels| labels.get(key).is_some()))
        };
        let told: Vec<String> = modes
            .into_iter()
            .zip(LABELS)
            .filter(|((_, standard), keys)| standard.level != Level::Privileged && labelled(*keys))
            .map(|((mode, standard), _)| format!("{mode}={standard}"))
            .collect();
        vec![format!(
            "namespace {} is exempt from Pod Security, and the policy ({}) will be ignored",
            quote(at.namespace),
            told.join(", ")
        )]
    }
}

/// A change that is worth another look: other containers, or other images. Mirrors isSignificantPodUpdate.
fn is_significant(new: PodTemplate<'_>, old: PodTemplate<'_>) -> bool {
    for list in ["containers", "initContainers"] {
        let (mut news, mut olds) = (new.spec.list(list), old.spec.list(list));
        loop {
            match (news.next(), olds.next()) {
                (None, None) => break,
                (Some(a), Some(b)) if a.str("image") == b.str("image") => {}
                _ => return true,
            }
        }
    }
    new.spec.list("ephemeralContainers").any(|container| {
        let before =
            old.spec.list("ephemeralContainers").find(|old| old.str("name") == container.str("name"));
        before.is_none_or(|before| before.str("image") != container.str("image"))
    })
}
