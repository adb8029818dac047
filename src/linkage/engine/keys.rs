//! Blocking keys: the parts a blocking rule is made of, each turned into one integer per row. Texts go in
//! by their hash, never by the number an interner gave them, so that two processes that hold different rows
//! make the same keys.

use std::ops::Range;

use super::columns::{Lists, NOBODY, PackedColumn, PackedId, PackedTable, Tables};
use super::comparison::Kind;
use super::interner::NONE;
use crate::records::identifier::IdClass;

/// What a key part takes from its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPartKind {
    /// The whole sound ID.
    Id,
    /// First 14 characters of an ID: area and birth date. Finds slips in the sequence, and
    /// numbers of which a spreadsheet ate the end.
    IdAreaBirth,
    /// Last 12 characters: birth date, sequence and check digit. Finds slips in the area.
    IdBirthSequence,
    /// First 6 and last 4 characters. Finds slips in the birth date.
    IdAreaSequence,
    /// The household that owns the number: finds the child that was entered with a parent's ID.
    IdOwner,
    /// The folded name.
    Name,
    /// The name's sound key.
    NameSound,
    /// The surname.
    Surname,
    /// The given name.
    GivenName,
    /// The full date.
    Date,
    /// The year.
    Year,
    /// The village.
    Village,
    /// The town.
    Town,
    /// The county.
    County,
    /// A telephone number (one key per number).
    Phone,
    /// A household (one key per household).
    Household,
    /// The text.
    Text,
    /// The first four letters of the text.
    TextHead,
}

const PARTS: &[(Kind, &str, KeyPartKind)] = &[
    (Kind::Identity, "", KeyPartKind::Id),
    (Kind::Identity, "area_birth", KeyPartKind::IdAreaBirth),
    (Kind::Identity, "birth_sequence", KeyPartKind::IdBirthSequence),
    (Kind::Identity, "area_sequence", KeyPartKind::IdAreaSequence),
    (Kind::Identity, "owner", KeyPartKind::IdOwner),
    (Kind::Name, "", KeyPartKind::Name),
    (Kind::Name, "sound", KeyPartKind::NameSound),
    (Kind::Name, "surname", KeyPartKind::Surname),
    (Kind::Name, "given", KeyPartKind::GivenName),
    (Kind::Date, "", KeyPartKind::Date),
    (Kind::Date, "year", KeyPartKind::Year),
    (Kind::Place, "village", KeyPartKind::Village),
    (Kind::Place, "town", KeyPartKind::Town),
    (Kind::Place, "county", KeyPartKind::County),
    (Kind::Phone, "", KeyPartKind::Phone),
    (Kind::Household, "", KeyPartKind::Household),
    (Kind::Text, "", KeyPartKind::Text),
    (Kind::Text, "head", KeyPartKind::TextHead),
];

/// A part of a blocking rule with its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPart {
    /// Index of the column on both sides.
    pub column: usize,
    /// What is taken from it.
    pub part: KeyPartKind,
}

/// What is wrong with a part of a blocking rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyMistake {
    /// There is no such field.
    Field {
        /// The field.
        field: String,
    },
    /// The field has no such part.
    Part {
        /// The text.
        text: String,
        /// The field.
        field: String,
        /// Parts it has; the empty one is the whole value.
        known: Vec<&'static str>,
    },
}

/// Finds the part a text such as `id.area_birth` names; `Err` says what is wrong. `field_of` gives a
/// field's column and kind by its name.
pub fn parse(
    text: &str,
    field_of: impl Fn(&str) -> Option<(usize, Kind)>,
) -> Result<KeyPart, KeyMistake> {
    let (field, transform) = text.split_once('.').unwrap_or((text, ""));
    let Some((column, kind)) = field_of(field) else {
        return Err(KeyMistake::Field { field: field.to_owned() });
    };
    let found = PARTS.iter().find(|(k, name, _)| *k == kind && *name == transform);
    found.map(|(_, _, part)| KeyPart { column, part: *part }).ok_or_else(|| {
        let known = PARTS.iter().filter(|p| p.0 == kind).map(|p| p.1).collect();
        KeyMistake::Part { text: text.to_owned(), field: field.to_owned(), known }
    })
}

