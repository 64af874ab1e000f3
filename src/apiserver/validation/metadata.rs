//! `metadata`. Mirrors ValidateObjectMeta of `apimachinery` and of `pkg/apis/core`.

use std::borrow::Cow;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::field::{DNS_LABEL_HELP, DNS_SUBDOMAIN_HELP, Field, LABEL_KEY_HELP};
use super::names::{MetaRule, NameRule, names_itself};
use super::primitives::{LABEL_MAX, dns_1123_label, label_value, qualified_name};
use super::words;
use crate::apiserver::admission::pod_security;
use crate::apiserver::codes;
use crate::apiserver::go_json;
use crate::object::{Owned, Value};
use crate::schema::quote;

/// Keys and values of all annotations together, in bytes.
pub const TOTAL_ANNOTATION_SIZE: usize = 262_144;

/// The part of a generated name that comes from `generateName`, in bytes.
const MAX_GENERATED_BASE: usize = 58;

/// The name that the object gets, as the server prints it: given, or generated with a placeholder of its suffix.
pub fn name_of(object: Value<'_>) -> Cow<'_, str> {
    let Some(metadata) = object.get("metadata") else { return "".into() };
    let (name, generate) = (metadata.str("name"), metadata.str("generateName"));
    if name.is_empty() && !generate.is_empty() {
        format!("{}<random>", &generate[..generate.floor_char_boundary(MAX_GENERATED_BASE)]).into()
    } else {
        name.into()
    }
}

/// The name of the object of a run, and the field that gives it.
pub(super) struct Name<'v> {
    /// As the server prints it.
    pub(super) shown: Cow<'v, str>,
    /// As it is judged.
    pub(super) judged: Cow<'v, str>,
    /// `metadata.name`, at the place of what the name comes from.
    pub(super) field: Field<'v>,
    /// `metadata.generateName`
    generate: Field<'v>,
}

impl<'v> Name<'v> {
    /// The name of an object.
    pub(super) fn of(object: Field<'v>) -> Self {
        Self::under(object.field("metadata"))
    }

    /// The name that metadata give.
    pub(super) fn under(metadata: Field<'v>) -> Self {
        let (name, generate) = (metadata.field("name"), metadata.field("generateName"));
        if name.is_empty() && !generate.is_empty() {
            let base = &generate.str()[..generate.str().floor_char_boundary(MAX_GENERATED_BASE)];
            let with = |suffix| format!("{base}{suffix}").into();
            let field = generate.as_at(name);
            return Self { shown: with("<random>"), judged: with("xxxxx"), field, generate };
        }
        Self { shown: name.str().into(), judged: name.str().into(), field: name, generate }
    }

    /// `Invalid value: NAME: detail` about it.
    pub(super) fn invalid(&self, detail: &str) -> super::field::Said<'v> {
        self.field.invalid_text(&self.shown, detail).code(&codes::NAME_INVALID)
    }
}

/// Mirrors ValidateObjectMeta: what the strategy of a kind says about `metadata`.
pub(super) fn validate_object_meta(object: Field<'_>, rule: MetaRule) {
    let metadata = object.field("metadata");
    let name = Name::under(metadata);
    if name.shown.is_empty() && names_itself(object.request().gvk) {
        // The server makes one up.
    } else {
        validate_name(&name, object, rule.name);
    }
    let namespace = metadata.field("namespace");
    if object.request().namespaced && !namespace.is_empty() {
        for sentence in &dns_1123_label(namespace.str()) {
            namespace
                .invalid(sentence)
                .plain(
                    format!("{} is no valid name of a namespace", words::shown(namespace.str())),
                    DNS_LABEL_HELP,
                )
                .code(&codes::NAME_INVALID);
        }
    }
    metadata.field("generation").non_negative();
    validate_labels(metadata.field("labels"));
    validate_annotations(metadata.field("annotations"));
    validate_owner_references(metadata);
    validate_finalizers(metadata.field("finalizers"), rule.finalizers);
}

fn name_required(name: &Name<'_>) {
    name.field
        .required("name or generateName is required")
        .plain("the object has no name", "add `metadata.name`");
}

