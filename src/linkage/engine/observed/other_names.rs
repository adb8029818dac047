//! Rows that bear a sound number of the right side under another name: the person under a former name,
//! a relative, or a stranger. Which they are nobody says; but a relative's number brings the relative's
//! sex and birth along, and a stranger shares neither telephone nor surname. So the three shares are
//! estimated by expectation maximisation over these rows alone, and with them how often a row's own birth
//! date and sex agree with a number that is not its own: always where a system fills these columns out of
//! the number, never where people type in what they know. What the other comparisons say is held fast.

use super::super::comparison::{DateLevel, IdentityLevel, Kind, NameLevel, SexLevel};
use super::super::count::to_f64;
use super::super::plan::{LevelWeight, Plan, Weighted};
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

/// A probability each that a row's own birth date and sex agree with a number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OwnColumns {
    /// The birth date.
    pub birth: f64,
    /// The sex.
    pub sex: f64,
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
    /// How often a row's own columns agree with a number that is not its own; 0 where nothing is counted.
    pub agreeing: OwnColumns,
}

/// A row that bears a number under another name.
#[derive(Clone, Copy, Debug)]
struct Bearing {
    /// How well each kind of bearer fits what is compared beside number, birth date and sex.
    fits: Bearers,
    /// Whether its own birth date agrees with the number; `None` where it gives none.
    birth: Option<bool>,
    /// The same of its sex.
    sex: Option<bool>,
}

/// One column of a row's own, which agrees with the number or not.
#[derive(Clone, Copy, Debug)]
struct OwnColumn {
    /// Its comparison.
    at: usize,
    agrees: u8,
    conflicts: u8,
}

impl OwnColumn {
    fn birth(plan: &Plan) -> Option<Self> {
        let (agrees, conflicts) = (DateLevel::ImpliedEqual, DateLevel::ImpliedConflict);
        let at = position(plan, Kind::Date)?;
        Some(Self { at, agrees: agrees as u8, conflicts: conflicts as u8 })
    }

    fn sex(plan: &Plan) -> Option<Self> {
        let (agrees, conflicts) = (SexLevel::ImpliedEqual, SexLevel::ImpliedConflict);
        let at = position(plan, Kind::Sex)?;
        Some(Self { at, agrees: agrees as u8, conflicts: conflicts as u8 })
    }

    fn said(self, compared: &Compared) -> Option<bool> {
        let level = compared.levels[self.at];
        (level == self.agrees || level == self.conflicts).then_some(level == self.agrees)
    }

    /// The share of agreeing columns where one of the two levels holds.
    fn share(self, plan: &Plan, of: impl Fn(&LevelWeight) -> f64) -> f64 {
        let levels = &plan.comparisons[self.at].levels;
        let [agrees, conflicts] =
            [self.agrees, self.conflicts].map(|at| libm::exp2(of(&levels[usize::from(at)])));
        agrees / (agrees + conflicts)
    }

    /// Sets how often a number agrees that is not the row's own.
    fn set(self, plan: &mut Plan, share: f64) {
        let levels = &mut plan.comparisons[self.at].levels;
        for (at, share) in [(self.agrees, share), (self.conflicts, 1.0 - share)] {
            levels[usize::from(at)].borrowed = Some(libm::log2(share));
        }
    }
}

