//! Which files: walking folders, ignore files, globs, stdin.

/// A file that was met.
#[derive(Debug)]
pub struct Met;
/// A path that could not be read.
#[derive(Debug)]
pub struct Unread;
/// Walks.
pub fn walk() {}
