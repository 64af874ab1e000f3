//! What a scalar is: YAML 1.1 as `go.yaml.in/yaml/v2` resolves it, and its JSON form as Go prints it.

use std::borrow::Cow;

use super::scan::Style;

/// A resolved scalar.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Scalar<'t> {
    Null,
    Bool(bool),
    Int(i64),
    /// Above the largest `i64`.
    Uint(u64),
    Float(f64),
    Str(Cow<'t, str>),
}

const STR: &str = "tag:yaml.org,2002:str";
const BOOL: &str = "tag:yaml.org,2002:bool";
const INT: &str = "tag:yaml.org,2002:int";
const FLOAT: &str = "tag:yaml.org,2002:float";
const NULL: &str = "tag:yaml.org,2002:null";
const TIMESTAMP: &str = "tag:yaml.org,2002:timestamp";
const BINARY: &str = "tag:yaml.org,2002:binary";
const MERGE: &str = "tag:yaml.org,2002:merge";

/// True if this scalar, as a key, merges the value.
pub(super) fn is_merge(text: &str, style: Style, tag: Option<&str>) -> bool {
    text == "<<" && (is_implicit(style, tag) || tag == Some(MERGE))
}

fn is_implicit(style: Style, tag: Option<&str>) -> bool {
    tag.map_or(style == Style::Plain, |tag| tag == "!")
}

/// Resolves a scalar. The error is the library's sentence.
pub(super) fn resolve<'t>(text: &'t str, style: Style, tag: Option<&str>) -> Result<Scalar<'t>, String> {
    let Some(tag) = tag else {
        return Ok(if style == Style::Plain { plain(text) } else { Scalar::Str(text.into()) });
    };
    if tag == BINARY {
        return match base64(text) {
            Some(bytes) => Ok(Scalar::Str(go_string(&bytes).into())),
            None => Err("!!binary value contains invalid base64 data".to_owned()),
        };
    }
    if ![BOOL, INT, FLOAT, NULL, TIMESTAMP].contains(&tag) {
        // `!!str`, `!`, and every tag that the library does not know.
        return Ok(Scalar::Str(text.into()));
    }
    if tag == TIMESTAMP && is_timestamp(text) {
        return Ok(Scalar::Str(text.into()));
    }
    let scalar = plain(text);
    let is = match scalar {
        Scalar::Null => NULL,
        Scalar::Bool(_) => BOOL,
        Scalar::Int(n) if tag == FLOAT => return Ok(Scalar::Float(n as f64)),
        Scalar::Int(_) | Scalar::Uint(_) => INT,
        Scalar::Float(_) => FLOAT,
        Scalar::Str(_) => STR,
    };
    if is == tag {
        return Ok(scalar);
    }
    let short = |tag: &str| format!("!!{}", tag.rsplit(':').next().unwrap_or_default());
    Err(format!("cannot decode {} `{text}` as a {}", short(is), short(tag)))
}

/// Resolves a plain scalar without a tag.
pub(super) fn plain(text: &str) -> Scalar<'_> {
    match text.as_bytes() {
        [] => Scalar::Null,
        [b'~' | b'n' | b'N' | b't' | b'T' | b'y' | b'Y' | b'f' | b'F' | b'o' | b'O', ..] => word(text),
        [b'.', ..] => dot(text),
        [b'0'..=b'9' | b'+' | b'-', ..] => number(text),
        _ => Scalar::Str(text.into()),
    }
}

fn word(text: &str) -> Scalar<'_> {
    match text {
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        _ => Scalar::Str(text.into()),
    }
}

/// What begins with a dot: infinity, not a number, or Go's `ParseFloat`, in which `_` may stand between digits.
fn dot(text: &str) -> Scalar<'_> {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" => return Scalar::Float(f64::INFINITY),
        _ => {}
    }
    let bytes = text.as_bytes();
    let between_digits =
        |i: usize| i > 0 && bytes[i - 1].is_ascii_digit() && bytes.get(i + 1).is_some_and(u8::is_ascii_digit);
    if bytes.iter().enumerate().any(|(i, &c)| c == b'_' && !between_digits(i)) {
        return Scalar::Str(text.into());
    }
    float(&text.replace('_', "")).map_or_else(|| Scalar::Str(text.into()), Scalar::Float)
}

