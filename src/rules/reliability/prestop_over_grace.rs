//! # `reliability/prestop-over-grace`
//!
//! ## What it does
//!
//! Reports a `preStop` command that sleeps for as long as the Pod's `terminationGracePeriodSeconds` (30 if not set), or
//! longer; and a `preStop` hook in a Pod whose grace period is 0.
//!
//! ## Why is this bad?
//!
//! The hook's time counts. When the grace period is over the container is killed: its program never gets SIGTERM with
//! time to finish, and open requests break.
//!
//! ## Example
//!
//! ```yaml
//! terminationGracePeriodSeconds: 20
//! containers:
//!   - name: web
//!     image: web:1
//!     lifecycle:
//!       preStop:
//!         exec: {command: [sh, -c, sleep 30]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! terminationGracePeriodSeconds: 60
//! containers:
//!   - name: web
//!     image: web:1
//!     lifecycle:
//!       preStop:
//!         exec: {command: [sh, -c, sleep 30]}
//! ```
//!
//! ## When to ignore it
//!
//! When the hook itself does all there is to do. (For the `sleep` action the server refuses a time beyond the grace
//! period.)

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "reliability/prestop-over-grace",
        Level::Warning,
        Profile::Recommended,
        "A preStop hook that outlasts the grace period.",
        page!("prestop_over_grace.rs"),
    ),
    check: Check::Container(check),
};

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let Some(hook) = at.container.value.at(&["lifecycle", "preStop"]) else { return };
    let grace = at.pod.spec.int("terminationGracePeriodSeconds").unwrap_or(30);
    let command = hook.at(&["exec", "command"]);
    let sleeps: i64 = command.into_iter().flat_map(seconds).sum();
    let (place, label) = match command {
        Some(command) if sleeps > 0 && sleeps >= grace => (command.place(), format!("sleeps {sleeps} s")),
        _ if grace == 0 => (hook.place(), "never runs".to_owned()),
        _ => return,
    };
    let mut finding = out
        .finding(place, format!("{} is killed before it could stop", at.what()))
        .label(label)
        .field(at.field("lifecycle.preStop"))
        .because(format!("the Pod's grace period is {grace} s, the hook included"));
    if let Some(value) = at.pod.spec.get("terminationGracePeriodSeconds").filter(|v| v.view().is_some()) {
        finding = finding.related(value.place(), "the grace period");
    }
    out.push(finding);
}

/// The seconds of each `sleep N` in a command.
fn seconds(command: Value<'_>) -> Vec<i64> {
    let text: Vec<String> =
        command.items().map(|word| word.as_text().unwrap_or_default().into_owned()).collect();
    let text = text.join(" ");
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '"' | '\'')).collect();
    let number = |pair: &[&str]| match pair {
        [program, number] if *program == "sleep" || program.ends_with("/sleep") => {
            number.trim_end_matches('s').parse().ok()
        }
        _ => None,
    };
    words.windows(2).filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Owned;

    #[test]
    fn sleeps() {
        let command = |words: &[&'static str]| {
            let owned = Owned::Seq(words.iter().map(|word| Owned::from(*word)).collect());
            let place =
                crate::finding::Place::new(crate::finding::FileId(0), crate::finding::Span::new(0, 0));
            seconds(Value::Made(&owned, place))
        };
        assert_eq!(command(&["sleep", "5"]), [5]);
        assert_eq!(command(&["/bin/sh", "-c", "sleep 3; nginx -s quit; /bin/sleep 10s"]), [3, 10]);
        assert_eq!(command(&["sleep", "infinity"]), [0; 0]);
    }
}
