//! Stories of the command line: Markdown with files and what is typed, and what is printed.
//!
//! `tests/fixtures/cli/*.md` is prose with fenced blocks. One whose first words are a language and a path is a file that is
//! written below a new folder (`gone` instead of a language takes it away). A `console` block is what somebody types there,
//! in a terminal of 80 columns, and sees: standard output, then standard error, then the exit status if it is not 0.
//! `KCHECK_UPDATE_CLI=1` writes what is printed now into the page.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::fixtures::blocks;

#[test]
fn stories() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cli");
    let mut pages: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    assert!(!pages.is_empty());
    let mut wrong = Vec::new();
    for path in pages {
        let page = std::fs::read_to_string(&path).unwrap();
        let now = play(&page);
        if now == page {
            continue;
        }
        if std::env::var_os("KCHECK_UPDATE_CLI").is_some() {
            std::fs::write(&path, now).unwrap();
        } else {
            wrong.push(format!("{}: what is printed now:\n{now}", path.display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "`KCHECK_UPDATE_CLI=1 cargo test cli::` writes it there\n\n{}",
        wrong.join("\n")
    );
}

/// The page, with what is printed now.
fn play(page: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut now = page.to_owned();
    for block in blocks(page) {
        let (language, path) = block.language.split_once(' ').unwrap_or((block.language, ""));
        let path = folder.path().join(path);
        match language {
            "console" => {
                let mut printed = String::new();
                for typed in block.text.lines().filter_map(|line| line.strip_prefix("$ ")) {
                    let _ = write!(printed, "$ {typed}\n{}", run(typed, folder.path()));
                }
                let (old, new) =
                    (format!("```console\n{}```", block.text), format!("```console\n{printed}```"));
                assert!(now.contains(&old));
                now = now.replacen(&old, &new, 1);
            }
            "gone" => std::fs::remove_file(path).unwrap(),
            "" => {}
            _ => {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, &block.text).unwrap();
            }
        }
    }
    now
}

/// What a command prints. It is a line of the shell, with `kcheck` in the path.
fn run(typed: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_kcheck"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(
        std::iter::once(program.parent().unwrap().to_owned()).chain(std::env::split_paths(&path)),
    );
    let output = Command::new("sh")
        .args(["-c", typed])
        .current_dir(folder)
        .env("PATH", path.unwrap())
        .env("COLUMNS", "80")
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    text.push_str(&String::from_utf8(output.stderr).unwrap());
    let text = text.replace(folder.to_str().unwrap(), "FOLDER");
    let status = output.status.code().unwrap();
    if status == 0 { text } else { format!("{text}[exit status {status}]\n") }
}

/// `--watch` prints again when a file changes, what it prints then is that of the new text, and what is no manifest
/// wakes nobody.
#[test]
fn watching() {
    let folder = tempfile::tempdir().unwrap();
    let web = folder.path().join("web.yaml");
    std::fs::write(&web, "kind: [\n").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kcheck"))
        .args(["check", "--watch", "--profile", "server", "--format", "concise"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let (sender, lines) = std::sync::mpsc::channel();
    let out = BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let next = |seconds| lines.recv_timeout(Duration::from_secs(seconds)).ok();

    let first = next(60);
    // A change that nobody reads, and one of the manifest.
    std::fs::write(folder.path().join("notes.txt"), "nothing").unwrap();
    let quiet = next(1);
    std::fs::write(&web, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndatta: {}\n").unwrap();
    let second = next(60);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(first.as_ref().is_some_and(|line| line.contains("error[yaml/syntax]")), "{first:?}");
    assert_eq!(quiet, None);
    assert!(second.as_ref().is_some_and(|line| line.contains("error[schema/unknown-field]")), "{second:?}");
}
