//! # `security/sensitive-host-path`
//!
//! ## What it does
//!
//! Reports a `hostPath` volume of a folder that the node is made of: `/`, `/boot`, `/dev`, `/etc`, `/lib`, `/proc`,
//! `/root`, `/sys`, `/usr`, `/var`, `/var/lib/kubelet`, `/var/log`, and what lies in `/etc/kubernetes`,
//! `/var/lib/kubelet`.
//!
//! ## Why is this bad?
//!
//! Whoever reads `/etc/kubernetes` or `/var/lib/kubelet` has the credentials of the node and the Secrets of its Pods;
//! whoever writes `/etc` is root on it; links in `/var/log` let the kubelet read any file.
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
//!     hostPath: {path: /etc}
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
//! For node agents that are part of the node: CNI plugins, CSI drivers, log collectors.

use crate::finding::{Code, Level, Profile};
use crate::rules::host_path::{Opens, host_paths};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/sensitive-host-path",
        Level::Warning,
        Profile::Security,
        "A folder with which one has the node.",
        page!("sensitive_host_path.rs"),
    ),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    for volume in host_paths(at).into_iter().filter(|volume| volume.opens == Opens::Sensitive) {
        let path = volume.path.as_str().unwrap_or_default();
        let message = format!("volume `{}` opens {path} of the node", volume.name);
        let mut finding = out
            .finding(volume.path.place(), message)
            .label("a folder of the node itself")
            .field(volume.field);
        if let Some(mount) = volume.mount {
            finding = finding.related(mount.place(), "mounted so that it can be written");
        }
        out.push(finding);
    }
}
