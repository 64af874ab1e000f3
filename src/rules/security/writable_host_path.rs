//! # `security/writable-host-path`
//!
//! ## What it does
//!
//! Reports a `hostPath` volume with a mount that is not `readOnly`, and that no rule about worse ones reports.
//!
//! ## Why is this bad?
//!
//! What the container writes stays on the node, for the next Pod to find; with a link it reaches other files of the
//! node. Namespaces with the Pod Security levels baseline and restricted refuse the Pod.
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
//! For node agents that put files on the node. Where reading is enough, say `readOnly: true` at the mount.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::host_path::{Opens, host_paths};
use crate::rules::{Check, PodAt, Rule, Sink, page};
use crate::yaml::edit::set;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/writable-host-path",
        Level::Warning,
        Profile::Security,
        "A path of the node that a container writes.",
        page!("writable_host_path.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    for volume in host_paths(at).into_iter().filter(|volume| volume.opens == Opens::Writable) {
        let path = volume.path.as_str().unwrap_or_default();
        let message = format!("volume `{}` lets the container write {path} of its node", volume.name);
        let mut finding = out
            .finding(volume.path.place(), message)
            .label("stays on the node when the Pod is gone")
            .field(volume.field);
        if let Some(mount) = volume.mount {
            finding = finding.related(mount.place(), "mounted so that it can be written");
            if let Some(edit) = Value::view(mount).and_then(|mount| set(mount, &["readOnly"], "true")) {
                finding = finding.fix(Fix::maybe("mount it `readOnly`", vec![edit]));
            }
        }
        out.push(finding);
    }
}
