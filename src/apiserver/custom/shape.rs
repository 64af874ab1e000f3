//! A custom object against its schema: types, ranges, lengths, patterns, formats, enumerations, `allOf` and its kin.
//! Mirrors kube-openapi's `validation/validate`, whose order and sentences are the server's, and the ratcheting of updates.

use super::by_name::ByName;
use super::errors::{Errors, printed};
use super::formats;
use super::path::Path;
use super::schema::{Additional, Items, Schema};
use crate::apiserver::cel;
use crate::apiserver::go_json;
use crate::apiserver::validation::Reason;
use crate::object::Owned;
use crate::object::go_regexp::GoRegexpError;

/// What one error is: its reason, the field (`None` where the server names none), its message.
type Found = (Reason, Option<String>, String);

/// What a schema says of a value: errors, and how much of it fits, by which the best of several alternatives is told.
#[derive(Default)]
struct Outcome {
    errors: Vec<Found>,
    fits: u32,
}

impl Outcome {
    fn merge(&mut self, other: Outcome) {
        self.errors.extend(other.errors);
        self.fits += other.fits;
    }

    fn say(&mut self, reason: Reason, field: &Path<'_>, message: String) {
        self.say_of(reason, &field.dotted(), message);
    }

    fn say_of(&mut self, reason: Reason, field: &str, message: String) {
        let field = field.strip_prefix('.').unwrap_or(field);
        self.errors.push((reason, (!field.is_empty()).then(|| field.to_owned()), message));
    }

    fn invalid(&mut self, field: &Path<'_>, value: &str, sentence: &str) {
        self.say(Reason::Invalid, field, format!("Invalid value: {value}: {sentence}"));
    }

    /// An error that names no field.
    fn nowhere(&mut self, sentence: String) {
        self.errors.push((Reason::Invalid, None, format!("Invalid value: \"\": {sentence}")));
    }
}

/// Validates an object; `old` is what is stored, if it is an update. Mirrors `ValidateCustomResource(Update)`.
pub(super) fn validate(schema: &Schema, object: &Owned, old: Option<&Owned>, errors: &mut Errors<'_>) {
    let mut walk = Walk { not_evaluated: false };
    let outcome = walk.schema(schema, object, old, &Path::ROOT);
    let root = errors.root;
    for (reason, field, message) in outcome.errors {
        let place = field.as_deref().map_or_else(|| Path::ROOT.place(root), |field| place_of(root, field));
        errors.say_as(reason, field.unwrap_or_else(|| "<nil>".into()), place, message);
    }
    if walk.not_evaluated {
        errors.not_evaluated.push((Path::ROOT.place(root), "a pattern that is too large".into()));
    }
}

/// The place of `a.b[0].c` in an object.
fn place_of(root: crate::object::Value<'_>, field: &str) -> crate::finding::Place {
    let mut value = Some(root);
    let mut place = Path::ROOT.place(root);
    let mut rest = field;
    while let Some(at) = value {
        if rest.is_empty() {
            break;
        }
        if let Some((index, after)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            value = index.parse().ok().and_then(|index| at.items().nth(index));
            if let Some(item) = value {
                place = item.place();
            }
            rest = after;
            continue;
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
        // Keys may hold dots: the longest one that is there.
        let mut cut = None;
        for (name, _) in at.entries() {
            let fits = rest
                .strip_prefix(name)
                .is_some_and(|after| after.is_empty() || after.starts_with(['.', '[']));
            if fits && cut.is_none_or(|known: usize| known < name.len()) {
                cut = Some(name.len());
            }
        }
        let Some(cut) = cut else { break };
        let (name, after) = rest.split_at(cut);
        value = at.get(name);
        place = at.key_place(name);
        rest = after;
    }
    place
}

struct Walk {
    not_evaluated: bool,
}

/// The type of a value as the schema names it.
fn type_of(value: &Owned) -> &'static str {
    match value {
        Owned::Null => "null",
        Owned::Bool(_) => "boolean",
        Owned::Int(_) => "integer",
        Owned::Number(_) => "number",
        Owned::Str(_) => "string",
        Owned::Seq(_) => "array",
        Owned::Map(_) => "object",
    }
}

fn as_float(value: &Owned) -> Option<f64> {
    match value {
        Owned::Int(n) => Some(*n as f64),
        Owned::Number(text) => text.parse().ok(),
        _ => None,
    }
}

fn is_whole(value: f64) -> bool {
    value.fract() == 0.0 && value.abs() < 9.0e15
}

