//! Webhooks, admission policies and their bindings.

use crate::object::{Draft, Owned};

/// Fills in a kind of `admissionregistration.k8s.io`.
pub(super) fn set_defaults(kind: &str, object: &mut Draft<'_, '_>) {
    match kind {
        "MutatingWebhookConfiguration" => object.each("webhooks", |hook| {
            webhook(hook);
            hook.default("reinvocationPolicy", "Never");
        }),
        "ValidatingWebhookConfiguration" => object.each("webhooks", webhook),
        "MutatingAdmissionPolicy" | "ValidatingAdmissionPolicy" => {
            if let Some(mut spec) = object.ensure("spec") {
                spec.default("failurePolicy", "Fail");
                spec.with(&["matchConstraints"], match_resources);
            }
        }
        "MutatingAdmissionPolicyBinding" | "ValidatingAdmissionPolicyBinding" => {
            object.with(&["spec", "matchResources"], match_resources);
        }
        _ => {}
    }
}

/// Mirrors SetDefaults_MutatingWebhook and SetDefaults_ValidatingWebhook.
fn webhook(hook: &mut Draft<'_, '_>) {
    hook.default("failurePolicy", "Fail");
    matching(hook);
    hook.default("timeoutSeconds", 10);
    hook.with(&["clientConfig", "service"], |service| service.default("port", 443));
    hook.each("rules", |rule| rule.default("scope", "*"));
}

/// Mirrors SetDefaults_MatchResources.
fn match_resources(matched: &mut Draft<'_, '_>) {
    matching(matched);
    for rules in ["resourceRules", "excludeResourceRules"] {
        matched.each(rules, |rule| rule.default("scope", "*"));
    }
}

fn matching(holder: &mut Draft<'_, '_>) {
    holder.default("matchPolicy", "Equivalent");
    for selector in ["namespaceSelector", "objectSelector"] {
        holder.default(selector, Owned::Map(Vec::new()));
    }
}
