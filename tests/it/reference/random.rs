//! Random clusters and Pods, as manifests. A case is made of bytes: fewer and smaller ones make a simpler case.

use serde_json::{Value as Json, json};

/// Bytes that decide, zeros when they are used up.
struct Dice<'b>(std::slice::Iter<'b, u8>);

impl Dice<'_> {
    /// A number below `sides`.
    fn roll(&mut self, sides: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % sides
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == sides - 1
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())]
    }
}

const ZONE: &str = "topology.kubernetes.io/zone";
const REGION: &str = "topology.kubernetes.io/region";
const HOSTNAME: &str = "kubernetes.io/hostname";
const KEYS: [&str; 4] = [HOSTNAME, ZONE, ZONE, REGION];
const APPS: [&str; 3] = ["a", "b", "c"];
const NAMESPACES: [&str; 4] = ["default", "default", "other", "third"];

/// A cluster and Pods to place, and what happens then: under `later` Pods that go, and nodes, objects and Pods that come.
pub(crate) fn case(bytes: &[u8]) -> Json {
    let dice = &mut Dice(bytes.iter());
    let nodes: Vec<Json> = (0..=dice.roll(11)).map(|number| node(dice, number)).collect();
    let mut objects = vec![
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other", "labels": {"team": "a"}}}),
    ];
    let templates: Vec<Json> = (0..=dice.roll(5)).map(|number| template(dice, number)).collect();
    objects.extend(others(dice, &templates));
    let mut existing = Vec::new();
    for number in 0..dice.roll(9) {
        let mut pod = of_template(dice, &templates, &format!("e{number}"));
        pod["spec"]["nodeName"] = nodes[dice.roll(nodes.len())]["metadata"]["name"].clone();
        pod["status"]["startTime"] = format!("2025-06-01T10:0{}:00Z", dice.roll(4)).into();
        if dice.one_in(8) {
            pod["metadata"]["deletionTimestamp"] = "2025-06-02T00:00:00Z".into();
            if dice.one_in(2) {
                let condition =
                    json!({"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"});
                pod["status"]["conditions"] = vec![condition].into();
            }
        }
        existing.push(pod);
    }
    let incoming = |dice: &mut Dice<'_>, prefix: &str, most: usize| -> Vec<Json> {
        let pods = (0..=dice.roll(most)).map(|number| {
            let mut pod = of_template(dice, &templates, &format!("{prefix}{number}"));
            if dice.one_in(16) {
                pod["status"]["nominatedNodeName"] =
                    nodes[dice.roll(nodes.len())]["metadata"]["name"].clone();
            }
            pod
        });
        pods.collect()
    };
    let first = incoming(dice, "p", 19);
    let path = |pod: &Json| {
        let of = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_owned();
        format!("{}/{}", of("namespace"), of("name"))
    };
    let gone: Vec<String> = existing.iter().chain(&first).filter(|_| dice.one_in(5)).map(path).collect();
    let joined: Vec<Json> = (0..dice.roll(3)).map(|number| node(dice, nodes.len() + number)).collect();
    let more_objects = if dice.one_in(2) { others(dice, &templates) } else { Vec::new() };
    let later = json!({
        "gone": gone,
        "nodes": joined,
        "objects": more_objects,
        "incoming": incoming(dice, "q", 6),
    });
    json!({"nodes": nodes, "objects": objects, "existing": existing, "incoming": first, "later": later})
}

