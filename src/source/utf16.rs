//! UTF-16 with a byte order mark, as Windows PowerShell's `>` writes it. kubectl's `FileVisitor` reads files through
//! `unicode.BOMOverride`, which turns it into UTF-8 before anything else looks; lines and columns stay, bytes are counted in
//! the text as it is read.

/// The text of a file that begins with a byte order mark of UTF-16; `None` for any other. Halves of characters become U+FFFD,
/// as they do there, and the mark goes.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let (rest, little) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, true),
        [0xfe, 0xff, rest @ ..] => (rest, false),
        _ => return None,
    };
    let units = rest.chunks(2).map(|pair| match pair {
        [a, b] if little => u16::from_le_bytes([*a, *b]),
        [a, b] => u16::from_be_bytes([*a, *b]),
        // A last byte that stands alone.
        _ => 0xd800,
    });
    Some(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn written(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once('\u{feff}')
            .chain(text.chars())
            .flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec())
            .flat_map(unit)
            .collect()
    }

    #[test]
    fn both_orders() {
        let text = "a: ü𝄞\r\nb: 1\n";
        assert_eq!(decode(&written(text, u16::to_le_bytes)).as_deref(), Some(text));
        assert_eq!(decode(&written(text, u16::to_be_bytes)).as_deref(), Some(text));
        assert_eq!(decode(b"a: 1"), None);
        assert_eq!(decode(b"\xff"), None);
        assert_eq!(decode(b"\xff\xfe").as_deref(), Some(""));
        assert_eq!(decode(b"\xff\xfea\0b").as_deref(), Some("a\u{fffd}"));
    }
}
