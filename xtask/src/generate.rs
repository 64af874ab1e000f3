//! `generate`: every generator, and writing or checking what they make.

use std::path::Path;

use crate::{Result, root, tables};

/// A file that is generated: its path below the workspace, and its text.
pub(crate) struct Generated {
    /// Path below the workspace.
    pub(crate) path: &'static str,
    /// The whole text.
    pub(crate) text: String,
}

/// One module a generator; each reads files of this repository only, so that the result depends on nothing else.
type Generator = fn(&Path) -> Result<Vec<Generated>>;

const GENERATORS: &[Generator] = &[tables::generate];

/// Writes all generated files, or fails if one would change.
pub(crate) fn run(check: bool) -> Result<()> {
    let mut stale = Vec::new();
    for generator in GENERATORS {
        for file in generator(root())? {
            let path = root().join(file.path);
            if std::fs::read_to_string(&path).is_ok_and(|text| text == file.text) {
                continue;
            }
            if check {
                stale.push(file.path);
                continue;
            }
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
            }
            std::fs::write(&path, file.text).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!("not up to date: {}; run `cargo xtask generate`", stale.join(", ")))
}
