//! Admission: what the plugins of a default API server change, and what they do not let in, in their order. What they
//! ask of a cluster they ask through `Lookup`.
//!
//! Plugins that need the outside world are not here: webhooks, and what asks an authorizer.

mod classes;
mod limit_range;
mod pod;
pub mod pod_security;
mod quota;
mod refusal;

use crate::apiserver::codes::{ADMISSION, POD_SECURITY, POD_SECURITY_WARNING, POLICY_DENIED, POLICY_WARNING};
use crate::apiserver::policy::{Asker, Denied, Mutated, Mutations, Policies};
use crate::apiserver::validation::Request;
use crate::finding::ServerCause;
use crate::object::{Draft, Gvk, Object, Owned, Sym, Value, sym};
use crate::schema::Types;
use pod_security::{Decision, PodSecurity, Standard, Violation};

pub use quota::{Amounts, Left, Quotas};
pub use refusal::{Attributes, Refusal, Spot, Told};

/// What admission asks of a cluster.
pub trait Lookup: Sync {
    /// The object of this group, kind, namespace (empty for cluster-scoped kinds) and name.
    fn find(&self, group: &str, kind: &str, namespace: &str, name: &str) -> Option<Value<'_>>;

    /// All objects of this group and kind.
    fn all(&self, group: &str, kind: &str) -> Vec<Value<'_>>;

    /// The same with their namespaces; empty for cluster-scoped kinds.
    fn placed(&self, group: &str, kind: &str) -> Vec<(Sym, Value<'_>)> {
        let namespace = |object: &Value<'_>| {
            sym(object.at(&["metadata", "namespace"]).and_then(Value::as_str).unwrap_or_default())
        };
        self.all(group, kind).into_iter().map(|object| (namespace(&object), object)).collect()
    }

    /// True if what it does not hold is not there.
    fn complete(&self) -> bool {
        false
    }

    /// True if objects of this kind that it does not hold are not there.
    fn knows(&self, group: &str, kind: &str) -> bool {
        let _ = (group, kind);
        self.complete()
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

/// `metadata.name`
fn name_of(object: Value<'_>) -> &str {
    object.at(&["metadata", "name"]).and_then(Value::as_str).unwrap_or_default()
}

/// What a request brings.
fn as_object<'a>(at: &Attributes<'_>, value: Value<'a>) -> Object<'a> {
    let Request { gvk, namespace, .. } = at.request;
    Object { document: None, gvk, namespace: sym(namespace), name: sym(name_of(value)), value }
}

/// The objects of a kind in a namespace.
fn in_namespace<'c>(cluster: &'c dyn Lookup, group: &str, kind: &str, namespace: &str) -> Vec<Value<'c>> {
    let all = cluster.placed(group, kind).into_iter();
    all.filter(|(of, _)| **of == *namespace).map(|(_, object)| object).collect()
}

/// The same for an object in the place of one that exists: what a Pod got when it was made, it keeps.
pub fn mutate_update(gvk: Gvk, old: Value<'_>, object: &mut Draft<'_, '_>, _: &dyn Lookup) {
    if gvk.is("", "Pod") {
        pod::keep_priority(old, object);
        pod::default_toleration_seconds(object);
    }
}

/// Lets the mutating plugins change an object on its way in, in the server's order. What they refuse is not told.
pub fn mutate(gvk: Gvk, object: &mut Draft<'_, '_>, cluster: &dyn Lookup) {
    let request = Request { gvk, namespaced: true, namespace: "", minor: crate::schema::Minor::DEFAULT };
    let at = Attributes { request, resource: "", named: false };
    let _ = mutating(&at, object, cluster);
}

