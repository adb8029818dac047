//! Who makes a figure: chosen on a page, sent as a workbook. It shows numbers in full: who takes it is kept
//! first.

use std::sync::Arc;

use super::App;
use super::asked::PageRequest;
use super::reads::page;
use super::reply::Reply;
use crate::desk::pages;
use crate::desk::sessions::{Session, lock};
use crate::file_names::portable;
use crate::ledger::Disclosure;
use crate::results::Results;
use crate::vocabulary::Annex;
use crate::workbooks::{FigureRow, LONGEST, figure_book};

/// Under what workbooks of figures are kept among the disclosures.
const OPENED: &str = "明细导出";

/// What can be chosen.
pub(super) fn show(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    page(app, session, asked, |view, book| {
        Ok(Some(pages::figures(view, &book.ledger.disclosures(OPENED)?)))
    })
}

/// A figure that was chosen, with its words and how many lines it has.
struct ChosenFigure<'a> {
    which: FigureRow<'a>,
    words: String,
    lines: usize,
}

fn chosen<'a>(results: &Results, asked: &'a PageRequest) -> Option<ChosenFigure<'a>> {
    let annex = Annex::of_key(asked.field("form"))?;
    let (form, lists) = results.statistics.form(annex);
    let list = lists.iter().find(|list| list.indicator.code == asked.field("code"))?;
    let row: Option<u32> = asked.number("row");
    let unit = match row {
        None => "全部",
        Some(row) => form.rows.get(usize::try_from(row).ok()?)?.name.as_str(),
    };
    let words = format!("{} {} {unit}", annex.label(), list.indicator.name());
    let which = FigureRow { annex, code: list.indicator.code, row };
    Some(ChosenFigure { which, words, lines: pages::figure_lines(list, row) })
}

/// The workbook.
pub(super) fn book(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    if session.clerk.is_empty() {
        session.refuse("请先填写核对人姓名：打开的表里有完整证件号码，要记上是谁打开的。");
        return Reply::Go("/figures".to_owned());
    }
    if !app.everybody.is_there() {
        return Reply::Go("/figures".to_owned());
    }
    let material = Arc::clone(&lock(&app.book).material);
    let results = material.results();
    let Some(chosen) = chosen(&results, asked) else { return Reply::not_found() };
    if chosen.lines > LONGEST {
        let words = format!(
            "“{}”有 {} 行，一张表里看不过来，请选一个单位；全部在结果文件夹的“明细”里。",
            chosen.words, chosen.lines
        );
        session.refuse(words);
        return Reply::Go("/figures".to_owned());
    }
    let bytes = match figure_book(&results, &chosen.words, chosen.which) {
        Ok(bytes) => bytes,
        Err(error) => return Reply::failed(error.to_string()),
    };
    let disclosure = Disclosure {
        key: OPENED.to_owned(),
        clerk: session.clerk.clone(),
        at: app.clock.now(),
        places: format!("{} 行：{}", chosen.lines, chosen.words),
    };
    match lock(&app.book).ledger.disclose(&disclosure) {
        Ok(()) => {
            let name = portable(&format!("{}_{}", chosen.words, results.project.as_of));
            Reply::Workbook(format!("{name}.xlsx"), bytes)
        }
        Err(error) => Reply::ledger(&error),
    }
}
