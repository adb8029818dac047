//! What a distributed run hands to linkage and takes from it.
//!
//! Comes in: a project's records, or an Arrow stream of rows, keys, pairs or decided rows. Goes out: the
//! same project as streams of packed rows with a [`Job`]; the stream after one step ([`run_step`]); or, of
//! everything decided, what `bidui run` needs in place of linking ([`decided`]). Whatever moves rows
//! between the steps only joins, sorts and counts integers; every rule is here, in the code of a run on
//! one machine. Files are named by the caller; nothing reads a clock.

mod batches;
mod job;
mod kernel;
mod layouts;
mod outcomes;
mod rows;
mod steps;

pub use batches::{Batch, BatchColumn, BatchKind, BatchLayout, Inflow, Outflow, StreamError};
pub use job::{Job, JobObserved, JobRuling, LinkFile, LinkSet, RuleCount};
pub use kernel::{FilterSize, KernelError, STEPS, StepInput, run_step};
pub use layouts::{PERSONS, SOURCES, layout_of};
pub use outcomes::decided;
pub use rows::{ExportRows, put_persons, put_sources};
