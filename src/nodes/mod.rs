//! The kubelet's side: what a node does with the Pods it is given.

mod kubelet;

pub use kubelet::{Kubelet, Started, Willing};
