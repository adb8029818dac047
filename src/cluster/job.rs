//! The small files around the tables: what every task has to know, and what came of a run.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::linkage::decisions::{Answer, Effect, Effects, Force};
use crate::linkage::engine::candidates::BlockingCount;
use crate::linkage::engine::frequencies::NameSpread;
use crate::linkage::engine::observed::{Bearers, NumbersBorne, OwnColumns, RunObservations};
use crate::linkage::engine::strangers::StrangerTotals;
use crate::linkage::model::Model;
use crate::linkage::parts::{LAYOUT, PartPlan, PartRuling};

/// Rows in one file of either side. What is worked out by file has to be held together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRows {
    /// Registry rows.
    pub persons: u32,
    /// Source rows, which stand beside all their candidates.
    pub sources: u32,
}

impl Default for FileRows {
    fn default() -> Self {
        Self { persons: 131_072, sources: 65_536 }
    }
}

/// Rows of a file, of so many rows in all.
pub(super) fn stretch(part: u32, rows: u32, all: usize) -> Range<u32> {
    let all = u32::try_from(all).unwrap_or(u32::MAX);
    let start = part.saturating_mul(rows).min(all);
    start..start.saturating_add(rows).min(all)
}

/// What every task of a distributed run has to know; `job.json` beside the rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// Layout of packed rows.
    pub layout: u32,
    /// Version of the program that wrote the rows; tasks of another one refuse.
    pub version: String,
    /// Names what was exported: inputs, settings, model and rulings.
    pub id: String,
    /// The model, as a model file.
    pub model: String,
    /// Registry rows in all.
    pub right_rows: usize,
    /// Source rows in all.
    pub left_rows: usize,
    /// How many of them are in a file.
    pub file_rows: FileRows,
    /// The group above each group of source rows.
    pub above: Vec<Option<u32>>,
    /// Rulings on rows, by row.
    pub rulings: Vec<JobRuling>,
    /// What the rows of the whole run show.
    pub observed: JobObserved,
}

/// What the rows of a whole run show; shares as the bits of the float in hexadecimal digits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JobObserved {
    /// [`NameSpread::evenness`].
    pub evenness: String,
    /// [`NameSpread::namesake`].
    pub namesake: String,
    /// [`RunObservations::strangers`]: living, born, divisions.
    pub strangers: [[u32; 3]; 3],
    /// [`RunObservations::levels`].
    pub levels: Vec<Vec<u32>>,
    /// [`RunObservations::borne`]: same, former, relatives, strangers, elsewhere, right rows; agreeing birth
    /// dates and sexes.
    pub borne: [String; 8],
    /// [`RunObservations::relatives`].
    pub relatives: String,
}

impl JobObserved {
    /// As a job file keeps it.
    pub fn of(observed: &RunObservations) -> Self {
        let NumbersBorne { same, other, elsewhere, right_rows, agreeing } = observed.borne;
        let OwnColumns { birth, sex } = agreeing;
        let Bearers { former, relatives, strangers } = other;
        let totals = observed.strangers;
        Self {
            evenness: bits(observed.spread.evenness),
            namesake: bits(observed.spread.namesake),
            strangers: [totals.living, totals.born, totals.divisions],
            levels: observed.levels.clone(),
            borne: [same, former, relatives, strangers, elsewhere, right_rows, birth, sex]
                .map(bits),
            relatives: bits(observed.relatives),
        }
    }

    /// As linking takes it; nothing where a share is no number.
    pub(super) fn observed(&self) -> Option<RunObservations> {
        let [living, born, divisions] = self.strangers;
        let borne: Vec<f64> = self.borne.iter().map(|text| float(text)).collect::<Option<_>>()?;
        let [same, former, relatives, strangers, elsewhere, right_rows, birth, sex] =
            borne.try_into().ok()?;
        let agreeing = OwnColumns { birth, sex };
        let other = Bearers { former, relatives, strangers };
        Some(RunObservations {
            spread: NameSpread {
                evenness: float(&self.evenness)?,
                namesake: float(&self.namesake)?,
            },
            strangers: StrangerTotals { living, born, divisions },
            levels: self.levels.clone(),
            borne: NumbersBorne { same, other, elsewhere, right_rows, agreeing },
            relatives: float(&self.relatives)?,
        })
    }
}

/// The bits of a float in hexadecimal digits.
pub(super) fn bits(share: f64) -> String {
    format!("{:016x}", share.to_bits())
}

/// A float from its bits in hexadecimal digits.
fn float(text: &str) -> Option<f64> {
    u64::from_str_radix(text, 16).ok().map(f64::from_bits)
}

/// A ruling as it bears on a row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JobRuling {
    /// Number of the source row.
    pub left: u32,
    /// Number of the registry row; none when the person has left the registry.
    pub right: Option<u32>,
    /// What it does.
    pub force: String,
    /// What was decided.
    pub answer: String,
    /// Whether the row is certainly the one the ruling was about.
    pub is_certain: bool,
}

