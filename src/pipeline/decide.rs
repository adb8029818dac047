//! Answers of people → rulings in the ledger: taken from returned workbooks, listed, taken back.
//!
//! What one clerk decided another does not silently overrule: two different answers to one
//! question, in one import or against a standing ruling, are both pointed out and not taken.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::config::Project;
pub use crate::ledger::ReturnEntry;
use crate::ledger::{CaseEntry, Filled, Ledger, LedgerError, NewRuling, RulingAct, RulingEntry};
use crate::linkage::decisions::{About, Answer, Ruling};
use crate::problems::Problem;
use crate::records::identity::Registered;
use crate::workbooks::review::{Returned, ReturnedLine};
use crate::workbooks::taken;

use super::imports::masked;
pub use super::imports::{DecideError, ImportReport, RefusedLine};
use super::returns;

/// An answer given on the review page.
#[derive(Clone, Copy, Debug)]
pub struct GivenAnswer<'a> {
    /// Key of the pair.
    pub key: &'a str,
    /// What was decided.
    pub answer: Answer,
    /// Who decided.
    pub clerk: &'a str,
    /// Why; may be empty.
    pub note: &'a str,
    /// The newest ruling on the pair that was on the page; `None` for none.
    pub seen: Option<i64>,
    /// How it came in.
    pub place: &'a str,
}

/// A line that may become a ruling.
struct ClaimedAnswer {
    line: ReturnedLine,
    answer: Answer,
    case: CaseEntry,
    place: String,
    file_sha256: String,
}

pub(super) fn open(project: &Project) -> Result<Ledger, DecideError> {
    if !project.root.join(crate::ledger::FILE_NAME).exists() {
        return Err(DecideError::NoLedger);
    }
    Ok(Ledger::open(&project.root)?)
}

/// Takes the answers of returned workbooks into the ledger. Words may be globs.
///
/// # Errors
/// See [`DecideError`]; the ledger is then as before.
pub fn import(
    project: &Project,
    words: &[String],
    at: Timestamp,
) -> Result<ImportReport, DecideError> {
    let mut ledger = open(project)?;
    let mut report = ImportReport::default();
    let mut claims = Vec::new();
    let mut lines = Vec::new();
    for path in files(words)? {
        let shown = path.display().to_string();
        match taken::read(&path, &shown) {
            Ok(book) => {
                report.files += 1;
                lines.extend(returns::claims_of(project, &book, &shown, &mut report));
                claims.extend(claims_of(&ledger, book.review, &shown, &mut report)?);
            }
            Err(problem) => report.unusable.push(Problem::line(&problem)),
        }
    }
    let lines = returns::admit(&ledger, project, lines, &mut report)?;
    let claims = without_conflicts(claims, &mut report);
    let claims = without_two_persons(claims, &mut report);
    let rulings = admit(&ledger, claims, &mut report)?;
    ledger.rule(&rulings, at)?;
    report.taken = rulings.len();
    ledger.take_returns(&lines, at)?;
    report.lines = lines.len();
    report.corrections = lines.iter().filter(|line| returns::is_correction(&line.filled)).count();
    report.refused.sort_by(|a, b| in_order(&a.place).cmp(&in_order(&b.place)));
    Ok(report)
}

/// A place with the row at its end as a number, so that row 5 comes before row 20.
fn in_order(place: &str) -> (&str, u32) {
    let cell = place.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let row = place.strip_prefix(cell).and_then(|row| row.parse().ok());
    (cell, row.unwrap_or(0))
}

/// The files words name: globs opened and sorted, each file once.
pub(super) fn files(words: &[String]) -> Result<Vec<PathBuf>, DecideError> {
    let mut found: Vec<PathBuf> = Vec::new();
    for word in words {
        let mut paths: Vec<PathBuf> = if Path::new(word).exists() {
            vec![PathBuf::from(word)]
        } else {
            let opened = glob::glob(word).map_err(|_| DecideError::NoFile(word.clone()))?;
            opened.flatten().filter(|path| path.is_file() && !is_lock(path)).collect()
        };
        if paths.is_empty() {
            return Err(DecideError::NoFile(word.clone()));
        }
        paths.sort();
        paths.retain(|path| !found.contains(path));
        found.append(&mut paths);
    }
    Ok(found)
}

/// What Excel and WPS write beside a workbook they have open.
fn is_lock(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("~$") || name.starts_with(".~")
}

