//! Reading, in bytes a second: what people write, what machines write, and the corpus if it is there, by both readers; and
//! what every object goes through after it.

#![allow(missing_docs, reason = "a bench has no users")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::BytesCount;
use kcheck::apiserver::{Request, validation};
use kcheck::finding::FileId;
use kcheck::object::{Gvk, Value};
use kcheck::schema::{self, Minor, MinorSet, Resolved, Types, resolve, type_object};
use kcheck::source::Source;
use kcheck::yaml::{self, Buffers, Document};

fn main() {
    divan::main();
}

fn read(bencher: Bencher<'_, '_>, files: &[Arc<Source>]) {
    let bytes: usize = files.iter().map(|file| file.text().len()).sum();
    let mut buffers = Buffers::default();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        files.iter().map(|file| yaml::parse_reusing(file, FileId(0), &mut buffers).0.len()).sum::<usize>()
    });
}

fn source(text: String) -> Arc<Source> {
    Arc::new(Source::new("bench.yaml", text.into_bytes()))
}

/// Deployments in block style, a few hundred bytes each, as people write them.
#[divan::bench]
fn deployments(bencher: Bencher<'_, '_>) {
    let mut text = String::new();
    for i in 0..1000 {
        let _ = write!(
            text,
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-{i}\n  labels:\n    app: web\nspec:\n  replicas: {}\n  \
             selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      \
             containers:\n        - name: web\n          image: registry.example/web:1.2.{i} # pinned\n          ports:\n            - containerPort: 8080\n          \
             env:\n            - name: A\n              value: \"true\"\n---\n",
            i % 7
        );
    }
    read(bencher, &[source(text)]);
}

/// A ConfigMap with long block texts.
#[divan::bench]
fn block_texts(bencher: Bencher<'_, '_>) {
    let mut text = String::from("apiVersion: v1\nkind: ConfigMap\ndata:\n");
    for i in 0..200 {
        let _ = writeln!(text, "  file-{i}.conf: |");
        for j in 0..40 {
            let _ = writeln!(text, "    option_{j} = some value that is as long as such values are # {i}");
        }
    }
    read(bencher, &[source(text)]);
}

/// A stream of JSON objects.
#[divan::bench]
fn json(bencher: Bencher<'_, '_>) {
    let mut text = String::new();
    for i in 0..2000 {
        let _ = writeln!(
            text,
            "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"p{i}\",\"labels\":{{\"a\":\"b\"}}}},\"spec\":{{\"containers\":[{{\"name\":\"c\",\"image\":\"i\"}}]}}}}"
        );
    }
    read(bencher, &[source(text)]);
}

/// Every YAML and JSON file of the corpus, one after another.
#[divan::bench]
fn corpus(bencher: Bencher<'_, '_>) {
    read(bencher, &corpus_files());
}

/// The same by the full reader alone.
#[divan::bench]
fn corpus_fully(bencher: Bencher<'_, '_>) {
    let files = corpus_files();
    let bytes: usize = files.iter().map(|file| file.text().len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        files.iter().map(|file| yaml::parse_yaml_fully(file, FileId(0)).0.len()).sum::<usize>()
    });
}

/// Read, typed, its metadata judged.
#[divan::bench]
fn corpus_to_metadata(bencher: Bencher<'_, '_>) {
    let files = corpus_files();
    let bytes: usize = files.iter().map(|file| file.text().len()).sum();
    let types = Types::builtin();
    let mut buffers = Buffers::default();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        let mut wrong = 0;
        for file in &files {
            let (mut documents, findings) = yaml::parse_reusing(file, FileId(0), &mut buffers);
            wrong += findings.len();
            wrong += documents.iter_mut().map(|document| judge(document, &types)).sum::<usize>();
        }
        wrong
    });
}

fn judge(document: &mut Document, types: &Types) -> usize {
    let minors = MinorSet::one(Minor::DEFAULT);
    let Some(root) = document.root() else { return 0 };
    let (Some(api_version), Some(kind)) = (root.get("apiVersion"), root.get("kind")) else { return 0 };
    let gvk = Gvk::new(api_version.text(), kind.text());
    let Resolved::Known(kind, _) = resolve(types, api_version, kind, minors) else { return 1 };
    let at = root.index();
    let typing =
        type_object(document, at, types, &kind, schema::Options { minors, body: false, validate: true });
    let request = Request { gvk, namespaced: kind.namespaced(), namespace: "default", minor: Minor::DEFAULT };
    let errors = validation::validate_metadata(&request, Value::plain(document.view(at)));
    typing.findings.len() + errors.len()
}

fn corpus_files() -> Vec<Arc<Source>> {
    let root = std::env::var_os("KCHECK_GROUND_TRUTH").unwrap_or_else(|| "../shared".into());
    let mut files = Vec::new();
    collect(&Path::new(&root).join("corpus"), &mut files);
    files
}

fn collect(folder: &Path, files: &mut Vec<Arc<Source>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml" || e == "json")
            && let Ok(bytes) = std::fs::read(&path)
        {
            files.push(Arc::new(Source::new(path.to_string_lossy(), bytes)));
        }
    }
}