const FORCES: [(&str, Force); 4] = [
    ("same", Force::Same),
    ("different", Force::Different),
    ("unsure", Force::Unsure),
    ("again", Force::Again),
];

impl JobRuling {
    /// All rulings as they bear on rows.
    pub fn all(effects: &Effects) -> Vec<Self> {
        let word = |force| FORCES.iter().find(|(_, known)| *known == force).map_or("", |f| f.0);
        let one = |effect: &Effect| Self {
            left: effect.row,
            right: effect.person,
            force: word(effect.force).to_owned(),
            answer: effect.answer.key().to_owned(),
            is_certain: effect.is_certain,
        };
        effects.by_row().flatten().map(one).collect()
    }

    fn part(&self) -> Option<PartRuling> {
        Some(PartRuling {
            left: self.left,
            right: self.right,
            force: FORCES.iter().find(|(word, _)| *word == self.force)?.1,
            answer: Answer::from_key(&self.answer)?,
            is_certain: self.is_certain,
        })
    }
}

impl Job {
    /// Reads the text of a job file; a sentence says why it cannot be used.
    pub fn parse(text: &str) -> Result<Self, String> {
        let job: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if job.layout != LAYOUT || job.version != env!("CARGO_PKG_VERSION") {
            return Err(format!(
                "the rows were written by bidui {} (layout {}), and this is bidui {} (layout {LAYOUT}): \
                 use one version throughout",
                job.version,
                job.layout,
                env!("CARGO_PKG_VERSION")
            ));
        }
        Ok(job)
    }

    /// The text of the file.
    ///
    /// # Panics
    /// Never: everything in it can be written.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data") + "\n"
    }

    /// Text of a model for [`Job::model`].
    pub fn model_text(model: &Model) -> Result<String, String> {
        toml::to_string(model).map_err(|error| error.to_string())
    }

    /// The compiled plan.
    pub fn plan(&self) -> Result<PartPlan, String> {
        let model = Model::parse("job.json", &self.model).map_err(|error| error.to_string())?;
        let rulings = self.rulings.iter().map(JobRuling::part).collect::<Option<Vec<_>>>();
        let rulings = rulings.ok_or("a ruling of job.json says something unknown")?;
        let observed = self.observed.observed().ok_or("what job.json observed is no number")?;
        Ok(PartPlan::new(model, self.right_rows, &observed, self.above.clone(), rulings))
    }
}

/// What whoever moves the parcels has to know, as `describe` prints it.
#[derive(Clone, Debug, Serialize)]
struct Description {
    id: String,
    /// Files of registry rows.
    persons: usize,
    /// Files of source rows.
    sources: usize,
    /// Rules by pass; rows that a pass settles take no part in those behind it.
    passes: Vec<Vec<usize>>,
    /// Whether rulings ask for pairs.
    asks: bool,
}

impl Job {
    /// What whoever moves the parcels has to know, as JSON; a sentence where the model cannot be used.
    pub fn describe(&self) -> Result<String, String> {
        let FileRows { persons, sources } = self.file_rows;
        let description = Description {
            id: self.id.clone(),
            persons: self.right_rows.div_ceil(persons.max(1) as usize),
            sources: self.left_rows.div_ceil(sources.max(1) as usize),
            passes: self.plan()?.passes(),
            asks: self.rulings.iter().any(|ruling| ruling.right.is_some()),
        };
        serde_json::to_string(&description).map_err(|error| error.to_string())
    }
}

/// What came of a distributed run; `links.json`, written last.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LinkSet {
    /// [`Job::id`].
    pub id: String,
    /// Pairs scored.
    pub pairs: usize,
    /// Prior share by group of source rows, as the bits of the float in hexadecimal digits.
    pub priors: Vec<String>,
    /// [`Job::observed`], so that a run need not observe its rows anew.
    pub observed: JobObserved,
    /// What blocking found, by rule.
    pub blocking: Vec<RuleCount>,
    /// Files of decided rows.
    #[serde(default)]
    pub parts: Vec<LinkFile>,
}

/// A file of decided rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LinkFile {
    /// Its name, in the folder of `links.json`.
    pub file: String,
    /// Parcels in it.
    pub parcels: usize,
}

/// What one blocking rule found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RuleCount {
    /// The rule.
    pub rule: String,
    /// Keys of source rows.
    pub left_rows: usize,
    /// Pairs found, also those other rules found too.
    pub pairs: usize,
    /// Blocks left out because they were too large.
    pub oversized: usize,
    /// Source rows in such blocks.
    pub oversized_rows: usize,
}

impl LinkSet {
    /// The priors as floats.
    pub(super) fn shares(&self) -> Option<Vec<f64>> {
        self.priors.iter().map(|share| float(share)).collect()
    }

    /// Blocking counts as linkage has them.
    pub(super) fn counts(&self) -> Vec<BlockingCount> {
        let count = |count: &RuleCount| BlockingCount {
            rule: count.rule.clone(),
            left_rows: count.left_rows,
            pairs: count.pairs,
            oversized: count.oversized,
            oversized_rows: count.oversized_rows,
        };
        self.blocking.iter().map(count).collect()
    }
}
