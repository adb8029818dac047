//! Tables → [`Records`]: registries first, because their villages and counties help to place
//! everybody else; then schools and agencies. Rows are read in parallel and put together in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use compact_str::CompactString;
use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::address::{PlaceCells, Resolver};
use super::damage::damaged_columns;
use super::entry::{self, ListedSheet};
use super::mentions::Mentions;
use super::place::{Gazetteer, Level, NOWHERE, Place, PlaceId};
use super::regions;
use super::registry::{self, Registry};
use super::sheet::{HAMLET, PlaceCache, PlaceKey, SheetCells, Unplaced};
use super::units::{self, Directory, SheetUnit, UnitSighting, file_stem};
use super::{
    Detail, Institution, Person, Records, Relative, SourceRecord, enrollment, intention, training,
};
use crate::config::{ListDefinition, PlaceAlias, Source, UnitEntry, nearest};
use crate::origin::{Catalogue, SheetId};
use crate::problems::{Problem, Severity};
use crate::sources::{NamedBy, RawTable};
use crate::vocabulary::{Field, SourceKind};

/// What reading the rows needs besides the tables.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// Report date: the divisions in force, and the end of all birth dates.
    pub as_of: Date,
    /// The project's own place names.
    pub places: &'a [PlaceAlias],
    /// The project's sources; [`RawTable::source`] is an index into them.
    pub sources: &'a [Source],
    /// What the project says of schools and agencies.
    pub institutions: &'a [UnitEntry],
    /// The reporting unit, e.g. `佳木斯市`.
    pub unit: &'a str,
}

/// Rows read by one worker at a time.
const CHUNK: usize = 4096;

/// Turns every row of every table into a person or a source record. Registry rows keep the order
/// of the inputs among themselves, and so do the others.
pub fn normalise(
    tables: Vec<RawTable>,
    catalogue: &Catalogue,
    settings: &Settings,
) -> (Records, Vec<Problem>) {
    let (registries, others): (Vec<_>, Vec<_>) =
        tables.into_iter().partition(|table| table.kind == SourceKind::Registry);
    let (wishes, others): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|table| table.kind == SourceKind::Intention);
    let (lists, others): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|table| table.kind == SourceKind::List);
    let mut assembly = RecordAssembly {
        catalogue,
        settings,
        resolver: Resolver::new(settings.as_of, settings.places),
        records: Records { regions: vec![settings.unit.to_owned()], ..Records::default() },
        directory: Directory::new(settings.institutions),
        institutions: BTreeMap::new(),
        sightings: BTreeMap::new(),
        problems: Vec::new(),
    };
    assembly.learn_places(&registries);
    // Growing step by step would leave up to twice the room behind.
    assembly.records.persons.reserve_exact(rows_of(&registries));
    assembly.records.sources.reserve_exact(rows_of(&others));
    for table in registries {
        assembly.add_registry(&table);
    }
    let (units, differing) = units::settle(&others, catalogue, &assembly.directory);
    assembly.problems.extend(differing);
    for (table, unit) in others.into_iter().zip(units) {
        assembly.add_source(&table, &unit);
    }
    for table in wishes {
        assembly.add_intentions(&table);
    }
    assembly.records.lists = handed_over(&lists, settings.sources);
    for table in lists {
        assembly.add_entries(&table);
    }
    let unit_city = assembly.resolver.city_named(settings.unit);
    let RecordAssembly { mut records, resolver, mut problems, directory, sightings, .. } = assembly;
    let sighting = |((institution, by, sheet), rows)| UnitSighting { institution, by, sheet, rows };
    records.sightings = sightings.into_iter().map(sighting).collect();
    problems.extend(units::alike(&records, &directory));
    records.gazetteer = resolver.into_gazetteer();
    if unit_city == NOWHERE {
        problems.push(unknown_unit(settings.unit, &records.gazetteer));
    }
    regions::tell_apart(&mut records, unit_city);
    (records, problems)
}

