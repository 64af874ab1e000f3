//! # `image/registry`
//!
//! ## What it does
//!
//! Reports an image that fits none of the patterns that are allowed, or one that is forbidden. In `kcheck.yaml`, under
//! `rules`: `image/registry: {allow: ["registry.example.com/*"], forbid: ["*/untrusted/*"]}`.
//!
//! ## Why is this bad?
//!
//! Which registries are trusted was decided; this image is from another one.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: docker.io/library/web:1
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
//! By an exception in the configuration. Without configured patterns nothing is reported.

use crate::finding::{Code, Level, Profile};
use crate::object::parse_image_name;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/registry",
        Level::Warning,
        Profile::Security,
        "An image that may not run here.",
        page!("registry.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some((value, image)) = at.image() else { return };
    let settings = out.parameters();
    let full = match parse_image_name(image) {
        Some(name) => format!("{}/{}", name.domain, name.path),
        None => image.to_owned(),
    };
    let fits = |patterns: &[String]| {
        patterns
            .iter()
            .any(|pattern| crate::object::matches(pattern, image) || crate::object::matches(pattern, &full))
    };
    let (message, label) = if fits(&settings.forbidden_images) {
        (format!("image `{image}` is forbidden"), "among the forbidden ones")
    } else if !settings.allowed_images.is_empty() && !fits(&settings.allowed_images) {
        (format!("image `{image}` is not allowed"), "not among the allowed ones")
    } else {
        return;
    };
    out.push(out.finding(value.place(), message).label(label).field(at.field("image")));
}
