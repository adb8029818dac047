//! What must hold of any bytes: they are read or refused, in order, within bounds.

use crate::grids::{self, Flow, GridEvent, MAX_TEXT, RawCell, ReadOptions, Taker};

/// Checks what it is handed.
#[derive(Default)]
struct Witness {
    is_open: bool,
}

impl Taker for Witness {
    fn take(&mut self, event: GridEvent) -> Flow {
        match event {
            GridEvent::Sheet { .. } => self.is_open = true,
            GridEvent::End => self.is_open = false,
            GridEvent::Row(row) => {
                assert!(self.is_open, "a row outside of all sheets");
                assert!(row.number > 0, "rows count from 1");
                for (_, cell) in row.cells {
                    if let RawCell::Text(text) = cell {
                        assert!(text.len() <= 3 * MAX_TEXT, "a cell is too long");
                    }
                }
            }
            _ => {}
        }
        Flow::Continue
    }
}

/// Reads bytes as the program does; both ends are fine.
pub fn read(bytes: &[u8]) {
    let passwords = ["密码".to_owned()];
    for formulas in [false, true] {
        let asked = ReadOptions { passwords: &passwords, formulas };
        if let Err(refusal) = grids::read(bytes, asked, &mut Witness::default()) {
            let problem = refusal.problem("a.xlsx");
            assert!(!problem.message.is_empty() && !problem.action.is_empty());
        }
    }
}
