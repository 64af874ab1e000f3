//! The files of a git revision, read from the object store through the `git` program. The working tree is not touched.
//!
//! A PATH means in a revision what it means on the disk: a file, a folder or a glob, below the folder of the repository
//! that it is in. What is not in the revision is simply not there: the change brings it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::walk::{How, Only, Trouble, Unread, has_glob, is_manifest, shown, text};
use super::{IGNORE_FILE, MAX_BYTES, Source};

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program is not there.
    #[error("the program `git` cannot be run: {0}")]
    NoGit(std::io::Error),
    /// The path is in no repository.
    #[error("`{0}` is in no git repository")]
    NoRepository(String),
    /// A repository without a working tree: paths on the disk mean nothing in it.
    #[error(
        "`{0}` is a bare repository, which has no working tree to compare with the revision; name a folder of a clone \
         (`git worktree add FOLDER REV` makes one)"
    )]
    Bare(String),
    /// Standard input is in no revision.
    #[error("standard input has no revision to compare with; name a file or a folder")]
    Stdin,
    /// No such revision.
    #[error("there is no revision `{revision}` in the repository of `{path}`{hint}")]
    NoRevision {
        /// As given.
        revision: String,
        /// The path whose repository was asked.
        path: String,
        /// What may help.
        hint: &'static str,
    },
    /// A glob that cannot be understood.
    #[error(transparent)]
    Path(#[from] super::Usage),
    /// Git itself gave up.
    #[error("git: {0}")]
    Git(String),
}

const SHALLOW: &str = ": the clone is shallow, it has only the newest commits; fetch the others (`git fetch --unshallow`, \
                       or `fetch-depth: 0` of actions/checkout)";

/// The manifests that `paths` stand for in a revision (a branch, a tag, a commit, `HEAD~1`, ...), in order of path, each
/// called `REVISION:PATH`. What is no text is told of the file.
pub fn read_revision(revision: &str, paths: &[PathBuf]) -> Result<Vec<Result<Source, Unread>>, GitError> {
    let here = [PathBuf::from(".")];
    let mut files = BTreeMap::new();
    for path in if paths.is_empty() { &here } else { paths } {
        if path == Path::new("-") {
            return Err(GitError::Stdin);
        }
        let wanted = Wanted::new(path)?;
        let store = Store::open(&wanted.folder, revision)?;
        store.read(&wanted, revision, &mut files)?;
    }
    Ok(files.into_values().collect())
}

/// What a PATH asks for: a folder that exists on the disk, and what in it.
struct Wanted {
    folder: PathBuf,
    what: What,
}

enum What {
    All,
    File(String),
    Matching(Only),
}

impl Wanted {
    fn new(path: &Path) -> Result<Self, GitError> {
        if path.is_dir() {
            return Ok(Self { folder: path.to_owned(), what: What::All });
        }
        match path.to_str() {
            Some(pattern) if !path.exists() && has_glob(pattern) => {
                let (folder, only) = Only::new(pattern)?;
                Ok(Self { folder, what: What::Matching(only) })
            }
            _ => {
                let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                Ok(Self { folder: folder.to_owned(), what: What::File(name) })
            }
        }
    }

    /// Whether a file is asked for; `below` is its path below the folder.
    fn wants(&self, below: &str) -> bool {
        match &self.what {
            What::All => is_manifest(Path::new(below)),
            What::File(name) => name == below,
            What::Matching(only) => only.wants(Path::new(below)),
        }
    }
}

/// An object of the store that is a file.
struct Blob {
    hash: String,
    bytes: u64,
    link: bool,
}

/// A repository, seen from a folder of its working tree.
struct Store {
    folder: PathBuf,
    /// Path of the folder in the repository: empty, or with a `/` at its end.
    prefix: String,
    /// All files of the revision, by path.
    blobs: BTreeMap<String, Blob>,
}

