//! Every figure's rule on a small hand-made world.

use std::sync::Arc;

use jiff::civil::date;

use crate::config::{FigureSettings, LiangHouSheng, ReportWindow, TrainingDate};
use crate::linkage::MatchClass;
use crate::problems::Severity;
use crate::records::identity::representatives;
use crate::vocabulary::labels::{
    Education, EmploymentStatus, IntakeFrom, LeaveKind, Schooling, Skill, StudentStatus, StudyForm,
    TrainingKind,
};
use crate::vocabulary::{Field, SourceKind};
use bidui_sample::{Sample, catalogue, day, facts, id_of, none, review};

use super::checks::SIX_KINDS;
use super::forms::{AnnexRow, Values};
use super::indicators::ANNEX2;
use super::{Basis, RowOutcomes, Statistics, summarise};

fn basis() -> Basis {
    Basis {
        as_of: date(2019, 6, 10),
        window: ReportWindow::HalfYear,
        settings: FigureSettings::default(),
        institution_order: Vec::new(),
        asked: Vec::new(),
    }
}

fn with(change: impl FnOnce(&mut FigureSettings)) -> Basis {
    let mut basis = basis();
    change(&mut basis.settings);
    basis
}

fn figures(world: &Sample, basis: &Basis) -> Statistics {
    summarise(
        &world.records,
        RowOutcomes { sources: &world.outcomes, wishes: &world.wishes },
        representatives(&world.records).into(),
        basis,
        &catalogue(&[]),
    )
}

/// The values of a unit's row in Annex 2; which of them cannot be known is the matter of
/// `known_tests`.
fn row(statistics: &Statistics, unit: &str) -> [u64; 7] {
    let row = unit_row(statistics, unit);
    seven(&row.values).map(|value| value.map_or(0, i64::unsigned_abs))
}

fn unit_row<'a>(statistics: &'a Statistics, unit: &str) -> &'a AnnexRow {
    statistics.annex2.rows.iter().find(|row| row.name == unit).expect("the unit has a row")
}

/// ① … ⑦.
fn seven(values: &Values) -> [Option<i64>; 7] {
    std::array::from_fn(|slot| values.get(ANNEX2[slot].code))
}

/// By how much rows in review can raise 培训人数, 培训人次, 取得证书, 就业创业 and 创业.
fn pending(statistics: &Statistics) -> [i64; 5] {
    let codes = ["a3_persons", "a3_times", "a3_certified", "a3_employed", "a3_founded"];
    codes.map(|code| statistics.annex3.total.pending.get(code).unwrap_or(0))
}

const FEES: [&str; 3] = ["a3_training_fee", "a3_exam_fee", "a3_living"];

const SCHOOL: &str = "佳木斯技师学院";
const AGENCY: &str = "诚信培训学校";

/// `count` registry persons of 桦南县 with different numbers, born 2001.
fn world_of(count: u16) -> Sample {
    let mut world = Sample::new();
    for serial in 0..count {
        world.person(&format!("甲{serial}"), id_of("20010101", 100 + serial));
    }
    world
}

#[test]
fn every_institution_has_a_row_in_the_forms_order() {
    let world = world_of(0);
    let found = figures(&world, &basis());
    let units: Vec<(&str, SourceKind)> = found
        .annex2
        .rows
        .iter()
        .map(|row| (row.name.as_str(), row.kind.expect("a unit")))
        .collect();
    assert_eq!(
        units,
        [
            ("佳木斯技师学院", SourceKind::Enrollment),
            ("伊春技师学院", SourceKind::Enrollment),
            ("博爱培训学校", SourceKind::Training),
            ("诚信培训学校", SourceKind::Training),
        ]
    );
    let mut wished = basis();
    wished.institution_order = vec![AGENCY.to_owned(), "伊春技师学院".to_owned()];
    let found = figures(&world, &wished);
    let units: Vec<&str> = found.annex2.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(units, ["伊春技师学院", "佳木斯技师学院", "诚信培训学校", "博爱培训学校"]);
}

