//! The people behind every figure: who makes it, counted how, and who would make it under another
//! setting or but for one thing.

use rustc_hash::FxHashSet;

use super::choices::{Choice, Other};
use super::counting::once;
use super::frames::{Frame, Frames, Mask};
use super::indicators::{Indicator, Measure, Obstacle};
use super::masks::Masks;
use super::paired::{Paired, counts_registry};

/// A row that makes a figure, or nearly does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FigureEvidence {
    /// Index into the source rows.
    Source(u32),
    /// Index into the registry rows.
    Registry(u32),
}

/// One line of a figure's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FigureEntry {
    /// Row of the form.
    pub line: u32,
    /// The registry row that stands for the person.
    pub person: u32,
    /// Where it is seen.
    pub evidence: FigureEvidence,
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
    pub counted: Vec<FigureEntry>,
    /// Who nearly does, likewise.
    pub missed: Vec<FigureEntry>,
    /// What can be said of an entry.
    remarks: Vec<String>,
}

impl DrillDown {
    /// What is to be said of an entry: why it is not counted, or when it would not be.
    pub fn remarks_of(&self, entry: &FigureEntry) -> impl Iterator<Item = &str> {
        let holds = move |(bit, _): &(usize, &String)| entry.remarks & (1 << *bit) != 0;
        self.remarks.iter().enumerate().filter(holds).map(|(_, remark)| remark.as_str())
    }

    /// Lines of the list, those that nearly count included.
    pub fn lines(&self) -> usize {
        self.counted.len() + self.missed.len()
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
        let adding = self.counted.iter().filter(|entry| entry.amount > 0);
        let mut adding: Vec<&FigureEntry> = adding.collect();
        adding.sort_unstable_by_key(|entry| (entry.person, entry.line));
        let people = adding.chunk_by(|one, other| one.person == other.person);
        let repeated = people.filter(|entries| added(entries) > 1);
        repeated
            .map(|entries| Repeat { person: entries[0].person, lines: lines_of(entries) })
            .collect()
    }
}

/// What some entries add.
fn added(entries: &[&FigureEntry]) -> i64 {
    entries.iter().map(|entry| entry.amount).sum()
}

/// Rows of the form with what one person's entries, sorted by them, add there.
fn lines_of(entries: &[&FigureEntry]) -> Vec<(u32, i64)> {
    let lines = entries.chunk_by(|one, other| one.line == other.line);
    lines.map(|entries| (entries[0].line, added(entries))).collect()
}

/// What the lists are made from: every rule's rows under the basis in force, and under each other
/// value of a setting.
pub struct RuleRows<'run> {
    masks: &'run Masks<'run>,
    paired: &'run Paired,
    others: Vec<(&'run Other, Masks<'run>)>,
}

/// A row a rule selects, before it is known what it adds.
#[derive(Clone, Copy)]
struct SelectedRow {
    line: u32,
    person: u32,
    evidence: FigureEvidence,
    /// What counts once: the person, or the attendance.
    once: u32,
    fen: i64,
}

impl SelectedRow {
    fn registered(line: u32, person: u32) -> Self {
        Self { line, person, evidence: FigureEvidence::Registry(person), once: person, fen: 0 }
    }

    fn place(&self) -> (u32, FigureEvidence) {
        (self.line, self.evidence)
    }
}

impl<'run> RuleRows<'run> {
    /// Takes the masks as the forms are counted from them.
    pub fn new(
        frames: &'run Frames,
        masks: &'run Masks<'run>,
        others: &'run [Other],
        paired: &'run Paired,
    ) -> Self {
        let masked = |other: &'run Other| (other, Masks::new(frames, &other.basis));
        Self { masks, paired, others: others.iter().map(masked).collect() }
    }

    /// The lists of a form whose rows stand in the column `key` of the frames.
    pub fn lists(&self, indicators: &'static [Indicator], key: &str) -> Vec<DrillDown> {
        indicators.iter().map(|indicator| self.list(indicator, key)).collect()
    }

    fn list(&self, indicator: &'static Indicator, key: &str) -> DrillDown {
        let view = View { material: self, indicator, key };
        let base = view.counted(self.masks);
        let mut counted = view.tally(base.clone());
        let mut near = Near::default();
        near.add(view.pending(), "待核，尚未确认是同一人".to_owned());
        for obstacle in view.obstacles() {
            near.add(
                view.rows(self.masks, &self.masks.linked(obstacle.rule)),
                obstacle.why.to_owned(),
            );
        }
        for (other, masks) in view.others() {
            let found = view.counted(masks);
            let setting = format!("{} = {}", other.choice.key(), other.value);
            if other.choice != Choice::LiangHouSheng {
                let remark = near.remark(format!("设置 {setting} 时不计入"));
                mark_lost(&mut counted, &found, remark);
            }
            let would = format!("换一种口径（{}）：设置 {setting} 时计入", other.choice.subject());
            near.add(found, would);
        }
        let (near, remarks) = near.joined();
        let missed = view.missed(near, &base);
        DrillDown { indicator, counted, missed, remarks }
    }
}

/// Rows that nearly count, with what can be said of them.
#[derive(Default)]
struct Near {
    /// Rows with the bit of one remark; a row stands there once for each of its remarks.
    rows: Vec<(SelectedRow, u32)>,
    remarks: Vec<String>,
}

impl Near {
    /// Hands out the bit of a new remark.
    fn remark(&mut self, remark: String) -> u32 {
        self.remarks.push(remark);
        1 << (self.remarks.len() - 1)
    }

