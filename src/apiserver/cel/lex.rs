//! An expression as tokens. Mirrors the lexer rules of CEL.g4 and what ANTLR does where none fits.

use super::source::Issues;

/// Kinds of tokens, in the order in which ANTLR lists what it expects.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Tok {
    Eq,
    Ne,
    In,
    Lt,
    Le,
    Ge,
    Gt,
    And,
    Or,
    LBracket,
    RBracket,
    LBrace,
    RBrace,
    LParen,
    RParen,
    Dot,
    Comma,
    Minus,
    Not,
    Question,
    Colon,
    Plus,
    Star,
    Slash,
    Percent,
    True,
    False,
    Null,
    Float,
    Int,
    Uint,
    Str,
    Bytes,
    Ident,
    Escaped,
    End,
}

impl Tok {
    /// As ANTLR names it in what is expected.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Eq => "'=='",
            Self::Ne => "'!='",
            Self::In => "'in'",
            Self::Lt => "'<'",
            Self::Le => "'<='",
            Self::Ge => "'>='",
            Self::Gt => "'>'",
            Self::And => "'&&'",
            Self::Or => "'||'",
            Self::LBracket => "'['",
            Self::RBracket => "']'",
            Self::LBrace => "'{'",
            Self::RBrace => "'}'",
            Self::LParen => "'('",
            Self::RParen => "')'",
            Self::Dot => "'.'",
            Self::Comma => "','",
            Self::Minus => "'-'",
            Self::Not => "'!'",
            Self::Question => "'?'",
            Self::Colon => "':'",
            Self::Plus => "'+'",
            Self::Star => "'*'",
            Self::Slash => "'/'",
            Self::Percent => "'%'",
            Self::True => "'true'",
            Self::False => "'false'",
            Self::Null => "'null'",
            Self::Float => "NUM_FLOAT",
            Self::Int => "NUM_INT",
            Self::Uint => "NUM_UINT",
            Self::Str => "STRING",
            Self::Bytes => "BYTES",
            Self::Ident => "IDENTIFIER",
            Self::Escaped => "ESC_IDENTIFIER",
            Self::End => "<EOF>",
        }
    }
}

/// A token: its kind, its first character's number, its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Tok,
    pub(super) at: u32,
    pub(super) text: &'t str,
}

/// All tokens, the end included. What is no token is an issue and passed over.
pub(super) fn lex<'t>(text: &'t str, issues: &mut Issues) -> Vec<Token<'t>> {
    let mut tokens = Vec::new();
    let (mut rest, mut at) = (text, 0);
    while let Some(c) = rest.chars().next() {
        let (kind, length) = match one(rest, c) {
            Read::Token(kind, length) => (Some(kind), length),
            Read::Hidden(length) => (None, length),
            Read::Wrong(length) => {
                let shown = rest.get(..length).unwrap_or_default();
                let shown = shown.replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r");
                issues.add(Some(at), format!("Syntax error: token recognition error at: '{shown}'"));
                (None, length)
            }
        };
        let (token, after) = rest.split_at_checked(length.max(c.len_utf8())).unwrap_or((rest, ""));
        if let Some(kind) = kind {
            tokens.push(Token { kind, at, text: token });
        }
        at += token.chars().count() as u32;
        rest = after;
    }
    tokens.push(Token { kind: Tok::End, at, text: "<EOF>" });
    tokens
}

enum Read {
    Token(Tok, usize),
    Hidden(usize),
    /// No token: the bytes up to and with the character that did not fit.
    Wrong(usize),
}