fn node(dice: &mut Dice<'_>, number: usize) -> Json {
    let name = format!("n{number}");
    let mut labels =
        json!({HOSTNAME: name, "disk": dice.of(&["ssd", "hdd"]), "size": dice.of(&["1", "2", "3", "x"])});
    match dice.roll(12) {
        10 => labels[HOSTNAME] = "n0".into(),
        11 => _ = labels.as_object_mut().map(|labels| labels.remove(HOSTNAME)),
        _ => {}
    }
    if !dice.one_in(6) {
        labels[ZONE] = dice.of(&["z0", "z1", "z2"]).into();
    }
    if dice.one_in(2) {
        labels[REGION] = dice.of(&["r0", "r1"]).into();
    }
    let mut taints = Vec::new();
    for (sides, key, value, effect) in [
        (5, "dedicated", "db", "NoSchedule"),
        (4, "busy", "", "PreferNoSchedule"),
        (6, "dedicated", "web", "PreferNoSchedule"),
        (10, "broken", "disk", "NoExecute"),
    ] {
        if dice.one_in(sides) {
            taints.push(json!({"key": key, "value": value, "effect": effect}));
        }
    }
    let mut allocatable = json!({
        "cpu": dice.of(&["4", "2", "1", "500m"]),
        "memory": dice.of(&["4Gi", "2Gi", "1Gi", "700M"]),
        "pods": dice.of(&["10", "110", "4", "2"]),
    });
    if dice.one_in(3) {
        allocatable["ephemeral-storage"] = dice.of(&["1Gi", "10Gi"]).into();
    }
    if dice.one_in(3) {
        allocatable["example.com/gpu"] = dice.of(&["1", "2"]).into();
    }
    let mut images = Vec::new();
    for (image, size) in [("app:1", 300), ("app:latest", 900), ("registry.example:5000/tool:latest", 40)] {
        if dice.one_in(3) {
            let size = (size + dice.roll(3) * 50) << 20;
            images.push(json!({"names": [image, format!("alias/{image}")], "sizeBytes": size}));
        }
    }
    json!({
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": taints, "unschedulable": dice.one_in(10)},
        "status": {"allocatable": allocatable, "images": images},
    })
}

/// Services, controllers and budgets.
fn others(dice: &mut Dice<'_>, templates: &[Json]) -> Vec<Json> {
    let mut objects = Vec::new();
    let object = |version: &str, kind: &str, namespace: &str, name: &str, spec: Json| json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec});
    for app in APPS {
        if dice.one_in(3) {
            let namespace = dice.of(&NAMESPACES);
            let selector =
                if dice.one_in(3) { json!({"app": app, "tier": "x"}) } else { json!({"app": app}) };
            objects.push(object("v1", "Service", namespace, app, json!({"selector": selector})));
        }
        if dice.one_in(2) {
            let spec = json!({"selector": selector(dice, app)});
            let mut budget = object("policy/v1", "PodDisruptionBudget", dice.of(&NAMESPACES), app, spec);
            budget["status"] = json!({"disruptionsAllowed": dice.roll(3)});
            objects.push(budget);
        }
    }
    for template in templates {
        if let Some(owner) = template["metadata"]["ownerReferences"].get(0) {
            let spec = json!({"selector": {"matchLabels": {"app": template["metadata"]["labels"]["app"]}}});
            let namespace = template["metadata"]["namespace"].as_str().unwrap_or_default();
            let (kind, name) = (owner["kind"].as_str(), owner["name"].as_str());
            let (kind, name) = (kind.unwrap_or_default(), name.unwrap_or_default());
            objects.push(object("apps/v1", kind, namespace, name, spec));
        }
    }
    objects
}

fn of_template(dice: &mut Dice<'_>, templates: &[Json], name: &str) -> Json {
    let mut pod = dice.of(&templates.iter().collect::<Vec<_>>()).clone();
    pod["metadata"]["name"] = name.into();
    pod
}

