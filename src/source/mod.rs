//! Which files, their bytes, byte offset to line and column.

mod git;
mod globs;
mod lines;
pub mod uri;
mod utf16;
mod walk;

pub use git::{GitError, read_revision};
pub use globs::Globs;
pub use lines::Lines;
pub use walk::{
    EXTENSIONS, Entry, How, IGNORE_FILE, MAX_BYTES, Trouble, Unread, Usage, list, read, read_reusing,
};

use crate::finding::FileId;

/// A file's text. Always valid UTF-8: an invalid byte was replaced by `?`, and its offset remembered, so that
/// offsets stay those of the file and documents without invalid bytes can be read.
#[derive(Debug)]
pub struct Source {
    path: String,
    text: Box<str>,
    invalid: Vec<u32>,
    invalid_bytes: Vec<u8>,
    lines: Lines,
}

impl Source {
    /// The source at `path` (as people should see it) with these bytes.
    pub fn new(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        let (text, invalid, invalid_bytes) = match String::from_utf8(bytes) {
            Ok(text) => (text.into_boxed_str(), Vec::new(), Vec::new()),
            Err(error) => mask_invalid(error.into_bytes()),
        };
        Self::of(path.into(), text, invalid, invalid_bytes)
    }

    /// The same from bytes that stay where they are: one piece of memory, just as large as the text.
    pub(crate) fn copied(path: impl Into<String>, bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::of(path.into(), text.into(), Vec::new(), Vec::new()),
            Err(_) => Self::new(path, bytes.to_vec()),
        }
    }

    fn of(path: String, text: Box<str>, invalid: Vec<u32>, invalid_bytes: Vec<u8>) -> Self {
        Self { path, text, invalid, invalid_bytes, lines: Lines::default() }
    }

    /// Path as it is printed: relative to where kcheck was started if it was given so.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text, invalid bytes masked by `?`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Offsets of bytes that are not UTF-8, ascending.
    pub fn invalid(&self) -> &[u32] {
        &self.invalid
    }

    /// The byte at an offset that is not UTF-8, as it is in the file.
    pub fn invalid_byte(&self, offset: u32) -> Option<u8> {
        self.invalid.binary_search(&offset).ok().and_then(|i| self.invalid_bytes.get(i).copied())
    }

    /// Line and column (in Unicode scalar values), both from 1, of a byte offset.
    pub fn position(&self, offset: u32) -> (u32, u32) {
        self.lines.position(&self.text, offset)
    }

    /// Byte offset at which line `line` (from 1) starts; the end of the text for a line beyond the last.
    pub fn line_start(&self, line: u32) -> u32 {
        self.lines.start(&self.text, line)
    }

    /// Number of lines.
    pub fn line_count(&self) -> u32 {
        self.lines.count(&self.text)
    }
}

fn mask_invalid(mut bytes: Vec<u8>) -> (Box<str>, Vec<u32>, Vec<u8>) {
    let (mut invalid, mut invalid_bytes) = (Vec::new(), Vec::new());
    let mut from = 0;
    while let Err(error) = std::str::from_utf8(&bytes[from..]) {
        let bad = from + error.valid_up_to();
        let len = error.error_len().unwrap_or(bytes.len() - bad);
        for (i, byte) in bytes[bad..bad + len].iter_mut().enumerate() {
            invalid_bytes.push(*byte);
            *byte = b'?';
            invalid.push((bad + i) as u32);
        }
        from = bad + len;
    }
    // Every invalid byte is ASCII now.
    (String::from_utf8(bytes).unwrap_or_default().into_boxed_str(), invalid, invalid_bytes)
}

/// The files of a run, numbered in order of path.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<std::sync::Arc<Source>>,
}

impl Sources {
    /// Adds a file and numbers it.
    pub fn add(&mut self, source: std::sync::Arc<Source>) -> FileId {
        self.files.push(source);
        FileId(self.files.len() as u32 - 1)
    }

    /// The file of that number.
    pub fn get(&self, file: FileId) -> &std::sync::Arc<Source> {
        &self.files[file.0 as usize]
    }

    /// All files in order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(i as u32), &**f))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True if none was met.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_bytes_keep_offsets() {
        let source = Source::new("x", b"a: \xe9\nb: 1\n".to_vec());
        assert_eq!(source.text(), "a: ?\nb: 1\n");
        assert_eq!(source.invalid(), [3]);
        assert_eq!(source.invalid_byte(3), Some(0xe9));
        assert_eq!(source.position(5), (2, 1));
    }
}
