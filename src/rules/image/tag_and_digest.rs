//! # `image/tag-and-digest`
//!
//! ## What it does
//!
//! Reports an image with a tag and a digest.
//!
//! ## Why is this bad?
//!
//! The digest alone decides. The tag may say another version, and the reader believes it.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
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
//! Where the tag is for readers and for tools that bring updates.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::{Value, parse_image_name};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::replace_scalar;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/tag-and-digest",
        Level::Info,
        Profile::Pedantic,
        "A tag that nobody looks at.",
        page!("tag_and_digest.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some((value, image)) = at.image() else { return };
    let Some(name) = parse_image_name(image).filter(|name| !name.tag.is_empty() && !name.digest.is_empty())
    else {
        return;
    };
    let mut finding = out
        .finding(value.place(), format!("nobody looks at the tag `{}`", name.tag))
        .label("the digest decides")
        .field(at.field("image"));
    let right = image.replacen(&format!(":{}@", name.tag), "@", 1);
    let view = Value::view(value).filter(|_| right != image);
    if let Some(edit) = view.and_then(|view| replace_scalar(view, &right)) {
        finding = finding.fix(Fix::maybe("remove the tag", vec![edit]));
    }
    out.push(finding);
}
