//! Kinds: how they are called, in which minors, and what became of those that are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use super::{Definitions, FIRST, LAST, runs};
use crate::Result;

/// Kinds that were gone before 1.36, or came after it, and have no other version there: plural, namespaced.
const ELSEWHERE: &[(&str, &str, bool)] = &[
    ("AuditSink", "auditsinks", false),
    ("ClusterCIDR", "clustercidrs", false),
    ("CompositePodGroup", "compositepodgroups", true),
    ("EvictionRequest", "evictionrequests", true),
    ("InitializerConfiguration", "initializerconfigurations", false),
    ("PodPreset", "podpresets", true),
    ("PodScheduling", "podschedulings", true),
    ("PodSchedulingContext", "podschedulingcontexts", true),
    ("PodSecurityPolicy", "podsecuritypolicies", false),
    ("ResourceClaimParameters", "resourceclaimparameters", true),
    ("ResourceClass", "resourceclasses", false),
    ("ResourceClassParameters", "resourceclassparameters", true),
];

/// Kinds that are only the body of a subresource: no file can create them by themselves.
const SUBRESOURCES: &[&str] =
    &["DeploymentRollback", "EphemeralContainers", "Eviction", "NodeConfigSource", "Scale", "TokenRequest"];

/// Beta APIs newer than 1.24 that servers nevertheless served by default: they continued one that they served.
const SERVED_BETAS: &[&str] = &["flowcontrol.apiserver.k8s.io/v1beta3"];

/// Kinds whose strategy warns, so that no lifecycle marker tells: group/version kind, deprecated in, replacement.
const DEPRECATED: &[(&str, &str, &str, &str)] = &[
    ("v1", "ComponentStatus", "1.19", "-"),
    ("v1", "Endpoints", "1.33", "discovery.k8s.io/v1 EndpointSlice"),
];

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

/// `kinds.txt`.
pub(crate) fn kinds(
    minors: &BTreeMap<u8, Definitions>,
    resources: &[Value],
    gone: &[Value],
) -> Result<String> {
    let mut found: BTreeMap<(String, String, String), (String, BTreeSet<u8>)> = BTreeMap::new();
    for (&minor, definitions) in minors {
        for (name, schema) in definitions {
            // Types of the machinery itself (Status, DeleteOptions, WatchEvent, ...) carry many groups.
            if name.starts_with("io.k8s.apimachinery.") {
                continue;
            }
            for gvk in
                schema.get("x-kubernetes-group-version-kind").and_then(Value::as_array).into_iter().flatten()
            {
                let key = (text(gvk, "group").into(), text(gvk, "kind").into(), text(gvk, "version").into());
                let entry = found.entry(key).or_insert_with(|| (name.clone(), BTreeSet::new()));
                name.clone_into(&mut entry.0);
                entry.1.insert(minor);
            }
        }
    }

    let mut out = format!(
        "# Kinds of Kubernetes 1.{FIRST} to 1.{LAST}, written by `cargo xtask schemas`.\n\
         # GROUP VERSION KIND TYPE MINORS PLURAL SCOPE SERVED INTRODUCED DEPRECATED REMOVED REPLACEMENT\n\
         # `-` = none (GROUP: core). SCOPE: namespaced, cluster, list, subresource. SERVED: minors that serve it by default.\n"
    );
    for ((group, kind, version), (name, present)) in &found {
        let exact = resources
            .iter()
            .find(|r| text(r, "group") == group && text(r, "kind") == kind && text(r, "version") == version);
        let past = gone
            .iter()
            .find(|r| text(r, "group") == group && text(r, "kind") == kind && text(r, "version") == version);
        // The group `extensions` was split up; its kinds went to others.
        let same_group = |r: &Value| text(r, "group") == group || group == "extensions";
        let sibling = resources.iter().find(|r| text(r, "kind") == kind && same_group(r));
        let (plural, scope) = if let Some(resource) = exact.or(sibling) {
            (text(resource, "plural"), if resource["namespaced"] == true { "namespaced" } else { "cluster" })
        } else if kind.ends_with("List") {
            ("-", "list")
        } else if SUBRESOURCES.contains(&kind.as_str()) {
            ("-", "subresource")
        } else if let Some((_, plural, namespaced)) = ELSEWHERE.iter().find(|(k, ..)| k == kind) {
            (*plural, if *namespaced { "namespaced" } else { "cluster" })
        } else {
            return Err(format!("{group}/{version} {kind}: plural and scope are not known"));
        };
        let life = |key: &str| exact.or(past).and_then(|r| r[key].as_str()).unwrap_or("-");
        let removed = minor_of(life("removed"));
        // A beta is served by default only if it is older than 1.24 (or continues such a one), an alpha never. From
        // 1.36's server it is known, for its own minor: what it serves as beta it served before.
        let by_default = match exact {
            Some(resource) => resource["served_by_default"] == true,
            None if version.contains("alpha") => false,
            None if version.contains("beta") => {
                SERVED_BETAS.contains(&format!("{group}/{version}").as_str())
                    || present.first().is_some_and(|&first| first < 24)
            }
            None => true,
        };
        let minors: Vec<u8> = present.iter().copied().collect();
        let served: Vec<u8> =
            minors.iter().copied().filter(|&m| by_default && removed.is_none_or(|r| m < r)).collect();
        let marked = DEPRECATED.iter().find(|(v, k, ..)| group.is_empty() && v == version && k == kind);
        let replacement =
            exact.map(|r| &r["replacement"]).filter(|r| r.is_object()).map_or("-".into(), |r| {
                let group = text(r, "group");
                let slash = if group.is_empty() { "" } else { "/" };
                format!("{group}{slash}{} {}", text(r, "version"), text(r, "kind"))
            });
        let replacement = marked.map_or(replacement, |(.., r)| (*r).into());
        let _ = writeln!(
            out,
            "{} {version} {kind} {name} {} {plural} {scope} {} {} {} {} {replacement}",
            or_dash(group),
            runs(&minors),
            or_dash(&runs(&served)),
            life("introduced"),
            marked.map_or(life("deprecated"), |(_, _, d, _)| d),
            life("removed"),
        );
    }
    Ok(out)
}

/// The minor of `1.25`.
fn minor_of(version: &str) -> Option<u8> {
    version.strip_prefix("1.")?.parse().ok()
}

/// `removed.txt`.
pub(crate) fn removed(rows: &[Value]) -> String {
    let mut out = String::from(
        "# Kinds that servers stopped serving, or will, written by `cargo xtask schemas`; columns end at a TAB.\n\
         # GROUP\tVERSION\tKIND\tINTRODUCED\tDEPRECATED\tREMOVED\tREPLACEMENT\tNOTE\n",
    );
    let mut sorted: Vec<[&str; 8]> = rows
        .iter()
        .map(|r| {
            let group = text(r, "group");
            ["group", "version", "kind", "introduced", "deprecated", "removed", "replacement", "note"]
                .map(|key| if key == "group" { or_dash(group) } else { or_dash(text(r, key)) })
        })
        .collect();
    sorted.sort_by_key(|row| (row[0], row[2], row[1]));
    for row in sorted {
        out.push_str(&row.join("\t"));
        out.push('\n');
    }
    out
}
