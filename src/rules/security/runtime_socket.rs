//! # `security/runtime-socket`
//!
//! ## What it does
//!
//! Reports a `hostPath` volume of the socket of Docker, containerd or CRI-O, or of a folder that holds it.
//!
//! ## Why is this bad?
//!
//! Whoever may write to the socket starts any container on the node, a privileged one included: it is root on the node,
//! whatever the rest of the manifest says.
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
//!     hostPath: {path: /var/run/docker.sock}
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
//! For agents that watch containers; `readOnly` does not make it harmless.

use crate::finding::{Code, Level, Profile};
use crate::rules::host_path::{Opens, host_paths};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/runtime-socket",
        Level::Warning,
        Profile::Security,
        "A container with the socket of the container runtime.",
        page!("runtime_socket.rs"),
    ),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    for volume in host_paths(at).into_iter().filter(|volume| volume.opens == Opens::Socket) {
        let path = volume.path.as_str().unwrap_or_default();
        let message = format!("volume `{}` gives the container runtime away: {path}", volume.name);
        let mut finding = out
            .finding(volume.path.place(), message)
            .label("with it one is root on the node")
            .field(volume.field);
        if let Some(mount) = volume.mount {
            finding = finding.related(mount.place(), "mounted so that it can be written");
        }
        out.push(finding);
    }
}
