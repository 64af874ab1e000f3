//! Suppressions: what silences a finding, and which findings that are.
//!
//! Wherever it is written (a comment, an annotation, the configuration), a suppression ends as codes and stretches of
//! text. A finding is silenced if its primary place, or a quiet one, begins in one of them. What silences nothing is
//! found too: whoever reads a manifest should be able to believe its comments.

use std::collections::BTreeMap;

use super::settings::{Settings, selects};
use super::{FileId, Finding, LabelKind, Place, Span};

/// Where a suppression is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Origin {
    /// A comment in the manifest.
    Comment,
    /// An annotation of the object or of its Pod template.
    Annotation,
    /// An exception of the configuration.
    Configuration,
    /// A baseline.
    Baseline,
}

impl Origin {
    /// The name in the machine format.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Annotation => "annotation",
            Self::Configuration => "configuration",
            Self::Baseline => "baseline",
        }
    }
}

/// What silences findings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppression {
    /// Where it is written.
    pub origin: Origin,
    /// The very place.
    pub place: Place,
    /// Codes and groups.
    pub codes: Vec<String>,
    /// Why; may be empty.
    pub reason: String,
    /// What it covers.
    pub scopes: Vec<Place>,
}

/// A finding that was silenced.
#[derive(Clone, PartialEq, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// By what.
    pub origin: Origin,
    /// Why; may be empty.
    pub reason: String,
}

/// Findings after suppressions.
#[derive(Debug, Default)]
pub struct Sifted {
    /// Those that stay.
    pub kept: Vec<Finding>,
    /// Those that were silenced.
    pub suppressed: Vec<Suppressed>,
    /// For every suppression and each of its codes, whether it silenced something.
    pub used: Vec<Vec<bool>>,
    /// Suppressions (by number) and codes that would have silenced something that is locked.
    pub refused: Vec<(usize, &'static str)>,
}

/// Takes out what the suppressions silence. What several silence counts as silenced by each of them, so that none is
/// called unused because another one stands before it.
pub fn sift(findings: Vec<Finding>, suppressions: &[Suppression], settings: &Settings) -> Sifted {
    let mut by_file: BTreeMap<FileId, Vec<(Span, usize)>> = BTreeMap::new();
    for (number, suppression) in suppressions.iter().enumerate() {
        for scope in &suppression.scopes {
            by_file.entry(scope.file).or_default().push((scope.span, number));
        }
    }
    let mut sifted = Sifted {
        used: suppressions.iter().map(|suppression| vec![false; suppression.codes.len()]).collect(),
        ..Sifted::default()
    };
    for finding in findings {
        let mut by = None;
        let places = finding.labels.iter().filter(|label| label.kind != LabelKind::Related);
        for Place { file, span } in places.map(|label| label.place) {
            for &(scope, number) in by_file.get(&file).map_or(&[][..], Vec::as_slice) {
                if !(scope.start..=scope.end).contains(&span.start) {
                    continue;
                }
                let suppression = &suppressions[number];
                for (at, code) in suppression.codes.iter().enumerate() {
                    if !selects(code, finding.code.name) {
                        continue;
                    }
                    sifted.used[number][at] = true;
                    // Whoever writes the lock may write the exception to it.
                    if suppression.origin != Origin::Configuration && settings.is_locked(finding.code) {
                        sifted.refused.push((number, finding.code.name));
                    } else {
                        by = by.or(Some(number));
                    }
                }
            }
        }
        match by {
            Some(number) => sifted.suppressed.push(Suppressed {
                finding,
                origin: suppressions[number].origin,
                reason: suppressions[number].reason.clone(),
            }),
            None => sifted.kept.push(finding),
        }
    }
    sifted.refused.sort_unstable();
    sifted.refused.dedup();
    sifted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;

    static LATEST: Code = Code::server("image/latest", "");
    static ROOT: Code = Code::server("security/root", "");

    fn at(start: u32) -> Place {
        Place::new(FileId(0), Span::new(start, start + 1))
    }

    fn silence(codes: &[&str], start: u32, end: u32) -> Suppression {
        Suppression {
            origin: Origin::Comment,
            place: at(start),
            codes: codes.iter().map(|&code| code.to_owned()).collect(),
            reason: String::new(),
            scopes: vec![Place::new(FileId(0), Span::new(start, end))],
        }
    }

    #[test]
    fn place_and_code_have_to_fit() {
        let findings = vec![
            Finding::new(&LATEST, at(5), "inside"),
            Finding::new(&LATEST, at(50), "outside"),
            Finding::new(&ROOT, at(5), "another code"),
            Finding::new(&LATEST, at(50), "a quiet place inside").quiet(at(7)),
            Finding::new(&LATEST, at(50), "a related place inside").related(at(7), ""),
        ];
        let sifted = sift(findings, &[silence(&["image", "net"], 0, 10)], &Settings::default());
        let kept: Vec<_> = sifted.kept.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(kept, ["outside", "another code", "a related place inside"]);
        assert_eq!(sifted.suppressed.len(), 2);
        assert_eq!(sifted.used, [[true, false]]);
    }

    #[test]
    fn a_lock_holds_against_comments_and_not_against_the_configuration() {
        let settings = Settings { locked: ["security".to_owned()].into(), ..Settings::default() };
        let finding = || vec![Finding::new(&ROOT, at(5), "root")];
        let comment = silence(&["security/root"], 0, 10);
        let sifted = sift(finding(), std::slice::from_ref(&comment), &settings);
        assert_eq!((sifted.kept.len(), sifted.refused), (1, vec![(0, "security/root")]));
        let exception = Suppression { origin: Origin::Configuration, ..comment };
        assert!(sift(finding(), &[exception], &settings).kept.is_empty());
    }
}
