//! The same text by both readers of YAML.

use std::sync::Arc;

use kcheck::finding::FileId;
use kcheck::source::Source;
use kcheck::yaml::{self, Document, Kind, flag};

/// What differs between the documents that the fast reader (with the full one behind it) and the full reader alone make
/// of a text: nodes with their places and flags, texts, comments, repeated keys, findings.
pub fn differ(source: &Arc<Source>) -> Result<(), String> {
    let (fast, fast_findings) = yaml::parse_yaml(source, FileId(0));
    let (full, full_findings) = yaml::parse_yaml_fully(source, FileId(0));
    if format!("{fast_findings:?}") != format!("{full_findings:?}") {
        return Err(format!("findings: fast {fast_findings:?}, full {full_findings:?}"));
    }
    if fast.len() != full.len() {
        return Err(format!("{} documents against {}", fast.len(), full.len()));
    }
    fast.iter().zip(&full).try_for_each(|(fast, full)| document(fast, full))
}

fn document(fast: &Document, full: &Document) -> Result<(), String> {
    let head = |d: &Document| (d.index, d.span, d.json, d.broken, d.nodes().len());
    if head(fast) != head(full) {
        return Err(format!("document {}: fast {:?}, full {:?}", fast.index, head(fast), head(full)));
    }
    for at in 0..fast.nodes().len() as u32 {
        let node = |d: &Document| {
            let node = d.view(at).node();
            let text = d.view(at).text().to_owned();
            // The fast reader may leave it for later to put a text together.
            let is_late = node.flags & flag::LATE != 0;
            let flags = if is_late { node.flags & !flag::LATE | flag::COOKED } else { node.flags };
            let after = matches!(node.kind, Kind::Seq | Kind::Map).then_some(node.next);
            let field = if is_late { 0 } else { node.field };
            (node.kind, node.start, node.end, after, flags, field, text)
        };
        if node(fast) != node(full) {
            return Err(format!(
                "document {} node {at}: fast {:?}, full {:?}",
                fast.index,
                node(fast),
                node(full)
            ));
        }
    }
    if fast.comments() != full.comments() {
        return Err(format!("comments: fast {:?}, full {:?}", fast.comments(), full.comments()));
    }
    if fast.repeated() != full.repeated() {
        return Err(format!("repeated keys: fast {:?}, full {:?}", fast.repeated(), full.repeated()));
    }
    Ok(())
}
