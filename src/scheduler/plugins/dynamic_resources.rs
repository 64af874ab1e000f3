use std::rc::Rc;
use std::sync::Arc;

use crate::cluster::model::{
    Allocation, ClaimRequest, ContainerKind, Content, DeviceRequest, Node, Other, Owner, Pod, ResourceClaim,
};
use crate::object::{Sym, sym};
use crate::scheduler::allocator::{INVALID_POOLS, InUse, Supply, allocate};
use crate::scheduler::devices::Devices;
use crate::scheduler::framework::{
    Context, Event, Filter, Plugin, Point, PostFilter, PreFilter, Scope, Score, Status, default_normalize,
};
use crate::scheduler::objects::Objects;
use crate::scheduler::plugins::node_resources_fit::is_extended;
use crate::scheduler::pools::pools;
use crate::scheduler::selectors::Selectors;
use crate::scheduler::snapshot::NodeInfo;

/// A claim is reserved for at most so many Pods (`ResourceClaimReservedForMaxSize`).
const MAX_RESERVED: usize = 256;
/// The first of a list of choices makes so many points (`FirstAvailableDeviceRequestMaxSize`).
const MAX_CHOICES: i64 = 8;
const UNAVAILABLE: &str = "resourceclaim not available on the node";

/// `DynamicResources`: the claims of a Pod get devices that the node reaches. Extended resources that a DeviceClass stands
/// for are claimed as well where a node has none of them.
pub struct DynamicResources;

impl DynamicResources {
    /// What its `PostFilter` leaves in the message of a Pod that fits nowhere, and the claim that it gives back
    /// because some of the nodes cannot use it where it is.
    pub(in crate::scheduler) fn post_filter(
        context: &Context<'_>,
        refused: &[(u32, Status)],
    ) -> (&'static str, Option<Arc<Other>>) {
        let Context { pod, objects, cluster, .. } = *context;
        let mut claims = user_claims(pod, objects).unwrap_or_default();
        if claims.is_empty() && extended(pod, objects).is_empty() {
            return ("no new claims to deallocate", None);
        }
        let unavailable = |claim: &ResourceClaim| {
            let out = |index: u32| is_unavailable(claim, &cluster.nodes()[index as usize].node, objects);
            refused.iter().any(|(index, status)| status.message() == UNAVAILABLE && out(*index))
        };
        claims.retain(|(_, claim)| {
            let only_own = match claim.reserved_for[..] {
                [] => true,
                [only] => only == pod.meta.name,
                _ => false,
            };
            only_own && unavailable(claim)
        });
        let Some((other, _)) = claims.first() else { return ("still not schedulable", None) };
        let mut free = Other::clone(other);
        if let Content::ResourceClaim(claim) = &mut free.content {
            claim.allocation = None;
            claim.binding_failed = false;
            claim.reserved_for.clear();
        }
        ("deallocation of ResourceClaim completed", Some(Arc::new(free)))
    }
}

/// Dynamic resource allocation is on by default since 1.34.
pub(in crate::scheduler) fn is_on(objects: &Objects) -> bool {
    objects.is_since(34)
}

/// True if a claim has devices that cannot be used on the node: they are elsewhere, or could not be prepared (since 1.36,
/// gate `DRADeviceBindingConditions`).
fn is_unavailable(claim: &ResourceClaim, node: &Node, objects: &Objects) -> bool {
    let Some(allocation) = &claim.allocation else { return false };
    allocation.nodes.as_ref().is_some_and(|terms| !terms.iter().any(|term| term.matches(node)))
        || claim.binding_failed && objects.is_since(36)
}

type Claim<'a> = (&'a Arc<Other>, &'a ResourceClaim);

