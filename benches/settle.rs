//! Settling: from workloads to Pods on nodes, as `kcheck plan` does it.

use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use kcheck::cluster::{Entity, State, add_system_objects, lower, read_nodes};
use kcheck::finding::{FileId, Span};
use kcheck::nodes::Willing;
use kcheck::object::{Gvk, Object, Value, sym};
use kcheck::simulate::settle;
use kcheck::source::Source;
use kcheck::yaml::{Document, read_json};

fn main() {
    divan::main();
}

/// A cluster with so many nodes of 32 CPU and 64 GiB, and so many Deployments of so many replicas that nobody has made
/// Pods of yet.
fn state(nodes: usize, deployments: usize, replicas: usize) -> State {
    let mut state = State::default();
    add_system_objects(&mut state);
    for node in read_nodes(&format!("{nodes}x32cpu,64Gi"), 1).expect("a good shorthand") {
        state.put(Entity::Node(node));
    }
    for i in 0..deployments {
        let text = format!(
            r#"{{"spec":{{"replicas":{replicas},"selector":{{"matchLabels":{{"app":"web-{i}"}}}},"template":{{"metadata":
            {{"labels":{{"app":"web-{i}"}}}},"spec":{{"containers":[{{"name":"web","image":"web:1","resources":{{"requests":
            {{"cpu":"100m","memory":"200Mi"}}}}}}]}}}}}}}}"#
        );
        let source = Arc::new(Source::new("bench.json", text.clone().into_bytes()));
        let document = Document::new(source, FileId(0), 0, Span::new(0, text.len() as u32));
        let (document, _) = read_json(document).expect("good JSON");
        let root = document.root().expect("a value");
        state.put(lower(&Object {
            document: None,
            gvk: Gvk::new("apps/v1", "Deployment"),
            namespace: sym("default"),
            name: sym(&format!("web-{i}")),
            value: Value::plain(root),
        }));
    }
    state
}

#[divan::bench(args = [(100, 100, 30), (1_000, 100, 30), (1_000, 10, 300)], sample_count = 10)]
fn deployments(bencher: Bencher, (nodes, deployments, replicas): (usize, usize, usize)) {
    let state = state(nodes, deployments, replicas);
    bencher.counter(ItemsCount::new(deployments * replicas)).bench(|| settle(state.clone(), &Willing));
}
