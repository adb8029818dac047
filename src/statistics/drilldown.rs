//! The people behind every figure: who makes it, counted how, and who would make it under another
//! setting or but for one thing.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, DataType, Expr, IntoLazy, col, lit};
use rustc_hash::FxHashSet;

use crate::config::LiangHouSheng;
use crate::records::Records;
use crate::records::place::PlaceId;
use crate::vocabulary::SourceKind;

use super::Basis;
use super::annex2::{Units, lies_in, paired_places};
use super::choices::Choice;
use super::counting::SOUND;
use super::indicators::{Frame, Indicator, Measure};
use super::rules::{Terms, liang_hou_sheng};

/// A row that makes a figure, or nearly does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// Index into the source rows.
    Source(u32),
    /// Index into the registry rows.
    Registry(u32),
}

/// One line of a figure's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Row of the form.
    pub line: u32,
    /// The registry row that stands for the person.
    pub person: u32,
    /// Where it is seen.
    pub evidence: Evidence,
    /// What it adds to the figure: 1, or fen; 0 where an earlier line of the same person (or of
    /// the same attendance) adds it already. Of a near miss, what it would add.
    pub amount: i64,
    /// Which of [`DrillDown::remarks`] hold, bit by bit.
    remarks: u32,
}

/// A person who adds more than one to a column sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// The registry row.
    pub person: u32,
    /// Rows of the form with what the person adds there.
    pub lines: Vec<(u32, i64)>,
}

/// The people of one figure.
#[derive(Clone, Debug)]
pub struct DrillDown {
    /// The figure.
    pub indicator: &'static Indicator,
    /// Who makes it, by row of the form, then in input order.
    pub counted: Vec<Entry>,
    /// Who nearly does, likewise.
    pub missed: Vec<Entry>,
    /// What can be said of an entry.
    remarks: Vec<String>,
}

impl DrillDown {
    /// What is to be said of an entry: why it is not counted, or when it would not be.
    pub fn remarks_of(&self, entry: &Entry) -> impl Iterator<Item = &str> {
        let holds = move |(bit, _): &(usize, &String)| entry.remarks & (1 << *bit) != 0;
        self.remarks.iter().enumerate().filter(holds).map(|(_, remark)| remark.as_str())
    }

    /// The column sum.
    pub fn sum(&self) -> i64 {
        self.counted.iter().map(|entry| entry.amount).sum()
    }

    /// Distinct persons.
    pub fn persons(&self) -> usize {
        let mut persons: Vec<u32> = self.counted.iter().map(|entry| entry.person).collect();
        persons.sort_unstable();
        persons.dedup();
        persons.len()
    }

    /// Who makes the sum greater than the number of persons, by person; nobody where it is money.
    pub fn repeats(&self) -> Vec<Repeat> {
        if matches!(self.indicator.measure, Measure::Money(_)) {
            return Vec::new();
        }
        let mut by_person: BTreeMap<u32, BTreeMap<u32, i64>> = BTreeMap::new();
        for entry in self.counted.iter().filter(|entry| entry.amount > 0) {
            let lines = by_person.entry(entry.person).or_default();
            *lines.entry(entry.line).or_default() += entry.amount;
        }
        by_person
            .into_iter()
            .filter(|(_, lines)| lines.values().sum::<i64>() > 1)
            .map(|(person, lines)| Repeat { person, lines: lines.into_iter().collect() })
            .collect()
    }
}

/// What the lists are made from.
pub struct Material<'run> {
    rows: &'run DataFrame,
    people: &'run DataFrame,
    basis: &'run Basis,
    /// Rows of Annex 2 with the counties Annex 1 pairs with them.
    paired: Vec<(u32, Vec<PlaceId>)>,
}

/// A row a rule selects, before it is known what it adds.
#[derive(Clone, Copy)]
struct Found {
    line: u32,
    person: u32,
    evidence: Evidence,
    /// What counts once: the person, or the attendance.
    once: u32,
    fen: i64,
}

impl Found {
    fn place(&self) -> (u32, Evidence) {
        (self.line, self.evidence)
    }
}

