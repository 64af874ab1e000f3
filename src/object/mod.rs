//! What every object has: identity, metadata, labels, selectors, quantities; values with overlays.

/// What annotations ask to be ignored.
pub mod annotations;
/// Schedules of CronJobs.
pub mod cron;
mod draft;
/// Go's regular expressions.
pub mod go_regexp;
mod identity;
mod image;
mod json;
mod labels;
mod owned;
mod pattern;
mod references;
mod symbol;
mod value;

pub use draft::Draft;
pub use identity::{Container, ContainerKind, Gvk, Key, Object, PodTemplate};
pub use image::{ImageName, parse_image_name};
pub use json::{to_json, to_json_with_nulls};
pub use labels::{Labels, Operator, Requirement, Selector};
pub use owned::Owned;
pub use pattern::{Pattern, matches};
pub use references::{Reference, Via, pod_references, references};
pub use symbol::{Sym, sym};
pub use value::{Overlay, Value};
