//! # `net/netpol-ignored-rules`
//!
//! ## What it does
//!
//! Reports `egress` rules in a policy whose `policyTypes` lacks Egress, and `ingress` rules where it lacks Ingress.
//!
//! ## Why is this bad?
//!
//! The rules are ignored without a word: traffic that they were to limit is not limited.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {}
//!   policyTypes: [Ingress]
//!   egress:
//!     - to: [{podSelector: {}}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {}
//!   policyTypes: [Ingress, Egress]
//!   egress:
//!     - to: [{podSelector: {}}]
//! ```
//!
//! ## When to ignore it
//!
//! Never: add the type, or remove the rules. The fix adds the type, which begins to limit traffic: it is one of
//! `--unsafe-fixes`.

use crate::finding::{Code, Edit, Fix, Fixable, Level, Profile, Span};
use crate::object::Object;
use crate::rules::policy::{DIRECTIONS, covers};
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::flag;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/netpol-ignored-rules",
        Level::Warning,
        Profile::Recommended,
        "Rules of a NetworkPolicy that have no effect.",
        page!("netpol_ignored_rules.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Kind(&[("networking.k8s.io", "NetworkPolicy")], check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(spec) = object.spec() else { return };
    let Some(types) = spec.get("policyTypes") else { return };
    for direction in &DIRECTIONS {
        if covers(object, direction) || spec.list(direction.rules).next().is_none() {
            continue;
        }
        let message = format!("these {} rules have no effect", direction.rules);
        let mut finding = out
            .finding(spec.key_place(direction.rules), message)
            .label("ignored")
            .related(types.place(), format!("policyTypes lacks {}", direction.name))
            .field(format!("spec.{}", direction.rules));
        let last = types.view().and_then(|types| types.items().last().map(|last| (types, last)));
        let edit = last.and_then(|(types, last)| {
            let simple = types.node().flags & flag::FLOW != 0 && last.is_plain();
            let end = last.span().end;
            simple.then(|| Edit {
                file: last.document().file(),
                span: Span::new(end, end),
                text: format!(", {}", direction.name),
            })
        });
        match edit {
            Some(edit) => finding = finding.fix(Fix::maybe(format!("add {}", direction.name), vec![edit])),
            None => {
                finding = finding.help(format!("add {} to policyTypes, or remove the rules", direction.name));
            }
        }
        out.push(finding);
    }
}
