//! `quantity()`. Mirrors Kubernetes' library/quantity.go.

use super::super::value::{Outcome, Val, err};
use crate::schema::quantity::{Format, Quantity};

pub(super) fn call<'a>(function: &str, args: &[Val<'a>]) -> Option<Outcome<'a>> {
    let made = |q: Quantity| Ok(Val::Quantity(q.into()));
    let whole = |n: i64| Quantity::new(n, Format::DecimalExponent);
    Some(match (function, args) {
        ("quantity", [Val::Str(text)]) => match Quantity::parse(text) {
            Ok(q) => made(q),
            Err(error) => err(error.to_string()),
        },
        ("isQuantity", [Val::Str(text)]) => Ok(Val::Bool(Quantity::parse(text).is_ok())),
        ("sign", [Val::Quantity(q)]) => Ok(Val::Int(i64::from(q.sign()))),
        ("isGreaterThan", [Val::Quantity(a), Val::Quantity(b)]) => Ok(Val::Bool(a > b)),
        ("isLessThan", [Val::Quantity(a), Val::Quantity(b)]) => Ok(Val::Bool(a < b)),
        ("compareTo", [Val::Quantity(a), Val::Quantity(b)]) => Ok(Val::Int(a.cmp(b) as i64)),
        ("asApproximateFloat", [Val::Quantity(q)]) => Ok(Val::Double(q.to_f64())),
        ("asInteger", [Val::Quantity(q)]) => {
            q.as_i64().map_or_else(|| err("cannot convert value to integer"), |n| Ok(Val::Int(n)))
        }
        ("isInteger", [Val::Quantity(q)]) => Ok(Val::Bool(q.as_i64().is_some())),
        ("add" | "sub", [Val::Quantity(a), b]) => {
            let other = match b {
                Val::Quantity(b) => (**b).clone(),
                Val::Int(n) => whole(*n),
                _ => return None,
            };
            let mut sum = (**a).clone();
            if function == "add" {
                sum.add(&other);
            } else {
                sum.sub(&other);
            }
            made(sum)
        }
        _ => return None,
    })
}
