//! Which files: named ones, folders, globs, stdin.
//!
//! Two steps, so that reading may go on in parallel: [`list`] says what is there, in order of path, without opening
//! a file; [`read`] fetches one. In a folder only files with a manifest's extension are met, as `kubectl apply -R -f`
//! does it (`ExpandPathsToFileVisitors`); a file that was named is read whatever it is called. Ignore files of the
//! person (git's global and `info/exclude`) don't count: the same tree gives the same list on every machine.

use std::ffi::{OsStr, OsString};
use std::fs::{File, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use globset::{GlobBuilder, GlobMatcher};
use ignore::{WalkBuilder, WalkState};
use rustc_hash::FxHashMap;

use super::Source;

/// Extensions that are met in a folder.
pub const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// Ignore file of our own, written like a `.gitignore`.
pub const IGNORE_FILE: &str = ".kcheckignore";

/// Bytes of the largest file that is read. Offsets are 32-bit numbers; a real export of a large cluster is a tenth
/// of this.
pub const MAX_BYTES: u64 = 256 << 20;

/// Bytes of the largest file that is read through a buffer and copied: to find memory for a larger one costs less than that.
const BUFFERED: u64 = 1 << 16;

/// Bytes at the start of a file in which a NUL byte marks it as binary.
const SNIFFED: usize = 8 << 10;

/// How a file was met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// Its path was given. If it cannot be read, kcheck could not do its job.
    Named,
    /// In a folder or by a glob. If it cannot be read, that is a finding.
    Found,
    /// It is standard input.
    Stdin,
}

/// A file to read.
#[derive(Debug)]
pub struct Entry {
    path: PathBuf,
    shown: String,
    how: How,
    trouble: Option<Trouble>,
}

impl Entry {
    /// Path as people see it: relative if it was given so, without a leading `./`, with `/` between folders;
    /// `<stdin>` for standard input.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// How it was met.
    pub fn how(&self) -> How {
        self.how
    }
}

/// What kept a file from being read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Trouble {
    /// The system refused.
    #[error("{}", plainly(.0))]
    Io(#[source] Arc<io::Error>),
    /// A link to nothing.
    #[error("it is a link that leads nowhere")]
    Dangling,
    /// Larger than [`MAX_BYTES`].
    #[error("it is larger than {} MiB, the most that kcheck reads from one file", MAX_BYTES >> 20)]
    TooLarge,
    /// No text.
    #[error("it is a binary file, not YAML or JSON text")]
    Binary,
    /// A pipe, a socket or a device met in a folder: opening it could block for ever.
    #[error("it is a pipe, a socket or a device, not a file")]
    Special,
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}

/// A file that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{path}`: {trouble}")]
pub struct Unread {
    /// Path as people see it.
    pub path: String,
    /// How it was met.
    pub how: How,
    /// Why.
    #[source]
    pub trouble: Trouble,
}

impl Unread {
    /// True if kcheck was asked for just this file and the system or its size forbids it: an error of usage. Otherwise
    /// it is a finding like any other. (A file that was read and turned out to hold no text is a finding.)
    pub fn is_usage(&self) -> bool {
        self.how != How::Found && matches!(self.trouble, Trouble::Io(_) | Trouble::TooLarge)
    }
}

/// A PATH that says nothing kcheck could work on.
#[derive(Debug, thiserror::Error)]
pub enum Usage {
    /// Nothing of that name.
    #[error("there is no file or folder `{0}`")]
    Missing(String),
    /// It is there, and cannot be looked at.
    #[error("cannot read `{path}`: {}", plainly(.source))]
    Unreadable {
        /// Path as people see it.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A glob that cannot be understood.
    #[error("`{pattern}` is no valid pattern: {}", .source.kind())]
    Pattern {
        /// As it was given.
        pattern: String,
        /// What is wrong with it.
        source: globset::Error,
    },
    /// A glob that matches nothing.
    #[error("no file matches `{0}`")]
    NoMatch(String),
}

/// The sentence of an error without the number that Rust appends.
fn plainly(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((sentence, _)) => sentence.to_owned(),
        None => text,
    }
}

