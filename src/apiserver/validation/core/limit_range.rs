//! LimitRanges. Mirrors ValidateLimitRange.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::field::{Field, LABEL_KEY_HELP};
use super::super::primitives::qualified_name;
use super::resources::{is_overcommit_allowed, validate_container_resource_name, validate_resource_name};
use crate::apiserver::codes;
use crate::schema::quantity::{Format, Quantity};

/// The lists of a limit, in the order in which the server reads them.
const LISTS: [&str; 5] = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"];
/// More than this is not counted in thousandths.
const MAX_MILLI: i64 = i64::MAX / 1000;

/// Mirrors ValidateLimitRange.
pub(in super::super) fn validate(range: Field<'_>) {
    let mut kinds = FxHashSet::default();
    for limit in range.field("spec").each("limits") {
        let kind = limit.field("type");
        validate_type(kind);
        kind.unique(kind.str(), &mut kinds);
        let of_pod = kind.str() == "Pod";
        let mut names: Vec<&str> = Vec::new();
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for list in LISTS {
            let map = limit.field(list);
            if of_pod && matches!(list, "default" | "defaultRequest") {
                if !map.is_empty() {
                    map.forbidden("may not be specified when `type` is 'Pod'")
                        .help("remove it, or use `type: Container`");
                }
                continue;
            }
            if list == "maxLimitRequestRatio" && kind.str() == "PersistentVolumeClaim" {
                let bounds = ["min", "max"];
                if bounds.iter().all(|bound| limit.field(bound).entry("storage").is_unset()) {
                    limit.field("limits").required(
                        "either minimum or maximum storage value is required, but neither was provided",
                    );
                }
            }
            for (name, quantity) in map.entries() {
                if matches!(kind.str(), "Pod" | "Container") {
                    validate_container_resource_name(quantity, name);
                } else {
                    validate_resource_name(quantity, name);
                }
                if seen.insert(name) {
                    names.push(name);
                }
            }
        }
        let lists = LISTS.map(|list| limit.field(list).entries().collect::<FxHashMap<&str, Field<'_>>>());
        for name in names {
            validate_bounds(&lists, name, of_pod);
        }
    }
}

/// Mirrors validateLimitRangeTypeName.
fn validate_type(kind: Field<'_>) {
    if kind.check(qualified_name, LABEL_KEY_HELP)
        && !kind.str().contains('/')
        && !matches!(kind.str(), "Pod" | "Container" | "PersistentVolumeClaim")
    {
        kind.invalid("must be a standard limit type or fully qualified")
            .help("use `Container`, `Pod` or `PersistentVolumeClaim`")
            .code(&codes::ENUM);
    }
}

/// The bounds of one resource do not contradict each other.
fn validate_bounds<'v>(lists: &[FxHashMap<&'v str, Field<'v>>; 5], name: &'v str, of_pod: bool) {
    let of = |list: &FxHashMap<&'v str, Field<'v>>| {
        let field = *list.get(name)?;
        field.quantity().map(|quantity| (field, quantity))
    };
    let [max, min, default, request, ratio] = lists.each_ref().map(of);
    let (default, request) = (default.filter(|_| !of_pod), request.filter(|_| !of_pod));
    // The smaller and the larger; where it is said, whose value is printed, and how.
    let ordered = |small: &Option<(Field<'v>, Quantity)>,
                   large: &Option<(Field<'v>, Quantity)>,
                   at: Field<'v>,
                   printed: &Quantity,
                   words: [&str; 2]| {
        if let (Some((_, small)), Some((_, large))) = (small, large)
            && small > large
        {
            let detail = format!("{} {small} is greater than {} {large}", words[0], words[1]);
            at.invalid_as(&format!("\"{printed}\""), &detail).code(&codes::RANGE);
        }
    };
    if let Some((at, own)) = &min {
        ordered(&min, &max, *at, own, ["min value", "max value"]);
    }
    if let Some((at, own)) = &request {
        ordered(&min, &request, *at, own, ["min value", "default request value"]);
        ordered(&request, &max, *at, own, ["default request value", "max value"]);
        ordered(&request, &default, *at, own, ["default request value", "default limit value"]);
    }
    if let Some((at, _)) = &default {
        if let Some((_, printed)) = &min {
            ordered(&min, &default, *at, printed, ["min value", "default value"]);
        }
        if let Some((_, printed)) = &max {
            ordered(&default, &max, *at, printed, ["default value", "max value"]);
        }
    }
    if let Some((at, own)) = &ratio {
        if *own < Quantity::new(1, Format::DecimalSI) {
            at.invalid_as(&format!("\"{own}\""), &format!("ratio {own} is less than 1")).code(&codes::RANGE);
        }
        if let (Some((_, min)), Some((_, max))) = (&min, &max) {
            validate_ratio(*at, own, min, max);
        }
    }
    if let (Some((_, default)), Some((at, request))) = (&default, &request)
        && !is_overcommit_allowed(name)
        && default != request
    {
        let detail =
            format!("default value {default} must equal to defaultRequest value {request} in {name}");
        at.invalid_as(&format!("\"{request}\""), &detail).code(&codes::RANGE);
    }
}

#[allow(clippy::cast_precision_loss)] // The server counts in the same way.
fn validate_ratio(at: Field<'_>, ratio: &Quantity, min: &Quantity, max: &Quantity) {
    let fine = ratio.value() < MAX_MILLI && min.value() < MAX_MILLI && max.value() < MAX_MILLI;
    let (ratio_value, limit) = if fine {
        (ratio.milli() as f64 / 1000.0, max.milli() as f64 / min.milli() as f64)
    } else {
        (ratio.value() as f64, max.value() as f64 / min.value() as f64)
    };
    if ratio_value > limit {
        let detail = format!("ratio {ratio} is greater than max/min = {limit:.6}");
        at.invalid_as(&format!("\"{ratio}\""), &detail).code(&codes::RANGE);
    }
}
