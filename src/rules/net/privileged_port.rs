//! # `net/privileged-port`
//!
//! ## What it does
//!
//! Reports a `containerPort` below 1024 of a container that is not root, keeps no NET_BIND_SERVICE and has no sysctl for
//! it.
//!
//! ## Why is this bad?
//!
//! Below 1024 a program needs the capability NET_BIND_SERVICE, or root, or a sysctl (which most runtimes set).
//!
//! ## Example
//!
//! ```yaml
//! securityContext: {runAsNonRoot: true}
//! containers:
//!   - name: web
//!     image: web:1
//!     ports:
//!       - containerPort: 80
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! securityContext: {runAsNonRoot: true}
//! containers:
//!   - name: web
//!     image: web:1
//!     ports:
//!       - containerPort: 8080
//! ```
//!
//! ## When to ignore it
//!
//! Where the runtime lets everybody open them, as containerd and Docker do.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/privileged-port",
        Level::Info,
        Profile::Pedantic,
        "A port that only root may open.",
        page!("privileged_port.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let non_root = at.effective("runAsNonRoot").and_then(Value::as_bool) == Some(true)
        || at.effective("runAsUser").and_then(Value::as_i64).is_some_and(|user| user != 0);
    let bind = at.added().any(|c| c.as_str() == Some("NET_BIND_SERVICE"));
    let sysctls = at.pod.spec.get("securityContext").into_iter().flat_map(|c| c.list("sysctls"));
    let sysctl = sysctls.into_iter().any(|s| s.str("name") == "net.ipv4.ip_unprivileged_port_start");
    if !non_root || bind || sysctl {
        return;
    }
    for (i, port) in at.container.value.list("ports").enumerate() {
        let Some(value) = port.get("containerPort") else { continue };
        let Some(number) = value.as_i64().filter(|number| (1..1024).contains(number)) else { continue };
        out.push(
            out.finding(value.place(), format!("{} may not be allowed to open port {number}", at.what()))
                .label("below 1024")
                .field(at.field(&format!("ports[{i}].containerPort"))),
        );
    }
}
