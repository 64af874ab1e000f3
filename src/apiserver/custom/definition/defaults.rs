//! Defaults against the schemas that they are of. Mirrors `structuraldefaulting.ValidateDefaults`.

use std::borrow::Cow;

use super::super::errors::{Errors, printed};
use super::super::path::Path;
use super::super::schema::Schema;
use super::super::{complete, lists, rules, shape};
use crate::apiserver::go_json;
use crate::object::Owned;

/// Names on the way from the nearest resource, the last one first.
#[derive(Clone, Copy)]
pub(super) struct Inside<'i> {
    name: &'i str,
    around: Option<&'i Inside<'i>>,
}

/// The walk.
pub(super) struct Defaults<'s> {
    /// The nearest resource around.
    pub(super) root: &'s Schema,
}

impl Defaults<'_> {
    pub(super) fn check(
        &self,
        schema: &Schema,
        is_root: bool,
        in_metadata: bool,
        inside: Option<&Inside<'_>>,
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
        inside: Option<&Inside<'_>>,
        path: &Path<'_>,
        errors: &mut Errors<'_>,
    ) {
        if schema.plain {
            return;
        }
        if let Some(default) = &schema.seldom().default {
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
            let inside = Inside { name, around: inside.filter(|_| !resource) };
            self.check(property, false, metadata, Some(&inside), &properties.key(name), errors);
        }
    }

    fn default(
        &self,
        schema: &Schema,
        default: &Owned,
        in_metadata: bool,
        inside: Option<&Inside<'_>>,
        path: &Path<'_>,
        errors: &mut Errors<'_>,
    ) {
        let mut count = errors.causes.len();
        if in_metadata {
            // The default in its place in an object, which must then have metadata of an object.
            let mut object = default.clone();
            let mut around = inside;
            while let Some(Inside { name, around: above }) = around {
                object = Owned::Map(vec![(Cow::Owned((*name).to_owned()), object)]);
                around = *above;
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
                let shown = printed(default);
                errors.invalid(path, &shown, &format!("must result in valid metadata: {all}"));
            }
        } else {
            let mut pruned = default.clone();
            complete::prune(&mut pruned, schema, schema.embedded);
            if !shape::equal(&pruned, default) {
                errors.invalid(path, &go_json::owned(default), "must not have unknown fields");
            }
            count = errors.causes.len();
            if !lists::coerce(schema, default, path, errors) {
                lists::embedded(schema, default, path, errors);
            }
        }
        if errors.causes.len() > count {
            return;
        }
        let mut own = Errors::new(errors.root);
        let mut of_rules = false;
        shape::validate(schema, default, None, &mut own);
        if own.is_empty() && schema.has_rules {
            let tree = rules::Tree::new(schema, schema.embedded);
            of_rules = true;
            rules::run_all(&tree, schema, default, Some(default), &mut own);
            if own.is_empty() {
                rules::run_all(&tree, schema, default, None, &mut own);
            }
        }
        errors.not_evaluated.extend(own.not_evaluated);
        if own.causes.is_empty() {
            return;
        }
        let place = path.place(errors.root);
        let base = path.field();
        for mut cause in own.causes {
            // Errors name the path of the default, and what is below as it is in the value.
            cause.field = match cause.field.as_str() {
                "<nil>" => base.clone(),
                field if field.starts_with('[') && of_rules => format!("{base}{field}"),
                field => format!("{base}.{field}"),
            };
            cause.place = place;
            errors.causes.push(cause);
        }
    }
}
