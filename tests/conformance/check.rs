//! `corpus.jsonl`, asked of `run::check` as people call it: every document of the corpus in one run.

use std::collections::{BTreeMap, BTreeSet};

use kcheck::finding::{Profile, Settings};
use kcheck::report::{Document, FileKind, Report, Verdict};
use kcheck::run::{Options, check};
use kcheck::schema::MinorSet;
use serde_json::Value;

use crate::api::same_message;
use crate::tally::{Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] = &[Recording { file: "corpus.jsonl", run }];

fn text<'c>(case: &'c Value, name: &str) -> &'c str {
    case[name].as_str().unwrap_or_default()
}

/// Verdicts as far as a tool without a cluster tells them apart.
fn coarse(recorded: &str) -> &str {
    if matches!(recorded, "no-such-kind" | "not-kubernetes") { "no object" } else { recorded }
}

fn ours(document: Option<&Document>, kind: FileKind, recorded: &str) -> &'static str {
    let chart = kind == FileKind::Chart && recorded == "unreadable";
    match document.map(|d| d.verdict) {
        _ if chart => "unreadable",
        Some(Verdict::Accepted) => "accepted",
        Some(Verdict::Refused) => "refused",
        Some(Verdict::Unreadable) => "unreadable",
        Some(Verdict::NoSuchKind | Verdict::Unknown | Verdict::NotKubernetes) => "no object",
        // The build file of a kustomization is no document.
        None if matches!(kind, FileKind::Kustomization | FileKind::Values) => "no object",
        None => "absent",
    }
}

fn examine(truth: &Truth) -> Report {
    check(&Options {
        paths: vec![truth.root.join("corpus")],
        minors: MinorSet::parse("1.36").expect("a version that kcheck knows"),
        settings: Settings::of(&[Profile::Server]),
        ..Options::default()
    })
    .expect("the corpus is there")
}

fn run(truth: &Truth, cases: &[Value], tally: &mut Tally) {
    let report = examine(truth);
    let root = format!("{}/", truth.root.join("corpus").display());
    let mut kinds = BTreeMap::new();
    for file in &report.files {
        let path = report.path(file.file).trim_start_matches("./");
        kinds.insert(path.strip_prefix(root.trim_start_matches("./")).unwrap_or(path).to_owned(), file.kind);
    }
    let mut documents: BTreeMap<(String, u32, Option<u32>), &Document> = BTreeMap::new();
    for document in &report.documents {
        let path = report.path(document.file).trim_start_matches("./");
        let path = path.strip_prefix(root.trim_start_matches("./")).unwrap_or(path);
        documents.insert((path.to_owned(), document.index, document.item), document);
    }
    for case in cases {
        let (id, file, recorded) = (text(case, "id"), text(case, "file"), text(case, "verdict"));
        let number = |name: &str| case[name].as_u64().map(|n| n as u32);
        let Some(kind) = kinds.get(file).copied() else {
            tally.ask("check: file met", id, false, || file.to_owned());
            continue;
        };
        tally.ask("check: file met", id, true, String::new);
        if case.get("env").is_some() {
            continue;
        }
        let key = (file.to_owned(), number("index").unwrap_or_default(), number("item"));
        let document = documents.get(&key).copied();
        let verdict = ours(document, kind, recorded);
        let message = document.and_then(|d| d.server.as_ref()).map_or("", |s| s.message.as_str());
        let difference = || {
            format!(
                "{file}#{:?}: ours {verdict} {message}, theirs {recorded} {}",
                key.1,
                text(case, "message")
            )
        };
        tally.ask("check: verdict", id, verdict == coarse(recorded), difference);
        match recorded {
            "accepted" => tally.ask("check: no false alarm", id, verdict != "refused", difference),
            "refused" => {
                tally.ask("check: refused found", id, verdict == "refused", difference);
                let same = same_message(message, text(case, "message"), case["varies"] == true);
                tally.ask("check: whole message", id, same, difference);
                if verdict == "refused" {
                    let same = causes(case) == our_causes(document);
                    tally.ask("check: causes of refusals found", id, same, || {
                        format!(
                            "{file}#{:?}: ours {:?}, theirs {:?}",
                            key.1,
                            our_causes(document),
                            causes(case)
                        )
                    });
                }
            }
            _ => {}
        }
    }
}

type Causes = BTreeSet<(String, String)>;

fn causes(case: &Value) -> Causes {
    let causes = case["causes"].as_array().into_iter().flatten();
    causes.map(|c| (text(c, "reason").to_owned(), text(c, "field").to_owned())).collect()
}

fn our_causes(document: Option<&Document>) -> Causes {
    let causes = document.and_then(|d| d.server.as_ref()).map(|s| s.causes.as_slice()).unwrap_or_default();
    causes.iter().map(|c| (c.reason.to_owned(), c.field.clone())).collect()
}
