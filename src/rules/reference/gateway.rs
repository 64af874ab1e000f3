//! # `ref/gateway`
//!
//! ## What it does
//!
//! Reports, of the Gateway API: a route to a Gateway (or a listener of one) that is not there, a route to a Service that
//! is not there or has no such port, one in another namespace that no ReferenceGrant allows, and a Gateway of a class
//! that is not there.
//!
//! ## Why is this bad?
//!
//! The route is not accepted (`NoMatchingParent`, `RefNotPermitted`) or answers 500 (`BackendNotFound`). The server
//! accepts all of these names.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - backendRefs:
//!         - name: wbe
//!           port: 80
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - backendRefs:
//!         - name: web
//!           port: 80
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ```
//!
//! ## When to ignore it
//!
//! When the other side comes from elsewhere: Gateways, classes and Services are only missed if the input has others of
//! that kind (Services: of that namespace).

use crate::finding::{Code, Level, Profile};
use crate::object::{Object, Sym, Value, sym};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/gateway",
        Level::Warning,
        Profile::Recommended,
        "A route or Gateway that points at nothing.",
        page!("gateway.rs"),
    ),
    check: Check::Tree(check),
};

const GROUP: &str = "gateway.networking.k8s.io";
const ROUTES: &[&str] = &["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"];

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    for gateway in tree.own_of(GROUP, "Gateway") {
        let Some(class) = gateway.spec().and_then(|spec| spec.get("gatewayClassName")) else { continue };
        let name = class.as_str().unwrap_or_default();
        if tree.of(GROUP, "GatewayClass").next().is_none()
            || tree.has_custom(GROUP, "GatewayClass", Sym::default(), name)
        {
            continue;
        }
        out.push(
            out.finding_in(gateway, class.place(), format!("there is no GatewayClass `{name}`"))
                .label("no controller takes the Gateway")
                .field("spec.gatewayClassName"),
        );
    }
    for kind in ROUTES {
        for route in tree.own_of(GROUP, kind) {
            let Some(spec) = route.spec() else { continue };
            for (i, parent) in spec.list("parentRefs").enumerate() {
                parent_of(tree, route, parent, &format!("spec.parentRefs[{i}]"), out);
            }
            for (i, rule) in spec.list("rules").enumerate() {
                for (j, backend) in rule.list("backendRefs").enumerate() {
                    backend_of(tree, route, backend, &format!("spec.rules[{i}].backendRefs[{j}]"), out);
                }
            }
        }
    }
}

/// The namespace of a reference: that of the object unless it says another.
fn namespace_of(tree: &Tree<'_>, object: &Object<'_>, reference: Value<'_>) -> Sym {
    match reference.str("namespace") {
        "" => tree.namespace_of(object),
        namespace => sym(namespace),
    }
}

fn parent_of(tree: &Tree<'_>, route: &Object<'_>, parent: Value<'_>, path: &str, out: &mut Sink<'_>) {
    let is_gateway =
        matches!(parent.str("group"), "" | GROUP) && matches!(parent.str("kind"), "" | "Gateway");
    let Some(name) = parent
        .get("name")
        .filter(|_| is_gateway && parent.get("group").is_none_or(|g| g.as_str() != Some("")))
    else {
        return;
    };
    let (text, namespace) = (name.as_str().unwrap_or_default(), namespace_of(tree, route, parent));
    let same = |gateway: &&Object<'_>| &*gateway.name == text && tree.namespace_of(gateway) == namespace;
    let Some(gateway) = tree.of(GROUP, "Gateway").find(same) else {
        if tree.of(GROUP, "Gateway").next().is_some() && !tree.has_custom(GROUP, "Gateway", namespace, text) {
            let message = format!("Gateway `{text}` is nowhere in namespace {namespace}");
            out.push(
                out.finding_in(route, name.place(), message)
                    .label("no such Gateway")
                    .field(format!("{path}.name"))
                    .because("the route is served by nobody"),
            );
        }
        return;
    };
    let Some(section) = parent.get("sectionName") else { return };
    let wanted = section.as_str().unwrap_or_default();
    let names: Vec<&str> =
        gateway.spec().into_iter().flat_map(|spec| spec.list("listeners")).map(|l| l.str("name")).collect();
    if names.contains(&wanted) || has_listener_sets(tree) {
        return;
    }
    out.push(
        out.finding_in(route, section.place(), format!("Gateway `{text}` has no listener `{wanted}`"))
            .label("no such listener")
            .field(format!("{path}.sectionName"))
            .because(format!("its listeners are {}", names.join(", "))),
    );
}

/// Listeners may stand in objects of their own.
fn has_listener_sets(tree: &Tree<'_>) -> bool {
    ["ListenerSet", "XListenerSet"].iter().any(|kind| {
        tree.of(GROUP, kind).next().is_some() || tree.of("gateway.networking.x-k8s.io", kind).next().is_some()
    })
}

fn backend_of(tree: &Tree<'_>, route: &Object<'_>, backend: Value<'_>, path: &str, out: &mut Sink<'_>) {
    let is_service = backend.str("group").is_empty() && matches!(backend.str("kind"), "" | "Service");
    let Some(name) = backend.get("name").filter(|_| is_service) else { return };
    let (text, namespace) = (name.as_str().unwrap_or_default(), namespace_of(tree, route, backend));
    let finding = match tree.get("", "Service", namespace, text) {
        None => {
            let other = tree.of("", "Service").any(|service| service.namespace == namespace);
            // A route names what it sends to, which makes nothing.
            if !other || tree.has_custom("", "Service", namespace, text) {
                return;
            }
            out.finding_in(
                route,
                name.place(),
                format!("Service `{text}` is nowhere in namespace {namespace}"),
            )
            .label("no such Service")
            .field(format!("{path}.name"))
            .because("requests are answered with 500")
        }
        Some(_) if namespace != tree.namespace_of(route) && !granted(tree, route, namespace, text) => out
            .finding_in(
                route,
                name.place(),
                format!("no ReferenceGrant allows Service `{text}` of namespace {namespace}"),
            )
            .label("not permitted")
            .field(format!("{path}.name"))
            .because(format!(
                "a ReferenceGrant in {namespace} must name {} in {}",
                route.gvk.kind,
                tree.namespace_of(route)
            )),
        Some(service) => {
            let Some(port) = backend.get("port") else { return };
            let ports = || service.spec().into_iter().flat_map(|spec| spec.list("ports"));
            // Of several Services with this name one may have it.
            let all = tree.versions("", "Service", namespace, text);
            let specs = all.iter().filter_map(|service| service.spec());
            if specs.flat_map(|spec| spec.list("ports")).any(|p| p.int("port") == port.as_i64()) {
                return;
            }
            let number = port.as_text().unwrap_or_default();
            let has: Vec<String> = ports().filter_map(|p| p.int("port")).map(|p| p.to_string()).collect();
            out.finding_in(route, port.place(), format!("Service `{text}` has no port {number}"))
                .label("no such port")
                .field(format!("{path}.port"))
                .because(format!("its ports are {}", has.join(", ")))
        }
    };
    out.push(finding);
}

/// True if a ReferenceGrant in the Service's namespace allows the route.
fn granted(tree: &Tree<'_>, route: &Object<'_>, namespace: Sym, service: &str) -> bool {
    tree.of(GROUP, "ReferenceGrant").filter(|grant| tree.namespace_of(grant) == namespace).any(|grant| {
        let Some(spec) = grant.spec() else { return false };
        let from = spec.list("from").any(|from| {
            from.str("kind") == &*route.gvk.kind && from.str("namespace") == &*tree.namespace_of(route)
        });
        let to = spec.list("to").any(|to| {
            to.str("kind") == "Service" && (to.str("name").is_empty() || to.str("name") == service)
        });
        from && to
    })
}
