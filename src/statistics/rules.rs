//! Which rows a figure counts, and which it misses by one thing, as expressions over the frames of
//! [`super::facts`]. Dates and labels that are missing never satisfy a rule.

use polars::prelude::{Expr, col, lit};

use crate::config::{FigureSettings, TrainingDate};
use crate::records::labels::{
    Education, EmploymentStatus, IntakeFrom, LeaveKind, Schooling, Skill, StudentStatus, StudyForm,
    TrainingKind,
};

use super::Basis;
use super::window::Window;

/// What a rule depends on besides the row: day numbers and settings.
pub struct Terms<'run> {
    /// First day of the window.
    pub start: i32,
    /// Report date.
    pub as_of: i32,
    /// Counting rules.
    pub settings: &'run FigureSettings,
}

impl<'run> Terms<'run> {
    /// The terms a basis sets.
    pub fn of(basis: &'run Basis) -> Self {
        let window = Window::of(basis);
        Self {
            start: Window::day_number(window.start),
            as_of: Window::day_number(window.end),
            settings: &basis.settings,
        }
    }
}

macro_rules! is {
    ($column:literal, $($value:path)|+) => {
        [$(col($column).eq(lit($value as i32))),+]
            .into_iter()
            .reduce(Expr::or)
            .expect("at least one value is listed")
    };
}

fn within(column: &str, terms: &Terms) -> Expr {
    col(column).gt_eq(lit(terms.start)).and(col(column).lt_eq(lit(terms.as_of)))
}

pub fn students(terms: &Terms) -> Expr {
    let students = col("training").not();
    if terms.settings.full_time_only {
        students.and(is!("study_form", StudyForm::FullTime))
    } else {
        students
    }
}

pub fn recruited(terms: &Terms) -> Expr {
    students(terms).and(within("entry", terms)).and(is!("status", StudentStatus::Enrolled))
}

/// ① with the setting `intake`; with `paired-counties` see [`liang_hou_sheng`].
pub fn recruited_liang_hou_sheng(terms: &Terms) -> Expr {
    recruited(terms).and(is!("intake_from", IntakeFrom::JuniorMiddle | IntakeFrom::SeniorMiddle))
}

pub fn in_school(terms: &Terms) -> Expr {
    let status = if terms.settings.count_suspended {
        is!("status", StudentStatus::Enrolled | StudentStatus::Suspended)
    } else {
        is!("status", StudentStatus::Enrolled)
    };
    students(terms).and(status)
}

pub fn graduated(terms: &Terms) -> Expr {
    students(terms).and(is!("leave_kind", LeaveKind::Graduated)).and(within("left", terms))
}

pub fn graduated_employed(terms: &Terms) -> Expr {
    graduated(terms).and(col("employed").lt_eq(lit(terms.as_of)))
}

/// The date that places a class in the window.
fn placing(terms: &Terms) -> &'static str {
    match terms.settings.training_date {
        TrainingDate::Start => "start",
        TrainingDate::End => "end",
    }
}

pub fn trained(terms: &Terms) -> Expr {
    col("training").and(within(placing(terms), terms))
}

/// A date on or after the end of the class, compared as exactly as it is known: 2019年5月 is not
/// before a class that ended on 20 May.
fn after_class(first: &str, last: &str, terms: &Terms) -> Expr {
    col(last).gt_eq(col("end")).and(col(first).lt_eq(lit(terms.as_of)))
}

fn undated() -> Expr {
    col("employed").is_null().and(col("business").is_null())
}

pub fn trained_employed(terms: &Terms) -> Expr {
    let employed = after_class("employed", "employed_last", terms);
    let founded = after_class("business", "business_last", terms);
    let mut counted = employed.or(founded);
    if terms.settings.count_undated_employment {
        use EmploymentStatus::{Employed, SelfEmployed};
        counted = counted.or(undated().and(is!("employment", Employed | SelfEmployed)));
    }
    trained(terms).and(counted)
}

