//! From `apiVersion` and `kind` to a kind of the table, or to why there is none.

use std::fmt::Write as _;

use super::codes;
use super::minor::{Minor, MinorSet};
use super::table::{Kind, Scope, Types};
use crate::finding::{Edit, Finding, Fix};
use crate::yaml::View;

/// What is known of an object's kind.
#[derive(Debug)]
pub enum Resolved<'t> {
    /// A kind; the findings say in which of the versions asked for it is not served, or that it will go.
    Known(Kind<'t>, Vec<Finding>),
    /// Kubernetes' own group, and none of the versions asked for serves this kind.
    NoSuchKind(Vec<Finding>),
    /// A custom resource without a definition.
    NoSchema(Vec<Finding>),
}

/// `apps/v1` as group and version. `None` if it has more than one slash.
pub fn split_api_version(api_version: &str) -> Option<(&str, &str)> {
    match api_version.split_once('/') {
        None => Some(("", api_version)),
        Some((group, version)) => (!version.contains('/')).then_some((group, version)),
    }
}

/// The server's warning about a deprecated kind.
pub fn deprecation_warning(kind: &Kind<'_>, minors: MinorSet) -> Option<String> {
    if let Some(text) = kind.warning {
        return Some(text.to_owned());
    }
    let since = Minor::parse_any(kind.deprecated)?;
    if minors.last()?.number() < since {
        return None;
    }
    let (api, name, since) = (kind.api_version(), kind.kind, kind.deprecated);
    Some(lifecycle(&api, name, since, kind.removed, kind.replacement))
}

/// `policy/v1beta1 PodSecurityPolicy is deprecated in v1.21+, unavailable in v1.25+`.
fn lifecycle(api: &str, kind: &str, deprecated: &str, removed: &str, replacement: &str) -> String {
    let mut out = format!("{api} {kind} is deprecated in v{deprecated}+");
    if !removed.is_empty() {
        let _ = write!(out, ", unavailable in v{removed}+");
    }
    if !replacement.is_empty() {
        let _ = write!(out, "; use {replacement}");
    }
    out
}

/// Resolves the kind that the values of `apiVersion` and `kind` name.
pub fn resolve<'t>(
    types: &'t Types,
    api_version: View<'_>,
    kind: View<'_>,
    minors: MinorSet,
) -> Resolved<'t> {
    let (api, name) = (api_version.text(), kind.text());
    let Some((group, version)) = split_api_version(api) else {
        let text = format!("`{api}` is no apiVersion: it is GROUP/VERSION, or a version alone");
        let finding = Finding::new(&codes::UNKNOWN_GROUP_VERSION, api_version.place(), text)
            .field("apiVersion")
            .server("BadRequest", "", format!("unexpected GroupVersion string: {api}"));
        return Resolved::NoSuchKind(vec![finding]);
    };
    match types.kind(group, version, name) {
        Some(found) if found.scope == Scope::List => {
            let text = format!("{name} is only the envelope of a list, and there is no list under `items`");
            let finding = Finding::new(&codes::UNKNOWN_KIND, kind.place(), text)
                .field("kind")
                .server("NotFound", "", no_matches(name, api))
                .help("list the objects under `items`");
            Resolved::NoSuchKind(vec![finding])
        }
        Some(found) if found.scope != Scope::Subresource => {
            let unserved = minors.without(found.served);
            if unserved.is_empty() {
                let warning = deprecation_warning(&found, minors);
                let finding = warning.map(|text| deprecated(&found, api_version, minors, &text));
                return Resolved::Known(found, finding.into_iter().collect());
            }
            let finding = unserved_kind(&found, api_version, unserved).versions(unserved.versions());
            if unserved == minors {
                Resolved::NoSuchKind(vec![finding])
            } else {
                Resolved::Known(found, vec![finding])
            }
        }
        _ => match missing(types, group, version, api_version, kind, minors) {
            Some(finding) => Resolved::NoSuchKind(vec![finding]),
            None => {
                let text =
                    format!("nothing is known of {api} {name}: its CustomResourceDefinition is not given");
                let finding = Finding::new(&codes::NO_SCHEMA, kind.place(), text)
                    .field("kind")
                    .help("put the CustomResourceDefinition beside the manifests, or give it with `--crds`, or a JSON Schema of it with \
                           `--schema-location`");
                Resolved::NoSchema(vec![finding])
            }
        },
    }
}

