//! A whole POST: defaults, mutating admission, validation, validating admission.

use super::admission::{Amounts, Attributes, Plugins, Quotas, Refusal};
use super::create::{self, Verdict, Warning};
use super::disabled::drop_disabled_fields;
use super::validation::Request;
use super::{defaults, stored, strategy};
use crate::finding::{Finding, ServerCause};
use crate::object::{Draft, Gvk, Overlay, Owned, PodTemplate, Value};
use crate::schema::Minor;
use crate::yaml::View;

/// The server's answer to a POST.
#[derive(Debug, Default)]
pub struct Answer {
    /// It is not let in.
    pub refused: Option<Refused>,
    /// What validation warns of.
    pub created: Vec<Warning>,
    /// `Warning:` headers of admission.
    pub warnings: Vec<String>,
    /// The same for people.
    pub findings: Vec<Finding>,
    /// What kcheck could not evaluate.
    pub not_evaluated: Vec<String>,
    /// What is laid over the object, as far as it came: with it, it is the object as it is stored.
    pub overlay: Overlay,
    /// What is laid over the object after policies have changed it, before the registry prepares it; none if they did not.
    pub mutated: Option<Overlay>,
}

/// Why an object is not let in.
#[derive(Clone, PartialEq, Debug)]
pub struct Refused {
    /// HTTP status.
    pub code: u16,
    /// `Invalid`, `Forbidden`, ...
    pub reason: &'static str,
    /// The server's whole sentence.
    pub message: String,
    /// Its causes.
    pub causes: Vec<ServerCause>,
    /// The plugin of admission; none for validation.
    pub plugin: Option<&'static str>,
    /// The same for people.
    pub findings: Vec<Finding>,
}

impl Refused {
    fn by_admission(refusal: Refusal, object: Value<'_>) -> Self {
        let findings = refusal.findings(object);
        let Refusal { code, reason, message, causes, plugin, .. } = refusal;
        Self { code, reason, message, causes, plugin: Some(plugin), findings }
    }
}

/// Creates an object that could be decoded, by all plugins of a server. `resource` is the plural of its kind.
///
/// `judged`: validation without a cluster found nothing. It is not asked again, unless the object was changed on its way
/// in, or is of a kind that is judged by what the cluster has.
pub fn post(
    request: &Request<'_>,
    resource: &str,
    root: View<'_>,
    plugins: &Plugins<'_>,
    judged: bool,
) -> Answer {
    let mut answer = post_without_quotas(request, resource, root, plugins, judged);
    take_from_quotas(request, resource, root, plugins, &mut answer);
    answer
}

/// The last step of [`post`]: an object that is let in takes what it needs out of quotas, or is refused.
pub fn take_from_quotas(
    request: &Request<'_>,
    resource: &str,
    root: View<'_>,
    plugins: &Plugins<'_>,
    answer: &mut Answer,
) {
    if answer.refused.is_none()
        && let Err(refusal) = plugins.take(request, resource, Value::new(root, &answer.overlay))
    {
        answer.refused = Some(Refused::by_admission(*refusal, Value::plain(root)));
    }
}

/// [`post`] but for its last step: this much does not depend on who was asked before.
pub fn post_without_quotas(
    request: &Request<'_>,
    resource: &str,
    root: View<'_>,
    plugins: &Plugins<'_>,
    mut judged: bool,
) -> Answer {
    let gvk = request.gvk;
    let mut answer = Answer::default();
    defaults::apply(gvk, root, &mut answer.overlay);
    let mut draft = Draft::new(root, &mut answer.overlay);
    stored::own_metadata(&mut draft, request.namespace);
    match plugins.mutate(request, resource, &mut draft) {
        Ok(of_policies) => {
            answer.not_evaluated = of_policies.not_evaluated;
            judged &= !of_policies.changed
                && !plugins.may_be_judged_otherwise(request, Value::plain(root), draft.read());
            answer.mutated = of_policies.changed.then(|| answer.overlay.clone());
        }
        Err(refusal) => {
            answer.refused = Some(Refused::by_admission(*refusal, Value::plain(root)));
            return answer;
        }
    }
    drop_disabled_fields(gvk, request.minor, &mut Draft::new(root, &mut answer.overlay), None);
    if !judged {
        let created = create::create_in(request, Value::new(root, &answer.overlay), plugins.cluster());
        answer.created = created.warnings;
        if let Verdict::Refused(status) = created.verdict {
            let (causes, findings) = (status.server_causes(), status.findings());
            let create::Status { code, reason, message, .. } = status;
            answer.refused = Some(Refused { code, reason, message, causes, plugin: None, findings });
        }
    }
    let mut draft = Draft::new(root, &mut answer.overlay);
    stored::generate_name(&mut draft);
    strategy::prepare_for_create(gvk, request.minor, &mut draft);
    if answer.refused.is_none() {
        let said = plugins.validate_without_quotas(request, resource, Value::new(root, &answer.overlay));
        let plain = Value::plain(root);
        answer.findings = said.told.iter().map(|told| told.finding(plain)).collect();
        answer.refused = said.refused.map(|refusal| Refused::by_admission(*refusal, plain));
        answer.warnings = said.warnings;
        answer.not_evaluated.extend(said.not_evaluated);
    }
    answer
}

