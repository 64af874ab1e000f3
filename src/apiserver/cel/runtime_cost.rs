//! What a call costs when it runs. Mirrors `CostTracker.costCall` of cel-go, Kubernetes' `CostEstimator.CallCost`, and the
//! trackers of cel-go's lists and sets.

use super::value::Val;

/// Cost of going once through a text, for each character (`StringTraversalCostFactor`).
pub(super) const TRAVERSE: f64 = 0.1;
/// Cost of a pattern, for each of its characters (`RegexStringLengthCostFactor`).
pub(super) const PATTERN: f64 = 0.25;

fn up(size: u64, factor: f64) -> u64 {
    (size as f64 * factor).ceil() as u64
}

/// What a call costs. `overload` is empty if it may be several.
pub(super) fn call_cost(function: &str, overload: &str, args: &[Val<'_>], result: Option<&Val<'_>>) -> u64 {
    let size = |at: usize| args.get(at).map_or(1, Val::size);
    let made = |factor: f64, size: u64| (size as f64 * factor) as u64 + 11;
    let made_size = || result.map_or(0, Val::size);
    let itself = |at: usize| {
        let text = matches!(args.get(at), Some(Val::List(list)) if matches!(list.items.first(), Some(Val::Str(_) | Val::Bytes(_))));
        made(if text { 2.0 + TRAVERSE } else { 2.0 }, size(at).saturating_mul(size(at)))
    };
    match function {
        "slice" | "lists.range" => return made(1.0, made_size()),
        "reverse" => return made(1.0, made_size()),
        "flatten" => {
            let depth = if let Some(Val::Int(depth)) = args.get(1) { *depth as f64 } else { 1.0 };
            return made(depth, size(0));
        }
        "distinct" | "sort" => return itself(0),
        "@sortByAssociatedKeys" => return itself(1),
        "sets.contains" | "sets.intersects" => return 1 + size(0).saturating_mul(size(1)),
        "sets.equivalent" => return 1 + size(0).saturating_mul(size(1)).saturating_mul(2),
        "check" => return 350_000,
        "isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf" => {
            return args.first().map_or(0, |v| traversal(v, 0));
        }
        "url" | "lowerAscii" | "upperAscii" | "substring" | "trim" => return up(size(0), TRAVERSE),
        "replace" | "split" | "ip.isCanonical" => return up(size(0), 2.0 * TRAVERSE),
        "join" => return up(made_size(), 2.0 * TRAVERSE),
        "find" | "findAll" => return up(1 + size(0), TRAVERSE) * up(size(1), PATTERN),
        "ip" if overload != "cidr_ip" => return up(size(0), TRAVERSE),
        "cidr" | "isIP" | "isCIDR" | "quantity" | "isQuantity" | "semver" | "isSemver" => {
            return up(size(0), TRAVERSE);
        }
        "containsIP" => {
            let other = if overload == "cidr_contains_ip_string" { up(size(1), TRAVERSE) } else { 0 };
            return up(2 * size(0), TRAVERSE) + other;
        }
        "containsCIDR" => {
            let other = if overload == "cidr_contains_cidr_string" { up(size(1), TRAVERSE) } else { 0 };
            return up(2 * size(0), TRAVERSE) + up(size(0), TRAVERSE) + 1 + other;
        }
        "validate" => {
            if let Some(Val::Format(format)) = args.first() {
                return up(1 + size(1), TRAVERSE) * up(format.max_regex_size, PATTERN);
            }
        }
        "_==_"
            if matches!(
                args.first(),
                Some(
                    Val::Quantity(_)
                        | Val::Ip(_)
                        | Val::Cidr(..)
                        | Val::Format(_)
                        | Val::Url(_)
                        | Val::Semver(_)
                )
            ) =>
        {
            return 1;
        }
        _ => {}
    }
    let texts = matches!(args, [Val::Str(_) | Val::Bytes(_), ..]);
    match function {
        "startsWith" | "endsWith" | "bytes" | "strings.quote" | "format" if texts => up(size(0), TRAVERSE),
        "string" if matches!(args, [Val::Bytes(_)]) => up(size(0), TRAVERSE),
        "@in" if matches!(args, [_, Val::List(_)]) => size(1),
        "_==_" | "_!=_" => up(size(0).min(size(1)), TRAVERSE),
        "_<_" | "_<=_" | "_>_" | "_>=_" if texts => up(size(0).min(size(1)), TRAVERSE),
        "_+_" if texts => up(size(0) + size(1), TRAVERSE),
        "matches" => up(1 + size(0), TRAVERSE) * up(size(1), PATTERN),
        "contains" => up(size(0), TRAVERSE) * up(size(1), TRAVERSE),
        _ => 1,
    }
}

/// Mirrors `traversalCost`.
fn traversal(value: &Val<'_>, depth: u32) -> u64 {
    match value {
        _ if depth > 20 => 1,
        Val::Str(text) => (text.len() as f64 * TRAVERSE) as u64,
        Val::Bytes(bytes) => (bytes.len() as f64 * TRAVERSE) as u64,
        Val::List(list) => list.items.iter().map(|v| traversal(v, depth + 1)).sum(),
        Val::Map(map) => {
            map.entries().iter().map(|(k, v)| traversal(k, depth + 1) + traversal(v, depth + 1)).sum()
        }
        _ => 1,
    }
}
