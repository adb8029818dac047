//! Figures → self-contained web pages.
//!
//! Comes in: what a stage found. Goes out: the text of one page in plain Chinese that opens by double
//! click, needs no script and no other file, and prints on A4. Counting is done before; nothing here
//! does I/O.

mod evaluation;
mod html;
mod report;

#[cfg(test)]
mod tests;

pub use crate::web::evaluation::{EvaluatedFiles, evaluation, rulings};
pub use crate::web::report::{RunPage, report};
