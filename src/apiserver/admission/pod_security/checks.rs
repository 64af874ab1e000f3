//! The checks of the Pod Security Standards, each with the server's sentence. Mirrors
//! `k8s.io/pod-security-admission/policy`.

use std::collections::BTreeSet;

use super::level::{Level, Standard};
use super::standards;
use crate::finding::Place;
use crate::object::{Container, PodTemplate, Value};
use crate::schema::quote;

/// What a Pod does that a standard does not allow.
#[derive(Clone, PartialEq, Debug)]
pub struct Violation {
    /// The server's name of the check.
    pub check: &'static str,
    /// The server's words for it.
    pub reason: &'static str,
    /// Who does what; never empty.
    pub detail: String,
    /// Where, and the path of the field. Never empty.
    pub at: Vec<(Place, String)>,
    /// How to mend it.
    pub help: &'static str,
}

/// Asks a check about a Pod, in the words of a minor of Kubernetes.
type Ask = fn(&Asked<'_>) -> Option<Violation>;

/// A check.
struct Check {
    id: &'static str,
    level: Level,
    /// First minor that has it.
    since: u32,
    /// The check of the level baseline in whose place it stands.
    instead_of: Option<&'static str>,
    ask: Ask,
}

const fn check(id: &'static str, level: Level, since: u32, ask: Ask) -> Check {
    Check { id, level, since, instead_of: None, ask }
}

impl Check {
    const fn instead_of(self, id: &'static str) -> Self {
        Self { instead_of: Some(id), ..self }
    }
}

/// In the order in which the server asks: those of the level baseline by name, then those of the level restricted.
const CHECKS: [Check; 19] = [
    check("appArmorProfile", Level::Baseline, 0, app_armor_profile),
    check("capabilities_baseline", Level::Baseline, 0, added_capabilities),
    check("hostNamespaces", Level::Baseline, 0, host_namespaces),
    check("hostPathVolumes", Level::Baseline, 0, host_path_volumes),
    check("hostPorts", Level::Baseline, 0, host_ports),
    check("hostProbesAndHostLifecycle", Level::Baseline, 34, probe_hosts),
    check("privileged", Level::Baseline, 0, privileged),
    check("procMount", Level::Baseline, 0, proc_mount),
    check("seLinuxOptions", Level::Baseline, 0, selinux_options),
    check("seccompProfile_baseline", Level::Baseline, 0, seccomp_profile),
    check("sysctls", Level::Baseline, 0, sysctls),
    check("windowsHostProcess", Level::Baseline, 0, windows_host_process),
    check("allowPrivilegeEscalation", Level::Restricted, 8, privilege_escalation),
    check("capabilities_restricted", Level::Restricted, 22, capabilities).instead_of("capabilities_baseline"),
    check("procMount_restricted", Level::Restricted, 35, any_proc_mount).instead_of("procMount"),
    check("restrictedVolumes", Level::Restricted, 0, volumes).instead_of("hostPathVolumes"),
    check("runAsNonRoot", Level::Restricted, 0, run_as_non_root),
    check("runAsUser", Level::Restricted, 23, run_as_user),
    check("seccompProfile_restricted", Level::Restricted, 19, required_seccomp_profile)
        .instead_of("seccompProfile_baseline"),
];

/// What a Pod or template does that a standard does not allow, on a server of a minor. Mirrors EvaluatePod.
pub fn evaluate(standard: Standard, pod: PodTemplate<'_>, server: u32) -> Vec<Violation> {
    let minor = standard.version.on(server);
    let asked = Asked { pod, minor };
    let on = |check: &&Check| check.level <= standard.level && check.since <= minor;
    CHECKS
        .iter()
        .filter(on)
        .filter(|check| !CHECKS.iter().filter(on).any(|other| other.instead_of == Some(check.id)))
        .filter_map(|check| {
            let mut violation = (check.ask)(&asked)?;
            violation.check = check.id;
            Some(violation)
        })
        .collect()
}

/// `reason (detail), reason (detail)`. Mirrors ForbiddenDetail.
pub fn sentence(violations: &[Violation]) -> String {
    let parts: Vec<String> = violations.iter().map(|v| format!("{} ({})", v.reason, v.detail)).collect();
    parts.join(", ")
}

/// The question to a check.
struct Asked<'a> {
    pod: PodTemplate<'a>,
    minor: u32,
}

