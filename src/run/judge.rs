//! The verdict on every document of a tree: what kube-apiserver answers, in its order.

use std::fmt::Write as _;
use std::hash::BuildHasher;

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::Options;
use super::json_schema::JsonSchemas;
use super::read::FileRead;
use super::tree::{Tree, Unit};
use super::upgrade::upgrade;
use crate::apiserver::custom::Definitions;
use crate::apiserver::disabled::drop_disabled_fields;
use crate::apiserver::{self, Request, defaults, disabled};
use crate::finding::{Finding, Level, Place, Versions, fill_in, placeholder};
use crate::object::{Draft, Overlay, Value};
use crate::report::{ServerAnswer, Verdict};
use crate::schema::{
    self, Kind, Minor, MinorSet, Resolved, Types, Typing, deprecation_warning, resolve, type_object,
};
use crate::yaml::{View, duplicate_keys};

/// Judges all units, in parallel over files, and lays their defaults over them.
pub(super) fn judge(
    tree: &mut Tree,
    types: &Types,
    definitions: &Definitions,
    options: &Options,
) -> Vec<Finding> {
    let schemas = JsonSchemas::at(&options.schema_locations);
    let known = Known { types, definitions, schemas: &schemas };
    let mut parts: Vec<(&mut FileRead, &mut [Unit], u32)> = Vec::new();
    let mut rest: &mut [Unit] = &mut tree.units;
    let mut first = 0;
    for (at, file) in tree.files.iter_mut().enumerate() {
        let count = rest.iter().take_while(|unit| unit.file == at).count();
        let (these, others) = rest.split_at_mut(count);
        rest = others;
        parts.push((file, these, first));
        first += count as u32;
    }
    let found: Vec<Vec<Finding>> = parts
        .into_par_iter()
        .with_min_len(16)
        .map(|(file, units, first)| {
            let mut found = Vec::new();
            found.extend(repeated_keys(file, units, first));
            for (at, unit) in units.iter_mut().enumerate() {
                let document = first + at as u32;
                let mut of_unit = judge_one(file, unit, &known, options);
                point_at_gaps(&mut of_unit, file);
                found.extend(of_unit.into_iter().map(|f| f.document(document)));
            }
            found
        })
        .collect();
    found.into_iter().flatten().collect()
}

/// Whoever left `<NAME>` where a name goes does not want to read how names are formed.
fn point_at_gaps(findings: &mut [Finding], file: &FileRead) {
    for finding in findings.iter_mut().filter(|finding| finding.server.is_some() && finding.fix.is_none()) {
        let span = finding.place().span;
        let written = file.source.text().get(span.start as usize..span.end as usize);
        if let Some(gap) = written.and_then(placeholder) {
            finding.help = Some(fill_in(gap));
        }
    }
}

/// Keys that are written twice, in documents that hold an object.
fn repeated_keys(file: &FileRead, units: &[Unit], first: u32) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut last = None;
    for (at, unit) in units.iter().enumerate() {
        if unit.verdict != Verdict::Accepted || last == Some(unit.document) {
            continue;
        }
        last = Some(unit.document);
        let document = &file.documents[unit.document];
        found.extend(duplicate_keys(document).into_iter().map(|f| f.document(first + at as u32)));
    }
    found
}

/// What is known of kinds.
struct Known<'a> {
    types: &'a Types,
    definitions: &'a Definitions,
    schemas: &'a JsonSchemas,
}

