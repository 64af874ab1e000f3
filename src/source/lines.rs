//! Byte offset to line and column. The tables are made at the first question, never while parsing.

use std::sync::OnceLock;

/// Distance of the marks at which characters have been counted: what one question may have to count itself.
const STRIDE: usize = 4096;

/// Where lines start, and how many characters stand before every `STRIDE`th byte (so that a column in a line of
/// 100 MB costs no more than one in a short line).
#[derive(Debug, Default)]
pub struct Lines {
    starts: OnceLock<Vec<u32>>,
    marks: OnceLock<Vec<u32>>,
}

impl Lines {
    fn starts(&self, text: &str) -> &[u32] {
        self.starts.get_or_init(|| {
            std::iter::once(0)
                .chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i as u32 + 1))
                .collect()
        })
    }

    /// Characters that start before byte `offset`.
    fn characters(&self, text: &str, offset: usize) -> u32 {
        let marks = self.marks.get_or_init(|| {
            let mut before = 0;
            text.as_bytes()
                .chunks(STRIDE)
                .map(|block| {
                    let mark = before;
                    before += starts_of_characters(block);
                    mark
                })
                .collect()
        });
        let block = offset / STRIDE;
        match marks.get(block) {
            Some(mark) => mark + starts_of_characters(&text.as_bytes()[block * STRIDE..offset]),
            None => match marks.last() {
                Some(mark) => mark + starts_of_characters(&text.as_bytes()[(marks.len() - 1) * STRIDE..]),
                None => 0,
            },
        }
    }

    /// Line and column, both from 1, of a byte offset (clamped to the text).
    pub fn position(&self, text: &str, offset: u32) -> (u32, u32) {
        let starts = self.starts(text);
        let line = starts.partition_point(|&start| start <= offset) - 1;
        let from = starts[line] as usize;
        let upto = text.floor_char_boundary((offset as usize).min(text.len())).max(from);
        let column = if upto - from <= STRIDE {
            starts_of_characters(&text.as_bytes()[from..upto])
        } else {
            self.characters(text, upto) - self.characters(text, from)
        };
        (line as u32 + 1, column + 1)
    }

    /// Offset of the start of a line counted from 1.
    pub fn start(&self, text: &str, line: u32) -> u32 {
        self.starts(text).get(line.saturating_sub(1) as usize).copied().unwrap_or(text.len() as u32)
    }

    /// Number of lines; a final newline starts none.
    pub fn count(&self, text: &str) -> u32 {
        let starts = self.starts(text).len() as u32;
        if text.is_empty() || text.ends_with('\n') { starts - 1 } else { starts }
    }
}

/// Bytes that are no continuation of a UTF-8 sequence.
fn starts_of_characters(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&b| b & 0xc0 != 0x80).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "añb\nc";
        let lines = Lines::default();
        assert_eq!(lines.position(text, 0), (1, 1));
        assert_eq!(lines.position(text, 3), (1, 3));
        assert_eq!(lines.position(text, 5), (2, 1));
        assert_eq!(lines.position(text, 99), (2, 2));
        assert_eq!(lines.count(text), 2);
    }

    #[test]
    fn columns_of_long_lines() {
        let text = format!("x\n{}", "ñ→a".repeat(5000));
        let lines = Lines::default();
        for (i, (offset, _)) in text.char_indices().enumerate() {
            let expected = if i < 2 { (1, i as u32 + 1) } else { (2, i as u32 - 1) };
            assert_eq!(lines.position(&text, offset as u32), expected);
        }
        assert_eq!(lines.position(&text, text.len() as u32), (2, 15_001));
    }
}
