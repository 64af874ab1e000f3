//! `api/yaml.jsonl`, `primitives/yaml-reading.jsonl` and the corpus, asked of `yaml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use kcheck::finding::{FileId, Finding};
use kcheck::source::Source;
use kcheck::yaml::{self, Document};
use serde_json::Value;

use crate::tally::{self, Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] = &[
    Recording { file: "../reference/vectors/yaml-scalars.jsonl", run: scalars },
    Recording { file: "../reference/vectors/yaml-streams.jsonl", run: streams },
    Recording { file: "api/yaml.jsonl", run: bodies },
    Recording { file: "corpus.jsonl", run: corpus },
    Recording { file: "primitives/yaml-reading.jsonl", run: files },
];

/// Cases in which there is nothing to agree with, and why.
const CANNOT_AGREE: &[(&str, &str)] = &[(
    "y-3fc9ec150c",
    "1.5e400 in JSON is handed on as it is written; the recording holds what its own reader made of it",
)];

fn excused(id: &str) -> bool {
    CANNOT_AGREE.iter().any(|(case, _)| *case == id)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn source(bytes: Vec<u8>) -> Arc<Source> {
    Arc::new(Source::new("case.yaml", bytes))
}

fn value(doc: &Document) -> Value {
    let Some(root) = doc.root() else { return Value::Null };
    let json = yaml::to_json(root);
    // What is too deep for the test's own reader is recorded by its length.
    let depth = json.matches(['{', '[']).count();
    let omitted = || format!("omitted, {} bytes", json.len()).into();
    if depth >= 1000 && json.len() < 100_000 {
        omitted()
    } else {
        tally::json(&json).unwrap_or_else(|_| omitted())
    }
}

/// Equal as JSON: integers of 64 bits exactly, other numbers as 64-bit floats.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a.as_f64() == b.as_f64() && (a.is_f64() || b.is_f64()))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

fn server(finding: &Finding) -> &str {
    finding.server.as_ref().map_or("", |server| &server.message)
}

/// The finding of a document that cannot be read.
fn why(findings: &[Finding], index: usize) -> &str {
    findings.iter().find(|f| f.document == Some(index as u32)).map_or("", server)
}

/// `yaml-reading.jsonl`: each document's value or error, up to a bad separator.
fn files(_: &Truth, cases: &[Value], tally: &mut Tally) {
    for case in cases {
        let id = text(&case["id"]);
        if excused(&id) {
            continue;
        }
        let yaml = text(&case["yaml"]);
        let empty = Vec::new();
        let expected = case["documents"].as_array().unwrap_or(&empty);
        // The recording shows the YAML path also of what kubectl tries as JSON first.
        let (docs, findings) = yaml::parse_yaml(&source(yaml.clone().into_bytes()), FileId(0));
        let mut ours = Vec::new();
        for (i, doc) in docs.iter().enumerate() {
            if !doc.broken {
                ours.push(Ok(value(doc)));
                continue;
            }
            let message = why(&findings, i);
            if message.starts_with("invalid Yaml document separator") {
                ours.push(Err(format!("reader: {message}")));
                break;
            }
            ours.push(Err(message.replace("error converting YAML to JSON: ", "")));
        }
        let agrees = ours.len() == expected.len()
            && ours.iter().zip(expected).all(|(ours, expected)| match ours {
                Ok(value) => expected.get("value").is_some_and(|v| same(value, v)),
                Err(_) => expected.get("error").is_some(),
            });
        tally.ask("documents", &id, agrees, || format!("{yaml:?}: ours {ours:?}, theirs {expected:?}"));
        for (ours, expected) in ours.iter().zip(expected) {
            if let (Err(ours), Some(expected)) = (ours, expected["error"].as_str()) {
                tally.ask("text", &id, ours == expected, || {
                    format!("{yaml:?}: ours {ours:?}, theirs {expected:?}")
                });
            }
        }
    }
}

/// `api/yaml.jsonl`: as a body (`json`, `error`), and as a file (`docs`).
fn bodies(_: &Truth, cases: &[Value], tally: &mut Tally) {
    for case in cases {
        let id = text(&case["id"]);
        if excused(&id) {
            continue;
        }
        let bytes = match case["yaml_b64"].as_str() {
            Some(encoded) => base64(encoded),
            None => text(&case["yaml"]).into_bytes(),
        };
        let shown = || String::from_utf8_lossy(&bytes).chars().take(300).collect::<String>();
        let body = yaml::parse_body(&source(bytes.clone()), FileId(0));
        let body = body.map(|doc| value(&doc)).map_err(|finding| server(&finding).to_owned());
        let omitted = case["json_omitted_bytes"].as_u64().map(|n| Value::from(format!("omitted, {n} bytes")));
        if let Some(json) = omitted.as_ref().or(case.get("json")) {
            let agrees = body.as_ref().is_ok_and(|value| same(value, json));
            tally.ask("json", &id, agrees, || format!("{:?}: ours {body:?}, theirs {json}", shown()));
        }
        if let Some(error) = case["error"].as_str() {
            tally
                .ask("error", &id, body.is_err(), || format!("{:?}: ours {body:?}, theirs {error}", shown()));
            let ours = body.as_ref().err().map_or("", String::as_str);
            tally.ask("text", &id, ours == error, || {
                format!("{:?}: ours {ours:?}, theirs {error:?}", shown())
            });
        }
        let (expected, error) = match (case["docs"].as_array(), case["docs_error"].as_str()) {
            (Some(docs), error) => (docs.clone(), error),
            // The same single document.
            (None, error) if !case["json"].is_null() => (vec![case["json"].clone()], error),
            (None, _) => continue,
        };
        let (docs, findings) = yaml::parse(&source(bytes.clone()), FileId(0));
        let readable = docs.iter().take_while(|doc| !doc.broken);
        let ours: Vec<_> = readable.map(value).filter(|value| !value.is_null()).collect();
        let failed = docs.iter().position(|doc| doc.broken);
        let agrees = ours.len() == expected.len()
            && ours.iter().zip(&expected).all(|(a, b)| same(a, b))
            && failed.is_some() == error.is_some();
        let message = failed.map_or("", |i| why(&findings, i));
        tally.ask("docs", &id, agrees, || {
            format!("{:?}: ours {ours:?} {message}, theirs {expected:?} {error:?}", shown())
        });
        if let Some(error) = error {
            tally.ask("text", &id, message == error, || {
                format!("{:?}: ours {message:?}, theirs {error:?}", shown())
            });
        }
    }
}

/// `yaml-scalars.jsonl`: a scalar as a value and as a key.
fn scalars(_: &Truth, cases: &[Value], tally: &mut Tally) {
    for case in cases {
        let (id, scalar) = (text(&case["id"]), text(&case["scalar"]));
        for (aspect, json, error, yaml) in [
            ("values", "json", "error", format!("a: {scalar}\n")),
            ("keys", "key_json", "key_error", format!("{scalar}: 1\n")),
        ] {
            let (json, error) = (case[json].as_str(), case[error].as_str());
            if json.is_none() && error.is_none() {
                continue;
            }
            let ours = yaml::parse_body(&source(yaml.clone().into_bytes()), FileId(0));
            let ours = ours.map(|doc| value(&doc)).map_err(|finding| server(&finding).to_owned());
            let agrees = match (&ours, json) {
                (Ok(ours), Some(json)) => tally::json(json).is_ok_and(|json| same(ours, &json)),
                (Err(ours), None) => Some(ours.as_str()) == error,
                _ => false,
            };
            tally.ask(aspect, &id, agrees, || format!("{yaml:?}: ours {ours:?}, theirs {json:?} {error:?}"));
        }
    }
}

/// `yaml-streams.jsonl`: documents up to the first error, null ones included, and the error.
fn streams(_: &Truth, cases: &[Value], tally: &mut Tally) {
    for case in cases {
        let id = text(&case["id"]);
        let bytes = match case["bytes"].as_str() {
            Some(hex) => (0..hex.len() / 2)
                .filter_map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok())
                .collect(),
            None => text(&case["text"]).into_bytes(),
        };
        let (docs, findings) = yaml::parse(&source(bytes), FileId(0));
        let ours: Vec<Value> = docs.iter().take_while(|doc| !doc.broken).map(value).collect();
        let error = docs.iter().position(|doc| doc.broken).map(|i| why(&findings, i));
        let empty = Vec::new();
        let theirs: Vec<Value> = case["docs"]
            .as_array()
            .unwrap_or(&empty)
            .iter()
            .map(|doc| tally::json(doc.as_str().unwrap_or_default()).unwrap_or(Value::Null))
            .collect();
        let agrees = ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(a, b)| same(a, b));
        tally.ask("documents", &id, agrees && error == case["error"].as_str(), || {
            format!("{:?}: ours {ours:?} {error:?}, theirs {theirs:?} {}", case["text"], case["error"])
        });
    }
}