#[test]
fn a_school_that_also_trains_is_one_row() {
    let mut world = world_of(2);
    world.records.institutions[2].name = SCHOOL.to_owned();
    world.linked(0, 0);
    world.linked(2, 1);
    let found = figures(&world, &basis());
    assert_eq!(found.annex2.rows.len(), 3);
    assert_eq!(row(&found, SCHOOL), [1, 1, 1, 0, 0, 1, 0]);
    assert_eq!(found.annex2.rows[0].kind, Some(SourceKind::Enrollment));
}

#[test]
fn students_by_entry_status_and_origin() {
    type Story = fn(&mut Sample, u32);
    let cases: [(Story, [u64; 5]); 14] = [
        (|_, _| (), [1, 1, 1, 0, 0]),
        (|w, r| w.student(r).intake_from = Some(IntakeFrom::SeniorMiddle), [1, 1, 1, 0, 0]),
        (|w, r| w.student(r).intake_from = Some(IntakeFrom::Employee), [0, 1, 1, 0, 0]),
        (|w, r| w.student(r).intake_from = None, [0, 1, 1, 0, 0]),
        (|w, r| w.student(r).entry = day("2019-01-01"), [1, 1, 1, 0, 0]),
        (|w, r| w.student(r).entry = day("2018-12-31"), [0, 0, 1, 0, 0]),
        (|w, r| w.student(r).entry = day("2019-06-10"), [1, 1, 1, 0, 0]),
        (|w, r| w.student(r).entry = day("2019-06-11"), [0, 0, 1, 0, 0]),
        (|w, r| w.student(r).entry = day(""), [0, 0, 1, 0, 0]),
        (|w, r| w.student(r).status = Some(StudentStatus::Suspended), [0, 0, 0, 0, 0]),
        (|w, r| w.student(r).status = None, [0, 0, 0, 0, 0]),
        (|w, r| leaves(w, r, LeaveKind::Graduated, "2019-05-31", ""), [0, 0, 0, 1, 0]),
        (|w, r| leaves(w, r, LeaveKind::Graduated, "2019-05-31", "2019-06"), [0, 0, 0, 1, 1]),
        (|w, r| leaves(w, r, LeaveKind::Graduated, "2018-12-31", "2019-01"), [0, 0, 0, 0, 0]),
    ];
    for (index, (story, expected)) in cases.into_iter().enumerate() {
        let mut world = world_of(1);
        let student = world.linked(0, 0);
        story(&mut world, student);
        let values = row(&figures(&world, &basis()), SCHOOL);
        assert_eq!(values[..5], expected, "case {index}");
    }
}

fn leaves(world: &mut Sample, row: u32, kind: LeaveKind, on: &str, employed: &str) {
    let student = world.student(row);
    student.status = Some(StudentStatus::Left);
    student.leave_kind = Some(kind);
    (student.left, student.employed) = (day(on), day(employed));
}

#[test]
fn completion_and_early_graduation_are_no_graduation() {
    for kind in [LeaveKind::Completed, LeaveKind::PreGraduated, LeaveKind::Withdrawn] {
        let mut world = world_of(1);
        let student = world.linked(0, 0);
        leaves(&mut world, student, kind, "2019-05-31", "2019-06-01");
        assert_eq!(row(&figures(&world, &basis()), SCHOOL), [0; 7], "{kind:?}");
    }
}

#[test]
fn a_job_after_the_report_date_does_not_count_yet() {
    let mut world = world_of(1);
    let student = world.linked(0, 0);
    leaves(&mut world, student, LeaveKind::Graduated, "2019-05-31", "2019-06-11");
    let found = figures(&world, &basis());
    assert_eq!(row(&found, SCHOOL)[3..5], [1, 0]);
    let codes: Vec<(&str, &str)> =
        found.problems.iter().map(|problem| (problem.code, problem.cell.as_str())).collect();
    assert_eq!(codes, [("date-after-report", "E2")]);
}

