//! Each class on a small hand-made world: one story that must be found, and the look-alike that
//! must not.

use std::sync::Arc;

use jiff::civil::{Date, date};

use super::{Finding, FindingKind, Owner, collect, count_by_institution};
use crate::linkage::MatchClass;
use crate::records::PrintedTypes;
use crate::records::identifier::{IdClass, note};
use crate::records::identity::representatives;
use crate::records::person_name::{self, NameParts};
use crate::sources::RawCell;
use crate::vocabulary::labels::{
    DeclaredPoor, LeaveKind, PovertyStatus, Relation, Schooling, Sex, StudentStatus,
};
use bidui_sample::{Sample, day, facts, id, id_of, link, none, review};

const AS_OF: Date = date(2019, 6, 10);

fn all(world: &Sample) -> Vec<Finding> {
    let found = collect(&world.records, &world.outcomes, AS_OF);
    for finding in &found {
        assert!(finding.kind.owners().contains(&finding.owner), "{finding:?}");
        assert!(!finding.evidence.is_empty(), "{finding:?}");
    }
    found
}

fn of(world: &Sample, kind: FindingKind) -> Vec<Finding> {
    all(world).into_iter().filter(|finding| finding.kind == kind).collect()
}

fn reasons(world: &Sample, kind: FindingKind) -> Vec<String> {
    of(world, kind).into_iter().map(|finding| finding.reason).collect()
}

/// 李红 of 2003, registered, and nothing wrong with her.
fn one_person() -> (Sample, u32) {
    let mut world = Sample::new();
    let person = world.person("李红", id_of("20030301", 122));
    (world, person)
}

#[test]
fn a_clean_link_has_no_findings() {
    let (mut world, person) = one_person();
    world.linked(0, person);
    world.linked(2, person);
    assert_eq!(all(&world), []);
}

#[test]
fn names_that_differ_in_form_or_really() {
    let (mut world, person) = one_person();
    let mut spaced = facts("李 红", id_of("20030301", 122));
    spaced.name = person_name::parse(&RawCell::Text("李 红".into()));
    world.row(0, spaced, link(person, MatchClass::NameFormat));
    let other = facts("李宏", id_of("20030301", 122));
    world.row(2, other, review(&[person], MatchClass::NameDiffers));
    assert_eq!(reasons(&world, FindingKind::NameFormat), ["空格不同：来源“李 红”，建档立卡“李红”"]);
    let found = reasons(&world, FindingKind::NameDiffers);
    assert_eq!(
        found,
        [
            "姓名第2字不同（同音）：来源“李宏”，建档立卡“李红”；证件号码同为239999********1220；待人工判定"
        ]
    );
    assert_eq!(of(&world, FindingKind::ToReview).len(), 1);
}

#[test]
fn numbers_that_differ_name_the_position_and_both_cells() {
    let (mut world, person) = one_person();
    let typo = facts("李红", id("239999200303081220"));
    world.row(0, typo, link(person, MatchClass::IdDiffers));
    let found = of(&world, FindingKind::IdDiffers);
    assert_eq!(
        found[0].reason,
        "一位差：第14位 8→1（来源→建档立卡）：来源239999********1220，\
         建档立卡239999********1220；姓名同为“李红”"
    );
    assert_eq!((found[0].record, found[0].person), (Some(0), Some(person)));
    let values: Vec<&str> = found[0].evidence.iter().map(|cell| cell.value.as_str()).collect();
    assert_eq!(values, ["李红", "239999200303081220", "李红", "239999200303011220", "P000"]);
}

#[test]
fn the_registry_mends_its_own_unsound_number() {
    let (mut world, person) = one_person();
    world.person_mut(person).facts.id = id("23999920030301122");
    let row = facts("李红", id_of("20030301", 122));
    world.row(0, row, link(person, MatchClass::IdDiffers));
    assert_eq!(of(&world, FindingKind::IdDiffers)[0].owner, Owner::PovertyOffice);
    assert_eq!(of(&world, FindingKind::IdInvalid)[0].record, None);
}

