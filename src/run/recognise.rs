//! What a file is, when it is no Kubernetes manifest.
//!
//! Told from the name where tools fix the name, else from what the file says of itself. A file that is recognised is
//! listed and counted, and not reported as broken.

use std::path::Path;

use crate::report::FileKind;
use crate::yaml::{Document, Kind, View};

/// What a file is, and in words why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Recognised {
    /// What it is.
    pub(super) kind: FileKind,
    /// For files that are nobody's manifest: whose they are.
    pub(super) what: &'static str,
}

impl Recognised {
    pub(super) const fn of(kind: FileKind) -> Self {
        Self { kind, what: "" }
    }

    const fn other(what: &'static str) -> Self {
        Self { kind: FileKind::NotKubernetes, what }
    }
}

/// What the file at a path is.
pub(super) fn recognise(path: &str, text: &str, documents: &[Document]) -> Recognised {
    let path = Path::new(path);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization")
        || documents.iter().filter_map(Document::root).any(is_kustomization)
    {
        return Recognised::of(FileKind::Kustomization);
    }
    if matches!(name, "Chart.yaml" | "Chart.yml" | "requirements.yaml") && !has_object(documents) {
        return Recognised::of(FileKind::Chart);
    }
    if is_template(path, text) && documents.iter().any(|document| document.broken) {
        return Recognised::of(FileKind::Chart);
    }
    if has_object(documents) || documents.iter().any(|document| document.broken) {
        return Recognised::of(FileKind::Manifests);
    }
    if name.starts_with("values") || name.ends_with("values.yaml") || name.ends_with("values.yml") {
        return Recognised::of(FileKind::Values);
    }
    if text.is_empty() {
        return Recognised::other("empty");
    }
    documents
        .iter()
        .find_map(Document::root)
        .map_or(Recognised::other("empty"), |root| Recognised::other(owner(name, path, root)))
}

/// Text of a Helm template: in a folder `templates` and with a placeholder.
fn is_template(path: &Path, text: &str) -> bool {
    path.components().any(|part| part.as_os_str() == "templates") && text.contains("{{")
}

fn has_object(documents: &[Document]) -> bool {
    documents
        .iter()
        .filter_map(Document::root)
        .any(|root| root.get("kind").is_some() && root.get("apiVersion").is_some())
}

/// `kind: Kustomization` or `Component` of kustomize itself; Flux has another kind of that name.
pub(super) fn is_kustomization(root: View<'_>) -> bool {
    let text = |name| root.get(name).and_then(View::as_str).unwrap_or_default();
    matches!(text("kind"), "Kustomization" | "Component")
        && text("apiVersion").starts_with("kustomize.config.k8s.io/")
}

/// Whose file it is, by the keys it has.
fn owner(name: &str, path: &Path, root: View<'_>) -> &'static str {
    let has = |key| root.get(key).is_some();
    if root.kind() != Kind::Map {
        return "plain data";
    }
    if has("services") && (name.contains("compose") || has("version") || has("networks") || has("volumes")) {
        return "compose file";
    }
    // `on` reads as true.
    if has("jobs") && (has("on") || has("true")) {
        return "GitHub workflow";
    }
    if path.components().any(|part| part.as_os_str() == ".github") {
        return "GitHub configuration";
    }
    if has("apiVersion") || has("kind") {
        return "no kind or no apiVersion";
    }
    "plain data"
}
