//! Pods: what may be changed of one that runs, or waits. Mirrors ValidatePodUpdate.

use super::super::core::pod as create;
use super::super::core::pod::scheduling::validate_tolerations;
use super::{Field, Go, Update};
use crate::apiserver::codes;
use crate::apiserver::go_json;
use crate::apiserver::internal::pod::{NODE_AFFINITY, POD_SPEC, TOLERATION};
use crate::apiserver::internal::volume::NODE_SELECTOR_TERM;
use crate::apiserver::internal::{self, Held};

const MIRROR: &str = "kubernetes.io/config.mirror";
static AFFINITY: Go = Go::Pointer(&Go::Struct(&NODE_AFFINITY));
static TERMS: Go = Go::List(&Go::Struct(&NODE_SELECTOR_TERM));
const HELP: &str = "keep what the cluster has, or delete the Pod and create it again; a Deployment replaces its Pods by itself";

/// Mirrors ValidatePodUpdate.
pub(super) fn pod(update: Update<'_>) {
    update.meta_update();
    update.meta();
    create::validate_metadata_and_spec(update.new);
    annotations(update.at(&["metadata", "annotations"]));
    let spec = update.at(&["spec"]);
    for list in ["containers", "initContainers"] {
        if !containers(spec.at(&[list])) {
            return;
        }
    }
    if !active_deadline(spec.at(&["activeDeadlineSeconds"])) {
        return;
    }
    tolerations(spec.at(&["tolerations"]));
    gates(spec.at(&["schedulingGates"]));
    let (new, old) = spec.held(&Go::Struct(&POD_SPEC));
    if !new.same(&old) {
        other_fields(spec, new, &old);
    }
}

/// Mirrors ValidatePodSpecificAnnotationUpdates. AppArmor's annotations are judged by the versions that read them.
fn annotations(annotations: Update<'_>) {
    let (new, old) = (annotations.new.entry(MIRROR), annotations.old.entry(MIRROR));
    let plain = "the kubelet writes this annotation; it is neither added nor changed by others";
    if old.is_set() && (new.is_unset() || new.str() != old.str()) {
        new.forbidden("may not remove or update mirror pod annotation").plain(plain, "leave it as it is");
    }
    if new.is_set() && old.is_unset() {
        new.forbidden("may not add mirror pod annotation").plain(plain, "remove it");
    }
    create::validate_annotations(annotations.new, annotations.new.root().field("spec"));
}

/// Mirrors ValidateContainerUpdates.
fn containers(list: Update<'_>) -> bool {
    if list.new.len() != list.old.len() {
        list.new
            .forbidden("pod updates may not add or remove containers")
            .plain("containers cannot be added to a Pod, nor taken from it", HELP)
            .code(&codes::IMMUTABLE);
        return false;
    }
    for container in list.new.items() {
        let image = container.field("image");
        image.require("");
        if image.str().trim() != image.str() {
            image.invalid("must not have leading or trailing whitespace");
        }
    }
    true
}

/// `activeDeadlineSeconds` may be set, and made shorter.
fn active_deadline(deadline: Update<'_>) -> bool {
    let (new, old) = (deadline.new.int(), deadline.old.int());
    match (new, old) {
        (Some(seconds), _) if !(0..=i64::from(i32::MAX)).contains(&seconds) => {
            deadline.new.range("must be between 0 and 2147483647, inclusive");
            false
        }
        (Some(seconds), Some(before)) if before < seconds => {
            deadline
                .new
                .range("must be less than or equal to previous value")
                .plain("the deadline of a Pod can only be made earlier", HELP);
            false
        }
        (None, Some(_)) => {
            deadline
                .new
                .invalid_as("null", "must not update from a positive integer to nil value")
                .plain("the deadline of a Pod cannot be taken away", HELP)
                .code(&codes::IMMUTABLE);
            true
        }
        _ => true,
    }
}

/// Mirrors validateOnlyAddedTolerations.
fn tolerations(tolerations: Update<'_>) {
    let held = |field: Field<'_>| {
        let mut held = Held::new(field.value(), &Go::Struct(&TOLERATION));
        if let Some(seconds) = held.field_mut("TolerationSeconds") {
            *seconds = Held::Nil;
        }
        held.json()
    };
    let new: Vec<String> = tolerations.new.items().map(held).collect();
    if tolerations.old.items().any(|old| !new.contains(&held(old))) {
        tolerations
            .new
            .forbidden("existing toleration can not be modified except its tolerationSeconds")
            .plain("tolerations can be added to a Pod, and not taken away or changed", HELP)
            .code(&codes::IMMUTABLE);
        return;
    }
    validate_tolerations(tolerations.new);
}

/// Mirrors validateOnlyDeletedSchedulingGates.
fn gates(gates: Update<'_>) {
    for gate in gates.new.items() {
        let name = gate.field("name");
        if !gates.old.items().any(|old| old.text("name") == name.str()) {
            name.forbidden(&format!(
                "only deletion is allowed, but found new scheduling gate '{}'",
                name.str()
            ))
            .plain("gates can be opened, and not added to a Pod that exists", HELP)
            .code(&codes::IMMUTABLE);
        }
    }
}

