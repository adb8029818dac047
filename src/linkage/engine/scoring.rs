//! Comparison vector → match weight (Fellegi and Sunter 1969, in log2 odds), with a second weight
//! for the rival explanation that the row is an unlisted close relative: relatives share village,
//! telephone, parents and surname, so what they share must not speak for identity.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::columns::Tables;
use super::comparison::{IdentityLevel, InsideId, Kind, NameLevel, Pair, PairsAtOnce};
use super::frequencies::{Frequencies, SharedDivision};
use super::plan::{LevelWeight, Plan};

/// Most comparisons a model may have.
pub const MOST_COMPARISONS: usize = 12;

/// Levels of names that are other names of the same sound.
const SOUNDING: [u8; 2] = [NameLevel::Sound as u8, NameLevel::MergedSound as u8];

/// One level per comparison.
pub type Levels = [u8; MOST_COMPARISONS];

/// A pair with its comparison vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The rows.
    pub pair: Pair,
    /// The vector.
    pub levels: Levels,
}

/// A scored pair, without prior.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// log2 of P(vector | same person) / P(vector | strangers).
    pub weight: f64,
    /// log2 of P(vector | relatives) / P(vector | strangers).
    pub kin: f64,
    /// The vector.
    pub levels: Levels,
}

/// Scores pairs of two tables by a plan.
#[derive(Debug)]
pub struct Scorer<'run> {
    tables: &'run Tables,
    plan: &'run Plan,
    frequencies: &'run Frequencies,
    place: Option<usize>,
    name: Option<usize>,
}

impl<'run> Scorer<'run> {
    /// A scorer; the frequencies are those of the tables' right side.
    pub fn new(tables: &'run Tables, plan: &'run Plan, frequencies: &'run Frequencies) -> Self {
        let position = |kind: Kind| plan.comparisons.iter().position(|c| c.comparison.kind == kind);
        let (place, name) = (position(Kind::Place), position(Kind::Name));
        Self { tables, plan, frequencies, place, name }
    }