fn judge_one(file: &mut FileRead, unit: &mut Unit, known: &Known<'_>, options: &Options) -> Vec<Finding> {
    let Known { types, definitions, schemas } = known;
    let Some(node) = unit.node else { return Vec::new() };
    if unit.verdict == Verdict::NotKubernetes {
        return Vec::new();
    }
    let minors = options.minors;
    let document = &mut file.documents[unit.document];
    let (kind, mut findings) = match kind_of(unit, document.view(node), types, minors) {
        Resolved::Known(kind, mut findings) => {
            newer_version(&mut findings, unit, document.view(node), types, minors);
            (kind, findings)
        }
        Resolved::NoSuchKind(mut findings) => {
            newer_version(&mut findings, unit, document.view(node), types, minors);
            unit.verdict = Verdict::NoSuchKind;
            unit.why = Some("not served".into());
            tell_versions(&mut findings, minors);
            return findings;
        }
        Resolved::NoSchema(findings) => {
            if let Some(findings) = schemas.judge(unit, document.view(node), minors) {
                return findings;
            }
            unit.verdict = Verdict::Unknown;
            unit.why = Some("no schema".into());
            return findings;
        }
    };
    let definition =
        definitions.find(&unit.gvk.group, &unit.gvk.version, &unit.gvk.kind).filter(|_| kind.custom);
    let asked = schema::Options { minors, body: false, validate: definition.is_none() };
    let mut typing = type_object(document, node, types, &kind, asked);
    findings.append(&mut typing.findings);
    let view = document.view(node);
    let mut overlay = Overlay::default();
    let mut defaulted = false;
    let mut answers: Vec<(Minor, Verdict, Option<ServerAnswer>)> = Vec::new();
    // Versions that judge alike are asked once: the last answer holds until the next one of which a rule asked.
    let mut last: Option<(apiserver::Answer, Vec<&'static str>)> = None;
    for minor in minors.iter() {
        if !kind.served.has(minor) {
            answers.push((minor, Verdict::NoSuchKind, None));
            continue;
        }
        if let Some(answer) = undecodable(unit, &kind, &typing, minor) {
            answers.push((minor, Verdict::Refused, Some(answer)));
            continue;
        }
        if !defaulted {
            defaults::apply(unit.gvk, view, &mut overlay);
            defaulted = true;
        }
        let object = Value::new(view, &overlay);
        let namespaced = kind.namespaced();
        let request = Request { gvk: unit.gvk, namespaced, namespace: &unit.namespace, minor };
        let gone = disabled::dropped(unit.gvk, minor, object);
        let alike = |(last, before): &(apiserver::Answer, Vec<&str>)| minor <= last.until && *before == gone;
        let created = match (last.take().filter(alike), definition) {
            (Some((last, _)), _) => last,
            (None, Some(definition)) => definition.create(&request, object),
            (None, None) if gone.is_empty() => apiserver::create(&request, object),
            (None, None) => {
                // What is dropped is told by a rule of its own, which reads what was written.
                let mut overlay = overlay.clone();
                drop_disabled_fields(unit.gvk, minor, &mut Draft::new(view, &mut overlay), None);
                apiserver::create(&request, Value::new(view, &overlay))
            }
        };
        hold(created.findings(), minor, &mut findings);
        let mut warnings: Vec<String> =
            deprecation_warning(&kind, MinorSet::one(minor)).into_iter().collect();
        warnings.extend(created.warnings.iter().map(|warning| warning.text.clone()));
        if let apiserver::Verdict::Refused(status) = &created.verdict {
            hold(status.findings(), minor, &mut findings);
            let answer = ServerAnswer {
                code: status.code,
                reason: status.reason,
                causes: status.server_causes(),
                message: status.message.clone(),
                warnings,
            };
            answers.push((minor, Verdict::Refused, Some(answer)));
        } else {
            let warned = !warnings.is_empty();
            let answer = warned.then(|| ServerAnswer { code: 201, warnings, ..ServerAnswer::default() });
            answers.push((minor, Verdict::Accepted, answer));
        }
        last = Some((created, gone));
    }
    if defaulted {
        let object = Value::new(view, &overlay);
        findings.extend(apiserver::validation::judge_size(object, &unit.namespace, anchor(view)));
        unit.overlay = overlay;
    }
    tell_versions(&mut findings, minors);
    conclude(unit, answers);
    findings
}

/// Gives what is said of a version that went, or will, the fix that writes the one that stays.
fn newer_version(findings: &mut [Finding], unit: &Unit, view: View<'_>, types: &Types, minors: MinorSet) {
    let gone = [&schema::codes::REMOVED, &schema::codes::DEPRECATED];
    for finding in findings.iter_mut().filter(|finding| gone.contains(&finding.code)) {
        finding.fix = upgrade(unit, view, types, minors);
    }
}

/// What the server says before it validates: to what it cannot decode, and to what the schema of a custom resource
/// refuses.
fn undecodable(unit: &Unit, kind: &Kind<'_>, typing: &Typing, minor: Minor) -> Option<ServerAnswer> {
    if let Some(message) = typing.message(kind, minor) {
        return Some(ServerAnswer { code: 400, reason: "BadRequest", message, ..ServerAnswer::default() });
    }
    if typing.causes.is_empty() {
        return None;
    }
    let parts = typing.causes.iter().map(|c| (c.field.as_str(), c.message.as_str()));
    Some(ServerAnswer {
        code: 422,
        reason: "Invalid",
        message: apiserver::invalid_message(&unit.gvk.group_kind(), &unit.name, parts),
        causes: typing.causes.clone(),
        ..ServerAnswer::default()
    })
}

/// Adds what validation found in a version; what it found in the one before as well is one finding.
fn hold(found: Vec<Finding>, minor: Minor, findings: &mut Vec<Finding>) {
    if found.is_empty() {
        return;
    }
    fn key(finding: &Finding) -> (&str, Place, &str) {
        (finding.code.name, finding.place(), &finding.message)
    }
    let hashed = |finding: &Finding| FxBuildHasher.hash_one(key(finding));
    // A list of equal items has thousands of findings: each is looked up, not searched.
    let mut known: FxHashMap<u64, usize> =
        findings.iter().enumerate().map(|(at, finding)| (hashed(finding), at)).collect();
    for finding in found {
        let hash = hashed(&finding);
        let same = known.get(&hash).and_then(|at| findings.get_mut(*at)).filter(|f| key(f) == key(&finding));
        match same {
            Some(Finding { versions: Some(versions), .. }) => versions.until = minor.number(),
            Some(_) => {}
            None => {
                known.insert(hash, findings.len());
                findings.push(finding.versions(MinorSet::one(minor).versions()));
            }
        }
    }
}

/// A finding says in which versions it holds only if it does not in all that were asked for.
fn tell_versions(findings: &mut [Finding], minors: MinorSet) {
    let Some(asked) = minors.versions() else { return };
    for finding in findings {
        let Some(holds) = finding.versions else { continue };
        let (since, until) = (holds.since.max(asked.since), holds.until.min(asked.until));
        if (since, until) == (asked.since, asked.until) {
            finding.versions = None;
            continue;
        }
        finding.versions = Some(Versions { since, until });
        if finding.level != Level::Error {
            continue;
        }
        let mut sentence = format!("breaks in {}", Versions { since, until });
        if until < asked.until {
            let _ = write!(sentence, ", works from 1.{}", until + 1);
        } else {
            let _ = write!(sentence, ", works up to 1.{}", since - 1);
        }
        finding.because.push(sentence);
    }
}

/// Of several versions the worst answer is the object's verdict, in the words of the newest that gives it.
fn conclude(unit: &mut Unit, answers: Vec<(Minor, Verdict, Option<ServerAnswer>)>) {
    let rank = |verdict: Verdict| match verdict {
        Verdict::Refused => 2,
        Verdict::NoSuchKind => 1,
        _ => 0,
    };
    if answers.len() > 1 {
        unit.verdicts = answers.iter().map(|(minor, verdict, _)| (*minor, *verdict)).collect();
    }
    let Some((_, verdict, answer)) =
        answers.into_iter().max_by_key(|(minor, verdict, _)| (rank(*verdict), *minor))
    else {
        return;
    };
    unit.verdict = verdict;
    unit.server = answer;
    if verdict == Verdict::NoSuchKind {
        unit.why = Some("not served".into());
    }
}

/// The first key of an object.
fn anchor(view: View<'_>) -> Place {
    view.entries().next().map_or_else(|| view.place(), |(key, _)| key.place())
}

/// The kind of an object, or why there is none. An item of a typed list need not name it.
fn kind_of<'t>(unit: &Unit, view: View<'_>, types: &'t Types, minors: MinorSet) -> Resolved<'t> {
    if let (Some(api_version), Some(kind)) = (view.get("apiVersion"), view.get("kind")) {
        return resolve(types, api_version, kind, minors);
    }
    match types.kind(&unit.gvk.group, &unit.gvk.version, &unit.gvk.kind) {
        Some(kind) if !kind.served.and(minors).is_empty() => Resolved::Known(kind, Vec::new()),
        _ if Types::builtin_group(&unit.gvk.group) => Resolved::NoSuchKind(Vec::new()),
        _ => Resolved::NoSchema(Vec::new()),
    }
}
