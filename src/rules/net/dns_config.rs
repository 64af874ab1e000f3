//! # `net/dns-config`
//!
//! ## What it does
//!
//! Reports a Pod whose `dnsConfig` lacks the option `ndots`, or those that the configuration names instead:
//! `net/dns-config: {options: ["ndots=2"]}` under `rules` of `kcheck.yaml`.
//!
//! ## Why is this bad?
//!
//! With the default of `ndots: 5` every name outside of the cluster is asked for in each search domain first: five
//! questions in place of one.
//!
//! ## Example
//!
//! ```yaml
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! dnsConfig: {options: [{name: ndots, value: "2"}]}
//! containers: [{name: web, image: "web:1"}]
//! ```
//!
//! ## When to ignore it
//!
//! For Pods that ask for few names outside of the cluster.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/dns-config",
        Level::Info,
        Profile::Pedantic,
        "A Pod without the wanted DNS option.",
        page!("dns_config.rs"),
    )
    .off(),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    let options = at.pod.spec.get("dnsConfig");
    for wanted in &out.parameters().dns_options {
        let (name, value) = wanted.split_once('=').unwrap_or((wanted, ""));
        let has = options
            .into_iter()
            .flat_map(|config| config.list("options"))
            .any(|option| option.str("name") == name && (value.is_empty() || option.str("value") == value));
        if has || at.pod.spec.flag("hostNetwork") {
            continue;
        }
        let field = if options.is_some() { "dnsConfig" } else { "containers" };
        out.push(
            out.finding(at.pod.spec.key_place(field), format!("{} sets no DNS option {wanted}", at.what()))
                .label("no such option in dnsConfig")
                .field(at.field("dnsConfig.options")),
        );
    }
}
