//! Graduates for the unified query (000 一, 001 二（一）2): who has graduated, what it is equal to, and what has to be
//! put right before the list is handed over.

use std::collections::{BTreeMap, BTreeSet};

use crate::records::attendance::is_still_enrolled;
use crate::records::{Enrollment, Records};
use crate::vocabulary::labels::{LeaveKind, StudyForm};

use super::condition::months_after;

/// A line of the hand-over: a graduate's row, or that of a graduate who studies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraduateLine {
    /// Index into `Records::sources`.
    pub row: u32,
    /// What the diploma is equal to (000 七, 001 二（五）3, 002 十三); 在读 for whoever studies on.
    pub equal_to: String,
}

/// Something to put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraduateConcern {
    /// Index into `Records::sources`.
    pub row: u32,
    /// What it is, as users read it.
    pub what: &'static str,
}

/// All graduates of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graduates {
    /// In input order.
    pub lines: Vec<GraduateLine>,
    /// In input order.
    pub concerns: Vec<GraduateConcern>,
    /// 结业、预毕业、预结业: never handed over as graduates.
    pub withheld: usize,
}

/// Finds the graduates; `person_of` names the person of each row of schools and agencies.
pub fn graduates(records: &Records, person_of: &[u32]) -> Graduates {
    let students: Vec<(u32, u32, &Enrollment)> = (0_u32..)
        .zip(&records.sources)
        .zip(person_of)
        .filter_map(|((row, record), person)| Some((row, *person, record.enrollment()?)))
        .collect();
    let graduated: BTreeSet<u32> = students
        .iter()
        .filter(|(_, _, student)| is_graduate(student))
        .map(|(_, person, _)| *person)
        .collect();
    let studies_on = |person: &u32, student: &Enrollment| {
        is_still_enrolled(student) && graduated.contains(person)
    };
    let lines = students.iter().filter_map(|(row, person, student)| {
        let equal_to = if is_graduate(student) {
            equal_to(student)
        } else if studies_on(person, student) {
            "在读".to_owned()
        } else {
            return None;
        };
        Some(GraduateLine { row: *row, equal_to })
    });
    let held = [LeaveKind::Completed, LeaveKind::PreGraduated, LeaveKind::PreCompleted];
    let is_held = |kind: LeaveKind| held.contains(&kind);
    Graduates {
        lines: lines.collect(),
        concerns: concerns(records, &students),
        withheld: students
            .iter()
            .filter(|(_, _, student)| student.leave_kind.is_some_and(is_held))
            .count(),
    }
}

fn is_graduate(student: &Enrollment) -> bool {
    student.leave_kind == Some(LeaveKind::Graduated)
}

/// 中级工班 → 中专, 高级工班 → 大专, 预备技师（技师）班 → 本科 (000 七); nothing for 初级.
const EQUAL: [(&str, &str); 4] =
    [("技师", "本科"), ("高级", "大专"), ("中级", "中专"), ("初级", "无（初级）")];

/// What a level is equal to, for full-time study only. The column says 中级, 高级 or 预备技师; names of classes and
/// majors say the whole word, 高级 alone may be anything there.
fn equal_to(student: &Enrollment) -> String {
    let of_column = EQUAL.iter().find(|(word, _)| student.papers().training_level.contains(word));
    let names = [&student.class_name, &student.major];
    let of_names = || {
        let says = |word: &str| names.iter().any(|name| name.contains(word));
        EQUAL.iter().find(|(word, _)| match *word {
            "技师" => says(word),
            _ => says(&format!("{word}工")),
        })
    };
    match (of_column.or_else(of_names), student.study_form) {
        (None, _) => "待定（培养层次不详）".to_owned(),
        (Some((_, equal)), Some(StudyForm::PartTime)) => {
            format!("待定（非全日制，全日制为{equal}）")
        }
        (Some((_, equal)), _) => (*equal).to_owned(),
    }
}

fn concerns(records: &Records, students: &[(u32, u32, &Enrollment)]) -> Vec<GraduateConcern> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut schools: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (row, person, student) in students {
        if is_graduate(student) && !student.papers().graduation_no.is_empty() {
            *numbers.entry(&student.papers().graduation_no).or_default() += 1;
        }
        if is_still_enrolled(student) {
            let school = records.sources[*row as usize].institution;
            schools.entry(*person).or_default().insert(school);
        }
    }
    let mut all = Vec::new();
    for (row, person, student) in students {
        let mut add = |is_so: bool, what| {
            if is_so {
                all.push(GraduateConcern { row: *row, what });
            }
        };
        let elsewhere = schools.get(person).is_some_and(|schools| schools.len() > 1);
        add(is_still_enrolled(student) && elsewhere, "同时在两所学校有学籍");
        if !is_graduate(student) {
            continue;
        }
        let times = numbers.get(student.papers().graduation_no.as_str()).copied().unwrap_or(0);
        add(times > 1, "毕业证书编号重复");
        add(student.papers().graduation_no.is_empty(), "没有毕业证书编号");
        add(student.entry.is_empty(), "没有入学时间");
        add(student.left.is_empty(), "没有毕业时间");
        let early = student.entry.first_day().zip(student.left.first_day());
        let early = early.is_some_and(|(entry, left)| left < months_after(entry, 12));
        add(early, "毕业距入学不足一年");
        add(!records.sources[*row as usize].facts.id.is_sound(), "没有可用的证件号码");
    }
    all
}

#[cfg(test)]
mod tests {
    use super::equal_to;
    use crate::records::{Enrollment, StudentPapers};
    use crate::vocabulary::labels::StudyForm;

    fn student(level: &str, class: &str) -> Enrollment {
        let papers =
            StudentPapers { training_level: level.into(), ..StudentPapers::default() }.some();
        Enrollment { papers, class_name: class.into(), ..Enrollment::default() }
    }

    /// The register's own words, and those of the documents.
    #[test]
    fn levels_are_equal_to_what_the_document_says() {
        let cases = [
            ("中级", "", "中专"),
            ("高级", "", "大专"),
            ("预备技师", "", "本科"),
            ("初级", "", "无（初级）"),
            ("中级工", "", "中专"),
            ("高级技工", "", "大专"),
            ("", "2018高级工2班", "大专"),
            ("", "18预备技师班", "本科"),
            ("", "高级护理班", "待定（培养层次不详）"),
            ("", "", "待定（培养层次不详）"),
        ];
        for (level, class, expected) in cases {
            assert_eq!(equal_to(&student(level, class)), expected, "{level} {class}");
        }
        let part_time =
            Enrollment { study_form: Some(StudyForm::PartTime), ..student("高级", "") };
        assert_eq!(equal_to(&part_time), "待定（非全日制，全日制为大专）");
    }
}
