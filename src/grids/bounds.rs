//! What a file may hand over: bounded by its size, so that whoever takes it needs no bounds of its
//! own. A cell that no program of an office can hold is cut, and said.

use super::{
    Flow, GridEvent, MAX_COLUMNS, MAX_TEXT, PlacedFormula, RawCell, Refusal, Remark, Row, Taker,
};
use crate::origin::column_letters;

/// Steps (cells, sheets, merges, formulas) of the smallest files, and more for every byte: a packed
/// list has a byte or more for each cell, and says nothing twice a hundred times over.
const STEPS: u64 = 400_000;
const STEPS_PER_BYTE: u64 = 32;
/// Bytes of text of the smallest files, and more for every byte.
const TEXT: u64 = 32 << 20;
const TEXT_PER_BYTE: u64 = 64;
/// Cut cells that are named one by one.
const NAMED: usize = 10;
/// Longest name of a sheet, in bytes; Excel's own are at most 31 letters.
const SHEET_NAME: usize = 255;

/// Hands on what a file says as long as it can be honest.
pub(super) struct Bounded<'taker> {
    taker: &'taker mut dyn Taker,
    sheet: String,
    cut: usize,
    outside: usize,
    steps: u64,
    text: u64,
    most: u64,
    is_over: bool,
}

impl<'taker> Bounded<'taker> {
    /// For a file of so many bytes.
    pub(super) fn new(bytes: usize, taker: &'taker mut dyn Taker) -> Self {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let most = STEPS.saturating_add(bytes.saturating_mul(STEPS_PER_BYTE));
        let text = TEXT.saturating_add(bytes.saturating_mul(TEXT_PER_BYTE));
        Self {
            taker,
            sheet: String::new(),
            cut: 0,
            outside: 0,
            steps: most,
            text,
            most,
            is_over: false,
        }
    }

    /// Whether all of it was handed on.
    ///
    /// # Errors
    /// [`Refusal::Sprawling`] where the file says more than it can honestly hold.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        if self.is_over {
            return Err(Refusal::Sprawling { cells: self.most });
        }
        if self.outside > 0 {
            self.taker.take(GridEvent::Remark(Remark::OutsideColumns(self.outside)));
        }
        if self.cut > NAMED {
            self.taker.take(GridEvent::Remark(Remark::MoreLongCells(self.cut - NAMED)));
        }
        Ok(())
    }

    fn count(&mut self, steps: usize, text: usize) {
        let of = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let left = (self.steps.checked_sub(of(steps)), self.text.checked_sub(of(text)));
        match left {
            (Some(steps), Some(text)) => (self.steps, self.text) = (steps, text),
            _ => self.is_over = true,
        }
    }

    /// Cells in columns no office program has.
    fn leave_out(&mut self, row: &mut Row) {
        let outside =
            |(column, cell): &&(u32, RawCell)| *column >= MAX_COLUMNS && *cell != RawCell::Empty;
        if row.cells.last().is_some_and(|(column, _)| *column >= MAX_COLUMNS) {
            self.outside += row.cells.iter().filter(outside).count();
            row.cells.retain(|(column, _)| *column < MAX_COLUMNS);
        }
    }

    fn row(&mut self, row: &mut Row) {
        self.leave_out(row);
        let mut bytes = 0;
        for (column, cell) in &mut row.cells {
            let RawCell::Text(text) = cell else { continue };
            // No text has more UTF-16 units than bytes.
            if text.len() > MAX_TEXT
                && let Some(end) = end_of(text, MAX_TEXT)
            {
                let units = text.encode_utf16().count();
                *text = text.get(..end).unwrap_or_default().into();
                self.cut += 1;
                if self.cut <= NAMED {
                    let cell = format!("{}{}", column_letters(*column), row.number);
                    let sheet = self.sheet.clone();
                    self.taker.take(GridEvent::Remark(Remark::LongCell { sheet, cell, units }));
                }
            }
            bytes += text.len();
        }
        self.count(row.cells.len() + 1, bytes);
    }
}

/// Where a text that is longer than so many UTF-16 units has to be cut.
fn end_of(text: &str, most: usize) -> Option<usize> {
    let mut units = 0;
    text.char_indices().find_map(|(at, letter)| {
        units += letter.len_utf16();
        (units > most).then_some(at)
    })
}

impl Taker for Bounded<'_> {
    fn take(&mut self, mut event: GridEvent) -> Flow {
        match &mut event {
            GridEvent::Row(row) => self.row(row),
            GridEvent::Sheet { name, .. } => {
                if name.len() > SHEET_NAME {
                    name.truncate(name.floor_char_boundary(SHEET_NAME));
                }
                self.count(1, name.len());
                name.clone_into(&mut self.sheet);
            }
            GridEvent::Formula(PlacedFormula { text, .. }) => {
                let length = text.len();
                self.count(1, length);
            }
            GridEvent::Remark(_) | GridEvent::Reach { .. } => {}
            _ => self.count(1, 0),
        }
        // Progress goes on while a reader is told to stop; nothing else does.
        if self.is_over { Flow::Stop } else { self.taker.take(event) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounded, NAMED, STEPS};
    use crate::grids::{Flow, GridEvent, MAX_TEXT, RawCell, Refusal, Remark, Row, Taker};

    #[derive(Default)]
    struct Kept(Vec<GridEvent>);

    impl Taker for Kept {
        fn take(&mut self, event: GridEvent) -> Flow {
            self.0.push(event);
            Flow::Continue
        }
    }

    fn row(number: u32, text: &str) -> GridEvent {
        GridEvent::Row(Row { number, cells: vec![(27, RawCell::Text(text.into()))] })
    }

    #[test]
    fn a_cell_no_program_can_hold_is_cut_and_said() {
        let mut kept = Kept::default();
        let mut bounded = Bounded::new(1 << 20, &mut kept);
        // A letter of two UTF-16 units is not cut in two.
        let long = "长".repeat(MAX_TEXT - 1) + "𠮷";
        for number in 1..=12 {
            bounded.take(row(number, &long));
        }
        bounded.take(row(13, &"长".repeat(MAX_TEXT)));
        assert_eq!(bounded.finish(), Ok(()));
        let lengths: Vec<usize> = kept.0.iter().filter_map(length).collect();
        assert_eq!(lengths, [vec![MAX_TEXT - 1; 12], vec![MAX_TEXT]].concat());
        let remarks = kept.0.iter().filter(|event| matches!(event, GridEvent::Remark(_))).count();
        assert_eq!(remarks, NAMED + 1);
        let first =
            Remark::LongCell { sheet: String::new(), cell: "AB1".to_owned(), units: MAX_TEXT + 1 };
        assert_eq!(kept.0.first(), Some(&GridEvent::Remark(first)));
    }

    fn length(event: &GridEvent) -> Option<usize> {
        match event {
            GridEvent::Row(row) => match row.cells.first() {
                Some((_, RawCell::Text(text))) => Some(text.chars().count()),
                _ => None,
            },
            _ => None,
        }
    }

    #[test]
    fn a_small_file_cannot_say_endlessly_much() {
        let mut kept = Kept::default();
        let mut bounded = Bounded::new(0, &mut kept);
        let stopped = (1..1_000_000).find(|number| bounded.take(row(*number, "张")) == Flow::Stop);
        assert_eq!(stopped.map(u64::from), Some(STEPS / 2 + 1));
        assert_eq!(bounded.finish(), Err(Refusal::Sprawling { cells: STEPS }));
        assert_eq!(kept.0.len() as u64, STEPS / 2);
    }
}