#[test]
fn settings_for_suspended_and_full_time_students() {
    let mut world = world_of(2);
    let suspended = world.linked(0, 0);
    world.student(suspended).status = Some(StudentStatus::Suspended);
    let part_time = world.linked(0, 1);
    world.student(part_time).study_form = Some(StudyForm::PartTime);
    assert_eq!(row(&figures(&world, &basis()), SCHOOL)[..3], [1, 1, 1]);
    let counted = figures(&world, &with(|settings| settings.count_suspended = true));
    assert_eq!(row(&counted, SCHOOL)[..3], [1, 1, 2]);
    let only_full_time = with(|settings| settings.full_time_only = true);
    let full_time = figures(&world, &only_full_time);
    assert_eq!(row(&full_time, SCHOOL)[..3], [0, 0, 0]);
    assert!(full_time.basis.iter().any(|note| note.rule.contains("比中的全日制学生")));
    // The suspended student's form is not known, but no figure asks for him.
    assert_eq!(full_time.problems, []);
    world.student(part_time).study_form = None;
    let unknown = figures(&world, &only_full_time).problems;
    assert_eq!(unknown.len(), 1);
    assert!(unknown[0].action.contains("①至⑤"), "{unknown:?}");
}

#[test]
fn trainees_by_date_and_later_work() {
    type Story = fn(&mut Sample, u32);
    let cases: [(Story, [u64; 2]); 10] = [
        (|_, _| (), [1, 0]),
        (|w, r| w.course(r).start = day("2018-12-31"), [0, 0]),
        (|w, r| w.course(r).employed = day("2019-03-15"), [1, 1]),
        (|w, r| w.course(r).employed = day("2019-03-14"), [1, 0]),
        (|w, r| w.course(r).employed = day("2019-03"), [1, 1]),
        (|w, r| w.course(r).employed = day("2019-02"), [1, 0]),
        (|w, r| w.course(r).employed = day("2019-06-11"), [1, 0]),
        (|w, r| w.course(r).business = day("2019-04-01"), [1, 1]),
        (|w, r| w.course(r).employment = Some(EmploymentStatus::Employed), [1, 0]),
        (
            |w, r| {
                w.course(r).employed = day("2019-04-01");
                w.course(r).end = day("");
            },
            [1, 0],
        ),
    ];
    for (index, (story, expected)) in cases.into_iter().enumerate() {
        let mut world = world_of(1);
        let trainee = world.linked(2, 0);
        story(&mut world, trainee);
        let found = figures(&world, &basis());
        assert_eq!(row(&found, AGENCY)[5..], expected, "case {index}");
        let total = &found.annex3.total.values;
        let figures = ["a3_persons", "a3_employed"].map(|code| total.get(code).unwrap_or(0));
        assert_eq!(figures.map(i64::unsigned_abs), expected, "case {index}");
    }
}

#[test]
fn undated_work_counts_only_by_setting() {
    let mut world = world_of(2);
    let employed = world.linked(2, 0);
    world.course(employed).employment = Some(EmploymentStatus::Employed);
    let founder = world.linked(2, 1);
    world.course(founder).employment = Some(EmploymentStatus::SelfEmployed);
    let strict = figures(&world, &basis());
    assert_eq!(row(&strict, AGENCY)[5..], [2, 0]);
    assert_eq!(strict.problems.len(), 2);
    assert_eq!(strict.problems[0].code, "employment-undated");
    assert_eq!(strict.problems[0].severity, Severity::Warning);
    let lenient = figures(&world, &with(|settings| settings.count_undated_employment = true));
    assert_eq!(row(&lenient, AGENCY)[5..], [2, 2]);
    assert_eq!(
        (
            lenient.annex3.total.values.get("a3_employed"),
            lenient.annex3.total.values.get("a3_founded")
        ),
        (Some(2), Some(1))
    );
    assert_eq!(lenient.problems[0].severity, Severity::Note);
}

