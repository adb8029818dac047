//! The lists that are sent out to be filled in and returned: their columns, what names a line, and the
//! check value that tells a line that was changed. Writers and the reader of returned copies share it.

use crate::config::Project;
use crate::linkage::decisions::About;
use crate::vocabulary::states;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rust_xlsxwriter::XlsxError;

use super::book::Book;
use super::columns::{self, CellKind, ColumnLook, TableColumn, input};
use super::review::check;
use super::table::{RowWriter, SheetSpec};

/// Headings of the hidden columns.
pub(super) const KEY: &str = "标识";
pub(super) const CHECK: &str = "校验";

/// Heading of the codes of mismatches a line asks about.
pub(super) const CODES: &str = "类别代码";

/// Heading of what a unit says of its line.
pub const CHECKED: &str = "核实结果";
/// Heading of what came of a visit.
pub const VISITED: &str = "走访结果";

const RESULTS: [&str; 4] = [states::MENDED, states::RIGHT, states::NOBODY, states::UNDER_WAY];
/// Heading of corrected names.
pub const CORRECTED_NAME: &str = "更正后姓名";
/// Heading of corrected ID numbers.
pub const CORRECTED_ID: &str = "更正后证件号码";

/// What a unit says of its line, in the same words everywhere, and what it corrects.
pub(super) fn correction_columns<R>() -> Vec<TableColumn<R>> {
    vec![input(CHECKED, &RESULTS, 12), input(CORRECTED_NAME, &[], 14), input(CORRECTED_ID, &[], 22)]
}

/// Room for what no other column asks for.
pub(super) fn remark<R>() -> TableColumn<R> {
    input("备注", &[], 18)
}

/// A list that is sent out.
#[derive(Clone, Copy, Debug)]
pub struct SentForm {
    /// Its name in hidden cells and in the ledger.
    pub key: &'static str,
    /// What users call it.
    pub title: &'static str,
    pub(super) looks: fn() -> Vec<ColumnLook>,
}

impl SentForm {
    /// Headings of what is filled in, with the words to choose from where there are any.
    pub fn inputs(&self) -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
        (self.looks)().into_iter().filter_map(|look| match look.kind {
            CellKind::Input(words) => Some((look.heading, words)),
            _ => None,
        })
    }

    /// Headings of the protected texts the check value is made of.
    pub(super) fn protected(&self) -> impl Iterator<Item = &'static str> {
        (self.looks)().into_iter().filter(is_protected).map(|look| look.heading)
    }
}

/// Programs write figures in their own ways; texts stay as they are.
fn is_protected(look: &ColumnLook) -> bool {
    !look.is_input() && look.kind != CellKind::Rate
}

/// Names a line: form, project, and whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineKey {
    /// [`SentForm::key`].
    pub form: String,
    /// Reporting unit of the project that sent it.
    pub unit: String,
    /// Whom it is about.
    pub about: About,
}

impl LineKey {
    /// As the hidden cell has it. Whom the line is about is encoded, so that no ID number stands inside a
    /// text; the line's own cells say it in full.
    pub(super) fn to_text(&self) -> String {
        let about = BASE64_STANDARD.encode(self.about.to_text());
        [&self.form, &self.unit, &about].map(String::as_str).join("|")
    }

    /// Reads the hidden cell.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '|');
        let (form, unit) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let about = BASE64_STANDARD.decode(parts.next()?).ok()?;
        Some(Self { form, unit, about: About::from_text(std::str::from_utf8(&about).ok()?)? })
    }
}

/// What a list that is sent out is written for.
#[derive(Clone, Copy)]
pub(super) struct SentList<'a> {
    /// Its form.
    pub(super) form: &'a SentForm,
    /// Whose it is.
    pub(super) project: &'a Project,
    /// Whether anything came back on its lines: a column says what.
    pub(super) is_answered: bool,
}

/// A list being written. Behind its own columns stand the hidden ones, which name and seal a line; before
/// the first cell to be filled in stands what came back on it.
pub(super) struct SentTable<'a, R> {
    rows: RowWriter<'a>,
    columns: Vec<TableColumn<R>>,
    list: SentList<'a>,
    answered: Option<usize>,
    count: usize,
}

impl<'a, R> SentTable<'a, R> {
    /// Starts a worksheet.
    pub(super) fn open(
        book: &'a mut Book,
        spec: SheetSpec<'a>,
        list: SentList<'a>,
        columns: Vec<TableColumn<R>>,
    ) -> Result<Self, XlsxError> {
        let mut looks = columns::looks(&columns);
        let first = looks.iter().position(ColumnLook::is_input);
        let answered = first.filter(|_| list.is_answered);
        looks.extend([KEY, CHECK].map(ColumnLook::hidden));
        if let Some(place) = answered {
            looks.insert(place, ColumnLook::plain("已收到的答复", CellKind::Text, 26));
        }
        let rows = RowWriter::open(book, spec, looks)?;
        Ok(Self { rows, columns, list, answered, count: 0 })
    }

    /// Writes a line about somebody, with what came back on it.
    pub(super) fn line(
        &mut self,
        row: &R,
        about: About,
        answer: Option<String>,
    ) -> Result<(), XlsxError> {
        self.count += 1;
        let mut cells = columns::cells(&self.columns, row, Some(self.count));
        let SentList { form, project, .. } = self.list;
        let key = LineKey { form: form.key.to_owned(), unit: project.unit.clone(), about };
        let key = key.to_text();
        let protected = cells.iter().zip(&self.columns);
        let protected = protected.filter(|(_, column)| is_protected(&column.look));
        let texts: Vec<String> = protected.map(|(cell, _)| cell.text().into_owned()).collect();
        let value = check(&key, texts.iter().map(String::as_str));
        cells.extend([key.into(), value.into()]);
        if let Some(place) = self.answered {
            cells.insert(place, answer.into());
        }
        self.rows.row(&cells)
    }

    /// Ends the list.
    pub(super) fn close(self) -> Result<(), XlsxError> {
        self.rows.close()
    }
}
