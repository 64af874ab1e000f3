//! Random clusters and Pods, as manifests. A case is made of bytes: fewer and smaller ones make a simpler case.

use super::profile::FILTERS;
use serde_json::{Value as Json, json};

/// Bytes that decide, zeros when they are used up.
struct Dice<'b> {
    bytes: std::slice::Iter<'b, u8>,
    /// What keeps Pods off nodes is rare.
    calm: bool,
}

impl Dice<'_> {
    /// A number below `sides`.
    fn roll(&mut self, sides: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) % sides
    }

    /// One in `sides`, or less where it is calm.
    fn one_in(&mut self, sides: usize) -> bool {
        let sides = if self.calm { sides * 4 } else { sides };
        self.roll(sides) == sides - 1
    }

    fn namespace(&mut self) -> &'static str {
        if self.calm { NAMESPACES[0] } else { self.of(&NAMESPACES) }
    }

    /// One in `sides`, calm or not.
    fn hits(&mut self, sides: usize) -> bool {
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
    let dice = &mut Dice { bytes: bytes.iter(), calm: false };
    dice.calm = dice.hits(2);
    let nodes: Vec<Json> = (0..=dice.roll(11)).map(|number| node(dice, number)).collect();
    let mut objects = vec![
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other", "labels": {"team": "a"}}}),
    ];
    let templates: Vec<Json> = (0..=dice.roll(5)).map(|number| template(dice, number)).collect();
    objects.extend(others(dice, &templates));
    let claims = Claims::new(dice, &nodes, "");
    objects.extend(claims.objects.iter().cloned());
    let mut existing = Vec::new();
    for number in 0..dice.roll(9) {
        let mut pod = of_template(dice, &templates, &format!("e{number}"));
        claims.put(dice, &mut pod);
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
    let incoming = |dice: &mut Dice<'_>, claims: &Claims, prefix: &str, most: usize| -> Vec<Json> {
        let mut template = of_template(dice, &templates, "");
        let pods = (0..=dice.roll(most)).map(|number| {
            // Replicas come together.
            if dice.one_in(4) {
                template = of_template(dice, &templates, "");
            }
            let mut pod = template.clone();
            pod["metadata"]["name"] = format!("{prefix}{number}").into();
            claims.put(dice, &mut pod);
            if dice.one_in(16) {
                pod["status"]["nominatedNodeName"] =
                    nodes[dice.roll(nodes.len())]["metadata"]["name"].clone();
            }
            pod
        });
        pods.collect()
    };
    let first = incoming(dice, &claims, "p", 19);
    let path = |pod: &Json| {
        let of = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_owned();
        format!("{}/{}", of("namespace"), of("name"))
    };
    let gone: Vec<String> = existing.iter().chain(&first).filter(|_| dice.one_in(5)).map(path).collect();
    let joined: Vec<Json> = (0..dice.roll(3)).map(|number| node(dice, nodes.len() + number)).collect();
    let mut more_objects = if dice.one_in(2) { others(dice, &templates) } else { Vec::new() };
    let mut more_claims = claims;
    if dice.hits(3) {
        let all: Vec<Json> = nodes.iter().chain(&joined).cloned().collect();
        let new = Claims::new(dice, &all, "-2");
        more_objects.extend(new.objects.iter().cloned());
        more_claims.volumes.extend(new.volumes);
        more_claims.devices.extend(new.devices);
    }
    let later = json!({
        "gone": gone,
        "nodes": joined,
        "objects": more_objects,
        "incoming": incoming(dice, &more_claims, "q", 6),
    });
    let config = if dice.hits(2) { profile(dice) } else { Json::Null };
    json!({"config": config, "nodes": nodes, "objects": objects, "existing": existing, "incoming": first, "later": later})
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
        "cpu": if dice.calm { "4" } else { dice.of(&["4", "2", "1", "500m"]) },
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
            let namespace = dice.namespace();
            let selector =
                if dice.one_in(3) { json!({"app": app, "tier": "x"}) } else { json!({"app": app}) };
            objects.push(object("v1", "Service", namespace, app, json!({"selector": selector})));
        }
        if dice.one_in(2) {
            let spec = json!({"selector": selector(dice, app)});
            let mut budget = object("policy/v1", "PodDisruptionBudget", dice.namespace(), app, spec);
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
    let mut metadata = json!({"namespace": dice.namespace(), "labels": labels});
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
        let is_scarce = key != "cpu" && key != "memory";
        match dice.of(&amounts) {
            "" => {}
            _ if dice.calm && is_scarce => {}
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
        term["namespaces"] = vec![dice.namespace()].into();
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

/// Claims on volumes and devices, with all that is behind them.
struct Claims {
    objects: Vec<Json>,
    /// Namespace and name.
    volumes: Vec<(&'static str, String)>,
    /// Namespace and name.
    devices: Vec<(&'static str, String)>,
}

const CLASSES: [&str; 4] = ["local", "local", "made", "at-once"];

impl Claims {
    /// `suffix` keeps names apart.
    fn new(dice: &mut Dice<'_>, nodes: &[Json], suffix: &str) -> Self {
        let mut this = Self { objects: Vec::new(), volumes: Vec::new(), devices: Vec::new() };
        if dice.hits(2) {
            this.add_volumes(dice, nodes, suffix);
        }
        if dice.hits(3) {
            this.add_devices(dice, nodes, suffix);
        }
        this
    }

    fn add(&mut self, version: &str, kind: &str, mut object: Json) {
        object["apiVersion"] = version.into();
        object["kind"] = kind.into();
        self.objects.push(object);
    }

    fn add_volumes(&mut self, dice: &mut Dice<'_>, nodes: &[Json], suffix: &str) {
        let class = |name: &str, provisioner: &str, mode: &str| json!({"metadata": {"name": name}, "provisioner": provisioner, "volumeBindingMode": mode});
        let mut made = class("made", "disk.example.com", "WaitForFirstConsumer");
        if dice.hits(3) {
            let zones = json!({"matchLabelExpressions": [{"key": ZONE, "values": ["z0", "z1"]}]});
            made["allowedTopologies"] = json!([zones]);
        }
        let local = class("local", "kubernetes.io/no-provisioner", "WaitForFirstConsumer");
        if suffix.is_empty() {
            for class in [local, made, class("at-once", "disk.example.com", "Immediate")] {
                self.add("storage.k8s.io/v1", "StorageClass", class);
            }
        }
        let mut volumes: Vec<Json> =
            (0..dice.roll(7)).map(|n| volume(dice, nodes, &format!("v{n}{suffix}"))).collect();
        for number in 0..=dice.roll(6) {
            let (namespace, name) = (dice.namespace(), format!("c{number}{suffix}"));
            let modes: &[&str] = match dice.roll(8) {
                6 => &["ReadWriteOncePod"],
                7 => &["ReadWriteOnce", "ReadWriteMany"],
                _ => &["ReadWriteOnce"],
            };
            let size = dice.of(&["1Gi", "2Gi", "1500M"]);
            let mut claim = json!({
                "metadata": {"name": name, "namespace": namespace, "uid": name},
                "spec": {"storageClassName": dice.of(&CLASSES), "accessModes": modes, "resources": {"requests": {"storage": size}}},
                "status": {"phase": "Pending"},
            });
            if dice.hits(8) {
                claim["spec"]["selector"] = json!({"matchLabels": {"disk": "ssd"}});
            }
            if dice.hits(12) {
                claim["spec"]["volumeMode"] = "Block".into();
            }
            let of = json!({"namespace": namespace, "name": name});
            match (dice.roll(8), volumes.get_mut(number)) {
                // Bound.
                (3 | 4, Some(volume)) if volume["spec"]["claimRef"].is_null() => {
                    volume["spec"]["claimRef"] = of;
                    volume["spec"]["claimRef"]["uid"] = name.clone().into();
                    volume["status"]["phase"] = "Bound".into();
                    claim["spec"]["volumeName"] = volume["metadata"]["name"].clone();
                    claim["metadata"]["annotations"] = json!({"pv.kubernetes.io/bind-completed": "yes"});
                }
                // Kept for it.
                (5, Some(volume)) => volume["spec"]["claimRef"] = of,
                // Bound to one that is gone, or on its way.
                (6, _) if dice.hits(2) => {
                    claim["spec"]["volumeName"] = "gone".into();
                    if dice.hits(2) {
                        claim["metadata"]["annotations"] = json!({"pv.kubernetes.io/bind-completed": "yes"});
                    }
                }
                (7, _) if dice.hits(3) => {
                    claim["metadata"]["deletionTimestamp"] = "2025-06-02T00:00:00Z".into();
                }
                (7, _) if dice.hits(3) => {
                    claim["spec"]["volumeName"] = "gone".into();
                    claim["status"]["phase"] = "Lost".into();
                }
                _ => {}
            }
            self.add("v1", "PersistentVolumeClaim", claim);
            self.volumes.push((namespace, name));
        }
        for volume in volumes {
            self.add("v1", "PersistentVolume", volume);
        }
    }

    fn add_devices(&mut self, dice: &mut Dice<'_>, nodes: &[Json], suffix: &str) {
        let version = "resource.k8s.io/v1";
        let model = |model: &str| json!([{"cel": {"expression": format!("device.attributes['gpu.example.com'].model == '{model}'")}}]);
        if suffix.is_empty() {
            self.add(version, "DeviceClass", json!({"metadata": {"name": "gpu"}, "spec": {}}));
            let spec = json!({"selectors": model("a")});
            self.add(version, "DeviceClass", json!({"metadata": {"name": "gpu-a"}, "spec": spec}));
        }
        let mut reached: Vec<Json> = Vec::new();
        for node in nodes {
            if dice.hits(4) {
                continue;
            }
            let name = &node["metadata"]["name"];
            let devices: Vec<Json> = (0..=dice.roll(3))
                .map(|number| json!({"name": format!("d{number}"), "attributes": {"model": {"string": dice.of(&["a", "b"])}}}))
                .collect();
            reached.push(name.clone());
            // Another slice of the pool is missing, or all nodes reach it.
            let (is_missing, has_shared) = (dice.hits(10), dice.hits(6));
            let count = 1 + usize::from(is_missing) + usize::from(has_shared);
            let pool = format!("{}{suffix}", name.as_str().unwrap_or_default());
            let mut spec = json!({
                "driver": "gpu.example.com",
                "nodeName": name,
                "pool": {"name": pool, "generation": 1, "resourceSliceCount": count},
                "devices": devices,
            });
            let slice = |name: String, spec: &Json| json!({"metadata": {"name": name}, "spec": spec});
            self.add(version, "ResourceSlice", slice(format!("slice-{pool}"), &spec));
            if has_shared {
                spec["nodeName"] = Json::Null;
                spec["allNodes"] = true.into();
                spec["devices"] =
                    json!([{"name": "s0", "attributes": {"model": {"string": dice.of(&["a", "b"])}}}]);
                let name = format!("{}-{pool}", dice.of(&["aside", "zone"]));
                self.add(version, "ResourceSlice", slice(name, &spec));
            }
        }
        for number in 0..=dice.roll(5) {
            let (namespace, name) = (dice.namespace(), format!("r{number}{suffix}"));
            let asked = |dice: &mut Dice<'_>| {
                let class = if dice.hits(12) { "none" } else { dice.of(&["gpu", "gpu-a"]) };
                let mut asked = json!({"deviceClassName": class, "allocationMode": "ExactCount", "count": 1 + dice.roll(3)});
                if dice.hits(4) {
                    asked["selectors"] = model(dice.of(&["a", "b"]));
                }
                asked
            };
            let request = |dice: &mut Dice<'_>, number: usize| {
                let name = format!("q{number}");
                if !dice.hits(2) {
                    return json!({"name": name, "exactly": asked(dice)});
                }
                let choices: Vec<Json> = (0..=dice.roll(2))
                    .map(|number| {
                        let mut choice = asked(dice);
                        choice["name"] = format!("s{number}").into();
                        choice
                    })
                    .collect();
                json!({"name": name, "firstAvailable": choices})
            };
            let requests: Vec<Json> = (0..=dice.roll(2)).map(|number| request(dice, number)).collect();
            let mut claim = json!({
                "metadata": {"name": name, "namespace": namespace, "uid": name},
                "spec": {"devices": {"requests": requests}},
            });
            if dice.hits(4) && !reached.is_empty() {
                let node = reached[dice.roll(reached.len())].clone();
                let pool = format!("{}{suffix}", node.as_str().unwrap_or_default());
                let result =
                    json!({"request": "q0", "driver": "gpu.example.com", "pool": pool, "device": "d0"});
                let term =
                    json!({"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]});
                claim["status"]["allocation"] = json!({"devices": {"results": [result]}});
                if !dice.hits(4) {
                    claim["status"]["allocation"]["nodeSelector"] = json!({"nodeSelectorTerms": [term]});
                }
                if dice.hits(3) {
                    let consumer =
                        json!({"resource": "pods", "name": dice.of(&["other", "p0", "p1"]), "uid": "u"});
                    claim["status"]["reservedFor"] = json!([consumer]);
                }
            }
            self.add(version, "ResourceClaim", claim);
            self.devices.push((namespace, name));
        }
    }

    /// Gives a Pod some claims of its namespace.
    fn put(&self, dice: &mut Dice<'_>, pod: &mut Json) {
        let namespace = pod["metadata"]["namespace"].clone();
        let mine = |dice: &mut Dice<'_>, all: &[(&str, String)]| -> Vec<String> {
            let mine = all.iter().filter(|(of, _)| namespace == *of).map(|(_, name)| name.clone());
            let mut mine: Vec<String> = mine.filter(|_| dice.hits(4)).collect();
            mine.truncate(2);
            mine
        };
        let mut volumes = mine(dice, &self.volumes);
        if !self.volumes.is_empty() && dice.hits(20) {
            volumes.push("missing".into());
        }
        if !volumes.is_empty() {
            let volume =
                |claim: String| json!({"name": claim, "persistentVolumeClaim": {"claimName": claim}});
            pod["spec"]["volumes"] = volumes.into_iter().map(volume).collect();
        }
        let devices = mine(dice, &self.devices);
        if !devices.is_empty() {
            let claim = |claim: String| json!({"name": claim, "resourceClaimName": claim});
            pod["spec"]["resourceClaims"] = devices.into_iter().map(claim).collect();
        }
    }
}

fn volume(dice: &mut Dice<'_>, nodes: &[Json], name: &str) -> Json {
    let mut labels = json!({"disk": dice.of(&["ssd", "hdd"])});
    if dice.hits(4) {
        labels[dice.of(&[ZONE, "failure-domain.beta.kubernetes.io/zone"])] =
            dice.of(&["z0", "z0__z1"]).into();
    }
    let modes: &[&str] = match dice.roll(6) {
        4 => &["ReadWriteOncePod"],
        5 => &["ReadOnlyMany"],
        _ => &["ReadWriteOnce", "ReadWriteMany"],
    };
    let mut volume = json!({
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "storageClassName": dice.of(&CLASSES),
            "capacity": {"storage": dice.of(&["2Gi", "1Gi", "5Gi"])},
            "accessModes": modes,
            "local": {"path": "/disk"},
        },
        "status": {"phase": if dice.hits(10) { "Released" } else { "Available" }},
    });
    let host = nodes[dice.roll(nodes.len())]["metadata"]["name"].clone();
    let asked = match dice.roll(5) {
        0 => return volume,
        1 => json!({"key": ZONE, "operator": "In", "values": [dice.of(&["z0", "z1", "z2"])]}),
        _ => json!({"key": HOSTNAME, "operator": "In", "values": [host]}),
    };
    volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"] = json!([{"matchExpressions": [asked]}]);
    if dice.hits(12) {
        volume["spec"]["volumeMode"] = "Block".into();
    }
    volume
}

/// A configuration with one profile.
fn profile(dice: &mut Dice<'_>) -> Json {
    const OTHERS: [&str; 4] =
        ["NodeResourcesBalancedAllocation", "ImageLocality", "NodeVolumeLimits", "NodeName"];
    const OFTEN: [&str; 8] = [
        "VolumeBinding",
        "VolumeZone",
        "TaintToleration",
        "NodeAffinity",
        "NodePorts",
        "NodeResourcesFit",
        "PodTopologySpread",
        "NodeUnschedulable",
    ];
    const SCORES: [&str; 8] = [
        "ImageLocality",
        "NodeResourcesFit",
        "NodeResourcesBalancedAllocation",
        "TaintToleration",
        "NodeAffinity",
        "PodTopologySpread",
        "InterPodAffinity",
        "DynamicResources",
    ];
    let anywhere: Vec<&str> = FILTERS.into_iter().chain(OTHERS).collect();
    let name = |name: &str| json!({"name": name});
    let some = |dice: &mut Dice<'_>, of: &[&str], most: usize| -> Vec<Json> {
        let mut all: Vec<&str> = (0..dice.roll(most + 1)).map(|_| dice.of(of)).collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(name).collect()
    };
    let weighted = |dice: &mut Dice<'_>, most: usize| -> Vec<Json> {
        let mut all = some(dice, &SCORES, most);
        for item in &mut all {
            item["weight"] = dice.roll(12).into();
        }
        all
    };
    let mut plugins = json!({});
    match dice.roll(4) {
        1 => plugins["multiPoint"]["disabled"] = some(dice, &anywhere, 3).into(),
        2 => {
            plugins["multiPoint"]["enabled"] = weighted(dice, 3).into();
            plugins["multiPoint"]["disabled"] = some(dice, &SCORES, 1).into();
        }
        _ => {}
    }
    if dice.hits(3) {
        plugins["filter"]["disabled"] = some(dice, &OFTEN, 2).into();
    }
    if dice.hits(2) {
        plugins["score"]["disabled"] = some(dice, &SCORES, 3).into();
        plugins["score"]["enabled"] = weighted(dice, 2).into();
    }
    let resources = |dice: &mut Dice<'_>| -> Vec<Json> {
        let mut all = Vec::new();
        for resource in ["cpu", "memory", "ephemeral-storage", "example.com/gpu"] {
            if !dice.hits(3) {
                all.push(json!({"name": resource, "weight": 1 + dice.roll(5)}));
            }
        }
        all
    };
    let mut config = Vec::new();
    if dice.hits(2) {
        let mut strategy =
            json!({"type": dice.of(&["LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"])});
        strategy["resources"] = resources(dice).into();
        if strategy["type"] == "RequestedToCapacityRatio" {
            let shape = match dice.roll(3) {
                0 => json!([{"utilization": 0, "score": 0}, {"utilization": 100, "score": 10}]),
                1 => json!([{"utilization": 0, "score": 10}, {"utilization": 100, "score": 0}]),
                _ => {
                    json!([{"utilization": 10, "score": 2}, {"utilization": 50, "score": 9}, {"utilization": 80, "score": 3}])
                }
            };
            strategy["requestedToCapacityRatio"] = json!({"shape": shape});
        }
        let mut args = json!({"scoringStrategy": strategy});
        if dice.hits(3) {
            args["ignoredResources"] = json!(["example.com/gpu"]);
        }
        config.push(json!({"name": "NodeResourcesFit", "args": args}));
    }
    if dice.hits(3) {
        config
            .push(json!({"name": "NodeResourcesBalancedAllocation", "args": {"resources": resources(dice)}}));
    }
    if dice.hits(3) {
        let args = json!({"hardPodAffinityWeight": dice.of(&[1, 0, 7]), "ignorePreferredTermsOfExistingPods": dice.hits(2)});
        config.push(json!({"name": "InterPodAffinity", "args": args}));
    }
    if dice.hits(4) {
        let term = json!({"matchExpressions": [node_requirement(dice)]});
        let added = if dice.hits(2) {
            let weighted = json!({"weight": 1 + dice.roll(100), "preference": term});
            json!({"preferredDuringSchedulingIgnoredDuringExecution": [weighted]})
        } else {
            json!({"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}})
        };
        config.push(json!({"name": "NodeAffinity", "args": {"addedAffinity": added}}));
    }
    if dice.hits(3) {
        let constraint = |dice: &mut Dice<'_>| {
            let when = dice.of(&["ScheduleAnyway", "DoNotSchedule"]);
            json!({"maxSkew": 1 + dice.roll(2), "topologyKey": dice.of(&KEYS), "whenUnsatisfiable": when})
        };
        let mut constraints = vec![constraint(dice)];
        let second = constraint(dice);
        if dice.hits(2) && second["topologyKey"] != constraints[0]["topologyKey"] {
            constraints.push(second);
        }
        let args = json!({"defaultingType": "List", "defaultConstraints": constraints});
        config.push(json!({"name": "PodTopologySpread", "args": args}));
    }
    json!({"profiles": [{"schedulerName": "default-scheduler", "plugins": plugins, "pluginConfig": config}]})
}