/// The lines of one copy that ask a question of ours and answer it.
fn claims_of(
    ledger: &Ledger,
    returned: Returned,
    shown: &str,
    report: &mut ImportReport,
) -> Result<Vec<ClaimedAnswer>, DecideError> {
    let place = |parts: [&str; 2]| {
        let parts = [shown, parts[0], parts[1]];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" › ")
    };
    for trouble in &returned.troubles {
        report.refuse(place([&trouble.sheet, &trouble.cell]), trouble.message.clone());
    }
    report.open += returned.open;
    let mut claims = Vec::new();
    for line in returned.lines {
        if line.clerk.is_empty() {
            continue;
        }
        let place = place([&line.sheet, &line.cell]);
        let case = ledger.case(&line.key)?;
        match examine(&line, case.is_some()) {
            Err(message) => report.refuse(place, message),
            Ok(answer) => claims.extend(case.map(|case| {
                let file_sha256 = returned.sha256.clone();
                ClaimedAnswer { line, answer, case, place, file_sha256 }
            })),
        }
    }
    Ok(claims)
}

/// The answer of a line, or why it cannot be taken.
fn examine(line: &ReturnedLine, is_known: bool) -> Result<Answer, String> {
    if line.key.is_empty() {
        return Err("本行没有标识，不是清单里原有的行；请在发出的清单上填写".to_owned());
    }
    if !is_known {
        return Err(
            "本行的标识不是本项目发出的（改动过，或属于另一个项目）；请在原清单上重填".to_owned()
        );
    }
    if !line.intact {
        return Err("本行保护的内容或标识被改动过，看不出结论是对谁的；请在原清单上重填".to_owned());
    }
    if line.answer.is_empty() {
        return Err("有备注而没有选结论；请补选，或删去备注".to_owned());
    }
    Answer::from_label(&line.answer).ok_or_else(|| {
        let words = Answer::ALL.map(Answer::label).join("、");
        format!("“{}”不是可选的结论；请选：{words}", line.answer)
    })
}

/// Takes out every question that got two different answers in this import.
fn without_conflicts(claims: Vec<ClaimedAnswer>, report: &mut ImportReport) -> Vec<ClaimedAnswer> {
    let mut by_pair: BTreeMap<String, Vec<ClaimedAnswer>> = BTreeMap::new();
    let mut order = Vec::new();
    for claim in claims {
        let key = claim.case.key.clone();
        if !by_pair.contains_key(&key) {
            order.push(key.clone());
        }
        by_pair.entry(key).or_default().push(claim);
    }
    let mut kept = Vec::new();
    for key in order {
        let mut answers = by_pair.remove(&key).unwrap_or_default();
        if answers.windows(2).all(|two| two[0].answer == two[1].answer) {
            report.unchanged += answers.len() - 1;
            answers.truncate(1);
            kept.append(&mut answers);
            continue;
        }
        for (index, claim) in answers.iter().enumerate() {
            let other = answers.iter().find(|other| other.answer != claim.answer);
            let Some(other) = other.or(answers.get(index)) else { continue };
            let message = format!(
                "{}填“{}”，而 {} {}填“{}”，两处不一，都没有采用；请商定后只交一个结论（{}）",
                claim.line.clerk,
                claim.answer.label(),
                other.place,
                other.line.clerk,
                other.answer.label(),
                claim.line.who
            );
            report.refuse(claim.place.clone(), message);
        }
    }
    kept
}

/// Takes out answers that make one student or trainee two registered persons.
fn without_two_persons(
    claims: Vec<ClaimedAnswer>,
    report: &mut ImportReport,
) -> Vec<ClaimedAnswer> {
    let mut persons: BTreeMap<String, Vec<&CaseEntry>> = BTreeMap::new();
    for claim in claims.iter().filter(|claim| claim.answer == Answer::Same) {
        persons.entry(claim.case.pair.source.key()).or_default().push(&claim.case);
    }
    let is_two = |cases: &Vec<&CaseEntry>| cases.windows(2).any(|two| !is_one(two[0], two[1]));
    let two: Vec<String> =
        persons.into_iter().filter(|(_, cases)| is_two(cases)).map(|(source, _)| source).collect();
    let mut kept = Vec::new();
    for claim in claims {
        let source = claim.case.pair.source.key();
        if claim.answer == Answer::Same && two.binary_search(&source).is_ok() {
            let message = format!(
                "同一人员有两个候选人都填“同一人”，都没有采用；最多选一个（{}）",
                claim.line.who
            );
            report.refuse(claim.place, message);
        } else {
            kept.push(claim);
        }
    }
    kept
}

