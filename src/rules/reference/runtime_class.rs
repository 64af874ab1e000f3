//! RuntimeClasses that are not there. The page is admission's, which refuses Pods under the same code.

use crate::apiserver::codes;
use crate::rules::{Check, Rule, Sink, Tree, missing};

/// See the page.
pub static RULE: Rule = Rule { code: codes::runtime_class(), check: Check::Tree(check) };

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    missing::report_class(tree, "node.k8s.io", "RuntimeClass", out);
}
