//! # `image/retired-registry`
//!
//! ## What it does
//!
//! Reports images from `k8s.gcr.io` and `gcr.io/google_containers` (`gcr.io/google-containers`), the former registries
//! of the Kubernetes project.
//!
//! ## Why is this bad?
//!
//! They are frozen since April 2023 and get no new images; that they still answer is nobody's promise. `registry.k8s.io`
//! has the same images.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: pause
//!     image: k8s.gcr.io/pause:3.9
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: pause
//!     image: registry.k8s.io/pause:3.9
//! ```
//!
//! ## When to ignore it
//!
//! When the cluster has a mirror of that name.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use crate::yaml::edit::replace_scalar;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/retired-registry",
        Level::Warning,
        Profile::Recommended,
        "An image from a registry that is gone.",
        page!("retired_registry.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Container(check),
};

/// Former registries; all of their images are in registry.k8s.io under the same path.
const RETIRED: &[&str] = &["k8s.gcr.io/", "gcr.io/google_containers/", "gcr.io/google-containers/"];

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some((value, image)) = at.image() else { return };
    let Some(rest) = RETIRED.iter().find_map(|registry| image.strip_prefix(registry)) else { return };
    let new = format!("registry.k8s.io/{rest}");
    let message = format!("image `{image}` is in a registry that is frozen since 2023");
    let mut finding =
        out.finding(value.place(), message).label("now registry.k8s.io").field(at.field("image"));
    match value.view().and_then(|view| replace_scalar(view, &new)) {
        Some(edit) => finding = finding.fix(Fix::safe(format!("write `{new}`"), vec![edit])),
        None => finding = finding.help(format!("write `{new}`")),
    }
    out.push(finding);
}