/// Who broke a rule, and where.
#[derive(Default)]
struct Broken {
    pod: bool,
    containers: Vec<String>,
    at: Vec<(Place, String)>,
}

impl Broken {
    fn note(&mut self, value: Value<'_>, path: &str, field: &str) {
        self.at.push((value.place(), format!("{path}.{field}")));
    }

    fn add_container(&mut self, container: Value<'_>) {
        self.containers.push(container.str("name").to_owned());
    }

    fn is_empty(&self) -> bool {
        !self.pod && self.containers.is_empty()
    }

    /// `container "a"` or `containers "a", "b"`
    fn containers(&self) -> String {
        format!("{} {}", plural("container", "containers", self.containers.len()), quoted(&self.containers))
    }

    /// `pod and container "a"`
    fn setters(&self) -> String {
        let mut all = Vec::new();
        if self.pod {
            all.push("pod".to_owned());
        }
        if !self.containers.is_empty() {
            all.push(self.containers());
        }
        all.join(" and ")
    }

    fn violation(self, reason: &'static str, detail: String, help: &'static str) -> Violation {
        Violation { check: "", reason, detail, at: self.at, help }
    }
}

impl<'a> Asked<'a> {
    /// Containers with their paths, those that initialise first.
    fn containers(&self) -> impl Iterator<Item = (String, Container<'a>)> {
        let pod = self.pod;
        pod.containers().map(move |container| (pod.container_path(&container), container))
    }

    /// `securityContext` of the Pod and of its containers (`true`: the Pod's), with what has it.
    fn contexts(&self) -> Vec<(Option<Value<'a>>, Value<'a>, String)> {
        let mut all = Vec::new();
        if let Some(context) = self.pod.spec.get("securityContext") {
            all.push((None, context, format!("{}.securityContext", self.pod.path)));
        }
        for (path, container) in self.containers() {
            if let Some(context) = container.value.get("securityContext") {
                all.push((Some(container.value), context, format!("{path}.securityContext")));
            }
        }
        all
    }

    /// Who sets a value of their securityContext that is not allowed. `bad` gets the value; the field is told as
    /// `field`.
    fn setters(&self, path: &[&str], field: &str, mut bad: impl FnMut(Value<'a>) -> bool) -> Broken {
        let mut broken = Broken::default();
        for (container, context, at) in self.contexts() {
            let Some(value) = context.at(path).filter(|value| bad(*value)) else { continue };
            broken.note(value, &at, field);
            match container {
                None => broken.pod = true,
                Some(container) => broken.add_container(container),
            }
        }
        broken
    }

    fn annotations(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        self.pod.holder.get("metadata").into_iter().flat_map(|metadata| metadata.map("annotations"))
    }

    fn is_windows(&self) -> bool {
        self.pod.spec.at(&["os", "name"]).and_then(Value::as_str) == Some("windows")
    }

    /// In a user namespace; root there is nobody outside.
    fn has_own_users(&self) -> bool {
        self.pod.spec.get("hostUsers").and_then(Value::as_bool) == Some(false)
    }
}

const fn plural(one: &'static str, many: &'static str, count: usize) -> &'static str {
    if count == 1 { one } else { many }
}

/// Mirrors joinQuote, which does not escape.
fn quoted<'s>(items: impl IntoIterator<Item = &'s (impl AsRef<str> + 's)>) -> String {
    let items: Vec<&str> = items.into_iter().map(AsRef::as_ref).collect();
    if items.is_empty() { String::new() } else { format!("\"{}\"", items.join("\", \"")) }
}

fn app_armor_profile(asked: &Asked<'_>) -> Option<Violation> {
    const PREFIX: &str = "container.apparmor.security.beta.kubernetes.io/";
    let mut values = BTreeSet::new();
    let mut broken = asked.setters(&["appArmorProfile"], "appArmorProfile.type", |profile| {
        let kind = profile.str("type");
        let bad = !standards::allows_app_armor(kind);
        if bad {
            values.insert(kind.to_owned());
        }
        bad
    });
    let mut setters: Vec<String> = Vec::new();
    if !broken.is_empty() {
        setters.push(broken.setters());
    }
    let mut annotations = Vec::new();
    for (key, value) in asked.annotations().filter(|(key, _)| key.starts_with(PREFIX)) {
        let text = value.as_str().unwrap_or_default();
        if !text.is_empty() && text != "runtime/default" && !text.starts_with("localhost/") {
            annotations.push(format!("{key}={}", quote(text)));
            broken.at.push((value.place(), format!("metadata.annotations[{key}]")));
        }
    }
    annotations.sort();
    if !annotations.is_empty() {
        setters.push(plural("annotation", "annotations", annotations.len()).to_owned());
    }
    if setters.is_empty() {
        return None;
    }
    let values: Vec<String> = values.into_iter().chain(annotations).collect();
    let reason = plural("forbidden AppArmor profile", "forbidden AppArmor profiles", values.len());
    let detail =
        format!("{} must not set AppArmor profile type to {}", setters.join(" and "), quoted(&values));
    Some(broken.violation(reason, detail, "use `type: RuntimeDefault`"))
}

