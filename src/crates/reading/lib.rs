//! Reads what other programs wrote: every file format, in processes under limits, into raw rows.

pub use bidui_config::config;
pub use bidui_words::{
    csv_cells, digest, file_names, interruption, origin, packing, privacy, private_files, problems,
    vocabulary,
};

#[path = "../../grids/mod.rs"]
pub mod grids;
#[path = "../../quarantine/mod.rs"]
pub mod quarantine;
#[path = "../../sources/mod.rs"]
pub mod sources;
