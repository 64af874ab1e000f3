//! Byte offset to line and column. The table is made at the first question, never while parsing.

use std::sync::OnceLock;

/// Where lines start.
#[derive(Debug, Default)]
pub struct Lines {
    starts: OnceLock<Vec<u32>>,
}

impl Lines {
    fn starts(&self, text: &str) -> &[u32] {
        self.starts.get_or_init(|| {
            std::iter::once(0)
                .chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i as u32 + 1))
                .collect()
        })
    }

    /// Line and column, both from 1, of a byte offset (clamped to the text).
    pub fn position(&self, text: &str, offset: u32) -> (u32, u32) {
        let starts = self.starts(text);
        let line = starts.partition_point(|&start| start <= offset) - 1;
        let from = starts[line] as usize;
        let upto = text.floor_char_boundary((offset as usize).min(text.len()));
        (line as u32 + 1, text.get(from..upto).map_or(0, |t| t.chars().count()) as u32 + 1)
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
}