    fn add(&mut self, found: Vec<SelectedRow>, remark: String) {
        let bit = self.remark(remark);
        self.rows.extend(found.into_iter().map(|one| (one, bit)));
    }

    /// Each row once, by row of the form, then in input order.
    fn joined(mut self) -> (Vec<(SelectedRow, u32)>, Vec<String>) {
        self.rows.sort_by_key(|(one, _)| one.place());
        self.rows.dedup_by(|(other, more), (one, bits)| {
            let same = other.place() == one.place();
            *bits |= if same { *more } else { 0 };
            same
        });
        (self.rows, self.remarks)
    }
}

/// Marks the entries another setting would not count.
fn mark_lost(counted: &mut [FigureEntry], found: &[SelectedRow], remark: u32) {
    let kept: FxHashSet<(u32, FigureEvidence)> = found.iter().map(SelectedRow::place).collect();
    for entry in counted.iter_mut().filter(|entry| !kept.contains(&(entry.line, entry.evidence))) {
        entry.remarks |= remark;
    }
}

/// One figure by the rows of one form.
struct View<'view> {
    material: &'view RuleRows<'view>,
    indicator: &'static Indicator,
    key: &'view str,
}

impl View<'_> {
    fn counts_registry(&self) -> bool {
        counts_registry(self.indicator, self.material.masks.basis)
    }

    /// The other values of the settings it obeys, those that change anything while ① is what it is.
    fn others(&self) -> impl Iterator<Item = &(&Other, Masks<'_>)> {
        let choices = self.indicator.choices.iter().filter(|choice| self.concerns(**choice));
        let others = &self.material.others;
        choices.filter_map(|choice| others.iter().find(|(other, _)| other.choice == *choice))
    }

    fn concerns(&self, choice: Choice) -> bool {
        match choice {
            Choice::LiangHouSheng => true,
            Choice::LiangHouShengAges => self.counts_registry(),
            _ => !self.counts_registry(),
        }
    }

    fn obstacles(&self) -> &'static [Obstacle] {
        if self.counts_registry() { &[] } else { self.indicator.obstacles }
    }

    /// The rows that make the figure under the basis of these masks.
    fn counted(&self, masks: &Masks) -> Vec<SelectedRow> {
        if counts_registry(self.indicator, masks.basis) {
            let lines = self.material.paired.persons(masks).into_iter();
            let found = |line| move |person| SelectedRow::registered(line, person);
            return lines.flat_map(|(line, people)| people.into_iter().map(found(line))).collect();
        }
        self.rows(masks, &masks.linked(self.indicator.rule))
    }

    /// The rows in review that would.
    fn pending(&self) -> Vec<SelectedRow> {
        if self.indicator.frame() != Frame::Rows || self.counts_registry() {
            return Vec::new();
        }
        let masks = self.material.masks;
        self.rows(masks, &masks.in_review(self.indicator.rule))
    }

    /// The rows of the figure's frame that a mask selects.
    fn rows(&self, masks: &Masks, mask: &Mask) -> Vec<SelectedRow> {
        let frame = self.indicator.frame();
        if frame == Frame::People {
            let people = masks.pairs(frame, [self.key, "person"], mask).into_iter();
            return people.map(|(line, person)| SelectedRow::registered(line, person)).collect();
        }
        let once = once(self.indicator.measure);
        let places = masks.pairs(frame, [self.key, "row"], mask).into_iter();
        let people = masks.pairs(frame, ["person", once], mask);
        let rows = places.zip(people).zip(self.fen(masks, mask));
        let found = rows.map(|(((line, row), (person, once)), fen)| {
            let evidence = FigureEvidence::Source(row);
            SelectedRow { line, person, evidence, once, fen }
        });
        found.filter(|found| found.fen != 0 || !self.is_money()).collect()
    }

    /// The money of the rows a mask selects; nought where it is not money that is counted.
    fn fen(&self, masks: &Masks, mask: &Mask) -> Vec<i64> {
        let Measure::Money(column) = self.indicator.measure else {
            return vec![0; mask.num_trues()];
        };
        masks.fen(self.indicator.frame(), column, mask)
    }

    fn is_money(&self) -> bool {
        matches!(self.indicator.measure, Measure::Money(_))
    }

    /// What each row adds, by row of the form, in input order.
    fn tally(&self, mut found: Vec<SelectedRow>) -> Vec<FigureEntry> {
        found.sort_by_key(SelectedRow::place);
        let mut seen: FxHashSet<(u32, u32)> = FxHashSet::default();
        let amount = |one: &SelectedRow| if self.is_money() { one.fen } else { 1 };
        found
            .iter()
            .map(|one| FigureEntry {
                line: one.line,
                person: one.person,
                evidence: one.evidence,
                amount: if seen.insert((one.line, one.once)) { amount(one) } else { 0 },
                remarks: 0,
            })
            .collect()
    }

    /// The near misses of those who are not counted in the same row of the form.
    fn missed(&self, near: Vec<(SelectedRow, u32)>, counted: &[SelectedRow]) -> Vec<FigureEntry> {
        let inside: FxHashSet<(u32, u32)> =
            counted.iter().map(|one| (one.line, one.once)).collect();
        let outside = |(one, _): &(SelectedRow, u32)| !inside.contains(&(one.line, one.once));
        let (found, remarks): (Vec<SelectedRow>, Vec<u32>) =
            near.into_iter().filter(outside).unzip();
        let entries = self.tally(found).into_iter().zip(remarks);
        entries.map(|(entry, remarks)| FigureEntry { remarks, ..entry }).collect()
    }
}
