//! A file to documents, as kubectl cuts it (`k8s.io/apimachinery/pkg/util/yaml`).
//!
//! kubectl cuts by lines, before it reads YAML: a line that begins with `---` ends the document, inside a block scalar too.
//! A file whose first character is `{` is a stream of JSON values first; at the first mistake (unless two values were
//! read already) the rest is taken as YAML. kubectl gives up at the first mistake; here the rest is read as well.

use std::borrow::Cow;
use std::sync::Arc;

use super::arena::Document;
use super::build::Buffers;
use super::encoding;
use super::explain;
use super::fast;
use super::full::{self, Chunk};
use super::json::{self, JsonError, read_json};
use super::utf16;
use crate::finding::{FileId, Finding, Span};
use crate::source::Source;

/// How far kubectl looks for the first character.
const LOOK_AHEAD: usize = 4096;

/// Reads a file as `kubectl -f` does. There is a document for every piece of at least one byte, also for those that hold
/// nothing, and for those that cannot be read (`Document::broken`), which have a finding. A finding's `document` is the
/// position in the list.
pub fn parse(source: &Arc<Source>, file: FileId) -> (Vec<Document>, Vec<Finding>) {
    parse_reusing(source, file, &mut Buffers::default())
}

/// The same with buffers that are kept from one file to the next.
pub fn parse_reusing(
    source: &Arc<Source>,
    file: FileId,
    buffers: &mut Buffers,
) -> (Vec<Document>, Vec<Finding>) {
    let mut stream = Stream::new(source, file, Some(buffers));
    if utf16::is_utf16(source) {
        stream.utf16();
    } else if stream.might_be_json() {
        stream.json();
    } else {
        stream.yaml(0, None);
    }
    (stream.documents, stream.findings)
}

/// Reads a file as YAML even if it looks like JSON: what kubectl's `YAMLReader` and `YAMLToJSON` make of it.
pub fn parse_yaml(source: &Arc<Source>, file: FileId) -> (Vec<Document>, Vec<Finding>) {
    let mut buffers = Buffers::default();
    let mut stream = Stream::new(source, file, Some(&mut buffers));
    stream.yaml(0, None);
    (stream.documents, stream.findings)
}

/// The same by the full reader alone: what the fast one is held against.
pub fn parse_yaml_fully(source: &Arc<Source>, file: FileId) -> (Vec<Document>, Vec<Finding>) {
    let mut stream = Stream::new(source, file, None);
    stream.yaml(0, None);
    (stream.documents, stream.findings)
}

/// Reads a text as the API server reads a request body of type `application/yaml`: one document, nothing cut, no line
/// added at the end. The finding's server message is the library's alone.
pub fn parse_body(source: &Arc<Source>, file: FileId) -> Result<Document, Box<Finding>> {
    let text = source.text().as_bytes();
    let doc = Document::new(source.clone(), file, 0, Span::new(0, text.len() as u32));
    if utf16::is_utf16(source) {
        return utf16::read(source, doc, false)
            .map_err(|refusal| Box::new(explain::encoding(source, file, 0, &refusal)));
    }
    // An empty body is read as an empty line.
    let text = if text.is_empty() { b"\n" } else { text };
    let chunk = Chunk { text, base: 0, fault: encoding::fault(source, text, 0) };
    full::read(doc, &chunk).map_err(|unread| {
        let message = unread.text();
        Box::new(explain::unread(source, file, Span::new(0, text.len() as u32), &unread, message))
    })
}

struct Stream<'s> {
    /// For the fast reader, which is not asked without.
    buffers: Option<&'s mut Buffers>,
    source: &'s Arc<Source>,
    file: FileId,
    text: &'s [u8],
    documents: Vec<Document>,
    findings: Vec<Finding>,
}

impl<'s> Stream<'s> {
    fn new(source: &'s Arc<Source>, file: FileId, buffers: Option<&'s mut Buffers>) -> Self {
        let text = source.text().as_bytes();
        Self { buffers, source, file, text, documents: Vec::with_capacity(1), findings: Vec::new() }
    }

    fn might_be_json(&self) -> bool {
        let text = self.source.text();
        let seen = text.get(..text.floor_char_boundary(LOOK_AHEAD)).unwrap_or_default();
        seen.trim_start().starts_with('{')
    }

    fn document(&self, start: usize, end: usize) -> Document {
        let span = Span::new(start as u32, end as u32);
        Document::new(self.source.clone(), self.file, self.documents.len() as u32, span)
    }

    /// A document that cannot be read.
    fn broken(&mut self, start: usize, end: usize, finding: Finding) {
        let mut doc = self.document(start, end);
        doc.broken = true;
        self.findings.push(finding.document(self.documents.len() as u32));
        self.documents.push(doc);
    }