fn template(dice: &mut Dice<'_>, number: usize) -> Json {
    let app = dice.of(&APPS);
    let mut labels = json!({"app": app, "version": dice.of(&["v1", "v2"])});
    if dice.one_in(2) {
        labels["tier"] = dice.of(&["x", "y"]).into();
    }
    let mut metadata = json!({"namespace": dice.of(&NAMESPACES), "labels": labels});
    if dice.one_in(3) {
        let owner = json!({"kind": dice.of(&["ReplicaSet", "StatefulSet"]), "name": format!("owner{number}"), "controller": true});
        metadata["ownerReferences"] = vec![owner].into();
    }
    let containers: Vec<Json> = (0..=dice.roll(2)).map(|_| container(dice)).collect();
    let mut spec = json!({"containers": containers, "priority": dice.of(&[0, 0, 10, -5, 100])});
    if dice.one_in(6) {
        spec["preemptionPolicy"] = "Never".into();
    }
    if dice.one_in(4) {
        let mut init = container(dice);
        if dice.one_in(2) {
            init["restartPolicy"] = "Always".into();
        }
        spec["initContainers"] = vec![init, container(dice)].into();
    }
    if dice.one_in(10) {
        spec["overhead"] = json!({"cpu": "50m", "memory": "10Mi"});
    }
    if dice.one_in(8) {
        spec["resources"] = match dice.roll(3) {
            0 => json!({"requests": {"cpu": "600m"}}),
            1 => json!({"requests": {"memory": "300Mi"}, "limits": {"cpu": "1"}}),
            _ => json!({"limits": {"memory": "1Gi"}}),
        };
    }
    if dice.one_in(8) {
        spec["hostNetwork"] = true.into();
    }
    if dice.one_in(6) {
        spec["nodeSelector"] = json!({"disk": dice.of(&["ssd", "hdd"])});
    }
    let tolerations = [
        json!({"key": "dedicated", "operator": "Equal", "value": "db", "effect": "NoSchedule"}),
        json!({"key": "dedicated", "operator": "Exists"}),
        json!({"operator": "Exists", "effect": "NoExecute"}),
        json!({"key": "busy", "operator": "Exists", "effect": "PreferNoSchedule"}),
        json!({"operator": "Exists"}),
    ];
    let tolerations: Vec<Json> = tolerations.into_iter().filter(|_| dice.one_in(6)).collect();
    spec["tolerations"] = tolerations.into();
    if let Some(affinity) = node_affinity(dice) {
        spec["affinity"]["nodeAffinity"] = affinity;
    }
    for (kind, sides) in [("podAffinity", 6), ("podAntiAffinity", 3)] {
        if dice.one_in(sides) {
            let terms: Vec<Json> = (0..=usize::from(dice.one_in(4))).map(|_| pod_term(dice, app)).collect();
            spec["affinity"][kind]["requiredDuringSchedulingIgnoredDuringExecution"] = terms.into();
        }
        if dice.one_in(5) {
            let weighted = |dice: &mut Dice<'_>| json!({"weight": 1 + dice.roll(100), "podAffinityTerm": pod_term(dice, app)});
            let terms: Vec<Json> = (0..=dice.roll(2)).map(|_| weighted(dice)).collect();
            spec["affinity"][kind]["preferredDuringSchedulingIgnoredDuringExecution"] = terms.into();
        }
    }
    if dice.one_in(3) {
        let constraints: Vec<Json> = (0..=dice.roll(2)).map(|_| constraint(dice, app)).collect();
        spec["topologySpreadConstraints"] = constraints.into();
    }
    json!({"metadata": metadata, "spec": spec})
}

fn container(dice: &mut Dice<'_>) -> Json {
    let mut requests = json!({});
    for (key, amounts) in [
        ("cpu", ["", "100m", "250m", "500m", "0"]),
        ("memory", ["", "64Mi", "256Mi", "500M", "0"]),
        ("ephemeral-storage", ["", "", "", "", "400Mi"]),
        ("example.com/gpu", ["", "", "", "", "1"]),
    ] {
        match dice.of(&amounts) {
            "" => {}
            amount => requests[key] = amount.into(),
        }
    }
    let image = dice.of(&["app:1", "app", "registry.example:5000/tool", "unknown:3"]);
    let field = if dice.one_in(8) { "limits" } else { "requests" };
    let mut container = json!({"name": "c", "image": image, "resources": {field: requests}});
    if dice.one_in(8) {
        let mut port = json!({"containerPort": dice.of(&[80, 81])});
        if !dice.one_in(3) {
            port["hostPort"] = dice.of(&[80, 81]).into();
        }
        match dice.roll(6) {
            4 => port["hostIP"] = "10.0.0.1".into(),
            5 => port["protocol"] = "UDP".into(),
            _ => {}
        }
        container["ports"] = vec![port].into();
    }
    container
}

fn node_requirement(dice: &mut Dice<'_>) -> Json {
    match dice.roll(7) {
        0 => json!({"key": "disk", "operator": "In", "values": ["ssd"]}),
        1 => json!({"key": ZONE, "operator": "In", "values": ["z0", "z1"]}),
        2 => json!({"key": ZONE, "operator": "NotIn", "values": ["z2"]}),
        3 => json!({"key": REGION, "operator": "Exists"}),
        4 => json!({"key": REGION, "operator": "DoesNotExist"}),
        5 => json!({"key": "size", "operator": "Gt", "values": ["1"]}),
        _ => json!({"key": "size", "operator": "Lt", "values": ["3"]}),
    }
}

