//! A baseline: what is known, so that only what is new is reported.
//!
//! JSON for people who review it: sorted, one entry a line, in the words of an `Identity`, without lines and columns.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Report, identity::Identity};

/// Version of the format.
pub const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Entry<'a> {
    code: &'a str,
    object: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    field: &'a str,
    #[serde(skip_serializing_if = "is_one")]
    count: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_one(count: &u32) -> bool {
    *count == 1
}

/// Writes all findings of a report. Answers how many there are.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<u32> {
    let mut counts: BTreeMap<Identity, u32> = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry(Identity::of(report, finding)).or_default() += 1;
    }
    write!(out, "{{\n  \"kcheckBaseline\": {FORMAT},\n  \"findings\": [")?;
    for (number, (identity, &count)) in counts.iter().enumerate() {
        let Identity { code, object, field } = identity;
        let entry = serde_json::to_string(&Entry { code, object, field, count })?;
        write!(out, "{}\n    {entry}", if number == 0 { "" } else { "," })?;
    }
    writeln!(out, "{}]\n}}", if counts.is_empty() { "" } else { "\n  " })?;
    Ok(counts.values().sum())
}
