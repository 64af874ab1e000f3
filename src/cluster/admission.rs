//! What admission makes of a Pod, whether a person or a controller asks for it, on the typed model.
//!
//! The plugins that matter to where a Pod lands, in the server's order: NamespaceLifecycle, ServiceAccount, Priority,
//! DefaultTolerationSeconds.

use std::sync::Arc;

use super::State;
use super::model::{PodSpec, TaintEffect, Toleration, TolerationOperator};
use crate::object::{Key, Sym, sym};

/// A Pod that is not admitted. The text is the server's, behind `pods "NAME" is forbidden: ` where it is a 403.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// 403, with the reason.
    Forbidden(String),
    /// 404, the whole sentence.
    NotFound(String),
}

impl Refusal {
    /// The server's message. A mutating stage refuses before a name is generated, so `name` is then the prefix.
    pub fn message(&self, name: &str) -> String {
        match self {
            Self::Forbidden(reason) => format!("pods \"{name}\" is forbidden: {reason}"),
            Self::NotFound(message) => message.clone(),
        }
    }
}

/// The spec with which a Pod is stored, or why it is refused.
pub fn admit(state: &State, namespace: Sym, spec: &Arc<PodSpec>) -> Result<Arc<PodSpec>, Refusal> {
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