    /// The tables.
    pub fn tables(&self) -> &'run Tables {
        self.tables
    }

    /// The compiled model.
    pub fn plan(&self) -> &'run Plan {
        self.plan
    }

    /// Comparison vector of a pair.
    pub fn levels(&self, pair: Pair) -> Levels {
        let mut levels = [0; MOST_COMPARISONS];
        let mut inside = InsideId::Open;
        if let Some(identity) = self.plan.identity {
            let comparison = &self.plan.comparisons[identity].comparison;
            levels[identity] = comparison.level(self.tables, pair, inside);
            inside = InsideId::of(levels[identity]);
        }
        for (index, weighted) in self.plan.comparisons.iter().enumerate() {
            if Some(index) != self.plan.identity {
                levels[index] = weighted.comparison.level(self.tables, pair, inside);
            }
        }
        levels
    }

    /// A pair with its comparison vector.
    pub fn compare(&self, pair: Pair) -> Compared {
        Compared { pair, levels: self.levels(pair) }
    }

    /// Pairs with their comparison vectors.
    pub fn compare_all(&self, pairs: &[Pair]) -> Vec<Compared> {
        const BLOCK: usize = 1024;
        let blank = |pair: &Pair| Compared { pair: *pair, levels: Levels::default() };
        let mut compared: Vec<Compared> = pairs.iter().map(blank).collect();
        let blocks = compared.par_chunks_mut(BLOCK).zip(pairs.par_chunks(BLOCK));
        blocks.for_each(|(compared, pairs)| self.compare_block(pairs, compared));
        compared
    }

    /// Fills in the vectors, one comparison after the other.
    fn compare_block(&self, pairs: &[Pair], compared: &mut [Compared]) {
        let mut found = vec![0; pairs.len()];
        let mut inside = vec![InsideId::Open; pairs.len()];
        let others = (0..self.plan.comparisons.len()).filter(|at| Some(*at) != self.plan.identity);
        for index in self.plan.identity.into_iter().chain(others) {
            let block = PairsAtOnce { pairs, inside: &inside };
            self.plan.comparisons[index].comparison.set_levels(self.tables, block, &mut found);
            for (compared, level) in compared.iter_mut().zip(&found) {
                compared.levels[index] = *level;
            }
            if Some(index) == self.plan.identity {
                inside = found.iter().map(|level| InsideId::of(*level)).collect();
            }
        }
    }

    /// Scores a pair that has been compared.
    pub fn score(&self, compared: Compared) -> Score {
        self.sum(compared, 0..self.plan.comparisons.len())
    }

    /// What all comparisons but some say of a pair that has been compared.
    pub fn score_beside(&self, compared: Compared, left_out: &[usize]) -> Score {
        let all = 0..self.plan.comparisons.len();
        self.sum(compared, all.filter(|index| !left_out.contains(index)))
    }

    fn sum(
        &self,
        Compared { pair, levels }: Compared,
        comparisons: impl Iterator<Item = usize>,
    ) -> Score {
        let (mut weight, mut kin) = (0.0, 0.0);
        for index in comparisons {
            let (w, k) = self.contribution(pair, &levels, index);
            weight += w;
            kin += k;
        }
        Score { weight, kin, levels }
    }

    /// What one comparison adds to both weights.
    pub fn contribution(&self, pair: Pair, levels: &Levels, index: usize) -> (f64, f64) {
        let level = &self.plan.comparisons[index].levels[levels[index] as usize];
        if let Some(borrowed) = level.borrowed.filter(|_| self.is_number_of_another_name(levels)) {
            // Near numbers are another matter: twins share the date inside theirs.
            return (level.m - borrowed, 0.0);
        }
        let u = self.u(pair, levels, index, level);
        // A relative shares frequent and rare places alike: where a value's frequency stands for
        // u, kin is meant relative to the same agreement.
        let (weight, kin) = (level.m - u, level.kin - u);
        if Some(index) == self.place && self.is_number_of_another_name(levels) {
            // The number next to one's own in a list is a neighbour's: that they live in one village
            // was to be expected.
            return (weight.min(0.0), kin.min(0.0));
        }
        (weight, kin)
    }

    /// Whether the row's number is the person's or the household's, under another name: the person under
    /// another name, or a stranger with the number.
    fn is_number_of_another_name(&self, levels: &Levels) -> bool {
        let (Some(identity), Some(name)) = (self.plan.identity, self.name) else { return false };
        let agrees = [
            IdentityLevel::Equal,
            IdentityLevel::EqualText,
            IdentityLevel::Kin,
            IdentityLevel::KinCut,
        ];
        agrees.iter().any(|level| levels[identity] == *level as u8) && is_other_name(levels[name])
    }

    /// What the rarity of the shared values adds to both weights of a pair: −log2 of their
    /// frequencies, over the levels that count by frequency.
    pub fn rarity(&self, pair: Pair, levels: &Levels) -> f64 {
        let compared = self.plan.comparisons.iter().zip(levels).enumerate();
        compared
            .map(|(index, (weighted, level))| (index, &weighted.levels[usize::from(*level)]))
            .filter(|(_, level)| level.frequency)
            .map(|(index, level)| -self.u(pair, levels, index, level))
            .sum()
    }

    fn u(&self, pair: Pair, levels: &Levels, index: usize, level: &LevelWeight) -> f64 {
        if !level.frequency {
            return level.u;
        }
        let comparison = &self.plan.comparisons[index].comparison;
        let (right, column) = (pair.right as usize, comparison.column);
        let (tables, frequencies) = (self.tables, self.frequencies);
        let frequency = match comparison.kind {
            Kind::Name if SOUNDING.contains(&levels[index]) => {
                frequencies.sounding(tables, column, right, self.within(levels))
            }
            Kind::Name => self.name_frequency(levels, column, right),
            Kind::Place => frequencies.shared_place(tables, column, right, levels[index]),
            Kind::Date => frequencies.date(tables, column, pair, levels[index]),
            Kind::Text => frequencies.text(tables, column, pair),
            // Where the places agree the area says nothing new.
            Kind::Identity if self.within(levels) == SharedDivision::Unknown => {
                frequencies.area(tables, column, right)
            }
            _ => return level.u,
        };
        libm::log2(frequency)
    }

    fn name_frequency(&self, levels: &Levels, column: usize, right: usize) -> f64 {
        self.frequencies.name(self.tables, column, right, self.within(levels))
    }

    fn within(&self, levels: &Levels) -> SharedDivision {
        self.place.map_or(SharedDivision::Unknown, |place| SharedDivision::of(levels[place]))
    }
}

/// Whether a name level means another name; a missing one says nothing.
pub fn is_other_name(level: u8) -> bool {
    !is_same_name(level) && level != NameLevel::Missing as u8
}

/// Whether a name level still means the same name, slips allowed.
pub fn is_same_name(level: u8) -> bool {
    level <= NameLevel::OneMissing as u8
}