impl Store {
    fn open(folder: &Path, revision: &str) -> Result<Self, GitError> {
        let path = || shown(folder);
        let kind = git(folder, &["rev-parse", "--is-bare-repository", "--is-inside-work-tree"])?.map_err(
            |error| {
                if error.contains("not a git repository") {
                    GitError::NoRepository(path())
                } else {
                    GitError::Git(error)
                }
            },
        )?;
        let mut kind = kind.lines();
        let (bare, inside) = (kind.next() == Some("true"), kind.next() == Some("true"));
        if !inside {
            return Err(if bare { GitError::Bare(path()) } else { GitError::NoRepository(path()) });
        }
        let prefix = git(folder, &["rev-parse", "--show-prefix"])?.map_err(GitError::Git)?;
        let name = format!("{revision}^{{tree}}");
        let tree = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name])?;
        let Ok(tree) = tree else {
            let shallow = git(folder, &["rev-parse", "--is-shallow-repository"])?;
            let shallow = shallow.is_ok_and(|answer| answer.trim() == "true");
            return Err(GitError::NoRevision {
                revision: revision.to_owned(),
                path: path(),
                hint: if shallow { SHALLOW } else { "" },
            });
        };
        let list = git(folder, &["ls-tree", "-r", "-l", "-z", "--full-tree", tree.trim()])?;
        let blobs = list.map_err(GitError::Git)?.split('\0').filter_map(blob).collect();
        Ok(Self { folder: folder.to_owned(), prefix: prefix.trim_end_matches('\n').to_owned(), blobs })
    }

    fn read(
        &self,
        wanted: &Wanted,
        revision: &str,
        files: &mut BTreeMap<PathBuf, Result<Source, Unread>>,
    ) -> Result<(), GitError> {
        let mut asked: Vec<(&str, &Blob)> = Vec::new();
        for (path, blob) in &self.blobs {
            let Some(below) = path.strip_prefix(&self.prefix).filter(|below| wanted.wants(below)) else {
                continue;
            };
            asked.push((below, blob));
        }
        if !matches!(wanted.what, What::File(_)) {
            // A file that was named is read whatever ignore files say.
            let mut objects = Objects::open(&self.folder)?;
            let ignored = Ignored::new(self, &mut objects)?;
            asked.retain(|(below, _)| !ignored.has(&format!("{}{below}", self.prefix)));
        }
        let mut objects = Objects::open(&self.folder)?;
        for (below, blob) in asked {
            let path = wanted.folder.join(below);
            let name = format!("{revision}:{}", shown(&path));
            let how = if matches!(wanted.what, What::File(_)) { How::Named } else { How::Found };
            let content = match self.target(below, blob) {
                None => Err(Trouble::Dangling),
                Some(blob) if blob.bytes > MAX_BYTES => Err(Trouble::TooLarge),
                Some(blob) => text(objects.read(&blob.hash)?),
            };
            let read = match content {
                Ok(bytes) => Ok(Source::new(name, bytes)),
                Err(trouble) => Err(Unread { path: name, how, trouble }),
            };
            files.insert(path, read);
        }
        Ok(())
    }

    /// The file itself, or where a link in the repository leads; `None` for a link that leads out of it or nowhere.
    fn target<'s>(&'s self, below: &str, blob: &'s Blob) -> Option<&'s Blob> {
        let mut at = (format!("{}{below}", self.prefix), blob);
        // Links to links end, circles of them too.
        for _ in 0..8 {
            if !at.1.link {
                return Some(at.1);
            }
            let bytes = Objects::open(&self.folder).ok()?.read(&at.1.hash).ok()?;
            let target = String::from_utf8(bytes).ok()?;
            let folder = at.0.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
            for part in target.split('/') {
                match part {
                    "" | "." => {}
                    ".." => {
                        parts.pop()?;
                    }
                    name => parts.push(name),
                }
            }
            let path = parts.join("/");
            let next = self.blobs.get(&path)?;
            at = (path, next);
        }
        None
    }
}

/// A line of `ls-tree -l`: `MODE blob HASH SIZE<TAB>PATH`. Submodules are none of ours.
fn blob(line: &str) -> Option<(String, Blob)> {
    let (facts, path) = line.split_once('\t')?;
    let mut facts = facts.split_ascii_whitespace();
    let (mode, kind, hash, bytes) = (facts.next()?, facts.next()?, facts.next()?, facts.next()?);
    let blob = Blob { hash: hash.to_owned(), bytes: bytes.parse().ok()?, link: mode == "120000" };
    (kind == "blob").then(|| (path.to_owned(), blob))
}

