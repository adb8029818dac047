//! What a run found, as whoever writes or shows it sees it: borrowed from the stages, with the
//! words, groups and orders they share. Workbooks, pages and the review page are made from the same
//! [`Results`].

mod answers;
pub mod evidence;
pub mod fates;
mod finding_work;
pub mod groups;
pub mod marks;
mod next_steps;
pub mod orders;
pub mod overview;
pub mod people;
mod rows;
pub mod words;

pub use answers::{AnswerKind, UnitAnswer, UnitAnswers};
pub use finding_work::FindingWork;
pub use next_steps::{FIRST, NextStep, PROBLEMS, next_steps};
pub use rows::{RegisteredHome, RowSpot, ToldRow};

use crate::census::Census;
use crate::config::{Programme, Project};
use crate::findings::Finding;
use crate::linkage::decisions::{Case, Effect, Ruling};
use crate::linkage::{Decision, Outcome};
use crate::origin::Catalogue;
use crate::problems::Problem;
use crate::programmes::history::{KeptEvent, KeptSources, PeopleRecord, keep, keep_events};
use crate::programmes::{CardLine, Verdicts, group_title};
use crate::records::Records;
use crate::statistics::Statistics;
use crate::statistics::change::HalfYearComparison;

/// Everything the stages made.
#[derive(Clone, Copy, Debug)]
pub struct Results<'run> {
    /// The project.
    pub project: &'run Project,
    /// Positions of rows in the files.
    pub catalogue: &'run Catalogue,
    /// People.
    pub records: &'run Records,
    /// One per source row, same order as `records.sources`.
    pub outcomes: &'run [Outcome],
    /// One per row of the villages' lists, same order as `records.intentions`.
    pub wishes: &'run [Outcome],
    /// Mismatches.
    pub findings: &'run [Finding],
    /// The forms' figures.
    pub statistics: &'run Statistics,
    /// Problems of all stages.
    pub problems: &'run [Problem],
    /// The questions to people.
    pub cases: &'run [Case],
    /// The rulings in force.
    pub rulings: &'run [Ruling],
    /// What they did to rows, with what the program said of the row on its own.
    pub effects: &'run [(Effect, Decision)],
    /// People over all lists; `None` without lists and programmes.
    pub census: Option<&'run Census>,
    /// Verdicts; `None` without programmes.
    pub judged: Option<&'run Verdicts>,
    /// What came back on cards; people by their keys in results, whoever is not here by a digest.
    pub cards: &'run [CardLine],
    /// What units answered on their lists.
    pub answers: &'run UnitAnswers,
    /// This round against earlier ones; none where there is none.
    pub comparisons: &'run [HalfYearComparison],
}

/// The readings of an enlargement.
fn reading(code: &str) -> &str {
    match code.rsplit('_').next().unwrap_or(code) {
        "marked" => "标为“扩招”的",
        "increase" => "比上年同期增加",
        "headline" => "扩招完成数（对照任务）",
        _ => code,
    }
}

impl Results<'_> {
    /// The name users read of a group.
    pub fn group_title(&self, group: &str) -> String {
        group_title(&self.project.lists, group).to_owned()
    }

    /// The name users read of a programme's figure, `en_group:veteran` included.
    pub fn figure_title(&self, policy: &Programme, code: &str) -> String {
        if let Some((part, group)) = code.split_once(':') {
            let words = policy.figures.iter().find(|figure| figure.code == part);
            let words = words.map_or("其中", |figure| figure.heading.as_str());
            return format!("{words}:{}", self.group_title(group));
        }
        let known = policy.figures.iter().find(|figure| figure.code == code);
        known.map_or_else(|| reading(code).to_owned(), |figure| figure.heading.clone())
    }

    /// What this run knows of its people, as the ledger keeps it; `None` without lists and programmes.
    pub fn kept_people(&self) -> Option<PeopleRecord> {
        self.kept_sources().map(keep)
    }

    /// The events of [`Results::kept_people`].
    pub fn kept_events(&self) -> Vec<KeptEvent> {
        self.kept_sources().map(keep_events).unwrap_or_default()
    }

    fn kept_sources(&self) -> Option<KeptSources<'_>> {
        Some(KeptSources {
            records: self.records,
            census: self.census?,
            judged: self.judged,
            programmes: &self.project.programmes,
            lists: &self.project.lists,
            catalogue: self.catalogue,
            as_of: self.project.as_of,
        })
    }

    /// The key of a person in results: the registry's 人编号, else the row that made the person known.
    pub fn person_key(&self, person: u32) -> String {
        let Some(census) = self.census else { return String::new() };
        census.key(self.records, self.catalogue, person)
    }
}
