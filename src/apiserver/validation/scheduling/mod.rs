//! PriorityClasses. Mirrors `pkg/apis/scheduling/validation`.

use super::field::Field;
use super::metadata::Name;
use crate::apiserver::codes;

const HIGHEST: i64 = 1_000_000_000;
/// Values of the classes that every cluster has.
const SYSTEM: [(&str, i64); 2] =
    [("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)];

/// Mirrors ValidatePriorityClass.
pub(super) fn validate_priority_class(class: Field<'_>) {
    let value = class.field("value");
    let number = value.int().unwrap_or_default();
    let name = Name::of(class);
    if name.shown.starts_with("system-") {
        let trouble = match SYSTEM.iter().find(|(system, _)| *system == name.shown) {
            None => Some(format!("{} is not a known system priority class", name.shown)),
            Some((system, wanted)) if *wanted != number => {
                Some(format!("value of {system} PriorityClass must be {wanted}"))
            }
            Some((system, _)) if class.field("globalDefault").flag() => {
                Some(format!("globalDefault of {system} PriorityClass must be false"))
            }
            Some(_) => None,
        };
        if let Some(trouble) = trouble {
            name.field
                .forbidden(&format!(
                    "priority class names with 'system-' prefix are reserved for system use only. error: {trouble}"
                ))
                .plain("names that begin with `system-` are Kubernetes' own", "use another name")
                .code(&codes::NAME_INVALID);
        }
    } else if number > HIGHEST {
        value
            .forbidden(&format!("maximum allowed value of a user defined priority is {HIGHEST}"))
            .help(format!("use at most {HIGHEST}"))
            .code(&codes::RANGE);
    }
    let policy = class.field("preemptionPolicy");
    if policy.is_set() {
        policy.require_one_of("", &["PreemptLowerPriority", "Never"]);
    }
}
