//! 0 means looked, and nobody; what was not handed over is not known.

use jiff::civil::date;

use crate::config::{FigureSettings, ReportWindow};
use crate::records::identity::representatives;
use crate::vocabulary::labels::{LeaveKind, StudentStatus};
use crate::vocabulary::{Field, SourceKind};
use bidui_sample::{Sample, catalogue, day, id_of};

use super::checks::SIX_KINDS;
use super::forms::Values;
use super::indicators::ANNEX2;
use super::{Basis, RowOutcomes, Statistics, summarise};

const SCHOOL: &str = "佳木斯技师学院";
const AGENCY: &str = "诚信培训学校";

fn basis() -> Basis {
    Basis {
        as_of: date(2019, 6, 10),
        window: ReportWindow::HalfYear,
        settings: FigureSettings::default(),
        institution_order: Vec::new(),
        asked: vec![SourceKind::Registry, SourceKind::Enrollment, SourceKind::Training],
    }
}

fn figures(world: &Sample, columns: &[Field]) -> Statistics {
    let said = RowOutcomes { sources: &world.outcomes, wishes: &world.wishes };
    summarise(
        &world.records,
        said,
        representatives(&world.records).into(),
        &basis(),
        &catalogue(columns),
    )
}

/// Three registered persons: a student of this spring and a trainee of March are linked.
fn world() -> Sample {
    let mut world = Sample::new();
    for serial in 0..3 {
        world.person(&format!("甲{serial}"), id_of("20010101", 100 + serial));
    }
    world.linked(0, 0);
    world.linked(2, 1);
    world
}

fn row(found: &Statistics, unit: &str) -> [Option<i64>; 7] {
    let row = found.annex2.rows.iter().find(|row| row.name == unit).expect("the unit has a row");
    seven(&row.values)
}

/// ① … ⑦.
fn seven(values: &Values) -> [Option<i64>; 7] {
    std::array::from_fn(|slot| values.get(ANNEX2[slot].code))
}

fn without(world: &mut Sample, kind: SourceKind) {
    let keep: Vec<bool> = world.records.sources.iter().map(|one| one.kind() != kind).collect();
    let mut kept = keep.iter();
    world.records.sources.retain(|_| *kept.next().unwrap());
    let mut kept = keep.iter();
    world.outcomes.retain(|_| *kept.next().unwrap());
}

const ALL: &[Field] = &[
    Field::IntakeFrom,
    Field::StudentStatus,
    Field::GraduatedOn,
    Field::BusinessOn,
    Field::TrainingKind,
    Field::CertificateNo,
];

#[test]
fn whoever_looked_and_found_nobody_says_0() {
    let found = figures(&world(), ALL);
    let nobody = Some(0);
    assert_eq!(row(&found, SCHOOL), [Some(1), Some(1), Some(1), nobody, nobody, nobody, nobody]);
    assert_eq!(row(&found, AGENCY)[5..], [Some(1), nobody]);
    let total = &found.annex3.total.values;
    assert_eq!(
        (total.get("a3_certified"), total.get("a3_employed"), total.get("a3_founded")),
        (nobody, nobody, nobody)
    );
    assert_eq!(found.annex2.lacks, []);
    assert!(found.problems.iter().all(|problem| problem.code != "list-missing"));
}

#[test]
fn a_list_nobody_handed_over_is_no_zero() {
    let mut world = world();
    without(&mut world, SourceKind::Enrollment);
    let found = figures(&world, ALL);
    assert_eq!(row(&found, AGENCY), [None, None, None, None, None, Some(1), Some(0)]);
    assert_eq!(seven(&found.annex2.total.values)[..5], [None; 5]);
    assert_eq!(seven(&found.annex2.distinct)[..5], [None; 5]);
    let said: Vec<String> = found.annex2.lacks.iter().map(super::forms::Lack::sentence).collect();
    assert_eq!(said, ["①②③④⑤填“—”：没有收到技工院校学籍名单，不是零"]);
    assert!(found.lacks()[0].starts_with("附件2①②③④⑤"));
    assert_eq!(found.problems[0].code, "list-missing");
    let mut world = self::world();
    without(&mut world, SourceKind::Training);
    let found = figures(&world, ALL);
    assert_eq!(seven(&found.annex2.total.values)[5..], [None; 2]);
    let total = &found.annex3.total.values;
    assert_eq!((total.get("a3_persons"), total.get("a3_times")), (None, None));
    assert_eq!(SIX_KINDS.map(|code| total.get(code)), [None; 6]);
    assert!(found.checks.iter().all(|check| check.holds), "nothing is compared with nothing");
}