/// The lists of which at least one sheet was read, each once, in the order of the project.
fn handed_over(tables: &[RawTable], sources: &[Source]) -> Vec<Arc<ListDefinition>> {
    let mut lists: Vec<Arc<ListDefinition>> = Vec::new();
    let read: BTreeSet<usize> = tables.iter().map(|table| table.source).collect();
    let read = read.into_iter().filter_map(|source| sources.get(source));
    for definition in read.filter_map(|source| source.definition.as_ref()) {
        if lists.iter().all(|one| one.list != definition.list) {
            lists.push(Arc::clone(definition));
        }
    }
    lists
}

/// The reporting unit is no city of the province, or is misspelt.
fn unknown_unit(unit: &str, gazetteer: &Gazetteer) -> Problem {
    let cities = gazetteer.divisions.iter().filter(|division| division.level == Level::City);
    let names: Vec<&str> = cities.map(|division| division.name.as_str()).collect();
    let meant = nearest(unit, names.iter().copied());
    let meant = meant.map_or_else(String::new, |name| format!("；是否应为“{name}”"));
    Problem::file("", "unit-unknown", Severity::Warning).saying(
        format!("项目文件的 unit“{unit}”不是本省的市（地）或县{meant}"),
        "照常比对，但分不出哪些人登记在本市；请改正 unit",
    )
}

fn rows_of(tables: &[RawTable]) -> usize {
    tables.iter().map(|table| table.rows.len()).sum()
}

struct RecordAssembly<'a> {
    catalogue: &'a Catalogue,
    settings: &'a Settings<'a>,
    resolver: Resolver,
    records: Records,
    directory: Directory,
    institutions: BTreeMap<(SourceKind, CompactString), u32>,
    sightings: BTreeMap<(u32, NamedBy, SheetId), usize>,
    problems: Vec<Problem>,
}

/// Rows of a table with what was met on the way.
struct Built<T> {
    rows: Vec<T>,
    mentions: Mentions,
    unplaced: Unplaced,
}

/// Reads all rows of a sheet; the order of the rows is kept.
fn build<T: Send>(
    sheet: &SheetCells,
    resolver: &Resolver,
    make: impl Fn(usize, Arc<Place>, &mut Mentions) -> T + Sync,
) -> Built<T> {
    let count = sheet.table.rows.len();
    let chunks: Vec<Built<T>> = (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let rows = chunk * CHUNK..count.min((chunk + 1) * CHUNK);
            build_chunk(sheet, resolver, rows, &make)
        })
        .collect();
    let empty = Built {
        rows: Vec::with_capacity(count),
        mentions: Mentions::default(),
        unplaced: Unplaced::default(),
    };
    chunks.into_iter().fold(empty, |mut all, chunk| {
        all.rows.extend(chunk.rows);
        all.mentions.append(chunk.mentions);
        all.unplaced.append(chunk.unplaced);
        all
    })
}

fn build_chunk<T>(
    sheet: &SheetCells,
    resolver: &Resolver,
    rows: std::ops::Range<usize>,
    make: impl Fn(usize, Arc<Place>, &mut Mentions) -> T,
) -> Built<T> {
    let mut cache = PlaceCache::default();
    let mut mentions = Mentions::default();
    let mut unplaced = Unplaced::default();
    let rows = rows.map(|row| {
        let place = sheet.place(row, resolver, &mut cache);
        sheet.mention_place(&place, row, &mut unplaced);
        make(row, place, &mut mentions)
    });
    Built { rows: rows.collect(), mentions, unplaced }
}

