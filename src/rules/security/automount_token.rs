//! # `security/automount-token`
//!
//! ## What it does
//!
//! Reports a Pod whose ServiceAccount's token is mounted (`automountServiceAccountToken` of the Pod, or else of the
//! account, is not false), while no binding of the input gives the account any right.
//!
//! ## Why is this bad?
//!
//! Whoever reads files of the container can talk to the API server as the account. Without rights that is little, until
//! somebody gives the account some.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   automountServiceAccountToken: false
//!   containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For programs that talk to the API server, where their rights are given elsewhere.

use rustc_hash::FxHashSet;

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::pod::what;
use crate::rules::powers::{bindings_of_all, subject};
use crate::rules::{Check, PodAt, Rule, Sink, Tree, name_place, page};
use crate::yaml::edit::set;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/automount-token",
        Level::Info,
        Profile::Security,
        "A token of the API in a Pod that does not need it.",
        page!("automount_token.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let mut bound: FxHashSet<String> = FxHashSet::default();
    for binding in bindings_of_all(tree) {
        bound.extend(binding.value.list("subjects").map(|of| subject(binding, of)));
    }
    for object in tree.own() {
        let Some(at) = PodAt::of(object) else { continue };
        let Some((account, _)) = mounted_account(tree, &at) else { continue };
        if bound.contains(&format!("ServiceAccount {}/{account}", object.namespace)) {
            continue;
        }
        let message = format!("{} carries a token that gives it nothing", what(object));
        let mut finding = out
            .finding_in(object, name_place(object), message)
            .label(format!("token of ServiceAccount {account}"))
            .field(at.field("automountServiceAccountToken"))
            .help("`automountServiceAccountToken: false`");
        let path = ["automountServiceAccountToken"];
        if let Some(edit) = at.pod.spec.view().and_then(|spec| set(spec, &path, "false")) {
            finding = finding.fix(Fix::maybe("set `automountServiceAccountToken: false`", vec![edit]));
        }
        out.push(finding);
    }
}

/// The account whose token is mounted, and where it is named.
pub(in crate::rules) fn mounted_account<'a>(
    tree: &Tree<'a>,
    at: &PodAt<'a>,
) -> Option<(&'a str, Option<Value<'a>>)> {
    let spec = at.pod.spec;
    let named = ["serviceAccountName", "serviceAccount"]
        .iter()
        .find_map(|f| spec.get(f))
        .filter(|v| v.as_str() != Some(""));
    let account = named.and_then(Value::as_str).unwrap_or("default");
    let of_account = tree.get("", "ServiceAccount", at.object.namespace, account);
    let mounts = spec
        .get("automountServiceAccountToken")
        .or_else(|| of_account.and_then(|account| account.value.get("automountServiceAccountToken")))
        .and_then(Value::as_bool);
    (mounts != Some(false)).then_some((account, named))
}
