//! Pods. Mirrors ValidatePodSpec and what surrounds it.

use rustc_hash::FxHashSet;

use super::super::field::{DNS_LABEL_HELP, Field};
use super::super::primitives::dns_1123_label;
use crate::apiserver::codes;

/// A Pod.
pub(in super::super::super) fn validate(pod: Field<'_>) {
    let spec = pod.field("spec");
    validate_pod_spec(pod.field("metadata"), spec, true);
    for list in ["containers", "initContainers"] {
        for container in spec.each(list) {
            validate_container_of_pod(container);
        }
    }
}

/// Mirrors validateContainerOnlyForPod: templates that have it are kept as they were.
fn validate_container_of_pod(container: Field<'_>) {
    let image = container.field("image");
    if image.str() != image.str().trim() {
        image
            .invalid("must not have leading or trailing whitespace")
            .plain("the image has a space at its start or end", "remove the space");
    }
}

/// Mirrors ValidatePodSpec.
pub(in super::super::super) fn validate_pod_spec(metadata: Field<'_>, spec: Field<'_>, is_pod: bool) {
    let _ = (metadata, is_pod);
    let containers = spec.field("containers");
    let mut names: FxHashSet<&str> = FxHashSet::default();
    if containers.is_empty() {
        containers.required("").plain(
            "the Pod has no containers",
            "add `containers:` with at least a `name` and an `image`, under the `spec` of the Pod or of the template",
        );
    }
    for container in containers.items() {
        validate_container(container, false, &mut names);
    }
    for container in spec.each("initContainers") {
        validate_container(container, true, &mut names);
    }
}

fn validate_container<'v>(container: Field<'v>, initial: bool, names: &mut FxHashSet<&'v str>) {
    let name = container.field("name");
    if name.is_empty() {
        name.required("").plain("the container has no name", "add `name:`");
    } else {
        for sentence in dns_1123_label(name.str()) {
            name.invalid(sentence)
                .plain(format!("`{}` is no valid name of a container", name.str()), DNS_LABEL_HELP)
                .code(&codes::NAME_INVALID);
        }
    }
    let image = container.field("image");
    if image.is_empty() {
        image.required("").plain(
            if name.is_empty() {
                "the container has no image".to_owned()
            } else {
                format!("the container `{}` has no image", name.str())
            },
            "add `image:`, on the same column as `name`",
        );
    }
    if names.contains(&name.str()) {
        name.duplicate().plain(format!("two containers are called `{}`", name.str()), "rename one of them");
    } else if !(initial && name.is_empty()) {
        names.insert(name.str());
    }
}
