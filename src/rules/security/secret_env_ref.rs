//! # `security/secret-env-ref`
//!
//! ## What it does
//!
//! Reports variables that are read from a Secret (`secretKeyRef`, `envFrom.secretRef`).
//!
//! ## Why is this bad?
//!
//! Variables are seen by every child process, and land in crash reports and logs. Files of a volume do not, and change
//! when the Secret changes.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     env:
//!       - name: DB_PASSWORD
//!         valueFrom:
//!           secretKeyRef: {name: db, key: password}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     volumeMounts: [{name: db, mountPath: /run/db}]
//! volumes:
//!   - name: db
//!     secret: {secretName: db}
//! ```
//!
//! ## When to ignore it
//!
//! For programs that read no files: most charts do it.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/secret-env-ref",
        Level::Info,
        Profile::Pedantic,
        "A Secret among the variables.",
        page!("secret_env_ref.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let env = at.container.value.list("env").enumerate().filter_map(|(i, env)| {
        let reference = env.at(&["valueFrom", "secretKeyRef"])?;
        Some((
            env.get("valueFrom")?.key_place("secretKeyRef"),
            reference,
            format!("env[{i}].valueFrom.secretKeyRef"),
        ))
    });
    let from = at.container.value.list("envFrom").enumerate().filter_map(|(i, from)| {
        let reference = from.get("secretRef")?;
        Some((from.key_place("secretRef"), reference, format!("envFrom[{i}].secretRef")))
    });
    for (place, reference, field) in env.chain(from) {
        let message = format!("Secret `{}` is among the variables of {}", reference.str("name"), at.what());
        out.push(out.finding(place, message).label("seen by every child process").field(at.field(&field)));
    }
}
