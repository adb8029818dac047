//! One sheet as it is read: its first rows are held back until the heading line is found, then
//! only the recognised columns are kept.

use std::collections::{BTreeMap, BTreeSet};

use super::column_cells::ColumnCells;
use super::data_row::{DataRowJudge, RowKind};
use super::header::{Header, HeadingCandidate};
use super::merges::{self, Merges};
use super::synonyms::Synonyms;
use super::{RawCell, Row, shown_cell as shown};
use crate::grids::undo_western;
use crate::vocabulary::Field;

/// Row numbers by what the rows were, for those that are no data.
pub(super) type Skipped = BTreeMap<RowKind, Vec<u32>>;

/// What a file says of its rows and cells beside their values.
#[derive(Debug, Default)]
pub(super) struct UnseenCells {
    /// Hidden rows, in any order.
    pub(super) hidden_rows: Vec<u32>,
    /// Formulas without a value: row from 1, column from 0.
    pub(super) valueless: Vec<(u32, u32)>,
}

/// Rows above a second heading line that may be its titles or group headings.
const LONGEST_TAIL: usize = 6;

/// The kept part of a sheet.
#[derive(Debug)]
pub(super) struct Kept {
    /// Its heading line.
    pub(super) header: Header,
    /// One list of cells per candidate column, all of the length of `rows`.
    pub(super) cells: Vec<ColumnCells>,
    /// Row numbers of the data rows.
    pub(super) rows: Vec<u32>,
    /// Rows that were left out.
    pub(super) skipped: Skipped,
    /// Whether texts are repaired with [`undo_western`].
    pub(super) western: bool,
    /// Cells that took the value of a merged cell above them.
    pub(super) merged: usize,
    /// Data rows that are hidden.
    pub(super) hidden: Vec<u32>,
    /// By candidate: data rows whose cell is a formula without a value.
    pub(super) valueless: Vec<Vec<u32>>,
    /// Columns with values and without any heading.
    pub(super) untitled: BTreeSet<u32>,
    /// The texts of the rows above the headings.
    titles: BTreeSet<String>,
    judge: DataRowJudge,
    slots: Vec<Option<u16>>,
    titled: Vec<bool>,
    tail: Vec<Row>,
}

impl Kept {
    /// A list below its headings and the title rows above them.
    pub(super) fn new(header: Header, titles: &[Row], western: bool) -> Self {
        let width = header.last_column as usize + 1;
        let mut slots = vec![None; width];
        for (slot, candidate) in (0_u16..).zip(&header.candidates) {
            slots[candidate.index as usize] = Some(slot);
        }
        let mut titled = vec![false; width];
        for column in header.columns() {
            titled[column as usize] = true;
        }
        Self {
            judge: DataRowJudge::new(&header),
            cells: vec![ColumnCells::default(); header.candidates.len()],
            rows: Vec::new(),
            skipped: Skipped::new(),
            western,
            merged: 0,
            hidden: Vec::new(),
            valueless: vec![Vec::new(); header.candidates.len()],
            untitled: BTreeSet::new(),
            titles: titles.iter().flat_map(texts).collect(),
            header,
            slots,
            titled,
            tail: Vec::new(),
        }
    }

    /// Takes a row with at least one filled cell.
    pub(super) fn take(&mut self, mut row: Row, merges: &mut Merges) {
        self.remember(&row);
        let kind = self.fill_down(&mut row, merges);
        if kind != RowKind::Data {
            self.skip(kind, row.number);
            return;
        }
        for (index, cell) in row.cells {
            let slot = self.slots.get(index as usize).copied().flatten();
            if let Some(column) = slot.and_then(|slot| self.cells.get_mut(usize::from(slot))) {
                // Cells of one column all come at their row: fill up what was empty before.
                column.fill(self.rows.len());
                column.push(cell);
            } else if !self.titled.get(index as usize).copied().unwrap_or(false) {
                self.untitled.insert(index);
            }
        }
        self.rows.push(row.number);
    }

    /// What a row is by itself.
    pub(super) fn kind(&self, row: &Row) -> RowKind {
        if self.is_page_title(row) { RowKind::PageTitle } else { self.judge.kind(row) }
    }

    /// Leaves a row out.
    pub(super) fn skip(&mut self, kind: RowKind, number: u32) {
        self.skipped.entry(kind).or_default().push(number);
    }

    /// Whether a row may be headings of another list, or these once more: at least two of its cells
    /// are known headings, and they are half of them.
    pub(super) fn may_be_headings(row: &Row, synonyms: &Synonyms) -> bool {
        if row.cells.len() < 2 || !row.cells.iter().all(|(_, cell)| is_wording(cell, 4)) {
            return false;
        }
        let known = row.cells.iter().filter(|(_, cell)| synonyms.lists(&shown(cell))).count();
        known >= 2 && known * 2 >= row.cells.len()
    }

