//! # `security/sysctls`
//!
//! ## What it does
//!
//! Reports a sysctl that is not in Kubernetes' list of safe ones.
//!
//! ## Why is this bad?
//!
//! Kubelets refuse it unless they were told to allow it (`SysctlForbidden`): the Pod fails on every node. Where it is
//! allowed it may change its neighbours' kernel. Namespaces with the Pod Security levels baseline and restricted refuse
//! it.
//!
//! ## Example
//!
//! ```yaml
//! securityContext:
//!   sysctls:
//!     - name: kernel.msgmax
//!       value: "65536"
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! securityContext:
//!   sysctls:
//!     - name: net.ipv4.ip_unprivileged_port_start
//!       value: "0"
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! Where kubelets allow it (`--allowed-unsafe-sysctls`).

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/sysctls",
        Level::Warning,
        Profile::Security,
        "A kernel parameter that is not safe to set.",
        page!("sysctls.rs"),
    ),
    check: Check::Pod(check),
};

/// Mirrors `SafeSysctlAllowlist` of the kubelet and Pod Security, as of 1.32. The list has only grown.
const SAFE: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let Some(context) = at.pod.spec.get("securityContext") else { return };
    for (i, sysctl) in context.list("sysctls").enumerate() {
        let Some(value) = sysctl.get("name") else { continue };
        let name = value.as_str().unwrap_or_default();
        // Slashes are as good as dots.
        if SAFE.contains(&name.replace('/', ".").as_str()) {
            continue;
        }
        out.push(
            out.finding(value.place(), format!("kubelets refuse the sysctl {name}"))
                .label("SysctlForbidden, unless they were told to allow it")
                .field(at.field(&format!("securityContext.sysctls[{i}].name"))),
        );
    }
}