impl<'run> Material<'run> {
    /// Takes the frames as they were counted.
    pub fn new(
        records: &Records,
        units: &Units,
        (rows, people): (&'run DataFrame, &'run DataFrame),
        basis: &'run Basis,
    ) -> Self {
        let schools =
            (0..).zip(&units.rows).filter(|(_, (_, kind))| *kind == SourceKind::Enrollment);
        let paired = schools.map(|(line, (school, _))| (line, paired_places(records, school)));
        let paired = paired.filter(|(_, counties)| !counties.is_empty()).collect();
        Self { rows, people, basis, paired }
    }

    /// The lists of a form whose rows stand in the column `key` of the frames.
    pub fn lists(&self, indicators: &'static [Indicator], key: &str) -> Vec<DrillDown> {
        indicators.iter().map(|indicator| self.list(indicator, key)).collect()
    }

    fn list(&self, indicator: &'static Indicator, key: &str) -> DrillDown {
        let view = View { material: self, indicator, key };
        let base = view.counted(self.basis);
        let mut counted = view.tally(base.clone());
        let mut near = Near::default();
        near.add(view.pending(), "待核，尚未确认是同一人".to_owned());
        for obstacle in view.obstacles() {
            near.add(view.query(self.basis, obstacle.rule, false), obstacle.why.to_owned());
        }
        let others = indicator.choices.iter().filter_map(|choice| choice.other(self.basis));
        for other in others.filter(|other| view.concerns(other.choice)) {
            let found = view.counted(&other.basis);
            let setting = format!("{} = {}", other.choice.key(), other.value);
            if other.choice != Choice::LiangHouSheng {
                let remark = near.remark(format!("设置 {setting} 时不计入"));
                mark_lost(&mut counted, &found, remark);
            }
            let would = format!("换一种口径（{}）：设置 {setting} 时计入", other.choice.subject());
            near.add(found, would);
        }
        let missed = view.missed(near.rows, &base);
        DrillDown { indicator, counted, missed, remarks: near.remarks }
    }
}

/// Rows that nearly count, with what can be said of them.
#[derive(Default)]
struct Near {
    rows: BTreeMap<(u32, Evidence), (Found, u32)>,
    remarks: Vec<String>,
}

impl Near {
    /// Hands out the bit of a new remark.
    fn remark(&mut self, remark: String) -> u32 {
        self.remarks.push(remark);
        1 << (self.remarks.len() - 1)
    }

    fn add(&mut self, found: Vec<Found>, remark: String) {
        let bit = self.remark(remark);
        for one in found {
            self.rows.entry(one.place()).or_insert((one, 0)).1 |= bit;
        }
    }
}

/// Marks the entries another setting would not count.
fn mark_lost(counted: &mut [Entry], found: &[Found], remark: u32) {
    let kept: FxHashSet<(u32, Evidence)> = found.iter().map(Found::place).collect();
    for entry in counted.iter_mut().filter(|entry| !kept.contains(&(entry.line, entry.evidence))) {
        entry.remarks |= remark;
    }
}

/// One figure by the rows of one form.
struct View<'view> {
    material: &'view Material<'view>,
    indicator: &'static Indicator,
    key: &'view str,
}