#[test]
fn upgraded_and_disability_numbers_inform() {
    let (mut world, person) = one_person();
    let mut old = facts("李红", id_of("20030301", 122));
    old.id.notes = note::FROM_15;
    world.row(0, old, link(person, MatchClass::Upgraded15));
    world.linked(2, person);
    world.outcomes[1].match_class = MatchClass::Disability;
    assert!(reasons(&world, FindingKind::Upgraded15)[0].starts_with("来源为15位旧号"));
    assert!(reasons(&world, FindingKind::Disability)[0].starts_with("建档立卡填的是残疾人证号"));
    assert!(!FindingKind::Upgraded15.needs_mending());
}

#[test]
fn unusable_numbers_by_damage() {
    let cases = [
        (IdClass::Truncated, note::EXCEL_15, FindingKind::IdTruncated, "只保留了15位有效数字"),
        (IdClass::Truncated, note::FLOAT, FindingKind::IdTruncated, "按浮点数保存"),
        (IdClass::Masked, 0, FindingKind::IdTruncated, "部分被遮盖"),
        (IdClass::Invalid, note::CHECK_DIGIT, FindingKind::IdInvalid, "校验码不符"),
        (IdClass::Missing, note::PLACEHOLDER, FindingKind::IdMissing, "视为未填"),
    ];
    for (class, notes, kind, words) in cases {
        let (mut world, _) = one_person();
        let mut person = facts("王五", id("239999200001010000"));
        (person.id.class, person.id.notes) = (class, notes);
        world.row(0, person, none());
        let found = reasons(&world, kind);
        assert!(found.len() == 1 && found[0].contains(words), "{words}: {found:?}");
        assert!(found[0].ends_with("未比中"), "{found:?}");
    }
}

#[test]
fn whoever_is_not_registered_is_no_mismatch_unless_the_row_claims_it() {
    let (mut world, _) = one_person();
    world.row(0, facts("王五", id_of("20000101", 11)), none());
    assert_eq!(all(&world), [], "two thirds of all students are simply not poor");
    let claimed = world.row(0, facts("赵六", id_of("20000101", 13)), none());
    world.records.sources[claimed as usize].declared_poor =
        Some(crate::vocabulary::labels::DeclaredPoor::Yes);
    let kinds: Vec<FindingKind> = all(&world).iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [FindingKind::DeclaredNotFound]);
}

#[test]
fn a_full_number_is_never_part_of_a_sentence() {
    let (mut world, person) = one_person();
    world.person_mut(person).region = 1;
    let name = &mut world.person_mut(person).facts.name;
    let (text, folded) = (name.text().into(), name.folded().into());
    *name = NameParts { raw: "239921200304121134".into(), text, folded, notes: 0 }.into();
    world.linked(0, person);
    let reason = &reasons(&world, FindingKind::OtherRegion)[0];
    assert!(reason.contains("239921********1134"), "{reason}");
}

#[test]
fn another_citys_person_is_no_missing_one() {
    let (mut world, person) = one_person();
    world.person_mut(person).region = 1;
    world.linked(0, person);
    let found = reasons(&world, FindingKind::OtherRegion);
    assert_eq!(found, ["“李红”登记在鹤岗市建档立卡信息（鹤岗市桦南县，人编号P000），不在佳木斯市"]);
}

#[test]
fn declarations_against_the_result() {
    use DeclaredPoor::{No, Yes};
    use FindingKind::{DeclaredNotFound, FoundNotDeclared};
    let cases = [
        (Some(Yes), false, Some(DeclaredNotFound)),
        (Some(No), false, None),
        (Some(Yes), true, None),
        (Some(No), true, Some(FoundNotDeclared)),
        (None, true, Some(FoundNotDeclared)),
    ];
    for (said, found, kind) in cases {
        let (mut world, person) = one_person();
        let outcome = if found { link(person, MatchClass::Exact) } else { none() };
        let row = world.row(0, facts("李红", id_of("20030301", 122)), outcome);
        world.records.sources[row as usize].declared_poor = said;
        // Another row of the sheet says something, so that an empty cell means “no”.
        let other = world.row(0, facts("孙七", id_of("20020101", 15)), none());
        world.records.sources[other as usize].declared_poor = Some(No);
        for asked in [DeclaredNotFound, FoundNotDeclared] {
            let expected = usize::from(kind == Some(asked));
            assert_eq!(of(&world, asked).len(), expected, "{said:?} {found} {asked:?}");
        }
    }
}

