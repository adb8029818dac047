//! What came back, workbook by workbook, and taking back a whole one: the same entries as one by one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::config::Project;
use crate::ledger::{Ledger, LedgerError, NewReturn, RulingAct};
use crate::linkage::decisions::About;

use super::decide::{Undoing, filled_words, open, undone};
use super::imports::{DecideError, masked};
use super::returns::{UNDONE, taken_back};

/// Digits by which people name a workbook.
const SHORT: usize = 8;

/// A workbook that came back, with what of it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedFile {
    /// Sum of its bytes.
    pub sha256: String,
    /// Its name, without folders.
    pub name: String,
    /// When it was taken.
    pub at: Timestamp,
    /// What is in force, rulings first.
    pub lines: Vec<ReturnedEntry>,
}

/// What a returned workbook said of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedEntry {
    /// Its number.
    pub number: ReturnedNumber,
    /// Who filled it in.
    pub clerk: String,
    /// Whom it is about.
    pub who: String,
    /// What was filled in; ID numbers masked.
    pub said: String,
    /// Sheet and row it was read from.
    pub place: String,
}

/// The number an entry is taken back by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReturnedNumber {
    /// A ruling.
    Ruling(i64),
    /// A line of another list.
    Line(i64),
}

impl ReturnedNumber {
    /// As people write it: `7`, `G12`.
    pub fn label(self) -> String {
        match self {
            Self::Ruling(number) => number.to_string(),
            Self::Line(number) => format!("G{number}"),
        }
    }

    /// Reads [`ReturnedNumber::label`].
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.strip_prefix(['G', 'g']);
        let number = bare.unwrap_or(text).parse().ok().filter(|number| *number > 0)?;
        Some(if bare.is_some() { Self::Line(number) } else { Self::Ruling(number) })
    }
}

impl ReturnedFile {
    /// The name people take it back by: `F3a9c2b10`.
    pub fn short(&self) -> String {
        format!("F{}", self.sha256.get(..SHORT).unwrap_or(&self.sha256))
    }

    /// Everybody who filled something in.
    pub fn clerks(&self) -> Vec<&str> {
        let clerks: BTreeSet<&str> = self.lines.iter().map(|one| one.clerk.as_str()).collect();
        clerks.into_iter().collect()
    }
}

/// The workbooks that came back and of which something is in force, newest first; those of before the
/// first run are none.
///
/// # Errors
/// See [`DecideError`].
pub fn came_back(project: &Project) -> Result<Vec<ReturnedFile>, DecideError> {
    let Some(ledger) = Ledger::existing(&project.root)? else { return Ok(Vec::new()) };
    Ok(files(&ledger)?)
}

/// What is collected of one workbook.
struct Collected {
    file: String,
    at: Timestamp,
    lines: Vec<ReturnedEntry>,
}

fn files(ledger: &Ledger) -> Result<Vec<ReturnedFile>, LedgerError> {
    let mut found: BTreeMap<String, Collected> = BTreeMap::new();
    let mut put = |sum: &str, at: Timestamp, mut entry: ReturnedEntry| {
        let whole = std::mem::take(&mut entry.place);
        let (path, place) = whole.split_once(" › ").unwrap_or((&whole, ""));
        place.clone_into(&mut entry.place);
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
        let known = found.entry(sum.to_owned());
        let known = known.or_insert(Collected { file, at, lines: Vec::new() });
        known.at = known.at.max(at);
        known.lines.push(entry);
    };
    let mut newest = BTreeMap::new();
    for entry in ledger.rulings_after(0)? {
        newest.insert(entry.key.clone(), entry);
    }
    let mut rulings: Vec<_> = newest.into_values().collect();
    rulings.sort_by_key(|entry| entry.number);
    for entry in rulings.iter().filter(|entry| !entry.file_sha256.is_empty()) {
        let RulingAct::Answered(answer) = entry.verdict else { continue };
        let who = ledger.case(&entry.key)?.map_or_else(String::new, |case| {
            let (source, person) = (&case.pair.source, &case.pair.person);
            format!("{} {}／登记 {}", source.institution, source.who.name, person.who.name)
        });
        let note = if entry.note.is_empty() { String::new() } else { format!("；{}", entry.note) };
        let said = format!("{}{note}", answer.label());
        let line = ReturnedEntry {
            number: ReturnedNumber::Ruling(entry.number),
            clerk: entry.clerk.clone(),
            who: masked(who),
            said: masked(said),
            place: entry.place.clone(),
        };
        put(&entry.file_sha256, entry.at, line);
    }
    for entry in ledger.returns()? {
        let about = About::from_text(&entry.line.about);
        let who = about.map_or_else(String::new, |about| about.name().to_owned());
        let line = ReturnedEntry {
            number: ReturnedNumber::Line(entry.number),
            said: masked(filled_words(&entry.line.filled)),
            clerk: entry.line.clerk,
            who: masked(who),
            place: entry.line.place,
        };
        put(&entry.line.file_sha256, entry.at, line);
    }
    let file = |(sha256, one): (String, Collected)| ReturnedFile {
        sha256,
        name: one.file,
        at: one.at,
        lines: one.lines,
    };
    let mut files: Vec<ReturnedFile> = found.into_iter().map(file).collect();
    files.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.name.cmp(&b.name)));
    Ok(files)
}

/// Takes back all that is in force of one workbook, named by the beginning of its sum. Hands out what was
/// taken back.
///
/// # Errors
/// See [`DecideError`].
pub fn undo_file(
    project: &Project,
    name: &str,
    clerk: &str,
    at: Timestamp,
) -> Result<ReturnedFile, DecideError> {
    let mut ledger = open(project)?;
    let wanted = name.trim_start_matches(['F', 'f']).to_lowercase();
    let mut files = files(&ledger)?;
    files.retain(|file| wanted.len() >= SHORT && file.sha256.starts_with(&wanted));
    let unknown = || DecideError::NoReturnedFile(name.to_owned());
    let (Some(file), None) = (files.pop(), files.pop()) else { return Err(unknown()) };
    let mut rulings = Vec::new();
    for line in &file.lines {
        let ReturnedNumber::Ruling(number) = line.number else { continue };
        let entry = ledger.ruling(number)?.ok_or(DecideError::NotStanding(number))?;
        rulings.push(undone(&entry, Undoing { clerk, note: "", place: UNDONE }));
    }
    let mut lines = ledger.returns()?;
    lines.retain(|entry| entry.line.file_sha256 == file.sha256);
    let lines: Vec<NewReturn> =
        lines.into_iter().map(|entry| taken_back(entry.line, clerk)).collect();
    ledger.rule(&rulings, at)?;
    ledger.take_returns(&lines, at)?;
    Ok(file)
}
