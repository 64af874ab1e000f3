//! The transcript in README.md is what the program prints.

use std::path::Path;
use std::process::Command;

const START: &str = "```console\n$ kcheck plan fixtures/shop\n";

/// `KCHECK_UPDATE_README=1` writes what is printed now into the page.
#[test]
fn the_transcript_is_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_kcheck"))
        .args(["plan", "fixtures/shop"])
        .current_dir(root)
        .env_remove("COLUMNS")
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "problems are found in fixtures/shop");
    let printed = String::from_utf8(output.stdout).unwrap();

    let page = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (before, rest) = page.split_once(START).expect("README.md has the transcript");
    let (transcript, after) = rest.split_once("```\n").expect("the transcript ends");
    if transcript == printed {
        return;
    }
    if std::env::var_os("KCHECK_UPDATE_README").is_some() {
        std::fs::write(root.join("README.md"), format!("{before}{START}{printed}```\n{after}")).unwrap();
        return;
    }
    panic!(
        "README.md shows another plan of fixtures/shop than this; `KCHECK_UPDATE_README=1 cargo test readme` writes \
         it there:\n\n{printed}"
    );
}
