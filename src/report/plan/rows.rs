//! One row an object of the tree: mark, kind, name, and what becomes of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::paint::{Colour, Paint, pad, width};
use super::plural;
use crate::cluster::model::{ServiceType, TargetPort};
use crate::object::{Sym, sym};
use crate::plan::{Action, Change, Plan, PlannedPod, PlannedService, PlannedWorkload, PodState};
use crate::report::text::Look;

/// More nodes than this are counted, not listed.
const NODES_LISTED: usize = 4;
/// More ports of a Service than this are counted, not listed.
const PORTS_LISTED: usize = 3;
/// More changed fields than this are counted, not listed.
const FIELDS_LISTED: usize = 10;

struct Row {
    mark: char,
    kind: String,
    name: String,
    detail: String,
    place: String,
    note: String,
    fields: Vec<String>,
}

/// All rows, by namespace.
pub(super) fn write(plan: &Plan, look: &Look, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let pods = pods_by_author(plan);
    let mut namespaces: BTreeMap<Sym, Vec<&Change>> = BTreeMap::new();
    for change in &plan.changes {
        namespaces.entry(change.namespace).or_default().push(change);
    }
    for (namespace, changes) in namespaces {
        let title =
            if namespace.is_empty() { "cluster".to_owned() } else { format!("namespace {namespace}") };
        writeln!(out, "\n  {title}")?;
        let rows = rows(plan, &changes, &pods, look);
        write_rows(&rows, look, paint, out)?;
    }
    Ok(())
}

type Author = (Sym, Sym, Sym);

/// Pods of an object that people wrote.
#[derive(Default)]
struct Pods<'p> {
    /// Those that are there.
    here: Vec<&'p PlannedPod>,
    /// How many were on each node before.
    before: BTreeMap<Sym, usize>,
}

impl Pods<'_> {
    /// Where Pods were before, if one node has fewer of them now and another one more: `before: node-1, node-3`.
    fn moved(&self, plan: &Plan) -> String {
        let now = nodes(&self.here);
        let of = |nodes: &BTreeMap<Sym, usize>, node: &Sym| nodes.get(node).copied().unwrap_or_default();
        let loses = self.before.keys().any(|node| of(&now, node) < of(&self.before, node));
        let gains = now.keys().any(|node| of(&now, node) > of(&self.before, node));
        if loses && gains { format!("before: {}", listed(&self.before, plan)) } else { String::new() }
    }
}

/// Pods by the object that people wrote.
fn pods_by_author(plan: &Plan) -> BTreeMap<Author, Pods<'_>> {
    let mut pods: BTreeMap<Author, Pods<'_>> = BTreeMap::new();
    for pod in &plan.pods {
        let (kind, name) = pod.owners.last().copied().unwrap_or((sym("Pod"), pod.name));
        let pods = pods.entry((kind, pod.namespace, name)).or_default();
        if let Some(node) = pod.node_before {
            *pods.before.entry(node).or_default() += 1;
        }
        if pod.state != PodState::Gone {
            pods.here.push(pod);
        }
    }
    pods
}

fn mark(change: &Change) -> char {
    match change.action {
        Action::Refused => '✗',
        Action::Unchanged if change.works => ' ',
        _ if !change.works => '!',
        Action::Create => '+',
        Action::Update => '~',
        Action::Unchanged => ' ',
        Action::Absent => '·',
        Action::Delete => '-',
    }
}

/// Rows of one namespace. Objects with nothing to tell share a row with their kind.
fn rows(plan: &Plan, changes: &[&Change], pods: &BTreeMap<Author, Pods<'_>>, look: &Look) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut quiet: BTreeMap<(char, String), Vec<String>> = BTreeMap::new();
    let mut order: Vec<(char, String)> = Vec::new();
    for change in changes {
        let row = row(plan, change, pods);
        if row.detail.is_empty() && row.place.is_empty() && row.note.is_empty() && row.fields.is_empty() {
            let key = (row.mark, row.kind.clone());
            if !quiet.contains_key(&key) {
                order.push(key.clone());
            }
            quiet.entry(key).or_default().push(row.name);
        } else {
            rows.push(row);
        }
    }
    for key in order {
        let names = quiet.remove(&key).unwrap_or_default();
        let name = list_names(&names, look.width.saturating_sub(30));
        rows.push(Row {
            mark: key.0,
            kind: key.1,
            name,
            detail: String::new(),
            place: String::new(),
            note: String::new(),
            fields: Vec::new(),
        });
    }
    rows
}