pub fn trained_founded(terms: &Terms) -> Expr {
    let mut founded = after_class("business", "business_last", terms);
    if terms.settings.count_undated_employment {
        founded = founded.or(undated().and(is!("employment", EmploymentStatus::SelfEmployed)));
    }
    trained(terms).and(founded)
}

pub fn trained_certified(terms: &Terms) -> Expr {
    trained(terms).and(col("certified"))
}

/// Persons able to work who are not in school, whatever their age.
fn able() -> Expr {
    not_in_school().and(is!("skill", Skill::Ordinary | Skill::Skilled | Skill::Weak))
}

/// Who would be a worker but for an unknown age.
pub fn ageless_workers() -> Expr {
    able().and(col("age").is_null())
}

pub fn workers(terms: &Terms) -> Expr {
    let [youngest, oldest] = terms.settings.worker_ages.map(i32::from);
    able().and(col("age").gt_eq(lit(youngest))).and(col("age").lt_eq(lit(oldest)))
}

fn not_in_school() -> Expr {
    col("schooling").is_null().or(is!("schooling", Schooling::None))
}

/// The registry-side rule of 两后生 (figure ① with the setting `paired-counties`): not in school,
/// 初中 or 高中, of age, able to work; persons enrolled this year are added back, because an
/// up-to-date registry already lists them as in school.
pub fn liang_hou_sheng(terms: &Terms) -> Expr {
    let [youngest, oldest] = terms.settings.liang_hou_sheng_ages.map(i32::from);
    let [grown, _] = terms.settings.worker_ages.map(i32::from);
    // The registry writes 无劳动力 of every child: below working age it says nothing of illness.
    let ill = is!("skill", Skill::NoLabour).and(col("age").gt_eq(lit(grown)));
    let unable = is!("skill", Skill::Lost).or(ill);
    not_in_school()
        .and(is!("education", Education::JuniorMiddle | Education::SeniorMiddle))
        .and(col("age").gt_eq(lit(youngest)))
        .and(col("age").lt_eq(lit(oldest)))
        .and(unable.fill_null(lit(false)).not())
        .or(col("enrolled_this_year"))
}

macro_rules! of_kind {
    ($($name:ident = $kind:ident),+ $(,)?) => {
        $(pub fn $name(terms: &Terms) -> Expr {
            trained(terms).and(is!("kind", TrainingKind::$kind))
        })+
    };
}

of_kind! {
    orientation = Orientation, employment = Employment, on_post = OnPost, nearby = Nearby,
    preparatory = Preparatory, startup = Startup,
}

/// Workers who want to train.
pub fn willing(terms: &Terms) -> Expr {
    workers(terms).and(col("willing"))
}

/// Who wants to train and is no worker by the rule: such a wish is not in the form.
pub fn willing_others(terms: &Terms) -> Expr {
    col("willing").and(workers(terms).fill_null(lit(false)).not())
}

// What keeps a row out of a figure although everything else is right.

fn late(column: &str, terms: &Terms) -> Expr {
    col(column).gt(lit(terms.as_of))
}

pub fn enrolled(terms: &Terms) -> Expr {
    students(terms).and(is!("status", StudentStatus::Enrolled))
}

fn young() -> Expr {
    is!("intake_from", IntakeFrom::JuniorMiddle | IntakeFrom::SeniorMiddle)
}

pub fn entry_unknown(terms: &Terms) -> Expr {
    enrolled(terms).and(col("entry").is_null())
}

pub fn entry_late(terms: &Terms) -> Expr {
    enrolled(terms).and(late("entry", terms))
}

pub fn entered_suspended(terms: &Terms) -> Expr {
    students(terms).and(within("entry", terms)).and(is!("status", StudentStatus::Suspended))
}

pub fn entered_and_left(terms: &Terms) -> Expr {
    students(terms).and(within("entry", terms)).and(is!("status", StudentStatus::Left))
}

pub fn entered_without_status(terms: &Terms) -> Expr {
    students(terms).and(within("entry", terms)).and(col("status").is_null())
}

pub fn young_entry_unknown(terms: &Terms) -> Expr {
    entry_unknown(terms).and(young())
}

pub fn young_entry_late(terms: &Terms) -> Expr {
    entry_late(terms).and(young())
}

