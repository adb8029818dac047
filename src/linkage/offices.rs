//! Who handed a row in, and what that tells of it before anybody is compared with it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::engine::prior::PriorGroups;
use crate::records::{Detail, SourceRecord};
use crate::vocabulary::labels::DeclaredPoor;

/// Least and largest share of flagged rows at which an office's flag tells something: who flags
/// everybody or nobody says nothing of anyone.
const TELLING: std::ops::RangeInclusive<f64> = 0.02..=0.95;

/// Whose flags are taken for one hand's: an institution in one sheet.
type Office = (u32, u32);

fn office(record: &SourceRecord) -> Office {
    (record.origin.sheet.0, record.institution)
}

/// Whoever hands a row in often says whether the person is registered. How far that can be believed
/// differs from office to office, so it is evidence by way of the prior, which is observed per kind
/// of source (0 students, 1 trainees), within it per flag, and within that per office.
pub(super) fn groups(sources: &[SourceRecord]) -> PriorGroups {
    let telling = telling(sources.iter().map(|record| (office(record), is_flagged(record))));
    let mut above = vec![None, None];
    let mut known: FxHashMap<(u32, u8, Option<Office>), u32> = FxHashMap::default();
    let mut group = |key: (u32, u8, Option<Office>), parent: u32| {
        *known.entry(key).or_insert_with(|| {
            above.push(Some(parent));
            u32::try_from(above.len() - 1).expect("fewer than 2^32 groups")
        })
    };
    let of_row = |record: &SourceRecord| {
        let kind = u32::from(matches!(record.detail, Detail::Training(_)));
        let tells = telling.contains(&office(record));
        let flag = if tells { 1 + u8::from(is_flagged(record)) } else { 0 };
        let of_flag = group((kind, flag, None), kind);
        group((kind, flag, Some(office(record))), of_flag)
    };
    let of_row = sources.iter().map(of_row).collect();
    PriorGroups { of_row, above }
}

/// Many systems only know a mark for those who are registered, so no mark is a no.
fn is_flagged(record: &SourceRecord) -> bool {
    record.declared_poor == Some(DeclaredPoor::Yes)
}

/// Offices whose flag tells something, by what each row's office says of it.
fn telling(flags: impl Iterator<Item = (Office, bool)>) -> FxHashSet<Office> {
    let mut counts: FxHashMap<Office, (u32, u32)> = FxHashMap::default();
    for (office, flagged_row) in flags {
        let (rows, flagged) = counts.entry(office).or_default();
        *rows += 1;
        *flagged += u32::from(flagged_row);
    }
    let tells =
        |(rows, flagged): (u32, u32)| TELLING.contains(&(f64::from(flagged) / f64::from(rows)));
    counts.into_iter().filter(|(_, count)| tells(*count)).map(|(office, _)| office).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_on_everybody_or_nobody_tells_nothing() {
        let rows =
            |office: Office, flagged: usize| (0..100).map(move |row| (office, row < flagged));
        let flags = rows((0, 0), 100).chain(rows((0, 1), 30)).chain(rows((1, 1), 0));
        let found: Vec<Office> = telling(flags).into_iter().collect();
        assert_eq!(found, [(0, 1)]);
    }
}
