//! How much each node that can take a Pod is worth.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Cluster;
use super::filters::{Imagined, counts_on, required};
use super::objects::{
    amount, amounts, at, counted, labels, list, name, node_term, requests, scored, text, untolerated,
};
use super::profile::Profile;

/// Weighted scores of the plugins that take part, by node in the order of `feasible`.
pub(super) type Table = Vec<(String, Vec<i64>)>;

pub(super) fn scores(cluster: &Cluster, pod: &Json, feasible: &[usize]) -> Table {
    let mut table: Table = Vec::new();
    let each = |score: &dyn Fn(usize) -> i64| feasible.iter().map(|node| score(*node)).collect::<Vec<i64>>();
    for (plugin, weight) in cluster.profile.scores() {
        let scores = match plugin.as_str() {
            "TaintToleration" => {
                let taints =
                    each(&|node| untolerated(pod, &cluster.nodes[node], &["PreferNoSchedule"]) as i64);
                Some(share_of_most(&taints, true))
            }
            "NodeAffinity" => node_affinity(cluster, pod, feasible),
            "NodeResourcesFit" => Some(each(&|node| left(cluster, pod, node))),
            "PodTopologySpread" => spread(cluster, pod, feasible),
            "InterPodAffinity" => pod_affinity(cluster, pod, feasible),
            "DynamicResources" => Some(share_of_most(&each(&|node| cluster.device_points(pod, node)), false)),
            "NodeResourcesBalancedAllocation" => balance(cluster, pod, feasible),
            "ImageLocality" => Some(each(&|node| images(cluster, pod, node))),
            other => panic!("the plugin {other} is not known"),
        };
        if let Some(scores) = scores {
            table.push((plugin, scores.into_iter().map(|score| score * weight).collect()));
        }
    }
    table
}

fn share_of_most(raw: &[i64], reversed: bool) -> Vec<i64> {
    let most = raw.iter().copied().max().unwrap_or(0);
    let share = |score: &i64| if most == 0 { 0 } else { 100 * score / most };
    raw.iter().map(|score| if reversed { 100 - share(score) } else { share(score) }).collect()
}

fn preferred<'p>(pod: &'p Json, kind: &str) -> &'p [Json] {
    list(at(pod, &["spec", "affinity", kind, "preferredDuringSchedulingIgnoredDuringExecution"]))
}

fn weight(term: &Json) -> i64 {
    term["weight"].as_i64().unwrap_or(0)
}

fn node_affinity(cluster: &Cluster, pod: &Json, feasible: &[usize]) -> Option<Vec<i64>> {
    let added = &cluster.profile.args("NodeAffinity")["addedAffinity"];
    let mut terms = list(&added["preferredDuringSchedulingIgnoredDuringExecution"]).to_vec();
    terms.extend_from_slice(preferred(pod, "nodeAffinity"));
    if terms.is_empty() {
        return None;
    }
    let raw = |node: &usize| -> i64 {
        let matching = terms.iter().filter(|term| node_term(&term["preference"], &cluster.nodes[*node]));
        matching.map(weight).sum()
    };
    Some(share_of_most(&feasible.iter().map(raw).collect::<Vec<_>>(), false))
}

/// What is left of resources, or used, as the strategy wants it.
fn left(cluster: &Cluster, pod: &Json, node: usize) -> i64 {
    let strategy = &cluster.profile.args("NodeResourcesFit")["scoringStrategy"];
    let kind = text(&strategy["type"]);
    let shape = list(&strategy["requestedToCapacityRatio"]["shape"]);
    let allocatable = amounts(at(&cluster.nodes[node], &["status", "allocatable"]));
    let pods = cluster.pods_of(node, &Imagined::default());
    let (mut sum, mut weights) = (0, 0);
    for (key, weight) in Profile::resources(strategy) {
        // CPU and memory are assumed where none is asked.
        let is_assumed = key == "cpu" || key == "memory";
        let of_pod = |pod: &Json| amount(&if is_assumed { counted(pod) } else { requests(pod) }, &key);
        let asks = amount(&if is_assumed { scored(pod) } else { requests(pod) }, &key);
        let all = amount(&allocatable, &key);
        if all == 0 || (is_scalar(&key) && asks == 0) {
            continue;
        }
        let there: i128 = pods.iter().map(|pod| of_pod(&cluster.pods[*pod].manifest)).sum();
        let used = there + asks;
        let score = match kind {
            "MostAllocated" => used.min(all) * 100 / all,
            "RequestedToCapacityRatio" => on_line(shape, if used > all { 100 } else { used * 100 / all }),
            _ if used > all => 0,
            _ => (all - used) * 100 / all,
        };
        if kind == "RequestedToCapacityRatio" && score <= 0 {
            continue;
        }
        sum += score * weight;
        weights += weight;
    }
    match kind {
        _ if weights == 0 => 0,
        "RequestedToCapacityRatio" => (sum as f64 / weights as f64).round() as i64,
        _ => (sum / weights) as i64,
    }
}

