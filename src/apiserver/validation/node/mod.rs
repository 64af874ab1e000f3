//! RuntimeClasses. Mirrors `pkg/apis/node/validation`.

use rustc_hash::FxHashSet;

use super::core::pod::scheduling::validate_tolerations;
use super::core::resources::validate_limits;
use super::field::Field;
use super::metadata::validate_labels;
use crate::apiserver::go_json::{Go, internal};

/// Mirrors ValidateRuntimeClass.
pub(super) fn validate_runtime_class(class: Field<'_>) {
    let handler = class.field("handler");
    if handler.require("") {
        handler.dns_label();
    }
    let overhead = class.field("overhead");
    if overhead.is_set() {
        validate_limits(overhead, overhead.field("podFixed").called(overhead, "limits"));
    }
    let scheduling = class.field("scheduling");
    validate_labels(scheduling.field("nodeSelector"));
    let tolerations = scheduling.field("tolerations");
    validate_tolerations(tolerations);
    let mut seen = FxHashSet::default();
    for toleration in tolerations.items() {
        let text = |name| toleration.text(name);
        if !seen.insert((text("key"), text("operator"), text("value"), text("effect"))) {
            let fields = [
                ("Key", "key", Go::Text),
                ("Operator", "operator", Go::Text),
                ("Value", "value", Go::Text),
                ("Effect", "effect", Go::Text),
                ("TolerationSeconds", "tolerationSeconds", Go::Any),
            ];
            toleration.duplicate_as(&internal(toleration.value(), &fields));
        }
    }
}
