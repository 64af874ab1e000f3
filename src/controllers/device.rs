//! resourceclaim-controller: claims on devices that are made of templates, one for each Pod.

use std::sync::Arc;

use super::Context;
use crate::cluster::Entity;
use crate::cluster::model::{Content, Other, Owner, Pod};
use crate::object::Key;

/// A claim for every template that a Pod names, owned by it.
pub(super) fn reconcile(context: &mut Context<'_>) -> bool {
    let has = |pod: &&Arc<Pod>| {
        !pod.phase.is_terminal() && pod.spec.resource_claims.iter().any(|reference| reference.claim.is_none())
    };
    let pods: Vec<Arc<Pod>> = context.state.pods().filter(has).cloned().collect();
    let mut changed = false;
    for pod in pods {
        for reference in pod.spec.resource_claims.iter().filter(|reference| reference.claim.is_none()) {
            let Some(name) = pod.resource_claim(reference) else { continue };
            let namespace = pod.meta.namespace;
            let key = |kind: &str, name| Key { namespace, name, ..Key::new("resource.k8s.io", kind, "", "") };
            if context.state.other(&key("ResourceClaim", name)).is_some() {
                continue;
            }
            let template = context.state.other(&key("ResourceClaimTemplate", reference.template));
            let Some(Content::ClaimTemplate(claim)) = template.map(|template| &template.content) else {
                continue;
            };
            let mut made = Other::made("resource.k8s.io/v1", "ResourceClaim", namespace, &name);
            made.meta.cause = pod.meta.cause;
            made.meta.owners = vec![Owner::controller("Pod", pod.meta.name)];
            made.content = Content::ResourceClaim(claim.clone());
            context.state.put(Entity::Other(made));
            changed = true;
        }
    }
    changed
}
