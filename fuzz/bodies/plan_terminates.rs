//! Any bytes as a manifest, applied to a cluster of two nodes: it comes to rest.
//!
//! Objects go in whether they are valid or not; only numbers of Pods are kept small, which are a matter of time and not
//! of ending.

use std::sync::Arc;

use kcheck::apiserver::defaults;
use kcheck::cluster::model::{Detail, Namespace};
use kcheck::cluster::{Entity, State, add_system_objects, lower, read_nodes};
use kcheck::finding::FileId;
use kcheck::nodes::Willing;
use kcheck::object::{Gvk, Object, Overlay, Value, sym};
use kcheck::simulate::settle;
use kcheck::source::Source;
use kcheck::yaml::{self, Document, View};

/// Pods of one workload, objects of one file.
const MOST: i64 = 20;

/// One input.
pub fn run(bytes: &[u8]) {
    let source = Arc::new(Source::new("fuzz.yaml", bytes.to_vec()));
    let (documents, _) = yaml::parse(&source, FileId(0));
    let mut state = State::default();
    add_system_objects(&mut state);
    for node in read_nodes("2x4cpu,8Gi", 1).expect("two nodes") {
        state.put(Entity::Node(node));
    }
    let roots = documents.iter().filter_map(Document::root).take(MOST as usize);
    for (number, root) in roots.enumerate() {
        put(&mut state, number as u32, root);
    }
    let outcome = settle(state, &Willing);
    for outcome in std::iter::once(&outcome).chain(outcome.next_runs.iter().map(|run| &run.outcome)) {
        let open = outcome.cut_short.iter().find(|cut| cut.open);
        assert!(open.is_none(), "{open:?}");
    }
}

fn put(state: &mut State, number: u32, root: View<'_>) {
    let text = |view: Option<View<'_>>, name: &str| {
        view.and_then(|view| view.get(name)).map(|value| sym(value.text())).unwrap_or_default()
    };
    let gvk = Gvk::new(&text(Some(root), "apiVersion"), &text(Some(root), "kind"));
    let mut overlay = Overlay::default();
    defaults::apply(gvk, root, &mut overlay);
    let metadata = root.get("metadata");
    let namespace = match text(metadata, "namespace") {
        given if given.is_empty() => sym("default"),
        given => given,
    };
    state.put(Entity::Namespace(Namespace::named(&namespace)));
    let value = Value::new(root, &overlay);
    let name = text(metadata, "name");
    let mut entity = lower(&Object { document: Some(number), gvk, namespace, name, value });
    if let Entity::Workload(workload) = &mut entity {
        workload.replicas = workload.replicas.min(MOST);
        if let Detail::Job(job) | Detail::CronJob { job, .. } = &mut workload.detail {
            job.parallelism = job.parallelism.min(MOST);
            job.completions = job.completions.map(|completions| completions.min(MOST));
        }
    }
    state.put(entity);
}