/// What the ignore files of the revision name, as the walk of a folder heeds them: ours before git's, the nearest first.
struct Ignored {
    ours: Vec<(String, Gitignore)>,
    gits: Vec<(String, Gitignore)>,
}

impl Ignored {
    fn new(store: &Store, objects: &mut Objects) -> Result<Self, GitError> {
        let mut ignored = Self { ours: Vec::new(), gits: Vec::new() };
        for (path, blob) in &store.blobs {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let list = match name {
                IGNORE_FILE => &mut ignored.ours,
                ".gitignore" => &mut ignored.gits,
                _ => continue,
            };
            let near =
                store.prefix.starts_with(folder) || folder.starts_with(store.prefix.trim_end_matches('/'));
            if !near || blob.link || blob.bytes > MAX_BYTES {
                continue;
            }
            let mut builder = GitignoreBuilder::new(folder);
            for line in String::from_utf8_lossy(&objects.read(&blob.hash)?).lines() {
                // A line that is no pattern ignores nothing, as in the walk.
                let _ = builder.add_line(None, line);
            }
            if let Ok(matcher) = builder.build() {
                list.push((folder.to_owned(), matcher));
            }
        }
        // The nearest folder decides.
        ignored.ours.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        ignored.gits.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        Ok(ignored)
    }

    fn has(&self, path: &str) -> bool {
        for (folder, matcher) in self.ours.iter().chain(&self.gits) {
            let inside =
                folder.is_empty() || path.strip_prefix(folder.as_str()).is_some_and(|p| p.starts_with('/'));
            if !inside {
                continue;
            }
            let found = matcher.matched_path_or_any_parents(path, false);
            if !found.is_none() {
                return found.is_ignore();
            }
        }
        false
    }
}

/// Contents of objects, one after the other, from one `git cat-file --batch`.
struct Objects {
    child: std::process::Child,
    answers: BufReader<std::process::ChildStdout>,
}

impl Objects {
    fn open(folder: &Path) -> Result<Self, GitError> {
        let mut child = program(folder)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(GitError::NoGit)?;
        match child.stdout.take() {
            Some(answers) => Ok(Self { child, answers: BufReader::new(answers) }),
            None => Err(GitError::Git("cat-file says nothing".into())),
        }
    }

    fn read(&mut self, hash: &str) -> Result<Vec<u8>, GitError> {
        let failed = |error: std::io::Error| GitError::Git(format!("cat-file: {error}"));
        if let Some(input) = &mut self.child.stdin {
            writeln!(input, "{hash}").map_err(failed)?;
        }
        let mut header = String::new();
        self.answers.read_line(&mut header).map_err(failed)?;
        // `HASH blob SIZE`; a partial clone that cannot fetch says `HASH missing`.
        let size = header.trim_end().rsplit_once(' ').and_then(|(_, size)| size.parse::<u64>().ok());
        let size =
            size.filter(|size| *size <= MAX_BYTES).ok_or_else(|| GitError::Git(header.trim().to_owned()))?;
        let mut bytes = Vec::with_capacity(size as usize + 1);
        (&mut self.answers).take(size + 1).read_to_end(&mut bytes).map_err(failed)?;
        bytes.truncate(size as usize);
        Ok(bytes)
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // End of its input is the end of its work.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn program(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
    git
}

/// What git prints, or why it does not.
fn git(folder: &Path, args: &[&str]) -> Result<Result<String, String>, GitError> {
    let out = program(folder).args(args).stdin(Stdio::null()).output().map_err(GitError::NoGit)?;
    if out.status.success() {
        return Ok(Ok(String::from_utf8_lossy(&out.stdout).into_owned()));
    }
    let error = String::from_utf8_lossy(&out.stderr);
    Ok(Err(error.trim().trim_start_matches("fatal: ").to_owned()))
}
