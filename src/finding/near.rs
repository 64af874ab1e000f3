//! "Did you mean": the candidate that comes nearest to what was written.

use strsim::osa_distance;

/// Longer texts than this are no slips of the pen.
const LONGEST: usize = 128;

/// Bytes of a letter, at most.
const MAX_UTF8: usize = 4;

/// How many letters apart two texts are: inserted, removed, replaced, or swapped with their neighbour.
pub fn distance(a: &str, b: &str) -> usize {
    if a.len() > LONGEST || b.len() > LONGEST { a.len().max(b.len()) } else { osa_distance(a, b) }
}

/// The candidate at most `farthest` letters away that comes nearest; the first by name of several.
pub fn nearest<'c>(
    given: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    farthest: usize,
) -> Option<&'c str> {
    let bytes = |candidate: &str| if candidate.is_ascii() && given.is_ascii() { 1 } else { MAX_UTF8 };
    candidates
        .into_iter()
        // What is that much longer is that far away; most candidates are.
        .filter(|candidate| candidate.len().abs_diff(given.len()) <= bytes(candidate) * farthest)
        .map(|candidate| (distance(given, candidate), candidate))
        .filter(|(distance, _)| *distance <= farthest)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen() {
        assert_eq!(nearest("wrker", ["web", "worker"], 2), Some("worker"));
        assert_eq!(nearest("wokrer", ["web", "worker"], 1), Some("worker"));
        assert_eq!(nearest("database", ["web", "worker"], 2), None);
    }
}
