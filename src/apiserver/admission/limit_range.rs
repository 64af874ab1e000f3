//! LimitRanger: what LimitRanges add to containers, and what they do not let in. Mirrors
//! `plugin/pkg/admission/limitranger`.

use super::Lookup;
use super::refusal::{Attributes, Refusal, Spot, Told, aggregate};
use crate::apiserver::codes::LIMIT_RANGE;
use crate::apiserver::defaults::quantity::{aggregate as of_containers, read_list};
use crate::object::{Draft, Owned, Value};
use crate::schema::quantity::Quantity;

/// Annotation that tells what was added.
const ANNOTATION: &str = "kubernetes.io/limit-ranger";
/// `MaxMilliValue`
const MAX_MILLI: i64 = i64::MAX / 1000;
/// Least, most, and proportion: names of the lists of a LimitRange, as the server goes through them.
const CONSTRAINTS: [&str; 3] = ["min", "max", "maxLimitRequestRatio"];

type Amounts = Vec<(String, Quantity)>;

/// The LimitRanges of a namespace, in order of name.
fn ranges<'c>(cluster: &'c dyn Lookup, namespace: &str) -> Vec<Value<'c>> {
    let mut all = super::in_namespace(cluster, "", "LimitRange", namespace);
    all.sort_by_key(|range| super::name_of(*range));
    all
}

/// Adds default requests and limits to the containers of a Pod. Mirrors PodMutateLimitFunc.
pub(super) fn mutate(at: &Attributes<'_>, pod: &mut Draft<'_, '_>, cluster: &dyn Lookup) {
    if !at.is("", "Pod") {
        return;
    }
    for range in ranges(cluster, at.request.namespace) {
        let defaults = |list: &str| {
            let mut all: Vec<(String, Owned)> = Vec::new();
            let items = range.get("spec").into_iter().flat_map(|spec| spec.list("limits"));
            for item in items.filter(|item| item.str("type") == "Container") {
                for (name, value) in item.map(list) {
                    all.retain(|(known, _)| known != name);
                    all.push((name.to_owned(), Owned::copy(value)));
                }
            }
            all.sort_by(|a, b| a.0.cmp(&b.0));
            all
        };
        let lists = [("limits", defaults("default")), ("requests", defaults("defaultRequest"))];
        let mut told: Vec<String> = Vec::new();
        pod.with(&["spec"], |spec| {
            for (list, what) in [("containers", "container"), ("initContainers", "init container")] {
                spec.each(list, |container| {
                    let name = container.read().str("name").to_owned();
                    let Some(mut resources) = container.ensure("resources") else { return };
                    let mut added = Vec::new();
                    for (field, defaults) in &lists {
                        let missing: Vec<&(String, Owned)> = defaults
                            .iter()
                            .filter(|(name, _)| resources.read().at(&[field, name]).is_none())
                            .collect();
                        if missing.is_empty() {
                            continue;
                        }
                        let names: Vec<&str> = missing.iter().map(|(name, _)| name.as_str()).collect();
                        let one = if *field == "limits" { "limit" } else { "request" };
                        added.push(format!("{} {one} for {what} {name}", names.join(", ")));
                        let Some(mut amounts) = resources.ensure(field) else { return };
                        for (name, value) in missing {
                            amounts.set(name.clone(), value.clone());
                        }
                    }
                    // Requests are told first.
                    told.extend(added.into_iter().rev());
                });
            }
        });
        if !told.is_empty()
            && let Some(mut metadata) = pod.ensure("metadata")
            && let Some(mut annotations) = metadata.ensure("annotations")
        {
            annotations.set(ANNOTATION, format!("LimitRanger plugin set: {}", told.join("; ")));
        }
    }
}

/// What a LimitRange does not let in. Mirrors ValidateLimit.
pub(super) fn validate(
    at: &Attributes<'_>,
    object: Value<'_>,
    cluster: &dyn Lookup,
) -> Result<(), Box<Refusal>> {
    if !at.is("", "Pod") && !at.is("", "PersistentVolumeClaim") {
        return Ok(());
    }
    for range in ranges(cluster, at.request.namespace) {
        let mut errors: Vec<(String, Spot)> = Vec::new();
        for item in range.get("spec").into_iter().flat_map(|spec| spec.list("limits")) {
            judge(at, item, object, &mut errors);
        }
        if errors.is_empty() {
            continue;
        }
        let why = aggregate(errors.iter().map(|(error, _)| error.as_str()));
        let name = super::name_of(range);
        let mut told: Vec<Told> = Vec::new();
        for (error, spot) in errors {
            let text = format!("LimitRange {name} does not let it in: {error}");
            if !told.iter().any(|t| t.text == text && t.at.first() == Some(&spot)) {
                told.push(Told {
                    code: &LIMIT_RANGE,
                    text,
                    at: vec![spot],
                    help: "set requests and limits within those of the LimitRange".into(),
                });
            }
        }
        return Err(Box::new(at.forbidden(object, "LimitRanger", &why, told)));
    }
    Ok(())
}