/// Lists the files that `paths` stand for (none: the current folder), each once, standard input first, then in order
/// of path, compared folder by folder as kubectl walks. No file is opened.
///
/// A PATH is `-`, a file, a folder, or, if nothing of that name exists, a glob. Folders are walked without following
/// links to folders; git's own folder and what `.gitignore` and `.kcheckignore` name are left out.
pub fn list(paths: &[PathBuf]) -> Result<Vec<Entry>, Usage> {
    let mut found = Found::default();
    let here = [PathBuf::from(".")];
    for path in if paths.is_empty() { &here } else { paths } {
        if path == Path::new("-") {
            found.stdin = true;
            continue;
        }
        match std::fs::metadata(path) {
            Ok(meta) if meta.is_dir() => found.folder(path, None)?,
            Ok(_) => found.named(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match path.to_str() {
                Some(pattern) if has_glob(pattern) => found.glob(pattern)?,
                _ => return Err(Usage::Missing(shown(path))),
            },
            Err(source) => return Err(Usage::Unreadable { path: shown(path), source }),
        }
    }
    Ok(found.finish())
}

/// Reads one file.
pub fn read(entry: &Entry) -> Result<Source, Unread> {
    read_reusing(entry, &mut Vec::new())
}

/// The same through a buffer that is kept from one file to the next. A file costs one call of the system to open it, one
/// for its size, one to read it and one to close it.
pub fn read_reusing(entry: &Entry, buffer: &mut Vec<u8>) -> Result<Source, Unread> {
    source(entry, buffer).map_err(|trouble| Unread { path: entry.shown.clone(), how: entry.how, trouble })
}

fn source(entry: &Entry, buffer: &mut Vec<u8>) -> Result<Source, Trouble> {
    if let Some(trouble) = &entry.trouble {
        return Err(trouble.clone());
    }
    if entry.how == How::Stdin {
        return whole(entry, at_most(io::stdin().lock(), 0)?);
    }
    let file = File::open(&entry.path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if entry.path.is_symlink() => Trouble::Dangling,
        _ => error.into(),
    })?;
    let length = file.metadata()?.len();
    if length > BUFFERED {
        return whole(entry, at_most(file, length)?);
    }
    match at_once(file, length as usize, buffer)? {
        Some(bytes) if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") => {
            whole(entry, bytes.to_vec())
        }
        Some(bytes) if is_binary(bytes) => Err(Trouble::Binary),
        Some(bytes) => Ok(Source::copied(&*entry.shown, bytes)),
        // It says that it is small, and is not: a file of a system that makes them up.
        None => whole(entry, at_most(File::open(&entry.path)?, length)?),
    }
}

fn whole(entry: &Entry, bytes: Vec<u8>) -> Result<Source, Trouble> {
    Ok(Source::new(&*entry.shown, text(bytes)?))
}

/// The text in UTF-8, as kubectl makes it of UTF-16; what is no text is refused.
pub(super) fn text(bytes: Vec<u8>) -> Result<Vec<u8>, Trouble> {
    if let Some(text) = super::utf16::decode(&bytes) {
        return Ok(text.into_bytes());
    }
    if is_binary(&bytes) { Err(Trouble::Binary) } else { Ok(bytes) }
}

fn is_binary(bytes: &[u8]) -> bool {
    memchr::memchr(0, &bytes[..bytes.len().min(SNIFFED)]).is_some()
}

