//! Checking, by stage, in MB/s of manifests and in documents per second: reading, typing, the server's verdict; and the whole
//! command on files.

use std::sync::Arc;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use kcheck::apiserver::{Request, create, defaults};
use kcheck::finding::{FileId, Profile, Settings};
use kcheck::object::{Gvk, Overlay, Value};
use kcheck::run::{self, Options};
use kcheck::schema::{self, Minor, MinorSet, Resolved, Types, resolve, type_object};
use kcheck::source::Source;
use kcheck::yaml::{Document, parse};

fn main() {
    divan::main();
}

/// Small Deployments with their Services, as most trees are made of.
fn manifests(count: usize) -> String {
    (0..count)
        .map(|i| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-{i}\n  namespace: shop\n  labels:\n    app: \
                 web-{i}\n    tier: front\nspec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app: web-{i}\n  \
                 template:\n    metadata:\n      labels:\n        app: web-{i}\n    spec:\n      containers:\n        - name: \
                 web\n          image: registry.example/web:1.{i}\n          ports:\n            - name: http\n              \
                 containerPort: 8080\n          env:\n            - name: LEVEL\n              value: \"info\"\n          \
                 resources:\n            requests: {{cpu: 100m, memory: 128Mi}}\n          readinessProbe:\n            \
                 httpGet: {{path: /ready, port: http}}\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web-{i}\n  \
                 namespace: shop\nspec:\n  selector:\n    app: web-{i}\n  ports:\n    - name: http\n      port: 80\n      \
                 targetPort: http\n---\n"
            )
        })
        .collect::<Vec<_>>()
        .concat()
}

/// Documents that `manifests` makes of one.
const DOCUMENTS: usize = 2;

fn minor() -> Minor {
    Minor::parse("1.36").expect("a version that kcheck knows")
}

fn read(text: &str) -> Vec<Document> {
    let source = Arc::new(Source::new("bench.yaml", text.as_bytes().to_vec()));
    let (documents, findings) = parse(&source, FileId(0));
    assert!(findings.is_empty(), "the data is good");
    documents
}

#[divan::bench]
fn reading(bencher: Bencher) {
    let text = manifests(500);
    bencher
        .counter(BytesCount::of_str(&text))
        .counter(ItemsCount::new(500 * DOCUMENTS))
        .bench(|| read(divan::black_box(&text)));
}

#[divan::bench]
fn typing(bencher: Bencher) {
    let text = manifests(500);
    let types = Types::builtin();
    let minors = MinorSet::one(minor());
    let bencher = bencher.counter(BytesCount::of_str(&text)).counter(ItemsCount::new(500 * DOCUMENTS));
    bencher.with_inputs(|| read(&text)).bench_values(|mut documents| {
        for document in &mut documents {
            let Some(root) = document.root() else { continue };
            let (Some(api), Some(kind)) = (root.get("apiVersion"), root.get("kind")) else { continue };
            if let Resolved::Known(kind, _) = resolve(&types, api, kind, minors) {
                type_object(
                    document,
                    0,
                    &types,
                    &kind,
                    schema::Options { minors, body: false, validate: true },
                );
            }
        }
        documents
    });
}

#[divan::bench]
fn verdict(bencher: Bencher) {
    let text = manifests(500);
    let documents = read(&text);
    bencher.counter(BytesCount::of_str(&text)).counter(ItemsCount::new(500 * DOCUMENTS)).bench(|| {
        for root in documents.iter().filter_map(Document::root) {
            let word = |name| root.get(name).map_or("", kcheck::yaml::View::text);
            let gvk = Gvk::new(word("apiVersion"), word("kind"));
            let mut overlay = Overlay::default();
            defaults::apply(gvk, root, &mut overlay);
            let request = Request { gvk, namespaced: true, namespace: "shop", minor: minor() };
            divan::black_box(create(&request, Value::new(root, &overlay)));
        }
    });
}

/// `kcheck check` on 1,000 files, rules included.
#[divan::bench(args = [false, true])]
fn command(bencher: Bencher, with_rules: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let text = manifests(1);
    for i in 0..1_000 {
        let text = text.replace("web-0", &format!("web-{i}"));
        std::fs::write(folder.path().join(format!("{i}.yaml")), text).expect("a file");
    }
    let mut profiles = vec![Profile::Server];
    profiles.extend(with_rules.then_some(Profile::Recommended));
    let options = Options {
        paths: vec![folder.path().to_owned()],
        minors: MinorSet::one(minor()),
        settings: Settings::of(&profiles),
        ..Options::default()
    };
    let bencher = bencher.counter(BytesCount::new(text.len() * 1_000));
    bencher.counter(ItemsCount::new(1_000 * DOCUMENTS)).bench(|| run::check(&options).expect("it is there"));
}