/// `a, b, c and 34 more`
fn list_names(names: &[String], columns: usize) -> String {
    let mut text = String::new();
    for (i, name) in names.iter().enumerate() {
        let more = names.len() - i;
        let suffix = format!(" and {more} more");
        let comma = if i > 0 { ", " } else { "" };
        if i > 0 && width(&text) + comma.len() + width(name) + suffix.len() > columns {
            return text + &suffix;
        }
        text.push_str(comma);
        text.push_str(name);
    }
    text
}

fn row(plan: &Plan, change: &Change, pods: &BTreeMap<Author, Pods<'_>>) -> Row {
    let mut row = Row {
        mark: mark(change),
        kind: change.gvk.kind.to_string(),
        name: change.name.to_string(),
        detail: String::new(),
        place: String::new(),
        note: String::new(),
        fields: Vec::new(),
    };
    match change.action {
        Action::Refused => {
            row.note = "refused".into();
            return row;
        }
        Action::Unchanged => row.note = "unchanged".into(),
        Action::Absent => {
            let id = (change.namespace, change.name);
            let pod = plan.pods.binary_search_by_key(&id, |pod| (pod.namespace, pod.name)).ok();
            let evicted = pod.is_some_and(|at| plan.pods[at].state == PodState::Gone);
            let stays = if row.kind == "Pod" && evicted { "goes" } else { "stays" };
            row.note = format!("not in the tree, {stays}");
            return row;
        }
        Action::Delete => return row,
        Action::Update => fields(change, &mut row),
        Action::Create => {}
    }
    let id = (change.namespace, change.name);
    let kind = change.gvk.kind.as_str();
    // Services, runs and workloads stand in the order of their names: trees with many thousands have a row for each.
    if let (true, Ok(at)) =
        (kind == "Service", plan.services.binary_search_by_key(&id, |s| (s.namespace, s.name)))
    {
        let service = &plan.services[at];
        service_row(service, &mut row);
    } else if let (true, Ok(at)) =
        (kind == "CronJob", plan.next_runs.binary_search_by_key(&id, |r| (r.namespace, r.name)))
    {
        let run = &plan.next_runs[at];
        row.detail = run.schedule.to_string();
        let pods: Vec<_> = run.pods.iter().collect();
        row.place = if pods.is_empty() {
            "suspended".into()
        } else {
            match placement(&pods, plan).as_str() {
                "" => "next run".to_owned(),
                nodes => format!("next run: {nodes}"),
            }
        };
        add_note(&mut row, &troubles(&pods));
    } else if let Ok(at) =
        plan.workloads.binary_search_by_key(&(kind, id), |w| (w.kind, (w.namespace, w.name)))
    {
        let workload = &plan.workloads[at];
        let none = Pods::default();
        let of = pods.get(&(change.gvk.kind, change.namespace, change.name)).unwrap_or(&none);
        let pods = &of.here;
        let wants = workload.wants.max(0) as usize;
        row.detail = if pods.len() < wants && workload.kind != "Job" {
            format!("{} of {}", pods.len(), plural(wants, "Pod"))
        } else {
            plural(pods.len().max(wants), "Pod")
        };
        row.place = placement(pods, plan);
        if is_suspended(workload) {
            (row.detail, row.place) = (String::new(), "suspended".into());
        } else if workload.kind == "DaemonSet" && wants == 0 {
            add_note(&mut row, "no node is for it");
        }
        if change.action == Action::Update {
            add_note(&mut row, &not_updated(change, workload, pods));
        }
        if pods.len() < wants && workload.status.conditions.iter().any(|c| c.kind == "ReplicaFailure") {
            add_note(&mut row, &format!("{} not created", wants - pods.len()));
        }
        add_note(&mut row, &troubles(pods));
        add_note(&mut row, &of.moved(plan));
    } else if kind == "Job" {
        // Its time to live is shorter than anybody waits.
        row.place = "ends, and is cleaned up".into();
    } else if &*change.gvk.kind == "Pod"
        && let Some(of) = pods.get(&(sym("Pod"), change.namespace, change.name))
    {
        row.place = placement(&of.here, plan);
        add_note(&mut row, &troubles(&of.here));
        add_note(&mut row, &of.moved(plan));
    }
    row
}

