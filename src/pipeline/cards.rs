//! Cards handed out to schools and offices, and taken back into the ledger.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::config::Project;
use crate::file_names::FileNames;
use crate::ledger::Ledger;
use crate::private_files;
use crate::problems::Problem;
use crate::programmes::{CardLine, still_due};
use crate::records::attendance::is_still_enrolled;
use crate::results::Results;
use crate::sources::Progress;
use crate::workbooks::cards::{self, Card, CardForm, CardRow, FORMS};

use super::card_history::tokens;
use super::decide::{DecideError, files};
pub use super::handing_out::IssueError;
use super::handing_out::{FOLDER, unused};
use super::push;
use super::survey;
use super::watch::Clock;

/// What was handed out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueReport {
    /// Files written, with their lines.
    pub files: Vec<(PathBuf, usize)>,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenReport {
    /// Files read.
    pub files: usize,
    /// Files that are none of ours or cannot be read.
    pub unusable: Vec<String>,
    /// Lines taken.
    pub taken: usize,
    /// Lines nothing was filled in.
    pub open: usize,
    /// Places and reasons of what was not taken.
    pub refused: Vec<(String, String)>,
}

/// Hands out the cards of a month: one per school for the students that are linked and at school, one per
/// county for graduates without work. `month` is `2019-11`; that of the report date where nothing is said.
///
/// # Errors
/// See [`IssueError`].
pub fn issue(
    project: Project,
    month: Option<&str>,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<IssueReport, IssueError> {
    let month = month.map_or_else(|| month_of(project.as_of), str::to_owned);
    let (survey, mut ledger) = survey(project, clock, progress)?;
    let results = survey.results();
    let known = ledger.cards()?;
    let tokens = tokens(&results, &ledger);
    let served = served(&results, &tokens);
    let mut report = IssueReport::default();
    for form in &FORMS {
        let rows = match form.card {
            "monitoring" => students(&results),
            _ => graduates(&results, &tokens),
        };
        let mut names = FileNames::default();
        for (unit, people) in rows {
            let name = names.give(&unit);
            let past =
                EarlierCards { known: &known, served: &served, form, unit: &unit, month: &month };
            let card = past.card(people, &ledger);
            if card.rows.is_empty() {
                continue;
            }
            let folder = results.project.root.join(FOLDER).join(form.title).join(&card.month);
            private_files::make_folder(&folder)?;
            let path = unused(&folder, &name);
            cards::write(&path, &results, form, &card)?;
            report.files.push((path, card.rows.len()));
        }
    }
    report.files.extend(push::issue(&results, &mut ledger, &tokens, &month, clock.now())?);
    if report.files.is_empty() { Err(IssueError::Nobody) } else { Ok(report) }
}

fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Linked students at school, by school.
fn students(results: &Results) -> BTreeMap<String, Vec<CardRow>> {
    let mut all: BTreeMap<String, Vec<CardRow>> = BTreeMap::new();
    for (record, outcome) in results.records.sources.iter().zip(results.outcomes) {
        let (Some(student), Some(person)) = (record.enrollment(), outcome.linked()) else {
            continue;
        };
        if !is_still_enrolled(student) {
            continue;
        }
        let own = all.entry(results.institution(record).to_owned()).or_default();
        let person = results.person(person).person_no.to_string();
        if own.iter().any(|row| row.person == person) {
            continue;
        }
        own.push(CardRow {
            person,
            name: record.facts.name.raw().trim().to_owned(),
            number: student.student_no.to_string(),
            from: student.class_name.to_string(),
            major: student.major.to_string(),
            told: String::new(),
        });
    }
    all
}

/// Graduates without work, by county; never with their ID numbers.
fn graduates(results: &Results, tokens: &[Vec<String>]) -> BTreeMap<String, Vec<CardRow>> {
    let mut all: BTreeMap<String, Vec<CardRow>> = BTreeMap::new();
    let Some(census) = results.census else { return all };
    for (entry, person) in results.records.entries.iter().zip(&census.of_entry) {
        let list = &results.records.lists[usize::from(entry.list)];
        if list.list != "graduate_unemployed" || entry.to.is_some() || entry.lapsed {
            continue;
        }
        let county = results.home(&entry.facts.place).county;
        let county = if county.is_empty() { "县区未识别" } else { county };
        let own = all.entry(county.to_owned()).or_default();
        let Some(person) = tokens[*person as usize].first().cloned() else { continue };
        if own.iter().any(|row| row.person == person) {
            continue;
        }
        let phone = entry.facts.phones.first().map_or_else(String::new, ToString::to_string);
        let detail = &entry.detail;
        own.push(CardRow {
            person,
            name: entry.facts.name.raw().trim().to_owned(),
            number: phone,
            from: detail.school.to_string(),
            major: detail.major.to_string(),
            told: String::new(),
        });
    }
    all
}

/// Services on record (就业服务记录), by what names people on cards.
fn served(results: &Results, tokens: &[Vec<String>]) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let Some(census) = results.census else { return all };
    for (entry, person) in results.records.entries.iter().zip(&census.of_entry) {
        if results.records.lists[usize::from(entry.list)].list == "services" {
            let Some(person) = tokens[*person as usize].first().cloned() else { continue };
            let own = all.entry(person).or_default();
            own.push(entry.detail.measure.to_string());
        }
    }
    all
}