#[test]
fn without_a_column_nothing_was_left_undeclared() {
    let (mut world, person) = one_person();
    world.linked(0, person);
    assert_eq!(of(&world, FindingKind::FoundNotDeclared), []);
}

#[test]
fn a_student_twice_in_one_school_unless_the_first_stay_ended() {
    let (mut world, person) = one_person();
    let first = world.linked(0, person);
    world.linked(0, person);
    assert_eq!(
        reasons(&world, FindingKind::RepeatedRow),
        [
            "“李红”在同一学校登记了2行：本行与佳木斯技师学院第3行",
            "“李红”在同一学校登记了2行：本行与佳木斯技师学院第2行"
        ]
    );
    world.student(first).status = Some(StudentStatus::Left);
    assert_eq!(of(&world, FindingKind::RepeatedRow), []);
}

#[test]
fn unregistered_rows_repeat_by_equal_sound_numbers_only() {
    let mut world = Sample::new();
    for _ in 0..2 {
        world.row(0, facts("王五", id_of("20000101", 11)), none());
        world.row(0, facts("赵六", id("")), none());
    }
    let rows: Vec<Option<u32>> =
        of(&world, FindingKind::RepeatedRow).iter().map(|finding| finding.record).collect();
    assert_eq!(rows, [Some(0), Some(2)]);
}

#[test]
fn copies_with_a_damaged_number_repeat_within_one_institution() {
    let mut world = Sample::new();
    for (school, name, number) in [
        (0, "王五", "2399992000010111"),
        (0, "王五", "2399992000010111"),
        (0, "王五", "2399992000010112"),
        (0, "赵六", "2399992000010111"),
        (1, "王五", "2399992000010111"),
    ] {
        world.row(school, facts(name, id(number)), none());
    }
    let rows: Vec<Option<u32>> =
        of(&world, FindingKind::RepeatedRow).iter().map(|finding| finding.record).collect();
    assert_eq!(rows, [Some(0), Some(1)]);
}

#[test]
fn a_trainee_may_take_several_classes_but_each_once() {
    let (mut world, person) = one_person();
    let first = world.linked(2, person);
    let second = world.linked(2, person);
    world.course(second).start = day("2019-04-01");
    world.course(second).end = day("2019-04-15");
    assert_eq!(all(&world), []);
    world.course(second).class_no = world.course(first).class_no.clone();
    assert_eq!(of(&world, FindingKind::RepeatedRow).len(), 2);
}

#[test]
fn two_schools_at_once_point_at_each_other() {
    let (mut world, person) = one_person();
    world.linked(0, person);
    let other = world.linked(1, person);
    let found = reasons(&world, FindingKind::TwoSchools);
    assert_eq!(found[0], "“李红”在2所学校有未离校学籍：本行与伊春技师学院第3行");
    assert_eq!(found.len(), 2);
    world.student(other).status = Some(StudentStatus::Left);
    assert_eq!(of(&world, FindingKind::TwoSchools), []);
}

#[test]
fn classes_overlap_only_when_their_days_surely_do() {
    let cases = [
        ("2019-03-10", "2019-03-20", 2),
        ("2019-03-01", "2019-03-02", 2),
        ("2019-03-15", "2019-03-20", 2),
        ("2019-03-16", "2019-03-20", 0),
        ("2019-03", "2019-04", 0),
        ("", "", 0),
    ];
    for (start, end, count) in cases {
        let (mut world, person) = one_person();
        world.linked(2, person);
        let second = world.linked(3, person);
        (world.course(second).start, world.course(second).end) = (day(start), day(end));
        assert_eq!(of(&world, FindingKind::OverlappingClasses).len(), count, "{start} {end}");
    }
}

