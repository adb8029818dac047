//! Rows that bear somebody's number and are another registered person themselves: a child under its
//! mother's number. They tell nothing of rows whose own person is not registered.

use rustc_hash::FxHashSet;

use super::super::columns::{PackedColumn, PackedTable, Tables};
use super::super::comparison::Pair;
use super::super::interner::NONE;
use super::super::scoring::Compared;

/// The columns that tell who somebody is without a number.
struct Who<'run> {
    names: &'run [u32],
    villages: Option<Vec<u32>>,
}

/// A village and a folded name.
type VillageName = (u32, u32);

impl<'run> Who<'run> {
    fn of(table: &'run PackedTable) -> Option<Self> {
        let names = table.columns.iter().find_map(|column| match column {
            PackedColumn::Name(names) => Some(names.as_slice()),
            _ => None,
        })?;
        let villages = table.columns.iter().find_map(|column| match column {
            PackedColumn::Place(places) => Some(places.iter().map(|p| p.village).collect()),
            _ => None,
        });
        Some(Self { names, villages })
    }

    fn is(&self, row: usize, tables: &Tables) -> Option<VillageName> {
        let village = *self.villages.as_ref()?.get(row)?;
        let name = tables.names.get(self.names[row])?;
        (village != NONE).then_some((village, name.folded))
    }
}

/// Leaves out pairs whose left row has its own name beside the right row's in the household, or somewhere in
/// its village.
pub(super) fn without(tables: &Tables, pairs: Vec<Compared>) -> Vec<Compared> {
    let (Some(left), Some(right)) = (Who::of(&tables.left), Who::of(&tables.right)) else {
        return pairs;
    };
    let asked = |compared: &Compared| left.is(compared.pair.left as usize, tables);
    let wanted: FxHashSet<VillageName> = pairs.iter().filter_map(asked).collect();
    let rows = (0..tables.right.rows).filter_map(|row| right.is(row, tables));
    let known: FxHashSet<VillageName> = rows.filter(|who| wanted.contains(who)).collect();
    let is_registered = |compared: &Compared| {
        asked(compared).is_some_and(|who| known.contains(&who))
            || is_at_home(tables, &left, compared.pair)
    };
    pairs.into_iter().filter(|compared| !is_registered(compared)).collect()
}

/// Whether the right row's household has a member of the left row's name.
fn is_at_home(tables: &Tables, left: &Who<'_>, pair: Pair) -> bool {
    let own = tables.names.get(left.names[pair.left as usize]);
    let Some(own) = own.and_then(|name| tables.names.hash(name.folded)) else { return false };
    tables.right.columns.iter().any(|column| match column {
        PackedColumn::Household(household) => {
            household.names.get(pair.right as usize).contains(&own)
        }
        _ => false,
    })
}
