//! The divisions of Heilongjiang in force at a date, with every name they are found under.
//!
//! Comes in: the embedded snapshots of 2019 and 2023 (NBS statistical divisions), the districts of
//! 伊春 before July 2019, and the crosswalk. Goes out: an [`Atlas`], which registry villages can
//! be added to.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::area_code::unpack;
use super::crosswalk;
use super::place::{Division, Gazetteer, Level, NOWHERE, PlaceId};
use super::place_name::{is_community, stem};

const SNAPSHOT_2019: &[u8] = include_bytes!("../../schemas/gazetteer/divisions_2019.csv.gz");
const SNAPSHOT_2023: &[u8] = include_bytes!("../../schemas/gazetteer/divisions_2023.csv.gz");
const YICHUN_2018: &[u8] = include_bytes!("../../schemas/gazetteer/yichun_2018.csv.gz");

/// Divisions with an index from name stems to ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Atlas {
    /// All divisions.
    pub(super) gazetteer: Gazetteer,
    /// Stem → divisions of that stem, per level, in order of addition.
    index: [FxHashMap<CompactString, Vec<PlaceId>>; 4],
}

/// One row of a snapshot.
struct GazetteerRow<'a> {
    code: &'a str,
    names: [&'a str; 4],
}

impl<'a> GazetteerRow<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut cells = line.split(',');
        let code = cells.next()?;
        let names = [cells.next()?, cells.next()?, cells.next()?, cells.next()?];
        Some(Self { code, names })
    }
}

const LEVELS: [Level; 4] = [Level::City, Level::County, Level::Town, Level::Village];

impl Atlas {
    /// The divisions in force at a date.
    pub(super) fn at(as_of: Date) -> Self {
        let mut atlas = Self::default();
        let (first, second) = if as_of.year() <= 2020 {
            (SNAPSHOT_2019, SNAPSHOT_2023)
        } else {
            (SNAPSHOT_2023, SNAPSHOT_2019)
        };
        let (divided, new_counties, in_force) = crosswalk::divided_city(as_of);
        let stands = |row: &GazetteerRow| {
            in_force || row.names[0] != divided || !new_counties.contains(row.names[1])
        };
        let text = unpack(first);
        text.lines()
            .filter_map(GazetteerRow::read)
            .filter(stands)
            .for_each(|row| atlas.add_row(&row));
        if !in_force {
            let text = unpack(YICHUN_2018);
            text.lines().filter_map(GazetteerRow::read).for_each(|row| atlas.add_row(&row));
        }
        let text = unpack(second);
        text.lines()
            .filter_map(GazetteerRow::read)
            .filter(stands)
            .for_each(|row| atlas.merge_row(&row));
        atlas.apply_changes(as_of);
        atlas
    }

    /// Adds a division under its own name.
    pub(super) fn add(&mut self, division: Division) -> PlaceId {
        let id = PlaceId::try_from(self.gazetteer.divisions.len()).expect("fewer than 2^32 places");
        let key = stem(&division.name, division.level).into();
        let level = division.level;
        // 前进区直辖村级区划 of 前进区 is written without the county's name, too.
        let above = self.gazetteer.name(division.parent);
        let inner = division.name.strip_prefix(above).filter(|_| level == Level::Town);
        let inner = inner.filter(|rest| !above.is_empty() && rest.chars().nth(1).is_some());
        let inner = inner.map(|rest| CompactString::from(stem(rest, level)));
        self.gazetteer.divisions.push(division);
        self.name(id, level, key);
        if let Some(inner) = inner {
            self.name(id, level, inner);
        }
        id
    }

    /// Lets a division be found under a stem.
    fn name(&mut self, id: PlaceId, level: Level, key: CompactString) {
        let ids = self.index[level as usize].entry(key).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }

    /// Divisions of a level with this stem.
    pub(super) fn find(&self, level: Level, stem: &str) -> &[PlaceId] {
        self.index[level as usize].get(stem).map_or(&[], Vec::as_slice)
    }

    /// Divisions of a level with this stem that lie in `parent`.
    fn find_in(&self, level: Level, stem: &str, parent: PlaceId) -> Vec<PlaceId> {
        let mut found = self.find(level, stem).to_vec();
        found.retain(|id| self.lies_in(*id, parent));
        found
    }

    /// Whether a division is or lies in another.
    pub(super) fn lies_in(&self, id: PlaceId, parent: PlaceId) -> bool {
        let level = self.gazetteer.divisions.get(parent as usize).map(|division| division.level);
        level.is_some_and(|level| self.gazetteer.ancestor(id, level) == parent)
    }

    /// Adds the divisions of a row of the snapshot in force; rows come sorted by code, so a name
    /// repeats only while its code does.
    fn add_row(&mut self, row: &GazetteerRow) {
        let mut parent = NOWHERE;
        for (level, name) in LEVELS.into_iter().zip(row.names) {
            let code = row.code.get(..[4, 6, 9, 12][level as usize]).unwrap_or_default();
            let known = self.find(level, stem(name, level)).iter().copied().find(|id| {
                let division = &self.gazetteer.divisions[*id as usize];
                division.code == code && division.parent == parent
            });
            parent = known.unwrap_or_else(|| {
                self.add(Division { level, name: name.into(), parent, code: code.into() })
            });
        }
    }

