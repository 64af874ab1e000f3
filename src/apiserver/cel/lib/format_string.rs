//! `string.format()`. Mirrors cel-go's `ext/formatting.go`.

use std::fmt::Write as _;

use super::super::value::Val;
use super::{numbers, time};
use crate::schema::quote;

/// Digits behind the point if a clause names none (`defaultPrecision`).
const PRECISION: usize = 6;
/// Most digits that are written.
const MAX_PRECISION: usize = 10_000;

/// What a `%` asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) enum Clause {
    String,
    Decimal,
    Fixed,
    Scientific,
    Binary,
    /// In capitals or not.
    Hex(bool),
    Octal,
}

impl Clause {
    /// What is said of a type that the clause does not take.
    pub(in super::super) fn refusal(self, ty: &str) -> String {
        let what = match self {
            Self::String => {
                "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps"
            }
            Self::Decimal => "decimal clause can only be used on integers",
            Self::Fixed => "fixed-point clause can only be used on doubles",
            Self::Scientific => "scientific clause can only be used on doubles",
            Self::Binary => "only integers and bools can be formatted as binary",
            Self::Hex(_) => "only integers, byte buffers, and strings can be formatted as hex",
            Self::Octal => "octal clause can only be used on integers",
        };
        format!("{what}, was given {ty}")
    }
}

/// Goes through a format string, asking for the text of every argument. Mirrors `parseFormatString`.
pub(in super::super) fn parse(
    text: &str,
    count: usize,
    mut argument: impl FnMut(usize, Clause, Option<usize>) -> Result<String, String>,
) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    let mut index = 0;
    while let Some(at) = rest.find('%') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        if index >= count {
            return Err(format!("index {index} out of range"));
        }
        if rest.is_empty() {
            return Err("unexpected end of string".into());
        }
        let clause = |why: String| format!("could not parse formatting clause: {why}");
        let mut precision = None;
        if let Some(after) = rest.strip_prefix('.') {
            let precision_error = |why: &str| clause(format!("error while parsing precision: {why}"));
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            if digits == after.len() {
                return Err(precision_error("could not find end of precision specifier"));
            }
            let (number, following) = after.split_at_checked(digits).unwrap_or((after, ""));
            let parsed = number.parse::<usize>().map_err(|_| {
                let why = if number.is_empty() { "invalid syntax" } else { "value out of range" };
                let number = quote(number);
                precision_error(&format!(
                    "error while converting precision to integer: strconv.Atoi: parsing {number}: {why}"
                ))
            })?;
            precision = Some(parsed);
            rest = following;
        }
        let Some(c) = rest.chars().next() else { return Err("unexpected end of string".into()) };
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        let kind = match c {
            's' => Clause::String,
            'd' => Clause::Decimal,
            'f' => Clause::Fixed,
            'e' => Clause::Scientific,
            'b' => Clause::Binary,
            'x' => Clause::Hex(false),
            'X' => Clause::Hex(true),
            'o' => Clause::Octal,
            // Go takes one byte for a character here.
            c => {
                let mut buffer = [0; 4];
                let first = c.encode_utf8(&mut buffer).as_bytes().first().copied().unwrap_or_default();
                return Err(clause(format!("unrecognized formatting clause \"{}\"", first as char)));
            }
        };
        let value = argument(index, kind, precision).map_err(|e| format!("error during formatting: {e}"))?;
        out.push_str(&value);
        index += 1;
    }
    out.push_str(rest);
    Ok(out)
}

/// A value as a clause writes it.
pub(in super::super) fn write(
    value: &Val<'_>,
    clause: Clause,
    precision: Option<usize>,
) -> Result<String, String> {
    let refused = || Err(clause.refusal(&value.type_name()));
    let digits = precision.unwrap_or(PRECISION).min(MAX_PRECISION);
    match (clause, value) {
        (Clause::String, _) => string(value, 0),
        (Clause::Decimal, Val::Int(n)) => Ok(n.to_string()),
        (Clause::Decimal, Val::Uint(n)) => Ok(n.to_string()),
        (Clause::Fixed, Val::Double(n)) => Ok(grouped(*n, digits)),
        (Clause::Scientific, Val::Double(n)) => Ok(scientific(*n, digits)),
        (Clause::Fixed | Clause::Scientific, Val::Str(text))
            if matches!(&**text, "NaN" | "Infinity" | "-Infinity") =>
        {
            Ok(match &**text {
                "NaN" => "NaN",
                "Infinity" => "∞",
                _ => "-∞",
            }
            .into())
        }
        (Clause::Binary, Val::Int(n)) => Ok(signed(*n, |n| format!("{n:b}"))),
        (Clause::Binary, Val::Uint(n)) => Ok(format!("{n:b}")),
        (Clause::Binary, Val::Bool(b)) => Ok(if *b { "1" } else { "0" }.into()),
        (Clause::Octal, Val::Int(n)) => Ok(signed(*n, |n| format!("{n:o}"))),
        (Clause::Octal, Val::Uint(n)) => Ok(format!("{n:o}")),
        (Clause::Hex(upper), value) => {
            let hex = |n: u64| if upper { format!("{n:X}") } else { format!("{n:x}") };
            let bytes = |bytes: &[u8]| {
                bytes.iter().fold(String::new(), |mut out, b| {
                    let _ = if upper { write!(out, "{b:02X}") } else { write!(out, "{b:02x}") };
                    out
                })
            };
            match value {
                Val::Int(n) => Ok(signed(*n, hex)),
                Val::Uint(n) => Ok(hex(*n)),
                Val::Str(text) => Ok(bytes(text.as_bytes())),
                Val::Bytes(raw) => Ok(bytes(raw)),
                _ => refused(),
            }
        }
        _ => refused(),
    }
}

