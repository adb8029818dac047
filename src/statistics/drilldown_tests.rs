//! The lists of people: they add up to the forms, and say who is nearly counted and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::date;

use crate::config::{FigureSettings, LiangHouSheng, ReportWindow};
use crate::linkage::MatchClass;
use crate::records::identity::representatives;
use crate::vocabulary::labels::{
    Education, EmploymentStatus, LeaveKind, Skill, StudentStatus, StudyForm,
};
use bidui_sample::{Sample, catalogue, day, facts, id_of, review};

use super::drilldown::{DrillDown, FigureEntry, FigureEvidence};
use super::{Basis, RowOutcomes, Statistics, summarise};

fn basis() -> Basis {
    Basis {
        as_of: date(2019, 12, 10),
        window: ReportWindow::HalfYear,
        settings: FigureSettings::default(),
        institution_order: Vec::new(),
        asked: Vec::new(),
    }
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

fn world_of(count: u16) -> Sample {
    let mut world = Sample::new();
    for serial in 0..count {
        world.person(&format!("甲{serial}"), id_of("20010101", 100 + serial));
    }
    world
}

/// A student who entered in the window.
fn student(world: &mut Sample, school: u32, person: u32) -> u32 {
    let row = world.linked(school, person);
    world.student(row).entry = day("2019-09-01");
    world.student(row).study_form = Some(StudyForm::FullTime);
    row
}

/// A trainee of a class in the window.
fn trainee(world: &mut Sample, person: u32) -> u32 {
    let row = world.linked(2, person);
    (world.course(row).start, world.course(row).end) = (day("2019-09-01"), day("2019-09-20"));
    row
}

fn list<'a>(found: &'a Statistics, code: &str) -> &'a DrillDown {
    let lists = found.details.annex2.iter().chain(&found.details.annex3);
    lists.into_iter().find(|list| list.indicator.code == code).expect("a figure")
}

/// Source rows of a list with their remarks.
fn said(list: &DrillDown, entries: &[FigureEntry]) -> Vec<(u32, String)> {
    let row = |entry: &FigureEntry| match entry.evidence {
        FigureEvidence::Source(row) | FigureEvidence::Registry(row) => row,
    };
    let words = |entry: &FigureEntry| list.remarks_of(entry).collect::<Vec<_>>().join("；");
    entries.iter().map(|entry| (row(entry), words(entry))).collect()
}

/// Every list adds up to its form, row by row and in total.
fn add_up(found: &Statistics) {
    let sums = |list: &DrillDown| {
        let mut sums: BTreeMap<u32, i64> = BTreeMap::new();
        for entry in &list.counted {
            *sums.entry(entry.line).or_default() += entry.amount;
        }
        sums
    };
    let two = found.details.annex2.iter().map(|list| (list, &found.annex2));
    let three = found.details.annex3.iter().map(|list| (list, &found.annex3));
    for (list, form) in two.chain(three) {
        let (sums, code) = (sums(list), list.indicator.code);
        for (line, row) in (0..).zip(&form.rows) {
            let Some(value) = row.values.get(code) else { continue };
            assert_eq!(sums.get(&line).copied().unwrap_or(0), value, "{code}");
        }
    }
    for list in &found.details.annex2 {
        let code = list.indicator.code;
        let persons = i64::try_from(list.persons()).unwrap();
        if let Some(distinct) = found.annex2.distinct.get(code) {
            assert_eq!(persons, distinct, "{code}");
        }
        let more: i64 = list.repeats().iter().flat_map(|one| &one.lines).map(|line| line.1).sum();
        let more = more - i64::try_from(list.repeats().len()).unwrap();
        assert_eq!(list.sum() - more, persons, "{code}");
    }
}

