//! Findings, lists, programmes, the figures of the forms, returned forms.

pub use bidui_config::config;
pub use bidui_linkage::{linkage, records};
pub use bidui_reading::{grids, quarantine, sources};
pub use bidui_words::{
    csv_cells, digest, file_names, interruption, origin, privacy, private_files, problems,
    vocabulary,
};

#[path = "../../census/mod.rs"]
pub mod census;
#[path = "../../findings/mod.rs"]
pub mod findings;
#[path = "../../programmes/mod.rs"]
pub mod programmes;
#[path = "../../province/mod.rs"]
pub mod province;
#[path = "../../results/mod.rs"]
pub mod results;
#[path = "../../statistics/mod.rs"]
pub mod statistics;