/// The mutating plugins that are part of every server.
fn mutating(
    at: &Attributes<'_>,
    object: &mut Draft<'_, '_>,
    cluster: &dyn Lookup,
) -> Result<(), Box<Refusal>> {
    if at.is("", "Pod") {
        limit_range::mutate(at, object, cluster);
        pod::service_account(at, object, cluster)?;
        pod::priority(at, object, cluster)?;
        pod::default_toleration_seconds(object);
        pod::runtime_class(at, object, cluster)?;
    } else if at.is("", "PersistentVolumeClaim") {
        classes::storage_class(object, cluster);
    } else if at.is("networking.k8s.io", "Ingress") {
        classes::ingress_class(object, cluster);
    }
    if at.is("", "Node") {
        taint_new_node(object);
    }
    classes::protect_storage(at, object);
    Ok(())
}

/// Mirrors TaintNodesByCondition: a new Node is not ready.
fn taint_new_node(node: &mut Draft<'_, '_>) {
    const NOT_READY: &str = "node.kubernetes.io/not-ready";
    let Some(mut spec) = node.ensure("spec") else { return };
    let has = spec
        .read()
        .list("taints")
        .any(|taint| taint.str("key") == NOT_READY && taint.str("effect") == "NoSchedule");
    if !has {
        spec.append("taints", [Owned::map([("key", NOT_READY.into()), ("effect", "NoSchedule".into())])]);
    }
}

/// What validating admission says of an object.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    /// It is not let in.
    pub refused: Option<Box<Refusal>>,
    /// `Warning:` headers.
    pub warnings: Vec<String>,
    /// The same for people.
    pub told: Vec<Told>,
    /// What kcheck could not evaluate.
    pub not_evaluated: Vec<String>,
}

/// The plugins of a server, as a cluster configures them.
#[derive(Debug)]
pub struct Plugins<'c> {
    cluster: &'c dyn Lookup,
    policies: Policies<'c>,
    mutations: Mutations<'c>,
    types: &'c Types,
    asker: Option<Asker>,
    quotas: Quotas,
    pod_security: PodSecurity,
    /// It is known which addresses Services may have.
    has_networks: bool,
}

impl std::fmt::Debug for dyn Lookup + '_ {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Lookup")
    }
}

/// Kinds that plugins of every server change, or whose plugins and validation look for other objects.
fn refers(gvk: Gvk) -> bool {
    const REFERRING: [(&str, &str); 7] = [
        ("", "Pod"),
        ("", "PersistentVolumeClaim"),
        ("", "Node"),
        ("networking.k8s.io", "Ingress"),
        ("resource.k8s.io", "ResourceClaim"),
        ("resource.k8s.io", "ResourceClaimTemplate"),
        ("scheduling.k8s.io", "PriorityClass"),
    ];
    REFERRING.iter().any(|(group, kind)| gvk.is(group, kind))
}

