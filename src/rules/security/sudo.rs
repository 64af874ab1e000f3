//! # `security/sudo`
//!
//! ## What it does
//!
//! Reports `sudo` in the command or arguments of a container.
//!
//! ## Why is this bad?
//!
//! The program becomes root although it was started as somebody else: the image holds a way to root.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     command: [sudo, web]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     command: [web]
//! ```
//!
//! ## When to ignore it
//!
//! For images of developers.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/sudo",
        Level::Info,
        Profile::Security,
        "A container that calls sudo.",
        page!("sudo.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    for list in ["command", "args"] {
        let Some(value) = at.container.value.get(list) else { continue };
        let calls = |text: &str| {
            text.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '('))
                .any(|word| word == "sudo" || word == "/usr/bin/sudo")
        };
        if value.items().filter_map(Value::as_str).any(calls) {
            out.push(
                out.finding(value.place(), format!("{} calls sudo", at.what()))
                    .label("a way to root")
                    .field(at.field(list)),
            );
        }
    }
}
