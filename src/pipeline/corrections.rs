//! Between ledger and records: the corrections in force as part of a run's identity, and what they did
//! as problems.

use crate::config::Project;
use crate::digest::TextDigest;
use crate::ledger::ReturnEntry;
use crate::linkage::decisions::{
    About, Correction, CorrectionEffect, CorrectionFate, Ruling, correct,
};
use crate::origin::Catalogue;
use crate::problems::{Problem, Severity};
use crate::records::Records;
use crate::vocabulary::Field;
use crate::workbooks::sent::{CORRECTED_ID, CORRECTED_NAME};

use super::rulings;

/// The corrections among the filled-in lines in force.
pub(super) fn of(entries: &[ReturnEntry]) -> Vec<Correction> {
    let correction = |entry: &ReturnEntry| {
        let said = |heading: &str| entry.line.filled.get(heading).cloned();
        let (name, id) = (said(CORRECTED_NAME), said(CORRECTED_ID));
        (name.is_some() || id.is_some()).then_some(())?;
        Some(Correction {
            number: entry.number,
            about: About::from_text(&entry.line.about)?,
            name,
            id,
            clerk: entry.line.clerk.clone(),
            on: jiff::tz::Offset::constant(8).to_datetime(entry.at).date(),
        })
    };
    entries.iter().filter_map(correction).collect()
}

/// A sum over rulings and corrections in force; `None` without any, so that a run nobody has ruled on
/// keeps its id.
pub(super) fn fingerprint(standing: &[Ruling], corrections: &[Correction]) -> Option<String> {
    let ruled = rulings::fingerprint(standing);
    if corrections.is_empty() {
        return ruled;
    }
    let mut digest = TextDigest::of([ruled.unwrap_or_default()]);
    for one in corrections {
        let [name, id] = [&one.name, &one.id].map(|text| text.clone().unwrap_or_default());
        digest.extend([one.about.to_text(), name, id, one.clerk.clone(), one.on.to_string()]);
    }
    Some(digest.hex(32))
}

/// Reads the rows that corrections are about as corrected, and says of each what became of it.
pub(super) fn apply(
    project: &Project,
    records: &mut Records,
    corrections: &[Correction],
    catalogue: &Catalogue,
) -> Vec<Problem> {
    let effects = correct(records, corrections, project.as_of);
    let problem =
        |effect: &CorrectionEffect| told(effect, &corrections[effect.correction], catalogue);
    effects.iter().filter_map(problem).collect()
}

fn told(effect: &CorrectionEffect, one: &Correction, catalogue: &Catalogue) -> Option<Problem> {
    let what =
        format!("{}于{}交回的更正（第 G{} 号，{}）", one.clerk, one.on, one.number, what(one));
    let undo = format!("如更正有误，用 bidui decide undo G{} 撤回", one.number);
    let (code, severity, message, action) = match effect.fate {
        CorrectionFate::Done => return None,
        CorrectionFate::Applied => (
            "correction-applied",
            Severity::Note,
            format!("按{what}读入"),
            format!("请在源数据中也改过来；{undo}"),
        ),
        CorrectionFate::Changed => (
            "correction-contradicted",
            Severity::Warning,
            format!("{what}没有采用：本行的姓名、证件号码与发出时不同，也不是更正后的"),
            format!("请核对以哪个为准，改正源数据；{undo}"),
        ),
        CorrectionFate::Several => (
            "correction-contradicted",
            Severity::Warning,
            format!("{what}没有采用：有几行与发出时相像，分不清是哪一行"),
            format!("请在源数据中更正；{undo}"),
        ),
        CorrectionFate::Absent => (
            "correction-unused",
            Severity::Note,
            format!("{what}没有用到：本次数据中没有这一行"),
            undo,
        ),
    };
    let problem = match effect.rows.first() {
        None => Problem::file("", code, severity),
        Some(origin) => {
            let sheet = catalogue.sheet(origin.sheet);
            Problem::file(&sheet.file, code, severity)
                .at(&sheet.sheet, &catalogue.cell(*origin, Field::Name))
        }
    };
    Some(problem.saying(message, action))
}

fn what(one: &Correction) -> String {
    let name = one.name.as_ref().map(|name| format!("姓名改为“{name}”"));
    let id = one.id.as_ref().map(|id| format!("证件号码改为{id}"));
    let parts: Vec<String> = name.into_iter().chain(id).collect();
    format!("“{}”{}", one.about.name(), parts.join("、"))
}
