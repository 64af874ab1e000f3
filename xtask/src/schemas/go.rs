//! Names of Go types, which the server prints: `json: cannot unmarshal number into Go struct field
//! Container.spec.containers.imagePullPolicy of type v1.PullPolicy`, and the embedded structs that stand in its paths
//! (`spec.volumes.VolumeSource.fc.lun`).
//!
//! A small reader of struct declarations; it knows what gofmt writes, no more.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::merge::Type;
use crate::{Result, read};

/// A type declared in a package.
enum Decl {
    /// Fields: Go name, Go type as written, JSON name (`None`: embedded).
    Struct(Vec<(String, String, Option<String>)>),
    /// `type X string`, `type X = Y`.
    Other(String),
}

/// A package: its name as printed, its imports by local name, its types.
#[derive(Default)]
struct Package {
    imports: BTreeMap<String, String>,
    types: BTreeMap<String, Decl>,
}

/// All packages met, by path (`k8s.io/api/core/v1`).
struct Go<'p> {
    root: &'p Path,
    packages: BTreeMap<String, Package>,
}

/// How a field is printed.
#[derive(PartialEq)]
struct Printed {
    /// Its type, then that of its items, and so on.
    levels: Vec<String>,
    /// Embedded structs on the way to it.
    via: Vec<String>,
}

impl Go<'_> {
    fn package(&mut self, path: &str) -> &Package {
        if !self.packages.contains_key(path) {
            let mut package = Package::default();
            for entry in std::fs::read_dir(self.root.join(path)).into_iter().flatten().flatten() {
                let file = entry.path();
                let name = entry.file_name().to_string_lossy().into_owned();
                let source = file.extension().is_some_and(|e| e == "go") && !name.ends_with("_test.go");
                let generated = name.starts_with("zz_") || name == "generated.pb.go";
                if source
                    && !generated
                    && let Ok(text) = read(&file)
                {
                    parse(&text, &mut package);
                }
            }
            self.packages.insert(path.to_owned(), package);
        }
        &self.packages[path]
    }

    /// Package and name of a type as written in `package`.
    fn resolve(&mut self, package: &str, written: &str) -> (String, String) {
        match written.split_once('.') {
            Some((local, name)) => {
                let import = self.package(package).imports.get(local).cloned();
                (import.unwrap_or_else(|| local.to_owned()), name.to_owned())
            }
            None => (package.to_owned(), written.to_owned()),
        }
    }

    /// A type as reflection prints it, and those of what it holds.
    fn levels(&mut self, package: &str, written: &str) -> Vec<String> {
        let written = written.trim_start_matches('*');
        if written == "[]byte" {
            return vec!["[]uint8".into(), "uint8".into()];
        }
        if let Some(item) = written.strip_prefix("[]") {
            let printed = format!("[]{}", self.printed(package, item));
            return [vec![printed], self.levels(package, item)].concat();
        }
        if let Some((key, value)) = written.strip_prefix("map[").and_then(|rest| rest.split_once(']')) {
            let printed = format!("map[{}]{}", self.printed(package, key), self.printed(package, value));
            return [vec![printed], self.levels(package, value)].concat();
        }
        let printed = self.printed(package, written);
        let (home, name) = self.resolve(package, written);
        if let Some(Decl::Other(definition)) = self.package(&home).types.get(&name) {
            let definition = definition.clone();
            let inner = self.levels(&home, definition.trim_start_matches("= "));
            // A name for a list or map: what it holds comes after; an alias is never printed.
            return match definition.strip_prefix("= ") {
                Some(_) => inner,
                None => [vec![printed], inner.into_iter().skip(1).collect()].concat(),
            };
        }
        vec![printed]
    }

    fn printed(&mut self, package: &str, written: &str) -> String {
        if let Some(rest) = written.strip_prefix('*') {
            return format!("*{}", self.printed(package, rest));
        }
        if let Some(rest) = written.strip_prefix("[]") {
            return format!("[]{}", self.printed(package, rest));
        }
        if let Some((key, value)) = written.strip_prefix("map[").and_then(|rest| rest.split_once(']')) {
            return format!("map[{}]{}", self.printed(package, key), self.printed(package, value));
        }
        match written {
            "byte" => return "uint8".into(),
            _ if !written.contains('.') && written.starts_with(|c: char| c.is_ascii_lowercase()) => {
                return written.into();
            }
            _ => {}
        }
        let (home, name) = self.resolve(package, written);
        if let Some(Decl::Other(definition)) = self.package(&home).types.get(&name)
            && let Some(alias) = definition.strip_prefix("= ")
        {
            let alias = alias.to_owned();
            return self.printed(&home, &alias);
        }
        format!("{}.{name}", home.rsplit('/').next().unwrap_or(&home))
    }

    /// Fields of a struct by JSON name, those of embedded structs included.
    fn fields(&mut self, package: &str, name: &str) -> BTreeMap<String, Printed> {
        let mut out = BTreeMap::new();
        let declared = match self.package(package).types.get(name) {
            Some(Decl::Struct(fields)) => fields.clone(),
            Some(Decl::Other(definition)) => {
                let definition = definition.trim_start_matches("= ").to_owned();
                let (home, name) = self.resolve(package, &definition);
                // A name for a scalar has no fields.
                return if self.package(&home).types.contains_key(&name) {
                    self.fields(&home, &name)
                } else {
                    out
                };
            }
            None => return out,
        };
        for (go_name, written, json) in declared {
            if let Some(json) = json {
                let levels = self.levels(package, &written);
                out.insert(json, Printed { levels, via: Vec::new() });
            } else {
                let (home, inner) = self.resolve(package, written.trim_start_matches('*'));
                for (json, mut printed) in self.fields(&home, &inner) {
                    printed.via.insert(0, go_name.clone());
                    out.entry(json).or_insert(printed);
                }
            }
        }
        out
    }
}

