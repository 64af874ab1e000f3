//! Versions of Kubernetes: `1.36` is a [`Minor`], what exists in some of them has a [`MinorSet`].

use std::fmt;

use crate::finding::Versions;

/// A minor version of Kubernetes 1.x that kcheck has tables of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Minor(u8);

impl Minor {
    /// The oldest with tables.
    pub const FIRST: Self = Self(10);
    /// The newest with tables.
    pub const LAST: Self = Self(37);
    /// Judged against if nothing else is asked for.
    pub const DEFAULT: Self = Self(36);

    /// 1.`n`, if there are tables of it.
    pub const fn new(n: u8) -> Option<Self> {
        if n >= Self::FIRST.0 && n <= Self::LAST.0 { Some(Self(n)) } else { None }
    }

    /// `1.36`, `v1.36`, `1.36.2`; `None` for anything else and for versions without tables.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('v').unwrap_or(text).strip_prefix("1.")?;
        let minor = match rest.split_once('.') {
            Some((minor, patch)) if patch.parse::<u32>().is_ok() => minor,
            Some(_) => return None,
            None => rest,
        };
        Self::new(minor.parse().ok()?)
    }

    /// The number after `1.` of any version, with tables or not: lifecycles name older and later ones.
    pub(super) fn parse_any(text: &str) -> Option<u8> {
        text.strip_prefix("1.")?.parse().ok()
    }

    /// The number after `1.`.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// All of them, ascending.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (Self::FIRST.0..=Self::LAST.0).map(Self)
    }
}

impl Default for Minor {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

/// A set of minors.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct MinorSet(u32);

impl MinorSet {
    /// No minor.
    pub const NONE: Self = Self(0);
    /// All with tables.
    pub const ALL: Self = Self((1 << (Minor::LAST.0 - Minor::FIRST.0 + 1)) - 1);

    /// From bits, 1.10 the lowest.
    pub(super) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// One minor.
    pub const fn one(minor: Minor) -> Self {
        Self(1 << (minor.0 - Minor::FIRST.0))
    }

    /// From one to another, both included.
    pub fn range(first: Minor, last: Minor) -> Self {
        Minor::all().filter(|m| *m >= first && *m <= last).fold(Self::NONE, |set, m| set.or(Self::one(m)))
    }

    /// `1.36`, or `1.33..1.37` (both ends included).
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once("..") {
            None => Minor::parse(text).map(Self::one),
            Some((first, last)) => {
                let (first, last) = (Minor::parse(first)?, Minor::parse(last.trim_start_matches('='))?);
                (first <= last).then(|| Self::range(first, last))
            }
        }
    }

    /// Whether a minor is in it.
    pub const fn has(self, minor: Minor) -> bool {
        self.0 & Self::one(minor).0 != 0
    }

    /// True for no minor.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// These and one more.
    #[must_use]
    pub const fn with(self, minor: Minor) -> Self {
        self.or(Self::one(minor))
    }

    /// Those in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those in this and not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The minors, ascending.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Minor> {
        Minor::all().filter(move |m| self.has(*m))
    }

    /// From the oldest to the newest; `None` for no minor. What lies between is taken to be in it.
    pub fn versions(self) -> Option<Versions> {
        Some(Versions { since: self.first()?.0, until: self.last()?.0 })
    }

    /// The oldest.
    pub fn first(self) -> Option<Minor> {
        self.iter().next()
    }

    /// The newest.
    pub fn last(self) -> Option<Minor> {
        self.iter().next_back()
    }
}

impl fmt::Display for MinorSet {
    /// `1.25 to 1.30, 1.33`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut minors = self.iter().peekable();
        let mut separator = "";
        while let Some(first) = minors.next() {
            let mut last = first;
            while let Some(next) = minors.next_if(|m| m.0 == last.0 + 1) {
                last = next;
            }
            f.write_str(separator)?;
            if first == last {
                write!(f, "{first}")?;
            } else {
                write!(f, "{first} to {last}")?;
            }
            separator = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_as_people_write_them() {
        for text in ["1.36", "v1.36", "1.36.2", "v1.36.0"] {
            assert_eq!(Minor::parse(text), Some(Minor::DEFAULT), "{text}");
        }
        for text in ["", "1", "1.", "1.9", "1.38", "2.36", "1.36.x"] {
            assert!(Minor::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn sets() {
        let set = MinorSet::parse("1.33..1.35").unwrap();
        assert_eq!(set.to_string(), "1.33 to 1.35");
        assert_eq!(set.or(MinorSet::parse("1.37").unwrap()).to_string(), "1.33 to 1.35, 1.37");
        assert_eq!(MinorSet::ALL.iter().count(), 28);
        assert_eq!(MinorSet::ALL.without(set).and(set), MinorSet::NONE);
        assert!(MinorSet::parse("1.35..1.33").is_none());
    }
}
