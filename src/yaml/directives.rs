//! Comments that speak to kcheck: `# kcheck: ignore[image/latest] rebuilt every night`.
//!
//! Behind something, such a comment covers its line. On a line of its own it covers what follows: the field, the item of
//! a list (a container, say), and above the first field of a document all of it. `ignore-file` covers the file.

use super::{Document, Kind, flag};
use crate::finding::{Place, Span};

/// A comment that speaks to kcheck.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directive {
    /// The comment.
    pub place: Place,
    /// Codes and groups as they are written; none if the comment cannot be understood.
    pub codes: Vec<(String, Place)>,
    /// What stands behind the codes.
    pub reason: String,
    /// What it covers; `None` for the document that comes next.
    pub scope: Option<Span>,
}

/// What such comments begin with, behind `#` and blanks.
const PREFIX: &str = "kcheck:";

/// The comments of a document that speak to kcheck, in order of place.
pub fn directives(document: &Document) -> Vec<Directive> {
    let source = document.source();
    let text = source.text();
    let mut directives = Vec::new();
    let mut index = None;
    for comment in document.comments() {
        let span = comment.span;
        let said = text.get(span.start as usize..span.end as usize).unwrap_or_default().trim_end();
        let Some(words) = said.trim_start_matches('#').trim_start().strip_prefix(PREFIX) else { continue };
        // Where the words begin in the file.
        let base = span.start as usize + said.len() - words.len();
        let place = Place::new(document.file(), Span::new(span.start, span.start + said.len() as u32));
        let (verb, rest) = words.split_once('[').unwrap_or((words, ""));
        let (list, reason) = rest.split_once(']').unwrap_or_default();
        let whole_file = match verb.trim() {
            "ignore" => false,
            "ignore-file" => true,
            _ => {
                let scope = Some(Span::default());
                directives.push(Directive { place, codes: Vec::new(), reason: String::new(), scope });
                continue;
            }
        };
        let mut codes = Vec::new();
        let mut at = base + verb.len() + 1;
        for code in list.split(',') {
            let name = code.trim();
            if !name.is_empty() {
                let start = (at + code.len() - code.trim_start().len()) as u32;
                let span = Span::new(start, start + name.len() as u32);
                codes.push((name.to_owned(), Place::new(document.file(), span)));
            }
            at += code.len() + 1;
        }
        let scope = if whole_file {
            Some(Span::new(0, text.len() as u32))
        } else {
            scope(document, span, index.get_or_insert_with(|| Index::new(document)))
        };
        let reason = reason.trim().trim_start_matches([':', '-', '–']).trim().to_owned();
        directives.push(Directive { place, codes, reason, scope });
    }
    directives
}

/// Nodes in order of place; copies that aliases made are left out.
struct Index(Vec<(u32, u32)>);

impl Index {
    fn new(document: &Document) -> Self {
        let nodes = document.nodes().iter().enumerate();
        let mut starts: Vec<(u32, u32)> = nodes
            .filter(|(_, node)| node.flags & flag::ALIASED == 0)
            .map(|(at, node)| (node.start, at as u32))
            .collect();
        starts.sort_unstable();
        Self(starts)
    }

    /// Nodes that begin at an offset or behind it.
    fn from(&self, offset: u32) -> &[(u32, u32)] {
        &self.0[self.0.partition_point(|(start, _)| *start < offset)..]
    }
}

/// What a comment covers.
fn scope(document: &Document, comment: Span, index: &Index) -> Option<Span> {
    let text = document.source().text();
    let start = comment.start as usize;
    let before = text.get(..start)?;
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    if !before[line..].trim().is_empty() {
        return Some(Span::new(line as u32, comment.start));
    }
    let root = document.root()?;
    // The first line that says something.
    let mut at = comment.end as usize;
    for next in text.get(at..document.span.end as usize)?.split_inclusive('\n') {
        let said = next.trim_start();
        if !said.is_empty() && !said.starts_with('#') {
            at += next.len() - said.len();
            break;
        }
        at += next.len();
    }
    let rest = text.get(at..document.span.end as usize)?;
    let start = at as u32;
    let line_end = (at + rest.find('\n').unwrap_or(rest.len())) as u32;
    if rest.starts_with("- ") || rest.starts_with("-\n") || rest.starts_with("-\r") {
        // An item begins behind its dash.
        let &(_, item) = index.from(start + 1).first()?;
        return Some(Span::new(start, document.view(item).span().end.max(line_end)));
    }
    // A quoted key begins behind its quote.
    let quote = u32::from(rest.starts_with(['"', '\'']));
    let key = index
        .from(start + quote)
        .iter()
        .take_while(|(from, _)| *from == start + quote)
        .find(|(_, node)| document.view(*node).kind() == Kind::Key);
    match key {
        // The first field of a document.
        Some((_, 1)) if root.kind() == Kind::Map => Some(document.span),
        Some(&(_, key)) => Some(Span::new(start, document.view(key + 1).span().end.max(line_end))),
        None => Some(Span::new(start, line_end)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::finding::FileId;
    use crate::source::Source;

    /// Codes, reason, and the lines that are covered.
    type Told = (String, String, Option<(u32, u32)>);

    /// Each directive of a text.
    fn read(text: &str) -> Vec<Told> {
        let source = Arc::new(Source::new("x.yaml", text.as_bytes().to_vec()));
        let (documents, _) = crate::yaml::parse(&source, FileId(0));
        documents
            .iter()
            .flat_map(directives)
            .map(|directive| {
                let codes: Vec<&str> = directive
                    .codes
                    .iter()
                    .map(|(code, place)| {
                        let span = place.span;
                        assert_eq!(code, &text[span.start as usize..span.end as usize]);
                        code.as_str()
                    })
                    .collect();
                let line = |offset| source.position(offset).0;
                let scope = directive.scope.map(|scope| (line(scope.start), line(scope.end)));
                (codes.join(" "), directive.reason, scope)
            })
            .collect()
    }

    #[test]
    fn what_a_comment_covers() {
        let found = read(
            "\
# kcheck: ignore[a/document]
apiVersion: apps/v1
spec:
  # kcheck: ignore[a/field]
  replicas: 1
  template:   # kcheck: ignore[a/line, b] because
    # kcheck: ignore[a/spec]

    # and a word on it
    spec:
      containers:
        # kcheck: ignore[a/container] - it is old
        - name: web
          image: nginx # kcheck: ignore-file[a/file]
        - name: \"#kcheck: ignore[no]\"
  \"last\":
    # kcheck:ignore[c]
    'quoted': {a: 1,
      b: 2}
",
        );
        let lines = |a, b| Some((a, b));
        let wanted = [
            ("a/document", "", lines(1, 20)),
            ("a/field", "", lines(5, 5)),
            ("a/line b", "because", lines(6, 6)),
            ("a/spec", "", lines(10, 15)),
            ("a/container", "it is old", lines(13, 14)),
            ("a/file", "", lines(1, 20)),
            ("c", "", lines(18, 19)),
        ];
        let wanted: Vec<_> =
            wanted.into_iter().map(|(codes, reason, l)| (codes.to_owned(), reason.to_owned(), l)).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn above_everything_and_not_understood() {
        let found = read("# kcheck: ignore[a]\n---\nkind: Pod\n# kcheck: silence[b]\n# kcheck: ignore\n");
        let of = |scope| (String::new(), String::new(), scope);
        assert_eq!(found[0].2, None, "the document that follows");
        assert_eq!(found[1], of(Some((1, 1))));
        assert_eq!(found[2].0, "");
    }
}
