//! The sentences in a Pod's condition (`FitError.Error`).

use rustc_hash::FxHashMap;

use super::framework::Reason;

/// `0/N nodes are available: …` with the PreFilter's message or a histogram of reasons, and what PostFilter left.
pub(super) fn fit_error(
    nodes: usize,
    pre_filter: Option<&str>,
    reasons: &Histogram,
    post_filter: &str,
) -> String {
    let what = match pre_filter {
        Some(message) => message.to_owned(),
        None => reasons.lines().join(", "),
    };
    let stop = if what.is_empty() { "" } else { "." };
    let blank = |text: &str| if text.is_empty() { "" } else { " " };
    format!("0/{nodes} nodes are available:{}{what}{stop}{}{post_filter}", blank(&what), blank(post_filter))
}

/// How many nodes gave each reason.
#[derive(Default)]
pub(super) struct Histogram {
    counts: FxHashMap<Reason, usize>,
}

impl Histogram {
    /// Counts a reason of `nodes` nodes.
    pub(super) fn add(&mut self, reason: Reason, nodes: usize) {
        if nodes > 0 {
            *self.counts.entry(reason).or_default() += nodes;
        }
    }

    /// `COUNT REASON`, sorted as strings: `10 x` stands before `2 y`.
    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.counts.iter().map(|(reason, n)| format!("{n} {reason}")).collect();
        lines.sort_unstable();
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_sorted_as_strings() {
        let mut reasons = Histogram::default();
        reasons.add(Reason::Text("y"), 2);
        reasons.add(Reason::Text("x"), 10);
        assert_eq!(fit_error(12, None, &reasons, "z."), "0/12 nodes are available: 10 x, 2 y. z.");
        assert_eq!(fit_error(3, Some("no"), &Histogram::default(), ""), "0/3 nodes are available: no.");
    }
}