#[test]
fn classes_can_be_placed_by_their_end() {
    let mut world = world_of(1);
    let trainee = world.linked(2, 0);
    (world.course(trainee).start, world.course(trainee).end) =
        (day("2018-12-01"), day("2019-01-15"));
    assert_eq!(row(&figures(&world, &basis()), AGENCY)[5], 0);
    let by_end = with(|settings| settings.training_date = TrainingDate::End);
    let found = figures(&world, &by_end);
    assert_eq!(row(&found, AGENCY)[5], 1);
    assert!(found.basis.iter().any(|note| note.rule.contains("结业日期在统计期（")));
}

#[test]
fn persons_count_once_per_row_and_in_the_distinct_total() {
    let mut world = world_of(1);
    let twin = world.person("甲0", id_of("20010101", 100));
    for (agency, person) in [(2, 0), (2, twin), (3, twin)] {
        let trainee = world.linked(agency, person);
        world.course(trainee).start = day("2019-05-01");
    }
    let found = figures(&world, &basis());
    assert_eq!(row(&found, AGENCY)[5], 1);
    assert_eq!(
        (found.annex2.total.values.get("a2_6"), found.annex2.distinct.get("a2_6")),
        (Some(2), Some(1))
    );
    assert_eq!(
        (found.annex3.total.values.get("a3_persons"), found.annex3.total.values.get("a3_times")),
        (Some(1), Some(3))
    );
    assert!(found.checks.iter().all(|check| check.holds), "{:?}", found.checks);
    assert!(found.basis.iter().any(|note| note.rule.contains("去重合计为0、0、0、0、0、1、0")));
    assert!(found.basis.iter().any(|note| note.rule.contains("本次合并1条")));
}

#[test]
fn review_rows_stand_beside_and_unmatched_ones_nowhere() {
    let mut world = world_of(1);
    world.row(2, facts("甲0", id_of("20010101", 100)), review(&[0], MatchClass::NameDiffers));
    world.row(2, facts("乙", id_of("20010101", 300)), none());
    let found = figures(&world, &basis());
    let agency = unit_row(&found, AGENCY);
    assert_eq!(seven(&agency.values), [Some(0); 7]);
    assert_eq!(seven(&agency.pending), [0, 0, 0, 0, 0, 1, 0].map(Some));
    assert_eq!(pending(&found), [1, 1, 0, 0, 0]);
    assert_eq!(seven(&found.annex2.distinct), [Some(0); 7]);
    assert_eq!(found.annex3.total.values.get("a3_persons"), Some(0));
}

#[test]
fn a_review_row_of_somebody_counted_already_moves_nothing() {
    let mut world = world_of(1);
    let counted = world.linked(2, 0);
    let class_no = world.course(counted).class_no.clone();
    let open = review(&[0], MatchClass::NameDiffers);
    let again = world.row(2, facts("甲", id_of("20010101", 100)), open.clone());
    world.course(again).class_no = class_no;
    let found = figures(&world, &basis());
    let agency = unit_row(&found, AGENCY);
    assert_eq!((agency.values.get("a2_6"), agency.pending.get("a2_6")), (Some(1), Some(0)));
    assert_eq!(pending(&found), [0; 5]);
    // Another class of the same person is one more attendance, and no new person.
    world.row(2, facts("甲", id_of("20010101", 100)), open);
    assert_eq!(pending(&figures(&world, &basis())), [0, 1, 0, 0, 0]);
}

#[test]
fn workers_by_age_skill_and_schooling() {
    let cases = [
        ("20030610", Some(Skill::Ordinary), None, 1),
        ("20030611", Some(Skill::Ordinary), None, 0),
        ("19580611", Some(Skill::Weak), Some(Schooling::None), 1),
        ("19580610", Some(Skill::Weak), Some(Schooling::None), 0),
        ("19900101", Some(Skill::Skilled), Some(Schooling::Vocational), 0),
        ("19900101", Some(Skill::Lost), None, 0),
        ("19900101", Some(Skill::NoLabour), None, 0),
    ];
    for (birth, skill, schooling, expected) in cases {
        let mut world = Sample::new();
        let person = world.person("甲", id_of(birth, 101));
        world.person_mut(person).skill = skill;
        world.person_mut(person).schooling = schooling;
        let found = figures(&world, &basis());
        assert_eq!(
            found.annex3.total.values.get("a3_workers"),
            Some(expected),
            "{birth} {skill:?} {schooling:?}"
        );
    }
}

