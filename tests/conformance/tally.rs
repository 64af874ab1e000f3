//! Running recordings, counting agreement, holding it against the levels.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Deserialize;
use serde_json::Value;

use crate::levels::{Hundredths, Levels};

/// A recording and how it is asked.
#[derive(Clone, Copy)]
pub struct Recording {
    /// Path below `conformance/`.
    pub file: &'static str,
    /// Asks kcheck all cases, and tells the tally.
    pub run: fn(&Truth, &[Value], &mut Tally),
}

/// Where the truth lies.
pub struct Truth {
    /// The folder that holds `conformance/` and maybe `corpus/`.
    pub root: PathBuf,
}

impl Truth {
    /// The folder that `KCHECK_GROUND_TRUTH` names; else `../shared` beside the repository; else its own sample.
    fn find() -> Result<Self, String> {
        if let Some(root) = std::env::var_os("KCHECK_GROUND_TRUTH") {
            let root = PathBuf::from(root);
            if root.join("conformance").is_dir() {
                return Ok(Self { root });
            }
            return Err(format!(
                "KCHECK_GROUND_TRUTH: there is no folder `conformance` in {}",
                root.display()
            ));
        }
        let shared = repository().join("../shared");
        let root = if shared.join("conformance").is_dir() { shared } else { sample() };
        Ok(Self { root })
    }

    fn is_sample(&self) -> bool {
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        real(&self.root) == real(&sample())
    }

    /// The recordings that lie there, as paths below `conformance/`, in order. `corpus-crds.jsonl` asks nothing, it
    /// belongs to `corpus.jsonl`.
    fn recordings(&self) -> BTreeSet<String> {
        let root = self.root.join("conformance");
        let mut found = BTreeSet::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() && folder == root {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "jsonl") {
                    let below = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy();
                    found.insert(below.replace('\\', "/"));
                }
            }
        }
        found.remove("corpus-crds.jsonl");
        found
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sample() -> PathBuf {
    repository().join("tests/conformance/sample")
}

/// What agreed in one recording.
#[derive(Default)]
pub struct Tally {
    aspects: BTreeMap<&'static str, (usize, usize)>,
    differing: Vec<String>,
}

impl Tally {
    /// One question of one case: `aspect` agreed or not; `detail` tells the difference (ours and theirs).
    pub fn ask(&mut self, aspect: &'static str, id: &str, agrees: bool, detail: impl FnOnce() -> String) {
        let (same, all) = self.aspects.entry(aspect).or_default();
        *all += 1;
        if agrees {
            *same += 1;
        } else {
            self.differing.push(format!("{aspect}\t{id}\t{}", detail().replace('\n', "\\n")));
        }
    }
}

/// Runs the recordings whose path contains one of the arguments (or all), prints one line per file and aspect, writes
/// what differs to `target/conformance/`, and fails where agreement is below its level. The last line counts the
/// aspects: `N passed, N failed`.
pub fn main(recordings: &[Recording]) -> ExitCode {
    match run(recordings) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(text) => {
            println!("{text}");
            ExitCode::from(2)
        }
    }
}

fn run(recordings: &[Recording]) -> Result<usize, String> {
    let filters: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let wanted = |file: &str| filters.is_empty() || filters.iter().any(|f| file.contains(f.as_str()));
    let truth = Truth::find()?;
    let table = if truth.is_sample() { "sample" } else { "full" };
    let levels_at = repository().join("tests/conformance/levels.toml");
    let mut levels = Levels::read(&levels_at)?;
    let raise = std::env::var_os("KCHECK_RAISE_LEVELS").is_some_and(|v| v == "1");
    println!("recordings of {} (levels: {table})", truth.root.display());

    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut missing = BTreeSet::new();
    for recording in recordings.iter().filter(|r| wanted(r.file)) {
        let Some(cases) = cases(&truth.root.join("conformance").join(recording.file))? else {
            missing.insert(shown(recording.file));
            continue;
        };
        (recording.run)(&truth, &cases, tallies.entry(shown(recording.file)).or_default());
    }

    let (mut passed, mut failed, mut failures) = (0_usize, 0_usize, Vec::new());
    let mut met = BTreeSet::new();
    for (file, tally) in &tallies {
        for (aspect, (same, all)) in &tally.aspects {
            println!("{file} {aspect} {same}/{all}");
            let key = format!("{file} {aspect}");
            let known = levels.knows(table, &key);
            match levels.judge(table, &key, Hundredths::of(*same, *all)) {
                Ok(()) => passed += 1,
                Err(_) if raise && !known => passed += 1,
                Err(why) => {
                    failed += 1;
                    failures.push(why);
                }
            }
            met.insert(key);
        }
        write_differing(file, &tally.differing)?;
    }
    for file in &missing {
        println!("{file} not there");
    }
    for file in truth.recordings() {
        if wanted(&file) && !recordings.iter().any(|r| r.file == file) {
            println!("{file} not yet asked");
        }
    }
    // A question that is not asked any more must not go unnoticed.
    for key in levels.keys(table) {
        let asked_here = tallies.keys().any(|file| key.split_once(' ').is_some_and(|(of, _)| of == *file));
        if asked_here && !met.contains(&key) {
            failed += 1;
            failures.push(format!("{key}: has a level in [{table}], and nothing asks it any more"));
        }
    }
    if raise {
        levels.write(&levels_at)?;
        println!("levels of [{table}] raised to what was reached");
    }
    if !failures.is_empty() {
        println!("\n{}\n", failures.join("\n"));
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed)
}

/// The path of a recording below the folder of truth; `conformance/` goes without saying.
fn shown(file: &str) -> &str {
    file.trim_start_matches("../")
}

/// The cases of a recording; none if it is not there.
fn cases(path: &Path) -> Result<Option<Vec<Value>>, String> {
    let Ok(text) = std::fs::read_to_string(path) else { return Ok(None) };
    let cases: Result<Vec<Value>, String> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
        .map(|(i, line)| {
            json(&line.replace(":Infinity", ":\"Infinity\""))
                .map_err(|e| format!("{}:{}: no JSON: {e}", path.display(), i + 1))
        })
        .collect();
    cases.map(Some)
}

/// Reads JSON of any depth: some recordings are about depth. (One holds an infinity, which is no JSON.)
pub fn json(text: &str) -> serde_json::Result<Value> {
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.disable_recursion_limit();
    let value = Value::deserialize(&mut reader)?;
    reader.end().map(|()| value)
}

/// Ids that differ, with ours and theirs, one a line.
fn write_differing(file: &str, differing: &[String]) -> Result<(), String> {
    let folder = repository().join("target/conformance");
    let path = folder.join(format!("{}.differs", file.replace('/', "-")));
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&path, differing.join("\n")))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}
