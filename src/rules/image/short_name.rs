//! # `image/short-name`
//!
//! ## What it does
//!
//! Reports an image whose name has no registry.
//!
//! ## Why is this bad?
//!
//! Which registry is asked depends on the node: Docker Hub for most, others where the runtime is configured so.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: registry.example.com/web:1
//! ```
//!
//! ## When to ignore it
//!
//! For official images of Docker Hub, which is what the fix names.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::replace_scalar;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/short-name",
        Level::Info,
        Profile::Pedantic,
        "An image without a registry.",
        page!("short_name.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some((value, image)) = at.image() else { return };
    let has_registry =
        image.split_once('/').is_some_and(|(first, _)| first.contains(['.', ':']) || first == "localhost");
    if !has_registry {
        let mut finding = out
            .finding(value.place(), format!("which registry `{image}` comes from depends on the node"))
            .label("no registry")
            .field(at.field("image"));
        // What most nodes make of it.
        let library = if image.contains('/') { "" } else { "library/" };
        let right = format!("docker.io/{library}{image}");
        if let Some(edit) = Value::view(value).and_then(|view| replace_scalar(view, &right)) {
            finding = finding.fix(Fix::maybe(format!("write `{right}`"), vec![edit]));
        }
        out.push(finding);
    }
}