/// One item of a LimitRange.
fn judge(at: &Attributes<'_>, item: Value<'_>, object: Value<'_>, errors: &mut Vec<(String, Spot)>) {
    let kind = item.str("type");
    let Some(spec) = object.get("spec") else { return };
    match (kind, at.is("", "Pod")) {
        ("Container", true) => {
            for list in ["containers", "initContainers"] {
                for (index, container) in spec.list(list).enumerate() {
                    let of = |name: &str| {
                        read_list(container.get("resources").and_then(|resources| resources.get(name)))
                    };
                    let spot = spot(container, format!("spec.{list}[{index}]"));
                    constrain(item, kind, &of("requests"), &of("limits"), false, &spot, errors);
                }
            }
        }
        ("Pod", true) => {
            let (requests, limits) = (pod_amounts(spec, "requests"), pod_amounts(spec, "limits"));
            let spot = Spot::new(spec.get("containers").unwrap_or(spec), "spec.containers");
            constrain(item, kind, &requests, &limits, false, &spot, errors);
        }
        ("PersistentVolumeClaim", false) => {
            let requests = spec.at(&["resources", "requests"]);
            let spot = Spot::new(requests.unwrap_or(spec), "spec.resources.requests");
            constrain(item, kind, &read_list(requests), &Vec::new(), true, &spot, errors);
        }
        _ => {}
    }
}

/// Its resources, or its name where it has none.
fn spot(container: Value<'_>, path: String) -> Spot {
    match container.get("resources").filter(|resources| resources.view().is_some()) {
        Some(resources) => Spot::new(resources, format!("{path}.resources")),
        None => Spot::new(container.get("name").unwrap_or(container), format!("{path}.resources")),
    }
}

/// Mirrors podRequests and podLimits: what the Pod says as a whole wins over its containers, for cpu and memory.
fn pod_amounts(spec: Value<'_>, list: &str) -> Amounts {
    let mut all = of_containers(spec, list);
    for (name, amount) in read_list(spec.get("resources").and_then(|resources| resources.get(list))) {
        if !matches!(name.as_str(), "cpu" | "memory") {
            continue;
        }
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = amount,
            None => all.push((name, amount)),
        }
    }
    all
}

fn constrain(
    item: Value<'_>,
    kind: &str,
    requests: &Amounts,
    limits: &Amounts,
    claim: bool,
    spot: &Spot,
    errors: &mut Vec<(String, Spot)>,
) {
    for constraint in CONSTRAINTS {
        for (resource, enforced) in read_list(item.get(constraint)) {
            let of = |list: &Amounts| list.iter().find(|(name, _)| *name == resource).map(|(_, q)| q.clone());
            let asked =
                Asked { kind, resource: &resource, enforced, request: of(requests), limit: of(limits) };
            let error = match constraint {
                "min" => asked.minimum(),
                "max" if claim => asked.maximum_request(),
                "max" => asked.maximum(),
                _ if claim => None,
                _ => asked.ratio(),
            };
            errors.extend(error.map(|error| (error, spot.clone())));
        }
    }
}

/// One resource and what is asked of it.
struct Asked<'a> {
    kind: &'a str,
    resource: &'a str,
    enforced: Quantity,
    request: Option<Quantity>,
    limit: Option<Quantity>,
}

impl Asked<'_> {
    /// Mirrors requestLimitEnforcedValues: thousandths, unless one of them has too many.
    fn values(&self) -> [i64; 3] {
        let all = [self.request.as_ref(), self.limit.as_ref(), Some(&self.enforced)];
        let whole = all.map(|quantity| quantity.map_or(0, Quantity::value));
        if whole.iter().all(|value| *value <= MAX_MILLI) {
            return all.map(|quantity| quantity.map_or(0, Quantity::milli));
        }
        whole
    }

    fn minimum(&self) -> Option<String> {
        let [request, limit, enforced] = self.values();
        let head = format!("minimum {} usage per {} is {}", self.resource, self.kind, self.enforced);
        let Some(asked) = &self.request else { return Some(format!("{head}.  No request is specified")) };
        if request < enforced {
            return Some(format!("{head}, but request is {asked}"));
        }
        let asked = self.limit.as_ref()?;
        (limit < enforced).then(|| format!("{head}, but limit is {asked}"))
    }

    fn maximum(&self) -> Option<String> {
        let [request, limit, enforced] = self.values();
        let head = format!("maximum {} usage per {} is {}", self.resource, self.kind, self.enforced);
        let Some(asked) = &self.limit else { return Some(format!("{head}.  No limit is specified")) };
        if limit > enforced {
            return Some(format!("{head}, but limit is {asked}"));
        }
        let asked = self.request.as_ref()?;
        (request > enforced).then(|| format!("{head}, but request is {asked}"))
    }

    fn maximum_request(&self) -> Option<String> {
        let [request, _, enforced] = self.values();
        let head = format!("maximum {} usage per {} is {}", self.resource, self.kind, self.enforced);
        let Some(asked) = &self.request else { return Some(format!("{head}.  No request is specified")) };
        (request > enforced).then(|| format!("{head}, but request is {asked}"))
    }

    #[expect(clippy::cast_precision_loss, reason = "as Go does it")]
    fn ratio(&self) -> Option<String> {
        let [request, limit, _] = self.values();
        let head =
            format!("{} max limit to request ratio per {} is {}", self.resource, self.kind, self.enforced);
        if self.request.is_none() || request == 0 {
            return Some(format!("{head}, but no request is specified or request is 0"));
        }
        if self.limit.is_none() || limit == 0 {
            return Some(format!("{head}, but no limit is specified or limit is 0"));
        }
        let ratio = limit as f64 / request as f64;
        let exceeds = if self.enforced.value() <= MAX_MILLI {
            ratio * 1000.0 > self.enforced.milli() as f64
        } else {
            ratio > self.enforced.value() as f64
        };
        exceeds.then(|| format!("{head}, but provided ratio is {ratio:.6}"))
    }
}
