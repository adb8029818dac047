//! The one problem a damaged ID column makes: how much of it is gone, and what to do.

use super::id_column::{ColumnVerdict, Damage};
use super::identifier::{self, IdClass, mask};
use super::shared_numbers::shared_numbers;
use super::sheet::SheetCells;
use crate::origin::{Catalogue, Origin};
use crate::problems::{Problem, Severity};
use crate::sources::RawCell;
use crate::vocabulary::Field;

/// One problem per damaged ID column of a sheet.
pub(super) fn damaged_columns(sheet: &SheetCells, catalogue: &Catalogue) -> Vec<Problem> {
    let damaged = sheet.verdicts().iter().filter(|(_, verdict)| !verdict.is_sound());
    let damaged =
        damaged.filter_map(|(field, verdict)| problem(sheet, catalogue, *field, *verdict));
    damaged.chain(masked(sheet, catalogue)).chain(shared(sheet, catalogue)).collect()
}

/// One problem for the numbers many people share.
fn shared(sheet: &SheetCells, catalogue: &Catalogue) -> Option<Problem> {
    let shared = shared_numbers(sheet.table);
    let (number, rows) = shared.iter().max_by_key(|(_, rows)| rows.len())?;
    let all: usize = shared.values().map(Vec::len).sum();
    let origin = sheet.origin(*rows.first()?);
    let info = catalogue.sheet(sheet.table.sheet);
    let problem = Problem::file(&info.file, "id-column-repeated", Severity::Error);
    Some(problem.at(&info.sheet, &catalogue.cell(origin, Field::IdNumber)).saying(
        format!(
            "证件号码列有问题：同一个号码“{}”写在{}行不同的姓名上，像是占位号或向下填充（这样的号码{}个，共{all}行）",
            mask(number),
            rows.len(),
            shared.len()
        ),
        "这些号码不当作任何人的证件号码，不用于比对，各行只按姓名等其他信息比对；请从原系统重新导出",
    ))
}

/// One problem where most numbers of the sheet's ID column are masked, as public notices have them.
fn masked(sheet: &SheetCells, catalogue: &Catalogue) -> Option<Problem> {
    let cells = sheet.table.column(Field::IdNumber)?;
    let filled = cells.iter().filter(|cell| !matches!(cell, RawCell::Empty)).count();
    let is_masked = |cell: &RawCell| matches!(cell, RawCell::Text(text) if text.matches(['*', '＊']).count() >= 3);
    let rows: Vec<usize> = (0..cells.len()).filter(|row| is_masked(&cells[*row])).collect();
    if rows.len() * 2 <= filled {
        return None;
    }
    let origin = sheet.origin(*rows.first()?);
    let info = catalogue.sheet(sheet.table.sheet);
    let problem = Problem::file(&info.file, "id-column-masked", Severity::Warning);
    Some(problem.at(&info.sheet, &catalogue.cell(origin, Field::IdNumber)).saying(
        format!("证件号码列共{filled}个号码，其中{}个打了星号", rows.len()),
        "这些行保留，只用看得见的几位，不凭它自动认定；请向报送单位要未遮盖的名单",
    ))
}

fn problem(
    sheet: &SheetCells,
    catalogue: &Catalogue,
    field: Field,
    verdict: ColumnVerdict,
) -> Option<Problem> {
    let cells = sheet.table.column(field)?;
    let filled = cells.iter().filter(|cell| !matches!(cell, RawCell::Empty)).count();
    let damaged: Vec<usize> = (0..cells.len())
        .filter(|row| identifier::parse(&cells[*row], verdict, None).class == IdClass::Truncated)
        .collect();
    let row = sheet.origin(*damaged.first()?).row;
    let origin = Origin { sheet: sheet.table.sheet, row };
    let info = catalogue.sheet(sheet.table.sheet);
    let heading = info.columns.iter().find(|column| column.field == field);
    let heading = heading.map_or(field.key(), |column| column.heading.as_str());
    let message = format!(
        "“{heading}”列共{filled}个号码，其中{}个（{}%）已不完整：{}",
        damaged.len(),
        tenths(damaged.len() * 1000 / filled.max(1)),
        how(verdict)
    );
    let problem = Problem::file(&info.file, "id-column-damaged", Severity::Warning);
    Some(
        problem
            .at(&info.sheet, &catalogue.cell(origin, field))
            .saying(message, what_to_do(verdict)),
    )
}

/// 921 → 92.1
fn tenths(share: usize) -> String {
    format!("{}.{}", share / 10, share % 10)
}

fn what_to_do(verdict: ColumnVerdict) -> &'static str {
    if (ColumnVerdict { cut: true, ..ColumnVerdict::SOUND }) == verdict {
        return "这些行保留，号码只用前15位，不凭它自动认定；请从原系统重新导出完整的18位号码";
    }
    "这些行保留，号码只用没有损坏的前几位，不凭它自动认定；X结尾的号码不受影响。\
     请从原系统重新导出，并在打开前把该列设为“文本”格式"
}

/// What happened, in words.
fn how(verdict: ColumnVerdict) -> String {
    let mut damages = vec![verdict.numbers, verdict.texts];
    damages.retain(|damage| *damage != Damage::None);
    damages.sort_unstable();
    damages.dedup();
    let mut parts: Vec<&str> = damages.into_iter().map(in_words).collect();
    if verdict.cut {
        parts.push("只有18位号码的前15位（不是15位旧号），后三位被截掉");
    }
    if verdict.printed {
        parts.push("号码被显示成2.30E+17或带“.0”的样子，后面的数字已丢失");
    }
    parts.join("；")
}

fn in_words(damage: Damage) -> &'static str {
    match damage {
        Damage::None => "",
        Damage::Excel15 => "表格软件只保留15位有效数字，末三位变成了000",
        Damage::Float => "号码曾被程序当作浮点数处理，末两三位被四舍五入，看上去正常但已不准",
        Damage::Mixed => "一部分末三位变成了000，另一部分被当作浮点数四舍五入",
    }
}
