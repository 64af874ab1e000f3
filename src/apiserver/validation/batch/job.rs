//! Jobs.

use std::collections::BTreeMap;

use super::super::apps::validate_match;
use super::super::core::pod::validate_template_spec;
use super::super::core::pod_template::validate_pod_template;
use super::super::field::{DNS_LABEL_HELP, Field};
use super::super::metadata::{Name, validate_annotations, validate_labels};
use super::super::primitives::{LABEL_MAX, dns_1123_label, label_value};
use super::super::selector::{converts, requires, selector_json_of, validate_label_selector};
use super::{job_restarts, policies};
use crate::apiserver::codes;
use crate::apiserver::go_json;
use crate::object::Value;

/// Stands for the UID that the server gives the Job, and puts into labels and selector.
const UID: &str = "<uid>";

/// The UID of a Job that exists, or what stands for it.
fn uid_of(job: Field<'_>) -> &str {
    match job.field("metadata").text("uid") {
        "" => UID,
        uid => uid,
    }
}

/// The labels that the server adds to the Pods of a Job, and the names that are generated with them.
fn expected_labels<'n>((name, uid): (&'n str, &'n str)) -> [(&'static str, &'n str); 4] {
    [
        ("controller-uid", uid),
        ("job-name", name),
        ("batch.kubernetes.io/controller-uid", uid),
        ("batch.kubernetes.io/job-name", name),
    ]
}

/// Mirrors ValidateJob, for a Job whose selector and labels are generated if it does not say `manualSelector`.
pub(in super::super) fn validate(object: Field<'_>) {
    let spec = object.field("spec");
    // Nothing is generated for a Job that exists.
    let exists = object.stored().is_some();
    let generated = !spec.field("manualSelector").flag() && !exists;
    let template = spec.field("template");
    let metadata = template.field("metadata");
    let labels = metadata.field("labels");
    let selector = spec.field("selector");
    let name = Name::of(object);
    let shown = labels.called(template, "labels");
    if generated {
        // Labels that defaulting took from the template are the template's: what is added there is added here.
        let own = object.at(&["metadata", "labels"]);
        if labels.is_set() && own.value().is_some_and(|own| own.view().is_none()) {
            name_labels(&name, labels.value(), own);
        }
        validate_generated_selector(selector, labels, (&name.shown, uid_of(object)));
    } else if exists && !spec.field("manualSelector").flag() && selector.is_set() {
        validate_kept_selector(object, selector, labels, (&name.shown, uid_of(object)));
    }
    validate_job_spec_with(spec, || {
        validate_labels(shown);
        if generated {
            name_labels(&name, labels.value(), shown);
        }
        let annotations = metadata.field("annotations").called(template, "annotations");
        validate_annotations(annotations);
        validate_template_spec(annotations, template.field("spec"));
    });
    match selector.value() {
        None if !generated => {
            selector.required("").plain(
                "`manualSelector: true` asks for a selector",
                "add `selector:`, or remove `manualSelector`",
            );
            validate_match(selector, template);
        }
        None => {
            // The selector that is generated asks for the Job's own UID.
            let (uid, own) = (labels.entry("batch.kubernetes.io/controller-uid"), uid_of(object));
            if uid.is_set() && uid.str() != own {
                labels
                    .invalid_as(
                        &map_json(&all_labels(labels.value(), (&name.shown, own))),
                        "`selector` does not match template `labels`",
                    )
                    .place(uid.place())
                    .plain("the label belongs to another Job", "remove it: the server writes it")
                    .code(&codes::SELECTOR_MISMATCH);
            }
        }
        Some(value) => {
            validate_label_selector(selector);
            if converts(value) {
                if generated {
                    generated_mismatch(selector, labels, (&name.shown, uid_of(object)));
                } else {
                    validate_match(selector, template);
                }
            }
        }
    }
    indexed_hostnames(object, &name);
}

/// Mirrors validateJobSpec.
pub(super) fn validate_job_spec(spec: Field<'_>) {
    validate_job_spec_with(spec, || validate_pod_template(spec.field("template")));
}

