//! Go's regular expressions (RE2), as `pattern` of a schema and CEL's `matches` and `find` mean them.
//!
//! A pattern is read as Go's `regexp/syntax` reads it, with Go's own errors, and written again in the dialect of the
//! crate `regex`, whose engine is RE2's as well: same matches, linear time. The dialects differ in many small things
//! (`\d` is ASCII, `a{,5}` is text, `a**` is an error), so nothing is passed on as it stands.

mod classes;
mod parse;
mod tables;

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

use parse::Parser;
use rustc_hash::{FxHashMap, FxHashSet};

/// Deeper patterns are not evaluated. (Go's own bound is 1000.)
const MAX_HEIGHT: u32 = 250;
/// Longer patterns are not evaluated.
const MAX_LENGTH: usize = 1 << 18;
/// Bytes that a compiled pattern may take.
const MAX_SIZE: usize = 32 << 20;
/// Bytes that the automaton of a pattern may grow to while it is used.
const MAX_DFA_SIZE: usize = 4 << 20;
/// Patterns that a thread remembers to be good, and the bytes of the longest.
const MAX_GOOD: usize = 1_000;
/// Patterns that a thread remembers compiled, and the bytes that each of them, and its automaton, may take.
const MAX_KNOWN: usize = 128;
const MAX_KNOWN_SIZE: usize = 256 << 10;

thread_local! {
    /// Compiling is most of the work, and definitions share their patterns: that of a quantity is in nearly all of them.
    static KNOWN: RefCell<FxHashMap<Box<str>, GoRegexp>> = RefCell::default();
    /// Patterns that are good, as they are written.
    static GOOD: RefCell<FxHashSet<Box<str>>> = RefCell::default();
}

/// A compiled pattern; a copy costs a pointer.
#[derive(Clone, Debug)]
pub struct GoRegexp(regex::Regex);

/// Why a pattern has no compiled form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GoRegexpError {
    /// Go refuses it. Mirrors `syntax.Error`: what is wrong, and the part of the pattern that is.
    Syntax {
        /// Go's words (`syntax.ErrorCode`).
        code: &'static str,
        /// The part that is wrong.
        expr: String,
    },
    /// Go might take it, kcheck does not: it is too large.
    TooLarge,
}

impl fmt::Display for GoRegexpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { code, expr } => write!(f, "error parsing regexp: {code}: `{expr}`"),
            Self::TooLarge => f.write_str("the regular expression is too large to be evaluated"),
        }
    }
}

impl std::error::Error for GoRegexpError {}

impl GoRegexp {
    /// What Go says of a pattern, without compiling it, which is most of the work.
    pub fn check(pattern: &str) -> Result<(), GoRegexpError> {
        if GOOD.with_borrow(|good| good.contains(pattern)) {
            return Ok(());
        }
        Self::translate(pattern)?;
        GOOD.with_borrow_mut(|good| {
            if good.len() < MAX_GOOD && pattern.len() < MAX_GOOD {
                good.insert(pattern.into());
            }
        });
        Ok(())
    }

    /// A pattern in the dialect of `regex`.
    fn translate(pattern: &str) -> Result<String, GoRegexpError> {
        if pattern.len() > MAX_LENGTH {
            return Err(GoRegexpError::TooLarge);
        }
        Parser::new(pattern).parse()
    }

    /// Mirrors `regexp.Compile`. Errors: Go's, or that the pattern is too large for kcheck.
    pub fn new(pattern: &str) -> Result<Self, GoRegexpError> {
        if let Some(known) = KNOWN.with_borrow(|known| known.get(pattern).cloned()) {
            return Ok(known);
        }
        let text = Self::translate(pattern)?;
        let Ok(small) = Self::build(&text, MAX_KNOWN_SIZE, MAX_KNOWN_SIZE) else {
            return Self::build(&text, MAX_SIZE, MAX_DFA_SIZE);
        };
        KNOWN.with_borrow_mut(|known| {
            if known.len() < MAX_KNOWN {
                known.insert(pattern.into(), small.clone());
            }
        });
        Ok(small)
    }

    fn build(text: &str, size: usize, dfa_size: usize) -> Result<Self, GoRegexpError> {
        regex::RegexBuilder::new(text)
            .size_limit(size)
            .dfa_size_limit(dfa_size)
            .nest_limit(4 * MAX_HEIGHT)
            .build()
            .map(Self)
            .map_err(|_| GoRegexpError::TooLarge)
    }

    /// True if it matches anywhere. Mirrors `MatchString`.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The leftmost match, in bytes. Mirrors `FindStringIndex`.
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        self.0.find(text).map(|found| found.range())
    }

    /// All matches that do not overlap, in bytes. Mirrors `FindAllStringIndex`.
    pub fn find_all<'r>(&'r self, text: &'r str) -> impl Iterator<Item = Range<usize>> + 'r {
        self.0.find_iter(text).map(|found| found.range())
    }
}