/// Adds what a file declares.
fn parse(text: &str, package: &mut Package) {
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.split(" // ").next().unwrap_or(line).trim_end();
        if line == "import (" {
            for line in lines.by_ref().take_while(|l| *l != ")") {
                import(line.trim(), package);
            }
        } else if let Some(one) = line.strip_prefix("import ") {
            import(one, package);
        } else if let Some(declared) = line.strip_prefix("type ") {
            let Some((name, definition)) = declared.split_once(' ') else { continue };
            if definition == "struct {" {
                let fields = lines.by_ref().take_while(|l| *l != "}").filter_map(field).collect();
                package.types.insert(name.into(), Decl::Struct(fields));
            } else if definition == "struct{}" {
                package.types.insert(name.into(), Decl::Struct(Vec::new()));
            } else if !definition.starts_with("interface") && !definition.starts_with("func") {
                package.types.insert(name.into(), Decl::Other(definition.into()));
            }
        }
    }
}

fn import(line: &str, package: &mut Package) {
    let Some((local, path)) = line.split_once('"') else { return };
    let path = path.trim_end_matches('"');
    let local = if local.trim().is_empty() { path.rsplit('/').next().unwrap_or(path) } else { local.trim() };
    package.imports.entry(local.into()).or_insert_with(|| path.into());
}

/// A line of a struct.
fn field(line: &str) -> Option<(String, String, Option<String>)> {
    let line = line.trim();
    if line.starts_with("//") {
        return None;
    }
    let (declared, tags) = line.split_once('`')?;
    let json = tags.split_once("json:\"")?.1.split('"').next()?.split(',').next()?;
    let mut words = declared.split_whitespace();
    let first = words.next()?;
    let name = first.trim_start_matches('*').rsplit('.').next()?;
    match (words.next(), json) {
        (_, "-") => None,
        (None, "") => Some((name.into(), first.into(), None)),
        (None, json) => Some((name.into(), first.into(), Some(json.into()))),
        (Some(ty), "") => Some((name.into(), ty.into(), Some(name.into()))),
        (Some(ty), json) => Some((name.into(), ty.into(), Some(json.into()))),
    }
}

/// What a reader would print knowing only the published type: kcheck does the same, so only the rest is written down.
fn derived(ty: &str) -> Vec<String> {
    if let Some(item) = ty.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        let inner = derived(item);
        return [vec![format!("[]{}", inner[0])], inner].concat();
    }
    if let Some(value) = ty.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
        let inner = derived(value);
        return [vec![format!("map[string]{}", inner[0])], inner].concat();
    }
    match ty {
        "double" => vec!["float64".into()],
        "bytes" => vec!["[]uint8".into(), "uint8".into()],
        "int-or-string" => vec!["intstr.IntOrString".into()],
        "quantity" => vec!["resource.Quantity".into()],
        "time" => vec!["v1.Time".into()],
        "micro-time" => vec!["v1.MicroTime".into()],
        "duration" => vec!["v1.Duration".into()],
        _ if ty.contains('.') => {
            let mut parts = ty.rsplit('.');
            let name = parts.next().unwrap_or_default();
            vec![format!("{}.{name}", parts.next().unwrap_or_default())]
        }
        _ => vec![ty.into()],
    }
}

/// `go.txt`.
pub(crate) fn names(folder: &Path, types: &BTreeMap<String, Type>) -> Result<String> {
    let mut go = Go { root: folder, packages: BTreeMap::new() };
    let mut out = String::from(
        "# How Go names fields, where the published schemas do not tell, written by `cargo xtask schemas --go DIR`.\n\
         # TYPE FIELD [via=EMBEDDED STRUCTS] [TYPE|TYPE OF ITEMS|...]\n",
    );
    let mut found = 0;
    for (name, ty) in types {
        let Some((package, name_in_go)) = name.strip_prefix("io.").and_then(|n| n.rsplit_once('.')) else {
            continue;
        };
        // io.k8s.api.core.v1 is k8s.io/api/core/v1; a dot inside of a folder's name does not occur.
        let path = package.replacen("k8s.", "k8s.io/", 1).replace('.', "/").replacen("k8s/io/", "k8s.io/", 1);
        let fields = go.fields(&path, name_in_go);
        for (field, entries) in &ty.fields {
            let (Some(printed), Some(newest)) = (fields.get(field), entries.first()) else { continue };
            found += 1;
            let plain = derived(&newest.ty);
            let named = printed.levels != plain && newest.ty != "any";
            if !named && printed.via.is_empty() {
                continue;
            }
            let _ = write!(out, "{name} {field}");
            if !printed.via.is_empty() {
                let _ = write!(out, " via={}", printed.via.join("."));
            }
            if named {
                let _ = write!(out, " {}", printed.levels.join("|"));
            }
            out.push('\n');
        }
    }
    if found == 0 {
        return Err(format!("{} holds no folder k8s.io/api", folder.display()));
    }
    Ok(out)
}
