//! `primitives/`: schedules and regular expressions, asked of `object`.

use kcheck::object::cron::{Schedule, load_location};
use kcheck::object::go_regexp::GoRegexp;
use serde_json::{Value as Json, json};

use crate::tally::{Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] = &[
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
