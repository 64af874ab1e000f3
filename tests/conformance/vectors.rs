//! `reference/vectors/*.jsonl`: recordings of the libraries below a server.

use kcheck::schema::quantity::Quantity;
use serde_json::{Value, json};

use crate::tally::{Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] =
    &[Recording { file: "../reference/vectors/quantity.jsonl", run: quantities }];

fn quantities(_: &Truth, cases: &[Value], tally: &mut Tally) {
    for case in cases {
        let id = case["id"].as_str().unwrap_or_default();
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let (ours, theirs) = if case.get("a").is_some() {
            let (a, b) = (Quantity::parse(text("a")), Quantity::parse(text("b")));
            let (Ok(a), Ok(b)) = (a, b) else {
                tally.ask("arithmetic", id, false, || "not read".into());
                continue;
            };
            let (mut sum, mut diff) = (a.clone(), a.clone());
            sum.add(&b);
            diff.sub(&b);
            (
                json!([a.cmp(&b) as i8, sum.to_string(), diff.to_string()]),
                json!([case["cmp"], case["sum"], case["diff"]]),
            )
        } else {
            let ours = match Quantity::parse(text("in")) {
                Ok(q) => json!([q.to_string(), q.format().name(), q.value(), q.milli(), q.sign()]),
                Err(error) => json!(error.to_string()),
            };
            let theirs = case.get("error").cloned().unwrap_or_else(|| {
                json!([case["canonical"], case["format"], case["value"], case["milli"], case["sign"]])
            });
            (ours, theirs)
        };
        let aspect = if case.get("a").is_some() { "arithmetic" } else { "quantities" };
        tally.ask(aspect, id, ours == theirs, || format!("{ours} {theirs}"));
    }
}
