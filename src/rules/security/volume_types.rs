//! # `security/volume-types`
//!
//! ## What it does
//!
//! Reports volumes other than configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected
//! and secret. A `hostPath` is another finding.
//!
//! ## Why is this bad?
//!
//! The others bring the node, or a server of the network, into the Pod past the claims that an administrator made.
//! Namespaces with the Pod Security level restricted refuse them.
//!
//! ## Example
//!
//! ```yaml
//! containers: [{name: web, image: "web:1"}]
//! volumes:
//!   - name: data
//!     nfs: {server: nfs.example.com, path: /}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers: [{name: web, image: "web:1"}]
//! volumes:
//!   - name: data
//!     persistentVolumeClaim: {claimName: data}
//! ```
//!
//! ## When to ignore it
//!
//! Where Pods mount network file systems by themselves.

use crate::apiserver::admission::pod_security;
use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/volume-types",
        Level::Warning,
        Profile::Security,
        "A volume of a type that is not for applications.",
        page!("volume_types.rs"),
    )
    .off(),
    check: Check::Pod(check),
};

/// A `hostPath` is another rule's.
fn is_other(key: &str) -> bool {
    !matches!(key, "name" | "hostPath") && !pod_security::allows_volume(key)
}

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    for (i, volume) in at.pod.spec.list("volumes").enumerate() {
        for (kind, _) in volume.entries().filter(|(key, value)| is_other(key) && !value.is_null()) {
            out.push(
                out.finding(
                    volume.key_place(kind),
                    format!("volume `{}` is of type {kind}", volume.str("name")),
                )
                .label("not among those of the level restricted")
                .field(at.field(&format!("volumes[{i}].{kind}"))),
            );
        }
    }
}
