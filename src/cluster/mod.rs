//! What a distributed run hands to linkage and takes from it.
//!
//! Comes in: a project's records, or an Arrow stream of parcels of rows, keys, pairs or decided rows. Goes out:
//! the same project as streams of packed rows with a [`Job`]; the parcels after one step ([`run_step`]), each with
//! the part it has to go to; or, of everything decided, what `bidui run` needs in place of linking
//! ([`decided`]). Whatever moves parcels between the steps never looks into them; every rule is here, in the code of
//! a run on one machine. Files are named by the caller; nothing reads a clock.

mod block;
mod compare;
mod decide;
mod items;
mod job;
mod kernel;
mod mail;
mod outcomes;
mod parcels;
mod rows;

pub use job::{FileRows, Job, JobObserved, JobRuling, LinkFile, LinkSet, RuleCount};
pub use kernel::{KernelError, STEPS, StepInput, run_step};
pub use outcomes::decided;
pub use parcels::{Parcel, ParcelReader, ParcelWriter, StreamError};
pub use rows::{ExportRows, put_persons, put_sources};
