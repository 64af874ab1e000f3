//! Kinds of other groups, each with a rule or two.

use super::super::events;
use super::super::networking::{ingress, service_cidr as cidr};
use super::{Field, Go, IMMUTABLE, Update};
use crate::apiserver::codes;
use crate::apiserver::go_json::texts;
use crate::apiserver::internal::kinds::{
    PARENT_REFERENCE, RESOURCE_CLAIM_SPEC, RESOURCE_CLAIM_TEMPLATE_SPEC, ROLE_REF,
};
use crate::apiserver::internal::pod::EVENT_SOURCE;
use crate::apiserver::internal::volume::OBJECT_REFERENCE;

static PARENT: Go = Go::Pointer(&Go::Struct(&PARENT_REFERENCE));
static RELATED: Go = Go::Pointer(&Go::Struct(&OBJECT_REFERENCE));

/// Mirrors ValidateEndpointSliceUpdate.
pub(super) fn endpoint_slice(update: Update<'_>) {
    update.meta();
    update.create();
    update.at(&["addressType"]).fixed(&Go::Text);
}

/// Mirrors ValidateEventUpdate for `events.k8s.io/v1`. The server uses the names of the core group.
pub(super) fn event(update: Update<'_>) {
    events::validate_legacy_new(update.new);
    update.meta_update();
    let series = update.at(&["series"]);
    let (new, old) = series.held(&Go::Any);
    if !new.same(&old) {
        events::validate_series(update.new);
    }
    let root = update.new;
    let fixed = |name: &'static str, shown: &'static str, go: Go| {
        let field = update.at(&[name]);
        field.fixed_as(&go, field.new.called(root, shown), IMMUTABLE);
    };
    fixed("regarding", "involvedObject", Go::Struct(&OBJECT_REFERENCE));
    fixed("reason", "reason", Go::Text);
    fixed("note", "message", Go::Text);
    fixed("deprecatedSource", "source", Go::Struct(&EVENT_SOURCE));
    fixed("deprecatedFirstTimestamp", "firstTimestamp", Go::Time);
    fixed("deprecatedLastTimestamp", "lastTimestamp", Go::Time);
    fixed("deprecatedCount", "count", Go::Int);
    fixed("type", "type", Go::Text);
    fixed("eventTime", "eventTime", Go::Time);
    fixed("action", "action", Go::Text);
    fixed("related", "related", RELATED);
    fixed("reportingController", "reportingController", Go::Text);
    fixed("reportingInstance", "reportingInstance", Go::Text);
}

/// Mirrors ValidateIPAddressUpdate.
pub(super) fn ip_address(update: Update<'_>) {
    update.meta();
    update.create();
    update.meta_update();
    update.at(&["spec", "parentRef"]).fixed(&PARENT);
}

/// Mirrors ValidateIngressUpdate. The annotation of old may name another class than the field, as long as nobody looks.
pub(super) fn ingress(update: Update<'_>) {
    update.meta_update();
    update.meta();
    ingress::validate_spec(update.new);
}

/// Mirrors ValidateIngressClassUpdate.
pub(super) fn ingress_class(update: Update<'_>) {
    update.meta_update();
    update.at(&["spec", "controller"]).fixed(&Go::Text);
    update.meta();
    update.create();
}

/// Mirrors ValidateServiceCIDRUpdate: a second range may be added.
pub(super) fn service_cidr(update: Update<'_>) {
    update.meta_update();
    let ranges = update.at(&["spec", "cidrs"]);
    let (new, old) = (ranges.new, ranges.old);
    let say = |field: Field<'_>| {
        field
            .invalid(IMMUTABLE)
            .plain(
                "a range of a ServiceCIDR cannot be changed",
                "keep it, and add a ServiceCIDR of another name",
            )
            .code(&codes::IMMUTABLE);
    };
    match (old.len(), new.len()) {
        (a, b) if a == b => {
            for (before, after) in old.items().zip(new.items()) {
                if before.str() != after.str() {
                    say(after);
                }
            }
        }
        (1, 2) => {
            if let (Some(before), Some(after)) = (old.items().next(), new.items().next())
                && before.str() != after.str()
            {
                say(after);
            }
            cidr::validate(update.new);
        }
        _ => {
            ranges.changed(new.invalid_as(&texts(new.value()), IMMUTABLE));
        }
    }
}

/// Mirrors ValidateRuntimeClassUpdate.
pub(super) fn runtime_class(update: Update<'_>) {
    update.meta();
    update.create();
    update.meta_update();
    update.at(&["handler"]).fixed(&Go::Text);
}

/// Mirrors ValidateRoleBindingUpdate and ValidateClusterRoleBindingUpdate.
pub(super) fn role_binding(update: Update<'_>) {
    update.meta();
    update.create();
    update.meta_update();
    let role = update.at(&["roleRef"]);
    role.fixed_as(&Go::Struct(&ROLE_REF), role.new, "cannot change roleRef");
}

/// Mirrors ValidateDeviceClassUpdate.
pub(super) fn device_class(update: Update<'_>) {
    update.meta();
    update.meta_update();
    update.create();
}

/// Mirrors ValidateResourceClaimUpdate.
pub(super) fn resource_claim(update: Update<'_>) {
    update.meta();
    update.meta_update();
    update.at(&["spec"]).fixed(&Go::Struct(&RESOURCE_CLAIM_SPEC));
}

/// Mirrors ValidateResourceClaimTemplateUpdate.
pub(super) fn resource_claim_template(update: Update<'_>) {
    update.meta();
    update.create();
    update.meta_update();
    update.at(&["spec"]).fixed(&Go::Struct(&RESOURCE_CLAIM_TEMPLATE_SPEC));
}

/// Mirrors ValidateResourceSliceUpdate.
pub(super) fn resource_slice(update: Update<'_>) {
    update.meta_update();
    super::super::resource::slice::validate_with(update.new, || {
        update.at(&["spec", "pool", "name"]).fixed(&Go::Text);
        update.at(&["spec", "driver"]).fixed(&Go::Text);
        update.at(&["spec", "nodeName"]).fixed(&Go::Pointer(&Go::Text));
    });
}

/// Mirrors ValidatePriorityClassUpdate.
pub(super) fn priority_class(update: Update<'_>) {
    update.meta_update();
    let value = update.at(&["value"]);
    if value.new.int().unwrap_or_default() != value.old.int().unwrap_or_default() {
        value.changed(value.new.forbidden("may not be changed in an update."));
    }
    update.at(&["preemptionPolicy"]).fixed(&Go::Pointer(&Go::Text));
}
