//! # `net/ssh-port`
//!
//! ## What it does
//!
//! Reports a `containerPort` of 22.
//!
//! ## Why is this bad?
//!
//! A shell server in a container is a way in that nobody watches; `kubectl exec` is one that is authorized and recorded.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     ports:
//!       - containerPort: 22
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     ports:
//!       - containerPort: 8080
//! ```
//!
//! ## When to ignore it
//!
//! For servers of git and SFTP.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/ssh-port",
        Level::Info,
        Profile::Security,
        "A container that serves SSH.",
        page!("ssh_port.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    for (i, port) in at.container.value.list("ports").enumerate() {
        let Some(value) = port.get("containerPort").filter(|value| value.as_i64() == Some(22)) else {
            continue;
        };
        let is_tcp = matches!(port.str("protocol"), "" | "TCP");
        if is_tcp {
            out.push(
                out.finding(value.place(), format!("{} serves SSH", at.what()))
                    .label("port 22")
                    .field(at.field(&format!("ports[{i}].containerPort"))),
            );
        }
    }
}
