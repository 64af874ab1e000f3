//! # `image/known-bad`
//!
//! ## What it does
//!
//! Reports a few images of infrastructure in versions with a hole that gives the cluster away: Argo CD before 2.3
//! (CVE-2022-24348), Grafana before 8.5.14 (CVE-2022-39328 and earlier), Kyverno before 1.8.5 (CVE-2022-47633), Tiller,
//! and ingress-nginx before 1.12.1 (CVE-2025-1974).
//!
//! ## Why is this bad?
//!
//! These holes are used by scanners. A scanner of images finds many more; these few are known without one.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: kyverno
//!     image: ghcr.io/kyverno/kyverno:v1.8.2
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: kyverno
//!     image: ghcr.io/kyverno/kyverno:v1.13.0
//! ```
//!
//! ## When to ignore it
//!
//! Where the image was mended by somebody else under the old version.

use crate::finding::{Code, Level, Profile};
use crate::object::parse_image_name;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "image/known-bad",
        Level::Warning,
        Profile::Security,
        "An image with a known critical hole.",
        page!("known_bad.rs"),
    )
    .off(),
    check: Check::Container(check),
};

/// End of the image's path, the first version without the hole, and the hole.
const HOLES: &[(&str, [u32; 3], &str)] = &[
    ("argoproj/argocd", [2, 3, 0], "CVE-2022-24348"),
    ("grafana/grafana", [8, 5, 14], "CVE-2022-39328"),
    ("kyverno/kyverno", [1, 8, 5], "CVE-2022-47633"),
    ("kubernetes-helm/tiller", [u32::MAX, 0, 0], "Tiller does what anybody in the cluster asks"),
    ("ingress-nginx/controller", [1, 12, 1], "CVE-2025-1974"),
];

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some((value, image)) = at.image() else { return };
    let Some(name) = parse_image_name(image) else { return };
    let Some((path, mended, hole)) = HOLES.iter().find(|(path, ..)| name.path.ends_with(path)) else {
        return;
    };
    let Some(version) = version(name.tag).filter(|version| version < mended) else { return };
    let [major, minor, patch] = version;
    let program = path.rsplit('/').next().unwrap_or(path);
    out.push(
        out.finding(value.place(), format!("{program} {major}.{minor}.{patch} has a critical hole: {hole}"))
            .label(*hole)
            .field(at.field("image")),
    );
}

/// `v1.8.2-alpine`
fn version(tag: &str) -> Option<[u32; 3]> {
    let plain = tag.trim_start_matches('v').split(['-', '+']).next()?;
    let mut parts = plain.split('.').map(|part| part.parse().ok());
    let major = parts.next()??;
    Some([major, parts.next().flatten().unwrap_or(0), parts.next().flatten().unwrap_or(0)])
}
