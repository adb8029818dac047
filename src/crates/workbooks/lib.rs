//! Writes results as workbooks and CSV.

pub use bidui_config::config;
pub use bidui_figures::{census, findings, programmes, province, results, statistics};
pub use bidui_linkage::{linkage, records};
pub use bidui_reading::{grids, quarantine, sources};
pub use bidui_words::{
    csv_cells, digest, file_names, interruption, origin, privacy, private_files, problems,
    vocabulary,
};

#[path = "../../workbooks/mod.rs"]
pub mod workbooks;
