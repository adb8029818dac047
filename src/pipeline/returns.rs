//! Filled-in lines of returned workbooks → the ledger. What cannot be understood is named by its cell
//! and not taken; what one person filled in another does not silently replace.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::config::Project;
use crate::ledger::{Filled, Ledger, NewReturn, ReturnEntry};
use crate::linkage::decisions::{self, About};
use crate::records::identifier::note;
use crate::records::person_name;
use crate::sources::RawCell;
use crate::workbooks::sent::{CORRECTED_ID, CORRECTED_NAME, LineKey, SentForm};
use crate::workbooks::sent_forms;
use crate::workbooks::taken::{FilledCell, FilledLine, TakenBook};

use crate::workbooks::confirmation::SPAN;

use super::imports::{DecideError, ImportReport};
use super::{keepers, people};

/// A line that may be kept.
pub(super) struct ClaimedLine {
    line: NewReturn,
    /// Whom it is about.
    about: About,
}

/// Words of earlier workbooks that may still come back, and what they are called now.
const FORMER_WORDS: [(&str, &str); 2] = [("原填报无误", "无误"), ("登记无误", "无误")];

/// Whether a line corrects a name or an ID number.
pub(super) fn is_correction(filled: &Filled) -> bool {
    [CORRECTED_NAME, CORRECTED_ID].iter().any(|heading| filled.contains_key(*heading))
}

/// The lines of one workbook that can be understood.
pub(super) fn claims_of(
    project: &Project,
    book: &TakenBook,
    shown: &str,
    report: &mut ImportReport,
) -> Vec<ClaimedLine> {
    report.open += book.open;
    if book.filler.is_empty() && !book.lines.is_empty() {
        let message = format!("没有填“填表人”，填的 {} 行都不采用；请补填后再交", book.lines.len());
        report.refuse(shown.to_owned(), message);
        return Vec::new();
    }
    let mut claims = Vec::new();
    for line in &book.lines {
        let place = |cell: &str| {
            let parts = [shown, &line.sheet, cell];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" › ")
        };
        match known(project, line) {
            Err(message) => {
                let first = line.filled.values().next().map_or("", |cell| cell.cell.as_str());
                report.refuse(place(first), message);
            }
            Ok((key, form)) => {
                let mut filled = Filled::new();
                for (heading, cell) in &line.filled {
                    match understood(project, form, heading, cell) {
                        Ok(text) => drop(filled.insert(heading.clone(), text)),
                        Err(message) => report.refuse(place(&cell.cell), message),
                    }
                }
                if filled.is_empty() {
                    continue;
                }
                let line = NewReturn {
                    form: key.form.clone(),
                    about: key.about.to_text(),
                    filled,
                    clerk: book.filler.clone(),
                    place: place(&format!("第{}行", line.row)),
                    file_sha256: book.review.sha256.clone(),
                    asked: line.asked.clone(),
                    as_of: project.as_of.to_string(),
                };
                claims.push(ClaimedLine { line, about: key.about.clone() });
            }
        }
    }
    claims
}

/// The line's key and form, or why it cannot be taken.
fn known<'a>(
    project: &Project,
    line: &'a FilledLine,
) -> Result<(&'a LineKey, &'static SentForm), String> {
    let Some(key) = &line.key else {
        return Err(
            "本行没有标识，或标识被改动过，看不出是哪一行；请在发出的工作簿上填写".to_owned()
        );
    };
    if key.unit != project.unit {
        return Err(format!("本行是{}发出的，不属于本项目；请交回{}", key.unit, key.unit));
    }
    let Some(form) = sent_forms::form(&key.form) else {
        return Err("本行的标识不是本程序发出的（改动过，或由更新的版本发出）".to_owned());
    };
    if !line.intact {
        return Err("本行保护的内容或标识被改动过，看不出填的是谁；请在原工作簿上重填".to_owned());
    }
    Ok((key, form))
}

