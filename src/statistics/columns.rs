//! Records and outcomes → the columns of the frames.

use std::sync::Arc;

use jiff::civil::Date;
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, Series};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::linkage::{Decision, Outcome};
use crate::records::attendance::{ClassKey, class_key};
use crate::records::date::PartialDate;
use crate::records::date_ranges::{age, last_day};
use crate::records::identifier::IdClass;
use crate::records::{Enrollment, Person, Records};

use super::Basis;
use super::frames::{Frame, Frames, SOUND};
use super::masks::Masks;
use super::rules::FigureRule;
use super::window::Window;

/// What the frames are made from.
pub struct Sources<'run> {
    /// All records.
    pub records: &'run Records,
    /// One per source row.
    pub outcomes: &'run [Outcome],
    /// One per row of the villages' lists.
    pub wishes: &'run [Outcome],
    /// Settings and dates.
    pub basis: &'run Basis,
    /// For every registry row the row that stands for the person.
    pub representatives: Arc<[u32]>,
    /// Row of Annex 2 of each institution.
    pub units: Vec<u32>,
    /// Row of Annex 3 of each registry row.
    pub counties: Vec<u32>,
}

/// One row of the sources, or of the lists, with its person.
struct LinkedRow {
    source: u32,
    person: u32,
    pending: bool,
}

impl Sources<'_> {
    /// Makes the frames; a person's own columns by the rules over the other two come last.
    pub fn frames(&self) -> Frames {
        let (rows, wishes) = (self.rows_frame(), self.wishes_frame());
        let mut frames = Frames { rows, wishes, people: self.people_frame() };
        let masks = Masks::new(&frames, self.basis);
        let entered = frames.persons(Frame::Rows, &masks.linked(FigureRule::EnteredThisYear));
        let willing = frames.persons(Frame::Wishes, masks.of(FigureRule::Wanting));
        let people = frames.numbers(Frame::People, "person", None);
        let of = |name: &str, found: &FxHashSet<u32>| {
            column(name, &people, &|person| found.contains(person))
        };
        let columns = [of("entered_this_year", &entered), of("willing", &willing)];
        for column in columns {
            frames.people.with_column(column).expect(SOUND);
        }
        frames
    }

    /// Rows linked, and rows to be reviewed with their best candidate, in input order.
    fn rows(&self) -> Vec<LinkedRow> {
        let row = |(source, outcome): (u32, &Outcome)| {
            let pending = outcome.decision == Decision::Review;
            let best = outcome.best().filter(|_| outcome.decision != Decision::None)?;
            Some(LinkedRow { source, person: self.representatives[best.person as usize], pending })
        };
        (0..).zip(self.outcomes).filter_map(row).collect()
    }

    /// The frame of source rows.
    fn rows_frame(&self) -> DataFrame {
        let rows = self.rows();
        let record = |row: &LinkedRow| &self.records.sources[row.source as usize];
        let student = |row: &LinkedRow| record(row).enrollment();
        let course = |row: &LinkedRow| record(row).training();
        let attendances = attendances(self, &rows);
        let employed = |row: &LinkedRow| match (student(row), course(row)) {
            (Some(student), _) => student.employed,
            (None, Some(course)) => course.employed,
            (None, None) => PartialDate::default(),
        };
        let business = |row: &LinkedRow| course(row).map_or(PartialDate::default(), |c| c.business);
        let mut columns = vec![
            column("row", &rows, &|row| row.source),
            column("person", &rows, &|row| row.person),
            column("pending", &rows, &|row| row.pending),
            column("unit", &rows, &|row| self.units[record(row).institution as usize]),
            column("county", &rows, &|row| self.counties[row.person as usize]),
            column("training", &rows, &|row| course(row).is_some()),
            column("start", &rows, &|row| course(row).and_then(|c| first(c.start))),
            column("start_last", &rows, &|row| course(row).and_then(|c| last(c.start))),
            column("end", &rows, &|row| course(row).and_then(|c| first(c.end))),
            column("end_last", &rows, &|row| course(row).and_then(|c| last(c.end))),
            column("employed", &rows, &|row| first(employed(row))),
            column("employed_last", &rows, &|row| last(employed(row))),
            column("business", &rows, &|row| first(business(row))),
            column("business_last", &rows, &|row| last(business(row))),
            column("kind", &rows, &|row| course(row).and_then(|c| c.kind).map(|k| k as i32)),
            column("employment", &rows, &|row| course(row)?.employment.map(|e| e as i32)),
            column("certified", &rows, &|row| course(row).is_some_and(|c| c.certified)),
        ];
        columns.extend(student_columns(&rows, &student));
        columns.extend(attendances.columns());
        frame(columns)
    }

    /// The frame of registered persons, each once, by the registry alone.
    fn people_frame(&self) -> DataFrame {
        let persons = &self.records.persons;
        let people: Vec<u32> = (0_u32..)
            .zip(&*self.representatives)
            .filter(|(row, representative)| row == *representative)
            .map(|(row, _)| row)
            .collect();
        let person = |row: &u32| &persons[*row as usize];
        let as_of = self.basis.as_of;
        frame(vec![
            column("person", &people, &|row| *row),
            column("county", &people, &|row| self.counties[*row as usize]),
            column("place", &people, &|row| person(row).facts.place.county),
            column("age", &people, &|row| age_at(person(row), as_of)),
            column("skill", &people, &|row| person(row).skill.map(|skill| skill as i32)),
            column("schooling", &people, &|row| person(row).schooling.map(|s| s as i32)),
            column("education", &people, &|row| person(row).education.map(|e| e as i32)),
        ])
    }

    /// The frame of the villages' lists.
    fn wishes_frame(&self) -> DataFrame {
        let linked = |(source, outcome): (u32, &Outcome)| {
            let person = self.representatives[outcome.linked()? as usize];
            Some(LinkedRow { source, person, pending: false })
        };
        let rows: Vec<LinkedRow> = (0..).zip(self.wishes).filter_map(linked).collect();
        let list = |row: &LinkedRow| &self.records.intentions[row.source as usize];
        frame(vec![
            column("row", &rows, &|row| row.source),
            column("person", &rows, &|row| row.person),
            column("wants", &rows, &|row| list(row).wants_training()),
            column("filed", &rows, &|row| first(list(row).filed_on)),
        ])
    }
}

