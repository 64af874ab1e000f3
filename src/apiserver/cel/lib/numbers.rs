//! Arithmetic and conversions of numbers. Mirrors cel-go's `overflow.go`, `int.go`, `uint.go`, `double.go`.

use super::super::value::{EvalError, Outcome, Val, err};

/// `%g` of Go: the shortest text that reads as the same number.
pub fn format_g(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    // Shortest texts change to an exponent at six digits.
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    format!("{number}")
}

fn overflow<T>(signed: bool) -> Result<T, EvalError> {
    err(if signed { "integer overflow" } else { "unsigned integer overflow" })
}

/// `+ - * / %` of two numbers of one type, durations and timestamps included. None if they are no such thing.
pub(in super::super) fn arithmetic<'a>(function: &str, a: &Val<'a>, b: &Val<'a>) -> Option<Outcome<'a>> {
    let checked = |value: Option<i64>| value.map_or_else(|| overflow(true), |n| Ok(Val::Int(n)));
    let unsigned = |value: Option<u64>| value.map_or_else(|| overflow(false), |n| Ok(Val::Uint(n)));
    let duration =
        |value: Option<i64>| value.map_or_else(|| err("duration overflow"), |n| Ok(Val::Duration(n)));
    let timestamp = |at: i128| super::time::checked(at).map(Val::Timestamp);
    Some(match (function, a, b) {
        ("_/_", Val::Int(_), Val::Int(0)) | ("_/_", Val::Uint(_), Val::Uint(0)) => err("division by zero"),
        ("_%_", Val::Int(_), Val::Int(0)) | ("_%_", Val::Uint(_), Val::Uint(0)) => err("modulus by zero"),
        ("_+_", Val::Int(a), Val::Int(b)) => checked(a.checked_add(*b)),
        ("_-_", Val::Int(a), Val::Int(b)) => checked(a.checked_sub(*b)),
        ("_*_", Val::Int(a), Val::Int(b)) => checked(a.checked_mul(*b)),
        ("_/_", Val::Int(a), Val::Int(b)) => checked(a.checked_div(*b)),
        ("_%_", Val::Int(a), Val::Int(b)) => checked(a.checked_rem(*b)),
        ("_+_", Val::Uint(a), Val::Uint(b)) => unsigned(a.checked_add(*b)),
        ("_-_", Val::Uint(a), Val::Uint(b)) => unsigned(a.checked_sub(*b)),
        ("_*_", Val::Uint(a), Val::Uint(b)) => unsigned(a.checked_mul(*b)),
        ("_/_", Val::Uint(a), Val::Uint(b)) => unsigned(a.checked_div(*b)),
        ("_%_", Val::Uint(a), Val::Uint(b)) => unsigned(a.checked_rem(*b)),
        ("_+_", Val::Double(a), Val::Double(b)) => Ok(Val::Double(a + b)),
        ("_-_", Val::Double(a), Val::Double(b)) => Ok(Val::Double(a - b)),
        ("_*_", Val::Double(a), Val::Double(b)) => Ok(Val::Double(a * b)),
        ("_/_", Val::Double(a), Val::Double(b)) => Ok(Val::Double(a / b)),
        ("_+_", Val::Duration(a), Val::Duration(b)) => duration(a.checked_add(*b)),
        ("_-_", Val::Duration(a), Val::Duration(b)) => duration(a.checked_sub(*b)),
        ("_+_", Val::Timestamp(at), Val::Duration(by)) | ("_+_", Val::Duration(by), Val::Timestamp(at)) => {
            timestamp(at + i128::from(*by))
        }
        ("_-_", Val::Timestamp(at), Val::Duration(by)) => timestamp(at - i128::from(*by)),
        ("_-_", Val::Timestamp(a), Val::Timestamp(b)) => duration(i64::try_from(a - b).ok()),
        _ => return None,
    })
}

/// A double as an integer. Mirrors `doubleToInt64Checked`.
pub(in super::super) fn double_to_int<'a>(number: f64) -> Outcome<'a> {
    if number > -9_223_372_036_854_775_808.0 && number < 9_223_372_036_854_775_808.0 {
        Ok(Val::Int(number as i64))
    } else {
        overflow(true)
    }
}

/// A double as an unsigned integer. Mirrors `doubleToUint64Checked`.
pub(in super::super) fn double_to_uint<'a>(number: f64) -> Outcome<'a> {
    if (0.0..18_446_744_073_709_551_616.0).contains(&number) {
        Ok(Val::Uint(number as u64))
    } else {
        overflow(false)
    }
}

/// `int()`, `uint()`, `double()` of numbers and texts. None for other values.
pub(in super::super) fn convert<'a>(function: &str, value: &Val<'a>) -> Option<Outcome<'a>> {
    let text = |text: &str, to: &str| match to {
        "int" => number_text(text, true).and_then(|t| t.parse().ok()).map(Val::Int),
        "uint" => number_text(text, false).and_then(|t| t.parse().ok()).map(Val::Uint),
        _ => float_text(text).map(Val::Double),
    };
    Some(match (function, value) {
        ("int" | "uint" | "double", Val::Str(given)) => text(given, function)
            .map_or_else(|| err(format!("type conversion error from 'string' to '{function}'")), Ok),
        ("int", Val::Int(_)) | ("uint", Val::Uint(_)) | ("double", Val::Double(_)) => Ok(value.clone()),
        ("int", Val::Uint(n)) => i64::try_from(*n).map_or_else(|_| overflow(true), |n| Ok(Val::Int(n))),
        ("int", Val::Double(n)) => double_to_int(*n),
        ("int", Val::Timestamp(at)) => Ok(Val::Int(at.div_euclid(1_000_000_000) as i64)),
        ("int", Val::Duration(n)) => Ok(Val::Int(*n)),
        ("uint", Val::Int(n)) => u64::try_from(*n).map_or_else(|_| overflow(false), |n| Ok(Val::Uint(n))),
        ("uint", Val::Double(n)) => double_to_uint(*n),
        ("double", Val::Int(n)) => Ok(Val::Double(*n as f64)),
        ("double", Val::Uint(n)) => Ok(Val::Double(*n as f64)),
        _ => return None,
    })
}

/// Digits with a sign where one may be, as `strconv` takes them.
fn number_text(text: &str, sign: bool) -> Option<&str> {
    let digits = if sign { text.strip_prefix(['+', '-']).unwrap_or(text) } else { text };
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then_some(text)
}

/// A float as `strconv.ParseFloat` takes it.
fn float_text(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    let body = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
    if matches!(body, "inf" | "infinity" | "nan") {
        return lower.parse().ok();
    }
    let plain = body.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'+' | b'-'));
    let number: f64 = if plain { lower.parse().ok()? } else { return None };
    number.is_finite().then_some(number)
}
