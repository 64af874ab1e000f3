//! What every stage asks of the allocator: so often, and so many bytes, for texts of some kinds. The numbers are exact, and
//! whoever changes them sees it here. A stage that asks once per line has no place in a checker that runs on every save.

use std::fmt::Write as _;
use std::sync::Arc;

use allocation_counter::{AllocationInfo, measure};
use kcheck::apiserver::{Request, defaults, validation};
use kcheck::finding::FileId;
use kcheck::object::{Gvk, Overlay, Value};
use kcheck::schema::{self, Minor, MinorSet, Resolved, Types, resolve, type_object};
use kcheck::source::Source;
use kcheck::yaml::{self, Buffers, Document, View};

/// A Deployment and its Service, as people write them.
fn workloads(count: usize) -> String {
    let mut text = String::new();
    for i in 0..count {
        let _ = write!(
            text,
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-{i}\n  labels:\n    app: web\n    tier: front\n\
             spec:\n  replicas: 3\n  selector:\n    matchLabels: {{app: web}}\n  template:\n    metadata:\n      labels:\n        \
             app: web # the same\n    spec:\n      containers:\n      - name: web\n        image: \"registry.example/web:1.{i}\"\n        \
             args: [\"--port\", \"8080\"]\n        ports:\n        - containerPort: 8080\n        resources:\n          \
             requests:\n            cpu: 100m\n            memory: 128Mi\n---\napiVersion: v1\nkind: Service\nmetadata:\n  \
             name: web-{i}\nspec:\n  selector:\n    app: web\n  ports:\n  - port: 80\n    targetPort: 8080\n---\n"
        );
    }
    text
}

fn config_map() -> String {
    let mut text = String::from("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config\ndata:\n");
    for i in 0..50 {
        let _ = writeln!(text, "  file-{i}.conf: |");
        for j in 0..40 {
            let _ = writeln!(text, "    option_{j} = some value that is as long as such values are # {i}");
        }
    }
    text
}

fn json() -> String {
    let mut text = String::new();
    for i in 0..200 {
        let _ = writeln!(
            text,
            "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"p{i}\",\"labels\":{{\"a\":\"b\"}}}},\"spec\":{{\"containers\":[{{\"name\":\"c\",\"image\":\"i\"}}]}}}}"
        );
    }
    text
}

fn request(document: &Document) -> Request<'_> {
    let root = document.root().unwrap();
    let word = |name| root.get(name).map_or("", View::text);
    let gvk = Gvk::new(word("apiVersion"), word("kind"));
    Request { gvk, namespaced: true, namespace: "default", minor: Minor::DEFAULT }
}

fn type_all(documents: &mut [Document], types: &Types) {
    let minors = MinorSet::one(Minor::DEFAULT);
    for document in documents {
        let root = document.root().unwrap();
        let (api, kind) = (root.get("apiVersion").unwrap(), root.get("kind").unwrap());
        if let Resolved::Known(kind, _) = resolve(types, api, kind, minors) {
            let typing = type_object(
                document,
                0,
                types,
                &kind,
                schema::Options { minors, body: false, validate: true },
            );
            assert!(typing.findings.is_empty());
        }
    }
}

/// Stages of one text, each on what the one before made, on a desk that was used before.
fn stages(table: &mut String, name: &str, text: &str) {
    let bytes = text.as_bytes();
    let types = Types::builtin();
    let mut buffers = Buffers::default();
    let warm = Arc::new(Source::new("x.yaml", bytes.to_vec()));
    let (documents, _) = yaml::parse_reusing(&warm, FileId(0), &mut buffers);
    // Names of groups and kinds are kept for good.
    let known = documents.iter().map(|document| request(document).gvk).collect::<Vec<_>>();
    assert_eq!(known.len(), documents.len());

    let mut line = |stage: &str, info: AllocationInfo| {
        let objects = documents.len() as f64;
        let _ = writeln!(
            table,
            "{name:<22} {stage:<9} {:>7} {:>9} {:>12.1}",
            info.count_total,
            info.bytes_total,
            info.count_total as f64 / objects
        );
    };
    let mut source = None;
    line("source", measure(|| source = Some(Arc::new(Source::new("x.yaml", bytes.to_vec())))));
    let source = source.unwrap();
    let mut read = Vec::new();
    line("read", measure(|| read = yaml::parse_reusing(&source, FileId(0), &mut buffers).0));
    line("type", measure(|| type_all(&mut read, &types)));
    line(
        "metadata",
        measure(|| {
            for document in &read {
                let value = Value::plain(document.root().unwrap());
                assert!(validation::validate_metadata(&request(document), value).is_empty());
            }
        }),
    );
    line(
        "default",
        measure(|| {
            for document in &read {
                let mut overlay = Overlay::default();
                defaults::apply(request(document).gvk, document.root().unwrap(), &mut overlay);
            }
        }),
    );
}

#[test]
fn of_every_stage() {
    let mut table = String::from("what                   stage       times     bytes times/object\n");
    stages(&mut table, "1 Deployment, Service", &workloads(1));
    stages(&mut table, "100 of them", &workloads(100));
    stages(&mut table, "ConfigMap of 140 KB", &config_map());
    stages(&mut table, "200 Pods in JSON", &json());
    insta::assert_snapshot!(table);
}
