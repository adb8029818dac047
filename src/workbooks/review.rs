//! `03_待核清单.xlsx` and each school's copy of its part: the questions to people, and where they
//! answer.
//!
//! A line is one question: a row of a school or agency beside one registered person. Everything
//! but the yellow cells is protected, and a check value in a hidden column tells when a line was
//! changed all the same. The bureau's workbook shows numbers in full; a school's copy shows the
//! candidates' masked, and their county and town only.

mod form;
mod line;
mod outcome;
mod returned;

use rust_xlsxwriter::{
    DataValidation, Format, IgnoreError, ProtectionOptions, Worksheet, XlsxError,
};

use crate::linkage::decisions::{Answer, Case, worth};

use super::book::Book;
use super::columns::{self, Cell, ColumnLook, count_value};
use super::context::Context;
use super::cover::{self, Cover};
use super::style::Styles;
use super::table::{self, SheetPlace, column_index};
use crate::results::groups::{self, CountyKey};
use crate::results::people;
use crate::results::words::chinese_date;
pub(super) use form::{ANSWER, CLERK, check};
use form::{HEADING_ROW, KEY, LIST, NOTE, place};
use line::{Audience, QuestionLine};

pub(super) use returned::take;
pub use returned::{Returned, ReturnedLine, ReturnedTrouble};

/// Writes the bureau's workbook.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let blocks = blocks(context, None);
    cover::write(book, &cover(context, &context.results.project.title, &blocks))?;
    list(book, context, &blocks, Audience::Bureau)?;
    outcome::fill(book, context)
}

/// Writes the sheet of one school or agency into its workbook.
pub(super) fn fill_institution(
    book: &mut Book,
    context: &Context,
    index: usize,
) -> Result<(), XlsxError> {
    list(book, context, &blocks(context, Some(index)), Audience::Institution)
}

/// Writes the sheet of one county into its workbook: the questions about its registered persons.
pub(super) fn fill_county(
    book: &mut Book,
    context: &Context,
    key: CountyKey,
) -> Result<(), XlsxError> {
    let results = &context.results;
    let is_own = |case: &&Case| {
        let candidate = &results.outcomes[case.row as usize].candidates[case.candidate];
        groups::county(results.person(candidate.person)) == key && !case.is_audit
    };
    let own: Vec<Case> = results.cases.iter().filter(is_own).cloned().collect();
    let blocks: Vec<Block> = own.chunk_by(|a, b| a.row == b.row).collect();
    list(book, context, &blocks, Audience::County)
}

/// Questions a school or agency can answer.
pub(super) fn cases_of(context: &Context, index: usize) -> usize {
    context.results.cases.iter().filter(|case| institution(context, case) == index).count()
}

fn institution(context: &Context, case: &Case) -> usize {
    context.results.records.sources[case.row as usize].institution as usize
}

/// The questions about one row, best candidate first.
type Block<'run> = &'run [Case];

/// Questions by school in the order of the forms; within a school those first that are likely to
/// move a figure.
fn blocks<'run>(context: &Context<'run>, only: Option<usize>) -> Vec<Block<'run>> {
    let mut rank = vec![0; context.institution_order.len()];
    for (place, index) in context.institution_order.iter().enumerate() {
        rank[*index] = place;
    }
    let of = |block: &Block| institution(context, &block[0]);
    let gain = |block: &Block| worth(&context.results.outcomes[block[0].row as usize]);
    let mut blocks: Vec<Block<'run>> =
        context.results.cases.chunk_by(|a, b| a.row == b.row).collect();
    blocks.retain(|block| only.is_none_or(|index| of(block) == index));
    blocks.sort_by(|a, b| {
        let school = rank.get(of(a)).cmp(&rank.get(of(b)));
        school.then(gain(b).total_cmp(&gain(a))).then(a[0].row.cmp(&b[0].row))
    });
    blocks
}

