//! bidui (比对): reconciles two registers of people with the registered-poor-household registry.
//!
//! The way of the data: source files → raw rows → records → candidate pairs → scored pairs →
//! links and review cases → findings → statistics → workbooks. The modules below follow it, bottom
//! to top; each uses only those before it.
//!
//! A whole run is [`config::Project::load`] and [`pipeline::run()`]. The stages can be used on their
//! own, too: [`sources::read`] gives raw rows, [`records::normalise`] typed records,
//! [`linkage::people::link`] outcomes, [`findings::collect`] mismatches. The linkage engine knows no
//! register: [`linkage::tables::link_files`] links any two CSV files by a model file.
//!
//! `tests/library.rs` shows these calls on the shipped example, compiled and run with the tests.

pub use bidui_cluster::cluster;
pub use bidui_config::config;
pub use bidui_figures::{census, findings, programmes, province, results, statistics};
pub use bidui_linkage::{linkage, records};
pub use bidui_reading::{grids, quarantine, sources};
pub use bidui_words::{
    csv_cells, digest, file_names, interruption, origin, privacy, private_files, problems,
    vocabulary,
};
pub use bidui_workbooks::workbooks;

pub mod manual;

pub mod plots;

pub mod web;

pub mod ledger;

pub mod deadlines;

pub mod pipeline;

pub mod desk;

pub mod cli;
