//! What a registry shows of how its names are spread: how evenly whole names over what their parts
//! make expect, and how many namesakes a village has beyond that.

use rustc_hash::{FxHashMap, FxHashSet};

use super::columns::{PackedColumn, PackedId, PackedPlace, PackedTable, Tables};
use super::count::to_f64;
use super::frequencies::{Frequencies, NameCounts, NameSpread, SharedDivision, UNKNOWN_EVENNESS};
use super::interner::{NONE, Names};
use crate::records::sound_number::SoundNumber;

/// Fewest expected pairs of namesakes that show how evenly names are spread.
const ENOUGH_NAMESAKES: f64 = 200.0;

/// Bounds of what is observed.
const EVENNESS: std::ops::RangeInclusive<f64> = 0.2..=1000.0;

/// How many pairs of a stranger and a villager without namesakes what is seen is drawn towards: a single
/// stranger shows nothing.
const BORROWED_PAIRS: f64 = 10_000.0;

/// The right side's frequencies, with how its names are spread.
pub fn frequencies(tables: &Tables) -> Frequencies {
    NamesakeGround::of(tables).frequencies(tables)
}

/// What the right side alone shows of namesakes, whatever rows are set beside it.
#[derive(Clone, Debug, Default)]
pub struct NamesakeGround {
    frequencies: Frequencies,
    /// Sound numbers.
    known: FxHashSet<SoundNumber>,
    /// Village and name → people.
    bearers: FxHashMap<(u32, u32), u32>,
    villages: FxHashMap<u32, Villagers>,
}

impl NamesakeGround {
    /// Of the right side of tables.
    pub fn of(tables: &Tables) -> Self {
        let mut frequencies = Frequencies::count(tables);
        let evenness = frequencies.names().map_or(UNKNOWN_EVENNESS, |counts| evenness(&counts));
        frequencies.set_spread(NameSpread { evenness, namesake: 0.0 });
        let mut ground = Self { frequencies, ..Self::default() };
        if let Some(columns) = NamesakeColumns::of(&tables.right) {
            ground.settle(&columns, tables);
        }
        ground
    }

    fn settle(&mut self, columns: &NamesakeColumns<'_>, tables: &Tables) {
        self.known = columns.ids.iter().filter_map(PackedId::sound_number).collect();
        for (row, village, name) in columns.rows(&tables.names) {
            *self.bearers.entry((village, name)).or_default() += 1;
            let villagers = self.villages.entry(village).or_default();
            villagers.people += 1.0;
            let column = columns.name_column;
            villagers.expected +=
                self.frequencies.name(tables, column, row, SharedDivision::Village);
        }
    }

    /// The frequencies for both sides, with the namesakes the left one shows.
    pub fn frequencies(&self, tables: &Tables) -> Frequencies {
        let mut frequencies = self.frequencies.clone();
        let evenness = frequencies.spread().evenness;
        let namesake = self.namesakes(&tables.left, &tables.names);
        frequencies.set_spread(NameSpread { evenness, namesake });
        frequencies
    }

    /// Namesakes beyond expectation per stranger and villager; 0 where nothing can be observed. Rows are
    /// taken in their order, so that sums come out alike.
    fn namesakes(&self, left: &PackedTable, names: &Names) -> f64 {
        let Some(left) = NamesakeColumns::of(left) else { return 0.0 };
        let (mut seen, mut expected, mut pairs) = (0.0, 0.0, 0.0);
        for (row, village, name) in left.rows(names) {
            let Some(villagers) = self.villages.get(&village) else { continue };
            if left.ids[row].sound_number().is_some_and(|number| self.known.contains(&number)) {
                continue;
            }
            seen += f64::from(self.bearers.get(&(village, name)).copied().unwrap_or(0));
            expected += villagers.expected;
            pairs += villagers.people;
        }
        ((seen - expected) / (pairs + BORROWED_PAIRS)).max(0.0)
    }
}

/// By moments: where surname and given name are independent, the ordered pairs of namesakes number
/// Σ expected²; the more uneven whole names are spread the more of them there are, by a share of
/// 1 / shape. Sums are of integers, so that their order does not matter.
fn evenness(counts: &NameCounts<'_>) -> f64 {
    let square = |count: u64| count * count;
    let seen = counts.names.values().map(|n| square(u64::from(*n)) - u64::from(*n)).sum::<u64>();
    let surnames = counts.surnames.values().map(|n| square(u64::from(*n))).sum::<u64>();
    let given = counts.given.values().map(|years| square(years.len() as u64)).sum::<u64>();
    let expected = share(surnames) / counts.rows * (share(given) / counts.rows);
    let excess = share(seen) - expected;
    if expected < ENOUGH_NAMESAKES {
        UNKNOWN_EVENNESS
    } else if excess <= 0.0 {
        *EVENNESS.end()
    } else {
        (expected / excess).clamp(*EVENNESS.start(), *EVENNESS.end())
    }
}

