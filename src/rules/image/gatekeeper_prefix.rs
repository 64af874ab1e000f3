//! # `image/gatekeeper-prefix`
//!
//! ## What it does
//!
//! Reports a constraint of Gatekeeper with a list of allowed repositories (`spec.parameters.repos`) one of which does
//! not end in a slash.
//!
//! ## Why is this bad?
//!
//! The list is one of prefixes: `registry.example.com` also allows `registry.example.com.attacker.net`.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: constraints.gatekeeper.sh/v1beta1
//! kind: K8sAllowedRepos
//! metadata: {name: repos}
//! spec:
//!   parameters:
//!     repos:
//!       - registry.example.com
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: constraints.gatekeeper.sh/v1beta1
//! kind: K8sAllowedRepos
//! metadata: {name: repos}
//! spec:
//!   parameters:
//!     repos:
//!       - registry.example.com/
//! ```
//!
//! ## When to ignore it
//!
//! For entries that are whole images.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::{Object, Value};
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::edit::replace_scalar;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/gatekeeper-prefix",
        Level::Warning,
        Profile::Security,
        "A list of allowed registries that allows more.",
        page!("gatekeeper_prefix.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    if &*object.gvk.group != "constraints.gatekeeper.sh" || !object.gvk.kind.contains("AllowedRepos") {
        return;
    }
    let Some(parameters) = object.spec().and_then(|spec| spec.get("parameters")) else { return };
    for (i, value) in parameters.list("repos").enumerate() {
        let Some(text) = value.as_str() else { continue };
        // A path with a tag or digest is a whole image.
        if text.is_empty() || text.ends_with('/') || text.contains(['@', '*']) {
            continue;
        }
        let last = text.rsplit('/').next().unwrap_or(text);
        let message = if text.contains('/') && !last.contains(':') {
            format!("also allows {text}-other")
        } else if text.contains('/') {
            continue;
        } else {
            format!("also allows {text}.attacker.net")
        };
        let right = format!("{text}/");
        let mut finding = out
            .finding(value.place(), message)
            .label("a prefix")
            .field(format!("spec.parameters.repos[{i}]"))
            .help(format!("write `{right}`"));
        if let Some(edit) = Value::view(value).and_then(|view| replace_scalar(view, &right)) {
            finding = finding.fix(Fix::safe(format!("write `{right}`"), vec![edit]));
        }
        out.push(finding);
    }
}
