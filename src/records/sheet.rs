//! One raw table seen row by row: cells by field, verdicts on its ID columns, and the readers that
//! all kinds of rows share.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::address::{PlaceCells, Resolver};
use super::contact::{Phones, phones};
use super::date::{self, PartialDate};
use super::exchange::{self, Exchange};
use super::id_column::{ColumnVerdict, judge_column};
use super::identifier::{self, IdClass, IdKind, IdNumber};
use super::lexicon::{self, LabelReading, Mapping};
use super::mentions::{MentionTrouble, Mentions};
use super::period::parse_period;
use super::person_name::{self, PersonName};
use super::place::{NOWHERE, Place, PlaceId};
use super::shared_numbers::shared_numbers;
use super::text::{code_text, compact, is_placeholder, tidy};
use super::{Facts, Relative, money};
use crate::config::Source;
use crate::origin::{Catalogue, Origin};
use crate::sources::{ColumnCells, RawCell, RawTable};
use crate::vocabulary::Field;
use crate::vocabulary::labels::{Affirmed, Label, Sex};

/// Columns that hold ID numbers.
pub(super) const ID_FIELDS: [Field; 6] = [
    Field::IdNumber,
    Field::HeadId,
    Field::FatherId,
    Field::MotherId,
    Field::GuardianId,
    Field::DisabilityNo,
];

/// The place columns in the order [`PlaceCells`] holds them.
const PLACE_FIELDS: [Field; 6] =
    [Field::Province, Field::City, Field::County, Field::Town, Field::Village, Field::Hamlet];

/// Place of 自然村 among them; the address comes behind it.
pub(super) const HAMLET: usize = 5;

static EMPTY: RawCell = RawCell::Empty;

/// A raw table ready to be read.
#[derive(Debug)]
pub(super) struct SheetCells<'a> {
    pub(super) table: &'a RawTable,
    pub(super) as_of: Date,
    /// Cells by `Field as usize`.
    columns: Vec<Option<&'a ColumnCells>>,
    verdicts: Vec<(Field, ColumnVerdict)>,
    labels: Vec<(Field, &'a Mapping)>,
    /// Money columns whose heading counts in 万元.
    in_wan: Vec<Field>,
    /// ID numbers that stand beside many names: placeholders, or one cell filled down.
    shared: FxHashSet<CompactString>,
    /// The county the file is about, where its rows name none.
    pub(super) county: Option<PlaceId>,
}

/// Keys of a row's place columns and of its address; `None` for a column that is not there.
pub(super) type PlaceKey = [Option<u32>; PLACE_FIELDS.len() + 1];

/// Places of a stretch of rows: rosters name the same village again and again.
#[derive(Debug, Default)]
pub(super) struct PlaceCache {
    by_key: FxHashMap<PlaceKey, Arc<Place>>,
    /// Columns that repeat themselves little have many keys for one text.
    by_text: FxHashMap<PlaceCells, Arc<Place>>,
}

impl<'a> SheetCells<'a> {
    /// Looks at the columns of a table.
    pub(super) fn new(
        table: &'a RawTable,
        catalogue: &Catalogue,
        source: Option<&'a Source>,
        as_of: Date,
    ) -> Self {
        let mut columns = vec![None; Field::ALL.len()];
        for column in &table.columns {
            columns[column.field as usize].get_or_insert(&column.cells);
        }
        let verdict = |field: Field| Some((field, judge_column(columns[field as usize]?.iter())));
        let verdicts = ID_FIELDS.into_iter().filter_map(verdict).collect();
        let labels = source.into_iter().flat_map(|source| &source.labels);
        let labels = labels.filter_map(|(key, map)| Some((Field::from_key(key)?, map))).collect();
        let headings = catalogue.sheet(table.sheet).columns.iter();
        let in_wan = headings.filter(|c| c.heading.contains("万元")).map(|c| c.field).collect();
        let shared = shared_numbers(table).into_keys().collect();
        Self { table, as_of, columns, verdicts, labels, in_wan, shared, county: None }
    }

    /// Verdicts on the ID columns there are.
    pub(super) fn verdicts(&self) -> &[(Field, ColumnVerdict)] {
        &self.verdicts
    }

    /// Whether the sheet has a column.
    pub(super) fn has(&self, field: Field) -> bool {
        self.columns[field as usize].is_some()
    }

    /// A cell; empty where the sheet has no such column.
    pub(super) fn cell(&self, field: Field, row: usize) -> &RawCell {
        self.columns[field as usize].and_then(|cells| cells.get(row)).unwrap_or(&EMPTY)
    }

    /// Where a row stands.
    pub(super) fn origin(&self, row: usize) -> Origin {
        Origin { sheet: self.table.sheet, row: self.row_number(row) }
    }

    fn row_number(&self, row: usize) -> u32 {
        self.table.rows.get(row).copied().unwrap_or_default()
    }

    /// A cell as clean text; empty for placeholders.
    pub(super) fn text(&self, field: Field, row: usize) -> CompactString {
        let text = tidy(self.cell(field, row));
        if is_placeholder(&text) { CompactString::default() } else { text }
    }

