//! # `ref/key`
//!
//! ## What it does
//!
//! Reports a key (of `configMapKeyRef`, `secretKeyRef`, or `items` of a volume) that is not in the data of a ConfigMap
//! or Secret which is in the input.
//!
//! ## Why is this bad?
//!
//! A container with such a variable does not start (`CreateContainerConfigError: couldn't find key ...`), and a volume
//! with such an item is not mounted. The server accepts both.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings}
//! data: {colour: red}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: web
//!       image: web:1
//!       env:
//!         - name: COLOUR
//!           valueFrom:
//!             configMapKeyRef:
//!               name: settings
//!               key: color
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: settings}
//! data: {colour: red}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: web
//!       image: web:1
//!       env:
//!         - name: COLOUR
//!           valueFrom:
//!             configMapKeyRef:
//!               name: settings
//!               key: colour
//! ```
//!
//! ## When to ignore it
//!
//! When something fills the object later: nothing is reported if it has no data at all, or if a Role, a command line or
//! a custom resource names it.

use crate::finding::{Code, Edit, Fix, Fixable, Level, Profile, nearest};
use crate::object::{Object, Via};
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/key",
        Level::Warning,
        Profile::Recommended,
        "A key that its ConfigMap or Secret does not have.",
        page!("key.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for (object, references) in tree.references() {
        if object.document.is_none() || object.pod_template().is_none() {
            continue;
        }
        for reference in references {
            let (Some(key), false) = (reference.key, reference.optional) else { continue };
            let namespace = reference.namespace.unwrap_or(object.namespace);
            let Answer::Found(of) = tree.find(reference.group, reference.kind, namespace, &reference.name)
            else {
                continue;
            };
            // Of several with this name one may have it.
            let keys: Vec<&str> = tree
                .versions(reference.group, reference.kind, namespace, &reference.name)
                .into_iter()
                .flat_map(|of| ["data", "stringData", "binaryData"].into_iter().flat_map(|f| of.value.map(f)))
                .map(|(key, _)| key)
                .collect();
            if keys.is_empty()
                || keys.contains(&&*key)
                || tree.mentions(&reference.name)
                || is_filled_later(of)
            {
                continue;
            }
            let near = nearest(&key, keys.iter().copied(), 2);
            let label = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "no such key".to_owned(),
            };
            let consequence = match reference.via {
                Via::Env => "the container does not start: CreateContainerConfigError",
                _ => "the Pod hangs in ContainerCreating: its volume cannot be mounted",
            };
            let data = ["data", "stringData", "binaryData"].into_iter().find(|f| of.value.get(f).is_some());
            let place = reference.key_place.unwrap_or(reference.place);
            let message = format!("{} `{}` has no key `{key}`", reference.kind, reference.name);
            let mut finding = out
                .finding_in(object, place, message)
                .label(label)
                .field(reference.field.clone())
                .related(of.value.key_place(data.unwrap_or("data")), format!("it has {}", list(&keys)))
                .because(consequence);
            // A text of another length than the key has escapes in it.
            if let Some(near) = near.filter(|_| place.span.len() as usize == key.len()) {
                let edit = Edit { file: place.file, span: place.span, text: near.to_owned() };
                finding = finding.fix(Fix::safe(format!("write `{near}`"), vec![edit]));
            }
            out.push(finding);
        }
    }
}

/// The first keys.
fn list(keys: &[&str]) -> String {
    let shown: Vec<String> = keys.iter().take(5).map(|key| format!("`{key}`")).collect();
    let more = keys.len() - shown.len();
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// The control plane writes tokens, an injector writes certificates.
fn is_filled_later(of: &Object<'_>) -> bool {
    of.value.str("type") == "kubernetes.io/service-account-token"
        || of.metadata().and_then(|m| m.get("annotations")).is_some_and(|a| {
            a.entries().any(|(key, _)| {
                key.contains("inject") || key.contains("cert-manager") || key.contains("replic")
            })
        })
}
