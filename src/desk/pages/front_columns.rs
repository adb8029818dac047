//! What the columns of the inputs are taken for, sheet by sheet, to be corrected by hand.

use maud::{Markup, html};

use super::front::{front_frame, secret_field};
use super::headings;
use crate::desk::front::FrontState;
use crate::origin::column_letters;
use crate::pipeline::SheetColumns;
use crate::sources::sorting::SheetPicture;
use crate::vocabulary::Field;

/// Rows of people that are shown of each column.
const SAMPLES: usize = 3;
/// Letters of a cell that are shown.
const MOST_LETTERS: usize = 24;

/// A column of a sheet.
struct ShownColumn<'a> {
    index: u32,
    heading: &'a str,
    field: Option<Field>,
}

/// The page.
pub(in crate::desk) fn columns(
    state: &FrontState,
    secret: &str,
    number: usize,
    picture: Option<&SheetPicture>,
) -> Markup {
    let sheets = state.open.as_ref().and_then(|open| open.columns.as_ref());
    let body = html! {
        h1 { "各列当作什么" }
        @match sheets {
            _ if state.open.is_none() => p.empty { "没有打开的项目。" a href="/" { "回到开始页" } },
            None => {
                p { "把每个文件的列标题读一遍，列出程序把每一列当作什么；不对的可以在表里改。" }
                form method="post" action="/columns/read" { (secret_field(secret)) button.main type="submit" { "读各文件的列" } }
            },
            Some(sheets) => {
                (list(sheets, number))
                @if let Some(sheet) = sheets.get(number) { (table(sheet, secret, number, picture)) }
            },
        }
    };
    front_frame(state, "/columns", "各列", &body)
}

fn name_of(sheet: &SheetColumns) -> String {
    let info = &sheet.sheet;
    if info.sheet.is_empty() {
        info.file.clone()
    } else {
        format!("{} › {}", info.file, info.sheet)
    }
}

fn list(sheets: &[SheetColumns], number: usize) -> Markup {
    html! {
        details open[sheets.len() <= 8] {
            summary { "共 " (sheets.len()) " 张表" }
            table.list {
                (headings(&["文件、表", "#行数", "#认出的列", "#没有用的列"]))
                tbody {
                    @for (at, sheet) in sheets.iter().enumerate() {
                        tr.current[at == number] {
                            td.path { a href=(format!("/columns?sheet={at}")) aria-current=[(at == number).then_some("true")] { (name_of(sheet)) } }
                            td.n { (sheet.sheet.rows) } td.n { (sheet.sheet.columns.len()) } td.n { (sheet.sheet.unknown_columns.len()) }
                        }
                    }
                }
            }
        }
    }
}

fn table(
    sheet: &SheetColumns,
    secret: &str,
    number: usize,
    picture: Option<&SheetPicture>,
) -> Markup {
    let used = sheet.sheet.columns.iter().map(|one| ShownColumn {
        index: one.index,
        heading: &one.heading,
        field: Some(one.field),
    });
    let unused = sheet.sheet.unknown_columns.iter();
    let unused = unused.map(|(index, heading)| ShownColumn { index: *index, heading, field: None });
    let mut columns: Vec<ShownColumn<'_>> = used.chain(unused).collect();
    columns.sort_by_key(|column| column.index);
    let first_row = sheet.sheet.header_row;
    html! {
        h2 { (name_of(sheet)) @if first_row > 0 { small { "表头在第 " (first_row) " 行" } } }
        form method="post" action="/columns" {
            (secret_field(secret))
            input type="hidden" name="sheet" value=(number);
            table.list.sorted {
                caption { "改动写进项目文件，对同一组输入的全部文件有效" }
                (headings(&["列", "标题", "当作", "前几行的内容"]))
                tbody { @for column in &columns { (line(column, sheet, picture)) } }
            }
            p.verdict { button.main type="submit" { "保存" } }
        }
    }
}

fn line(column: &ShownColumn<'_>, sheet: &SheetColumns, picture: Option<&SheetPicture>) -> Markup {
    let letters = column_letters(column.index);
    html! {
        tr {
            td { (letters) }
            td { @if column.heading.is_empty() { span.faint { "（没有标题）" } } @else { (column.heading) } }
            td {
                @if column.heading.is_empty() {
                    @match column.field { Some(field) => (label(sheet, field)), None => "不用" }
                } @else {
                    select name=(format!("c{}", column.index)) aria-label=(format!("{letters} 列“{}”当作", column.heading)) {
                        option value="" selected[column.field.is_none()] { "不用" }
                        @for (field, label) in &sheet.fields {
                            option value=(field.key()) selected[column.field == Some(*field)] { (label) }
                        }
                    }
                }
            }
            td.samples { @for text in samples(column.index, sheet, picture) { span { (text) } } }
        }
    }
}

fn label(sheet: &SheetColumns, field: Field) -> &str {
    let known = sheet.fields.iter().find(|(known, _)| *known == field);
    known.map_or(field.key(), |(_, label)| label)
}

/// What the first people have in a column; their numbers came masked.
fn samples(index: u32, sheet: &SheetColumns, picture: Option<&SheetPicture>) -> Vec<String> {
    let rows = picture.map_or(&[][..], |picture| picture.rows.as_slice());
    let people =
        rows.iter().filter(|row| row.number > sheet.sheet.header_row && !row.cells.is_empty());
    let shown = |text: &String| {
        let short: String = text.chars().take(MOST_LETTERS).collect();
        if short.len() < text.len() { format!("{short}…") } else { short }
    };
    people.take(SAMPLES).map(|row| row.cells.get(&index).map(shown).unwrap_or_default()).collect()
}
