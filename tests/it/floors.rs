//! The walls of the house. An arrow between floors points down; every third-party crate has its home; in a folder with
//! one file for each thing, every file is in the folder's table. ARCHITECTURE.md says why.

mod scan;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Floors on the same level, which don't use each other: the upper one in `lib.rs` and the one above it in the list.
const BESIDE: &[(&str, &str)] = &[("network", "nodes"), ("scheduler", "controllers")];

/// Where a third-party crate may be named: folders or files below `src/`; an empty path is everywhere. Unit tests may
/// use any (as an oracle, say).
const HOMES: &[(&str, &[&str])] = &[
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("globset", &["source"]),
    ("ignore", &["source"]),
    ("imbl", &["cluster"]),
    ("jiff", &["object", "controllers"]),
    ("jsonschema", &["schema/json_schema.rs"]),
    ("memchr", &[""]),
    ("miette", &["report/text"]),
    ("mimalloc", &["main.rs"]),
    ("notify", &["cli"]),
    ("rayon", &["run", "simulate"]),
    ("regex", &["object/go_regexp"]),
    ("rustc_hash", &[""]),
    // Values that leave the house, or come from outside, as JSON.
    ("serde", &["report", "run", "cli"]),
    ("serde_json", &["report", "run", "cli", "apiserver/stored", "object/json.rs", "schema/json_schema.rs"]),
    ("serde_yaml", &["cli/config"]),
    ("smallvec", &[""]),
    ("similar", &["cli/fix.rs"]),
    ("strsim", &["finding/near.rs", "schema"]),
    ("terminal_size", &["cli"]),
    ("unicode_width", &["report"]),
    ("thiserror", &[""]),
];

/// Folders with one file for each thing; `*` stands for every folder in its place.
const TABLED: &[&str] = &["rules/*", "scheduler/plugins", "controllers"];

/// Files in those folders that are none of the things themselves, but what these share.
const SHARED: &[&str] = &["controllers/context.rs", "rules/yaml/order.rs", "scheduler/plugins/scored.rs"];

/// A file of the library: path below `src/`, and its text.
type File = (String, String);

/// The library as it lies there, in order of path.
fn library() -> Vec<File> {
    fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                collect(root, &path, files);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files
}

/// Crates of `[dependencies]` (and those of a platform) in a manifest, as they are named in code.
fn dependencies(manifest: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let of = |table: &toml::Table| -> Vec<String> {
        let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
        dependencies.into_iter().flat_map(toml::Table::keys).map(|name| name.replace('-', "_")).collect()
    };
    let platforms = manifest.get("target").and_then(toml::Value::as_table);
    let platforms = platforms.into_iter().flat_map(toml::Table::values).filter_map(toml::Value::as_table);
    of(&manifest).into_iter().chain(platforms.flat_map(of)).collect()
}

/// The level of every floor, lowest first, from the order in `lib.rs`.
fn levels(lib: &str) -> BTreeMap<String, usize> {
    let mut levels = BTreeMap::new();
    let mut last = None;
    let mut level = 0;
    for line in lib.lines() {
        let Some(floor) = line.trim().strip_prefix("pub mod ").and_then(|l| l.strip_suffix(';')) else {
            continue;
        };
        let beside = last.is_some_and(|last: &str| BESIDE.contains(&(last, floor)));
        level += usize::from(!beside);
        levels.insert(floor.to_owned(), level);
        last = Some(floor);
    }
    levels
}

/// The floor that a path leads to from a file, if it leads to one: through `crate`, the library's own name or `super`.
fn target<'p>(file: &str, segments: &'p [String], levels: &BTreeMap<String, usize>) -> Option<&'p str> {
    let supers = segments.iter().take_while(|s| *s == "super").count();
    let first = match segments.first()?.as_str() {
        "crate" | "kcheck" => segments.get(1)?,
        // Modules around this file, itself included; more than that leads to the root. (In a module inside of the file
        // one `super` less does; then the next segment is no floor's name.)
        "super" if supers >= file.split('/').count() - usize::from(file.ends_with("/mod.rs")) => {
            segments.get(supers)?
        }
        _ => return None,
    };
    levels.contains_key(first).then_some(first)
}

/// Arrows that don't point down.
fn arrows(files: &[File], levels: &BTreeMap<String, usize>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, text) in files {
        let Some((from, _)) = file.split_once('/') else { continue };
        let Some(level) = levels.get(from) else {
            wrong.push(format!(
                "src/{file}: `{from}` is no floor; `pub mod {from};` in src/lib.rs makes it one"
            ));
            continue;
        };
        for path in scan::paths(text) {
            let Some(to) = target(file, &path.segments, levels) else { continue };
            if to != from && levels[to] >= *level {
                let how = if levels[to] == *level { "beside" } else { "above" };
                wrong.push(format!(
                    "src/{file}:{}: `{}` uses `{to}`, which lies {how} `{from}`; move what both need to a floor below them",
                    path.line,
                    path.segments.join("::"),
                ));
            }
        }
    }
    wrong
}

