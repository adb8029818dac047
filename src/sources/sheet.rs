//! One sheet as it is read: its first rows are held back until the heading line is found, then
//! only the recognised columns are kept.

use std::collections::BTreeMap;

use super::data_row::{Judge, RowKind};
use super::header::{Candidate, HEAD_ROWS, Header, Row};
use super::merges::{self, Merges};
use super::{RawCell, text};
use crate::vocabulary::Field;

/// Row numbers by what the rows were, for those that are no data.
pub(super) type Skipped = BTreeMap<RowKind, Vec<u32>>;

/// The kept part of a sheet.
#[derive(Debug)]
pub(super) struct Kept {
    /// Its heading line.
    pub(super) header: Header,
    /// One list of cells per candidate column, all of the length of `rows`.
    pub(super) cells: Vec<Vec<RawCell>>,
    /// Row numbers of the data rows.
    pub(super) rows: Vec<u32>,
    /// Rows that were left out.
    pub(super) skipped: Skipped,
    /// Whether texts are repaired with [`text::undo_western`].
    pub(super) western: bool,
    /// Cells that took the value of a merged cell above them.
    pub(super) merged: usize,
    judge: Judge,
    slots: Vec<Option<u16>>,
}

impl Kept {
    pub(super) fn new(header: Header, western: bool) -> Self {
        let width = header.candidates.iter().map(|c| c.index as usize + 1).max().unwrap_or(0);
        let mut slots = vec![None; width];
        for (slot, candidate) in (0_u16..).zip(&header.candidates) {
            slots[candidate.index as usize] = Some(slot);
        }
        Self {
            judge: Judge::new(&header),
            cells: vec![Vec::new(); header.candidates.len()],
            rows: Vec::new(),
            skipped: Skipped::new(),
            western,
            merged: 0,
            header,
            slots,
        }
    }

    /// Takes a row with at least one filled cell.
    pub(super) fn take(&mut self, mut row: Row, merges: &mut Merges) {
        if self.western {
            repair(&mut row);
        }
        let kind = self.fill_down(&mut row, merges);
        if kind != RowKind::Data {
            self.skipped.entry(kind).or_default().push(row.number);
            return;
        }
        for (index, cell) in row.cells {
            let slot = self.slots.get(index as usize).copied().flatten();
            if let Some(column) = slot.and_then(|slot| self.cells.get_mut(usize::from(slot))) {
                // Cells of one column all come at their row: fill up what was empty before.
                column.resize(self.rows.len(), RawCell::Empty);
                column.push(cell);
            }
        }
        self.rows.push(row.number);
    }

    /// What a row is, its cells under a merged one filled in. A row that would be no data on its
    /// own becomes data only where a name or number reaches down to it: numbered empty rows under
    /// a merged school stay empty.
    fn fill_down(&mut self, row: &mut Row, merges: &mut Merges) -> RowKind {
        let kind = self.judge.kind(row);
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

    /// All columns brought to the same length and to no more memory than they need.
    pub(super) fn finish(&mut self) {
        for column in &mut self.cells {
            column.resize(self.rows.len(), RawCell::Empty);
            column.shrink_to_fit();
        }
    }

    /// How many cells of a candidate are filled.
    pub(super) fn filled(&self, slot: usize) -> usize {
        self.cells[slot].iter().filter(|cell| **cell != RawCell::Empty).count()
    }

    /// The candidates with their place in `cells`.
    pub(super) fn candidates(&self) -> impl Iterator<Item = (usize, &Candidate)> {
        self.header.candidates.iter().enumerate()
    }
}

/// Undoes the wrong code page in all texts of a row.
pub(super) fn repair(row: &mut Row) {
    for (_, cell) in &mut row.cells {
        if let RawCell::Text(raw) = cell
            && let Some(repaired) = text::undo_western(raw)
        {
            *raw = repaired.into();
        }
    }
}

/// A sheet while its rows come in.
#[derive(Debug)]
pub(super) enum Stage {
    /// The heading line is still being looked for.
    Head(Vec<Row>),
    /// The heading line is known.
    Body(Box<Kept>),
}

impl Stage {
    /// Whether enough rows are there to look for the heading line.
    pub(super) fn is_full(&self) -> bool {
        matches!(self, Self::Head(rows) if rows.len() >= HEAD_ROWS)
    }
}
