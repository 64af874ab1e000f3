//! Manifests in all the ways in which people write them, from a handful of bytes.

use std::fmt::Write as _;

/// Dice that are thrown in advance, so that proptest can shrink them: fewer and smaller numbers, a simpler text.
struct Dice<'d>(&'d [u8]);

impl Dice<'_> {
    /// A number below `sides`; zero, which is always the plainest choice, when there are none left.
    fn roll(&mut self, sides: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first as usize % sides
    }

    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.roll(of.len())]
    }
}

/// Plain scalars that may stand anywhere.
const WORDS: &[&str] = &[
    "a",
    "b c",
    "true",
    "yes",
    "1",
    "0x1f",
    "0777",
    "1_000",
    "~",
    "null",
    "1.5",
    "-1",
    ".5",
    "1e3",
    "12:30:45",
    "2024-01-01",
    "100m",
    "x:y",
    "http://x/y",
    "a#b",
    "--x",
    "it's",
    "a\"b",
    "-y",
    "a  b",
    "a\tb",
    "k8s.io/app",
    "e\u{e9}\u{1f600}",
    "a&b *c !d",
    "a = b",
    "<<",
    "%x",
];

/// Plain scalars that end or break where there is a bracket around them.
///
/// `:x` is refused there by goyaml, and `?x` is a key to it: of YAML 1.2's reading of the two nothing need be known.
const BLOCK_WORDS: &[&str] = &["a, b", "a]b", "a {b}", "x[0]", "a,b", ":x", "?x"];

const QUOTED: &[&str] = &[
    "a", " ", "#", " # ", ": ", "- ", "[", "}", ",", "&x", "*x", "!x", "{{ .x }}", "%", "@", "\u{e9}", "\t",
];

const ESCAPED: &[&str] = &[
    "\\n",
    "\\t",
    "\\\"",
    "\\\\",
    "\\x41",
    "\\u00e9",
    "\\U0001F600",
    "\\e",
    "\\0",
    "\\_",
    "\\N",
    "\\L",
    "\\P",
    "\\a",
    "\\b",
    "\\f",
    "\\r",
    "\\v",
    "\\ ",
    "'",
];

const LINES: &[&str] =
    &["a", "b c", "# no comment", "k: v", "- x", "a ", "\tt", "'q", "\"", "{{- x }}", "a\tb\t", "\u{e9}"];

struct Writer<'d> {
    dice: Dice<'d>,
    out: String,
    /// Number of anchors, and which of them are mappings.
    anchors: usize,
    maps: Vec<usize>,
    done: Vec<usize>,
}

/// A document; the same bytes give the same text.
pub(crate) fn document(dice: &[u8]) -> String {
    let mut writer =
        Writer { dice: Dice(dice), out: String::new(), anchors: 0, maps: Vec::new(), done: Vec::new() };
    writer.blank_lines();
    match writer.dice.roll(8) {
        7 => writer.seq(0, 4),
        _ => writer.map(0, 4, false),
    }
    let mut text = writer.out;
    if writer.dice.roll(6) == 5 {
        text.pop();
    }
    if writer.dice.roll(4) == 3 {
        text = text.replace('\n', "\r\n");
    }
    text
}

