//! How many of the rows that are nobody of the right side are close relatives of somebody there. Rows with a
//! sound number that nobody there has are nobody; one that gives a registered household's telephone
//! under another name lives with it. Relatives give it as often as the model says.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::columns::{Lists, PackedColumn, PackedId, PackedTable, Tables};
use super::super::comparison::{Kind, PhoneLevel, compare_names};
use super::super::count::to_f64;
use super::super::plan::Plan;
use super::super::scoring::is_other_name;
use super::position;

/// How many rows the model's own share is worth.
const BORROWED: f64 = 200.0;

/// What is looked at on one side.
struct Callers<'run> {
    ids: &'run [PackedId],
    names: &'run [u32],
    phones: &'run Lists,
}

impl<'run> Callers<'run> {
    fn of(table: &'run PackedTable) -> Option<Self> {
        let (mut ids, mut names, mut phones) = (None, None, None);
        for column in &table.columns {
            match column {
                PackedColumn::Identity(column) => ids = Some(column.as_slice()),
                PackedColumn::Name(column) => names = Some(column.as_slice()),
                PackedColumn::Phone(column) => phones = Some(column),
                _ => {}
            }
        }
        Some(Self { ids: ids?, names: names?, phones: phones? })
    }
}

/// Share of relatives among rows that are nobody of the right side; the model's where nothing shows it.
pub(super) fn relatives(tables: &Tables, plan: &Plan) -> f64 {
    let model = plan.prior.relative;
    let (Some(left), Some(right)) = (Callers::of(&tables.left), Callers::of(&tables.right)) else {
        return model;
    };
    let Some(phone) = position(plan, Kind::Phone) else { return model };
    let kin = |level: PhoneLevel| libm::exp2(plan.comparisons[phone].levels[level as usize].kin);
    let (same, other) = (kin(PhoneLevel::Equal), kin(PhoneLevel::Different));
    let (calling, living) = counts(tables, &left, &right);
    let give = same / (same + other);
    let seen = (to_f64(living) / give + BORROWED * model) / (to_f64(calling) + BORROWED);
    seen.min(model.max(0.5))
}

/// Strangers who give a telephone, and those of them who give a right row's under another name.
fn counts(tables: &Tables, left: &Callers<'_>, right: &Callers<'_>) -> (usize, usize) {
    let numbers = right.ids.iter().filter(|id| id.is_sound()).map(|id| &id.digits);
    let asked: FxHashSet<&[u8; 18]> =
        left.ids.iter().filter(|id| id.is_sound()).map(|id| &id.digits).collect();
    let known: FxHashSet<&[u8; 18]> = numbers.filter(|digits| asked.contains(*digits)).collect();
    let mut callers: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    let mut calling = 0;
    for (row, id) in left.ids.iter().enumerate() {
        let phones = left.phones.get(row);
        if id.is_sound() && !known.contains(&id.digits) && !phones.is_empty() {
            calling += 1;
            phones.iter().for_each(|phone| callers.entry(*phone).or_default().push(row));
        }
    }
    let mut living: FxHashSet<usize> = FxHashSet::default();
    for (row, name) in right.names.iter().enumerate() {
        for caller in right.phones.get(row).iter().filter_map(|phone| callers.get(phone)).flatten()
        {
            let level = compare_names(&tables.names, left.names[*caller], *name);
            if is_other_name(level as u8) {
                living.insert(*caller);
            }
        }
    }
    (calling, living.len())
}
