//! # `net/ingress-nginx-retired`
//!
//! ## What it does
//!
//! Reports the ingress-nginx controller: an IngressClass with the controller `k8s.io/ingress-nginx`, or its image. One
//! of them, once.
//!
//! ## Why is this bad?
//!
//! The Kubernetes project retired ingress-nginx in March 2026: there are no more releases, and no more fixes of security
//! holes, in a program that stands at the edge of the cluster.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: IngressClass
//! metadata: {name: nginx}
//! spec:
//!   controller: k8s.io/ingress-nginx
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: IngressClass
//! metadata: {name: traefik}
//! spec:
//!   controller: traefik.io/ingress-controller
//! ```
//!
//! ## When to ignore it
//!
//! While the move to another controller, or to the Gateway API, goes on. The NGINX company's own controller
//! (`nginx.org/ingress-controller`) is another program.

use crate::finding::{Code, Level, Profile};
use crate::rules::{Check, PodAt, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "net/ingress-nginx-retired",
        Level::Info,
        Profile::Recommended,
        "The controller ingress-nginx is retired.",
        page!("ingress_nginx_retired.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let class = tree.own_of("networking.k8s.io", "IngressClass").find_map(|class| {
        let controller = class.spec()?.get("controller")?;
        (controller.as_str() == Some("k8s.io/ingress-nginx"))
            .then(|| (class, controller, "spec.controller".to_owned()))
    });
    let image = || {
        tree.own().find_map(|object| {
            let at = PodAt::of(object)?;
            let container = at.containers().find(|container| {
                container.image().is_some_and(|(_, image)| {
                    image.contains("ingress-nginx/controller") || image.contains("nginx-ingress-controller")
                })
            })?;
            let (value, _) = container.image()?;
            Some((object, value, container.field("image")))
        })
    };
    let Some((object, value, field)) = class.or_else(image) else { return };
    out.push(
        out.finding_in(object, value.place(), "ingress-nginx is retired: its security holes are not mended")
            .label("no releases since March 2026")
            .field(field)
            .help("move to another controller, or to the Gateway API"),
    );
}
