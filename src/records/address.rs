//! Texts and columns → [`Place`]: the reading of an address that explains most of it.
//!
//! Level by level (city, county, town, village) every division whose name stands at the front of
//! the text is tried, and every level may be left out. The reading that uses up most of the text
//! wins; where two readings tie, only what they agree on is kept. The counties of the loaded
//! registries break ties, because most people of a project live there.

use std::collections::BTreeSet;

use compact_str::CompactString;
use jiff::civil::Date;

use super::gazetteer::Atlas;
use super::place::{Division, Gazetteer, Level, NOWHERE, Place, PlaceId};
use super::place_name::{end_length, ends, is_community};
use super::text::{compact_text, is_placeholder};
use crate::config::PlaceAlias;

/// The place columns of a row; absent ones are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PlaceCells {
    /// 省, 市, 县, 乡, 村, 自然村, in that order.
    pub(super) columns: [CompactString; 6],
    /// Free text.
    pub(super) address: CompactString,
}

impl PlaceCells {
    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        self.address.is_empty() && self.columns.iter().all(CompactString::is_empty)
    }

    /// The columns as one text. A cell that repeats the one before it (`桦南镇`, `桦南镇红光村`)
    /// takes its place.
    fn joined(&self) -> CompactString {
        let mut text = CompactString::default();
        let mut before = "";
        for cell in self.columns.iter().map(CompactString::as_str) {
            if is_placeholder(cell) || matches!(cell, "市辖区" | "县" | "省直辖县") {
                continue;
            }
            if !before.is_empty() && cell.starts_with(before) {
                text.truncate(text.len() - before.len());
            }
            text.push_str(cell);
            before = cell;
        }
        text
    }

    /// What reports show.
    fn raw(&self) -> CompactString {
        let joined = self.joined();
        if joined.is_empty() { self.address.clone() } else { joined }
    }
}

/// Resolves places against an atlas.
#[derive(Debug)]
pub(super) struct Resolver {
    atlas: Atlas,
    aliases: Vec<(CompactString, CompactString)>,
    /// Counties of the loaded registries.
    home: BTreeSet<PlaceId>,
    /// Provinces the registries name beside Heilongjiang.
    provinces: BTreeSet<CompactString>,
}

/// One reading of a text.
#[derive(Clone, Debug)]
struct AddressReading {
    /// City, county, town, village; [`NOWHERE`] where left out.
    path: [PlaceId; 4],
    /// Where the name of each level begins in the text; the end of the reading for levels left out.
    starts: [usize; 4],
    /// Bytes explained.
    end: usize,
    /// Names written with their level word.
    full: usize,
    /// Whether the county stands as one character (郊 for 郊区), which needs a town behind it.
    short: bool,
}

impl AddressReading {
    fn rank(&self) -> (usize, usize) {
        (self.end, self.full)
    }

    /// The lowest division named so far.
    fn lowest(&self) -> Option<PlaceId> {
        self.path.iter().rev().copied().find(|id| *id != NOWHERE)
    }
}

impl Resolver {
    /// A resolver for the divisions in force at a date, with the project's own place names.
    pub(super) fn new(as_of: Date, aliases: &[PlaceAlias]) -> Self {
        let clean = |text: &str| compact_text(text);
        let aliases = aliases.iter().map(|alias| (clean(&alias.from), clean(&alias.to))).collect();
        let atlas = Atlas::at(as_of);
        Self { atlas, aliases, home: BTreeSet::new(), provinces: BTreeSet::new() }
    }

    /// The divisions, at the end of a run.
    pub(super) fn into_gazetteer(self) -> Gazetteer {
        self.atlas.gazetteer
    }

    /// The divisions so far.
    #[cfg(test)]
    pub(super) fn gazetteer(&self) -> &Gazetteer {
        &self.atlas.gazetteer
    }

    /// Resolves the cells of a row; `county` is used where they name none.
    pub(super) fn resolve(&self, cells: &PlaceCells, county: Option<PlaceId>) -> Place {
        let joined = cells.joined();
        let by_columns = self.resolve_text(&joined, county);
        if is_placeholder(&cells.address) {
            return Place { raw: cells.raw(), ..by_columns };
        }
        let context = Some(by_columns.county).filter(|id| *id != NOWHERE).or(county);
        let by_address = self.resolve_text(&cells.address, context);
        let columns_say_more = !joined.is_empty() && depth(&by_columns) >= depth(&by_address);
        let best = if columns_say_more { by_columns } else { by_address };
        Place { raw: cells.raw(), ..best }
    }

