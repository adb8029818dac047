//! What every stage says alike: fields, code labels, origins, problems, masks, sums.

#[path = "../../csv_cells.rs"]
pub mod csv_cells;
#[path = "../../digest.rs"]
pub mod digest;
#[path = "../../file_names.rs"]
pub mod file_names;
#[path = "../../interruption.rs"]
pub mod interruption;
#[path = "../../origin.rs"]
pub mod origin;
#[path = "../../packing.rs"]
pub mod packing;
#[path = "../../privacy.rs"]
pub mod privacy;
#[path = "../../private_files/mod.rs"]
pub mod private_files;
#[path = "../../problems.rs"]
pub mod problems;
#[path = "../../vocabulary/mod.rs"]
pub mod vocabulary;
