//! What the rules of missing ConfigMaps and Secrets share.

use crate::finding::{Finding, Label, LabelKind, nearest};
use crate::object::{Reference, Sym, Via, references};
use crate::rules::{Answer, Sink, Tree};

/// Reports names of a kind that nothing makes, once for each object and name.
pub(super) fn report(tree: &Tree<'_>, kind: &str, wanted: fn(&Reference) -> bool, out: &mut Sink<'_>) {
    for object in tree.own() {
        let mut missing: Vec<(Reference, Finding)> = Vec::new();
        for reference in references(object) {
            if reference.kind != kind || reference.optional || !wanted(&reference) {
                continue;
            }
            let namespace = reference.namespace.unwrap_or(object.namespace);
            let answer = tree.find(reference.group, kind, namespace, &reference.name);
            if !matches!(answer, Answer::Missing) {
                continue;
            }
            if let Some((_, finding)) = missing.iter_mut().find(|(first, _)| first.name == reference.name) {
                let text = "and here".to_owned();
                finding.labels.push(Label { place: reference.place, text, kind: LabelKind::Related });
                continue;
            }
            let message = format!("{kind} `{}` is nowhere in namespace {namespace}", reference.name);
            let same_place = tree.objects().iter().filter(|o| o.gvk.is(reference.group, kind));
            let names = same_place.filter(|o| o.namespace == namespace).map(|o| o.name.as_str());
            let label = match nearest(&reference.name, names, 2) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "nothing makes it".to_owned(),
            };
            let mut finding = out
                .finding_in(object, reference.place, message)
                .label(label)
                .field(reference.field.clone())
                .because(consequence(&reference));
            if let Some(other) = elsewhere(tree, &reference, kind) {
                finding = finding.because(format!("there is one of that name in namespace {other}"));
                if object.metadata().is_none_or(|m| m.str("namespace").is_empty()) {
                    finding =
                        finding.help(format!("if this goes to {other} too, say so: --namespace {other}"));
                }
            }
            missing.push((reference, finding));
        }
        for (_, finding) in missing {
            out.push(finding);
        }
    }
}

/// What the kubelet (or an ingress controller) does without it.
fn consequence(reference: &Reference) -> &'static str {
    match reference.via {
        Via::Env | Via::EnvFrom => "the container does not start: CreateContainerConfigError",
        Via::Volume(_) => "the Pod hangs in ContainerCreating: its volume cannot be mounted",
        Via::ImagePull => "the image is pulled without it",
        Via::Field => "whatever reads it finds nothing",
    }
}

/// Another namespace of the tree that has an object of that name.
fn elsewhere(tree: &Tree<'_>, reference: &Reference, kind: &str) -> Option<Sym> {
    tree.objects()
        .iter()
        .filter(|o| o.gvk.is(reference.group, kind) && o.name == reference.name)
        .map(|o| o.namespace)
        .min()
}
