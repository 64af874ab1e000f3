//! # `security/subpath`
//!
//! ## What it does
//!
//! Reports a `subPath` of a volume mount.
//!
//! ## Why is this bad?
//!
//! By a link a container could reach files of the node (CVE-2021-25741). Kubelets since 1.19.15 are mended, so this only
//! matters for very old nodes.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     volumeMounts:
//!       - name: data
//!         mountPath: /data
//!         subPath: web
//! volumes: [{name: data, emptyDir: {}}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     volumeMounts:
//!       - name: data
//!         mountPath: /data
//! volumes: [{name: data, emptyDir: {}}]
//! ```
//!
//! ## When to ignore it
//!
//! With nodes of any version that is still kept.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/subpath",
        Level::Info,
        Profile::Security,
        "A subPath, which old kubelets could be led out of.",
        page!("subpath.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    for (i, mount) in at.container.value.list("volumeMounts").enumerate() {
        let Some(value) = mount.get("subPath").filter(|value| value.as_str() != Some("")) else { continue };
        out.push(
            out.finding(value.place(), "with a kubelet before 1.19.15 this leads to any file of the node")
                .label("CVE-2021-25741")
                .field(at.field(&format!("volumeMounts[{i}].subPath"))),
        );
    }
}
