//! Claims on volumes: what keeps a Pod from a node, and what becomes of them once it has one.

use serde_json::{Value as Json, json};

use super::Cluster;
use super::filters::Imagined;
use super::objects::{at, labels, list, name, namespace, node_labels_term, quantity, selects, text};

const COMPLETED: &str = "pv.kubernetes.io/bind-completed";
const ZONE: &str = "topology.kubernetes.io/zone";
const REGION: &str = "topology.kubernetes.io/region";
/// Labels of zones and regions, and what they are called now.
const PLACES: [(&str, &str); 4] = [
    ("failure-domain.beta.kubernetes.io/zone", ZONE),
    ("failure-domain.beta.kubernetes.io/region", REGION),
    (ZONE, ZONE),
    (REGION, REGION),
];

/// What becomes of the claims of a Pod on a node.
pub(super) struct Bindings {
    /// Positions of claims, and of their volumes, among the objects.
    matched: Vec<(usize, usize)>,
    /// Claims for which volumes are made.
    made: Vec<usize>,
}

/// Names of the claims that a Pod has.
fn claim_names(pod: &Json) -> impl Iterator<Item = &str> {
    list(at(pod, &["spec", "volumes"]))
        .iter()
        .map(|volume| text(at(volume, &["persistentVolumeClaim", "claimName"])))
        .filter(|name| !name.is_empty())
}

fn is_bound(claim: &Json) -> bool {
    !text(at(claim, &["spec", "volumeName"])).is_empty()
        && !at(claim, &["metadata", "annotations", COMPLETED]).is_null()
}

fn storage(holder: &Json) -> i128 {
    if holder.is_null() { 0 } else { quantity(holder) }
}

fn request(claim: &Json) -> i128 {
    storage(at(claim, &["spec", "resources", "requests", "storage"]))
}

fn has_mode(holder: &Json, mode: &str) -> bool {
    list(at(holder, &["spec", "accessModes"])).iter().any(|given| text(given) == mode)
}

/// A volume can be reached from a node.
fn reaches(volume: &Json, node: &Json) -> bool {
    let terms = at(volume, &["spec", "nodeAffinity", "required", "nodeSelectorTerms"]);
    terms.is_null() || list(terms).iter().any(|term| node_labels_term(term, node))
}

impl Cluster {
    pub(super) fn position(&self, kind: &str, in_namespace: Option<&str>, wanted: &str) -> Option<usize> {
        self.objects.iter().position(|object| {
            text(&object["kind"]) == kind
                && name(object) == wanted
                && in_namespace.is_none_or(|wanted| namespace(object) == wanted)
        })
    }

    fn claims_of(&self, pod: &Json) -> Vec<Option<usize>> {
        let find = |claim| self.position("PersistentVolumeClaim", Some(namespace(pod)), claim);
        claim_names(pod).map(find).collect()
    }

    fn class_of(&self, claim: &Json) -> Option<&Json> {
        let class = text(at(claim, &["spec", "storageClassName"]));
        self.position("StorageClass", None, class).map(|at| &self.objects[at])
    }

    /// A claim whose volume is found, or made, for the node of its first Pod.
    fn waits(&self, claim: &Json) -> bool {
        text(at(claim, &["spec", "volumeName"])).is_empty()
            && self
                .class_of(claim)
                .is_some_and(|class| text(&class["volumeBindingMode"]) == "WaitForFirstConsumer")
    }

