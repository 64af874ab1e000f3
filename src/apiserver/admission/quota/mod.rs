//! ResourceQuota: what a namespace has left for a new object. Mirrors
//! `apiserver/pkg/admission/plugin/resourcequota`.

mod usage;

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use super::Lookup;
use super::refusal::{Attributes, Refusal, Spot, Told};
use crate::apiserver::codes::QUOTA;
use crate::apiserver::defaults::quantity::read_list;
use crate::object::{Operator, Requirement, Sym, Value, sym};
use crate::schema::quantity::{Format, Quantity};

pub use usage::Amounts;
use usage::{counted, is_best_effort, is_terminating, uses_other_namespaces};

/// The quotas of a cluster, and what is used of them.
#[derive(Debug, Default)]
pub struct Quotas {
    quotas: RwLock<Vec<Quota>>,
}

/// A quota.
#[derive(Clone, Debug)]
struct Quota {
    name: String,
    namespace: Sym,
    scopes: Vec<Scope>,
    hard: Amounts,
    used: Amounts,
}

/// What of the objects a quota counts. Mirrors ScopedResourceSelectorRequirement.
#[derive(Clone, Debug)]
struct Scope {
    name: String,
    requirement: Requirement,
}

impl Quota {
    fn read(namespace: Sym, object: Value<'_>) -> Option<Self> {
        let metadata = object.get("metadata")?;
        let spec = object.get("spec")?;
        let hard = |holder: Option<Value<'_>>, list: &str| read_list(holder.and_then(|h| h.get(list)));
        let status = object.get("status").filter(|status| status.map("hard").next().is_some());
        let mut scopes: Vec<Scope> = spec
            .list("scopes")
            .filter_map(Value::as_str)
            .map(|name| Scope {
                name: name.to_owned(),
                requirement: Requirement { key: sym(name), operator: Operator::Exists },
            })
            .collect();
        for expression in spec.get("scopeSelector").into_iter().flat_map(|s| s.list("matchExpressions")) {
            let name = expression.str("scopeName");
            let requirement = Requirement { key: sym(name), ..Requirement::read(expression) };
            scopes.push(Scope { name: name.to_owned(), requirement });
        }
        let (hard, used) = match status {
            Some(_) => (hard(status, "hard"), hard(status, "used")),
            // Nobody has counted yet.
            None => {
                let hard = hard(Some(spec), "hard");
                let used = hard
                    .iter()
                    .map(|(name, _)| (name.clone(), Quantity::new(0, Format::DecimalSI)))
                    .collect();
                (hard, used)
            }
        };
        Some(Self { name: metadata.str("name").to_owned(), namespace, scopes, hard, used })
    }
}