impl Walk {
    fn schema(&mut self, schema: &Schema, value: &Owned, old: Option<&Owned>, path: &Path<'_>) -> Outcome {
        let mut out = self.basic(schema, value, old, path);
        // What was stored and did not change may stay as it is.
        if old.is_some_and(|old| equal(old, value)) {
            out.errors.clear();
        }
        out
    }

    /// Mirrors `SchemaValidator.Validate`.
    fn basic(&mut self, schema: &Schema, value: &Owned, old: Option<&Owned>, path: &Path<'_>) -> Outcome {
        let types: &[&str] = match (schema.int_or_string, &*schema.ty) {
            (true, _) => &["integer", "string"],
            (false, "") => &[],
            (false, ty) => &[ty],
        };
        let mut out = Outcome::default();
        if matches!(value, Owned::Null) {
            if !types.is_empty() && !schema.nullable {
                self.wrong_type(&mut out, path, &types.join(","), "null");
            }
            self.values(schema, value, path, &mut out);
            return out;
        }
        let known_format = formats::is_known(&schema.format);
        // typeValidator
        if !types.is_empty() || !schema.format.is_empty() {
            let given = type_of(value);
            let numbers = types.iter().any(|t| matches!(*t, "number" | "integer"));
            let whole =
                given == "number" && as_float(value).is_some_and(is_whole) && types.contains(&"integer");
            let widened = given == "integer" && types.contains(&"number");
            let textual = matches!(value, Owned::Str(_) | Owned::Seq(_));
            let fits = types.contains(&given) || whole || widened;
            let own_format = match given {
                "integer" => "int64",
                "number" => "float64",
                _ => "",
            };
            if !(textual || schema.format.is_empty() || fits || own_format == schema.format) {
                let format = &*schema.format;
                self.wrong_type(&mut out, path, format, own_format);
            } else if !numbers && !schema.format.is_empty() && textual {
                out.fits += 1;
            } else if !fits {
                self.wrong_type(&mut out, path, &types.join(","), given);
            } else {
                out.fits += 1;
            }
            out.fits += 1;
        }
        let props = self.alternatives(schema, value, old, path);
        out.merge(props);
        out.fits += 2;
        match value {
            Owned::Str(text) => {
                self.text(schema, text, path, &mut out);
                out.fits += 1;
                if known_format {
                    out.fits += 1;
                    if !formats::validates(&schema.format, text) {
                        let format = &*schema.format;
                        self.wrong_type(&mut out, path, format, text);
                    }
                }
            }
            Owned::Int(_) | Owned::Number(_) => {
                number(schema, types, value, path, &mut out);
                out.fits += 2;
            }
            Owned::Seq(items) => {
                let inner = self.list(schema, items, old, path);
                out.merge(inner);
                out.fits += 2;
            }
            _ => {}
        }
        self.values(schema, value, path, &mut out);
        out.fits += 1;
        if let Owned::Map(entries) = value {
            let inner = self.object(schema, entries, old, path);
            out.merge(inner);
            out.fits += 1;
        }
        out.fits += 1;
        out
    }

    #[expect(clippy::unused_self, reason = "reads like the other checks")]
    fn wrong_type(&mut self, out: &mut Outcome, name: &Path<'_>, wanted: &str, given: &str) {
        let given = crate::schema::quote(given);
        let sentence = format!("{name} in body must be of type {wanted}: {given}");
        out.say(Reason::TypeInvalid, name, format!("Invalid value: {given}: {sentence}"));
    }

