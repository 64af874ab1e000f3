//! What is wrong with a document that cannot be read, said so that a beginner can mend it.
//!
//! The library says what it did not find; people want to know what they wrote. So its words are kept (`server`), and the
//! text around the place is looked at for the mistakes that people make: a tab, a key one column off, two mappings on
//! one line, a quote that is never closed, a template that was not rendered.

mod causes;
mod indent;
mod scene;

use super::codes;
use super::full::{Unread, Why};
use super::json::JsonError;
use crate::finding::{Code, Edit, FileId, Finding, Fix, Place, Span};
use crate::source::Source;
use scene::Scene;

/// A cause: where, what, and how to mend it.
#[derive(Debug)]
struct Cause {
    span: Span,
    /// One sentence that stands alone.
    message: String,
    label: &'static str,
    /// The code, where it is not the one of whoever asked.
    code: Option<&'static Code>,
    help: String,
    related: Option<(Span, String)>,
    fix: Option<(String, Vec<(Span, String)>)>,
}

impl Cause {
    fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (message.into(), help.into());
        Self { span, message, label: "", code: None, help, related: None, fix: None }
    }

    fn code(mut self, code: &'static Code) -> Self {
        self.code = Some(code);
        self
    }

    fn label(mut self, text: &'static str) -> Self {
        self.label = text;
        self
    }

    fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related = Some((span, text.into()));
        self
    }

    fn fix(mut self, title: impl Into<String>, edits: Vec<(Span, String)>) -> Self {
        self.fix = Some((title.into(), edits));
        self
    }

    fn finding(self, code: &'static Code, source: &Source, file: FileId, server: String) -> Finding {
        // Places are whole characters, whatever the text around the mistake made of them.
        let text = source.text();
        let place = |span: Span| {
            let start = text.floor_char_boundary(span.start as usize);
            let end = text.ceil_char_boundary(span.end as usize).max(start);
            Place::new(file, Span::new(start as u32, end as u32))
        };
        let code = self.code.unwrap_or(code);
        let mut finding = Finding::new(code, place(self.span), self.message)
            .label(self.label)
            .help(self.help)
            .server("BadRequest", "", server);
        if let Some((span, text)) = self.related {
            finding = finding.related(place(span), text);
        }
        if let Some((title, edits)) = self.fix {
            let edits = edits.into_iter().map(|(span, text)| Edit { file, span, text }).collect();
            finding = finding.fix(Fix::maybe(title, edits));
        }
        finding
    }
}

/// A line that begins with `---` and has text behind it.
pub(super) fn separator(source: &Source, file: FileId, line: usize, end: usize, rest: &str) -> Finding {
    let text = source.text();
    let end = line + text.get(line..end).unwrap_or_default().trim_end().len();
    let span = Span::new(line as u32, end as u32);
    let dashes = text.get(line..end).unwrap_or_default();
    let cause = if dashes.bytes().all(|c| c == b'-') {
        Cause::new(
            span,
            format!("`{dashes}` does not separate documents"),
            "the line between two documents is three dashes, no more: `---`",
        )
        .fix("write `---`", vec![(span, "---".to_owned())])
    } else {
        let behind = Span::new(line as u32 + 3, (end - rest.len()) as u32);
        Cause::new(
            span,
            format!("text behind `---`: `{}`", scene::short(rest)),
            "kubectl takes only blanks or a `# comment` behind the three dashes: put the text on the line below. \
             The document in front of this line is lost as well",
        )
        .fix("put it on the line below", vec![(behind, "\n".to_owned())])
    };
    cause.finding(&codes::SEPARATOR, source, file, format!("invalid Yaml document separator: {rest}"))
}

/// A file that begins like JSON, and is none.
pub(super) fn json(source: &Source, file: FileId, error: &JsonError, message: String) -> Finding {
    let scene = Scene::new(source, Span::new(0, source.text().len() as u32));
    let at = error.offset as usize;
    let span = scene.character(at);
    let cause = causes::template(&scene, at, None).unwrap_or_else(|| {
        if span.is_empty() {
            Cause::new(span, "the JSON text ends too early", "a closing `}`, `]` or `\"` is missing")
        } else {
            Cause::new(
                span,
                format!("not JSON: {}", error.message),
                "a file that begins with `{` is read as JSON: mend it there",
            )
        }
    });
    cause.finding(&codes::SYNTAX, source, file, message)
}

/// A file of which no line can be read as text.
pub(super) fn encoding(source: &Source, file: FileId, at: u32, message: &str) -> Finding {
    let scene = Scene::new(source, Span::new(0, source.text().len() as u32));
    Cause::new(scene.character(at as usize), "the file is UTF-16", "save the file as UTF-8").finding(
        &codes::ENCODING,
        source,
        file,
        message.to_owned(),
    )
}

/// A document that the library refuses. `document` is its text in the file; `server` what kubectl (or the server) prints.
pub(super) fn unread(
    source: &Source,
    file: FileId,
    document: Span,
    unread: &Unread,
    server: String,
) -> Finding {
    let scene = Scene::new(source, document);
    let base = document.start as usize;
    let at = (base + unread.refusal.at).min(document.end as usize);
    let opened = unread.refusal.opened.map(|opened| (base + opened).min(document.end as usize));
    let message = unread.refusal.message.as_str();
    match unread.why {
        Why::Syntax | Why::Json => {
            causes::find(&scene, at, opened, message).finding(&codes::SYNTAX, source, file, server)
        }
        Why::Encoding => bytes(&scene, source, at).finding(&codes::ENCODING, source, file, server),
        Why::Aliases => Cause::new(
            scene.word(at),
            "this alias makes the document expand to far more than is written",
            "Kubernetes refuses documents that consist nearly only of aliases, because a few lines of them can fill \
             its memory: write the values out",
        )
        .finding(&codes::ALIAS_LIMIT, source, file, server),
    }
}

fn bytes(scene: &Scene<'_>, source: &Source, at: usize) -> Cause {
    let span = scene.character(at);
    let binary = scene.binary();
    let invalid = source.invalid_byte(at as u32);
    let message = match invalid {
        Some(byte) => format!("a byte that is not UTF-8: 0x{byte:02x}"),
        None => {
            let c = scene.rest(at).chars().next().map_or(0, |c| c as u32);
            format!("a control character: U+{c:04X}")
        }
    };
    let help = if binary {
        "this looks like a binary file: it is no manifest"
    } else if invalid.is_some() {
        "save the file as UTF-8 (in Latin-1 or Windows-1252 letters like é or ä are such bytes)"
    } else {
        "delete the character, or write it as an escape in a double-quoted text: \"\\u0001\""
    };
    Cause::new(span, message, help)
}
