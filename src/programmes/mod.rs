//! Census and records → verdicts, figures and findings of the programmes in use.
//!
//! Comes in: records, the census, the programmes of a project. Goes out: one [`VerdictLine`] per candidate
//! event and rule, each with its reason; figures against targets; findings F22–F28. Three-valued: an
//! event is entitled only if every condition holds, refused if one fails, undecided otherwise. Unknown
//! is never money and never a refusal. No I/O, no clock.

mod amounts;
mod areas;
mod basis;
mod card;
mod catalogue;
mod claims;
mod condition;
mod day_span;
mod event;
mod exemptions;
mod findings;
mod graduates;
mod groups;
pub mod history;
mod judge;
mod limits;
mod monitoring;
mod progress;
mod progress_row;
mod ranking;
mod services;
mod targets;
mod verdict;

pub use areas::Areas;
pub use basis::ProgrammeBasis;
pub use card::{CONFIRMATION, CardKind, CardLine, MONITORING, SERVICES, card_title};
pub use catalogue::CodeCatalogue;
pub use claims::{Claim, Claims};
pub use day_span::DaySpan;
pub use event::{Event, events};
pub use findings::collect as findings;
pub use graduates::{GraduateConcern, GraduateLine, Graduates, graduates};
pub use groups::{CensusGroups, Certainty, group_title};
pub use judge::{Verdicts, judge};
pub use monitoring::{Concern, DueStudent, MonitoredMonth, SchoolMonth, monitor};
pub use progress::progress;
pub use progress_row::{ProgressRow, TOTAL};
pub use ranking::{
    InstitutionReach, RankBasis, RankedSchool, SchoolMeasure, SchoolStanding, rank, reach,
};
pub use services::{REFUSED, still_due};
pub use targets::Targets;
pub use verdict::{Verdict, VerdictLine};
