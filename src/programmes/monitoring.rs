//! Monthly monitoring of students (黑人社发〔2019〕10号（四）): what the cards of a month say, school by
//! school, and what somebody has to look at.

use std::collections::{BTreeMap, BTreeSet};

use super::CardLine;

/// The kind of card.
const CARD: &str = "monitoring";
/// What a card says of somebody who is no longer there.
const GONE: [&str; 2] = ["退学", "失联"];
/// Questions of the card, each with the heading of what is done about a difficulty.
const QUESTIONS: [(&str, &str); 2] = [("学习情况", "学习帮扶"), ("生活情况", "生活帮扶")];
const TROUBLE: &str = "有困难";

/// A student who is to be looked after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueStudent {
    /// The school.
    pub unit: String,
    /// Key in results.
    pub person: String,
    /// Name.
    pub name: String,
}

/// A school's month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchoolMonth {
    /// Students to be looked after.
    pub due: usize,
    /// Lines that came back filled in.
    pub filled: usize,
    /// With a difficulty in learning.
    pub study: usize,
    /// With a difficulty in living.
    pub life: usize,
    /// Difficulties something is done about.
    pub helped: usize,
    /// Students who had a difficulty the month before and have none now.
    pub closed: usize,
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Concern {
    /// `W2` … `W7`; `W8` for dates of another month.
    pub code: &'static str,
    /// The school.
    pub unit: String,
    /// Whom it is about; empty for a whole school.
    pub person: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub text: String,
}

/// The newest month of which a card has come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitoredMonth {
    /// `2019-11`.
    pub month: String,
    /// By school.
    pub schools: BTreeMap<String, SchoolMonth>,
    /// In the order of codes, schools and people.
    pub concerns: Vec<Concern>,
}

type CardAnswers<'run> = BTreeMap<&'run str, &'run str>;

/// What the cards of the newest month say; `None` where none came back.
pub fn monitor(due: &[DueStudent], cards: &[CardLine]) -> Option<MonitoredMonth> {
    let mut said: BTreeMap<&str, BTreeMap<(&str, &str), CardAnswers<'_>>> = BTreeMap::new();
    for line in cards.iter().filter(|line| line.card == CARD) {
        let month = said.entry(&line.month).or_default();
        let own = month.entry((&line.unit, &line.person)).or_default();
        own.insert(&line.field, &line.value);
    }
    let (month, now) = said.last_key_value()?;
    let before = said.values().rev().nth(1);
    let desk = MonthDesk { month, now, before };
    let mut schools: BTreeMap<String, SchoolMonth> = BTreeMap::new();
    let mut concerns: Vec<Concern> = Vec::new();
    for student in due {
        let school = schools.entry(student.unit.clone()).or_default();
        school.due += 1;
        if let Some(own) = now.get(&(student.unit.as_str(), student.person.as_str())) {
            school.filled += 1;
            desk.add(school, student, own);
        }
        concerns.extend(desk.concerns(student));
    }
    let answered: BTreeSet<&str> = now.keys().map(|(unit, _)| *unit).collect();
    let silent = schools.keys().filter(|unit| !answered.contains(unit.as_str()));
    concerns.extend(silent.map(|unit| Concern {
        code: "W5",
        unit: unit.clone(),
        person: String::new(),
        name: String::new(),
        text: format!("{month}的登记表没有交回"),
    }));
    concerns.sort();
    Some(MonitoredMonth { month: (*month).to_owned(), schools, concerns })
}

/// What is known of a month and the one before.
struct MonthDesk<'run> {
    month: &'run str,
    now: &'run BTreeMap<(&'run str, &'run str), CardAnswers<'run>>,
    before: Option<&'run BTreeMap<(&'run str, &'run str), CardAnswers<'run>>>,
}

