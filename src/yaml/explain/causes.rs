//! From the library's words and the text around them to what was probably meant.

use super::Cause;
use super::indent;
use super::scene::{Scene, short};
use crate::finding::Span;
use crate::yaml::codes;

/// What is most likely wrong. `at` is where the library stopped, `opened` where that began which it was in.
pub(super) fn find(scene: &Scene<'_>, at: usize, opened: Option<usize>, message: &str) -> Cause {
    if let Some(cause) = template(scene, at, opened) {
        return cause;
    }
    let cause = match message {
        "mapping values are not allowed in this context" => mapping_value(scene, at),
        "did not find expected key" | "did not find expected '-' indicator" => expected_key(scene, at),
        "could not find expected ':'" => no_colon(scene, opened.unwrap_or(at)),
        "found character that cannot start any token" => bad_start(scene, at),
        "did not find expected ',' or ']'" | "did not find expected ',' or '}'" => {
            opened.map(|opened| bracket(scene, at, opened))
        }
        "did not find expected node content" => node_content(scene, at),
        "found unexpected end of stream" | "found unexpected document indicator" => {
            opened.map(|opened| unclosed_quote(scene, at, opened))
        }
        "found unknown escape character" => Some(escape(scene, at)),
        "did not find expected alphabetic or numeric character" => {
            opened.map(|opened| starts_with_indicator(scene, opened))
        }
        "block sequence entries are not allowed in this context" => Some(item_on_line(scene, at)),
        "did not find expected comment or line break" => {
            opened.map(|opened| behind_block_indicator(scene, at, opened))
        }
        "found a tab character that violates indentation"
        | "found a tab character where an indentation space is expected" => Some(tab(scene, at)),
        "found an indentation indicator equal to 0" => Some(Cause::new(
            scene.character(at),
            "the indentation of a block text is given as 0",
            "leave the number out: the first line decides; or give 1 to 9",
        )),
        "map merge requires map or sequence of maps as the value" => Some(Cause::new(
            scene.to_line_end(at),
            "`<<` merges a mapping, and this is none",
            "write an alias of a mapping (`<<: *name`) or a list of such",
        )),
        "did not find expected <document start>" | "found incompatible YAML document" => {
            Some(directive(scene, at))
        }
        "found unknown directive name" => Some(starts_with_indicator(scene, opened.unwrap_or(at))),
        "found undefined tag handle" => Some(Cause::new(
            scene.word(at),
            format!("the tag `{}` is not defined", scene.shown(scene.word(at))),
            "quote the text if it is none: a value that begins with `!` is a tag",
        )),
        _ => None,
    };
    cause.or_else(|| by_prefix(scene, at, message)).unwrap_or_else(|| {
        Cause::new(
            scene.word(at),
            format!("not readable as YAML: {message}"),
            "compare the indentation with the lines above, and look for a quote or bracket that is not closed",
        )
    })
}

/// Words of the library that end in names and numbers.
fn by_prefix(scene: &Scene<'_>, at: usize, message: &str) -> Option<Cause> {
    if let Some(name) = message.strip_prefix("unknown anchor '") {
        let name = name.strip_suffix("' referenced").unwrap_or(name);
        return Some(Cause::new(
            scene.word(at),
            format!("`*{name}` stands for nothing: no `&{name}` comes before it in this document"),
            format!(
                "quote it if it is a text (\"*{name}\"); an alias knows only the anchors of its own document"
            ),
        ));
    }
    if message.ends_with("value contains itself") {
        return Some(Cause::new(
            scene.word(at),
            "this alias stands inside of what it stands for",
            "write the inner value out",
        ));
    }
    if message.starts_with("unsupported map key of type: %!s(<nil>)") {
        return Some(Cause::new(
            scene.to_line_end(at),
            "a key that is null",
            "`null`, `~` and nothing are no text: quote the key (\"null\"), or write the name that is missing",
        )
        .code(&codes::NON_STRING_KEY));
    }
    if message.starts_with("unsupported map key of type: uint64") {
        return Some(
            Cause::new(
                scene.to_line_end(at),
                "a number as a key that is larger than 64 bits with a sign",
                "quote the key",
            )
            .code(&codes::NON_STRING_KEY),
        );
    }
    if message.starts_with("invalid map key: ") {
        return Some(Cause::new(
            scene.to_line_end(at),
            "a list or a mapping as a key",
            "keys are texts: a key that begins with `[` or `{` must be quoted, and so must a value that begins with them if \
             it is a text",
        )
        .code(&codes::NON_STRING_KEY));
    }
    if message.starts_with("json: unsupported value: ") {
        return Some(Cause::new(
            scene.word(at),
            format!("`{}` is no number that JSON has", scene.shown(scene.word(at))),
            "quote it if it is a text",
        ));
    }
    if message.starts_with("exceeded max depth") {
        return Some(Cause::new(
            scene.character(at),
            "nested more than 10,000 levels deep",
            "Kubernetes reads no deeper; is a bracket repeated by mistake?",
        ));
    }
    if message.starts_with("cannot decode ") || message.starts_with("!!binary") {
        return Some(Cause::new(
            scene.to_line_end(at),
            format!("the value does not fit its tag: {message}"),
            "take the tag (`!!...`) away, or mend the value",
        ));
    }
    None
}