#[test]
fn workers_of_unknown_age_are_said() {
    let mut world = world_of(2);
    world.person_mut(0).skill = Some(Skill::Ordinary);
    let stranger = world.person_mut(1);
    (stranger.skill, stranger.facts.id) = (Some(Skill::Ordinary), bidui_sample::id(""));
    let found = figures(&world, &basis());
    assert_eq!(found.annex3.total.values.get("a3_workers"), Some(1));
    let notes: Vec<_> = found.basis.iter().filter(|n| n.subject == "年龄不详的人员").collect();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].rule.starts_with("有1人"), "{}", notes[0].rule);
}

#[test]
fn columns_without_a_source_are_empty_not_zero() {
    let mut world = world_of(1);
    let trainee = world.linked(2, 0);
    let total = figures(&world, &basis()).annex3.total.values;
    let fees = FEES.map(|code| total.get(code));
    let sources =
        (total.get("a3_workers"), total.get("a3_willing"), total.get("a3_certified"), fees);
    assert_eq!(sources, (None, None, None, [None; 3]));
    world.course(trainee).living_fee = Some(0);
    world.course(trainee).certified = true;
    let catalogue = catalogue(&[Field::LivingFee, Field::CertificateNo]);
    let said = RowOutcomes { sources: &world.outcomes, wishes: &world.wishes };
    let total = summarise(
        &world.records,
        said,
        representatives(&world.records).into(),
        &basis(),
        &catalogue,
    )
    .annex3
    .total
    .values;
    let fees = FEES.map(|code| total.get(code));
    assert_eq!((total.get("a3_certified"), fees), (Some(1), [None, None, Some(0)]));
}

#[test]
fn counties_stand_in_order_and_strangers_last() {
    let mut world = world_of(4);
    Arc::make_mut(&mut world.person_mut(0).facts.place).county = 2;
    Arc::make_mut(&mut world.person_mut(2).facts.place).county = crate::records::place::NOWHERE;
    world.person_mut(3).region = 1;
    Arc::make_mut(&mut world.person_mut(3).facts.place).county = 4;
    for person in 0..4 {
        world.linked(2, person);
    }
    let found = figures(&world, &basis());
    let rows: Vec<(&str, i64, &str)> = found
        .annex3
        .rows
        .iter()
        .map(|row| {
            (row.name.as_str(), row.values.get("a3_persons").unwrap_or(0), row.note.as_str())
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("桦南县", 1, ""),
            ("桦川县", 1, ""),
            ("县（市、区）不详", 1, ""),
            ("绥滨县", 1, "登记在鹤岗市"),
        ]
    );
    assert_eq!(
        (found.annex3.total.values.get("a3_persons"), found.annex2.distinct.get("a2_6")),
        (Some(4), Some(4))
    );
    assert!(found.checks.iter().all(|check| check.holds), "{:?}", found.checks);
}

#[test]
fn a_county_in_files_of_two_cities_is_one_row() {
    let mut world = world_of(3);
    world.person_mut(1).region = 1;
    world.person_mut(2).region = 1;
    std::sync::Arc::make_mut(&mut world.person_mut(2).facts.place).county =
        crate::records::place::NOWHERE;
    let found = figures(&world, &basis());
    let rows: Vec<(&str, &str)> =
        found.annex3.rows.iter().map(|row| (row.name.as_str(), row.note.as_str())).collect();
    assert_eq!(rows, [("桦南县", ""), ("县（市、区）不详", "登记在鹤岗市")]);
}

