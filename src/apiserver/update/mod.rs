//! An object in the place of one that exists: what the server answers to a PUT, or to the patch of `kubectl apply`.
//!
//! `prepare` is what the registry does before it validates: fields that are kept, cleared, or filled in from what is stored.
//! The rules themselves are in `validation::update`.

mod prepare;

use super::create::{Status, Verdict, refusal};
use super::stored::{ALLOCATED_IP, UID};
use super::validation::{Cause, Reason, Request, name_of, validate_update};
use super::{admission, codes, custom, defaults, strategy};
use crate::object::{Draft, Overlay, Value};
use crate::yaml::View;

/// Judges a new version of an object that exists. `old` is the object as it is stored ([`super::stored::live`]), `new` the whole new
/// one, as it would be sent; its overlay gets the defaults, and what the server keeps or clears.
pub fn update(
    request: &Request<'_>,
    old: Value<'_>,
    new: View<'_>,
    resource: &str,
    overlay: &mut Overlay,
    cluster: &dyn admission::Lookup,
) -> Verdict {
    let gvk = request.gvk;
    if let Some(conflict) = conflict(request, old, Value::new(new, overlay), resource) {
        return Verdict::Refused(conflict);
    }
    // Go's structs are there, and have their defaults, though nothing is written of them.
    let mut draft = Draft::new(new, overlay);
    if old.get("spec").is_some()
        && let Some(mut spec) = draft.ensure("spec")
        // A template of a ReplicationController is a pointer.
        && !gvk.is("", "ReplicationController")
        && old.at(&["spec", "template", "spec"]).is_some()
        && let Some(mut template) = spec.ensure("template")
    {
        let _ = template.ensure("spec");
    }
    defaults::apply(gvk, new, overlay);
    let mut draft = Draft::new(new, overlay);
    admission::mutate_update(gvk, old, &mut draft, cluster);
    prepare::before_update(request, old, &mut draft);
    let new = Value::new(new, overlay);
    let causes = if gvk.is("apiextensions.k8s.io", "CustomResourceDefinition") {
        match custom::update_definition(request, old, new).verdict {
            Verdict::Accepted => Vec::new(),
            Verdict::Refused(status) => status.causes,
        }
    } else {
        validate_update(request, old, new, cluster)
    };
    let causes = causes.into_iter().map(without_stand_ins).collect();
    refusal(request, &name_of(new), causes)
}

/// The UID or the version of the object that a request names are of another one: 409.
fn conflict(request: &Request<'_>, old: Value<'_>, new: Value<'_>, resource: &str) -> Option<Status> {
    let text = |object: Value<'_>, name: &str| {
        object.at(&["metadata", name]).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let differs = |name: &str| {
        let (given, known) = (text(new, name), text(old, name));
        (!given.is_empty() && given != known).then_some((given, known))
    };
    let name = text(old, "name");
    let why = if let Some((given, known)) = differs("uid") {
        let namespace = if request.namespaced { format!("/{}", request.namespace) } else { String::new() };
        format!(
            "StorageError: invalid object, Code: 4, Key: /{resource}{namespace}/{name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {given}, UID in object meta: {known}"
        )
    } else {
        let (given, _) = differs("resourceVersion")?;
        if let Some(error) = parse_version(&given) {
            let causes = vec![of_conflict(new, "metadata.resourceVersion", &error)];
            return Some(Status { code: 500, reason: "InternalError", message: error, causes });
        }
        if given.bytes().all(|digit| digit == b'0') {
            // No version in particular.
            return None;
        }
        "the object has been modified; please apply your changes to the latest version and try again"
            .to_owned()
    };
    let group = match &*request.gvk.group {
        "" => String::new(),
        group => format!(".{group}"),
    };
    let message =
        format!("Operation cannot be fulfilled on {resource}{group} {}: {why}", crate::schema::quote(&name));
    let message = message.replace(UID, "<uid>");
    let field = if differs("uid").is_some() { "metadata.uid" } else { "metadata.resourceVersion" };
    Some(Status { code: 409, reason: "Conflict", causes: vec![of_conflict(new, field, &message)], message })
}

/// What Go says of a version that is no number, if it is none. Mirrors strconv.ParseUint.
fn parse_version(text: &str) -> Option<String> {
    let why = if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        "invalid syntax"
    } else if text.parse::<u64>().is_err() {
        "value out of range"
    } else {
        return None;
    };
    Some(format!("strconv.ParseUint: parsing {}: {why}", crate::schema::quote(text)))
}

/// A conflict for people: it stands where the manifest names the object that it means.
fn of_conflict(new: Value<'_>, field: &str, message: &str) -> Cause {
    let name = field.rsplit('.').next().unwrap_or_default();
    let place = new.get("metadata").map_or_else(|| new.place(), |metadata| metadata.key_place(name));
    Cause {
        reason: Reason::Internal,
        field: field.to_owned(),
        message: message.to_owned(),
        place,
        code: &codes::FORMAT,
        plain: format!("the manifest is of another version of the object than the cluster has: `{field}`"),
        help: Some(format!("remove `{field}`: the server writes it")),
        fix: None,
        made: false,
    }
}

/// What only a real server could have chosen is named as such.
fn without_stand_ins(mut cause: Cause) -> Cause {
    for (stand_in, shown) in [(UID, "<uid>"), (ALLOCATED_IP, strategy::ALLOCATED)] {
        if cause.message.contains(stand_in) {
            cause.message = cause.message.replace(stand_in, shown);
        }
    }
    cause
}