/// Reads a file that should have so many bytes with one call: it brings fewer than were asked for at the end of the file
/// alone. `None` if there is more than the buffer holds.
fn at_once(mut file: File, expected: usize, buffer: &mut Vec<u8>) -> Result<Option<&[u8]>, Trouble> {
    if buffer.len() <= expected {
        buffer.resize((expected + 1).next_multiple_of(1 << 16), 0);
    }
    let mut len = 0;
    while len < buffer.len() {
        match file.read(&mut buffer[len..]) {
            Ok(0) => return Ok(Some(&buffer[..len])),
            Ok(read) => {
                len += read;
                if len == expected {
                    return Ok(Some(&buffer[..len]));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// Everything, but one byte more than allowed is refused. `expected` saves growing; files may change while they are
/// read, so nothing relies on it.
fn at_most(from: impl Read, expected: u64) -> Result<Vec<u8>, Trouble> {
    if expected > MAX_BYTES {
        return Err(Trouble::TooLarge);
    }
    let mut bytes = Vec::with_capacity(expected as usize + 1);
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES { Err(Trouble::TooLarge) } else { Ok(bytes) }
}

/// The path as people see it.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if std::path::MAIN_SEPARATOR == '\\' { text.replace('\\', "/") } else { text.into_owned() };
    let mut rest = text.as_str();
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter.trim_start_matches('/');
    }
    if rest.is_empty() { ".".to_owned() } else { rest.to_owned() }
}

/// A text that sorts as paths do folder by folder: all that is below `a` before `a-b`.
fn folder_by_folder(path: &str) -> Vec<u8> {
    path.bytes().map(|byte| if byte == b'/' { 0 } else { byte }).chain([0]).collect()
}

pub(super) fn is_manifest(path: &Path) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|e| EXTENSIONS.contains(&e))
}

/// Files by what they really are (the path below the resolved PATH), so that none is read twice.
#[derive(Default)]
struct Found {
    stdin: bool,
    files: FxHashMap<OsString, Entry>,
    links: Vec<Entry>,
}

impl Found {
    fn named(&mut self, path: &Path) {
        let entry = Entry { path: path.to_owned(), shown: shown(path), how: How::Named, trouble: None };
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        self.files.insert(real.into(), entry);
    }

    /// Everything below `root` (that `only` wants).
    fn folder(&mut self, root: &Path, only: Option<&Only>) -> Result<(), Usage> {
        let real =
            std::fs::canonicalize(root).map_err(|source| Usage::Unreadable { path: shown(root), source })?;
        for met in walk(
            &walker(root, &real),
            |below| match only {
                None => is_manifest(below),
                Some(only) => only.wants(below),
            },
            root,
        ) {
            match met {
                Ok((path, kind)) => {
                    let below = path.strip_prefix(root).unwrap_or(&path).to_owned();
                    self.met(&real, &below, path, kind);
                }
                Err(error) => self.unwalked(root, &real, error)?,
            }
        }
        Ok(())
    }

    /// A file of a folder. Links to files are read as kubectl reads them, links to folders are not followed.
    fn met(&mut self, real: &Path, below: &Path, path: PathBuf, kind: FileType) {
        if kind.is_dir() || (kind.is_symlink() && path.is_dir()) {
            return;
        }
        let trouble = (!kind.is_file() && !path.is_file() && path.exists()).then_some(Trouble::Special);
        let entry = Entry { shown: shown(&path), path, how: How::Found, trouble };
        if kind.is_symlink() {
            self.links.push(entry);
        } else {
            self.files.entry(real.join(below).into()).or_insert(entry);
        }
    }

    /// A folder that could not be walked: an error of usage if it was given, else met and not read.
    fn unwalked(&mut self, root: &Path, real: &Path, error: ignore::Error) -> Result<(), Usage> {
        let path = path_of(&error).unwrap_or(root).to_owned();
        let source = error.into_io_error().unwrap_or_else(|| io::Error::other("it cannot be walked"));
        if path == root {
            return Err(Usage::Unreadable { path: shown(root), source });
        }
        let key = real.join(path.strip_prefix(root).unwrap_or(&path));
        let entry = Entry { shown: shown(&path), path, how: How::Found, trouble: Some(source.into()) };
        self.files.entry(key.into()).or_insert(entry);
        Ok(())
    }

    fn glob(&mut self, pattern: &str) -> Result<(), Usage> {
        let (root, only) = Only::new(pattern)?;
        let before = self.files.len() + self.links.len();
        if root.is_dir() {
            self.folder(&root, Some(&only))?;
        }
        if self.files.len() + self.links.len() == before {
            return Err(Usage::NoMatch(pattern.to_owned()));
        }
        Ok(())
    }

    fn finish(mut self) -> Vec<Entry> {
        // Of links to one file the first counts.
        self.links.sort_by_cached_key(|link| folder_by_folder(&link.shown));
        for link in self.links {
            // A link that leads nowhere (or in a circle) stays, and says so when it is read.
            let real = std::fs::canonicalize(&link.path).unwrap_or_else(|_| link.path.clone());
            self.files.entry(real.into()).or_insert(link);
        }
        let mut files: Vec<Entry> = self.files.into_values().collect();
        files.sort_by_cached_key(|file| folder_by_folder(&file.shown));
        if self.stdin {
            let shown = "<stdin>".to_owned();
            files.insert(0, Entry { path: PathBuf::new(), shown, how: How::Stdin, trouble: None });
        }
        files
    }
}

/// What a walk meets that is wanted, judged by its path below `root`; in no order, since folders are listed by several
/// threads.
fn walk(
    walker: &WalkBuilder,
    wanted: impl Fn(&Path) -> bool + Sync,
    root: &Path,
) -> Vec<Result<(PathBuf, FileType), ignore::Error>> {
    let (send, receive) = mpsc::channel();
    walker.build_parallel().run(|| {
        let (send, wanted) = (send.clone(), &wanted);
        Box::new(move |met| {
            let met = match met {
                Ok(met) => {
                    let below = met.path().strip_prefix(root).unwrap_or(met.path());
                    let Some(kind) = met.file_type().filter(|_| wanted(below)) else {
                        return WalkState::Continue;
                    };
                    Ok((met.into_path(), kind))
                }
                Err(error) => Err(error),
            };
            // The other end waits until the walk is done.
            let _ = send.send(met);
            WalkState::Continue
        })
    });
    drop(send);
    receive.into_iter().collect()
}

/// The walk of one folder. Inside a git repository the ignore files between its top and the folder count as well;
/// outside of one, a `.gitignore` above the folder (a home kept in git, say) means something else, and only the
/// [`IGNORE_FILE`] of the folder that kcheck was started in does.
fn walker(root: &Path, real: &Path) -> WalkBuilder {
    let in_git = real.ancestors().any(|folder| folder.join(".git").exists());
    let mut walker = WalkBuilder::new(root);
    walker
        .follow_links(false)
        // `.github`, `.argocd` and their like hold manifests too; git's own folder holds none.
        .hidden(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .ignore(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .parents(in_git)
        .add_custom_ignore_filename(IGNORE_FILE);
    if !in_git && root != Path::new(".") && Path::new(IGNORE_FILE).is_file() {
        // An ignore file that cannot be read ignores nothing.
        let _ = walker.add_ignore(IGNORE_FILE);
    }
    walker
}

/// The path that a walking error is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

pub(super) fn has_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// What a glob wants of the files below its folder.
pub(super) struct Only {
    matcher: GlobMatcher,
    any_extension: bool,
}

impl Only {
    /// Splits a pattern into the folder in front of its first wildcard and what is wanted there. Files that match are
    /// wanted whatever they are called if the pattern says how their names go on after a dot (`*.tmpl`), as a shell
    /// would hand them over; below a folder that matches (`apps/*`), manifests are.
    pub(super) fn new(pattern: &str) -> Result<(PathBuf, Self), Usage> {
        let mut root = PathBuf::new();
        let mut rest = pattern;
        while let Some((folder, below)) = rest.split_once('/') {
            if has_glob(folder) {
                break;
            }
            root.push(if folder.is_empty() { "/" } else { folder });
            rest = below.trim_start_matches('/');
        }
        let glob = GlobBuilder::new(rest)
            .literal_separator(true)
            .build()
            .map_err(|source| Usage::Pattern { pattern: pattern.to_owned(), source })?;
        let any_extension = rest.rsplit('/').next().is_some_and(|name| name.contains('.'));
        if root.as_os_str().is_empty() {
            root.push(".");
        }
        Ok((root, Self { matcher: glob.compile_matcher(), any_extension }))
    }

    pub(super) fn wants(&self, below: &Path) -> bool {
        if self.any_extension && self.matcher.is_match(below) {
            return true;
        }
        is_manifest(below)
            && below.ancestors().take_while(|p| !p.as_os_str().is_empty()).any(|p| self.matcher.is_match(p))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    /// What is listed for PATHS below the folder, shown relative to it.
    fn listed(dir: &tempfile::TempDir, paths: &[&str]) -> Vec<String> {
        let paths: Vec<PathBuf> = paths.iter().map(|p| dir.path().join(p)).collect();
        let prefix = format!("{}/", dir.path().display());
        list(&paths).unwrap().iter().map(|e| e.shown().strip_prefix(&prefix).unwrap().to_owned()).collect()
    }

    #[test]
    fn folders_are_walked_in_kubectls_order() {
        let dir = tree(&[
            ("b.yaml", ""),
            ("a-b/x.yml", ""),
            ("a/z.json", ""),
            ("a/.hidden.yaml", ""),
            ("a/README.md", ""),
            (".git/y.yaml", ""),
            (".github/ci.yaml", ""),
        ]);
        assert_eq!(
            listed(&dir, &[""]),
            [".github/ci.yaml", "a/.hidden.yaml", "a/z.json", "a-b/x.yml", "b.yaml"]
        );
        assert_eq!(
            listed(&dir, &["b.yaml", "a", "", "a/README.md"]),
            [".github/ci.yaml", "a/.hidden.yaml", "a/README.md", "a/z.json", "a-b/x.yml", "b.yaml"]
        );
    }

    #[test]
    fn ignore_files_count() {
        let dir = tree(&[
            (".gitignore", "build/\n"),
            ("build/out.yaml", ""),
            ("sub/.kcheckignore", "*.gen.yaml\n!keep.gen.yaml\n"),
            ("sub/a.gen.yaml", ""),
            ("sub/keep.gen.yaml", ""),
            ("sub/b.yaml", ""),
        ]);
        assert_eq!(listed(&dir, &[""]), ["sub/b.yaml", "sub/keep.gen.yaml"]);
        // What is named is read.
        assert_eq!(listed(&dir, &["sub/a.gen.yaml"]), ["sub/a.gen.yaml"]);
        // Inside of a repository, its ignore files count below as well; a folder that is named is walked all the same.
        fs::create_dir(dir.path().join(".git")).unwrap();
        fs::write(dir.path().join(".gitignore"), "b.yaml\nbuild/\n").unwrap();
        assert_eq!(listed(&dir, &["sub"]), ["sub/keep.gen.yaml"]);
        assert_eq!(listed(&dir, &["build"]), ["build/out.yaml"]);
    }

    #[test]
    fn globs() {
        let dir = tree(&[("x/a.yaml", ""), ("x/deep/b.yaml", ""), ("y/c.tmpl", ""), ("y/d.yaml", "")]);
        assert_eq!(listed(&dir, &["*/*.yaml"]), ["x/a.yaml", "y/d.yaml"]);
        assert_eq!(listed(&dir, &["**/*.yaml"]), ["x/a.yaml", "x/deep/b.yaml", "y/d.yaml"]);
        assert_eq!(listed(&dir, &["*"]), ["x/a.yaml", "x/deep/b.yaml", "y/d.yaml"]);
        assert_eq!(listed(&dir, &["y/*.tmpl", "{x,z}/[ab].yaml"]), ["x/a.yaml", "y/c.tmpl"]);
        let none = list(&[dir.path().join("*.yaml")]).unwrap_err();
        assert!(none.to_string().starts_with("no file matches `"), "{none}");
        assert!(matches!(list(&[PathBuf::from("[z-a].yaml")]), Err(Usage::Pattern { .. })));
        assert!(matches!(list(&[PathBuf::from("no/such.yaml")]), Err(Usage::Missing(_))));
    }

    #[test]
    fn a_file_with_wildcards_in_its_name_is_a_file() {
        let dir = tree(&[("a[b].yaml", ""), ("ab.yaml", "")]);
        assert_eq!(listed(&dir, &["a[b].yaml"]), ["a[b].yaml"]);
    }

    #[cfg(unix)]
    #[test]
    fn links() {
        use std::os::unix::fs::symlink;
        let dir = tree(&[("a/real.yaml", "a: 1\n"), ("other/far.yaml", "")]);
        let at = |p: &str| dir.path().join(p);
        symlink(at("."), at("a/loop")).unwrap();
        symlink(at("a/real.yaml"), at("a/alias.yaml")).unwrap();
        symlink(at("other/far.yaml"), at("a/far.yaml")).unwrap();
        symlink(at("a/round.yaml"), at("a/round.yaml")).unwrap();
        symlink(at("other"), at("a/folder.yaml")).unwrap();
        symlink(at("gone.yaml"), at("a/stale.yaml")).unwrap();
        assert_eq!(listed(&dir, &["a"]), ["a/far.yaml", "a/real.yaml", "a/round.yaml", "a/stale.yaml"]);
        let entries = list(&[at("a")]).unwrap();
        let unread = read(&entries[2]).unwrap_err();
        assert!(!unread.is_usage(), "{unread}");
        assert_eq!(read(&entries[1]).unwrap().text(), "a: 1\n");
        assert!(matches!(read(&entries[3]), Err(Unread { trouble: Trouble::Dangling, .. })));
    }

    #[test]
    fn what_is_no_text_is_said() {
        let dir = tree(&[("a.yaml", "a: \0"), ("b.yaml", "\u{feff}a: 1")]);
        fs::write(dir.path().join("c.yaml"), b"\xff\xfea\0").unwrap();
        let sentences: Vec<String> = list(&[dir.path().to_owned()])
            .unwrap()
            .iter()
            .map(|e| read(e).map_or_else(|u| u.trouble.to_string(), |s| s.text().to_owned()))
            .collect();
        assert_eq!(sentences[0], "it is a binary file, not YAML or JSON text");
        assert_eq!(sentences[1], "\u{feff}a: 1");
        assert_eq!(sentences[2], "a");
    }

    #[test]
    fn large_files_are_refused_before_they_are_read() {
        let dir = tree(&[]);
        let path = dir.path().join("large.yaml");
        File::create(&path).unwrap().set_len(MAX_BYTES + 1).unwrap();
        let unread = read(&list(&[path]).unwrap()[0]).unwrap_err();
        assert!(unread.is_usage());
        assert!(
            unread
                .to_string()
                .ends_with("it is larger than 256 MiB, the most that kcheck reads from one file")
        );
    }

    #[test]
    fn standard_input_comes_first_and_once() {
        let dir = tree(&[("a.yaml", "")]);
        let entries = list(&[dir.path().join("a.yaml"), "-".into(), "-".into()]).unwrap();
        assert_eq!(entries.iter().map(Entry::how).collect::<Vec<_>>(), [How::Stdin, How::Named]);
    }

    #[test]
    fn paths_read_well() {
        assert_eq!(shown(Path::new("./a//b.yaml")), "a//b.yaml");
        assert_eq!(shown(Path::new("././x")), "x");
        assert_eq!(shown(Path::new("./")), ".");
        assert_eq!(shown(Path::new("../x")), "../x");
    }
}