/// Mixes a part into a key (the finaliser of `splitmix64`, so that sorting spreads evenly).
fn mix(key: u64, part: u64) -> u64 {
    let mut z = key.wrapping_add(part).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Calls `emit` with every key of a row; no call when a part is missing.
pub fn keys(
    tables: &Tables,
    table: &PackedTable,
    row: usize,
    parts: &[KeyPart],
    emit: &mut impl FnMut(u64),
) {
    let mut key = 0_u64;
    let mut several: Option<&Lists> = None;
    for part in parts {
        let column = &table.columns[part.column];
        if let Some(lists) = lists(column) {
            several = Some(lists);
            continue;
        }
        match single(tables, column, row, part.part) {
            Some(value) => key = mix(key, value),
            None => return,
        }
    }
    match several {
        None => emit(key),
        Some(lists) => lists.get(row).iter().for_each(|value| emit(mix(key, *value))),
    }
}

/// Keys of several rules for the rows of one table: a part that rules share is worked out once a row.
#[derive(Debug)]
pub(super) struct RuleKeys<'run> {
    tables: &'run Tables,
    table: &'run PackedTable,
    /// Distinct parts of which a row has one value.
    parts: Vec<KeyPart>,
    rules: Vec<RuleParts<'run>>,
}

/// What the keys of one rule are made of.
#[derive(Debug)]
struct RuleParts<'run> {
    /// Places among the distinct parts.
    single: Vec<usize>,
    /// The part of which a row has several values.
    several: Option<&'run Lists>,
}

impl<'run> RuleKeys<'run> {
    /// The rules are given by their parts.
    pub(super) fn new<'plan>(
        tables: &'run Tables,
        table: &'run PackedTable,
        rules: impl Iterator<Item = &'plan [KeyPart]>,
    ) -> Self {
        let mut keys = Self { tables, table, parts: Vec::new(), rules: Vec::new() };
        for rule in rules {
            let mut own = RuleParts { single: Vec::new(), several: None };
            for part in rule {
                match lists(&table.columns[part.column]) {
                    Some(lists) => own.several = Some(lists),
                    None => own.single.push(keys.place(*part)),
                }
            }
            keys.rules.push(own);
        }
        keys
    }

    fn place(&mut self, part: KeyPart) -> usize {
        self.parts.iter().position(|known| *known == part).unwrap_or_else(|| {
            self.parts.push(part);
            self.parts.len() - 1
        })
    }

    /// The values of the parts of some rows, in place of what was there.
    pub(super) fn look(&self, rows: Range<usize>, values: &mut PartValues) {
        values.first = rows.start;
        values.parts.resize_with(self.parts.len(), Vec::new);
        for (part, values) in self.parts.iter().zip(&mut values.parts) {
            let column = &self.table.columns[part.column];
            values.clear();
            values.extend(rows.clone().map(|row| single(self.tables, column, row, part.part)));
        }
    }

    /// Calls `emit` with every key a row has under a rule, as [`keys`] does.
    pub(super) fn emit(
        &self,
        rule: usize,
        row: usize,
        values: &PartValues,
        mut emit: impl FnMut(u64),
    ) {
        let RuleParts { single, several } = &self.rules[rule];
        let mut key = 0;
        for place in single {
            let Some(value) = values.parts[*place][row - values.first] else { return };
            key = mix(key, value);
        }
        match several {
            None => emit(key),
            Some(lists) => lists.get(row).iter().for_each(|value| emit(mix(key, *value))),
        }
    }
}

/// What [`RuleKeys`] has worked out of some rows.
#[derive(Debug, Default)]
pub(super) struct PartValues {
    /// The first of the rows.
    first: usize,
    /// One value a row, by part.
    parts: Vec<Vec<Option<u64>>>,
}

fn lists(column: &PackedColumn) -> Option<&Lists> {
    match column {
        PackedColumn::Phone(lists) => Some(lists),
        PackedColumn::Household(household) => Some(&household.households),
        _ => None,
    }
}