/// Whether two registered persons are one who is registered twice.
fn is_one(a: &CaseEntry, b: &CaseEntry) -> bool {
    let persons = [a, b].map(|case| &case.pair.person);
    let names = persons.map(|person| person.who.folded());
    let said = |at: usize| {
        let person = persons[at];
        let id = person.who.id.sound_number();
        Registered { region: 0, number: &person.person_no, id, name: &names[at] }
    };
    said(0).is(said(1))
}

/// Checks the claims against the ledger.
fn admit(
    ledger: &Ledger,
    claims: Vec<ClaimedAnswer>,
    report: &mut ImportReport,
) -> Result<Vec<NewRuling>, DecideError> {
    let mut rulings = Vec::new();
    for claim in claims {
        let history = ledger.history(&claim.case.key)?;
        let standing = standing(&history);
        if is_known(&history, standing, &claim) {
            report.unchanged += 1;
            continue;
        }
        if let Some(message) =
            objection(ledger, standing, &claim.line.clerk, claim.answer, &claim.case)?
        {
            let who = &claim.line.who;
            let message = format!("{message}（bidui decide undo）（{who}）");
            report.refuse(claim.place, message);
            continue;
        }
        if let Some(RulingEntry { verdict: RulingAct::Answered(before), clerk, .. }) = standing {
            let (place, who, before) = (&claim.place, &claim.line.who, before.label());
            report.replaced.push(format!("{place}（{who}）：原为{clerk}认定的“{before}”"));
        }
        let after = history.last().map(|entry| entry.number);
        rulings.push(NewRuling {
            after,
            key: claim.case.key,
            verdict: RulingAct::Answered(claim.answer),
            clerk: claim.line.clerk,
            note: claim.line.note,
            place: claim.place,
            file_sha256: claim.file_sha256,
        });
    }
    Ok(rulings)
}

/// The ruling in force on a pair.
fn standing(history: &[RulingEntry]) -> Option<&RulingEntry> {
    history.last().filter(|entry| entry.verdict != RulingAct::Undone)
}

/// Whether the ledger already has this answer, or this very file brought it before: what was taken back
/// or changed since does not come back with an old copy.
fn is_known(
    history: &[RulingEntry],
    standing: Option<&RulingEntry>,
    claim: &ClaimedAnswer,
) -> bool {
    let verdict = RulingAct::Answered(claim.answer);
    let stands = standing.is_some_and(|entry| {
        let said = entry.clerk != claim.line.clerk || entry.note == claim.line.note;
        entry.verdict == verdict && said
    });
    let same_file =
        |entry: &RulingEntry| entry.file_sha256 == claim.file_sha256 && entry.verdict == verdict;
    stands || history.iter().any(same_file)
}

/// What conflicts with an answer: another clerk's answer, or another person confirmed. A ruling the run
/// knew of and nevertheless asked (nobody could tell, or new data contradicted it) does not.
fn objection(
    ledger: &Ledger,
    standing: Option<&RulingEntry>,
    clerk: &str,
    wanted: Answer,
    case: &CaseEntry,
) -> Result<Option<String>, DecideError> {
    if let Some(entry) = standing.filter(|entry| entry.clerk != clerk)
        && let RulingAct::Answered(answer) = entry.verdict
        && entry.number > case.known
    {
        return Ok(Some(format!(
            "{clerk}填“{}”，而{}已认定“{}”（第 {} 号），没有采用；请商定，如须改正，先撤回那条认定",
            wanted.label(),
            entry.clerk,
            answer.label(),
            entry.number
        )));
    }
    if wanted != Answer::Same {
        return Ok(None);
    }
    let other = ledger.other_confirmation(case)?.filter(|other| other.number > case.known);
    let Some(other) = other else { return Ok(None) };
    let twice = ledger.case(&other.key)?.is_some_and(|other| is_one(&other, case));
    Ok((!twice).then(|| {
        format!(
            "{}已把这一人员认定为另一登记人员（第 {} 号），没有采用；如须改正，先撤回那条认定",
            other.clerk, other.number
        )
    }))
}

/// The rulings in force, oldest first.
///
/// # Errors
/// See [`DecideError`].
pub fn list(project: &Project) -> Result<Vec<Ruling>, DecideError> {
    Ok(open(project)?.rulings()?)
}

/// The filled-in lines of other lists in force, oldest first.
///
/// # Errors
/// See [`DecideError`].
pub fn list_returns(project: &Project) -> Result<Vec<ReturnEntry>, DecideError> {
    Ok(open(project)?.returns()?)
}

/// What was filled in, in words.
pub(super) fn filled_words(filled: &Filled) -> String {
    let said = filled.iter().map(|(heading, text)| format!("{heading} {text}"));
    said.collect::<Vec<_>>().join("；")
}

