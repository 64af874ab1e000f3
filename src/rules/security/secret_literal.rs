//! # `security/secret-literal`
//!
//! ## What it does
//!
//! Reports a private key or a token of a known service (AWS, GitHub, GitLab, Google, Slack, Stripe ...) in a command
//! line, an annotation, a probe's header, the `stringData` or the encoded `data` of a Secret.
//!
//! ## Why is this bad?
//!
//! Whoever may read the manifest or the repository has it, and it stays in the repository's history: it has to be
//! replaced.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     args:
//!       - --token=ghp_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     args:
//!       - --token-file=/run/token
//! ```
//!
//! ## When to ignore it
//!
//! For keys made for tests, which open nothing. Variables and ConfigMaps have rules of their own.

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::credentials::known_form;
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/secret-literal",
        Level::Warning,
        Profile::Security,
        "A token in clear.",
        page!("secret_literal.rs"),
    ),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let mut report = |value: Value<'_>, what: &str, field: String| {
        out.push(
            out.finding(value.place(), format!("{what} stands here in clear"))
                .label("has to be replaced")
                .field(field),
        );
    };
    if object.gvk.is("", "Secret") {
        for (key, value) in object.value.map("stringData") {
            if let Some(what) = value.as_str().and_then(known_form) {
                report(value, what, format!("stringData[{key}]"));
            }
        }
        for (key, value) in object.value.map("data") {
            let text = value.as_str().and_then(decode);
            if let Some(what) = text.as_deref().and_then(known_form) {
                report(value, what, format!("data[{key}]"));
            }
        }
    }
    for (key, value) in object.metadata().into_iter().flat_map(|metadata| metadata.map("annotations")) {
        if let Some(what) = value.as_str().and_then(known_form) {
            report(value, what, format!("metadata.annotations[{key}]"));
        }
    }
    let Some(at) = PodAt::of(object) else { return };
    for container in at.containers() {
        for list in ["command", "args"] {
            for (i, value) in container.container.value.list(list).enumerate() {
                if let Some(what) = value.as_str().and_then(known_form) {
                    report(value, what, container.field(&format!("{list}[{i}]")));
                }
            }
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            let headers = container.container.value.at(&[probe, "httpGet"]).into_iter();
            for (i, header) in headers.flat_map(|get| get.list("httpHeaders")).enumerate() {
                let Some(value) = header.get("value") else { continue };
                if let Some(what) = value.as_str().and_then(known_form) {
                    report(value, what, container.field(&format!("{probe}.httpGet.httpHeaders[{i}].value")));
                }
            }
        }
    }
}

/// Base64, if what it holds is text.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut buffer, mut bits) = (0u32, 0);
    for byte in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        buffer = (buffer << 6 | u32::from(six)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64() {
        assert_eq!(super::decode("aGVsbG8gd29ybGQ=").as_deref(), Some("hello world"));
        assert_eq!(super::decode("a b"), None.or(super::decode("ab")));
        assert_eq!(super::decode("*"), None);
    }
}
