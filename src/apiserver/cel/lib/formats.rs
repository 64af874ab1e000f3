//! `format.*`: named formats of strings. Mirrors Kubernetes' library/format.go and kube-openapi's `strfmt`.

use super::time;
use crate::apiserver::validation::primitives;

/// A format that strings can be judged by.
pub struct Named {
    /// Name in expressions, behind `format.`.
    pub constant: &'static str,
    /// Name by which formats are compared.
    pub name: &'static str,
    /// Size that the cost of judging grows with.
    pub max_regex_size: u64,
    /// What is wrong with a string.
    pub judge: fn(&str) -> Vec<String>,
}

/// All of them.
pub(in super::super) static ALL: &[Named] = &[
    Named {
        constant: "dns1123Label",
        name: "DNS1123Label",
        max_regex_size: 30,
        judge: |s| list(primitives::dns_1123_label(s)),
    },
    Named {
        constant: "dns1123Subdomain",
        name: "DNS1123Subdomain",
        max_regex_size: 60,
        judge: |s| list(primitives::dns_1123_subdomain(s)),
    },
    Named {
        constant: "dns1035Label",
        name: "DNS1035Label",
        max_regex_size: 30,
        judge: |s| list(primitives::dns_1035_label(s)),
    },
    Named {
        constant: "qualifiedName",
        name: "QualifiedName",
        max_regex_size: 60,
        judge: |s| list(primitives::qualified_name(s)),
    },
    Named {
        constant: "dns1123LabelPrefix",
        name: "DNS1123LabelPrefix",
        max_regex_size: 30,
        judge: |s| list(primitives::dns_1123_label(&prefix(s))),
    },
    Named {
        constant: "dns1123SubdomainPrefix",
        name: "DNS1123SubdomainPrefix",
        max_regex_size: 60,
        judge: |s| list(primitives::dns_1123_subdomain(&prefix(s))),
    },
    Named {
        constant: "dns1035LabelPrefix",
        name: "DNS1035LabelPrefix",
        max_regex_size: 30,
        judge: |s| list(primitives::dns_1035_label(&prefix(s))),
    },
    Named {
        constant: "labelValue",
        name: "LabelValue",
        max_regex_size: 40,
        judge: |s| list(primitives::label_value(s)),
    },
    Named {
        constant: "uri",
        name: "URI",
        max_regex_size: 1103,
        judge: |s| super::url::parse_request_uri(s).err().into_iter().collect(),
    },
    Named {
        constant: "uuid",
        name: "uuid",
        max_regex_size: 62,
        judge: |s| wrong(!is_uuid(s), "does not match the UUID format"),
    },
    Named {
        constant: "byte",
        name: "byte",
        max_regex_size: 84,
        judge: |s| wrong(!is_base64(s), "invalid base64"),
    },
    Named {
        constant: "date",
        name: "date",
        max_regex_size: 81,
        judge: |s| wrong(!is_date(s), "invalid date"),
    },
    Named {
        constant: "datetime",
        name: "datetime",
        max_regex_size: 81,
        judge: |s| wrong(!is_date_time(s), "invalid datetime"),
    },
];

/// The format of a name.
pub(in super::super) fn named(constant: &str) -> Option<&'static Named> {
    ALL.iter().find(|format| format.constant == constant)
}

fn list<S: IntoIterator>(sentences: S) -> Vec<String>
where
    S::Item: Into<String>,
{
    sentences.into_iter().map(Into::into).collect()
}

fn wrong(wrong: bool, sentence: &str) -> Vec<String> {
    if wrong { vec![sentence.to_owned()] } else { Vec::new() }
}

/// A timestamp as text, in UTC (`RFC3339Nano`). `at` is in nanoseconds since 1970.
pub fn rfc3339(at: i128) -> String {
    time::format(at)
}

/// A prefix of a name may end in a dash. Mirrors `maskTrailingDash`.
fn prefix(name: &str) -> String {
    match name.strip_suffix('-') {
        Some(rest) if name.len() > 1 => format!("{rest}a"),
        _ => name.to_owned(),
    }
}

/// True for what `url.ParseRequestURI` takes.
pub(crate) fn is_request_uri(text: &str) -> bool {
    super::url::parse_request_uri(text).is_ok()
}

