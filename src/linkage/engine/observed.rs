//! What the rows of a run show before anybody is linked: how names are spread, and, of rows whose sound
//! ID tells who they are without the name or telephone, how often a name is taken down by ear and a
//! telephone has changed. So m of these levels is counted, not estimated.

use rustc_hash::FxHashMap;

use super::columns::{PackedColumn, Tables};
use super::comparison::{IdentityLevel, InsideId, Kind, NameLevel, Pair, PhoneLevel};
use super::count::to_f64;
use super::frequencies::{Frequencies, NameSpread};
use super::plan::{Plan, Weighted};
use super::scoring::is_same_name;
use crate::records::sound_number::SoundNumber;

/// Fewest pairs with one sound ID that show anything.
const FEWEST: u32 = 200;

/// How many pairs the model's own numbers are worth.
const BORROWED: f64 = 200.0;

/// What the rows of a whole run show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunObservations {
    /// How the names of the right side are spread.
    pub spread: NameSpread,
    /// Pairs with one sound ID whose names mean the same, by level of the name.
    pub names: Vec<u32>,
    /// The same pairs by level of the telephone; empty where none is compared.
    pub phones: Vec<u32>,
}

impl RunObservations {
    /// Counts over both sides. A left row counts once, with the first right row that alone bears its number.
    pub fn of(tables: &Tables, plan: &Plan, frequencies: &Frequencies) -> Self {
        let mut observed = Self { spread: frequencies.spread(), ..Self::default() };
        let (true, Some(identity)) = (plan.prior.observe, plan.identity) else { return observed };
        let Some(name) = position(plan, Kind::Name) else { return observed };
        let phone = position(plan, Kind::Phone);
        observed.names = vec![0; NameLevel::KEYS.len()];
        observed.phones = vec![0; phone.map_or(0, |_| PhoneLevel::KEYS.len())];
        for pair in pairs_of_one_number(tables, plan.comparisons[identity].comparison.column) {
            let level = |index: usize| {
                let comparison = &plan.comparisons[index].comparison;
                comparison.level(tables, pair, InsideId::of(IdentityLevel::Equal as u8))
            };
            let name_level = level(name);
            if is_same_name(name_level) {
                observed.names[usize::from(name_level)] += 1;
                if let Some(phone) = phone {
                    observed.phones[usize::from(level(phone))] += 1;
                }
            }
        }
        observed
    }

    /// A plan with m of names that mean the same name, and of telephones, as was counted. Another name
    /// says nothing here: the number may be a relative's.
    pub fn plan(&self, mut plan: Plan) -> Plan {
        if self.names.iter().sum::<u32>() < FEWEST {
            return plan;
        }
        if let Some(name) = position(&plan, Kind::Name) {
            let same_name: Vec<usize> = (0..=NameLevel::OneMissing as usize)
                .filter(|level| *level != NameLevel::UnknownGlyph as usize)
                .collect();
            set_m(&mut plan.comparisons[name], &same_name, &self.names);
        }
        if let Some(phone) = position(&plan, Kind::Phone).filter(|_| !self.phones.is_empty()) {
            let levels = [PhoneLevel::Equal as usize, PhoneLevel::Different as usize];
            set_m(&mut plan.comparisons[phone], &levels, &self.phones);
        }
        plan
    }
}

fn position(plan: &Plan, kind: Kind) -> Option<usize> {
    plan.comparisons.iter().position(|c| c.comparison.kind == kind)
}

/// Left rows with the first right row that bears their sound number and is its only bearer.
fn pairs_of_one_number(tables: &Tables, column: usize) -> Vec<Pair> {
    let sides = (&tables.left.columns[column], &tables.right.columns[column]);
    let (PackedColumn::Identity(left), PackedColumn::Identity(right)) = sides else {
        return Vec::new();
    };
    let mut bearers: FxHashMap<SoundNumber, u32> = FxHashMap::default();
    for (row, id) in (0..).zip(right).filter(|(_, id)| id.is_own()) {
        if let Some(number) = id.sound_number() {
            bearers.entry(number).or_insert(row);
        }
    }
    let pair = |(left, id): (u32, &super::columns::PackedId)| {
        bearers.get(&id.sound_number()?).map(|right| Pair { left, right: *right })
    };
    (0..).zip(left).filter_map(pair).collect()
}

/// Shares the probability these levels have in all out anew among those the model lists.
fn set_m(weighted: &mut Weighted, levels: &[usize], counts: &[u32]) {
    let listed = |level: &&usize| weighted.levels[**level].states != 0;
    let levels: Vec<usize> = levels.iter().filter(listed).copied().collect();
    let all: f64 = levels.iter().map(|level| libm::exp2(weighted.levels[*level].m)).sum();
    let seen: f64 = levels.iter().map(|level| to_f64(counts[*level])).sum();
    for level in levels {
        let m = &mut weighted.levels[level].m;
        let own = libm::exp2(*m) / all;
        let share = (to_f64(counts[level]) + BORROWED * own) / (seen + BORROWED);
        *m = libm::log2(all * share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::compile;
    use crate::linkage::model::Model;

    fn m(plan: &Plan, kind: Kind, level: usize) -> f64 {
        libm::exp2(plan.comparisons[position(plan, kind).unwrap()].levels[level].m)
    }

    /// So many pairs, so many of them with names that only sound alike.
    fn heard(all: u32, sounds: u32) -> RunObservations {
        let mut names = vec![0; NameLevel::KEYS.len()];
        names[NameLevel::Equal as usize] = all - sounds;
        names[NameLevel::Sound as usize] = sounds;
        RunObservations { names, ..RunObservations::default() }
    }

    #[test]
    fn an_office_that_writes_by_ear_is_seen_to() {
        let plan = compile::plan(&Model::shipped());
        let (equal, sound) = (NameLevel::Equal as usize, NameLevel::Sound as usize);
        let before = m(&plan, Kind::Name, equal) + m(&plan, Kind::Name, sound);
        let seen = heard(2000, 200).plan(plan.clone());
        assert!((m(&seen, Kind::Name, sound) - 0.09).abs() < 0.01);
        let after = m(&seen, Kind::Name, equal) + m(&seen, Kind::Name, sound);
        assert!(after < 1.0 && after > before);
    }

    #[test]
    fn few_rows_show_nothing() {
        let plan = compile::plan(&Model::shipped());
        let same = heard(199, 100).plan(plan.clone());
        let sound = NameLevel::Sound as usize;
        assert!((m(&same, Kind::Name, sound) - m(&plan, Kind::Name, sound)).abs() < 1e-12);
    }
}
