//! Generator: `schemas/*.txt` as static memory, `src/schema/generated/`.
//!
//! One blob of text and arrays of integers, nothing that needs relocating or parsing at start. A string is its number
//! in `STRINGS`, which is sorted, so that numbers compare as the strings do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::generate::Generated;
use crate::schemas::FIRST;
use crate::{Result, read};

/// Scalars by name, in the order of `schema::table::Scalar`.
const SCALARS: &[&str] = &[
    "any",
    "string",
    "bool",
    "int32",
    "int64",
    "double",
    "bytes",
    "int-or-string",
    "quantity",
    "time",
    "micro-time",
    "duration",
    "json-schema-or-bool",
    "json-schema-or-array",
    "json-schema-or-strings",
];

/// Rows of the kinds of references in `REFS`; scalars have their own number.
const REF_STRUCT: u16 = 100;
const REF_LIST: u16 = 101;
const REF_MAP: u16 = 102;

/// A field as it stands in `types.txt`.
struct Field<'t> {
    name: &'t str,
    ty: &'t str,
    minors: u32,
    required: bool,
    notes: BTreeMap<&'t str, &'t str>,
}

struct Type<'t> {
    name: &'t str,
    minors: u32,
    fields: Vec<Field<'t>>,
}

/// `25-30,33` as a set of bits, 1.10 the lowest.
fn bits(runs: &str) -> Result<u32> {
    if runs == "-" {
        return Ok(0);
    }
    let minor = |text: &str| {
        text.parse::<u8>().ok().and_then(|m| m.checked_sub(FIRST)).ok_or(format!("no minors: {runs}"))
    };
    runs.split(',').try_fold(0, |set, run| {
        let (first, last) = run.split_once('-').unwrap_or((run, run));
        Ok((minor(first)?..=minor(last)?).fold(set, |set, m| set | 1 << m))
    })
}

fn parse_types(text: &str) -> Result<Vec<Type<'_>>> {
    let mut types: Vec<Type<'_>> = Vec::new();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let mut words = line.split_whitespace();
        let (Some(name), Some(second)) = (words.next(), words.next()) else { continue };
        if !line.starts_with(' ') {
            types.push(Type { name, minors: bits(second)?, fields: Vec::new() });
            continue;
        }
        let ty = types.last_mut().ok_or("types.txt starts with a field")?;
        let mut field =
            Field { name, ty: second, minors: ty.minors, required: false, notes: BTreeMap::new() };
        for word in words {
            match word.split_once('=') {
                None => field.required = word == "required",
                Some(("in", runs)) => field.minors = bits(runs)?,
                Some((key, value)) => {
                    field.notes.insert(key, value);
                }
            }
        }
        ty.fields.push(field);
    }
    // Types are found by bisection.
    types.sort_by_key(|ty| ty.name);
    Ok(types)
}

/// Go's names: (type, field) to the embedded structs and the types.
fn parse_go(text: &str) -> BTreeMap<(&str, &str), (&str, &str)> {
    let mut out = BTreeMap::new();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let mut words = line.split_whitespace();
        if let (Some(ty), Some(field)) = (words.next(), words.next()) {
            let entry = out.entry((ty, field)).or_insert(("", ""));
            for word in words {
                match word.strip_prefix("via=") {
                    Some(via) => entry.0 = via,
                    None => entry.1 = word,
                }
            }
        }
    }
    out
}

/// Numbers of strings and of references.
struct Pool<'t> {
    strings: BTreeMap<&'t str, u16>,
    types: BTreeMap<&'t str, u16>,
    refs: BTreeMap<&'t str, u16>,
    rows: Vec<[u16; 2]>,
    /// Sets of minors: few, so that a row holds the number of one.
    sets: Vec<u32>,
}

impl<'t> Pool<'t> {
    fn string(&self, text: &str) -> u16 {
        self.strings.get(text).copied().unwrap_or(0)
    }

    fn minors(&mut self, set: u32) -> u16 {
        let at = self.sets.iter().position(|s| *s == set).unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        at as u16
    }

