//! `metadata`. Mirrors ValidateObjectMeta of `apimachinery` and of `pkg/apis/core`.

use smallvec::SmallVec;

use super::errors::anchor;
use super::names::{MetaRule, NameRule, names_itself};
use super::primitives::{LABEL_MAX, label_value, qualified_name};
use super::{Errors, Path, Request, go_json};
use crate::apiserver::codes;
use crate::finding::Place;
use crate::object::{Owned, Value};

/// Keys and values of all annotations together, in bytes.
pub const TOTAL_ANNOTATION_SIZE: usize = 262_144;

/// The part of a generated name that comes from `generateName`, in bytes.
const MAX_GENERATED_BASE: usize = 58;

const METADATA: Path<'static> = Path::Field(&Path::Root, "metadata");

/// The name that the object gets, as the server prints it: given, or generated with a placeholder of its suffix.
pub fn name_of(object: Value<'_>) -> std::borrow::Cow<'_, str> {
    let Some(metadata) = object.get("metadata") else { return "".into() };
    let (name, generate) = (metadata.str("name"), metadata.str("generateName"));
    if name.is_empty() && !generate.is_empty() {
        format!("{}<random>", &generate[..generate.floor_char_boundary(MAX_GENERATED_BASE)]).into()
    } else {
        name.into()
    }
}

/// The same as it is judged: the suffix that the server makes up consists of letters and digits.
pub(super) fn judged_name(object: Value<'_>) -> std::borrow::Cow<'_, str> {
    let name = name_of(object);
    match name.strip_suffix("<random>") {
        Some(base) if object.get("metadata").is_some_and(|m| m.str("name").is_empty()) => {
            format!("{base}xxxxx").into()
        }
        _ => name,
    }
}

/// Mirrors ValidateObjectMeta: what the strategy of a kind says about `metadata`.
pub(super) fn validate_object_meta(
    request: &Request<'_>,
    rule: MetaRule,
    object: Value<'_>,
    out: &mut Errors,
) {
    let metadata = object.get("metadata");
    let declarative_name = rule.name == NameRule::Declarative;
    if name_of(object).is_empty() && names_itself(request.gvk) {
        // The server makes one up.
    } else if !declarative_name {
        validate_name(rule.name, object, out);
    } else if name_of(object).is_empty() {
        name_required(object, out);
    }
    if request.namespaced
        && let Some(metadata) = metadata
        && let Some(namespace) = metadata.get("namespace")
        && let Some(text) = namespace.as_str()
    {
        let path = METADATA.child("namespace");
        for sentence in NameRule::Label.judge(text, false) {
            if !text.is_empty() {
                out.invalid_text(&codes::NAME_INVALID, &path, namespace.place(), text, sentence).plain(
                    format!("`{text}` is no valid name of a namespace"),
                    "use lower-case letters, digits and `-`, at most 63 characters",
                );
            }
        }
    }
    let Some(metadata) = metadata else { return };
    validate_labels(metadata.get("labels"), &METADATA.child("labels"), out);
    validate_annotations(metadata.get("annotations"), &METADATA.child("annotations"), out);
    validate_owner_references(metadata, out);
    validate_finalizers(metadata, rule.finalizers, out);
}

fn name_place(object: Value<'_>, field: &str) -> Place {
    match object.get("metadata") {
        Some(metadata) => metadata.get(field).map_or_else(|| object.key_place("metadata"), Value::place),
        None => anchor(object),
    }
}

fn name_required(object: Value<'_>, out: &mut Errors) {
    let place = name_place(object, "name");
    out.required(&codes::REQUIRED, &METADATA.child("name"), place, "name or generateName is required")
        .plain("the object has no name", "add `metadata.name`");
}

fn validate_name(rule: NameRule, object: Value<'_>, out: &mut Errors) {
    let metadata = object.get("metadata");
    let generate = metadata.map_or("", |m| m.str("generateName"));
    let given = metadata.map_or("", |m| m.str("name"));
    if !generate.is_empty() {
        let place = name_place(object, "generateName");
        for sentence in rule.judge(generate, true) {
            out.invalid_text(
                &codes::NAME_INVALID,
                &METADATA.child("generateName"),
                place,
                generate,
                sentence,
            )
            .plain(format!("`{generate}` cannot start a name"), name_help(rule));
        }
    }
    let path = METADATA.child("name");
    let name = name_of(object);
    if name.is_empty() {
        name_required(object, out);
        return;
    }
    let judged = judged_name(object);
    let place = name_place(object, if given.is_empty() { "generateName" } else { "name" });
    for sentence in rule.judge(&judged, false) {
        out.invalid_text(&codes::NAME_INVALID, &path, place, &name, sentence)
            .plain(format!("`{name}` is no valid name of this kind"), name_help(rule));
    }
    let spec = |path: &[&str]| {
        object.get("spec").and_then(|s| s.at(path)).and_then(Value::as_str).unwrap_or_default()
    };
    match rule {
        NameRule::PluralAndGroup => {
            let required = format!("{}.{}", spec(&["names", "plural"]), spec(&["group"]));
            if *name != required {
                let detail = "must be spec.names.plural+\".\"+spec.group";
                out.invalid_text(&codes::NAME_INVALID, &path, place, &name, detail).plain(
                    "the name of a CustomResourceDefinition is its plural and its group",
                    format!("call it `{required}`"),
                );
            }
        }
        NameRule::VersionAndGroup if rule.judge(&judged, false).is_empty() => {
            let required = format!("{}.{}", spec(&["version"]), spec(&["group"]));
            if *name != required {
                let detail =
                    format!("must be `spec.version+\".\"+spec.group`: {}", crate::schema::quote(&required));
                out.invalid_text(&codes::NAME_INVALID, &path, place, &name, &detail).plain(
                    "the name of an APIService is its version and its group",
                    format!("call it `{required}`"),
                );
            }
        }
        _ => {}
    }
}

fn name_help(rule: NameRule) -> &'static str {
    match rule {
        NameRule::Subdomain
        | NameRule::PluralAndGroup
        | NameRule::VersionAndGroup
        | NameRule::Declarative => {
            "use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends, at most 253 characters"
        }
        NameRule::Label => {
            "use lower-case letters, digits and `-`, with a letter or digit at both ends, at most 63 characters"
        }
        NameRule::Label1035 => {
            "use lower-case letters, digits and `-`, starting with a letter, at most 63 characters"
        }
        NameRule::PathSegment | NameRule::Any => "leave out `/` and `%`; `.` and `..` are no names",
    }
}

/// What declarative validation says about the name, after everything else.
pub(super) fn validate_name_declaratively(object: Value<'_>, out: &mut Errors) {
    let name = name_of(object);
    if name.is_empty() {
        return;
    }
    let place = name_place(object, "name");
    for sentence in NameRule::Subdomain.judge(&judged_name(object), false) {
        let sentence =
            if sentence.starts_with("must be no more") { "must be no more than 253 bytes" } else { sentence };
        out.invalid_text(&codes::NAME_INVALID, &METADATA.child("name"), place, &name, sentence)
            .plain(format!("`{name}` is no valid name of this kind"), name_help(NameRule::Subdomain));
    }
}

/// The check that runs for every kind when its strategy found nothing: a name that fits in a URL.
pub(super) fn validate_generic_name(object: Value<'_>, out: &mut Errors) {
    validate_name(NameRule::PathSegment, object, out);
}

/// Mirrors ValidateLabels.
pub(super) fn validate_labels(labels: Option<Value<'_>>, path: &Path<'_>, out: &mut Errors) {
    let Some(labels) = labels else { return };
    for (key, value) in labels.entries() {
        for sentence in qualified_name(key) {
            out.invalid_text(&codes::LABEL_INVALID, path, labels.key_place(key), key, sentence).plain(
                format!("`{key}` is no valid label key"),
                "a key is a name of at most 63 letters, digits, `-`, `_`, `.`, and may have a DNS name and `/` before it",
            );
        }
        let Some(text) = value.as_str() else { continue };
        for sentence in label_value(text) {
            let (plain, help) = label_value_words(text);
            out.invalid_text(&codes::LABEL_INVALID, path, value.place(), text, sentence).plain(plain, help);
        }
    }
}

/// Plain words for a bad label value.
pub(super) fn label_value_words(text: &str) -> (String, &'static str) {
    if text.len() > LABEL_MAX {
        (
            format!("the label value has {} bytes; {LABEL_MAX} are allowed", text.len()),
            "shorten it, or make it an annotation: annotations take any text",
        )
    } else {
        (
            format!("`{text}` is no valid label value"),
            "use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; free text belongs into an annotation",
        )
    }
}

/// Mirrors ValidateAnnotations.
pub(super) fn validate_annotations(annotations: Option<Value<'_>>, path: &Path<'_>, out: &mut Errors) {
    let Some(annotations) = annotations else { return };
    let mut total = 0usize;
    for (key, value) in annotations.entries() {
        total += key.len() + value.as_str().map_or(0, str::len);
        // The rule is that of label keys, except that case does not matter.
        let lower;
        let judged = if key.bytes().any(|b| !b.is_ascii() || b.is_ascii_uppercase()) {
            lower = key.to_lowercase();
            &lower
        } else {
            key
        };
        for sentence in qualified_name(judged) {
            out.invalid_text(&codes::LABEL_INVALID, path, annotations.key_place(key), key, sentence).plain(
                format!("`{key}` is no valid annotation key"),
                "a key is a name of at most 63 letters, digits, `-`, `_`, `.`, and may have a DNS name and `/` before it",
            );
        }
    }
    if total > TOTAL_ANNOTATION_SIZE {
        out.too_long(&codes::ANNOTATION_TOO_LARGE, path, anchor(annotations), TOTAL_ANNOTATION_SIZE).plain(
            format!("the annotations have {total} bytes; {TOTAL_ANNOTATION_SIZE} are allowed"),
            "move large values into a ConfigMap",
        );
    }
}

/// Mirrors ValidateOwnerReferences. The server's path has no index.
fn validate_owner_references(metadata: Value<'_>, out: &mut Errors) {
    let path = METADATA.child("ownerReferences");
    let mut controller: Option<String> = None;
    // The server drops references that are repeated (dedupOwnerReferences).
    let mut references: SmallVec<[Value<'_>; 2]> = SmallVec::new();
    for reference in metadata.list("ownerReferences") {
        if !references.iter().any(|seen| Owned::copy(*seen) == Owned::copy(reference)) {
            references.push(reference);
        }
    }
    for reference in references.iter().copied() {
        let api_version = reference.str("apiVersion");
        let version = api_version.rsplit_once('/').map_or(api_version, |(_, version)| version);
        let fields = [
            ("apiVersion", version.is_empty(), "version must not be empty"),
            ("kind", reference.str("kind").is_empty(), "must not be empty"),
            ("name", reference.str("name").is_empty(), "must not be empty"),
            ("uid", reference.str("uid").is_empty(), "must not be empty"),
        ];
        for (field, empty, detail) in fields {
            if empty {
                let place = reference.get(field).map_or_else(|| anchor(reference), Value::place);
                out.invalid_text(&codes::REQUIRED, &path.child(field), place, reference.str(field), detail).plain(
                    format!("an owner reference has no `{field}`"),
                    "remove `ownerReferences`: controllers write it, and the uid differs in every cluster",
                );
            }
        }
        if api_version == "v1" && reference.str("kind") == "Event" {
            let json = owner_json([reference].into_iter());
            let json = json.strip_prefix('[').and_then(|j| j.strip_suffix(']')).unwrap_or(&json);
            let detail = "/v1, Kind=Event is disallowed from being an owner";
            out.invalid(&codes::FORMAT, &path, anchor(reference), json, detail);
        }
        if reference.flag("controller") {
            let current = format!("{}/{}", reference.str("kind"), reference.str("name"));
            match &controller {
                Some(first) => {
                    let json = owner_json(references.iter().copied());
                    let detail = format!(
                        "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {current}"
                    );
                    out.invalid(&codes::DUPLICATE, &path, anchor(reference), &json, &detail);
                }
                None => controller = Some(current),
            }
        }
    }
}

/// Owner references in the order of Go's fields.
fn owner_json<'v>(references: impl Iterator<Item = Value<'v>>) -> String {
    const FIELDS: [&str; 6] = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"];
    let items: Vec<String> = references
        .map(|reference| {
            let fields: Vec<String> = FIELDS
                .iter()
                .filter(|name| {
                    matches!(**name, "apiVersion" | "kind" | "name" | "uid") || reference.get(name).is_some()
                })
                .map(|name| match reference.get(name) {
                    Some(value) => format!("\"{name}\":{}", go_json::value(Some(value))),
                    None => format!("\"{name}\":\"\""),
                })
                .collect();
            format!("{{{}}}", fields.join(","))
        })
        .collect();
    format!("[{}]", items.join(","))
}

/// Mirrors ValidateFinalizers and validateKubeFinalizerName.
fn validate_finalizers(metadata: Value<'_>, must_be_qualified: bool, out: &mut Errors) {
    let path = METADATA.child("finalizers");
    let help =
        "write it as `example.com/name`; the owner of that name has to remove it before the object can go";
    let texts = || metadata.list("finalizers").map(|item| (item, item.as_str().unwrap_or_default()));
    for (item, text) in texts() {
        for sentence in qualified_name(text) {
            out.invalid_text(&codes::FORMAT, &path, item.place(), text, sentence)
                .plain(format!("`{text}` is no valid finalizer"), help);
        }
    }
    let has = |name| texts().any(|(_, text)| text == name);
    if has("orphan") && has("foregroundDeletion") {
        let json = go_json::value(metadata.get("finalizers"));
        let detail = "finalizer orphan and foregroundDeletion cannot be both set";
        out.invalid(&codes::FORMAT, &path, metadata.key_place("finalizers"), &json, detail);
    }
    if must_be_qualified {
        for (i, (item, text)) in texts().enumerate() {
            let standard = matches!(text, "kubernetes" | "orphan" | "foregroundDeletion");
            if !text.contains('/') && !standard {
                let detail = "name is neither a standard finalizer name nor is it fully qualified";
                out.invalid_text(&codes::FORMAT, &path.index(i), item.place(), text, detail)
                    .plain(format!("`{text}` is no valid finalizer"), help);
            }
        }
    }
}

/// Labels of a Namespace that the PodSecurity plugin reads. Mirrors its ValidateNamespace, which
/// runs as admission, after all else.
pub(super) fn validate_pod_security_labels(namespace: Value<'_>, out: &mut Errors) {
    let Some(labels) = namespace.at(&["metadata", "labels"]) else { return };
    let path = METADATA.child("labels");
    for mode in ["enforce", "audit", "warn"] {
        let key = format!("pod-security.kubernetes.io/{mode}");
        if let Some(level) = labels.get(&key).and_then(Value::as_str)
            && !matches!(level, "privileged" | "baseline" | "restricted")
        {
            let place = labels.get(&key).map_or_else(|| labels.place(), Value::place);
            let detail = "must be one of privileged, baseline, restricted";
            out.invalid_text(&codes::ENUM, &path.key(&key), place, level, detail).plain(
                format!("`{level}` is no Pod Security level"),
                "use `privileged`, `baseline` or `restricted`",
            );
        }
        let key = format!("{key}-version");
        if let Some(version) = labels.get(&key).and_then(Value::as_str)
            && !is_policy_version(version)
        {
            let place = labels.get(&key).map_or_else(|| labels.place(), Value::place);
            let detail = "must be \"latest\" or \"v1.x\"";
            out.invalid_text(&codes::FORMAT, &path.key(&key), place, version, detail).plain(
                format!("`{version}` is no version of a Pod Security policy"),
                "use `latest` or a minor as `v1.36`",
            );
        }
    }
}

fn is_policy_version(text: &str) -> bool {
    text == "latest"
        || text.strip_prefix("v1.").is_some_and(|minor| {
            !minor.is_empty()
                && minor.bytes().all(|b| b.is_ascii_digit())
                && (minor == "0" || !minor.starts_with('0'))
        })
}
