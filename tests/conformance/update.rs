//! `api/update.jsonl`, asked of `apiserver::update`: an object that exists, and its new version.

use std::collections::BTreeSet;

use kcheck::apiserver::stored::live;
use kcheck::apiserver::update::update;
use kcheck::apiserver::{Request, Verdict};
use kcheck::object::{Gvk, Overlay, Value};
use kcheck::schema::{Minor, Options, Types, check_object};
use kcheck::yaml::Document;
use serde_json::Value as Json;

use crate::admission::Setup;
use crate::api::{Said, causes, document};
use crate::tally::{Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] = &[Recording { file: "api/update.jsonl", run }];

/// What the recorder sent: the live object, changed by what differs between the two manifests, items by position.
fn changed(live: &mut Json, old: &Json, new: &Json) {
    match (live, old, new) {
        (Json::Object(live), Json::Object(old), Json::Object(new)) => {
            for key in old.keys().filter(|key| !new.contains_key(*key)) {
                live.remove(key);
            }
            for (key, value) in new {
                match (live.get_mut(key), old.get(key)) {
                    (Some(live), Some(old)) => changed(live, old, value),
                    // What the server did not keep, and nobody changed, is not sent.
                    (None, Some(old)) if old == value => {}
                    // What the server filled in stays beside what is set now.
                    (Some(live), None) if live.is_object() && value.is_object() => {
                        changed(live, &Json::Object(serde_json::Map::new()), value);
                    }
                    _ => {
                        live.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Json::Array(live), Json::Array(old), Json::Array(new)) => {
            for (at, value) in new.iter().enumerate() {
                match (live.get_mut(at), old.get(at)) {
                    (Some(live), Some(old)) => changed(live, old, value),
                    (None, _) => live.push(value.clone()),
                    (Some(_), None) => live.insert(at, value.clone()),
                }
            }
            if old.len() > new.len() {
                live.drain(new.len().min(live.len())..old.len().min(live.len()));
            }
        }
        (live, old, new) if old != new => *live = new.clone(),
        _ => {}
    }
}

/// What kcheck answers: HTTP status, message, and reason, field and message of every cause.
fn answer(case: &Json, types: &Types, ambient: &Setup) -> Option<(u64, String, Vec<Said>)> {
    let gvk = Gvk::new(case["apiVersion"].as_str()?, case["kind"].as_str()?);
    let kind = types.kind(&gvk.group, &gvk.version, &gvk.kind)?;
    let namespace = if kind.namespaced() { "t" } else { "" };
    let old = document(&case["old"]);
    let stored = live(gvk, old.root()?, namespace, Minor::DEFAULT, ambient);
    let mut body = stored.clone();
    changed(&mut body, &case["old"], &case["new"]);
    let (stored, body) = (document(&stored), document(&body));
    let root = body.root()?;
    let typing = check_object(root, types, &kind, Options { body: true, ..Options::default() });
    if let Some(message) = typing.message(&kind, Minor::DEFAULT) {
        return Some((400, message, Vec::new()));
    }
    let request = Request { gvk, namespaced: kind.namespaced(), namespace, minor: Minor::DEFAULT };
    let stored = Value::plain(Document::root(&stored)?);
    let verdict = update(&request, stored, root, kind.plural, &mut Overlay::default(), ambient);
    Some(match verdict {
        Verdict::Accepted => (200, String::new(), Vec::new()),
        Verdict::Refused(status) => {
            let said = |c: &kcheck::apiserver::validation::Cause| {
                (c.reason.name().to_owned(), c.field.clone(), c.message.clone())
            };
            (status.code.into(), status.message.clone(), status.causes.iter().map(said).collect())
        }
    })
}

fn run(_: &Truth, cases: &[Json], tally: &mut Tally) {
    let (ambient, types) = (Setup::new(&[], "t"), Types::builtin());
    for case in cases {
        let id = case["id"].as_str().unwrap_or_default();
        let (code, message, said) = answer(case, &types, &ambient).unwrap_or_default();
        let theirs = case["message"].as_str().unwrap_or_default();
        let accepted = case["accepted"] == true;
        let detail = || format!("{} {}: OURS {message} THEIRS {theirs}", case["kind"], case["case"]);
        tally.ask("verdict", id, accepted == (code == 200), detail);
        if accepted {
            tally.ask("false alarms", id, code == 200, detail);
            continue;
        }
        tally.ask("whole message", id, message == theirs, detail);
        if case["code"] != 422 {
            continue;
        }
        let fields = |causes: &[Said]| -> BTreeSet<(String, String)> {
            causes.iter().map(|(reason, field, _)| (field.clone(), reason.clone())).collect()
        };
        let same = fields(&said) == fields(&causes(case));
        tally.ask("refused fields", id, same, || format!("{said:?} FOR {:?}", causes(case)));
    }
}
