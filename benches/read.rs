//! Reading, in bytes a second: what people write, what machines write, and the corpus if it is there.

#![allow(missing_docs, reason = "a bench has no users")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::BytesCount;
use kcheck::finding::FileId;
use kcheck::source::Source;
use kcheck::yaml;

fn main() {
    divan::main();
}

fn read(bencher: Bencher<'_, '_>, files: &[Arc<Source>]) {
    let bytes: usize = files.iter().map(|file| file.text().len()).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .bench_local(|| files.iter().map(|file| yaml::parse(file, FileId(0)).0.len()).sum::<usize>());
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
    let root = std::env::var_os("KCHECK_GROUND_TRUTH").unwrap_or_else(|| "../shared".into());
    let mut files = Vec::new();
    collect(&Path::new(&root).join("corpus"), &mut files);
    read(bencher, &files);
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
