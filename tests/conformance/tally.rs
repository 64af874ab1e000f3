//! Running recordings and counting agreement.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

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

/// Runs all recordings whose path contains one of the arguments (or all), prints one line per file and aspect, writes
/// what differs to `target/conformance/`.
pub fn main(recordings: &[Recording]) -> ExitCode {
    let filters: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let root =
        std::env::var_os("KCHECK_GROUND_TRUTH").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let truth = Truth { root };
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/conformance");
    let _ = std::fs::create_dir_all(&out);
    for recording in recordings {
        if !filters.is_empty() && !filters.iter().any(|f| recording.file.contains(f.as_str())) {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(truth.root.join("conformance").join(recording.file)) else {
            println!("{} not there", recording.file);
            continue;
        };
        let cases: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let mut tally = Tally::default();
        (recording.run)(&truth, &cases, &mut tally);
        for (aspect, (same, all)) in &tally.aspects {
            println!("{} {aspect} {same}/{all}", recording.file);
        }
        let name = recording.file.replace('/', "-");
        let _ = std::fs::write(out.join(format!("{name}.differs")), tally.differing.join("\n"));
    }
    ExitCode::SUCCESS
}