/// Crates named outside their homes, dependencies without one, homes without a dependency.
fn homeless(files: &[File], dependencies: &[String], homes: &[(&str, &[&str])]) -> Vec<String> {
    let mut wrong = Vec::new();
    for name in dependencies {
        if !homes.iter().any(|(home, _)| home == name) {
            wrong.push(format!(
                "Cargo.toml: `{name}` has no home; say in HOMES (tests/it/floors.rs) and in ARCHITECTURE.md where it is used"
            ));
        }
    }
    for (name, _) in homes {
        if !dependencies.iter().any(|d| d == name) {
            wrong.push(format!("tests/it/floors.rs: `{name}` has a home and is no dependency (any more)"));
        }
    }
    for (file, text) in files {
        for path in scan::paths(text).iter().filter(|path| !path.test) {
            let Some((name, places)) = homes.iter().find(|(name, _)| *name == path.segments[0]) else {
                continue;
            };
            let at_home = places.iter().any(|place| {
                file.strip_prefix(place)
                    .is_some_and(|rest| place.is_empty() || rest.is_empty() || rest.starts_with(['/', '.']))
            });
            if !at_home {
                wrong.push(format!(
                    "src/{file}:{}: `{name}` is at home in {} only; ask that module for what it can do",
                    path.line,
                    places.iter().map(|p| format!("src/{p}")).collect::<Vec<_>>().join(" and "),
                ));
            }
        }
    }
    wrong
}

/// Files of a one-file-each folder that are in no table of the folder's `mod.rs` (or of the one above it).
fn untabled(files: &[File], folders: &[&str], shared: &[&str]) -> Vec<String> {
    let names: BTreeMap<&str, &str> =
        files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    let mut wrong: Vec<String> = shared
        .iter()
        .filter(|file| !names.contains_key(*file))
        .map(|file| format!("tests/it/floors.rs: SHARED names `{file}`, which is not there (any more)"))
        .collect();
    for (file, _) in files {
        let Some((folder, name)) = file.rsplit_once('/') else { continue };
        let Some(pattern) = folders.iter().find(|pattern| matches(pattern, folder)) else { continue };
        let stem = name.strip_suffix(".rs").unwrap_or(name);
        let lists = |table: &str| names.get(table).is_some_and(|text| in_table(text, stem));
        let own = format!("{folder}/mod.rs");
        let above = folder.rsplit_once('/').map(|(above, _)| format!("{above}/mod.rs"));
        let above = above.filter(|_| pattern.ends_with('*'));
        if stem != "mod"
            && !shared.contains(&file.as_str())
            && !lists(&own)
            && !above.is_some_and(|above| lists(&above))
        {
            wrong.push(format!("src/{file}: is in no table of src/{own}; a line there makes it known (a helper belongs into SHARED in tests/it/floors.rs)"));
        }
    }
    wrong
}

/// True if a table in the text of a `mod.rs` names the module, or something that was brought out of it by `use`.
fn in_table(text: &str, module: &str) -> bool {
    let brought_out: Vec<String> = scan::paths(text)
        .into_iter()
        .filter(|path| path.segments.len() > 1 && path.segments[path.segments.len() - 2] == module)
        .filter_map(|mut path| path.segments.pop())
        .collect();
    scan::tabled(text).iter().any(|name| name == module || brought_out.contains(name))
}

fn matches(pattern: &str, folder: &str) -> bool {
    let (pattern, folder): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), folder.split('/').collect());
    pattern.len() == folder.len() && pattern.iter().zip(&folder).all(|(p, f)| *p == "*" || p == f)
}

fn assert_none(wrong: &[String]) {
    let mut text = String::new();
    for line in wrong {
        let _ = writeln!(text, "  {line}");
    }
    assert!(wrong.is_empty(), "\n{text}");
}

#[test]
fn arrows_point_down() {
    let files = library();
    let lib = &files.iter().find(|(file, _)| file == "lib.rs").unwrap().1;
    assert_none(&arrows(&files, &levels(lib)));
}

#[test]
fn crates_stay_at_home() {
    let manifest = include_str!("../../Cargo.toml");
    assert_none(&homeless(&library(), &dependencies(manifest), HOMES));
}

#[test]
fn the_page_names_every_crate() {
    let page = include_str!("../../ARCHITECTURE.md");
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
    for section in ["dependencies", "dev-dependencies"] {
        for name in manifest[section].as_table().unwrap().keys() {
            let row = page.lines().find(|line| line.starts_with('|') && line.contains(name.as_str()));
            assert!(
                row.is_some(),
                "ARCHITECTURE.md: the table of third-party crates says nothing of `{name}`"
            );
        }
    }
}

