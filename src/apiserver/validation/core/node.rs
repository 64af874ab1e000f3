//! Nodes. Mirrors ValidateNode.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::super::field::Field;
use super::super::ip;
use super::super::primitives::label_value;
use super::resources::validate_quantity;
use crate::apiserver::codes;
use crate::apiserver::go_json::{Go, internal, texts};
use crate::finding::{FileId, Span};
use crate::source::Source;
use crate::yaml::{Document, Kind, View, read_json};

/// Mirrors ValidateNode. The server says some things about `metadata` that are elsewhere.
pub(in super::super) fn validate(node: Field<'_>) {
    let (metadata, spec, status) = (node.field("metadata"), node.field("spec"), node.field("status"));
    avoided_pods(metadata.field("annotations"), metadata);
    validate_taints(spec.field("taints").called(metadata, "taints"));
    for list in ["capacity", "allocatable"] {
        let amounts = status.field(list);
        for (name, quantity) in amounts.entries() {
            // The server names it as a field.
            validate_quantity(quantity.called(amounts, name), name);
        }
    }
    let swap = status.at(&["nodeInfo", "swap", "capacity"]);
    if swap.int().is_some_and(|n| n <= 0) {
        swap.called(metadata.field("nodeSwapStatus"), "capacity").range("must be greater than zero");
    }
    validate_declared_features(status.field("declaredFeatures"));
    validate_pod_networks(spec);
    // `configSource` is dropped before.
}

/// Mirrors ValidateAvoidPodsInNodeAnnotations, for annotations that are JSON.
fn avoided_pods<'v>(annotations: Field<'v>, metadata: Field<'v>) {
    const KEY: &str = "scheduler.alpha.kubernetes.io/preferAvoidPods";
    const HELP: &str = "remove the annotation: use taints and tolerations";
    let annotation = annotations.entry(KEY);
    let text = annotation.str();
    if text.is_empty() {
        return;
    }
    let source = Arc::new(Source::new(KEY, text.as_bytes().to_vec()));
    let span = Span::new(0, text.len() as u32);
    let Ok((document, _)) = read_json(Document::new(source, FileId(0), 0, span)) else { return };
    let Some(root) = document.root() else { return };
    let at = metadata.named("annotations").named(KEY);
    let entries = root.get("preferAvoidPods").into_iter().flat_map(View::items);
    for (index, entry) in entries.enumerate() {
        let signature = annotation.as_at(at.indexed(index).named("PodSignature"));
        let controller = entry.at(&["podSignature", "podController"]).filter(|c| c.kind() == Kind::Map);
        match controller {
            None => {
                signature.required("").plain("an entry names no controller", HELP);
            }
            Some(controller) if controller.get("controller").is_some_and(|c| c.text() == "false") => {
                let field = signature.named("PodController").named("Controller");
                field.invalid_as("false", "must point to a controller").help(HELP);
            }
            Some(_) => {}
        }
    }
}

/// Mirrors validateNodeDeclaredFeatures.
fn validate_declared_features(features: Field<'_>) {
    let part = |text: &str| {
        text.bytes().all(|b| b.is_ascii_alphanumeric()) && text.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    let mut previous: Option<&str> = None;
    for feature in features.items() {
        let name = feature.str();
        if previous == Some(name) {
            feature.duplicate();
        } else if previous.is_some_and(|previous| previous > name) {
            feature.invalid("list must be sorted alphabetically");
        }
        previous = Some(name);
        let upper = name.starts_with(|c: char| c.is_ascii_uppercase());
        if name.len() > 253 {
            feature.invalid(&format!(
                "invalid feature name {}: must be no more than 253 characters",
                crate::schema::quote(name)
            ));
        } else if !upper || !name.split('/').all(part) {
            feature.invalid(&format!(
                "invalid feature name {}: must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes",
                crate::schema::quote(name)
            ));
        }
    }
}

/// Networks of a node's Pods: the single field counts where the list does not begin with it.
fn validate_pod_networks(spec: Field<'_>) {
    let (list, single) = (spec.field("podCIDRs"), spec.field("podCIDR"));
    let first = list.items().next();
    if !single.is_empty() && first.is_none_or(|first| first.str() != single.str()) {
        single.as_at(list.indexed(0)).cidr();
        return;
    }
    let mut v6 = Vec::new();
    for network in list.items() {
        network.cidr();
        v6.extend(ip::parse_cidr(network.str()).map(|(address, _)| ip::is_v6(address)));
    }
    let count = list.len();
    if count > 1 {
        if let Some((i, network)) =
            list.items().enumerate().find(|(_, network)| ip::parse_cidr(network.str()).is_none())
        {
            list.internal(&format!(
                "invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[{i}]: <nil> (invalid CIDR address: {})",
                network.str()
            ));
        }
        if v6.len() < count || count > 2 || v6.iter().all(|is| *is == v6[0]) {
            list.invalid_as(&texts(list.value()), "may specify no more than one CIDR for each IP family");
        }
    }
}

/// Mirrors validateNodeTaints.
fn validate_taints(taints: Field<'_>) {
    let mut seen = FxHashSet::default();
    for taint in taints.items() {
        let (key, value, effect) = (taint.field("key"), taint.field("value"), taint.field("effect"));
        key.qualified_name();
        let sentences = label_value(value.str());
        if !sentences.is_empty() {
            value.invalid_text(value.str(), &sentences.join(";")).code(&codes::LABEL_INVALID);
        }
        effect.require_one_of("", &["NoSchedule", "PreferNoSchedule", "NoExecute"]);
        if !seen.insert((effect.str(), key.str())) {
            let fields = [
                ("Key", "key", Go::Text),
                ("Value", "value", Go::Text),
                ("Effect", "effect", Go::Text),
                ("TimeAdded", "timeAdded", Go::Any),
            ];
            let printed =
                format!("{}: taints must be unique by key and effect pair", internal(taint.value(), &fields));
            taint.duplicate_as(&printed).plain(
                format!("the taint `{}` is there twice", key.str()),
                "remove one of them: only the value differs",
            );
        }
    }
}