    /// Takes the last rows back that may be titles or group headings above a heading line.
    pub(super) fn take_back(&mut self) -> Vec<Row> {
        let tail = std::mem::take(&mut self.tail);
        for row in tail.iter().rev() {
            if self.rows.last() == Some(&row.number) {
                self.rows.pop();
            } else {
                self.skipped.values_mut().for_each(|numbers| numbers.retain(|n| *n != row.number));
            }
        }
        self.skipped.retain(|_, numbers| !numbers.is_empty());
        let rows = self.rows.len();
        self.cells.iter_mut().for_each(|column| column.truncate(rows));
        tail
    }

    /// Whether titles are none of those above this list.
    pub(super) fn has_other_titles(&self, titles: &[Row]) -> bool {
        titles.iter().flat_map(texts).any(|text| !self.titles.contains(&text))
    }

    fn remember(&mut self, row: &Row) {
        let most = if row.cells.len() == 1 { 10 } else { 4 };
        if row.cells.len() > LONGEST_TAIL || !row.cells.iter().all(|(_, c)| is_wording(c, most)) {
            self.tail.clear();
            return;
        }
        if self.tail.len() == LONGEST_TAIL {
            self.tail.remove(0);
        }
        self.tail.push(row.clone());
    }

    /// A title that is printed on every page.
    fn is_page_title(&self, row: &Row) -> bool {
        !self.titles.is_empty()
            && row.cells.len() <= 4
            && texts(row).all(|text| self.titles.contains(&text))
    }

    /// What a row is, its cells under a merged one filled in. A row that would be no data on its
    /// own becomes data only where a name or number reaches down to it: numbered empty rows under
    /// a merged school stay empty.
    fn fill_down(&mut self, row: &mut Row, merges: &mut Merges) -> RowKind {
        let kind = self.kind(row);
        let mut covered = merges.covering(row);
        covered.retain(|(column, _)| self.field(*column).is_some_and(merges::is_repeatable));
        let of_person = |(column, _): &(u32, RawCell)| {
            matches!(self.field(*column), Some(Field::Name | Field::IdNumber))
        };
        let joins = matches!(kind, RowKind::Hollow | RowKind::Divider);
        if kind != RowKind::Data && !(joins && covered.iter().any(of_person)) {
            return kind;
        }
        merges.begin(row);
        if covered.is_empty() {
            return kind;
        }
        self.merged += covered.len();
        row.cells.append(&mut covered);
        row.cells.sort_by_key(|(index, _)| *index);
        RowKind::Data
    }

    fn field(&self, column: u32) -> Option<Field> {
        let slot = self.slots.get(column as usize).copied().flatten()?;
        self.header.candidates.get(usize::from(slot)).map(|c| c.meaning.field)
    }

    /// Keeps what was said about rows and cells of the sheet where they are data of this list.
    pub(super) fn note(&mut self, unseen: &UnseenCells) {
        let data = |row: &&u32| self.rows.binary_search(row).is_ok();
        let mut hidden: Vec<u32> = unseen.hidden_rows.iter().filter(data).copied().collect();
        hidden.sort_unstable();
        hidden.dedup();
        for (row, column) in unseen.valueless.iter().filter(|(row, _)| data(&row)) {
            if let Some(slot) = self.slots.get(*column as usize).copied().flatten() {
                self.valueless[usize::from(slot)].push(*row);
            }
        }
        self.hidden = hidden;
    }

    /// All columns brought to the same length and to no more memory than they need.
    pub(super) fn finish(&mut self) {
        for column in &mut self.cells {
            column.fill(self.rows.len());
            column.finish();
        }
    }

    /// How many cells of a candidate are filled.
    pub(super) fn filled(&self, slot: usize) -> usize {
        self.cells[slot].iter().filter(|cell| **cell != RawCell::Empty).count()
    }

    /// The candidates with their place in `cells`.
    pub(super) fn candidates(&self) -> impl Iterator<Item = (usize, &HeadingCandidate)> {
        self.header.candidates.iter().enumerate()
    }
}

/// Undoes the wrong code page in all texts of a row.
pub(super) fn repair(row: &mut Row) {
    for (_, cell) in &mut row.cells {
        if let RawCell::Text(raw) = cell
            && let Some(repaired) = undo_western(raw)
        {
            *raw = repaired.into();
        }
    }
}

/// The words of a row, without blanks at their ends.
fn texts(row: &Row) -> impl Iterator<Item = String> {
    row.cells.iter().map(|(_, cell)| shown(cell).trim().to_owned())
}

/// A text with fewer digits than a number of its own would have.
fn is_wording(cell: &RawCell, digits: usize) -> bool {
    matches!(cell, RawCell::Text(text)
        if text.chars().filter(char::is_ascii_digit).count() < digits)
}