    fn resolve_text(&self, text: &str, county: Option<PlaceId>) -> Place {
        let cleaned = self.cleaned(text);
        if cleaned.is_empty() || is_elsewhere(&cleaned) {
            return Place { rest: cleaned, ..Place::default() };
        }
        let mut place = self.best_place(&cleaned, [NOWHERE; 4]);
        if let Some(county) = county.filter(|_| place.county == NOWHERE) {
            let inside = self.best_place(&cleaned, [NOWHERE, county, NOWHERE, NOWHERE]);
            if depth(&inside) >= depth(&place) {
                place = inside;
            }
        }
        place
    }

    /// The text without country and province, with the project's aliases put in.
    fn cleaned(&self, text: &str) -> CompactString {
        let mut text = compact_text(text);
        for (from, to) in &self.aliases {
            if let Some(at) = text.find(from.as_str()).filter(|_| !from.is_empty()) {
                let rest = text.get(at + from.len()..).unwrap_or_default();
                text = compact_str::format_compact!("{to}{rest}");
                break;
            }
        }
        let rest = self.without_province(text.strip_prefix("中国").unwrap_or(&text));
        let rest = rest.strip_prefix("黑省").unwrap_or(rest);
        let parted = rest.trim_start_matches(['省', '-', '/', ',', '·', ' ']);
        let joined = parted.chars().filter(|c| !matches!(c, '-' | '/' | ',' | '，' | '.' | '·'));
        joined.collect::<CompactString>().replace("市市辖区", "市").into()
    }

    fn without_province<'t>(&self, text: &'t str) -> &'t str {
        let others = self.provinces.iter().map(CompactString::as_str);
        let words = ["黑龙江省", "黑龙江"].into_iter().chain(others);
        words.fold(text, |rest, word| rest.strip_prefix(word).unwrap_or(rest))
    }

    fn best_place(&self, text: &str, start: [PlaceId; 4]) -> Place {
        let first = AddressReading { path: start, starts: [0; 4], end: 0, full: 0, short: false };
        let mut readings = Vec::new();
        self.walk(text, 0, first, &mut readings);
        let best = readings.iter().map(AddressReading::rank).max().unwrap_or_default();
        readings.retain(|reading| reading.rank() == best);
        let completed = readings.iter().map(|reading| self.completed(reading));
        let mut completed: Vec<AddressReading> = completed.collect();
        if completed.iter().any(|reading| self.home.contains(&reading.path[1])) {
            completed.retain(|reading| self.home.contains(&reading.path[1]));
        }
        agreed(&completed, text)
    }

    /// Tries every division of a level at the front of the rest, and leaving the level out.
    fn walk(
        &self,
        text: &str,
        level: usize,
        reading: AddressReading,
        found: &mut Vec<AddressReading>,
    ) {
        const LEVELS: [Level; 4] = [Level::City, Level::County, Level::Town, Level::Village];
        let Some(level_name) = LEVELS.get(level).copied() else {
            if !reading.short || reading.path[2] != NOWHERE {
                found.push(reading);
            }
            return;
        };
        let mut without = reading.clone();
        without.starts[level] = reading.end;
        self.walk(text, level + 1, without, found);
        if reading.path[level] != NOWHERE {
            return;
        }
        let rest = text.get(reading.end..).unwrap_or_default();
        if level_name == Level::County {
            self.walk_short(text, &reading, found);
        }
        for (length, stem) in prefixes(rest) {
            let ids = self.atlas.find(level_name, stem);
            if ids.is_empty() {
                continue;
            }
            let Some(end) = name_end(rest, length, level_name, reading.lowest().is_some()) else {
                continue;
            };
            let word = rest.get(length..end).unwrap_or_default();
            for id in self.fitting(ids, &reading, level_name, word) {
                let mut next = reading.clone();
                next.path[level] = id;
                next.starts[level] = reading.end;
                next.end = reading.end + end;
                next.full += usize::from(end > length);
                self.walk(text, level + 1, next, found);
            }
        }
    }

    /// Tries 郊 for 郊区 and 宾 for 宾县.
    fn walk_short(&self, text: &str, reading: &AddressReading, found: &mut Vec<AddressReading>) {
        const SHORT: [(&str, &str); 2] = [("郊", "郊区"), ("宾", "宾县")];
        let rest = text.get(reading.end..).unwrap_or_default();
        let short =
            SHORT.iter().find(|(short, whole)| rest.starts_with(short) && !rest.starts_with(whole));
        let Some((short, whole)) = short else { return };
        for id in self.fitting(self.atlas.find(Level::County, whole), reading, Level::County, "") {
            let mut next = reading.clone();
            next.path[1] = id;
            next.starts[1] = reading.end;
            next.end = reading.end + short.len();
            next.short = true;
            self.walk(text, 2, next, found);
        }
    }

    /// The divisions that lie in what was read so far; of villages and communities of one name
    /// those the level word asks for.
    fn fitting(
        &self,
        ids: &[PlaceId],
        reading: &AddressReading,
        level: Level,
        word: &str,
    ) -> Vec<PlaceId> {
        let parent = reading.lowest();
        let inside = |id: &PlaceId| parent.is_none_or(|parent| self.atlas.lies_in(*id, parent));
        let mut fitting: Vec<PlaceId> = ids.iter().copied().filter(inside).collect();
        if level == Level::Village && fitting.len() > 1 && !word.is_empty() {
            let community = is_community(word);
            let same = |id: &PlaceId| is_community(self.atlas.gazetteer.name(*id)) == community;
            if fitting.iter().any(same) {
                fitting.retain(same);
            }
        }
        fitting
    }

    /// Fills in the divisions above the lowest one named.
    fn completed(&self, reading: &AddressReading) -> AddressReading {
        let mut done = reading.clone();
        if let Some(lowest) = reading.lowest() {
            let gazetteer = &self.atlas.gazetteer;
            done.path = [Level::City, Level::County, Level::Town, Level::Village]
                .map(|level| gazetteer.ancestor(lowest, level));
        }
        done
    }
}