/// A filled-in line as terminals show it: whom it is about and what it says; ID numbers masked.
pub fn line_words(entry: &ReturnEntry) -> String {
    let about = About::from_text(&entry.line.about);
    let who = about.map_or_else(String::new, |about| about.name().to_owned());
    let said = filled_words(&entry.line.filled);
    let day = entry.at.strftime("%Y-%m-%d");
    masked(format!("{who}  {said}  （{}，{day}，{}）", entry.line.clerk, entry.line.place))
}

/// Takes a filled-in line back: another entry says so. Hands out what was taken back.
///
/// # Errors
/// See [`DecideError`].
pub fn undo_return(
    project: &Project,
    number: i64,
    clerk: &str,
    at: Timestamp,
) -> Result<ReturnEntry, DecideError> {
    returns::take_back(&mut open(project)?, number, clerk, at)
}

/// Takes a ruling back: another row says so. Hands out what was taken back.
///
/// # Errors
/// See [`DecideError`].
pub fn undo(
    project: &Project,
    number: i64,
    clerk: &str,
    note: &str,
    at: Timestamp,
) -> Result<RulingEntry, DecideError> {
    undo_as(project, number, Undoing { clerk, note, place: "bidui decide undo" }, at)
}

/// [`undo`] that says itself how it came in.
///
/// # Errors
/// See [`DecideError`].
pub fn undo_as(
    project: &Project,
    number: i64,
    who: Undoing<'_>,
    at: Timestamp,
) -> Result<RulingEntry, DecideError> {
    take_back(&mut open(project)?, number, who, at)
}

/// Who takes a ruling back, why, and how that came in.
#[derive(Clone, Copy, Debug)]
pub struct Undoing<'a> {
    /// Who.
    pub clerk: &'a str,
    /// Why; may be empty.
    pub note: &'a str,
    /// How it came in.
    pub place: &'a str,
}

/// [`undo`] in an open ledger.
///
/// # Errors
/// See [`DecideError`].
pub fn take_back(
    ledger: &mut Ledger,
    number: i64,
    who: Undoing<'_>,
    at: Timestamp,
) -> Result<RulingEntry, DecideError> {
    let entry = ledger.ruling(number)?.ok_or(DecideError::NotStanding(number))?;
    let history = ledger.history(&entry.key)?;
    if standing(&history).is_none_or(|standing| standing.number != number) {
        return Err(DecideError::NotStanding(number));
    }
    ledger.rule(&[undone(&entry, who)], at)?;
    Ok(entry)
}

/// The entry that takes a ruling back.
pub(super) fn undone(
    entry: &RulingEntry,
    Undoing { clerk, note, place }: Undoing<'_>,
) -> NewRuling {
    NewRuling {
        key: entry.key.clone(),
        verdict: RulingAct::Undone,
        clerk: clerk.to_owned(),
        note: note.to_owned(),
        place: place.to_owned(),
        file_sha256: String::new(),
        after: Some(entry.number),
    }
}

/// Takes one answer into the ledger, on disk when it returns. What another clerk ruled since the
/// page was made is not overruled unseen, and what another clerk ruled not at all. Hands out the
/// number of the ruling.
///
/// # Errors
/// See [`DecideError`]; [`LedgerError::Overtaken`] when the page was out of date.
pub fn give(
    ledger: &mut Ledger,
    given: GivenAnswer<'_>,
    at: Timestamp,
) -> Result<i64, DecideError> {
    let case = ledger.case(given.key)?.ok_or(DecideError::NoSuchCase)?;
    let history = ledger.history(given.key)?;
    let standing = standing(&history);
    let verdict = RulingAct::Answered(given.answer);
    // A key pressed twice is one answer.
    let stands = |entry: &&RulingEntry| {
        entry.verdict == verdict && entry.clerk == given.clerk && entry.note == given.note
    };
    if let Some(entry) = standing.filter(stands).filter(|entry| entry.number > case.known) {
        return Ok(entry.number);
    }
    if history.last().map(|entry| entry.number) != given.seen {
        return Err(LedgerError::Overtaken.into());
    }
    if let Some(message) = objection(ledger, standing, given.clerk, given.answer, &case)? {
        return Err(DecideError::Refused(message));
    }
    let ruling = NewRuling {
        key: case.key,
        verdict,
        clerk: given.clerk.to_owned(),
        note: given.note.to_owned(),
        place: given.place.to_owned(),
        file_sha256: String::new(),
        after: given.seen,
    };
    ledger.rule(&[ruling], at)?;
    let number = ledger.history(given.key)?.last().map(|entry| entry.number);
    number.ok_or(DecideError::NoSuchCase)
}
