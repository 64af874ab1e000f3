//! `primitives/`: schedules and regular expressions, asked of `object`; expressions, asked of `apiserver::cel`.

use kcheck::apiserver::cel::{self, Env, Refusal, Type, Val};
use kcheck::object::Value;
use kcheck::object::cron::{Schedule, load_location};
use kcheck::object::go_regexp::GoRegexp;
use serde_json::{Value as Json, json};

use crate::tally::{Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] = &[
    Recording { file: "primitives/cel.jsonl", run: expressions },
    Recording { file: "primitives/cron-regexp.jsonl", run: cron_regexp },
    Recording { file: "../reference/vectors/cron.jsonl", run: schedules },
];

/// The next three times after another one, or the error.
fn next_three(spec: &str, from: &str) -> Json {
    let schedule = match Schedule::parse(spec) {
        Ok(schedule) => schedule,
        Err(error) => return json!(error.to_string()),
    };
    let zone = load_location("UTC").expect("the zone of zero");
    let mut at = from.parse().expect("a recorded time");
    let mut next = Vec::new();
    for _ in 0..3 {
        match schedule.next(at, &zone) {
            Some(time) => at = time,
            None => return json!(["never"]),
        }
        next.push(at.to_string());
    }
    json!(next)
}

fn schedule(case: &Json, spec: &str, from: &str, tally: &mut Tally) {
    let id = case["id"].as_str().unwrap_or_default();
    let ours = next_three(spec, from);
    let mut theirs =
        ["error", "panic", "next"].iter().find_map(|key| case.get(key)).cloned().unwrap_or_default();
    // Go's zero time.
    if theirs[0] == "0001-01-01T00:00:00Z" {
        theirs = json!(["never"]);
    }
    tally.ask("schedules", id, ours == theirs, || format!("{spec}: {ours} for {theirs}"));
}

fn schedules(_: &Truth, cases: &[Json], tally: &mut Tally) {
    for case in cases {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        schedule(case, text("schedule"), text("from"), tally);
    }
}

fn cron_regexp(_: &Truth, cases: &[Json], tally: &mut Tally) {
    for case in cases {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        if text("kind") == "cron" {
            schedule(case, text("expr"), "2026-02-27T22:30:00Z", tally);
            continue;
        }
        let ours = match GoRegexp::new(text("pattern")) {
            Ok(pattern) => json!(pattern.is_match(text("text"))),
            Err(error) => json!(error.to_string()),
        };
        let theirs = case.get("error").unwrap_or(&case["match"]);
        tally.ask("regular expressions", text("id"), ours == *theirs, || {
            format!("{}: {ours} for {theirs}", text("pattern"))
        });
    }
}

/// In the base environment, with `self` of type dyn and value `{"y": 1}`.
fn expressions(_: &Truth, cases: &[Json], tally: &mut Tally) {
    let mut env = Env::new();
    env.variable("self", Type::Dyn);
    let doc = crate::api::document(&json!({"y": 1}));
    let root = doc.root().expect("an object");
    for case in cases {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let (aspect, ours) = match cel::compile(text("expr"), &env) {
            Err(Refusal::Issues(issues)) => ("compile errors", json!({ "compile_error": issues })),
            Err(Refusal::Program(error)) => ("compile errors", json!({ "program_error": error })),
            Err(Refusal::TooLarge) => ("compile errors", json!("too large")),
            Ok(program) => {
                let variables = |name: &str| (name == "self").then(|| Ok(Val::plain(Value::plain(root))));
                let ty = declared_name(program.output());
                match program.eval(&variables).0 {
                    Ok(value) => ("values", json!({ "type": ty, "value": go_text(&value, true) })),
                    Err(error) => ("values", json!({ "type": ty, "error": error.to_string() })),
                }
            }
        };
        let aspect = if case.get("compile_error").is_some() { "compile errors" } else { aspect };
        let theirs: serde_json::Map<String, Json> = case
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| !matches!(key.as_str(), "id" | "expr"))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let theirs = Json::Object(theirs);
        tally.ask(aspect, text("id"), ours == theirs, || format!("{}: {ours} for {theirs}", text("expr")));
    }
}

/// A type as Go's `String` names it, well-known ones in full.
fn declared_name(ty: &Type) -> String {
    match ty {
        Type::Timestamp | Type::Duration => ty.name().to_owned(),
        other => other.to_string(),
    }
}

/// A value as Go's `%v` prints what it is in Go: texts without quotes, lists with blanks; in a map, CEL's own text.
fn go_text(value: &Val<'_>, outer: bool) -> String {
    match value {
        Val::Null => "NULL_VALUE".to_owned(),
        Val::Bool(b) => b.to_string(),
        Val::Int(n) => n.to_string(),
        Val::Uint(n) => n.to_string(),
        Val::Double(n) => n.to_string(),
        Val::Str(text) => text.to_string(),
        Val::List(list) => {
            let items: Vec<String> = list.items.iter().map(|v| go_text(v, outer)).collect();
            format!("[{}]", items.join(if outer { " " } else { ", " }))
        }
        Val::Map(map) => {
            let entries: Vec<String> = map
                .entries()
                .iter()
                .map(|(k, v)| format!("{}:{}", go_text(k, false), go_text(v, false)))
                .collect();
            format!("map[{}]", entries.join(" "))
        }
        Val::Timestamp(at) => {
            let seconds = i64::try_from(at.div_euclid(1_000_000_000)).unwrap_or_default();
            let text = cel::formats::rfc3339(i128::from(seconds) * 1_000_000_000);
            text.replace('T', " ").replace('Z', " +0000 UTC")
        }
        other => other.type_name().into_owned(),
    }
}
