//! How many more replicas fit, and how many nodes are needed.

use std::io::{self, Write};

use super::paint::{Colour, Paint, wrap};
use super::plural;
use crate::plan::{NodesNeeded, Nowhere, Plan};
use crate::report::text::Look;
use crate::simulate::{Room, Stop};

/// More workloads than this are counted, not listed.
const LISTED: usize = 5;

/// The answers to `--nodes-needed` and `--how-many`.
pub(super) fn write(plan: &Plan, look: &Look, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let needed = plan.nodes_needed.as_ref().map(needed);
    for (title, lines) in needed.into_iter().chain(plan.rooms.iter().map(room)) {
        writeln!(out)?;
        for line in wrap(&title, look.width.saturating_sub(2)) {
            writeln!(out, "{}", paint.of(Colour::Bold, &line))?;
        }
        for line in lines {
            for (at, part) in wrap(&line, look.width.saturating_sub(6)).iter().enumerate() {
                writeln!(out, "    {}{part}", if at > 0 { "  " } else { "" })?;
            }
        }
    }
    Ok(())
}

/// `1st`, `2nd`, `13th`
fn ordinal(number: i64) -> String {
    let suffix = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}

fn room(room: &Room) -> (String, Vec<String>) {
    let (_, namespace, name) = room.workload;
    let fit = match room.more {
        0 => "no more replicas fit".to_owned(),
        1 => "1 more replica fits".to_owned(),
        more => format!("{more} more replicas fit"),
    };
    let total = room.replicas.saturating_add(room.more);
    let next = ordinal(total.saturating_add(1));
    let (stops, lines) = match &room.stop {
        Stop::Bound => {
            return (format!("{namespace}/{name}: at least {fit}; more are not played"), Vec::new());
        }
        Stop::Pending(..) if room.placed < room.replicas => {
            let missing = room.replicas - room.placed;
            let find = if missing == 1 { "finds" } else { "find" };
            (format!("{missing} of {} {find} no node already", room.replicas), told(room))
        }
        Stop::Pending(..) => (format!("the {next} finds no node"), told(room)),
        Stop::NotCreated(why) => (format!("the {next} is not made"), vec![why.clone()]),
        Stop::Preempts(victims) => {
            let names: Vec<String> = victims.iter().map(|(ns, name)| format!("{ns}/{name}")).collect();
            let shown = names.len().min(LISTED);
            let more = names.len() - shown;
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            (
                format!("for the {next} others have to go"),
                vec![format!("{}{more}", names[..shown].join(", "))],
            )
        }
    };
    let in_all = if room.more > 0 { format!(", {total} in all") } else { String::new() };
    (format!("{namespace}/{name}: {fit}{in_all}; {stops}"), lines)
}

fn told(room: &Room) -> Vec<String> {
    let Stop::Pending(message, explanation) = &room.stop else { return Vec::new() };
    let mut lines = vec![message.clone()];
    lines.extend(explanation.facts.iter().cloned());
    if !explanation.mends.is_empty() {
        lines.push(format!("mend it: {}", explanation.mends.join(", or ")));
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn needed(needed: &NodesNeeded) -> (String, Vec<String>) {
    let all = if needed.nowhere.is_empty() { "everything runs" } else { "everything runs that can" };
    let title = match needed.nodes {
        0 => format!("No node of {} is needed: {all} on those that are there", needed.shape),
        nodes => format!("{} of {} needed: then {all}", plural(nodes as usize, "node"), needed.shape),
    };
    let mut lines = list(&needed.one_less, &format!("on {}", needed.nodes.saturating_sub(1)));
    if !needed.exhaustive {
        lines.push("smaller numbers than these two were not all played".into());
    }
    lines.extend(list(&needed.nowhere, "however many"));
    (title, lines)
}

fn list(pods: &[Nowhere], when: &str) -> Vec<String> {
    let line = |nowhere: &Nowhere| {
        let (kind, namespace, name) = nowhere.author;
        let who = match (&*kind, nowhere.pods) {
            ("Pod", _) => format!("Pod {namespace}/{name}"),
            (_, pods) => format!("{} of {namespace}/{name}", plural(pods, "Pod")),
        };
        let verb = if nowhere.pods == 1 { "finds" } else { "find" };
        let why = if nowhere.message.is_empty() { String::new() } else { format!(": {}", nowhere.message) };
        format!("{when}: {who} {verb} no node{why}")
    };
    let mut lines: Vec<String> = pods.iter().take(LISTED).map(line).collect();
    if pods.len() > LISTED {
        lines.push(format!("{when}: {} find no node", plural(pods.len() - LISTED, "more workload")));
    }
    lines
}
