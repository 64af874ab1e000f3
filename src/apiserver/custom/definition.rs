//! A CustomResourceDefinition itself. Mirrors `ValidateCustomResourceDefinition`.

use std::borrow::Cow;

use super::Answer;
use super::decl::decl;
use super::errors::{Errors, json, json_text};
use super::field_path;
use super::formats;
use super::path::Path;
use super::rules::{Compiled, SELF_TYPE, Wrong, compile};
use super::schema::{Items, Rule, Schema};
use super::{complete, lists, rules, shape, structural};
use crate::apiserver::cel::MAX_REQUEST;
use crate::apiserver::codes;
use crate::apiserver::validation::{self, Cause, Reason, Request, primitives};
use crate::object::{Owned, Value};
use crate::schema::quote;

/// Most that one rule may cost, by its schema (`StaticEstimatedCostLimit`).
const RULE_LIMIT: u64 = 10_000_000;
/// Most that all rules of a schema may cost (`StaticEstimatedCRDCostLimit`).
const TOTAL_LIMIT: u64 = 100_000_000;
const PRESERVE: &str =
    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
/// Most fields that can be selected (`MaxSelectableFields`).
const MAX_SELECTABLE: usize = 8;

/// Judges a new definition.
pub fn create(request: &Request<'_>, crd: Value<'_>) -> Answer {
    let mut errors = Errors::new(crd);
    errors.causes = validation::validate(request, crd);
    let empty = Owned::Map(Vec::new());
    let spec = crd.get("spec").unwrap_or(Value::Made(&empty, crd.place()));
    name(crd, spec, &mut errors);
    let root = Path::ROOT;
    let path = root.child("spec");
    self::spec(spec, &path, &mut errors);
    if !spec.list("versions").any(|version| version.flag("storage")) {
        let status = root.child("status");
        errors.invalid(&status.child("storedVersions"), "null", "must have at least one stored version");
    }
    approval(crd, spec, &mut errors);
    if spec.flag("preserveUnknownFields") {
        errors.invalid(&path.child("preserveUnknownFields"), "true", PRESERVE);
    }
    Answer { causes: errors.causes, warnings: errors.warnings, not_evaluated: errors.not_evaluated }
}

/// Judges a definition in the place of one that is stored. Mirrors `ValidateCustomResourceDefinitionUpdate`.
pub fn update(request: &Request<'_>, old: Value<'_>, crd: Value<'_>) -> Answer {
    let mut errors = Errors::new(crd);
    errors.causes = validation::validate_update(request, old, crd);
    let empty = Owned::Map(Vec::new());
    let spec = crd.get("spec").unwrap_or(Value::Made(&empty, crd.place()));
    let old_spec = old.get("spec").unwrap_or(Value::Made(&empty, old.place()));
    let root = Path::ROOT;
    let path = root.child("spec");
    self::spec(spec, &path, &mut errors);
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
    let of_names = |spec: Value<'_>, name: &str| text(spec.get("names"), name).to_owned();
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
    approval(crd, spec, &mut errors);
    if spec.flag("preserveUnknownFields") && !old_spec.flag("preserveUnknownFields") {
        errors.invalid(&path.child("preserveUnknownFields"), "true", PRESERVE);
    }
    Answer { causes: errors.causes, warnings: errors.warnings, not_evaluated: errors.not_evaluated }
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
            let shown: Vec<String> = stored.iter().map(|text| json_text(text)).collect();
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

/// The versions as Go prints them, where what they have in common stands beside them.
fn versions_json(versions: Option<Value<'_>>) -> String {
    let Some(versions) = versions else { return "null".to_owned() };
    let shown = versions.items().map(|version| {
        let warning = version.get("deprecationWarning").and_then(Value::as_str);
        format!(
            r#"{{"Name":{},"Served":{},"Storage":{},"Deprecated":{},"DeprecationWarning":{},"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null}}"#,
            json_text(version.str("name")),
            version.flag("served"),
            version.flag("storage"),
            version.flag("deprecated"),
            warning.map_or_else(|| "null".to_owned(), json_text),
        )
    });
    format!("[{}]", shown.collect::<Vec<_>>().join(","))
}

fn text<'v>(value: Option<Value<'v>>, name: &str) -> &'v str {
    value.map_or("", |value| value.str(name))
}

fn joined<'s>(sentences: impl IntoIterator<Item = &'s str>) -> Option<String> {
    let all: Vec<&str> = sentences.into_iter().collect();
    (!all.is_empty()).then(|| all.join(","))
}

