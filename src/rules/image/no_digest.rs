//! # `image/no-digest`
//!
//! ## What it does
//!
//! Reports an image without `@sha256:...`.
//!
//! ## Why is this bad?
//!
//! A tag may be moved: what a node pulls tomorrow under the same name is not what was tested.
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
//!     image: web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
//! ```
//!
//! ## When to ignore it
//!
//! Where the registry forbids to move tags, or admission writes the digest.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/no-digest",
        Level::Info,
        Profile::Pedantic,
        "An image without a digest.",
        page!("no_digest.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some((value, image)) = at.image() else { return };
    if !image.contains('@') {
        out.push(
            out.finding(value.place(), format!("what `{image}` is may change"))
                .label("no digest")
                .field(at.field("image")),
        );
    }
}
