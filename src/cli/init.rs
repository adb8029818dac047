//! `bidui init`: says what every file of a folder is, and writes the project file.

use super::arguments::InitArguments;
use super::bars::Bars;
use super::screen::Screen;
use super::{DONE, FAILED, NEEDS_PERSON, clock, message};
use crate::pipeline::init::{self, Arrangement, InitWishes, RecognisedFile};

/// Sorts the folder, prints the table and writes the project file.
pub(super) fn run(arguments: &InitArguments, screen: &mut Screen<'_>) -> u8 {
    let wishes =
        InitWishes { unit: arguments.unit.clone(), as_of: arguments.as_of, today: clock::today() };
    let bars = Bars::new(arguments.quiet);
    let arranged = init::arrange(&arguments.folder, &wishes, &bars);
    bars.clear();
    let arrangement = match arranged {
        Ok(arrangement) => arrangement,
        Err(error) => {
            screen.complain(&error.to_string());
            return FAILED;
        }
    };
    screen.say(&table(&arrangement).join("\n"));
    match init::write(&arguments.folder, &arrangement) {
        Err(error) => {
            screen.complain(&error.to_string());
            FAILED
        }
        Ok(path) => {
            let shown = path.strip_prefix(".").unwrap_or(&path).display().to_string();
            screen.say(&outcome(&arrangement, &shown).join("\n"));
            let is_open = arrangement.aside.iter().any(|file| file.is_open)
                || arrangement.files.iter().any(|file| !file.notes.is_empty());
            if is_open || !arrangement.lacks().is_empty() { NEEDS_PERSON } else { DONE }
        }
    }
}

fn table(arrangement: &Arrangement) -> Vec<String> {
    let mut lines = vec![format!("认出的文件 {} 个", arrangement.files.len())];
    let wide = |width: usize, text: &String| width.max(message::columns(text));
    let kinds: Vec<String> = arrangement.files.iter().map(|file| file.list.label()).collect();
    let width = kinds.iter().fold(16, wide);
    let whose: Vec<String> = arrangement.files.iter().map(owner).collect();
    let owners = whose.iter().fold(8, wide).min(44);
    for ((file, kind), whose) in arrangement.files.iter().zip(&kinds).zip(&whose) {
        lines.push(format!(
            "  {}{} 行  {}  {}  {}",
            message::padded(kind, width),
            message::right(&file.rows.to_string(), 8),
            message::padded(&period(file), 17),
            message::padded(whose, owners),
            on_a_line(&file.shown)
        ));
        lines.extend(file.notes.iter().map(|note| format!("      注意：{note}")));
    }
    if !arrangement.aside.is_empty() {
        lines.push(format!("\n没有列入的 {} 个", arrangement.aside.len()));
        lines.extend(
            arrangement
                .aside
                .iter()
                .map(|file| format!("  {}：{}", on_a_line(&file.shown), file.why)),
        );
    }
    lines
}

/// A path stays on its line.
fn on_a_line(path: &str) -> String {
    path.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

fn owner(file: &RecognisedFile) -> String {
    if file.whose.is_empty() { "—".to_owned() } else { file.whose.join(" ") }
}

fn period(file: &RecognisedFile) -> String {
    let month = |date: jiff::civil::Date| date.strftime("%Y-%m").to_string();
    file.period.map_or_else(
        || "—".to_owned(),
        |(first, last)| {
            if month(first) == month(last) {
                month(first)
            } else {
                format!("{}至{}", month(first), month(last))
            }
        },
    )
}

fn outcome(arrangement: &Arrangement, path: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let told = |is_given: bool| if is_given { "" } else { "（由文件推断，请核对）" };
    if let Some(unit) = &arrangement.unit {
        lines.push(format!("填报单位 {unit}{}", told(arrangement.unit_is_given)));
    }
    if let Some(as_of) = arrangement.as_of {
        let half = init::half_year(as_of);
        lines.push(format!("报告日期 {as_of}，{half}{}", told(arrangement.as_of_is_given)));
    }
    lines.extend(arrangement.lacks().into_iter().map(|lack| format!("注意：{lack}")));
    lines.push(format!("项目文件写在：{path}"));
    let next = if arrangement.lacks().is_empty() {
        "接着用 bidui check 检查，或 bidui run 比对"
    } else {
        "补上所缺的再比对"
    };
    lines.push(format!("原来的文件都没有动。{next}。"));
    lines
}
