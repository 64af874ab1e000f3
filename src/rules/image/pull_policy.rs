//! # `image/pull-policy`
//!
//! ## What it does
//!
//! Reports a container whose image has no digest and whose `imagePullPolicy` is not Always.
//!
//! ## Why is this bad?
//!
//! A node that has an image of that name uses it, whatever the registry has under that name now, and whoever may no
//! longer pull it.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     imagePullPolicy: IfNotPresent
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     imagePullPolicy: Always
//! ```
//!
//! ## When to ignore it
//!
//! Where tags are never moved: then Always only costs time.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::{Value, parse_image_name};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::set;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/pull-policy",
        Level::Info,
        Profile::Pedantic,
        "An image that may be an old one.",
        page!("pull_policy.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some((value, image)) = at.image() else { return };
    let policy = at.container.value.get("imagePullPolicy");
    // Without a policy it is Always for the tag latest.
    let always = match policy.and_then(Value::as_str) {
        Some(policy) => policy == "Always",
        None => parse_image_name(image).is_some_and(|name| name.tag == "latest"),
    };
    if always || image.contains('@') {
        return;
    }
    let place = policy.filter(|policy| policy.view().is_some()).unwrap_or(value).place();
    let mut finding = out
        .finding(place, format!("{} may start with an old `{image}`", at.what()))
        .label("not pulled if a node has one")
        .field(at.field("imagePullPolicy"));
    if let Some(edit) = at.container.value.view().and_then(|c| set(c, &["imagePullPolicy"], "Always")) {
        finding = finding.fix(Fix::maybe("pull it always", vec![edit]));
    }
    out.push(finding);
}
