//! Checks of strings that many fields share, with the server's sentences of 1.36. Mirror `k8s.io/apimachinery`'s
//! `util/validation`.
//!
//! Every check returns its sentences in the server's order; a good string costs no allocation.

use smallvec::SmallVec;

/// Sentences of a check; empty if the string is good.
pub type Sentences = SmallVec<[&'static str; 2]>;

/// Longest name part of a label key, and longest label value, in bytes.
pub const LABEL_MAX: usize = 63;
/// Longest DNS label, in bytes.
pub const DNS_LABEL_MAX: usize = 63;
/// Longest DNS subdomain, in bytes.
pub const DNS_SUBDOMAIN_MAX: usize = 253;

const DNS_1123_LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const DNS_1123_SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const PREFIX_SUBDOMAIN: &str = "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const DNS_1035_LABEL: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const NAME_PART: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_KEY: &str = "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const SUBDOMAIN_WITH_UNDERSCORE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')";
const WILDCARD_SUBDOMAIN: &str = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const PERCENT: &str = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
const HTTP_HEADER: &str = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";
const ENV_VAR: &str = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";
const CONFIG_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const C_IDENTIFIER: &str = "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')";

/// Mirrors IsDNS1123Label.
pub fn dns_1123_label(text: &str) -> Sentences {
    let mut out = Sentences::new();
    if text.len() > DNS_LABEL_MAX {
        out.push("must be no more than 63 characters");
    }
    if !is_dns_label(text) {
        out.push(if is_dns_subdomain(text) { "must not contain dots" } else { DNS_1123_LABEL });
    }
    out
}

/// Mirrors IsDNS1123Subdomain.
pub fn dns_1123_subdomain(text: &str) -> Sentences {
    let mut out = Sentences::new();
    if text.len() > DNS_SUBDOMAIN_MAX {
        out.push("must be no more than 253 characters");
    }
    if !is_dns_subdomain(text) {
        out.push(DNS_1123_SUBDOMAIN);
    }
    out
}

/// Mirrors IsDNS1035Label.
pub fn dns_1035_label(text: &str) -> Sentences {
    let mut out = Sentences::new();
    if text.len() > DNS_LABEL_MAX {
        out.push("must be no more than 63 characters");
    }
    if !(is_dns_label(text) && text.starts_with(|c: char| c.is_ascii_lowercase())) {
        out.push(DNS_1035_LABEL);
    }
    out
}

/// Mirrors IsQualifiedName: a label key, an annotation key, a finalizer.
pub fn qualified_name(text: &str) -> Sentences {
    let mut out = Sentences::new();
    let mut parts = text.split('/');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    if parts.next().is_some() {
        out.push(LABEL_KEY);
        return out;
    }
    let name = match second {
        None => first,
        Some(name) => {
            if first.is_empty() {
                out.push("prefix part must be non-empty");
            } else {
                if first.len() > DNS_SUBDOMAIN_MAX {
                    out.push("prefix part must be no more than 253 characters");
                }
                if !is_dns_subdomain(first) {
                    out.push(PREFIX_SUBDOMAIN);
                }
            }
            name
        }
    };
    if name.is_empty() {
        out.push("name part must be non-empty");
    } else if name.len() > LABEL_MAX {
        out.push("name part must be no more than 63 bytes");
    }
    if !is_label_text(name) {
        out.push(NAME_PART);
    }
    out
}

/// Mirrors IsValidLabelValue.
pub fn label_value(text: &str) -> Sentences {
    let mut out = Sentences::new();
    if text.len() > LABEL_MAX {
        out.push("must be no more than 63 bytes");
    }
    if !(text.is_empty() || is_label_text(text)) {
        out.push(LABEL_VALUE);
    }
    out
}

/// Mirrors IsValidPathSegmentName; of a prefix only what no suffix can mend.
pub fn path_segment(text: &str, prefix: bool) -> Sentences {
    let mut out = Sentences::new();
    match text {
        "." if !prefix => out.push("may not be '.'"),
        ".." if !prefix => out.push("may not be '..'"),
        _ => {
            if text.contains('/') {
                out.push("may not contain '/'");
            }
            if text.contains('%') {
                out.push("may not contain '%'");
            }
        }
    }
    out
}

fn one(good: bool, sentence: &'static str) -> Sentences {
    let mut out = Sentences::new();
    if !good {
        out.push(sentence);
    }
    out
}

/// Mirrors IsDNS1123SubdomainWithUnderscore.
pub fn dns_1123_subdomain_with_underscore(text: &str) -> Sentences {
    let label = |part: &str| {
        let bytes = part.strip_prefix('_').unwrap_or(part).as_bytes();
        let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        matches!((bytes.first(), bytes.last()), (Some(&a), Some(&z)) if word(a) && word(z))
            && bytes.iter().all(|&b| word(b) || matches!(b, b'-' | b'_'))
    };
    let mut out = one(text.len() <= DNS_SUBDOMAIN_MAX, "must be no more than 253 characters");
    if !text.split('.').all(label) {
        out.push(SUBDOMAIN_WITH_UNDERSCORE);
    }
    out
}

/// Mirrors IsWildcardDNS1123Subdomain.
pub fn wildcard_dns_1123_subdomain(text: &str) -> Sentences {
    let mut out = one(text.len() <= DNS_SUBDOMAIN_MAX, "must be no more than 253 characters");
    if !text.strip_prefix("*.").is_some_and(is_dns_subdomain) {
        out.push(WILDCARD_SUBDOMAIN);
    }
    out
}

/// Mirrors IsValidPortName.
pub fn port_name(text: &str) -> Sentences {
    let mut out = one(text.len() <= 15, "must be no more than 15 characters");
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        out.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if !text.bytes().any(|b| b.is_ascii_lowercase()) {
        out.push("must contain at least one letter (a-z)");
    }
    if text.contains("--") {
        out.push("must not contain consecutive hyphens");
    }
    if text.starts_with('-') || text.ends_with('-') {
        out.push("must not begin or end with a hyphen");
    }
    out
}

/// Mirrors IsValidPercent.
pub fn percent(text: &str) -> Sentences {
    let digits = text.strip_suffix('%').unwrap_or_default();
    one(!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()), PERCENT)
}

