//! What a finding is about, in words that outlive an edit of the file: code, object and field, not lines.
//!
//! Baselines are kept in these words, and the fingerprints by which GitHub and GitLab know a finding again.

use std::collections::BTreeMap;

use crate::finding::Finding;

use super::{Report, values::Document};

/// What a finding is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Identity {
    /// The code.
    pub code: String,
    /// `apps/Deployment shop/web`; for what belongs to no object the path of the file, as `file shop/web.yaml`.
    pub object: String,
    /// Path of the field; empty if the finding names none.
    pub field: String,
}

/// The object that a document holds, in the words of an `Identity`; `None` if it holds none.
pub fn object(document: &Document) -> Option<String> {
    if document.kind.is_empty() {
        return None;
    }
    // A newer version of the API is still the same object.
    let group = document.api_version.rsplit_once('/').map_or("", |(group, _)| group);
    let slash = if group.is_empty() { "" } else { "/" };
    let name = match (document.name.as_str(), document.generate_name.as_str()) {
        ("", "") => "?".to_owned(),
        ("", prefix) => format!("{prefix}*"),
        (name, _) => name.to_owned(),
    };
    let namespace = &document.namespace;
    let within = if namespace.is_empty() { "" } else { "/" };
    Some(format!("{group}{slash}{} {namespace}{within}{name}", document.kind))
}

impl Identity {
    /// The identity of a finding of a report.
    pub fn of(report: &Report, finding: &Finding) -> Self {
        let document = finding.document.and_then(|at| report.documents.get(at as usize));
        Self {
            code: finding.code.name.to_owned(),
            object: document
                .and_then(object)
                .unwrap_or_else(|| format!("file {}", report.path(finding.place().file))),
            field: finding.field.clone().unwrap_or_default(),
        }
    }

    /// 64 bits as 16 hexadecimal digits. `occurrence` tells apart what has the same identity (from 0).
    pub fn fingerprint(&self, occurrence: u32) -> String {
        // FNV-1a: the same everywhere and for ever.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let number = occurrence.to_string();
        for part in [&self.code, &self.object, &self.field, &number] {
            for byte in part.bytes().chain([0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        format!("{hash:016x}")
    }
}

/// The fingerprint of every finding of a report, in order, then those of silenced ones; no two are equal (but for chance).
pub fn fingerprints(report: &Report) -> Vec<String> {
    let mut seen: BTreeMap<Identity, u32> = BTreeMap::new();
    let silenced = report.suppressed.iter().map(|suppressed| &suppressed.finding);
    report
        .findings
        .iter()
        .chain(silenced)
        .map(|finding| {
            let identity = Identity::of(report, finding);
            let count = seen.entry(identity.clone()).or_default();
            let fingerprint = identity.fingerprint(*count);
            *count += 1;
            fingerprint
        })
        .collect()
}
