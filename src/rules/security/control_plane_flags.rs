//! # `security/control-plane-flags`
//!
//! ## What it does
//!
//! Reports flags of kube-apiserver, kube-controller-manager, kube-scheduler and etcd (in the static Pods that run them)
//! that the CIS benchmark advises against, and those that it asks for and that are missing.
//!
//! ## Why is this bad?
//!
//! These flags decide who may talk to the control plane without a login, and what it keeps in clear.
//!
//! ## Example
//!
//! ```yaml
//! containers:
//!   - name: kube-scheduler
//!     image: registry.k8s.io/kube-scheduler:v1.36.0
//!     command:
//!       - kube-scheduler
//!       - --bind-address=127.0.0.1
//!       - --profiling=true
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers:
//!   - name: kube-scheduler
//!     image: registry.k8s.io/kube-scheduler:v1.36.0
//!     command:
//!       - kube-scheduler
//!       - --bind-address=127.0.0.1
//!       - --profiling=false
//! ```
//!
//! ## When to ignore it
//!
//! For kubeadm's own choices, where they differ on purpose.

use crate::finding::{Code, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, ContainerAt, Rule, Sink, page};
use Must::{Be, Contain, Exist, NotBe, NotContain, NotExist};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "security/control-plane-flags",
        Level::Warning,
        Profile::Security,
        "A component of the control plane with an unsafe flag.",
        page!("control_plane_flags.rs"),
    )
    .off(),
    check: Check::Container(check),
};

/// What a flag must be.
#[derive(Clone, Copy)]
enum Must {
    /// This value; `true` if it is the default when the flag is missing.
    Be(&'static str, bool),
    /// Not this value.
    NotBe(&'static str),
    /// Contain this word.
    Contain(&'static str),
    /// Not contain this word.
    NotContain(&'static str),
    /// Be there, with any value.
    Exist,
    /// Not be there.
    NotExist,
}

/// Program, flag, and what the CIS benchmark (1.10) asks of it.
const FLAGS: &[(&str, &str, Must)] = &[
    ("etcd", "auto-tls", Be("false", true)),
    ("etcd", "cert-file", Exist),
    ("etcd", "client-cert-auth", Be("true", false)),
    ("etcd", "key-file", Exist),
    ("etcd", "peer-auto-tls", Be("false", true)),
    ("etcd", "peer-cert-file", Exist),
    ("etcd", "peer-client-cert-auth", Be("true", false)),
    ("etcd", "peer-key-file", Exist),
    ("kube-apiserver", "anonymous-auth", Be("false", false)),
    ("kube-apiserver", "audit-log-maxage", Exist),
    ("kube-apiserver", "audit-log-maxbackup", Exist),
    ("kube-apiserver", "audit-log-maxsize", Exist),
    ("kube-apiserver", "audit-log-path", Exist),
    ("kube-apiserver", "authorization-mode", NotContain("AlwaysAllow")),
    ("kube-apiserver", "authorization-mode", Contain("Node")),
    ("kube-apiserver", "authorization-mode", Contain("RBAC")),
    ("kube-apiserver", "basic-auth-file", NotExist),
    ("kube-apiserver", "client-ca-file", Exist),
    ("kube-apiserver", "disable-admission-plugins", NotContain("NamespaceLifecycle")),
    ("kube-apiserver", "disable-admission-plugins", NotContain("ServiceAccount")),
    ("kube-apiserver", "enable-admission-plugins", NotContain("AlwaysAdmit")),
    ("kube-apiserver", "enable-admission-plugins", Contain("NodeRestriction")),
    ("kube-apiserver", "encryption-provider-config", Exist),
    ("kube-apiserver", "etcd-cafile", Exist),
    ("kube-apiserver", "etcd-certfile", Exist),
    ("kube-apiserver", "etcd-keyfile", Exist),
    ("kube-apiserver", "insecure-bind-address", NotExist),
    ("kube-apiserver", "insecure-port", NotExist),
    ("kube-apiserver", "kubelet-certificate-authority", Exist),
    ("kube-apiserver", "kubelet-client-certificate", Exist),
    ("kube-apiserver", "kubelet-client-key", Exist),
    ("kube-apiserver", "kubelet-https", NotBe("false")),
    ("kube-apiserver", "profiling", Be("false", false)),
    ("kube-apiserver", "secure-port", NotBe("0")),
    ("kube-apiserver", "service-account-key-file", Exist),
    ("kube-apiserver", "service-account-lookup", Be("true", true)),
    ("kube-apiserver", "tls-cert-file", Exist),
    ("kube-apiserver", "tls-private-key-file", Exist),
    ("kube-apiserver", "token-auth-file", NotExist),
    ("kube-controller-manager", "bind-address", Be("127.0.0.1", false)),
    ("kube-controller-manager", "profiling", Be("false", false)),
    ("kube-controller-manager", "root-ca-file", Exist),
    ("kube-controller-manager", "service-account-private-key-file", Exist),
    ("kube-controller-manager", "terminated-pod-gc-threshold", Exist),
    ("kube-controller-manager", "use-service-account-credentials", Be("true", false)),
    ("kube-scheduler", "bind-address", Be("127.0.0.1", false)),
    ("kube-scheduler", "profiling", Be("false", false)),
];

fn check(at: &ContainerAt<'_>, out: &mut Sink<'_>) {
    let words: Vec<Value<'_>> =
        at.container.value.list("command").chain(at.container.value.list("args")).collect();
    let Some(program) = words.first().and_then(|word| word.as_str()) else { return };
    let program = program.rsplit('/').next().unwrap_or(program);
    for &(of, flag, must) in FLAGS.iter().filter(|(of, ..)| *of == program) {
        let given = words.iter().find_map(|word| {
            let text = word.as_str()?.trim_start_matches('-');
            let (name, value) = text.split_once('=').unwrap_or((text, "true"));
            (name == flag).then_some((*word, value))
        });
        let value = given.map(|(_, value)| value);
        let wish = match must {
            Be(wanted, default) if value.map_or(!default, |v| v != wanted) => format!("should be {wanted}"),
            NotBe(not) if value == Some(not) => format!("should not be {not}"),
            Contain(word) if !value.is_some_and(|v| v.split(',').any(|w| w == word)) => {
                format!("should contain {word}")
            }
            NotContain(word) if value.is_some_and(|v| v.split(',').any(|w| w == word)) => {
                format!("should not contain {word}")
            }
            Exist if value.is_none() => "should be set".to_owned(),
            NotExist if value.is_some() => "should not be set".to_owned(),
            _ => continue,
        };
        let place = given.map_or_else(|| at.name_place(), |(word, _)| word.place());
        out.push(
            out.finding(place, format!("--{flag} of {of} {wish}"))
                .label(if value.is_some() { "this flag" } else { "not set" })
                .field(at.field("command")),
        );
    }
}