/// Containers that add a capability which is not allowed, and all of these.
fn adding(asked: &Asked<'_>, allowed: fn(&str) -> bool) -> (Broken, BTreeSet<String>) {
    let mut broken = Broken::default();
    let mut names = BTreeSet::new();
    for (path, container) in asked.containers() {
        let Some(capabilities) = container.value.at(&["securityContext", "capabilities"]) else { continue };
        let mut bad = false;
        for (at, value) in capabilities.list("add").enumerate() {
            let name = value.as_str().unwrap_or_default();
            if !allowed(name) {
                bad = true;
                names.insert(name.to_owned());
                broken.note(value, &path, &format!("securityContext.capabilities.add[{at}]"));
            }
        }
        if bad {
            broken.add_container(container.value);
        }
    }
    (broken, names)
}

fn added_capabilities(asked: &Asked<'_>) -> Option<Violation> {
    let (broken, names) = adding(asked, standards::allows_capability);
    if broken.is_empty() {
        return None;
    }
    let detail = format!(
        "{} must not include {} in securityContext.capabilities.add",
        broken.containers(),
        quoted(&names)
    );
    Some(broken.violation("non-default capabilities", detail, "do not add them"))
}

fn host_namespaces(asked: &Asked<'_>) -> Option<Violation> {
    let mut broken = Broken::default();
    let mut shared = Vec::new();
    for field in ["hostNetwork", "hostPID", "hostIPC"] {
        if let Some(value) = asked.pod.spec.get(field).filter(|value| value.as_bool() == Some(true)) {
            broken.note(value, asked.pod.path, field);
            shared.push(format!("{field}=true"));
        }
    }
    let detail = shared.join(", ");
    (!shared.is_empty()).then(|| broken.violation("host namespaces", detail, "leave it out"))
}

fn host_path_volumes(asked: &Asked<'_>) -> Option<Violation> {
    let mut broken = Broken::default();
    let mut names = Vec::new();
    for (at, volume) in asked.pod.spec.list("volumes").enumerate() {
        if let Some(source) = volume.get("hostPath") {
            broken.note(source, asked.pod.path, &format!("volumes[{at}].hostPath"));
            names.push(volume.str("name").to_owned());
        }
    }
    let detail = format!("{} {}", plural("volume", "volumes", names.len()), quoted(&names));
    (!names.is_empty()).then(|| broken.violation("hostPath volumes", detail, "use another type of volume"))
}

fn host_ports(asked: &Asked<'_>) -> Option<Violation> {
    let mut broken = Broken::default();
    let mut ports = BTreeSet::new();
    for (path, container) in asked.containers() {
        let mut bad = false;
        for (at, port) in container.value.list("ports").enumerate() {
            let Some(value) = port.get("hostPort") else { continue };
            let Some(number) = value.as_i64().filter(|number| *number != 0) else { continue };
            bad = true;
            ports.insert(number.to_string());
            broken.note(value, &path, &format!("ports[{at}].hostPort"));
        }
        if bad {
            broken.add_container(container.value);
        }
    }
    if broken.is_empty() {
        return None;
    }
    let all: Vec<&str> = ports.iter().map(String::as_str).collect();
    let detail = format!(
        "{} {} {} {}",
        broken.containers(),
        plural("uses", "use", broken.containers.len()),
        plural("hostPort", "hostPorts", ports.len()),
        all.join(", ")
    );
    Some(broken.violation("hostPort", detail, "leave it out, and use a Service"))
}

