//! # `security/secret-in-configmap`
//!
//! ## What it does
//!
//! Reports a value of a ConfigMap that has the form of a credential: a private key, a token of a known service, or a
//! line `password=...` (also `secret`, `token`, `api_key`) with a value.
//!
//! ## Why is this bad?
//!
//! ConfigMaps are read by everybody who may see the namespace, and are not encrypted where Secrets are.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings}
//! data:
//!   app.properties: |
//!     user=web
//!     password=hunter2
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings}
//! data:
//!   app.properties: |
//!     user=web
//!     password=${DB_PASSWORD}
//! ```
//!
//! ## When to ignore it
//!
//! For passwords of examples. Names of keys alone are not looked at.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::credentials::{is_secret_name, known_form, may_be_secret};
use crate::rules::pod::what;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/secret-in-configmap",
        Level::Warning,
        Profile::Security,
        "A secret in a ConfigMap.",
        page!("secret_in_configmap.rs"),
    ),
    check: Check::Kind(&[("", "ConfigMap")], check),
};

/// Texts longer than this are scripts and data: only their known forms are looked for.
const LONGEST: usize = 64 << 10;

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(data) = object.value.get("data") else { return };
    for (key, value) in data.entries() {
        let Some(text) = value.as_str() else { continue };
        let found = match known_form(text) {
            Some(form) => form.to_owned(),
            None => match password_line(text) {
                Some(line) => format!("a secret by its name, in line {line}"),
                None => continue,
            },
        };
        out.push(
            out.finding(data.key_place(key), format!("`{key}` of {} holds a secret", what(object)))
                .label(found)
                .field(format!("data[{key}]"))
                .help("put it into a Secret"),
        );
    }
}

/// The first line of a properties file that sets a secret. Programs have such lines too: those with other signs in them
/// are none.
fn password_line(text: &str) -> Option<usize> {
    if text.len() > LONGEST || !text.contains('=') {
        return None;
    }
    let is_secret = |line: &str| {
        let Some((name, value)) = line.split_once('=') else { return false };
        let (name, value) = (name.trim(), value.trim());
        let plain =
            |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-/+=!@#%^&*~".contains(&b));
        let is_name =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        is_name && plain(value) && is_secret_name(&name.replace('.', "_")) && may_be_secret(value)
    };
    text.lines().position(is_secret).map(|line| line + 1)
}
