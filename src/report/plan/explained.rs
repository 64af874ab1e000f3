//! Why a Pod lands where it does, or nowhere: what the nodes lack, with the arithmetic, and what they score.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::paint::{Colour, Paint, pad, width, wrap};
use super::{plural, problems};
use crate::object::Sym;
use crate::plan::{Explained, Plan};
use crate::report::Report;
use crate::report::text::Look;
use crate::scheduler::{Attempt, Lack, NodeLack, Scores, amount};

/// Of nodes that are refused for the same reason in different amounts so many are told, the nearest first.
const ROWS_OF_A_REASON: usize = 4;
/// Columns for names of nodes that share a row.
const NAMES: usize = 28;
/// Of nodes that are equally good so many are named.
const TIES_NAMED: usize = 4;

/// All that was asked about. What the problems have told already is not told again.
pub(super) fn write(
    report: &Report,
    plan: &Plan,
    look: &Look,
    paint: &Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let problems = problems::ordered(report);
    let (mut told, mut helps): (BTreeSet<&str>, Vec<&str>) = Default::default();
    for problem in problems::shown(&problems, look) {
        told.extend(problem.because.iter().map(String::as_str));
        helps.extend(problem.help.as_deref());
    }
    for explained in &plan.explained {
        writeln!(out)?;
        for (at, line) in wrap(&head(explained, plan, &told), look.width.saturating_sub(2)).iter().enumerate()
        {
            let line = if at == 0 { paint.of(Colour::Bold, line) } else { format!("  {line}") };
            writeln!(out, "{line}")?;
        }
        lacks(explained, look, paint, out)?;
        if let Some(scores) = explained.attempt.as_ref().and_then(|attempt| attempt.scores.as_ref()) {
            score_table(scores, look, paint, out)?;
        }
        let said = advice(explained, &told, &helps);
        if !said.is_empty() {
            writeln!(out)?;
        }
        for line in said {
            for (at, part) in wrap(&line, look.width.saturating_sub(6)).iter().enumerate() {
                writeln!(out, "  {}{part}", if at > 0 { "  " } else { "" })?;
            }
        }
    }
    Ok(())
}

fn head(explained: &Explained, plan: &Plan, told: &BTreeSet<&str>) -> String {
    let pod = &explained.pod;
    let name = format!("{}/{}", pod.namespace, pod.name);
    let (fate, like) = match pod.node {
        Some(node) => (placed(explained.attempt.as_ref(), node), "has a node"),
        None => {
            let why = match (&pod.message, pod.reason.as_deref()) {
                (Some(message), _) if told.contains(message.as_str()) => ", as told above".to_owned(),
                (Some(message), _) => format!(": {message}"),
                (None, Some("UnknownScheduler")) => ": another scheduler is to place it".to_owned(),
                (None, Some(reason)) => format!(": {reason}"),
                (None, None) if plan.nodes.is_empty() => ": there is no node".to_owned(),
                (None, None) => ": nobody has tried to place it".to_owned(),
            };
            (format!("stays Pending{why}"), "fares likewise")
        }
    };
    let more = match explained.likewise {
        0 => String::new(),
        1 => format!(" 1 more Pod {like}."),
        more => format!(" {more} more Pods {}.", like.replace("has", "have").replace("fares", "fare")),
    };
    let stop = if fate.ends_with('.') { "" } else { "." };
    format!("{name} {fate}{}{more}", if more.is_empty() { "" } else { stop })
}

fn placed(attempt: Option<&Attempt>, node: Sym) -> String {
    let Some(attempt) = attempt else {
        return format!("is on {node} from the start: the scheduler is not asked");
    };
    if attempt.nominated == Some(node) {
        return format!("lands on {node}, where room was made for it");
    }
    match attempt.ties.as_slice() {
        [] => format!("lands on {node}, the only node that takes it"),
        [_] => {
            let of = attempt.scores.as_ref().map_or(String::new(), |s| format!(" of {}", s.nodes.len()));
            format!("lands on {node}, the best{of}")
        }
        ties => {
            let others: Vec<&str> = ties.iter().filter(|tie| **tie != node).map(|tie| tie.as_str()).collect();
            let shown = others.len().min(TIES_NAMED);
            let more = others.len() - shown;
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let names = others[..shown].join(", ") + &more;
            let is = if others.len() == 1 { "is" } else { "are" };
            format!("lands on {node}; {names} {is} as good: here the first name decides, in a cluster chance")
        }
    }
}

/// A line of the table: plugin, reason, and of a resource what there is, what is taken, what is asked and what is lacking.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    plugin: &'static str,
    because: String,
    amounts: Option<[String; 4]>,
}

