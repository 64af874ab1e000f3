//! Plans for people and programs.

mod amounts;
mod capacity;
mod explained;
mod json;
mod markdown;
mod nodes;
mod paint;
mod problems;
mod rows;

use std::io::{self, Write};

pub use json::value;
pub use markdown::write as write_markdown;

use super::Report;
use super::text::Look;
use crate::finding::Level;
use crate::plan::{Action, ClusterSource, Plan, PodState};
use paint::{Colour, Paint};

/// The plan for a terminal: what happens, what breaks and why, what mends it, how full the nodes get.
pub fn write(report: &Report, plan: &Plan, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(look);
    writeln!(out, "{}", paint.of(Colour::Bold, &header(report, plan)))?;
    rows::write(plan, look, &paint, out)?;
    problems::write(report, look, &paint, out)?;
    explained::write(report, plan, look, &paint, out)?;
    capacity::write(plan, look, &paint, out)?;
    nodes::write(plan, look, &paint, out)?;
    writeln!(out)?;
    writeln!(out, "{}", paint.of(Colour::Bold, &summary(plan)))?;
    for note in notes(report, plan) {
        for (i, line) in paint::wrap(&note, look.width.saturating_sub(2)).iter().enumerate() {
            writeln!(out, "{}{line}", if i > 0 { "  " } else { "" })?;
        }
    }
    Ok(())
}

fn plural(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// `Kubernetes 1.36 · 3 nodes of 4 CPU, 16 GiB (default cluster; ...) · namespace default`
fn header(report: &Report, plan: &Plan) -> String {
    let same = plan.nodes.windows(2).all(|pair| pair[0].allocatable == pair[1].allocatable);
    let size = match plan.nodes.first() {
        Some(node) if same => {
            let amount =
                |name: &str| node.allocatable.iter().find(|(n, _)| &***n == name).map_or(0, |(_, a)| *a);
            format!(" of {} CPU, {}", amounts::cpu(amount("cpu")), amounts::bytes(amount("memory")))
        }
        _ => String::new(),
    };
    let from = match &plan.source {
        ClusterSource::Default => "default cluster; give --cluster or --nodes".to_owned(),
        ClusterSource::Nodes => "--nodes".to_owned(),
        ClusterSource::Needed => "--nodes-needed".to_owned(),
        ClusterSource::Tree => "of the tree".to_owned(),
        ClusterSource::Path(path) => path.clone(),
    };
    format!(
        "Kubernetes {} · {}{size} ({from}) · namespace {}",
        report.kubernetes.join(", "),
        plural(plan.nodes.len(), "node"),
        plan.namespace
    )
}

/// `Plan: 4 to create, 1 to change. 6 of 8 Pods run, 2 pending; 1 Service without endpoints.`
pub(super) fn summary(plan: &Plan) -> String {
    let changes = |action| plan.changes.iter().filter(|c| c.action == action).count();
    let mut todo = vec![format!("{} to create", changes(Action::Create))];
    for (action, what) in [
        (Action::Update, "to change"),
        (Action::Delete, "to delete"),
        (Action::Unchanged, "unchanged"),
        (Action::Absent, "absent from the tree"),
        (Action::Refused, "refused"),
    ] {
        if changes(action) > 0 {
            todo.push(format!("{} {what}", changes(action)));
        }
    }
    let pods = |state| plan.pods.iter().filter(|pod| pod.state == state).count();
    let total = plan.pods.len() - pods(PodState::Succeeded) - pods(PodState::Gone);
    let running = |number: usize| format!("run{}", if number == 1 { "s" } else { "" });
    let mut run = match (pods(PodState::Running), total) {
        (_, 0) => Vec::new(),
        (all, total) if all == total => vec![format!("{} {}", plural(total, "Pod"), running(total))],
        (some, total) => vec![format!("{some} of {} {}", plural(total, "Pod"), running(total))],
    };
    for (state, what) in [
        (PodState::Pending, "pending"),
        (PodState::Unknown, "placement unknown"),
        (PodState::Waiting, "waiting"),
        (PodState::Failed, "failed"),
        (PodState::Succeeded, "completed"),
        (PodState::Gone, "gone"),
    ] {
        match pods(state) {
            0 => {}
            number if run.is_empty() => run.push(format!("{} {what}", plural(number, "Pod"))),
            number => run.push(format!("{number} {what}")),
        }
    }
    if run.is_empty() {
        run.push("No Pods".to_owned());
    }
    let silent = plan.services.iter().filter(|s| s.is_silent()).count();
    let silent =
        if silent > 0 { format!("; {} without endpoints", plural(silent, "Service")) } else { String::new() };
    format!("Plan: {}. {}{silent}.", todo.join(", "), run.join(", "))
}

fn notes(report: &Report, plan: &Plan) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(why) = plan.unsettled() {
        notes.push(format!("Not played to its end: {why}. What stands above is as far as it was played."));
    }
    // Those of the plan itself stand above.
    let told = |at: &usize| report.problems.contains(at);
    let lesser =
        report.findings.iter().enumerate().filter(|(at, f)| f.level != Level::Error && !told(at)).count();
    if lesser > 0 {
        notes.push(format!("{} of lesser weight: kcheck check", plural(lesser, "finding")));
    }
    if !plan.apply.is_empty() {
        let why: Vec<_> = plan.apply.iter().map(|note| note.text.as_str()).collect();
        notes.push(format!("`kubectl apply -R` needs a second run: {}.", why.join("; ")));
    }
    for expected in &plan.expected {
        let users: Vec<_> = expected.users.iter().map(|(_, name)| name.as_str()).collect();
        notes.push(format!(
            "? {} {}/{} is in no manifest: {}. Until then {} wait{}.",
            expected.kind,
            expected.namespace,
            expected.name,
            expected.why,
            users.join(", "),
            if users.len() == 1 { "s" } else { "" }
        ));
    }
    if !plan.assumed.is_empty() {
        let names: Vec<_> = plan.assumed.iter().map(|name| name.as_str()).collect();
        let s = if names.len() == 1 { "" } else { "s" };
        notes
            .push(format!("Taken to exist, though no manifest makes it: namespace{s} {}.", names.join(", ")));
    }
    if !plan.not_modelled.is_empty() {
        let list: Vec<_> =
            plan.not_modelled
                .iter()
                .map(|n| {
                    if n.objects > 1 { format!("{} ({} objects)", n.what, n.objects) } else { n.what.clone() }
                })
                .collect();
        notes.push(format!("Not modelled: {}.", list.join(", ")));
    }
    notes
}
