//! # `image/invalid`
//!
//! ## What it does
//!
//! Reports an `image` that is no valid reference: upper-case letters in the path, spaces, two tags, a digest of the
//! wrong length.
//!
//! ## Why is this bad?
//!
//! The server accepts any text (only spaces at its ends are refused). The kubelet cannot read it, and the Pod stays in
//! `InvalidImageName`.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: shop/Web:1
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: shop/web:1
//! ```
//!
//! ## When to ignore it
//!
//! Never. Texts that a tool is to fill in (`${IMAGE}`, `{{ .image }}`, `ko://...`) are not judged.

use crate::finding::{Code, Level, Profile};
use crate::object::parse_image_name;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/invalid",
        Level::Warning,
        Profile::Recommended,
        "A text that is no image name.",
        page!("invalid.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some((value, image)) = at.image() else { return };
    // The server refuses spaces around it.
    if image.trim() != image || image.contains("://") || parse_image_name(image).is_some() {
        return;
    }
    let path = image.split(['@', ':']).next().unwrap_or_default();
    let why = if image.contains(' ') {
        "a space"
    } else if image.contains('@') {
        "what stands behind `@` is no digest (sha256 and 64 hexadecimal digits)"
    } else if path.bytes().any(|b| b.is_ascii_uppercase()) {
        "an upper-case letter, where only lower-case ones may stand"
    } else {
        "not of the form registry/path:tag"
    };
    out.push(
        out.finding(value.place(), format!("the kubelet cannot read image `{image}`"))
            .label("InvalidImageName")
            .field(at.field("image"))
            .because(why),
    );
}
