//! Typed records, and the links between them.

pub use bidui_config::config;
pub use bidui_reading::{grids, quarantine, sources};
pub use bidui_words::{
    csv_cells, digest, file_names, interruption, origin, packing, privacy, private_files, problems,
    vocabulary,
};

#[path = "../../linkage/mod.rs"]
pub mod linkage;
#[path = "../../records/mod.rs"]
pub mod records;