/// The name says what the definition is of. It is said with what else is wrong with the name.
fn name(crd: Value<'_>, spec: Value<'_>, errors: &mut Errors<'_>) {
    let name = crd.get("metadata").map_or("", |m| m.str("name"));
    let wanted = format!("{}.{}", text(spec.get("names"), "plural"), spec.str("group"));
    if name.is_empty() || name == wanted {
        return;
    }
    let mut own = Errors::new(crd);
    let root = Path::ROOT;
    let metadata = root.child("metadata");
    own.invalid(&metadata.child("name"), &quote(name), "must be spec.names.plural+\".\"+spec.group");
    let before = errors.causes.iter().rposition(|c| c.field == "metadata.name").map_or(0, |at| at + 1);
    errors.causes.splice(before..before, own.causes);
}

/// Mirrors `validateCustomResourceDefinitionSpec`.
fn spec(spec: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    let group = spec.str("group");
    let at = path.child("group");
    if group.is_empty() {
        errors.required(&at, "");
    } else if let Some(wrong) = joined(primitives::dns_1123_subdomain(group)) {
        errors.invalid(&at, &quote(group), &wrong);
    } else if !group.contains('.') {
        errors.invalid(&at, &quote(group), "should be a domain with at least one dot");
    }
    one_of(spec, "scope", &["Cluster", "Namespaced"], path, errors);
    let versions: Vec<Value<'_>> = spec.list("versions").collect();
    let versions_at = path.child("versions");
    for (index, version) in versions.iter().enumerate() {
        if version.at(&["schema", "openAPIV3Schema"]).is_none() {
            let at = versions_at.index(index);
            errors.required(&at.child("schema").child("openAPIV3Schema"), "");
        }
    }
    // What all versions say alike is one for all.
    let alike = |name: &str| {
        let mut all = versions.iter().map(|v| v.get(name).map(Owned::copy));
        let first = all.next().flatten();
        first.is_some() && all.all(|other| other == first)
    };
    let shared = ["schema", "subresources", "additionalPrinterColumns", "selectableFields"].map(alike);
    let [schema_shared, subresources_shared, columns_shared, selectable_shared] = shared;
    let has_status =
        |version: Value<'_>| version.at(&["subresources", "status"]).is_some_and(|s| !s.is_null());
    let mut names: Vec<&str> = Vec::new();
    for (index, version) in versions.iter().enumerate() {
        let at = versions_at.index(index);
        let name = version.str("name");
        if let Some(wrong) = joined(primitives::dns_1035_label(name)) {
            errors.invalid(&at.child("name"), &quote(name), &wrong);
        }
        names.push(name);
        let warning = version.get("deprecationWarning").and_then(Value::as_str);
        if let Some(warning) = warning.filter(|_| !version.flag("deprecated")) {
            let detail = "can only be set for deprecated versions";
            errors.invalid(&at.child("deprecationWarning"), &quote(warning), detail);
        } else if let Some(warning) = warning.filter(|w| w.len() > 256) {
            errors.invalid(
                &at.child("deprecationWarning"),
                &quote(warning),
                "must be <= 256 characters long",
            );
        }
        let schema_at = at.child("schema");
        let schema_at = schema_at.child("openAPIV3Schema");
        if let Some(schema) = version.at(&["schema", "openAPIV3Schema"]).filter(|_| !schema_shared) {
            self::schema(schema, has_status(*version), &schema_at, errors);
        }
        if !subresources_shared {
            scale(*version, &at.child("subresources"), errors);
        }
        if !columns_shared {
            columns(*version, &at.child("additionalPrinterColumns"), errors);
        }
        if !selectable_shared || !schema_shared {
            let at = at.child("selectableFields");
            if version.list("selectableFields").next().is_none() {
            } else if selectable_shared {
                // The fields are for all, and there is no schema for all: told below, once.
            } else if let Some(schema) = version.at(&["schema", "openAPIV3Schema"]).filter(|_| !schema_shared)
            {
                selectable(*version, schema, &at, errors);
            } else {
                let detail = "may only be set when `version.schema.openAPIV3Schema` is not included";
                errors.invalid(&at, "\"\"", detail);
            }
        }
    }
    let unique = names.iter().enumerate().all(|(at, name)| !names.iter().take(at).any(|n| n == name));
    let shown = || versions_json(spec.get("versions"));
    if !unique {
        errors.invalid(&versions_at, &shown(), "must contain unique version names");
    }
    let stored = versions.iter().filter(|v| v.flag("storage")).count();
    if stored != 1 {
        errors.invalid(&versions_at, &shown(), "must have exactly one version marked as storage version");
    }
    self::names(spec, path, errors);
    if let Some(first) = versions.first() {
        let validation = path.child("validation");
        if let Some(schema) = first.at(&["schema", "openAPIV3Schema"]).filter(|_| schema_shared) {
            let status = versions.iter().any(|v| has_status(*v));
            self::schema(schema, status, &validation.child("openAPIV3Schema"), errors);
        }
        if subresources_shared {
            scale(*first, &path.child("subresources"), errors);
        }
        if columns_shared {
            columns(*first, &path.child("additionalPrinterColumns"), errors);
        }
        if selectable_shared && first.list("selectableFields").next().is_some() {
            let at = path.child("selectableFields");
            match first.at(&["schema", "openAPIV3Schema"]).filter(|_| schema_shared) {
                Some(schema) => selectable(*first, schema, &at, errors),
                None => errors.invalid(&at, "\"\"", "may only be set when validations.schema is included"),
            }
        }
    }
    conversion(spec, path, errors);
}