/// What a cell says, or why it cannot be understood.
fn understood(
    project: &Project,
    form: &SentForm,
    heading: &str,
    cell: &FilledCell,
) -> Result<String, String> {
    let text = cell.text.as_str();
    let words = form.inputs().find(|(own, _)| *own == heading).map_or(&[][..], |(_, words)| words);
    if !words.is_empty() {
        let now = FORMER_WORDS.iter().find(|(former, _)| *former == text);
        let text = now.map_or(text, |(_, now)| *now);
        return if words.contains(&text) {
            Ok(text.to_owned())
        } else {
            Err(format!("“{text}”不是可选的{heading}；请选：{}", words.join("、")))
        };
    }
    match heading {
        CORRECTED_ID => corrected_id(project, text),
        CORRECTED_NAME => corrected_name(text),
        SPAN => time_span(project, text),
        _ => Ok(text.to_owned()),
    }
}

fn time_span(project: &Project, text: &str) -> Result<String, String> {
    if people::span_of(text, project.as_of) == (None, None) {
        return Err(format!(
            "起止时间“{text}”看不出日期，没有采用；请写成 2019-03-01至2020-12-31，至今有效的只写起始日期"
        ));
    }
    Ok(text.to_owned())
}

fn corrected_id(project: &Project, text: &str) -> Result<String, String> {
    let id = decisions::number(text, project.as_of);
    if id.is_sound() {
        return Ok(id.text().to_string());
    }
    let why = if id.has(note::LENGTH) {
        "位数不对"
    } else if id.has(note::BIRTH) {
        "出生日期不对"
    } else if id.has(note::CHECK_DIGIT) {
        "校验码不对"
    } else {
        "不是完整的号码"
    };
    let advice = "请按居民身份证重填（单元格设为文本格式）";
    Err(format!("更正后证件号码“{text}”{why}，没有采用；{advice}"))
}

fn corrected_name(text: &str) -> Result<String, String> {
    let name = person_name::parse(&RawCell::Text(text.into()));
    let is_name = !name.text().is_empty() && !text.chars().any(|letter| letter.is_ascii_digit());
    if is_name {
        return Ok(name.text().to_string());
    }
    Err(format!("更正后姓名“{text}”不是姓名，没有采用；请只写姓名"))
}

/// What lines of one import say differently of one person is not taken; the others are held against
/// what stands.
pub(super) fn admit(
    ledger: &Ledger,
    project: &Project,
    claims: Vec<ClaimedLine>,
    report: &mut ImportReport,
) -> Result<Vec<NewReturn>, DecideError> {
    let mut lines = Vec::new();
    let claims = lasting(ledger, project, claims, report)?;
    for claim in without_conflicts(claims, report) {
        let history = ledger.returns_of(&claim.line.form, &claim.line.about)?;
        lines.extend(against(&history, claim, report));
    }
    Ok(lines)
}

/// Lines about members of lists under what names the person for good.
fn lasting(
    ledger: &Ledger,
    project: &Project,
    claims: Vec<ClaimedLine>,
    report: &mut ImportReport,
) -> Result<Vec<ClaimedLine>, DecideError> {
    let newest = keepers::newest(ledger, project)?;
    let mut known = Vec::new();
    for mut claim in claims {
        let about = keepers::lasting(ledger, newest.as_ref(), claim.about.clone())?;
        if let Some(about) = about {
            claim.line.about = about.to_text();
            known.push(ClaimedLine { about, ..claim });
        } else {
            let message = "台账里没有这个人，或有几个，没有采用；请用最近一次运行生成的核实名单";
            report.refuse(claim.line.place, message.to_owned());
        }
    }
    Ok(known)
}