impl View<'_> {
    /// Whether ① counts the registry under a basis.
    fn counts_registry(&self, basis: &Basis) -> bool {
        self.indicator.choices.contains(&Choice::LiangHouSheng)
            && basis.settings.liang_hou_sheng == LiangHouSheng::PairedCounties
    }

    /// Whether a setting changes anything while ① is what it is.
    fn concerns(&self, choice: Choice) -> bool {
        let paired = self.counts_registry(self.material.basis);
        match choice {
            Choice::LiangHouSheng => true,
            Choice::LiangHouShengAges => paired,
            _ => !paired,
        }
    }

    fn obstacles(&self) -> &'static [super::indicators::Obstacle] {
        if self.counts_registry(self.material.basis) { &[] } else { self.indicator.obstacles }
    }

    /// The rows that make the figure under a basis.
    fn counted(&self, basis: &Basis) -> Vec<Found> {
        if self.counts_registry(basis) {
            return self.two_after_school(basis);
        }
        self.query(basis, self.indicator.rule, false)
    }

    /// The rows in review that would.
    fn pending(&self) -> Vec<Found> {
        let basis = self.material.basis;
        if self.indicator.frame != Frame::Rows || self.counts_registry(basis) {
            return Vec::new();
        }
        self.query(basis, self.indicator.rule, true)
    }

    fn two_after_school(&self, basis: &Basis) -> Vec<Found> {
        let terms = Terms::of(basis);
        let mut found = Vec::new();
        for (line, counties) in &self.material.paired {
            let rule = liang_hou_sheng(&terms).and(lies_in(counties));
            let line = lit(*line).cast(DataType::UInt32);
            found.extend(registered(self.material.people, line, rule));
        }
        found
    }

    /// The rows of the figure's frame that a rule selects.
    fn query(&self, basis: &Basis, rule: fn(&Terms) -> Expr, pending: bool) -> Vec<Found> {
        let rule = rule(&Terms::of(basis));
        match self.indicator.frame {
            Frame::People => registered(self.material.people, col(self.key), rule),
            Frame::Rows => self.rows(rule.and(col("pending").eq(lit(pending)))),
        }
    }

    fn rows(&self, rule: Expr) -> Vec<Found> {
        let (once, fen) = match self.indicator.measure {
            Measure::Persons => ("person", lit(0)),
            Measure::Times => ("attendance", lit(0)),
            Measure::Money(column) => ("attendance", col(column).fill_null(lit(0))),
        };
        let columns = [
            col(self.key).alias("line"),
            col("person"),
            col("row"),
            col(once).alias("once"),
            fen.cast(DataType::Int64).alias("fen"),
        ];
        let found = self.material.rows.clone().lazy().filter(rule).select(columns);
        let found = found.collect().expect(SOUND);
        let number = |name: &str| numbers(&found, name);
        let fen = found.column("fen").and_then(|column| column.i64().cloned()).expect(SOUND);
        let places = number("line").into_iter().zip(number("row"));
        let people = number("person").into_iter().zip(number("once"));
        // A literal is one value long; it is nought for all rows.
        let fen = (0..).map(|index| fen.get(index).unwrap_or(0));
        places
            .zip(people)
            .zip(fen)
            .map(|(((line, row), (person, once)), fen)| Found {
                line,
                person,
                evidence: Evidence::Source(row),
                once,
                fen,
            })
            .filter(|found| found.fen != 0 || !self.is_money())
            .collect()
    }

    fn is_money(&self) -> bool {
        matches!(self.indicator.measure, Measure::Money(_))
    }

    /// What each row adds, by row of the form, in input order.
    fn tally(&self, mut found: Vec<Found>) -> Vec<Entry> {
        found.sort_by_key(Found::place);
        let mut seen: FxHashSet<(u32, u32)> = FxHashSet::default();
        let amount = |one: &Found| if self.is_money() { one.fen } else { 1 };
        found
            .iter()
            .map(|one| Entry {
                line: one.line,
                person: one.person,
                evidence: one.evidence,
                amount: if seen.insert((one.line, one.once)) { amount(one) } else { 0 },
                remarks: 0,
            })
            .collect()
    }

    /// The near misses of those who are not counted in the same row of the form.
    fn missed(
        &self,
        near: BTreeMap<(u32, Evidence), (Found, u32)>,
        counted: &[Found],
    ) -> Vec<Entry> {
        let inside: FxHashSet<(u32, u32)> =
            counted.iter().map(|one| (one.line, one.once)).collect();
        let outside = |(one, _): &(Found, u32)| !inside.contains(&(one.line, one.once));
        let (found, remarks): (Vec<Found>, Vec<u32>) = near.into_values().filter(outside).unzip();
        let entries = self.tally(found).into_iter().zip(remarks);
        entries.map(|(entry, remarks)| Entry { remarks, ..entry }).collect()
    }
}

/// The registered persons a rule selects, each under a row of the form.
fn registered(people: &DataFrame, line: Expr, rule: Expr) -> Vec<Found> {
    let found = people
        .clone()
        .lazy()
        .filter(rule)
        .select([col("person"), line.alias("line")])
        .collect()
        .expect(SOUND);
    let persons = numbers(&found, "person");
    let found = persons.into_iter().zip(numbers(&found, "line"));
    found
        .map(|(person, line)| {
            let evidence = Evidence::Registry(person);
            Found { line, person, evidence, once: person, fen: 0 }
        })
        .collect()
}

fn numbers(frame: &DataFrame, name: &str) -> Vec<u32> {
    let column = frame.column(name).and_then(|column| column.u32().cloned()).expect(SOUND);
    column.into_no_null_iter().collect()
}