impl<'a> RecordAssembly<'a> {
    fn sheet<'t>(&self, table: &'t RawTable) -> SheetCells<'t>
    where
        'a: 't,
    {
        let source = self.settings.sources.get(table.source);
        let mut sheet = SheetCells::new(table, self.catalogue, source, self.settings.as_of);
        let by_county = matches!(table.kind, SourceKind::Registry | SourceKind::Intention);
        if by_county && !sheet.has(Field::County) {
            let info = self.catalogue.sheet(table.sheet);
            let named = self.resolver.county_named(&info.sheet);
            sheet.county = named.or_else(|| self.resolver.county_named(file_stem(&info.file)));
        }
        sheet
    }

    /// Makes the registries' own divisions known: first which counties they are about, then their
    /// towns and villages. Places are taken in their own order, so that neither the order of the
    /// rows nor the split into files changes anything.
    fn learn_places(&mut self, registries: &[RawTable]) {
        let mut places: BTreeSet<(PlaceCells, Option<PlaceId>, PlaceId)> = BTreeSet::new();
        for table in registries {
            let city =
                self.resolver.city_named(table.region.as_deref().unwrap_or(self.settings.unit));
            let sheet = self.sheet(table);
            let found = distinct_places(&sheet);
            places.extend(found.into_iter().map(|cells| (cells, sheet.county, city)));
        }
        for (cells, _, city) in &places {
            self.resolver.learn_province(cells, *city);
        }
        for (cells, county, _) in &places {
            self.resolver.settle(cells, *county);
        }
        for (cells, county, city) in &places {
            self.resolver.learn(cells, *county, *city);
        }
    }

    fn add_registry(&mut self, table: &RawTable) {
        let region = self.region(table.region.as_deref());
        let sheet = self.sheet(table);
        let file = self.catalogue.sheet(table.sheet).file.as_str();
        let registry = Registry { region, file };
        let mut built: Built<Person> = build(&sheet, &self.resolver, |row, place, mentions| {
            registry::person(&sheet, row, place, registry, mentions)
        });
        registry::share_types(&mut built.rows);
        self.problems.extend(damaged_columns(&sheet, self.catalogue));
        self.problems.extend(built.mentions.into_problems(table.sheet, self.catalogue));
        self.problems.extend(self.unplaced(table, &built.unplaced));
        self.records.persons.extend(built.rows);
    }

    /// Index of a registry's city; 0 is the project's own.
    fn region(&mut self, name: Option<&str>) -> u16 {
        let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else { return 0 };
        regions::number(&mut self.records.regions, name)
    }

    fn add_source(&mut self, table: &RawTable, unit: &SheetUnit) {
        let sheet = self.sheet(table);
        let directory = &self.directory;
        let built = build(&sheet, &self.resolver, |row, place, mentions| {
            let named = institution(&sheet, row, directory);
            (named, record(&sheet, row, place, &self.resolver, mentions))
        });
        self.problems.extend(damaged_columns(&sheet, self.catalogue));
        self.problems.extend(built.mentions.into_problems(table.sheet, self.catalogue));
        self.problems.extend(self.unplaced(table, &built.unplaced));
        for (named, mut record) in built.rows {
            let by = if named.is_some() { NamedBy::Column } else { unit.by };
            record.institution =
                self.intern(table.kind, named.unwrap_or_else(|| unit.name.clone()));
            *self.sightings.entry((record.institution, by, table.sheet)).or_default() += 1;
            self.records.sources.push(record);
        }
    }

    fn add_intentions(&mut self, table: &RawTable) {
        let sheet = self.sheet(table);
        let built = build(&sheet, &self.resolver, |row, place, mentions| {
            intention::intention(&sheet, row, place, mentions)
        });
        self.problems.extend(damaged_columns(&sheet, self.catalogue));
        self.problems.extend(built.mentions.into_problems(table.sheet, self.catalogue));
        self.problems.extend(self.unplaced(table, &built.unplaced));
        self.records.intentions.extend(built.rows);
    }

    fn add_entries(&mut self, table: &RawTable) {
        let source = self.settings.sources.get(table.source);
        let Some(definition) = source.and_then(|source| source.definition.as_ref()) else {
            return;
        };
        let lists = &self.records.lists;
        let list = lists.iter().position(|one| one.list == definition.list).unwrap_or(0);
        let list = u16::try_from(list).expect("fewer than 2^16 lists");
        let sheet = self.sheet(table);
        let listed = ListedSheet { list, definition };
        let built = build(&sheet, &self.resolver, |row, place, mentions| {
            entry::entry(&sheet, row, place, listed, mentions)
        });
        self.problems.extend(damaged_columns(&sheet, self.catalogue));
        self.problems.extend(built.mentions.into_problems(table.sheet, self.catalogue));
        self.problems.extend(self.unplaced(table, &built.unplaced));
        self.records.entries.extend(built.rows);
    }

    fn intern(&mut self, kind: SourceKind, name: CompactString) -> u32 {
        if let Some(index) = self.institutions.get(&(kind, name.clone())) {
            return *index;
        }
        let index =
            u32::try_from(self.records.institutions.len()).expect("fewer than 2^32 schools");
        self.records.institutions.push(Institution { kind, name: name.to_string() });
        self.institutions.insert((kind, name), index);
        index
    }

    /// One note per sheet about addresses outside the gazetteer (students come from everywhere).
    fn unplaced(&self, table: &RawTable, unplaced: &Unplaced) -> Option<Problem> {
        let (row, example) = unplaced.first.as_ref()?;
        let info = self.catalogue.sheet(table.sheet);
        let message =
            format!("有{}行的地址没有找到对应的市、县，例如第{row}行“{example}”", unplaced.count);
        let action = "外省地址属正常情况；地址按原文保留，行照常比对。\
                      如为本省地名，请在项目文件的 [[place]] 中用 from、to 写明它指哪里";
        let problem = Problem::file(&info.file, "place-unresolved", Severity::Note);
        Some(problem.at(&info.sheet, "").saying(message, action))
    }
}

