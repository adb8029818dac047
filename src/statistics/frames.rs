//! Records and outcomes → the frames everything is counted over. Days are numbers from 1970-01-01,
//! labels their position in the code list, money 分; what is not known is null and satisfies no rule.
//!
//! | frame | one row per | columns |
//! |---|---|---|
//! | [`Frame::Rows`] | row of a school or agency that is linked to a registered person, or in review about one | `row` of the sources, `person`, `pending` review, `unit` and `county` as rows of the forms, `training` or not; of students `entry`, `left` (and the last day each can mean, `…_last`), `status`, `leave_kind`, `intake_from`, `study_form`; of trainees `start`, `end` (likewise), `kind`, `employment`, `business`, `business_last`, `certified`, `training_fee`, `exam_fee`, `living_fee`; of both `employed`, `employed_last`, `attendance` (person and class) |
//! | [`Frame::Wishes`] | row of a village's list that is linked | `row` of the lists, `person`, `wants` to train, `filed` |
//! | [`Frame::People`] | registered person | `person`, `county` as row of Annex 3, `place`, `age` at the report date, `skill`, `schooling`, `education`, and by the other two frames `entered_this_year` and `willing` |

use jiff::civil::Date;
use polars::prelude::{ChunkFilter, Column, DataFrame, IntoColumn, NamedFrom, Series};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::linkage::{Decision, Outcome};
use crate::records::attendance::{ClassKey, class_key};
use crate::records::date::PartialDate;
use crate::records::date_ranges::{age, last_day};
use crate::records::identifier::IdClass;
use crate::records::{Enrollment, Person, Records};

use super::Basis;
use super::masks::{Mask, Masks, SOUND};
use super::rules::FigureRule;
use super::window::Window;

/// Which frame something is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Source rows with a registered person.
    Rows,
    /// Rows of the villages' lists with a registered person.
    Wishes,
    /// Registered persons.
    People,
}

/// All frames of a run.
pub struct Frames {
    rows: DataFrame,
    wishes: DataFrame,
    people: DataFrame,
}

impl Frames {
    /// Makes the frames; a person's own columns by the rules over the other two come last.
    pub fn new(sources: &Sources) -> Self {
        let (rows, wishes) = (sources.rows_frame(), sources.wishes_frame());
        let mut frames = Self { rows, wishes, people: sources.people_frame() };
        let masks = Masks::new(&frames, sources.basis);
        let entered = frames.persons(Frame::Rows, &masks.linked(FigureRule::EnteredThisYear));
        let willing = frames.persons(Frame::Wishes, masks.of(FigureRule::Wanting));
        let people = frames.numbers(Frame::People, "person", None);
        let of = |name: &str, found: &FxHashSet<u32>| {
            column(name, &people, |person| found.contains(person))
        };
        let columns = [of("entered_this_year", &entered), of("willing", &willing)];
        for column in columns {
            frames.people.with_column(column).expect(SOUND);
        }
        frames
    }

    /// One of them.
    pub fn of(&self, frame: Frame) -> &DataFrame {
        match frame {
            Frame::Rows => &self.rows,
            Frame::Wishes => &self.wishes,
            Frame::People => &self.people,
        }
    }

    /// A column of indices, of the rows a mask selects or of all.
    pub fn numbers(&self, frame: Frame, column: &str, mask: Option<&Mask>) -> Vec<u32> {
        let numbers = self.of(frame).column(column).and_then(|column| column.u32()).expect(SOUND);
        match mask {
            Some(mask) => numbers.filter(mask).expect(SOUND).into_no_null_iter().collect(),
            None => numbers.into_no_null_iter().collect(),
        }
    }

    /// Whoever stands in the rows a mask selects.
    pub fn persons(&self, frame: Frame, mask: &Mask) -> FxHashSet<u32> {
        self.numbers(frame, "person", Some(mask)).into_iter().collect()
    }
}

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
    pub representatives: Vec<u32>,
    /// LinkedRow of Annex 2 of each institution.
    pub units: Vec<u32>,
    /// LinkedRow of Annex 3 of each registry row.
    pub counties: Vec<u32>,
}

/// One source row with its person.
struct LinkedRow {
    source: u32,
    person: u32,
    pending: bool,
}

