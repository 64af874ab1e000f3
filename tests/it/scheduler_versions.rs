//! What the scheduler does otherwise from one version of Kubernetes to the next.

use kcheck::scheduler::{Attempt, Detail};
use serde_json::{Value as Json, json};

use crate::reference::agree::cases;

/// The first attempt of a case in a version.
fn attempt(version: &str, mut case: Json) -> Attempt {
    case["kubernetes"] = version.into();
    cases::load(&case, Detail::Full).run().swap_remove(0)
}

fn node(name: &str, cpu: &str, memory: &str) -> Json {
    json!({
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "status": {"allocatable": {"cpu": cpu, "memory": memory, "pods": "10"}},
    })
}

fn pod(spec: Json) -> Json {
    let mut spec = spec;
    if spec["containers"].is_null() {
        spec["containers"] = json!([{"name": "c", "image": "a"}]);
    }
    json!({"metadata": {"name": "p", "uid": "p"}, "spec": spec})
}

#[test]
fn a_taint_is_named_before_1_36() {
    let mut tainted = node("n", "1", "1Gi");
    tainted["spec"] = json!({"taints": [{"key": "k", "value": "v", "effect": "NoSchedule"}]});
    let message = |version| {
        let case = json!({"nodes": [tainted.clone()], "incoming": [pod(json!({}))]});
        attempt(version, case).message
    };
    for version in ["1.33", "1.34", "1.35"] {
        assert!(message(version).contains("1 node(s) had untolerated taint {k: v}."), "{}", message(version));
    }
    for version in ["1.36", "1.37"] {
        assert!(message(version).contains("1 node(s) had untolerated taint(s)."), "{}", message(version));
    }
}

#[test]
fn claims_are_spoken_of_since_1_34() {
    let message = |version| {
        let asks =
            json!({"containers": [{"name": "c", "image": "a", "resources": {"requests": {"cpu": "2"}}}]});
        attempt(version, json!({"nodes": [node("n", "1", "1Gi")], "incoming": [pod(asks)]})).message
    };
    assert_eq!(
        message("1.33"),
        "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Preemption is not helpful for \
         scheduling."
    );
    for version in ["1.34", "1.37"] {
        assert!(
            message(version).contains("cpu. no new claims to deallocate, preemption:"),
            "{}",
            message(version)
        );
    }
}

/// The weighted scores of a plugin, by node.
fn scores(attempt: &Attempt, plugin: &str) -> Option<Vec<i64>> {
    let scores = attempt.scores.as_ref()?;
    let at = scores.plugins.iter().position(|name| *name == plugin)?;
    Some(scores.nodes.iter().map(|(_, row, _)| row[at]).collect())
}

#[test]
fn balance_is_compared_with_that_without_the_pod_since_1_36() {
    let case = || {
        let asks = |cpu, memory| json!([{"name": "c", "image": "a", "resources": {"requests": {"cpu": cpu, "memory": memory}}}]);
        let mut there = pod(json!({"containers": asks("3", "1Gi"), "nodeName": "a"}));
        there["metadata"]["name"] = "there".into();
        json!({
            "nodes": [node("a", "4", "4Gi"), node("b", "4", "4Gi")],
            "existing": [there],
            "incoming": [pod(json!({"containers": asks("1", "1Gi")}))],
        })
    };
    let of = |version| scores(&attempt(version, case()), "NodeResourcesBalancedAllocation").unwrap();
    // With the Pod `a` uses all CPU and half of its memory, `b` a quarter of both.
    assert_eq!(of("1.35"), [75, 100]);
    // Without it, `a` was as unbalanced as it is with it.
    assert_eq!(of("1.36"), [75, 75]);
    assert_eq!(of("1.37"), [75, 75]);
}

fn devices(taints: Json) -> Json {
    json!([
        {"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "gpu"}, "spec": {}},
        {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": "s"}, "spec": {
            "driver": "gpu.example.com", "nodeName": "n", "pool": {"name": "n", "generation": 1, "resourceSliceCount": 1},
            "devices": [{"name": "gpu-0", "taints": taints}],
        }},
        {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": "one"}, "spec": {
            "devices": {"requests": [{"name": "r", "exactly": {
                "deviceClassName": "gpu", "allocationMode": "ExactCount", "count": 1,
            }}]},
        }},
    ])
}

#[test]
fn devices_are_allocated_since_1_34_and_their_taints_count_since_1_36() {
    let lands = |version, taints: Json| {
        let claims = json!({"resourceClaims": [{"name": "gpu", "resourceClaimName": "one"}]});
        let case = json!({
            "nodes": [node("n", "1", "1Gi")],
            "objects": devices(taints),
            "incoming": [pod(claims)],
        });
        let attempt = attempt(version, case);
        (attempt.node.is_some(), attempt.changes.len())
    };
    assert_eq!(lands("1.33", json!([])), (true, 0));
    assert_eq!(lands("1.34", json!([])), (true, 1));
    let taints = || json!([{"key": "broken", "effect": "NoSchedule"}]);
    assert_eq!(lands("1.35", taints()), (true, 1));
    assert!(!lands("1.36", taints()).0);
    assert!(!lands("1.37", taints()).0);
}

#[test]
fn a_device_class_stands_for_an_extended_resource_since_1_36() {
    let lands = |version| {
        let mut objects = devices(json!([]));
        objects[0]["spec"]["extendedResourceName"] = "example.com/gpu".into();
        let asks = json!({"containers": [
            {"name": "c", "image": "a", "resources": {"limits": {"example.com/gpu": "1"}}},
        ]});
        let case = json!({"nodes": [node("n", "1", "1Gi")], "objects": objects, "incoming": [pod(asks)]});
        attempt(version, case).node.is_some()
    };
    assert!(!lands("1.35"));
    assert!(lands("1.36"));
    assert!(lands("1.37"));
}

#[test]
fn choices_of_devices_make_scores_since_1_35() {
    let case =
        || json!({"nodes": [node("a", "1", "1Gi"), node("b", "1", "1Gi")], "incoming": [pod(json!({}))]});
    assert_eq!(scores(&attempt("1.34", case()), "DynamicResources"), None);
    assert_eq!(scores(&attempt("1.35", case()), "DynamicResources"), Some(vec![0, 0]));
}