fn probe_hosts(asked: &Asked<'_>) -> Option<Violation> {
    const HANDLERS: [&[&str]; 5] = [
        &["livenessProbe"],
        &["readinessProbe"],
        &["startupProbe"],
        &["lifecycle", "postStart"],
        &["lifecycle", "preStop"],
    ];
    let mut broken = Broken::default();
    let mut hosts = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (path, container) in asked.containers() {
        for handler in HANDLERS {
            for action in ["httpGet", "tcpSocket"] {
                let found = container.value.at(handler).and_then(|h| h.at(&[action, "host"]));
                let Some(host) = found.filter(|host| host.as_str().is_some_and(|text| !text.is_empty()))
                else {
                    continue;
                };
                names.insert(container.value.str("name").to_owned());
                hosts.insert(host.as_str().unwrap_or_default().to_owned());
                broken.note(host, &path, &format!("{}.{action}.host", handler.join(".")));
            }
        }
    }
    if names.is_empty() {
        return None;
    }
    broken.containers = names.into_iter().collect();
    let detail = format!(
        "{} {} {} {}",
        broken.containers(),
        plural("uses", "use", broken.containers.len()),
        plural("probe or lifecycle host", "probe or lifecycle hosts", hosts.len()),
        quoted(&hosts)
    );
    Some(broken.violation("probe or lifecycle host", detail, "leave it out: the Pod itself is asked"))
}

fn privileged(asked: &Asked<'_>) -> Option<Violation> {
    let mut broken = asked.setters(&["privileged"], "privileged", |value| value.as_bool() == Some(true));
    // A Pod's securityContext has no such field.
    broken.pod = false;
    if broken.containers.is_empty() {
        return None;
    }
    let detail = format!("{} must not set securityContext.privileged=true", broken.containers());
    Some(broken.violation("privileged", detail, "leave it out"))
}

fn proc_mount(asked: &Asked<'_>) -> Option<Violation> {
    if asked.minor >= 35 && asked.has_own_users() {
        return None;
    }
    any_proc_mount(asked)
}

fn any_proc_mount(asked: &Asked<'_>) -> Option<Violation> {
    let mut values = BTreeSet::new();
    let mut broken = asked.setters(&["procMount"], "procMount", |value| {
        let kind = value.as_str().unwrap_or_default();
        let bad = !standards::allows_proc_mount(kind);
        if bad {
            values.insert(kind.to_owned());
        }
        bad
    });
    broken.pod = false;
    if broken.containers.is_empty() {
        return None;
    }
    let detail =
        format!("{} must not set securityContext.procMount to {}", broken.containers(), quoted(&values));
    Some(broken.violation("procMount", detail, "leave it out"))
}

fn selinux_options(asked: &Asked<'_>) -> Option<Violation> {
    let (mut types, mut user, mut role) = (BTreeSet::new(), false, false);
    let broken = asked.setters(&["seLinuxOptions"], "seLinuxOptions", |options| {
        let kind = options.str("type");
        let bad_type = !standards::allows_selinux_type(kind, asked.minor);
        if bad_type {
            types.insert(kind.to_owned());
        }
        let (sets_user, sets_role) = (!options.str("user").is_empty(), !options.str("role").is_empty());
        user |= sets_user;
        role |= sets_role;
        bad_type || sets_user || sets_role
    });
    if broken.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    if !types.is_empty() {
        parts.push(format!("{} {}", plural("type", "types", types.len()), quoted(&types)));
    }
    if user {
        parts.push("user may not be set".to_owned());
    }
    if role {
        parts.push("role may not be set".to_owned());
    }
    let detail =
        format!("{} set forbidden securityContext.seLinuxOptions: {}", broken.setters(), parts.join("; "));
    Some(broken.violation("seLinuxOptions", detail, "use `type: container_t`, or leave it out"))
}

/// Profiles that are none, and those who set them.
fn bad_seccomp(asked: &Asked<'_>) -> Option<Violation> {
    let mut values = BTreeSet::new();
    let broken = asked.setters(&["seccompProfile"], "seccompProfile.type", |profile| {
        let kind = profile.str("type");
        let bad = !standards::allows_seccomp(kind);
        if bad {
            values.insert(kind.to_owned());
        }
        bad
    });
    if broken.is_empty() {
        return None;
    }
    let detail = format!(
        "{} must not set securityContext.seccompProfile.type to {}",
        broken.setters(),
        quoted(&values)
    );
    Some(broken.violation("seccompProfile", detail, "use `type: RuntimeDefault`"))
}

