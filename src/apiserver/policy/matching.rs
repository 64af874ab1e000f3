//! Which requests a policy is asked about. Mirrors `policy/matching` and `webhook/predicates`.

use std::cell::OnceCell;

use super::Policy;
use crate::apiserver::admission::Lookup;
use crate::apiserver::validation::Request;
use crate::object::{Gvk, Labels, Selector, Sym, Value, sym};

/// True if one of the policies may be asked about a request. `facts` are its facts, which nobody gathers without need.
pub(super) fn may_concern<'a>(
    gvk: Gvk,
    resource: &str,
    facts: impl FnOnce() -> Facts<'a>,
    policies: &[Policy<'_>],
    bindings: &[Value<'_>],
) -> bool {
    let names_it = |policy: &Policy<'_>| policy.resources.iter().any(|named| is_resource(named, resource));
    if is_exempt(gvk) || !policies.iter().any(names_it) {
        return false;
    }
    let facts = facts();
    policies.iter().any(|policy| facts.may_concern(policy, bindings))
}

/// Whether `resources` of a rule that say this are for a resource.
fn is_resource(named: &str, resource: &str) -> bool {
    named == "*" || named == "*/*" || named == resource
}

/// Kinds that no policy is asked about (`shouldIgnoreResource`).
pub(super) fn is_exempt(gvk: Gvk) -> bool {
    let policies = [
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
    ];
    match &*gvk.group {
        "admissionregistration.k8s.io" => policies.contains(&&*gvk.kind),
        "authentication.k8s.io" | "authorization.k8s.io" => true,
        _ => false,
    }
}

/// What rules and selectors look at.
pub(super) struct Facts<'a> {
    gvk: Gvk,
    namespaced: bool,
    resource: &'a str,
    name: &'a str,
    object: Value<'a>,
    namespace_name: Sym,
    /// The namespace of the object.
    pub(super) namespace: Option<Value<'a>>,
    /// Read when a selector asks.
    labels: OnceCell<Labels>,
    /// Those of the namespace; none if they are not known.
    namespace_labels: OnceCell<Option<Labels>>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(
        request: &Request<'_>,
        resource: &'a str,
        object: Value<'a>,
        cluster: &'a dyn Lookup,
    ) -> Self {
        let is_namespace = request.gvk.is("", "Namespace");
        let namespace = if is_namespace {
            None
        } else {
            cluster.find("", "Namespace", "", request.namespace).filter(|_| request.namespaced)
        };
        let name = object.at(&["metadata", "name"]).and_then(Value::as_str).unwrap_or_default();
        Self {
            gvk: request.gvk,
            namespaced: request.namespaced,
            resource,
            name,
            object,
            namespace_name: sym(if is_namespace { name } else { request.namespace }),
            namespace,
            labels: OnceCell::new(),
            namespace_labels: OnceCell::new(),
        }
    }

    fn labels(&self) -> &Labels {
        self.labels.get_or_init(|| Labels::read(self.object.at(&["metadata", "labels"])))
    }

    /// Labels of the namespace, which an object that is one has itself; none if they are not known.
    fn namespace_labels(&self) -> Option<&Labels> {
        let read = || {
            let mut labels = if self.gvk.is("", "Namespace") {
                self.labels().clone()
            } else {
                Labels::read(self.namespace?.at(&["metadata", "labels"]))
            };
            labels.set(sym("kubernetes.io/metadata.name"), self.namespace_name);
            Some(labels)
        };
        self.namespace_labels.get_or_init(read).as_ref()
    }

    /// True if a policy may be asked about the request, by one of its bindings. What cannot be said is a maybe.
    fn may_concern(&self, policy: &Policy<'_>, bindings: &[Value<'_>]) -> bool {
        let is_for = |constraints, of_policy| self.matches(constraints, of_policy) != Ok(false);
        is_for(policy.spec.get("matchConstraints"), true)
            && bindings.iter().filter_map(|binding| binding.get("spec")).any(|spec| {
                spec.str("policyName") == policy.name && is_for(spec.get("matchResources"), false)
            })
    }

    /// True if a policy (`of_policy`) or binding is for the request; or why kcheck cannot say.
    pub(super) fn matches(
        &self,
        constraints: Option<Value<'_>>,
        of_policy: bool,
    ) -> Result<bool, &'static str> {
        let Some(constraints) = constraints.filter(|c| !c.is_null()) else { return Ok(!of_policy) };
        let selector = |name: &str| {
            constraints.get(name).filter(|s| !s.is_null()).map(Selector::read).filter(|s| !s.is_empty())
        };
        let any = |name: &str, equivalent: bool| {
            constraints.list(name).map(|rule| self.rule(rule, equivalent)).max().unwrap_or(Fit::No)
        };
        if any("excludeResourceRules", false) == Fit::Yes {
            return Ok(false);
        }
        let rules = constraints.list("resourceRules").next().is_some();
        let equivalent = constraints.str("matchPolicy") != "Exact";
        let fit = if rules || of_policy { any("resourceRules", equivalent) } else { Fit::Yes };
        if fit == Fit::No {
            return Ok(false);
        }
        if let Some(selector) = selector("objectSelector")
            && !selector.matches(self.labels())
        {
            return Ok(false);
        }
        if let Some(selector) = selector("namespaceSelector")
            && (self.namespaced || self.gvk.is("", "Namespace"))
        {
            match self.namespace_labels() {
                Some(labels) if selector.matches(labels) => {}
                Some(_) => return Ok(false),
                None => return Err("the labels of the namespace are not known"),
            }
        }
        if fit == Fit::Other {
            return Err("it is asked about the object in another version");
        }
        Ok(true)
    }

    fn rule(&self, rule: Value<'_>, equivalent: bool) -> Fit {
        let holds = |name: &str, given: &str| {
            rule.list(name).filter_map(Value::as_str).any(|allowed| allowed == "*" || allowed == given)
        };
        let resources =
            rule.list("resources").filter_map(Value::as_str).any(|named| is_resource(named, self.resource));
        let scope = match rule.str("scope") {
            "Namespaced" => self.namespaced,
            "Cluster" => !self.namespaced,
            _ => true,
        };
        let mut names = rule.list("resourceNames").filter_map(Value::as_str).peekable();
        let named = names.peek().is_none() || names.any(|name| name == self.name);
        if !(resources && scope && named && holds("operations", "CREATE")) {
            return Fit::No;
        }
        match (holds("apiGroups", &self.gvk.group), holds("apiVersions", &self.gvk.version)) {
            (true, true) => Fit::Yes,
            (true, false) if equivalent => Fit::Other,
            _ => Fit::No,
        }
    }
}

/// How a rule fits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    No,
    /// The same resource in another version.
    Other,
    Yes,
}
