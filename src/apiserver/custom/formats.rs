//! Formats of strings that the server checks. Mirrors `strfmt.Default` of kube-openapi and what apiextensions supports.

use std::sync::LazyLock;

use crate::apiserver::cel::formats;
use crate::object::go_regexp::GoRegexp;

/// Formats by name, without dashes.
const KNOWN: &[&str] = &[
    "bsonobjectid",
    "uri",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "cidr",
    "mac",
    "uuid",
    "uuid3",
    "uuid4",
    "uuid5",
    "isbn",
    "isbn10",
    "isbn13",
    "creditcard",
    "ssn",
    "hexcolor",
    "rgbcolor",
    "byte",
    "password",
    "date",
    "duration",
    "datetime",
    "k8sshortname",
    "k8slongname",
];

fn normalized(format: &str) -> String {
    format.replace('-', "")
}

/// True for formats that strings are judged by.
pub(super) fn is_known(format: &str) -> bool {
    !format.is_empty() && KNOWN.contains(&normalized(format).as_str())
}

/// True if the server knows a format of a type; others it drops, with a warning. Mirrors `GetUnrecognizedFormats`.
pub(super) fn is_recognized(ty: &str, format: &str) -> bool {
    match ty {
        _ if format.is_empty() => true,
        "string" => is_known(format),
        "integer" => matches!(format, "int32" | "int64"),
        "number" => matches!(format, "float" | "double"),
        _ => false,
    }
}

fn pattern(text: &str) -> Option<GoRegexp> {
    GoRegexp::new(text).ok()
}

static HOSTNAME: LazyLock<Option<GoRegexp>> = LazyLock::new(|| {
    pattern(
        r"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$",
    )
});
static RGB: LazyLock<Option<GoRegexp>> = LazyLock::new(|| {
    pattern(
        r"^rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\)$",
    )
});
static CARD: LazyLock<Option<GoRegexp>> = LazyLock::new(|| {
    pattern(
        r"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|(222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11}|6[27][0-9]{14})$",
    )
});

fn matches(pattern: &LazyLock<Option<GoRegexp>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|p| p.is_match(text))
}

/// True if a text is of a format; texts are of every format that is not known.
pub(super) fn validates(format: &str, text: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match normalized(format).as_str() {
        "bsonobjectid" => text.len() == 24 && hex(text),
        "uri" => formats::is_request_uri(text),
        "email" => is_email(text),
        "hostname" => {
            matches(&HOSTNAME, text) && text.len() <= 255 && text.split('.').all(|part| part.len() <= 63)
        }
        "ipv4" => text.contains('.') && is_ip(text),
        "ipv6" => text.contains(':') && is_ip(text),
        "cidr" => is_cidr(text),
        "mac" => is_mac(text),
        "uuid" => formats::is_uuid(text),
        "uuid3" | "uuid4" | "uuid5" => {
            let plain: String = text.chars().filter(|c| *c != '-').collect();
            let version = format.chars().last();
            let variant = plain.chars().nth(16).is_some_and(|c| "89abAB".contains(c));
            formats::is_uuid(text)
                && plain.chars().nth(12) == version
                && (normalized(format) == "uuid3" || variant)
        }
        "isbn" => is_isbn10(text) || is_isbn13(text),
        "isbn10" => is_isbn10(text),
        "isbn13" => is_isbn13(text),
        "creditcard" => is_card(text),
        "ssn" => {
            let plain: Vec<&str> = text.split(['-', ' ']).collect();
            let lengths: Vec<usize> = plain.iter().map(|part| part.len()).collect();
            let shaped = matches!(lengths.as_slice(), [9] | [5, 4] | [3, 6] | [3, 2, 4]);
            shaped && plain.iter().all(|part| digits(part))
        }
        "hexcolor" => {
            let plain = text.strip_prefix('#').unwrap_or(text);
            matches!(plain.len(), 3 | 6) && hex(plain)
        }
        "rgbcolor" => matches(&RGB, text),
        "byte" => formats::is_base64(text),
        "date" => formats::is_date(text),
        "datetime" => formats::is_date_time(text),
        "duration" => formats::duration(text).is_ok(),
        "k8sshortname" => text.len() <= 63 && is_label(text),
        "k8slongname" => text.len() <= 253 && text.split('.').all(is_label),
        _ => true,
    }
}

fn is_label(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ends = text.bytes().next().is_some_and(fits) && text.bytes().last().is_some_and(fits);
    ends && text.bytes().all(|b| fits(b) || b == b'-')
}

/// Mirrors Go's old `ParseIP`, which passes over leading zeros.
fn is_ip(text: &str) -> bool {
    if text.contains(':') {
        return text.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 4
        && parts.iter().all(|part| {
            !part.is_empty()
                && part.len() <= 10
                && part.bytes().all(|b| b.is_ascii_digit())
                && part.parse::<u64>().is_ok_and(|n| n < 256)
        })
}

fn is_cidr(text: &str) -> bool {
    let Some((ip, bits)) = text.split_once('/') else { return false };
    let most = if ip.contains(':') { 128 } else { 32 };
    is_ip(ip) && bits.bytes().all(|b| b.is_ascii_digit()) && bits.parse::<u32>().is_ok_and(|n| n <= most)
}

/// Mirrors `net.ParseMAC`.
fn is_mac(text: &str) -> bool {
    let shaped = |separator: char, width: usize, counts: [usize; 3]| {
        let parts: Vec<&str> = text.split(separator).collect();
        counts.contains(&parts.len())
            && parts.iter().all(|p| p.len() == width && p.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    shaped(':', 2, [6, 8, 20]) || shaped('-', 2, [6, 8, 20]) || shaped('.', 4, [3, 4, 10])
}

fn plain_isbn(text: &str) -> String {
    text.chars().filter(|c| !(c.is_whitespace() || *c == '-')).collect()
}

fn is_isbn10(text: &str) -> bool {
    let plain = plain_isbn(text);
    if plain.len() != 10 {
        return false;
    }
    let mut sum = 0;
    for (at, c) in plain.chars().enumerate() {
        let value = match (at, c) {
            (9, 'X') => 10,
            (_, c) => match c.to_digit(10) {
                Some(digit) => digit,
                None => return false,
            },
        };
        sum += (at as u32 + 1) * value;
    }
    sum % 11 == 0
}

fn is_isbn13(text: &str) -> bool {
    let plain = plain_isbn(text);
    if plain.len() != 13 {
        return false;
    }
    let digits: Option<Vec<u32>> = plain.chars().map(|c| c.to_digit(10)).collect();
    digits.is_some_and(|digits| {
        let sum: u32 = digits.iter().enumerate().map(|(at, d)| if at % 2 == 0 { *d } else { 3 * d }).sum();
        sum.is_multiple_of(10)
    })
}

fn is_card(text: &str) -> bool {
    let plain: String = text.chars().filter(char::is_ascii_digit).collect();
    if !matches(&CARD, &plain) {
        return false;
    }
    let sum: u32 = plain
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(at, d)| match (at % 2, d * 2) {
            (0, _) => d,
            (_, double) if double >= 10 => double - 9,
            (_, double) => double,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The common shapes that `mail.ParseAddress` takes: an address, or a name and an address in angle brackets.
fn is_email(text: &str) -> bool {
    let text = text.trim();
    let address = match text.strip_suffix('>').and_then(|t| t.rsplit_once('<')) {
        Some((_, address)) => address,
        None => text,
    };
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii();
    let dotted =
        |text: &str| !text.is_empty() && text.split('.').all(|a| !a.is_empty() && a.chars().all(atom));
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    (dotted(local) || quoted) && dotted(domain)
}