/// The claims that a Pod names or has templates for (`foreachPodResourceClaim`).
fn user_claims<'a>(pod: &Pod, objects: &'a Objects) -> Result<Vec<Claim<'a>>, String> {
    let mut all = Vec::new();
    for reference in &pod.spec.resource_claims {
        let Some(name) = pod.resource_claim(reference) else { continue };
        let Some((other, claim)) = objects.devices().claim(pod.meta.namespace, name) else {
            return Err(format!("resourceclaim.resource.k8s.io \"{name}\" not found"));
        };
        if claim.deleting {
            return Err(format!("resourceclaim \"{name}\" is being deleted"));
        }
        let is_own = |owner: &Owner| &*owner.kind == "Pod" && owner.name == pod.meta.name;
        if reference.claim.is_none() && !other.meta.owners.iter().any(is_own) {
            return Err(format!(
                "ResourceClaim {} was not created for pod {} (pod is not owner)",
                other.meta.path(),
                pod.meta.path()
            ));
        }
        all.push((other, claim));
    }
    Ok(all)
}

/// Extended resources of the Pod with their amounts, if a DeviceClass stands for one of them.
fn extended(pod: &Pod, objects: &Objects) -> Vec<(Sym, i64)> {
    let scalars = &pod.requests().total.scalars;
    let is_device = |name: &str| is_extended(name) || name.starts_with("deviceclass.resource.kubernetes.io/");
    let asked = scalars.iter().copied().filter(|(name, amount)| *amount != 0 && is_device(name));
    let asked: Vec<(Sym, i64)> = asked.collect();
    let any = asked.iter().any(|(name, _)| objects.class_of_resource(*name).is_some());
    if any { asked } else { Vec::new() }
}

impl Plugin for DynamicResources {
    fn name(&self) -> &'static str {
        "DynamicResources"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::PreEnqueue, Point::PreFilter, Point::Filter, Point::PostFilter, Point::Score, Point::Reserve]
    }

    fn pre_enqueue(&self, pod: &Pod, objects: &Objects) -> bool {
        pod.spec.resource_claims.is_empty() || !is_on(objects) || user_claims(pod, objects).is_ok()
    }

    fn post_filter(&self) -> Option<PostFilter> {
        Some(PostFilter::Claims)
    }

    fn pre_filter<'a>(&'a self, context: &Context<'a>) -> PreFilter<'a> {
        match Prepared::of(context) {
            Ok(None) => PreFilter::Skip,
            Ok(Some(prepared)) => PreFilter::Run(Box::new(prepared)),
            Err(why) => PreFilter::Refuse(Status::unresolvable_because(&why)),
        }
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>) -> Option<Box<dyn Score + 'a>> {
        // Scores came later than the rest.
        if !context.objects.is_since(35) {
            return None;
        }
        match Prepared::of(context) {
            Ok(Some(prepared)) => Some(Box::new(prepared)),
            _ => Some(Box::new(Nothing)),
        }
    }

    fn reserve(&self, context: &Context<'_>, node: &NodeInfo) -> Vec<Arc<Other>> {
        let Ok(Some(prepared)) = Prepared::of(context) else { return Vec::new() };
        prepared.changes(node)
    }

    fn hint(&self, context: &Context<'_>, event: Event<'_>) -> bool {
        match event {
            Event::ResourceClaim { namespace, name, freed } => {
                let pod = context.pod;
                let names = || pod.spec.resource_claims.iter().filter_map(|r| pod.resource_claim(r));
                freed || (pod.meta.namespace == namespace && names().any(|claim| claim == name))
            }
            Event::NodeAdded(_) | Event::Objects => true,
            _ => false,
        }
    }
}

/// The claims of a Pod, and what there is to satisfy them.
#[derive(Clone)]
struct Prepared<'a> {
    context: Context<'a>,
    claims: Vec<Claim<'a>>,
    extended: Vec<(Sym, i64)>,
    in_use: Rc<InUse>,
    selectors: Rc<Selectors>,
}

