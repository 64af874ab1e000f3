//! Keys that the type does not have: misspelt, on the wrong level, or of another version.

use super::{Context, Link, codes, finding, indent, listed};
use crate::finding::{Edit, Finding, Fix, LabelKind};
use crate::schema::decode::Issue;
use crate::schema::minor::MinorSet;
use crate::schema::table::{Field, Shape, Type, TypeId, Types};
use crate::yaml::{View, flag};

/// Where an unknown key would be at home.
enum Guess<'t, 'd> {
    /// Here, under this name. True if nothing else is as near.
    Renamed(&'t str, bool),
    /// In an object around this one.
    Up(Link<'t, 'd>),
    /// In an object below this one: its path from here (`template.spec`, `containers[]`), and the object if it is there.
    Down(String, Option<View<'d>>),
    /// In an object beside this one, with the same name but in another type: its path.
    Beside(String),
    Nowhere,
}

/// So many unknown keys of one object are explained: what has more is no slip of the pen.
const EXPLAINED: usize = 100;

/// Findings for the unknown keys of one object.
pub(super) fn unknown(context: &Context<'_, '_>, issues: &[&Issue], out: &mut Vec<Finding>) {
    let Some(first) = issues.first() else { return };
    let doc = context.root.document();
    let links = context.links(first.parent);
    let mut misplaced: Vec<(String, Guess<'_, '_>, Vec<&Issue>)> = Vec::new();
    let (explained, rest) = issues.split_at(issues.len().min(EXPLAINED));
    for issue in rest {
        if let Some(key) = issue.key {
            out.push(finding(context, &codes::UNKNOWN_FIELD, issue, key, message(issue)));
        }
    }
    for issue in explained {
        let Some(key) = issue.key.map(|k| doc.view(k)) else { continue };
        let guess = guess(context, &links, key, doc.view(issue.value));
        let home = match &guess {
            Guess::Up(link) => format!("up {}", link.path),
            Guess::Down(path, _) => format!("down {path}"),
            Guess::Beside(path) => format!("beside {path}"),
            Guess::Renamed(name, alone) => {
                out.push(renamed(context, issue, key, name, *alone));
                continue;
            }
            Guess::Nowhere => {
                out.push(stranger(context, issue, key, &links));
                continue;
            }
        };
        match misplaced.iter_mut().find(|(h, ..)| *h == home) {
            Some((.., together)) => together.push(issue),
            None => misplaced.push((home, guess, vec![issue])),
        }
    }
    for (_, guess, together) in misplaced {
        out.push(elsewhere(context, &links, &guess, &together));
    }
}

fn message(issue: &Issue) -> String {
    issue.text.clone()
}

fn renamed(context: &Context<'_, '_>, issue: &Issue, key: View<'_>, name: &str, alone: bool) -> Finding {
    let out = finding(context, &codes::UNKNOWN_FIELD, issue, key.index(), message(issue))
        .label(format!("did you mean `{name}`?"));
    // What came through an alias stands elsewhere, and may be right there.
    if key.node().flags & flag::ALIASED != 0 {
        return out;
    }
    let edit = Edit { file: key.place().file, span: key.span(), text: name.to_owned() };
    let title = format!("rename it to `{name}`");
    out.fix(if alone { Fix::safe(title, vec![edit]) } else { Fix::maybe(title, vec![edit]) })
}

/// A key that is at home nowhere near.
fn stranger(context: &Context<'_, '_>, issue: &Issue, key: View<'_>, links: &[Link<'_, '_>]) -> Finding {
    let out = finding(context, &codes::UNKNOWN_FIELD, issue, key.index(), message(issue));
    let Some(here) = links.last() else { return out };
    if key.text().starts_with('$') {
        return out.help(
            "directives such as `$patch` are for `kubectl patch` and kustomize, not for an object itself",
        );
    }
    let mut names: Vec<&str> =
        here.ty.fields().filter(|f| !f.minors.and(context.minors).is_empty()).map(|f| f.name).collect();
    names.dedup();
    if names.is_empty() {
        return out.label(format!("{} has no fields", here.shown()));
    }
    let twin = here.map.entries().map(|(k, _)| k.text()).find(|other| {
        *other != key.text()
            && here.ty.field(other).is_some()
            && crate::finding::distance(&other.to_lowercase(), &key.text().to_lowercase()) <= 2
    });
    if let Some(twin) = twin.filter(|t| t.len() > 4) {
        return out.label(format!("`{twin}` is there already"));
    }
    let out = out.label(format!("no field of {}", here.ty.short_or(here.name)));
    if let Some(older) = in_older_version(context, &here.path, key.text()) {
        return out.help(older);
    }
    if names.len() <= 12 { out.help(format!("its fields are {}", listed(&names))) } else { out }
}

/// The API version that this one replaced and that has the field there, and what else changed with it.
fn in_older_version(context: &Context<'_, '_>, path: &str, name: &str) -> Option<String> {
    let written = |key: &str| context.root.get(key).map(View::text);
    let (api_version, kind) = (written("apiVersion")?, written("kind")?);
    let replacement = format!("{api_version} {kind}");
    let types = context.types;
    let (api, removed) = types
        .kinds()
        .filter(|other| other.kind == kind)
        .filter_map(|other| Some((other, Types::removed(other.group, other.version, other.kind)?)))
        .filter(|(other, removed)| {
            removed.replacement == replacement && has_field(types, other.ty, path, name)
        })
        .max_by_key(|(other, _)| other.minors.last())?;
    let note = if removed.note.is_empty() { String::new() } else { format!("; since then {}", removed.note) };
    Some(format!("`{name}` is a field of {}{note}", api.api_version()))
}

/// Whether the type below `path` (`spec.rules[0].http`) has a field.
fn has_field(types: &Types, root: TypeId, path: &str, name: &str) -> bool {
    let mut shape = Shape::Struct(root);
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let (step, is_item) = step.split_once('[').map_or((step, false), |(step, _)| (step, true));
        shape = match shape {
            Shape::Struct(id) => match types.get(id).field(step) {
                Some(field) => types.shape(field.ty),
                None => return false,
            },
            Shape::Map(values) => types.shape(values),
            _ => return false,
        };
        if let (true, Shape::List(item)) = (is_item, shape) {
            shape = types.shape(item);
        }
    }
    matches!(shape, Shape::Struct(id) if types.get(id).field(name).is_some())
}

fn guess<'t, 'd>(
    context: &Context<'t, 'd>,
    links: &[Link<'t, 'd>],
    key: View<'d>,
    value: View<'d>,
) -> Guess<'t, 'd> {
    let name = key.text();
    let Some((here, around)) = links.split_last() else { return Guess::Nowhere };
    let present = |field: &Field<'_>| !field.minors.and(context.minors).is_empty();
    let free = |field: &Field<'_>| here.map.get(field.name).is_none();

    // The same name in other letters, or one or two letters off.
    let mut near: Vec<(usize, Field<'t>)> = Vec::new();
    for field in here.ty.fields().filter(|f| present(f) && free(f)) {
        let distance = if field.name.eq_ignore_ascii_case(name) {
            0
        } else {
            crate::finding::distance(field.name, name)
        };
        if distance <= 2 && distance * 3 <= name.len() {
            near.push((distance, field));
        }
    }
    near.sort_by_key(|(distance, field)| (!context.fits(value, field.ty), *distance));
    let alone = near.len() == 1;
    let best = near.first().filter(|(_, field)| context.fits(value, field.ty) || alone);
    if let Some((0 | 1, field)) = best
        && context.fits(value, field.ty)
    {
        return Guess::Renamed(field.name, alone);
    }

    let at_home = |ty: Type<'t>| ty.field(name).is_some_and(|f| present(&f) && context.fits(value, f.ty));
    let below = below(context, here, &at_home, key);
    if let Some((path, Some(map))) = &below
        && follows(key, *map)
    {
        return Guess::Down(path.clone(), Some(*map));
    }
    // `name` and `labels` are at home in many places; only what surrounds the key counts for them.
    if let Some(link) = around.iter().rev().find(|link| at_home(link.ty)) {
        return Guess::Up(link.clone());
    }
    if let Some((path, map)) = below {
        return Guess::Down(path, map);
    }
    if let Some((_, field)) = best {
        return Guess::Renamed(field.name, alone);
    }
    if let Some(guess) = in_map(context, here, value) {
        return guess;
    }
    beside(context, links, &at_home).map_or(Guess::Nowhere, Guess::Beside)
}

/// True if `map` ends right before `key`: the key looks like its next line.
fn follows(key: View<'_>, map: View<'_>) -> bool {
    map.index() < key.index()
}

type Below<'d> = Option<(String, Option<View<'d>>)>;

/// An object below this one (a field, a field of a field, or the items of a list) where the key is at home. What is
/// there comes before what is not; of several that are not there none is chosen.
fn below<'t, 'd>(
    context: &Context<'t, 'd>,
    here: &Link<'t, 'd>,
    at_home: &dyn Fn(Type<'t>) -> bool,
    key: View<'d>,
) -> Below<'d> {
    let mut absent: Vec<String> = Vec::new();
    let mut far: Vec<String> = Vec::new();
    let mut there: Vec<(String, View<'d>)> = Vec::new();
    let fields = here.ty.fields().filter(|f| !f.minors.and(context.minors).is_empty());
    for field in fields {
        let value = here.map.get(field.name);
        match context.types.shape(field.ty) {
            Shape::List(item) => {
                let Shape::Struct(id) = context.types.shape(item) else { continue };
                if !at_home(context.types.get(id)) {
                    continue;
                }
                // The item before the key, or the last one.
                let items = value.into_iter().flat_map(View::items);
                let item = items.clone().take_while(|i| i.index() < key.index()).last().or(items.last());
                match item {
                    Some(item) => {
                        let mut items = value.into_iter().flat_map(View::items);
                        let index = items.position(|i| i.index() == item.index()).unwrap_or(0);
                        there.push((format!("{}[{index}]", field.name), item));
                    }
                    None => absent.push(format!("{}[]", field.name)),
                }
            }
            Shape::Struct(id) => {
                let ty = context.types.get(id);
                if at_home(ty) {
                    match value {
                        Some(value) => there.push((field.name.to_owned(), value)),
                        None => absent.push(field.name.to_owned()),
                    }
                    continue;
                }
                for inner in ty.fields() {
                    let Shape::Struct(id) = context.types.shape(inner.ty) else { continue };
                    if at_home(context.types.get(id)) {
                        let path = format!("{}.{}", field.name, inner.name);
                        match value.and_then(|v| v.get(inner.name)) {
                            Some(value) => there.push((path, value)),
                            None => far.push(path),
                        }
                    }
                }
            }
            _ => {}
        }
    }
    // The nearest one above the key.
    there.sort_by_key(|(_, map)| (map.index() > key.index(), map.index().abs_diff(key.index())));
    if let Some((path, map)) = there.into_iter().next() {
        return Some((path, Some(map)));
    }
    match (absent.as_slice(), far.as_slice()) {
        ([one], _) | ([], [one]) => Some((one.clone(), None)),
        _ => None,
    }
}

/// Small types that are mostly a map: `selector: {app: web}` was meant to be `selector: {matchLabels: {app: web}}`.
fn in_map<'t, 'd>(context: &Context<'t, 'd>, here: &Link<'t, 'd>, value: View<'d>) -> Option<Guess<'t, 'd>> {
    if here.ty.len() > 4 {
        return None;
    }
    let maps: Vec<&'t str> = here
        .ty
        .fields()
        .filter(|f| matches!(context.types.shape(f.ty), Shape::Map(values) if context.fits(value, values)))
        .map(|f| f.name)
        .collect();
    match maps.as_slice() {
        [] => None,
        [one] => Some(Guess::Down((*one).to_owned(), here.map.get(one))),
        several => Some(Guess::Beside(several.join("` or `"))),
    }
}

/// `spec.securityContext.privileged` belongs in `spec.containers[].securityContext`: an object of the same name, in
/// the items of a list around.
fn beside<'t>(
    context: &Context<'t, '_>,
    links: &[Link<'t, '_>],
    at_home: &dyn Fn(Type<'t>) -> bool,
) -> Option<String> {
    let (here, around) = links.split_last()?;
    for link in around.iter().rev() {
        for field in link.ty.fields() {
            let Shape::List(item) = context.types.shape(field.ty) else { continue };
            let Shape::Struct(id) = context.types.shape(item) else { continue };
            let Some(inner) = context.types.get(id).field(here.name) else { continue };
            let Shape::Struct(id) = context.types.shape(inner.ty) else { continue };
            if at_home(context.types.get(id)) && link.map.get(field.name).is_some() {
                let dot = if link.path.is_empty() { "" } else { "." };
                return Some(format!("{}{dot}{}[].{}", link.path, field.name, here.name));
            }
        }
    }
    None
}

/// One finding for keys that belong to another object.
fn elsewhere(
    context: &Context<'_, '_>,
    links: &[Link<'_, '_>],
    guess: &Guess<'_, '_>,
    issues: &[&Issue],
) -> Finding {
    let doc = context.root.document();
    let mut keys: Vec<View<'_>> = issues.iter().filter_map(|i| i.key).map(|k| doc.view(k)).collect();
    keys.sort_by_key(|k| k.index());
    let names: Vec<&str> = keys.iter().map(|k| k.text()).collect();
    let first = issues.iter().min_by_key(|i| i.key).unwrap_or(&issues[0]);
    let shown = links.last().map(Link::shown).unwrap_or_default();
    let here = links.last().map_or("", |l| l.path.as_str());
    let (home, target) = match guess {
        Guess::Up(link) => (link.shown(), Some(link.map)),
        Guess::Down(path, map) => {
            let dot = if here.is_empty() { "" } else { "." };
            (format!("`{here}{dot}{path}`"), *map)
        }
        Guess::Beside(path) => (format!("`{path}`"), None),
        Guess::Renamed(..) | Guess::Nowhere => (String::new(), None),
    };
    let (do_not, belong, it) =
        if names.len() == 1 { ("is no field", "belongs", "it") } else { ("are no fields", "belong", "they") };
    let message = format!("{} {do_not} of {shown}: {it} {belong} in {home}", listed(&names));
    let mut out = finding(
        context,
        &codes::MISPLACED_FIELD,
        first,
        keys.first().map_or(first.value, |k| k.index()),
        message,
    );
    if let Some(cause) = &mut out.server {
        let texts: Vec<&str> = issues.iter().map(|i| i.text.as_str()).collect();
        cause.message = format!("strict decoding error: {}", texts.join(", "));
    }
    for key in keys.iter().skip(1) {
        out = out.quiet(key.place());
    }
    let mut out = out.label(format!("{belong} in {home}"));
    if let Guess::Down(path, None) = guess
        && !path.contains('[')
    {
        let lines: Vec<String> = path.split('.').map(|part| format!("`{part}:`")).collect();
        out = out.help(format!("write {} above, and indent what follows", lines.join(" and ")));
        let first = path.split('.').next().unwrap_or(path);
        let held = links.last().and_then(|link| link.map.get(first)).filter(|held| !held.is_null());
        if let Some(held) = held {
            // A part of the way is there.
            let rest: Vec<&str> = path.split('.').skip(1).collect();
            out = out.help(format!(
                "write `{}:` in `{first}`, and move {} there",
                rest.join(": "),
                listed(&names)
            ));
            if let Some(edits) = links.last().and_then(|link| indent::transfer(&keys, link.map, held, &rest))
            {
                out = out.fix(Fix::maybe(format!("move {} into `{path}`", listed(&names)), edits));
            }
        } else if let Some(edits) = indent::wrap(&keys, path) {
            out = out.fix(Fix::safe(format!("put {} into `{path}`", listed(&names)), edits));
        }
    }
    if let Some(target) = target {
        if let Some(step) = indent::step(&keys, target) {
            out = out.related(target.place_of_first_key(), "at the column of this line");
            let (n, more) = (step.unsigned_abs(), if step > 0 { "more" } else { "fewer" });
            let spaces = if n == 1 { "space" } else { "spaces" };
            let it = if names.len() == 1 { "it" } else { "them" };
            out = out.help(format!("indent {it} by {n} {more} {spaces}"));
            let around: Vec<View<'_>> = links.iter().map(|l| l.map).collect();
            if let Some(edits) = indent::shift(&keys, target, &around, step) {
                let title = format!("indent {} by {n} {more} {spaces}", listed(&names));
                out = out.fix(Fix::safe(title, edits));
            }
        } else {
            out = out.related(target.place_of_first_key(), "here");
        }
        if out.fix.is_none()
            && let Some(edits) = links.last().and_then(|link| indent::transfer(&keys, link.map, target, &[]))
        {
            out = out.fix(Fix::maybe(format!("move {} into {home}", listed(&names)), edits));
        }
    }
    out.labels.dedup_by(|a, b| a.kind == LabelKind::Related && a == b);
    out
}

/// A field that some of the versions do not have.
pub(super) fn not_in(context: &Context<'_, '_>, issue: &Issue, present: MinorSet) -> Finding {
    let key = issue.key.unwrap_or(issue.value);
    let name = context.root.document().view(key).text();
    let absent = issue.minors;
    let (first, last) = (present.first(), present.last());
    let newest = absent.last();
    let told = match (first, last) {
        (Some(first), _) if newest.is_some_and(|m| m < first) => format!("exists since {first}"),
        (_, Some(last)) if absent.first().is_some_and(|m| m > last) => format!("existed until {last}"),
        _ => format!("exists in {present}"),
    };
    let message = format!("field `{name}` {told}, you target {absent}");
    finding(context, &codes::FIELD_NOT_IN_VERSION, issue, key, message).label(told)
}

/// A key that is written twice.
pub(super) fn duplicate(context: &Context<'_, '_>, issue: &Issue) -> Finding {
    let key = issue.key.unwrap_or(issue.value);
    finding(context, &codes::DUPLICATE_FIELD, issue, key, issue.text.clone())
        .label("the last one counts where a server is not strict")
}

trait FirstKey {
    /// The place of the first key of a mapping, or of the value itself.
    fn place_of_first_key(&self) -> crate::finding::Place;
}

impl FirstKey for View<'_> {
    fn place_of_first_key(&self) -> crate::finding::Place {
        self.entries().next().map_or(self.place(), |(key, _)| key.place())
    }
}

impl Type<'_> {
    /// The short name, or that of the field for types of custom resources, which have none.
    fn short_or(self, field: &str) -> String {
        if self.name.contains(' ') { format!("`{field}`") } else { self.short().to_owned() }
    }
}