/// Mirrors `validateEnumStrings`.
fn one_of(of: Value<'_>, name: &str, allowed: &[&str], path: &Path<'_>, errors: &mut Errors<'_>) {
    let at = path.child(name);
    match of.str(name) {
        "" => errors.required(&at, ""),
        value if allowed.contains(&value) => {}
        value => errors.not_supported(&at, &quote(value), allowed),
    }
}

/// Mirrors `ValidateCustomResourceDefinitionNames`, with the names that the server makes up.
fn names(spec: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    let at = path.child("names");
    let given = spec.get("names");
    let (plural, kind) = (text(given, "plural"), text(given, "kind"));
    let or = |given: &str, otherwise: String| if given.is_empty() { otherwise } else { given.to_owned() };
    let singular = or(text(given, "singular"), kind.to_lowercase());
    let list_kind =
        or(text(given, "listKind"), if kind.is_empty() { String::new() } else { format!("{kind}List") });
    let all = [
        ("plural", plural),
        ("singular", singular.as_str()),
        ("kind", kind),
        ("listKind", list_kind.as_str()),
    ];
    for (name, value) in all {
        if value.is_empty() {
            errors.required(&at.child(name), "");
        }
    }
    for (name, value) in all {
        if value.is_empty() {
            continue;
        }
        let mixed = name == "kind" || name == "listKind";
        let lower = value.to_lowercase();
        let asked = if mixed { lower.as_str() } else { value };
        if let Some(wrong) = joined(primitives::dns_1035_label(asked)) {
            let before = if mixed { "may have mixed case, but should otherwise match: " } else { "" };
            errors.invalid(&at.child(name), &quote(value), &format!("{before}{wrong}"));
        }
    }
    let lists = |name: &'static str, errors: &mut Errors<'_>| {
        let list_at = at.child(name);
        let values = given.into_iter().flat_map(|g| g.list(name)).filter_map(Value::as_str);
        for (index, value) in values.enumerate() {
            if let Some(wrong) = joined(primitives::dns_1035_label(value)) {
                errors.invalid(&list_at.index(index), &quote(value), &wrong);
            }
        }
    };
    lists("shortNames", errors);
    if !kind.is_empty() && kind == list_kind {
        errors.invalid(&at.child("listKind"), &quote(kind), "kind and listKind may not be the same");
    }
    lists("categories", errors);
}

/// True for `.a.b['c']`. Mirrors `validateSimpleJSONPath`.
fn is_simple_path(path: &str) -> bool {
    path.starts_with('.') && path.len() > 1 && !path.contains(['*', '?', '(', ' ']) && !path.contains("..")
}

/// Mirrors `ValidateCustomResourceDefinitionSubresources`.
fn scale(of: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    let Some(scale) = of.at(&["subresources", "scale"]).filter(|s| !s.is_null()) else { return };
    let below = [
        ("specReplicasPath", &[".spec."][..], "should be a json path under .spec"),
        ("statusReplicasPath", &[".status."], "should be a json path under .status"),
        ("labelSelectorPath", &[".spec.", ".status."], "should be a json path under either .spec or .status"),
    ];
    let at = path.child("scale");
    for (name, prefixes, detail) in below {
        let value = scale.str(name);
        if value.is_empty() {
            if name != "labelSelectorPath" {
                errors.required(&at.child(name), "");
            }
        } else if !is_simple_path(value) {
            errors.invalid(&at.child(name), &quote(value), "should be a simple json path starting with .");
        } else if !prefixes.iter().any(|prefix| value.starts_with(prefix)) {
            errors.invalid(&at.child(name), &quote(value), detail);
        }
    }
}

/// Mirrors `ValidateCustomResourceColumnDefinition`.
fn columns(of: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    const TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
    const FORMATS: [&str; 9] =
        ["byte", "date", "date-time", "double", "float", "int32", "int64", "password", "byte"];
    for (index, column) in of.list("additionalPrinterColumns").enumerate() {
        let at = path.index(index);
        if column.str("name").is_empty() {
            errors.required(&at.child("name"), "");
        }
        let (ty, format, json_path) = (column.str("type"), column.str("format"), column.str("jsonPath"));
        let detail = format!("must be one of {}", TYPES.join(","));
        if ty.is_empty() {
            errors.required(&at.child("type"), &detail);
        } else if !TYPES.contains(&ty) {
            errors.invalid(&at.child("type"), &quote(ty), &detail);
        }
        if !format.is_empty() && !FORMATS.contains(&format) {
            let detail = format!("must be one of {}", FORMATS[..8].join(","));
            errors.invalid(&at.child("format"), &quote(format), &detail);
        }
        if json_path.is_empty() {
            errors.required(&at.child("JSONPath"), "");
        }
    }
}

