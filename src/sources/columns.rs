//! One column per field: which of several candidates is used, and what is said about it.

use super::heading::one_line;
use std::collections::BTreeMap;

use super::RawCell;
use super::header::HeadingCandidate;
use super::report::ProblemPlace;
use super::sheet::Kept;
use super::synonyms::Synonyms;
use crate::origin::column_letters;
use crate::problems::{Problem, Severity};
use crate::vocabulary::Field;

/// Picks one candidate per field: the slots used, in column order, and the problems met.
pub(super) fn choose(kept: &Kept, synonyms: &Synonyms, file: &str) -> (Vec<usize>, Vec<Problem>) {
    let mut by_field: BTreeMap<Field, Vec<(usize, &HeadingCandidate)>> = BTreeMap::new();
    for (slot, candidate) in kept.candidates() {
        by_field.entry(candidate.meaning.field).or_default().push((slot, candidate));
    }
    let mut chosen = Vec::new();
    let mut problems = Vec::new();
    for (field, mut rivals) in by_field {
        // A heading that is known beats one that is only near.
        if rivals.iter().any(|(_, rival)| !rival.meaning.guessed) {
            rivals.retain(|(_, rival)| !rival.meaning.guessed);
        }
        let Some(&best) = rivals.iter().max_by_key(|(slot, rival)| preference(kept, *slot, rival))
        else {
            continue;
        };
        chosen.push(best.0);
        let label = synonyms.label(field);
        if is_side_by_side(kept, field, &rivals) {
            problems.push(side_by_side(file, best.1, &rivals));
        } else if rivals.len() > 1 {
            problems.push(rivalry(file, label, best.1, &rivals));
        } else if best.1.meaning.guessed {
            problems.push(guess(file, label, best.1));
        }
    }
    chosen.sort_by_key(|slot| kept.header.candidates[*slot].index);
    (chosen, problems)
}

/// Fills the gaps of the chosen column of ID numbers from others that hold ID numbers, too: one sheet
/// may have 证件号码 in some rows and 社会保障号, which is the same number, in others.
pub(super) fn fill_numbers(kept: &mut Kept, chosen: &[usize]) {
    let is_number = |candidate: &HeadingCandidate| {
        candidate.meaning.field == Field::IdNumber && !candidate.meaning.guessed
    };
    let slots: Vec<usize> =
        kept.candidates().filter(|(_, one)| is_number(one)).map(|(slot, _)| slot).collect();
    let Some(best) = slots.iter().copied().find(|slot| chosen.contains(slot)) else { return };
    for other in slots.into_iter().filter(|slot| *slot != best) {
        for row in 0..kept.cells[best].len() {
            if kept.cells[best][row] == RawCell::Empty {
                let number = kept.cells[other][row].clone();
                kept.cells[best].set(row, number);
            }
        }
    }
}

/// Two blocks of columns beside each other, each with its own names: a list printed in two columns.
fn is_side_by_side(kept: &Kept, field: Field, rivals: &[(usize, &HeadingCandidate)]) -> bool {
    let rows = kept.rows.len();
    let filled = rivals.iter().filter(|(slot, _)| kept.filled(*slot) * 5 > rows).count();
    field == Field::Name && filled > 1 && rows > 1
}

fn side_by_side(
    file: &str,
    best: &HeadingCandidate,
    rivals: &[(usize, &HeadingCandidate)],
) -> Problem {
    let all: Vec<String> = rivals.iter().map(|(_, rival)| place(rival)).collect();
    Problem::file(file, "name-columns-several", Severity::Warning).saying(
        format!("有{}列都是姓名：{}，可能是左右分栏的名单", rivals.len(), all.join("、")),
        format!("只读入了{}，其余未读入；请把名单改为一栏，或删除多余的姓名列", place(best)),
    )
}

/// Larger is better: the better filled column, in steps of a tenth of the rows, so that a few
/// gaps do not outweigh the clearer heading; then the preferred heading; then the left one.
fn preference(kept: &Kept, slot: usize, candidate: &HeadingCandidate) -> (usize, i32, i64) {
    let good = if candidate.meaning.field == Field::IdNumber {
        kept.cells[slot].iter().filter(|cell| is_whole_number_text(cell)).count() * 2
            + kept.filled(slot)
    } else {
        kept.filled(slot)
    };
    let steps = good * 10 / kept.rows.len().max(1);
    (steps, -i32::from(candidate.meaning.rank), -i64::from(candidate.index))
}

