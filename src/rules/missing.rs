//! What the rules of missing objects share.

use rustc_hash::FxHashSet;

use crate::finding::{Finding, Label, LabelKind, Level, nearest};
use crate::object::{Reference, Sym, Via};
use crate::rules::{Answer, Sink, Tree};

/// Which missing objects a rule is about.
#[derive(Clone, Copy)]
pub(super) enum Where {
    /// Those of which there is none of that name in any namespace.
    Nowhere,
    /// Those that are in another namespace.
    Elsewhere,
}

/// Reports names of a kind that nothing makes, once for each object and name.
pub(super) fn report(tree: &Tree<'_>, kind: &str, wanted: fn(&Reference) -> bool, out: &mut Sink<'_>) {
    report_all(tree, Where::Nowhere, |reference| reference.kind == kind && wanted(reference), out);
}

/// Reports names of a kind of classes that belong to the cluster. While no object of the kind is known, nobody can say
/// what else there is: then it is worth a note. Of Pods that a cluster is known to refuse, admission speaks.
pub(super) fn report_class(tree: &Tree<'_>, group: &str, kind: &str, out: &mut Sink<'_>) {
    let is_known = tree.of(group, kind).next().is_some();
    let asked = tree.of(group, kind).any(|object| object.document.is_none());
    let before = out.findings.len();
    let pods: FxHashSet<Option<u32>> =
        tree.own_of("", "Pod").filter(|_| asked).map(|pod| pod.document).collect();
    report(tree, kind, |_| true, out);
    let mut found = out.findings.split_off(before);
    found.retain(|finding| finding.document.is_none() || !pods.contains(&finding.document));
    if !is_known {
        for finding in &mut found {
            finding.level = Level::Info;
        }
    }
    out.findings.extend(found);
}

/// The same for references of any kind.
pub(super) fn report_all(
    tree: &Tree<'_>,
    place: Where,
    wanted: impl Fn(&Reference) -> bool,
    out: &mut Sink<'_>,
) {
    for (object, references) in tree.references().filter(|(object, _)| object.document.is_some()) {
        let mut missing: Vec<(&Reference, Finding)> = Vec::new();
        for reference in references {
            if reference.optional || !wanted(reference) {
                continue;
            }
            let kind = reference.kind;
            let namespace = match kind {
                "PriorityClass" | "RuntimeClass" | "StorageClass" | "IngressClass" => Sym::default(),
                _ => reference.namespace.unwrap_or(object.namespace),
            };
            let answer = tree.find(reference.group, kind, namespace, &reference.name);
            if !matches!(answer, Answer::Missing) {
                continue;
            }
            if let Some((_, finding)) =
                missing.iter_mut().find(|(first, _)| first.name == reference.name && first.kind == kind)
            {
                let text = "and here".to_owned();
                finding.labels.push(Label { place: reference.place, text, kind: LabelKind::Related });
                continue;
            }
            let other = if namespace.is_empty() { None } else { elsewhere(tree, reference) };
            if matches!(place, Where::Elsewhere) != other.is_some() {
                continue;
            }
            let message = match other {
                Some(other) => {
                    format!("{kind} `{}` is in namespace {other}, not in {namespace}", reference.name)
                }
                None if namespace.is_empty() => format!("there is no {kind} `{}`", reference.name),
                None => format!("{kind} `{}` is nowhere in namespace {namespace}", reference.name),
            };
            let names = tree.of(reference.group, kind).filter(|o| o.namespace == namespace);
            let label = match nearest(&reference.name, names.map(|o| o.name.as_str()), 2) {
                _ if other.is_some() => "names reach no other namespace".to_owned(),
                Some(near) => format!("did you mean `{near}`?"),
                None => "nothing makes it".to_owned(),
            };
            let mut finding = out
                .finding_in(object, reference.place, message)
                .label(label)
                .field(reference.field.clone())
                .because(consequence(reference));
            if let Some(other) = other
                && object.metadata().is_none_or(|m| m.str("namespace").is_empty())
            {
                finding = finding.help(format!("if this goes to {other} too, say so: --namespace {other}"));
            }
            missing.push((reference, finding));
        }
        for (_, finding) in missing {
            out.push(finding);
        }
    }
}

/// What happens without it.
fn consequence(reference: &Reference) -> String {
    match (reference.kind, reference.via) {
        ("ServiceAccount", _) => {
            format!("no Pod is made: admission answers `serviceaccount \"{}\" not found`", reference.name)
        }
        ("PersistentVolumeClaim", _) => {
            format!("the Pod stays Pending: `persistentvolumeclaim \"{}\" not found`", reference.name)
        }
        ("StorageClass", _) => "the claim stays Pending, and with it every Pod that mounts it".into(),
        ("PriorityClass", _) => {
            format!(
                "no Pod is made: admission answers `no PriorityClass with name {} was found`",
                reference.name
            )
        }
        ("RuntimeClass", _) => {
            format!("no Pod is made: admission answers `RuntimeClass \"{}\" not found`", reference.name)
        }
        ("IngressClass", _) => "no controller takes the Ingress".into(),
        (_, Via::Env | Via::EnvFrom) => "the container does not start: CreateContainerConfigError".into(),
        (_, Via::Volume(_)) => "the Pod hangs in ContainerCreating: its volume cannot be mounted".into(),
        (_, Via::ImagePull) => "the image is pulled without it".into(),
        _ => "whatever reads it finds nothing".into(),
    }
}

/// Another namespace of the tree that has an object of that name.
fn elsewhere(tree: &Tree<'_>, reference: &Reference) -> Option<Sym> {
    tree.of(reference.group, reference.kind).filter(|o| o.name == reference.name).map(|o| o.namespace).min()
}
