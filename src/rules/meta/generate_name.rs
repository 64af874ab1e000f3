//! # `meta/generate-name`
//!
//! ## What it does
//!
//! Reports an object with `generateName` and without `name`, of a kind that is meant to be applied.
//!
//! ## Why is this bad?
//!
//! `kubectl apply` refuses it: `cannot use generate name with apply`. With `kubectl create` there is a new object each
//! time, and the old ones stay.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   generateName: settings-
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//! ```
//!
//! ## When to ignore it
//!
//! For objects that are made by `kubectl create`. Jobs, Pods and custom resources (Workflows, PipelineRuns) are started
//! that way, and are not reported.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "meta/generate-name",
        Level::Warning,
        Profile::Recommended,
        "An object that `kubectl apply` cannot apply.",
        page!("generate_name.rs"),
    ),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    let Some(metadata) = object.metadata() else { return };
    let Some(generate) = metadata.get("generateName") else { return };
    let prefix = generate.as_str().unwrap_or_default();
    let group = &*object.gvk.group;
    let started =
        matches!(&*object.gvk.kind, "Job" | "Pod") || (group.contains('.') && !group.ends_with(".k8s.io"));
    if prefix.is_empty() || started || !metadata.str("name").is_empty() {
        return;
    }
    let kind = object.gvk.kind;
    out.push(
        out.finding(
            generate.place(),
            format!("`kubectl apply` refuses {kind} `{prefix}...`: it has no name"),
        )
        .label("a name is made up for each object")
        .field("metadata.generateName")
        .help("give it a `name`"),
    );
}
