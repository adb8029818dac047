//! The forms as they will print.

use maud::{Markup, html};

use super::front::{escaped, front_frame};
use crate::desk::front::FrontState;
use crate::sources::sorting::{PictureRow, SheetPicture, WideCell};

/// A form and the workbook it is in.
#[derive(Clone, Debug)]
pub(in crate::desk) struct Paper {
    /// The workbook, as the list of results names it.
    pub(in crate::desk) file: String,
    /// Its first sheet, or why it cannot be read.
    pub(in crate::desk) sheet: Result<SheetPicture, String>,
}

/// The page.
pub(in crate::desk) fn papers(state: &FrontState, papers: &[Paper]) -> Markup {
    let body = html! {
        h1.screen { "附件2、附件3" }
        @if papers.is_empty() {
            p.empty { "还没有比对过。" a href="/project" { "回到项目" } }
        } @else {
            p.note.screen { "下面就是工作簿里的表，数字相同。用浏览器的“打印”（Ctrl+P）可直接打印，盖章前请先处理完待核。" }
            @for paper in papers {
                section.paper {
                    p.screen { a href=(format!("/result?file={}", escaped(&paper.file))) { "下载 " (paper.file) } }
                    @match &paper.sheet {
                        Ok(sheet) => (form(sheet)),
                        Err(why) => p.notice.refusal role="alert" { "这个工作簿打不开：" (why) },
                    }
                }
            }
        }
    };
    front_frame(state, "/forms", "附件2、附件3", &body)
}

/// A sheet as a table: what stands alone in its row has no lines around it, as on the paper.
fn form(sheet: &SheetPicture) -> Markup {
    let last = |row: &PictureRow| row.cells.keys().next_back().copied().unwrap_or_default();
    let columns = sheet.rows.iter().map(last).max().unwrap_or_default() + 1;
    let body = sheet.rows.iter().position(|row| row.cells.len() > 2).unwrap_or(sheet.rows.len());
    let end = sheet.rows.iter().rposition(|row| row.cells.len() > 2).map_or(body, |last| last + 1);
    let words = |rows: &[PictureRow]| {
        html! { @for row in rows { @for text in row.cells.values() { p { (text) } } } }
    };
    let (before, rows) = sheet.rows.split_at(body);
    html! {
        @for row in before {
            @let text = row.cells.values().next().map_or("", String::as_str);
            @let is_title = sheet.wide.iter().any(|wide| wide.row == row.number && wide.columns >= columns);
            @if is_title { h2.title { (text) } } @else { p { (text) } }
        }
        table {
            // Headings stand at the top of every printed page.
            @let table = &rows[..end - body];
            @let head = table.iter().position(is_numbered).unwrap_or(0);
            thead { @for row in &table[..head] { tr { @for column in 0..columns { (cell(sheet, row, column)) } } } }
            tbody { @for row in &table[head..] { tr { @for column in 0..columns { (cell(sheet, row, column)) } } } }
        }
        (words(&sheet.rows[end..]))
    }
}

/// Whether a row is one of data: it begins with its number.
fn is_numbered(row: &PictureRow) -> bool {
    row.cells.values().next().is_some_and(|text| text.parse::<u32>().is_ok())
}

fn cell(sheet: &SheetPicture, row: &PictureRow, column: u32) -> Markup {
    let at = |wide: &&WideCell| {
        (wide.row..wide.row + wide.rows).contains(&row.number)
            && (wide.column..wide.column + wide.columns).contains(&column)
    };
    let text = row.cells.get(&column).map_or("", String::as_str);
    let is_number = !text.is_empty()
        && text.chars().all(|letter| letter.is_ascii_digit() || ".-—".contains(letter));
    match sheet.wide.iter().find(at) {
        Some(wide) if (wide.row, wide.column) != (row.number, column) => html! {},
        Some(wide) => html! { th rowspan=(wide.rows) colspan=(wide.columns) { (text) } },
        None if is_number => html! { td.n { (text) } },
        None => html! { td { (text) } },
    }
}