fn number(text: &str) -> Scalar<'_> {
    match text {
        "+.inf" | "+.Inf" | "+.INF" => return Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let digits: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    if let Some(int) = integer(&digits) {
        return int;
    }
    if let Some(value) = float(&digits) {
        return Scalar::Float(value);
    }
    // The library gives `0b` a second chance, in which a sign may follow.
    let binary = match digits.strip_prefix("-0b") {
        Some(rest) if !rest.starts_with(['+', '-']) => i64::from_str_radix(&format!("-{rest}"), 2).ok(),
        Some(_) => None,
        None => digits.strip_prefix("0b").and_then(|rest| i64::from_str_radix(rest, 2).ok()),
    };
    binary.map_or_else(|| Scalar::Str(text.into()), Scalar::Int)
}

/// Go's `ParseInt` and then `ParseUint` with base 0, without underscores.
fn integer(text: &str) -> Option<Scalar<'static>> {
    let (sign, rest) = match text.as_bytes() {
        [sign @ (b'+' | b'-'), ..] => (Some(*sign), &text[1..]),
        _ => (None, text),
    };
    let (radix, digits) = match rest.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &rest[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &rest[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &rest[2..]),
        [b'0', _, ..] => (8, &rest[1..]),
        _ => (10, rest),
    };
    if !digits.bytes().all(|c| (c as char).is_digit(radix)) {
        return None;
    }
    // The magnitude of the smallest i64 is one more than that of the largest.
    let value = u64::from_str_radix(digits, radix).ok()?;
    match sign {
        Some(b'-') => 0i64.checked_sub_unsigned(value).map(Scalar::Int),
        _ => match i64::try_from(value) {
            Ok(value) => Some(Scalar::Int(value)),
            Err(_) if sign.is_none() => Some(Scalar::Uint(value)),
            Err(_) => None,
        },
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, and not too large.
fn float(text: &str) -> Option<f64> {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text).as_bytes();
    let digits = |from: usize| rest[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let whole = digits(0);
    let mut at = whole;
    if rest.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if whole == 0 && fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    if matches!(rest.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(rest.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at.min(rest.len()));
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    if at != rest.len() {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// True if the text is the shortest decimal form of an integer of up to 18 digits: what nearly every number is.
pub(super) fn is_canonical_int(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    match digits {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', rest @ ..] => rest.len() < 18 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// A finite number as Go's `encoding/json` prints it.
pub(super) fn json_float(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
            _ => text,
        }
    } else {
        format!("{value}")
    }
}

/// A number as a key: `strconv.FormatFloat(f, 'g', -1, 32)`, with YAML's names for what is not finite.
pub(super) fn key_float(value: f64) -> String {
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    go_float(&format!("{value:e}"), &format!("{value}"))
}

/// `%v` of a float64.
pub(super) fn display_float(value: f64) -> String {
    match value {
        v if v.is_nan() => "NaN".to_owned(),
        v if v.is_infinite() => if v > 0.0 { "+Inf" } else { "-Inf" }.to_owned(),
        v => go_float(&format!("{v:e}"), &format!("{v}")),
    }
}

/// Go's `%g` in the shortest form: scientific below 1e-4 and from 1e6 on.
fn go_float(scientific: &str, decimal: &str) -> String {
    let (digits, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return decimal.to_owned();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// Standard base64 with padding; line breaks are skipped.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut bits, mut held, mut padding) = (0u32, 0, 0);
    for c in text.bytes().filter(|c| !matches!(c, b'\r' | b'\n')) {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if held >= 2 && held + padding < 4 => {
                padding += 1;
                continue;
            }
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(value);
        held += 1;
        if held == 4 {
            out.extend([(bits >> 16) as u8, (bits >> 8) as u8, bits as u8]);
            (bits, held) = (0, 0);
        }
    }
    match (held, padding) {
        (0, 0) => {}
        (2, 2) => out.push((bits >> 4) as u8),
        (3, 1) => out.extend([(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => return None,
    }
    Some(out)
}

/// Bytes as Go's JSON encoder prints them: every byte that is not UTF-8 becomes U+FFFD.
fn go_string(mut bytes: &[u8]) -> String {
    let mut out = String::new();
    loop {
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                out.push_str(text);
                return out;
            }
            Err(error) => {
                let (good, bad) = bytes.split_at(error.valid_up_to());
                out.push_str(std::str::from_utf8(good).unwrap_or_default());
                out.push('\u{fffd}');
                bytes = &bad[1..];
            }
        }
    }
}

/// The forms of a timestamp that the library knows: a date, or date and time with `T` and a zone, or with a space and none.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(i) => (&text[..i], Some((text.as_bytes()[i], &text[i + 1..]))),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let number = |text: &str, longest: usize| -> Option<u32> {
        let fits = (1..=longest).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
        fits.then(|| text.parse().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) =
        (number(year, 4).filter(|_| year.len() == 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    if !(1..=days).contains(&day) {
        return false;
    }
    let Some((separator, time)) = time else { return true };
    let time = if separator == b' ' {
        time
    } else if let Some(time) = time.strip_suffix('Z') {
        time
    } else {
        let Some(i) = time.rfind(['+', '-']) else { return false };
        let zone = time[i + 1..].split_once(':');
        let two = |text: &str, below: u32| text.len() == 2 && number(text, 2).is_some_and(|n| n < below);
        if !zone.is_some_and(|(hours, minutes)| two(hours, 25) && two(minutes, 60)) {
            return false;
        }
        &time[..i]
    };
    let mut parts = time.split(':');
    let (Some(hour), Some(minute), Some(second), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (second, fraction) = second.split_once(['.', ',']).unwrap_or((second, "0"));
    number(hour, 2).is_some_and(|n| n < 24)
        && number(minute, 2).is_some_and(|n| n < 60)
        && number(second, 2).is_some_and(|n| n < 60)
        && !fraction.is_empty()
        && fraction.bytes().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_in_all_bases() {
        for (text, value) in [
            ("0777", 511),
            ("0o777", 511),
            ("0x1F", 31),
            ("-0x1f", -31),
            ("0b11", 3),
            ("0b-1", -1),
            ("-0b1", -1),
            ("1_000", 1000),
            ("+1", 1),
            ("-0", 0),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(plain(text), Scalar::Int(value), "{text}");
        }
        assert_eq!(plain("18446744073709551615"), Scalar::Uint(u64::MAX));
        for text in ["0x", "1a", "-0b+1", "0b2", "_1", "+", "-", "12:30:45"] {
            assert_eq!(plain(text), Scalar::Str(text.into()), "{text}");
        }
    }

    #[test]
    fn floats() {
        for (text, value) in [("08", 8.0), ("1e3", 1000.0), (".5", 0.5), ("1.", 1.0), (".5_0", 0.5)] {
            assert_eq!(plain(text), Scalar::Float(value), "{text}");
        }
        for text in [".", ".e5", "1e400", "1e", "._5", ".5_", "1.2.3", "0x1p3"] {
            assert_eq!(plain(text), Scalar::Str(text.into()), "{text}");
        }
    }

    #[test]
    fn floats_as_go_prints_them() {
        for (value, text) in
            [(8.0, "8"), (0.5, "0.5"), (1e21, "1e+21"), (1e-7, "1e-7"), (1e20, "100000000000000000000")]
        {
            assert_eq!(json_float(value), text);
        }
        assert_eq!(json_float(-0.0), "-0");
        for (value, text) in [
            (1.5, "1.5"),
            (1_234_567.891, "1.2345679e+06"),
            (1e-5, "1e-05"),
            (1e40, ".inf"),
            (100_000.5, "100000.5"),
        ] {
            assert_eq!(key_float(value), text);
        }
    }

    #[test]
    fn base64_is_strict() {
        assert_eq!(base64("aGVs\nbG8=").as_deref(), Some(&b"hello"[..]));
        assert_eq!(base64("aGk=").as_deref(), Some(&b"hi"[..]));
        for text in ["a", "aGk", "aGk=x", "a===", "=", "aGVsbG8==", "aGk ="] {
            assert_eq!(base64(text), None, "{text}");
        }
    }

    #[test]
    fn timestamps() {
        for text in ["2001-12-14", "2001-1-2T1:2:3Z", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.1"]
        {
            assert!(is_timestamp(text), "{text}");
        }
        for text in ["2001-13-14", "2001-2-29", "01-2-3", "2001-12-14 21:59:43.10 -5", "2001-12-14T21:59:43"]
        {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
