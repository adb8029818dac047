//! The rooms of the program that read what others wrote, built with instrumentation.

pub use bidui_config::config;
pub use bidui_linkage::records;
pub use bidui_reading::{grids, quarantine, sources};
pub use bidui_words::{
    csv_cells, digest, interruption, origin, privacy, private_files, problems, vocabulary,
};

#[allow(unsafe_code, reason = "an allocator of its own can be written in no other way")]
mod memory;
pub mod reading;
pub mod recipe;