impl Writer<'_> {
    fn indent(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
    }

    /// Blank lines and comments of any indentation.
    fn blank_lines(&mut self) {
        while self.dice.roll(8) == 7 {
            match self.dice.roll(3) {
                0 => {}
                1 => {
                    let columns = self.dice.roll(7);
                    self.indent(columns);
                }
                _ => {
                    let columns = self.dice.roll(7);
                    self.indent(columns);
                    self.out.push_str(["# c", "#c: d", "#", "# 'q"][self.dice.roll(4)]);
                }
            }
            self.out.push('\n');
        }
    }

    fn end_of_line(&mut self) {
        let sides = if self.tab_fits() { 8 } else { 7 };
        self.out.push_str(["", "", "", "", " ", " # c", "   #", "\t# d"][self.dice.roll(sides)]);
        self.out.push('\n');
        self.blank_lines();
    }

    fn key(&mut self, number: usize) {
        let odd = ["yes", "1", "1.50", "0x10", "a b", "app.kubernetes.io/x", "-a", "a#b", "a:b", "k1"];
        match self.dice.roll(8) {
            7 => self.out.push_str(odd[self.dice.roll(odd.len())]),
            6 => drop(write!(self.out, "'k: {number}'")),
            5 => drop(write!(self.out, "\"k\\t{number}\"")),
            _ => drop(write!(self.out, "k{number}")),
        }
        self.out.push_str(["", "", "", "", "", " "][self.dice.roll(6)]);
    }

    /// Entries in lines of their own; the first is on this line if it is `inline` (behind a dash).
    fn map(&mut self, column: usize, depth: usize, mut inline: bool) {
        for number in 0..=self.dice.roll(4) {
            if !std::mem::take(&mut inline) {
                self.indent(column);
            }
            match self.dice.roll(24) {
                23 if !self.maps.is_empty() => {
                    let anchor = self.maps[self.dice.roll(self.maps.len())];
                    let _ = write!(self.out, "<<: *a{anchor}");
                    self.end_of_line();
                }
                22 => {
                    self.out.push_str("? ");
                    self.key(number);
                    self.end_of_line();
                    self.indent(column);
                    self.out.push(':');
                    self.value(column, depth, true);
                }
                _ => {
                    self.key(number);
                    self.out.push(':');
                    self.value(column, depth, true);
                }
            }
        }
    }

    fn seq(&mut self, column: usize, depth: usize) {
        for _ in 0..=self.dice.roll(3) {
            self.indent(column);
            self.dash(column, depth);
        }
    }

    fn dash(&mut self, column: usize, depth: usize) {
        self.out.push('-');
        let gap = [1, 1, 1, 3][self.dice.roll(4)];
        match if depth == 0 { 0 } else { self.dice.roll(6) } {
            4 => {
                self.indent(gap);
                self.dash(column + 1 + gap, depth - 1);
                // The others of the inner list.
                for _ in 0..self.dice.roll(2) {
                    self.indent(column + 1 + gap);
                    self.dash(column + 1 + gap, depth - 1);
                }
            }
            1..=3 => {
                self.indent(gap);
                self.map(column + 1 + gap, depth - 1, true);
            }
            _ => self.value(column, depth, false),
        }
    }

    /// What follows a `:` or a dash, up to the end of its last line. `column` is the collection's.
    fn value(&mut self, column: usize, depth: usize, of_map: bool) {
        let mut anchor = None;
        match self.dice.roll(16) {
            15 => {
                self.anchors += 1;
                let _ = write!(self.out, " &a{}", self.anchors);
                anchor = Some(self.anchors);
            }
            14 => self.out.push_str([" !!str", " !local", " !"][self.dice.roll(3)]),
            13 if !self.done.is_empty() => {
                let anchor = self.done[self.dice.roll(self.done.len())];
                let _ = write!(self.out, " *a{anchor}");
                return self.end_of_line();
            }
            _ => {}
        }
        let collections = if depth == 0 { 0 } else { 4 };
        match self.dice.roll(12 + collections) {
            0 | 1 => {
                self.gap();
                self.plain(true);
                self.end_of_line();
            }
            2 => {
                self.gap();
                self.quoted(None);
                self.end_of_line();
            }
            3 => {
                self.gap();
                self.quoted(Some(column));
                self.end_of_line();
            }
            4 => self.plain_lines(column),
            5..=7 => self.block(column),
            8 | 9 => {
                self.gap();
                self.flow(column, 3);
                self.end_of_line();
            }
            10 => self.end_of_line(),
            11 => {
                self.end_of_line();
                self.indent(column + 1);
                self.plain(true);
                self.end_of_line();
            }
            12 | 13 => {
                self.end_of_line();
                let column = column + 1 + self.dice.roll(4);
                self.map(column, depth - 1, false);
                self.maps.extend(anchor);
            }
            _ => {
                self.end_of_line();
                let deeper = if of_map { self.dice.roll(3) } else { 1 + self.dice.roll(3) };
                self.seq(column + deeper, depth - 1);
            }
        }
        self.done.extend(anchor);
    }

    fn gap(&mut self) {
        let sides = if self.tab_fits() { 5 } else { 4 };
        self.out.push_str([" ", " ", " ", "  ", "\t"][self.dice.roll(sides)]);
    }

    /// False behind a dash and behind a `:` of its own line, where a key could follow: goyaml takes no TAB there. Now and
    /// then there is one all the same.
    fn tab_fits(&mut self) -> bool {
        let line = self.out.rsplit('\n').next().unwrap_or_default().trim_start();
        !line.ends_with('-') && line != ":" || self.dice.roll(64) == 63
    }

    fn plain(&mut self, block: bool) {
        let words = if block && self.dice.roll(6) == 5 { BLOCK_WORDS } else { WORDS };
        let word = self.dice.pick(words);
        // No plain scalar begins with a `%`.
        self.out.push_str(if word == "%x" { "x%" } else { word });
    }

    /// Quotes; over several lines, which are indented more than a column.
    fn quoted(&mut self, lines: Option<usize>) {
        let double = self.dice.roll(2) == 1;
        self.out.push(if double { '"' } else { '\'' });
        for _ in 0..self.dice.roll(6) {
            match self.dice.roll(8) {
                0..=3 => self.out.push_str(self.dice.pick(QUOTED)),
                4 | 5 if double => self.out.push_str(self.dice.pick(ESCAPED)),
                4 | 5 => self.out.push_str("''"),
                _ => {
                    let Some(column) = lines else { continue };
                    if double && self.dice.roll(3) == 2 {
                        self.out.push('\\');
                    }
                    self.out.push_str(["\n", "\n", "\n\n", "\n   \n", "  \n"][self.dice.roll(5)]);
                    let deeper = 1 + self.dice.roll(4);
                    self.indent(column + deeper);
                }
            }
        }
        self.out.push(if double { '"' } else { '\'' });
    }

    fn plain_lines(&mut self, column: usize) {
        self.gap();
        self.out.push_str("first");
        for _ in 0..=self.dice.roll(3) {
            self.out.push_str(["\n", "\n", " \n", "\n\n", "\n  \n\n"][self.dice.roll(5)]);
            let deeper = 1 + self.dice.roll(4);
            self.indent(column + deeper);
            self.out.push_str(
                ["more", "'q'", "\"", "- x", "[a", "} b", "&x", "|", "x#y", "1"][self.dice.roll(10)],
            );
        }
        self.end_of_line();
    }

    /// A block scalar, literal or folded.
    fn block(&mut self, column: usize) {
        self.gap();
        self.out.push_str(["|", "|", ">"][self.dice.roll(3)]);
        let deeper = 1 + self.dice.roll(4);
        let chomp = ["", "", "-", "+"][self.dice.roll(4)];
        let explicit = self.dice.roll(3) == 2;
        match (explicit, self.dice.roll(2)) {
            (false, _) => self.out.push_str(chomp),
            (true, 0) => drop(write!(self.out, "{chomp}{deeper}")),
            (true, _) => drop(write!(self.out, "{deeper}{chomp}")),
        }
        self.out.push_str(["", "", "", " ", " # c"][self.dice.roll(5)]);
        self.out.push('\n');
        let indent = column + deeper;
        let mut first = true;
        for _ in 0..self.dice.roll(6) {
            match self.dice.roll(6) {
                0..=2 => {
                    self.indent(indent);
                    let line = self.dice.pick(LINES);
                    // The first line says how far all are indented.
                    self.out.push_str(if first && !explicit { line.trim_start() } else { line });
                    first = false;
                }
                3 if !first || explicit => {
                    let more = indent + 1 + self.dice.roll(3);
                    self.indent(more);
                    self.out.push_str(self.dice.pick(LINES));
                    first = false;
                }
                4 => {
                    let columns = self.dice.roll(indent + 1);
                    self.indent(columns);
                }
                5 if !first => self.indent(indent + 2),
                _ => {}
            }
            self.out.push('\n');
        }
        // A comment behind it, which is no line of it only because it is not indented.
        if self.dice.roll(6) == 5 {
            self.out.push_str("# c\n");
        }
    }

    /// What may stand between two tokens in brackets.
    fn flow_gap(&mut self, column: usize) {
        match self.dice.roll(8) {
            0..=3 => {}
            4 | 5 => self.out.push(' '),
            n => {
                self.out.push_str([" # c", "", "", "\n"][self.dice.roll(4)]);
                self.out.push('\n');
                self.indent(column + n - 5);
            }
        }
    }

    fn flow(&mut self, column: usize, depth: usize) {
        match if depth == 0 { 0 } else { self.dice.roll(6) } {
            0 | 1 => self.plain(false),
            2 => self.quoted(Some(column)),
            3 | 4 => {
                self.out.push('{');
                self.flow_gap(column);
                for number in 0..self.dice.roll(4) {
                    match self.dice.roll(6) {
                        5 => {
                            self.quoted(None);
                            self.out.push(':');
                        }
                        4 => drop(write!(self.out, "k{number}")),
                        _ => drop(write!(self.out, "k{number}: ")),
                    }
                    if self.out.ends_with([':', ' ']) && self.dice.roll(6) != 5 {
                        self.out.push(' ');
                        self.flow(column, depth - 1);
                    }
                    self.flow_gap(column);
                    self.out.push(',');
                    self.flow_gap(column);
                }
                self.out.push('}');
            }
            _ => {
                self.out.push('[');
                self.flow_gap(column);
                let count = self.dice.roll(4);
                for number in 0..count {
                    if self.dice.roll(8) == 7 {
                        self.out.push_str("k: ");
                    }
                    self.flow(column, depth - 1);
                    self.flow_gap(column);
                    if number + 1 < count || self.dice.roll(4) == 3 {
                        self.out.push(',');
                        self.flow_gap(column);
                    }
                }
                self.out.push(']');
            }
        }
    }
}