/// `corpus.jsonl`: where documents are (`index`), and which of them can be read (`readable`, with the words in `text`).
fn corpus(truth: &Truth, cases: &[Value], tally: &mut Tally) {
    let mut files: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for case in cases {
        files.entry(case["file"].as_str().unwrap_or_default()).or_default().push(case);
    }
    for (file, cases) in files {
        let Ok(bytes) = std::fs::read(truth.root.join("corpus").join(file)) else { continue };
        let (docs, findings) = yaml::parse(&source(bytes), FileId(0));
        for case in cases {
            let id = format!("{} {file}#{}", text(&case["id"]), case["index"]);
            let index = case["index"].as_u64().unwrap_or_default() as usize;
            let doc = docs.get(index);
            let start = doc.map(|doc| u64::from(doc.span.start));
            tally.ask("index", &id, start == case["offset"].as_u64(), || {
                format!("ours {start:?}, theirs {}", case["offset"])
            });
            let unreadable = case["verdict"] == "unreadable";
            let ours = doc.is_none_or(|doc| doc.broken);
            let message = why(&findings, index);
            tally.ask("readable", &id, ours == unreadable, || {
                format!("ours {ours} {message}, theirs {}", case["verdict"])
            });
            if unreadable {
                let expected = case["message"].as_str().unwrap_or_default();
                tally.ask("text", &id, message == expected, || {
                    format!("ours {message:?}, theirs {expected:?}")
                });
            }
        }
    }
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut out = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for c in text.bytes().filter(|&c| c != b'=') {
        bits = bits << 6 | u32::from(digit(c));
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
        }
    }
    out
}