/// Calls something for a birth date and a sex, as far as the model compares them.
fn of_both(plan: &Plan, ask: impl Fn(OwnColumn) -> f64) -> OwnColumns {
    let ask = |column: Option<OwnColumn>| column.map_or(0.5, &ask);
    OwnColumns { birth: ask(OwnColumn::birth(plan)), sex: ask(OwnColumn::sex(plan)) }
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
            agreeing: OwnColumns::default(),
        };
        // That the name is another one is given here; how likely that is, is what is asked.
        let given = other_names(&plan.comparisons[name]);
        let (birth, sex) = (OwnColumn::birth(plan), OwnColumn::sex(plan));
        let told: Vec<usize> =
            [birth, sex].into_iter().flatten().map(|own| own.at).chain([identity]).collect();
        // Beside what is left out of the comparisons.
        let fits = |compared: &Compared, left_out: &[usize]| {
            let score = scorer.score_beside(*compared, left_out);
            let (former, relatives) = (libm::exp2(score.weight), libm::exp2(score.kin));
            let fits = Bearers { former, relatives, strangers: 1.0 };
            fits.with(given, |fit, given| fit / given)
        };
        let said = |own: Option<OwnColumn>, compared: &Compared| own.and_then(|o| o.said(compared));
        let apart = others.iter().map(|compared| Bearing {
            fits: fits(compared, &told),
            birth: said(birth, compared),
            sex: said(sex, compared),
        });
        let apart: Vec<Bearing> = apart.collect();
        let silent =
            |compared| Bearing { fits: fits(compared, &[identity]), birth: None, sex: None };
        let whole: Vec<Bearing> = others.iter().map(silent).collect();
        let own = of_both(plan, |column| column.share(plan, |level| level.m));
        let model = of_both(plan, |column| column.share(plan, |level| level.kin));
        let expected = borne.expected(plan, identity, given);
        let expected = Expectation { bearers: expected, own, model };
        // Who gives no birth date is not like who does: a relative's number stands more often on rows without.
        // So the shares of all rows are taken from what the model says of agreeing columns.
        borne.other = mixture(&whole, expected).0;
        borne.agreeing = mixture(&apart, expected).1;
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
        let (birth, sex) = (OwnColumn::birth(plan), OwnColumn::sex(plan));
        for (column, share) in [(birth, self.agreeing.birth), (sex, self.agreeing.sex)] {
            // Nothing was counted: the model's own stands.
            if let Some(column) = column.filter(|_| share > 0.0) {
                column.set(plan, share);
            }
        }
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

/// What is known before the rows are looked at.
#[derive(Clone, Copy, Debug)]
struct Expectation {
    /// How many rows of each kind the model makes expect.
    bearers: Bearers,
    /// How often a row's own columns agree with its own number.
    own: OwnColumns,
    /// How often with somebody else's, by the model.
    model: OwnColumns,
}

/// How many of the rows are of each kind (they sum to the rows), and how often the columns of those that bear
/// somebody else's number agree with it. The model's expectation is worth a few.
fn mixture(rows: &[Bearing], expected: Expectation) -> (Bearers, OwnColumns) {
    let count = to_f64(rows.len());
    let Expectation { bearers, own, model } = expected;
    let borrowed = bearers.scaled(BORROWED / bearers.sum());
    let (mut counts, mut agreeing) = (bearers.scaled(count / bearers.sum()), model);
    for _ in 0..ROUNDS {
        let shares = counts.plus(borrowed);
        counts = Bearers::default();
        let (mut birth, mut sex) = (AgreementTally::of(model.birth), AgreementTally::of(model.sex));
        for row in rows {
            let masses = row.masses(shares, own, agreeing);
            let masses = masses.scaled(1.0 / masses.sum());
            counts = counts.plus(masses);
            birth.add(row.birth, 1.0 - masses.former);
            sex.add(row.sex, 1.0 - masses.former);
        }
        agreeing = OwnColumns { birth: birth.share(), sex: sex.share() };
    }
    // What is borrowed stands for shares, not for rows.
    (counts.plus(borrowed).scaled(count.max(1.0) / (count + BORROWED)), agreeing)
}

impl Bearing {
    /// How likely each kind of bearer is, in proportion.
    fn masses(&self, shares: Bearers, own: OwnColumns, agreeing: OwnColumns) -> Bearers {
        let of = |columns: OwnColumns| {
            let chance = |said: Option<bool>, share: f64| match said {
                None => 1.0,
                Some(true) => share,
                Some(false) => 1.0 - share,
            };
            chance(self.birth, columns.birth) * chance(self.sex, columns.sex)
        };
        let (own, others) = (of(own), of(agreeing));
        let columns = Bearers { former: own, relatives: others, strangers: others };
        shares.with(self.fits, |share, fit| share * fit).with(columns, |mass, chance| mass * chance)
    }
}