/// Text of a Go template: what Helm and others fill in before Kubernetes sees it.
pub(super) fn template(scene: &Scene<'_>, at: usize, opened: Option<usize>) -> Option<Cause> {
    let on_line = |at: usize| {
        let line = scene.line(at);
        line.text.find("{{").map(|i| line.start + i)
    };
    let upto = scene.line(at).end();
    let start = on_line(at).or_else(|| opened.and_then(on_line)).or_else(|| {
        let before = scene.before(upto);
        before.rfind("{{").map(|i| upto - before.len() + i)
    })?;
    let rest = scene.line(start);
    let text = rest.text.get(start - rest.start..).unwrap_or_default();
    let len = text.find("}}").map_or(text.trim_end().len(), |i| i + 2);
    let span = Span::new(start as u32, (start + len) as u32);
    let cause = Cause::new(
        span,
        format!("template text that was not filled in: `{}`", scene.shown(span)),
        "this looks like a Helm chart or another Go template: it becomes a manifest when it is rendered. Check what comes \
         out (`helm template CHART`), not the template. If the braces are meant as text, quote the value",
    );
    Some(cause)
}

fn is_quoted(text: &str) -> bool {
    text.starts_with(['"', '\''])
}

/// A `:` where no key can be.
fn mapping_value(scene: &Scene<'_>, at: usize) -> Option<Cause> {
    let line = scene.line(at);
    let before = line.text.get(..at - line.start)?;
    let content = before.trim_start().trim_start_matches("- ").trim_start();
    // `labels: app: nginx`
    if let Some(key) = indent::key(content) {
        let value = content[key.len()..].trim_start_matches(':').trim_start();
        let start = at - value.len();
        let span = scene.to_line_end(start);
        let value = scene.shown(span);
        return Some(
            Cause::new(
                span,
                format!("a second `:` on one line: `{key}` already has a value here"),
                format!(
                    "if `{value}` is a mapping inside `{key}`, write it on a line of its own, two columns further in, or as \
                     `{key}: {{{value}}}`; if it is a text, quote it: `{key}: \"{}\"`",
                    value.replace('"', "\\\"")
                ),
            )
            .label("a key and a value where only a value can be"),
        );
    }
    // The line goes on with what the line above began.
    let above = scene.above(line).next()?;
    let text = above.content().trim_start_matches("- ").trim();
    if let Some(cause) = missing_space(scene, above.start + above.text.len() - above.content().len(), text) {
        return Some(cause);
    }
    if indent::key(text).is_none()
        && !is_quoted(text)
        && !text.contains(' ')
        && above.indent() < line.indent()
    {
        return Some(without_colon(above.end() - text.len(), text));
    }
    if at - line.start > 1024 {
        return Some(Cause::new(
            scene.character(at),
            "a key of more than 1024 characters",
            "keys are shorter: is it a text that should be quoted?",
        ));
    }
    indent::find(scene, at)
}

/// `name:nginx`
fn missing_space(scene: &Scene<'_>, start: usize, text: &str) -> Option<Cause> {
    let colon = text.find(':')?;
    let (name, value) = (&text[..colon], &text[colon + 1..]);
    let word =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    if name.is_empty() || !word(name) || value.is_empty() || value.starts_with([' ', '/', '\t']) {
        return None;
    }
    let line = scene.line(start);
    let start = line.start + line.text.find(text)?;
    let behind = (start + colon + 1) as u32;
    let span = Span::new(start as u32, (start + text.len()) as u32);
    Some(
        Cause::new(
            span,
            format!("no space behind the colon: `{}`", short(text)),
            format!("write `{name}: {}`: without the space it is one word", short(value)),
        )
        .fix("put a space behind the colon", vec![(Span::new(behind, behind), " ".to_owned())]),
    )
}

fn without_colon(start: usize, text: &str) -> Cause {
    let span = Span::new(start as u32, (start + text.len()) as u32);
    let cause = Cause::new(
        span,
        format!("`{}` has no colon", short(text)),
        format!(
            "write `{}:` if it is a key; a text over several lines must be indented, or follow `|`",
            short(text)
        ),
    )
    .label("neither a key nor a list item");
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !name.contains(' ') => Cause {
            help: format!("YAML has `:` and a space where others have `=`: write `{name}: {value}`"),
            ..cause
        },
        _ => cause,
    }
}

