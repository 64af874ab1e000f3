//! Levels of the Pod Security Standards, their versions, and the policy that a namespace's labels make. Mirrors
//! `k8s.io/pod-security-admission/api`.

use std::fmt;

use crate::object::Value;

/// Labels of a namespace that choose level and version: enforce, audit, warn.
pub const LABELS: [[&str; 2]; 3] = [
    ["pod-security.kubernetes.io/enforce", "pod-security.kubernetes.io/enforce-version"],
    ["pod-security.kubernetes.io/audit", "pod-security.kubernetes.io/audit-version"],
    ["pod-security.kubernetes.io/warn", "pod-security.kubernetes.io/warn-version"],
];
/// The server's sentence about a level that is none.
pub const NO_LEVEL: &str = "must be one of privileged, baseline, restricted";
/// The server's sentence about a version that is none.
pub const NO_VERSION: &str = "must be \"latest\" or \"v1.x\"";

/// How strict, from lenient to strict.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Level {
    /// Everything goes.
    #[default]
    Privileged,
    /// No known way to more privileges.
    Baseline,
    /// Hardened.
    Restricted,
}

impl Level {
    /// Its name, as labels write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }

    /// Mirrors ParseLevel.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Privileged, Self::Baseline, Self::Restricted].into_iter().find(|level| level.name() == text)
    }
}

/// Version of a standard: a minor of Kubernetes 1, or the server's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Version {
    /// That of the server.
    #[default]
    Latest,
    /// `v1.N`
    Minor(u64),
}

impl Version {
    /// Mirrors ParseVersion.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "latest" {
            return Some(Self::Latest);
        }
        let minor = text.strip_prefix("v1.")?;
        let canonical = minor == "0" || !minor.starts_with('0');
        if minor.is_empty() || !canonical || !minor.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        // Go reads an int of 64 bits.
        let minor = minor.parse::<u64>().ok()?;
        i64::try_from(minor).is_ok().then_some(Self::Minor(minor))
    }

    /// The minor whose checks are asked, on a server of a minor.
    pub(super) fn on(self, server: u32) -> u32 {
        match self {
            Self::Latest => server,
            Self::Minor(minor) => u32::try_from(minor).unwrap_or(server).min(server),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => out.write_str("latest"),
            Self::Minor(minor) => write!(out, "v1.{minor}"),
        }
    }
}

/// A level in a version.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Standard {
    /// How strict.
    pub level: Level,
    /// In the words of which version.
    pub version: Version,
}

impl fmt::Display for Standard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.level.name(), self.version)
    }
}

impl Standard {
    /// Mirrors LevelVersion.Equivalent.
    fn is_like(self, other: Self) -> bool {
        self == other || self.level == Level::Privileged && other.level == Level::Privileged
    }
}

/// What a namespace asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Policy {
    /// Pods that break it are refused.
    pub enforce: Standard,
    /// What breaks it goes into the audit log.
    pub audit: Standard,
    /// What breaks it is warned of.
    pub warn: Standard,
}

/// A label that says nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadLabel {
    /// Its key.
    pub label: &'static str,
    /// Its value.
    pub value: String,
    /// The server's sentence.
    pub message: &'static str,
}

impl fmt::Display for BadLabel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = crate::schema::quote(&self.value);
        write!(out, "metadata.labels[{}]: Invalid value: {value}: {}", self.label, self.message)
    }
}

impl Policy {
    /// Mirrors PolicyToEvaluate: what labels make of a cluster's defaults, and what is wrong with them. An invalid level
    /// is restricted where it is enforced, and privileged where it is not.
    pub fn of(labels: Option<Value<'_>>, defaults: Self) -> (Self, Vec<BadLabel>) {
        let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
        let mut policy = defaults;
        let mut bad = Vec::new();
        let mut complain = |label, value: &str, message| {
            bad.push(BadLabel { label, value: value.to_owned(), message });
        };
        let mut enforced = false;
        for (at, [level, version]) in LABELS.into_iter().enumerate() {
            let standard = match at {
                0 => &mut policy.enforce,
                1 => &mut policy.audit,
                _ => &mut policy.warn,
            };
            if let Some(text) = label(level) {
                let read = Level::parse(text);
                standard.level = read.unwrap_or(if at == 0 { Level::Restricted } else { Level::Privileged });
                enforced |= at == 0 && read.is_some();
                if read.is_none() {
                    complain(level, text, NO_LEVEL);
                }
            }
            if let Some(text) = label(version) {
                let read = Version::parse(text);
                standard.version = read.unwrap_or_default();
                if read.is_none() {
                    complain(version, text, NO_VERSION);
                }
            }
        }
        let [warn_level, warn_version] = LABELS[2];
        if enforced && label(warn_level).is_none() && policy.enforce.level > policy.warn.level {
            policy.warn.level = policy.enforce.level;
            if label(warn_version).is_none() {
                policy.warn.version = policy.enforce.version;
            }
        }
        (policy, bad)
    }

    /// Nothing is asked for.
    pub fn is_privileged(&self) -> bool {
        [self.enforce, self.audit, self.warn].iter().all(|standard| standard.level == Level::Privileged)
    }

    /// Mirrors Policy.Equivalent.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.enforce.is_like(other.enforce)
            && self.audit.is_like(other.audit)
            && self.warn.is_like(other.warn)
    }
}
