//! How text looks: characters, colour, width; and the two things done to every text: cleaning and wrapping.

use miette::{GraphicalTheme, ThemeCharacters, ThemeStyles};

/// What the terminal can show, decided by the caller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Look {
    /// Draw with Unicode box characters; else ASCII.
    pub unicode: bool,
    /// Use colour. It only supports: nothing is said by colour alone.
    pub colour: bool,
    /// Columns.
    pub width: usize,
    /// Print everything, however many of a kind.
    pub verbose: bool,
    /// More findings of one code than this are grouped, unless verbose.
    pub group_above: usize,
}

impl Default for Look {
    fn default() -> Self {
        Self { unicode: true, colour: false, width: 100, verbose: false, group_above: 20 }
    }
}

impl Look {
    pub(super) fn theme(&self) -> GraphicalTheme {
        GraphicalTheme {
            characters: if self.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
            styles: if self.colour { ThemeStyles::ansi() } else { ThemeStyles::none() },
        }
    }

    fn paint(&self, codes: &str, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("\x1b[{codes}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(super) fn red(&self, text: &str) -> String {
        self.paint("1;31", text)
    }

    pub(super) fn yellow(&self, text: &str) -> String {
        self.paint("1;33", text)
    }

    pub(super) fn cyan(&self, text: &str) -> String {
        self.paint("36", text)
    }

    pub(super) fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    /// The mark for something left out.
    pub(super) fn dots(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// The sign of multiplication, as in `Certificate ×2`.
    pub(super) fn times(&self) -> char {
        if self.unicode { '×' } else { 'x' }
    }
}

/// What is printed for a character of a file: control characters and those that turn the direction of writing would
/// change what a terminal shows. The replacement has as many bytes, so that offsets stay.
pub(super) fn shown(c: char) -> char {
    match c {
        '\t' | '\n' => c,
        '\u{0}'..='\u{1f}' | '\u{7f}' => '?',
        '\u{80}'..='\u{9f}' => '¿',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
            '\u{fffd}'
        }
        _ => c,
    }
}

/// A message without characters that would harm a terminal.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|c| if c == '\t' { ' ' } else { shown(c) }).collect()
}

/// Breaks lines longer than `width` at spaces; the first line has `first` columns less, those after it are indented by
/// `indent`. Words are never broken (they are there to be copied), nor are spaces collapsed.
pub(super) fn wrap(text: &str, width: usize, first: usize, indent: usize) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut room = width.saturating_sub(first).max(20);
    for (i, line) in text.trim_end().split('\n').enumerate() {
        let mut rest = line.trim_end();
        if i > 0 {
            new_line(&mut out, indent, rest);
            room = width.saturating_sub(indent).max(20);
        }
        while let Some(cut) = cut(rest, room) {
            out.push_str(rest[..cut].trim_end());
            rest = rest[cut..].trim_start();
            new_line(&mut out, indent, rest);
            room = width.saturating_sub(indent).max(20);
        }
        out.push_str(rest);
    }
    out
}

fn new_line(out: &mut String, indent: usize, rest: &str) {
    out.push('\n');
    if !rest.is_empty() {
        out.extend(std::iter::repeat_n(' ', indent));
    }
}

/// Where to break a line so that its first part has at most `room` characters, if it has to be broken and can be.
fn cut(line: &str, room: usize) -> Option<usize> {
    let end = line.char_indices().nth(room)?.0;
    let lead = line.len() - line.trim_start().len();
    let space = line[lead..end].rfind(' ').map(|i| i + lead);
    let at = space.or_else(|| line[end..].find(' ').map(|i| i + end))?;
    (!line[at..].trim().is_empty()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacements_keep_offsets() {
        for c in ['\u{7}', '\u{1b}', '\u{7f}', '\u{85}', '\u{202e}', '\u{feff}', 'é', '漢'] {
            assert_eq!(shown(c).len_utf8(), c.len_utf8());
            assert!(!shown(c).is_control());
        }
    }

    #[test]
    fn wrapping() {
        let text = "one two three four five six seven";
        assert_eq!(wrap(text, 80, 0, 2), text);
        assert_eq!(wrap(text, 20, 0, 2), "one two three four\n  five six seven");
        assert_eq!(wrap("a-word-longer-than-the-width b", 20, 0, 2), "a-word-longer-than-the-width\n  b");
        assert_eq!(wrap("  | x == 1\n  | ..^", 80, 4, 4), "  | x == 1\n      | ..^");
        assert_eq!(wrap("", 20, 0, 2), "");
    }
}