fn deprecated(kind: &Kind<'_>, api_version: View<'_>, minors: MinorSet, text: &str) -> Finding {
    let since = Minor::parse_any(kind.deprecated).unwrap_or(0);
    let warned = minors.iter().filter(|m| m.number() >= since).fold(MinorSet::NONE, MinorSet::with);
    let is_endpoints = kind.group.is_empty() && kind.kind == "Endpoints";
    let code = if is_endpoints { &codes::ENDPOINTS } else { &codes::DEPRECATED };
    let finding = Finding::new(code, api_version.place(), text)
        .versions(warned.versions())
        .field("apiVersion")
        .server("Warning", "", text);
    if kind.replacement.is_empty() {
        return finding.help("write it in a version of the kind that is not deprecated");
    }
    finding.label(format!("use {}", kind.replacement))
}

/// The words of a client that finds no such kind.
fn no_matches(kind: &str, api: &str) -> String {
    format!("no matches for kind \"{kind}\" in version \"{api}\"")
}

/// A kind of the table that some (or all) versions do not serve.
fn unserved_kind(kind: &Kind<'_>, api_version: View<'_>, unserved: MinorSet) -> Finding {
    let (api, name) = (kind.api_version(), kind.kind);
    let gone = Types::removed(kind.group, kind.version, name);
    let removed = gone.map_or(kind.removed, |r| r.removed);
    let is_gone = Minor::parse_any(removed).is_some_and(|r| unserved.iter().any(|m| m.number() >= r));
    let finding = if kind.custom {
        let text = format!("{api} {name} is not served: its CustomResourceDefinition says `served: false`");
        Finding::new(&codes::UNKNOWN_GROUP_VERSION, api_version.place(), text)
    } else if is_gone {
        return removed_kind(kind.group, kind.version, name, api_version);
    } else if kind.minors.and(unserved).is_empty() {
        let first = kind.minors.first().map(|m| m.to_string()).unwrap_or_default();
        let text = format!("{api} {name} exists since {first}, and you target {unserved}");
        Finding::new(&codes::UNKNOWN_GROUP_VERSION, api_version.place(), text)
    } else {
        let text = format!("{api} {name} is not served by default in {unserved}");
        Finding::new(&codes::NOT_SERVED, api_version.place(), text)
            .help(format!("turn it on with `--runtime-config={api}=true` of kube-apiserver"))
    };
    finding.field("apiVersion").server("NotFound", "", no_matches(name, &api))
}

/// A kind that went.
fn removed_kind(group: &str, version: &str, name: &str, api_version: View<'_>) -> Finding {
    let api = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    let mut finding = match Types::removed(group, version, name) {
        Some(row) => {
            let text = format!("{api} {name} was removed in Kubernetes {}", row.removed);
            let mut finding = Finding::new(&codes::REMOVED, api_version.place(), text);
            if row.replacement.is_empty() {
                finding = finding.label("no version replaces it");
            } else {
                finding = finding.label(format!("use {}", row.replacement));
            }
            if !row.deprecated.is_empty() {
                let sentence = lifecycle(&api, name, row.deprecated, row.removed, row.replacement);
                finding = finding.because(sentence);
            }
            match (row.note, row.replacement) {
                ("", "") => finding.help("take it out: no cluster of this version has it"),
                ("", _) => finding,
                (note, _) => finding.help(note),
            }
        }
        None => Finding::new(&codes::REMOVED, api_version.place(), format!("{api} {name} was removed"))
            .help("take it out: no cluster of this version has it"),
    };
    finding = finding.field("apiVersion").server("NotFound", "", no_matches(name, &api));
    finding
}

