//! The verdict on a new object, as the server would answer the request.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::admission::{Bare, Lookup};
use super::codes;
use super::custom;
use super::validation::primitives::dns_1123_label;
use super::validation::{Cause, Judged, Request, Stop, name_of, validate_in};
use crate::finding::{Code, Finding, Fix, Level, Place, ServerCause};
use crate::object::Value;
use crate::schema::Minor;

/// What the server answers to a new object, or to a new version of one.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Whether it is accepted.
    pub verdict: Verdict,
    /// What it is warned of, in the server's order.
    pub warnings: Vec<Warning>,
    /// Rules that kcheck could not evaluate: where, and what.
    pub not_evaluated: Vec<(Place, String)>,
    /// The newest version of the server that answers the same, as far as its rules ask for versions.
    pub until: Minor,
}

/// A `Warning:` header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// The server's sentence.
    pub text: String,
    /// Where that is.
    pub place: Place,
    /// How to mend it.
    pub help: Cow<'static, str>,
    /// kcheck's name for it.
    pub code: &'static Code,
    /// A mend that kcheck can write.
    pub fix: Option<Fix>,
}

impl Answer {
    /// What is warned of and what was not evaluated, as findings; equal ones once.
    pub fn findings(&self) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        for (at, warning) in self.warnings.iter().enumerate() {
            if !self.warnings.iter().take(at).any(|other| other.text == warning.text) {
                let mut finding = Finding::new(warning.code, warning.place, warning.text.clone());
                finding.level = Level::Warning;
                finding.fix.clone_from(&warning.fix);
                found.push(finding.help(warning.help.clone()));
            }
        }
        found.extend(self.not_evaluated.iter().map(|(place, what)| {
            Finding::new(&codes::CUSTOM_NOT_EVALUATED, *place, format!("kcheck could not evaluate: {what}"))
                .help("a server may refuse this object; ask one with `--dry-run=server`")
        }));
        found
    }
}

/// What is decided.
#[derive(Clone, PartialEq, Debug)]
pub enum Verdict {
    /// Nothing that kcheck judges is wrong with it.
    Accepted,
    /// Refused.
    Refused(Status),
}

/// A refusal. Mirrors `metav1.Status`.
#[derive(Clone, PartialEq, Debug)]
pub struct Status {
    /// HTTP status.
    pub code: u16,
    /// `Invalid`, `Forbidden`, ...
    pub reason: &'static str,
    /// The server's whole sentence.
    pub message: String,
    /// Its parts; where the status is not 422, what it is about.
    pub causes: Vec<Cause>,
}

/// Judges a new object that has been defaulted and mutated. Mirrors what follows admission in a POST request.
pub fn create(request: &Request<'_>, object: Value<'_>) -> Answer {
    create_in(request, object, &Bare)
}

/// The same, where something is known of the cluster: the networks of its Services, the labels of its namespaces.
pub fn create_in(request: &Request<'_>, object: Value<'_>, cluster: &dyn Lookup) -> Answer {
    if request.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition") {
        return custom::create_definition(request, object);
    }
    let Judged { causes, warnings, stop, until } = validate_in(request, object, cluster);
    if let Some(status) = no_such_namespace(request, &causes) {
        return Answer { verdict: Verdict::Refused(status), warnings, not_evaluated: Vec::new(), until };
    }
    let verdict = match stop {
        Some(Stop { code, reason, message }) => Verdict::Refused(Status { code, reason, message, causes }),
        None => {
            let name = name_of(object);
            // A LimitRange without a name gets a UID for one.
            let name =
                if name.is_empty() && request.gvk.is("", "LimitRange") { "<uid>".into() } else { name };
            refusal(request, &name, causes)
        }
    };
    Answer { verdict, warnings, not_evaluated: Vec::new(), until }
}

/// A namespace whose name is none cannot be there: the server says that, before it looks at the object. `causes` are what
/// else it would say.
fn no_such_namespace(request: &Request<'_>, causes: &[Cause]) -> Option<Status> {
    let namespace = request.namespace;
    if !request.namespaced || namespace.is_empty() || dns_1123_label(namespace).is_empty() {
        return None;
    }
    let message = format!("namespaces {} not found", crate::schema::quote(namespace));
    let cause = causes.iter().find(|cause| cause.field == "metadata.namespace")?;
    let cause = Cause { message: message.clone(), ..cause.clone() };
    Some(Status { code: 404, reason: "NotFound", message, causes: vec![cause] })
}

/// The refusal for what is wrong, if anything is.
pub fn refusal(request: &Request<'_>, name: &str, causes: Vec<Cause>) -> Verdict {
    if causes.is_empty() {
        return Verdict::Accepted;
    }
    let parts = causes.iter().map(|c| (c.field.as_str(), c.message.as_str()));
    let kind = match &*request.gvk.group {
        // Some of the server's strategies name only the group, or only the kind.
        "authorization.k8s.io" => ".authorization.k8s.io".to_owned(),
        "events.k8s.io" => request.gvk.kind.to_string(),
        _ => request.gvk.group_kind(),
    };
    let message = invalid_message(&kind, name, parts);
    Verdict::Refused(Status { code: 422, reason: "Invalid", message, causes })
}

/// Mirrors NewInvalid: `Kind.group "name" is invalid: [field: sentence, ...]`, equal ones once.
/// `causes` are fields and sentences.
pub fn invalid_message<'c>(
    kind: &str,
    name: &str,
    causes: impl IntoIterator<Item = (&'c str, &'c str)>,
) -> String {
    let mut known: FxHashSet<(&str, &str)> = FxHashSet::default();
    let parts: Vec<String> = causes
        .into_iter()
        .filter(|cause| known.insert(*cause))
        .map(|(field, message)| format!("{field}: {message}"))
        .collect();
    let list = match parts.as_slice() {
        [one] => one.clone(),
        all => format!("[{}]", all.join(", ")),
    };
    format!("{kind} {} is invalid: {list}", crate::schema::quote(name))
}

impl Status {
    /// The causes as the server sends them.
    pub fn server_causes(&self) -> Vec<ServerCause> {
        self.causes
            .iter()
            .filter(|_| self.code == 422)
            .map(|c| ServerCause {
                reason: c.reason.name(),
                field: c.field.clone(),
                message: c.message.clone(),
            })
            .collect()
    }

    /// The refusal as findings, one per cause; equal ones once.
    pub fn findings(&self) -> Vec<Finding> {
        // What defaulting copied from another field is as wrong as that one: it is mended there.
        let written: FxHashSet<&str> =
            self.causes.iter().filter(|cause| !cause.made).map(|cause| cause.message.as_str()).collect();
        let is_copy = |cause: &Cause| cause.made && written.contains(cause.message.as_str());
        let mut seen: FxHashSet<(&str, &str)> = FxHashSet::default();
        self.causes
            .iter()
            .filter(|cause| !is_copy(cause) && seen.insert((&cause.field, &cause.message)))
            .map(|cause| {
                let message = if cause.plain.is_empty() {
                    format!("{}: {}", cause.field, cause.message)
                } else {
                    cause.plain.clone()
                };
                let finding = Finding::new(cause.code, cause.place, message)
                    .field(cause.field.clone())
                    .server(cause.reason.name(), cause.field.clone(), cause.message.clone());
                // What is warned of in one place may be refused in another.
                let finding = Finding { level: Level::Error, ..finding };
                let finding = match &cause.help {
                    Some(help) => finding.help(help.clone()),
                    None => finding,
                };
                match &cause.fix {
                    Some(fix) => finding.fix(fix.clone()),
                    None => finding,
                }
            })
            .collect()
    }
}