/// Mirrors `ValidateCustomResourceSelectableFields`.
fn selectable(of: Value<'_>, schema: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    let schema = Schema::read(schema);
    let mut seen: Vec<String> = Vec::new();
    for (index, field) in of.list("selectableFields").enumerate() {
        let at = path.index(index);
        let at = at.child("jsonPath");
        let given = field.str("jsonPath");
        if given.is_empty() {
            errors.required(&at, "");
            continue;
        }
        let (found, of) = match field_path::find(given, &schema, false) {
            Ok(found) => found,
            Err(error) => {
                errors.invalid(&at, &quote(given), &format!("is an invalid path: {error}"));
                continue;
            }
        };
        let name = found.trim_start_matches('.');
        if name == "metadata" || name.starts_with("metadata.") {
            errors.invalid(&at, &quote(given), "must not point to fields in metadata");
        }
        if !matches!(of.ty.as_str(), "string" | "boolean" | "integer") {
            let detail = "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
            errors.invalid(&at, &quote(given), detail);
        }
        if seen.contains(&found) {
            errors.say(Reason::Duplicate, &at, format!("Duplicate value: {}", quote(given)));
        } else {
            seen.push(found);
        }
    }
    if seen.len() > MAX_SELECTABLE {
        let count = seen.len();
        errors.say(
            Reason::TooMany,
            path,
            format!("Too many: {count}: must have at most {MAX_SELECTABLE} items"),
        );
    }
}

/// Mirrors `validateCustomResourceConversion`.
fn conversion(spec: Value<'_>, path: &Path<'_>, errors: &mut Errors<'_>) {
    let Some(conversion) = spec.get("conversion").filter(|c| !c.is_null()) else { return };
    let at = path.child("conversion");
    one_of(conversion, "strategy", &["None", "Webhook"], &at, errors);
    let webhook = conversion.get("webhook").filter(|w| !w.is_null());
    let client = webhook.and_then(|w| w.get("clientConfig")).filter(|c| !c.is_null());
    let versions: Vec<&str> = webhook
        .into_iter()
        .flat_map(|w| w.list("conversionReviewVersions"))
        .filter_map(Value::as_str)
        .collect();
    let (client_at, versions_at) = (at.child("webhookClientConfig"), at.child("conversionReviewVersions"));
    if conversion.str("strategy") != "Webhook" {
        let detail = "should not be set when strategy is not set to Webhook";
        if client.is_some() {
            errors.forbidden(&client_at, detail);
        }
        if !versions.is_empty() {
            errors.forbidden(&versions_at, detail);
        }
        return;
    }
    match client {
        None => errors.required(&client_at, "required when strategy is set to Webhook"),
        Some(client) => {
            let url = client.get("url").filter(|u| !u.is_null());
            let service = client.get("service").filter(|s| !s.is_null());
            match (url.and_then(Value::as_str), service) {
                (Some(url), None) => webhook_url(url, &client_at.child("url"), errors),
                (None, Some(service)) => {
                    let at = client_at.child("service");
                    for name in ["name", "namespace"] {
                        if service.str(name).is_empty() {
                            let detail = format!("service {name} is required");
                            errors.required(&at.child(name), &detail);
                        }
                    }
                    if let Some(port) = service.int("port").filter(|port| !(1..=65535).contains(port)) {
                        let detail = "port is not valid: must be between 1 and 65535, inclusive";
                        errors.invalid(&at.child("port"), &port.to_string(), detail);
                    }
                }
                _ => errors.required(&client_at, "exactly one of url or service is required"),
            }
        }
    }
    if versions.is_empty() {
        errors.required(&versions_at, "");
        return;
    }
    for (index, version) in versions.iter().enumerate() {
        if versions.iter().take(index).any(|known| known == version) {
            errors.invalid(&versions_at.index(index), &quote(version), "duplicate version");
            continue;
        }
        for wrong in primitives::dns_1035_label(version) {
            errors.invalid(&versions_at.index(index), &quote(version), wrong);
        }
    }
    if !versions.iter().any(|v| matches!(*v, "v1" | "v1beta1")) {
        let all: Vec<String> = versions.iter().map(|v| json_text(v)).collect();
        let detail = "must include at least one of v1, v1beta1";
        errors.invalid(&versions_at, &format!("[{}]", all.join(",")), detail);
    }
}

