//! Checking, by stage, in MB/s of manifests and in documents per second: reading, typing, the server's verdict; and the whole
//! command on files.

use std::sync::Arc;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use kcheck::apiserver::{Request, Verdict, create, defaults};
use kcheck::finding::{FileId, Profile, Settings};
use kcheck::object::{Gvk, Overlay, Value};
use kcheck::run::{self, Options};
use kcheck::schema::{self, Minor, MinorSet, Resolved, Types, resolve, type_object};
use kcheck::source::Source;
use kcheck::yaml::{Document, parse};

fn main() {
    divan::main();
}

/// What is checked: trees are made of workloads, but most bytes of those with operators are definitions.
#[derive(Clone, Copy, Debug)]
enum Data {
    /// 500 small Deployments with their Services.
    Workloads,
    /// 20 definitions with hundreds of described properties.
    Definitions,
}

use Data::{Definitions, Workloads};

impl Data {
    fn text(self) -> String {
        match self {
            Workloads => (0..500).map(workload).collect(),
            Definitions => (0..20).map(definition).collect(),
        }
    }

    fn documents(self) -> usize {
        match self {
            Workloads => 500 * DOCUMENTS,
            Definitions => 20,
        }
    }

    /// Of whom the figures are told.
    fn count<'a, 'b>(self, bencher: Bencher<'a, 'b>, text: &str) -> Bencher<'a, 'b> {
        bencher.counter(BytesCount::of_str(text)).counter(ItemsCount::new(self.documents()))
    }
}

/// Documents that a workload has.
const DOCUMENTS: usize = 2;

fn workload(i: usize) -> String {
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
}

fn definition(i: usize) -> String {
    let head = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: \
         tests{i}.example.com\nspec:\n  group: example.com\n  scope: Namespaced\n  names:\n    kind: Test{i}\n    listKind: \
         Test{i}List\n    plural: tests{i}\n    singular: test{i}\n  versions:\n  - name: v1\n    served: true\n    storage: \
         true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            \
         type: object\n            x-kubernetes-validations:\n            - message: one at least\n              rule: \
         has(self.part0) || has(self.part1)\n            properties:\n"
    );
    let parts: String = (0..20).map(part).collect();
    head + &parts + "---\n"
}

fn part(part: usize) -> String {
    let head = format!(
        "              part{part}:\n                description: |-\n                  Part {part} says how the parts of a test fit \
         together, and which of\n                  them are asked first.\n\n                  It is optional.\n                \
         type: object\n                required: [field0]\n                properties:\n"
    );
    let fields: String = (0..20).map(field).collect();
    head + &fields
}

fn field(field: usize) -> String {
    let of_field = match field % 4 {
        0 => "pattern: ^[a-z]+$\n                    type: string",
        1 => "format: int32\n                    minimum: 0\n                    type: integer",
        2 => "default: Always\n                    enum: [Always, Never]\n                    type: string",
        _ => "items:\n                      type: string\n                    type: array",
    };
    format!(
        "                  field{field}:\n                    description: Field {field} of the part, which is told in a sentence \
         that goes\n                      over two lines.\n                    {of_field}\n"
    )
}

fn minor() -> Minor {
    Minor::parse("1.36").expect("a version that kcheck knows")
}

fn read(text: &str) -> Vec<Document> {
    let source = Arc::new(Source::new("bench.yaml", text.as_bytes().to_vec()));
    let (documents, findings) = parse(&source, FileId(0));
    assert!(findings.is_empty(), "the data is good");
    documents
}

#[divan::bench(args = [Workloads, Definitions])]
fn reading(bencher: Bencher, data: Data) {
    let text = data.text();
    data.count(bencher, &text).bench(|| read(divan::black_box(&text)));
}

#[divan::bench(args = [Workloads, Definitions])]
fn typing(bencher: Bencher, data: Data) {
    let text = data.text();
    let types = Types::builtin();
    let minors = MinorSet::one(minor());
    data.count(bencher, &text).with_inputs(|| read(&text)).bench_values(|mut documents| {
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

#[divan::bench(args = [Workloads, Definitions])]
fn verdict(bencher: Bencher, data: Data) {
    let text = data.text();
    let documents = read(&text);
    data.count(bencher, &text).bench(|| {
        for root in documents.iter().filter_map(Document::root) {
            let word = |name| root.get(name).map_or("", kcheck::yaml::View::text);
            let gvk = Gvk::new(word("apiVersion"), word("kind"));
            let mut overlay = Overlay::default();
            defaults::apply(gvk, root, &mut overlay);
            let namespace = if matches!(data, Workloads) { "shop" } else { "" };
            let request = Request { gvk, namespaced: !namespace.is_empty(), namespace, minor: minor() };
            let answer = create(&request, Value::new(root, &overlay));
            assert_eq!(answer.verdict, Verdict::Accepted, "the data is good");
        }
    });
}

/// `kcheck check` on 1,000 files, rules included.
#[divan::bench(args = [false, true])]
fn command(bencher: Bencher, with_rules: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let text = workload(0);
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