/// Columns that agree, of those that say something; the model's own share is worth a few.
#[derive(Clone, Copy, Debug)]
struct AgreementTally {
    agree: f64,
    all: f64,
}

impl AgreementTally {
    fn of(share: f64) -> Self {
        Self { agree: BORROWED * share, all: BORROWED }
    }

    fn add(&mut self, said: Option<bool>, weight: f64) {
        self.all += if said.is_some() { weight } else { 0.0 };
        self.agree += if said == Some(true) { weight } else { 0.0 };
    }

    fn share(self) -> f64 {
        self.agree / self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::compile;
    use crate::linkage::model::Model;

    const EXPECTED: Expectation = Expectation {
        bearers: Bearers { former: 10.0, relatives: 10.0, strangers: 10.0 },
        own: OwnColumns { birth: 0.97, sex: 0.99 },
        model: OwnColumns { birth: 0.45, sex: 0.7 },
    };

    /// So many rows that give neither birth date nor sex.
    fn silent(fits: Bearers, rows: usize) -> Vec<Bearing> {
        vec![Bearing { fits, birth: None, sex: None }; rows]
    }

    #[test]
    fn rows_that_speak_clearly_are_counted_as_what_they_are() {
        let former = Bearers { former: 1e6, relatives: 1.0, strangers: 1.0 };
        let stranger = Bearers { former: 1e-6, relatives: 1e-3, strangers: 1.0 };
        let rows = [silent(former, 900), silent(stranger, 80)].concat();
        let (found, _) = mixture(&rows, EXPECTED);
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
        let rows = [silent(agrees, 150), silent(disagrees, 50)].concat();
        let (found, _) = mixture(&rows, EXPECTED);
        assert!((85.0..115.0).contains(&found.relatives), "{found:?}");
    }

    #[test]
    fn a_birth_date_tells_whose_number_it_is_where_people_type_it_in() {
        // Nothing but the date tells the two apart: 300 rows agree, 200 do not, 100 give none.
        let fits = Bearers { former: 1.0, relatives: 1.0, strangers: 1e-6 };
        let rows =
            |birth: Option<bool>, count: usize| vec![Bearing { fits, birth, sex: None }; count];
        let all = [rows(Some(true), 300), rows(Some(false), 200), rows(None, 100)].concat();
        // Somebody else's number never agrees once the sexes say who is who.
        let sexes = all.iter().enumerate().map(|(row, bearing)| {
            let is_other = bearing.birth == Some(false);
            Bearing { sex: Some(!is_other || row % 2 == 0), ..*bearing }
        });
        let (found, agreeing) = mixture(&sexes.collect::<Vec<_>>(), EXPECTED);
        assert!(agreeing.birth < 0.1, "{agreeing:?}");
        assert!((found.relatives - 240.0).abs() < 40.0, "{found:?}");
    }

    #[test]
    fn no_row_leaves_the_model_as_it_is_in_proportion() {
        let (found, agreeing) = mixture(&[], EXPECTED);
        assert!((found.former - found.relatives).abs() < 1e-12);
        assert_eq!(agreeing, EXPECTED.model);
    }

    #[test]
    fn more_former_names_than_expected_make_another_name_likelier() {
        let mut plan = compile::plan(&Model::shipped());
        let name = position(&plan, Kind::Name).unwrap();
        let m = |plan: &Plan, level: NameLevel| plan.comparisons[name].levels[level as usize].m;
        let before = (m(&plan, NameLevel::Equal), m(&plan, NameLevel::SameSurname));
        let other = Bearers { former: 400.0, relatives: 5.0, strangers: 20.0 };
        let borne = NumbersBorne {
            same: 10_000.0,
            other,
            elsewhere: 10_000.0,
            right_rows: 50_000.0,
            agreeing: EXPECTED.model,
        };
        borne.weigh(&mut plan);
        let former = other_names(&plan.comparisons[name]).former;
        assert!((former - 400.0 / 10_000.0).abs() < 2e-3, "{former}");
        assert!(m(&plan, NameLevel::SameSurname) > before.1);
        assert!(m(&plan, NameLevel::Equal) < before.0);
    }
}