/// True for resources that count only for Pods that ask for them.
fn is_scalar(key: &str) -> bool {
    !matches!(key, "cpu" | "memory" | "ephemeral-storage")
}

/// The value of a line through points of use and score (to 10); flat before the first and behind the last.
fn on_line(points: &[Json], x: i128) -> i128 {
    let point = |point: &Json| {
        let number = |field: &str| i128::from(point[field].as_i64().unwrap_or(0));
        (number("utilization"), number("score") * 10)
    };
    let points: Vec<(i128, i128)> = points.iter().map(point).collect();
    let before = points.iter().rev().find(|(at, _)| *at < x);
    let behind = points.iter().find(|(at, _)| *at >= x);
    match (before, behind) {
        (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
        (Some((_, y)), None) | (None, Some((_, y))) => *y,
        (None, None) => 0,
    }
}

fn balance(cluster: &Cluster, pod: &Json, feasible: &[usize]) -> Option<Vec<i64>> {
    let resources = Profile::resources(cluster.profile.args("NodeResourcesBalancedAllocation"));
    let asks = requests(pod);
    if resources.iter().all(|(key, _)| amount(&asks, key) == 0) {
        return None;
    }
    let of_node = |node: usize| {
        let allocatable = amounts(at(&cluster.nodes[node], &["status", "allocatable"]));
        let pods = cluster.pods_of(node, &Imagined::default());
        let balance_with = |extra: &dyn Fn(&str) -> i128| {
            let mut shares: Vec<f64> = Vec::new();
            for (key, _) in &resources {
                let all = amount(&allocatable, key);
                if all == 0 || (is_scalar(key) && amount(&asks, key) == 0) {
                    continue;
                }
                let there: i128 =
                    pods.iter().map(|pod| amount(&requests(&cluster.pods[*pod].manifest), key)).sum();
                shares.push(((there + extra(key)) as f64 / all as f64).min(1.0));
            }
            let mean = shares.iter().sum::<f64>() / shares.len() as f64;
            let deviation = match shares[..] {
                [] | [_] => 0.0,
                [a, b] => ((a - b) / 2.0).abs(),
                _ => {
                    let squares: f64 = shares.iter().map(|share| (share - mean) * (share - mean)).sum();
                    (squares / shares.len() as f64).sqrt()
                }
            };
            ((1.0 - deviation) * 100.0) as i64
        };
        let with = balance_with(&|key| amount(&asks, key));
        let without = balance_with(&|_| 0);
        50 + (50 + with - without) / 2
    };
    Some(feasible.iter().map(|node| of_node(*node)).collect())
}

fn images(cluster: &Cluster, pod: &Json, node: usize) -> i64 {
    const MIB: i64 = 1 << 20;
    let tagged = |image: &str| {
        let last = image.rsplit('/').next().unwrap_or(image);
        if last.contains(':') { image.to_owned() } else { format!("{image}:latest") }
    };
    let has = |node: &Json, wanted: &str| {
        let images = list(at(node, &["status", "images"])).iter();
        images.flat_map(|image| list(&image["names"])).any(|name| text(name) == wanted)
    };
    let size = |wanted: &str| {
        let images = cluster.nodes.iter().flat_map(|node| list(at(node, &["status", "images"])));
        let mut named = images.filter(|image| list(&image["names"]).iter().any(|name| text(name) == wanted));
        named.next().and_then(|image| image["sizeBytes"].as_i64()).unwrap_or(0)
    };
    let containers =
        list(at(pod, &["spec", "initContainers"])).iter().chain(list(at(pod, &["spec", "containers"])));
    let containers: Vec<&str> = containers.map(|container| text(&container["image"])).collect();
    let volumes = list(at(pod, &["spec", "volumes"])).iter().map(|volume| &volume["image"]["reference"]);
    let volumes = volumes.filter(|reference| !reference.is_null()).map(text);
    let mut sum = 0;
    for image in containers.iter().copied().chain(volumes).map(tagged) {
        if has(&cluster.nodes[node], &image) {
            let having = cluster.nodes.iter().filter(|node| has(node, &image)).count();
            sum += (size(&image) as f64 * (having as f64 / cluster.nodes.len() as f64)) as i64;
        }
    }
    let (least, most) = (23 * MIB, 1000 * MIB * containers.len() as i64);
    100 * (sum.clamp(least, most) - least) / (most - least)
}

fn spread(cluster: &Cluster, pod: &Json, feasible: &[usize]) -> Option<Vec<i64>> {
    const HOSTNAME: &str = "kubernetes.io/hostname";
    let (mut constraints, wants_all_keys) = cluster.profile.spread(cluster, pod);
    constraints.retain(|(constraint, _)| text(&constraint["whenUnsatisfiable"]) != "DoNotSchedule");
    if constraints.is_empty() {
        return None;
    }
    let value = |node: usize, (constraint, _): &(Json, Json)| {
        labels(&cluster.nodes[node]).get(text(&constraint["topologyKey"])).map(ToString::to_string)
    };
    // The built-in constraints do not ask for all keys.
    let ignored = |node: usize| wants_all_keys && constraints.iter().any(|c| value(node, c).is_none());
    let candidates: Vec<usize> = feasible.iter().copied().filter(|node| !ignored(*node)).collect();
    let mut raw: BTreeMap<usize, f64> = candidates.iter().map(|node| (*node, 0.0)).collect();
    for constraint in &constraints {
        let (manifest, selector) = constraint;
        let is_hostname = text(&manifest["topologyKey"]) == HOSTNAME;
        // Nodes without the label are a domain of their own.
        let domains: BTreeSet<Option<String>> =
            candidates.iter().map(|node| value(*node, constraint)).collect();
        let size = if is_hostname { candidates.len() } else { domains.len() };
        let weight = ((size + 2) as f64).ln();
        let mut counts: BTreeMap<Option<String>, i64> = BTreeMap::new();
        for (node, other) in cluster.nodes.iter().enumerate() {
            let domain = value(node, constraint);
            if !ignored(node) && counts_on(manifest, pod, other) && domains.contains(&domain) {
                *counts.entry(domain).or_default() += cluster.spread_pods(node, pod, selector);
            }
        }
        for node in &candidates {
            let domain = value(*node, constraint);
            if domain.is_none() {
                continue;
            }
            let count = if is_hostname {
                cluster.spread_pods(*node, pod, selector)
            } else {
                counts.get(&domain).copied().unwrap_or(0)
            };
            let skew = (manifest["maxSkew"].as_i64().unwrap_or(0) - 1) as f64;
            *raw.entry(*node).or_default() += count as f64 * weight + skew;
        }
    }
    let raw: BTreeMap<usize, i64> =
        raw.into_iter().map(|(node, score)| (node, score.round() as i64)).collect();
    let least = raw.values().copied().min().unwrap_or(0);
    let most = raw.values().copied().max().unwrap_or(0);
    let normalized = |node: &usize| match raw.get(node) {
        None => 0,
        Some(_) if most == 0 => 100,
        Some(score) => 100 * (most + least - score) / most,
    };
    Some(feasible.iter().map(normalized).collect())
}

fn pod_affinity(cluster: &Cluster, pod: &Json, feasible: &[usize]) -> Option<Vec<i64>> {
    let args = cluster.profile.args("InterPodAffinity");
    let of_required = args["hardPodAffinityWeight"].as_i64().unwrap_or(1);
    let wants_anybody =
        ["podAffinity", "podAntiAffinity"].iter().any(|kind| !preferred(pod, kind).is_empty());
    if args["ignorePreferredTermsOfExistingPods"] == true && !wants_anybody {
        return None;
    }
    let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (node, manifest) in cluster.nodes.iter().enumerate() {
        let of_node = labels(manifest);
        let mut add = |term: &Json, weight: i64| {
            let key = text(&term["topologyKey"]);
            if let Some(value) = of_node.get(key) {
                *sums.entry((key.to_owned(), (*value).to_owned())).or_default() += weight;
            }
        };
        for other in cluster.pods_of(node, &Imagined::default()) {
            let other = &cluster.pods[other].manifest;
            for (kind, sign) in [("podAffinity", 1), ("podAntiAffinity", -1)] {
                for weighted in preferred(pod, kind) {
                    let term = &weighted["podAffinityTerm"];
                    if cluster.term_of_incoming(term, pod, other) {
                        add(term, sign * weight(weighted));
                    }
                }
                for weighted in preferred(other, kind) {
                    let term = &weighted["podAffinityTerm"];
                    if cluster.term_of_existing(term, other, pod) {
                        add(term, sign * weight(weighted));
                    }
                }
            }
            for term in required(other, "podAffinity") {
                if of_required > 0 && cluster.term_of_existing(term, other, pod) {
                    add(term, of_required);
                }
            }
        }
    }
    if sums.is_empty() {
        return None;
    }
    let raw = |node: &usize| -> i64 {
        let of_node = labels(&cluster.nodes[*node]);
        of_node.iter().filter_map(|(key, value)| sums.get(&((*key).to_owned(), (*value).to_owned()))).sum()
    };
    let raw: Vec<i64> = feasible.iter().map(raw).collect();
    let least = raw.iter().copied().min().unwrap_or(0);
    let range = raw.iter().copied().max().unwrap_or(0) - least;
    let normalized = |score: &i64| match range {
        0 => 0,
        range => (100.0 * ((score - least) as f64 / range as f64)) as i64,
    };
    Some(raw.iter().map(normalized).collect())
}

/// Positions of the best nodes, and all totals.
pub(super) fn totals(table: &Table, feasible: &[usize]) -> Vec<i64> {
    (0..feasible.len()).map(|at| table.iter().map(|(_, scores)| scores[at]).sum()).collect()
}

pub(super) fn named(cluster: &Cluster, node: usize) -> String {
    name(&cluster.nodes[node]).to_owned()
}
