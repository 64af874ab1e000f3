//! Kinds of a cluster: access, network policies, flow control, autoscalers, drivers and classes of storage, definitions.

use crate::object::{Draft, Owned, Value};

/// Mirrors SetDefaults_RoleBinding and SetDefaults_ClusterRoleBinding, and SetDefaults_Subject.
pub(super) fn role_binding(binding: &mut Draft<'_, '_>) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    if let Some(mut role) = binding.ensure("roleRef") {
        role.default_str("apiGroup", GROUP);
    }
    binding.each("subjects", |subject| {
        if matches!(subject.read().str("kind"), "User" | "Group") {
            subject.default_str("apiGroup", GROUP);
        }
    });
}

/// Mirrors SetDefaults_NetworkPolicy and SetDefaults_NetworkPolicyPort.
pub(super) fn network_policy(policy: &mut Draft<'_, '_>) {
    if let Some(mut spec) = policy.ensure("spec") {
        for list in ["ingress", "egress"] {
            spec.each(list, |rule| {
                rule.each("ports", |port| port.default("protocol", "TCP"));
            });
        }
        if spec.read().list("policyTypes").next().is_none() {
            let mut types = vec![Owned::from("Ingress")];
            if spec.read().list("egress").next().is_some() {
                types.push("Egress".into());
            }
            spec.set("policyTypes", Owned::Seq(types));
        }
    }
}

/// Mirrors SetDefaults_FlowSchemaSpec.
pub(super) fn flow_schema(schema: &mut Draft<'_, '_>) {
    if let Some(mut spec) = schema.ensure("spec") {
        spec.default_int("matchingPrecedence", 1000);
    }
}

/// Mirrors SetDefaults_LimitedPriorityLevelConfiguration and its like for exempt levels and queues.
pub(super) fn priority_level(level: &mut Draft<'_, '_>) {
    level.with(&["spec"], |spec| {
        for (name, shares) in [("limited", 30), ("exempt", 0)] {
            spec.with(&[name], |level| {
                level.default("nominalConcurrencyShares", shares);
                level.default("lendablePercent", 0);
            });
        }
        spec.with(&["limited", "limitResponse", "queuing"], |queuing| {
            queuing.default_int("handSize", 8);
            queuing.default_int("queues", 64);
            queuing.default_int("queueLengthLimit", 50);
        });
    });
}

/// Mirrors SetDefaults_HorizontalPodAutoscaler.
pub(super) fn autoscaler(version: &str, autoscaler: &mut Draft<'_, '_>) {
    let Some(mut spec) = autoscaler.ensure("spec") else { return };
    spec.default("minReplicas", 1);
    if version == "v1" {
        // What v1 cannot say is in annotations; without any it means this.
        spec.default("targetCPUUtilizationPercentage", 80);
        return;
    }
    if spec.read().list("metrics").next().is_none() {
        let target = if version == "v2beta1" {
            Owned::map([("name", "cpu".into()), ("targetAverageUtilization", 80.into())])
        } else {
            Owned::map([
                ("name", "cpu".into()),
                ("target", Owned::map([("type", "Utilization".into()), ("averageUtilization", 80.into())])),
            ])
        };
        spec.set(
            "metrics",
            Owned::Seq(vec![Owned::map([("type", "Resource".into()), ("resource", target)])]),
        );
    }
    spec.with(&["behavior"], |behavior| {
        let policy = |kind: &'static str, value: i64| {
            Owned::map([("type", kind.into()), ("value", value.into()), ("periodSeconds", 15.into())])
        };
        if let Some(mut up) = behavior.ensure("scaleUp") {
            up.default("stabilizationWindowSeconds", 0);
            up.default("selectPolicy", "Max");
            up.default("policies", Owned::Seq(vec![policy("Pods", 4), policy("Percent", 100)]));
        }
        if let Some(mut down) = behavior.ensure("scaleDown") {
            down.default("selectPolicy", "Max");
            down.default("policies", Owned::Seq(vec![policy("Percent", 100)]));
        }
    });
}

/// Mirrors SetDefaults_CSIDriver.
pub(super) fn csi_driver(driver: &mut Draft<'_, '_>) {
    let Some(mut spec) = driver.ensure("spec") else { return };
    spec.default("attachRequired", true);
    for name in ["podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount"] {
        spec.default(name, false);
    }
    spec.default("fsGroupPolicy", "ReadWriteOnceWithFSType");
    if spec.read().list("volumeLifecycleModes").next().is_none() {
        spec.set("volumeLifecycleModes", Owned::Seq(vec!["Persistent".into()]));
    }
}

/// Mirrors SetDefaults_StorageClass.
pub(super) fn storage_class(class: &mut Draft<'_, '_>) {
    class.default("reclaimPolicy", "Delete");
    class.default("volumeBindingMode", "Immediate");
}

/// Mirrors SetDefaults_NodeStatus, and the conversion of a Node's ranges: the older field wins.
pub(super) fn node(node: &mut Draft<'_, '_>) {
    node.with(&["spec"], |spec| {
        let old = spec.read().str("podCIDR").to_owned();
        let first =
            spec.read().list("podCIDRs").next().and_then(Value::as_str).unwrap_or_default().to_owned();
        if !old.is_empty() && old != first {
            spec.set("podCIDRs", Owned::Seq(vec![old.into()]));
        } else if old.is_empty() && !first.is_empty() {
            spec.set("podCIDR", first);
        }
    });
    node.with(&["status"], |status| {
        for list in ["capacity", "allocatable"] {
            status.with(&[list], super::quantity::resource_list);
        }
        let capacity = status.read().get("capacity").map(Owned::copy);
        if let (None, Some(capacity)) = (status.read().get("allocatable"), capacity) {
            status.set("allocatable", capacity);
        }
    });
}

/// Mirrors SetDefaults_EndpointPort.
pub(super) fn endpoint_slice(slice: &mut Draft<'_, '_>) {
    slice.each("ports", |port| {
        port.default("name", "");
        port.default("protocol", "TCP");
    });
}

/// Mirrors SetDefaults_CustomResourceDefinitionSpec and SetDefaults_ServiceReference.
pub(super) fn definition(definition: &mut Draft<'_, '_>) {
    definition.with(&["spec"], |spec| {
        if let Some(mut names) = spec.ensure("names") {
            let kind = names.read().str("kind").to_owned();
            if names.read().str("singular").is_empty() && !kind.is_empty() {
                names.set("singular", kind.to_lowercase());
            }
            if names.read().str("listKind").is_empty() && !kind.is_empty() {
                names.set("listKind", format!("{kind}List"));
            }
        }
        spec.default("conversion", Owned::map([("strategy", "None".into())]));
        spec.with(&["conversion", "webhook", "clientConfig", "service"], |service| {
            service.default("port", 443);
        });
    });
}
