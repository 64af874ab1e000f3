//! # `resources/empty-dir-limit`
//!
//! ## What it does
//!
//! Reports an `emptyDir` volume without `sizeLimit`.
//!
//! ## Why is this bad?
//!
//! It may grow until the node's disk is full. With `medium: Memory` it counts against the memory of the containers that
//! write to it.
//!
//! ## Example
//!
//! ```yaml
//! containers: [{name: web, image: "web:1"}]
//! volumes:
//!   - name: cache
//!     emptyDir: {}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers: [{name: web, image: "web:1"}]
//! volumes:
//!   - name: cache
//!     emptyDir: {sizeLimit: 1Gi}
//! ```
//!
//! ## When to ignore it
//!
//! Where containers have a limit for ephemeral-storage, which counts emptyDirs too.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/empty-dir-limit",
        Level::Info,
        Profile::Pedantic,
        "An emptyDir without a limit.",
        page!("empty_dir_limit.rs"),
    )
    .off(),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    for (i, volume) in at.pod.spec.list("volumes").enumerate() {
        let Some(empty) = volume.get("emptyDir").filter(|empty| empty.get("sizeLimit").is_none()) else {
            continue;
        };
        let what = if empty.str("medium") == "Memory" { "its containers' memory" } else { "its node's disk" };
        let name = volume.str("name");
        out.push(
            out.finding(volume.key_place("emptyDir"), format!("volume `{name}` may fill {what}"))
                .label("no sizeLimit")
                .field(at.field(&format!("volumes[{i}].emptyDir.sizeLimit"))),
        );
    }
}
