//! One person's file: who it is, groups, school, training with its five stages, subsidies, cards.

use crate::census::state_at;
use crate::config::Project;
use crate::programmes::{CardLine, Event, Line};
use crate::results::Results;
use crate::results::words::date;

use super::error::RunError;
use super::survey;
use super::watch::Clock;
use crate::sources::Progress;

/// A heading with its lines, each a row of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePart {
    /// What the rows are.
    pub title: &'static str,
    /// Headings.
    pub headings: &'static [&'static str],
    /// Cells.
    pub rows: Vec<Vec<String>>,
}

/// One person's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFile {
    /// Name and key, for a heading.
    pub title: String,
    /// The parts, those without rows left out.
    pub parts: Vec<FilePart>,
}

/// The files of everybody all words fit: name, 人编号, or the whole ID number.
///
/// # Errors
/// As a run.
pub fn files(
    project: Project,
    words: &[String],
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<Vec<PersonFile>, RunError> {
    let (survey, ledger) = survey(project, clock, progress)?;
    let results = survey.results();
    let cards = ledger.cards()?;
    let mut found = Vec::new();
    let Some(census) = results.census else { return Ok(found) };
    let faces = census.faces(results.records);
    for (person, face) in (0_u32..).zip(&faces) {
        let Some(who) = face else { continue };
        let key = results.person_key(person);
        let fits = |word: &String| {
            who.name.raw.trim() == word || key == *word || who.id.raw.trim() == word
        };
        if words.iter().all(fits) {
            let own = ledger.person_key(&key);
            let mine = cards.iter().filter(|line| line.person == own).collect();
            found.push(PersonSheet { results: &results, person, cards: mine }.file());
        }
    }
    Ok(found)
}

struct PersonSheet<'a, 'run> {
    results: &'a Results<'run>,
    person: u32,
    cards: Vec<&'a CardLine>,
}

impl PersonSheet<'_, '_> {
    fn file(&self) -> PersonFile {
        let facts =
            self.results.census.and_then(|census| census.facts(self.results.records, self.person));
        let name = facts.map_or("", |facts| facts.name.raw.trim());
        let number = facts.map_or_else(String::new, |facts| facts.id.masked());
        let key = self.results.person_key(self.person);
        let parts = [
            FilePart {
                title: "基本信息",
                headings: &["姓名", "证件号码", "标识"],
                rows: vec![vec![name.to_owned(), number, key.clone()]],
            },
            self.groups(),
            self.schools(),
            self.trainings(),
            self.subsidies(),
            self.card_lines(),
        ];
        PersonFile {
            title: format!("{name}（{key}）"),
            parts: parts.into_iter().filter(|part| !part.rows.is_empty()).collect(),
        }
    }

    fn show(&self, origin: crate::origin::Origin) -> String {
        self.results.catalogue.show(origin, None)
    }

    fn groups(&self) -> FilePart {
        let census = self.results.census;
        let own = census.map(|census| census.memberships_of(self.person)).unwrap_or_default();
        let as_of = self.results.project.as_of;
        let day = |day: Option<jiff::civil::Date>| day.map_or("—".to_owned(), |d| d.to_string());
        let row = |one: &crate::census::Membership| {
            let state = state_at(one, as_of).label().to_owned();
            let title = self.results.group_title(&one.group);
            vec![title, day(one.from), day(one.to), state, self.show(one.origin)]
        };
        FilePart {
            title: "身份",
            headings: &["名单", "起", "止", "状态", "出处"],
            rows: own.iter().map(row).collect(),
        }
    }

    fn schools(&self) -> FilePart {
        let census = self.results.census;
        let of = census.map(|census| census.of_source.as_slice()).unwrap_or_default();
        let rows = self.results.records.sources.iter().zip(of);
        let own = rows.filter(|(_, person)| **person == self.person);
        let students = own.filter_map(|(record, _)| record.enrollment().map(|one| (record, one)));
        let row =
            |(record, student): (&crate::records::SourceRecord, &crate::records::Enrollment)| {
                vec![
                    self.results.institution(record).to_owned(),
                    student.major.to_string(),
                    student.class_name.to_string(),
                    date(student.entry),
                    student.status.map_or("", |status| status.label()).to_owned(),
                    date(student.left),
                    self.show(record.origin),
                ]
            };
        FilePart {
            title: "学籍",
            headings: &["学校", "专业", "班级", "入学", "状态", "离校", "出处"],
            rows: students.map(row).collect(),
        }
    }

    /// One line per attendance with its five stages: 报名、培训、考核、就业、补贴.
    fn trainings(&self) -> FilePart {
        let judged = self.results.judged;
        let events = judged.map(|judged| judged.events.as_slice()).unwrap_or_default();
        let own = (0_u32..).zip(events).filter(|(_, event)| event.person == self.person);
        let day = |day: Option<jiff::civil::Date>| day.map_or("—".to_owned(), |d| d.to_string());
        let row = |(index, event): (u32, &Event)| {
            let claims = judged.iter().flat_map(|judged| &judged.claims.list);
            let mine: Vec<_> = claims.filter(|claim| claim.event == Some(index)).collect();
            let paid = mine.iter().any(|claim| claim.is_paid);
            let mark = |is_there: bool| if is_there { "有" } else { "—" }.to_owned();
            vec![
                event.trade.to_string(),
                event.level.map_or("", |level| level.label()).to_owned(),
                mark(mine.iter().any(|claim| !claim.is_paid)),
                format!("{} 至 {}", day(event.began_on), day(event.ended_on)),
                day(event.certificate_on),
                day(event.employed_on),
                mark(paid),
                event.origin.map_or_else(String::new, |origin| self.show(origin)),
            ]
        };
        FilePart {
            title: "培训",
            headings: &["工种", "等级", "报名（申领）", "培训", "取证", "就业", "发放", "出处"],
            rows: own.map(row).collect(),
        }
    }

    fn subsidies(&self) -> FilePart {
        let judged = self.results.judged;
        let lines = judged.iter().flat_map(|judged| &judged.lines);
        let yuan =
            |fen: Option<i64>| fen.map_or_else(|| "—".to_owned(), crate::records::money::yuan);
        let row = |line: &Line| {
            let policy = &self.results.project.programmes[line.programme];
            let title = policy.rule(&line.rule).map_or("先行拨付", |rule| rule.title.as_str());
            vec![
                format!("{} {title}", line.rule),
                line.counted_on.map_or_else(String::new, |day| day.to_string()),
                line.verdict.label().to_owned(),
                line.reason(),
                yuan(line.low),
                yuan(line.claimed),
                yuan(line.paid),
            ]
        };
        FilePart {
            title: "补贴",
            headings: &["项目", "归属日期", "结论", "原因", "应发（元）", "申领", "发放"],
            rows: lines.filter(|line| line.person == self.person).map(row).collect(),
        }
    }

    fn card_lines(&self) -> FilePart {
        let row = |line: &&CardLine| {
            vec![
                line.month.clone(),
                line.unit.clone(),
                line.field.clone(),
                line.value.clone(),
                line.filled_by.clone(),
            ]
        };
        FilePart {
            title: "监测与服务",
            headings: &["月份", "单位", "项目", "内容", "填表人"],
            rows: self.cards.iter().map(row).collect(),
        }
    }
}
