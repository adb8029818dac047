//! Rows on their way between the parts of a distributed run.

pub use bidui_linkage::{linkage, packing, records};

#[path = "../../cluster/mod.rs"]
pub mod cluster;
