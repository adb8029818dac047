//! The last period's figures by city: from the province's own `annex2.csv` and `annex3.csv`, or
//! from the workbooks the cities returned then.

use std::collections::BTreeMap;

use crate::csv_cells;
use crate::province::cities::Roster;
use crate::province::figures;
use crate::province::figures::TakenFigure;
use crate::province::wording::Wording;
use crate::province::{form, head};
use crate::sources::{Grid, Grids, shown_cell};
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;

use super::wording::is_money;

/// By city and form, the figures by slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Previous {
    figures: BTreeMap<(usize, Annex), Vec<Option<i64>>>,
}

impl Previous {
    /// A city's figures; nothing where none are known.
    pub fn of(&self, city: usize, annex: Annex) -> &[Option<i64>] {
        self.figures.get(&(city, annex)).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }
}

/// Reads the last period's sheets, whichever they are. Where a city's figures stand twice the
/// province's own file counts.
pub fn read_previous(grids: &Grids, roster: &Roster) -> Previous {
    let wording = Wording::shipped();
    let mut previous = Previous::default();
    for grid in grids.grids.iter().filter(|grid| !grid.hidden) {
        for (annex, city, figures) in own_table(grid, roster) {
            previous.figures.insert((city, annex), figures);
        }
    }
    for grid in grids.grids.iter().filter(|grid| !grid.hidden) {
        for form in form::find(grid, &wording) {
            if let Ok(Some(city)) = head::city(&form, roster) {
                let taken = figures::compute(&form, &wording).taken;
                let values = taken.into_iter().map(TakenFigure::value).collect();
                previous.figures.entry((city, form.annex)).or_insert(values);
            }
        }
    }
    previous
}

/// The rows of a table whose headings are the codes of the figures.
fn own_table(grid: &Grid, roster: &Roster) -> Vec<(Annex, usize, Vec<Option<i64>>)> {
    let Some((head, rows)) = grid.rows.split_first() else { return Vec::new() };
    let column = |code: &str| {
        head.cells.iter().find(|(_, cell)| shown_cell(cell) == code).map(|(index, _)| *index)
    };
    let annex = Annex::ALL
        .into_iter()
        .find(|annex| indicators(*annex).iter().all(|indicator| column(indicator.code).is_some()));
    let Some(annex) = annex else { return Vec::new() };
    let figures = |row: &crate::sources::Row| {
        let figure = |slot: usize| -> Option<i64> {
            let index = column(indicators(annex)[slot].code)?;
            let number: f64 = shown_cell(row.cell(index)).parse().ok()?;
            let scale = if is_money(annex, slot) { 100.0 } else { 1.0 };
            crate::records::text::whole((number * scale).round())
        };
        (0..indicators(annex).len()).map(figure).collect()
    };
    let named =
        |row: &crate::sources::Row| roster.only(csv_cells::unguarded(&shown_cell(row.cell(0))));
    rows.iter().filter_map(|row| Some((annex, named(row)?, figures(row)))).collect()
}