fn seccomp_profile(asked: &Asked<'_>) -> Option<Violation> {
    if asked.minor < 19 { seccomp_annotations(asked) } else { bad_seccomp(asked) }
}

/// Before there was a field.
fn seccomp_annotations(asked: &Asked<'_>) -> Option<Violation> {
    let mut keys = vec!["seccomp.security.alpha.kubernetes.io/pod".to_owned()];
    keys.extend(asked.containers().map(|(_, container)| {
        format!("container.seccomp.security.alpha.kubernetes.io/{}", container.value.str("name"))
    }));
    let mut broken = Broken::default();
    let mut bad = BTreeSet::new();
    for (key, value) in asked.annotations().filter(|(key, _)| keys.iter().any(|known| known == key)) {
        let text = value.as_str().unwrap_or_default();
        if !matches!(text, "runtime/default" | "docker/default") && !text.starts_with("localhost/") {
            bad.insert(format!("{key}={}", quote(text)));
            broken.at.push((value.place(), format!("metadata.annotations[{key}]")));
        }
    }
    if bad.is_empty() {
        return None;
    }
    let all: Vec<&str> = bad.iter().map(String::as_str).collect();
    let detail = format!("forbidden {} {}", plural("annotation", "annotations", bad.len()), all.join(", "));
    Some(broken.violation("seccompProfile", detail, "use `runtime/default`"))
}

fn sysctls(asked: &Asked<'_>) -> Option<Violation> {
    let mut broken = Broken::default();
    let mut names = Vec::new();
    let context = asked.pod.spec.get("securityContext");
    for (at, sysctl) in context.into_iter().flat_map(|context| context.list("sysctls")).enumerate() {
        let name = sysctl.str("name");
        if !standards::allows_sysctl(name, asked.minor) {
            names.push(name);
            let value = sysctl.get("name").unwrap_or(sysctl);
            broken.note(value, asked.pod.path, &format!("securityContext.sysctls[{at}].name"));
        }
    }
    let detail = names.join(", ");
    (!names.is_empty()).then(|| broken.violation("forbidden sysctls", detail, "leave it out"))
}

fn windows_host_process(asked: &Asked<'_>) -> Option<Violation> {
    let broken = asked.setters(&["windowsOptions", "hostProcess"], "windowsOptions.hostProcess", |value| {
        value.as_bool() == Some(true)
    });
    if broken.is_empty() {
        return None;
    }
    let detail = format!("{} must not set securityContext.windowsOptions.hostProcess=true", broken.setters());
    Some(broken.violation("hostProcess", detail, "leave it out"))
}

fn privilege_escalation(asked: &Asked<'_>) -> Option<Violation> {
    if asked.minor >= 25 && asked.is_windows() {
        return None;
    }
    let mut broken = Broken::default();
    for (path, container) in asked.containers() {
        let value = container.value.at(&["securityContext", "allowPrivilegeEscalation"]);
        if value.and_then(Value::as_bool) != Some(false) {
            let place = value.unwrap_or_else(|| name_of(container.value));
            broken.note(place, &path, "securityContext.allowPrivilegeEscalation");
            broken.add_container(container.value);
        }
    }
    if broken.is_empty() {
        return None;
    }
    let detail = format!("{} must set securityContext.allowPrivilegeEscalation=false", broken.containers());
    let help = "set `allowPrivilegeEscalation: false` in the container's securityContext";
    Some(broken.violation("allowPrivilegeEscalation != false", detail, help))
}

fn capabilities(asked: &Asked<'_>) -> Option<Violation> {
    if asked.minor >= 25 && asked.is_windows() {
        return None;
    }
    let (adds, names) = adding(asked, |name| name == standards::NET_BIND_SERVICE);
    let mut broken = Broken::default();
    for (path, container) in asked.containers() {
        let capabilities = container.value.at(&["securityContext", "capabilities"]);
        let drops_all = capabilities.is_some_and(|c| c.list("drop").any(|v| v.as_str() == Some("ALL")));
        if !drops_all {
            let place = capabilities.unwrap_or_else(|| name_of(container.value));
            broken.note(place, &path, "securityContext.capabilities.drop");
            broken.add_container(container.value);
        }
    }
    let mut parts = Vec::new();
    if !broken.is_empty() {
        parts.push(format!("{} must set securityContext.capabilities.drop=[\"ALL\"]", broken.containers()));
    }
    if !adds.is_empty() {
        parts.push(format!(
            "{} must not include {} in securityContext.capabilities.add",
            adds.containers(),
            quoted(&names)
        ));
    }
    if parts.is_empty() {
        return None;
    }
    broken.at.extend(adds.at);
    let help = "set `capabilities: {drop: [ALL]}` in the container's securityContext";
    Some(broken.violation("unrestricted capabilities", parts.join("; "), help))
}

