//! Probes and lifecycle handlers. Mirrors validateProbe, validateLifecycle and validateHandler.

use super::super::super::field::Field;
use super::super::super::primitives::http_header_name;
use super::Pod;
use crate::apiserver::codes;

/// Mirrors validateLifecycle. `stopSignal` is gone: its gate is off.
pub(super) fn validate_lifecycle(pod: &Pod<'_>, lifecycle: Field<'_>) {
    for name in ["postStart", "preStop"] {
        if let Some(handler) = lifecycle.get(name) {
            validate_handler(pod, handler, &["exec", "httpGet", "tcpSocket", "sleep"]);
        }
    }
}

/// Mirrors validateLivenessProbe, validateReadinessProbe and validateStartupProbe.
pub(super) fn validate_probes(pod: &Pod<'_>, container: Field<'_>) {
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let Some(probe) = container.get(name) else { continue };
        validate_handler(pod, probe, &["exec", "httpGet", "tcpSocket", "grpc"]);
        for name in
            ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"]
        {
            probe.field(name).non_negative();
        }
        let grace = probe.field("terminationGracePeriodSeconds");
        if grace.is_set() {
            grace.positive();
        }
        let threshold = probe.field("successThreshold");
        if name == "readinessProbe" {
            if grace.is_set() {
                grace
                    .invalid_int("must not be set for readinessProbes")
                    .help("remove it: a failing readiness probe ends no container")
                    .code(&codes::FORBIDDEN);
            }
        } else if threshold.int().unwrap_or_default() != 1 {
            threshold.range("must be 1").help("remove it: one success is enough for this probe");
        }
    }
}

/// Mirrors validateHandler.
fn validate_handler<'v>(pod: &Pod<'_>, handler: Field<'v>, kinds: &[&'v str]) {
    let mut found = false;
    for name in kinds {
        let Some(action) = handler.get(name) else { continue };
        if found {
            action.forbidden("may not specify more than 1 handler type").help("leave one of them");
            continue;
        }
        found = true;
        match *name {
            "exec" => {
                action.field("command").require("");
            }
            "httpGet" => validate_http_get(action),
            "sleep" => validate_sleep(pod, action),
            "grpc" => {
                action.field("port").port_number();
            }
            _ => {
                action.field("port").port_number_or_name();
            }
        }
    }
    if !found {
        handler
            .required("must specify a handler type")
            .plain("nothing says what to do", "add `exec`, `httpGet` or `tcpSocket`");
    }
}

/// Mirrors validateHTTPGetAction.
fn validate_http_get(action: Field<'_>) {
    action.field("path").require("");
    action.field("port").port_number_or_name();
    action.field("scheme").one_of(&["HTTP", "HTTPS"]);
    let headers = action.field("httpHeaders");
    for header in headers.items() {
        let name = header.field("name");
        name.as_at(headers).check(http_header_name, "a header's name has letters, digits and `-`");
    }
}

/// Mirrors validateSleepAction; 0 is allowed since 1.33.
fn validate_sleep(pod: &Pod<'_>, action: Field<'_>) {
    let seconds = action.field("seconds").int().unwrap_or_default();
    let Some(grace) = pod.grace_period() else { return };
    let least = i64::from(!action.since(33));
    if seconds < least || seconds > grace {
        let detail = if least == 0 {
            format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})")
        } else {
            format!(
                "must be greater than 0 and less than terminationGracePeriodSeconds ({grace}). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep."
            )
        };
        action.invalid_as(&seconds.to_string(), &detail).code(&codes::RANGE);
    }
}
