//! Cards: a list per unit with cells to fill in, and what came back. Lines are protected and carry a check
//! value, as review lists do; what was changed is not taken.

use std::path::Path;

use rust_xlsxwriter::{DataValidation, ProtectionOptions, Worksheet, XlsxError};

use crate::problems::{Problem, Severity};
use crate::programmes::{self, CardLine};
use crate::results::words::chinese_date;
use crate::sources::{Row, read_grid_file, shown_cell};

use super::book::Book;
use super::columns::{self, CellKind, ColumnLook, TableColumn, column, input};
use super::cover::{self, Cover};
use super::review::check;
use super::style::Styles;
use super::table::{self, SheetPlace, column_index};
use super::{Results, WorkbookError};

const SHEET: &str = "登记表";
const FILLER: &str = "填表人";
const HEADING_ROW: u32 = 3;

/// What a kind of card looks like.
#[derive(Clone, Copy, Debug)]
pub struct CardForm {
    /// Its name in results, `monitoring`.
    pub card: &'static str,
    /// Its title and the name of its folder.
    pub title: &'static str,
    columns: fn() -> Vec<TableColumn<CardLineRow>>,
    help: &'static str,
}

/// Headings of the hidden columns: which card, whom the line is about, and its check value.
const HIDDEN: [&str; 3] = ["卡片", "标识", "校验"];

impl CardForm {
    fn looks(&self) -> Vec<ColumnLook> {
        columns::looks(&(self.columns)())
    }
}

/// A line and its number on the card.
struct CardLineRow {
    number: usize,
    row: CardRow,
}

fn monitoring_columns() -> Vec<TableColumn<CardLineRow>> {
    vec![
        column(columns::NUMBER, CellKind::Code, 7, |line| line.number.to_string().into()),
        column("姓名", CellKind::Word, 10, |line| line.row.name.as_str().into()),
        column("学籍编号", CellKind::Code, 20, |line| line.row.number.as_str().into()),
        column("班级", CellKind::Text, 16, |line| line.row.from.as_str().into()),
        column("专业", CellKind::Text, 16, |line| line.row.major.as_str().into()),
        column("上月情况", CellKind::Text, 22, |line| line.row.told.as_str().into()),
        input("在校情况", &["在校", "实习", "请假", "休学", "退学", "失联"], 10),
        input("学习情况", &["正常", "有困难"], 9),
        input("学习帮扶", &["调整专业", "课程辅导", "加大实训", "心理辅导", "其他"], 11),
        input("生活情况", &["正常", "有困难"], 9),
        input("生活帮扶", &["勤工助学岗位", "企业助学金", "其他"], 13),
        input("监测日期", &[], 12),
        input("监测人", &[], 10),
        input("备注", &[], 16),
    ]
}

fn service_columns() -> Vec<TableColumn<CardLineRow>> {
    vec![
        column(columns::NUMBER, CellKind::Code, 7, |line| line.number.to_string().into()),
        column("姓名", CellKind::Word, 10, |line| line.row.name.as_str().into()),
        column("联系电话", CellKind::Code, 15, |line| line.row.number.as_str().into()),
        column("毕业院校", CellKind::Text, 22, |line| line.row.from.as_str().into()),
        column("专业", CellKind::Text, 16, |line| line.row.major.as_str().into()),
        column("尚缺服务", CellKind::Text, 28, |line| line.row.told.as_str().into()),
        input("政策宣介日期", &[], 13),
        input("职业指导日期", &[], 13),
        input("岗位推介日期", &[], 22),
        input("培训或见习", &["已参加培训", "已参加见习", "本人不愿意"], 13),
        input("就业情况", &["未就业", "已就业", "升学", "入伍"], 10),
        input("备注", &[], 16),
    ]
}

/// The kinds of cards that are handed out.
pub const FORMS: [CardForm; 2] = [
    CardForm {
        card: programmes::MONITORING.key,
        title: programmes::MONITORING.title,
        columns: monitoring_columns,
        help: "逐人填写本月情况；有困难的，写明采取的帮扶。依据黑人社发〔2019〕10号（四）（表样推定）。",
    },
    CardForm {
        card: programmes::SERVICES.key,
        title: programmes::SERVICES.title,
        columns: service_columns,
        help: "按“尚缺服务”逐项提供，填写日期（岗位推介可填多个）。依据齐人社发〔2025〕7号（1131内容推定）。",
    },
];

/// Whom a line of a card is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardRow {
    /// As results name people.
    pub person: String,
    /// 姓名.
    pub name: String,
    /// 学籍编号 of a student, telephone number of a graduate.
    pub number: String,
    /// Class of a student, former school of a graduate.
    pub from: String,
    /// 专业.
    pub major: String,
    /// What is known from earlier cards, or still to be done.
    pub told: String,
}