#[test]
fn districts_of_one_name_are_told_apart() {
    let mut world = world_of(2);
    world.records.gazetteer.divisions[1].name = "向阳区".into();
    world.records.gazetteer.divisions[4].name = "向阳区".into();
    std::sync::Arc::make_mut(&mut world.person_mut(1).facts.place).county = 4;
    let found = figures(&world, &basis());
    let rows: Vec<(&str, &str)> =
        found.annex3.rows.iter().map(|row| (row.name.as_str(), row.note.as_str())).collect();
    assert_eq!(rows, [("向阳区", "佳木斯市"), ("向阳区", "鹤岗市")]);
}

#[test]
fn attendances_money_and_kinds() {
    let mut world = world_of(1);
    let first = world.linked(2, 0);
    world.course(first).training_fee = Some(80_000);
    let repeated = world.linked(2, 0);
    world.course(repeated).class_no = world.course(first).class_no.clone();
    world.course(repeated).training_fee = Some(80_000);
    let other = world.linked(2, 0);
    world.course(other).kind = Some(TrainingKind::Startup);
    world.course(other).training_fee = Some(20_050);
    let old = world.linked(2, 0);
    world.course(old).start = day("2018-05-01");
    world.course(old).training_fee = Some(99_900);
    let with_fees = catalogue(&[Field::TrainingFee]);
    let said = RowOutcomes { sources: &world.outcomes, wishes: &world.wishes };
    let found = summarise(
        &world.records,
        said,
        representatives(&world.records).into(),
        &basis(),
        &with_fees,
    );
    let total = &found.annex3.total.values;
    assert_eq!((total.get("a3_persons"), total.get("a3_times")), (Some(1), Some(2)));
    assert_eq!(SIX_KINDS.map(|code| total.get(code)), [0, 1, 0, 0, 0, 1].map(Some));
    assert_eq!(FEES.map(|code| total.get(code)), [Some(100_050), None, None]);
    world.course(other).kind = None;
    let found = figures(&world, &basis());
    let failing: Vec<_> = found.checks.iter().filter(|check| !check.holds).collect();
    assert_eq!(failing.len(), 2, "the county and the total: {failing:?}");
    assert_eq!((failing[0].left, failing[0].right), (1, 2));
    assert!(failing[0].explanation.contains("1人次的培训类型为空"));
}

#[test]
fn two_after_school_from_the_paired_counties() {
    let mut world = world_of(6);
    for person in 0..6 {
        Arc::make_mut(&mut world.person_mut(person).facts.place).county = 2;
        world.person_mut(person).education = Some(Education::JuniorMiddle);
    }
    world.person_mut(1).education = Some(Education::Primary);
    world.person_mut(2).skill = Some(Skill::Lost);
    world.person_mut(3).schooling = Some(Schooling::Vocational);
    world.person_mut(4).facts.id = id_of("19960101", 104);
    Arc::make_mut(&mut world.person_mut(5).facts.place).county = 1;
    let paired = with(|settings| settings.liang_hou_sheng = LiangHouSheng::PairedCounties);
    assert_eq!(row(&figures(&world, &paired), SCHOOL)[0], 1);
    // Person 3 is enrolled this year and is added back.
    world.linked(1, 3);
    let found = figures(&world, &paired);
    assert_eq!(row(&found, SCHOOL)[0], 2);
    assert_eq!(row(&found, "伊春技师学院")[..2], [0, 1]);
    assert_eq!(
        (found.annex2.total.values.get("a2_1"), found.annex2.distinct.get("a2_1")),
        (Some(2), Some(2))
    );
    assert!(found.basis.iter().any(|note| note.rule.contains("加回当年已入学")));
}