/// An ID number kept as text, which Excel cannot have damaged.
fn is_whole_number_text(cell: &RawCell) -> bool {
    matches!(cell, RawCell::Text(text) if text.chars().count() >= 15)
}

fn place(candidate: &HeadingCandidate) -> String {
    format!("{}列“{}”", column_letters(candidate.index), one_line(&candidate.heading))
}

/// Cells that hold a formula's error instead of a value, and an ID or name column without any
/// value: both are read as empty, which nobody should have to find out from the results.
pub(super) fn hollow(kept: &Kept, chosen: &[usize], place: &ProblemPlace<'_>) -> Vec<Problem> {
    let each =
        chosen.iter().flat_map(|slot| [errors(kept, *slot, place), empty(kept, *slot, place)]);
    each.flatten().collect()
}

fn errors(kept: &Kept, slot: usize, place: &ProblemPlace<'_>) -> Option<Problem> {
    let cells = kept.rows.iter().zip(kept.cells[slot].iter());
    let found: Vec<(u32, &str)> = cells
        .filter_map(|(row, cell)| match cell {
            RawCell::Error(text) => Some((*row, text.as_ref())),
            _ => None,
        })
        .collect();
    let &(first, value) = found.first()?;
    let candidate = &kept.header.candidates[slot];
    let rows: Vec<String> = found.iter().take(5).map(|(row, _)| row.to_string()).collect();
    let more = if found.len() > rows.len() { "等" } else { "" };
    let heading = one_line(&candidate.heading);
    let cell = format!("{}{first}", column_letters(candidate.index));
    let problem = Problem::file(place.file, "cell-formula-error", Severity::Warning);
    Some(problem.at(place.sheet, &cell).saying(
        format!(
            "“{heading}”列有{}格是公式错误“{value}”（第{}行{more}）",
            found.len(),
            rows.join("、")
        ),
        "这些格按空白处理，行照常比对；请在Excel/WPS中改正公式，或粘贴为数值",
    ))
}

fn empty(kept: &Kept, slot: usize, place: &ProblemPlace<'_>) -> Option<Problem> {
    let candidate = &kept.header.candidates[slot];
    let needed = matches!(candidate.meaning.field, Field::Name | Field::IdNumber);
    if !needed || kept.rows.is_empty() || kept.filled(slot) > 0 {
        return None;
    }
    let problem = Problem::file(place.file, "column-empty", Severity::Warning);
    Some(problem.at(place.sheet, "").saying(
        format!("{}全是空的", self::place(candidate)),
        "各行照常读入，只按其他列比对，结果多为待核；如在Excel/WPS中看得到内容，那是公式没有存下结果，\
         请打开后保存一次再运行",
    ))
}

fn rivalry(
    file: &str,
    label: &str,
    best: &HeadingCandidate,
    rivals: &[(usize, &HeadingCandidate)],
) -> Problem {
    let all: Vec<String> = rivals.iter().map(|(_, rival)| place(rival)).collect();
    let is_number = best.meaning.field == Field::IdNumber;
    let code = if is_number { "id-column-chosen" } else { "heading-duplicate" };
    let gaps = if is_number { "，其中的空格用另一列补上" } else { "" };
    Problem::file(file, code, Severity::Note).saying(
        format!("有{}列都像“{label}”：{}", rivals.len(), all.join("、")),
        format!("采用填得较全的{}{gaps}；如不对，请删除或改名多余的列", place(best)),
    )
}

fn guess(file: &str, label: &str, candidate: &HeadingCandidate) -> Problem {
    Problem::file(file, "heading-guessed", Severity::Note).saying(
        format!("{}按“{label}”识别", place(candidate)),
        format!(
            "如不对，请改列标题，或在项目文件该 [[source]] 的 columns 中写明 {} = [\"实际标题\"]",
            candidate.meaning.field.key()
        ),
    )
}
