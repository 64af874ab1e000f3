//! `--nodes 3x4cpu,16Gi`: nodes in one word.

use std::borrow::Cow;

use super::defaults::plain_node;
use super::model::{Node, ResourceList, Resources, Taint, TaintEffect};
use crate::finding::{FileId, Place, Span};
use crate::object::{Owned, Value, sym};
use crate::schema::quantity::Quantity;

/// Why a shorthand cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ShorthandError {
    /// The count before the `x`.
    #[error("`{0}` does not start with a number of nodes, as in `3x4cpu,16Gi`")]
    Count(String),
    /// A count where the shape of one node is wanted.
    #[error("the number of nodes is what is asked for: write the shape of one, without `{0}x`")]
    Counted(String),
    /// More than a cluster can have.
    #[error("{0} nodes are more than kcheck plays (at most {MAX_NODES})")]
    TooMany(u64),
    /// A part that is no resource and no `key=value`.
    #[error(
        "`{0}` is no amount: write `4cpu`, `16Gi`, `NAME=AMOUNT`, `zone=a`, `label=k=v` or `taint=k=v:Effect`"
    )]
    Part(String),
}

/// No larger cluster is played.
pub const MAX_NODES: u64 = 20_000;
const ZONES: [&str; 3] = ["a", "b", "c"];

/// Nodes of one shape, as many as are wanted.
#[derive(Debug)]
pub struct Shape {
    pool: String,
    spec: Spec,
}

impl Shape {
    /// Reads `[pool=NAME:][1x]CPUcpu,MEMORY[,...]`: what `read_nodes` reads, without a number.
    pub fn read(text: &str) -> Result<Self, ShorthandError> {
        let (pool, rest) = cut_pool(text)?;
        let rest = match rest.split_once('x') {
            Some((count, rest)) if count.trim().parse::<u64>().is_ok() => {
                if count.trim() != "1" {
                    return Err(ShorthandError::Counted(count.trim().into()));
                }
                rest
            }
            _ => rest,
        };
        if rest.trim().is_empty() {
            return Err(ShorthandError::Part(text.into()));
        }
        Ok(Self { pool: pool.to_owned(), spec: Spec::of(rest)? })
    }

    /// So many of them, with names that these nodes do not have.
    pub fn nodes<'n>(&self, count: u64, others: impl Iterator<Item = &'n str>) -> Vec<Node> {
        let number = |name: &str| name.strip_prefix(&*self.pool)?.strip_prefix('-')?.parse::<u64>().ok();
        let first = others.filter_map(number).max().unwrap_or(0).saturating_add(1);
        (0..count).map(|i| self.spec.node(&format!("{}-{}", self.pool, first.saturating_add(i)), i)).collect()
    }
}

/// The pool and what stands behind it.
fn cut_pool(text: &str) -> Result<(&str, &str), ShorthandError> {
    match text.strip_prefix("pool=") {
        Some(pool) => pool.split_once(':').ok_or_else(|| ShorthandError::Count(text.into())),
        None => Ok(("node", text)),
    }
}

/// Reads `[pool=NAME:]COUNTxCPUcpu,MEMORY[,RESOURCE=AMOUNT][,label=K=V][,taint=K=V:EFFECT][,zone=Z]`. Nodes are named
/// `node-N`, or `NAME-N` in a pool; without a zone they take a, b and c in turn. `first` is the number of the first one
/// without a pool.
pub fn read_nodes(text: &str, first: u64) -> Result<Vec<Node>, ShorthandError> {
    let (pool, rest) = cut_pool(text)?;
    let (count, rest) = rest.split_once('x').ok_or_else(|| ShorthandError::Count(rest.into()))?;
    let count: u64 = count.trim().parse().map_err(|_| ShorthandError::Count(text.into()))?;
    if count == 0 {
        return Err(ShorthandError::Count(text.into()));
    }
    if count > MAX_NODES {
        return Err(ShorthandError::TooMany(count));
    }
    if rest.trim().is_empty() {
        return Err(ShorthandError::Part(text.into()));
    }
    let spec = Spec::of(rest)?;
    let first = if pool == "node" { first } else { 1 };
    Ok((0..count).map(|i| spec.node(&format!("{pool}-{}", first + i), i)).collect())
}

#[derive(Default, Debug)]
struct Spec {
    /// Quantities as they are written, known to be ones.
    amounts: Vec<(String, String)>,
    labels: Vec<(String, String)>,
    taints: Vec<Taint>,
    zone: Option<String>,
}

