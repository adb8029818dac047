//! `bidui decide`: answers of returned review workbooks into the ledger; the rulings listed, and
//! taken back.

use std::path::Path;

use super::arguments::{Decide, UndoArguments, UndoNumber};
use super::clock::SystemClock;
use super::message;
use super::screen::Screen;
use super::{DONE, FAILED, NEEDS_PERSON};
use crate::config::Project;
use crate::linkage::decisions::Ruling;
use crate::pipeline::decide::{self, DecideError, ImportReport, ReturnEntry};
use crate::pipeline::{self, Clock as _, ReturnedNumber};
use crate::vocabulary::states::TAKEN_BACK;

/// Does what the words say.
pub(super) fn run(what: &Decide, screen: &mut Screen<'_>) -> u8 {
    let file = match what {
        Decide::Import(arguments) => &arguments.project,
        Decide::List(project) => project,
        Decide::Undo(arguments) => &arguments.project,
    };
    let Some(project) = load(&file.path, screen) else { return FAILED };
    let outcome = match what {
        Decide::Import(arguments) => import(&project, &arguments.files, screen),
        Decide::List(_) => list(&project, screen),
        Decide::Undo(arguments) => undo(&project, arguments, screen),
    };
    outcome.unwrap_or_else(|error| {
        screen.complain(&error.to_string());
        FAILED
    })
}

/// The checked project, or all its mistakes on the screen.
fn load(path: &Path, screen: &mut Screen<'_>) -> Option<Project> {
    Project::load(path, None).map_err(|errors| screen.complain(&errors.to_string())).ok()
}

fn import(project: &Project, files: &[String], screen: &mut Screen<'_>) -> Result<u8, DecideError> {
    let report = decide::import(project, files, SystemClock::new().now())?;
    if report.files == 0 {
        screen.complain(&format!("没有可收的清单：\n  {}", report.unusable.join("\n  ")));
        return Ok(FAILED);
    }
    screen.say(&summary(&report));
    Ok(if report.needs_person() { NEEDS_PERSON } else { DONE })
}

fn summary(report: &ImportReport) -> String {
    let ImportReport { files, taken, unchanged, open, refused, .. } = report;
    let mut lines = vec![format!(
        "清单 {files} 份：采用 {taken} 条，原已采用 {unchanged} 条，没有采用 {} 处，未填 {open} 行",
        refused.len()
    )];
    if report.lines > 0 {
        lines.push(format!(
            "反馈表填报采用 {} 行，其中更正姓名、证件号码 {} 行",
            report.lines, report.corrections
        ));
    }
    if !report.replaced.is_empty() {
        lines.push(format!("其中改了先前认定的 {} 条：", report.replaced.len()));
        lines.extend(report.replaced.iter().map(|place| format!("  {place}")));
    }
    if !report.unusable.is_empty() {
        lines.push(format!("不能用的文件 {} 个：", report.unusable.len()));
        lines.extend(report.unusable.iter().map(|line| format!("  {line}")));
    }
    if !refused.is_empty() {
        lines.push("没有采用的：".to_owned());
        lines.extend(refused.iter().map(|one| format!("  {}：{}", one.place, one.message)));
    }
    if *taken > 0 || report.corrections > 0 {
        lines.push("下次运行 bidui run 时按这些认定和更正比对。".to_owned());
    }
    lines.join("\n")
}

fn list(project: &Project, screen: &mut Screen<'_>) -> Result<u8, DecideError> {
    let rulings = decide::list(project)?;
    screen.say(&format!("人工认定 {} 条", rulings.len()));
    for ruling in &rulings {
        screen.say(&line(ruling));
    }
    let returns = decide::list_returns(project)?;
    if !returns.is_empty() {
        screen.say(&format!("反馈表填报 {} 行（撤回时编号前写 G）", returns.len()));
        for entry in &returns {
            screen.say(&filled_line(entry));
        }
    }
    let files = pipeline::came_back(project)?;
    if !files.is_empty() {
        screen.say(&format!("交回的表 {} 份（用 F 开头的编号整份撤回）", files.len()));
        for file in &files {
            screen.say(&format!(
                "{}  {}  {} 条  （{}，{}）",
                file.short(),
                file.name,
                file.lines.len(),
                file.clerks().join("、"),
                file.at.strftime("%Y-%m-%d")
            ));
        }
    }
    Ok(DONE)
}

fn filled_line(entry: &ReturnEntry) -> String {
    let number = message::right(&format!("G{}", entry.number), 6);
    format!("{number}  {}", decide::line_words(entry))
}

fn line(ruling: &Ruling) -> String {
    let (source, person) = (&ruling.pair.source, &ruling.pair.person);
    format!(
        "{}  {}  {} {}／登记 {} {}  （{}）",
        message::right(&ruling.number.to_string(), 6),
        message::padded(ruling.answer.label(), 10),
        source.institution,
        source.who.name,
        person.who.name,
        person.person_no,
        ruling.signature()
    )
}

fn undo(
    project: &Project,
    UndoArguments { number, by, note, .. }: &UndoArguments,
    screen: &mut Screen<'_>,
) -> Result<u8, DecideError> {
    let number = match number {
        UndoNumber::File(name) => {
            let file = pipeline::undo_file(project, name, by, SystemClock::new().now())?;
            let (name, count) = (&file.name, file.lines.len());
            screen.say(&format!("{TAKEN_BACK}“{name}”的 {count} 条；下次运行时不再采用"));
            return Ok(DONE);
        }
        UndoNumber::Entry(ReturnedNumber::Ruling(number)) => *number,
        UndoNumber::Entry(ReturnedNumber::Line(number)) => {
            let number = *number;
            let entry = decide::undo_return(project, number, by, SystemClock::new().now())?;
            screen.say(&format!(
                "已撤回第 G{number} 号填报（{}，{}）；下次运行时按源数据比对",
                entry.line.clerk,
                entry.at.strftime("%Y-%m-%d")
            ));
            return Ok(DONE);
        }
    };
    let entry = decide::undo(project, number, by, note, SystemClock::new().now())?;
    screen.say(&format!(
        "已撤回第 {number} 号认定（{}，{}）；下次运行时由程序重新判断",
        entry.clerk,
        entry.at.strftime("%Y-%m-%d")
    ));
    Ok(DONE)
}