/// The name of a Pod of a template, in sentences about it: whoever tells them puts the name in.
pub const TEMPLATE_POD: &str = "x-<random>";

/// What admission makes of the Pods of a template.
#[derive(Clone, Debug)]
pub struct OfTemplate {
    /// The server's whole sentence, about a Pod of the name [`TEMPLATE_POD`].
    pub refused: Option<String>,
    /// A Pod as it is stored.
    pub pod: Owned,
    /// Plugins added more than every Pod gets.
    pub changed: bool,
    /// What a Pod takes of which quota.
    pub takes: Vec<(usize, Amounts)>,
    /// What kcheck could not evaluate.
    pub not_evaluated: Vec<String>,
}

/// Makes a Pod of a template, by all plugins but those that look for accounts and classes. `namespace` is where.
///
/// `claims` are names of volumes that are claims of each Pod's own.
pub fn of_template(
    template: PodTemplate<'_>,
    claims: &[&str],
    namespace: &str,
    minor: Minor,
    plugins: &Plugins<'_>,
    quotas: &Quotas,
) -> OfTemplate {
    let gvk = Gvk::new("v1", "Pod");
    let request = Request { gvk, namespaced: true, namespace, minor };
    let place = template.holder.place();
    let mut pod = Owned::map([("apiVersion", "v1".into()), ("kind", "Pod".into())]);
    let mut draft = Draft::Made(&mut pod, place);
    if let Some(metadata) = template.holder.get("metadata") {
        draft.set("metadata", Owned::copy(metadata));
    }
    if let Some(mut metadata) = draft.ensure("metadata") {
        metadata.remove("name");
        metadata.set("generateName", "x-");
    }
    draft.set("spec", Owned::copy(template.spec));
    if !claims.is_empty() {
        draft.with(&["spec"], |spec| own_claims(spec, claims));
    }
    defaults::set_object_defaults(gvk, &mut draft);
    if let Some(mut metadata) = draft.ensure("metadata") {
        metadata.set("namespace", namespace.to_owned());
    }
    // What is refused here is asked again where classes and accounts are known.
    let before = beyond_the_usual(draft.read());
    let labels = labels(draft.read());
    let mutated = plugins.mutate(&request, "pods", &mut draft);
    let changed = beyond_the_usual(draft.read()) != before;
    let mut not_evaluated = Vec::new();
    if self::labels(draft.read()) != labels {
        // Controllers and Services find Pods by the labels of their template.
        not_evaluated
            .push("the labels that a MutatingAdmissionPolicy gives to Pods of a template".to_owned());
    }
    let mut refused = match mutated {
        Ok(of_policies) => {
            not_evaluated.extend(of_policies.not_evaluated);
            None
        }
        Err(refusal) if refusal.plugin == "RuntimeClass" || refusal.plugin == "MutatingAdmissionPolicy" => {
            Some(refusal.message)
        }
        Err(_) => None,
    };
    drop_disabled_fields(gvk, minor, &mut draft, None);
    if let Verdict::Refused(status) = create::create(&request, draft.read()).verdict {
        refused.get_or_insert(status.message);
    }
    strategy::prepare_for_create(gvk, minor, &mut draft);
    let object = draft.read();
    if refused.is_none() {
        let said = plugins.validate(&request, "pods", object);
        refused = said.refused.map(|refusal| refusal.message);
        not_evaluated.extend(said.not_evaluated);
    }
    let at = Attributes { request, resource: "pods", named: true };
    let takes = match quotas.demand(&at, object) {
        Ok(takes) => takes,
        Err(refusal) => {
            refused.get_or_insert(refusal.message);
            Vec::new()
        }
    };
    OfTemplate { refused, pod, changed, takes, not_evaluated }
}

fn labels(pod: Value<'_>) -> Option<Owned> {
    pod.at(&["metadata", "labels"]).map(Owned::copy)
}

/// Adds the claims of a StatefulSet's Pod to its volumes; they go before volumes of the same name. Mirrors updateStorage.
fn own_claims(spec: &mut Draft<'_, '_>, claims: &[&str]) {
    let claim = |name: &&str| {
        let source = Owned::map([("claimName", format!("{name}-x").into())]);
        Owned::map([("name", (*name).to_owned().into()), ("persistentVolumeClaim", source)])
    };
    let others = |volume: &Value<'_>| !claims.contains(&volume.str("name"));
    let mut volumes: Vec<Owned> = claims.iter().map(claim).collect();
    volumes.extend(spec.read().list("volumes").filter(others).map(Owned::copy));
    spec.set("volumes", Owned::Seq(volumes));
}

/// A Pod's spec without what admission adds to every Pod.
fn beyond_the_usual(pod: Value<'_>) -> Vec<(String, Owned)> {
    const USUAL: [&str; 7] = [
        "tolerations",
        "priority",
        "preemptionPolicy",
        "priorityClassName",
        "serviceAccountName",
        "serviceAccount",
        "imagePullSecrets",
    ];
    let spec = pod.get("spec").into_iter().flat_map(Value::entries);
    spec.filter(|(key, _)| !USUAL.contains(key)).map(|(key, v)| (key.to_owned(), Owned::copy(v))).collect()
}