fn one(rest: &str, c: char) -> Read {
    let bytes = rest.as_bytes();
    let second = bytes.get(1).copied();
    let simple = |kind| Read::Token(kind, 1);
    match c {
        '\t' | ' ' | '\r' | '\n' | '\u{c}' => Read::Hidden(1),
        '/' if second == Some(b'/') => Read::Hidden(rest.find('\n').unwrap_or(rest.len())),
        '=' | '!' | '<' | '>' if second == Some(b'=') => {
            let kind = match c {
                '=' => Tok::Eq,
                '!' => Tok::Ne,
                '<' => Tok::Le,
                _ => Tok::Ge,
            };
            Read::Token(kind, 2)
        }
        '&' if second == Some(b'&') => Read::Token(Tok::And, 2),
        '|' if second == Some(b'|') => Read::Token(Tok::Or, 2),
        // The character behind is part of what did not fit.
        '=' | '&' | '|' => Read::Wrong(1 + rest.chars().nth(1).map_or(0, char::len_utf8)),
        '<' => simple(Tok::Lt),
        '>' => simple(Tok::Gt),
        '!' => simple(Tok::Not),
        '[' => simple(Tok::LBracket),
        ']' => simple(Tok::RBracket),
        '{' => simple(Tok::LBrace),
        '}' => simple(Tok::RBrace),
        '(' => simple(Tok::LParen),
        ')' => simple(Tok::RParen),
        ',' => simple(Tok::Comma),
        '-' => simple(Tok::Minus),
        '?' => simple(Tok::Question),
        ':' => simple(Tok::Colon),
        '+' => simple(Tok::Plus),
        '*' => simple(Tok::Star),
        '/' => simple(Tok::Slash),
        '%' => simple(Tok::Percent),
        '.' if second.is_some_and(|b| b.is_ascii_digit()) => {
            Read::Token(Tok::Float, exponent(bytes, digits(bytes, 1)))
        }
        '.' => simple(Tok::Dot),
        '0'..='9' => number(bytes),
        '"' | '\'' => quoted(rest, 0, false).map_or_else(Read::Wrong, |n| Read::Token(Tok::Str, n)),
        '`' => escaped(rest),
        'a'..='z' | 'A'..='Z' | '_' => word(rest),
        _ => Read::Wrong(c.len_utf8()),
    }
}

/// Where a run of digits ends.
fn digits(bytes: &[u8], from: usize) -> usize {
    from + bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count()
}

/// Where an exponent ends, if there is one.
fn exponent(bytes: &[u8], at: usize) -> usize {
    if !matches!(bytes.get(at), Some(b'e' | b'E')) {
        return at;
    }
    let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
    let end = digits(bytes, at + 1 + sign);
    if end > at + 1 + sign { end } else { at }
}

fn number(bytes: &[u8]) -> Read {
    let unsigned = |at: usize| matches!(bytes.get(at), Some(b'u' | b'U'));
    if bytes.starts_with(b"0x") {
        let end = 2 + bytes.iter().skip(2).take_while(|b| b.is_ascii_hexdigit()).count();
        if end > 2 {
            return if unsigned(end) { Read::Token(Tok::Uint, end + 1) } else { Read::Token(Tok::Int, end) };
        }
    }
    let whole = digits(bytes, 0);
    let mut end = whole;
    if bytes.get(whole) == Some(&b'.') && digits(bytes, whole + 1) > whole + 1 {
        end = digits(bytes, whole + 1);
    }
    let float = exponent(bytes, end);
    if float > whole {
        Read::Token(Tok::Float, float)
    } else if unsigned(whole) {
        Read::Token(Tok::Uint, whole + 1)
    } else {
        Read::Token(Tok::Int, whole)
    }
}

fn word(rest: &str) -> Read {
    // r"..", b"..", br"..": prefixes of strings; the longest token wins, and that is never the word before a quote.
    let prefix: String = rest.chars().take(2).map(|c| c.to_ascii_lowercase()).collect();
    let quote_at = |at: usize| matches!(rest.as_bytes().get(at), Some(b'"' | b'\''));
    let (skip, raw, kind) = match prefix.as_bytes() {
        [b'b', b'r'] if quote_at(2) => (2, true, Tok::Bytes),
        [b'b', ..] if quote_at(1) => (1, false, Tok::Bytes),
        [b'r', ..] if quote_at(1) => (1, true, Tok::Str),
        _ => (0, false, Tok::Ident),
    };
    if skip > 0
        && let Ok(end) = quoted(rest, skip, raw)
    {
        return Read::Token(kind, end);
    }
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let kind = match rest.get(..end).unwrap_or_default() {
        "in" => Tok::In,
        "true" => Tok::True,
        "false" => Tok::False,
        "null" => Tok::Null,
        _ => Tok::Ident,
    };
    Read::Token(kind, end)
}

/// An identifier in backquotes.
fn escaped(rest: &str) -> Read {
    let inner = rest.get(1..).unwrap_or_default();
    let end = inner
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | ' ')))
        .unwrap_or(inner.len());
    match inner.get(end..).and_then(|after| after.chars().next()) {
        Some('`') if end > 0 => Read::Token(Tok::Escaped, end + 2),
        Some(c) => Read::Wrong(1 + end + c.len_utf8()),
        None => Read::Wrong(rest.len()),
    }
}