/// Mirrors `ValidateWebhookURL` for what most often is wrong.
fn webhook_url(url: &str, path: &Path<'_>, errors: &mut Errors<'_>) {
    const FORM: &str = "; desired format: https://host[/path]";
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    if scheme != "https" {
        let detail = format!("'https' is the only allowed URL scheme{FORM}");
        errors.invalid(path, &quote(scheme), &detail);
    }
    let host = if scheme.is_empty() { "" } else { rest.split(['/', '?', '#']).next().unwrap_or_default() };
    if host.is_empty() {
        errors.invalid(path, &quote(host), &format!("host must be specified{FORM}"));
    }
    if host.contains('@') {
        errors.invalid(path, &quote(host), "user information is not permitted in the URL");
    }
    if rest.contains('#') {
        errors.invalid(
            path,
            &quote(rest.split_once('#').map_or("", |r| r.1)),
            "fragments are not permitted in the URL",
        );
    }
    if rest.contains('?') {
        errors.invalid(
            path,
            &quote(rest.split_once('?').map_or("", |r| r.1)),
            "query parameters are not permitted in the URL",
        );
    }
}

/// Mirrors `validateAPIApproval`: groups of the community need a word of it.
fn approval(crd: Value<'_>, spec: Value<'_>, errors: &mut Errors<'_>) {
    const KEY: &str = "api-approved.kubernetes.io";
    const SEE: &str = "see https://github.com/kubernetes/enhancements/pull/1111";
    let group = spec.str("group");
    let protected = ["k8s.io", "kubernetes.io"]
        .iter()
        .any(|g| group.strip_suffix(g).is_some_and(|before| before.is_empty() || before.ends_with('.')));
    if !protected {
        return;
    }
    let value = crd.at(&["metadata", "annotations", KEY]).and_then(Value::as_str).unwrap_or_default();
    let root = Path::ROOT;
    let metadata = root.child("metadata");
    let annotations = metadata.child("annotations");
    let at = annotations.key(KEY);
    if value.is_empty() {
        errors.required(&at, &format!("protected groups must have approval annotation \"{KEY}\", {SEE}"));
    } else if !value.starts_with("unapproved") && !value.contains("://") {
        let detail = format!(
            "protected groups must have approval annotation \"{KEY}\" with either a URL or a reason starting with \"unapproved\", {SEE}"
        );
        errors.invalid(&at, &quote(value), &detail);
    }
}

/// Mirrors `validateCustomResourceDefinitionValidation`. `path` is that of the schema.
fn schema(value: Value<'_>, status: bool, path: &Path<'_>, errors: &mut Errors<'_>) {
    let schema = Schema::read(value);
    let before = errors.causes.len();
    if status {
        const ALLOWED: &str = "[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations]";
        let other = [
            ("default", schema.default.is_some()),
            ("nullable", schema.nullable),
            ("allOf", !schema.all_of.is_empty()),
            ("anyOf", !schema.any_of.is_empty()),
            ("oneOf", !schema.one_of.is_empty()),
            ("not", schema.not.is_some()),
            ("enum", !schema.values.is_empty()),
            ("additionalProperties", schema.additional.is_some()),
            ("embedded", schema.embedded || schema.int_or_string),
        ];
        if !schema.ty.is_empty() && schema.ty != "object" {
            let detail = "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled";
            errors.invalid(&path.child("type"), &quote(&schema.ty), detail);
        } else if other.iter().any(|(_, set)| *set) {
            let detail = format!(
                "only {ALLOWED} fields are allowed at the root of the schema if the status subresource is enabled"
            );
            errors.invalid(path, "{}", &detail);
        }
    }
    if schema.nullable {
        errors.forbidden(&path.child("nullable"), "nullable cannot be true at the root");
    }
    let convertible = schema.is_convertible();
    let wrong = if convertible { structural::validate(errors.root, &schema, path) } else { Vec::new() };
    let sound = if !convertible {
        false
    } else if wrong.is_empty() {
        let count = errors.causes.len();
        Defaults { root: &schema }.check(&schema, true, false, &[], path, errors);
        errors.causes.len() == count
    } else {
        errors.causes.extend(wrong);
        false
    };
    let mut walk = Walk { total: 0, expensive: Vec::new(), sound, cel: Errors::new(errors.root) };
    let node = Node { cardinality: Some(1), cel: sound, root: true, ..Node::default() };
    walk.node(&schema, node, path, errors);
    let Walk { total, expensive, cel, .. } = walk;
    errors.causes.extend(cel.causes);
    errors.not_evaluated.extend(cel.not_evaluated);
    if total > TOTAL_LIMIT {
        for (_, cause) in expensive {
            errors.causes.push(cause);
        }
        let what = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
        errors.forbidden(path, &too_expensive(what, total, TOTAL_LIMIT));
    }
    if errors.causes.len() == before {
        unrecognized(&schema, errors);
    }
}