fn student_columns<'run>(
    rows: &[LinkedRow],
    student: &(impl Fn(&LinkedRow) -> Option<&'run Enrollment> + Sync),
) -> Vec<Column> {
    vec![
        column("entry", rows, &|row| student(row).and_then(|s| first(s.entry))),
        column("entry_last", rows, &|row| student(row).and_then(|s| last(s.entry))),
        column("left", rows, &|row| student(row).and_then(|s| first(s.left))),
        column("left_last", rows, &|row| student(row).and_then(|s| last(s.left))),
        column("status", rows, &|row| student(row)?.status.map(|status| status as i32)),
        column("leave_kind", rows, &|row| student(row)?.leave_kind.map(|kind| kind as i32)),
        column("intake_from", rows, &|row| student(row)?.intake_from.map(|from| from as i32)),
        column("study_form", rows, &|row| student(row)?.study_form.map(|form| form as i32)),
    ]
}

/// Age in whole years at a date: by the number, else by the column. A number that fails its check may
/// be wrong in the birth date, too: there the column comes first. Nobody is born after that date.
pub fn age_at(person: &Person, on: Date) -> Option<i32> {
    let (number, column) = (person.facts.id.birth(), person.facts.birth);
    let is_doubtful = person.facts.id.class == IdClass::Invalid;
    let births = if is_doubtful { [column, number] } else { [number, column] };
    let mut days = births.into_iter().filter_map(PartialDate::first_day);
    days.find(|birth| *birth <= on).map(|birth| i32::from(age(birth, on)))
}

fn first(date: PartialDate) -> Option<i32> {
    date.first_day().map(Window::day_number)
}

fn last(date: PartialDate) -> Option<i32> {
    last_day(date).map(Window::day_number)
}

/// One column, a value a row. The values are asked for behind a pointer: a machine-coded parallel loop for
/// each of some forty columns would be a tenth of this crate's build.
fn column<Item: Sync, Value: Send>(
    name: &str,
    items: &[Item],
    value: &(dyn Fn(&Item) -> Value + Sync),
) -> Column
where
    Series: NamedFrom<Vec<Value>, [Value]>,
{
    let values: Vec<Value> = items.par_iter().map(value).collect();
    Series::new(name.into(), values).into_column()
}

fn frame(columns: Vec<Column>) -> DataFrame {
    DataFrame::new_infer_height(columns).expect("all columns are made from the same list")
}

/// Which attendance (one person in one class) each row belongs to, and its money.
struct Attendances {
    numbers: Vec<u32>,
    fees: [Vec<Option<i64>>; 3],
}

/// Rows of one person and class are one attendance. Its money stands on its first row only, the
/// larger where rows disagree, so that a row entered twice is not paid twice; a row still in review
/// keeps its money to itself.
fn attendances(sources: &Sources, rows: &[LinkedRow]) -> Attendances {
    let record = |index: u32| &sources.records.sources[rows[index as usize].source as usize];
    let mut attended: Vec<Attended> = (0_u32..)
        .zip(rows)
        .map(|(index, row)| {
            let class = class_key(record(index));
            Attended { person: row.person, class, pending: row.pending, index }
        })
        .collect();
    attended.par_sort_unstable();
    let mut numbers = vec![0; rows.len()];
    let mut fees: [Vec<Option<i64>>; 3] = std::array::from_fn(|_| vec![None; rows.len()]);
    for (number, attendance) in (0..).zip(attended.chunk_by(Attended::is_same)) {
        for row in attendance {
            numbers[row.index as usize] = number;
        }
        for alike in attendance.chunk_by(|left, right| left.pending == right.pending) {
            let courses = || alike.iter().filter_map(|row| record(row.index).training());
            let first = alike[0].index as usize;
            fees[0][first] = courses().filter_map(|course| course.training_fee).max();
            fees[1][first] = courses().filter_map(|course| course.exam_fee).max();
            fees[2][first] = courses().filter_map(|course| course.living_fee).max();
        }
    }
    Attendances { numbers, fees }
}

/// A row by its person and class; what is decided before what is in review.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Attended {
    person: u32,
    class: Option<ClassKey>,
    pending: bool,
    /// Among the rows of the frame.
    index: u32,
}

impl Attended {
    fn is_same(&self, other: &Self) -> bool {
        (self.person, &self.class) == (other.person, &other.class)
    }
}

impl Attendances {
    fn columns(self) -> Vec<Column> {
        let [training, exam, living] = self.fees;
        vec![
            Series::new("attendance".into(), self.numbers).into_column(),
            Series::new("training_fee".into(), training).into_column(),
            Series::new("exam_fee".into(), exam).into_column(),
            Series::new("living_fee".into(), living).into_column(),
        ]
    }
}