impl Quotas {
    /// The quotas of a cluster, in order of name.
    pub fn new(cluster: &dyn Lookup) -> Self {
        let mut quotas: Vec<Quota> =
            cluster.placed("", "ResourceQuota").into_iter().filter_map(|(n, q)| Quota::read(n, q)).collect();
        quotas.sort_by(|a, b| a.name.cmp(&b.name));
        Self { quotas: RwLock::new(quotas) }
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Quota>> {
        self.quotas.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// True if one of the object's namespace counts objects of its kind.
    pub(super) fn count(&self, at: &Attributes<'_>) -> bool {
        let quotas = self.read();
        let mut here = quotas.iter().filter(|quota| *quota.namespace == *at.request.namespace);
        here.any(|quota| quota.hard.iter().any(|(name, _)| usage::is_counted(at, name)))
    }

    /// Takes a new object out of what is left, or says why not. Mirrors CheckRequest.
    pub(super) fn take(&self, at: &Attributes<'_>, object: Value<'_>) -> Result<(), Box<Refusal>> {
        let demands = self.demand(at, object)?;
        let mut quotas = self.quotas.write().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        for (index, requested) in demands {
            let Some(quota) = quotas.get(index) else { continue };
            match quota.left().take(&requested) {
                Ok(used) => taken.push((index, used)),
                Err(why) => {
                    return Err(Box::new(refuse(
                        at,
                        object,
                        why,
                        &quota.name,
                        None,
                        "ask for less, or raise the quota",
                    )));
                }
            }
        }
        for (index, used) in taken {
            if let Some(quota) = quotas.get_mut(index) {
                quota.used = used;
            }
        }
        Ok(())
    }

    /// What a new object takes of which quota; or why one does not let it in, whatever is left.
    pub(in crate::apiserver) fn demand(
        &self,
        at: &Attributes<'_>,
        object: Value<'_>,
    ) -> Result<Vec<(usize, Amounts)>, Box<Refusal>> {
        let quotas = self.read();
        let namespace = at.request.namespace;
        let mut demands = Vec::new();
        let mut delta: Option<Amounts> = None;
        for (index, quota) in quotas.iter().enumerate().filter(|(_, q)| *q.namespace == *namespace) {
            let restricted: Vec<&str> = quota
                .hard
                .iter()
                .map(|(name, _)| name.as_str())
                .filter(|name| usage::is_counted(at, name))
                .collect();
            if restricted.is_empty() || !quota.scopes.iter().all(|scope| scope.takes(at, object)) {
                continue;
            }
            if let Some((missing, container)) = usage::unspecified(at, object, &restricted) {
                let why = format!("failed quota: {}: {missing}", quota.name);
                let help = "set requests and limits for each container, or give the namespace a LimitRange";
                return Err(Box::new(refuse(at, object, why, &quota.name, container, help)));
            }
            if restricted.iter().any(|name| !quota.used.iter().any(|(known, _)| known == name)) {
                let mut names = restricted.clone();
                names.sort_unstable();
                let why = format!("status unknown for quota: {}, resources: {}", quota.name, names.join(","));
                let help = "wait until the quota's status is there";
                return Err(Box::new(refuse(at, object, why, &quota.name, None, help)));
            }
            let delta = delta.get_or_insert_with(|| {
                let mut delta = counted(at, object);
                delta.retain(|(_, amount)| !amount.is_zero());
                delta
            });
            let is_hard = |name: &str| quota.hard.iter().any(|(hard, _)| hard == name);
            demands.push((index, delta.iter().filter(|(name, _)| is_hard(name)).cloned().collect()));
        }
        Ok(demands)
    }

    /// The quotas: namespace, and what is left.
    pub fn left(&self) -> Vec<(Sym, Left)> {
        self.read().iter().map(|quota| (quota.namespace, quota.left())).collect()
    }
}

fn refuse(
    at: &Attributes<'_>,
    object: Value<'_>,
    why: String,
    quota: &str,
    spot: Option<Spot>,
    help: &'static str,
) -> Refusal {
    let text = format!("ResourceQuota {quota} does not let it in: {why}");
    let told = Told { code: &QUOTA, text, at: spot.into_iter().collect(), help: help.into() };
    at.forbidden(object, "ResourceQuota", &why, vec![told])
}

/// What a quota allows, and what is used of it.
#[derive(Clone, Debug)]
pub struct Left {
    /// Its name.
    pub name: String,
    /// The most.
    pub hard: Amounts,
    /// What is used.
    pub used: Amounts,
}

impl Left {
    /// What is used with so much more; or the server's sentence if that is too much.
    pub fn take(&self, requested: &Amounts) -> Result<Amounts, String> {
        let mut used = self.used.clone();
        let mut exceeded = Vec::new();
        let of =
            |all: &Amounts, name: &str| all.iter().find(|(known, _)| known == name).map(|(_, q)| q.clone());
        for (name, amount) in requested {
            usage::add(&mut used, name, amount);
            if of(&used, name) > of(&self.hard, name) {
                exceeded.push(name.as_str());
            }
        }
        if exceeded.is_empty() {
            return Ok(used);
        }
        Err(format!(
            "exceeded quota: {}, requested: {}, used: {}, limited: {}",
            self.name,
            printed(requested, &exceeded),
            printed(&self.used, &exceeded),
            printed(&self.hard, &exceeded)
        ))
    }

    /// The same with more used.
    pub fn add(&mut self, more: &Amounts) {
        for (name, amount) in more {
            usage::add(&mut self.used, name, amount);
        }
    }
}

impl Quota {
    fn left(&self) -> Left {
        Left { name: self.name.clone(), hard: self.hard.clone(), used: self.used.clone() }
    }
}

impl Scope {
    /// Mirrors podMatchesScopeFunc and pvcMatchesScopeFunc. Other kinds are in no scope.
    fn takes(&self, at: &Attributes<'_>, object: Value<'_>) -> bool {
        let Some(spec) = object.get("spec") else { return false };
        let named = |names: &[&str]| {
            let names: Vec<&str> = names.iter().copied().filter(|name| !name.is_empty()).collect();
            match self.requirement.operator {
                Operator::Exists => !names.is_empty(),
                _ if names.is_empty() => self.requirement.accepts(None),
                _ => names.iter().any(|name| self.requirement.accepts(Some(sym(name)))),
            }
        };
        if at.is("", "PersistentVolumeClaim") {
            return self.name == "VolumeAttributesClass" && named(&[spec.str("volumeAttributesClassName")]);
        }
        if !at.is("", "Pod") {
            return false;
        }
        match self.name.as_str() {
            "Terminating" => is_terminating(spec),
            "NotTerminating" => !is_terminating(spec),
            "BestEffort" => is_best_effort(spec),
            "NotBestEffort" => !is_best_effort(spec),
            "PriorityClass" => named(&[spec.str("priorityClassName")]),
            "CrossNamespacePodAffinity" => uses_other_namespaces(spec),
            _ => false,
        }
    }
}

/// `cpu=1,memory=2Gi`. Mirrors prettyPrint.
fn printed(amounts: &Amounts, names: &[&str]) -> String {
    let mut parts: Vec<(&str, String)> = amounts
        .iter()
        .filter(|(name, _)| names.contains(&name.as_str()))
        .map(|(name, amount)| (name.as_str(), amount.to_string()))
        .collect();
    parts.sort();
    parts.into_iter().map(|(name, amount)| format!("{name}={amount}")).collect::<Vec<_>>().join(",")
}
