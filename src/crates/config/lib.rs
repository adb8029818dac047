//! Reads a project, its policies and targets.

pub use bidui_words::{
    csv_cells, digest, file_names, interruption, origin, privacy, private_files, problems,
    vocabulary,
};

#[path = "../../config/mod.rs"]
pub mod config;
