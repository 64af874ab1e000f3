//! How Go prints and parses what appears in the server's messages: quoted strings, times, durations, base64.

/// `strconv.Quote`.
pub fn quote(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if printable(c) => out.push(c),
            c if (c as u32) < 0x80 => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c if (c as u32) < 0x1_0000 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => {
                let _ = write!(out, "\\U{:08x}", c as u32);
            }
        }
    }
    out.push('"');
    out
}

/// Go's `IsPrint`, near enough: letters, marks, numbers, punctuation, symbols and the ASCII space.
fn printable(c: char) -> bool {
    let unassigned =
        matches!(c as u32, 0xad | 0xe000..=0xf8ff | 0xfff0..=0xfffb | 0xfffe..=0xffff | 0xe0000..=0x10_ffff);
    !(c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c as u32, 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff)
        || unassigned)
}

/// `RFC3339`, the layout of `metav1.Time`.
pub(super) const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
/// `RFC3339Micro`, the layout of `metav1.MicroTime`.
pub(super) const RFC3339_MICRO: &str = "2006-01-02T15:04:05.000000Z07:00";

/// A step of reading a time: an element of the layout and its meaning.
#[derive(Clone, Copy)]
enum Step {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Fraction,
    Zone,
    Literal,
}

const STEPS: [(&str, Step); 13] = [
    ("2006", Step::Year),
    ("-", Step::Literal),
    ("01", Step::Month),
    ("-", Step::Literal),
    ("02", Step::Day),
    ("T", Step::Literal),
    ("15", Step::Hour),
    (":", Step::Literal),
    ("04", Step::Minute),
    (":", Step::Literal),
    ("05", Step::Second),
    (".000000", Step::Fraction),
    ("Z07:00", Step::Zone),
];

/// Two digits, or one where the layout allows it (`getnum`).
fn number(text: &[u8], fixed: bool) -> Option<(u32, usize)> {
    let digit = |at: usize| text.get(at).filter(|b| b.is_ascii_digit()).map(|b| u32::from(b - b'0'));
    match (digit(0)?, digit(1)) {
        (tens, Some(ones)) => Some((tens * 10 + ones, 2)),
        (ones, None) if !fixed => Some((ones, 1)),
        _ => None,
    }
}

/// `+02:00`, length and whether it is out of range.
fn zone(rest: &[u8]) -> Option<(usize, Option<&'static str>)> {
    if rest.first() == Some(&b'Z') {
        return Some((1, None));
    }
    if rest.len() < 6 || rest.get(3) != Some(&b':') {
        return None;
    }
    let (hours, _) = number(rest.get(1..3)?, true)?;
    let (minutes, _) = number(rest.get(4..6)?, true)?;
    let range = match (hours, minutes) {
        (25.., _) => Some("time zone offset hour"),
        (_, 61..) => Some("time zone offset minute"),
        _ => None,
    };
    if range.is_none() && !matches!(rest.first(), Some(b'+' | b'-')) {
        return None;
    }
    Some((6, range))
}

/// Checks a time against one of the two layouts (`time.Parse`); the error is Go's sentence.
pub(super) fn check_time(text: &str, layout: &str) -> Result<(), String> {
    let micro = layout == RFC3339_MICRO;
    let bytes = text.as_bytes();
    let mut at = 0;
    let (mut year, mut month, mut day) = (0, 0, 0);
    for (element, step) in STEPS {
        let rest = bytes.get(at..).unwrap_or_default();
        let digits = |n: usize| rest.len() >= n && rest.iter().take(n).all(u8::is_ascii_digit);
        let mut range = None;
        let read = match step {
            Step::Literal => rest.starts_with(element.as_bytes()).then_some(1),
            Step::Year => digits(4).then(|| {
                year = text.get(at..at + 4).and_then(|y| y.parse().ok()).unwrap_or(0);
                4
            }),
            Step::Month => number(rest, true).map(|(value, len)| {
                month = value;
                range = (!(1..=12).contains(&value)).then_some("month");
                len
            }),
            Step::Day => number(rest, true).map(|(value, len)| {
                day = value;
                len
            }),
            Step::Hour => number(rest, false).map(|(value, len)| {
                range = (value > 23).then_some("hour");
                len
            }),
            Step::Minute => number(rest, true).map(|(value, len)| {
                range = (value > 59).then_some("minute");
                len
            }),
            Step::Second => number(rest, true).map(|(value, len)| {
                range = (value > 59).then_some("second");
                // A fraction is taken even where the layout has none.
                let fraction = rest.get(len..).unwrap_or_default();
                if !micro && range.is_none() && matches!(fraction, [b'.' | b',', b'0'..=b'9', ..]) {
                    len + 1 + fraction.iter().skip(1).take_while(|b| b.is_ascii_digit()).count()
                } else {
                    len
                }
            }),
            Step::Fraction if !micro => Some(0),
            Step::Fraction => {
                let digits = rest.get(1..7).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
                (matches!(rest.first(), Some(b'.' | b',')) && digits).then_some(7)
            }
            Step::Zone => zone(rest).map(|(len, out)| {
                range = out;
                len
            }),
        };
        if let Some(range) = range {
            return Err(format!("parsing time {}: {range} out of range", time_quote(bytes)));
        }
        let Some(read) = read else {
            return Err(format!(
                "parsing time {} as \"{layout}\": cannot parse {} as \"{element}\"",
                time_quote(bytes),
                time_quote(rest)
            ));
        };
        at += read;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    if !rest.is_empty() {
        return Err(format!("parsing time {}: extra text: {}", time_quote(bytes), time_quote(rest)));
    }
    if day < 1 || day > days_in(month, year) {
        return Err(format!("parsing time {}: day out of range", time_quote(bytes)));
    }
    Ok(())
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Package `time` has a quoting of its own: what is not printable ASCII is written in bytes.
fn time_quote(text: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::from("\"");
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend(['\\', byte as char]),
            b' '..=b'~' | 0x7f => out.push(byte as char),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}

/// Reads `1h30m` (`time.ParseDuration`), in nanoseconds; the error is Go's sentence.
pub fn parse_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", time_quote(text.as_bytes()));
    let (negative, mut rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: u128 = 0;
    while !rest.is_empty() {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole = digits(rest);
        let (int, mut after) = rest.split_at(whole);
        let mut fraction = "";
        if let Some(point) = after.strip_prefix('.') {
            let (part, remains) = point.split_at(digits(point));
            (fraction, after) = (part, remains);
        }
        if int.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let unit = after.split(|c: char| c == '.' || c.is_ascii_digit()).next().unwrap_or_default();
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {}", time_quote(text.as_bytes())));
        }
        let scale: u128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => {
                let (unit, text) = (time_quote(unit.as_bytes()), time_quote(text.as_bytes()));
                return Err(format!("time: unknown unit {unit} in duration {text}"));
            }
        };
        let int: u128 = if int.is_empty() { 0 } else { int.parse().map_err(|_| invalid())? };
        let mut part = int.checked_mul(scale).ok_or_else(invalid)?;
        // Go keeps as many digits of the fraction as an int64 holds.
        let kept = fraction.get(..fraction.len().min(18)).unwrap_or_default();
        if !kept.is_empty() {
            part += kept.parse::<u128>().unwrap_or(0) * scale / 10u128.pow(kept.len() as u32);
        }
        total = total.checked_add(part).filter(|t| *t <= 1 << 63).ok_or_else(invalid)?;
        rest = &after[unit.len()..];
    }
    if negative {
        return Ok((total as i64).wrapping_neg());
    }
    i64::try_from(total).map_err(|_| invalid())
}

