//! Mutating admission: what the plugins of a default API server change. They see Pods, not templates.

mod pod;

use crate::object::{Draft, Gvk, Value};

/// What admission asks of a cluster.
pub trait Lookup {
    /// The object of this group, kind, namespace (empty for cluster-scoped kinds) and name.
    fn find(&self, group: &str, kind: &str, namespace: &str, name: &str) -> Option<Value<'_>>;

    /// All objects of this group and kind, in order of name.
    fn all(&self, group: &str, kind: &str) -> Vec<Value<'_>>;

    /// True if what it does not hold is not there.
    fn complete(&self) -> bool {
        false
    }
}

/// A cluster that holds nothing but what every cluster has.
#[derive(Clone, Copy, Debug)]
pub struct Bare;

impl Lookup for Bare {
    fn find(&self, _: &str, _: &str, _: &str, _: &str) -> Option<Value<'_>> {
        None
    }

    fn all(&self, _: &str, _: &str) -> Vec<Value<'_>> {
        Vec::new()
    }
}

/// Lets the mutating plugins change an object on its way in, in the server's order.
pub fn mutate(gvk: Gvk, object: &mut Draft<'_, '_>, cluster: &dyn Lookup) {
    if gvk.is("", "Pod") {
        pod::service_account(object);
        pod::priority(object, cluster);
        pod::default_toleration_seconds(object);
        pod::runtime_class(object, cluster);
    }
}
