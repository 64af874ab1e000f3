//! # `security/host-path`
//!
//! ## What it does
//!
//! Reports a `hostPath` volume that no rule about worse ones reports, and that is mounted read-only or not at all.
//!
//! ## Why is this bad?
//!
//! The container reads the node's files. What they are differs from node to node, and Namespaces with the Pod Security
//! levels baseline and restricted refuse the Pod.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: agent
//!     image: agent:1
//!     volumeMounts: [{name: host, mountPath: /host, readOnly: true}]
//! volumes:
//!   - name: host
//!     hostPath: {path: /opt/data}
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
//! For node agents.

use crate::finding::{Code, Level, Profile};
use crate::rules::host_path::{Opens, host_paths};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/host-path",
        Level::Warning,
        Profile::Security,
        "A path of the node in a container.",
        page!("host_path.rs"),
    ),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    for volume in host_paths(at).into_iter().filter(|volume| volume.opens == Opens::Path) {
        let path = volume.path.as_str().unwrap_or_default();
        let message = format!("volume `{}` is {path} of whichever node the Pod lands on", volume.name);
        let mut finding =
            out.finding(volume.path.place(), message).label("a path of the node").field(volume.field);
        if let Some(mount) = volume.mount {
            finding = finding.related(mount.place(), "mounted so that it can be written");
        }
        out.push(finding);
    }
}
