//! Rows that bear a sound number of the right side under another name: the person under a former name,
//! a relative, or a stranger. Which they are nobody says; but a relative's number brings the relative's
//! sex and birth along, and a stranger shares neither telephone nor surname. So the three shares are
//! estimated by expectation maximisation over these rows alone, with what the comparisons say of each
//! row held fast.

use super::super::comparison::{IdentityLevel, Kind, NameLevel};
use super::super::count::to_f64;
use super::super::plan::{Plan, Weighted};
use super::super::scoring::{Compared, Scorer, is_other_name};
use super::position;

/// How many rows the model's own expectation is worth.
const BORROWED: f64 = 20.0;

/// Rounds of expectation maximisation; three shares are still long before.
const ROUNDS: usize = 100;

/// Levels of the number that a relative's number reaches as its owner's does.
const AGREEING: [IdentityLevel; 4] =
    [IdentityLevel::Equal, IdentityLevel::EqualText, IdentityLevel::Prefix, IdentityLevel::Near];

/// One figure for each of those who may bear a number under another name.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bearers {
    /// The person under a former name.
    pub former: f64,
    /// A relative of the person.
    pub relatives: f64,
    /// Somebody else.
    pub strangers: f64,
}

impl Bearers {
    fn sum(self) -> f64 {
        self.former + self.relatives + self.strangers
    }

    fn scaled(self, factor: f64) -> Self {
        self.each(|figure| figure * factor)
    }

    fn each(self, change: impl Fn(f64) -> f64) -> Self {
        Self {
            former: change(self.former),
            relatives: change(self.relatives),
            strangers: change(self.strangers),
        }
    }

    fn with(self, other: Self, join: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            former: join(self.former, other.former),
            relatives: join(self.relatives, other.relatives),
            strangers: join(self.strangers, other.strangers),
        }
    }

    fn plus(self, other: Self) -> Self {
        self.with(other, |one, other| one + other)
    }
}

/// Sound numbers of the right side on left rows; numbers of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NumbersBorne {
    /// Under the person's own name.
    pub same: f64,
    /// Under another name, by whom.
    pub other: Bearers,
    /// Rows with a sound number that are nobody of the right side under the same name.
    pub elsewhere: f64,
    /// Right rows.
    pub right_rows: f64,
}

/// Probability of another name as such, by the model.
fn other_names(name: &Weighted) -> Bearers {
    let mut chances = Bearers::default();
    for (index, level) in (0_u8..).zip(&name.levels) {
        if is_other_name(index) && level.states != 0 {
            chances.former += libm::exp2(level.m);
            chances.relatives += libm::exp2(level.kin);
            chances.strangers += libm::exp2(level.u);
        }
    }
    chances
}

impl NumbersBorne {
    /// From the pairs of one number under other names. `elsewhere` counts rows with a sound number that are
    /// not among the `same`.
    pub(super) fn of(scorer: &Scorer, others: &[Compared], same: usize, elsewhere: usize) -> Self {
        let plan = scorer.plan();
        let (Some(identity), Some(name)) = (plan.identity, position(plan, Kind::Name)) else {
            return Self::default();
        };
        let mut borne = Self {
            same: to_f64(same),
            other: Bearers::default(),
            elsewhere: to_f64(elsewhere),
            right_rows: to_f64(scorer.tables().right.rows),
        };
        // That the name is another one is given here; how likely that is, is what is asked.
        let given = other_names(&plan.comparisons[name]);
        let weights = |compared: &Compared| {
            let score = scorer.score_beside(*compared, identity);
            let (former, relatives) = (libm::exp2(score.weight), libm::exp2(score.kin));
            let fits = Bearers { former, relatives, strangers: 1.0 };
            fits.with(given, |fit, given| fit / given)
        };
        let rows: Vec<Bearers> = others.iter().map(weights).collect();
        borne.other = mixture(&rows, borne.expected(plan, identity, given));
        borne
    }

    /// How many rows of each kind the model makes expect.
    fn expected(&self, plan: &Plan, identity: usize, given: Bearers) -> Bearers {
        let equal = &plan.comparisons[identity].levels[IdentityLevel::Equal as usize];
        let kin = plan.prior.relative * libm::exp2(equal.kin);
        Bearers {
            former: self.same * given.former / (1.0 - given.former).max(0.5),
            relatives: self.elsewhere * kin * given.relatives,
            strangers: self.elsewhere * self.right_rows * libm::exp2(equal.u) * given.strangers,
        }
    }

