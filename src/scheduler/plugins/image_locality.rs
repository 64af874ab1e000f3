use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::cluster::model::VolumeSource;
use crate::object::{Sym, sym};
use crate::scheduler::framework::{Context, MAX_SCORE, Plugin, Point, Score};
use crate::scheduler::snapshot::{Image, NodeInfo};

const MIB: i64 = 1024 * 1024;
/// Below this sum of sizes a node gets nothing.
const LEAST: i64 = 23 * MIB;
/// This sum of sizes for each container gets everything.
const MOST_PER_CONTAINER: i64 = 1000 * MIB;

/// `ImageLocality`: the more bytes of a Pod's images a node has already, the better; images that few nodes have count
/// less, so that not all Pods run after them.
pub struct ImageLocality;

impl Plugin for ImageLocality {
    fn name(&self) -> &'static str {
        "ImageLocality"
    }

    fn points(&self) -> &'static [Point] {
        &[Point::Score]
    }

    fn pre_score<'a>(&'a self, context: &Context<'a>) -> Option<Box<dyn Score + 'a>> {
        let images = context.cluster.images();
        let spec = &*context.pod.spec;
        let mut wanted = Vec::new();
        // Most clusters are described without images.
        if !images.is_empty() {
            let of_volumes = spec.volumes.iter().filter_map(|volume| match volume.source {
                VolumeSource::Image(reference) => Some(reference),
                _ => None,
            });
            let of_containers = spec.containers.iter().map(|container| container.image);
            wanted.extend(of_containers.chain(of_volumes).map(normalized));
        }
        let nodes = context.cluster.nodes().len();
        Some(Box::new(Prepared { images, wanted, nodes, containers: spec.containers.len() as i64 }))
    }
}

/// With the tag that is meant if none is written (`normalizedImageName`).
fn normalized(image: Sym) -> Sym {
    let tagged = match (image.rfind(':'), image.rfind('/')) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(colon), Some(slash)) => colon > slash,
    };
    if tagged { image } else { sym(&format!("{image}:latest")) }
}

struct Prepared {
    images: Arc<FxHashMap<Sym, Image>>,
    wanted: Vec<Sym>,
    nodes: usize,
    containers: i64,
}

impl Score for Prepared {
    fn score(&self, node: &NodeInfo) -> i64 {
        if self.wanted.is_empty() {
            return 0;
        }
        let has = |name: &&Sym| node.node.images.iter().any(|image| image.names.contains(name));
        let mut sum = 0i64;
        for image in self.wanted.iter().filter(has).filter_map(|name| self.images.get(name)) {
            let spread = f64::from(image.nodes) / self.nodes as f64;
            sum = sum.saturating_add((image.size as f64 * spread) as i64);
        }
        let most = MOST_PER_CONTAINER * self.containers.max(1);
        MAX_SCORE * (sum.clamp(LEAST, most) - LEAST) / (most - LEAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_the_tag_that_is_meant() {
        for (image, name) in [
            ("app", "app:latest"),
            ("app:1", "app:1"),
            ("host:5000/app", "host:5000/app:latest"),
            ("host:5000/app:1", "host:5000/app:1"),
        ] {
            assert_eq!(&*normalized(sym(image)), name);
        }
    }
}
