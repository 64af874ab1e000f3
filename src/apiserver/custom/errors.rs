//! What is wrong with a custom object or a definition, in the server's words. Mirrors `field.Error`.

use super::path::Path;
use super::words;
use crate::apiserver::cel;
use crate::apiserver::codes;
use crate::apiserver::go_json;
use crate::apiserver::validation::{Cause, Judged, Reason, Request, name_of};
use crate::apiserver::{Answer, Warning, refusal};
use crate::finding::{Code, Place};
use crate::object::{Owned, Value};
use crate::schema::Minor;

/// Errors in the server's order, and warnings.
pub(super) struct Errors<'v> {
    /// The object that the places come from.
    pub(super) root: Value<'v>,
    pub(super) causes: Vec<Cause>,
    /// What the server says in warnings.
    pub(super) warnings: Vec<Warning>,
    /// Rules that kcheck could not evaluate, and where they would have been asked.
    pub(super) not_evaluated: Vec<(Place, String)>,
    /// The newest version of the server that says the same.
    pub(super) until: Minor,
}

impl<'v> Errors<'v> {
    pub(super) fn new(root: Value<'v>) -> Self {
        Self { root, causes: Vec::new(), warnings: Vec::new(), not_evaluated: Vec::new(), until: Minor::LAST }
    }

    /// Begins with what is said of every object.
    pub(super) fn take(&mut self, judged: Judged) {
        (self.causes, self.warnings, self.until) = (judged.causes, judged.warnings, judged.until);
    }

    /// All of it, as the answer to a request.
    pub(super) fn answer(self, request: &Request<'_>) -> Answer {
        let mut causes = self.causes;
        if request.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition") {
            for cause in &mut causes {
                if cause.field.contains(".x-kubernetes-validations[") {
                    cause.code = &codes::CRD_CEL_INVALID;
                } else if cause.code == &codes::CUSTOM_INVALID || cause.field.contains("openAPIV3Schema") {
                    cause.code = &codes::CRD_NOT_STRUCTURAL;
                }
            }
        }
        let verdict = refusal(request, &name_of(self.root), causes);
        let Self { warnings, not_evaluated, until, .. } = self;
        Answer { verdict, warnings, not_evaluated, until }
    }

    pub(super) fn warn(&mut self, path: &Path<'_>, text: String, help: &'static str) {
        let place = path.place(self.root);
        self.warnings.push(Warning {
            text,
            place,
            help: help.into(),
            code: &codes::SERVER_WARNING,
            fix: None,
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.causes.is_empty()
    }

    /// Says something about a place of the object.
    pub(super) fn say(&mut self, reason: Reason, path: &Path<'_>, message: impl Into<String>) {
        let place = path.place(self.root);
        self.say_as(reason, path.field(), place, message);
    }

    /// Says something about a place of the object that the server calls otherwise.
    pub(super) fn say_as(&mut self, reason: Reason, field: String, place: Place, message: impl Into<String>) {
        self.causes.push(cause(reason, field, place, message.into()));
    }

    pub(super) fn invalid(&mut self, path: &Path<'_>, value: &str, detail: &str) {
        self.say(Reason::Invalid, path, format!("Invalid value: {value}: {detail}"));
    }

    /// Puts a better help to what was said last.
    pub(super) fn help(&mut self, help: &'static str) {
        if let Some(cause) = self.causes.last_mut() {
            cause.help = Some(help.to_owned());
        }
    }

    pub(super) fn required(&mut self, path: &Path<'_>, detail: &str) {
        let colon = if detail.is_empty() { "" } else { ": " };
        self.say(Reason::Required, path, format!("Required value{colon}{detail}"));
    }

    pub(super) fn forbidden(&mut self, path: &Path<'_>, detail: &str) {
        self.say(Reason::Forbidden, path, format!("Forbidden: {detail}"));
    }

    pub(super) fn not_supported(&mut self, path: &Path<'_>, value: &str, supported: &[&str]) {
        let all: Vec<String> = supported.iter().map(|v| crate::schema::quote(v)).collect();
        let message = format!("Unsupported value: {value}: supported values: {}", all.join(", "));
        self.say(Reason::NotSupported, path, message);
    }
}

/// A cause with kcheck's code and words for its reason.
pub(super) fn cause(reason: Reason, field: String, place: Place, message: String) -> Cause {
    let code: &'static Code = match reason {
        Reason::Required => &codes::REQUIRED,
        Reason::NotSupported => &codes::ENUM,
        Reason::Duplicate => &codes::DUPLICATE,
        _ => &codes::CUSTOM_INVALID,
    };
    let (plain, help) = words::of(reason, &field, &message);
    Cause { reason, field, message, place, code, plain, help: Some(help), fix: None, made: false }
}

/// A value as a field error prints it: texts and numbers plain, lists and maps as JSON with sorted keys.
pub(super) fn printed(value: &Owned) -> String {
    match value {
        Owned::Str(text) => crate::schema::quote(text),
        // A number that is no integer, as `%v` prints it.
        Owned::Number(text) => text.parse::<f64>().map_or_else(|_| text.to_string(), cel::format_g),
        other => go_json::owned(other),
    }
}