/// The different places a registry sheet names, without hamlets and free texts.
fn distinct_places(sheet: &SheetCells) -> BTreeSet<PlaceCells> {
    let count = sheet.table.rows.len();
    let chunks = (0..count.div_ceil(CHUNK)).into_par_iter().map(|chunk| {
        let rows = chunk * CHUNK..count.min((chunk + 1) * CHUNK);
        let mut seen = FxHashSet::default();
        let cells = rows.filter(|row| seen.insert(division_key(sheet, *row))).map(|row| {
            let mut cells = sheet.place_cells(row);
            cells.address.clear();
            cells.columns[HAMLET].clear();
            cells
        });
        cells.filter(|cells| !cells.is_empty()).collect::<FxHashSet<_>>()
    });
    let chunks: Vec<_> = chunks.collect();
    chunks.into_iter().flatten().collect()
}

/// Rows with one key name the same divisions.
fn division_key(sheet: &SheetCells, row: usize) -> PlaceKey {
    let mut key = sheet.place_key(row);
    key[HAMLET..].fill(None);
    key
}

/// Builds the record of a school's or agency's row; its institution is filled in later.
fn record(
    sheet: &SheetCells,
    row: usize,
    place: Arc<Place>,
    resolver: &Resolver,
    mentions: &mut Mentions,
) -> SourceRecord {
    let detail = if sheet.table.kind == SourceKind::Training {
        Detail::Training(Box::new(training::details(sheet, row, resolver, mentions)))
    } else {
        Detail::Enrollment(enrollment::details(sheet, row, mentions))
    };
    SourceRecord {
        origin: sheet.origin(row),
        institution: 0,
        relatives: relatives(sheet, row),
        declared_poor: enrollment::declared_poor(sheet, row, mentions),
        age: sheet.number(Field::Age, row, mentions),
        facts: sheet.facts(row, place, mentions),
        detail,
    }
}

/// Father, mother, guardian and contact, those that are named.
fn relatives(sheet: &SheetCells, row: usize) -> Box<[Relative]> {
    const NAMED: [(Field, Field); 3] = [
        (Field::FatherName, Field::FatherId),
        (Field::MotherName, Field::MotherId),
        (Field::GuardianName, Field::GuardianId),
    ];
    let named = NAMED.into_iter().filter_map(|(name, id)| sheet.relative(name, id, row));
    named.chain(sheet.contact(row)).collect()
}

/// School or agency a row names, if it names one.
fn institution(sheet: &SheetCells, row: usize, directory: &Directory) -> Option<CompactString> {
    let field =
        if sheet.table.kind == SourceKind::Training { Field::Agency } else { Field::School };
    let name = directory.unit(&super::text::shown(sheet.cell(field, row)));
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
#[path = "assembly_tests.rs"]
mod tests;
