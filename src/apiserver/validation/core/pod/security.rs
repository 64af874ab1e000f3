//! Security contexts. Mirrors ValidateSecurityContext and validatePodSpecSecurityContext.

use rustc_hash::FxHashSet;

use super::super::super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::super::super::primitives::dns_1123_subdomain;
use super::super::volume_sources::validate_local_descending_path;
use super::Pod;
use crate::apiserver::codes;
use crate::apiserver::go_json::{Go, GoField, internal};

const MAX_ID: i64 = i32::MAX as i64;

/// Mirrors validatePodSpecSecurityContext.
pub(super) fn validate_pod_security_context(pod: &Pod<'_>) {
    let context = pod.spec.field("securityContext");
    if context.is_unset() {
        return;
    }
    for name in ["fsGroup", "runAsUser", "runAsGroup"] {
        context.field(name).between(0, MAX_ID);
    }
    for group in context.each("supplementalGroups") {
        group.between(0, MAX_ID);
    }
    let share = pod.spec.field("shareProcessNamespace");
    if share.flag() && pod.spec.field("hostPID").flag() {
        share
            .called(context, "shareProcessNamespace")
            .invalid("ShareProcessNamespace and HostPID cannot both be enabled")
            .help("remove one of them");
    }
    validate_sysctls(pod, context.field("sysctls"));
    context.field("fsGroupChangePolicy").one_of_if_set(&["Always", "OnRootMismatch"]);
    validate_seccomp_profile(context.field("seccompProfile"));
    validate_windows_options(context.field("windowsOptions"));
    validate_app_armor_profile(context.field("appArmorProfile"));
    context.field("supplementalGroupsPolicy").one_of_if_set(&["Merge", "Strict"]);
    // Gate SELinuxMount is off.
    context.field("seLinuxChangePolicy").one_of_if_set(&["Recursive"]);
}

/// Mirrors ValidateSecurityContext.
pub(super) fn validate_security_context(pod: &Pod<'_>, context: Field<'_>) {
    if context.is_unset() {
        return;
    }
    context.field("runAsUser").between(0, MAX_ID);
    context.field("runAsGroup").between(0, MAX_ID);
    let mount = context.field("procMount");
    if mount.is_set() {
        mount.one_of(&["Default", "Unmasked"]);
        if pod.host_users() && mount.str() == "Unmasked" {
            mount
                .invalid("`hostUsers` must be false to use `Unmasked`")
                .help("add `hostUsers: false` to the Pod, or remove `procMount`");
        }
    }
    validate_seccomp_profile(context.field("seccompProfile"));
    let escalation = context.field("allowPrivilegeEscalation");
    if escalation.bool() == Some(false) {
        let json = || internal(context.value(), CONTEXT);
        if context.field("privileged").flag() {
            context
                .invalid_as(
                    &json(),
                    "cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
                )
                .place(escalation.place())
                .plain(
                    "a privileged container can always get more privileges",
                    "remove `privileged` or `allowPrivilegeEscalation`",
                );
        }
        for capability in context.field("capabilities").each("add") {
            if capability.str() == "CAP_SYS_ADMIN" {
                context
                    .invalid_as(
                        &json(),
                        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN",
                    )
                    .place(capability.place())
                    .plain(
                        "with CAP_SYS_ADMIN a container can always get more privileges",
                        "remove the capability or `allowPrivilegeEscalation`",
                    );
            }
        }
    }
    validate_windows_options(context.field("windowsOptions"));
    validate_app_armor_profile(context.field("appArmorProfile"));
}

