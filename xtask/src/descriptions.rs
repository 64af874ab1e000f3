//! `descriptions`: what fields are for, and what a server fills in, as text for `kcheck explain`.
//!
//! Read are `descriptions.jsonl` (first sentences of the published descriptions) and `defaults.jsonl` (defaulting rules) of
//! the reference.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::{Result, read, root};

const HEAD: &str = "\
# What types and fields of Kubernetes 1.36 are for, written by `cargo xtask descriptions`: TYPE, then its own sentence, then
# ` FIELD` and its sentence (of the published descriptions; Apache License 2.0, The Kubernetes Authors), then ` =PATH`, the
# value that a server fills in, and the condition if there is one beyond the field being absent. Columns end with a TAB.
";

/// What is known of a type.
#[derive(Default)]
struct Described {
    text: String,
    fields: BTreeMap<String, String>,
    /// Rules of a path in their order: of several the first that applies counts.
    defaults: BTreeMap<String, Vec<(String, String)>>,
}

/// Writes `schemas/descriptions.txt`.
pub(crate) fn run(reference: &Path) -> Result<()> {
    let mut types: BTreeMap<String, Described> = BTreeMap::new();
    for row in rows(&reference.join("descriptions.jsonl"))? {
        let [name, field, text] = ["type", "field", "text"].map(|key| flat(&row[key]));
        let described = types.entry(name).or_default();
        if field.is_empty() {
            described.text = text;
        } else {
            described.fields.insert(field, text);
        }
    }
    for row in rows(&reference.join("defaults.jsonl"))? {
        let [name, field, value, condition] =
            ["type", "field", "value", "condition"].map(|key| flat(&row[key]));
        if !name.starts_with("io.k8s.") || field.is_empty() || value.is_empty() || value == "{}" {
            continue;
        }
        let path = field.replace("[*]", "");
        let condition: Vec<&str> =
            condition.split(" && ").filter(|part| !says_that_it_is_absent(part, &field)).collect();
        let defaults = types.entry(name).or_default().defaults.entry(path).or_default();
        defaults.push((value, condition.join(" && ")));
    }
    let mut text = HEAD.to_owned();
    for (name, described) in types {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{name}\t{}", described.text);
        for (field, sentence) in described.fields {
            let _ = writeln!(text, " {field}\t{sentence}");
        }
        for (path, rules) in described.defaults {
            for (value, condition) in rules {
                let _ = writeln!(text, " ={path}\t{value}\t{condition}");
            }
        }
    }
    let path = root().join("schemas/descriptions.txt");
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn rows(path: &Path) -> Result<Vec<Value>> {
    let lines = read(path)?;
    lines
        .lines()
        .map(|line| serde_json::from_str(line).map_err(|error| format!("{}: {error}", path.display())))
        .collect()
}

/// A text on one line.
fn flat(value: &Value) -> String {
    value.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn says_that_it_is_absent(part: &str, field: &str) -> bool {
    part.strip_prefix(field).is_some_and(|rest| {
        matches!(rest, "" | " absent" | " == nil" | " == \"\"" | " == 0" | " empty" | " is empty")
    })
}