/// A card for one unit and month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The school or county.
    pub unit: String,
    /// `2019-11`.
    pub month: String,
    /// Its lines.
    pub rows: Vec<CardRow>,
}

/// Writes a card.
///
/// # Errors
/// As [`super::write()`].
pub fn write(
    path: &Path,
    results: &Results,
    form: &CardForm,
    card: &Card,
) -> Result<(), WorkbookError> {
    let make = || {
        let title = format!("{}　{}", card.unit, form.title);
        let mut book = Book::in_memory(&title, results.project.as_of)?;
        fill(&mut book, results, form, card)?;
        Ok(book)
    };
    let book = make().map_err(|source| WorkbookError::Excel { path: path.to_owned(), source })?;
    book.save(path)
}

/// Writes a card into a workbook.
fn fill(book: &mut Book, results: &Results, form: &CardForm, card: &Card) -> Result<(), XlsxError> {
    cover::write(book, &about(results, form, card))?;
    list(book, form, card)
}

fn about(results: &Results, form: &CardForm, card: &Card) -> Cover {
    let project = results.project;
    Cover {
        title: format!("{}　{}（{}）", card.unit, form.title, card.month),
        lines: vec![
            ("这是什么", format!("{}共{}人。{}", form.title, card.rows.len(), form.help)),
            ("统计时点", chinese_date(project.as_of)),
            (
                "请填写",
                format!("先在“{SHEET}”上方填{FILLER}，再填黄色格；没有{FILLER}的不予采用。"),
            ),
            ("注意保护", "只填黄色格；改动过的行收回时不予采用，并指出是哪一行。".to_owned()),
            ("返回", format!("存盘后交回{}。", project.bureau())),
            ("保密", "含个人信息，不得外传；用后妥善保存或删除。".to_owned()),
        ],
    }
}

fn list(book: &mut Book, form: &CardForm, card: &Card) -> Result<(), XlsxError> {
    let styles = book.styles.clone();
    book.sheets.sheet(SHEET);
    let columns = (form.columns)();
    let mut looks = columns::looks(&columns);
    looks.extend(HIDDEN.map(ColumnLook::hidden));
    let sheet = book.page(SHEET)?;
    head(sheet, &looks, form, card, &styles)?;
    let label = label(form.card, &card.month, &card.unit);
    let mut row = HEADING_ROW;
    for (number, line) in (1_usize..).zip(&card.rows) {
        row += 1;
        let line = CardLineRow { number, row: line.clone() };
        let mut cells = columns::cells(&columns, &line, None);
        let protected = cells.iter().zip(&looks).filter(|(_, look)| !look.is_input());
        let texts: Vec<String> = protected.map(|(cell, _)| cell.text().into_owned()).collect();
        let person = line.row.person.as_str();
        let key = format!("{label}\u{1f}{person}");
        let value = check(&key, texts.iter().map(String::as_str));
        cells.extend([label.as_str().into(), person.into(), value.into()]);
        for (index, (cell, look)) in cells.iter().zip(&looks).enumerate() {
            let format = table::format_of(&styles, look.kind);
            let place = SheetPlace { row, column: column_index(index) };
            table::put(sheet, place, cell, format, &styles)?;
        }
    }
    finish(sheet, &looks, row)
}

/// `monitoring 2019-11 佳木斯技师学院`.
fn label(card: &str, month: &str, unit: &str) -> String {
    format!("{card} {month} {unit}")
}

fn head(
    sheet: &mut Worksheet,
    looks: &[ColumnLook],
    form: &CardForm,
    card: &Card,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let title = format!("{}　{}（{}）", card.unit, form.title, card.month);
    sheet.set_row_height(0, 26)?.write_string_with_format(0, 0, title, &styles.title)?;
    sheet.write_string_with_format(1, 0, form.help, &styles.note)?;
    sheet.set_row_height(2, 22)?.write_string_with_format(2, 0, FILLER, &styles.total_text)?;
    sheet.merge_range(2, 1, 2, 2, "", &styles.input)?;
    sheet.set_row_height(HEADING_ROW, 32)?;
    for (index, column) in looks.iter().enumerate() {
        let place = column_index(index);
        sheet.set_column_width(place, f64::from(column.widest))?;
        sheet.write_string_with_format(HEADING_ROW, place, column.heading, &styles.heading)?;
        if column.is_hidden {
            sheet.set_column_hidden(place)?;
        }
    }
    Ok(())
}

fn finish(sheet: &mut Worksheet, looks: &[ColumnLook], last_row: u32) -> Result<(), XlsxError> {
    let first = HEADING_ROW + 1;
    for (index, column) in looks.iter().enumerate() {
        if let (CellKind::Input(words), true) = (column.kind, last_row > HEADING_ROW)
            && !words.is_empty()
        {
            let place = column_index(index);
            let list = DataValidation::new().allow_list_strings(words)?;
            sheet.add_data_validation(first, place, last_row, place, &list)?;
        }
    }
    sheet.set_freeze_panes(HEADING_ROW + 1, 2)?;
    sheet.set_repeat_rows(HEADING_ROW, HEADING_ROW)?;
    table::landscape(sheet);
    sheet.protect_with_options(&ProtectionOptions {
        use_autofilter: true,
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::new()
    });
    Ok(())
}