impl MonthDesk<'_> {
    fn add(&self, school: &mut SchoolMonth, student: &DueStudent, own: &CardAnswers<'_>) {
        let open = |(question, _): &(&str, &str)| own.get(question) == Some(&TROUBLE);
        school.study += usize::from(open(&QUESTIONS[0]));
        school.life += usize::from(open(&QUESTIONS[1]));
        let troubles = QUESTIONS.iter().filter(|one| open(one));
        school.helped += troubles.filter(|(_, help)| own.contains_key(help)).count();
        school.closed += usize::from(self.had_trouble(student) && !QUESTIONS.iter().any(open));
    }

    fn earlier<'a>(&'a self, student: &'a DueStudent) -> Option<&'a CardAnswers<'a>> {
        self.before?.get(&(student.unit.as_str(), student.person.as_str()))
    }

    fn had_trouble(&self, student: &DueStudent) -> bool {
        let told = self.earlier(student);
        told.is_some_and(|told| QUESTIONS.iter().any(|one| told.get(one.0) == Some(&TROUBLE)))
    }

    fn concerns(&self, student: &DueStudent) -> Vec<Concern> {
        let concern = |code: &'static str, text: String| Concern {
            code,
            unit: student.unit.clone(),
            person: student.person.clone(),
            name: student.name.clone(),
            text,
        };
        let mut found = Vec::new();
        if self.before.is_some() && self.earlier(student).is_none() {
            found.push(concern("W7", "上月没有登记，本月新增（待建档）".to_owned()));
        }
        let Some(own) = self.now.get(&(student.unit.as_str(), student.person.as_str())) else {
            let returned = self.now.keys().any(|(unit, _)| *unit == student.unit);
            found.extend(returned.then(|| concern("W4", "这一行没有填写".to_owned())));
            return found;
        };
        for (question, help) in QUESTIONS {
            if own.get(question) != Some(&TROUBLE) {
                continue;
            }
            if !own.contains_key(help) {
                found.push(concern("W2", format!("{question}有困难，没有写明{help}")));
            }
            if self.earlier(student).and_then(|told| told.get(question)) == Some(&TROUBLE) {
                found.push(concern("W3", format!("{question}有困难已有两个月以上")));
            }
        }
        if let Some(state) = own.get("在校情况").filter(|state| GONE.contains(state)) {
            found.push(concern("W6", format!("登记表填“{state}”，学籍名单中仍在校")));
        }
        if let Some(day) = own.get("监测日期").filter(|day| !is_in(day, self.month)) {
            found.push(concern("W8", format!("监测日期“{day}”不在{}", self.month)));
        }
        found
    }
}

/// Whether a written date lies in a month: `2019-11-20`, `2019年11月20日`, `2019/11/20`; what is no whole
/// date is not judged.
fn is_in(day: &str, month: &str) -> bool {
    let numbers: Vec<u32> = day
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect();
    match numbers[..] {
        [year, number, _] => format!("{year:04}-{number:02}") == month,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{DueStudent, monitor};
    use crate::programmes::CardLine;

    fn due(count: usize) -> Vec<DueStudent> {
        let one = |number: usize| DueStudent {
            unit: "甲校".to_owned(),
            person: format!("{number:02}"),
            name: String::new(),
        };
        (0..count).map(one).collect()
    }

    fn line(person: usize, month: &str, field: &str, value: &str) -> CardLine {
        CardLine {
            card: "monitoring".to_owned(),
            unit: "甲校".to_owned(),
            person: format!("{person:02}"),
            month: month.to_owned(),
            field: field.to_owned(),
            value: value.to_owned(),
            filled_by: String::new(),
            source_file: String::new(),
            source_sheet: String::new(),
            source_row: 0,
        }
    }

    /// 40 due, 36 filled in; three with a difficulty in learning and two in living, for four of which
    /// something is done; one has left.
    #[test]
    fn a_month_of_a_school() {
        let month = "2019-11";
        let mut cards: Vec<CardLine> =
            (0..36).map(|at| line(at, month, "学习情况", "正常")).collect();
        for at in 0..3 {
            cards[at] = line(at, month, "学习情况", "有困难");
            cards.push(line(at, month, "学习帮扶", "课程辅导"));
        }
        cards.extend([line(3, month, "生活情况", "有困难"), line(4, month, "生活情况", "有困难")]);
        cards.push(line(3, month, "生活帮扶", "企业助学金"));
        cards.push(line(5, month, "在校情况", "退学"));
        cards.push(line(6, month, "监测日期", "2019-12-01"));
        let found = monitor(&due(40), &cards).expect("cards came back");
        let school = &found.schools["甲校"];
        assert_eq!((school.due, school.filled, school.study, school.life), (40, 36, 3, 2));
        assert_eq!(school.helped, 4);
        let count = |code: &str| found.concerns.iter().filter(|one| one.code == code).count();
        assert_eq!(["W2", "W3", "W4", "W5", "W6", "W7", "W8"].map(count), [1, 0, 4, 0, 1, 0, 1]);
    }

    /// A difficulty of December is still open in January; another one is over; a school is silent.
    #[test]
    fn over_the_turn_of_the_year() {
        let cards = [
            line(0, "2019-12", "学习情况", "有困难"),
            line(1, "2019-12", "生活情况", "有困难"),
            line(0, "2020-01", "学习情况", "有困难"),
            line(0, "2020-01", "学习帮扶", "其他"),
            line(1, "2020-01", "生活情况", "正常"),
            line(2, "2020-01", "在校情况", "在校"),
        ];
        let mut students = due(3);
        students.push(DueStudent { unit: "乙校".to_owned(), ..students[0].clone() });
        let found = monitor(&students, &cards).expect("cards came back");
        assert_eq!(found.month, "2020-01");
        assert_eq!(found.schools["甲校"].closed, 1);
        let told: Vec<(&str, &str)> =
            found.concerns.iter().map(|one| (one.code, one.unit.as_str())).collect();
        assert_eq!(told, [("W3", "甲校"), ("W5", "乙校"), ("W7", "乙校"), ("W7", "甲校")]);
    }
}
