//! The lists that are sent out to be filled in and returned: their columns, what names a line, and the
//! check value that tells a line that was changed. Writers and the reader of returned copies share it.

use crate::config::Project;
use crate::linkage::decisions::About;
use crate::vocabulary::states;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::review::check;
use super::table::{Cell, CellKind, Column, hidden};

/// Headings of the hidden columns.
pub(super) const KEY: &str = "标识";
pub(super) const CHECK: &str = "校验";
pub(super) const KEY_COLUMN: Column = hidden(KEY);
pub(super) const CHECK_COLUMN: Column = hidden(CHECK);

/// Heading of the codes of mismatches a line asks about.
pub(super) const CODES: &str = "类别代码";

/// Heading of what a unit says of its line.
pub const CHECKED: &str = "核实结果";
/// Heading of what came of a visit.
pub const VISITED: &str = "走访结果";

/// What a unit says of its line, in the same words everywhere.
pub(super) const RESULT: Column = super::table::column(
    CHECKED,
    CellKind::Input(&[states::MENDED, states::RIGHT, states::NOBODY, states::UNDER_WAY]),
    12,
);
/// Heading of corrected names.
pub const CORRECTED_NAME: &str = "更正后姓名";
/// Heading of corrected ID numbers.
pub const CORRECTED_ID: &str = "更正后证件号码";
pub(super) const NEW_NAME: Column = super::table::column(CORRECTED_NAME, CellKind::Input(&[]), 14);
pub(super) const NEW_ID: Column = super::table::column(CORRECTED_ID, CellKind::Input(&[]), 22);
pub(super) const REMARK: Column = super::table::column("备注", CellKind::Input(&[]), 18);

/// A list that is sent out.
#[derive(Clone, Copy, Debug)]
pub struct SentForm {
    /// Its name in hidden cells and in the ledger.
    pub key: &'static str,
    /// What users call it.
    pub title: &'static str,
    pub(super) columns: &'static [Column],
}

impl SentForm {
    /// Headings of what is filled in, with the words to choose from where there are any.
    pub fn inputs(&self) -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
        self.columns.iter().filter_map(|column| match column.kind {
            CellKind::Input(words) => Some((column.heading, words)),
            _ => None,
        })
    }

    /// Headings of the protected texts the check value is made of.
    pub(super) fn protected(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().filter(|column| is_protected(column)).map(|column| column.heading)
    }
}

/// Programs write figures in their own ways; texts stay as they are.
fn is_protected(column: &Column) -> bool {
    !column.is_input() && !column.is_hidden && column.kind != CellKind::Rate
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

/// Fills the hidden cells of a line whose other cells are there; the last two columns are theirs.
pub(super) fn sealed<'a>(
    project: &Project,
    form: &SentForm,
    about: About,
    mut cells: Vec<Cell<'a>>,
) -> Vec<Cell<'a>> {
    let key = LineKey { form: form.key.to_owned(), unit: project.unit.clone(), about }.to_text();
    let protected = cells.iter().zip(form.columns).filter(|(_, column)| is_protected(column));
    let texts: Vec<String> = protected.map(|(cell, _)| cell.text().into_owned()).collect();
    let value = check(&key, texts.iter().map(String::as_str));
    cells.extend([key.into(), value.into()]);
    cells
}

/// The columns of a list as it is written: where anything came back on its lines, with one that says what.
pub(super) struct SentColumns {
    columns: Vec<Column>,
    /// Place of what came back: before the first cell to be filled in.
    answered: Option<usize>,
}

const ANSWERED: Column = super::table::column("已收到的答复", CellKind::Text, 26);

impl SentColumns {
    /// For lines with these answers.
    pub(super) fn of(form: &SentForm, mut answers: impl Iterator<Item = Option<String>>) -> Self {
        let mut columns = form.columns.to_vec();
        let place = columns.iter().position(Column::is_input);
        let answered = place.filter(|_| answers.any(|answer| answer.is_some()));
        if let Some(place) = answered {
            columns.insert(place, ANSWERED);
        }
        Self { columns, answered }
    }

    /// The columns.
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A line that is sealed already, with what came back on it.
    pub(super) fn line<'a>(
        &self,
        mut cells: Vec<Cell<'a>>,
        answer: Option<String>,
    ) -> Vec<Cell<'a>> {
        if let Some(place) = self.answered {
            cells.insert(place, answer.unwrap_or_default().into());
        }
        cells
    }
}