#[test]
fn a_person_in_two_rows_of_a_unit_adds_one_and_in_two_units_two() {
    let mut world = world_of(2);
    let first = student(&mut world, 0, 0);
    let again = student(&mut world, 0, 0);
    let elsewhere = student(&mut world, 1, 0);
    let other = student(&mut world, 1, 1);
    let found = figures(&world, &basis());
    add_up(&found);
    let entering = list(&found, "a2_2");
    let amounts: Vec<(u32, i64)> = said(entering, &entering.counted)
        .into_iter()
        .zip(&entering.counted)
        .map(|((row, _), entry)| (row, entry.amount))
        .collect();
    assert_eq!(amounts, [(first, 1), (again, 0), (elsewhere, 1), (other, 1)]);
    let repeats = entering.repeats();
    assert_eq!(repeats.len(), 1);
    assert_eq!((repeats[0].person, &repeats[0].lines[..]), (0, &[(0, 1), (1, 1)][..]));
}

#[test]
fn near_misses_of_students_say_why() {
    let mut world = world_of(7);
    let rows: Vec<u32> = (0..7).map(|person| student(&mut world, 0, person)).collect();
    world.student(rows[1]).status = Some(StudentStatus::Suspended);
    world.student(rows[2]).entry = day("");
    world.student(rows[3]).entry = day("2019-12-11");
    world.student(rows[4]).entry = day("2019-03-01");
    world.student(rows[5]).status = Some(StudentStatus::Left);
    world.student(rows[6]).intake_from = None;
    let pending =
        world.row(0, facts("甲0", id_of("20010101", 300)), review(&[6], MatchClass::NameDiffers));
    world.student(pending).entry = day("2019-09-01");
    let found = figures(&world, &basis());
    add_up(&found);
    let half_year = "换一种口径（统计期（当(半)年））：设置 report_window = year-to-date 时计入";
    let entering = list(&found, "a2_2");
    let expected = [
        (rows[1], "本期入学，学籍状态为保留学籍"),
        (rows[2], "没有入学时间"),
        (rows[3], "入学时间晚于统计日期"),
        (rows[4], half_year),
        (rows[5], "本期入学，已离校"),
    ];
    let expected = expected.map(|(row, why)| (row, why.to_owned()));
    assert_eq!(said(entering, &entering.missed), expected);
    let young = list(&found, "a2_1");
    let missed = said(young, &young.missed);
    // The person of the row in review is no 两后生 by her own row, and would be by that one.
    assert!(missed.contains(&(rows[6], "没有招生对象".to_owned())), "{missed:?}");
    assert!(missed.contains(&(pending, "待核，尚未确认是同一人".to_owned())), "{missed:?}");
    let present = list(&found, "a2_3");
    let suspended = "换一种口径（保留学籍）：设置 count_suspended = true 时计入";
    assert_eq!(said(present, &present.missed), [(rows[1], suspended.to_owned())]);
}

#[test]
fn what_another_setting_would_not_count_is_said_of_the_counted() {
    let mut world = world_of(2);
    let part_time = student(&mut world, 0, 0);
    world.student(part_time).study_form = Some(StudyForm::PartTime);
    let full_time = student(&mut world, 0, 1);
    let found = figures(&world, &basis());
    let entering = list(&found, "a2_2");
    let expected = [(part_time, "设置 full_time_only = true 时不计入"), (full_time, "")];
    let expected = expected.map(|(row, why)| (row, why.to_owned()));
    assert_eq!(said(entering, &entering.counted), expected);
}

#[test]
fn near_misses_of_graduates_and_trainees_say_why() {
    let mut world = world_of(7);
    let completed = world.linked(0, 0);
    let student = world.student(completed);
    (student.leave_kind, student.left) = (Some(LeaveKind::Completed), day("2019-10-01"));
    let undated = world.linked(0, 1);
    world.student(undated).leave_kind = Some(LeaveKind::Graduated);
    let rows: Vec<u32> = (2..7).map(|person| trainee(&mut world, person)).collect();
    world.course(rows[0]).employed = day("2019-09-10");
    world.course(rows[1]).employed = day("2019-12-11");
    world.course(rows[2]).employment = Some(EmploymentStatus::Employed);
    (world.course(rows[3]).end, world.course(rows[3]).employed) = (day(""), day("2019-10-01"));
    world.course(rows[4]).employed = day("2019-10-01");
    let found = figures(&world, &basis());
    add_up(&found);
    let graduates = list(&found, "a2_4");
    let why = |row: u32, why: &str| (row, why.to_owned());
    assert_eq!(
        said(graduates, &graduates.missed),
        [why(completed, "离校类别为结业、预毕业或预结业"), why(undated, "没有毕业时间")]
    );
    let undated = "换一种口径（无日期的就业创业）：设置 count_undated_employment = true 时计入";
    let expected = [
        why(rows[0], "就业时间或创业时间早于结业日期"),
        why(rows[1], "就业时间或创业时间晚于统计日期"),
        why(rows[2], undated),
        why(rows[3], "没有结业日期，无法判断是否培训后就业创业"),
    ];
    for code in ["a2_7", "a3_employed"] {
        let employed = list(&found, code);
        assert_eq!(said(employed, &employed.missed), expected, "{code}");
        // Without its end, a class that counts by its start would not count by its end.
        assert_eq!(employed.sum(), 1, "{code}");
    }
}