    /// Mirrors `schemaPropsValidator`.
    fn alternatives(
        &mut self,
        schema: &Schema,
        value: &Owned,
        old: Option<&Owned>,
        name: &Path<'_>,
    ) -> Outcome {
        let mut out = Outcome::default();
        if !schema.seldom().any_of.is_empty() {
            let mut best: Option<Outcome> = None;
            let mut success = None;
            for part in &schema.seldom().any_of {
                let result = self.basic(part, value, old, name);
                if result.errors.is_empty() {
                    success = Some(result);
                    break;
                }
                if best.as_ref().is_none_or(|best| result.fits > best.fits) {
                    best = Some(result);
                }
            }
            match success {
                Some(result) => out.merge(result),
                None => {
                    out.nowhere(format!("\"{name}\" must validate at least one schema (anyOf)"));
                    if let Some(best) = best {
                        out.merge(best);
                    }
                }
            }
        }
        if !schema.seldom().one_of.is_empty() {
            let mut best: Option<Outcome> = None;
            let mut first = None;
            let mut count = 0;
            for part in &schema.seldom().one_of {
                let result = self.basic(part, value, old, name);
                if result.errors.is_empty() {
                    count += 1;
                    best = None;
                    first = first.or(Some(result));
                } else if count == 0 && best.as_ref().is_none_or(|best| result.fits > best.fits) {
                    best = Some(result);
                }
            }
            if count == 1 {
                if let Some(first) = first {
                    out.merge(first);
                }
            } else {
                let found = if count == 0 {
                    "Found none valid".to_owned()
                } else {
                    format!("Found {count} valid alternatives")
                };
                out.nowhere(format!("\"{name}\" must validate one and only one schema (oneOf). {found}"));
                if let Some(best) = best {
                    out.merge(best);
                }
            }
        }
        if !schema.seldom().all_of.is_empty() {
            let mut count = 0;
            for part in &schema.seldom().all_of {
                let result = self.basic(part, value, old, name);
                count += usize::from(result.errors.is_empty());
                out.merge(result);
            }
            if count != schema.seldom().all_of.len() {
                let none = if count == 0 { ". None validated" } else { "" };
                out.nowhere(format!("\"{name}\" must validate all the schemas (allOf){none}"));
            }
        }
        if let Some(not) = &schema.seldom().not
            && self.basic(not, value, old, name).errors.is_empty()
        {
            out.nowhere(format!("\"{name}\" must not validate the schema (not)"));
        }
        out
    }

    /// Mirrors `stringValidator`: the first thing that is wrong.
    fn text(&mut self, schema: &Schema, text: &str, name: &Path<'_>, out: &mut Outcome) {
        let quoted = || crate::schema::quote(text);
        let length = text.chars().count() as i64;
        if let Some(max) = schema.bounds().max_length.filter(|max| length > *max) {
            let unit = if max == 1 { "byte" } else { "bytes" };
            out.say(Reason::TooLong, name, too_long(max, unit));
        } else if let Some(min) = schema.bounds().min_length.filter(|min| length < *min) {
            out.invalid(name, &quoted(), &format!("{name} in body should be at least {min} chars long"));
        } else if let Some(pattern) = schema.pattern.as_deref() {
            let (pattern, compiled) = (&pattern.text, pattern.compiled());
            match compiled {
                Ok(compiled) if compiled.is_match(text) => {}
                Ok(_) => out.invalid(name, &quoted(), &format!("{name} in body should match '{pattern}'")),
                Err(GoRegexpError::TooLarge) => self.not_evaluated = true,
                Err(error) => {
                    let sentence =
                        format!("{name} in body should match '{pattern}, but pattern is invalid: {error}'");
                    out.invalid(name, &quoted(), &sentence);
                }
            }
        }
    }

    /// Mirrors `schemaSliceValidator`.
    fn list(&mut self, schema: &Schema, items: &[Owned], old: Option<&Owned>, name: &Path<'_>) -> Outcome {
        let mut out = Outcome::default();
        match &schema.items {
            Some(Items::One(item)) => {
                let before = Correlated::new(schema, old);
                for (index, value) in items.iter().enumerate() {
                    let inner = self.schema(item, value, before.find(value), &name.index(index));
                    out.merge(inner);
                }
            }
            Some(Items::Each(schemas)) => {
                for (index, (schema, value)) in schemas.iter().zip(items).enumerate() {
                    let inner = self.schema(schema, value, None, &name.index(index));
                    out.merge(inner);
                }
            }
            Some(Items::Neither(_)) | None => {}
        }
        let size = items.len() as i64;
        if let Some(min) = schema.bounds().min_items.filter(|min| size < *min) {
            out.invalid(name, &size.to_string(), &format!("{name} in body should have at least {min} items"));
        }
        if let Some(max) = schema.bounds().max_items.filter(|max| size > *max) {
            let unit = if max == 1 { "item" } else { "items" };
            out.say(Reason::TooMany, name, too_many(size, max, unit));
        }
        out
    }

    /// Mirrors `basicCommonValidator`: enumerations.
    #[expect(clippy::unused_self, reason = "reads like the other checks")]
    fn values(&mut self, schema: &Schema, value: &Owned, name: &Path<'_>, out: &mut Outcome) {
        if schema.seldom().values.is_empty()
            || schema.seldom().values.iter().any(|allowed| equal(allowed, value))
        {
            return;
        }
        let all: Vec<String> = schema
            .seldom()
            .values
            .iter()
            .map(|allowed| match allowed {
                Owned::Str(text) => crate::schema::quote(text),
                number @ Owned::Number(_) => crate::schema::quote(&printed(number)),
                other => crate::schema::quote(&go_json::owned(other)),
            })
            .collect();
        let message = format!("Unsupported value: {}: supported values: {}", printed(value), all.join(", "));
        out.say(Reason::NotSupported, name, message);
    }

