//! Field paths as the server prints them, symbolic until something is said.

use std::fmt;

/// A path into an object. Lives on the stack; text is made only for an error. Mirrors `field.Path`.
#[derive(Clone, Copy, Debug)]
pub enum Path<'p> {
    /// The object itself.
    Root,
    /// A field, or several joined by dots.
    Field(&'p Path<'p>, &'p str),
    /// An item of a list.
    Index(&'p Path<'p>, usize),
    /// An entry of a map.
    Key(&'p Path<'p>, &'p str),
}

impl<'p> Path<'p> {
    /// A field of it.
    #[must_use]
    pub const fn child(&'p self, name: &'p str) -> Self {
        Self::Field(self, name)
    }

    /// An item of it.
    #[must_use]
    pub const fn index(&'p self, index: usize) -> Self {
        Self::Index(self, index)
    }

    /// An entry of it.
    #[must_use]
    pub const fn key(&'p self, key: &'p str) -> Self {
        Self::Key(self, key)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(Path::Root, name) => f.write_str(name),
            Self::Field(parent, name) => write!(f, "{parent}.{name}"),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
            Self::Key(parent, key) => write!(f, "{parent}[{key}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_server_prints_it() {
        let spec = Path::Root.child("spec.template.spec");
        let list = spec.child("containers");
        let first = list.index(0);
        assert_eq!(first.child("image").to_string(), "spec.template.spec.containers[0].image");
        assert_eq!(spec.key("a/b").to_string(), "spec.template.spec[a/b]");
    }
}