#[test]
fn registry_rows_with_one_number_are_one_person_if_the_names_agree() {
    let (mut world, first) = one_person();
    let twin = world.person("李红", id_of("20030301", 122));
    let wrong = world.person("李刚", id_of("20030301", 122));
    let again = world.person("张三", id(""));
    world.person_mut(again).person_no = "P002".into();
    let found = of(&world, FindingKind::RegistryRepeated);
    let rows: Vec<Option<u32>> = found.iter().map(|finding| finding.person).collect();
    assert_eq!(rows, [Some(first), Some(twin), Some(wrong)]);
    assert!(found[1].reason.contains("在两户（户编号H001与H000）"), "{}", found[1].reason);
    assert!(found[2].reason.contains("不同，未合并计数"));
    assert!(found.iter().all(|finding| finding.owner == Owner::PovertyOffice));
    assert_eq!(representatives(&world.records), [0, 0, 2, 2]);
}

#[test]
fn the_own_registry_stands_for_a_person_before_another_citys() {
    let (mut world, first) = one_person();
    world.person_mut(first).region = 1;
    world.person("李红", id_of("20030301", 122));
    assert_eq!(representatives(&world.records), [1, 1]);
    assert!(reasons(&world, FindingKind::RegistryRepeated)[0].contains("分在鹤岗市和佳木斯市"));
}

#[test]
fn households_with_two_heads_or_one_sex() {
    let (mut world, head) = one_person();
    let spouse = world.person("张花", id_of("20020301", 124));
    for row in [head, spouse] {
        world.person_mut(row).household_no = "H9".into();
    }
    world.person_mut(head).relation = Some(Relation::Head);
    world.person_mut(spouse).relation = Some(Relation::Spouse);
    let found = reasons(&world, FindingKind::Household);
    assert_eq!(found, ["户主“李红”与配偶“张花”性别同为“女”"]);
    world.person_mut(spouse).relation = Some(Relation::Head);
    assert_eq!(reasons(&world, FindingKind::Household), ["户编号H9有2名户主：“李红”与“张花”"]);
    world.person_mut(spouse).relation = Some(Relation::Daughter);
    Arc::make_mut(&mut world.person_mut(spouse).facts.place).county = 2;
    assert_eq!(reasons(&world, FindingKind::Household), ["户编号H9的人员分在桦南县和桦川县"]);
}

fn printed(household: &str, monitor: &str) -> Arc<PrintedTypes> {
    let (household, monitor) = (household.into(), monitor.into());
    Arc::new(PrintedTypes { household, monitor })
}

#[test]
fn entitlement_on_the_first_day() {
    type Story = fn(&mut crate::records::Standing);
    let cases: [(Story, Option<&str>); 9] = [
        (|s| s.identified_on = day("2019-04-01"), Some("识别时间2019-04-01晚于入学时间2019-03-01")),
        (|s| s.identified_on = day("2019-03"), None),
        (|s| s.identified_on = day("2018"), None),
        (
            |s| {
                s.poverty_status = Some(PovertyStatus::LiftedIneligible);
                s.exit_year = Some(2017);
            },
            Some("2017年已脱贫（不再享受政策）"),
        ),
        (
            |s| {
                s.poverty_status = Some(PovertyStatus::LiftedIneligible);
                s.exit_year = Some(2019);
            },
            None,
        ),
        (|s| s.poverty_status = Some(PovertyStatus::LiftedIneligible), Some("脱贫年度未填")),
        (
            |s| {
                s.printed = Some(printed("", "边缘易致贫户"));
                s.risk_cleared_on = day("2018-12-01");
            },
            Some("的风险已于2018-12-01消除"),
        ),
        (
            |s| {
                s.printed = Some(printed("脱贫户", "脱贫不稳定户"));
                s.risk_cleared_on = day("2018-12-01");
            },
            None,
        ),
        (|s| s.printed = Some(printed("一般农户", "")), Some("不属于脱贫人口和监测对象")),
    ];
    for (index, (story, expected)) in cases.into_iter().enumerate() {
        let (mut world, person) = one_person();
        story(&mut world.person_mut(person).standing);
        world.linked(0, person);
        let found = reasons(&world, FindingKind::Timing);
        match expected {
            Some(words) => {
                assert!(found.len() == 1 && found[0].contains(words), "{index} {found:?}");
            }
            None => assert!(found.is_empty(), "{index} {found:?}"),
        }
    }
}

