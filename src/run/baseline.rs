//! A baseline: findings that are known are left out, and those of them that are gone are told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::codes::BASELINE_STALE;
use crate::finding::{FileId, Finding, Origin, Place, Settings, Span, Suppressed};
use crate::report::Report;
use crate::report::baseline::FORMAT;
use crate::report::identity::{self, Identity};
use crate::source::Source;
use crate::yaml::{Document, View, read_json};

/// What is known.
#[derive(Clone, Debug)]
pub struct Baseline {
    source: Arc<Source>,
    entries: BTreeMap<Identity, Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    count: u32,
    span: Span,
}

/// At most so many of those that are gone are named.
const NAMED: usize = 5;

impl Baseline {
    /// Reads what `--write-baseline` wrote. The error says what is wrong with it.
    pub fn read(source: Arc<Source>) -> Result<Self, String> {
        let whole = Span::new(0, source.text().len() as u32);
        let document = Document::new(source.clone(), FileId(0), 0, whole);
        let (document, _) = read_json(document).map_err(|error| error.message.clone())?;
        let root = document.root().ok_or("it is empty")?;
        match root.get("kcheckBaseline").and_then(View::as_i64) {
            Some(format) if format == i64::from(FORMAT) => {}
            Some(_) => return Err("it was written by another version of kcheck; write it anew".to_owned()),
            None => return Err("it is no baseline of kcheck".to_owned()),
        }
        let mut entries = BTreeMap::new();
        for entry in root.get("findings").into_iter().flat_map(View::items) {
            let text = |key| entry.get(key).and_then(View::as_str).unwrap_or_default().to_owned();
            let identity = Identity { code: text("code"), object: text("object"), field: text("field") };
            let count = entry.get("count").and_then(View::as_i64).unwrap_or(1);
            entries.insert(identity, Entry { count: u32::try_from(count).unwrap_or(1), span: entry.span() });
        }
        Ok(Self { source, entries })
    }

    /// Takes known findings out of a report. `whole`: everything that the baseline was written for was checked, so that
    /// an object that is not there any more is gone.
    pub(super) fn apply(&self, report: &mut Report, settings: &Settings, whole: bool) {
        let mut left: BTreeMap<&Identity, u32> =
            self.entries.iter().map(|(identity, entry)| (identity, entry.count)).collect();
        let mut kept = Vec::new();
        for finding in std::mem::take(&mut report.findings) {
            let known = left.get_mut(&Identity::of(report, &finding)).filter(|left| **left > 0);
            match known {
                Some(left) if !settings.is_locked(finding.code) => {
                    *left -= 1;
                    report.suppressed.push(Suppressed {
                        finding,
                        origin: Origin::Baseline,
                        reason: String::new(),
                    });
                }
                _ => kept.push(finding),
            }
        }
        report.findings = kept;
        let objects: BTreeSet<String> = report.documents.iter().filter_map(identity::object).collect();
        let gone: Vec<(&Identity, u32)> = left
            .into_iter()
            .filter(|(identity, left)| *left > 0 && (whole || objects.contains(&identity.object)))
            .collect();
        let Some((first, _)) = gone.first() else { return };
        let file = report.sources.add(self.source.clone());
        let span = self.entries.get(*first).map_or(Span::default(), |entry| entry.span);
        let count: u32 = gone.iter().map(|(_, left)| left).sum();
        let are = if count == 1 {
            "1 finding of the baseline is".to_owned()
        } else {
            format!("{count} findings of the baseline are")
        };
        let mut finding = Finding::new(&BASELINE_STALE, Place::new(file, span), format!("{are} gone"));
        for (identity, _) in gone.iter().take(NAMED) {
            let Identity { code, object, field } = identity;
            let field = if field.is_empty() { String::new() } else { format!(", {field}") };
            finding = finding.because(format!("{code}: {object}{field}"));
        }
        if gone.len() > NAMED {
            finding = finding.because(format!("and {} more", gone.len() - NAMED));
        }
        let path = self.source.path();
        let mut finding = finding.help(format!("write it anew: --write-baseline {path}"));
        if settings.apply(&mut finding) {
            report.findings.push(finding);
        }
    }
}