fn volumes(asked: &Asked<'_>) -> Option<Violation> {
    let mut broken = Broken::default();
    let (mut names, mut types) = (Vec::new(), BTreeSet::new());
    for (at, volume) in asked.pod.spec.list("volumes").enumerate() {
        if volume.entries().any(|(source, value)| standards::allows_volume(source) && !value.is_null()) {
            continue;
        }
        names.push(volume.str("name").to_owned());
        let source = standards::refused_volumes().find(|source| volume.get(source).is_some());
        types.insert(source.unwrap_or("unknown"));
        let field = source.map_or_else(|| format!("volumes[{at}]"), |s| format!("volumes[{at}].{s}"));
        broken.note(source.and_then(|s| volume.get(s)).unwrap_or(volume), asked.pod.path, &field);
    }
    if names.is_empty() {
        return None;
    }
    let detail = format!(
        "{} {} {} {} {}",
        plural("volume", "volumes", names.len()),
        quoted(&names),
        plural("uses", "use", names.len()),
        plural("restricted volume type", "restricted volume types", types.len()),
        quoted(&types)
    );
    Some(broken.violation(
        "restricted volume types",
        detail,
        "use a PersistentVolumeClaim, or another type of volume",
    ))
}

fn run_as_non_root(asked: &Asked<'_>) -> Option<Violation> {
    const REASON: &str = "runAsNonRoot != true";
    if asked.minor >= 35 && asked.has_own_users() {
        return None;
    }
    let broken = asked.setters(&["runAsNonRoot"], "runAsNonRoot", |value| value.as_bool() == Some(false));
    if !broken.is_empty() {
        let detail = format!("{} must not set securityContext.runAsNonRoot=false", broken.setters());
        return Some(broken.violation(REASON, detail, "set `runAsNonRoot: true`"));
    }
    let of_pod = asked.pod.spec.at(&["securityContext", "runAsNonRoot"]).and_then(Value::as_bool);
    if of_pod == Some(true) {
        return None;
    }
    let broken = lacking(asked, "runAsNonRoot");
    if broken.is_empty() {
        return None;
    }
    let detail = format!("pod or {} must set securityContext.runAsNonRoot=true", broken.containers());
    Some(broken.violation(REASON, detail, "set `runAsNonRoot: true` in the Pod's securityContext"))
}

/// Containers whose securityContext lacks a field.
fn lacking(asked: &Asked<'_>, field: &str) -> Broken {
    let mut broken = Broken::default();
    for (path, container) in asked.containers() {
        if container.value.at(&["securityContext", field]).is_none() {
            broken.note(name_of(container.value), &path, &format!("securityContext.{field}"));
            broken.add_container(container.value);
        }
    }
    broken
}

fn run_as_user(asked: &Asked<'_>) -> Option<Violation> {
    if asked.minor >= 35 && asked.has_own_users() {
        return None;
    }
    let broken = asked.setters(&["runAsUser"], "runAsUser", |value| value.as_i64() == Some(0));
    if broken.is_empty() {
        return None;
    }
    let detail = format!("{} must not set runAsUser=0", broken.setters());
    Some(broken.violation("runAsUser=0", detail, "use another number, or leave it to the image"))
}

fn required_seccomp_profile(asked: &Asked<'_>) -> Option<Violation> {
    if asked.minor >= 25 && asked.is_windows() {
        return None;
    }
    if let Some(bad) = bad_seccomp(asked) {
        return Some(bad);
    }
    if asked.pod.spec.at(&["securityContext", "seccompProfile"]).is_some() {
        return None;
    }
    let broken = lacking(asked, "seccompProfile");
    if broken.is_empty() {
        return None;
    }
    let detail = format!(
        "pod or {} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"",
        broken.containers()
    );
    let help = "set `seccompProfile: {type: RuntimeDefault}` in the Pod's securityContext";
    Some(broken.violation("seccompProfile", detail, help))
}

/// Its name, which stands for what is not there.
fn name_of(container: Value<'_>) -> Value<'_> {
    container.get("name").unwrap_or(container)
}
