//! Records → links and review cases.
//!
//! Comes in: [`Records`](crate::records::Records) and a model. Goes out: one [`Outcome`] per source
//! row, in input order, each with its best candidates, their probabilities and the evidence.
//! Ties are review cases. This stage does no I/O, reads no clock and never trains.

mod blocking_file;
mod compile;
pub mod decisions;
pub mod engine;
pub mod evaluation;
mod headed_csv;
pub mod households;
pub mod index;
mod judgement;
pub mod mistake;
pub mod model;
pub mod model_files;
mod offices;
mod owners;
mod packed;
pub mod parameters;
pub mod parts;
pub mod people;
mod sides;
pub mod tables;
pub mod training;

use std::borrow::Cow;

use engine::comparison::Kind;
pub use engine::judging::Decision;

/// How a row compares with its best candidate.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum MatchClass {
    /// ID and name equal as they stand (after blanks and case).
    Exact,
    /// ID equal; the name differs in separators, blanks, suffix or variant form only.
    NameFormat,
    /// ID equal; the name really differs.
    NameDiffers,
    /// Name equal or close; the ID differs (one digit, transposed, another number).
    IdDiffers,
    /// Equal after the 15-digit number was upgraded.
    Upgraded15,
    /// Equal through the first 18 characters of a 残疾人证.
    Disability,
    /// The source's number is cut off or masked and agrees as far as it goes.
    IdTruncated,
    /// The source's number is invalid; name, birth and place speak.
    IdInvalid,
    /// The source has no number; name, birth and place speak.
    IdMissing,
    /// No candidate.
    NotFound,
}

impl MatchClass {
    /// All classes in report order.
    pub const ALL: [Self; 10] = [
        Self::Exact,
        Self::NameFormat,
        Self::NameDiffers,
        Self::IdDiffers,
        Self::Upgraded15,
        Self::Disability,
        Self::IdTruncated,
        Self::IdInvalid,
        Self::IdMissing,
        Self::NotFound,
    ];

    /// The word of `links.csv` and of the reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Exact => "精准一致",
            Self::NameFormat => "号同名异（仅格式）",
            Self::NameDiffers => "号同名异",
            Self::IdDiffers => "名同号异",
            Self::Upgraded15 => "15与18位一致",
            Self::Disability => "残疾人证一致",
            Self::IdTruncated => "证件号残缺",
            Self::IdInvalid => "证件号无效",
            Self::IdMissing => "证件号缺失",
            Self::NotFound => "查无此人",
        }
    }
}

/// Name of the contribution that stands for a person's ruling; it weighs nothing.
pub const RULING: &str = "人工认定";

/// One named contribution to a match weight. A province keeps some millions of them: its words are looked up, not
/// kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    said: ContributionWords,
    /// log2 of m/u, term frequency included.
    pub weight: f64,
}

/// What a contribution says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ContributionWords {
    /// A person has confirmed who it is.
    Confirmed,
    /// Where everybody in the registry begins.
    Prior,
    /// A comparison reached a level.
    Level {
        /// What was compared.
        kind: Kind,
        /// The level.
        level: u8,
    },
}

impl Contribution {
    /// A person has confirmed who it is; that weighs nothing, since it is no evidence of the data.
    fn confirmed() -> Self {
        Self { said: ContributionWords::Confirmed, weight: 0.0 }
    }

    /// Where everybody in the registry begins.
    fn prior(weight: f64) -> Self {
        Self { said: ContributionWords::Prior, weight }
    }

    /// A comparison reached a level.
    fn of_level(kind: Kind, level: u8, weight: f64) -> Self {
        Self { said: ContributionWords::Level { kind, level }, weight }
    }

    /// The contribution of these words, where they are words of linkage.
    pub fn of_words(comparison: &str, level: &str, weight: f64) -> Option<Self> {
        let levels = Kind::ALL.into_iter().flat_map(|kind| {
            // A level the model file made has no word of ours.
            let levels = (0..=u8::MAX).take(kind.level_labels().len() + 1);
            levels.map(move |level| Self::of_level(kind, level, weight))
        });
        let mut all = [Self::confirmed(), Self::prior(weight)].into_iter().chain(levels);
        let found = all.find(|one| one.comparison() == comparison && one.level() == level)?;
        Some(Self { weight, ..found })
    }

    /// Whether it is where everybody in the registry begins, and says nothing of the person.
    pub fn is_prior(&self) -> bool {
        self.said == ContributionWords::Prior
    }

    /// What was compared, e.g. `姓名`.
    pub fn comparison(&self) -> &'static str {
        match self.said {
            ContributionWords::Confirmed => RULING,
            ContributionWords::Prior => "先验",
            ContributionWords::Level { kind, .. } => kind.label(),
        }
    }

    /// The level reached, e.g. `同音`.
    pub fn level(&self) -> &'static str {
        match self.said {
            ContributionWords::Confirmed => "同一人",
            ContributionWords::Prior => "登记人口中任一人",
            ContributionWords::Level { kind, level } => {
                kind.level_labels().get(usize::from(level)).copied().unwrap_or("")
            }
        }
    }
}

/// One registry person a source row may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Index into `Records::persons`.
    pub person: u32,
    /// Calibrated match probability, 0–1; over all candidates of a row they sum to at most 1.
    pub probability: f64,
    /// Match weight in log2 odds, prior included.
    pub weight: f64,
    /// The waterfall: prior first, then each comparison.
    pub contributions: Vec<Contribution>,
}

/// What linkage says about one source row.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The decision.
    pub decision: Decision,
    /// How the row compares with the best candidate.
    pub match_class: MatchClass,
    /// Best first, at most five; empty when nothing was worth scoring.
    pub candidates: Vec<Candidate>,
    /// Why, in plain Chinese: the deterministic rule or the threshold that decided.
    pub reason: Cow<'static, str>,
}

impl Outcome {
    /// The best candidate.
    pub fn best(&self) -> Option<&Candidate> {
        self.candidates.first()
    }

    /// The linked person, when the decision is `link`.
    pub fn linked(&self) -> Option<u32> {
        if self.decision == Decision::Link { self.best().map(|best| best.person) } else { None }
    }
}
