//! Stories of trees and what becomes of them: `tests/fixtures/plan/*.md`.
//!
//! Under a heading stand `yaml` blocks: the tree; marked `yaml base`, what was applied before; marked `yaml cluster`, an export;
//! `nodes` blocks are what `--nodes` is given, `explain`, `how-many` and `nodes-needed` blocks what the options of these names are given, a line each. The `text` block behind them is the plan. `KCHECK_UPDATE_PLANS=1` writes what is printed now into the pages.

use std::ops::Range;
use std::path::Path;

use kcheck::finding::{Profile, Settings};
use kcheck::report::plan::write;
use kcheck::report::text::Look;
use kcheck::run::{Base, Options, plan};

use super::fixtures::blocks;

#[test]
fn stories() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/plan");
    let mut pages: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let mut wrong = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut written: Vec<(Range<usize>, String)> = Vec::new();
        let mut story = Story::default();
        for block in blocks(&text) {
            match block.language {
                "yaml" => story.tree.push(block.text),
                "yaml base" => story.base.push(block.text),
                "yaml cluster" => story.cluster.push(block.text),
                "nodes" => story.nodes.extend(block.text.lines().map(str::to_owned)),
                "how-many" => story.how_many.extend(block.text.lines().map(str::to_owned)),
                "nodes-needed" => story.nodes_needed = Some(block.text.trim().to_owned()),
                "explain" => story.explain.extend(block.text.lines().map(str::to_owned)),
                "text" => {
                    let printed = std::mem::take(&mut story).printed();
                    if printed != block.text {
                        wrong.push(format!("{}:{}\n{printed}", page.display(), block.line));
                        let from = block.line - 1;
                        written.push((from..from + block.text.lines().count(), printed));
                    }
                }
                _ => {}
            }
        }
        if std::env::var_os("KCHECK_UPDATE_PLANS").is_some() {
            for (range, printed) in written.into_iter().rev() {
                lines.splice(range, printed.lines().map(str::to_owned));
            }
            std::fs::write(&page, lines.join("\n") + "\n").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What stands before a plan.
#[derive(Default)]
struct Story {
    /// Files of the tree.
    tree: Vec<String>,
    /// What was applied before.
    base: Vec<String>,
    /// An export.
    cluster: Vec<String>,
    /// `--nodes`
    nodes: Vec<String>,
    /// `--explain`
    explain: Vec<String>,
    /// `--how-many`
    how_many: Vec<String>,
    /// `--nodes-needed`
    nodes_needed: Option<String>,
}

impl Story {
    /// The plan, which is the same when it is made again.
    fn printed(&self) -> String {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, files: &[String]| {
            let folder = folder.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            for (i, text) in files.iter().enumerate() {
                std::fs::write(folder.join(format!("{}.yaml", i + 1)), text).unwrap();
            }
            folder
        };
        let options = Options {
            paths: vec![put("tree", &self.tree)],
            cluster: if self.cluster.is_empty() { Vec::new() } else { vec![put("cluster", &self.cluster)] },
            nodes: self.nodes.clone(),
            explain: self.explain.clone(),
            how_many: self.how_many.clone(),
            nodes_needed: self.nodes_needed.clone(),
            settings: Settings::of(&[Profile::Server, Profile::Plan]),
            base: if self.base.is_empty() { Vec::new() } else { vec![Base::Path(put("base", &self.base))] },
            ..Options::default()
        };
        let once = || {
            let report = plan(&options).unwrap();
            let mut out = Vec::new();
            write(&report, report.plan.as_ref().unwrap(), &Look::default(), &mut out).unwrap();
            String::from_utf8(out).unwrap().replace(&format!("{}/", folder.path().display()), "")
        };
        let first = once();
        assert_eq!(first, once());
        first
    }
}