impl Sources<'_> {
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
            column("row", &rows, |row| row.source),
            column("person", &rows, |row| row.person),
            column("pending", &rows, |row| row.pending),
            column("unit", &rows, |row| self.units[record(row).institution as usize]),
            column("county", &rows, |row| self.counties[row.person as usize]),
            column("training", &rows, |row| course(row).is_some()),
            column("start", &rows, |row| course(row).and_then(|c| first(c.start))),
            column("start_last", &rows, |row| course(row).and_then(|c| last(c.start))),
            column("end", &rows, |row| course(row).and_then(|c| first(c.end))),
            column("end_last", &rows, |row| course(row).and_then(|c| last(c.end))),
            column("employed", &rows, |row| first(employed(row))),
            column("employed_last", &rows, |row| last(employed(row))),
            column("business", &rows, |row| first(business(row))),
            column("business_last", &rows, |row| last(business(row))),
            column("kind", &rows, |row| course(row).and_then(|c| c.kind).map(|k| k as i32)),
            column("employment", &rows, |row| course(row)?.employment.map(|e| e as i32)),
            column("certified", &rows, |row| course(row).is_some_and(|c| c.certified)),
        ];
        columns.extend(student_columns(&rows, &student));
        columns.extend(attendances.columns());
        frame(columns)
    }

    /// The frame of registered persons, each once, by the registry alone.
    fn people_frame(&self) -> DataFrame {
        let persons = &self.records.persons;
        let people: Vec<u32> = (0_u32..)
            .zip(&self.representatives)
            .filter(|(row, representative)| row == *representative)
            .map(|(row, _)| row)
            .collect();
        let person = |row: &u32| &persons[*row as usize];
        let as_of = self.basis.as_of;
        frame(vec![
            column("person", &people, |row| *row),
            column("county", &people, |row| self.counties[*row as usize]),
            column("place", &people, |row| person(row).facts.place.county),
            column("age", &people, |row| age_at(person(row), as_of)),
            column("skill", &people, |row| person(row).skill.map(|skill| skill as i32)),
            column("schooling", &people, |row| person(row).schooling.map(|s| s as i32)),
            column("education", &people, |row| person(row).education.map(|e| e as i32)),
        ])
    }

    /// The frame of the villages' lists.
    fn wishes_frame(&self) -> DataFrame {
        let linked = |(row, outcome): (u32, &Outcome)| Some((row, outcome.linked()?));
        let rows: Vec<(u32, u32)> = (0..).zip(self.wishes).filter_map(linked).collect();
        let list = |row: &(u32, u32)| &self.records.intentions[row.0 as usize];
        frame(vec![
            column("row", &rows, |row| row.0),
            column("person", &rows, |row| self.representatives[row.1 as usize]),
            column("wants", &rows, |row| list(row).wants_training()),
            column("filed", &rows, |row| first(list(row).filed_on)),
        ])
    }
}

fn student_columns<'run>(
    rows: &[LinkedRow],
    student: &(impl Fn(&LinkedRow) -> Option<&'run Enrollment> + Sync),
) -> Vec<Column> {
    vec![
        column("entry", rows, |row| student(row).and_then(|s| first(s.entry))),
        column("entry_last", rows, |row| student(row).and_then(|s| last(s.entry))),
        column("left", rows, |row| student(row).and_then(|s| first(s.left))),
        column("left_last", rows, |row| student(row).and_then(|s| last(s.left))),
        column("status", rows, |row| student(row)?.status.map(|status| status as i32)),
        column("leave_kind", rows, |row| student(row)?.leave_kind.map(|kind| kind as i32)),
        column("intake_from", rows, |row| student(row)?.intake_from.map(|from| from as i32)),
        column("study_form", rows, |row| student(row)?.study_form.map(|form| form as i32)),
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

fn column<Item: Sync, Value: Send>(
    name: &str,
    items: &[Item],
    value: impl Fn(&Item) -> Value + Sync + Send,
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
    type Keyed = (u32, Option<ClassKey>, bool, u32);
    let record = |index: u32| &sources.records.sources[rows[index as usize].source as usize];
    let mut keyed: Vec<Keyed> = (0_u32..)
        .zip(rows)
        .map(|(index, row)| (row.person, class_key(record(index)), row.pending, index))
        .collect();
    keyed.par_sort_unstable();
    let mut numbers = vec![0; rows.len()];
    let mut fees: [Vec<Option<i64>>; 3] = std::array::from_fn(|_| vec![None; rows.len()]);
    let same = |left: &Keyed, right: &Keyed| (left.0, &left.1) == (right.0, &right.1);
    for (number, attendance) in (0..).zip(keyed.chunk_by(same)) {
        for (_, _, _, index) in attendance {
            numbers[*index as usize] = number;
        }
        for alike in attendance.chunk_by(|left, right| left.2 == right.2) {
            let courses = || alike.iter().filter_map(|(_, _, _, index)| record(*index).training());
            let first = alike[0].3 as usize;
            fees[0][first] = courses().filter_map(|course| course.training_fee).max();
            fees[1][first] = courses().filter_map(|course| course.exam_fee).max();
            fees[2][first] = courses().filter_map(|course| course.living_fee).max();
        }
    }
    Attendances { numbers, fees }
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