    /// Why a volume plugin refuses a Pod before any node is looked at.
    pub(super) fn volumes_refuse(&self, plugin: &str, pod: &Json) -> Option<String> {
        let claims = self.claims_of(pod);
        let found = |at: &Option<usize>| at.map(|at| &self.objects[at]);
        let of_claim = |claim: &str, object: Option<&Json>| -> Option<String> {
            let Some(object) = object else {
                return Some(format!("persistentvolumeclaim \"{claim}\" not found"));
            };
            let volume = text(at(object, &["spec", "volumeName"]));
            let class = text(at(object, &["spec", "storageClassName"]));
            match plugin {
                "VolumeBinding" if text(at(object, &["status", "phase"])) == "Lost" => Some(format!(
                    "persistentvolumeclaim \"{claim}\" bound to non-existent persistentvolume \"{volume}\""
                )),
                "VolumeBinding" if !at(object, &["metadata", "deletionTimestamp"]).is_null() => {
                    Some(format!("persistentvolumeclaim \"{claim}\" is being deleted"))
                }
                "VolumeZone" if !volume.is_empty() => self
                    .position("PersistentVolume", None, volume)
                    .is_none()
                    .then(|| format!("persistentvolume \"{volume}\" not found")),
                "VolumeZone" if class.is_empty() => {
                    Some("PersistentVolumeClaim had no pv name and storageClass name".into())
                }
                "VolumeZone" if self.class_of(object).is_none() => {
                    Some(format!("storageclass.storage.k8s.io \"{class}\" not found"))
                }
                "VolumeZone" if !self.waits(object) => Some("PersistentVolume had no name".into()),
                _ => None,
            }
        };
        if let Some(why) = claim_names(pod).zip(&claims).find_map(|(claim, at)| of_claim(claim, found(at))) {
            return Some(why);
        }
        let is_open = |claim: &Json| !is_bound(claim) && !self.waits(claim);
        (plugin == "VolumeBinding" && claims.iter().filter_map(found).any(is_open))
            .then(|| "pod has unbound immediate PersistentVolumeClaims".into())
    }

    /// A claim of the Pod that only one Pod may have is in use. Each counts once for all Pods that are there, and once for
    /// each of those that are imagined.
    pub(super) fn single_claim_in_use(&self, pod: &Json, imagined: &Imagined) -> bool {
        let mine: Vec<&str> = claim_names(pod)
            .filter(|claim| {
                let found = self.position("PersistentVolumeClaim", Some(namespace(pod)), claim);
                found.is_some_and(|at| has_mode(&self.objects[at], "ReadWriteOncePod"))
            })
            .collect();
        let there = |claim: &str| {
            self.pods.iter().any(|other| {
                other.node.is_some()
                    && namespace(&other.manifest) == namespace(pod)
                    && claim_names(&other.manifest).any(|has| has == claim)
            })
        };
        let mut once = mine.clone();
        once.sort_unstable();
        once.dedup();
        let mut count = once.iter().filter(|claim| there(claim)).count() as i64;
        if count == 0 {
            return false;
        }
        for (comes, other) in &imagined.0 {
            let other = &self.pods[*other].manifest;
            // The plugin does not look at namespaces here.
            let has = claim_names(other).filter(|claim| mine.contains(claim)).count() as i64;
            count += if *comes { has } else { -has };
        }
        count > 0
    }

    /// Volumes for the claims of a Pod on a node, or why there are none.
    pub(super) fn bindings(&self, pod: &Json, node: usize) -> Result<Bindings, Vec<String>> {
        let node = &self.nodes[node];
        let mut reasons = Vec::new();
        let mut gone = false;
        let claims: Vec<usize> = self.claims_of(pod).into_iter().flatten().collect();
        for claim in claims.iter().map(|at| &self.objects[*at]).filter(|claim| is_bound(claim)) {
            let volume = text(at(claim, &["spec", "volumeName"]));
            match self.position("PersistentVolume", None, volume) {
                None => {
                    gone = true;
                    break;
                }
                Some(at) if !reaches(&self.objects[at], node) => {
                    reasons.push("node(s) didn't match PersistentVolume's node affinity".to_owned());
                    break;
                }
                Some(_) => {}
            }
        }
        let mut waiting: Vec<usize> =
            claims.into_iter().filter(|at| self.waits(&self.objects[*at])).collect();
        waiting.sort_by_key(|at| request(&self.objects[*at]));
        let mut found = Bindings { matched: Vec::new(), made: Vec::new() };
        for claim in waiting {
            match self.volume_for(&self.objects[claim], node, &found) {
                Some(volume) => found.matched.push((claim, volume)),
                None => found.made.push(claim),
            }
        }
        if !found.made.iter().all(|claim| self.can_be_made(&self.objects[*claim], node)) {
            reasons.push("node(s) didn't find available persistent volumes to bind".to_owned());
        }
        if gone {
            let reason = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";
            reasons.push(reason.to_owned());
        }
        if reasons.is_empty() { Ok(found) } else { Err(reasons) }
    }