/// A line among keys that has no `:`.
fn no_colon(scene: &Scene<'_>, key: usize) -> Option<Cause> {
    let line = scene.line(key);
    let text = line.text.get(key - line.start..)?.trim_end();
    if text.is_empty() {
        return None;
    }
    if is_quoted(text) {
        let quote = &text[..1];
        if text.matches(quote).count() == 1 {
            return Some(unclosed_quote(scene, line.end(), key));
        }
    }
    if text.starts_with("<<<<<<<") || text.starts_with("=======") || text.starts_with(">>>>>>>") {
        return Some(Cause::new(
            scene.to_line_end(key),
            "a line that git left when it could not merge",
            "decide which of the two versions stays, and delete the lines with `<<<<<<<`, `=======`, `>>>>>>>`",
        ));
    }
    Some(missing_space(scene, key, text).unwrap_or_else(|| without_colon(key, text)))
}

/// Something where a key, an item or the end of a level was due.
fn expected_key(scene: &Scene<'_>, at: usize) -> Option<Cause> {
    let line = scene.line(at);
    let first = line.start + line.indent();
    if at > first {
        return Some(behind_value(scene, at));
    }
    let text = line.content();
    if indent::key(text).is_none() && !text.starts_with("- ") && text != "-" {
        if let Some(cause) = missing_space(scene, at, text.trim_end()) {
            return Some(cause);
        }
        // A text that goes on, after a comment or less indented.
        return Some(
            Cause::new(
                scene.to_line_end(at),
                format!("`{}` is neither a key nor a list item", short(text)),
                "a text over several lines must be indented further than its key, and no comment may stand in it; \
                 or is a `:` missing, or a quote above not closed?",
            )
            .label("a key was expected"),
        );
    }
    indent::find(scene, at)
}

/// `a: "x" y`
fn behind_value(scene: &Scene<'_>, at: usize) -> Cause {
    let line = scene.line(at);
    let span = scene.to_line_end(at);
    let before = line.text.get(..at - line.start).unwrap_or_default().trim_end();
    let help = if before.ends_with(['"', '\'']) {
        "the quotes end too early: quote the whole value, and inside of double quotes write \\\" for a quote (inside of \
         single quotes '')"
    } else if before.ends_with(['}', ']']) {
        "nothing may follow the closing bracket: quote the whole value if it is a text"
    } else {
        "put it on a line of its own, or quote the whole value"
    };
    Cause::new(span, format!("text behind the end of a value: `{}`", scene.shown(span)), help)
        .label("the value has ended before this")
}

fn tab(scene: &Scene<'_>, at: usize) -> Cause {
    let line = scene.line(at);
    let start = line.start;
    let blanks = &line.text[..line.indent()];
    let first = blanks.find('\t').map_or(at, |i| start + i);
    let len =
        line.text.get(first - start..).map_or(0, |rest| rest.len() - rest.trim_start_matches('\t').len());
    let span = Span::new(first as u32, (first + len.max(1)) as u32);
    let edits: Vec<_> = blanks
        .match_indices('\t')
        .map(|(i, _)| (Span::new((start + i) as u32, (start + i + 1) as u32), "  ".to_owned()))
        .collect();
    let cause = Cause::new(
        span,
        "a tab as indentation",
        "YAML is indented with spaces only: replace the tab by spaces (two a level), and let your editor insert spaces",
    );
    if edits.is_empty() { cause } else { cause.fix("replace tabs by two spaces each", edits) }
}

/// A character with which nothing can begin.
fn bad_start(scene: &Scene<'_>, at: usize) -> Option<Cause> {
    match scene.rest(at).chars().next()? {
        '\t' => Some(tab(scene, at)),
        '@' | '`' | '%' => Some(starts_with_indicator(scene, at)),
        _ => None,
    }
}

/// `*.example.com`, `@user`, `%d`, `&x(`: characters that mean something at the beginning of a value.
fn starts_with_indicator(scene: &Scene<'_>, at: usize) -> Cause {
    let span = scene.to_line_end(at);
    let shown = scene.shown(span);
    let c = shown.chars().next().unwrap_or('*');
    let meaning = match c {
        '*' => "`*` begins an alias",
        '&' => "`&` begins an anchor",
        '%' => "`%` begins a directive",
        _ => "YAML keeps this character for later use",
    };
    let quoted = if shown.contains('\'') { format!("\"{shown}\"") } else { format!("'{shown}'") };
    Cause::new(
        span,
        format!("a value cannot begin with `{c}` unless it is quoted"),
        format!("{meaning}: quote the text: {quoted}"),
    )
}

