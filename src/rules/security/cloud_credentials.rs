//! # `security/cloud-credentials`
//!
//! ## What it does
//!
//! Reports a `hostPath` volume of files in which a node keeps the credentials of its cloud.
//!
//! ## Why is this bad?
//!
//! Whoever takes over the program acts in the cloud as the node does, often with rights over all of it.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: agent
//!     image: agent:1
//!     volumeMounts: [{name: host, mountPath: /host}]
//! volumes:
//!   - name: host
//!     hostPath: {path: /root/.aws}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: agent
//!     image: agent:1
//!     volumeMounts: [{name: host, mountPath: /host}]
//! volumes:
//!   - name: host
//!     emptyDir: {}
//! ```
//!
//! ## When to ignore it
//!
//! Never; give the Pod an identity of its own (IRSA, workload identity).

use crate::finding::{Code, Level, Profile};
use crate::rules::host_path::{Opens, host_paths};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/cloud-credentials",
        Level::Warning,
        Profile::Security,
        "A container with the credentials of its node.",
        page!("cloud_credentials.rs"),
    ),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    for volume in host_paths(at).into_iter().filter(|volume| volume.opens == Opens::Credentials) {
        let path = volume.path.as_str().unwrap_or_default();
        let message = format!("volume `{}` shows the cloud credentials of the node: {path}", volume.name);
        let mut finding = out
            .finding(volume.path.place(), message)
            .label("of the node, not of the Pod")
            .field(volume.field);
        if let Some(mount) = volume.mount {
            finding = finding.related(mount.place(), "mounted so that it can be written");
        }
        out.push(finding);
    }
}