/// What all readings agree on. Everything below a level they differ in stays in the rest.
fn agreed(readings: &[AddressReading], text: &str) -> Place {
    let Some((first, others)) = readings.split_first() else {
        return Place { rest: text.into(), ..Place::default() };
    };
    let mut path = first.path;
    let mut used: Vec<usize> = readings.iter().map(|reading| reading.end).collect();
    for (level, id) in path.iter_mut().enumerate() {
        if others.iter().any(|other| other.path[level] != *id) {
            *id = NOWHERE;
            for (used, reading) in used.iter_mut().zip(readings) {
                *used = (*used).min(reading.starts[level]);
            }
        }
    }
    let rest_from = used.into_iter().max().unwrap_or(0);
    let rest = text.get(rest_from..).unwrap_or_default().into();
    let [city, county, town, village] = path;
    Place { raw: CompactString::default(), city, county, town, village, rest }
}

/// Number of levels resolved.
fn depth(place: &Place) -> usize {
    let path = [place.city, place.county, place.town, place.village];
    path.iter().filter(|id| **id != NOWHERE).count()
}

/// Prefixes of two to twelve characters, longest first, with their length in bytes. Single
/// characters are no names.
fn prefixes(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut ends = [0_usize; 13];
    let mut count = 0;
    for (index, (at, letter)) in text.char_indices().take(12).enumerate() {
        ends[index] = at + letter.len_utf8();
        count = index + 1;
    }
    (1..count)
        .rev()
        .map(move |index| ends[index])
        .filter_map(move |end| Some((end, text.get(..end)?)))
}

/// A bare stem in front of one of these is the front of another name.
const OTHER_WORDS: [char; 12] =
    ['省', '市', '县', '区', '镇', '乡', '村', '屯', '组', '社', '旗', '场'];

/// Where a name that begins with a stem of `length` bytes ends; nothing when it is no name of this
/// level there: a bare stem needs something above it, and must not be the front of another word
/// (桦南 in 桦南镇 is no county).
fn name_end(rest: &str, length: usize, level: Level, inside: bool) -> Option<usize> {
    let after = rest.get(length..)?;
    let word = end_length(after, level);
    let whole = rest.get(..length)?;
    if word > 0 {
        // 社区 and 村 end a village even where a longer word follows: 红光村 in 红光村小学.
        return Some(length + word);
    }
    let own_word = ends(level).iter().any(|end| whole.ends_with(end));
    let is_unit = level == Level::Town && whole.ends_with(['场', '局', '所', '圃', '矿', '直']);
    if own_word || is_unit {
        return Some(length);
    }
    let street = level >= Level::Town && after.starts_with(['街', '路']);
    let cut_short = street
        || after.starts_with(OTHER_WORDS)
        || after.starts_with("居委")
        || after.starts_with("林场");
    let allowed =
        inside || level == Level::City || (level == Level::County && whole.chars().count() > 1);
    (allowed && !cut_short).then_some(length)
}

/// The provinces but Heilongjiang, as addresses begin with them.
pub(super) const OTHER_PROVINCES: [&str; 30] = [
    "吉林",
    "辽宁",
    "内蒙古",
    "河北",
    "山东",
    "山西",
    "河南",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "北京",
    "天津",
    "上海",
    "重庆",
];

