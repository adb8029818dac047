//! What policy says, as data: what a list of people looks like, the rules and figures of a document,
//! and the numbers to reach. A new policy year is a new file.
//!
//! Comes in: files of `schemas/` and of the project. Goes out: [`ListDefinition`]s, [`Programme`]s and
//! [`Target`]s, or every mistake at once with its line.

mod amount;
mod due;
mod list;
mod per;
mod programme;
mod rule;
mod section;
mod shipped;
mod target;

pub use amount::{Amount, AmountKind, Dated};
pub use due::{DueDate, DueOn};
pub use list::{ListColumn, ListDefinition, ListRole};
pub use per::Per;
pub use programme::{
    CountedBy, CourseResult, Period, PolicySettings, Programme, ProgressFigure, RowLevel,
    StudentCondition, When,
};
pub use rule::{
    Advance, Condition, EventDate, EventNeed, Limit, LimitVerdict, Rule, Subject, Within,
};
pub(super) use section::{policies, settle_lists};
pub use shipped::{lists as shipped_lists, programmes as shipped_programmes};
pub use target::{Target, TargetKind, shipped as shipped_targets};