impl<'c> Plugins<'c> {
    /// The cluster.
    pub fn cluster(&self) -> &'c dyn Lookup {
        self.cluster
    }

    /// The plugins of a server of this cluster.
    pub fn new(cluster: &'c dyn Lookup, types: &'c Types) -> Self {
        const GROUP: &str = "admissionregistration.k8s.io";
        let policies = cluster.all(GROUP, "ValidatingAdmissionPolicy");
        let bindings = cluster.all(GROUP, "ValidatingAdmissionPolicyBinding");
        let mutating = cluster.all(GROUP, "MutatingAdmissionPolicy");
        let mutating_bindings = cluster.all(GROUP, "MutatingAdmissionPolicyBinding");
        Self {
            cluster,
            policies: Policies::new(&policies, &bindings),
            mutations: Mutations::new(&mutating, &mutating_bindings),
            types,
            asker: None,
            quotas: Quotas::new(cluster),
            pod_security: PodSecurity::default(),
            has_networks: !cluster.all("networking.k8s.io", "ServiceCIDR").is_empty(),
        }
    }

    /// The same, with requests made by somebody.
    #[must_use]
    pub fn asked_by(mut self, asker: Asker) -> Self {
        self.asker = Some(asker);
        self
    }

    /// The same without quotas: somebody else keeps count of them. They are returned.
    #[must_use]
    pub fn without_quotas(mut self) -> (Self, Quotas) {
        let quotas = std::mem::take(&mut self.quotas);
        (self, quotas)
    }

    /// True for kinds of which this cluster may make something else than another one.
    fn refers(&self, gvk: Gvk) -> bool {
        refers(gvk) || self.has_networks && gvk.is("", "Service")
    }

    /// True if validation may say something else of an object, as plugins changed it, than of the one that was written:
    /// because of what they added, or because it looks at this cluster. What every Pod gets (an account, a priority, two
    /// tolerations) is never wrong.
    pub(super) fn may_be_judged_otherwise(
        &self,
        request: &Request<'_>,
        written: Value<'_>,
        changed: Value<'_>,
    ) -> bool {
        if !request.gvk.is("", "Pod") {
            return self.refers(request.gvk);
        }
        let has = |pod: Value<'_>, name: &str| pod.at(&["spec", name]).is_some();
        has(written, "runtimeClassName")
            || has(written, "imagePullSecrets") != has(changed, "imagePullSecrets")
            || !in_namespace(self.cluster, "", "LimitRange", request.namespace).is_empty()
    }

    /// False if this cluster makes of an object what every cluster makes of it, so that nobody has to ask.
    pub fn may_concern(&self, request: &Request<'_>, resource: &str, object: Value<'_>) -> bool {
        let gvk = request.gvk;
        self.refers(gvk)
            || request.namespaced && self.namespace_concerns(request, resource, object)
            || self.mutations.may_concern(request, resource, object, self.cluster)
            || self.policies.may_concern(request, resource, object, self.cluster)
    }

    /// True if a quota counts objects of the kind in their namespace: what is let in changes what is left for the next one.
    pub fn counts(&self, request: &Request<'_>, resource: &str) -> bool {
        request.namespaced && self.quotas.count(&Attributes { request: *request, resource, named: false })
    }

    /// True if the namespace decides: it is not there, on its way out, has levels of Pod Security for what makes Pods, or
    /// quotas that count objects of the kind.
    fn namespace_concerns(&self, request: &Request<'_>, resource: &str, object: Value<'_>) -> bool {
        let at = Attributes { request: *request, resource, named: false };
        let decides = match self.cluster.find("", "Namespace", "", request.namespace) {
            None => self.cluster.knows("", "Namespace"),
            Some(namespace) => {
                namespace.at(&["status", "phase"]).is_some()
                    || pod_security::has_levels(namespace) && as_object(&at, object).pod_template().is_some()
            }
        };
        decides || self.quotas.count(&at)
    }

    /// Lets the mutating plugins change a new object, in the server's order: those that are part of every server, then
    /// policies, and if these changed something the first ones again. Mirrors Admit.
    pub fn mutate(
        &self,
        request: &Request<'_>,
        resource: &str,
        object: &mut Draft<'_, '_>,
    ) -> Result<Mutated, Box<Refusal>> {
        let at = Attributes { request: *request, resource, named: false };
        self.lifecycle(&at, object.read())?;
        mutating(&at, object, self.cluster)?;
        if self.mutations.is_empty() {
            return Ok(Mutated::default());
        }
        let asker = self.asker.as_ref();
        let mut mutated = self.mutations.mutate(request, resource, object, self.cluster, self.types, asker);
        if let Some(denied) = mutated.denied.take() {
            return Err(Box::new(of_policy(denied, "MutatingAdmissionPolicy")));
        }
        if mutated.changed {
            mutating(&at, object, self.cluster)?;
        }
        Ok(mutated)
    }

    /// Mirrors NamespaceLifecycle.
    fn lifecycle(&self, at: &Attributes<'_>, object: Value<'_>) -> Result<(), Box<Refusal>> {
        let namespace = at.request.namespace;
        let is_review = matches!(&*at.request.gvk.group, "authorization.k8s.io");
        if !at.request.namespaced || namespace.is_empty() || is_review {
            return Ok(());
        }
        let spot = || {
            let metadata = object.get("metadata")?;
            let place = metadata.key_place("namespace");
            Some(Spot { place, field: "metadata.namespace".to_owned() })
        };
        let told = |text: String, help: &'static str| Told {
            code: &ADMISSION,
            text,
            at: spot().into_iter().collect(),
            help: help.into(),
        };
        let Some(found) = self.cluster.find("", "Namespace", "", namespace) else {
            const ALWAYS: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];
            if ALWAYS.contains(&namespace) || !self.cluster.knows("", "Namespace") {
                return Ok(());
            }
            let text = format!("there is no namespace {namespace}");
            return Err(Box::new(Refusal {
                code: 404,
                reason: "NotFound",
                message: format!("namespaces {} not found", crate::schema::quote(namespace)),
                causes: Vec::new(),
                plugin: "NamespaceLifecycle",
                told: vec![told(text, "make it first")],
            }));
        };
        if found.at(&["status", "phase"]).and_then(Value::as_str) != Some("Terminating") {
            return Ok(());
        }
        let why =
            format!("unable to create new content in namespace {namespace} because it is being terminated");
        let text = format!("namespace {namespace} is being deleted, nothing new comes in");
        let told = vec![told(text, "wait until it is gone, or use another namespace")];
        let mut refusal = at.forbidden(object, "NamespaceLifecycle", &why, told);
        refusal.causes.push(ServerCause {
            reason: "NamespaceTerminating",
            field: "metadata.namespace".to_owned(),
            message: format!("namespace {namespace} is being terminated"),
        });
        Err(Box::new(refusal))
    }

    /// Asks the validating plugins about a new object that has passed validation, in the server's order; what it needs is
    /// taken out of quotas. Mirrors Validate.
    pub fn validate(&self, request: &Request<'_>, resource: &str, object: Value<'_>) -> Admission {
        let mut admission = self.validate_without_quotas(request, resource, object);
        if admission.refused.is_none() {
            admission.refused = self.take(request, resource, object).err();
        }
        admission
    }

    /// The same without the last of the plugins, whose answer depends on who was asked before.
    pub(super) fn validate_without_quotas(
        &self,
        request: &Request<'_>,
        resource: &str,
        object: Value<'_>,
    ) -> Admission {
        let at = Attributes { request: *request, resource, named: true };
        let mut admission = Admission::default();
        if let Err(refusal) = self.ask(&at, object, &mut admission) {
            admission.refused = Some(refusal);
        }
        admission
    }

    /// Takes what a new object needs out of the quotas of its namespace, or says which of them has too little.
    pub(super) fn take(
        &self,
        request: &Request<'_>,
        resource: &str,
        object: Value<'_>,
    ) -> Result<(), Box<Refusal>> {
        let at = Attributes { request: *request, resource, named: true };
        if request.namespaced { self.quotas.take(&at, object) } else { Ok(()) }
    }

    fn ask(
        &self,
        at: &Attributes<'_>,
        object: Value<'_>,
        admission: &mut Admission,
    ) -> Result<(), Box<Refusal>> {
        limit_range::validate(at, object, self.cluster)?;
        self.pod_security(at, object, admission)?;
        self.priority_class(at, object)?;
        if at.is("", "Pod") {
            pod::validate_runtime_class(at, object, self.cluster)?;
        }
        let answer = self.policies.ask(&at.request, at.resource, object, self.cluster, self.asker.as_ref());
        admission.told.extend(answer.warnings.iter().map(|warning| Told {
            code: &POLICY_WARNING,
            text: warning.clone(),
            at: Vec::new(),
            help: "change the object, or the policy".into(),
        }));
        admission.warnings.extend(answer.warnings);
        admission.not_evaluated.extend(answer.not_evaluated);
        if let Some(denied) = answer.denied {
            return Err(Box::new(of_policy(denied, "ValidatingAdmissionPolicy")));
        }
        Ok(())
    }

    /// Mirrors validatePriorityClass.
    fn priority_class(&self, at: &Attributes<'_>, class: Value<'_>) -> Result<(), Box<Refusal>> {
        if !at.is("scheduling.k8s.io", "PriorityClass") || !class.flag("globalDefault") {
            return Ok(());
        }
        let Some(other) = pod::global_default(self.cluster).map(name_of) else { return Ok(()) };
        // Itself, applied again.
        if other == name_of(class) {
            return Ok(());
        }
        let why = format!("PriorityClass {other} is already marked as default. Only one default can exist");
        let told = Told {
            code: &ADMISSION,
            text: format!("PriorityClass {other} is the default already"),
            at: vec![Spot { place: class.key_place("globalDefault"), field: "globalDefault".to_owned() }],
            help: "only one can be: take `globalDefault` from one of them".into(),
        };
        Err(Box::new(at.forbidden(class, "Priority", &why, vec![told])))
    }

    /// PodSecurity: refuses Pods, warns of workloads.
    fn pod_security(
        &self,
        at: &Attributes<'_>,
        value: Value<'_>,
        admission: &mut Admission,
    ) -> Result<(), Box<Refusal>> {
        let namespace = at.request.namespace;
        let object = as_object(at, value);
        // The plugin knows workloads of these groups only.
        let Some(template) = object.pod_template().filter(|_| &*at.request.gvk.group != "extensions") else {
            return Ok(());
        };
        let labels =
            self.cluster.find("", "Namespace", "", namespace).and_then(|n| n.at(&["metadata", "labels"]));
        let place = pod_security::Place {
            namespace,
            labels,
            user: "",
            subresource: "",
            server: u32::from(at.request.minor.number()),
        };
        let is_pod = at.is("", "Pod");
        let decision = if is_pod {
            self.pod_security.pod(place, template, None)
        } else {
            self.pod_security.workload(place, template)
        };
        admission.warnings.extend(decision.warning());
        if let Some((standard, violations)) = &decision.warned {
            let of = if is_pod { "this Pod" } else { "Pods of this template" };
            let text = |v: &Violation| {
                format!("{of} would break Pod Security {standard} of namespace {namespace}: {}", plain(v))
            };
            let told = violations.iter().map(|v| told(v, &POD_SECURITY_WARNING, text(v)));
            admission.told.extend(told);
        }
        refused_by_pod_security(at, value, &decision, namespace)
    }
}