const PROFILE: &[GoField] = &[("Type", "type", Go::Text), ("LocalhostProfile", "localhostProfile", Go::Any)];
const CONTEXT: &[GoField] = &[
    ("Capabilities", "capabilities", Go::Pointer(&[("Add", "add", Go::Any), ("Drop", "drop", Go::Any)])),
    ("Privileged", "privileged", Go::Any),
    (
        "SELinuxOptions",
        "seLinuxOptions",
        Go::Pointer(&[
            ("User", "user", Go::Text),
            ("Role", "role", Go::Text),
            ("Type", "type", Go::Text),
            ("Level", "level", Go::Text),
        ]),
    ),
    (
        "WindowsOptions",
        "windowsOptions",
        Go::Pointer(&[
            ("GMSACredentialSpecName", "gmsaCredentialSpecName", Go::Any),
            ("GMSACredentialSpec", "gmsaCredentialSpec", Go::Any),
            ("RunAsUserName", "runAsUserName", Go::Any),
            ("HostProcess", "hostProcess", Go::Any),
        ]),
    ),
    ("RunAsUser", "runAsUser", Go::Any),
    ("RunAsGroup", "runAsGroup", Go::Any),
    ("RunAsNonRoot", "runAsNonRoot", Go::Any),
    ("ReadOnlyRootFilesystem", "readOnlyRootFilesystem", Go::Any),
    ("AllowPrivilegeEscalation", "allowPrivilegeEscalation", Go::Any),
    ("ProcMount", "procMount", Go::Any),
    ("SeccompProfile", "seccompProfile", Go::Pointer(PROFILE)),
    ("AppArmorProfile", "appArmorProfile", Go::Pointer(PROFILE)),
];

/// Mirrors validateSeccompProfileField.
fn validate_seccomp_profile(profile: Field<'_>) {
    if profile.is_unset() {
        return;
    }
    let (kind, path) = (profile.field("type"), profile.field("localhostProfile"));
    kind.require_one_of(
        "type is required when seccompProfile is set",
        &["Localhost", "RuntimeDefault", "Unconfined"],
    );
    if kind.str() == "Localhost" {
        if path.is_unset() {
            path.required("must be set when seccomp type is Localhost");
        } else {
            validate_local_descending_path(path, path.str());
        }
    } else if path.is_set() {
        path.invalid_as(
            &internal(profile.value(), PROFILE),
            "can only be set when seccomp type is Localhost",
        )
        .help("remove it, or use `type: Localhost`");
    }
}

/// Mirrors ValidateAppArmorProfileField.
fn validate_app_armor_profile(profile: Field<'_>) {
    const MAX_PATH: usize = 4095;
    if profile.is_unset() {
        return;
    }
    let (kind, path) = (profile.field("type"), profile.field("localhostProfile"));
    match kind.str() {
        "Localhost" => {
            if path.is_unset() {
                path.required("must be set when AppArmor type is Localhost");
                return;
            }
            let trimmed = path.str().trim();
            if trimmed != path.str() {
                path.invalid("must not be padded with whitespace");
            } else if trimmed.is_empty() {
                path.required("must be set when AppArmor type is Localhost");
            }
            if path.str().len() > MAX_PATH {
                path.too_long(MAX_PATH);
            }
        }
        "RuntimeDefault" | "Unconfined" => {
            if path.is_set() {
                path.invalid("can only be set when AppArmor type is Localhost")
                    .help("remove it, or use `type: Localhost`");
            }
        }
        _ => {
            kind.require_one_of(
                "type is required when appArmorProfile is set",
                &["Localhost", "RuntimeDefault", "Unconfined"],
            );
        }
    }
}

/// Mirrors validateSysctls and ValidateHostSysctl.
fn validate_sysctls(pod: &Pod<'_>, sysctls: Field<'_>) {
    const RULE: &str = "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
    let mut names = FxHashSet::default();
    for sysctl in sysctls.items() {
        let name = sysctl.field("name");
        let text = name.str();
        if !name.require("") {
        } else if !is_sysctl(text) {
            name.invalid(RULE).help("write the parameter's name, as `net.core.somaxconn`");
        } else if names.contains(text) {
            name.duplicate();
        }
        let normal = normalize(text);
        if pod.host_network() && normal.starts_with("net.") {
            name.invalid("may not be specified when 'hostNetwork' is true")
                .help("remove it: the Pod would change the host's own network");
        } else if pod.spec.field("hostIPC").flag()
            && (normal == "kernel.sem"
                || ["kernel.shm", "kernel.msg", "fs.mqueue."].iter().any(|p| normal.starts_with(p)))
        {
            name.invalid("may not be specified when 'hostIPC' is true")
                .help("remove it: the Pod would change the host's own parameters");
        }
        names.insert(text);
    }
}

