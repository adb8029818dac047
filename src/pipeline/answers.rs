//! Between ledger and results: the answers in force that units filled in on their lists, and what they
//! add to a run's identity. What keepers of lists answered is [`super::keepers`]'.

use jiff::civil::Date;

use crate::digest::TextDigest;
use crate::ledger::ReturnEntry;
use crate::linkage::decisions::About;
use crate::results::{AnswerKind, UnitAnswer};
use crate::vocabulary::{HalfYear, states};
use crate::workbooks::confirmation::IDENTITY;
use crate::workbooks::sent::{CHECKED, VISITED};

use super::imports::masked;

/// Headings whose word says what became of a line.
const RESULTS: [&str; 2] = [CHECKED, VISITED];

/// The answers among the filled-in lines in force.
pub(super) fn of(entries: &[ReturnEntry]) -> Vec<UnitAnswer> {
    entries.iter().filter(|entry| is_one(entry)).filter_map(answer).collect()
}

fn is_one(entry: &ReturnEntry) -> bool {
    entry.line.form != IDENTITY.key
}

fn answer(entry: &ReturnEntry) -> Option<UnitAnswer> {
    let line = &entry.line;
    let asked = line.asked.split('、').filter(|code| !code.is_empty());
    let as_of: Option<Date> = line.as_of.parse().ok();
    Some(UnitAnswer {
        form: line.form.clone(),
        about: About::from_text(&line.about)?,
        kind: kind(entry),
        said: said(entry),
        asked: asked.map(str::to_owned).collect(),
        clerk: line.clerk.clone(),
        on: jiff::tz::Offset::constant(8).to_datetime(entry.at).date(),
        round: as_of.map(HalfYear::of),
    })
}

fn kind(entry: &ReturnEntry) -> AnswerKind {
    let word = RESULTS.iter().find_map(|heading| entry.line.filled.get(*heading));
    match word.map(String::as_str) {
        None | Some(states::UNDER_WAY | states::NOT_MET) => AnswerKind::UnderWay,
        Some(states::MENDED) => AnswerKind::Mended,
        Some(_) => AnswerKind::Settled,
    }
}

/// The word first, then what else was filled in.
fn said(entry: &ReturnEntry) -> String {
    let filled = &entry.line.filled;
    let word = RESULTS.iter().find_map(|heading| filled.get(*heading)).cloned();
    let others = filled.iter().filter(|(heading, _)| !RESULTS.contains(&heading.as_str()));
    let others = others.map(|(heading, text)| format!("{heading}：{text}"));
    masked(word.into_iter().chain(others).collect::<Vec<_>>().join("；"))
}

/// A sum over the answers in force; `None` without any, so that a run nobody has answered keeps its id.
pub(super) fn state(answers: &[UnitAnswer]) -> Option<String> {
    if answers.is_empty() {
        return None;
    }
    let mut digest = TextDigest::default();
    for one in answers {
        let round = one.round.map(HalfYear::label).unwrap_or_default();
        digest.extend([&one.form, &one.about.to_text(), &one.said, &one.asked.join("、")]);
        digest.extend([&one.clerk, &one.on.to_string(), &round]);
    }
    Some(format!("answers {}", digest.hex(16)))
}
