//! VolumeAttachments. Mirrors ValidateVolumeAttachment.

use super::super::core::persistent_volume::validate_inline;
use super::super::core::volume_sources::validate_csi_driver_name;
use super::super::field::Field;

/// Mirrors validateVolumeAttachmentSpec.
pub(in super::super) fn validate(attachment: Field<'_>) {
    const DETAIL: &str = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
    let spec = attachment.field("spec");
    validate_csi_driver_name(spec.field("attacher"));
    let source = spec.field("source");
    let (inline, name) = (source.field("inlineVolumeSpec"), source.field("persistentVolumeName"));
    match (inline.is_set(), name.is_set()) {
        (false, false) => {
            source.required(DETAIL);
        }
        (true, true) => {
            source.forbidden(DETAIL);
        }
        (false, true) => {
            name.require("must specify non empty persistentVolumeName");
        }
        (true, false) => validate_inline(inline),
    }
    spec.field("nodeName").dns_subdomain();
    if name.is_set() {
        name.dns_subdomain();
    }
}
