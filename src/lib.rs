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

pub mod privacy;
pub mod vocabulary;

pub mod csv_cells;
pub mod digest;
pub mod interruption;
pub mod origin;
pub mod private_files;
pub mod problems;

pub mod config;

pub mod grids;

pub mod quarantine;

pub mod sources;

pub mod records;

pub mod linkage;

pub mod cluster;

pub mod findings;

pub mod census;

pub mod programmes;

pub mod statistics;

pub mod province;

pub mod results;

pub mod workbooks;

pub mod plots;

pub mod web;

pub mod ledger;

pub mod deadlines;

pub mod pipeline;

pub mod desk;

pub mod cli;
