//! Devices. Mirrors `pkg/apis/resource`.

use crate::object::Draft;

/// Mirrors SetDefaults_ExactDeviceRequest and SetDefaults_DeviceSubRequest, of what a claim says about devices.
pub(super) fn devices(devices: &mut Draft<'_, '_>) {
    let wanted = |request: &mut Draft<'_, '_>| {
        request.default_str("allocationMode", "ExactCount");
        if request.read().str("allocationMode") == "ExactCount" {
            request.default_int("count", 1);
        }
        request.each("tolerations", |toleration| toleration.default_str("operator", "Equal"));
        request.with(&["capacity", "requests"], super::quantity::canonical_entries);
    };
    devices.each("requests", |request| {
        request.with(&["exactly"], wanted);
        request.each("firstAvailable", wanted);
    });
}

/// Mirrors SetDefaults_DeviceTaint.
pub(super) fn slice(slice: &mut Draft<'_, '_>) {
    slice.with(&["spec"], |spec| {
        spec.each("devices", |device| {
            device.each("taints", |taint| taint.default("timeAdded", "<now>"));
        });
    });
}
