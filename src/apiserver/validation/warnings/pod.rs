//! Pods and their templates. Mirrors `warningsForPodSpecAndMeta`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::field::Field;
use super::{annotation, deprecated_annotation, label_key, network, node_term, old_label, ports};
use super::{projections, storage, whole_bytes};
use crate::apiserver::codes;
use crate::finding::Fix;
use crate::object::Value;
use crate::schema::quote;
use crate::yaml::edit::remove_item;

/// Variables of one Pod that get a fix that removes them: of a list that has more, the next run gets the others.
const MOST_FIXES: usize = 256;
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const APP_ARMOR_SENTENCE: &str = "deprecated since v1.30; use the \"appArmorProfile\" field instead";
const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const SECCOMP_SENTENCE: &str = "non-functional in v1.27+; use the \"seccompProfile\" field instead";
const NULL_SELECTOR: &str = "a null labelSelector results in matching no pod";
const ANNOTATIONS: &[(&str, &str, &str)] = &[
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
        "use `priorityClassName`",
    ),
    (
        "security.alpha.kubernetes.io/sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
        "use `securityContext.sysctls`",
    ),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
        "use `securityContext.sysctls`",
    ),
];
/// Volumes that no node can mount any more: the field, how the server names it, what it says.
const REMOVED_VOLUMES: &[(&str, &str, &str)] = &[
    ("photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
    ("gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
    ("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"),
];

/// Says so of the types of a volume that are set, if they are in question.
pub(super) fn removed_volumes(volume: Field<'_>, asked: impl Fn(&str) -> bool) {
    for (given, said, sentence) in REMOVED_VOLUMES {
        let own = volume.field(given);
        if own.is_set() && asked(given) {
            let old = *given == "gitRepo" && !volume.since(33);
            let sentence = if old { "deprecated in v1.11" } else { sentence };
            own.called(volume, said)
                .warn(sentence, "use a volume of a CSI driver")
                .code(&codes::DEAD_VOLUME_PLUGIN)
                .place(own.key_place());
        }
    }
}

/// A Pod.
pub(super) fn of_pod(pod: Field<'_>) {
    spec_and_metadata(pod, false);
}

/// A template.
pub(super) fn of_template(template: Field<'_>) {
    if template.is_set() {
        spec_and_metadata(template, true);
    }
}

fn containers(spec: Field<'_>) -> impl Iterator<Item = Field<'_>> {
    ["initContainers", "containers", "ephemeralContainers"].into_iter().flat_map(move |list| spec.each(list))
}

fn spec_and_metadata(pod: Field<'_>, is_template: bool) {
    let (spec, metadata) = (pod.field("spec"), pod.field("metadata"));
    scheduling(spec);
    for (key, sentence, help) in ANNOTATIONS {
        annotation(metadata, key, sentence, help);
    }
    for volume in spec.each("volumes") {
        removed_volumes(volume, |_| true);
        let claim = volume.at(&["ephemeral", "volumeClaimTemplate", "spec"]);
        storage::claim_resources(claim.field("resources"));
    }
    for volume in spec.each("volumes") {
        projections::overlaps(volume);
    }
    twice(spec, "hostAliases", "ip");
    twice(spec, "imagePullSecrets", "name");
    for secret in spec.each("imagePullSecrets") {
        let name = secret.field("name");
        if name.is_empty() {
            name.warn("invalid empty name \"\"", "give the name of a Secret, or remove the item");
        }
    }
    for resource in ["memory", "ephemeral-storage"] {
        whole_bytes(spec.field("overhead").entry(resource));
    }
    let context = spec.field("securityContext");
    if context.field("seccompProfile").is_unset() {
        annotation(metadata, SECCOMP_POD, SECCOMP_SENTENCE, "use `securityContext.seccompProfile`");
    }
    for container in containers(spec) {
        of_container(container, metadata, context, is_template);
    }
    ports::of_containers(|| containers(spec));
    let grace = spec.field("terminationGracePeriodSeconds");
    // The registry makes it 1 in a Pod itself.
    if is_template && grace.int().is_some_and(|n| n < 0) {
        grace.warn("must be >= 0; negative values are invalid and will be treated as 1", "use 0 or more");
    }
    for name in ["podAffinity", "podAntiAffinity"] {
        let affinity = spec.at(&["affinity", name]);
        for term in affinity.each("requiredDuringSchedulingIgnoredDuringExecution") {
            null_selector(term);
        }
        for term in affinity.each("preferredDuringSchedulingIgnoredDuringExecution") {
            null_selector(term.field("podAffinityTerm"));
        }
    }
    for server in spec.at(&["dnsConfig", "nameservers"]).items() {
        network::ip(server);
    }
    for alias in spec.each("hostAliases") {
        network::ip(alias.field("ip"));
    }
}

fn null_selector(of: Field<'_>) {
    let selector = of.field("labelSelector");
    if selector.is_unset() {
        selector.warn(NULL_SELECTOR, "add `labelSelector` with the labels of the Pods that count");
    }
}

/// Labels of nodes.
fn scheduling(spec: Field<'_>) {
    for (key, entry) in spec.field("nodeSelector").entries() {
        old_label(spec.field("nodeSelector"), key, entry);
    }
    let affinity = spec.at(&["affinity", "nodeAffinity"]);
    let required = affinity.field("requiredDuringSchedulingIgnoredDuringExecution");
    for term in required.each("nodeSelectorTerms") {
        node_term(term, false);
    }
    for term in affinity.each("preferredDuringSchedulingIgnoredDuringExecution") {
        node_term(term.field("preference"), true);
    }
    for constraint in spec.each("topologySpreadConstraints") {
        label_key(constraint.field("topologyKey"));
        null_selector(constraint);
    }
}

/// Items of a list that say the same twice.
fn twice<'v>(spec: Field<'v>, list: &'v str, name: &'v str) {
    let mut seen = FxHashSet::default();
    for item in spec.each(list) {
        let field = item.field(name);
        if !seen.insert(field.str()) {
            let sentence = format!("duplicate {name} {}", quote(field.str()));
            field.warn(&sentence, "remove one of them");
        }
    }
}

fn of_container(container: Field<'_>, metadata: Field<'_>, of_pod: Field<'_>, is_template: bool) {
    let name = container.text("name");
    let context = container.field("securityContext");
    let annotated = |prefix: &str| {
        let annotations = metadata.field("annotations");
        annotations.entries().find(|(key, _)| key.strip_prefix(prefix) == Some(name)).map(|(_, entry)| entry)
    };
    if context.field("seccompProfile").is_unset()
        && let Some(entry) = annotated(SECCOMP_CONTAINER)
    {
        deprecated_annotation(
            entry,
            SECCOMP_SENTENCE,
            "use `securityContext.seccompProfile` of the container",
        );
    }
    if is_template
        && context.field("appArmorProfile").is_unset()
        && let Some(entry) = annotated(APP_ARMOR)
        && !says_the_same(entry.str(), of_pod.field("appArmorProfile"))
    {
        deprecated_annotation(
            entry,
            APP_ARMOR_SENTENCE,
            "use `securityContext.appArmorProfile` of the container",
        );
    }
    let resources = container.field("resources");
    for list in ["limits", "requests"] {
        whole_bytes(resources.field(list).entry("memory"));
    }
    for list in ["limits", "requests"] {
        whole_bytes(resources.field(list).entry("ephemeral-storage"));
    }
    let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
    for (at, variable) in container.each("env").enumerate() {
        let name = variable.text("name");
        if !seen.contains_key(name) {
            seen.insert(name, at);
            continue;
        }
        // A value may build on the one before it.
        let (value, reference) = (variable.text("value"), format!("$({name})"));
        if variable.field("valueFrom").is_set() || value == reference || !value.contains(&reference) {
            let sentence = format!(
                "hides previous definition of {}, which may be dropped when using apply",
                quote(name)
            );
            let list = container.field("env").value().and_then(Value::view);
            let fix = list.zip(seen.get(name)).filter(|_| variable.warned() < MOST_FIXES);
            let fix = fix.and_then(|(list, first)| remove_item(list, *first));
            variable
                .warn(&sentence, "keep one of them")
                .code(&codes::DUPLICATE_ENV)
                .place(variable.field("name").place())
                .fix(fix.map(|edit| Fix::maybe("remove the one that is hidden", vec![edit])));
        }
    }
}

/// Whether an annotation says what a profile says. Mirrors ApparmorFieldForAnnotation.
fn says_the_same(annotation: &str, profile: Field<'_>) -> bool {
    let kind = profile.text("type");
    let of_host = profile.field("localhostProfile");
    match annotation {
        "unconfined" => kind == "Unconfined" && of_host.is_unset(),
        "runtime/default" => kind == "RuntimeDefault" && of_host.is_unset(),
        other => {
            let wanted = other.strip_prefix("localhost/").filter(|rest| !rest.is_empty());
            kind == "Localhost" && wanted.is_some() && wanted == Some(of_host.str())
        }
    }
}

/// Whether a field can be made of an annotation. Mirrors ApparmorFieldForAnnotation and ValidateAppArmorProfileField.
fn is_profile(annotation: &str) -> bool {
    match annotation {
        "unconfined" | "runtime/default" => true,
        other => other
            .strip_prefix("localhost/")
            .is_some_and(|rest| !rest.is_empty() && rest.trim() == rest && rest.len() <= 4095),
    }
}

/// Mirrors applyAppArmorVersionSkew.
pub(super) fn app_armor(pod: Field<'_>) {
    let spec = pod.field("spec");
    if spec.field("os").text("name") == "windows" {
        return;
    }
    let annotations = pod.field("metadata").field("annotations");
    if !annotations.entries().any(|(key, _)| key.starts_with(APP_ARMOR)) {
        return;
    }
    let of_pod = spec.field("securityContext").field("appArmorProfile");
    for container in containers(spec) {
        let name = container.text("name");
        let entry = annotations.entries().find(|(key, _)| key.strip_prefix(APP_ARMOR) == Some(name));
        let Some((_, entry)) = entry else { continue };
        if container.at(&["securityContext", "appArmorProfile"]).is_set() {
            continue;
        }
        if !is_profile(entry.str()) || !says_the_same(entry.str(), of_pod) {
            deprecated_annotation(
                entry,
                APP_ARMOR_SENTENCE,
                "use `securityContext.appArmorProfile` of the container",
            );
        }
    }
}