fn row((plugin, lack): &(&'static str, Lack)) -> Row {
    let Lack::Resource(short) = lack else {
        return Row { plugin, because: lack.to_string(), amounts: None };
    };
    let missing = short.asks.saturating_sub(short.free());
    let amounts = [(short.allocatable, false), (short.used, true), (short.asks, true), (missing, true)];
    Row {
        plugin,
        because: short.reason(),
        amounts: Some(amounts.map(|(value, up)| amount(short.resource, value, up))),
    }
}

/// Nodes with the same lacks, and how far they are from taking the Pod.
struct Group {
    rows: Vec<Row>,
    nodes: Vec<Sym>,
    distance: i64,
}

/// Refused nodes, grouped by reason: reasons in the order in which the nodes stand, the nearest node of each first.
fn groups(explained: &Explained) -> Vec<Vec<Group>> {
    let mut reasons: Vec<Vec<Group>> = Vec::new();
    let mut at_reason: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut at_rows: BTreeMap<Vec<Row>, (usize, usize)> = BTreeMap::new();
    let mut put = |rows: Vec<Row>, node: Sym, distance: i64| {
        if let Some((reason, group)) = at_rows.get(&rows) {
            reasons[*reason][*group].nodes.push(node);
            return;
        }
        let Some(first) = rows.first() else { return };
        let next = reasons.len();
        let reason = *at_reason.entry((first.plugin, first.because.clone())).or_insert(next);
        if reason == next {
            reasons.push(Vec::new());
        }
        at_rows.insert(rows.clone(), (reason, reasons[reason].len()));
        reasons[reason].push(Group { rows, nodes: vec![node], distance });
    };
    let known: BTreeMap<Sym, &NodeLack> = explained
        .lacks
        .iter()
        .flat_map(|lacks| &lacks.nodes)
        .filter(|node| !node.lacks.is_empty())
        .map(|node| (node.node, node))
        .collect();
    let rejected = explained.attempt.iter().flat_map(|attempt| &attempt.rejected);
    let mut rejected: BTreeMap<Sym, Row> = rejected
        .flat_map(|group| {
            let because: Vec<String> = group.reasons.iter().map(ToString::to_string).collect();
            let row = Row { plugin: group.plugin, because: because.join(", "), amounts: None };
            group.nodes.iter().map(move |node| (*node, row.clone()))
        })
        .collect();
    for node in explained.lacks.iter().flat_map(|lacks| &lacks.nodes) {
        let refused = rejected.remove(&node.node);
        match known.get(&node.node) {
            Some(known) => put(known.lacks.iter().map(row).collect(), node.node, known.distance()),
            None => refused.into_iter().for_each(|row| put(vec![row], node.node, 0)),
        }
    }
    for (node, row) in rejected {
        put(vec![row], node, 0);
    }
    for reason in &mut reasons {
        reason.sort_by_key(|group| group.distance);
    }
    reasons
}

fn names(nodes: &[Sym]) -> String {
    let mut text = String::new();
    for (at, node) in nodes.iter().enumerate() {
        let is_last = at + 1 == nodes.len();
        let more = if is_last { String::new() } else { format!(" and {} more", nodes.len() - at) };
        if at > 0 && width(&text) + width(node) + more.len() > NAMES {
            return format!("{text} and {} more", nodes.len() - at);
        }
        text += if at > 0 { ", " } else { "" };
        text += node;
    }
    text
}

fn lacks(explained: &Explained, look: &Look, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut lines: Vec<(String, Row)> = Vec::new();
    if let Some((plugin, _, reasons)) = explained.attempt.as_ref().and_then(|a| a.pre_filter.as_ref()) {
        let because: Vec<String> = reasons.iter().map(ToString::to_string).collect();
        lines.push(("every node".into(), Row { plugin, because: because.join(", "), amounts: None }));
    }
    for reason in groups(explained) {
        for group in reason.iter().take(ROWS_OF_A_REASON) {
            let mut name = names(&group.nodes);
            for row in &group.rows {
                lines.push((std::mem::take(&mut name), row.clone()));
            }
        }
        let rest: usize = reason.iter().skip(ROWS_OF_A_REASON).map(|group| group.nodes.len()).sum();
        if let Some(first) = reason.first().and_then(|group| group.rows.first()).filter(|_| rest > 0) {
            lines
                .push((format!("and {}", plural(rest, "more node")), Row { amounts: None, ..first.clone() }));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let has_amounts = lines.iter().any(|(_, row)| row.amounts.is_some());
    let of_node = lines.iter().map(|(node, _)| width(node)).max().unwrap_or_default().max(4);
    let of_plugin = lines.iter().map(|(_, row)| width(row.plugin)).max().unwrap_or_default().max(10);
    let heads = ["allocatable", "requested", "asks", "lacks"];
    // Reasons without amounts may reach into their columns.
    let numbered = lines.iter().filter(|(_, row)| row.amounts.is_some());
    let of_reason = numbered.map(|(_, row)| width(&row.because)).max().unwrap_or_default().max(7);
    let columns = [0, 1, 2, 3].map(|at| {
        let cells = lines.iter().filter_map(|(_, row)| Some(width(&row.amounts.as_ref()?[at])));
        cells.max().unwrap_or_default().max(heads[at].len())
    });
    let amounts = |cells: &[&str; 4]| {
        let cells = cells.iter().zip(columns).map(|(cell, columns)| format!("  {cell:>columns$}"));
        cells.collect::<String>()
    };
    let title = format!(
        "  {}  {}  {}{}",
        pad("node", of_node),
        pad("refused by", of_plugin),
        if has_amounts { pad("because", of_reason) } else { "because".into() },
        if has_amounts { amounts(&heads) } else { String::new() }
    );
    writeln!(out, "\n{}", paint.of(Colour::Quiet, &title))?;
    let indent = of_node + of_plugin + 6;
    for (node, row) in &lines {
        let start = format!("  {}  {}", pad(node, of_node), pad(row.plugin, of_plugin));
        if let Some([all, used, asks, lacks]) = &row.amounts {
            let because = pad(&row.because, of_reason);
            writeln!(out, "{start}  {because}{}", amounts(&[all, used, asks, lacks]))?;
            continue;
        }
        for (at, line) in wrap(&row.because, look.width.saturating_sub(indent).max(24)).iter().enumerate() {
            if at == 0 {
                writeln!(out, "{start}  {line}")?;
            } else {
                writeln!(out, "{}{line}", " ".repeat(indent))?;
            }
        }
    }
    Ok(())
}

fn score_table(scores: &Scores, look: &Look, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut order: Vec<_> = scores.nodes.iter().collect();
    order.sort_by_key(|(node, _, total)| (std::cmp::Reverse(*total), *node));
    let labels = scores.plugins.iter().map(|plugin| width(plugin)).max().unwrap_or_default().max(6);
    let mut room = look.width.saturating_sub(labels + 10);
    let mut shown = Vec::new();
    for row in order {
        let columns = width(&row.0).max(5);
        if columns + 2 > room && !shown.is_empty() {
            break;
        }
        room = room.saturating_sub(columns + 2);
        shown.push((row, columns));
    }
    let head: Vec<String> = shown.iter().map(|((node, ..), columns)| format!("  {node:>columns$}")).collect();
    let head = head.concat();
    let title = format!("  {}  weight{head}", pad("score", labels));
    writeln!(out, "\n{}", paint.of(Colour::Quiet, &title))?;
    for (at, (plugin, weight)) in scores.plugins.iter().zip(&scores.weights).enumerate() {
        let cells = shown.iter().map(|((_, cells, _), columns)| {
            format!("  {:>columns$}", cells.get(at).copied().unwrap_or_default())
        });
        let sign = if look.unicode { '×' } else { 'x' };
        let weight = format!("{sign}{weight}");
        writeln!(out, "  {}  {weight:>6}{}", pad(plugin, labels), cells.collect::<String>())?;
    }
    let totals = shown.iter().map(|((.., total), columns)| format!("  {total:>columns$}"));
    writeln!(out, "  {}  {:6}{}", pad("total", labels), "", totals.collect::<String>())?;
    if let (Some(((.., least), _)), more @ 1..) = (shown.last(), scores.nodes.len() - shown.len()) {
        writeln!(out, "  and {} with at most {least}", plural(more, "more node"))?;
    }
    Ok(())
}

/// The nearest node, what mends it, who has to go.
fn advice(explained: &Explained, told: &BTreeSet<&str>, helps: &[&str]) -> Vec<String> {
    let mut said = Vec::new();
    if explained.pod.node.is_none()
        && let Some(lacks) = &explained.lacks
    {
        if let Some(nearest) = &lacks.nearest {
            let clauses: Vec<String> = nearest.lacks.iter().map(|(_, lack)| lack.to_string()).collect();
            let nearest = format!("nearest: {} {}", nearest.node, clauses.join(", and "));
            if !told.contains(nearest.as_str()) {
                said.push(nearest);
            }
        }
        let mends: Vec<String> = lacks.mends.iter().map(ToString::to_string).collect();
        let mends = mends.join(", or ");
        if !mends.is_empty() && !helps.iter().any(|help| help.starts_with(&mends)) {
            said.push(format!("mend it: {mends}"));
        }
    }
    if !explained.preempted.is_empty() {
        let names: Vec<String> =
            explained.preempted.iter().map(|(namespace, name)| format!("{namespace}/{name}")).collect();
        let (go, s) = if names.len() == 1 { ("goes", "") } else { ("go", "s") };
        said.push(format!("preemption: Pod{s} {} {go} for it", names.join(", ")));
    }
    said
}
