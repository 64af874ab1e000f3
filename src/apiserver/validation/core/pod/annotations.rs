//! Annotations of a Pod that mean something. Mirrors ValidatePodSpecificAnnotations, and what compares them with fields.

use super::super::super::field::Field;
use super::super::volume_sources::validate_local_descending_path;
use super::Pod;
use super::scheduling::validate_tolerations_annotation;

const MIRROR: &str = "kubernetes.io/config.mirror";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";
const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// Whether a Pod is the mirror of a static one.
pub(super) fn is_mirror(metadata: Field<'_>) -> bool {
    metadata.field("annotations").entry(MIRROR).is_set()
}

/// Mirrors ValidatePodSpecificAnnotations.
pub(super) fn validate_pod_specific(annotations: Field<'_>, spec: Field<'_>) {
    if annotations.is_unset() {
        return;
    }
    let mirror = annotations.entry(MIRROR);
    if mirror.is_set() && spec.field("nodeName").is_empty() {
        mirror
            .invalid("must set spec.nodeName if mirror pod annotation is set")
            .help("remove the annotation: kubelets write it on the mirrors of static Pods");
    }
    let tolerations = annotations.entry(TOLERATIONS);
    if !tolerations.is_empty() {
        validate_tolerations_annotation(annotations, tolerations);
    }
    let cost = annotations.entry(DELETION_COST);
    if cost.is_set() && !is_cost(cost.str()) {
        cost.invalid("must be a 32bit integer").help("write a whole number without leading zeros or plus");
    }
    let profile = annotations.entry(SECCOMP_POD);
    if profile.is_set() {
        validate_seccomp_annotation(profile.called(annotations, SECCOMP_POD));
    }
    for (key, profile) in annotations.entries() {
        if key.starts_with(SECCOMP_CONTAINER) {
            validate_seccomp_annotation(profile.called(annotations, key));
        }
    }
    for (key, profile) in annotations.entries() {
        if let Some(name) = key.strip_prefix(APP_ARMOR) {
            validate_app_armor_annotation(profile, name, spec);
        }
    }
}

/// Mirrors GetDeletionCostFromPodAnnotations.
fn is_cost(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = digits == "0" || !digits.starts_with('0');
    canonical && !text.starts_with('+') && text.parse::<i32>().is_ok()
}

/// Mirrors ValidateSeccompProfile.
fn validate_seccomp_annotation(profile: Field<'_>) {
    const HELP: &str = "use `securityContext.seccompProfile`; the annotation is not read any more";
    match profile.str() {
        "runtime/default" | "docker/default" | "unconfined" => {}
        text => match text.strip_prefix("localhost/") {
            Some(path) => validate_local_descending_path(profile, path),
            None => {
                profile.invalid("must be a valid seccomp profile").help(HELP);
            }
        },
    }
}

/// Mirrors ValidateAppArmorPodAnnotations.
fn validate_app_armor_annotation(profile: Field<'_>, container: &str, spec: Field<'_>) {
    let found = ["initContainers", "containers", "ephemeralContainers"]
        .into_iter()
        .any(|list| spec.each(list).any(|c| c.text("name") == container));
    if !found {
        profile.invalid_text(container, "container not found").place(profile.key_place()).plain(
            format!("the Pod has no container `{container}`"),
            "correct the name in the annotation's key",
        );
    }
    let text = profile.str();
    let good = matches!(text, "" | "runtime/default" | "unconfined") || text.starts_with("localhost/");
    if !good {
        let detail = format!("invalid AppArmor profile name: {}", crate::schema::quote(text));
        profile.invalid(&detail).help("use `runtime/default`, `unconfined` or `localhost/PROFILE`");
    }
}

/// Mirrors validateSeccompAnnotationsAndFields and validateAppArmorAnnotationsAndFieldsMatchOnCreate.
pub(super) fn validate_match_fields(pod: &Pod<'_>, annotations: Field<'_>) {
    if annotations.is_unset() {
        return;
    }
    let annotation = |prefix: &str, name: &str| {
        let key = format!("{prefix}{name}");
        annotations.entries().find(|(k, _)| *k == key).map(|(_, value)| value.str())
    };
    let pod_context = pod.spec.field("securityContext");
    let profile = pod_context.field("seccompProfile");
    if profile.is_set()
        && let Some(text) = annotation(SECCOMP_POD, "")
    {
        compare(text, profile, profile, &SECCOMP);
    }
    for container in pod.all_containers() {
        let profile = container.at(&["securityContext", "seccompProfile"]);
        if profile.is_set()
            && let Some(text) = annotation(SECCOMP_CONTAINER, container.text("name"))
        {
            compare(text, profile, profile, &SECCOMP);
        }
    }
    if pod.os() == "windows" {
        return;
    }
    for container in pod.all_containers() {
        let own = container.at(&["securityContext", "appArmorProfile"]);
        let profile = if own.is_set() { own } else { pod_context.field("appArmorProfile") };
        // A new Pod's container takes the profile of the annotation, if it has none of its own.
        let taken = |text: &str| {
            pod.metadata.is_some()
                && own.is_unset()
                && (matches!(text, "runtime/default" | "unconfined")
                    || text.strip_prefix("localhost/").is_some_and(|path| !path.is_empty()))
        };
        if profile.is_set()
            && let Some(text) = annotation(APP_ARMOR, container.text("name"))
            && !taken(text)
        {
            compare(text, profile, own, &APP_ARMOR_WORDS);
        }
    }
}

/// How the two kinds of profiles are called.
struct Words {
    default: &'static [&'static str],
    kind: &'static str,
    profile: &'static str,
}

const SECCOMP: Words = Words {
    default: &["runtime/default", "docker/default"],
    kind: "seccomp type in annotation and field must match",
    profile: "seccomp profile in annotation and field must match",
};
const APP_ARMOR_WORDS: Words = Words {
    default: &["runtime/default"],
    kind: "apparmor type in annotation and field must match",
    profile: "apparmor profile in annotation and field must match",
};

/// A profile in an annotation and in a field; `at` is the field that the server names.
fn compare(annotation: &str, profile: Field<'_>, at: Field<'_>, words: &Words) {
    const HELP: &str = "remove the annotation: the field says the same";
    let same_kind = match profile.text("type") {
        "Unconfined" => annotation == "unconfined",
        "RuntimeDefault" => words.default.contains(&annotation),
        "Localhost" => annotation.starts_with("localhost/"),
        _ => true,
    };
    if !same_kind {
        at.field("type").forbidden(words.kind).help(HELP);
    } else if profile.text("type") == "Localhost" {
        let field = profile.field("localhostProfile");
        if field.is_unset() || annotation.strip_prefix("localhost/") != Some(field.str()) {
            at.field("localhostProfile").forbidden(words.profile).help(HELP);
        }
    }
}
