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
use crate::records::sound_number::SoundNumber;

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
    let Calls { strangers, relatives } = calls(tables, &left, &right);
    let give = same / (same + other);
    let seen = to_f64(relatives) / give + BORROWED * model;
    (seen / (to_f64(strangers) + BORROWED)).min(0.5)
}

/// Strangers who give a telephone.
struct Calls {
    /// All of them.
    strangers: usize,
    /// Those who give a right row's, under another name.
    relatives: usize,
}

fn calls(tables: &Tables, left: &Callers<'_>, right: &Callers<'_>) -> Calls {
    let asked: FxHashSet<SoundNumber> =
        left.ids.iter().filter_map(PackedId::sound_number).collect();
    let numbers = right.ids.iter().filter_map(PackedId::sound_number);
    let known: FxHashSet<SoundNumber> = numbers.filter(|number| asked.contains(number)).collect();
    let mut callers: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    let mut calling = 0;
    for (row, id) in left.ids.iter().enumerate() {
        let phones = left.phones.get(row);
        let is_stranger = id.sound_number().is_some_and(|number| !known.contains(&number));
        if is_stranger && !phones.is_empty() {
            calling += 1;
            for phone in phones {
                callers.entry(*phone).or_default().push(row);
            }
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
    Calls { strangers: calling, relatives: living.len() }
}