#[test]
fn a_list_the_project_does_not_ask_for_leaves_annex_3_open_and_is_said_under_annex_2() {
    let mut world = world();
    without(&mut world, SourceKind::Training);
    let said = RowOutcomes { sources: &world.outcomes, wishes: &world.wishes };
    let asked = vec![SourceKind::Registry, SourceKind::Enrollment];
    let basis = Basis { asked, ..basis() };
    let found = summarise(
        &world.records,
        said,
        representatives(&world.records).into(),
        &basis,
        &catalogue(ALL),
    );
    assert_eq!(seven(&found.annex2.total.values)[5..], [Some(0); 2]);
    assert_eq!(
        found.annex2.lacks[0].sentence(),
        "⑥⑦：项目文件没有列职业培训实名制名单，填0不表示没有人"
    );
    assert_eq!(found.annex3.total.values.get("a3_persons"), None);
}

#[test]
fn without_a_row_in_the_window_only_the_stock_is_known() {
    let mut world = world();
    world.student(0).entry = day("2018-09-01");
    world.course(1).start = day("2018-03-01");
    let found = figures(&world, ALL);
    assert_eq!(row(&found, SCHOOL), [None, None, Some(1), None, None, None, None]);
    let why = "技工院校学籍名单中没有日期在统计期（2019-01-01至2019-06-10）内的行";
    assert_eq!(found.annex2.lacks[0].why, why);
    assert_eq!(found.annex3.total.values.get("a3_persons"), None);
    // One row of anybody, registered or not, shows that somebody looked.
    let facts = bidui_sample::facts("乙", id_of("20010101", 300));
    world.row(1, facts, bidui_sample::none());
    assert_eq!(row(&figures(&world, ALL), SCHOOL)[..2], [Some(0), Some(0)]);
}

#[test]
fn a_report_date_years_away_is_told() {
    let basis = Basis { as_of: date(2029, 6, 10), ..basis() };
    let told = super::known::problems(&world().records, &basis);
    let codes: Vec<&str> = told.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["list-outside-window", "list-outside-window", "report-date-far"]);
    assert!(told[2].message.contains("相差10年"), "{}", told[2].message);
}

fn graduates(world: &mut Sample, row: u32) {
    let student = world.student(row);
    student.status = Some(StudentStatus::Left);
    student.leave_kind = Some(LeaveKind::Graduated);
    student.left = day("2019-05-31");
}

#[test]
fn a_column_that_is_not_there_takes_only_its_own_figures() {
    let mut world = world();
    graduates(&mut world, 0);
    let mut catalogue = catalogue(ALL);
    for sheet in &mut catalogue.sheets {
        sheet.columns.retain(|column| column.field != Field::EmployedOn);
    }
    let said = RowOutcomes { sources: &world.outcomes, wishes: &world.wishes };
    let found = summarise(
        &world.records,
        said,
        representatives(&world.records).into(),
        &basis(),
        &catalogue,
    );
    assert_eq!(row(&found, SCHOOL)[3..5], [Some(1), None]);
    assert_eq!(seven(&found.annex2.total.values)[3..], [Some(1), None, Some(1), None]);
    let said: Vec<String> = found.annex2.lacks.iter().map(super::forms::Lack::sentence).collect();
    assert_eq!(
        said,
        [
            "⑤填“—”：技工院校学籍名单没有“就业时间”列，不是零",
            "⑦填“—”：职业培训实名制名单没有“就业时间”列，不是零",
        ]
    );
    assert_eq!(
        (found.annex3.total.values.get("a3_persons"), found.annex3.total.values.get("a3_employed")),
        (Some(1), None)
    );
    assert_eq!(
        found.annex3.total.values.get("a3_founded"),
        Some(0),
        "创业时间 has a column of its own"
    );
}

#[test]
fn a_column_only_one_school_lacks_leaves_that_school_out_of_the_sum() {
    let mut world = world();
    let other = world.linked(1, 2);
    for student in [0, other] {
        graduates(&mut world, student);
    }
    // The second school's list is a sheet of its own, without 就业时间.
    let mut catalogue = catalogue(ALL);
    let mut poor = catalogue.sheets[1].clone();
    poor.columns.retain(|column| column.field != Field::EmployedOn);
    world.records.sources[other as usize].origin.sheet = catalogue.add(poor);
    world.student(0).employed = day("2019-06-01");
    let said = RowOutcomes { sources: &world.outcomes, wishes: &world.wishes };
    let found = summarise(
        &world.records,
        said,
        representatives(&world.records).into(),
        &basis(),
        &catalogue,
    );
    assert_eq!(row(&found, SCHOOL)[4], Some(1));
    assert_eq!(row(&found, "伊春技师学院")[4], None);
    assert_eq!(seven(&found.annex2.total.values)[4], Some(1));
    let lack = found.annex2.lacks.iter().find(|lack| lack.figures == ["⑤"]).expect("⑤");
    assert_eq!(lack.sentence(), "⑤不含伊春技师学院的人员：技工院校学籍名单没有“就业时间”列");
}