    /// A number that names something (人编号, 户编号, 学籍编号) as it was given out; empty for
    /// placeholders and for what a spreadsheet has rounded.
    pub(super) fn code(&self, field: Field, row: usize) -> CompactString {
        let text = compact(self.cell(field, row));
        let code = code_text(text.trim_start_matches('\''));
        if is_placeholder(&code) { CompactString::default() } else { code }
    }

    /// An ID number of any ID column.
    pub(super) fn id(&self, field: Field, row: usize) -> IdNumber {
        let verdict = self.verdicts.iter().find(|(other, _)| *other == field);
        let verdict = verdict.map_or(ColumnVerdict::SOUND, |(_, verdict)| *verdict);
        if field == Field::IdNumber {
            return self.read_id(self.cell(field, row), verdict, row);
        }
        identifier::parse(self.cell(field, row), verdict, None).judged_at(self.as_of)
    }

    /// The person's own number, wherever in the row it stands. A number that many people share is
    /// nobody's.
    fn read_id(&self, cell: &RawCell, verdict: ColumnVerdict, row: usize) -> IdNumber {
        let hint = IdKind::from_label(&self.text(Field::IdType, row));
        let id = identifier::parse(cell, verdict, hint).judged_at(self.as_of);
        if self.shared.contains(id.text()) { id.of_nobody() } else { id }
    }

    /// A date; what cannot be read is mentioned and left empty.
    pub(super) fn date(&self, field: Field, row: usize, mentions: &mut Mentions) -> PartialDate {
        let cell = self.cell(field, row);
        date::parse(cell, self.as_of).unwrap_or_else(|error| {
            mentions.add(field, MentionTrouble::Date(error), &tidy(cell), self.row_number(row));
            PartialDate::default()
        })
    }

    /// Start and end of a class, from two columns or from both dates in the first one.
    pub(super) fn period(&self, row: usize, mentions: &mut Mentions) -> (PartialDate, PartialDate) {
        let end = self.date(Field::EndDate, row, mentions);
        match parse_period(self.cell(Field::StartDate, row), self.as_of) {
            Some((start, last)) => (start, if end.is_empty() { last } else { end }),
            None => (self.date(Field::StartDate, row, mentions), end),
        }
    }

    /// A value of a code list; what cannot be read is mentioned and left out.
    pub(super) fn label<L: Label>(
        &self,
        field: Field,
        row: usize,
        mentions: &mut Mentions,
    ) -> Option<L> {
        match self.reading(field, row) {
            LabelReading::Known(value) => Some(value),
            LabelReading::Empty => None,
            LabelReading::Number(value) => {
                mentions.add(field, MentionTrouble::BareNumber, &value, self.row_number(row));
                None
            }
            LabelReading::Unknown(value) => {
                mentions.add(field, MentionTrouble::UnknownLabel, &value, self.row_number(row));
                None
            }
        }
    }

    /// A value of a code list, without a mention.
    pub(super) fn reading<L: Label>(&self, field: Field, row: usize) -> LabelReading<L> {
        let cell = self.cell(field, row);
        if matches!(cell, RawCell::Empty) {
            return LabelReading::Empty;
        }
        let mapping = self.labels.iter().find(|(other, _)| *other == field).map(|(_, map)| *map);
        lexicon::read(cell, mapping)
    }

    /// A cell of yes or no; anything else is not known.
    pub(super) fn affirmed(&self, field: Field, row: usize) -> Option<bool> {
        match self.reading::<Affirmed>(field, row) {
            LabelReading::Known(answer) => Some(answer == Affirmed::Yes),
            _ => None,
        }
    }

    /// An amount in 分.
    pub(super) fn money(&self, field: Field, row: usize, mentions: &mut Mentions) -> Option<i64> {
        let cell = self.cell(field, row);
        money::parse(cell, self.in_wan.contains(&field)).unwrap_or_else(|()| {
            mentions.add(field, MentionTrouble::Money, &tidy(cell), self.row_number(row));
            None
        })
    }

    /// A small whole number such as an age or a year; units behind it are ignored (`18岁`).
    pub(super) fn number<N: std::str::FromStr>(
        &self,
        field: Field,
        row: usize,
        mentions: &mut Mentions,
    ) -> Option<N> {
        let text = compact(self.cell(field, row));
        if is_placeholder(&text) {
            return None;
        }
        let number = text.trim_end_matches(['岁', '年', '周', '度', '人']).parse().ok();
        if number.is_none() {
            mentions.add(field, MentionTrouble::Number, &text, self.row_number(row));
        }
        number
    }

    /// Rows with one key say the same of their place.
    pub(super) fn place_key(&self, row: usize) -> PlaceKey {
        let key = |field: Field| self.columns[field as usize].and_then(|cells| cells.key(row));
        let mut keys = [None; PLACE_FIELDS.len() + 1];
        for (slot, field) in keys.iter_mut().zip(PLACE_FIELDS.into_iter().chain([Field::Address])) {
            *slot = key(field);
        }
        keys
    }

