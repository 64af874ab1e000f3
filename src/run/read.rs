//! Files to documents, in parallel.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::Usage;
use super::codes::{NOT_KUBERNETES, UNREADABLE};
use crate::finding::{FileId, Finding, Place, Span};
use crate::report::FileKind;
use crate::source::{self, Source};
use crate::yaml::{self, Document};

use super::recognise::recognise;

/// A file and what is in it.
#[derive(Clone)]
pub(super) struct FileRead {
    pub(super) source: Arc<Source>,
    pub(super) id: FileId,
    pub(super) bytes: u64,
    pub(super) kind: FileKind,
    pub(super) documents: Vec<Document>,
    /// What is wrong with its text.
    pub(super) findings: Vec<Finding>,
    /// Its text names kcheck: there may be suppressions in it.
    pub(super) names_kcheck: bool,
}

/// Reads all files below the paths, numbered from `first` in order of path. A named file that cannot be read is an
/// error of usage, one that was met in a folder is a finding.
pub(super) fn read(paths: &[PathBuf], first: u32) -> Result<Vec<FileRead>, Usage> {
    read_with(paths, first, &BTreeMap::new())
}

/// The same, with other texts than the disk has for some of the files.
pub(super) fn read_with(
    paths: &[PathBuf],
    first: u32,
    texts: &BTreeMap<String, Arc<str>>,
) -> Result<Vec<FileRead>, Usage> {
    let entries = source::list(paths)?;
    let files: Vec<Result<FileRead, Usage>> = entries
        .par_iter()
        .enumerate()
        .with_min_len(16)
        .map(|(i, entry)| read_one(entry, FileId(first + i as u32), texts))
        .collect();
    files.into_iter().collect()
}

/// The same of texts that were fetched elsewhere.
pub(super) fn read_sources(
    sources: Vec<Result<Source, source::Unread>>,
    first: u32,
) -> Result<Vec<FileRead>, Usage> {
    let files: Vec<Result<FileRead, Usage>> = sources
        .into_par_iter()
        .enumerate()
        .with_min_len(16)
        .map(|(i, source)| {
            DESK.with_borrow_mut(|desk| parsed(source, FileId(first + i as u32), &mut desk.buffers))
        })
        .collect();
    files.into_iter().collect()
}

/// What a thread reads with, from one file to the next.
#[derive(Default)]
struct Desk {
    bytes: Vec<u8>,
    buffers: yaml::Buffers,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

fn read_one(
    entry: &source::Entry,
    id: FileId,
    texts: &BTreeMap<String, Arc<str>>,
) -> Result<FileRead, Usage> {
    let mut file = DESK.with_borrow_mut(|desk| {
        let Desk { bytes, buffers } = desk;
        let read = source::read_reusing(entry, bytes);
        let other = read.as_ref().ok().and_then(|source| texts.get_key_value(source.path()));
        match other {
            Some((path, text)) => {
                parsed(Ok(Source::new(path.clone(), text.as_bytes().to_vec())), id, buffers)
            }
            None => parsed(read, id, buffers),
        }
    })?;
    let is_input = !matches!(file.kind, FileKind::Kustomization | FileKind::Chart);
    if entry.how() == source::How::Named && is_input {
        let no_object = |(i, document): (usize, &Document)| no_object(document, i as u32);
        let found: Vec<Finding> = file.documents.iter().enumerate().filter_map(no_object).collect();
        file.findings.extend(found);
    }
    Ok(file)
}

fn parsed(
    source: Result<Source, source::Unread>,
    id: FileId,
    buffers: &mut yaml::Buffers,
) -> Result<FileRead, Usage> {
    match source {
        Ok(source) => {
            let source = Arc::new(source);
            let (documents, findings) = yaml::parse_reusing(&source, id, buffers);
            let bytes = source.text().len() as u64;
            let recognised = recognise(source.path(), source.text(), &documents);
            // Asked now, while the text is at hand.
            let names_kcheck = memchr::memmem::find(source.text().as_bytes(), b"kcheck").is_some();
            let mut file =
                FileRead { source, id, bytes, kind: recognised.kind, documents, findings, names_kcheck };
            if file.kind == FileKind::Chart {
                // Templates are text until Helm has rendered them.
                file.findings.clear();
            }
            Ok(file)
        }
        Err(unread) if unread.is_usage() => {
            Err(Usage::Unread { path: unread.path.clone(), why: unread.trouble.to_string() })
        }
        Err(unread) => {
            let source = Arc::new(Source::new(unread.path.clone(), Vec::new()));
            let finding = Finding::new(
                &UNREADABLE,
                Place::new(id, Span::default()),
                format!("cannot read {}: {}", unread.path, unread.trouble),
            )
            .help("list it in .kcheckignore if it is no manifest");
            Ok(FileRead {
                source,
                id,
                bytes: 0,
                kind: FileKind::Unreadable,
                documents: Vec::new(),
                findings: vec![finding],
                names_kcheck: false,
            })
        }
    }
}

/// A mapping that is no object, at `position` of its file.
fn no_object(document: &Document, position: u32) -> Option<Finding> {
    let root = document.root()?;
    let lacks: Vec<&str> = ["apiVersion", "kind"]
        .into_iter()
        .filter(|key| root.get(key).is_none_or(yaml::View::is_null))
        .collect();
    let (key, _) = root.entries().next()?;
    if lacks.is_empty() {
        return None;
    }
    let message = format!("no Kubernetes object: it has no {}", lacks.join(" and no "));
    Some(
        Finding::new(&NOT_KUBERNETES, key.place(), message)
            .label("a mapping of something else")
            .document(position),
    )
}