/// Where standard padded base64 goes wrong (`base64.StdEncoding.Decode`): the byte that Go names.
pub(super) fn base64_error(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let line_end = |b: u8| b == b'\n' || b == b'\r';
    let (mut at, mut filled) = (0, 0);
    loop {
        let Some(&byte) = bytes.get(at) else {
            return (filled != 0).then(|| at - filled);
        };
        at += 1;
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => filled = (filled + 1) % 4,
            _ if line_end(byte) => {}
            b'=' => break,
            _ => return Some(at - 1),
        }
    }
    let skip = |mut at: usize| {
        while bytes.get(at).is_some_and(|&b| line_end(b)) {
            at += 1;
        }
        at
    };
    match filled {
        0 | 1 => return Some(at - 1),
        2 => {
            at = skip(at);
            match bytes.get(at) {
                None => return Some(bytes.len()),
                Some(b'=') => at += 1,
                Some(_) => return Some(at - 1),
            }
        }
        _ => {}
    }
    at = skip(at);
    (at < bytes.len()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_as_go_does() {
        assert_eq!(quote("a\"b\\\n\u{1}é\u{200b}"), "\"a\\\"b\\\\\\n\\x01é\\u200b\"");
    }

    #[test]
    fn times() {
        for text in ["2024-01-02T03:04:05Z", "2024-01-02T3:04:05.123+02:00", "2024-02-29T00:00:00,5Z"] {
            assert_eq!(check_time(text, RFC3339), Ok(()), "{text}");
        }
        assert_eq!(check_time("2024-01-02T03:04:05.123456Z", RFC3339_MICRO), Ok(()));
        for (text, layout, end) in [
            ("yesterday", RFC3339, "cannot parse \"yesterday\" as \"2006\""),
            ("2024-01-02", RFC3339, "cannot parse \"\" as \"T\""),
            ("2024-1-2T03:04:05Z", RFC3339, "cannot parse \"1-2T03:04:05Z\" as \"01\""),
            ("2024-01-02T03:04:05Z", RFC3339_MICRO, "cannot parse \"Z\" as \".000000\""),
            ("2024-02-30T00:00:00Z", RFC3339, ": day out of range"),
            ("2024-13-01T00:00:00Z", RFC3339_MICRO, ": month out of range"),
            ("2024-01-02T03:04:05Zz", RFC3339, ": extra text: \"z\""),
        ] {
            let error = check_time(text, layout).unwrap_err();
            assert!(error.ends_with(end), "{error}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(parse_duration("1h30m"), Ok(5_400_000_000_000));
        assert_eq!(parse_duration("-1.5s"), Ok(-1_500_000_000));
        assert_eq!(parse_duration("0"), Ok(0));
        for (text, error) in [
            ("", "time: invalid duration \"\""),
            ("5", "time: missing unit in duration \"5\""),
            ("1d", "time: unknown unit \"d\" in duration \"1d\""),
            ("1h 5m", "time: unknown unit \"h \" in duration \"1h 5m\""),
            (".s", "time: invalid duration \".s\""),
        ] {
            assert_eq!(parse_duration(text).unwrap_err(), error);
        }
    }

    #[test]
    fn base64() {
        for (text, error) in [
            ("aGk=", None),
            ("", None),
            ("aGk=\n", None),
            ("aGk", Some(0)),
            ("a", Some(0)),
            ("aG k=", Some(2)),
            ("aGk=aGk=", Some(4)),
            ("-_8=", Some(0)),
            ("aG=", Some(3)),
            ("not-base64!", Some(3)),
        ] {
            assert_eq!(base64_error(text), error, "{text}");
        }
    }
}
