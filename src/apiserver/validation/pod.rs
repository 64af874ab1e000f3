//! Pods and Pod templates: what people forget most. Mirrors parts of ValidatePodSpec, in its order.

use rustc_hash::FxHashSet;

use super::errors::anchor;
use super::metadata::{validate_annotations, validate_labels};
use super::primitives::{Sentences, dns_1123_label};
use super::{Errors, Path};
use crate::apiserver::codes;
use crate::object::Value;

/// A Pod.
pub(super) fn validate_pod(pod: Value<'_>, out: &mut Errors) {
    let path = Path::Root.child("spec");
    validate_pod_spec(pod, pod.get("spec"), &path, out);
    for list in ["containers", "initContainers"] {
        let containers = pod.get("spec").into_iter().flat_map(|spec| spec.list(list));
        for (i, container) in containers.enumerate() {
            validate_container_of_pod(container, &path.child(list).index(i), out);
        }
    }
}

/// Mirrors validateContainerOnlyForPod: templates that have it are kept as they were.
fn validate_container_of_pod(container: Value<'_>, path: &Path<'_>, out: &mut Errors) {
    let image = container.str("image");
    if image != image.trim() {
        let place = container.get("image").map_or_else(|| anchor(container), Value::place);
        let detail = "must not have leading or trailing whitespace";
        out.invalid_text(&codes::FORMAT, &path.child("image"), place, image, detail)
            .plain("the image has a space at its start or end", "remove the space");
    }
}

/// Mirrors ValidatePodTemplateSpec. The server's path of labels and annotations leaves `metadata` out.
pub(super) fn validate_pod_template(
    holder: Value<'_>,
    template: Option<Value<'_>>,
    path: &Path<'_>,
    out: &mut Errors,
) {
    validate_template_metadata(template, path, out);
    let spec = template.and_then(|t| t.get("spec"));
    validate_pod_spec(template.unwrap_or(holder), spec, &path.child("spec"), out);
}

/// Labels and annotations of a template.
pub(super) fn validate_template_metadata(template: Option<Value<'_>>, path: &Path<'_>, out: &mut Errors) {
    let metadata = template.and_then(|t| t.get("metadata"));
    validate_labels(metadata.and_then(|m| m.get("labels")), &path.child("labels"), out);
    validate_annotations(metadata.and_then(|m| m.get("annotations")), &path.child("annotations"), out);
}

/// `holder` is what `spec` is missing from, if it is missing.
pub(super) fn validate_pod_spec(
    holder: Value<'_>,
    spec: Option<Value<'_>>,
    path: &Path<'_>,
    out: &mut Errors,
) {
    let list = path.child("containers");
    let mut names: FxHashSet<&str> = FxHashSet::default();
    let containers = spec.and_then(|s| s.get("containers"));
    if containers.is_none_or(|c| c.items().next().is_none()) {
        let place = match (containers, spec) {
            (Some(_), Some(spec)) => spec.key_place("containers"),
            (None, Some(spec)) if spec.entries().next().is_some() => anchor(spec),
            _ if spec.is_some() => holder.key_place("spec"),
            _ => anchor(holder),
        };
        out.required(&codes::REQUIRED, &list, place, "").plain(
            "the Pod has no containers",
            "add `containers:` with at least a `name` and an `image`, under the `spec` of the Pod or of the template",
        );
    }
    for (i, container) in containers.into_iter().flat_map(Value::items).enumerate() {
        validate_container(container, false, &list.index(i), &mut names, out);
    }
    let list = path.child("initContainers");
    for (i, container) in spec.into_iter().flat_map(|s| s.list("initContainers")).enumerate() {
        validate_container(container, true, &list.index(i), &mut names, out);
    }
}

fn validate_container<'v>(
    container: Value<'v>,
    initial: bool,
    path: &Path<'_>,
    names: &mut FxHashSet<&'v str>,
    out: &mut Errors,
) {
    let name = container.str("name");
    let name_path = path.child("name");
    let name_place = || container.get("name").map_or_else(|| anchor(container), Value::place);
    if name.is_empty() {
        out.required(&codes::REQUIRED, &name_path, name_place(), "")
            .plain("the container has no name", "add `name:`");
    } else {
        let sentences: Sentences = dns_1123_label(name);
        for sentence in sentences {
            out.invalid_text(&codes::NAME_INVALID, &name_path, name_place(), name, sentence).plain(
                format!("`{name}` is no valid name of a container"),
                "use lower-case letters, digits and `-`, with a letter or digit at both ends, at most 63 characters",
            );
        }
    }
    if container.str("image").is_empty() {
        let place = container.get("image").map_or_else(|| anchor(container), Value::place);
        out.required(&codes::REQUIRED, &path.child("image"), place, "").plain(
            if name.is_empty() {
                "the container has no image".to_owned()
            } else {
                format!("the container `{name}` has no image")
            },
            "add `image:`, on the same column as `name`",
        );
    }
    if names.contains(&name) {
        out.duplicate(&codes::DUPLICATE, &name_path, name_place(), name)
            .plain(format!("two containers are called `{name}`"), "rename one of them");
    } else if !(initial && name.is_empty()) {
        names.insert(name);
    }
}