    fn reference(&mut self, ty: &'t str) -> Result<u16> {
        if let Some(&at) = self.refs.get(ty) {
            return Ok(at);
        }
        let inner = |open, close| ty.strip_prefix(open).and_then(|t: &str| t.strip_suffix(close));
        let row = if let Some(item) = inner('[', ']') {
            [REF_LIST, self.reference(item)?]
        } else if let Some(value) = inner('{', '}') {
            [REF_MAP, self.reference(value)?]
        } else if let Some(scalar) = SCALARS.iter().position(|s| *s == ty) {
            [scalar as u16, 0]
        } else {
            [REF_STRUCT, *self.types.get(ty).ok_or(format!("no such type: {ty}"))?]
        };
        self.rows.push(row);
        let at = self.rows.len() as u16 - 1;
        self.refs.insert(ty, at);
        Ok(at)
    }
}

/// `[[1,2],[3,4]]`, some rows a line.
fn rows<const N: usize>(out: &mut String, doc: &str, name: &str, rows: &[[u16; N]]) {
    let _ = write!(out, "\n/// {doc}\npub(in crate::schema) static {name}: [[u16; {N}]; {}] = [", rows.len());
    for chunk in rows.chunks(24 / N.max(1)) {
        out.push('\n');
        for row in chunk {
            let _ = write!(out, "{row:?},");
        }
    }
    out.push_str("\n];\n");
}

const HEADER: &str = "// @generated by cargo xtask generate from schemas/*.txt\n";

