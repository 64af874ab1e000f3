//! The last lines of a check: what was judged, what was not.

use crate::report::{Document, FileKind, Report, Skipped, Verdict};

use super::look::Look;
use super::thousands;

/// The lines, unwrapped.
pub(super) fn lines(report: &Report, look: &Look) -> Vec<String> {
    let mut lines = Vec::new();
    let summary = report.summary();
    let files = report.files_of(FileKind::Manifests);
    let objects = report
        .documents
        .iter()
        .filter(|d| !matches!(d.verdict, Verdict::NotKubernetes | Verdict::Unreadable))
        .count();
    let time = report.elapsed.map_or_else(String::new, |t| format!(" in {}", duration(t)));
    let found = counts(&[
        (summary.errors as usize, "error", "errors"),
        (summary.warnings as usize, "warning", "warnings"),
        (summary.infos as usize, "info", "infos"),
    ]);
    let mut found = if found.is_empty() { "no problems".to_owned() } else { found };
    if summary.suppressed > 0 {
        found = format!("{found}; {} suppressed", thousands(summary.suppressed as usize));
    }
    if objects == 0 {
        let met = many(summary.files as usize, "file", "files");
        lines.push(format!("No Kubernetes manifests in {met}{time}: {found}."));
    } else {
        lines.push(format!(
            "Checked {} in {} against Kubernetes {}{time}: {found}.",
            many(objects, "object", "objects"),
            many(files, "file", "files"),
            versions(&report.kubernetes),
        ));
    }
    if report.known > 0 {
        let were = if report.known == 1 { "finding was" } else { "findings were" };
        lines.push(format!(
            "{} {were} there before the change (--all shows them).",
            thousands(report.known as usize)
        ));
    }
    per_version(report, &mut lines);
    skipped(&summary.skipped, look, &mut lines);
    let others = counts(&[
        (report.files_of(FileKind::Kustomization), "kustomization", "kustomizations"),
        (report.files_of(FileKind::Chart), "file of a chart", "files of charts"),
        (report.files_of(FileKind::Values), "values file", "values files"),
        (report.files_of(FileKind::NotKubernetes), "other file", "other files"),
    ]);
    if !others.is_empty() {
        lines.push(format!("Not manifests: {others}."));
    }
    let unreadable = report.files_of(FileKind::Unreadable);
    if unreadable > 0 {
        lines.push(format!("Not readable: {}.", many(unreadable, "file", "files")));
    }
    lines
}

/// What each of several versions makes of the objects; neighbours that agree share a line.
fn per_version(report: &Report, lines: &mut Vec<String>) {
    if report.kubernetes.len() < 2 {
        return;
    }
    let troubled = |at: usize| {
        let refused = |d: &&Document| {
            let verdict = d.verdicts.get(at).map_or(d.verdict, |(_, verdict)| *verdict);
            matches!(verdict, Verdict::Refused | Verdict::NoSuchKind)
        };
        report.documents.iter().filter(refused).count()
    };
    let mut groups: Vec<(Vec<String>, usize)> = Vec::new();
    for (at, minor) in report.kubernetes.iter().enumerate() {
        let count = troubled(at);
        match groups.last_mut() {
            Some((minors, same)) if *same == count => minors.push(minor.clone()),
            _ => groups.push((vec![minor.clone()], count)),
        }
    }
    for (minors, count) in groups {
        let told = match count {
            0 => "nothing is refused".to_owned(),
            count => format!("{} refused or not served", many(count, "object", "objects")),
        };
        lines.push(format!("  {}: {told}", versions(&minors)));
    }
}

fn skipped(skipped: &[Skipped], look: &Look, lines: &mut Vec<String>) {
    let mut reasons: Vec<&str> = skipped.iter().map(|s| s.why.as_str()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    for why in reasons {
        let of_reason = skipped.iter().filter(|s| s.why == why);
        let count: u32 = of_reason.clone().map(|s| s.count).sum();
        let mut kinds: Vec<(&str, u32)> = of_reason.map(|s| (s.kind.as_str(), s.count)).collect();
        kinds.sort_unstable();
        let kinds: Vec<String> = kinds
            .into_iter()
            .map(|(kind, count)| match count {
                1 => kind.to_owned(),
                _ => format!("{kind} {}{}", look.times(), thousands(count as usize)),
            })
            .collect();
        let hint = if why == "no schema" { " (give --crds or --schema-location)" } else { "" };
        lines.push(format!(
            "{} skipped, {why}: {}{hint}.",
            many(count as usize, "custom resource", "custom resources"),
            kinds.join(", "),
        ));
    }
}

/// `1.36`; `1.33 to 1.37`.
fn versions(targets: &[String]) -> String {
    match targets {
        [] => "?".to_owned(),
        [one] => one.clone(),
        [first, .., last] => format!("{first} to {last}"),
    }
}

fn many(count: usize, one: &str, more: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { more })
}

/// Those that are not 0, joined by commas.
fn counts(counts: &[(usize, &str, &str)]) -> String {
    let parts: Vec<String> =
        counts.iter().filter(|(n, ..)| *n > 0).map(|&(n, one, more)| many(n, one, more)).collect();
    parts.join(", ")
}

/// `14 ms`, `2.3 s`.
fn duration(time: std::time::Duration) -> String {
    match time.as_millis() {
        0 => format!("{} µs", time.as_micros()),
        ms @ 1..1000 => format!("{ms} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
