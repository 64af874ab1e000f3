//! Any bytes as a file that is mended: what could be read can be read, no key is there twice that was there once, and mending
//! again changes nothing.

use std::sync::Arc;

use kcheck::finding::{FileId, Profile, Settings};
use kcheck::run::{Options, mended};
use kcheck::source::Source;
use kcheck::yaml;

/// Documents, those that nobody reads, and keys that are there twice.
fn numbers(text: &str) -> (usize, usize, usize) {
    let source = Arc::new(Source::new("fuzz.yaml", text.as_bytes().to_vec()));
    let (documents, _) = yaml::parse(&source, FileId(0));
    let broken = documents.iter().filter(|document| document.broken).count();
    let twice = documents.iter().map(|document| yaml::duplicate_keys(document).len()).sum();
    (documents.len(), broken, twice)
}

/// One input.
pub fn run(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join("fuzz.yaml");
    if std::fs::write(&path, bytes).is_err() {
        return;
    }
    let all = [Profile::Server, Profile::Recommended, Profile::Security, Profile::Pedantic];
    let options = |paths| Options { paths, settings: Settings::of(&all), ..Options::default() };
    // Several rounds may be left after a run: mending stops when nothing is left.
    for _ in 0..4 {
        let Ok((fixed, _)) = mended(&options(vec![path.clone()]), true) else { return };
        let Some(fixed) = fixed.first() else { return };
        let (before, after) = (numbers(fixed.before.text()), numbers(&fixed.after));
        assert!(after.1 <= before.1, "{before:?} {after:?}\n{}", fixed.after);
        // Keys of what nobody could read are counted once it can be read.
        assert!(after.2 <= before.2 || after.1 < before.1, "{before:?} {after:?}\n{}", fixed.after);
        // What stands around a separator that is none counts for one as well, until it is mended.
        assert!(after.0 - after.1 >= before.0 - before.1, "a document is lost\n{}", fixed.after);
        if std::fs::write(&path, &fixed.after).is_err() {
            return;
        }
    }
    panic!("never at rest: {:?}", std::fs::read_to_string(&path));
}