/// Mirrors `IsUUID`: dashes may be missing.
pub(crate) fn is_uuid(text: &str) -> bool {
    let mut rest = text;
    for (at, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        if at > 0 {
            rest = rest.strip_prefix('-').unwrap_or(rest);
        }
        let Some((group, after)) = rest.split_at_checked(length) else { return false };
        if !group.bytes().all(|b| b.is_ascii_hexdigit()) {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

/// Mirrors govalidator's `IsBase64`.
pub(crate) fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
    !text.is_empty() && text.len().is_multiple_of(4) && padding <= 2 && body.bytes().all(fits)
}

/// Mirrors `IsDate`.
pub(crate) fn is_date(text: &str) -> bool {
    text.len() == 10 && time::parse(&format!("{text}T00:00:00Z")).is_ok()
}

/// Mirrors `IsDateTime`, which is not RFC 3339 to the letter.
pub(crate) fn is_date_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut parts = lower.split('t');
    let (Some(date), Some(clock)) = (parts.next(), parts.next()) else { return false };
    if text.len() < 4 || !is_date(date) {
        return false;
    }
    let two = |from: usize| clock.get(from..from + 2).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    let (Some(hours), Some(minutes), Some(seconds)) = (two(0), two(3), two(6)) else { return false };
    let colons = clock.as_bytes().get(2) == Some(&b':') && clock.as_bytes().get(5) == Some(&b':');
    let rest = clock.get(8..).unwrap_or_default();
    // The dot of the pattern is any character.
    let mut zones = vec![rest];
    let mut chars = rest.chars();
    if chars.next().is_some() {
        let after = chars.as_str();
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        zones.extend((1..=digits).filter_map(|n| after.get(n..)));
    }
    let is_zone = |zone: &str| {
        zone == "z" || {
            let b = zone.as_bytes();
            b.len() == 6
                && matches!(b.first(), Some(b'+' | b'-'))
                && b.get(3) == Some(&b':')
                && b.iter().enumerate().all(|(at, b)| matches!(at, 0 | 3) || b.is_ascii_digit())
        }
    };
    colons && zones.into_iter().any(is_zone) && hours <= "23" && minutes <= "59" && seconds <= "59"
}

/// Mirrors `strfmt.ParseDateTime`, without the layouts that no format lets pass.
pub(in super::super) fn date_time(text: &str) -> Option<i128> {
    if text.is_empty() {
        return Some(0);
    }
    time::parse(text).or_else(|_| time::parse(&format!("{text}Z"))).ok()
}

/// Mirrors `strfmt.ParseDuration`: Go's durations, and `3 days`, `2 hours 5 min`. Nanoseconds, or Go's sentence.
pub(crate) fn duration(text: &str) -> Result<i64, String> {
    if let Ok(nanoseconds) = crate::schema::parse_duration(text) {
        return Ok(nanoseconds);
    }
    const UNITS: [(&[&str], i64); 8] = [
        (&["ns", "nano"], 1),
        (&["us", "µs", "micro"], 1_000),
        (&["ms", "milli"], 1_000_000),
        (&["s", "sec"], 1_000_000_000),
        (&["m", "min"], 60_000_000_000),
        (&["h", "hr", "hour"], 3_600_000_000_000),
        (&["d", "day"], 86_400_000_000_000),
        (&["w", "wk", "week"], 604_800_000_000_000),
    ];
    let mut total = 0i64;
    let mut any = false;
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let from = rest.get(start..).unwrap_or_default();
        let digits = from.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = from.split_at_checked(digits).unwrap_or((from, ""));
        let trimmed = after.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
        let letters = trimmed.find(|c: char| !(c.is_ascii_alphabetic() || c == 'µ')).unwrap_or(trimmed.len());
        let (unit, following) = trimmed.split_at_checked(letters).unwrap_or((trimmed, ""));
        rest = if letters == 0 { after } else { following };
        if letters == 0 {
            continue;
        }
        let number: i64 = number.parse().map_err(|_| {
            format!("strconv.Atoi: parsing {}: value out of range", crate::schema::quote(number))
        })?;
        let unit = unit.to_lowercase();
        for (names, scale) in UNITS {
            for (at, name) in names.iter().enumerate() {
                if (at + 1 == names.len() && unit.starts_with(name)) || unit == *name {
                    any = true;
                    total = total.wrapping_add(number.wrapping_mul(scale));
                }
            }
        }
    }
    if any { Ok(total) } else { Err(format!("unable to parse {text} as duration")) }
}

/// Base64 in the alphabet for URLs, with padding, as `strfmt.Base64` decodes it.
pub(in super::super) fn base64(text: &str) -> Option<Vec<u8>> {
    let text: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let padding = text.iter().rev().take_while(|b| **b == b'=').count();
    if padding > 2 {
        return None;
    }
    let mut out = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.iter().take(text.len() - padding) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    Some(out)
}
