//! What admission makes of a Pod, whether a person or a controller asks for it, on the typed model.
//!
//! The plugins that matter to where a Pod lands, in the server's order: NamespaceLifecycle, ServiceAccount, Priority,
//! DefaultTolerationSeconds. What plugins say that look at the manifest is found out before, once a template
//! (`Admissions`).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::State;
use super::model::{PodSpec, TaintEffect, Toleration, TolerationOperator};
use crate::apiserver::admission::{Amounts, Left};
use crate::apiserver::request::TEMPLATE_POD;
use crate::object::{Key, Sym, sym};

/// A Pod that is not admitted. The text is the server's, behind `pods "NAME" is forbidden: ` where it is a 403.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// 403, with the reason.
    Forbidden(String),
    /// 404, the whole sentence.
    NotFound(String),
    /// Of a plugin that sees the whole Pod, with its generated name: the whole sentence about a Pod of the name
    /// `TEMPLATE_POD`.
    Whole(String),
}

impl Refusal {
    /// The server's message. A mutating stage refuses before a name is generated, so `name` is then the prefix.
    pub fn message(&self, name: &str) -> String {
        match self {
            Self::Forbidden(reason) => format!("pods \"{name}\" is forbidden: {reason}"),
            Self::NotFound(message) => message.clone(),
            Self::Whole(message) if name.ends_with('-') => {
                message.replace(TEMPLATE_POD, &format!("{name}<p?>"))
            }
            Self::Whole(message) => message.replace(TEMPLATE_POD, name),
        }
    }
}

/// What admission makes of Pods where it looks at the manifest: levels of Pod Security, limits, quotas, policies. Found
/// out before a plan is played.
#[derive(Debug, Default)]
pub struct Admissions {
    /// Of the Pods of a template, by its digest and the namespace.
    pub templates: FxHashMap<(u64, Sym), Admitted>,
    /// Of single Pods, by namespace and name.
    pub pods: FxHashMap<(Sym, Sym), Admitted>,
    /// Quotas, and what of them was used before.
    pub quotas: Vec<(Sym, Left)>,
}

/// What admission makes of a Pod.
#[derive(Clone, Debug, Default)]
pub struct Admitted {
    /// Refused, in the server's whole sentence.
    pub refused: Option<String>,
    /// Its spec, with what was added.
    pub spec: Option<Arc<PodSpec>>,
    /// What it takes of which quota.
    pub takes: Vec<(usize, Amounts)>,
}

impl Admissions {
    fn of(&self, namespace: Sym, template: Option<u64>, name: Sym) -> Option<&Admitted> {
        match template {
            Some(digest) => self.templates.get(&(digest, namespace)),
            None => self.pods.get(&(namespace, name)),
        }
    }

    /// True if there are no quotas.
    pub fn has_quotas(&self) -> bool {
        !self.quotas.is_empty()
    }
}

/// Asks what is left of quotas for one more Pod. `template` is the digest of the template it is made of, if it is.
pub fn take_quota(state: &State, namespace: Sym, template: Option<u64>, name: Sym) -> Result<(), Refusal> {
    let admissions = state.admissions();
    let Some(admitted) = admissions.of(namespace, template, name).filter(|a| !a.takes.is_empty()) else {
        return Ok(());
    };
    for (index, amounts) in &admitted.takes {
        let Some((_, left)) = admissions.quotas.get(*index) else { continue };
        let mut left = left.clone();
        for pod in state.pods_in(namespace).filter(|pod| !pod.phase.is_terminal()) {
            let template = (pod.template != 0).then_some(pod.template);
            let of = admissions.of(namespace, template, pod.meta.name);
            let takes = of.into_iter().flat_map(|a| &a.takes).filter(|(other, _)| other == index);
            takes.for_each(|(_, amounts)| left.add(amounts));
        }
        if let Err(why) = left.take(amounts) {
            return Err(Refusal::Whole(format!("pods \"{TEMPLATE_POD}\" is forbidden: {why}")));
        }
    }
    Ok(())
}

/// The spec with which a Pod is stored, or why it is refused. `template` is the digest of the template it is made of, if
/// it is, `name` its name if not.
pub fn admit(
    state: &State,
    namespace: Sym,
    spec: &Arc<PodSpec>,
    template: Option<u64>,
    name: Sym,
) -> Result<Arc<PodSpec>, Refusal> {
    let known = state.admissions();
    let of_manifest = known.of(namespace, template, name);
    let spec = of_manifest.and_then(|admitted| admitted.spec.as_ref()).unwrap_or(spec);
    let admitted = by_model(state, namespace, spec)?;
    match of_manifest.and_then(|admitted| admitted.refused.clone()) {
        Some(message) => Err(Refusal::Whole(message)),
        None => Ok(admitted),
    }
}

/// The plugins that the typed model is enough for.
fn by_model(state: &State, namespace: Sym, spec: &Arc<PodSpec>) -> Result<Arc<PodSpec>, Refusal> {
    if state.namespace(namespace).is_none() {
        return Err(Refusal::NotFound(format!("namespaces \"{namespace}\" not found")));
    }
    let account = if spec.service_account.is_empty() { sym("default") } else { spec.service_account };
    let key = Key { namespace, name: account, ..Key::new("", "ServiceAccount", "", "") };
    // A controller makes `default` in every namespace.
    if &*account != "default" && state.other(&key).is_none() {
        return Err(Refusal::Forbidden(format!(
            "error looking up service account {namespace}/{account}: serviceaccount \"{account}\" not found"
        )));
    }
    let mut admitted = PodSpec::clone(spec);
    admitted.service_account = account;
    let class = if spec.priority_class.is_empty() {
        state.default_priority_class().cloned()
    } else {
        let Some(class) = state.priority_class(spec.priority_class) else {
            let name = spec.priority_class;
            return Err(Refusal::Forbidden(format!("no PriorityClass with name {name} was found")));
        };
        Some(class.clone())
    };
    let computed = class.as_ref().map_or(0, |class| class.value);
    // 0 is what it would be anyway, or what nobody wrote.
    if admitted.priority != 0 && admitted.priority != computed {
        return Err(Refusal::Forbidden(format!(
            "the integer value of priority ({}) must not be provided in pod spec; priority admission controller computed \
             {computed} from the given PriorityClass name",
            admitted.priority
        )));
    }
    if let Some(class) = class {
        admitted.priority = class.value;
        admitted.priority_class = class.meta.name;
        admitted.never_preempts |= class.never_preempts;
    }
    default_tolerations(&mut admitted);
    Ok(Arc::new(admitted))
}

/// DefaultTolerationSeconds: a node that is not ready or not reachable is tolerated for 300 seconds, unless the Pod says
/// something about that taint itself.
fn default_tolerations(spec: &mut PodSpec) {
    for taint in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let key = sym(taint);
        let says = spec.tolerations.iter().any(|t| {
            (t.key == key || t.key.is_empty())
                && t.effect.is_none_or(|effect| effect == TaintEffect::NoExecute)
        });
        if !says {
            spec.tolerations.push(Toleration {
                key,
                operator: TolerationOperator::Exists,
                value: sym(""),
                effect: Some(TaintEffect::NoExecute),
                seconds: Some(300),
            });
        }
    }
}
