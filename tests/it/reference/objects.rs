//! Reading manifests: labels, selectors, tolerations, amounts.

use std::collections::BTreeMap;

use serde_json::Value as Json;

pub(super) fn at<'j>(json: &'j Json, path: &[&str]) -> &'j Json {
    path.iter().fold(json, |json, key| &json[*key])
}

pub(super) fn list(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}

pub(super) fn entries(json: &Json) -> impl Iterator<Item = (&str, &Json)> {
    json.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

pub(super) fn name(object: &Json) -> &str {
    text(at(object, &["metadata", "name"]))
}

/// The name of an item that has no metadata.
pub(super) fn name_of(item: &Json) -> &str {
    text(&item["name"])
}

pub(super) fn namespace(object: &Json) -> &str {
    match text(at(object, &["metadata", "namespace"])) {
        "" => "default",
        given => given,
    }
}

pub(super) fn labels(object: &Json) -> BTreeMap<&str, &str> {
    entries(at(object, &["metadata", "labels"])).map(|(key, value)| (key, text(value))).collect()
}

/// An item of `matchExpressions` or `matchFields` and the value of its key.
fn requirement(requirement: &Json, value: Option<&str>) -> bool {
    let values = || list(&requirement["values"]).iter().map(text);
    let number = |text: &str| text.parse::<i64>().ok();
    let compare = |compare: fn(&i64, &i64) -> bool| {
        let bound = values().next().and_then(number);
        value.and_then(number).zip(bound).is_some_and(|(value, bound)| compare(&value, &bound))
    };
    match text(&requirement["operator"]) {
        "In" => value.is_some_and(|value| values().any(|other| other == value)),
        "NotIn" => value.is_none_or(|value| values().all(|other| other != value)),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => compare(i64::gt),
        "Lt" => compare(i64::lt),
        other => panic!("the operator {other} is not known"),
    }
}

/// A `LabelSelector`; one that is not there matches nothing.
pub(super) fn selects(selector: &Json, labels: &BTreeMap<&str, &str>) -> bool {
    !selector.is_null()
        && entries(&selector["matchLabels"]).all(|(key, value)| labels.get(key) == Some(&text(value)))
        && list(&selector["matchExpressions"])
            .iter()
            .all(|item| requirement(item, labels.get(text(&item["key"])).copied()))
}

pub(super) fn is_empty(selector: &Json) -> bool {
    entries(&selector["matchLabels"]).next().is_none() && list(&selector["matchExpressions"]).is_empty()
}

/// A selector of a term or constraint with what `matchLabelKeys` and `mismatchLabelKeys` make of the Pod's labels.
pub(super) fn merged_selector(holder: &Json, pod: &Json) -> Json {
    let mut selector = holder["labelSelector"].clone();
    if selector.is_null() {
        return selector;
    }
    let labels = labels(pod);
    for (field, operator) in [("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn")] {
        for key in list(&holder[field]).iter().map(text) {
            if let Some(value) = labels.get(key) {
                let mut expressions = list(&selector["matchExpressions"]).to_vec();
                expressions.push(serde_json::json!({"key": key, "operator": operator, "values": [value]}));
                selector["matchExpressions"] = expressions.into();
            }
        }
    }
    selector
}

/// A term of a node selector; one that asks nothing matches no node.
pub(super) fn node_term(term: &Json, node: &Json) -> bool {
    let (expressions, fields) = (list(&term["matchExpressions"]), list(&term["matchFields"]));
    let labels = labels(node);
    !(expressions.is_empty() && fields.is_empty())
        && expressions.iter().all(|item| requirement(item, labels.get(text(&item["key"])).copied()))
        && fields.iter().all(|item| requirement(item, Some(name(node))))
}

/// A term on the labels of a node alone.
pub(super) fn node_labels_term(term: &Json, node: &Json) -> bool {
    let expressions = list(&term["matchExpressions"]);
    let labels = labels(node);
    !expressions.is_empty()
        && expressions.iter().all(|item| requirement(item, labels.get(text(&item["key"])).copied()))
}

pub(super) fn required_node_terms(pod: &Json) -> &Json {
    at(
        pod,
        &[
            "spec",
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms",
        ],
    )
}

/// `nodeSelector` and required node affinity.
pub(super) fn wants_node(pod: &Json, node: &Json) -> bool {
    let labels = labels(node);
    let required = required_node_terms(pod);
    entries(at(pod, &["spec", "nodeSelector"])).all(|(key, value)| labels.get(key) == Some(&text(value)))
        && (required.is_null() || list(required).iter().any(|term| node_term(term, node)))
}

fn tolerates(toleration: &Json, taint: &Json) -> bool {
    let or_same = |field: &str| {
        let given = text(&toleration[field]);
        given.is_empty() || given == text(&taint[field])
    };
    or_same("effect")
        && or_same("key")
        && match text(&toleration["operator"]) {
            "" | "Equal" => text(&toleration["value"]) == text(&taint["value"]),
            other => other == "Exists",
        }
}

pub(super) fn tolerated(pod: &Json, taint: &Json) -> bool {
    list(at(pod, &["spec", "tolerations"])).iter().any(|toleration| tolerates(toleration, taint))
}

/// The taints of some effects that the Pod does not tolerate.
pub(super) fn untolerated(pod: &Json, node: &Json, effects: &[&str]) -> usize {
    let taints = list(at(node, &["spec", "taints"])).iter();
    taints.filter(|taint| effects.contains(&text(&taint["effect"])) && !tolerated(pod, taint)).count()
}

/// Amounts by name in thousandths.
pub(super) type Amounts = BTreeMap<String, i128>;

/// A quantity in thousandths, rounded up.
pub(super) fn quantity(json: &Json) -> i128 {
    let text = match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().unwrap_or(0);
    let (factor, divisor): (i128, i128) = match suffix {
        "" => (1, 1),
        "n" => (1, 1_000_000_000),
        "u" => (1, 1_000_000),
        "m" => (1, 1000),
        "k" => (1000, 1),
        "M" => (1_000_000, 1),
        "G" => (1_000_000_000, 1),
        "T" => (1_000_000_000_000, 1),
        "Ki" => (1 << 10, 1),
        "Mi" => (1 << 20, 1),
        "Gi" => (1 << 30, 1),
        "Ti" => (1 << 40, 1),
        exponent => match exponent.strip_prefix(['e', 'E']).and_then(|e| e.parse().ok()) {
            Some(exponent) => (10i128.pow(exponent), 1),
            None => panic!("the quantity {text} is not known"),
        },
    };
    let divisor = divisor * 10i128.pow(fraction.len() as u32);
    let scaled = digits * factor * 1000;
    (scaled + divisor - 1).div_euclid(divisor)
}

pub(super) fn amounts(json: &Json) -> Amounts {
    entries(json).map(|(key, value)| (key.to_owned(), quantity(value))).collect()
}

fn fill(amounts: &mut Amounts, with: &Amounts) {
    for (key, amount) in with {
        amounts.entry(key.clone()).or_insert(*amount);
    }
}

fn add(amounts: &mut Amounts, other: &Amounts) {
    for (key, amount) in other {
        *amounts.entry(key.clone()).or_default() += amount;
    }
}

fn raise(amounts: &mut Amounts, other: &Amounts) {
    for (key, amount) in other {
        let mine = amounts.entry(key.clone()).or_insert(*amount);
        *mine = (*mine).max(*amount);
    }
}

fn is_for_pods(key: &str) -> bool {
    key == "cpu" || key == "memory" || key.starts_with("hugepages-")
}

/// What the resize of a container, or of the Pod, that its status tells of makes of its requests.
fn resized(pod: &Json, spec: &Amounts, status: &Json) -> Amounts {
    let infeasible = list(at(pod, &["status", "conditions"])).iter().any(|condition| {
        text(&condition["type"]) == "PodResizePending" && text(&condition["reason"]) == "Infeasible"
    });
    let mut most = if infeasible { Amounts::new() } else { spec.clone() };
    raise(&mut most, &amounts(at(status, &["resources", "requests"])));
    raise(&mut most, &amounts(&status["allocatedResources"]));
    most
}

/// Requests of a container with those that follow from limits, of a resize that is under way, and `defaults`.
fn of_container(pod: &Json, container: &Json, sidecar_or_app: bool, defaults: &Amounts) -> Amounts {
    let mut requests = amounts(at(container, &["resources", "requests"]));
    fill(&mut requests, &amounts(at(container, &["resources", "limits"])));
    if sidecar_or_app {
        let statuses = ["containerStatuses", "initContainerStatuses"];
        let mut statuses = statuses.iter().flat_map(|field| list(at(pod, &["status", field])));
        let own =
            statuses.find(|status| status["name"] == container["name"] && !status["resources"].is_null());
        if let Some(status) = own {
            requests = resized(pod, &requests, status);
        }
    }
    fill(&mut requests, defaults);
    requests
}

fn is_sidecar(container: &Json) -> bool {
    text(&container["restartPolicy"]) == "Always"
}

fn of_containers(pod: &Json, defaults: &Amounts) -> Amounts {
    let (mut running, mut sidecars, mut starting) = (Amounts::new(), Amounts::new(), Amounts::new());
    for container in list(at(pod, &["spec", "containers"])) {
        add(&mut running, &of_container(pod, container, true, defaults));
    }
    for container in list(at(pod, &["spec", "initContainers"])) {
        let mut requests = of_container(pod, container, is_sidecar(container), defaults);
        if is_sidecar(container) {
            add(&mut running, &requests);
            add(&mut sidecars, &requests);
            raise(&mut starting, &sidecars);
        } else {
            add(&mut requests, &sidecars);
            raise(&mut starting, &requests);
        }
    }
    raise(&mut running, &starting);
    running
}

/// `spec.resources.requests` with what defaulting and a resize make of them.
fn of_pod(pod: &Json) -> Amounts {
    let resources = at(pod, &["spec", "resources"]);
    let mut requests = amounts(&resources["requests"]);
    let limits = amounts(&resources["limits"]);
    if !limits.is_empty() {
        let without_status = serde_json::json!({"spec": pod["spec"]});
        for (key, amount) in of_containers(&without_status, &Amounts::new()) {
            if key == "cpu" || key == "memory" {
                requests.entry(key).or_insert(amount);
            }
        }
        for (key, amount) in limits {
            if is_for_pods(&key) {
                requests.entry(key).or_insert(amount);
            }
        }
    }
    if !at(pod, &["status", "resources"]).is_null() {
        let most = resized(pod, &requests, &pod["status"]);
        for (key, amount) in &mut requests {
            *amount = most[key];
        }
    }
    requests.retain(|key, _| is_for_pods(key));
    requests
}

/// What a Pod asks: exactly, or with CPU and memory assumed where none is asked.
fn asked(pod: &Json, defaults: &Amounts, with_pod_level: bool) -> Amounts {
    let mut sum = of_containers(pod, defaults);
    if with_pod_level {
        sum.extend(of_pod(pod));
    }
    add(&mut sum, &amounts(at(pod, &["spec", "overhead"])));
    sum
}

/// What a Pod asks, exactly.
pub(super) fn requests(pod: &Json) -> Amounts {
    asked(pod, &Amounts::new(), true)
}

fn assumed() -> Amounts {
    Amounts::from([("cpu".into(), 100), ("memory".into(), (200 << 20) * 1000)])
}

/// What scoring counts for the Pod to place.
pub(super) fn scored(pod: &Json) -> Amounts {
    asked(pod, &assumed(), false)
}

/// What scoring counts for a Pod on a node.
pub(super) fn counted(pod: &Json) -> Amounts {
    let mut defaults = assumed();
    if !of_pod(pod).is_empty() {
        let exact = requests(pod);
        defaults.retain(|key, _| !exact.contains_key(key));
    }
    asked(pod, &defaults, true)
}

/// The amount as the scheduler counts it: thousandths of CPU, whole units of all else.
pub(super) fn amount(amounts: &Amounts, key: &str) -> i128 {
    let milli = amounts.get(key).copied().unwrap_or(0);
    if key == "cpu" { milli } else { (milli + 999).div_euclid(1000) }
}