/// The name, and what it is generated from.
fn validate_name(name: &Name<'_>, object: Field<'_>, rule: NameRule) {
    let generate = name.generate;
    // Declarative validation looks at the name alone.
    if !generate.is_empty() && rule != NameRule::Declarative {
        for sentence in rule.judge(generate.str(), true) {
            generate
                .invalid(&sentence)
                .plain(format!("`{}` cannot start a name", generate.str()), name_help(rule))
                .code(&codes::NAME_INVALID);
        }
    }
    if name.shown.is_empty() {
        name_required(name);
        return;
    }
    let mut sentences = rule.judge(&name.judged, false);
    if rule == NameRule::Declarative {
        // Declarative validation counts bytes.
        for sentence in &mut sentences {
            if sentence.starts_with("must be no more") {
                *sentence = "must be no more than 253 bytes".into();
            }
        }
    }
    for sentence in &sentences {
        name.invalid(sentence)
            .plain(format!("{} is no valid name of this kind", words::shown(&name.shown)), name_help(rule));
    }
    match rule {
        NameRule::PluralAndGroup => {
            let spec = object.field("spec");
            let required = format!("{}.{}", spec.field("names").text("plural"), spec.text("group"));
            if *name.shown != required {
                name.invalid("must be spec.names.plural+\".\"+spec.group").plain(
                    "the name of a CustomResourceDefinition is its plural and its group",
                    format!("call it `{required}`"),
                );
            }
        }
        NameRule::VersionAndGroup if sentences.is_empty() => {
            let spec = object.field("spec");
            let required = format!("{}.{}", spec.text("version"), spec.text("group"));
            if *name.shown != required {
                name.invalid(&format!("must be `spec.version+\".\"+spec.group`: {}", quote(&required)))
                    .plain(
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
        | NameRule::Declarative => DNS_SUBDOMAIN_HELP,
        NameRule::Label => DNS_LABEL_HELP,
        NameRule::Label1035 => {
            "use lower-case letters, digits and `-`, starting with a letter, at most 63 characters"
        }
        NameRule::Address => "the name of an IPAddress is the address in its canonical form",
        NameRule::PathSegment | NameRule::Role | NameRule::Any => {
            "leave out `/` and `%`; `.` and `..` are no names"
        }
    }
}

/// The check that runs for every kind when its strategy found nothing: a name that fits in a URL.
pub(super) fn validate_generic_name(object: Field<'_>) {
    validate_name(&Name::of(object), object, NameRule::PathSegment);
}

/// Mirrors ValidateLabels.
pub(super) fn validate_labels(labels: Field<'_>) {
    let Some(map) = labels.value() else { return };
    for (key, value) in map.entries() {
        for sentence in qualified_name(key) {
            labels
                .keyed(key)
                .as_at(labels)
                .invalid_text(key, sentence)
                .place(map.key_place(key))
                .plain(format!("{} is no valid label key", words::shown(key)), LABEL_KEY_HELP)
                .code(&codes::LABEL_INVALID);
        }
        let text = value.as_str().unwrap_or_default();
        for sentence in label_value(text) {
            let (plain, help) = label_value_words(text);
            // The server adds labels made of the name (to namespaces).
            let made = matches!(value, Value::Made(..));
            let plain = if made { format!("{plain}: the server adds `{key}: {text}`") } else { plain };
            labels
                .invalid_text(text, sentence)
                .place(if made { labels.key_place() } else { value.place() })
                .plain(plain, help)
                .code(&codes::LABEL_INVALID);
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
            format!("{} is no valid label value", words::shown(text)),
            "use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; free text belongs into an annotation",
        )
    }
}

/// Mirrors ValidateAnnotations.
pub(super) fn validate_annotations(annotations: Field<'_>) {
    let Some(map) = annotations.value() else { return };
    let mut total = 0usize;
    for (key, value) in map.entries() {
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
            annotations
                .invalid_text(key, sentence)
                .place(map.key_place(key))
                .plain(format!("{} is no valid annotation key", words::shown(key)), LABEL_KEY_HELP)
                .code(&codes::LABEL_INVALID);
        }
    }
    if total > TOTAL_ANNOTATION_SIZE {
        annotations
            .too_long(TOTAL_ANNOTATION_SIZE)
            .place(super::field::anchor(map))
            .plain(
                format!("the annotations have {total} bytes; {TOTAL_ANNOTATION_SIZE} are allowed"),
                "move large values into a ConfigMap",
            )
            .code(&codes::ANNOTATION_TOO_LARGE);
    }
}

/// Mirrors ValidateOwnerReferences. The server's path has no index.
pub(super) fn validate_owner_references(metadata: Field<'_>) {
    let list = metadata.field("ownerReferences");
    let mut controller: Option<String> = None;
    // The server drops references that are repeated (dedupOwnerReferences).
    let mut references: SmallVec<[Field<'_>; 2]> = SmallVec::new();
    let mut known: FxHashSet<String> = FxHashSet::default();
    for reference in list.items() {
        let Some(copy) = reference.value().map(Owned::copy) else { continue };
        if known.insert(format!("{copy:?}")) {
            references.push(reference);
        }
    }
    for reference in references.iter().copied() {
        let api_version = reference.text("apiVersion");
        // Mirrors ParseGroupVersion: more than one slash is no version at all.
        let version = match api_version.split_once('/') {
            None => api_version,
            Some((_, version)) if version.contains('/') => "",
            Some((_, version)) => version,
        };
        let fields = [
            ("apiVersion", version.is_empty(), "version must not be empty"),
            ("kind", reference.text("kind").is_empty(), "must not be empty"),
            ("name", reference.text("name").is_empty(), "must not be empty"),
            ("uid", reference.text("uid").is_empty(), "must not be empty"),
        ];
        for (field, empty, detail) in fields {
            if empty {
                reference
                    .field(field)
                    .called(list, field)
                    .invalid_text(reference.text(field), detail)
                    .plain(
                        format!("an owner reference has no `{field}`"),
                        "remove `ownerReferences`: controllers write it, and the uid differs in every cluster",
                    )
                    .code(&codes::REQUIRED);
            }
        }
        let place = reference.key_place();
        if api_version == "v1" && reference.text("kind") == "Event" {
            let json = owner_json(reference);
            list.invalid_as(&json, "/v1, Kind=Event is disallowed from being an owner").place(place);
        }
        if reference.field("controller").flag() {
            let current = format!("{}/{}", reference.text("kind"), reference.text("name"));
            match &controller {
                Some(first) => {
                    let json: Vec<String> = references.iter().map(|r| owner_json(*r)).collect();
                    let detail = format!(
                        "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {current}"
                    );
                    list.invalid_as(&format!("[{}]", json.join(",")), &detail)
                        .place(place)
                        .code(&codes::DUPLICATE);
                }
                None => controller = Some(current),
            }
        }
    }
}

/// An owner reference in the order of Go's fields.
fn owner_json(reference: Field<'_>) -> String {
    const FIELDS: [&str; 6] = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"];
    let fields: Vec<String> = FIELDS
        .iter()
        .filter_map(|name| match reference.value()?.get(name) {
            Some(value) => Some(format!("\"{name}\":{}", go_json::value(Some(value)))),
            None if matches!(*name, "controller" | "blockOwnerDeletion") => None,
            None => Some(format!("\"{name}\":\"\"")),
        })
        .collect();
    format!("{{{}}}", fields.join(","))
}

/// How a finalizer is written.
pub(super) const FINALIZER_HELP: &str =
    "write it as `example.com/name`; the owner of that name has to remove it before the object can go";

/// Mirrors ValidateFinalizers and validateKubeFinalizerName.
fn validate_finalizers(finalizers: Field<'_>, must_be_qualified: bool) {
    let help = FINALIZER_HELP;
    for item in finalizers.items() {
        for sentence in qualified_name(item.str()) {
            item.as_at(finalizers)
                .invalid(sentence)
                .plain(format!("{} is no valid finalizer", words::shown(item.str())), help);
        }
    }
    let has = |name| finalizers.items().any(|item| item.str() == name);
    if has("orphan") && has("foregroundDeletion") {
        finalizers.invalid_json("finalizer orphan and foregroundDeletion cannot be both set");
    }
    if must_be_qualified {
        for item in finalizers.items() {
            validate_kube_finalizer(item, help);
        }
    }
}

/// Mirrors validateKubeFinalizerName.
pub(super) fn validate_kube_finalizer(item: Field<'_>, help: &str) {
    let standard = matches!(item.str(), "kubernetes" | "orphan" | "foregroundDeletion");
    if !item.str().contains('/') && !standard {
        item.invalid("name is neither a standard finalizer name nor is it fully qualified")
            .plain(format!("{} is no valid finalizer", words::shown(item.str())), help);
    }
}

/// Labels of a Namespace that the PodSecurity plugin reads. Mirrors its ValidateNamespace, which
/// runs as admission, after all else.
pub(super) fn validate_pod_security_labels(namespace: Field<'_>) {
    let labels = namespace.at(&["metadata", "labels"]);
    for [level, version] in pod_security::LABELS {
        let label = labels.entry(level);
        if label.is_set() && pod_security::Level::parse(label.str()).is_none() {
            label
                .invalid(pod_security::NO_LEVEL)
                .plain(
                    format!("`{}` is no Pod Security level", label.str()),
                    "use `privileged`, `baseline` or `restricted`",
                )
                .code(&codes::ENUM);
        }
        let label = labels.entry(version);
        if label.is_set() && pod_security::Version::parse(label.str()).is_none() {
            label.invalid(pod_security::NO_VERSION).plain(
                format!("`{}` is no version of a Pod Security policy", label.str()),
                "use `latest` or a minor as `v1.36`",
            );
        }
    }
}