/// What the ledger knows of a unit's people before a month.
struct EarlierCards<'a> {
    known: &'a [CardLine],
    /// Services on record.
    served: &'a BTreeMap<String, Vec<String>>,
    form: &'a CardForm,
    unit: &'a str,
    month: &'a str,
}

impl EarlierCards<'_> {
    fn card(&self, people: Vec<CardRow>, ledger: &Ledger) -> Card {
        let mut rows = Vec::with_capacity(people.len());
        for mut row in people {
            let key = ledger.person_key(&row.person);
            if self.has_work(&key) {
                continue;
            }
            row.told = match self.form.card {
                "monitoring" => self.last_month(&key),
                _ => self.still_due(&key, &row.person),
            };
            rows.push(row);
        }
        Card { unit: self.unit.to_owned(), month: self.month.to_owned(), rows }
    }

    fn of<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a CardLine> {
        self.known.iter().filter(move |line| line.card == self.form.card && line.person == key)
    }

    /// What the newest earlier card says.
    fn last_month(&self, key: &str) -> String {
        let earlier = |line: &&CardLine| line.month.as_str() < self.month;
        let Some(newest) = self.of(key).filter(earlier).map(|line| &line.month).max() else {
            return "待建档".to_owned();
        };
        let told = ["在校情况", "学习情况", "学习帮扶", "生活情况", "生活帮扶"];
        let said: Vec<&str> = self
            .of(key)
            .filter(|line| line.month == *newest && told.contains(&line.field.as_str()))
            .map(|line| line.value.as_str())
            .collect();
        format!("{newest}：{}", said.join("、"))
    }

    /// Whether an earlier card says that a graduate has found work or a place to study.
    fn has_work(&self, key: &str) -> bool {
        let told = self.of(key).filter(|line| line.field == "就业情况");
        let newest = told.max_by(|a, b| a.month.cmp(&b.month));
        newest.is_some_and(|line| line.value != "未就业")
    }

    /// What is missing of 1131, as cards or records of services tell, whichever tells of more.
    fn still_due(&self, key: &str, person: &str) -> String {
        let records = self.served.get(person).map_or(&[][..], Vec::as_slice);
        let lines: Vec<&CardLine> = self.of(key).collect();
        let missing = still_due(records, &lines);
        if missing.is_empty() { "已齐".to_owned() } else { format!("缺{}", missing.join("、")) }
    }
}

/// Takes returned cards into the ledger. Words may be globs.
///
/// # Errors
/// See [`DecideError`].
pub fn import(
    project: &Project,
    words: &[String],
    at: Timestamp,
) -> Result<TakenReport, DecideError> {
    let mut ledger = Ledger::open(&project.root)?;
    let mut report = TakenReport::default();
    for path in files(words)? {
        let shown = shown(&project.root, &path);
        match cards::read(&path, &shown) {
            Ok(returned) => {
                report.files += 1;
                let mut rows: Vec<u32> =
                    returned.lines.iter().map(|line| line.source_row).collect();
                rows.dedup();
                report.taken += rows.len();
                report.open += returned.open;
                report.refused.extend(returned.refused);
                ledger.take_cards(&returned.lines, &returned.sha256, at)?;
            }
            Err(problem) => report.unusable.push(Problem::line(&problem)),
        }
    }
    Ok(report)
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