#[test]
fn conflicts_inside_a_row() {
    type Story = fn(&mut Sample, u32);
    let cases: [(u32, Story, &str); 12] = [
        (0, |w, r| w.records.sources[r as usize].facts.sex = Some(Sex::Male), "性别填“男”"),
        (
            0,
            |w, r| w.records.sources[r as usize].facts.birth = day("2003-04"),
            "出生日期填2003年4月，证件号码中为2003-03-01",
        ),
        (0, |w, r| w.records.sources[r as usize].age = Some(20), "年龄填20岁，按出生日期应为16岁"),
        (0, |w, r| w.student(r).entry = day("2019-09-01"), "入学时间2019-09-01晚于统计日期"),
        (0, |w, r| w.student(r).entry = day("2016-09-01"), "入学时只有13岁"),
        (0, |w, r| w.student(r).left = day("2019-01-01"), "离校时间2019-01-01早于入学时间"),
        (
            0,
            |w, r| {
                let student = w.student(r);
                student.status = Some(StudentStatus::Left);
                student.leave_kind = Some(LeaveKind::Graduated);
                student.left = day("2019-06-01");
                student.employed = day("2019-05-01");
            },
            "就业时间2019-05-01早于毕业时间2019-06-01",
        ),
        (2, |w, r| w.course(r).end = day("2019-02-01"), "结业日期2019-02-01早于开班日期2019-03-01"),
        (2, |w, r| w.course(r).employed = day("2019-03-10"), "就业时间2019-03-10早于结业日期"),
        (2, |w, r| w.course(r).business = day("2019-07"), "创业时间2019年7月晚于统计日期"),
        (
            2,
            |w, r| {
                w.course(r).start = day("2018-03-01");
                w.course(r).end = day("2018-03-02");
            },
            "开班时只有15岁",
        ),
        (2, |w, r| w.course(r).employed = day("2019-03"), ""),
    ];
    for (institution, story, words) in cases {
        let (mut world, person) = one_person();
        let row = world.linked(institution, person);
        story(&mut world, row);
        let found = reasons(&world, FindingKind::Illogical);
        if words.is_empty() {
            assert!(found.is_empty(), "{found:?}");
        } else {
            assert!(found.len() == 1 && found[0].contains(words), "{words}: {found:?}");
        }
    }
}

#[test]
fn a_planned_graduation_is_not_in_the_future() {
    let (mut world, person) = one_person();
    let row = world.linked(0, person);
    world.student(row).left = day("2022-07-01");
    assert_eq!(all(&world), []);
}

#[test]
fn people_outside_the_registry_are_not_judged() {
    let mut world = Sample::new();
    let mut person = facts("王五", id_of("20030101", 11));
    person.sex = Some(Sex::Female);
    world.row(0, person, none());
    assert_eq!(of(&world, FindingKind::Illogical), []);
}

#[test]
fn conflicts_inside_the_registry() {
    let (mut world, person) = one_person();
    world.person_mut(person).relation = Some(Relation::Son);
    world.person_mut(person).standing.exit_year = Some(2020);
    let child = world.person("李小", id_of("20060601", 125));
    world.person_mut(child).schooling = Some(Schooling::Vocational);
    let adult = world.person("李大", id_of("19990601", 127));
    world.person_mut(adult).schooling = Some(Schooling::Primary);
    assert_eq!(
        reasons(&world, FindingKind::Illogical),
        [
            "建档立卡信息：“李红”与户主关系为“之子”，性别为“女”",
            "建档立卡信息：“李红”脱贫年度2020晚于统计日期2019-06-10",
            "建档立卡信息：“李小”13岁，在校生状况为“中职”",
            "建档立卡信息：“李大”20岁，在校生状况为“小学”",
        ]
    );
}