/// Writes `src/schema/generated/`.
pub(crate) fn generate(root: &Path) -> Result<Vec<Generated>> {
    let folder = root.join("schemas");
    let texts = ["types.txt", "kinds.txt", "removed.txt", "go.txt"].map(|name| read(&folder.join(name)));
    let [types, kinds, removed, go] = texts;
    let (types, kinds, removed, go) = (types?, kinds?, removed?, go?);
    let types = parse_types(&types)?;
    let go = parse_go(&go);
    let kinds: Vec<Vec<&str>> = kinds
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|line| line.splitn(12, ' ').map(|w| if w == "-" { "" } else { w }).collect())
        .collect();
    let removed: Vec<Vec<&str>> = removed
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|line| line.split('\t').map(|w| if w == "-" { "" } else { w }).collect())
        .collect();

    let mut strings: BTreeSet<&str> = BTreeSet::from([""]);
    for ty in &types {
        strings.insert(ty.name);
        for field in &ty.fields {
            strings.insert(field.name);
            strings.extend(["keys", "enum", "default"].iter().filter_map(|key| field.notes.get(key)));
            strings.extend(go.get(&(ty.name, field.name)).map(|g| [g.0, g.1]).into_iter().flatten());
        }
    }
    for kind in &kinds {
        strings.extend(kind.iter().enumerate().filter(|(i, _)| ![3, 4, 6, 7].contains(i)).map(|(_, w)| *w));
    }
    strings.extend(removed.iter().flatten());
    if strings.len() > usize::from(u16::MAX) {
        return Err("more strings than 16 bits can number".into());
    }
    let mut pool = Pool {
        strings: strings.iter().enumerate().map(|(i, s)| (*s, i as u16)).collect(),
        types: types.iter().enumerate().map(|(i, ty)| (ty.name, i as u16)).collect(),
        refs: BTreeMap::new(),
        rows: Vec::new(),
        sets: Vec::new(),
    };
    // The first rows are the scalars, so that code can name them.
    for scalar in SCALARS {
        pool.reference(scalar)?;
    }

    let (mut type_rows, mut field_rows) = (Vec::new(), Vec::new());
    for ty in &types {
        let first = field_rows.len() as u16;
        for field in &ty.fields {
            let list = match field.notes.get("list") {
                Some(&"atomic") => 1,
                Some(&"set") => 2,
                Some(&"map") => 3,
                _ => 0,
            };
            let flags = list
                | u16::from(field.required) << 2
                | u16::from(field.notes.get("map") == Some(&"atomic")) << 3;
            let (via, printed) = go.get(&(ty.name, field.name)).copied().unwrap_or(("", ""));
            let note = |key| pool.string(field.notes.get(key).copied().unwrap_or(""));
            let (keys, values, default) = (note("keys"), note("enum"), note("default"));
            let reference = pool.reference(field.ty)?;
            let minors = pool.minors(field.minors);
            field_rows.push([
                pool.string(field.name),
                minors,
                reference,
                flags,
                keys,
                values,
                default,
                pool.string(via),
                pool.string(printed),
            ]);
        }
        let minors = pool.minors(ty.minors);
        type_rows.push([pool.string(ty.name), minors, first, field_rows.len() as u16]);
    }

    let mut kind_rows = Vec::new();
    for kind in &kinds {
        let &[
            group,
            version,
            name,
            ty,
            minors,
            plural,
            scope,
            served,
            introduced,
            deprecated,
            gone,
            replacement,
        ] = kind.as_slice()
        else {
            return Err(format!("kinds.txt: {kind:?}"));
        };
        let minors = pool.minors(bits(minors)?);
        let served = pool.minors(bits(if served.is_empty() { "-" } else { served })?);
        let scope = ["cluster", "namespaced", "list", "subresource"].iter().position(|s| *s == scope);
        kind_rows.push([
            pool.string(group),
            pool.string(version),
            pool.string(name),
            *pool.types.get(ty).ok_or(format!("kinds.txt: no such type: {ty}"))?,
            minors,
            pool.string(plural),
            scope.ok_or(format!("kinds.txt: {kind:?}"))? as u16,
            served,
            pool.string(introduced),
            pool.string(deprecated),
            pool.string(gone),
            pool.string(replacement),
        ]);
    }
    kind_rows.sort_by_key(|row| (row[2], row[0], row[1]));
    let mut removed_rows = Vec::new();
    for row in &removed {
        let row: [&str; 8] = row.as_slice().try_into().map_err(|_| format!("removed.txt: {row:?}"))?;
        removed_rows.push(row.map(|w| pool.string(w)));
    }
    removed_rows.sort_by_key(|row| (row[2], row[0], row[1]));

    let blob: String = strings.iter().copied().collect();
    let mut offsets = vec![0u32];
    for text in &strings {
        offsets.push(offsets.last().copied().unwrap_or(0) + text.len() as u32);
    }
    let mut text_file = format!(
        "{HEADER}\n/// All strings, one after the other, sorted.\npub(in crate::schema) static TEXT: &str = \"\\\n"
    );
    // Lines of some width; a line break after `\` and the spaces that follow it are skipped by the compiler, so a line
    // must not start with a space.
    let mut width = 0;
    for c in blob.chars() {
        if width > 110 && c != ' ' {
            text_file.push_str("\\\n");
            width = 0;
        }
        match c {
            '"' | '\\' => text_file.extend(['\\', c]),
            _ => text_file.push(c),
        }
        width += 1;
    }
    text_file.push_str("\";\n");
    let _ = write!(
        text_file,
        "\n/// Where the strings start in `TEXT`; one more than there are.\npub(in crate::schema) static OFFSETS: [u32; {}] = [",
        offsets.len()
    );
    for chunk in offsets.chunks(18) {
        text_file.push('\n');
        for offset in chunk {
            let _ = write!(text_file, "{offset},");
        }
    }
    text_file.push_str("\n];\n");

    let mut tables = HEADER.to_owned();
    let _ = write!(
        tables,
        "\n/// Sets of minors, 1.10 the lowest bit; rows hold their numbers.\npub(in crate::schema) static MINORS: [u32; {}] = [",
        pool.sets.len()
    );
    for chunk in pool.sets.chunks(10) {
        tables.push('\n');
        for set in chunk {
            let _ = write!(tables, "0x{:04x}_{:04x},", set >> 16, set & 0xffff);
        }
    }
    tables.push_str("\n];\n");
    rows(&mut tables, "Name, minors, first field, the one after the last.", "TYPES", &type_rows);
    rows(
        &mut tables,
        "Name, minors, reference, flags, keys, values, default, embedded structs, Go types.",
        "FIELDS",
        &field_rows,
    );
    rows(&mut tables, "Kind of reference, what it refers to.", "REFS", &pool.rows);
    rows(
        &mut tables,
        "Group, version, kind, type, minors, plural, scope, served, introduced, deprecated, removed, replacement.",
        "KINDS",
        &kind_rows,
    );
    rows(
        &mut tables,
        "Group, version, kind, introduced, deprecated, removed, replacement, note.",
        "REMOVED",
        &removed_rows,
    );
    Ok(vec![
        Generated { path: "src/schema/generated/strings.rs", text: text_file },
        Generated { path: "src/schema/generated/tables.rs", text: tables },
    ])
}
