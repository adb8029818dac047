//! Cards handed out to schools and offices, and taken back into the ledger.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::config::Project;
use crate::file_names::FileNames;
use crate::ledger::{Ledger, LedgerError};
use crate::private_files;
use crate::problems::Problem;
use crate::programmes::CardLine;
use crate::records::attendance::is_still_enrolled;
use crate::results::Results;
use crate::sources::Progress;
use crate::workbooks::WorkbookError;
use crate::workbooks::cards::{self, Card, CardForm, CardRow, FORMS};

use super::decide::{DecideError, files};
use super::error::RunError;
use super::survey;
use super::watch::Clock;

/// Folder of everything handed out, beside the project file.
const FOLDER: &str = "派发";

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

/// Why no card was handed out.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// A stage of the run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WorkbookError),
    /// A folder could not be made.
    #[error("无法写入：{0}")]
    Io(#[from] std::io::Error),
    /// Nobody is due.
    #[error("没有要派发的人：没有比对一致的在校生，也没有离校未就业高校毕业生名单")]
    Nobody,
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
    let (survey, ledger) = survey(project, clock, progress)?;
    let results = survey.results();
    let known = ledger.cards()?;
    let served = served(&results);
    let mut report = IssueReport::default();
    for form in &FORMS {
        let rows = match form.card {
            "monitoring" => students(&results),
            _ => graduates(&results),
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
            let path = folder.join(format!("{name}.xlsx"));
            cards::write(&path, &results, form, &card)?;
            report.files.push((path, card.rows.len()));
        }
    }
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
        let texts = [
            record.facts.name.raw.trim(),
            &student.student_no,
            &student.class_name,
            &student.major,
        ];
        own.push(CardRow { person, texts: texts.map(str::to_owned).to_vec() });
    }
    all
}

/// Graduates without work, by county; never with their ID numbers.
fn graduates(results: &Results) -> BTreeMap<String, Vec<CardRow>> {
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
        let person = results.person_key(*person);
        if own.iter().any(|row| row.person == person) {
            continue;
        }
        let phone = entry.facts.phones.first().map_or_else(String::new, ToString::to_string);
        let detail = &entry.detail;
        let name = entry.facts.name.raw.trim().to_owned();
        own.push(CardRow {
            person,
            texts: vec![name, phone, detail.school.to_string(), detail.major.to_string()],
        });
    }
    all
}

/// Services on record (就业服务记录), by person as results name people.
fn served(results: &Results) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let Some(census) = results.census else { return all };
    for (entry, person) in results.records.entries.iter().zip(&census.of_entry) {
        if results.records.lists[usize::from(entry.list)].list == "services" {
            let own = all.entry(results.person_key(*person)).or_default();
            own.push(entry.detail.measure.to_string());
        }
    }
    all
}

/// The services of 1131, their headings on the card, words of a record that are one, and how many are due.
const SERVICES_DUE: [(&str, &str, &[&str], usize); 4] = [
    ("政策宣介", "政策宣介日期", &["政策"], 1),
    ("职业指导", "职业指导日期", &["职业指导", "就业指导"], 1),
    ("岗位推介", "岗位推介日期", &["岗位", "职业介绍"], 3),
    ("培训或见习", "培训或见习", &["培训", "见习"], 1),
];

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
            row.texts.push(match self.form.card {
                "monitoring" => self.last_month(&key),
                _ => self.still_due(&key, &row.person),
            });
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

    /// What is missing of 1131: one presentation of policy, one guidance, three posts, one course; as
    /// cards or records of services tell, whichever tells of more.
    fn still_due(&self, key: &str, person: &str) -> String {
        let on_cards = |field: &str| -> usize {
            let lines =
                self.of(key).filter(|line| line.field == field && line.value != "本人不愿意");
            let words = ['、', ',', '，', ';', '；', ' '];
            lines.map(|line| line.value.split(words).filter(|one| !one.is_empty()).count()).sum()
        };
        let records = self.served.get(person).map_or(&[][..], Vec::as_slice);
        let on_record = |words: &[&str]| {
            records.iter().filter(|one| words.iter().any(|word| one.contains(word))).count()
        };
        let missing: Vec<String> = SERVICES_DUE
            .iter()
            .filter_map(|(name, field, words, wanted)| {
                let left = wanted.saturating_sub(on_cards(field).max(on_record(words)));
                (left > 0).then(|| format!("{name}{left}次"))
            })
            .collect();
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

/// What cards say, with people by their keys in results where this run knows them.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn known(ledger: &Ledger, results: &Results) -> Result<Vec<CardLine>, LedgerError> {
    let mut lines = ledger.cards()?;
    if lines.is_empty() {
        return Ok(lines);
    }
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let linked = results.outcomes.iter().filter_map(super::super::linkage::Outcome::linked);
    let mut people: Vec<String> =
        linked.map(|person| results.person(person).person_no.to_string()).collect();
    let count = results.census.map_or(0, |census| census.persons.len());
    people.extend((0_u32..).take(count).map(|person| results.person_key(person)));
    people.sort();
    people.dedup();
    for person in people {
        names.insert(ledger.person_key(&person), person);
    }
    for line in &mut lines {
        if let Some(name) = names.get(&line.person) {
            line.person.clone_from(name);
        }
    }
    lines.sort_by(|a, b| {
        let key = |line: &CardLine| {
            (line.card.clone(), line.month.clone(), line.unit.clone(), line.person.clone())
        };
        key(a).cmp(&key(b))
    });
    Ok(lines)
}
