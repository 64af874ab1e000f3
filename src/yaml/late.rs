//! Texts of several lines, put together when somebody asks for them.
//!
//! Most of them are descriptions in definitions, and nobody asks. The fast reader finds where they begin and end, and has seen
//! that all lines of them are as they should be; so they can stay where they are.

/// What a scalar of several lines reads as. `written` is all of it: a plain one from its first character to its last, a block
/// from its `|` or `>` on; `indent` is the column at which the lines of a block begin.
pub(super) fn put_together(written: &str, indent: usize) -> String {
    let mut text = String::with_capacity(written.len());
    if written.starts_with(['|', '>']) {
        block(written, indent, &mut text);
    } else {
        plain(written, &mut text);
    }
    text
}

/// Appends a plain scalar, from its first character to its last.
fn plain(written: &str, out: &mut String) {
    let mut breaks = 0;
    for line in lines_of(written) {
        let line = line.trim_matches(' ');
        if !line.is_empty() {
            match breaks {
                0 => {}
                1 => out.push(' '),
                _ => out.extend(std::iter::repeat_n('\n', breaks - 1)),
            }
            out.push_str(line);
            breaks = 0;
        }
        breaks += 1;
    }
}

/// Appends a block scalar, from its `|` or `>` to the last character of its last line that is not empty, with the line
/// break behind that one. `indent` is the column at which its lines begin.
pub(super) fn block(written: &str, indent: usize, out: &mut String) {
    let (header, lines) = written.split_once('\n').unwrap_or((written, ""));
    let literal = header.starts_with('|');
    let (mut first, mut more, mut leading_blank) = (true, 0, false);
    for line in lines_of(lines) {
        let column = line.bytes().take(indent).take_while(|&c| c == b' ').count();
        let text = &line[column..];
        if text.is_empty() {
            more += 1;
            continue;
        }
        let blank = text.starts_with([' ', '\t']);
        if !first {
            if literal || leading_blank || blank {
                out.push('\n');
            } else if more == 0 {
                out.push(' ');
            }
        }
        out.extend(std::iter::repeat_n('\n', more));
        out.push_str(text);
        (first, more, leading_blank) = (false, 0, blank);
    }
    if !header.contains('-') {
        out.push('\n');
    }
}

fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    let mut start = 0;
    ends.map(move |end| text.get(std::mem::replace(&mut start, end + 1)..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_as_they_read() {
        for (written, indent, text) in [
            ("a\n  b", 0, "a b"),
            ("a  \n\n\n b  c\n d", 0, "a\n\nb  c d"),
            ("|\n  a\n   b\n\n  c", 2, "a\n b\n\nc\n"),
            ("|-\n\n  a", 2, "\na"),
            (">\n  a\n  b\n\n  c\n   d\n  e", 2, "a b\nc\n d\ne\n"),
            (">-\n  a\n\n\n  b", 2, "a\n\nb"),
        ] {
            assert_eq!(put_together(written, indent), text, "{written:?}");
        }
    }
}