    /// The place columns of a row.
    pub(super) fn place_cells(&self, row: usize) -> PlaceCells {
        let columns = PLACE_FIELDS.map(|field| match self.cell(field, row) {
            RawCell::Empty => CompactString::default(),
            cell => compact(cell),
        });
        PlaceCells { columns, address: compact(self.cell(Field::Address, row)) }
    }

    /// The place of a row, from the cache where the same was said before.
    pub(super) fn place(
        &self,
        row: usize,
        resolver: &Resolver,
        cache: &mut PlaceCache,
    ) -> Arc<Place> {
        let PlaceCache { by_key, by_text } = cache;
        let known = by_key.entry(self.place_key(row));
        let place = known.or_insert_with(|| {
            let cells = self.place_cells(row);
            if cells.is_empty() {
                return Arc::default();
            }
            let resolve = |cells: &PlaceCells| Arc::new(resolver.resolve(cells, self.county));
            Arc::clone(by_text.entry(cells).or_insert_with_key(resolve))
        });
        Arc::clone(place)
    }

    /// Who a row is about.
    pub(super) fn facts(&self, row: usize, place: Arc<Place>, mentions: &mut Mentions) -> Facts {
        let (name, id) = self.name_and_id(row, mentions);
        Facts {
            id,
            name,
            sex: self.label::<Sex>(Field::Sex, row, mentions),
            birth: self.date(Field::Birth, row, mentions),
            place,
            phones: self.phones(row),
        }
    }

    /// Name and ID number, each out of the other's column where they were exchanged.
    fn name_and_id(&self, row: usize, mentions: &mut Mentions) -> (PersonName, IdNumber) {
        let (name, id) = (self.cell(Field::Name, row), self.cell(Field::IdNumber, row));
        let number = self.row_number(row);
        match exchange::told(name, id) {
            Exchange::None => {}
            Exchange::Both => {
                mentions.add(Field::Name, MentionTrouble::Exchanged, "", number);
                return (person_name::parse(id), self.read_id(name, ColumnVerdict::SOUND, row));
            }
            Exchange::Name => {
                mentions.add(Field::Name, MentionTrouble::IdAsName, "", number);
                return (person_name::parse(name), self.read_id(name, ColumnVerdict::SOUND, row));
            }
        }
        let name = person_name::parse(name);
        if name.text().is_empty() {
            mentions.add(Field::Name, MentionTrouble::NoName, name.raw(), number);
        }
        (name, self.id_or_disability(row))
    }

    /// The ID number; where it is no use, the one inside the 残疾人证 number.
    fn id_or_disability(&self, row: usize) -> IdNumber {
        let id = self.id(Field::IdNumber, row);
        if !matches!(id.class, IdClass::Missing | IdClass::Invalid)
            || !self.has(Field::DisabilityNo)
        {
            return id;
        }
        let other = self.id(Field::DisabilityNo, row);
        if other.is_sound() && id.class == IdClass::Missing { other } else { id }
    }

    fn phones(&self, row: usize) -> Phones {
        let mut found = Vec::new();
        for field in [Field::Phone, Field::HouseholdPhone, Field::ContactPhone] {
            let cell = self.cell(field, row);
            if !matches!(cell, RawCell::Empty) {
                found.extend(phones(cell));
            }
        }
        let mut seen = Vec::with_capacity(found.len());
        for number in found {
            if !seen.contains(&number) {
                seen.push(number);
            }
        }
        (*seen).into()
    }

    /// A relative, when the row names one.
    pub(super) fn relative(&self, name: Field, id: Field, row: usize) -> Option<Relative> {
        let name = person_name::parse(self.cell(name, row));
        let id = self.id(id, row);
        (!name.text().is_empty() || id.class != IdClass::Missing).then_some(Relative { name, id })
    }

    /// 家庭联系人, who has no ID number of their own in any layout seen.
    pub(super) fn contact(&self, row: usize) -> Option<Relative> {
        let name = person_name::parse(self.cell(Field::ContactName, row));
        let id = identifier::parse(&EMPTY, ColumnVerdict::SOUND, None);
        (!name.text().is_empty()).then_some(Relative { name, id })
    }

    /// Mentions an address of which nothing was understood; only the first one is quoted.
    pub(super) fn mention_place(&self, place: &Place, row: usize, mentions: &mut Unplaced) {
        if !place.raw.is_empty() && place.city == NOWHERE && place.county == NOWHERE {
            mentions.count += 1;
            if mentions.first.is_none() {
                mentions.first = Some((self.row_number(row), place.raw.clone()));
            }
        }
    }
}

/// Addresses of a sheet that could not be placed: how many, and the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unplaced {
    pub(super) count: usize,
    pub(super) first: Option<(u32, CompactString)>,
}

impl Unplaced {
    /// Adds those of rows further down.
    pub(super) fn append(&mut self, later: Self) {
        self.count += later.count;
        if self.first.is_none() {
            self.first = later.first;
        }
    }
}