#[test]
fn children_without_labour_capacity_and_late_students_are_two_after_school() {
    let mut world = world_of(3);
    for person in 0..3 {
        std::sync::Arc::make_mut(&mut world.person_mut(person).facts.place).county = 2;
        world.person_mut(person).education = Some(Education::JuniorMiddle);
        world.person_mut(person).skill = Some(Skill::NoLabour);
    }
    // 15 at the report date; the others are 18, and one of them is a student by now.
    world.person_mut(0).facts.id = id_of("20031201", 100);
    let student = world.linked(0, 1);
    world.student(student).intake_from = None;
    let paired = with(|settings| settings.liang_hou_sheng = LiangHouSheng::PairedCounties);
    assert_eq!(row(&figures(&world, &paired), SCHOOL)[..2], [2, 1]);
    world.student(student).intake_from = Some(IntakeFrom::Employee);
    assert_eq!(row(&figures(&world, &paired), SCHOOL)[..2], [1, 1]);
    world.student(student).entry = day("2018-09-01");
    world.student(student).intake_from = None;
    assert_eq!(row(&figures(&world, &paired), SCHOOL)[..2], [1, 0]);
}

#[test]
fn the_year_to_date_starts_in_january() {
    let mut world = world_of(2);
    for (person, start) in [(0, "2019-03-01"), (1, "2019-08-01")] {
        let trainee = world.linked(2, person);
        (world.course(trainee).start, world.course(trainee).end) = (day(start), day(start));
    }
    let mut december = basis();
    december.as_of = date(2019, 12, 10);
    assert_eq!(row(&figures(&world, &december), AGENCY)[5], 1);
    december.window = ReportWindow::YearToDate;
    let found = figures(&world, &december);
    assert_eq!(row(&found, AGENCY)[5], 2);
    assert!(found.basis.iter().any(|note| note.rule.contains("2019-01-01至2019-12-10")));
}

#[test]
fn partial_dates_count_by_their_first_day_and_say_when_that_is_a_guess() {
    let cases = [
        ("2019-01-01", true, false),
        ("2018-12-31", false, false),
        ("2019-06-10", true, false),
        ("2019-06-11", false, false),
        ("2019-03", true, false),
        ("2019-06", true, true),
        ("2019", true, true),
        ("2018", false, false),
        ("", false, false),
    ];
    for (text, inside, cut) in cases {
        let mut world = world_of(1);
        let student = world.linked(0, 0);
        world.student(student).entry = day(text);
        let found = figures(&world, &basis());
        let noted = found.problems.iter().any(|problem| problem.code == "date-partial");
        assert_eq!((row(&found, SCHOOL)[1] == 1, noted), (inside, cut), "{text}");
    }
}

#[test]
fn partial_dates_are_noted_and_missing_columns_said_once() {
    let mut world = world_of(2);
    let student = world.linked(0, 0);
    world.student(student).entry = day("2019");
    let found = figures(&world, &basis());
    assert_eq!(row(&found, SCHOOL)[1], 1);
    assert_eq!(
        (found.problems[0].code, found.problems[0].severity),
        ("date-partial", Severity::Note)
    );
    for person in 0..2 {
        let row = world.linked(0, person);
        leaves(&mut world, row, LeaveKind::Graduated, "", "");
    }
    let problems = figures(&world, &basis()).problems;
    let missing: Vec<_> = problems.iter().filter(|p| p.code == "figure-value-missing").collect();
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert_eq!(
        missing[0].line(),
        "source.xlsx › Sheet1：没有“毕业时间”列；2行已比中或待核的人员不计入④⑤；请补上这一列"
    );
}

#[test]
fn a_file_without_status_or_fees_is_said() {
    let mut world = world_of(2);
    for person in 0..2 {
        let student = world.linked(0, person);
        world.student(student).status = None;
    }
    world.linked(2, 0);
    let found = figures(&world, &basis());
    assert_eq!(row(&found, SCHOOL)[..3], [0, 0, 0]);
    let lines: Vec<String> = found.problems.iter().map(crate::problems::Problem::line).collect();
    assert_eq!(
        lines,
        ["source.xlsx › Sheet1：没有“学籍状态”列；2行已比中或待核的人员不计入①②③；请补上这一列"]
    );
    let coverage = |subject: &str| found.basis.iter().find(|note| note.subject == subject);
    assert!(
        coverage("没有“生活费补贴”列的工作表")
            .is_some_and(|note| note.rule.contains("source.xlsx"))
    );
}

