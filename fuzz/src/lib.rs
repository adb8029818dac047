//! The rooms of the program that read what others wrote, built with instrumentation.

#![allow(dead_code, unused_imports, reason = "only what reads is used here")]

#[path = "../../src/config/mod.rs"]
pub mod config;
#[path = "../../src/csv_cells.rs"]
pub mod csv_cells;
#[path = "../../src/digest.rs"]
pub mod digest;
#[path = "../../src/grids/mod.rs"]
pub mod grids;
#[path = "../../src/origin.rs"]
pub mod origin;
#[path = "../../src/privacy.rs"]
pub mod privacy;
#[path = "../../src/private_files.rs"]
pub mod private_files;
#[path = "../../src/problems.rs"]
pub mod problems;
#[path = "../../src/quarantine/mod.rs"]
pub mod quarantine;
#[path = "../../src/records/mod.rs"]
pub mod records;
#[path = "../../src/sources/mod.rs"]
pub mod sources;
#[path = "../../src/interruption.rs"]
pub mod interruption;
#[path = "../../src/vocabulary/mod.rs"]
pub mod vocabulary;

mod memory;
pub mod reading;
pub mod recipe;