/// All other fields stay. `new` becomes the old specification but for what was changed and may not be.
fn other_fields<'v>(spec: Update<'v>, mut new: Held<'v>, old: &Held<'v>) {
    const DETAIL: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
    for list in ["Containers", "InitContainers"] {
        if let (Some(new), Some(old)) = (new.field_mut(list), old.field(list)) {
            for (container, before) in new.items_mut().zip(old.items()) {
                container.take_field("Image", before);
            }
        }
    }
    // The server builds these lists anew: an empty one becomes nil.
    for list in ["Containers", "InitContainers"] {
        if let Some(items) = new.field_mut(list).filter(|items| items.is_empty()) {
            *items = Held::List(None);
        }
    }
    for name in ["ActiveDeadlineSeconds", "SchedulingGates", "Tolerations"] {
        new.take_field(name, old);
    }
    let seconds = spec.at(&["terminationGracePeriodSeconds"]);
    if seconds.old.int().is_some_and(|n| n < 0) && seconds.new.int() == Some(1) {
        new.take_field("TerminationGracePeriodSeconds", old);
    }
    if !spec.old.field("schedulingGates").is_empty() {
        gated(spec, &mut new, old);
    }
    if new.same(old) {
        return;
    }
    let changed = first_difference(&new, old);
    spec.new
        .forbidden(&format!("{DETAIL}\n{}", internal::diff(old, &new)))
        .plain(format!("{changed} cannot be changed in a Pod that exists"), HELP)
        .code(&codes::IMMUTABLE);
}

/// The first field that differs, as people know it.
fn first_difference(new: &Held<'_>, old: &Held<'_>) -> String {
    let differs = |field: &&crate::apiserver::internal::GoField| match (
        new.field(field.printed()),
        old.field(field.printed()),
    ) {
        (Some(new), Some(old)) => !new.same(old),
        _ => false,
    };
    POD_SPEC
        .iter()
        .find(differs)
        .map_or_else(|| "this".to_owned(), |field| format!("`spec.{}`", field.json()))
}

/// Of a Pod that waits behind a gate node selector and node affinity may be made narrower.
fn gated<'v>(spec: Update<'v>, new: &mut Held<'v>, old: &Held<'v>) {
    let selector = spec.at(&["nodeSelector"]);
    let now: Vec<(&str, &str)> = selector.new.entries().map(|(key, value)| (key, value.str())).collect();
    if !selector.old.entries().all(|(key, value)| now.contains(&(key, value.str()))) {
        selector
            .new
            .invalid_as(
                &go_json::string_map(selector.new.value()),
                "only additions to spec.nodeSelector are allowed (no mutations or deletions)",
            )
            .plain(
                "labels can be added to the node selector of a gated Pod, and not changed or taken away",
                HELP,
            )
            .code(&codes::IMMUTABLE);
    }
    new.take_field("NodeSelector", old);
    let affinity = spec.at(&["affinity", "nodeAffinity"]);
    let (after, before) = affinity.held(&AFFINITY);
    if after.same(&before) {
        return;
    }
    node_affinity(affinity);
    let nil = |held: Option<&Held<'_>>| held.is_none_or(|v| matches!(v, Held::Nil));
    let old_is_nil = nil(old.field("Affinity"));
    let Some(affinity) = new.field_mut("Affinity") else { return };
    if nil(Some(affinity)) {
        // The old node affinity alone.
        if let (false, Some(old)) = (nil(Some(&before)), old.field("Affinity")) {
            affinity.clone_from(old);
            for name in ["PodAffinity", "PodAntiAffinity"] {
                if let Some(other) = affinity.field_mut(name) {
                    *other = Held::Nil;
                }
            }
        }
    } else if old_is_nil && nil(affinity.field("PodAffinity")) && nil(affinity.field("PodAntiAffinity")) {
        *affinity = Held::Nil;
    } else if let Some(node) = affinity.field_mut("NodeAffinity") {
        *node = before;
    }
}

/// Mirrors validateNodeAffinityMutation.
fn node_affinity(affinity: Update<'_>) {
    let required = affinity.at(&["requiredDuringSchedulingIgnoredDuringExecution"]);
    if required.old.is_unset() {
        return;
    }
    let terms = required.at(&["nodeSelectorTerms"]);
    let (new_terms, _) = terms.held(&TERMS);
    let plain =
        "requirements can be added to the node affinity of a gated Pod, and not changed or taken away";
    if !terms.old.is_empty() && terms.old.len() != terms.new.len() {
        terms
            .new
            .invalid_as(
                &new_terms.json(),
                "no additions/deletions to non-empty NodeSelectorTerms list are allowed",
            )
            .plain(plain, HELP)
            .code(&codes::IMMUTABLE);
        return;
    }
    for (new, old) in terms.new.items().zip(terms.old.items()) {
        let held = |field: Field<'_>| Held::new(field.value(), &Go::Struct(&NODE_SELECTOR_TERM)).json();
        if !has_only_additions(new, old) {
            new.invalid_as(&held(new), "only additions are allowed (no mutations or deletions)")
                .plain(plain, HELP)
                .code(&codes::IMMUTABLE);
        }
    }
}

/// Mirrors validateNodeSelectorTermHasOnlyAdditions.
fn has_only_additions(new: Field<'_>, old: Field<'_>) -> bool {
    let lists = ["matchExpressions", "matchFields"];
    let nothing = |term: Field<'_>| lists.iter().all(|list| term.field(list).is_empty());
    // A term that matches nothing would match something.
    if nothing(old) && !nothing(new) {
        return false;
    }
    lists.iter().all(|list| {
        let (new, old) = (new.field(list), old.field(list));
        let item = |field: Field<'_>| go_json::value(field.value());
        old.len() <= new.len() && old.items().zip(new.items()).all(|(old, new)| item(old) == item(new))
    })
}