/// Whether a text begins with another province.
fn is_elsewhere(text: &str) -> bool {
    let Some(province) = OTHER_PROVINCES.iter().find(|province| text.starts_with(**province))
    else {
        return false;
    };
    let rest = text.get(province.len()..).unwrap_or_default();
    // 河北街道 and 河南街道 are streets of Heilongjiang.
    ["省", "市", "自治区", "壮族", "回族", "维吾尔"].iter().any(|word| rest.starts_with(word))
        || *province == "内蒙古"
}

/// Additions made from the registry: it knows villages the snapshots do not.
impl Resolver {
    /// Makes the county of a registry row one of the project's own, when it is known.
    pub(super) fn settle(&mut self, cells: &PlaceCells, county: Option<PlaceId>) {
        let place = self.resolve(cells, county);
        if place.county != NOWHERE {
            self.home.insert(place.county);
        }
    }

    /// Makes known the province a registry row names, where it is another one. The registry of a city
    /// of Heilongjiang (`city`) names none: what stands there is a slip.
    pub(super) fn learn_province(&mut self, cells: &PlaceCells, city: PlaceId) {
        let name = &cells.columns[0];
        let is_province = ["省", "自治区"].iter().any(|end| name.ends_with(end));
        if city == NOWHERE && is_province && self.without_province(name).len() == name.len() {
            self.provinces.insert(name.clone());
        }
    }

    /// Makes a registry row's divisions known, and its county one of the project's own. `city` is
    /// the city of the registry; where it is not known, the row says which it is.
    pub(super) fn learn(&mut self, cells: &PlaceCells, county: Option<PlaceId>, city: PlaceId) {
        let place = self.resolve(cells, county);
        let mut parent = place.county;
        if parent == NOWHERE {
            let mut city = if place.city == NOWHERE { city } else { place.city };
            if city == NOWHERE {
                city = self.own(Level::City, &cells.columns[1], NOWHERE);
            }
            parent = self.own(Level::County, &cells.columns[2], city);
        }
        if parent == NOWHERE {
            return;
        }
        self.home.insert(parent);
        if place.town == NOWHERE {
            parent = self.own(Level::Town, &cells.columns[3], parent);
        } else {
            parent = place.town;
        }
        if place.village == NOWHERE && parent != NOWHERE {
            self.own(Level::Village, &cells.columns[4], parent);
        }
    }

    /// Adds the division a cell names under `parent`, unless it is there already.
    fn own(&mut self, level: Level, cell: &str, parent: PlaceId) -> PlaceId {
        let name = self.bare_name(cell, parent);
        if is_placeholder(name) || name.chars().count() < 2 {
            return NOWHERE;
        }
        let stem = super::place_name::stem(name, level);
        let known = self.atlas.find(level, stem).iter().copied();
        let known = known.into_iter().find(|id| {
            let division = &self.atlas.gazetteer.divisions[*id as usize];
            division.parent == parent
        });
        let name = CompactString::from(name);
        known.unwrap_or_else(|| {
            self.atlas.add(Division { level, name, parent, code: CompactString::default() })
        })
    }

    /// The last part of a cell that carries the path to it: 黑龙江省佳木斯市新县 → 新县.
    fn bare_name<'c>(&self, cell: &'c str, parent: PlaceId) -> &'c str {
        let mut name = self.without_province(cell);
        for level in [Level::City, Level::County, Level::Town] {
            let above = self.atlas.gazetteer.name(self.atlas.gazetteer.ancestor(parent, level));
            let shorter =
                name.strip_prefix(above).filter(|rest| !above.is_empty() && !rest.is_empty());
            name = shorter.unwrap_or(name);
        }
        name
    }

    /// The county a file or sheet name speaks of, when it is exactly one: `桦南县建档立卡.xlsx`.
    pub(super) fn county_named(&self, text: &str) -> Option<PlaceId> {
        let text = compact_text(text);
        let mut named = BTreeSet::new();
        for (at, _) in text.char_indices() {
            let rest = text.get(at..).unwrap_or_default();
            for (length, stem) in prefixes(rest) {
                let word = rest.get(length..).map_or(0, |after| end_length(after, Level::County));
                if word > 0 {
                    named.extend(self.atlas.find(Level::County, stem));
                }
            }
        }
        let only = named.first().copied();
        only.filter(|_| named.len() == 1)
    }

    /// The city of a name such as `佳木斯市`, or the one a county lies in; [`NOWHERE`] when there is
    /// none.
    pub(super) fn city_named(&self, name: &str) -> PlaceId {
        let stem = super::place_name::stem(name, Level::City);
        match self.atlas.find(Level::City, stem).first() {
            Some(city) => *city,
            None => self.resolve_text(name, None).city,
        }
    }
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
