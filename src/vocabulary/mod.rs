//! The words every stage shares: the fields of lists, the kinds of lists, the values of code lists,
//! the two forms, half-years, words of state and the names of reporting units.
//!
//! Holds names and their labels only: no reading, no rules, no other module's types.

mod annex;
mod beijing;
mod field;
mod half_year;
pub mod labels;
mod source_kind;
pub mod states;
pub mod unit;

pub use annex::Annex;
pub use beijing::beijing_time;
pub use field::Field;
pub use half_year::HalfYear;
pub use source_kind::SourceKind;