fn validate_job_spec_with(spec: Field<'_>, template: impl FnOnce()) {
    const MAX_MANAGED_BY: usize = 63;
    for name in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
    ] {
        spec.field(name).non_negative();
    }
    let per_index = spec.field("backoffLimitPerIndex");
    if spec.field("maxFailedIndexes").is_set() && per_index.is_unset() {
        per_index.required("when maxFailedIndexes is specified");
    }
    let manager = spec.field("managedBy");
    if manager.is_set() {
        manager.domain_prefixed_path();
        if manager.str().len() > MAX_MANAGED_BY {
            manager.too_long(MAX_MANAGED_BY);
        }
    }
    validate_completion_mode(spec);
    let failures = spec.field("podFailurePolicy");
    if failures.is_set() {
        policies::validate_failure_policy(spec, failures);
    }
    let success = spec.field("successPolicy");
    if success.is_set() {
        policies::validate_success_policy(spec, success);
    }
    let replacement = spec.field("podReplacementPolicy");
    if replacement.is_set() {
        let values = ["Failed", "TerminatingOrFailed"];
        replacement.one_of(if failures.is_set() { &values[..1] } else { &values });
    }
    template();
    job_restarts(spec.field("template"), failures);
}

/// What Pods with an index ask for.
fn validate_completion_mode(spec: Field<'_>) {
    const MOST: i64 = 100_000;
    const MOST_OF_MANY: i64 = 10_000;
    let field = |name| spec.field(name);
    let (mode, completions) = (field("completionMode"), field("completions"));
    let (parallelism, failed, per_index) =
        (field("parallelism"), field("maxFailedIndexes"), field("backoffLimitPerIndex"));
    mode.one_of_if_set(&["NonIndexed", "Indexed"]);
    let at_most = |field: Field<'_>, most: i64, rest: &str| {
        if field.int().is_some_and(|n| n > most) {
            field.range(&format!("must be less than or equal to {most}{rest}"));
        }
    };
    if mode.str() == "Indexed" {
        if completions.is_unset() {
            completions.required("when completion mode is Indexed");
        }
        at_most(parallelism, MOST, " when completion mode is Indexed");
        if let (Some(all), Some(bad)) = (completions.int(), failed.int())
            && bad > all
        {
            failed.range("must be less than or equal to completions");
        }
        at_most(failed, MOST, "");
        if completions.int().is_some_and(|n| n > MOST) && per_index.is_set() {
            let rest = " when completions are above 100000 and used with backoff limit per index";
            if failed.is_unset() {
                failed.required("must be specified when completions is above 100000");
            }
            at_most(parallelism, MOST_OF_MANY, rest);
            at_most(failed, MOST_OF_MANY, rest);
        }
    }
    if mode.is_unset() || mode.str() == "NonIndexed" {
        for field in [per_index, failed] {
            if field.is_set() {
                field
                    .invalid_int("requires indexed completion mode")
                    .help("add `completionMode: Indexed`, or remove it")
                    .code(&codes::FORBIDDEN);
            }
        }
    }
}

/// A Job's name becomes the value of labels. `at` is where the server says it.
fn name_labels(name: &Name<'_>, labels: Option<Value<'_>>, at: Field<'_>) {
    for key in ["job-name", "batch.kubernetes.io/job-name"] {
        if labels.is_some_and(|l| l.entries().any(|(k, _)| k == key)) {
            continue;
        }
        for sentence in label_value(&name.judged) {
            let too_long = name.judged.len() > LABEL_MAX;
            let (code, help) = if too_long {
                (&codes::DERIVED_NAME_TOO_LONG, "use at most 63 characters")
            } else {
                (&codes::LABEL_INVALID, DNS_LABEL_HELP)
            };
            at.invalid_text(&name.shown, sentence)
                .place(name.field.place())
                .plain("a Job's name becomes a label of its Pods, and this one is no valid label value", help)
                .code(code);
        }
    }
}

/// The template's labels with those that the server adds.
fn all_labels<'v>(labels: Option<Value<'v>>, name: (&'v str, &'v str)) -> BTreeMap<&'v str, &'v str> {
    let mut all: BTreeMap<&str, &str> = labels
        .into_iter()
        .flat_map(Value::entries)
        .map(|(key, value)| (key, value.as_str().unwrap_or_default()))
        .collect();
    for (key, value) in expected_labels(name) {
        all.entry(key).or_insert(value);
    }
    all
}

/// The labels as the server prints them; the placeholder of the UID is left as it is.
fn map_json(map: &BTreeMap<&str, &str>) -> String {
    show_uid(&go_json::strings(map.iter().map(|(k, v)| (*k, *v))))
}

fn show_uid(json: &str) -> String {
    json.replace(&go_json::text(UID), &format!("\"{UID}\""))
}

