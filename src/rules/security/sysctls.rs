//! # `security/sysctls`
//!
//! ## What it does
//!
//! Reports a sysctl that is not in the list of safe ones of a Kubernetes version that was asked for.
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
use crate::schema::{Minor, MinorSet};

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
        let dotted = name.replace('/', ".");
        let is_safe = |minor: Minor| pod_security::allows_sysctl(&dotted, minor.number().into());
        let minors =
            out.minors().iter().filter(|minor| !is_safe(*minor)).fold(MinorSet::NONE, MinorSet::with);
        if minors.is_empty() {
            continue;
        }
        let mut finding = out
            .finding(value.place(), format!("kubelets refuse the sysctl {name}"))
            .label("SysctlForbidden, unless they were told to allow it")
            .field(at.field(&format!("securityContext.sysctls[{i}].name")))
            .versions(minors.versions().filter(|_| minors != out.minors()));
        if let Some(since) = Minor::all().find(|minor| is_safe(*minor)) {
            finding = finding.because(format!("it counts as safe since Kubernetes {since}"));
        }
        out.push(finding);
    }
}
