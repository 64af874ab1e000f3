//! A definition in the place of one that is stored.

use super::super::errors::Errors;
use super::super::path::Path;
use crate::apiserver::admission::Bare;
use crate::apiserver::validation::{self, Request};
use crate::apiserver::{Answer, codes, go_json};
use crate::object::{Owned, Value};
use crate::schema::quote;

/// Judges a definition in the place of one that is stored. Mirrors `ValidateCustomResourceDefinitionUpdate`.
pub fn update(request: &Request<'_>, old: Value<'_>, crd: Value<'_>) -> Answer {
    let mut errors = Errors::new(crd);
    errors.causes = validation::validate_update(request, old, crd, &Bare);
    let empty = Owned::Map(Vec::new());
    let spec = crd.get("spec").unwrap_or(Value::Made(&empty, crd.place()));
    let old_spec = old.get("spec").unwrap_or(Value::Made(&empty, old.place()));
    let root = Path::ROOT;
    let path = root.child("spec");
    super::spec(request, crd, spec, &path, &mut errors);
    let names_at = path.child("names");
    let mut fixed = |at: &Path<'_>, new: &str, old: &str| {
        if new != old {
            errors.invalid(at, &quote(new), "field is immutable");
            if let Some(cause) = errors.causes.last_mut() {
                cause.code = &codes::IMMUTABLE;
                cause.help = Some(
                    "make a definition of another name; deleting this one deletes all of its objects"
                        .to_owned(),
                );
            }
        }
    };
    let of_names = |spec: Value<'_>, name: &str| super::text(spec.get("names"), name).to_owned();
    let established = old.get("status").is_none_or(|status| {
        status
            .list("conditions")
            .any(|condition| condition.str("type") == "Established" && condition.str("status") == "True")
    });
    if established {
        fixed(&path.child("scope"), spec.str("scope"), old_spec.str("scope"));
        fixed(&names_at.child("kind"), &of_names(spec, "kind"), &of_names(old_spec, "kind"));
    }
    fixed(&path.child("group"), spec.str("group"), old_spec.str("group"));
    fixed(&names_at.child("plural"), &of_names(spec, "plural"), &of_names(old_spec, "plural"));
    stored_versions(old, old_spec, spec, &mut errors);
    super::approval(crd, spec, &mut errors);
    if spec.flag("preserveUnknownFields") && !old_spec.flag("preserveUnknownFields") {
        errors.invalid(&path.child("preserveUnknownFields"), "true", super::PRESERVE);
    }
    errors.answer(request)
}

/// Mirrors `ValidateCustomResourceDefinitionStoredVersions`: a version that objects may be stored in stays.
fn stored_versions(old: Value<'_>, old_spec: Value<'_>, spec: Value<'_>, errors: &mut Errors<'_>) {
    fn storage(spec: Value<'_>) -> Option<&str> {
        spec.list("versions").find(|version| version.flag("storage")).map(|version| version.str("name"))
    }
    let told = old.at(&["status", "storedVersions"]);
    let mut stored: Vec<&str> = match told {
        Some(list) => list.items().filter_map(Value::as_str).collect(),
        None => storage(old_spec).into_iter().collect(),
    };
    // The strategy adds the version that objects are stored in from now on.
    if let Some(version) = storage(spec).filter(|version| !stored.contains(version)) {
        stored.push(version);
    }
    let root = Path::ROOT;
    let status = root.child("status");
    let at = status.child("storedVersions");
    for version in spec.list("versions").filter(|version| version.flag("storage")) {
        let name = version.str("name");
        if !stored.contains(&name) {
            let shown: Vec<String> = stored.iter().map(|text| go_json::text(text)).collect();
            let detail = format!("must have the storage version {name}");
            errors.invalid(&at, &format!("[{}]", shown.join(",")), &detail);
        }
    }
    for (index, name) in stored.iter().enumerate() {
        if !spec.list("versions").any(|version| version.str("name") == *name) {
            let detail = format!(
                "missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions"
            );
            errors.invalid(&at.index(index), &quote(name), &detail);
        }
    }
}
