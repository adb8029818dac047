//! The engine: two tables of columns and a compiled model → one judged row per left row. It knows
//! numbers, names, dates and places, and nothing of students, registries, files or rulings.
//!
//! columns → candidates → comparison → scoring → posterior → judging → assignment. Whoever calls it
//! fills the columns, compiles the model ([`plan`]) and may judge rows anew in between
//! ([`super::judgement`]). No I/O, no clock, no training.

pub mod assignment;
pub mod candidates;
pub mod columns;
pub mod comparison;
pub(in crate::linkage) mod count;
pub mod frequencies;
pub mod interner;
pub mod judging;
pub mod keys;
mod matching;
pub mod namesakes;
pub mod observed;
mod occurrences;
pub mod plan;
pub mod posterior;
pub mod prior;
pub mod scoring;