    /// Mirrors `objectValidator`.
    fn object(
        &mut self,
        schema: &Schema,
        entries: &[(std::borrow::Cow<'static, str>, Owned)],
        old: Option<&Owned>,
        name: &Path<'_>,
    ) -> Outcome {
        let mut out = Outcome::default();
        let count = entries.len() as i64;
        if let Some(min) = schema.bounds().min_properties.filter(|min| count < *min) {
            let sentence = format!("{name} in body should have at least {min} properties");
            out.invalid(name, &count.to_string(), &sentence);
        }
        if let Some(max) = schema.bounds().max_properties.filter(|max| count > *max) {
            let unit = if max == 1 { "item" } else { "items" };
            out.say(Reason::TooMany, name, too_many(count, max, unit));
        }
        let before = |key: &str| {
            let correlatable =
                schema.seldom().map_type.as_deref().is_none_or(|t| matches!(t, "granular" | "atomic"));
            old.filter(|_| correlatable).and_then(|old| old.get(key))
        };
        match &schema.additional {
            Some(Additional::Any(false)) => {
                for (key, _) in entries {
                    if schema.property(key).is_none() {
                        let sentence = format!("{name}.{key} in body is a forbidden property");
                        out.invalid(name, &crate::schema::quote(key), &sentence);
                    }
                }
            }
            Some(Additional::Schema(values)) => {
                for (key, value) in entries {
                    if schema.property(key).is_none() {
                        let inner = self.schema(values, value, before(key), &name.key(key));
                        out.merge(inner);
                    }
                }
            }
            Some(Additional::Any(true)) | None => {}
        }
        let given = ByName::new(entries);
        for (key, property) in &schema.properties {
            if let Some(value) = given.get(key) {
                let inner = self.schema(property, value, before(key), &name.child(key));
                out.merge(inner);
            }
        }
        for key in &schema.required {
            if given.position(key).is_none() {
                out.say_of(Reason::Required, &format!("{name}.{key}"), "Required value".into());
            }
        }
        out
    }
}

/// Mirrors `numberValidator`.
fn number(schema: &Schema, types: &[&str], value: &Owned, name: &Path<'_>, out: &mut Outcome) {
    let Some(given) = as_float(value) else { return };
    let integer = if let Owned::Int(n) = value { Some(*n) } else { None };
    let shown = || printed(value);
    let ty = match types {
        [ty @ ("integer" | "number")] => ty,
        _ => "",
    };
    let format = match (ty, &*schema.format) {
        ("integer", format @ ("int32" | "int64")) | ("number", format @ ("float" | "double")) => format,
        _ => "",
    };
    let out_of_range = |number: f64, whole: Option<i64>| match (ty, format) {
        ("integer", "int32") => {
            whole.map_or(!is_whole(number) || number.abs() > 2_147_483_648.0, |n| i32::try_from(n).is_err())
        }
        ("integer", _) => {
            whole.is_none() && (number.fract() != 0.0 || number.abs() >= 9_223_372_036_854_775_808.0)
        }
        // What rounds to the largest is it.
        (_, "float") => !(number as f32).is_finite(),
        _ => false,
    };
    let range = |out: &mut Outcome, what: &str, number: f64, whole: Option<i64>| {
        let wrong = out_of_range(number, whole);
        if wrong {
            let with =
                if format.is_empty() { "(default format)".into() } else { format!("with format {format}") };
            out.nowhere(format!("{what} value must be of type {ty} {with} in {name}"));
        }
        !wrong
    };
    range(out, "Checked", given, integer);
    if let Some(factor) = schema.bounds().multiple_of {
        let native = range(out, "MultipleOf", factor, None);
        let message = |shown_factor: &str| format!("{name} in body should be a multiple of {shown_factor}");
        match integer.filter(|_| native) {
            Some(n) => {
                let factor = factor as i64;
                if factor <= 0 {
                    let sentence =
                        format!("factor MultipleOf declared for {name} must be positive: {factor}");
                    out.invalid(name, &factor.to_string(), &sentence);
                } else if n % factor != 0 {
                    out.invalid(name, &shown(), &message(&factor.to_string()));
                }
            }
            None if factor <= 0.0 => {
                let factor = cel::format_g(factor);
                let sentence = format!("factor MultipleOf declared for {name} must be positive: {factor}");
                out.invalid(name, &factor, &sentence);
            }
            None => {
                let times = if factor < 1.0 { 1.0 / factor * given } else { given / factor };
                if !is_nearly_whole(times) {
                    out.invalid(name, &shown(), &message(&cel::format_g(factor)));
                }
            }
        }
    }
    // The server says what is too small before what is too large.
    if let Some(min) = schema.bounds().minimum {
        let native = range(out, "Minimum boundary", min, None);
        let exclusive = schema.bounds().exclusive_minimum;
        let wrong = match integer.filter(|_| native) {
            Some(n) => n < min as i64 || exclusive && n == min as i64,
            None => given < min || exclusive && given == min,
        };
        if wrong {
            let bound =
                if integer.is_some() && native { (min as i64).to_string() } else { cel::format_g(min) };
            let words = if exclusive { "greater than" } else { "greater than or equal to" };
            out.invalid(name, &shown(), &format!("{name} in body should be {words} {bound}"));
        }
    }
    if let Some(max) = schema.bounds().maximum {
        let native = range(out, "Maximum boundary", max, None);
        let exclusive = schema.bounds().exclusive_maximum;
        let wrong = match integer.filter(|_| native) {
            Some(n) => n > max as i64 || exclusive && n == max as i64,
            None => given > max || exclusive && given == max,
        };
        if wrong {
            let bound =
                if integer.is_some() && native { (max as i64).to_string() } else { cel::format_g(max) };
            let words = if exclusive { "less than" } else { "less than or equal to" };
            out.invalid(name, &shown(), &format!("{name} in body should be {words} {bound}"));
        }
    }
}

/// Mirrors swag's `IsFloat64AJSONInteger`.
fn is_nearly_whole(number: f64) -> bool {
    if !number.is_finite() || number.abs() >= 9_007_199_254_740_991.0 {
        return false;
    }
    let whole = number.trunc();
    let difference = (number - whole).abs();
    number == whole
        || number == 0.0
        || difference < f64::MIN_POSITIVE
        || difference / (number.abs() + whole.abs()) < 1e-9
}

/// True if two values are the same; numbers by their value, maps whatever the order.
pub(super) fn equal(a: &Owned, b: &Owned) -> bool {
    match (a, b) {
        (Owned::Int(_) | Owned::Number(_), Owned::Int(_) | Owned::Number(_)) => match (a, b) {
            (Owned::Int(a), Owned::Int(b)) => a == b,
            _ => as_float(a) == as_float(b),
        },
        (Owned::Seq(a), Owned::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Owned::Map(a), Owned::Map(b)) => {
            let others = ByName::new(b);
            a.len() == b.len()
                && a.iter().all(|(key, value)| others.get(key).is_some_and(|other| equal(value, other)))
        }
        (a, b) => a == b,
    }
}

/// Which item of the stored list an item is compared with: that of the same keys. Mirrors `CorrelatedObject.Index` and
/// `MapList`.
pub(super) struct Correlated<'o> {
    keys: &'o [String],
    old: &'o [Owned],
}

impl<'o> Correlated<'o> {
    pub(super) fn new(schema: &'o Schema, old: Option<&'o Owned>) -> Self {
        let keyed = schema.seldom().list_type.as_deref() == Some("map");
        match old {
            Some(Owned::Seq(old)) if keyed => Self { keys: &schema.seldom().list_map_keys, old },
            _ => Self { keys: &[], old: &[] },
        }
    }

    pub(super) fn find(&self, item: &Owned) -> Option<&'o Owned> {
        let same = |old: &&Owned| {
            self.keys.iter().all(|key| match (old.get(key), item.get(key)) {
                (Some(a), Some(b)) => equal(a, b),
                (None, None) => true,
                _ => false,
            })
        };
        self.old.iter().find(same)
    }
}

/// Mirrors `field.TooLong`.
fn too_long(max: i64, unit: &str) -> String {
    if max < 0 {
        return "Too long: value is too long".to_owned();
    }
    format!("Too long: may not be more than {max} {unit}")
}

/// Mirrors `field.TooMany`.
fn too_many(count: i64, max: i64, unit: &str) -> String {
    if max < 0 {
        return format!("Too many: {count}: has too many items");
    }
    format!("Too many: {count}: must have at most {max} {unit}")
}