fn share(count: u64) -> f64 {
    usize::try_from(count).map_or(f64::MAX, to_f64)
}

/// People of a village with a sound number.
#[derive(Clone, Copy, Debug, Default)]
struct Villagers {
    people: f64,
    /// Namesakes among them that a stranger's name makes expect.
    expected: f64,
}

/// The columns of one side that show namesakes.
struct NamesakeColumns<'run> {
    ids: &'run [PackedId],
    name_column: usize,
    names: &'run [u32],
    places: &'run [PackedPlace],
}

impl<'run> NamesakeColumns<'run> {
    fn of(table: &'run PackedTable) -> Option<Self> {
        let (mut ids, mut names, mut places) = (None, None, None);
        for (index, column) in table.columns.iter().enumerate() {
            match column {
                PackedColumn::Identity(column) => ids = ids.or(Some(column)),
                PackedColumn::Name(column) => names = names.or(Some((index, column))),
                PackedColumn::Place(column) => places = places.or(Some(column)),
                _ => {}
            }
        }
        let (name_column, names) = names?;
        Some(Self { ids: ids?, name_column, names, places: places? })
    }

    /// Row, village and folded name of rows that have all of them and a sound number.
    fn rows<'a>(&'a self, names: &'a Names) -> impl Iterator<Item = (usize, u32, u32)> + 'a {
        let of = move |row: usize| {
            let (village, name) = (self.places[row].village, names.get(self.names[row])?);
            (self.ids[row].is_sound() && village != NONE).then_some((row, village, name.folded))
        };
        (0..self.ids.len()).filter_map(of)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::linkage::engine::comparison::PlaceLevel;
    use crate::records::identifier::IdClass;

    /// Rows of one village, every one with a number of its own.
    fn villagers(names: &mut Names, first: u8, called: &[String]) -> PackedTable {
        let id = |row: usize| {
            let mut id = PackedId::missing();
            id.class = IdClass::Intact;
            id.digits = [first; 18];
            id.digits[16] = u8::try_from(row % 10).unwrap();
            id.digits[15] = u8::try_from(row / 10 % 10).unwrap();
            id.digits[14] = u8::try_from(row / 100).unwrap();
            id
        };
        let place = PackedPlace { county: 1, town: 2, village: 3 };
        let rows = called.len();
        let columns = vec![
            PackedColumn::Identity((0..rows).map(id).collect()),
            PackedColumn::Name(called.iter().map(|name| names.intern(name, name)).collect()),
            PackedColumn::Place(vec![place; rows]),
        ];
        PackedTable { rows, columns }
    }

    fn observed(strangers: &[String]) -> f64 {
        let given: Vec<char> = "军伟强勇刚涛斌超鹏辉".chars().collect();
        let villagers_called: Vec<String> =
            given.iter().map(|letter| format!("孙{letter}")).collect();
        let mut names = Names::default();
        let right = villagers(&mut names, 1, &villagers_called);
        let left = villagers(&mut names, 2, strangers);
        let tables = Tables {
            left: Arc::new(left),
            right: Arc::new(right),
            names: Arc::new(names),
            texts: Arc::default(),
            divisions: Arc::default(),
        };
        frequencies(&tables).spread().namesake
    }

    #[test]
    fn namesakes_beyond_expectation_are_observed() {
        let others: Vec<String> = (0..200).map(|_| "赵兰芝".to_owned()).collect();
        assert!(observed(&others).abs() < 1e-12, "nobody bears a villager's name");
        let namesakes: Vec<String> = (0..200).map(|_| "孙军".to_owned()).collect();
        // Each of 200 strangers bears the name of one of 10 villagers: a tenth per pair, less what the
        // name's own frequency makes expect.
        let found = observed(&namesakes);
        assert!(found > 0.0 && found <= 0.1, "{found}");
    }

    #[test]
    fn a_place_known_less_closely_holds_fewer_namesakes() {
        let cases = [
            (PlaceLevel::Village, SharedDivision::Village),
            (PlaceLevel::Town, SharedDivision::Town),
            (PlaceLevel::County, SharedDivision::County),
            (PlaceLevel::Missing, SharedDivision::Unknown),
            (PlaceLevel::OtherVillage, SharedDivision::Elsewhere),
            (PlaceLevel::Elsewhere, SharedDivision::Elsewhere),
        ];
        for (level, within) in cases {
            assert_eq!(SharedDivision::of(level as u8), within);
        }
    }
}
