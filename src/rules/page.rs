//! A rule's page: the doc comment of its file, taken at compile time.

/// The leading `//!` lines of a source text as Markdown. The text comes from `include_str!`, so what is in the binary
/// is the page alone.
macro_rules! page {
    ($file:literal) => {{
        const SOURCE: &str = include_str!($file);
        const PAGE: [u8; $crate::rules::page::length(SOURCE)] = $crate::rules::page::text(SOURCE);
        match ::std::str::from_utf8(&PAGE) {
            Ok(page) => page,
            Err(_) => "",
        }
    }};
}

pub(super) use page;

/// Bytes of the page in a source text.
pub(super) const fn length(source: &str) -> usize {
    let mut length = 0;
    let mut at = 0;
    while let Some((from, to, next)) = line(source.as_bytes(), at) {
        length += to - from + 1;
        at = next;
    }
    length
}

/// The page in a source text. `N` is its `length`.
pub(super) const fn text<const N: usize>(source: &str) -> [u8; N] {
    let bytes = source.as_bytes();
    let mut page = [0; N];
    let mut length = 0;
    let mut at = 0;
    while let Some((from, to, next)) = line(bytes, at) {
        let mut i = from;
        while i < to {
            page[length] = bytes[i];
            length += 1;
            i += 1;
        }
        page[length] = b'\n';
        length += 1;
        at = next;
    }
    page
}

/// Start and end of what the `//!` line at `at` says, and where the next line starts.
const fn line(bytes: &[u8], at: usize) -> Option<(usize, usize, usize)> {
    if at + 3 > bytes.len() || bytes[at] != b'/' || bytes[at + 1] != b'/' || bytes[at + 2] != b'!' {
        return None;
    }
    let mut from = at + 3;
    if from < bytes.len() && bytes[from] == b' ' {
        from += 1;
    }
    let mut to = from;
    while to < bytes.len() && bytes[to] != b'\n' {
        to += 1;
    }
    Some((from, to, to + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_lines_only() {
        const SOURCE: &str = "//! # ñ\n//!\n//!   indented\n\nfn f() {} //! no\n";
        const PAGE: [u8; length(SOURCE)] = text(SOURCE);
        assert_eq!(std::str::from_utf8(&PAGE), Ok("# ñ\n\n  indented\n"));
    }
}