/// Mirrors IsHTTPHeaderName.
pub fn http_header_name(text: &str) -> Sentences {
    one(!text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), HTTP_HEADER)
}

/// Mirrors IsRelaxedEnvVarName, the rule since 1.34.
pub fn relaxed_env_var_name(text: &str) -> Sentences {
    let mut out = one(!text.is_empty(), "environment variable name must be non-empty");
    if !text.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'=') {
        out.push("a valid environment variable name must consist only of printable ASCII characters other than '='");
    }
    out
}

/// Mirrors IsEnvVarName, the rule before 1.34.
pub fn env_var_name(text: &str) -> Sentences {
    let good = !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        && !text.starts_with(|c: char| c.is_ascii_digit());
    let mut out = one(good, ENV_VAR);
    out.extend(change_dir_prefix(text));
    out
}

/// Mirrors IsConfigMapKey.
pub fn config_map_key(text: &str) -> Sentences {
    let mut out = one(text.len() <= DNS_SUBDOMAIN_MAX, "must be no more than 253 characters");
    let good = !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    if !good {
        out.push(CONFIG_KEY);
    }
    out.extend(change_dir_prefix(text));
    out
}

/// Mirrors IsCIdentifier.
pub fn c_identifier(text: &str) -> Sentences {
    let good = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    one(good, C_IDENTIFIER)
}

/// Mirrors hasChDirPrefix.
fn change_dir_prefix(text: &str) -> Option<&'static str> {
    match text {
        "." => Some("must not be '.'"),
        ".." => Some("must not be '..'"),
        _ => text.starts_with("..").then_some("must not start with '..'"),
    }
}

/// Letters, digits and hyphens, no hyphen at the ends.
fn is_dns_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    matches!((bytes.first(), bytes.last()), (Some(&a), Some(&z)) if word(a) && word(z))
        && bytes.iter().all(|&b| word(b) || b == b'-')
}

fn is_dns_subdomain(text: &str) -> bool {
    text.split('.').all(is_dns_label)
}

fn is_label_text(text: &str) -> bool {
    let bytes = text.as_bytes();
    let word = |b: u8| b.is_ascii_alphanumeric();
    matches!((bytes.first(), bytes.last()), (Some(&a), Some(&z)) if word(a) && word(z))
        && bytes.iter().all(|&b| word(b) || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_keys_have_an_optional_prefix_of_253() {
        let prefix = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(61));
        assert_eq!(prefix.len(), 253);
        assert!(qualified_name(&format!("{prefix}/{}", "n".repeat(63))).is_empty());
        assert_eq!(qualified_name(&"n".repeat(64)).as_slice(), ["name part must be no more than 63 bytes"]);
        assert_eq!(
            qualified_name(&format!("{prefix}b/n")).as_slice(),
            ["prefix part must be no more than 253 characters"]
        );
        assert!(label_value(&"v".repeat(63)).is_empty());
        assert_eq!(label_value(&"v".repeat(64)).as_slice(), ["must be no more than 63 bytes"]);
    }

    #[test]
    fn names() {
        assert_eq!(dns_1123_label("a.b").as_slice(), ["must not contain dots"]);
        assert!(dns_1123_subdomain("a.b").is_empty());
        assert_eq!(dns_1035_label("1a").as_slice(), [DNS_1035_LABEL]);
        assert_eq!(path_segment("..", false).as_slice(), ["may not be '..'"]);
        assert_eq!(path_segment("a/b%", false).len(), 2);
    }
}
