//! What every object has: identity, metadata, labels, selectors, quantities; values with overlays.

mod owned;
mod symbol;
mod value;

pub use owned::Owned;
pub use symbol::{Sym, sym};
pub use value::{Overlay, Value};
