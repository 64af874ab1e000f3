//! Silence is a test: how often each rule says nothing of a document that the server accepts. A rule that speaks of
//! every third manifest is advice, and nobody reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use kcheck::finding::{Profile, Settings};
use kcheck::rules::RULES;
use kcheck::run::{Options, check};
use serde_json::Value;

use crate::tally::{Recording, Tally, Truth};

pub(crate) const RECORDINGS: &[Recording] = &[Recording { file: "corpus.jsonl", run: corpus }];

fn corpus(truth: &Truth, cases: &[Value], tally: &mut Tally) {
    let root = truth.root.join("corpus");
    let accepted: Vec<(&str, u64, &str)> = cases
        .iter()
        .filter(|case| case["verdict"] == "accepted")
        .map(|case| {
            (
                case["file"].as_str().unwrap_or_default(),
                case["index"].as_u64().unwrap_or_default(),
                case["id"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    // A project is a tree of its own.
    let projects: BTreeSet<&str> = accepted.iter().filter_map(|(file, ..)| file.split('/').next()).collect();
    let mut spoken: BTreeMap<(String, u64, &str), String> = BTreeMap::new();
    for project in projects {
        let Ok(report) = check(&options(root.join(project))) else { continue };
        for finding in &report.findings {
            let Some(document) = finding.document.and_then(|at| report.documents.get(at as usize)) else {
                continue;
            };
            let path = PathBuf::from(report.path(document.file));
            let path = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().into_owned();
            spoken.insert((path, u64::from(document.index), finding.code.name), finding.message.clone());
        }
    }
    for rule in RULES.iter().filter(|rule| rule.code.is_in(&[Profile::Recommended])) {
        let code = rule.code.name;
        // A name lives as long as the program: there are as many as rules.
        let aspect: &'static str = Box::leak(format!("quiet: {code}").into());
        for &(file, index, id) in &accepted {
            let said = spoken.get(&(file.to_owned(), index, code));
            tally.ask(aspect, id, said.is_none(), || said.cloned().unwrap_or_default());
        }
    }
}

fn options(path: PathBuf) -> Options {
    Options {
        paths: vec![path],
        settings: Settings::of(&[Profile::Server, Profile::Recommended]),
        ..Options::default()
    }
}
