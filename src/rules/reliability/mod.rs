//! What happens when something fails, or is drained.

pub mod identical_probes;
pub mod one_node;
pub mod pdb_empty;