    /// Sets what another name under the person's number is worth.
    pub(super) fn weigh(&self, plan: &mut Plan) {
        let (Some(identity), Some(name)) = (plan.identity, position(plan, Kind::Name)) else {
            return;
        };
        let expected = self.expected(plan, identity, other_names(&plan.comparisons[name]));
        let bits = self.other.with(expected, |seen, expected| {
            if seen > 0.0 && expected > 0.0 { libm::log2(seen / expected) } else { 0.0 }
        });
        let levels = &mut plan.comparisons[identity].levels;
        for level in AGREEING {
            levels[level as usize].kin += bits.relatives;
        }
        levels[IdentityLevel::Equal as usize].u += bits.strangers;
        set_former(&mut plan.comparisons[name], bits.former);
    }
}

/// Makes other names of one person so many bits more likely, and the same name the less.
fn set_former(name: &mut Weighted, bits: f64) {
    let former = other_names(name).former;
    let same = (1.0 - former * libm::exp2(bits)) / (1.0 - former);
    let same = libm::log2(same.max(0.5));
    for (index, level) in (0_u8..).zip(&mut name.levels).filter(|(_, level)| level.states != 0) {
        if is_other_name(index) {
            level.m += bits;
        } else if index != NameLevel::UnknownGlyph as u8 {
            level.m += same;
        }
    }
}

/// How many of the rows are of each kind: they sum to the rows. The model's expectation is worth a few.
fn mixture(rows: &[Bearers], expected: Bearers) -> Bearers {
    let count = to_f64(rows.len());
    let borrowed = expected.scaled(BORROWED / expected.sum());
    let mut counts = expected.scaled(count / expected.sum());
    for _ in 0..ROUNDS {
        let shares = counts.plus(borrowed);
        counts = rows.iter().fold(Bearers::default(), |sums, row| {
            let masses = shares.with(*row, |share, weight| share * weight);
            sums.plus(masses.scaled(1.0 / masses.sum()))
        });
    }
    // What is borrowed stands for shares, not for rows.
    counts.plus(borrowed).scaled(count.max(1.0) / (count + BORROWED))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::compile;
    use crate::linkage::model::Model;

    const EXPECTED: Bearers = Bearers { former: 10.0, relatives: 10.0, strangers: 10.0 };

    #[test]
    fn rows_that_speak_clearly_are_counted_as_what_they_are() {
        let former = Bearers { former: 1e6, relatives: 1.0, strangers: 1.0 };
        let stranger = Bearers { former: 1e-6, relatives: 1e-3, strangers: 1.0 };
        let rows = [vec![former; 900], vec![stranger; 80]].concat();
        let found = mixture(&rows, EXPECTED);
        assert!((found.sum() - 980.0).abs() < 1e-6);
        assert!((found.former - 900.0).abs() < 20.0 && (found.strangers - 80.0).abs() < 8.0);
        assert!(found.relatives < 10.0, "the model's expectation is worth twenty rows: {found:?}");
    }

    #[test]
    fn sexes_that_disagree_by_half_are_relatives() {
        // A relative's number has the other sex half of the time, a former name nearly never: of 200 rows
        // 50 disagree, so that about 100 are relatives.
        let agrees = Bearers { former: 0.99, relatives: 0.5, strangers: 0.01 };
        let disagrees = Bearers { former: 0.01, relatives: 0.5, strangers: 0.01 };
        let rows = [vec![agrees; 150], vec![disagrees; 50]].concat();
        let found = mixture(&rows, EXPECTED);
        assert!((85.0..115.0).contains(&found.relatives), "{found:?}");
    }

    #[test]
    fn no_row_leaves_the_model_as_it_is_in_proportion() {
        let found = mixture(&[], EXPECTED);
        assert!((found.former - found.relatives).abs() < 1e-12);
    }

    #[test]
    fn more_former_names_than_expected_make_another_name_likelier() {
        let mut plan = compile::plan(&Model::shipped());
        let name = position(&plan, Kind::Name).unwrap();
        let m = |plan: &Plan, level: NameLevel| plan.comparisons[name].levels[level as usize].m;
        let before = (m(&plan, NameLevel::Equal), m(&plan, NameLevel::SameSurname));
        let other = Bearers { former: 400.0, relatives: 5.0, strangers: 20.0 };
        let borne =
            NumbersBorne { same: 10_000.0, other, elsewhere: 10_000.0, right_rows: 50_000.0 };
        borne.weigh(&mut plan);
        let former = other_names(&plan.comparisons[name]).former;
        assert!((former - 400.0 / 10_000.0).abs() < 2e-3, "{former}");
        assert!(m(&plan, NameLevel::SameSurname) > before.1);
        assert!(m(&plan, NameLevel::Equal) < before.0);
    }
}
