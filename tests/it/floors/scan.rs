//! As much of Rust's grammar as it takes to see which paths a file names: comments and literals skipped, trees of
//! `use` unfolded. No macro is expanded.

/// A path as it is written, with the line (from 1) it starts on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Written {
    pub line: usize,
    pub segments: Vec<String>,
    /// In an item under `#[cfg(test)]`.
    pub test: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    Word(String),
    /// `::`
    Into,
    Other(char),
}

/// Every path of the text that has more than one segment, and every path of a `use`.
pub(crate) fn paths(text: &str) -> Vec<Written> {
    let tokens = tokens(text);
    let mut paths = Vec::new();
    let mut at = 0;
    let mut depth = 0_usize;
    // Depth of the braces around an item under `#[cfg(test)]`, once they are open.
    let (mut pending, mut test) = (false, None);
    while let Some((line, token)) = tokens.get(at) {
        match token {
            Token::Other('#') if is_cfg_test(&tokens[at..]) => {
                pending = test.is_none();
                at += 7;
                continue;
            }
            Token::Other('{') => {
                depth += 1;
                if std::mem::take(&mut pending) {
                    test = Some(depth);
                }
            }
            Token::Other('}') => {
                if test == Some(depth) {
                    test = None;
                }
                depth = depth.saturating_sub(1);
            }
            Token::Other(';') => pending = false,
            Token::Word(word) if word == "use" => {
                let in_test = test.is_some() || std::mem::take(&mut pending);
                at = unfold(&tokens, at + 1, in_test, &mut paths);
                continue;
            }
            Token::Word(word) => {
                let mut segments = vec![word.clone()];
                while let (Some((_, Token::Into)), Some((_, Token::Word(next)))) =
                    (tokens.get(at + 1), tokens.get(at + 2))
                {
                    segments.push(next.clone());
                    at += 2;
                }
                if segments.len() > 1 {
                    paths.push(Written { line: *line, segments, test: test.is_some() || pending });
                }
            }
            Token::Into | Token::Other(_) => {}
        }
        at += 1;
    }
    paths
}

/// `# [ cfg ( test ) ]`: seven tokens.
fn is_cfg_test(tokens: &[(usize, Token)]) -> bool {
    let words: Vec<String> = tokens
        .iter()
        .take(7)
        .map(|(_, token)| match token {
            Token::Word(word) => word.clone(),
            Token::Into => "::".to_owned(),
            Token::Other(c) => c.to_string(),
        })
        .collect();
    words.concat() == "#[cfg(test)]"
}

/// Unfolds the tree of a `use` that starts at `at`; the position after its `;`.
fn unfold(tokens: &[(usize, Token)], mut at: usize, test: bool, paths: &mut Vec<Written>) -> usize {
    // What stands before each open brace, and the path that is being read.
    let (mut prefixes, mut path): (Vec<Vec<String>>, Vec<String>) = (Vec::new(), Vec::new());
    let mut complete = false;
    while let Some((line, token)) = tokens.get(at) {
        at += 1;
        let mut finish = |path: &mut Vec<String>, complete: &mut bool| {
            if !std::mem::take(complete) && !path.is_empty() {
                paths.push(Written { line: *line, segments: path.clone(), test });
            }
        };
        match token {
            // The name after `as` is none of the path.
            Token::Word(word) if word == "as" => at += 1,
            Token::Word(word) => path.push(word.clone()),
            Token::Other('*') => path.push("*".to_owned()),
            Token::Other('{') => prefixes.push(path.clone()),
            Token::Other(',') => {
                finish(&mut path, &mut complete);
                path = prefixes.last().cloned().unwrap_or_default();
            }
            Token::Other('}') => {
                if path.len() > prefixes.last().map_or(0, Vec::len) {
                    finish(&mut path, &mut complete);
                }
                prefixes.pop();
                complete = true;
            }
            Token::Other(';') => {
                finish(&mut path, &mut complete);
                return at;
            }
            Token::Into | Token::Other(_) => {}
        }
    }
    at
}

/// Names in a `static` or `const` item: those that a table of modules consists of.
pub(crate) fn tabled(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let mut names = Vec::new();
    let mut inside = false;
    for (at, (_, token)) in tokens.iter().enumerate() {
        match token {
            Token::Word(word) if word == "static" || word == "const" => {
                // `const fn` and `'static` open no table.
                inside = !matches!(tokens.get(at + 1), Some((_, Token::Word(next))) if next == "fn");
            }
            Token::Other(';') => {
                // The `;` of an array's length follows a type, the one that ends the item follows its value; a table
                // is worth reading on either side of it.
                let ends = matches!(tokens.get(at.wrapping_sub(1)), Some((_, Token::Other(']' | ')' | '}'))));
                inside &= !ends;
            }
            Token::Word(word) if inside => names.push(word.clone()),
            _ => {}
        }
    }
    names
}

