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
//! For official images of Docker Hub.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/short-name",
        Level::Info,
        Profile::Pedantic,
        "An image without a registry.",
        page!("short_name.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some((value, image)) = at.image() else { return };
    let has_registry =
        image.split_once('/').is_some_and(|(first, _)| first.contains(['.', ':']) || first == "localhost");
    if !has_registry {
        out.push(
            out.finding(value.place(), format!("which registry `{image}` comes from depends on the node"))
                .label("no registry")
                .field(at.field("image")),
        );
    }
}
