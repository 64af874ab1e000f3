//! # `ref/service-port`
//!
//! ## What it does
//!
//! Reports a `targetPort` that is a name which none of the Pods behind the Service declares. A `targetPort` that is a
//! number is reported as information, if the Pods declare ports and this is none of them.
//!
//! ## Why is this bad?
//!
//! A named port is looked up in each Pod. Where it is not found, the Pod is no endpoint of that port: the Service
//! exists, and every connection to the port is refused. A number works whether it is declared or not, but one that
//! stands beside the declared ones is often a slip.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - port: 80
//!       targetPort: htpp
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec:
//!   containers: [{name: web, image: "web:1", ports: [{name: http, containerPort: 8080}]}]
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - port: 80
//!       targetPort: http
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec:
//!   containers: [{name: web, image: "web:1", ports: [{name: http, containerPort: 8080}]}]
//! ```
//!
//! ## When to ignore it
//!
//! The information about numbers, where ports are not declared for a reason. Names never: they cannot work.

use crate::finding::{Code, Fix, Fixable, Level, Profile, nearest};
use crate::object::{ContainerKind, Labels, Object, PodTemplate, Selector, Value};
use crate::rules::pod::what;
use crate::rules::{Check, Pods, Rule, Sink, Tree, page};
use crate::yaml::edit::replace_scalar;

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/service-port",
        Level::Warning,
        Profile::Recommended,
        "A Service port whose target no selected Pod declares.",
        page!("service_port.rs"),
    )
    .fixable(Fixable::Sometimes),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for service in tree.own_of("", "Service") {
        let Some(spec) = service.spec() else { continue };
        let labels = Labels::read(spec.get("selector"));
        if labels.is_empty() || spec.str("type") == "ExternalName" {
            continue;
        }
        let selector = Selector::of_labels(&labels);
        let pods: Vec<&Pods<'_>> = tree.selected(service.namespace, &selector).collect();
        if pods.is_empty() {
            continue;
        }
        for (i, port) in spec.list("ports").enumerate() {
            let Some(target) = port.get("targetPort").or_else(|| port.get("port")) else { continue };
            // The server refuses these in its own words.
            if target.as_i64().is_some_and(|number| !(1..=65535).contains(&number)) {
                continue;
            }
            match target.as_str() {
                Some(name) if name.parse::<u32>().is_err() => by_name(service, target, name, i, &pods, out),
                _ => by_number(service, target, i, &pods, out),
            }
        }
    }
}

/// Declared ports of containers that run as long as their Pod.
fn declared<'a>(pods: &Pods<'a>) -> impl Iterator<Item = Value<'a>> {
    let template = pods.object.pod_template();
    let containers = template.into_iter().flat_map(PodTemplate::containers);
    containers.filter(|c| c.kind != ContainerKind::Init).flat_map(|c| c.value.list("ports"))
}

fn by_name(
    service: &Object<'_>,
    target: Value<'_>,
    name: &str,
    i: usize,
    pods: &[&Pods<'_>],
    out: &mut Sink<'_>,
) {
    if name.is_empty() || pods.iter().any(|p| declared(p).any(|port| port.str("name") == name)) {
        return;
    }
    let mut names: Vec<&str> = pods
        .iter()
        .flat_map(|p| declared(p))
        .map(|port| port.str("name"))
        .filter(|n| !n.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    let message = format!("no Pod behind {} has a port named `{name}`", what(service));
    let mut finding = out
        .finding_in(service, target.place(), message)
        .label("this port has no endpoints")
        .field(format!("spec.ports[{i}].targetPort"))
        .related(pods[0].place, format!("the Pods of {}", what(pods[0].object)));
    if let Some(near) = nearest(name, names.iter().copied(), 2) {
        finding = finding.label(format!("did you mean `{near}`?"));
        if let Some(edit) = target.view().and_then(|view| replace_scalar(view, near)) {
            finding = finding.fix(Fix::safe(format!("write `{near}`"), vec![edit]));
        }
    } else if names.is_empty() {
        finding = finding.because("their containers name no port");
    } else {
        finding = finding.because(format!("their named ports are {}", names.join(", ")));
    }
    out.push(finding);
}

fn by_number(service: &Object<'_>, target: Value<'_>, i: usize, pods: &[&Pods<'_>], out: &mut Sink<'_>) {
    let Some(number) = target.as_text().and_then(|text| text.parse::<i64>().ok()) else { return };
    let mut numbers: Vec<i64> = Vec::new();
    for pod in pods {
        let before = numbers.len();
        numbers.extend(declared(pod).filter_map(|port| port.int("containerPort")));
        if numbers.len() == before {
            return;
        }
    }
    if numbers.contains(&number) {
        return;
    }
    numbers.sort_unstable();
    numbers.dedup();
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let message = format!("no Pod behind {} declares port {number}", what(service));
    let mut finding = out
        .finding_in(service, target.place(), message)
        .label("works only if something listens there all the same")
        .field(format!("spec.ports[{i}].targetPort"))
        .because(format!("they declare {}", numbers.join(", ")));
    finding.level = Level::Info;
    out.push(finding);
}