/// Mirrors ValidateGeneratedSelector: what the user wrote must not contradict what the server generates.
fn validate_generated_selector(selector: Field<'_>, labels: Field<'_>, name: (&str, &str)) {
    const HELP: &str = "remove the labels and the selector of another Job: the server writes them";
    let all = all_labels(labels.value(), name);
    for (key, value) in expected_labels(name) {
        let label = labels.entry(key);
        if label.is_set() && label.str() != value {
            label
                .invalid_as(&map_json(&all), &format!("must be '{value}'"))
                .plain(format!("the label `{key}` belongs to another Job"), HELP)
                .code(&codes::SELECTOR_MISMATCH);
        }
    }
    if let Some(value) = selector.value()
        && converts(value)
    {
        let expected: BTreeMap<&str, &str> = expected_labels(name).into_iter().collect();
        if requires(value, |key| expected.get(key).copied()).is_some() {
            let json = selector_json_of(value, Some(("batch.kubernetes.io/controller-uid", name.1)));
            selector
                .invalid_as(&show_uid(&json), "`selector` not auto-generated")
                .plain("a Job's selector is generated by the server", "remove `spec.selector`")
                .code(&codes::SELECTOR_INVALID);
        }
    }
}

/// Mirrors validateGeneratedSelector for a Job that exists: the labels that were generated are still there.
fn validate_kept_selector<'v>(
    object: Field<'v>,
    selector: Field<'v>,
    labels: Field<'v>,
    (name, uid): (&str, &str),
) {
    const HELP: &str = "keep the labels that the server generated: remove them from the manifest";
    let had = |key: &str| {
        let path = ["spec", "template", "metadata", "labels", key];
        object.stored().and_then(|old| old.at(&path)).is_some()
    };
    // Jobs of old have only the labels without a prefix.
    let prefixed =
        ["batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid"].into_iter().all(had);
    let expected = expected_labels((name, uid));
    for (key, value) in expected.into_iter().filter(|(key, _)| prefixed || !key.contains('/')) {
        let label = labels.entry(key);
        if label.is_unset() {
            label
                .required(&format!("must be '{value}'"))
                .plain(format!("the template has lost the label `{key}`"), HELP)
                .code(&codes::SELECTOR_MISMATCH);
        } else if label.str() != value {
            label
                .invalid_as(&go_json::string_map(labels.value()), &format!("must be '{value}'"))
                .plain(format!("the label `{key}` belongs to another Job"), HELP)
                .code(&codes::SELECTOR_MISMATCH);
        }
    }
    if let Some(value) = selector.value().filter(|value| converts(*value)) {
        let found = |key: &str| {
            expected.iter().find(|(k, _)| *k == key && (prefixed || !k.contains('/'))).map(|(_, v)| *v)
        };
        if requires(value, found).is_some() {
            selector
                .invalid_as(&selector_json_of(value, None), "`selector` not auto-generated")
                .plain("a Job's selector is generated by the server", "remove `spec.selector`")
                .code(&codes::SELECTOR_INVALID);
        }
    }
}

fn generated_mismatch(selector: Field<'_>, labels: Field<'_>, name: (&str, &str)) {
    let all = all_labels(labels.value(), name);
    let Some(value) = selector.value() else { return };
    if requires(value, |key| all.get(key).copied()).is_some() {
        labels
            .invalid_as(&map_json(&all), "`selector` does not match template `labels`")
            .place(selector.key_place())
            .plain(
                "the selector asks for labels that the template does not have",
                "remove `spec.selector`: a Job's selector is generated by the server",
            )
            .code(&codes::SELECTOR_MISMATCH);
    }
}

/// Pods of an indexed Job are called after the Job and their index.
fn indexed_hostnames(object: Field<'_>, name: &Name<'_>) {
    let spec = object.field("spec");
    let completions = spec.field("completions").int().unwrap_or_default();
    if spec.text("completionMode") != "Indexed" || completions <= 0 {
        return;
    }
    let host = format!("{}-{}", name.shown, completions - 1);
    let judged = format!("{}-{}", name.judged, completions - 1);
    if !dns_1123_label(&judged).is_empty() {
        name.invalid(&format!("will not able to create pod with invalid DNS label: {host}"))
            .plain(
                format!("the last Pod of the Job would have the hostname `{host}`, which is none"),
                "shorten the name, and use no dots in it",
            )
            .code(&codes::DERIVED_NAME_TOO_LONG);
    }
}
