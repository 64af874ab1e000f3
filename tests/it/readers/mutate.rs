//! Accidents that happen to a text.

/// What is put in.
const PIECES: &[&str] = &[
    " ", "  ", "\n", "\n\n", "\t", "\r\n", ":", ": ", "- ", "-", "#", " #", " # c\n", "'", "\"", "''", "\\",
    "\\n", "[", "]", "{", "}", ",", ", ", "|", ">", "|-\n", ">+\n", "|2\n", "&a ", "*a", "!t ", "? ", "<<: ",
    "---\n", "...\n", "%", "@", "`", "~", "null", "1", "0x1", ".5", "true", "a", "k: v", "\u{e9}", "\u{85}",
    "\u{2028}", "\u{feff}", "\u{1}", "\\\n", " \n", "\n ", "\n  ", "\n- ", "[]", "{}", "\"a\": 1", "key:",
    "\u{7f}", "yes:", "1: ", "=",
];

/// Changes a text once for every two numbers: what is done and where, and with what.
pub(crate) fn mutate(text: String, accidents: &[u16]) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    for pair in accidents.chunks_exact(2) {
        let at = usize::from(pair[0] / 4) % (bytes.len() + 1);
        let what = usize::from(pair[1]);
        match pair[0] % 4 {
            0 => {
                let until = (at + 1 + what % 6).min(bytes.len());
                bytes.drain(at..until);
            }
            1 => {
                // A line, or what is left of it, once more.
                let end = bytes[at..].iter().position(|&c| c == b'\n').map_or(bytes.len(), |i| at + i + 1);
                let line = bytes[at..end].to_vec();
                let to = what % (bytes.len() + 1);
                bytes.splice(to..to, line);
            }
            _ => {
                bytes.splice(at..at, PIECES[what % PIECES.len()].bytes());
            }
        }
    }
    bytes
}