impl<'a> Prepared<'a> {
    /// `None` if the Pod has no claims; an error if it cannot be placed.
    fn of(context: &Context<'a>) -> Result<Option<Self>, String> {
        let Context { pod, objects, .. } = *context;
        let asks_nothing = pod.spec.resource_claims.is_empty() && pod.requests().total.scalars.is_empty();
        if asks_nothing || !is_on(objects) {
            return Ok(None);
        }
        let claims = user_claims(pod, objects)?;
        let extended = extended(pod, objects);
        if claims.is_empty() && extended.is_empty() {
            return Ok(None);
        }
        for (_, claim) in &claims {
            if claim.allocation.is_some() {
                if claim.reserved_for.len() >= MAX_RESERVED && !claim.reserved_for.contains(&pod.meta.name) {
                    return Err("resourceclaim in use".into());
                }
                continue;
            }
            for request in &claim.requests {
                for choice in request.choices() {
                    if objects.devices().class(choice.class).is_none() {
                        let parent = request.parent().map_or(String::new(), |parent| format!("{parent}/"));
                        let (name, class) = (choice.name, choice.class);
                        return Err(format!("request {parent}{name}: device class {class} does not exist"));
                    }
                }
            }
        }
        let in_use = Rc::new(InUse::of(objects.devices()));
        Ok(Some(Self { context: *context, claims, extended, in_use, selectors: Rc::default() }))
    }

    fn devices(&self) -> &'a Devices {
        self.context.objects.devices()
    }

    /// The claim for extended resources of which the node itself has none, `None` if there are none
    /// (`filterExtendedResources`).
    fn extended_claim(&self, node: &NodeInfo) -> Result<Option<ResourceClaim>, Status> {
        let mut wanted: Vec<Sym> = Vec::new();
        for (name, _) in &self.extended {
            let allocatable = &node.node.allocatable;
            if allocatable.scalar(*name) == 0 && self.devices().class_of_resource(*name).is_some() {
                wanted.push(*name);
            } else if !allocatable.scalars.iter().any(|(other, _)| other == name) {
                return Err(Status::unresolvable("cannot fit resource"));
            }
        }
        if wanted.is_empty() {
            return Ok(None);
        }
        let mut requests = Vec::new();
        for resource in wanted {
            let Some(class) = self.devices().class_of_resource(resource) else { continue };
            requests.extend(requests_for(self.context.pod, resource, class));
        }
        requests.sort_by_key(|request| request.name);
        let requests = requests.into_iter().map(ClaimRequest::Exactly).collect();
        Ok(Some(ResourceClaim { requests, ..ResourceClaim::default() }))
    }

    /// What the claims that have nothing get on the node, in their order, and the claim for extended resources.
    fn find(&self, node: &NodeInfo) -> Result<(Vec<Allocation>, Option<ResourceClaim>), Status> {
        let extended = self.extended_claim(node)?;
        if extended.is_none() && self.claims.is_empty() {
            return Ok((Vec::new(), None));
        }
        let open = self.claims.iter().filter(|(_, claim)| claim.allocation.is_none());
        let mut wanted: Vec<((Sym, Sym), &ResourceClaim)> =
            open.map(|(other, claim)| (other.meta.id(), *claim)).collect();
        if let Some(claim) = &extended {
            wanted.push(((self.context.pod.meta.namespace, sym("<extended-resources>")), claim));
        }
        let mut allocations = Vec::new();
        if !wanted.is_empty() {
            let pools = pools(self.devices(), &node.node);
            let selects = |expression, id, device: &_| self.selectors.select(expression, id, device);
            let supply = Supply { devices: self.devices(), in_use: &self.in_use, selects: &selects };
            allocations = match allocate(supply, &pools, &node.node, &wanted) {
                Ok(Some(allocations)) => allocations,
                Ok(None) => return Err(Status::unresolvable("cannot allocate all claims")),
                Err(why) if why == INVALID_POOLS => return Err(Status::unresolvable(INVALID_POOLS)),
                Err(why) => return Err(Status::error(&why)),
            };
        }
        let unavailable = |(_, claim): &Claim<'_>| is_unavailable(claim, &node.node, self.context.objects);
        if self.claims.iter().any(unavailable) {
            return Err(Status::unresolvable(UNAVAILABLE));
        }
        Ok((allocations, extended))
    }

    /// Claims as they are once the Pod has the node.
    fn changes(&self, node: &NodeInfo) -> Vec<Arc<Other>> {
        let Ok((allocations, extended)) = self.find(node) else { return Vec::new() };
        let pod = self.context.pod;
        let mut allocations = allocations.into_iter();
        let mut changes = Vec::new();
        for (other, _) in &self.claims {
            let mut changed = Other::clone(other);
            if let Content::ResourceClaim(claim) = &mut changed.content {
                if claim.allocation.is_none() {
                    claim.allocation = allocations.next();
                }
                if !claim.reserved_for.contains(&pod.meta.name) {
                    claim.reserved_for.push(pod.meta.name);
                }
            }
            changes.push(Arc::new(changed));
        }
        if let Some(mut claim) = extended {
            // The suffix is random in a cluster.
            let number = self.devices().generated() + 1;
            let name = format!("{}-extended-resources-gen{number}", pod.meta.name);
            claim.allocation = allocations.next();
            claim.reserved_for.push(pod.meta.name);
            let mut made = Other::made("resource.k8s.io/v1", "ResourceClaim", pod.meta.namespace, &name);
            made.meta.owners.push(Owner::controller("Pod", pod.meta.name));
            made.meta.cause = pod.meta.cause;
            made.content = Content::ResourceClaim(Box::new(claim));
            changes.push(Arc::new(made));
        }
        changes
    }

    /// The earlier a choice stands in its list, the more points (`computeScore`).
    fn points(&self, node: &NodeInfo) -> i64 {
        let Ok((allocations, _)) = self.find(node) else { return 0 };
        let mut new = allocations.iter();
        let mut points = 0;
        for (_, claim) in &self.claims {
            let Some(allocation) = claim.allocation.as_ref().or_else(|| new.next()) else { continue };
            for request in &claim.requests {
                let Some(parent) = request.parent() else { continue };
                for (choice, at) in request.choices().iter().zip(0..) {
                    let name = format!("{parent}/{}", choice.name);
                    if allocation.devices.iter().any(|device| *device.request == *name) {
                        points += MAX_CHOICES - at;
                    }
                }
            }
        }
        points
    }
}