    /// Adds what another year's snapshot knows beyond the one in force. A village that moved to
    /// another town of its county keeps its id.
    fn merge_row(&mut self, row: &GazetteerRow) {
        let mut parent = NOWHERE;
        for (level, name) in LEVELS.into_iter().zip(row.names) {
            let key = stem(name, level);
            let mut known = match level {
                Level::City => self.find(level, key).to_vec(),
                _ => self.find_in(level, key, parent),
            };
            if level == Level::Village {
                let county = self.gazetteer.county_of(parent);
                let same_kind =
                    |id: &PlaceId| is_community(self.gazetteer.name(*id)) == is_community(name);
                known.retain(same_kind);
                if known.is_empty() {
                    known = self.find_in(level, key, county);
                    known.retain(same_kind);
                    if known.len() > 1 {
                        known.clear();
                    }
                }
            }
            let code = row.code.get(..[4, 6, 9, 12][level as usize]).unwrap_or_default();
            parent = known.first().copied().unwrap_or_else(|| {
                self.add(Division { level, name: name.into(), parent, code: code.into() })
            });
        }
    }

    /// Gives every county the name in force at the date and lets it be found under the others.
    fn apply_changes(&mut self, as_of: Date) {
        for change in crosswalk::changes() {
            let Some(city) =
                self.find(Level::City, stem(change.city, Level::City)).first().copied()
            else {
                continue;
            };
            let (now, other) = (change.in_force(as_of), change.out_of_force(as_of));
            let targets = self.find_in(Level::County, stem(now, Level::County), city);
            let Some(target) = targets.first().copied() else { continue };
            let other_stem = stem(other, Level::County);
            let taken = self.find_in(Level::County, other_stem, city);
            let one_name = stem(now, Level::County) == other_stem;
            if one_name {
                self.gazetteer.divisions[target as usize].name = now.into();
            } else if !taken
                .iter()
                .any(|id| stem(self.gazetteer.name(*id), Level::County) == other_stem)
            {
                // A name that is a county of its own at the date keeps meaning that county.
                self.name(target, Level::County, other_stem.into());
            }
        }
        self.add_short_names();
    }

    /// Names everybody uses for counties whose official name is long.
    fn add_short_names(&mut self) {
        const SHORT: [(&str, &str); 3] = [
            ("杜尔伯特", "杜蒙"),
            ("大庆高新技术产业开发", "大庆高新"),
            ("牡丹江经济技术开发", "牡丹江经开"),
        ];
        for (official, short) in SHORT {
            if let Some(id) = self.find(Level::County, official).first().copied() {
                self.name(id, Level::County, short.into());
            }
        }
    }
}

/// The cities that have a county of each name at a date.
pub fn county_homes(as_of: Date) -> BTreeMap<String, Vec<String>> {
    let gazetteer = Atlas::at(as_of).gazetteer;
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for county in gazetteer.divisions.iter().filter(|one| one.level == Level::County) {
        let city = gazetteer.name(county.parent).to_owned();
        homes.entry(county.name.to_string()).or_default().push(city);
    }
    homes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counties(atlas: &Atlas, stem: &str) -> Vec<String> {
        let ids = atlas.find(Level::County, stem).iter();
        ids.map(|id| atlas.gazetteer.name(*id).to_owned()).collect()
    }

    #[test]
    fn names_follow_the_date() {
        let spring = Atlas::at(jiff::civil::date(2019, 6, 10));
        assert_eq!(counties(&spring, "嫩江"), ["嫩江县"]);
        assert_eq!(counties(&spring, "乌马河"), ["乌马河区"]);
        assert_eq!(counties(&spring, "乌翠"), ["乌马河区", "翠峦区"]);
        assert_eq!(counties(&spring, "友好"), ["友好区"]);
        let autumn = Atlas::at(jiff::civil::date(2019, 12, 10));
        assert_eq!(counties(&autumn, "嫩江"), ["嫩江市"]);
        assert_eq!(counties(&autumn, "乌马河"), ["伊美区", "乌翠区"]);
        assert_eq!(counties(&autumn, "汤旺河"), ["汤旺县"]);
        assert_eq!(counties(&autumn, "友好"), ["友好区"]);
        assert_eq!(counties(&autumn, "太平"), ["道外区"]);
    }

    #[test]
    fn the_second_snapshot_doubles_no_county() {
        for year in [2019, 2023] {
            let atlas = Atlas::at(jiff::civil::date(year, 12, 10));
            let divisions = &atlas.gazetteer.divisions;
            let count = |level| divisions.iter().filter(|d| d.level == level).count();
            assert_eq!(count(Level::City), 13);
            assert_eq!(count(Level::County), 127);
            assert!(count(Level::Village) < 17_500, "{}", count(Level::Village));
            let huanan = atlas.find(Level::County, "桦南")[0];
            let order = atlas.gazetteer.official_order(&[huanan, huanan]);
            assert_eq!(order, [huanan]);
        }
    }
}