pub fn young_suspended(terms: &Terms) -> Expr {
    entered_suspended(terms).and(young())
}

pub fn young_and_left(terms: &Terms) -> Expr {
    entered_and_left(terms).and(young())
}

pub fn origin_unknown(terms: &Terms) -> Expr {
    recruited(terms).and(col("intake_from").is_null())
}

pub fn status_unknown(terms: &Terms) -> Expr {
    students(terms).and(col("status").is_null()).and(col("leave_kind").is_null())
}

pub fn completed(terms: &Terms) -> Expr {
    use LeaveKind::{Completed, PreCompleted, PreGraduated};
    students(terms)
        .and(is!("leave_kind", Completed | PreGraduated | PreCompleted))
        .and(within("left", terms))
}

pub fn graduation_unknown(terms: &Terms) -> Expr {
    students(terms).and(is!("leave_kind", LeaveKind::Graduated)).and(col("left").is_null())
}

pub fn graduation_late(terms: &Terms) -> Expr {
    students(terms).and(is!("leave_kind", LeaveKind::Graduated)).and(late("left", terms))
}

pub fn graduate_employed_late(terms: &Terms) -> Expr {
    graduated(terms).and(late("employed", terms))
}

pub fn class_undated(terms: &Terms) -> Expr {
    col("training").and(col(placing(terms)).is_null())
}

pub fn class_late(terms: &Terms) -> Expr {
    col("training").and(late(placing(terms), terms))
}

pub fn end_unknown(terms: &Terms) -> Expr {
    trained(terms).and(col("end").is_null()).and(undated().not())
}

pub fn work_late(terms: &Terms) -> Expr {
    trained(terms).and(late("employed", terms).or(late("business", terms)))
}

pub fn work_before_end(terms: &Terms) -> Expr {
    let early = |last: &str| col(last).lt(col("end"));
    trained(terms).and(early("employed_last").or(early("business_last")))
}

pub fn founding_end_unknown(terms: &Terms) -> Expr {
    trained(terms).and(col("end").is_null()).and(col("business").is_not_null())
}

pub fn founding_late(terms: &Terms) -> Expr {
    trained(terms).and(late("business", terms))
}

pub fn founding_before_end(terms: &Terms) -> Expr {
    trained(terms).and(col("business_last").lt(col("end")))
}

pub fn age_unknown(_: &Terms) -> Expr {
    ageless_workers()
}

// What a column decides about, and the rows that say nothing there: where the whole list lacks
// the column, the figure is not known.

pub fn entered(terms: &Terms) -> Expr {
    students(terms).and(within("entry", terms))
}

pub fn graduates(terms: &Terms) -> Expr {
    students(terms).and(is!("leave_kind", LeaveKind::Graduated))
}

pub fn graduate_work_unknown(terms: &Terms) -> Expr {
    graduated(terms).and(col("employed").is_null())
}

pub fn trainees(_: &Terms) -> Expr {
    col("training")
}

/// Work may show in the date of a business as well, and by the setting in a status.
pub fn work_unknown(terms: &Terms) -> Expr {
    let unknown = trained(terms).and(undated());
    if terms.settings.count_undated_employment {
        unknown.and(col("employment").is_null())
    } else {
        unknown
    }
}

pub fn business_unknown(terms: &Terms) -> Expr {
    let unknown = trained(terms).and(col("business").is_null());
    if terms.settings.count_undated_employment {
        unknown.and(col("employment").is_null())
    } else {
        unknown
    }
}

pub fn kind_unknown(terms: &Terms) -> Expr {
    trained(terms).and(col("kind").is_null())
}

pub fn uncertified(terms: &Terms) -> Expr {
    trained(terms).and(col("certified").not())
}

macro_rules! without {
    ($($name:ident = $column:literal),+ $(,)?) => {
        $(pub fn $name(terms: &Terms) -> Expr {
            trained(terms).and(col($column).is_null())
        })+
    };
}

without! {
    without_training_fee = "training_fee", without_exam_fee = "exam_fee",
    without_living_fee = "living_fee",
}