#[cfg(test)]
mod tests {
    use super::GoRegexp;

    #[track_caller]
    fn matches(pattern: &str, text: &str) -> bool {
        GoRegexp::new(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}")).is_match(text)
    }

    fn refused(pattern: &str) -> String {
        GoRegexp::new(pattern).unwrap_err().to_string()
    }

    #[test]
    fn flags_hold_to_the_end_of_their_group() {
        assert!(matches("^(?i)ab(?-i)c$", "ABc"));
        assert!(!matches("^(?i)ab(?-i)c$", "ABC"));
        assert!(matches("^(?:(?i)a|b)c$", "Bc"));
        assert!(!matches("^((?i)a)b$", "AB"));
        assert!(matches("^(?i:a)b$", "Ab"));
        assert!(matches("^a(?i)*$", "aaa"));
        assert!(matches("(?m)^b$", "a\nb\nc"));
        assert!(matches("(?s)^a.b$", "a\nb"));
    }

    #[test]
    fn classes_of_perl_are_ascii() {
        assert!(!matches(r"\w", "é") && matches(r"\W", "é"));
        assert!(matches(r"^[\W]$", "é") && matches(r"^[^\W]$", "a"));
        assert!(matches(r"é\B", "é") && matches(r"\b", "a é"));
        assert!(matches(r"^[\d\-z]+$", "1-z") && matches("^[[:^alpha:]]$", "1"));
        assert!(matches("(?i)^[^a]$", "b") && !matches("(?i)^[^a]$", "A"));
        assert!(matches(r"^\p{^Greek}\P{Lu}\p{letter}$", "aaa"));
        assert!(matches("^[a-]+$", "-a") && matches("^[a&&b]+$", "&") && matches("^[a~~b,--]+$", "~-"));
    }

    #[test]
    fn errors_are_those_of_go() {
        for (pattern, error) in [
            ("(", "missing closing ): `(`"),
            (")", "unexpected ): `)`"),
            ("a)b", "unexpected ): `a)b`"),
            ("*a", "missing argument to repetition operator: `*`"),
            ("(|*)", "missing argument to repetition operator: `*`"),
            ("a*+?", "invalid nested repetition operator: `*+?`"),
            (r"a\", "trailing backslash at end of expression: ``"),
            (r"\pX", r"invalid character class range: `\pX`"),
            (r"\p{Grek}", r"invalid character class range: `\p{Grek}`"),
            ("[z-a]", "invalid character class range: `z-a`"),
            ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
            ("(?P<a-b>x)", "invalid named capture: `(?P<a-b>`"),
            ("(?<=a)", "invalid named capture: `(?<=a)`"),
            ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
            ("(?i-)a", "invalid or unsupported Perl syntax: `(?i-)`"),
            (r"\x{110000}", r"invalid escape sequence: `\x{110000`"),
            (r"\8", r"invalid escape sequence: `\8`"),
            ("(a{10}){101}", "invalid repeat count: `{101}`"),
            ("a{99999999999}", "invalid repeat count: `{99999999999}`"),
        ] {
            assert_eq!(refused(pattern), format!("error parsing regexp: {error}"), "{pattern}");
        }
    }

    #[test]
    fn hostile_patterns_end() {
        let deep = "(".repeat(100_000) + &")".repeat(100_000);
        assert!(GoRegexp::new(&deep).is_err());
        let stars = "(".repeat(100) + "a" + &"*)".repeat(100);
        assert!(GoRegexp::new(&stars).is_ok());
        let _ = GoRegexp::new(r"(?:\pL{1000}){1}").map(|regexp| regexp.is_match("é"));
        let long = "(?i)é".repeat(20_000);
        let _ = GoRegexp::new(&long);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(pattern in r"([a-c(){}\[\]*+?|^$.\\,:<>pPQEdDwWsSbBiUxA0-9é-]|\\p\{L\}|\(\?i\)){0,24}", text in ".{0,16}") {
            if let Ok(regexp) = GoRegexp::new(&pattern) {
                let _ = regexp.find(&text);
            }
        }

        // Whatever Go reads, the engine reads: only size may keep a pattern from being compiled.
        #[test]
        fn what_is_read_is_compiled(pattern in r"([a-c(){}\[\]*+?|^$.\\,:é-]|\\[pdwsbQE]|\(\?[imsU]\)){0,16}") {
            let compiled = GoRegexp::new(&pattern);
            proptest::prop_assert_ne!(compiled.err(), Some(super::GoRegexpError::TooLarge));
        }
    }
}
