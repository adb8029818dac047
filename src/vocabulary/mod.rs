//! The words every stage shares: the fields of lists, the kinds of lists, the values of code lists,
//! half-years and the names of reporting units.
//!
//! Holds names and their labels only: no reading, no rules, no other module's types.

mod field;
mod half_year;
pub mod labels;
mod source_kind;
pub mod unit;

pub use field::Field;
pub use half_year::HalfYear;
pub use source_kind::SourceKind;
