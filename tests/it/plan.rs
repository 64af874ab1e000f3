//! Stories of trees and what becomes of them: `tests/fixtures/plan/*.md`.
//!
//! Under a heading stand `yaml` blocks: the tree, or, marked `yaml base`, what was applied before. The `text` block
//! behind them is the plan. `KCHECK_UPDATE_PLANS=1` writes what is printed now into the pages.

use std::path::Path;

use kcheck::finding::{Profile, Settings};
use kcheck::report::plan::write;
use kcheck::report::text::Look;
use kcheck::run::{Options, plan};

use super::fixtures::blocks;

#[test]
fn stories() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/plan");
    let mut pages: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let mut wrong = Vec::new();
    for page in pages {
        let mut text = std::fs::read_to_string(&page).unwrap();
        let (mut tree, mut base) = (Vec::new(), Vec::new());
        for block in blocks(&text.clone()) {
            match block.language {
                "yaml" => tree.push(block.text),
                "yaml base" => base.push(block.text),
                "text" => {
                    let printed = printed(&std::mem::take(&mut tree), &std::mem::take(&mut base));
                    if printed != block.text {
                        wrong.push(format!("{}:{}\n{printed}", page.display(), block.line));
                        text = text.replace(
                            &format!("```text\n{}```", block.text),
                            &format!("```text\n{printed}```"),
                        );
                    }
                }
                _ => {}
            }
        }
        if std::env::var_os("KCHECK_UPDATE_PLANS").is_some() {
            std::fs::write(&page, text).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The plan of a tree, which is the same when it is made again.
fn printed(tree: &[String], base: &[String]) -> String {
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
        paths: vec![put("tree", tree)],
        settings: Settings::of(&[Profile::Server, Profile::Plan]),
        base: if base.is_empty() { Vec::new() } else { vec![put("base", base)] },
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
