//! Workload controllers. Mirrors `pkg/apis/apps/validation`.

use super::{Go, Update};
use crate::apiserver::codes;
use crate::apiserver::internal::kinds::STATEFUL_SET_SPEC;
use crate::apiserver::internal::meta::LABEL_SELECTOR;

static SELECTOR: Go = Go::Pointer(&Go::Struct(&LABEL_SELECTOR));

/// Mirrors ValidateDeploymentUpdate and ValidateReplicaSetUpdate.
pub(super) fn deployment(update: Update<'_>) {
    update.meta_update();
    update.create();
    update.at(&["spec", "selector"]).fixed(&SELECTOR);
}

/// Mirrors ValidateDaemonSetUpdate.
pub(super) fn daemon_set(update: Update<'_>) {
    update.meta_update();
    update.at(&["spec", "selector"]).fixed(&SELECTOR);
    update.create();
}

/// Mirrors ValidateControllerRevisionUpdate.
pub(super) fn controller_revision(update: Update<'_>) {
    update.meta_update();
    update.meta();
    if update.new.field("data").is_set() {
        update.create();
    } else {
        update.new.field("revision").non_negative();
    }
    update.at(&["data"]).fixed(&Go::Any);
}

/// Mirrors ValidateStatefulSetUpdate.
pub(super) fn stateful_set(update: Update<'_>) {
    const OPEN: [&str; 7] = [
        "Replicas",
        "Template",
        "UpdateStrategy",
        "MinReadySeconds",
        "Ordinals",
        "RevisionHistoryLimit",
        "PersistentVolumeClaimRetentionPolicy",
    ];
    const DETAIL: &str = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    update.meta_update();
    update.create();
    let spec = update.at(&["spec"]);
    let (mut new, old) = spec.held(&Go::Struct(&STATEFUL_SET_SPEC));
    for name in OPEN {
        new.take_field(name, &old);
    }
    if new.same(&old) {
        return;
    }
    let closed = [
        ("VolumeClaimTemplates", "volumeClaimTemplates"),
        ("Selector", "selector"),
        ("ServiceName", "serviceName"),
        ("PodManagementPolicy", "podManagementPolicy"),
    ];
    let differs = |go: &str| match (new.field(go), old.field(go)) {
        (Some(new), Some(old)) => !new.same(old),
        _ => false,
    };
    let changed = closed.into_iter().find(|(go, _)| differs(go)).map_or("spec", |(_, name)| name);
    let help = if changed == "volumeClaimTemplates" {
        "keep the templates; to enlarge volumes edit the PersistentVolumeClaims, then replace the StatefulSet and leave its Pods: `kubectl delete --cascade=orphan`, and apply again"
    } else {
        "keep what the cluster has, or replace the StatefulSet and leave its Pods: `kubectl delete --cascade=orphan`, and apply again"
    };
    let field = spec.new.field(changed);
    spec.new
        .forbidden(DETAIL)
        .place(if field.is_set() { field.key_place() } else { spec.new.key_place() })
        .plain(format!("`{changed}` of a StatefulSet cannot be changed once it exists"), help)
        .code(&codes::IMMUTABLE);
}
