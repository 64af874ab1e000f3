//! The verdict on every document of a tree: what kube-apiserver answers, in its order.

use rayon::prelude::*;

use super::Options;
use super::read::FileRead;
use super::tree::{Tree, Unit};
use crate::apiserver::{self, Request, defaults};
use crate::finding::{Finding, Place};
use crate::object::{Overlay, Value};
use crate::report::{ServerAnswer, Verdict};
use crate::schema::{self, MinorSet, Resolved, Types, deprecation_warning, resolve, type_object};
use crate::yaml::{View, duplicate_keys};

/// Judges all units, in parallel over files, and lays their defaults over them.
pub(super) fn judge(tree: &mut Tree, types: &Types, options: &Options) -> Vec<Finding> {
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
                found.extend(judge_one(file, unit, types, options).into_iter().map(|f| f.document(document)));
            }
            found
        })
        .collect();
    found.into_iter().flatten().collect()
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

fn judge_one(file: &mut FileRead, unit: &mut Unit, types: &Types, options: &Options) -> Vec<Finding> {
    let Some(node) = unit.node else { return Vec::new() };
    if unit.verdict == Verdict::NotKubernetes {
        return Vec::new();
    }
    let document = &mut file.documents[unit.document];
    let minors = MinorSet::one(options.minor);
    let (kind, mut findings) = match kind_of(unit, document.view(node), types, minors) {
        Resolved::Known(kind, findings) => (kind, findings),
        Resolved::NoSuchKind(findings) => {
            unit.verdict = Verdict::NoSuchKind;
            unit.why = Some("not served".into());
            return findings;
        }
        Resolved::NoSchema(findings) => {
            unit.verdict = Verdict::Unknown;
            unit.why = Some("no schema".into());
            return findings;
        }
    };
    let mut typing = type_object(document, node, types, &kind, schema::Options { minors, body: false });
    findings.append(&mut typing.findings);
    if let Some(message) = typing.message(&kind, options.minor) {
        unit.verdict = Verdict::Refused;
        unit.server =
            Some(ServerAnswer { code: 400, reason: "BadRequest", message, ..ServerAnswer::default() });
        return findings;
    }
    if !typing.causes.is_empty() {
        unit.verdict = Verdict::Refused;
        let parts = typing.causes.iter().map(|c| (c.field.as_str(), c.message.as_str()));
        unit.server = Some(ServerAnswer {
            code: 422,
            reason: "Invalid",
            message: apiserver::invalid_message(&unit.gvk.group_kind(), &unit.name, parts),
            causes: typing.causes,
            ..ServerAnswer::default()
        });
        return findings;
    }
    let view = document.view(node);
    let mut overlay = Overlay::default();
    defaults::apply(unit.gvk, view, &mut overlay);
    let object = Value::new(view, &overlay);
    let request = Request {
        gvk: unit.gvk,
        namespaced: kind.namespaced(),
        namespace: &unit.namespace,
        minor: options.minor,
    };
    if let apiserver::Verdict::Refused(status) = apiserver::create(&request, object) {
        findings.extend(status.findings());
        unit.verdict = Verdict::Refused;
        unit.server = Some(ServerAnswer {
            code: status.code,
            reason: status.reason,
            causes: status.server_causes(),
            message: status.message,
            ..ServerAnswer::default()
        });
    }
    if let (Verdict::Accepted, Some(warning)) = (unit.verdict, deprecation_warning(&kind, minors)) {
        unit.server = Some(ServerAnswer { code: 201, warnings: vec![warning], ..ServerAnswer::default() });
    }
    findings.extend(apiserver::validation::judge_size(object, &unit.namespace, anchor(view)));
    unit.overlay = overlay;
    findings
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
