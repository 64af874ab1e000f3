//! The version that takes the place of one that went, or will: written where the object as it stands is one of it.

use super::tree::Unit;
use crate::apiserver::admission::Bare;
use crate::apiserver::disabled::drop_disabled_fields;
use crate::apiserver::{self, Request, Verdict, defaults, stored};
use crate::finding::{Finding, Fix, Place};
use crate::object::{Draft, Gvk, Overlay, Value};
use crate::schema::{Kind, MinorSet, Options, Types, check_object};
use crate::yaml::View;
use crate::yaml::edit::replace_scalar;

/// The fix for an object of a version that is deprecated or removed. It is only made if the new version finds nothing wrong
/// with the object that the old one would not find; it is safe if it finds nothing at all, and the server stores the same.
pub(super) fn upgrade(unit: &Unit, view: View<'_>, types: &Types, minors: MinorSet) -> Option<Fix> {
    let Gvk { group, version, kind } = unit.gvk;
    let removed = Types::removed(&group, &version, &kind);
    let replacement = match removed {
        Some(row) => row.replacement,
        None => types.kind(&group, &version, &kind).map_or("", |kind| kind.replacement),
    };
    let mut words = replacement.split_whitespace();
    let api = words.next()?;
    if words.next().is_some_and(|name| name != &*kind) {
        return None;
    }
    let gvk = Gvk::new(api, &kind);
    let new = types.kind(&gvk.group, &gvk.version, &gvk.kind).filter(|new| !new.custom)?;
    if !minors.without(new.served).is_empty() {
        return None;
    }
    let found = said(gvk, &new, unit, view, types, minors);
    if !found.is_empty() {
        // Mistakes are mended under one version as well as under the other.
        let old = types.kind(&group, &version, &kind)?;
        let known = said(unit.gvk, &old, unit, view, types, old.minors);
        if !found.iter().all(|one| known.contains(one)) {
            return None;
        }
    }
    let edit = replace_scalar(view.get("apiVersion")?, api)?;
    let without_version = |gvk| {
        let mut stored = stored::stored(gvk, view, &unit.namespace, minors.last().unwrap_or_default(), &Bare);
        if let Some(map) = stored.as_object_mut() {
            map.remove("apiVersion");
        }
        stored
    };
    let has_note = removed.is_some_and(|row| !row.note.is_empty());
    let same = found.is_empty()
        && gvk.group == group
        && !has_note
        && without_version(gvk) == without_version(unit.gvk);
    let title = format!("write `{api}`");
    Some(if same { Fix::safe(title, vec![edit]) } else { Fix::maybe(title, vec![edit]) })
}

/// What typing finds in an object of a kind, or, if that finds nothing, the oldest and the newest of the servers.
fn said(
    gvk: Gvk,
    kind: &Kind<'_>,
    unit: &Unit,
    view: View<'_>,
    types: &Types,
    minors: MinorSet,
) -> Vec<(&'static str, Place)> {
    let told = |findings: Vec<Finding>| -> Vec<_> {
        findings.into_iter().map(|f| (f.code.name, f.place())).collect()
    };
    let typing = check_object(view, types, kind, Options { minors, body: false, validate: true });
    if !typing.findings.is_empty() {
        return told(typing.findings);
    }
    let mut overlay = Overlay::default();
    defaults::apply(gvk, view, &mut overlay);
    let mut found = Vec::new();
    for minor in minors.first().into_iter().chain(minors.last()) {
        let (namespaced, namespace) = (kind.namespaced(), &*unit.namespace);
        let request = Request { gvk, namespaced, namespace, minor };
        let mut overlay = overlay.clone();
        drop_disabled_fields(gvk, minor, &mut Draft::new(view, &mut overlay), None);
        if let Verdict::Refused(status) = apiserver::create(&request, Value::new(view, &overlay)).verdict {
            found.extend(told(status.findings()));
        }
    }
    found
}
