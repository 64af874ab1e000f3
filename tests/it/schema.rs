//! Types: what is said of manifests that do not fit them, and that the fixes mend what they promise.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use kcheck::finding::{FileId, Finding, Fix};
use kcheck::schema::{MinorSet, Options, Resolved, Types, resolve, type_object};
use kcheck::source::Source;
use kcheck::yaml::{View, parse};

use super::fixtures;

/// What reading and typing say of a file. Its first line may name the versions: `# kubernetes 1.25`. Definitions of
/// custom resources that stand in it are known.
pub(crate) fn ask(source: &Arc<Source>) -> Vec<Finding> {
    let first = source.text().lines().next().unwrap_or_default();
    let minors = first.strip_prefix("# kubernetes ").and_then(MinorSet::parse);
    let options =
        Options { minors: minors.unwrap_or(Options::default().minors), body: false, validate: true };
    let (mut documents, mut findings) = parse(source, FileId(0));
    let mut types = Types::builtin();
    for root in documents.iter().filter_map(kcheck::yaml::Document::root) {
        types.add_crd(root);
    }
    for document in &mut documents {
        let Some(root) = document.root() else { continue };
        let (Some(api), Some(kind)) = (root.get("apiVersion"), root.get("kind")) else { continue };
        match resolve(&types, api, kind, options.minors) {
            Resolved::Known(kind, more) => {
                findings.extend(more);
                findings.extend(type_object(document, root.index(), &types, &kind, options).findings);
            }
            Resolved::NoSuchKind(more) | Resolved::NoSchema(more) => findings.extend(more),
        }
    }
    kcheck::finding::sort(&mut findings);
    findings
}

fn applied(text: &str, fix: &Fix) -> String {
    let mut text = text.to_owned();
    for edit in fix.edits.iter().rev() {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

/// A safe fix takes its finding away and brings no other; what it uncovers (the content of an object that was in the
/// wrong place) is not its own.
#[test]
fn safe_fixes_mend() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema");
    let mut wrong = String::new();
    let mut mended = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for block in fixtures::blocks(&text).iter().filter(|b| b.language == "yaml") {
            let source = |text: &str| Arc::new(Source::new("fixture.yaml", text.as_bytes().to_vec()));
            let before = ask(&source(&block.text));
            for finding in before.iter().filter(|f| f.fix.as_ref().is_some_and(|fix| fix.safe)) {
                let after = ask(&source(&applied(&block.text, finding.fix.as_ref().unwrap())));
                mended += 1;
                if after.len() >= before.len() && after.iter().any(|f| f.message == finding.message) {
                    let _ = writeln!(wrong, "{}:{}: {}", path.display(), block.line, finding.message);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(mended > 20, "{mended} safe fixes in the fixtures");
}

#[test]
fn every_key_of_a_typed_document_has_its_number() {
    let text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: b\n";
    let source = Arc::new(Source::new("pod.yaml", text.as_bytes().to_vec()));
    let (mut documents, _) = parse(&source, FileId(0));
    let types = Types::builtin();
    let kind = types.kind("", "v1", "Pod").unwrap();
    type_object(&mut documents[0], 0, &types, &kind, Options::default());
    let root = documents[0].root().unwrap();
    let (key, spec) = root.entry("spec").unwrap();
    let field = types.get(kind.ty).field_at(key.node().field - 1).unwrap();
    assert_eq!(field.name, "spec");
    let item = spec.get("containers").and_then(|c| View::items(c).next()).unwrap();
    assert!(item.entries().all(|(key, _)| key.node().field > 0));
}