impl Spec {
    fn of(text: &str) -> Result<Self, ShorthandError> {
        let mut spec = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            spec.read(part)?;
        }
        Ok(spec)
    }

    fn read(&mut self, part: &str) -> Result<(), ShorthandError> {
        let bad = || ShorthandError::Part(part.into());
        let quantity = |text: &str| match Quantity::parse(text) {
            Ok(_) if !text.starts_with('-') => Ok(text.to_owned()),
            _ => Err(bad()),
        };
        if let Some(cpu) = part.strip_suffix("cpu") {
            self.amounts.push(("cpu".into(), quantity(cpu)?));
            return Ok(());
        }
        let Some((key, value)) = part.split_once('=') else {
            self.amounts.push(("memory".into(), quantity(part)?));
            return Ok(());
        };
        match key {
            "zone" => self.zone = Some(value.into()),
            "label" => {
                let (key, value) = value.split_once('=').ok_or_else(bad)?;
                self.labels.push((key.into(), value.into()));
            }
            "taint" => {
                let (taint, effect) = value.rsplit_once(':').ok_or_else(bad)?;
                let (key, value) = taint.split_once('=').unwrap_or((taint, ""));
                let effect = TaintEffect::read(effect).ok_or_else(bad)?;
                self.taints.push(Taint { key: sym(key), value: sym(value), effect });
            }
            _ => self.amounts.push((key.into(), quantity(value)?)),
        }
        Ok(())
    }

    fn node(&self, name: &str, index: u64) -> Node {
        let zone = self.zone.as_deref().unwrap_or(ZONES[(index % 3) as usize]);
        let mut node = plain_node(name, zone);
        let usual = [("pods", "110"), ("ephemeral-storage", "100Gi")]
            .map(|(name, amount)| (name.into(), amount.into()));
        let list = Owned::Map(
            // The last of equal names wins, as in a manifest.
            usual
                .into_iter()
                .filter(|(name, _): &(Cow<'static, str>, Owned)| !self.amounts.iter().any(|(n, _)| n == name))
                .chain(self.amounts.iter().map(|(name, amount)| (name.clone().into(), amount.clone().into())))
                .collect(),
        );
        let nowhere = Place::new(FileId(0), Span::default());
        let list = ResourceList::read(Some(Value::Made(&list, nowhere)));
        node.allocatable = Resources::of(&list);
        node.capacity = node.allocatable.clone();
        for (key, value) in &self.labels {
            node.meta.labels.set(sym(key), sym(value));
        }
        node.taints.clone_from(&self.taints);
        node
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_with_everything() {
        let text = "pool=gpu:2x16cpu,64Gi,nvidia.com/gpu=4,taint=gpu=true:NoSchedule,zone=a,label=disk=ssd";
        let nodes = read_nodes(text, 1).unwrap();
        assert_eq!(nodes.len(), 2);
        assert_eq!(&*nodes[1].meta.name, "gpu-2");
        assert_eq!(nodes[0].allocatable.milli_cpu, 16_000);
        assert_eq!(nodes[0].allocatable.memory, 64 << 30);
        assert_eq!(nodes[0].taints[0].to_string(), "gpu=true:NoSchedule");
        assert_eq!(nodes[0].meta.labels.get(sym("disk")), Some(sym("ssd")));
    }

    #[test]
    fn a_shape_and_as_many_of_it() {
        let shape = Shape::read("pool=db:16cpu,64Gi").unwrap();
        let names: Vec<String> = shape
            .nodes(2, ["db-4", "node-9"].into_iter())
            .iter()
            .map(|node| node.meta.name.to_string())
            .collect();
        assert_eq!(names, ["db-5", "db-6"]);
        assert_eq!(
            Shape::read("1x4cpu,nvidia.com/gpu=1,label=max=1").unwrap().nodes(1, [].into_iter()).len(),
            1
        );
        assert!(matches!(Shape::read("3x4cpu"), Err(ShorthandError::Counted(_))));
        assert!(Shape::read("").is_err() && Shape::read("pool=a").is_err() && Shape::read("huge,").is_err());
    }

    #[test]
    fn what_cannot_be_read() {
        for text in [
            "",
            "x",
            "3",
            "ax4cpu",
            "3x4cpu,huge",
            "3xtaint=a",
            "99999999x1cpu",
            "pool=a",
            "3x",
            "0x1cpu",
            "3x-1cpu",
        ] {
            assert!(read_nodes(text, 1).is_err(), "{text}");
        }
    }
}
