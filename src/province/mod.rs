//! The forms the cities return → the province's figures, and what each city has to mend.
//!
//! Comes in: whole sheets as [`crate::sources::Grids`], and the last period's figures. Goes out: a
//! [`Collection`]: by city what was taken, what was left out and why, and every [`Fault`] with its
//! cell. A figure that is not certain is never added silently. No I/O, no clock.

pub mod amount;
pub mod cities;
mod city_return;
mod collection;
mod counties;
pub mod fault;
mod figures;
pub mod form;
mod head;
mod jumps;
mod plans;
mod previous;
mod relations;
pub mod wording;

#[cfg(test)]
mod tests;

pub use crate::province::city_return::{CityForm, CityReturn, FormState};
pub use crate::province::collection::{Collection, Rules, collect};
pub use crate::province::fault::Fault;
pub use crate::province::figures::TakenFigure;
pub use crate::province::plans::{PlanLine, ReturnedPlans, collect_plans};
pub use crate::province::previous::{Previous, read_previous};
pub use crate::province::wording::{figure_name, is_money};
