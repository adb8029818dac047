//! The first rows of every sheet of a file: enough to tell which list it is.

use crate::grids::{Flow, GridEvent, Taker};

/// Rows of a sheet that are kept; a cover before a list is shorter.
const ROWS: usize = 300;
/// Filled cells of a sheet, and of a file, that are kept.
const CELLS: usize = 100_000;
const ALL_CELLS: usize = 1_000_000;

/// The file as far as it was looked at, in the order of its reader.
#[derive(Debug, Default)]
pub(super) struct FileHead {
    /// What was handed over, without what lies beyond the limits.
    pub(super) events: Vec<GridEvent>,
    rows: usize,
    cells: usize,
    all_cells: usize,
}

impl Taker for FileHead {
    fn take(&mut self, event: GridEvent) -> Flow {
        match &event {
            GridEvent::Sheet { .. } => (self.rows, self.cells) = (0, 0),
            GridEvent::Row(row) => {
                self.rows += 1;
                self.cells += row.cells.len();
                self.all_cells += row.cells.len();
                let is_enough =
                    self.rows > ROWS || self.cells > CELLS || self.all_cells > ALL_CELLS;
                if is_enough {
                    return Flow::Stop;
                }
            }
            GridEvent::Reach { .. } | GridEvent::Remark(_) | GridEvent::Formula(_) => {
                return Flow::Continue;
            }
            _ => {}
        }
        self.events.push(event);
        Flow::Continue
    }
}