/// An opening bracket whose list or mapping goes wrong.
fn bracket(scene: &Scene<'_>, at: usize, opened: usize) -> Cause {
    // A quoted text is placed behind its quote.
    let at = if scene.before(at).ends_with(['"', '\'']) { at - 1 } else { at };
    let open = scene.rest(opened).chars().next().unwrap_or('[');
    let close = if open == '{' { '}' } else { ']' };
    if scene.is_end(at) || scene.line(at) != scene.line(opened) {
        return Cause::new(
            scene.character(opened),
            format!("`{open}` is not closed"),
            format!("a `{close}` is missing, or a comma between two entries"),
        )
        .label("opened here")
        .related(scene.word(at), format!("here a `,` or `{close}` was expected"));
    }
    Cause::new(
        scene.word(at),
        format!("`,` or `{close}` was expected before `{}`", scene.shown(scene.word(at))),
        format!(
            "entries between `{open}` and `{close}` are separated by commas; a text with `,`, `[`, `{{` or `: ` in it must be \
             quoted there"
        ),
    )
    .related(scene.character(opened), format!("`{open}` was opened here"))
}

/// Nothing where a value must be.
fn node_content(scene: &Scene<'_>, at: usize) -> Option<Cause> {
    let before = scene.before(at);
    if scene.is_end(at) {
        let open = unclosed_bracket(before).map(|i| at - before.len() + i)?;
        return Some(bracket(scene, at, open));
    }
    let span = scene.word(at);
    let first = scene.rest(at).chars().next()?;
    let help = match first {
        ',' => "there is a comma too many, or the value in front of it is missing",
        ']' | '}' => "there is no bracket that this one closes: quote it if it is part of a text",
        '-' => "between brackets a list is written with commas: `[a, b]`",
        _ => "a value is missing here, or a text must be quoted",
    };
    Some(Cause::new(span, format!("no value can begin with `{}`", scene.shown(span)), help))
}

/// Offset of the last bracket that is not closed; quotes are not looked at.
fn unclosed_bracket(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (i, c) in text.bytes().enumerate().rev() {
        match c {
            b']' | b'}' => depth += 1,
            b'[' | b'{' if depth == 0 => return Some(i),
            b'[' | b'{' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn unclosed_quote(scene: &Scene<'_>, at: usize, opened: usize) -> Cause {
    let quote = scene.rest(opened).chars().next().unwrap_or('"');
    let ends = if scene.is_end(at) { "the document ends here" } else { "the text ends here at the latest" };
    Cause::new(
        scene.to_line_end(opened),
        format!("the quote {quote} is not closed"),
        format!("write a {quote} behind the text; a line that begins with `---` ends the document, inside of quotes too"),
    )
    .label("opened here")
    .related(scene.character(at), ends)
}

fn escape(scene: &Scene<'_>, at: usize) -> Cause {
    let next = scene.rest(at).chars().nth(1).map_or(0, char::len_utf8);
    let span = Span::new(at as u32, (at + 1 + next) as u32);
    let shown = scene.shown(span);
    Cause::new(
        span,
        format!("`{shown}` means nothing in a double-quoted text"),
        format!(
            "write the backslash twice (`\\{shown}`), or use single quotes, in which a backslash is a backslash{}",
            if shown == "\\/" { "; `\\/` is JSON, a plain `/` does the same" } else { "" }
        ),
    )
}

/// `a: - b`
fn item_on_line(scene: &Scene<'_>, at: usize) -> Cause {
    let span = scene.to_line_end(at);
    Cause::new(
        span,
        "a list item on the line of its key",
        format!("put `{}` on the line below; or, if it is a text, quote it", scene.shown(span)),
    )
}

/// `a: | text`
fn behind_block_indicator(scene: &Scene<'_>, at: usize, opened: usize) -> Cause {
    let c = scene.rest(opened).chars().next().unwrap_or('|');
    if c == '%' {
        return directive(scene, opened);
    }
    let span = scene.to_line_end(at);
    Cause::new(
        span,
        format!("text on the line of `{c}`"),
        format!(
            "behind `{c}` the text begins on the next line, indented; a text that begins with `{c}` must be quoted"
        ),
    )
}

fn directive(scene: &Scene<'_>, at: usize) -> Cause {
    let line = scene.line(at);
    let line = if line.is_empty() { scene.above(line).next().unwrap_or(line) } else { line };
    Cause::new(
        scene.to_line_end(line.start),
        format!("`{}` does not work in a file for kubectl", short(line.text)),
        "delete the line: kubectl cuts the file at `---` before it reads it, so that a directive stands alone",
    )
}
