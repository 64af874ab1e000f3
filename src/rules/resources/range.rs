//! # `resources/range`
//!
//! ## What it does
//!
//! Reports a request or limit outside of the range of the configuration. In `kcheck.yaml`, under `rules`:
//! `resources/range: {ranges: {requests.cpu: {min: 10m, max: 4}}}`.
//!
//! ## Why is this bad?
//!
//! What is outside of the range was agreed to be wrong, or too dear.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources:
//!       requests: {cpu: "16"}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: web
//!     image: web:1
//!     resources:
//!       requests: {cpu: "2"}
//! ```
//!
//! ## When to ignore it
//!
//! By an exception in the configuration. Without configured ranges nothing is reported.

use crate::finding::{Code, Level, Profile};
use crate::rules::pod::quantity;
use crate::rules::{Check, ContainerAt, Range, Rule, Sink, page};
use crate::schema::quantity::Quantity;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "resources/range",
        Level::Info,
        Profile::Pedantic,
        "A request or limit outside of the configured range.",
        page!("range.rs"),
    )
    .off(),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    for Range { field, least, most } in &out.parameters().ranges {
        let Some((list, resource)) = field.split_once('.') else { continue };
        let Some(value) = at.quantity(list, resource) else { continue };
        let Some(amount) = quantity(value) else { continue };
        let beyond = |bound: &str| Quantity::parse(bound).ok().map(|bound| amount.to_f64() - bound.to_f64());
        let message = if beyond(least).is_some_and(|by| by < 0.0) {
            format!("{field} of {} is below {least}", at.what())
        } else if beyond(most).is_some_and(|by| by > 0.0) {
            format!("{field} of {} is above {most}", at.what())
        } else {
            continue;
        };
        out.push(
            out.finding(value.place(), message)
                .label("outside of the configured range")
                .field(at.field(&format!("resources.{field}"))),
        );
    }
}
