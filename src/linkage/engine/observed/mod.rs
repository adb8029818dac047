//! What the rows of a run show before anybody is linked. A sound ID that somebody of the right side bears
//! tells who a row is without its name, its telephone or its address. So of these rows everything else
//! can be counted: how names are spread, how often they are taken down by ear, how often a date of birth
//! is mistyped, a telephone has changed, somebody has moved. These shares stand for m; the model's own
//! numbers count for a few hundred pairs. Under another name the number may be a relative's
//! ([`other_names`]), and a stranger who gives a household's telephone is one ([`unlisted`]).

mod elsewhere;
mod levels;
mod other_names;
mod unlisted;

use rustc_hash::FxHashMap;

use super::columns::{PackedColumn, PackedId, Tables};
use super::comparison::{Kind, Pair};
use super::frequencies::{Frequencies, NameSpread};
use super::plan::Plan;
use super::scoring::{Compared, Scorer, is_other_name, is_same_name};
use super::strangers::StrangerTotals;
use crate::records::sound_number::SoundNumber;

pub use other_names::{Bearers, NumbersBorne, OwnColumns};

/// Fewest pairs with one sound ID under one name that show anything.
const FEWEST: u32 = 200;

/// What the rows of a whole run show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunObservations {
    /// How the names of the right side are spread.
    pub spread: NameSpread,
    /// How many rows are certainly nobody of the right side.
    pub strangers: StrangerTotals,
    /// Pairs with one sound ID whose names mean the same: how many reach each level, by comparison in
    /// the model's order. Empty where nothing is counted.
    pub levels: Vec<Vec<u32>>,
    /// Who bears the sound numbers of the right side.
    pub borne: NumbersBorne,
    /// Share of unlisted relatives among the rows that are nobody of the right side.
    pub relatives: f64,
}

impl RunObservations {
    /// Counts over both sides. A left row counts once, with the first right row that alone bears its number.
    pub fn of(tables: &Tables, plan: &Plan, frequencies: &Frequencies) -> Self {
        let (spread, strangers) = (frequencies.spread(), frequencies.strangers());
        let mut observed = Self { spread, strangers, ..Self::default() };
        let (true, Some(identity)) = (plan.prior.observe, plan.identity) else { return observed };
        let Some(name) = position(plan, Kind::Name) else { return observed };
        let scorer = Scorer::new(tables, plan, frequencies);
        let column = plan.comparisons[identity].comparison.column;
        let pairs = pairs_of_one_number(tables, column);
        let compared: Vec<Compared> = pairs.into_iter().map(|pair| scorer.compare(pair)).collect();
        let same = compared.iter().filter(|compared| is_same_name(compared.levels[name]));
        let same: Vec<Pair> = same.map(|compared| compared.pair).collect();
        observed.levels = levels::counted(plan, tables, &same);
        let others = compared.into_iter().filter(|compared| is_other_name(compared.levels[name]));
        let others = elsewhere::without(tables, others.collect());
        let elsewhere = sound_rows(tables, column).saturating_sub(same.len());
        observed.borne = NumbersBorne::of(&scorer, &others, same.len(), elsewhere);
        observed.relatives = unlisted::relatives(tables, plan);
        observed
    }

    /// A plan with m as was counted, and with what other people's numbers are worth.
    pub fn plan(&self, mut plan: Plan) -> Plan {
        let Some(name) = position(&plan, Kind::Name) else { return plan };
        let seen = self.levels.get(name).map_or(0, |counts| counts.iter().sum::<u32>());
        if seen < FEWEST {
            return plan;
        }
        for (weighted, counts) in plan.comparisons.iter_mut().zip(&self.levels) {
            levels::set_m(weighted, counts);
        }
        plan.prior.relative = self.relatives;
        self.borne.weigh(&mut plan);
        plan
    }
}

fn position(plan: &Plan, kind: Kind) -> Option<usize> {
    plan.comparisons.iter().position(|c| c.comparison.kind == kind)
}

