//! What every object has: identity, metadata, labels, selectors, quantities; values with overlays.

mod identity;
mod labels;
mod owned;
mod references;
mod symbol;
mod value;

pub use identity::{Container, ContainerKind, Gvk, Key, Object, PodTemplate};
pub use labels::{Labels, Operator, Requirement, Selector};
pub use owned::Owned;
pub use references::{Reference, Via, pod_references, references};
pub use symbol::{Sym, sym};
pub use value::{Overlay, Value};