    fn volume_for(&self, claim: &Json, node: &Json, found: &Bindings) -> Option<usize> {
        let class = text(at(claim, &["spec", "storageClassName"]));
        let mut volumes: Vec<usize> = (0..self.objects.len())
            .filter(|at| text(&self.objects[*at]["kind"]) == "PersistentVolume")
            .filter(|at| found.matched.iter().all(|(_, taken)| taken != at))
            .collect();
        volumes.sort_by_key(|at| name(&self.objects[*at]));
        let mut best: Option<(i128, usize)> = None;
        for position in volumes {
            let volume = &self.objects[position];
            let of = &volume["spec"]["claimRef"];
            let uid = text(&of["uid"]);
            let is_own = text(&of["name"]) == name(claim)
                && text(&of["namespace"]) == namespace(claim)
                && (uid.is_empty() || uid == text(at(claim, &["metadata", "uid"])));
            let mode = |holder: &Json| text(at(holder, &["spec", "volumeMode"])) == "Block";
            let size = storage(at(volume, &["spec", "capacity", "storage"]));
            if text(at(volume, &["spec", "storageClassName"])) != class
                || (!of.is_null() && !is_own)
                || size < request(claim)
                || mode(claim) != mode(volume)
            {
                continue;
            }
            if is_own {
                return reaches(volume, node).then_some(position);
            }
            let selector = at(claim, &["spec", "selector"]);
            let fits = text(at(volume, &["status", "phase"])) == "Available"
                && (selector.is_null() || selects(selector, &labels(volume)))
                && reaches(volume, node)
                && list(at(claim, &["spec", "accessModes"])).iter().all(|mode| has_mode(volume, text(mode)));
            if fits && best.is_none_or(|(smallest, _)| size < smallest) {
                best = Some((size, position));
            }
        }
        best.map(|(_, position)| position)
    }

    fn can_be_made(&self, claim: &Json, node: &Json) -> bool {
        let Some(class) = self.class_of(claim) else { return false };
        let topologies = list(&class["allowedTopologies"]);
        let of_node = labels(node);
        let allows = |term: &Json| {
            let asked = list(&term["matchLabelExpressions"]);
            !asked.is_empty()
                && asked.iter().all(|asked| {
                    let has = of_node.get(text(&asked["key"]));
                    list(&asked["values"]).iter().any(|value| has == Some(&text(value)))
                })
        };
        text(&class["provisioner"]) != "kubernetes.io/no-provisioner"
            && (topologies.is_empty() || topologies.iter().any(allows))
    }

    /// The zones that labels of volumes name are those of the node.
    pub(super) fn is_in_zone(&self, pod: &Json, node: usize) -> bool {
        let of_node = labels(&self.nodes[node]);
        if PLACES.iter().all(|(label, _)| !of_node.contains_key(label)) {
            return true;
        }
        self.claims_of(pod).into_iter().flatten().all(|claim| {
            let volume = text(at(&self.objects[claim], &["spec", "volumeName"]));
            let Some(volume) = self.position("PersistentVolume", None, volume) else { return true };
            let of_volume = labels(&self.objects[volume]);
            PLACES.iter().all(|(label, now)| {
                let Some(places) = of_volume.get(label) else { return true };
                let has = of_node.get(label).or_else(|| of_node.get(now));
                has.is_some_and(|has| places.split("__").any(|place| place == *has))
            })
        })
    }

    /// Claims and volumes become each other's; volumes are made in the zone of the node.
    pub(super) fn bind_volumes(&mut self, bindings: Bindings, node: usize) {
        let mut pairs = bindings.matched;
        for claim in bindings.made {
            let object = &self.objects[claim];
            let made = format!("pvc-{}-{}", namespace(object), name(object));
            let mut volume = json!({
                "kind": "PersistentVolume",
                "metadata": {"name": made},
                "spec": {"storageClassName": object["spec"]["storageClassName"]},
            });
            if let Some(zone) = labels(&self.nodes[node]).get(ZONE) {
                let term = json!({"matchExpressions": [{"key": ZONE, "operator": "In", "values": [zone]}]});
                volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"] = json!([term]);
            }
            self.objects.push(volume);
            pairs.push((claim, self.objects.len() - 1));
        }
        for (claim, volume) in pairs {
            let object = &self.objects[claim];
            let of = json!({"namespace": namespace(object), "name": name(object), "uid": object["metadata"]["uid"]});
            let taken = &mut self.objects[volume];
            taken["spec"]["claimRef"] = of;
            taken["status"]["phase"] = "Bound".into();
            let volume = taken["metadata"]["name"].clone();
            let claim = &mut self.objects[claim];
            claim["spec"]["volumeName"] = volume;
            claim["metadata"]["annotations"][COMPLETED] = "yes".into();
        }
    }
}