/// What a returned card says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReturnedCard {
    /// SHA-256 of the file.
    pub sha256: String,
    /// Filled-in cells of lines that are as they were sent out.
    pub lines: Vec<CardLine>,
    /// Lines nothing was filled in.
    pub open: usize,
    /// Places and reasons of lines that cannot be used.
    pub refused: Vec<(String, String)>,
}

/// Reads a returned card.
///
/// # Errors
/// Why the file is none: unreadable, or without a card of ours.
pub fn read(path: &Path, shown: &str) -> Result<ReturnedCard, Box<Problem>> {
    let (sha256, grids) = read_grid_file(path, shown)?;
    let mut returned = ReturnedCard { sha256, ..ReturnedCard::default() };
    let mut found = false;
    for grid in &grids {
        let rows: Vec<(u32, Vec<String>)> =
            grid.rows.iter().map(|row| (row.number, texts(row))).collect();
        let heading = rows.iter().take(40).position(|(_, row)| {
            HIDDEN.iter().all(|word| row.iter().any(|cell| cell.trim() == *word))
        });
        if let Some(heading) = heading {
            found = true;
            take(&rows, heading, shown, &grid.sheet, &mut returned);
        }
    }
    if found { Ok(returned) } else { Err(Box::new(no_card(shown))) }
}

fn texts(row: &Row) -> Vec<String> {
    let width = row.cells.last().map_or(0, |(index, _)| index + 1);
    (0..width).map(|index| shown_cell(row.cell(index)).trim().to_owned()).collect()
}

fn no_card(shown: &str) -> Problem {
    Problem::file(shown, "no-card", Severity::Error).saying(
        format!("里面没有“{SHEET}”表，或“卡片”“标识”“校验”列已被删去"),
        "请交回本程序发出的表，不要另建表格或删列",
    )
}

fn take(
    rows: &[(u32, Vec<String>)],
    heading: usize,
    file: &str,
    sheet: &str,
    returned: &mut ReturnedCard,
) {
    let headings = &rows[heading].1;
    let place = |word: &str| headings.iter().position(|cell| cell.trim() == word);
    let clerk = filler(&rows[..heading]);
    for (number, row) in &rows[heading + 1..] {
        let cell = |word: &str| place(word).and_then(|at| row.get(at)).map_or("", String::as_str);
        let (label, person) = (cell("卡片"), cell("标识"));
        let mut words = label.splitn(3, ' ');
        let (Some(card), Some(month), Some(unit)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let Some(form) = FORMS.iter().find(|form| form.card == card) else { continue };
        let looks = form.looks();
        let (inputs, protected): (Vec<&ColumnLook>, Vec<&ColumnLook>) =
            looks.iter().partition(|look| look.is_input());
        let filled: Vec<(&str, &str)> = inputs
            .into_iter()
            .map(|look| (look.heading, cell(look.heading)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if filled.is_empty() {
            returned.open += 1;
            continue;
        }
        let protected: Vec<&str> = protected.iter().map(|look| cell(look.heading)).collect();
        let key = format!("{label}\u{1f}{person}");
        let spot = format!("{file} › {sheet} › 第{number}行");
        if check(&key, protected.into_iter()) != cell("校验") {
            returned
                .refused
                .push((spot, "这一行的保护内容被改动过，没有采用；请用原表重填".to_owned()));
        } else if clerk.is_empty() {
            returned.refused.push((spot, format!("没有填“{FILLER}”，没有采用；请补填后再交")));
        } else {
            returned.lines.extend(filled.into_iter().map(|(field, value)| CardLine {
                card: card.to_owned(),
                unit: unit.to_owned(),
                person: person.to_owned(),
                month: month.to_owned(),
                field: field.to_owned(),
                value: value.to_owned(),
                filled_by: clerk.clone(),
                source_file: file.to_owned(),
                source_sheet: sheet.to_owned(),
                source_row: *number,
            }));
        }
    }
}

/// The name behind 填表人, in the same cell or in the next filled one.
fn filler(above: &[(u32, Vec<String>)]) -> String {
    for (_, row) in above {
        let Some(at) = row.iter().position(|cell| cell.trim().starts_with(FILLER)) else {
            continue;
        };
        let inside = row[at].trim().trim_start_matches(FILLER).trim_matches([':', '：', ' ']);
        let next = row[at + 1..].iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty());
        return if inside.is_empty() { next.unwrap_or_default() } else { inside }.to_owned();
    }
    String::new()
}