/// Left rows with a sound number.
fn sound_rows(tables: &Tables, column: usize) -> usize {
    match &tables.left.columns[column] {
        PackedColumn::Identity(ids) => ids.iter().filter(|id| id.is_sound()).count(),
        _ => 0,
    }
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
    let pair = |(left, id): (u32, &PackedId)| {
        bearers.get(&id.sound_number()?).map(|right| Pair { left, right: *right })
    };
    (0..).zip(left).filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::compile;
    use crate::linkage::engine::comparison::{DateLevel, NameLevel, PlaceLevel};
    use crate::linkage::model::Model;

    fn m(plan: &Plan, kind: Kind, level: usize) -> f64 {
        libm::exp2(plan.comparisons[position(plan, kind).unwrap()].levels[level].m)
    }

    /// So many pairs, so many of them with names that only sound alike.
    fn heard(plan: &Plan, all: u32, sounds: u32) -> RunObservations {
        let mut levels = levels::none(plan);
        let names = &mut levels[position(plan, Kind::Name).unwrap()];
        names[NameLevel::Equal as usize] = all - sounds;
        names[NameLevel::Sound as usize] = sounds;
        RunObservations { levels, ..RunObservations::default() }
    }

    #[test]
    fn an_office_that_writes_by_ear_is_seen_to() {
        let plan = compile::plan(&Model::shipped());
        let (equal, sound) = (NameLevel::Equal as usize, NameLevel::Sound as usize);
        let before = m(&plan, Kind::Name, equal) + m(&plan, Kind::Name, sound);
        let seen = heard(&plan, 2000, 200).plan(plan.clone());
        assert!((m(&seen, Kind::Name, sound) - 0.09).abs() < 0.01);
        let after = m(&seen, Kind::Name, equal) + m(&seen, Kind::Name, sound);
        assert!(after < 1.0 && after > before);
    }

    #[test]
    fn few_rows_show_nothing() {
        let plan = compile::plan(&Model::shipped());
        let same = heard(&plan, 199, 100).plan(plan.clone());
        let sound = NameLevel::Sound as usize;
        assert!((m(&same, Kind::Name, sound) - m(&plan, Kind::Name, sound)).abs() < 1e-12);
    }

    #[test]
    fn dates_and_places_are_as_careful_as_they_are_seen_to_be() {
        let plan = compile::plan(&Model::shipped());
        let mut seen = heard(&plan, 20_000, 0);
        let of = |kind: Kind| position(&plan, kind).unwrap();
        seen.levels[of(Kind::Date)][DateLevel::Equal as usize] = 19_980;
        seen.levels[of(Kind::Date)][DateLevel::Different as usize] = 20;
        seen.levels[of(Kind::Place)][PlaceLevel::Village as usize] = 14_000;
        seen.levels[of(Kind::Place)][PlaceLevel::Elsewhere as usize] = 6_000;
        let seen = seen.plan(plan.clone());
        assert!((m(&seen, Kind::Date, DateLevel::Different as usize) - 0.0011).abs() < 1e-4);
        assert!((m(&seen, Kind::Place, PlaceLevel::Elsewhere as usize) - 0.30).abs() < 0.01);
        assert!((m(&seen, Kind::Place, PlaceLevel::County as usize) - 0.70).abs() < 0.01);
    }

    #[test]
    fn a_level_the_model_does_not_list_stays_neutral() {
        let mut plan = compile::plan(&Model::shipped());
        let place = position(&plan, Kind::Place).unwrap();
        let town = &mut plan.comparisons[place].levels[PlaceLevel::Town as usize];
        (town.m, town.states) = (0.0, 0);
        let mut seen = heard(&plan, 20_000, 0);
        seen.levels[place][PlaceLevel::Village as usize] = 10_000;
        seen.levels[place][PlaceLevel::Elsewhere as usize] = 10_000;
        let seen = seen.plan(plan);
        assert!((m(&seen, Kind::Place, PlaceLevel::Town as usize) - 1.0).abs() < 1e-12);
        assert!((m(&seen, Kind::Place, PlaceLevel::County as usize) - 0.5).abs() < 0.01);
    }
}