/// What the list holds, in persons: somebody can be asked about in several lines.
fn what(context: &Context, blocks: &[Block]) -> String {
    let people = |is_audit: bool| {
        let own = blocks.iter().filter(|block| block[0].is_audit == is_audit);
        people::behind(&context.results, own.map(|block| block[0].row))
    };
    let (open, audits) = (people(false), people(true));
    let asked = blocks.iter().filter(|block| !block[0].is_audit);
    let lines: usize = asked.map(|block| block.len()).sum();
    let doubtful =
        format!("程序不能确定的 {open} 人（{lines} 条），须由人看一看左右两边是不是同一个人。");
    if audits == 0 {
        return doubtful;
    }
    format!(
        "{doubtful}另有 {audits} 人标“抽查”，程序已定为比对一致，随机抽出请人核对，用来估计比对一致的准确率；\
         除非填“不是同一人”，仍按比对一致统计。"
    )
}

fn cover(context: &Context, title: &str, blocks: &[Block]) -> Cover {
    let project = context.results.project;
    let answers = "在黄色“结论”列的下拉框中选：同一人——左右两边是同一个人；不是同一人——左右是两个人；\
                   无法判断——凭现有材料定不了，下次仍会列出。拿不准的不要猜，可空着不填。";
    let several = "序号相同、后缀不同（如 7-1、7-2）的各行，是同一人员的几个候选人，最多一行选“同一人”；\
                   每行各选各的，没有看的候选人空着即可。";
    let keep = "只填黄色格。其他格已保护；改动过的行、删去或改动隐藏列的行，收回时不予采用，并指出是哪一行。\
                可以筛选，可以只填一部分，可以几个人分着填。";
    Cover {
        title: format!("{title}　待核清单填表说明"),
        lines: vec![
            ("这是什么", what(context, blocks)),
            ("统计时点", chinese_date(project.as_of)),
            ("先填核对人", "在“待核清单”表上方的黄色格写姓名；没有核对人的不予采用。".to_owned()),
            ("怎样选", answers.to_owned()),
            ("多个候选人", several.to_owned()),
            (
                "红色的字",
                "左右两边不同的字。末尾标“末几位已失真”的号码，失真的数字不作比较。".to_owned(),
            ),
            (
                "匹配概率",
                "程序的估计；“权重”为各项比对的得分，正数支持是同一人，负数反对。".to_owned(),
            ),
            ("先看哪些", "同一学校内，最可能改变统计数字的排在前面，抽查的在最后。".to_owned()),
            ("注意保护", keep.to_owned()),
            (
                "交回",
                format!(
                    "存盘后交回{}（Excel、WPS、LibreOffice 保存的均可）。填过的，下次比对不再询问。",
                    project.bureau()
                ),
            ),
            ("注意", "含个人信息，不得外传；用后妥善保存或删除。".to_owned()),
        ],
    }
}

/// The list itself.
fn list(
    book: &mut Book,
    context: &Context,
    blocks: &[Block],
    audience: Audience,
) -> Result<(), XlsxError> {
    let styles = book.styles.clone();
    book.sheets.sheet(LIST);
    let sheet = book.page(LIST)?;
    let columns = line::columns();
    let looks = columns::looks(&columns);
    head(sheet, &looks, &styles)?;
    let mut row = HEADING_ROW;
    for (number, block) in (1..).zip(blocks) {
        for (rank, case) in (1..).zip(block.iter()) {
            row += 1;
            let label =
                if block.len() == 1 { number.to_string() } else { format!("{number}-{rank}") };
            let question = QuestionLine::of(context, case, label, audience);
            let cells = line::cells(&columns, &question);
            write_line(sheet, row, cells.iter().zip(&looks), &styles)?;
        }
    }
    if row == HEADING_ROW {
        sheet.write_string_with_format(row + 1, 0, "（没有待核的人员）", &styles.note)?;
    } else {
        progress(sheet, row, place(&looks, ANSWER), &styles.note)?;
        guide(sheet, row, &looks)?;
    }
    finish(sheet, row, place(&looks, NOTE))
}