/// Formats that the server warns of.
fn unrecognized(schema: &Schema, errors: &mut Errors<'_>) {
    if !formats::is_recognized(&schema.ty, &schema.format) {
        let warning = format!("unrecognized format {}", quote(&schema.format));
        if !errors.warnings.contains(&warning) {
            errors.warnings.push(warning);
        }
    }
    let below = schema.properties.iter().map(|(_, s)| s).chain(schema.item()).chain(schema.values_schema());
    for schema in below {
        unrecognized(schema, errors);
    }
}

/// Mirrors `getCostErrorMessage`.
fn too_expensive(what: &str, cost: u64, limit: u64) -> String {
    let factor = cost as f64 / limit as f64;
    let factor = if factor > 100.0 {
        "more than 100x".to_owned()
    } else if factor < 1.5 {
        format!("{factor:.6}x")
    } else {
        format!("{factor:.1}x")
    };
    format!(
        "{what} exceeds budget by factor of {factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)"
    )
}

/// What is known of a node of the schema from above.
#[derive(Clone, Default)]
struct Node {
    root: bool,
    /// Why there may be no defaults.
    no_defaults: Option<String>,
    in_metadata: bool,
    /// The nearest node above that cannot be compared with what it was.
    uncorrelatable: Option<String>,
    /// Most values of it in an object.
    cardinality: Option<u64>,
    /// Rules are compiled.
    cel: bool,
}

struct Walk<'v> {
    total: u64,
    /// The most expensive rules, with what is said of them.
    expensive: Vec<(u64, Cause)>,
    sound: bool,
    /// What the compiler says, behind all that is said of schemas.
    cel: Errors<'v>,
}

impl Walk<'_> {
    /// Mirrors `ValidateCustomResourceDefinitionOpenAPISchema`.
    fn node(&mut self, schema: &Schema, node: Node, path: &Path<'_>, errors: &mut Errors<'_>) {
        let before = errors.causes.len();
        structural::standard(schema, node.no_defaults.as_deref(), node.in_metadata, path, errors);
        let factor = match schema.ty.as_str() {
            "object" if schema.additional.is_some() => schema.max_properties,
            "array" => schema.max_items,
            _ => Some(1),
        };
        let cardinality =
            node.cardinality.and_then(|c| factor.map(|f| c.saturating_mul(u64::try_from(f).unwrap_or(0))));
        let below = Node { root: false, cardinality, ..node.clone() };
        if let Some(values) = schema.values_schema() {
            let mut below = below.clone();
            if node.in_metadata {
                below.no_defaults = Some("inside additionalProperties applying to object metadata".into());
            }
            self.node(values, below, &path.child("additionalProperties"), errors);
        }
        let properties = path.child("properties");
        for (name, property) in &schema.properties {
            let mut below = below.clone();
            let correlatable = schema.map_type.as_deref().is_none_or(|t| matches!(t, "granular" | "atomic"));
            if !correlatable && below.uncorrelatable.is_none() {
                below.uncorrelatable = Some(path.field());
            }
            if (node.root || schema.embedded) && matches!(name.as_str(), "metadata" | "kind" | "apiVersion") {
                below.in_metadata = true;
                if node.root {
                    below.no_defaults = Some(format!("in top-level {name}"));
                }
            }
            self.node(property, below, &properties.key(name), errors);
        }
        let junctor = Node { cel: false, ..below.clone() };
        if let Some(not) = &schema.not {
            self.node(not, junctor.clone(), &path.child("not"), errors);
        }
        for (name, parts) in [("allOf", &schema.all_of), ("oneOf", &schema.one_of), ("anyOf", &schema.any_of)]
        {
            let at = path.child(name);
            for (index, part) in parts.iter().enumerate() {
                self.node(part, junctor.clone(), &at.index(index), errors);
            }
        }
        let items = path.child("items");
        let mut of_items = below;
        if schema.list_type.as_deref() != Some("map") && of_items.uncorrelatable.is_none() {
            of_items.uncorrelatable = Some(path.field());
        }
        match &schema.items {
            Some(Items::One(item)) => self.node(item, of_items, &items, errors),
            Some(Items::Each(all)) => {
                for (index, item) in all.iter().enumerate() {
                    self.node(item, of_items.clone(), &items.index(index), errors);
                }
            }
            None => {}
        }
        structural::topology(schema, path, errors);
        let at = path.child("x-kubernetes-validations");
        for (index, rule) in schema.validations.iter().enumerate() {
            self::rule(schema, rule, &at.index(index), errors);
        }
        if errors.causes.len() == before && node.cel && self.sound {
            self.rules(schema, &node, &at);
        }
    }

    /// What the compiler and the estimate say.
    fn rules(&mut self, schema: &Schema, node: &Node, path: &Path<'_>) {
        if schema.validations.is_empty() {
            return;
        }
        let Some(decl) = decl(schema, SELF_TYPE, node.root || schema.embedded) else { return };
        // Without a bound from above as many as fit into a request.
        let cardinality = node.cardinality.unwrap_or_else(|| MAX_REQUEST / (decl.min_size + 1));
        let compiled = compile(schema, &decl);
        for (index, (rule, compiled)) in schema.validations.iter().zip(&compiled).enumerate() {
            self.compiled(rule, compiled, cardinality, node, &path.index(index));
        }
    }

    fn compiled(&mut self, rule: &Rule, compiled: &Compiled, cardinality: u64, node: &Node, path: &Path<'_>) {
        let (rule_at, message_at) = (path.child("rule"), path.child("messageExpression"));
        let cost = compiled.cost.saturating_mul(cardinality);
        if cost > RULE_LIMIT {
            self.cel.forbidden(&rule_at, &too_expensive("estimated rule cost", cost, RULE_LIMIT));
        }
        self.observe(cost, &rule_at);
        match &compiled.program {
            Err(Wrong::Said(error)) => self.cel.invalid(&rule_at, &printed(rule), error),
            Err(Wrong::NotEvaluated) => self.not_evaluated(rule, &rule_at),
            Ok(_) => {}
        }
        match &compiled.message {
            Err(Wrong::Said(error)) => self.cel.invalid(&message_at, &printed(rule), error),
            Err(Wrong::NotEvaluated) => self.not_evaluated(rule, &message_at),
            Ok(None) => {}
            Ok(Some(_)) => {
                let cost = compiled.message_cost;
                if cost > RULE_LIMIT {
                    let detail = too_expensive("estimated messageExpression cost", cost, RULE_LIMIT);
                    self.cel.forbidden(&message_at, &detail);
                }
                self.observe(cost, &message_at);
            }
        }
        if compiled.uses_old {
            if let Some(above) = &node.uncorrelatable {
                let detail = format!(
                    "oldSelf cannot be used on the uncorrelatable portion of the schema within {above}"
                );
                self.cel.invalid(&rule_at, &quote(&rule.rule), &detail);
            }
        } else if let Some(optional) = rule.optional_old_self {
            let detail = "may not be set if oldSelf is not used in rule";
            self.cel.invalid(&path.child("optionalOldSelf"), &optional.to_string(), detail);
        }
    }

    /// Mirrors `ObserveExpressionCost`: the four most expensive rules are told, if the whole is too expensive.
    fn observe(&mut self, cost: u64, path: &Path<'_>) {
        self.total = self.total.saturating_add(cost);
        if cost < TOTAL_LIMIT / 100 {
            return;
        }
        let mut errors = Errors::new(self.cel.root);
        let detail =
            "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";
        errors.forbidden(path, detail);
        self.expensive.extend(errors.causes.into_iter().map(|cause| (cost, cause)));
        self.expensive.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
        self.expensive.truncate(4);
    }

    fn not_evaluated(&mut self, rule: &Rule, path: &Path<'_>) {
        let place = path.place(self.cel.root);
        self.cel.not_evaluated.push((place, rule.rule.clone()));
    }
}

