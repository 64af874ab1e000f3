//! # `ref/ingress-port`
//!
//! ## What it does
//!
//! Reports a backend of an Ingress whose `port` (name or number) is none of the Service's ports.
//!
//! ## Why is this bad?
//!
//! The number is that of the Service, not that of the Pods, which is the usual mistake. The server accepts it; the
//! ingress controller finds no endpoints and answers 503.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   defaultBackend:
//!     service:
//!       name: web
//!       port: {number: 8080}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   defaultBackend:
//!     service:
//!       name: web
//!       port: {number: 80}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ```
//!
//! ## When to ignore it
//!
//! When a controller is known to read the number as that of the Pods.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::ingress::backends;
use crate::rules::{Answer, Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/ingress-port",
        Level::Warning,
        Profile::Recommended,
        "An Ingress that names a port its Service does not have.",
        page!("ingress_port.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for ingress in tree.own_of("networking.k8s.io", "Ingress") {
        for backend in backends(ingress) {
            let Answer::Found(service) = tree.find("", "Service", ingress.namespace, backend.name) else {
                continue;
            };
            let (Some(spec), Some(port)) = (service.spec(), backend.service.get("port")) else { continue };
            if spec.str("type") == "ExternalName" {
                continue;
            }
            let (name, number) = (port.str("name"), port.int("number").filter(|n| *n != 0));
            let has = |p: Value<'_>| match number {
                Some(number) => p.int("port") == Some(number),
                None => p.str("name") == name,
            };
            // Of several Services with this name one may have it.
            let all = tree.versions("", "Service", ingress.namespace, backend.name);
            let found =
                all.iter().filter_map(|service| service.spec()).flat_map(|spec| spec.list("ports")).any(has);
            if (name.is_empty() && number.is_none()) || name == "use-annotation" || found {
                continue;
            }
            let what = match number {
                Some(number) => number.to_string(),
                None => format!("named `{name}`"),
            };
            let field = if number.is_some() { "number" } else { "name" };
            let value = port.get(field).unwrap_or(port);
            let mut finding = out
                .finding_in(ingress, value.place(), format!("Service `{}` has no port {what}", service.name))
                .label("no such port")
                .field(format!("{}.port.{field}", backend.path))
                .because("the ingress controller finds no endpoints and answers 503");
            let of_pods = spec.list("ports").find(|p| number.is_some() && p.int("targetPort") == number);
            if let Some(of_pods) = of_pods {
                let right = of_pods.int("port").unwrap_or_default();
                finding = finding
                    .related(of_pods.place(), format!("{what} is the Pods' port"))
                    .help(format!("name the Service's port: {right}"));
            } else {
                let ports: Vec<String> = spec.list("ports").map(describe).collect();
                finding = finding.because(format!("its ports are {}", ports.join(", ")));
            }
            out.push(finding);
        }
    }
}

/// `http (80)`
fn describe(port: Value<'_>) -> String {
    let number = port.int("port").unwrap_or_default();
    match port.str("name") {
        "" => number.to_string(),
        name => format!("{name} ({number})"),
    }
}
