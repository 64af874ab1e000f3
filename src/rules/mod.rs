//! Lint rules, one file each. The doc comment of a file is the rule's page.
//!
//! To add one: a file in the folder of its group, a line in `RULES`, a fixture in `tests/fixtures/rules/`.
//!
//! What the API server itself refuses or warns of is no rule of this floor: `apiserver` says it, in the server's words.

mod driver;
mod edit;
mod missing;
mod page;
mod rule;
mod same;
mod tree;

pub mod image;
pub mod meta;
pub mod net;
pub mod reference;
pub mod reliability;
pub mod schema;
pub mod security;
pub mod yaml;

pub use driver::Rules;
pub use rule::{Check, ContainerAt, PodAt, Rule, Sink, name_place};
pub use tree::{Answer, Assumed, Pods, Tree};

use page::page;

/// Every rule, in order of its code.
pub static RULES: &[&Rule] = &[
    &image::latest::RULE,
    &meta::namespaced_scope::RULE,
    &net::probe_port::RULE,
    &reference::configmap::RULE,
    &reference::hpa_target::RULE,
    &reference::secret::RULE,
    &reference::service_no_pods::RULE,
    &reliability::identical_probes::RULE,
    &reliability::one_node::RULE,
    &reliability::pdb_empty::RULE,
    &schema::read_only_field::RULE,
    &security::privileged::RULE,
    &yaml::duplicate_object::RULE,
    &yaml::octal_mode::RULE,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_in_order_and_named_as_their_files() {
        let codes: Vec<&str> = RULES.iter().map(|rule| rule.code.name).collect();
        let sorted: BTreeSet<&str> = codes.iter().copied().collect();
        assert_eq!(codes, sorted.into_iter().collect::<Vec<_>>());
        for code in codes {
            let (group, name) = code.split_once('/').unwrap();
            // `ref` is a word of the language.
            let group = if group == "ref" { "reference" } else { group };
            let file =
                format!("{}/src/rules/{group}/{}.rs", env!("CARGO_MANIFEST_DIR"), name.replace('-', "_"));
            assert!(std::path::Path::new(&file).exists(), "{file}");
        }
    }

    #[test]
    fn pages_have_their_headings() {
        for Rule { code, .. } in RULES {
            assert!(code.page.starts_with(&format!("# `{}`\n\n", code.name)), "{}", code.name);
            let headings: Vec<&str> = code.page.lines().filter(|line| line.starts_with("## ")).collect();
            let expected = ["## What it does", "## Why is this bad?", "## Example", "## When to ignore it"];
            assert_eq!(headings, expected, "{}", code.name);
            assert_eq!(code.page.matches("```yaml").count(), 2, "{}: a bad and a good example", code.name);
            assert!(!code.summary.is_empty() && code.summary.ends_with('.'), "{}", code.name);
        }
    }

    #[test]
    fn every_rule_has_a_fixture() {
        for Rule { code, .. } in RULES {
            let file = format!(
                "{}/tests/fixtures/rules/{}.md",
                env!("CARGO_MANIFEST_DIR"),
                code.name.replace('/', "-")
            );
            let text = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{file}"));
            assert!(text.contains(&format!("[{}]", code.name)), "{file} expects no finding");
        }
    }
}