/// What can be said of a rule without compiling it.
fn rule(schema: &Schema, rule: &Rule, path: &Path<'_>, errors: &mut Errors<'_>) {
    const REASONS: [&str; 4] =
        ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];
    let breaks = |text: &str| text.contains(['\n', '\r']);
    let message = rule.message.trim();
    let message_at = path.child("message");
    if rule.rule.trim().is_empty() {
        errors.required(&path.child("rule"), "rule is not specified");
    } else if !rule.message.is_empty() && message.is_empty() {
        errors.invalid(&message_at, &quote(&rule.message), "must be non-empty if specified");
    } else if breaks(message) {
        errors.invalid(&message_at, &quote(&rule.message), "must not contain line breaks");
    } else if breaks(rule.rule.trim()) && message.is_empty() {
        errors.required(&message_at, "message must be specified if rule contains line breaks");
    }
    if !rule.message_expression.is_empty() && rule.message_expression.trim().is_empty() {
        let at = path.child("messageExpression");
        errors.required(&at, "messageExpression must be non-empty if specified");
    }
    if let Some(reason) = rule.reason.as_deref().filter(|reason| !REASONS.contains(reason)) {
        errors.not_supported(&path.child("reason"), &quote(reason), &REASONS);
    }
    let at = path.child("fieldPath");
    if !rule.field_path.is_empty() {
        let shown = quote(&rule.field_path);
        if rule.field_path.trim().is_empty() {
            errors.invalid(&at, &shown, "must be non-empty if specified");
        }
        if breaks(&rule.field_path) {
            errors.invalid(&at, &shown, "must not contain line breaks");
        }
        if field_path::resolve(&rule.field_path, schema).is_err() {
            errors.invalid(&at, &shown, "must be a valid path");
        }
    }
}