fn is_sysctl(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    name.len() <= 253
        && name.split(['.', '/']).all(|part| {
            let bytes = part.as_bytes();
            matches!((bytes.first(), bytes.last()), (Some(&a), Some(&z)) if word(a) && word(z))
                && bytes.iter().all(|&b| word(b) || matches!(b, b'-' | b'_'))
        })
}

/// Mirrors NormalizeName: with slashes between the parts, dots and slashes change places.
fn normalize(name: &str) -> String {
    match name.find(['.', '/']) {
        Some(at) if name.as_bytes().get(at) == Some(&b'/') => name
            .chars()
            .map(|c| {
                if c == '/' {
                    '.'
                } else if c == '.' {
                    '/'
                } else {
                    c
                }
            })
            .collect(),
        _ => name.to_owned(),
    }
}

/// Mirrors validateWindowsSecurityContextOptions.
fn validate_windows_options(options: Field<'_>) {
    const MAX_SPEC: usize = 64 * 1024;
    if options.is_unset() {
        return;
    }
    let name = options.field("gmsaCredentialSpecName");
    if name.is_set() {
        name.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
    }
    let spec = options.field("gmsaCredentialSpec");
    if spec.is_set() {
        if spec.str().is_empty() {
            spec.invalid("gmsaCredentialSpec cannot be an empty string");
        } else if spec.str().len() > MAX_SPEC {
            spec.invalid("gmsaCredentialSpec size must be under 64 KiB");
        }
    }
    let user = options.field("runAsUserName");
    if user.is_set() {
        validate_run_as_user_name(user);
    }
}

fn validate_run_as_user_name(field: Field<'_>) {
    const HELP: &str = "write `USER` or `DOMAIN\\USER`";
    let say = |detail: &str| {
        field.invalid(detail).help(HELP);
    };
    let name = field.str();
    if name.is_empty() {
        return say("runAsUserName cannot be an empty string");
    }
    if name.bytes().any(|b| b.is_ascii_control()) {
        return say("runAsUserName cannot contain control characters");
    }
    if name.matches('\\').count() > 1 {
        return say("runAsUserName cannot contain more than one backslash");
    }
    let (domain, user) = match name.split_once('\\') {
        Some((domain, user)) => (Some(domain), user),
        None => (None, name),
    };
    if domain.is_some_and(|domain| domain.len() >= 256) {
        say("runAsUserName's Domain length must be under 256 characters");
    }
    if domain.is_some_and(|domain| !is_net_bios(domain) && !is_dns_domain(domain)) {
        say("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
    }
    if user.is_empty() {
        say("runAsUserName's User cannot be empty");
    } else if user.len() > 104 {
        say("runAsUserName's User length must not be longer than 104 characters");
    }
    if !user.is_empty() && user.bytes().all(|b| matches!(b, b'.' | b' ')) {
        say("runAsUserName's User cannot contain only periods or spaces");
    }
    if user.contains(['"', '/', '\\', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>', '@', '[', ']']) {
        say("runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
    }
}

fn is_net_bios(domain: &str) -> bool {
    let banned = |c: char| matches!(c, '\\' | '/' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let count = domain.chars().count();
    (1..=15).contains(&count) && !domain.starts_with('.') && !domain.chars().any(banned)
}

fn is_dns_domain(domain: &str) -> bool {
    domain.split('.').all(|label| {
        let bytes = label.as_bytes();
        (1..=63).contains(&bytes.len())
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
            && bytes.first() != Some(&b'-')
            && bytes.last() != Some(&b'-')
    })
}

/// What is wrong with a Pod on which all containers must be, or none.
pub(super) fn forbid_all(context: Field<'_>, names: &[&'static str], detail: &str) {
    for name in names {
        let field = context.field(name);
        if field.is_set() {
            field.forbidden(detail).code(&codes::FORBIDDEN);
        }
    }
}
