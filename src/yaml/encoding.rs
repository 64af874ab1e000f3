//! Bytes that are no text for `go.yaml.in/yaml/v2`: not UTF-8, or control characters.

use crate::source::Source;

/// The library's buffer: it decodes this many bytes at a time.
const BLOCK: usize = 512;

/// A byte that is no text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    /// Its offset in the chunk.
    pub at: usize,
    /// The library's words.
    pub message: &'static str,
}

/// The first byte of a chunk (that starts at `base` in the source) that is no text.
pub(super) fn fault(source: &Source, text: &[u8], base: usize) -> Option<Fault> {
    let control = control(text).map(|at| Fault { at, message: "control characters are not allowed" });
    let invalid = source.invalid();
    let first = invalid.partition_point(|&at| (at as usize) < base);
    let invalid = invalid.get(first).map(|&at| at as usize - base).filter(|&at| at < text.len());
    match (control, invalid) {
        (Some(control), Some(at)) if control.at < at => Some(control),
        (_, Some(at)) => {
            let raw = |i: usize| {
                let byte = *text.get(at + i)?;
                Some(source.invalid_byte((base + at + i) as u32).unwrap_or(byte))
            };
            Some(Fault { at, message: utf8(raw) })
        }
        (control, None) => control,
    }
}

/// Offset of the first control character: all but TAB, LF, CR, NEL, and what is no character.
fn control(text: &[u8]) -> Option<usize> {
    let ascii = |c: u8| (c < 0x20 && !matches!(c, b'\t' | b'\n' | b'\r')) || c == 0x7f;
    // Whole blocks first: this loop has no branch, so the machine does many bytes at once.
    let clean = |block: &[u8]| {
        block.iter().fold(0u8, |found, &c| found | u8::from(ascii(c)) | u8::from(matches!(c, 0xc2 | 0xef)))
            == 0
    };
    for (i, block) in text.chunks(256).enumerate() {
        if clean(block) {
            continue;
        }
        for at in i * 256..i * 256 + block.len() {
            let next = |ahead: usize| text.get(at + ahead).copied().unwrap_or_default();
            let bad = match text[at] {
                0xc2 => matches!(next(1), 0x80..=0x9f) && next(1) != 0x85,
                // U+FFFE and U+FFFF.
                0xef => next(1) == 0xbf && next(2) >= 0xbe,
                c => ascii(c),
            };
            if bad {
                return Some(at);
            }
        }
    }
    None
}

/// What is wrong with the UTF-8 that begins here.
fn utf8(byte: impl Fn(usize) -> Option<u8>) -> &'static str {
    let first = byte(0).unwrap_or_default();
    let (width, mut value) = match first {
        0x00..=0x7f => (1, u32::from(first)),
        0xc0..=0xdf => (2, u32::from(first & 0x1f)),
        0xe0..=0xef => (3, u32::from(first & 0x0f)),
        0xf0..=0xf7 => (4, u32::from(first & 0x07)),
        _ => return "invalid leading UTF-8 octet",
    };
    if byte(width - 1).is_none() {
        return "incomplete UTF-8 octet sequence";
    }
    for i in 1..width {
        let next = byte(i).unwrap_or_default();
        if next & 0xc0 != 0x80 {
            return "invalid trailing UTF-8 octet";
        }
        value = value << 6 | u32::from(next & 0x3f);
    }
    let smallest = [0, 0, 0x80, 0x800, 0x1_0000][width];
    if value < smallest { "invalid length of a UTF-8 sequence" } else { "invalid Unicode character" }
}

/// Start of the block in which the library decodes the byte at `fault`: all before it can be read without seeing it.
pub(super) fn block_start(text: &[u8], fault: usize) -> usize {
    let (mut start, mut at, mut len) = (0, 0, 0);
    while at < fault {
        let width = match text[at] {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xff => 4,
            // kubectl drops the CR of a CRLF before the library sees it.
            b'\r' if text.get(at + 1) == Some(&b'\n') => {
                at += 1;
                continue;
            }
            _ => 1,
        };
        if len + width > BLOCK {
            (start, len) = (at, 0);
        }
        len += width;
        at += width;
    }
    if len >= BLOCK { at.min(fault) } else { start }
}