/// The refusal of a Pod, if it is one.
fn refused_by_pod_security(
    at: &Attributes<'_>,
    pod: Value<'_>,
    decision: &Decision,
    namespace: &str,
) -> Result<(), Box<Refusal>> {
    let (Some(why), Some((standard, violations))) = (decision.refusal(), &decision.refused) else {
        return Ok(());
    };
    let text = |standard: &Standard, v: &Violation| {
        format!("Pod Security {standard} of namespace {namespace} does not let it in: {}", plain(v))
    };
    let told = violations.iter().map(|v| told(v, &POD_SECURITY, text(standard, v))).collect();
    Err(Box::new(at.forbidden(pod, "PodSecurity", &why, told)))
}

/// `reason (detail)`
fn plain(violation: &Violation) -> String {
    pod_security::sentence(std::slice::from_ref(violation))
}

fn told(violation: &Violation, code: &'static crate::finding::Code, text: String) -> Told {
    let at = violation.at.iter().map(|(place, field)| Spot { place: *place, field: field.clone() }).collect();
    Told { code, text, at, help: violation.help.into() }
}

/// The refusal of a policy.
fn of_policy(denied: Denied, plugin: &'static str) -> Refusal {
    let Denied { code, reason, message, causes, by: (policy, binding), why } = denied;
    let told = Told {
        code: &POLICY_DENIED,
        text: format!("{plugin} '{policy}' with binding '{binding}' denies it: {why}"),
        at: Vec::new(),
        help: "change the object, or the policy".into(),
    };
    Refusal { code, reason, message, causes, plugin, told: vec![told] }
}