#[test]
fn money_and_attendances_are_listed_once() {
    let mut world = world_of(2);
    let rows: Vec<u32> = [0, 0, 0, 1].map(|person| trainee(&mut world, person)).into();
    let class_no = world.course(rows[0]).class_no.clone();
    world.course(rows[1]).class_no = class_no;
    for row in &rows[..3] {
        world.course(*row).training_fee = Some(50_000);
    }
    let found = figures(&world, &basis());
    add_up(&found);
    let amounts = |code: &str| -> Vec<(u32, i64)> {
        let list = list(&found, code);
        let rows = said(list, &list.counted).into_iter().zip(&list.counted);
        rows.map(|((row, _), entry)| (row, entry.amount)).collect()
    };
    assert_eq!(amounts("a3_times"), [(rows[0], 1), (rows[1], 0), (rows[2], 1), (rows[3], 1)]);
    assert_eq!(amounts("a3_training_fee"), [(rows[0], 50_000), (rows[2], 50_000)]);
    assert_eq!(list(&found, "a3_times").repeats()[0].lines, [(0, 2)]);
    assert!(list(&found, "a3_training_fee").repeats().is_empty());
}

#[test]
fn workers_just_outside_the_ages_are_listed() {
    let mut world = Sample::new();
    for (serial, birth) in (0..).zip(["20031211", "20021211", "19581210", "20010101"]) {
        let person = world.person("甲", id_of(birth, 101 + serial));
        world.person_mut(person).skill = Some(Skill::Ordinary);
    }
    let found = figures(&world, &basis());
    add_up(&found);
    let workers = list(&found, "a3_workers");
    assert_eq!(workers.sum(), 2);
    let wider = "换一种口径（劳动力年龄）：设置 worker_ages = [15, 61] 时计入";
    let expected = [(0, wider), (2, wider)].map(|(row, why)| (row, why.to_owned()));
    assert_eq!(said(workers, &workers.missed), expected);
}

#[test]
fn two_after_school_come_from_the_registry_where_the_setting_says_so() {
    let mut world = world_of(3);
    for person in 0..3 {
        Arc::make_mut(&mut world.person_mut(person).facts.place).county = 2;
        world.person_mut(person).education = Some(Education::JuniorMiddle);
    }
    world.person_mut(1).facts.id = id_of("19961201", 104);
    let entered = student(&mut world, 0, 2);
    let mut paired = basis();
    paired.settings.liang_hou_sheng = LiangHouSheng::PairedCounties;
    let found = figures(&world, &paired);
    add_up(&found);
    let young = list(&found, "a2_1");
    let evidence: Vec<FigureEvidence> = young.counted.iter().map(|entry| entry.evidence).collect();
    assert_eq!(evidence, [FigureEvidence::Registry(0), FigureEvidence::Registry(2)]);
    let wider = "换一种口径（两后生年龄）：设置 liang_hou_sheng_ages = [14, 23] 时计入";
    assert_eq!(said(young, &young.missed), [(1, wider.to_owned())]);
    // The other way round: the school's own intake, and the rest of the county as near misses.
    let found = figures(&world, &basis());
    add_up(&found);
    let young = list(&found, "a2_1");
    assert_eq!(said(young, &young.counted), [(entered, String::new())]);
    let missed: Vec<FigureEvidence> = young.missed.iter().map(|entry| entry.evidence).collect();
    assert_eq!(missed, [FigureEvidence::Registry(0)]);
}