/// No row of the table: removed before the oldest version with tables, misspelt, or a custom resource (`None`).
fn missing(
    types: &Types,
    group: &str,
    version: &str,
    api_version: View<'_>,
    kind: View<'_>,
    minors: MinorSet,
) -> Option<Finding> {
    let name = kind.text();
    if Types::removed(group, version, name).is_some() {
        return Some(removed_kind(group, version, name, api_version));
    }
    // A custom group is a domain name; only Kubernetes itself has groups without a dot.
    if !Types::builtin_group(group) && group.contains('.') {
        return None;
    }
    let api = api_version.text();
    let served = || types.kinds().filter(move |k| !k.plural.is_empty() && !k.served.and(minors).is_empty());
    let server = no_matches(name, api);

    // The kind is right, group or version are not.
    let mut elsewhere: Vec<Kind<'_>> = served().filter(|k| k.kind == name).collect();
    elsewhere.sort_by_cached_key(|k| (k.group != group, crate::finding::distance(&k.api_version(), api)));
    if let Some(right) = elsewhere.first() {
        let right_api = right.api_version();
        let text = format!("there is no {name} in {api}: it is in {right_api}");
        let mut finding = Finding::new(&codes::UNKNOWN_GROUP_VERSION, api_version.place(), text)
            .label(format!("did you mean `{right_api}`?"))
            .field("apiVersion")
            .server("NotFound", "", server);
        let close = crate::finding::distance(&right_api, api) <= 2;
        let edit = Edit { file: api_version.place().file, span: api_version.span(), text: right_api.clone() };
        let title = format!("write `{right_api}`");
        finding = finding.fix(if close && elsewhere.len() == 1 {
            Fix::safe(title, vec![edit])
        } else {
            Fix::maybe(title, vec![edit])
        });
        return Some(finding);
    }

    let in_version = |k: &Kind<'_>| k.group == group && k.version == version;
    let known_version = types.kinds().any(|k| in_version(&k));
    let text = if known_version {
        format!("there is no kind `{name}` in {api}")
    } else {
        format!("there is no apiVersion `{api}`")
    };
    let lower = name.to_lowercase();
    let distance = |k: &Kind<'_>| {
        // People also write what they type at the command line: plural, singular.
        let plural = usize::from(k.plural != lower) * 9;
        // What is that much longer is that far away; most kinds are.
        if k.kind.len().abs_diff(lower.len()) > 2 {
            return plural;
        }
        crate::finding::distance(&k.kind.to_lowercase(), &lower).min(plural)
    };
    let mut near: Vec<(usize, bool, Kind<'_>)> =
        served().map(|k| (distance(&k), !in_version(&k), k)).filter(|(d, ..)| *d <= 2).collect();
    near.sort_by(|a, b| (a.0, a.1, a.2.kind, a.2.group).cmp(&(b.0, b.1, b.2.kind, b.2.group)));
    let code = if known_version { &codes::UNKNOWN_KIND } else { &codes::UNKNOWN_GROUP_VERSION };
    let place = if known_version { kind.place() } else { api_version.place() };
    let mut finding = Finding::new(code, place, text)
        .field(if known_version { "kind" } else { "apiVersion" })
        .server("NotFound", "", server);
    if near.is_empty() {
        finding =
            finding.help("if another program than an API server reads it, list the file in .kcheckignore");
    } else if let Some((distance, elsewhere, right)) = near.first() {
        let right_api = right.api_version();
        if *elsewhere {
            finding = finding.help(format!("did you mean {right_api} {}?", right.kind));
        } else {
            finding = finding.label(format!("did you mean `{}`?", right.kind));
            let edit = Edit { file: kind.place().file, span: kind.span(), text: right.kind.to_owned() };
            let title = format!("write `{}`", right.kind);
            let alone = near.iter().filter(|(d, ..)| d == distance).count() == 1;
            finding =
                finding.fix(if alone { Fix::safe(title, vec![edit]) } else { Fix::maybe(title, vec![edit]) });
        }
    }
    Some(finding)
}