#[test]
fn the_notes_name_every_setting() {
    let found = figures(&world_of(0), &basis());
    for setting in [
        "as_of",
        "report_window",
        "liang_hou_sheng",
        "liang_hou_sheng_ages",
        "count_suspended",
        "full_time_only",
        "training_date",
        "count_undated_employment",
        "worker_ages",
        "institution_order",
    ] {
        assert!(found.basis.iter().any(|note| note.setting == setting), "{setting}");
    }
    assert!(found.basis.iter().any(|note| note.rule.contains("推定表样（非官方）")));
    assert!(found.basis.iter().any(|note| note.rule.contains("2019-01-01至2019-06-10")));
}

#[test]
fn willing_workers_count_once_and_only_when_they_say_so() {
    use super::wishes::Wish::{Counted, Later, NotFound, NotWorker, Pending, Repeated, Unwilling};
    use crate::linkage::MatchClass::Exact;
    use crate::vocabulary::labels::Willing;
    use bidui_sample::link;
    let mut world = world_of(5);
    for person in 0..4 {
        world.person_mut(person).skill = Some(Skill::Ordinary);
    }
    assert_eq!(
        figures(&world, &basis()).annex3.total.values.get("a3_willing"),
        None,
        "no list, no figure"
    );
    world.wish(0, link(0, Exact));
    world.wish(0, link(0, Exact));
    world.wish(1, link(1, Exact)).willing = Some(Willing::No);
    world.wish(2, link(2, Exact)).school = "佳木斯技师学院".into();
    world.wish(3, link(3, Exact)).filed_on = day("2019-06-11");
    world.wish(3, review(&[3], Exact));
    world.wish(4, link(4, Exact));
    world.wish(4, none());
    let found = figures(&world, &basis());
    assert_eq!(found.annex3.total.values.get("a3_willing"), Some(1));
    let expected =
        [Counted, Repeated(0), Unwilling, Unwilling, Later, Pending, NotWorker, NotFound];
    assert_eq!(found.wishes, expected);
    let codes: Vec<&str> = found.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(
        codes,
        [
            "intention-repeated",
            "date-after-report",
            "intention-pending",
            "intention-not-worker",
            "intention-not-found"
        ]
    );
}

#[test]
fn a_number_that_fails_its_check_does_not_outrank_the_birth_column() {
    use crate::records::identifier::IdClass;
    let ages = |class: IdClass, column: &str| {
        let mut world = world_of(1);
        let facts = &mut world.person_mut(0).facts;
        (facts.id.class, facts.birth) = (class, day(column));
        super::age_at(&world.records.persons[0], date(2019, 6, 10))
    };
    assert_eq!(ages(IdClass::Intact, "1970-01-01"), Some(18));
    assert_eq!(ages(IdClass::Invalid, "1970-01-01"), Some(49));
    assert_eq!(ages(IdClass::Invalid, ""), Some(18));
    assert_eq!(ages(IdClass::Missing, "1970-01-01"), Some(49));
    assert_eq!(ages(IdClass::Invalid, "2024-01-01"), Some(18));
}

#[test]
fn a_person_registered_twice_is_seen_where_the_person_is_counted() {
    use super::snapshot::Snapshot;
    let mut world = world_of(2);
    // The same number and name under a second 人编号, and the row is linked to that.
    let facts = world.person_mut(0).facts.clone();
    world.person_mut(1).facts = facts;
    world.linked(0, 1);
    let found = figures(&world, &basis());
    let snapshot = Snapshot::take(&world.records, &world.outcomes, &found);
    assert_eq!(snapshot.registry.len(), 2);
    let counted = &snapshot.members[0];
    assert_eq!(snapshot.seen(counted.person, &counted.unit).len(), 1);
}

#[test]
fn what_is_told_of_the_villages_lists_has_no_gaps_in_its_text() {
    let rule = super::basis::wishes(0, &[], 0).rule;
    assert!(!rule.contains("  "), "{rule}");
}