#[test]
fn every_file_is_in_its_table() {
    assert_none(&untabled(&library(), TABLED, SHARED));
}

mod the_check_fails {
    use super::*;

    fn files(files: &[(&str, &str)]) -> Vec<File> {
        files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect()
    }

    fn house() -> BTreeMap<String, usize> {
        levels("pub mod finding;\n\n/// x\npub mod network;\n\npub mod nodes;\npub mod plan;\n")
    }

    #[test]
    fn levels_come_from_the_list() {
        let levels: Vec<_> = house().into_iter().collect();
        let expected = [("finding", 1), ("network", 2), ("nodes", 2), ("plan", 3)];
        assert_eq!(levels, expected.map(|(floor, level)| (floor.to_owned(), level)));
    }

    #[test]
    fn on_an_arrow_that_points_up_or_sideways() {
        let files = files(&[
            ("finding/mod.rs", "use crate::{finding::Code, plan::Plan};"),
            ("network/dns.rs", "fn f() {\n    crate::nodes::x();\n    crate::finding::y();\n}"),
            ("plan/diff.rs", "use super::super::nodes;\nuse super::nodes;\n// crate::run"),
            ("nodes/mod.rs", "use super::plan::Plan;\nuse kcheck::plan;"),
            ("attic/mod.rs", ""),
        ]);
        let wrong = arrows(&files, &house());
        let places: Vec<&str> = wrong.iter().map(|w| w.split(": ").next().unwrap()).collect();
        assert_eq!(
            places,
            [
                "src/finding/mod.rs:1",
                "src/network/dns.rs:2",
                "src/nodes/mod.rs:1",
                "src/nodes/mod.rs:2",
                "src/attic/mod.rs"
            ]
        );
        assert!(
            wrong[1].contains("`crate::nodes::x` uses `nodes`, which lies beside `network`"),
            "{wrong:?}"
        );
    }

    #[test]
    fn on_a_crate_outside_its_home_or_without_one() {
        let files = files(&[
            ("report/text/mod.rs", "use miette::Report;"),
            ("report/textual.rs", "use miette::Report;"),
            (
                "plan/mod.rs",
                "#[derive(miette::Diagnostic)]\nstruct A;\n#[cfg(test)]\nmod tests { use miette::Report; }",
            ),
            ("plan/bytes.rs", "use mem_chr::find;\nuse crate::miette;"),
        ]);
        let dependencies = dependencies("[dependencies]\nmiette = \"7\"\nmem-chr = \"2\"\nnewcomer = \"1\"");
        let homes: &[(&str, &[&str])] = &[("mem_chr", &[""]), ("miette", &["report/text"]), ("gone", &[""])];
        let wrong = homeless(&files, &dependencies, homes);
        let starts: Vec<&str> = wrong.iter().map(|w| w.split(' ').next().unwrap()).collect();
        assert_eq!(
            starts,
            ["Cargo.toml:", "tests/it/floors.rs:", "src/report/textual.rs:1:", "src/plan/mod.rs:1:"]
        );
        assert!(wrong[0].contains("`newcomer` has no home"), "{wrong:?}");
    }

    #[test]
    fn on_a_file_that_is_in_no_table() {
        let files = files(&[
            ("rules/mod.rs", "mod image;\npub static RULES: &[&Rule] = &[&image::latest::RULE];"),
            ("rules/image/mod.rs", "pub mod latest;\npub mod digest;\nmod names;"),
            ("rules/image/latest.rs", "pub static RULE: Rule = Rule {};"),
            ("rules/image/digest.rs", "pub static RULE: Rule = Rule {};"),
            ("rules/image/names.rs", "pub(super) fn tag() {}\npub const fn tags() {}"),
            ("rules/framework.rs", "pub struct Rule {}"),
            ("controllers/mod.rs", "mod job;\nconst ALL: &[fn()] = &[job::sync];"),
            ("controllers/job.rs", "pub const NAME: &str = \"job\";"),
            (
                "scheduler/plugins/mod.rs",
                "mod fit;\nmod gone;\npub use fit::Fit;\npub use gone::Gone;\nconst ALL: &[&dyn P] = &[&Fit];",
            ),
            ("scheduler/plugins/fit.rs", "pub struct Fit;"),
            ("scheduler/plugins/gone.rs", "pub struct Gone;"),
        ]);
        let wrong = untabled(&files, TABLED, &["rules/image/names.rs", "controllers/gone.rs"]);
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(wrong[0].contains("SHARED names `controllers/gone.rs`"), "{wrong:?}");
        assert!(wrong[2].starts_with("src/scheduler/plugins/gone.rs: is in no table"), "{wrong:?}");
        assert!(wrong[1].starts_with("src/rules/image/digest.rs: is in no table of src/rules/image/mod.rs"));
    }
}