fn is_suspended(workload: &PlannedWorkload) -> bool {
    workload.status.conditions.iter().any(|c| c.kind == "Suspended" && c.status == "True")
}

/// `1 of 3 updated`, if a new template has not come to all Pods; why, if it was asked for.
fn not_updated(change: &Change, workload: &PlannedWorkload, pods: &[&PlannedPod]) -> String {
    let updated = workload.status.updated.max(0) as usize;
    let is_new = change.fields.iter().any(|field| field.path.starts_with("spec.template"));
    if !is_new || updated >= pods.len() || workload.kind == "Job" {
        return String::new();
    }
    let paused = workload.status.conditions.iter().any(|c| &*c.reason == "DeploymentPaused");
    format!("{updated} of {} updated{}", pods.len(), if paused { ", paused" } else { "" })
}

fn add_note(row: &mut Row, note: &str) {
    if !note.is_empty() {
        if !row.note.is_empty() {
            row.note.push_str(", ");
        }
        row.note.push_str(note);
    }
}

fn fields(change: &Change, row: &mut Row) {
    row.note = plural(change.fields.len(), "field");
    if change.fields.len() > FIELDS_LISTED {
        return;
    }
    for field in &change.fields {
        row.fields.push(field.path.clone());
        if let Some(before) = &field.before {
            row.fields.push(format!("  - {before}"));
        }
        if let Some(after) = &field.after {
            row.fields.push(format!("  + {after}"));
        }
    }
}

/// How many Pods are on each node.
fn nodes(pods: &[&PlannedPod]) -> BTreeMap<Sym, usize> {
    let mut nodes: BTreeMap<Sym, usize> = BTreeMap::new();
    for node in pods.iter().filter_map(|pod| pod.node) {
        *nodes.entry(node).or_default() += 1;
    }
    nodes
}

/// Where Pods are, as `listed` says it.
fn placement(pods: &[&PlannedPod], plan: &Plan) -> String {
    listed(&nodes(pods), plan)
}