/// Where a string that begins at a quote ends; or where it breaks off.
fn quoted(rest: &str, at: usize, raw: bool) -> Result<usize, usize> {
    let tail = rest.get(at..).unwrap_or_default();
    let triple =
        if tail.starts_with("\"\"\"") { Some("\"\"\"") } else { tail.starts_with("'''").then_some("'''") };
    if let Some(quote) = triple {
        // Three quotes that are never closed are an empty string and what comes after it.
        return Ok(until(rest, at + 3, quote, raw, true).unwrap_or(at + 2));
    }
    until(rest, at + 1, tail.get(..1).unwrap_or_default(), raw, false)
}

fn until(rest: &str, from: usize, quote: &str, raw: bool, lines: bool) -> Result<usize, usize> {
    let mut at = from;
    loop {
        let tail = rest.get(at..).unwrap_or_default();
        let Some(c) = tail.chars().next() else { return Err(rest.len()) };
        if tail.starts_with(quote) {
            return Ok(at + quote.len());
        }
        at += match c {
            '\\' if !raw => match escape_length(tail) {
                Ok(length) => length,
                Err(bad) => return Err(at + bad),
            },
            '\n' | '\r' if !lines => return Err(at + 1),
            c => c.len_utf8(),
        };
    }
}

/// How long an escape sequence is, or the bytes up to and with the character that makes it none.
fn escape_length(tail: &str) -> Result<usize, usize> {
    let bad = |index: usize| tail.char_indices().nth(index).map_or(tail.len(), |(at, c)| at + c.len_utf8());
    let hex = |count: usize| {
        for index in 2..2 + count {
            if !tail.as_bytes().get(index).is_some_and(u8::is_ascii_hexdigit) {
                return Err(bad(index));
            }
        }
        Ok(2 + count)
    };
    match tail.as_bytes().get(1) {
        Some(b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'"' | b'\'' | b'\\' | b'?' | b'`') => Ok(2),
        Some(b'x' | b'X') => hex(2),
        Some(b'u') => hex(4),
        Some(b'U') => hex(8),
        Some(b'0'..=b'3') => {
            for index in 2..4 {
                if !tail.as_bytes().get(index).is_some_and(|b| (b'0'..=b'7').contains(b)) {
                    return Err(bad(index));
                }
            }
            Ok(4)
        }
        _ => Err(bad(1)),
    }
}

/// Mirrors `unescape`: what a literal means, as bytes. `bytes`: escapes in numbers stand for bytes, not characters.
pub(super) fn unescape(literal: &str, bytes: bool) -> Result<Vec<u8>, &'static str> {
    const PLAIN: &str = "unable to unescape string";
    let normal = literal.replace("\r\n", "\n").replace('\r', "\n");
    let raw = normal.starts_with(['r', 'R']);
    let mut value = normal.get(usize::from(raw)..).unwrap_or_default();
    let quote =
        if value.len() >= 6 && (value.starts_with("'''") || value.starts_with("\"\"\"")) { 3 } else { 1 };
    value = value.get(quote..value.len().saturating_sub(quote)).ok_or(PLAIN)?;
    if raw || !value.contains('\\') {
        return Ok(value.as_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        if c != '\\' {
            let (token, after) = rest.split_at(c.len_utf8());
            out.extend_from_slice(token.as_bytes());
            rest = after;
            continue;
        }
        let kind = rest
            .as_bytes()
            .get(1)
            .copied()
            .ok_or("unable to unescape string, found '\\' as last character")?;
        let plain = match kind {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'\\' | b'\'' | b'"' | b'`' | b'?' => kind,
            _ => 0,
        };
        if plain != 0 {
            out.push(plain);
            rest = rest.get(2..).unwrap_or_default();
            continue;
        }
        let (from, to, radix) = match kind {
            b'x' | b'X' => (2, 4, 16),
            b'u' if !bytes => (2, 6, 16),
            b'U' if !bytes => (2, 10, 16),
            b'0'..=b'3' => (1, 4, 8),
            _ => return Err(PLAIN),
        };
        let digits = rest.get(from..to).ok_or(PLAIN)?;
        let value = u32::from_str_radix(digits, radix).map_err(|_| PLAIN)?;
        if bytes {
            out.push(value as u8);
        } else {
            let c = char::from_u32(value).ok_or("invalid unicode code point")?;
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        rest = rest.get(to..).unwrap_or_default();
    }
    Ok(out)
}
