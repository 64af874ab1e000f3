//! UTF-16 with a byte order mark: YAML allows it, and the library understands it. kubectl cuts lines before that, so only
//! some of such files survive.

use std::sync::Arc;

use super::arena::{Document, Kind, flag};
use super::build::Builder;
use super::full::{self, Chunk};
use crate::finding::{FileId, Span};
use crate::source::Source;

/// True if the file begins with a byte order mark of UTF-16.
pub(super) fn is_utf16(source: &Source) -> bool {
    matches!(
        (source.invalid_byte(0), source.invalid_byte(1)),
        (Some(0xfe), Some(0xff)) | (Some(0xff), Some(0xfe))
    )
}

/// Reads the file into `doc`. With `lines`, kubectl's reader has been over it: it ends the last line by a byte of its
/// own, which is half a character. The error is the library's sentence.
pub(super) fn read(source: &Arc<Source>, doc: Document, lines: bool) -> Result<Document, String> {
    let mut bytes: Vec<u8> = source
        .text()
        .bytes()
        .enumerate()
        .map(|(at, byte)| source.invalid_byte(at as u32).unwrap_or(byte))
        .collect();
    if lines && bytes.last() != Some(&b'\n') {
        bytes.push(b'\n');
    }
    let little = bytes[0] == 0xff;
    if !bytes.len().is_multiple_of(2) {
        return Err("yaml: incomplete UTF-16 character".to_owned());
    }
    let units = bytes[2..].chunks_exact(2).map(|pair| match pair {
        [a, b] if little => u16::from_le_bytes([*a, *b]),
        [a, b] => u16::from_be_bytes([*a, *b]),
        _ => 0,
    });
    let mut text = String::new();
    // Offset in the file of every byte of the text.
    let mut offsets = Vec::new();
    let mut at = 2;
    for c in char::decode_utf16(units) {
        let c = c.map_err(|_| "yaml: unexpected low surrogate area".to_owned())?;
        text.push(c);
        offsets.extend(std::iter::repeat_n(at, c.len_utf8()));
        at += 2 * c.len_utf16() as u32;
    }
    offsets.push(at);

    let decoded = Arc::new(Source::new(source.path(), text.into_bytes()));
    let whole = Span::new(0, decoded.text().len() as u32);
    let chunk = Chunk {
        text: decoded.text().as_bytes(),
        base: 0,
        fault: super::encoding::fault(&decoded, decoded.text().as_bytes(), 0),
    };
    let read = full::read(Document::new(decoded.clone(), FileId(0), 0, whole), &chunk)
        .map_err(|unread| unread.text())?;

    let offset = |at: u32| offsets.get(at as usize).copied().unwrap_or(at);
    let mut out = Builder::new(doc);
    for (i, node) in read.nodes().iter().enumerate() {
        let span = Span::new(offset(node.start), offset(node.end));
        match node.kind {
            Kind::Seq | Kind::Map => {
                let at = out.open(node.kind, span.start, node.flags);
                *out.node_mut(at) = super::arena::Node { start: span.start, end: span.end, ..*node };
            }
            kind => {
                let text = read.view(i as u32).text();
                out.cooked(kind, span, node.flags & !flag::COOKED, text);
            }
        }
    }
    Ok(out.finish())
}
