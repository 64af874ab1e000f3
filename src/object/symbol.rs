//! Interned strings.

use std::sync::{LazyLock, Mutex, PoisonError};

use rustc_hash::FxHashSet;

/// An interned string: two symbols are equal if and only if their texts are, and that is one comparison of pointers.
/// Texts live as long as the program; there are as many as there are distinct names, labels and values in the input.
#[derive(Clone, Copy)]
pub struct Sym(&'static str);

/// Tables of symbols; which one has a text follows from the text, so that threads seldom wait for each other.
static TABLES: LazyLock<[Mutex<FxHashSet<&'static str>>; 16]> = LazyLock::new(Default::default);

/// The text of the empty symbol.
static EMPTY: &str = "";

/// The symbol of a text.
pub fn sym(text: &str) -> Sym {
    if text.is_empty() {
        return Sym(EMPTY);
    }
    // The last bytes tell names of one tree apart best.
    let last = text.as_bytes().iter().rev().take(2).fold(text.len(), |sum, byte| sum + usize::from(*byte));
    let mut table = TABLES[last % TABLES.len()].lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(&found) = table.get(text) {
        return Sym(found);
    }
    let text: &'static str = Box::leak(text.into());
    table.insert(text);
    Sym(text)
}

impl Sym {
    /// The text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl std::ops::Deref for Sym {
    type Target = str;
    fn deref(&self) -> &str {
        self.0
    }
}

impl PartialEq for Sym {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Sym {}

impl std::hash::Hash for Sym {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.as_ptr().hash(state);
    }
}

impl PartialOrd for Sym {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// By text, so that no order depends on when a symbol was made.
impl Ord for Sym {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if self == other {
            return std::cmp::Ordering::Equal;
        }
        self.0.cmp(other.0)
    }
}

impl std::fmt::Display for Sym {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.0)
    }
}

impl std::fmt::Debug for Sym {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.0, f)
    }
}

impl From<&str> for Sym {
    fn from(text: &str) -> Self {
        sym(text)
    }
}

impl Default for Sym {
    fn default() -> Self {
        Sym(EMPTY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one_symbol() {
        assert_eq!(sym("a"), sym(&String::from("a")));
        assert_ne!(sym("a"), sym("b"));
        assert!(sym("a") < sym("b"));
    }
}