    fn json(&mut self) {
        let mut at = 0;
        loop {
            let space = |c: &&u8| matches!(c, b' ' | b'\t' | b'\n' | b'\r');
            let value = at + self.text[at..].iter().take_while(space).count();
            if value == self.text.len() {
                // White space behind the last value belongs to it.
                return;
            }
            let mut doc = self.document(value, self.text.len());
            doc.json = true;
            let error = match read_json(doc) {
                Ok((mut doc, end)) => {
                    doc.span.end = end;
                    self.documents.push(doc);
                    at = end as usize;
                    continue;
                }
                Err(error) => error,
            };
            let sure = self.documents.len() > 1;
            match (sure, self.yaml_start(at)) {
                (false, Some(start)) => self.yaml(start, Some(&error)),
                _ => {
                    let finding = explain::json(
                        self.source,
                        self.file,
                        &error,
                        if sure { go_error(&error) } else { syntax_error(&error) },
                    );
                    self.broken(value, self.text.len(), finding);
                }
            }
            return;
        }
    }

    /// Where kubectl goes on with YAML when JSON has failed: behind white space, up to and with the first line feed. It
    /// reads four bytes at a time, and gives up if there are not so many.
    fn yaml_start(&self, mut at: usize) -> Option<usize> {
        loop {
            if self.text.len() - at < 4 {
                return None;
            }
            let c = self.source.text().get(at..)?.chars().next()?;
            if !c.is_whitespace() {
                return Some(at);
            }
            at += c.len_utf8();
            if c == '\n' {
                return Some(at);
            }
        }
    }

    /// Reads YAML documents from an offset on. `json`: what JSON said of the same text, which is what kubectl prints if
    /// the first of them cannot be read either.
    fn yaml(&mut self, from: usize, json: Option<&JsonError>) {
        let mut json = json;
        // Where the text of the piece begins, and where its document does: behind a `---` line of its own.
        let (mut text, mut start) = (from, from);
        let first = self.text[from..].starts_with(b"---").then_some(from);
        let bytes = self.text;
        let others = memchr::memmem::find_iter(&bytes[from..], b"\n---").map(|at| from + at + 1);
        for line in first.into_iter().chain(others) {
            let end = memchr::memchr(b'\n', &bytes[line..]).map_or(bytes.len(), |at| line + at + 1);
            let rest = self.source.text().get(line + 3..end).unwrap_or_default().trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                let mut finding = explain::separator(self.source, self.file, line, end, rest);
                if let (Some(json), Some(server)) = (json.take(), &mut finding.server) {
                    server.message = syntax_error(json);
                }
                // What stands in front of it is lost with it.
                self.broken(start.min(line), end, finding);
                (text, start) = (end, end);
            } else if line > text {
                self.piece(text, start, line, json.take());
                (text, start) = (end, end);
            } else {
                // Nothing in front of it: it belongs to what follows, and counts as its first line.
                start = end;
            }
        }
        if bytes.len() > text {
            self.piece(text, start, bytes.len(), json);
        }
    }

    fn piece(&mut self, text: usize, start: usize, end: usize, json: Option<&JsonError>) {
        let mut doc = self.document(start, end);
        if let Some(buffers) = self.buffers.as_deref_mut() {
            match fast::read(doc, self.source, text, buffers) {
                Ok(read) => {
                    buffers.fast += 1;
                    return self.documents.push(read);
                }
                Err(unread) => {
                    buffers.full += 1;
                    doc = unread;
                }
            }
        }
        let bytes = &self.text[text..end];
        // kubectl ends every line, the last one too.
        let lines: Cow<'_, [u8]> =
            if bytes.ends_with(b"\n") { bytes.into() } else { [bytes, b"\n"].concat().into() };
        let chunk =
            Chunk { text: &lines, base: text as u32, fault: encoding::fault(self.source, &lines, text) };
        match full::read(doc, &chunk) {
            Ok(doc) => self.documents.push(doc),
            Err(unread) => {
                let message = match json {
                    Some(error) => syntax_error(error),
                    None => format!("error converting YAML to JSON: {}", unread.text()),
                };
                let span = Span::new(text as u32, end as u32);
                let finding = explain::unread(self.source, self.file, span, &unread, message);
                self.broken(start, end, finding);
            }
        }
    }

    fn utf16(&mut self) {
        let doc = self.document(0, self.text.len());
        match utf16::read(self.source, doc, true) {
            Ok(doc) => self.documents.push(doc),
            Err(refusal) => {
                let refusal = format!("error converting YAML to JSON: {refusal}");
                let finding = explain::encoding(self.source, self.file, 0, &refusal);
                self.broken(0, self.text.len(), finding);
            }
        }
    }
}

/// As Go's decoder says it, which reads from a stream.
fn go_error(error: &JsonError) -> String {
    if error.message == json::END { "unexpected EOF".to_owned() } else { error.message.clone() }
}

/// As kubectl prints it: the offset counts the wrong byte.
fn syntax_error(error: &JsonError) -> String {
    if error.message == json::END {
        go_error(error)
    } else {
        format!("json: offset {}: {}", error.offset + 1, error.message)
    }
}
