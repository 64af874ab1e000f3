//! Where a JSON Schema of a kind lies: folders and templates of paths as kubeconform's `-schema-location` has them.

use std::path::PathBuf;

use super::Minor;

/// A path with places for a kind and a version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Location(Vec<Part>);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Text(String),
    /// `v1.36.0`; also `v1.36.1` and so on, and `master`.
    Version,
    /// `-strict`, or nothing if there is no such file.
    Strict,
    /// `deployment`
    Kind,
    /// `v1`
    ApiVersion,
    /// `apps`; empty for the core group.
    Group,
    /// `-apps-v1`; `-v1` for the core group. Of the group the part before the first dot.
    KindSuffix,
}

/// What each variable is called.
const VARIABLES: &[(&str, Part)] = &[
    ("NormalizedKubernetesVersion", Part::Version),
    ("StrictSuffix", Part::Strict),
    ("ResourceKind", Part::Kind),
    ("ResourceAPIVersion", Part::ApiVersion),
    ("Group", Part::Group),
    ("KindSuffix", Part::KindSuffix),
];

/// What a folder stands for.
const IN_FOLDER: &str =
    "/{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json";

/// Published schemas carry the version of a patch; later ones of a minor differ in descriptions only.
const PATCHES: u32 = 30;

/// A location that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadLocation {
    /// Nothing is fetched.
    #[error("kcheck reads no network; fetch the schemas and name their folder")]
    Network,
    /// `{{` without `}}`.
    #[error("`{{{{` without `}}}}`")]
    Open,
    /// A variable that does not exist.
    #[error("there is no `{0}`; there are {known}", known = VARIABLES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "))]
    Variable(String),
}

impl Location {
    /// Reads a folder, or the template of a path that ends in `json`.
    pub fn parse(text: &str) -> Result<Self, BadLocation> {
        if text.starts_with("http://") || text.starts_with("https://") {
            return Err(BadLocation::Network);
        }
        let whole = if text.ends_with("json") {
            text.to_owned()
        } else {
            format!("{}{IN_FOLDER}", text.trim_end_matches('/'))
        };
        let mut parts = Vec::new();
        let mut rest = whole.as_str();
        while let Some((before, behind)) = rest.split_once("{{") {
            let (name, after) = behind.split_once("}}").ok_or(BadLocation::Open)?;
            let name = name.trim_matches('-').trim();
            let (_, part) = VARIABLES
                .iter()
                .find(|(variable, _)| name.strip_prefix('.') == Some(*variable))
                .ok_or_else(|| BadLocation::Variable(name.to_owned()))?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(part.clone());
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The paths at which the schema of a kind may lie, the first that exists is it.
    pub fn paths(&self, group: &str, version: &str, kind: &str, minor: Minor) -> Vec<PathBuf> {
        let has = |part: &Part| self.0.contains(part);
        let versions: Vec<String> = if has(&Part::Version) {
            let patches = (0..PATCHES).map(|patch| format!("v{minor}.{patch}"));
            patches.chain([format!("v{minor}"), "master".to_owned()]).collect()
        } else {
            vec![String::new()]
        };
        let strict: &[&str] = if has(&Part::Strict) { &["-strict", ""] } else { &[""] };
        let domain = group.split('.').next().unwrap_or_default();
        let suffix = if group.is_empty() { format!("-{version}") } else { format!("-{domain}-{version}") };
        let kind = kind.to_lowercase();
        let mut paths = Vec::new();
        for kubernetes in &versions {
            for strict in strict {
                let text = self.0.iter().map(|part| match part {
                    Part::Text(text) => text,
                    Part::Version => kubernetes,
                    Part::Strict => *strict,
                    Part::Kind => &kind,
                    Part::ApiVersion => version,
                    Part::Group => group,
                    Part::KindSuffix => &suffix,
                });
                paths.push(PathBuf::from(text.collect::<String>()));
            }
        }
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(location: &str, group: &str, kind: &str) -> String {
        let paths = Location::parse(location).unwrap().paths(group, "v1", kind, Minor::DEFAULT);
        paths[0].display().to_string()
    }

    #[test]
    fn folders_and_templates() {
        assert_eq!(
            first("schemas/", "apps", "Deployment"),
            "schemas/v1.36.0-standalone-strict/deployment-apps-v1.json"
        );
        assert_eq!(first("s", "", "Pod"), "s/v1.36.0-standalone-strict/pod-v1.json");
        assert_eq!(
            first("s/{{ .Group }}/{{.ResourceKind}}_{{- .ResourceAPIVersion -}}.json", "example.com", "Shop"),
            "s/example.com/shop_v1.json"
        );
        assert_eq!(
            first("{{.ResourceKind}}{{.KindSuffix}}.json", "cert-manager.io", "Issuer"),
            "issuer-cert-manager-v1.json"
        );
    }

    #[test]
    fn what_is_none() {
        assert_eq!(Location::parse("https://example.com"), Err(BadLocation::Network));
        assert_eq!(Location::parse("{{.Group.json"), Err(BadLocation::Open));
        let unknown = Location::parse("{{ .Kind }}.json").unwrap_err();
        assert_eq!(unknown, BadLocation::Variable(".Kind".into()));
        assert!(unknown.to_string().ends_with("Group, KindSuffix"), "{unknown}");
    }
}