fn division(tables: &Tables, number: u32) -> Option<u64> {
    let hash = || tables.divisions.get(number as usize).copied();
    (number != NONE).then(|| hash().unwrap_or(u64::from(number)))
}

fn single(tables: &Tables, column: &PackedColumn, row: usize, part: KeyPartKind) -> Option<u64> {
    match column {
        PackedColumn::Identity(ids) => id_part(tables, &ids[row], part),
        PackedColumn::Name(names) => {
            let name = tables.names.get(names[row])?;
            match part {
                KeyPartKind::NameSound => tables.names.hash(name.sound),
                KeyPartKind::Surname => tables.names.hash(name.surname_text),
                KeyPartKind::GivenName => tables.names.hash(name.given_text),
                _ => tables.names.hash(name.folded),
            }
        }
        PackedColumn::Date(dates) => {
            let date = dates[row];
            if part == KeyPartKind::Year {
                return (date.year() > 0).then_some(u64::from(date.year()));
            }
            date.is_full().then_some(u64::from(date.value))
        }
        PackedColumn::Place(places) => match part {
            KeyPartKind::Village => division(tables, places[row].village),
            KeyPartKind::Town => division(tables, places[row].town),
            _ => division(tables, places[row].county),
        },
        PackedColumn::Text(texts) if part == KeyPartKind::TextHead => {
            let text = tables.texts.text(texts[row]);
            let head = text.chars().take(4).fold(0, |sum, letter| mix(sum, u64::from(letter)));
            (!text.is_empty()).then_some(head)
        }
        PackedColumn::Text(texts) => tables.texts.hash(texts[row]),
        PackedColumn::Sex(_)
        | PackedColumn::Role(_)
        | PackedColumn::Phone(_)
        | PackedColumn::Household(_) => None,
    }
}

fn id_part(tables: &Tables, id: &PackedId, part: KeyPartKind) -> Option<u64> {
    if part == KeyPartKind::IdOwner {
        return (id.owner != NOBODY).then_some(id.owner);
    }
    if id.class == IdClass::Missing {
        return None;
    }
    if id.odd_text != NONE {
        return odd_part(tables.texts.text(id.odd_text).as_bytes(), part);
    }
    match part {
        KeyPartKind::Id if id.is_sound() => id.segment(0..18),
        KeyPartKind::Id => None,
        KeyPartKind::IdAreaBirth => id.segment(0..14),
        KeyPartKind::IdBirthSequence => id.segment(6..18),
        _ => Some(mix(id.segment(0..6)?, id.segment(14..18)?)),
    }
}

/// A text of 16, 17, 19 or 20 characters: what stands before the slip counts from the head, what
/// stands behind it from the tail.
fn odd_part(text: &[u8], part: KeyPartKind) -> Option<u64> {
    let count = text.len();
    if !(16..=20).contains(&count) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        text[range].iter().try_fold(0_u64, |sum, letter| match letter {
            b'0'..=b'9' => Some(sum * 11 + u64::from(letter - b'0')),
            b'X' => Some(sum * 11 + 10),
            _ => None,
        })
    };
    match part {
        KeyPartKind::IdAreaBirth => number(0..14),
        KeyPartKind::IdBirthSequence => number(count - 12..count),
        KeyPartKind::IdAreaSequence => Some(mix(number(0..6)?, number(count - 4..count)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a model file may name is written where people look for it.
    #[test]
    fn every_level_and_part_stands_in_the_documentation() {
        let text = include_str!("../../../docs/linkage.md");
        let is_named = |word: &str| text.contains(&format!("`{word}`"));
        let kinds = PARTS.iter().map(|(kind, ..)| *kind).chain([Kind::Sex, Kind::Role]);
        let levels = kinds.flat_map(Kind::level_names).filter(|level| **level != "missing");
        let parts = PARTS.iter().filter(|(_, part, _)| !part.is_empty());
        let unknown: Vec<String> = levels
            .map(|level| (*level).to_owned())
            .chain(parts.map(|(_, part, _)| format!("f.{part}")))
            .filter(|word| !is_named(word))
            .collect();
        assert!(unknown.is_empty(), "not in docs/linkage.md: {unknown:?}");
    }
}