/// `node-1 ×2, node-2`, or `5 nodes`, or `every node`.
fn listed(nodes: &BTreeMap<Sym, usize>, plan: &Plan) -> String {
    if nodes.len() > NODES_LISTED {
        return if nodes.len() == plan.nodes.len() {
            "every node".into()
        } else {
            plural(nodes.len(), "node")
        };
    }
    let one = |(node, count): (&Sym, &usize)| {
        if *count > 1 { format!("{node} ×{count}") } else { node.to_string() }
    };
    nodes.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn troubles(pods: &[&PlannedPod]) -> String {
    let mut notes = Vec::new();
    for (state, what) in [
        (PodState::Pending, "pending"),
        (PodState::Unknown, "placement unknown"),
        (PodState::Waiting, "waiting"),
        (PodState::Failed, "failed"),
        (PodState::Succeeded, "completed"),
    ] {
        let count = pods.iter().filter(|pod| pod.state == state).count();
        if count > 0 {
            notes.push(format!("{count} {what}"));
        }
    }
    notes.join(", ")
}

fn service_row(service: &PlannedService, row: &mut Row) {
    if service.kind == ServiceType::ExternalName {
        row.detail = format!("→ {}", service.external_name);
        return;
    }
    let ports: Vec<_> = service
        .ports
        .iter()
        .map(|port| {
            let node = port.node_port.map(|n| format!(" ({n} on nodes)")).unwrap_or_default();
            let protocol =
                if &*port.protocol == "TCP" { String::new() } else { format!("/{}", port.protocol) };
            match port.target {
                TargetPort::Number(number) if number == port.port => {
                    format!(":{}{protocol}{node}", port.port)
                }
                target => format!(":{}{protocol} → {target}{node}", port.port),
            }
        })
        .collect();
    let shown = if ports.len() > PORTS_LISTED { &ports[..PORTS_LISTED - 1] } else { &ports[..] };
    let more = ports.len() - shown.len();
    let more = if more > 0 { format!(" +{more} ports") } else { String::new() };
    let ports = format!("{}{more}", shown.join(" "));
    let kind = match service.kind {
        ServiceType::ClusterIp if service.cluster_ip == "None" => "headless ",
        ServiceType::ClusterIp => "",
        ServiceType::NodePort => "NodePort ",
        _ => "LoadBalancer ",
    };
    row.detail = format!("{kind}{ports}");
    let note = match (service.selects, service.ready()) {
        (false, _) => "no selector".into(),
        (true, 0) if service.foreign => "its Pods are made by an operator".into(),
        (true, 0) => "no endpoints".into(),
        (true, ready) => plural(ready, "endpoint"),
    };
    let before = service.ready_before.filter(|before| service.selects && *before != service.ready());
    add_note(row, &note);
    if let Some(before) = before {
        let _ = write!(row.note, " (before: {before})");
    }
}

fn write_rows(rows: &[Row], look: &Look, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    // A row that is only a list of names does not widen the columns.
    let told = || rows.iter().filter(|r| !r.detail.is_empty() || !r.place.is_empty() || !r.note.is_empty());
    let widest =
        |widths: &mut dyn Iterator<Item = usize>, most: usize| widths.max().unwrap_or_default().min(most);
    let kinds = rows.iter().map(|r| width(&r.kind)).max().unwrap_or_default();
    let names = widest(&mut told().map(|r| width(&r.name)), 36);
    let details = widest(&mut told().filter(|r| !r.place.is_empty()).map(|r| width(&r.detail)), 38);
    let places = widest(&mut told().map(|r| width(&r.place)), 34);
    // What has no place, as a Service, has the columns of both for its ports.
    let alone = told().filter(|r| r.place.is_empty() && !r.note.is_empty()).map(|r| width(&r.detail));
    let places = places.max(widest(&mut alone.into_iter(), 38).saturating_sub(details + 2));
    for row in rows {
        let colour = match row.mark {
            '+' => Colour::Good,
            '~' => Colour::Change,
            '!' | '✗' | '-' => Colour::Bad,
            _ => Colour::Quiet,
        };
        let mark = match row.mark {
            '✗' if !look.unicode => 'x',
            '·' if !look.unicode => '.',
            mark => mark,
        };
        let middle = if row.place.is_empty() {
            pad(&row.detail, details + 2 + places)
        } else {
            format!("{}  {}", pad(&row.detail, details), pad(&row.place, places))
        };
        let padded = format!("{}  {}  {middle}  {}", pad(&row.kind, kinds), pad(&row.name, names), row.note);
        // A row that is too wide for its columns gives up on them, the last ones first, before the terminal breaks it.
        let fits = |line: &str| width(line.trim_end()) + 4 <= look.width;
        let rest = [&row.detail, &row.place, &row.note];
        let rest = rest
            .into_iter()
            .filter(|cell| !cell.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("  ");
        let named = format!("{}  {}  {rest}", pad(&row.kind, kinds), pad(&row.name, names));
        let line = if fits(&padded) {
            padded
        } else if fits(&named) {
            named
        } else {
            format!("{}  {}  {rest}", row.kind, row.name)
        };
        let line = if look.unicode { line } else { line.replace('→', "->").replace('×', "x") };
        writeln!(out, "  {} {}", paint.of(colour, &mark.to_string()), line.trim_end())?;
        for field in &row.fields {
            let colour = match field.trim_start().chars().next() {
                Some('-') => Colour::Bad,
                Some('+') => Colour::Good,
                _ => Colour::Quiet,
            };
            writeln!(out, "      {}", paint.of(colour, field))?;
        }
    }
    Ok(())
}