fn head(sheet: &mut Worksheet, looks: &[ColumnLook], styles: &Styles) -> Result<(), XlsxError> {
    let note = "在黄色“结论”列选择；左右相邻两列为学校（机构）填报与建档立卡登记，红色为不同的字。用法见“说明”表。";
    sheet.set_row_height(0, 26)?.write_string_with_format(0, 0, "待核清单", &styles.title)?;
    sheet.set_row_height(1, 18)?.write_string_with_format(1, 0, note, &styles.note)?;
    sheet.set_row_height(2, 22)?.write_string_with_format(2, 0, CLERK, &styles.total_text)?;
    sheet.merge_range(2, 1, 2, 2, "", &styles.input)?;
    sheet.set_row_height(HEADING_ROW, 32)?;
    let hidden_from = place(looks, KEY);
    for (index, column) in looks.iter().enumerate() {
        let place = column_index(index);
        sheet.set_column_width(place, f64::from(column.widest))?;
        sheet.write_string_with_format(HEADING_ROW, place, column.heading, &styles.heading)?;
        if index >= hidden_from {
            sheet.set_column_hidden(place)?;
        }
    }
    Ok(())
}

fn write_line<'a>(
    sheet: &mut Worksheet,
    row: u32,
    cells: impl Iterator<Item = (&'a Cell<'a>, &'a ColumnLook)> + Clone,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let needed = cells.clone().map(|(cell, column)| table::lines(cell, column));
    let lines = count_value(needed.max().unwrap_or(1));
    sheet.set_row_height(row, (lines * table::LINE_HEIGHT + 3.0).min(table::MAX_HEIGHT))?;
    for (index, (cell, column)) in cells.enumerate() {
        let format = table::format_of(styles, column.kind);
        let place = SheetPlace { row, column: column_index(index) };
        table::put(sheet, place, cell, format, styles)?;
    }
    Ok(())
}

/// How much is done, counted by the sheet itself.
fn progress(
    sheet: &mut Worksheet,
    last_row: u32,
    answer: usize,
    style: &Format,
) -> Result<(), XlsxError> {
    let letters = crate::origin::column_letters(u32::try_from(answer).unwrap_or(0));
    let (first, last) = (HEADING_ROW + 2, last_row + 1);
    let lines = last_row - HEADING_ROW;
    let formula =
        format!("=\"已填 \"&COUNTA({letters}{first}:{letters}{last})&\" 行，共 {lines} 行\"");
    let formula =
        rust_xlsxwriter::Formula::new(formula).set_result(format!("已填 0 行，共 {lines} 行"));
    sheet.write_formula_with_format(2, 4, formula, style)?;
    Ok(())
}

fn guide(sheet: &mut Worksheet, last_row: u32, looks: &[ColumnLook]) -> Result<(), XlsxError> {
    let first = HEADING_ROW + 1;
    let [answer, note, key] =
        [ANSWER, NOTE, KEY].map(|heading| column_index(place(looks, heading)));
    let words = Answer::ALL.map(Answer::label);
    let list = DataValidation::new()
        .allow_list_strings(&words)?
        .set_error_title("结论")?
        .set_error_message("请在下拉框中选：同一人、不是同一人、无法判断")?;
    sheet.add_data_validation(first, answer, last_row, answer, &list)?;
    sheet.autofilter(HEADING_ROW, 0, last_row, note)?;
    let kind = IgnoreError::NumberStoredAsText;
    sheet.ignore_error_range(first, 0, last_row, key, kind)?;
    Ok(())
}

fn finish(sheet: &mut Worksheet, last_row: u32, last_printed: usize) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(HEADING_ROW + 1, 4)?;
    sheet.set_repeat_rows(HEADING_ROW, HEADING_ROW)?;
    sheet.set_print_area(0, 0, last_row.max(HEADING_ROW + 1), column_index(last_printed))?;
    table::landscape(sheet);
    let options = ProtectionOptions {
        use_autofilter: true,
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::new()
    };
    sheet.protect_with_options(&options);
    Ok(())
}
