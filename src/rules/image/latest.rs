//! # `image/latest`
//!
//! ## What it does
//!
//! Reports a container image without a tag, or with the tag `latest`, that is not pinned by a digest.
//!
//! ## Why is this bad?
//!
//! Which program runs is decided when a node pulls the image, not when you review the manifest. Two replicas of one
//! Deployment can run different programs, and a rollback to the previous manifest brings back the same broken image.
//! Such an image is also pulled at every start of a container (`imagePullPolicy` defaults to `Always`), so that a
//! registry that does not answer keeps Pods from restarting.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: registry.example:5000/shop/web
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: registry.example:5000/shop/web:1.4.2
//! ```
//!
//! ## When to ignore it
//!
//! In a playground whose images are rebuilt all the time, or where a tool (kustomize's `images`, Argo CD Image Updater)
//! sets the tag later.
//!
//! Of the Pods that one finds in public more than half have no tag, as samples do. It is recommended all the same: what runs
//! in a cluster and cannot be named cannot be rolled back either.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/latest",
        Level::Warning,
        Profile::Recommended,
        "An image without a tag, or with the tag `latest`.",
        page!("latest.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some(value) = at.container.value.get("image") else { return };
    let Some(image) = value.as_str() else { return };
    // Text that a tool fills in is no image yet.
    if image.trim().is_empty() || image.contains(['$', '{', '@']) {
        return;
    }
    let message = match tag(image) {
        None => format!("image `{image}` has no tag: it means whatever `latest` is when a node pulls it"),
        Some("latest") => format!("image `{image}` means whatever `latest` is when a node pulls it"),
        Some(_) => return,
    };
    out.push(
        out.finding(value.place(), message)
            .label("which version?")
            .field(at.field("image"))
            .help("name the version that was tested, or pin the image by its digest"),
    );
}

/// The tag of an image. A colon before the last slash belongs to the registry's port.
fn tag(image: &str) -> Option<&str> {
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split_once(':').map(|(_, tag)| tag)
}

#[cfg(test)]
mod tests {
    #[test]
    fn tags() {
        assert_eq!(super::tag("nginx"), None);
        assert_eq!(super::tag("nginx:1.27"), Some("1.27"));
        assert_eq!(super::tag("host:5000/nginx"), None);
        assert_eq!(super::tag("host:5000/a/nginx:latest"), Some("latest"));
    }
}
