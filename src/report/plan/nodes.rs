//! How full the nodes get.

use std::io::{self, Write};

use super::amounts::{cpu, short_bytes};
use super::paint::{Colour, Paint, pad, width};
use crate::object::{Sym, sym};
use crate::plan::{Plan, PlannedNode};
use crate::report::text::Look;

/// Cells of a bar.
const BAR: usize = 12;
/// More nodes than this are not listed one by one: the fullest are.
const LISTED: usize = 16;

fn amount(of: &std::collections::BTreeMap<Sym, i64>, name: &str) -> i64 {
    of.get(&sym(name)).copied().unwrap_or_default()
}

/// The larger of the parts of CPU and memory that are asked for, in thousandths.
fn fullness(node: &PlannedNode) -> i64 {
    ["cpu", "memory"]
        .iter()
        .map(|name| {
            let all = i128::from(amount(&node.allocatable, name)).max(1);
            (i128::from(amount(&node.requested, name)) * 1000 / all) as i64
        })
        .max()
        .unwrap_or_default()
}

/// The table of nodes.
pub(super) fn write(plan: &Plan, look: &Look, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut nodes: Vec<&PlannedNode> = plan.nodes.iter().collect();
    if nodes.is_empty() || plan.pods.is_empty() {
        return Ok(());
    }
    if nodes.len() > LISTED {
        nodes.sort_by_key(|node| (std::cmp::Reverse(fullness(node)), node.name));
        nodes.truncate(LISTED);
    }
    let names = nodes.iter().map(|n| width(&n.name)).max().unwrap_or_default().max(4);
    let rows: Vec<_> = nodes
        .iter()
        .map(|node| {
            let of = |name| (amount(&node.requested, name), amount(&node.allocatable, name));
            let (cpu_used, cpu_all) = of("cpu");
            let (memory_used, memory_all) = of("memory");
            (
                node,
                bar(cpu_used, cpu_all, look),
                format!("{}/{}", cpu(cpu_used), cpu(cpu_all)),
                bar(memory_used, memory_all, look),
                format!("{}/{}", short_bytes(memory_used), short_bytes(memory_all)),
            )
        })
        .collect();
    let cpus = rows.iter().map(|r| r.2.len()).max().unwrap_or_default();
    let memories = rows.iter().map(|r| r.4.len()).max().unwrap_or_default();
    let head = format!(
        "\n  {}  {}  {}  pods",
        pad("node", names),
        pad("cpu asked", BAR + 2 + cpus),
        pad("memory asked", BAR + 2 + memories)
    );
    writeln!(out, "{}", paint.of(Colour::Quiet, &head))?;
    for (node, cpu_bar, cpu, memory_bar, memory) in &rows {
        writeln!(
            out,
            "  {}  {cpu_bar}  {}  {memory_bar}  {}  {}",
            pad(&node.name, names),
            pad(cpu, cpus),
            pad(memory, memories),
            node.pods
        )?;
    }
    if plan.nodes.len() > rows.len() {
        writeln!(out, "  and {} nodes that are less full", plan.nodes.len() - rows.len())?;
    }
    Ok(())
}

fn bar(used: i64, all: i64, look: &Look) -> String {
    let (full, empty) = if look.unicode { ("■", "□") } else { ("#", ".") };
    let all = i128::from(all.max(1));
    // A node with anything on it shows it; a node with anything left does too.
    let cells = (i128::from(used.max(0)) * BAR as i128 + all / 2) / all;
    let cells =
        cells.clamp(i128::from(used > 0), if i128::from(used) < all { BAR as i128 - 1 } else { BAR as i128 });
    let cells = cells.max(0) as usize;
    format!("{}{}", full.repeat(cells), empty.repeat(BAR - cells))
}
