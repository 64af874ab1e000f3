//! Many bytes at a time: whether a text is made of characters that need no second look, and how far its spaces go.

/// Bytes that are looked at together.
const BLOCK: usize = 128;

/// True if lines end with line feeds alone, and nothing is a control character, a line break of Unicode's, a byte order
/// mark or no character at all. Such a text needs no further check of its encoding.
pub(super) fn is_simple(text: &[u8]) -> bool {
    let ascii = |c: u8| matches!(c, 0x20..=0x7e | b'\n' | b'\t');
    let plain = |c: u8| ascii(c) || (c >= 0x80 && !matches!(c, 0xc2 | 0xe2 | 0xef));
    // These loops have no branch, so the machine does many bytes at once.
    let all = |block: &[u8]| {
        block.iter().fold(true, |all, &c| all & ascii(c)) || block.iter().fold(true, |all, &c| all & plain(c))
    };
    text.chunks(BLOCK).enumerate().all(|(i, block)| all(block) || is_simple_at(text, i * BLOCK, block.len()))
}

/// The same of a block, a character at a time.
fn is_simple_at(text: &[u8], from: usize, len: usize) -> bool {
    let next = |at: usize| text.get(at).copied().unwrap_or_default();
    (from..from + len).all(|at| match next(at) {
        b'\n' | b'\t' => true,
        0xc2 => !matches!(next(at + 1), 0x80..=0x9f),
        // U+2028 and U+2029.
        0xe2 => !(next(at + 1) == 0x80 && matches!(next(at + 2), 0xa8 | 0xa9)),
        // U+FEFF, U+FFFE and U+FFFF.
        0xef => !matches!((next(at + 1), next(at + 2)), (0xbb, 0xbf) | (0xbf, 0xbe | 0xbf)),
        c => c >= 0x20 && c != 0x7f,
    })
}

/// Where the spaces from `at` on end. Definitions are indented by dozens of them.
#[inline]
pub(super) fn over_spaces(text: &[u8], mut at: usize) -> usize {
    while let Some(eight) = text.get(at..).and_then(|rest| rest.first_chunk()) {
        let others = u64::from_le_bytes(*eight) ^ u64::from_le_bytes([b' '; 8]);
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while text.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces() {
        for count in 0..20 {
            for behind in ["", "x", "x and more text"] {
                let text = format!("x{}{behind}", " ".repeat(count));
                assert_eq!(over_spaces(text.as_bytes(), 1), 1 + count, "{text:?}");
            }
        }
        assert_eq!(over_spaces(b"a", 7), 7);
    }

    #[test]
    fn characters() {
        for text in ["", "a\tb\n", "ä – “x” ·", "\u{a0}\u{2027}\u{202a}", "\u{ff01}"] {
            assert!(is_simple(text.as_bytes()), "{text:?}");
            let long = format!("{}{text}", " ".repeat(127));
            assert!(is_simple(long.as_bytes()), "{text:?}");
        }
        for c in ["\r", "\0", "\x7f", "\u{85}", "\u{9f}", "\u{2028}", "\u{feff}", "\u{ffff}"] {
            for at in [0, 126, 127, 128, 300] {
                let text = format!("{}{c} and more", "x".repeat(at));
                assert!(!is_simple(text.as_bytes()), "{c:?} at {at}");
            }
        }
    }
}
