//! How much each node that can take a Pod is worth.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Cluster;
use super::filters::{Imagined, counts_on, default_selector, required};
use super::objects::{
    amount, amounts, at, counted, is_empty, labels, list, merged_selector, name, node_term, requests, scored,
    text, untolerated,
};

/// Weighted scores of the plugins that take part, by node in the order of `feasible`.
pub(super) type Table = Vec<(&'static str, Vec<i64>)>;

pub(super) fn scores(cluster: &Cluster, pod: &Json, feasible: &[usize]) -> Table {
    let mut table: Table = Vec::new();
    let mut put = |plugin, weight: i64, scores: Option<Vec<i64>>| {
        if let Some(scores) = scores {
            table.push((plugin, scores.into_iter().map(|score| score * weight).collect()));
        }
    };
    let each = |score: &dyn Fn(usize) -> i64| feasible.iter().map(|node| score(*node)).collect::<Vec<i64>>();
    let taints = each(&|node| untolerated(pod, &cluster.nodes[node], &["PreferNoSchedule"]) as i64);
    put("TaintToleration", 3, Some(share_of_most(&taints, true)));
    put("NodeAffinity", 2, node_affinity(cluster, pod, feasible));
    put("NodeResourcesFit", 1, Some(each(&|node| least_allocated(cluster, pod, node))));
    put("PodTopologySpread", 2, spread(cluster, pod, feasible));
    put("InterPodAffinity", 2, pod_affinity(cluster, pod, feasible));
    // No Pod has claims here.
    put("DynamicResources", 2, Some(each(&|_| 0)));
    let asks = requests(pod);
    let asks_any = ["cpu", "memory"].iter().any(|key| amount(&asks, key) != 0);
    put("NodeResourcesBalancedAllocation", 1, asks_any.then(|| each(&|node| balance(cluster, pod, node))));
    put("ImageLocality", 1, Some(each(&|node| images(cluster, pod, node))));
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
    let terms = preferred(pod, "nodeAffinity");
    if terms.is_empty() {
        return None;
    }
    let raw = |node: &usize| -> i64 {
        let matching = terms.iter().filter(|term| node_term(&term["preference"], &cluster.nodes[*node]));
        matching.map(weight).sum()
    };
    Some(share_of_most(&feasible.iter().map(raw).collect::<Vec<_>>(), false))
}

fn least_allocated(cluster: &Cluster, pod: &Json, node: usize) -> i64 {
    let allocatable = amounts(at(&cluster.nodes[node], &["status", "allocatable"]));
    let (mut sum, mut weights) = (0, 0);
    for key in ["cpu", "memory"] {
        let all = amount(&allocatable, key);
        if all == 0 {
            continue;
        }
        let pods = cluster.pods_of(node, &Imagined::default());
        let there: i128 = pods.iter().map(|pod| amount(&counted(&cluster.pods[*pod].manifest), key)).sum();
        let used = there + amount(&scored(pod), key);
        sum += if used > all { 0 } else { (all - used) * 100 / all };
        weights += 1;
    }
    if weights == 0 { 0 } else { (sum / weights) as i64 }
}

fn balance(cluster: &Cluster, pod: &Json, node: usize) -> i64 {
    let allocatable = amounts(at(&cluster.nodes[node], &["status", "allocatable"]));
    let balance_with = |extra: &dyn Fn(&str) -> i128| {
        let mut shares = Vec::new();
        for key in ["cpu", "memory"] {
            let all = amount(&allocatable, key);
            if all == 0 {
                continue;
            }
            let pods = cluster.pods_of(node, &Imagined::default());
            let there: i128 =
                pods.iter().map(|pod| amount(&requests(&cluster.pods[*pod].manifest), key)).sum();
            shares.push(((there + extra(key)) as f64 / all as f64).min(1.0));
        }
        let deviation = match shares[..] {
            [a, b] => ((a - b) / 2.0).abs(),
            _ => 0.0,
        };
        ((1.0 - deviation) * 100.0) as i64
    };
    let asks = requests(pod);
    let with = balance_with(&|key| amount(&asks, key));
    let without = balance_with(&|_| 0);
    50 + (50 + with - without) / 2
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
    let own = list(at(pod, &["spec", "topologySpreadConstraints"]));
    let constraints: Vec<(Json, Json)> = if own.is_empty() {
        let selector = default_selector(cluster, pod);
        if is_empty(&selector) {
            return None;
        }
        let built_in = [(HOSTNAME, 3), ("topology.kubernetes.io/zone", 5)];
        let built_in = built_in.map(|(key, skew)| serde_json::json!({"topologyKey": key, "maxSkew": skew}));
        built_in.into_iter().map(|constraint| (constraint, selector.clone())).collect()
    } else {
        let soft = own.iter().filter(|constraint| text(&constraint["whenUnsatisfiable"]) != "DoNotSchedule");
        soft.map(|constraint| (constraint.clone(), merged_selector(constraint, pod))).collect()
    };
    if constraints.is_empty() {
        return None;
    }
    let value = |node: usize, (constraint, _): &(Json, Json)| {
        labels(&cluster.nodes[node]).get(text(&constraint["topologyKey"])).map(ToString::to_string)
    };
    // The built-in constraints do not ask for all keys.
    let ignored = |node: usize| !own.is_empty() && constraints.iter().any(|c| value(node, c).is_none());
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
                if cluster.term_of_existing(term, other, pod) {
                    add(term, 1);
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