#[test]
fn a_long_course_beside_school_is_odd_a_short_one_is_not() {
    for (end, count) in [("2019-05-15", 1), ("2019-04-10", 0)] {
        let (mut world, person) = one_person();
        world.linked(0, person);
        let row = world.linked(2, person);
        (world.course(row).start, world.course(row).end) = (day("2019-04-01"), day(end));
        let found = reasons(&world, FindingKind::Illogical);
        assert_eq!(found.len(), count, "{end}: {found:?}");
    }
}

#[test]
fn subsidies_within_a_year() {
    fn courses(years: &[&str]) -> (Sample, Vec<u32>) {
        let (mut world, person) = one_person();
        let rows: Vec<u32> = years.iter().map(|_| world.linked(2, person)).collect();
        for (row, start) in rows.iter().zip(years) {
            (world.course(*row).start, world.course(*row).end) = (day(start), day(start));
            world.course(*row).trade = format!("工种{row}").into();
        }
        (world, rows)
    }
    let (mut world, rows) = courses(&["2019-03-01", "2019-04-01"]);
    for row in &rows {
        world.course(*row).living_fee = Some(15000);
    }
    let found = reasons(&world, FindingKind::SubsidyRepeated);
    assert_eq!(found[0], "“李红”2019年享受生活费补贴2次：本行与诚信培训学校第3行");
    world.course(rows[1]).living_fee = Some(0);
    assert_eq!(of(&world, FindingKind::SubsidyRepeated), []);
    world.course(rows[1]).trade = "工种0".into();
    assert!(reasons(&world, FindingKind::SubsidyRepeated)[0].contains("同一工种“工种0”培训2次"));
    let (world, _) = courses(&["2019-03-01", "2020-03-01"]);
    assert_eq!(of(&world, FindingKind::SubsidyRepeated), []);
    let (world, _) = courses(&["2019-02-01", "2019-03-01", "2019-04-01", "2019-05-01"]);
    assert_eq!(of(&world, FindingKind::SubsidyRepeated).len(), 4);
}

#[test]
fn review_cases_name_their_candidates() {
    let (mut world, person) = one_person();
    let rival = world.person("李红", id_of("20030401", 126));
    let row = facts("李红", id(""));
    world.row(0, row, review(&[person, rival], MatchClass::IdMissing));
    let found = &of(&world, FindingKind::ToReview)[0];
    assert!(found.reason.starts_with("有多个候选："), "{}", found.reason);
    assert!(found.reason.contains("“李红”239999********1220（桦南县，人编号P000，可能性50%）"));
    assert_eq!((found.owner, found.person), (Owner::HumanResources, Some(person)));
}

#[test]
fn findings_are_sorted_and_counted_by_place() {
    let (mut world, person) = one_person();
    world.row(2, facts("王五", id("")), none());
    world.linked(0, person);
    world.linked(1, person);
    world.person_mut(person).relation = Some(Relation::Son);
    let found = all(&world);
    let keys: Vec<(FindingKind, Option<u32>)> =
        found.iter().map(|finding| (finding.kind, finding.record)).collect();
    assert_eq!(
        keys,
        [
            (FindingKind::IdMissing, Some(0)),
            (FindingKind::TwoSchools, Some(1)),
            (FindingKind::TwoSchools, Some(2)),
            (FindingKind::Illogical, None),
        ]
    );
    let counts = count_by_institution(&world.records, &found);
    let names: Vec<&str> = counts.places.iter().map(|place| place.name.as_str()).collect();
    assert_eq!(
        names,
        ["伊春技师学院", "佳木斯技师学院", "博爱培训学校", "诚信培训学校", "建档立卡信息"]
    );
    assert_eq!(counts.of_kind(FindingKind::TwoSchools), 2);
    let by_place: Vec<u64> = (0..5).map(|place| counts.of_place(place)).collect();
    assert_eq!((by_place, counts.total()), (vec![1, 1, 0, 1, 1], 4));
}
