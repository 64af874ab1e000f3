//! Any bytes: as a file for kubectl, as JSON, as a request body. Nothing panics, and every document can be walked.

use std::sync::Arc;

use kcheck::finding::{FileId, Span};
use kcheck::source::Source;
use kcheck::yaml::{self, Document};

/// One input.
pub fn run(bytes: &[u8]) {
    let source = Arc::new(Source::new("fuzz.yaml", bytes.to_vec()));
    let (documents, findings) = yaml::parse(&source, FileId(0));
    for document in &documents {
        if let Some(root) = document.root() {
            yaml::to_json(root);
        }
        yaml::duplicate_keys(document);
    }
    let len = source.text().len();
    for finding in findings {
        for label in finding.labels {
            let span = label.place.span;
            assert!(source.text().get(span.start as usize..span.end as usize).is_some(), "{span:?} of {len}");
        }
    }
    let _ = yaml::parse_body(&source, FileId(0));
    let whole = Span::new(0, len as u32);
    let _ = yaml::read_json(Document::new(source.clone(), FileId(0), 0, whole));
}