fn signed(number: i64, write: impl Fn(u64) -> String) -> String {
    format!("{}{}", if number < 0 { "-" } else { "" }, write(number.unsigned_abs()))
}

/// Commas between groups of three, as the printer for English does.
fn grouped(number: f64, digits: usize) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "∞" } else { "-∞" }.into();
    }
    let plain = format!("{number:.digits$}");
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", plain.as_str()),
    };
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let mut out = String::from(sign);
    for (at, c) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// `1.234568×10⁰⁶`, as the printer for English does.
fn scientific(number: f64, digits: usize) -> String {
    if !number.is_finite() {
        return grouped(number, digits);
    }
    let plain = format!("{number:.digits$e}");
    let (mantissa, exponent) = plain.split_once('e').unwrap_or((&plain, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(rest) => ("\u{207b}", rest),
        None => ("", exponent),
    };
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let exponent: String = format!("{exponent:0>2}")
        .chars()
        .filter_map(|c| RAISED.get(c.to_digit(10)? as usize).copied())
        .collect();
    format!("{mantissa}×10{sign}{exponent}")
}

/// Mirrors `FormatString`.
fn string(value: &Val<'_>, depth: u32) -> Result<String, String> {
    if depth > 100 {
        return Err("nested too deeply".into());
    }
    Ok(match value {
        Val::List(list) => {
            let items: Result<Vec<_>, _> = list.items.iter().map(|v| member(v, depth)).collect();
            format!("[{}]", items?.join(", "))
        }
        Val::Map(map) => {
            let mut entries = Vec::new();
            for (key, value) in map.entries() {
                if !matches!(key, Val::Str(_) | Val::Bool(_) | Val::Int(_) | Val::Uint(_)) {
                    return Err(format!("no formatting function for map key of type {}", key.type_name()));
                }
                entries.push((member(&key, depth)?, member(&value, depth)?));
            }
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            let entries: Vec<String> = entries.into_iter().map(|(k, v)| format!("{k}:{v}")).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Val::Int(n) => n.to_string(),
        Val::Uint(n) => n.to_string(),
        Val::Double(n) => numbers::format_g(*n),
        Val::Bool(b) => b.to_string(),
        Val::Str(text) => text.to_string(),
        Val::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Val::Timestamp(at) => time::format(*at),
        Val::Duration(ns) => time::format_duration(*ns),
        Val::Type(ty) => ty.name().to_owned(),
        Val::Null => "null".into(),
        other => return Err(Clause::String.refusal(&other.type_name())),
    })
}

/// A value inside of a list or a map.
fn member(value: &Val<'_>, depth: u32) -> Result<String, String> {
    Ok(match value {
        Val::Str(text) => quote(text),
        Val::Bytes(bytes) => format!("b{}", quote(&String::from_utf8_lossy(bytes))),
        Val::Timestamp(at) => format!("timestamp({})", quote(&time::format(*at))),
        Val::Duration(ns) => format!("duration({})", quote(&time::format_duration(*ns))),
        Val::Double(n) if n.is_finite() => format!("{n:.PRECISION$}"),
        Val::Double(n) => quote(if n.is_nan() {
            "NaN"
        } else if *n > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        }),
        Val::Optional(_)
        | Val::Quantity(_)
        | Val::Url(_)
        | Val::Ip(_)
        | Val::Cidr(..)
        | Val::Semver(_)
        | Val::Format(_)
        | Val::Lazy(_)
        | Val::Preserved(_) => {
            return Err(format!("no formatting function for {}", value.type_name()));
        }
        other => string(other, depth + 1)?,
    })
}