fn without_conflicts(claims: Vec<ClaimedLine>, report: &mut ImportReport) -> Vec<ClaimedLine> {
    let mut said: BTreeMap<(&str, &str), Vec<&ClaimedLine>> = BTreeMap::new();
    for claim in &claims {
        for heading in claim.line.filled.keys() {
            said.entry((&claim.line.about, heading)).or_default().push(claim);
        }
    }
    let mut refused: Vec<(String, String)> = Vec::new();
    for ((_, heading), lines) in said {
        let text = |claim: &ClaimedLine| claim.line.filled[heading].clone();
        // A remark is on its own list; what is said of the person is the same on all of them.
        let is_shared = [CORRECTED_NAME, CORRECTED_ID].contains(&heading);
        for claim in &lines {
            let other = lines.iter().find(|other| {
                text(other) != text(claim) && (is_shared || other.line.form == claim.line.form)
            });
            if let Some(other) = other {
                let message = format!(
                    "“{heading}”与 {} 填的不一样，两处都没有采用；请商定后只交一个（{}）",
                    other.line.place,
                    claim.about.name()
                );
                refused.push((claim.line.place.clone(), message));
            }
        }
    }
    let mut kept: Vec<ClaimedLine> = Vec::new();
    for claim in claims {
        let twin = |one: &ClaimedLine| {
            one.line.form == claim.line.form
                && one.line.about == claim.line.about
                && one.line.filled == claim.line.filled
        };
        if refused.iter().any(|(place, _)| *place == claim.line.place) {
            continue;
        }
        if kept.iter().any(twin) {
            report.unchanged += 1;
        } else {
            kept.push(claim);
        }
    }
    for (place, message) in refused {
        report.refuse(place, message);
    }
    kept
}

/// The line as it is to be kept, with what stands on it; nothing where it brings nothing new.
fn against(
    history: &[ReturnEntry],
    mut claim: ClaimedLine,
    report: &mut ImportReport,
) -> Option<NewReturn> {
    let came_before = |entry: &ReturnEntry| {
        let same =
            |(heading, text): (&String, &String)| entry.line.filled.get(heading) == Some(text);
        entry.line.file_sha256 == claim.line.file_sha256 && claim.line.filled.iter().all(same)
    };
    // What was taken back or changed since does not come back with an old copy.
    if history.iter().any(came_before) {
        report.unchanged += 1;
        return None;
    }
    let Some(standing) = history.last().filter(|entry| !entry.line.filled.is_empty()) else {
        return Some(claim.line);
    };
    let mut differing = claim.line.filled.iter().filter(|(heading, text)| {
        standing.line.filled.get(*heading).is_some_and(|before| before != *text)
    });
    if standing.line.clerk != claim.line.clerk
        && let Some((heading, _)) = differing.next()
    {
        let message = format!(
            "“{heading}”与{}已填的不一样（第 G{} 号），没有采用；请商定，如须改正，先撤回那一条（bidui decide undo G{}）（{}）",
            standing.line.clerk,
            standing.number,
            standing.number,
            claim.about.name()
        );
        report.refuse(claim.line.place, message);
        return None;
    }
    let mut filled = standing.line.filled.clone();
    filled.extend(std::mem::take(&mut claim.line.filled));
    // The same word about another mismatch, or in a later half-year, is another answer.
    let is_asked_anew =
        standing.line.asked != claim.line.asked || standing.line.as_of != claim.line.as_of;
    if filled == standing.line.filled && !is_asked_anew {
        report.unchanged += 1;
        return None;
    }
    if is_correction(&standing.line.filled) {
        let before = format!(
            "{}（{}）：原为第 G{} 号",
            claim.line.place,
            claim.about.name(),
            standing.number
        );
        report.replaced.push(before);
    }
    Some(NewReturn { filled, ..claim.line })
}

/// How an entry that takes others back says how it came in.
pub(super) const UNDONE: &str = "bidui decide undo";

/// The entry that takes a filled-in line back.
pub(super) fn taken_back(line: NewReturn, clerk: &str) -> NewReturn {
    NewReturn {
        filled: Filled::new(),
        clerk: clerk.to_owned(),
        place: UNDONE.to_owned(),
        file_sha256: String::new(),
        ..line
    }
}

/// Takes a filled-in line back.
pub(super) fn take_back(
    ledger: &mut Ledger,
    number: i64,
    clerk: &str,
    at: Timestamp,
) -> Result<ReturnEntry, DecideError> {
    let mut standing = ledger.returns()?;
    standing.retain(|entry| entry.number == number);
    let entry = standing.pop().ok_or(DecideError::NotFilled(number))?;
    let back = taken_back(entry.line.clone(), clerk);
    ledger.take_returns(&[back], at)?;
    Ok(entry)
}
