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

use crate::apiserver::admission::pod_security;
use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};
use crate::schema::Minor;

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

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let Some(context) = at.pod.spec.get("securityContext") else { return };
    for (i, sysctl) in context.list("sysctls").enumerate() {
        let Some(value) = sysctl.get("name") else { continue };
        let name = value.as_str().unwrap_or_default();
        // Slashes are as good as dots.
        if pod_security::allows_sysctl(&name.replace('/', "."), Minor::DEFAULT.number().into()) {
            continue;
        }
        out.push(
            out.finding(value.place(), format!("kubelets refuse the sysctl {name}"))
                .label("SysctlForbidden, unless they were told to allow it")
                .field(at.field(&format!("securityContext.sysctls[{i}].name"))),
        );
    }
}
