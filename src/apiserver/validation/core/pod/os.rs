//! What the operating system of a Pod allows, and what the host's users and processes allow.

use super::super::super::field::Field;
use super::Pod;
use super::security::forbid_all;

/// Mirrors validateOS, validateLinux and validateWindows.
pub(super) fn validate_os(pod: &Pod<'_>) {
    let os = pod.spec.field("os");
    if os.is_unset() {
        return;
    }
    let name = os.field("name");
    let context = pod.spec.field("securityContext");
    match name.str() {
        "linux" => {
            const DETAIL: &str = "windows options cannot be set for a linux pod";
            forbid_all(context, &["windowsOptions"], DETAIL);
            for container in pod.all_containers() {
                forbid_all(container.field("securityContext"), &["windowsOptions"], DETAIL);
            }
        }
        "windows" => validate_windows(pod, context),
        "" => {
            name.required("");
        }
        _ => {
            // The server says it about `os`.
            name.as_at(os).not_supported(&["linux", "windows"]);
        }
    }
}

fn validate_windows(pod: &Pod<'_>, context: Field<'_>) {
    const DETAIL: &str = "cannot be set for a windows pod";
    let set = |field: Field<'_>| {
        if field.is_set() {
            field.forbidden(DETAIL);
        }
    };
    // The server keeps fields of the Pod in its security context, which is there if one of them is.
    set(context.field("appArmorProfile"));
    set(context.field("seLinuxOptions"));
    set(pod.spec.field("hostUsers"));
    for name in ["hostPID", "hostIPC"] {
        let field = pod.spec.field(name);
        if field.flag() {
            field.forbidden(DETAIL);
        }
    }
    for name in ["seccompProfile", "fsGroup", "fsGroupChangePolicy"] {
        set(context.field(name));
    }
    let sysctls = context.field("sysctls");
    if !sysctls.is_empty() {
        sysctls.forbidden(DETAIL);
    }
    set(pod.spec.field("shareProcessNamespace"));
    for name in
        ["runAsUser", "runAsGroup", "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy"]
    {
        set(context.field(name));
    }
    for container in pod.all_containers() {
        let names = [
            "appArmorProfile",
            "seLinuxOptions",
            "seccompProfile",
            "capabilities",
            "readOnlyRootFilesystem",
            "privileged",
            "allowPrivilegeEscalation",
            "procMount",
            "runAsUser",
            "runAsGroup",
        ];
        forbid_all(container.field("securityContext"), &names, DETAIL);
    }
}

/// Mirrors validateWindowsHostProcessPod.
pub(super) fn validate_host_process(pod: &Pod<'_>) {
    let of = |holder: Field<'_>| holder.at(&["securityContext", "windowsOptions", "hostProcess"]).bool();
    let of_pod = of(pod.spec);
    let (mut all, mut on_host) = (0, 0);
    for container in pod.all_containers() {
        all += 1;
        let own = of(container);
        if let (Some(pod_value), Some(value)) = (of_pod, own)
            && pod_value != value
        {
            container.at(&["securityContext", "windowsOptions", "hostProcess"]).invalid(&format!(
                "pod hostProcess value must be identical if both are specified, was {pod_value}"
            ));
        }
        if own.or(of_pod) == Some(true) {
            on_host += 1;
        }
    }
    if on_host == 0 {
        return;
    }
    if on_host != all {
        pod.spec.invalid_text(
            "",
            "If pod contains any hostProcess containers then all containers must be HostProcess containers",
        );
    }
    let network = pod.spec.field("hostNetwork");
    if !network.flag() {
        network
            .invalid_as("false", "hostNetwork must be true if pod contains any hostProcess containers")
            .help("add `hostNetwork: true`");
    }
}

/// Mirrors validateHostUsers.
pub(super) fn validate_host_users(pod: &Pod<'_>) {
    const DETAIL: &str = "when `hostUsers` is false";
    if pod.host_users() {
        return;
    }
    let network = pod.spec.field("hostNetwork");
    if network.flag() {
        network.forbidden(DETAIL);
    }
    for (name, shown) in [("hostPID", "HostPID"), ("hostIPC", "HostIPC")] {
        let field = pod.spec.field(name);
        if field.flag() {
            field.called(pod.spec, shown).forbidden(DETAIL).help(format!("remove `{name}`"));
        }
    }
    for container in pod.all_containers() {
        let devices = container.field("volumeDevices");
        if !devices.is_empty() {
            devices.forbidden(DETAIL);
        }
    }
}
