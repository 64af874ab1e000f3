//! # `security/secret-in-env`
//!
//! ## What it does
//!
//! Reports a variable with a literal `value` whose name means a secret (password, token, secret, API key ...), or whose
//! value has the form of one (a private key, a token of a known service).
//!
//! ## Why is this bad?
//!
//! Whoever may read the manifest, the Pod or the repository has it, and it stays in the repository's history.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     env:
//!       - name: DB_PASSWORD
//!         value: hunter2
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     env:
//!       - name: DB_PASSWORD
//!         valueFrom: {secretKeyRef: {name: db, key: password}}
//! ```
//!
//! ## When to ignore it
//!
//! For passwords of examples. Names of files, paths, times and switches (`TOKEN_FILE`, `SECRETS_DIR`, `PASSWORD_TTL`),
//! empty values, references to other variables and texts of templates are not reported.

use crate::finding::{Code, Level, Profile};
use crate::rules::credentials::{is_secret_name, known_form, may_be_secret};
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/secret-in-env",
        Level::Warning,
        Profile::Security,
        "A secret in clear among the variables.",
        page!("secret_in_env.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    for (i, env) in at.container.value.list("env").enumerate() {
        let Some(value) = env.get("value") else { continue };
        let (name, Some(text)) = (env.str("name"), value.as_str()) else { continue };
        let form = known_form(text);
        if form.is_none() && !(is_secret_name(name) && may_be_secret(text)) {
            continue;
        }
        out.push(
            out.finding(value.place(), format!("{name} of {} stands here in clear", at.what()))
                .label(form.unwrap_or("a secret, by its name"))
                .field(at.field(&format!("env[{i}].value")))
                .help("put it into a Secret, and refer to that by `valueFrom.secretKeyRef`"),
        );
    }
}
