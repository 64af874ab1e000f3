//! Jobs and CronJobs. Mirrors parts of `pkg/apis/batch/validation`, in their order.

use std::collections::BTreeMap;

use super::errors::anchor;
use super::metadata::{judged_name, name_of, validate_annotations, validate_labels};
use super::pod::{validate_pod_spec, validate_pod_template};
use super::primitives::{dns_1123_label, label_value};
use super::selector::{converts, requires, selector_json_of, validate_label_selector};
use super::workload::{restart_place, restart_policy, validate_match};
use super::{Errors, Path, go_json};
use crate::apiserver::codes;
use crate::finding::Place;
use crate::object::Value;

const SPEC: Path<'static> = Path::Field(&Path::Root, "spec");
const SELECTOR: Path<'static> = Path::Field(&SPEC, "selector");
const TEMPLATE: Path<'static> = Path::Field(&SPEC, "template");

/// Stands for the UID that the server gives the Job, and puts into labels and selector.
const UID: &str = "<uid>";

/// The labels that the server adds to the Pods of a Job, and the names that are generated with them.
fn expected_labels(name: &str) -> [(&'static str, &str); 4] {
    [
        ("controller-uid", UID),
        ("job-name", name),
        ("batch.kubernetes.io/controller-uid", UID),
        ("batch.kubernetes.io/job-name", name),
    ]
}

/// Mirrors ValidateJob, for a Job whose selector and labels are generated if it does not say `manualSelector`.
pub(super) fn validate_job(object: Value<'_>, out: &mut Errors) {
    let spec = object.get("spec");
    let generated = !spec.is_some_and(|s| s.flag("manualSelector"));
    let template = spec.and_then(|s| s.get("template"));
    let labels = template.and_then(|t| t.at(&["metadata", "labels"]));
    let selector = spec.and_then(|s| s.get("selector"));
    let name = name_of(object);
    let path = TEMPLATE.child("labels");
    if generated {
        // Labels that defaulting took from the template are the template's: what is added there is added here.
        let own = object.at(&["metadata", "labels"]);
        if labels.is_some() && own.is_some_and(|own| own.view().is_none()) {
            name_labels(object, labels, &Path::Root.child("metadata.labels"), out);
        }
        validate_generated_selector(object, selector, labels, &name, out);
    }
    validate_labels(labels, &path, out);
    if generated {
        name_labels(object, labels, &path, out);
    }
    let metadata = template.and_then(|t| t.get("metadata"));
    validate_annotations(metadata.and_then(|m| m.get("annotations")), &TEMPLATE.child("annotations"), out);
    let pod = template.and_then(|t| t.get("spec"));
    validate_pod_spec(template.or(spec).unwrap_or(object), pod, &TEMPLATE.child("spec"), out);
    job_restarts(object, template, &TEMPLATE, out);
    match selector {
        None if !generated => {
            let place = object.key_place("spec");
            out.required(&codes::REQUIRED, &SELECTOR, place, "").plain(
                "`manualSelector: true` asks for a selector",
                "add `selector:`, or remove `manualSelector`",
            );
            validate_match(object, None, template, &TEMPLATE, out);
        }
        None => {}
        Some(selector) => {
            validate_label_selector(selector, &SELECTOR, out);
            if converts(selector) {
                if generated {
                    generated_mismatch(object, selector, labels, &name, out);
                } else {
                    validate_match(object, Some(selector), template, &TEMPLATE, out);
                }
            }
        }
    }
    indexed_hostnames(object, &name, out);
}

fn name_place(object: Value<'_>) -> Place {
    object.get("metadata").map_or_else(|| object.place(), |m| m.get("name").unwrap_or(m).place())
}

/// A Job's name becomes the value of labels.
fn name_labels(object: Value<'_>, labels: Option<Value<'_>>, path: &Path<'_>, out: &mut Errors) {
    let name = name_of(object);
    for key in ["job-name", "batch.kubernetes.io/job-name"] {
        if labels.is_some_and(|l| l.entries().any(|(k, _)| k == key)) {
            continue;
        }
        for sentence in label_value(&judged_name(object)) {
            out.invalid_text(&codes::DERIVED_NAME_TOO_LONG, path, name_place(object), &name, sentence).plain(
                "a Job's name becomes a label of its Pods, and this one is no valid label value",
                "use at most 63 characters",
            );
        }
    }
}

/// The template's labels with those that the server adds.
fn all_labels<'v>(labels: Option<Value<'v>>, name: &'v str) -> BTreeMap<&'v str, &'v str> {
    let mut all: BTreeMap<&str, &str> = labels
        .into_iter()
        .flat_map(Value::entries)
        .map(|(k, v)| (k, v.as_str().unwrap_or_default()))
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
fn validate_generated_selector(
    object: Value<'_>,
    selector: Option<Value<'_>>,
    labels: Option<Value<'_>>,
    name: &str,
    out: &mut Errors,
) {
    const HELP: &str = "remove the labels and the selector of another Job: the server writes them";
    let all = all_labels(labels, name);
    let path = TEMPLATE.child("metadata.labels");
    for (key, value) in expected_labels(name) {
        let Some(label) = labels.and_then(|l| l.get(key)) else { continue };
        if label.as_str().unwrap_or_default() != value {
            let json = map_json(&all);
            let detail = format!("must be '{value}'");
            out.invalid(&codes::SELECTOR_MISMATCH, &path.key(key), label.place(), &json, &detail)
                .plain(format!("the label `{key}` belongs to another Job"), HELP);
        }
    }
    if let Some(selector) = selector
        && converts(selector)
    {
        let expected: BTreeMap<&str, &str> = expected_labels(name).into_iter().collect();
        if requires(selector, |key| expected.get(key).copied()).is_some() {
            let json = selector_json_of(selector, Some(("batch.kubernetes.io/controller-uid", UID)));
            let json = show_uid(&json);
            let place = object.get("spec").map_or_else(|| anchor(object), |spec| spec.key_place("selector"));
            let detail = "`selector` not auto-generated";
            out.invalid(&codes::SELECTOR_INVALID, &SELECTOR, place, &json, detail)
                .plain("a Job's selector is generated by the server", "remove `spec.selector`");
        }
    }
}

fn generated_mismatch(
    object: Value<'_>,
    selector: Value<'_>,
    labels: Option<Value<'_>>,
    name: &str,
    out: &mut Errors,
) {
    let all = all_labels(labels, name);
    if requires(selector, |key| all.get(key).copied()).is_some() {
        let place = object.get("spec").map_or_else(|| anchor(object), |spec| spec.key_place("selector"));
        let path = TEMPLATE.child("metadata.labels");
        let detail = "`selector` does not match template `labels`";
        out.invalid(&codes::SELECTOR_MISMATCH, &path, place, &map_json(&all), detail).plain(
            "the selector asks for labels that the template does not have",
            "remove `spec.selector`: a Job's selector is generated by the server",
        );
    }
}

/// Pods of an indexed Job are called after the Job and their index.
fn indexed_hostnames(object: Value<'_>, name: &str, out: &mut Errors) {
    let Some(spec) = object.get("spec") else { return };
    let completions = spec.int("completions").unwrap_or_default();
    if spec.str("completionMode") != "Indexed" || completions <= 0 {
        return;
    }
    let host = format!("{name}-{}", completions - 1);
    let judged = format!("{}-{}", judged_name(object), completions - 1);
    if !dns_1123_label(&judged).is_empty() {
        let path = Path::Root.child("metadata.name");
        let detail = format!("will not able to create pod with invalid DNS label: {host}");
        out.invalid_text(&codes::DERIVED_NAME_TOO_LONG, &path, name_place(object), name, &detail).plain(
            format!("the last Pod of the Job would have the hostname `{host}`, which is none"),
            "shorten the name, and use no dots in it",
        );
    }
}

/// Mirrors ValidateCronJobSpec and ValidateCronJobCreate.
pub(super) fn validate_cron_job(object: Value<'_>, out: &mut Errors) {
    const PATH: Path<'static> = Path::Field(&Path::Root, "spec.jobTemplate.spec.template");
    let template = object.at(&["spec", "jobTemplate", "spec", "template"]);
    let holder = object
        .at(&["spec", "jobTemplate", "spec"])
        .or_else(|| object.at(&["spec", "jobTemplate"]))
        .or_else(|| object.get("spec"))
        .unwrap_or(object);
    validate_pod_template(holder, template, &PATH, out);
    job_restarts(holder, template, &PATH, out);
    let name = name_of(object);
    if judged_name(object).len() > 52 {
        let place =
            object.get("metadata").map_or_else(|| object.place(), |m| m.get("name").unwrap_or(m).place());
        let path = Path::Root.child("metadata.name");
        out.invalid_text(
            &codes::DERIVED_NAME_TOO_LONG,
            &path,
            place,
            &name,
            "must be no more than 52 characters",
        )
        .plain(
            format!("the name of a CronJob has {} characters; 52 are allowed", name.len()),
            "shorten it: its Jobs get 11 more characters",
        );
    }
}

/// Pods of a Job are meant to end.
fn job_restarts(holder: Value<'_>, template: Option<Value<'_>>, path: &Path<'_>, out: &mut Errors) {
    let path = path.child("spec.restartPolicy");
    let place = restart_place(holder, template);
    match restart_policy(template) {
        "OnFailure" | "Never" => {}
        "Always" => {
            out.required(&codes::REQUIRED, &path, place, "valid values: \"OnFailure\", \"Never\"").plain(
                "a Job's Pods must be allowed to end, and the default `restartPolicy` is `Always`",
                "add `restartPolicy: Never` or `restartPolicy: OnFailure` to the template's spec",
            );
        }
        other => {
            out.not_supported(&codes::ENUM, &path, place, other, &["OnFailure", "Never"])
                .plain(format!("`{other}` is no restart policy of a Job"), "use `OnFailure` or `Never`");
        }
    }
}