/// Requests for an extended resource: one for each container that asks it, and one for what the largest init container
/// needs beyond those that come after it (`createRequestsAndMappings`).
fn requests_for(pod: &Pod, resource: Sym, class: Sym) -> Vec<DeviceRequest> {
    let containers = &pod.spec.containers;
    let request = |at: usize, others: usize| -> Option<DeviceRequest> {
        let asks = &containers[at].requests;
        let amount = usize::try_from(asks.value(resource)).ok()?;
        let count = amount.checked_sub(others).filter(|count| *count > 0)?;
        // The position among all that the container asks.
        let number = asks.names().position(|name| name == resource)?;
        let name = sym(&format!("container-{at}-request-{number}"));
        Some(DeviceRequest { name, class, count, ..DeviceRequest::default() })
    };
    let is_init = |at: usize| containers[at].kind == ContainerKind::Init;
    let lasting: Vec<Option<DeviceRequest>> =
        (0..containers.len()).map(|at| if is_init(at) { None } else { request(at, 0) }).collect();
    let mut most: Option<DeviceRequest> = None;
    for at in (0..containers.len()).filter(|at| is_init(*at)) {
        let reusable = lasting[at..].iter().flatten().map(|request| request.count).sum();
        if let Some(request) = request(at, reusable)
            && most.as_ref().is_none_or(|most| most.count < request.count)
        {
            most = Some(request);
        }
    }
    most.into_iter().chain(lasting.into_iter().flatten()).collect()
}

impl<'a> Filter<'a> for Prepared<'a> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        self.find(node).map(|_| ())
    }

    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn fork(&self) -> Box<dyn Filter<'a> + 'a> {
        Box::new(self.clone())
    }
}

impl Score for Prepared<'_> {
    fn score(&self, node: &NodeInfo) -> i64 {
        let has_choices = |claim: &ResourceClaim| claim.requests.iter().any(|r| r.parent().is_some());
        // Nodes have points only where something is allocated.
        let allocates = !self.extended.is_empty() || self.claims.iter().any(|(_, c)| c.allocation.is_none());
        if allocates && self.claims.iter().any(|(_, claim)| has_choices(claim)) {
            self.points(node)
        } else {
            0
        }
    }

    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn compares(&self) -> bool {
        true
    }

    fn normalize(&self, _nodes: &[u32], scores: &mut [i64]) {
        default_normalize(scores, false);
    }
}

struct Nothing;

impl Score for Nothing {
    fn score(&self, _node: &NodeInfo) -> i64 {
        0
    }
}
