//! NetworkPolicies: which directions they cover, and their rules.

use crate::object::{Object, Selector, Value};

/// A direction of traffic: the list of rules, the list of peers in a rule, and the name in `policyTypes`.
pub(super) struct Direction {
    /// `ingress`
    pub rules: &'static str,
    /// `from`
    pub peers: &'static str,
    /// `Ingress`
    pub name: &'static str,
}

/// Both directions.
pub(super) const DIRECTIONS: [Direction; 2] = [
    Direction { rules: "ingress", peers: "from", name: "Ingress" },
    Direction { rules: "egress", peers: "to", name: "Egress" },
];

/// True if the policy isolates its Pods in a direction. Without `policyTypes` that is Ingress, and Egress if it has egress
/// rules (`SetDefaults_NetworkPolicy`).
pub(super) fn covers(policy: &Object<'_>, direction: &Direction) -> bool {
    let Some(spec) = policy.spec() else { return false };
    let mut types = spec.list("policyTypes").peekable();
    if types.peek().is_some() {
        return types.any(|t| t.as_str() == Some(direction.name));
    }
    direction.name == "Ingress" || spec.list(direction.rules).next().is_some()
}

/// The Pods that a policy is about: its `podSelector`, which selects all if it is empty or absent.
pub(super) fn selector(policy: &Object<'_>) -> Selector {
    policy.spec().and_then(|spec| spec.get("podSelector")).map(Selector::read).unwrap_or_default()
}

/// A peer's selector of Pods or namespaces; `None` if it has none.
pub(super) fn peer_selector(peer: Value<'_>, field: &str) -> Option<Selector> {
    peer.get(field).map(Selector::read)
}
