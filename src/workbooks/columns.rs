//! A column of a table: what it is called, what it holds, how wide it may become, and the function that makes its
//! cell from a row. A table is a list of columns, so that adding, moving or removing one is one edit.
//!
//! Cells borrow from their row. What several columns share is made once, with the row, and lent to each
//! ([`Cell::lent`]): a city writes a million cells, and a function of a column is called for every one.

use std::borrow::Cow;
use std::fmt;

use crate::results::marks::MarkedText;

/// Heading of running numbers.
pub(super) const NUMBER: &str = "序号";

/// What a column holds, which decides format and alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellKind {
    /// Running number and counts.
    Count,
    /// IDs, codes, dates as text: centred, text format.
    Code,
    /// Short words, centred.
    Word,
    /// Words that colour their cell (decision, owner, severity).
    Coloured,
    /// Running text, wrapped.
    Text,
    /// Running text on one line, however long.
    Line,
    /// A share of 1.
    Rate,
    /// Yuan.
    Money,
    /// Empty cells the reader fills in; with words, a choice among them.
    Input(&'static [&'static str]),
}

/// What a column looks like, whatever its rows are.
#[derive(Clone, Copy, Debug)]
pub(super) struct ColumnLook {
    /// Heading.
    pub(super) heading: &'static str,
    /// What it holds.
    pub(super) kind: CellKind,
    /// Widest it may become, in Excel's character units.
    pub(super) widest: u16,
    /// Whether it is folded away until somebody opens it; it is not printed then.
    pub(super) is_folded: bool,
    /// Whether it is for the program that reads the returned copy.
    pub(super) is_hidden: bool,
}

impl ColumnLook {
    /// A column everybody sees.
    pub(super) const fn plain(heading: &'static str, kind: CellKind, widest: u16) -> Self {
        Self { heading, kind, widest, is_folded: false, is_hidden: false }
    }

    /// A column for the program that reads the returned copy; the sheet is protected but for its inputs.
    pub(super) const fn hidden(heading: &'static str) -> Self {
        Self { is_hidden: true, ..Self::plain(heading, CellKind::Code, 10) }
    }

    /// Whether the reader fills it in.
    pub(super) fn is_input(&self) -> bool {
        matches!(self.kind, CellKind::Input(_))
    }
}

/// A column of tables whose rows are `R`.
pub(super) struct TableColumn<R> {
    /// What it looks like.
    pub(super) look: ColumnLook,
    source: CellSource<R>,
}

/// Where the cells of a column come from.
enum CellSource<R> {
    /// Nowhere: the reader fills them in.
    Reader,
    /// The running number of the row.
    Number,
    /// The row.
    Row(fn(&R) -> Cell<'_>),
    /// The row, for one of several columns that are alike: its place among them.
    Nth(usize, fn(&R, usize) -> Cell<'_>),
}

impl<R> fmt::Debug for TableColumn<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.look.fmt(formatter)
    }
}

/// A column whose cells are made from the row.
pub(super) const fn column<R>(
    heading: &'static str,
    kind: CellKind,
    widest: u16,
    cell: fn(&R) -> Cell<'_>,
) -> TableColumn<R> {
    let look = ColumnLook::plain(heading, kind, widest);
    TableColumn { look, source: CellSource::Row(cell) }
}

/// A column that only some readers need: the last ones, folded into a group.
pub(super) const fn folded<R>(
    heading: &'static str,
    kind: CellKind,
    widest: u16,
    cell: fn(&R) -> Cell<'_>,
) -> TableColumn<R> {
    let look = ColumnLook { is_folded: true, ..ColumnLook::plain(heading, kind, widest) };
    TableColumn { look, source: CellSource::Row(cell) }
}

/// The running number of the rows; a total has none.
pub(super) const fn numbered<R>(widest: u16) -> TableColumn<R> {
    let look = ColumnLook::plain(NUMBER, CellKind::Count, widest);
    TableColumn { look, source: CellSource::Number }
}

/// A column the reader fills in; with words, one of them.
pub(super) const fn input<R>(
    heading: &'static str,
    words: &'static [&'static str],
    widest: u16,
) -> TableColumn<R> {
    let look = ColumnLook::plain(heading, CellKind::Input(words), widest);
    TableColumn { look, source: CellSource::Reader }
}

/// One of several columns that are alike but for their place among them.
pub(super) const fn nth<R>(
    look: ColumnLook,
    place: usize,
    cell: fn(&R, usize) -> Cell<'_>,
) -> TableColumn<R> {
    TableColumn { look, source: CellSource::Nth(place, cell) }
}

impl<R> TableColumn<R> {
    /// The cell of a row, whose running number is given.
    pub(super) fn cell<'row>(&self, row: &'row R, number: Option<usize>) -> Cell<'row> {
        match &self.source {
            CellSource::Reader => Cell::Empty,
            CellSource::Number => number.map_or(Cell::Empty, Cell::from),
            CellSource::Row(cell) => cell(row),
            CellSource::Nth(place, cell) => cell(row, *place),
        }
    }
}

/// The columns of a table some of whose columns are those of other tables, too.
pub(super) fn joined<R, const N: usize>(parts: [Vec<TableColumn<R>>; N]) -> Vec<TableColumn<R>> {
    parts.into_iter().flatten().collect()
}

/// How columns look, for what writes or reads their sheet.
pub(super) fn looks<R>(columns: &[TableColumn<R>]) -> Vec<ColumnLook> {
    columns.iter().map(|column| column.look).collect()
}

/// The cells of a row.
pub(super) fn cells<'row, R>(
    columns: &[TableColumn<R>],
    row: &'row R,
    number: Option<usize>,
) -> Vec<Cell<'row>> {
    columns.iter().map(|column| column.cell(row, number)).collect()
}

/// One cell.
#[derive(Clone, Debug)]
pub(super) enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text, whatever it looks like.
    Text(Cow<'a, str>),
    /// A figure.
    Number(f64),
    /// Text of which some parts differ from the other side's.
    Marked(Cow<'a, [MarkedText]>),
}

impl Cell<'_> {
    /// What the cell says, marks left out.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Marked(runs) => runs.iter().map(|run| run.text.as_str()).collect(),
        }
    }

    /// The same cell, borrowed from where it was made.
    pub(super) fn lent(&self) -> Cell<'_> {
        match self {
            Self::Empty => Cell::Empty,
            Self::Text(text) => Cell::Text(Cow::Borrowed(text)),
            Self::Number(number) => Cell::Number(*number),
            Self::Marked(runs) => Cell::Marked(Cow::Borrowed(runs)),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(Cow::Borrowed(text)) }
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(Cow::Owned(text)) }
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Cell<'_> {
    fn from(count: usize) -> Self {
        Self::Number(count_value(count))
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// A count as Excel stores it; no table has more than 2^32 rows.
pub(super) fn count_value(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Part of a whole, 0 of nothing.
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { count_value(part) / count_value(whole) }
}
