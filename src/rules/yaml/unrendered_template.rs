//! # `yaml/unrendered-template`
//!
//! ## What it does
//!
//! Reports text that a template engine should have replaced: `{{ .Values.x }}`, `{{ include ... }}`, `{% ... %}`,
//! `REPLACE_ME`, `__NAME__`, and `${NAME}` in an image.
//!
//! ## Why is this bad?
//!
//! The server takes it as it stands: the Pod pulls an image called `${IMAGE}`, the Ingress serves the host `{{
//! .Values.host }}`.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: web
//!       image: web:${TAG}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: web
//!       image: web:1.4
//! ```
//!
//! ## When to ignore it
//!
//! When a later step fills it in. ConfigMaps, Secrets, definitions of custom resources and custom resources hold
//! templates for a reason (Argo, Tekton, Prometheus) and are not looked at, nor are command lines.

use crate::finding::{Code, Level, Profile};
use crate::object::Object;
use crate::rules::{Check, Rule, Sink, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "yaml/unrendered-template",
        Level::Warning,
        Profile::Recommended,
        "Text of a template that nobody rendered.",
        page!("unrendered_template.rs"),
    ),
    check: Check::Object(check),
};

fn check(object: &Object<'_>, out: &mut Sink<'_>) {
    // Whoever brings custom resources may render their templates.
    let is_builtin = object.gvk.group.is_empty()
        || !object.gvk.group.contains('.')
        || object.gvk.group.ends_with(".k8s.io");
    let holds_any = matches!(&*object.gvk.kind, "ConfigMap" | "Secret" | "CustomResourceDefinition")
        || &*object.gvk.group == "admissionregistration.k8s.io";
    let Some(root) = object.value.view().filter(|_| is_builtin && !holds_any) else { return };
    let mut found = Vec::new();
    let (document, mut at) = (root.document(), root.index());
    let mut key = "";
    while at < root.after() {
        let view = document.view(at);
        at += 1;
        match view.kind() {
            crate::yaml::Kind::Key => {
                key = view.text();
                // Shells and programs have templates of their own.
                if matches!(key, "command" | "args" | "status") {
                    at = document.view(at).after();
                }
            }
            crate::yaml::Kind::Str if is_template(view.text(), key == "image") => found.push(view),
            _ => {}
        }
    }
    let Some((first, others)) = found.split_first() else { return };
    let more = if others.is_empty() { String::new() } else { format!(" (and {} more)", others.len()) };
    let mut finding = out
        .finding(first.place(), format!("`{}` is text of a template{more}", shown(first.text())))
        .label("nobody rendered it");
    for other in others.iter().take(2) {
        finding = finding.related(other.place(), "");
    }
    out.push(finding);
}

/// The part of a text that a template would have filled in; at most 40 characters of it.
fn shown(text: &str) -> String {
    let starts = ["{{", "{%", "${", "REPLACE_ME", "__"];
    let start = starts.iter().filter_map(|start| text.find(start)).min().unwrap_or(0);
    let rest = text.get(start..).unwrap_or(text);
    let end = ["}}", "%}", "}"].iter().find_map(|end| rest.find(end).map(|at| at + end.len()));
    let part = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
    let mut out: String = part.chars().take(40).collect();
    if out.len() < part.len() {
        out.push('…');
    }
    out.trim().replace('\n', " ")
}

fn is_template(text: &str, is_image: bool) -> bool {
    let bytes = text.as_bytes();
    // Most texts have none of these.
    if memchr::memchr3(b'{', b'_', b'$', bytes).is_none() {
        return false;
    }
    let engine = [".Values", ".Release", ".Chart", "include ", "- if", " end "];
    if let Some((_, inside)) = text.split_once("{{") {
        let inside = inside.trim_start_matches(['-', ' ']);
        if engine.iter().any(|word| inside.starts_with(word.trim_start())) || is_image {
            return true;
        }
    }
    let name = |name: &str| {
        name.len() > 2 && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit())
    };
    (text.contains("{%") && text.contains("%}"))
        || text.contains("REPLACE_ME")
        || text.strip_prefix("__").and_then(|rest| rest.strip_suffix("__")).is_some_and(name)
        || (is_image && text.contains("${"))
}
