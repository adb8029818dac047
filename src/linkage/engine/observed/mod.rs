//! What the rows of a run show before anybody is linked. A sound ID that somebody of the right side bears
//! tells who a row is without its name, its telephone or its address. So of these rows everything else
//! can be counted: how names are spread, how often they are taken down by ear, how often a date of birth
//! is mistyped, a telephone has changed, somebody has moved. These shares stand for m; the model's own
//! numbers count for a few hundred pairs. Under another name the number may be a relative's
//! ([`other_names`]).

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

pub use other_names::NumberBearers;

/// Fewest pairs with one sound ID under one name that show anything.
const FEWEST: u32 = 200;

/// What the rows of a whole run show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunObservations {
    /// How the names of the right side are spread.
    pub spread: NameSpread,
    /// Pairs with one sound ID whose names mean the same: how many reach each level, by comparison in
    /// the model's order. Empty where nothing is counted.
    pub levels: Vec<Vec<u32>>,
    /// Who bears a sound number of the right side under another name.
    pub bearers: NumberBearers,
    /// Share of unlisted relatives among rows that are nobody of the right side; 0 where nothing is counted.
    pub relatives: f64,
}

impl RunObservations {
    /// Counts over both sides. A left row counts once, with the first right row that alone bears its number.
    pub fn of(tables: &Tables, plan: &Plan, frequencies: &Frequencies) -> Self {
        let mut observed = Self { spread: frequencies.spread(), ..Self::default() };
        let (true, Some(identity)) = (plan.prior.observe, plan.identity) else { return observed };
        let Some(name) = position(plan, Kind::Name) else { return observed };
        let scorer = Scorer::new(tables, plan, frequencies);
        let column = plan.comparisons[identity].comparison.column;
        let pairs = pairs_of_one_number(tables, column);
        let compared: Vec<Compared> = pairs.into_iter().map(|pair| scorer.compare(pair)).collect();
        observed.levels = levels::none(plan);
        let same = compared.iter().filter(|compared| is_same_name(compared.levels[name]));
        let same: Vec<Pair> = same.map(|compared| compared.pair).collect();
        for pair in &same {
            levels::count(&mut observed.levels, plan, tables, *pair);
        }
        let others = compared.iter().filter(|compared| is_other_name(compared.levels[name]));
        let others = elsewhere::without(tables, others.map(|compared| compared.pair).collect());
        let others = others.into_iter().map(|pair| scorer.compare(pair)).collect();
        let strangers = sound_rows(tables, column).saturating_sub(same.len());
        observed.bearers = other_names::bearers(&scorer, others, same.len(), strangers);
        observed.relatives = unlisted::relatives(tables, plan);
        if std::env::var("DBG").is_ok() { eprintln!("DBG relatives {}", observed.relatives); }
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
        self.bearers.weigh(&mut plan);
        if std::env::var("NOREL").is_err() { plan.prior.relative = self.relatives; }
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
    let mut bearers: FxHashMap<&[u8; 18], u32> = FxHashMap::default();
    for (row, id) in (0..).zip(right).filter(|(_, id)| id.is_own()) {
        bearers.entry(&id.digits).or_insert(row);
    }
    let sound = (0..).zip(left).filter(|(_, id)| id.is_sound());
    let pair = |(left, id): (u32, &PackedId)| {
        bearers.get(&id.digits).map(|right| Pair { left, right: *right })
    };
    sound.filter_map(pair).collect()
}
