//! serviceaccount-controller and root-ca-certificate-publisher: what every namespace gets.

use super::Context;
use crate::cluster::Entity;
use crate::cluster::model::Other;
use crate::object::{Key, Sym, sym};

/// ServiceAccount `default` and ConfigMap `kube-root-ca.crt` in every namespace.
pub(super) fn reconcile(context: &mut Context<'_>) -> bool {
    let namespaces: Vec<Sym> = context.state.namespaces().map(|n| n.meta.name).collect();
    let mut changed = false;
    for namespace in namespaces {
        for (kind, name) in [("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")] {
            let key = Key { namespace, ..Key::new("", kind, "", name) };
            if context.state.other(&key).is_some() {
                continue;
            }
            let mut made = Other::made("v1", kind, namespace, name);
            if kind == "ConfigMap" {
                made.keys.push(sym("ca.crt"));
            }
            context.state.put(Entity::Other(made));
            changed = true;
        }
    }
    changed
}