/// A rule as a field error prints it.
fn printed(rule: &Rule) -> String {
    let reason = rule.reason.as_deref().map_or_else(|| "null".into(), json_text);
    let optional = rule.optional_old_self.map_or_else(|| "null".into(), |b| b.to_string());
    format!(
        "{{\"Rule\":{},\"Message\":{},\"MessageExpression\":{},\"Reason\":{reason},\"FieldPath\":{},\"OptionalOldSelf\":{optional}}}",
        json_text(&rule.rule),
        json_text(&rule.message),
        json_text(&rule.message_expression),
        json_text(&rule.field_path),
    )
}

/// Defaults against the schemas that they are of. Mirrors `structuraldefaulting.ValidateDefaults`.
struct Defaults<'s> {
    /// The nearest resource around.
    root: &'s Schema,
}

impl Defaults<'_> {
    fn check(
        &self,
        schema: &Schema,
        is_root: bool,
        in_metadata: bool,
        inside: &[&str],
        path: &Path<'_>,
        errors: &mut Errors<'_>,
    ) {
        if schema.embedded && !is_root {
            let inner = Defaults { root: schema };
            inner.below(schema, false, inside, path, errors);
            return;
        }
        self.below(schema, in_metadata, inside, path, errors);
    }

    fn below(
        &self,
        schema: &Schema,
        in_metadata: bool,
        inside: &[&str],
        path: &Path<'_>,
        errors: &mut Errors<'_>,
    ) {
        if let Some(default) = &schema.default {
            self.default(schema, default, in_metadata, inside, &path.child("default"), errors);
        }
        if let Some(item) = schema.item() {
            self.check(item, false, in_metadata, inside, &path.child("items"), errors);
        }
        let properties = path.child("properties");
        let resource = std::ptr::eq(schema, self.root);
        for (name, property) in &schema.properties {
            let metadata =
                in_metadata || resource && matches!(name.as_str(), "metadata" | "apiVersion" | "kind");
            let mut inside = inside.to_vec();
            inside.push(name);
            if resource {
                inside = vec![name];
            }
            self.check(property, false, metadata, &inside, &properties.key(name), errors);
        }
    }

    fn default(
        &self,
        schema: &Schema,
        default: &Owned,
        in_metadata: bool,
        inside: &[&str],
        path: &Path<'_>,
        errors: &mut Errors<'_>,
    ) {
        let count = errors.causes.len();
        if in_metadata {
            // The default in its place in an object, which must then have metadata of an object.
            let mut object = default.clone();
            for name in inside.iter().rev() {
                object = Owned::Map(vec![(Cow::Owned((*name).to_owned()), object)]);
            }
            if let Owned::Map(entries) = &mut object {
                for (name, value) in [("apiVersion", "validation/v1"), ("kind", "Validation")] {
                    if !entries.iter().any(|(known, _)| known == name) {
                        entries.push((name.into(), value.into()));
                    }
                }
            }
            let embedded = Schema { embedded: true, ..self.root.clone() };
            let mut own = Errors::new(errors.root);
            if !lists::coerce(&embedded, &object, &Path::ROOT, &mut own) {
                lists::embedded(&embedded, &object, &Path::ROOT, &mut own);
            }
            if !own.is_empty() {
                let all: Vec<String> =
                    own.causes.iter().map(|c| format!("{}: {}", c.field, c.message)).collect();
                let all =
                    if let [one] = all.as_slice() { one.clone() } else { format!("[{}]", all.join(", ")) };
                let shown = super::errors::printed(default);
                errors.invalid(path, &shown, &format!("must result in valid metadata: {all}"));
            }
        } else {
            let mut pruned = default.clone();
            complete::prune(&mut pruned, schema, schema.embedded);
            if !shape::equal(&pruned, default) {
                errors.invalid(path, &json(default), "must not have unknown fields");
            }
            if !lists::coerce(schema, default, path, errors) {
                lists::embedded(schema, default, path, errors);
            }
        }
        if errors.causes.len() > count {
            return;
        }
        let mut own = Errors::new(errors.root);
        shape::validate(schema, default, None, &mut own);
        if own.is_empty() && schema.has_rules() {
            let tree = rules::Tree::new(schema, schema.embedded);
            rules::run(&tree, schema, default, Some(default), &mut own);
            if own.is_empty() {
                rules::run(&tree, schema, default, None, &mut own);
            }
        }
        errors.not_evaluated.extend(own.not_evaluated);
        let place = path.place(errors.root);
        let base = path.field();
        for mut cause in own.causes {
            // Errors name the path of the default, and what is below as it is in the value.
            cause.field = match cause.field.as_str() {
                "<nil>" => base.clone(),
                field if field.starts_with('[') => format!("{base}{field}"),
                field => format!("{base}.{field}"),
            };
            cause.place = place;
            errors.causes.push(cause);
        }
    }
}