fn tokens(text: &str) -> Vec<(usize, Token)> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let rest = &text[at..];
        let next = match bytes[at] {
            b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => block_comment(rest),
            b'"' => string(rest, 0),
            b'r' | b'b' | b'c' if literal(rest).is_some() => literal(rest).unwrap_or(1),
            b'\'' => character(rest),
            b':' if rest.starts_with("::") => {
                tokens.push((line, Token::Into));
                2
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                tokens.push((line, Token::Word(rest[..end].to_owned())));
                end
            }
            byte => {
                let width = rest.chars().next().map_or(1, char::len_utf8);
                if byte.is_ascii() && !byte.is_ascii_whitespace() {
                    tokens.push((line, Token::Other(char::from(byte))));
                }
                width
            }
        };
        line += rest[..next].matches('\n').count();
        at += next;
    }
    tokens
}

/// Length of a block comment; they nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text.as_bytes()[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if text.as_bytes()[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// Length of a string whose quote stands at `from`.
fn string(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// Length of a literal with a prefix: `b"…"`, `c"…"`, `r"…"`, `br#"…"#`; a byte `b'…'`.
fn literal(text: &str) -> Option<usize> {
    let prefix = text.find(|c: char| !matches!(c, 'r' | 'b' | 'c'))?;
    if prefix > 2 {
        return None;
    }
    let raw = text[..prefix].ends_with('r');
    let hashes = text[prefix..].bytes().take_while(|b| *b == b'#').count();
    match text.as_bytes().get(prefix + hashes)? {
        b'"' if raw => {
            let close = format!("\"{}", "#".repeat(hashes));
            let body = prefix + hashes + 1;
            Some(text[body..].find(&close).map_or(text.len(), |end| body + end + close.len()))
        }
        b'"' if hashes == 0 => Some(string(text, prefix)),
        b'\'' if &text[..prefix] == "b" && hashes == 0 => Some(1 + character(&text[1..])),
        _ => None,
    }
}

/// Length of a character, or of a lifetime with its quote (1, the name follows as a word, which is no path).
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        // The character after the backslash is never the end; `\u{…}` is closed by the next quote.
        Some((_, '\\')) => text[3.min(text.len())..].find('\'').map_or(1, |end| end + 4),
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => lifetime(text),
        },
        None => 1,
    }
}

/// Length of `'name`, so that `'static` is not taken for the keyword.
fn lifetime(text: &str) -> usize {
    text[1..].find(|c: char| !c.is_alphanumeric() && c != '_').map_or(text.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<String> {
        paths(text).into_iter().map(|p| format!("{}:{}", p.line, p.segments.join("::"))).collect()
    }

    #[test]
    fn trees_of_use_are_unfolded() {
        assert_eq!(
            seen("use crate::{a, b::{self, C as D}, e::*};\nuse f;"),
            ["1:crate::a", "1:crate::b::self", "1:crate::b::C", "1:crate::e::*", "2:f"]
        );
        assert_eq!(seen("use a::{\n  b,\n};\nfn x() { c::d::<u8>() }"), ["2:a::b", "4:c::d"]);
    }

    #[test]
    fn comments_and_literals_name_nothing() {
        assert_eq!(
            seen("// a::b\n/* c::d /* e::f */ g::h */ \"i::j \\\" k::l\" r#\"m::n\"# b'\"' '\\'' '\"'"),
            [""; 0]
        );
        assert_eq!(
            seen("fn f<'a>(x: &'a p::Q, c: char) { c == '{' || '\\u{7b}' == r::s }"),
            ["1:p::Q", "1:r::s"]
        );
    }

    #[test]
    fn tests_are_known() {
        let text = "use a::b;\n#[cfg(test)]\nmod tests {\n  fn f() { c::d() }\n}\nfn g() { e::f() }\n#[cfg(test)]\nuse h::i;";
        let tests: Vec<bool> = paths(text).iter().map(|p| p.test).collect();
        assert_eq!(tests, [false, true, false, true]);
    }

    #[test]
    fn tables() {
        let text = "mod x;\npub use y::Y;\npub static T: &[&'static Rule] = &[&z::RULE, w::RULE];\nfn f() { v::g() }";
        let names = tabled(text);
        assert!(names.contains(&"z".to_owned()) && names.contains(&"w".to_owned()));
        assert!(!names.iter().any(|n| ["x", "y", "v"].contains(&n.as_str())));
        assert!(tabled("pub static T: [&Rule; 2] = [&a::R, &b::R];").contains(&"b".to_owned()));
    }
}
