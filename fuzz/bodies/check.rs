//! Any bytes as a manifest, through the floors that judge it: resolved, typed, defaulted, mutated, validated, stored.
//! Nothing panics, and every sentence has its place within the file.

use std::sync::{Arc, LazyLock};

use kcheck::apiserver::admission::{Bare, mutate};
use kcheck::apiserver::stored::printed;
use kcheck::apiserver::validation::judge_size;
use kcheck::apiserver::{self, Request, Verdict};
use kcheck::finding::{FileId, Finding};
use kcheck::object::{Draft, Gvk, Overlay, Value};
use kcheck::schema::{self, Minor, MinorSet, Resolved, Types, resolve, type_object};
use kcheck::source::Source;
use kcheck::yaml::{self, Document};

static TYPES: LazyLock<Types> = LazyLock::new(Types::builtin);

/// One input.
pub fn run(bytes: &[u8]) {
    let source = Arc::new(Source::new("fuzz.yaml", bytes.to_vec()));
    let (mut documents, mut findings) = yaml::parse(&source, FileId(0));
    for document in &mut documents {
        judge(document, &mut findings);
    }
    let len = source.text().len();
    for finding in findings {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in finding.labels.iter().map(|label| label.place.span).chain(edits) {
            assert!(source.text().get(span.start as usize..span.end as usize).is_some(), "{span:?} of {len}");
        }
    }
}

fn judge(document: &mut Document, findings: &mut Vec<Finding>) {
    let minors = MinorSet::one(Minor::DEFAULT);
    let Some(root) = document.root() else { return };
    let at = root.index();
    let (Some(api_version), Some(kind)) = (root.get("apiVersion"), root.get("kind")) else { return };
    let gvk = Gvk::new(api_version.text(), kind.text());
    let kind = match resolve(&TYPES, api_version, kind, minors) {
        Resolved::Known(kind, more) => {
            findings.extend(more);
            kind
        }
        Resolved::NoSuchKind(more) | Resolved::NoSchema(more) => return findings.extend(more),
    };
    let typing =
        type_object(document, at, &TYPES, &kind, schema::Options { minors, body: false, validate: true });
    // What follows holds for objects that do not fit their types as well: it must only survive them.
    findings.extend(typing.findings);
    let root = document.view(at);
    let mut overlay = Overlay::default();
    apiserver::defaults::apply(gvk, root, &mut overlay);
    mutate(gvk, &mut Draft::new(root, &mut overlay), &Bare);
    let object = Value::new(root, &overlay);
    let request = Request { gvk, namespaced: kind.namespaced(), namespace: "default", minor: Minor::DEFAULT };
    let answer = apiserver::create(&request, object);
    findings.extend(answer.findings());
    if let Verdict::Refused(status) = answer.verdict {
        findings.extend(status.findings());
    }
    findings.extend(judge_size(object, "default", root.place()));
    let _ = printed(gvk, object);
}