fn node_affinity(dice: &mut Dice<'_>) -> Option<Json> {
    let mut affinity = json!({});
    if dice.one_in(6) {
        let term = |dice: &mut Dice<'_>| match dice.roll(5) {
            3 => {
                let names: Vec<&str> = (0..=dice.roll(2)).map(|_| dice.of(&["n0", "n1", "n9"])).collect();
                json!({"matchFields": [{"key": "metadata.name", "operator": "In", "values": names}]})
            }
            4 => json!({"matchExpressions": [node_requirement(dice), node_requirement(dice)]}),
            _ => json!({"matchExpressions": [node_requirement(dice)]}),
        };
        let terms: Vec<Json> = (0..=dice.roll(2)).map(|_| term(dice)).collect();
        affinity["requiredDuringSchedulingIgnoredDuringExecution"] = json!({"nodeSelectorTerms": terms});
    }
    if dice.one_in(5) {
        let terms: Vec<Json> = (0..=dice.roll(2))
            .map(|_| json!({"weight": 1 + dice.roll(100), "preference": {"matchExpressions": [node_requirement(dice)]}}))
            .collect();
        affinity["preferredDuringSchedulingIgnoredDuringExecution"] = terms.into();
    }
    affinity.as_object().is_some_and(|fields| !fields.is_empty()).then_some(affinity)
}

fn selector(dice: &mut Dice<'_>, app: &str) -> Json {
    match dice.roll(9) {
        5 => json!({"matchLabels": {"app": dice.of(&APPS)}}),
        6 => json!({}),
        7 => json!({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": [app]}]}),
        8 => json!({"matchExpressions": [{"key": "tier", "operator": dice.of(&["Exists", "DoesNotExist"])}]}),
        _ => json!({"matchLabels": {"app": app}}),
    }
}

fn label_keys(dice: &mut Dice<'_>, holder: &mut Json, field: &str, sides: usize) {
    if dice.one_in(sides) && !holder["labelSelector"].is_null() {
        holder[field] = vec![dice.of(&["version", "tier"])].into();
    }
}

fn pod_term(dice: &mut Dice<'_>, app: &str) -> Json {
    let mut term = json!({"topologyKey": dice.of(&KEYS)});
    if !dice.one_in(12) {
        term["labelSelector"] = selector(dice, app);
    }
    label_keys(dice, &mut term, "matchLabelKeys", 8);
    label_keys(dice, &mut term, "mismatchLabelKeys", 10);
    if dice.one_in(8) {
        term["namespaces"] = vec![dice.of(&NAMESPACES)].into();
    }
    match dice.roll(12) {
        8 => term["namespaceSelector"] = json!({}),
        9 => term["namespaceSelector"] = json!({"matchLabels": {"team": "a"}}),
        10 => {
            let expression = json!({"key": "team", "operator": dice.of(&["DoesNotExist", "Exists"])});
            term["namespaceSelector"] = json!({"matchExpressions": [expression]});
        }
        11 => {
            let expression = json!({"key": "team", "operator": "NotIn", "values": ["a"]});
            term["namespaceSelector"] = json!({"matchExpressions": [expression]});
        }
        _ => {}
    }
    term
}

fn constraint(dice: &mut Dice<'_>, app: &str) -> Json {
    let hard = dice.one_in(2);
    let when = if hard { "DoNotSchedule" } else { "ScheduleAnyway" };
    let mut constraint =
        json!({"maxSkew": 1 + dice.roll(2), "topologyKey": dice.of(&KEYS), "whenUnsatisfiable": when});
    if !dice.one_in(12) {
        constraint["labelSelector"] = selector(dice, app);
    }
    label_keys(dice, &mut constraint, "matchLabelKeys", 5);
    if hard && dice.one_in(4) {
        constraint["minDomains"] = (1 + dice.roll(4)).into();
    }
    for (field, sides) in [("nodeAffinityPolicy", 4), ("nodeTaintsPolicy", 4)] {
        if dice.one_in(sides) {
            constraint[field] = dice.of(&["Honor", "Ignore"]).into();
        }
    }
    constraint
}
