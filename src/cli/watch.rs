//! `--watch`: run again whenever a file changes.
//!
//! What is read is known only to the run, so everything below the given paths is watched, and the folder of the
//! configuration. Editors write in several steps; a run waits until nothing has changed for a moment.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::args::Common;
use super::{Failure, config};

/// So long nothing may change before it is looked at.
const QUIET: Duration = Duration::from_millis(80);

/// Runs once, or with `--watch` again and again until the program is interrupted.
pub(super) fn watched(
    common: &Common,
    beside: &[PathBuf],
    mut run: impl FnMut() -> Result<u8, Failure>,
) -> Result<u8, Failure> {
    if !common.watch {
        return run();
    }
    if common.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::Text("--watch: standard input does not change".to_owned()));
    }
    let wrong = |error: notify::Error| Failure::Text(format!("--watch: {error}"));
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // The other end is gone when the program ends.
        if event.as_ref().is_ok_and(matters) {
            let _ = sender.send(());
        }
    })
    .map_err(wrong)?;
    for path in watched_paths(common, beside) {
        watcher.watch(&path, RecursiveMode::Recursive).map_err(wrong)?;
    }
    loop {
        clear()?;
        match run() {
            Ok(_) => {}
            Err(Failure::Pipe) => return Err(Failure::Pipe),
            // What is wrong now may be mended with the next change.
            Err(failure) => drop(failure.tell()),
        }
        writeln!(io::stderr(), "Waiting for changes; Ctrl-C ends.")?;
        if !changed(&changes) {
            return Err(Failure::Text("--watch: files can no longer be watched".to_owned()));
        }
    }
}

/// True for what changes the text of a file, or which files there are; reading is no change.
fn matters(event: &Event) -> bool {
    !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(|path| is_read(path))
}

/// Files that a run may read, and folders. What kcheck or an editor writes beside them is nothing.
fn is_read(path: &Path) -> bool {
    if path.components().any(|part| part.as_os_str() == ".git") {
        return false;
    }
    let Some(extension) = path.extension().and_then(|extension| extension.to_str()) else { return true };
    ["yaml", "yml", "json"].contains(&extension) || path.is_dir()
}

/// Waits for a change, and until it is quiet again. False if none can come any more.
fn changed(changes: &Receiver<()>) -> bool {
    if changes.recv().is_err() {
        return false;
    }
    while changes.recv_timeout(QUIET).is_ok() {}
    true
}

/// Folders and files to watch. Of a glob it is the folder in front of the first wildcard.
fn watched_paths(common: &Common, beside: &[PathBuf]) -> Vec<PathBuf> {
    let files = [&common.config, &common.baseline].into_iter().flatten();
    let given = common.paths.iter().chain(&common.cluster).chain(&common.crds).chain(beside).chain(files);
    let mut paths: Vec<PathBuf> = given.map(|path| existing(path)).collect();
    // A configuration that appears counts too; the working folder itself is rarely large without being checked.
    if let Some(found) = config::nearest().filter(|_| !common.no_config) {
        paths.push(found);
    }
    paths.sort();
    paths.dedup();
    paths
}

/// The longest part of a path that exists.
fn existing(path: &Path) -> PathBuf {
    let found = path.ancestors().find(|ancestor| ancestor.exists());
    match found {
        Some(found) if !found.as_os_str().is_empty() => found.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// An empty screen for every run; in a pipe an empty line must do.
fn clear() -> io::Result<()> {
    let mut out = io::stdout();
    if out.is_terminal() {
        // Home, clear what is below, clear what has scrolled away.
        out.write_all(b"\x1b[H\x1b[2J\x1b[3J")?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read() {
        assert!(is_read(Path::new("a/web.yaml")) && is_read(Path::new("a/folder")));
        assert!(!is_read(Path::new(".git/index.yaml")) && !is_read(Path::new("a/web.yaml.swp")));
    }

    #[test]
    fn of_a_glob_the_folder() {
        assert_eq!(existing(Path::new("src/*/nothing.yaml")), Path::new("src"));
        assert_eq!(existing(Path::new("*.nothing")), Path::new("."));
    }
}
