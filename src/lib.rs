//! bidui (比对): reconciles two registers of people with the registered-poor-household registry.
//!
//! The way of the data: source files → raw rows → records → candidate pairs → scored pairs →
//! links and review cases → findings → statistics → workbooks. The modules follow it:

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

pub mod findings;

pub mod statistics;

pub mod submissions;

pub mod results;

pub mod workbooks;

pub mod plots;

pub mod pages;

pub mod ledger;

pub mod deadlines;

pub mod pipeline;

pub mod desk;

pub mod cli;
