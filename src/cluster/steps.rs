//! Batches ↔ the rows linkage works on.

use rustc_hash::FxHashMap;

use super::batches::{Batch, BatchColumn, StreamError};
use crate::linkage::engine::columns::NOBODY;
use crate::linkage::engine::comparison::Pair;
use crate::linkage::engine::frequencies::RowCounts;
use crate::linkage::engine::judging::Judged;
use crate::linkage::engine::posterior::{Ranked, Scored};
use crate::linkage::engine::scoring::{Levels, MOST_COMPARISONS, Score};
use crate::linkage::parts::{
    self, CandidateRow, DECISIONS, DecidedRow, LaneKey, LeftRow, RightRow, ScopedRow, ScoredPair,
    UnpackedRow,
};
use crate::records::identity::{self, Registered};
use crate::records::sound_number::SoundNumber;

pub(super) fn wrong(name: &str, what: &str) -> StreamError {
    StreamError::Value { name: name.to_owned(), what: what.to_owned() }
}

fn unpacked(batch: &Batch, row: usize) -> Result<UnpackedRow, StreamError> {
    let bytes = batch.bytes("packed")?.get(row).map_or(&[][..], Vec::as_slice);
    parts::unpack(bytes).ok_or_else(|| wrong("packed", "a row cannot be unpacked"))
}

/// Source rows with what the registry says of their numbers.
pub(super) fn left_row(batch: &Batch, row: usize, number: &str) -> Result<LeftRow, StreamError> {
    Ok(LeftRow {
        number: batch.count(number, row)?,
        row: unpacked(batch, row)?,
        owner: batch.longs("owner")?[row].map_or(NOBODY, i64::cast_unsigned),
        homes: batch.lists("homes")?[row].iter().map(|home| home.cast_unsigned()).collect(),
    })
}

/// A registry row as blocking sees it.
pub(super) fn right_key_row(batch: &Batch, row: usize) -> Result<RightRow, StreamError> {
    let number = batch.count("row", row)?;
    Ok(RightRow {
        number,
        entity: number,
        row: unpacked(batch, row)?,
        household: batch.long("household", row)?.cast_unsigned(),
        members: Vec::new(),
        counts: RowCounts::default(),
    })
}

fn right_row(batch: &Batch, row: usize, number: u32) -> Result<RightRow, StreamError> {
    let members = batch.bytes("members")?[row].chunks_exact(8);
    let member = |bytes: &[u8]| bytes.try_into().map(u64::from_le_bytes).unwrap_or_default();
    Ok(RightRow {
        number,
        entity: batch.count("entity", row)?,
        row: unpacked(batch, row)?,
        household: batch.long("household", row)?.cast_unsigned(),
        members: members.map(member).collect(),
        counts: counts(&batch.lists("counts")?[row])?,
    })
}

/// Twelve counts in the order of [`RowCounts`].
pub(super) fn counts(values: &[i64]) -> Result<RowCounts, StreamError> {
    let wrong = || wrong("counts", "twelve counts are wanted");
    let counts: Vec<u32> = values
        .iter()
        .map(|value| u32::try_from(*value))
        .collect::<Result<_, _>>()
        .map_err(|_| wrong())?;
    let [bearers, surname, surname_in_village, village_people, given_near, rest @ ..] = &counts[..]
    else {
        return Err(wrong());
    };
    let [all_near, year, county, town, village, given, area] = rest else { return Err(wrong()) };
    Ok(RowCounts {
        bearers: *bearers,
        surname: *surname,
        surname_in_village: *surname_in_village,
        village_people: *village_people,
        given_near: *given_near,
        all_near: *all_near,
        year: *year,
        county: *county,
        town: *town,
        village: *village,
        given: *given,
        area: *area,
    })
}

/// Keys as columns.
pub(super) fn key_cells(keys: &[LaneKey]) -> [BatchColumn; 3] {
    [
        BatchColumn::Long(keys.iter().map(|key| Some(i64::from(key.lane))).collect()),
        BatchColumn::Long(keys.iter().map(|key| Some(key.key.cast_signed())).collect()),
        BatchColumn::Long(keys.iter().map(|key| Some(i64::from(key.row))).collect()),
    ]
}

/// Source rows and their candidates, as far as they have come.
#[derive(Default)]
pub(super) struct PairBlock {
    pub(super) left: Vec<LeftRow>,
    pub(super) right: Vec<RightRow>,
    pub(super) pairs: Vec<Pair>,
    places: FxHashMap<u32, u32>,
    last: Option<(u32, Option<u32>)>,
}

impl PairBlock {
    /// Takes a line of the stream; hands out whether it begins another source row.
    pub(super) fn begins(batch: &Batch, row: usize) -> Result<bool, StreamError> {
        Ok(batch.longs("right")?[row].is_none())
    }

    pub(super) fn take(&mut self, batch: &Batch, row: usize) -> Result<(), StreamError> {
        let left = batch.count("left", row)?;
        let right = match batch.longs("right")?[row] {
            None => None,
            Some(_) => Some(batch.count("right", row)?),
        };
        let here = (left, right);
        let is_next = match (self.last, right) {
            (None, None) => true,
            (Some((before, _)), None) => before < left,
            (None, Some(_)) => false,
            (Some(before), Some(_)) => before.0 == left && before < here,
        };
        // One pair may come from several rules.
        if self.last == Some(here) {
            return Ok(());
        }
        if !is_next {
            return Err(StreamError::Order("left, each row before its candidates, and right"));
        }
        self.last = Some(here);
        let Some(right) = right else {
            self.left.push(left_row(batch, row, "left")?);
            return Ok(());
        };
        let next = place(self.right.len());
        let at = *self.places.entry(right).or_insert(next);
        if at == next {
            self.right.push(right_row(batch, row, right)?);
        }
        self.pairs.push(Pair { left: place(self.left.len() - 1), right: at });
        Ok(())
    }

    /// Forgets the rows but not where the stream is.
    pub(super) fn clear(&mut self) {
        let last = self.last;
        *self = Self { last, ..Self::default() };
    }
}

fn place(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 rows")
}

fn flags(values: impl Iterator<Item = bool>) -> BatchColumn {
    BatchColumn::Long(values.map(|value| Some(i64::from(value))).collect())
}

/// Scored pairs as columns.
pub(super) fn scored_cells(pairs: &[ScoredPair]) -> [BatchColumn; 9] {
    let long = |of: fn(&ScoredPair) -> u32| {
        BatchColumn::Long(pairs.iter().map(|pair| Some(i64::from(of(pair)))).collect())
    };
    [
        long(|pair| pair.left),
        long(|pair| pair.scored.right),
        long(|pair| pair.scored.entity),
        BatchColumn::Real(pairs.iter().map(|pair| pair.scored.score.weight).collect()),
        BatchColumn::Real(pairs.iter().map(|pair| pair.scored.score.kin).collect()),
        flags(pairs.iter().map(|pair| pair.scored.vetoed)),
        flags(pairs.iter().map(|pair| pair.hit)),
        flags(pairs.iter().map(|pair| pair.settles)),
        BatchColumn::Bytes(pairs.iter().map(|pair| pair.scored.score.levels.to_vec()).collect()),
    ]
}

fn levels(batch: &Batch, row: usize) -> Result<Levels, StreamError> {
    let wrong = || wrong("levels", &format!("{MOST_COMPARISONS} levels are wanted"));
    batch.bytes("levels")?[row].as_slice().try_into().map_err(|_| wrong())
}

fn scored(batch: &Batch, row: usize) -> Result<Scored, StreamError> {
    Ok(Scored {
        right: batch.count("right", row)?,
        entity: batch.count("entity", row)?,
        score: Score {
            weight: batch.reals("weight")?[row],
            kin: batch.reals("kin")?[row],
            levels: levels(batch, row)?,
        },
        vetoed: batch.long("vetoed", row)? != 0,
    })
}

/// Takes a line of scored pairs into the rows that have come so far.
pub(super) fn take_candidate(
    rows: &mut Vec<CandidateRow>,
    batch: &Batch,
    row: usize,
) -> Result<(), StreamError> {
    const ORDER: StreamError =
        StreamError::Order("left, each row before its candidates, and right");
    let left = batch.count("left", row)?;
    if batch.longs("right")?[row].is_none() {
        if rows.last().is_some_and(|before| before.left >= left) {
            return Err(ORDER);
        }
        rows.push(CandidateRow {
            left,
            group: batch.count("group_no", row)?,
            ..CandidateRow::default()
        });
        return Ok(());
    }
    let Some(current) = rows.last_mut().filter(|current| current.left == left) else {
        return Err(ORDER);
    };
    let candidate = scored(batch, row)?;
    if batch.long("forced", row)? != 0 {
        current.forced.push(candidate);
        return Ok(());
    }
    match current.candidates.last().map(|before| before.right.cmp(&candidate.right)) {
        // Found by the first rule and by another.
        Some(std::cmp::Ordering::Equal) => Ok(()),
        Some(std::cmp::Ordering::Greater) => Err(ORDER),
        _ => {
            current.candidates.push(candidate);
            Ok(())
        }
    }
}

/// Decided rows as columns, a line per kept candidate.
#[derive(Default)]
pub(super) struct DecidedLines {
    left: Vec<Option<i64>>,
    place: Vec<Option<i64>>,
    right: Vec<Option<i64>>,
    entity: Vec<Option<i64>>,
    probability: Vec<f64>,
    weight: Vec<f64>,
    levels: Vec<Vec<u8>>,
    decision: Vec<Option<i64>>,
    reason: Vec<Option<i64>>,
    own: Vec<Option<i64>>,
}

fn decision_code(decision: crate::linkage::Decision) -> i64 {
    DECISIONS.iter().zip(0..).find(|(known, _)| **known == decision).map_or(-1, |(_, code)| code)
}

impl DecidedLines {
    pub(super) fn add(&mut self, row: &DecidedRow) {
        let judged = &row.judged;
        for (candidate, place) in judged.ranked.iter().zip(0_i64..) {
            self.line(row, place);
            self.right.push(Some(i64::from(candidate.right)));
            self.entity.push(Some(i64::from(candidate.entity)));
            self.probability.push(candidate.probability);
            self.weight.push(candidate.weight);
            self.levels.push(candidate.levels.to_vec());
        }
        if judged.ranked.is_empty() {
            self.line(row, -1);
            self.right.push(None);
            self.entity.push(None);
            self.probability.push(0.0);
            self.weight.push(0.0);
            self.levels.push(Vec::new());
        }
    }

    fn line(&mut self, row: &DecidedRow, place: i64) {
        self.left.push(Some(i64::from(row.left)));
        self.place.push(Some(place));
        self.decision.push(Some(decision_code(row.judged.decision)));
        self.reason.push(Some(i64::from(parts::reason_code(row.judged.reason))));
        self.own.push(Some(row.own.map_or(-1, decision_code)));
    }

    pub(super) fn cells(self) -> [BatchColumn; 10] {
        [
            BatchColumn::Long(self.left),
            BatchColumn::Long(self.place),
            BatchColumn::Long(self.right),
            BatchColumn::Long(self.entity),
            BatchColumn::Real(self.probability),
            BatchColumn::Real(self.weight),
            BatchColumn::Bytes(self.levels),
            BatchColumn::Long(self.decision),
            BatchColumn::Long(self.reason),
            BatchColumn::Long(self.own),
        ]
    }
}

/// Takes a line of decided rows; hands out the row it belongs to.
pub(super) fn take_decided<'rows>(
    rows: &'rows mut Vec<DecidedRow>,
    batch: &Batch,
    row: usize,
) -> Result<&'rows mut DecidedRow, StreamError> {
    let left = batch.count("left", row)?;
    let place = batch.long("place", row)?;
    if place <= 0 {
        if rows.last().is_some_and(|before| before.left >= left) {
            return Err(StreamError::Order("left and place"));
        }
        let own = usize::try_from(batch.long("own", row)?).ok();
        let judged = judged(batch, row)?;
        rows.push(DecidedRow {
            left,
            judged,
            own: own.and_then(|code| DECISIONS.get(code).copied()),
        });
    }
    let current = rows.last_mut().filter(|current| current.left == left);
    let current = current.ok_or(StreamError::Order("left and place"))?;
    if place >= 0 {
        if usize::try_from(place).ok() != Some(current.judged.ranked.len()) {
            return Err(StreamError::Order("left and place"));
        }
        current.judged.ranked.push(Ranked {
            right: batch.count("right", row)?,
            entity: batch.count("entity", row)?,
            probability: batch.reals("probability")?[row],
            weight: batch.reals("weight")?[row],
            levels: levels(batch, row)?,
        });
    }
    Ok(current)
}

fn judged(batch: &Batch, row: usize) -> Result<Judged, StreamError> {
    let code = batch.long("decision", row)?;
    let decision = usize::try_from(code).ok().and_then(|code| DECISIONS.get(code).copied());
    let reason = i32::try_from(batch.long("reason", row)?).ok().and_then(parts::reason_of);
    match (decision, reason) {
        (Some(decision), Some(reason)) => Ok(Judged { decision, reason, ranked: Vec::new() }),
        _ => Err(wrong("decision", "a decision or reason is unknown")),
    }
}

/// The rows of one scope, as far as they have come.
#[derive(Default)]
pub(super) struct ScopeBlock {
    rows: Vec<DecidedRow>,
    names: Vec<u64>,
    scope: Option<u64>,
}

impl ScopeBlock {
    /// Whether a line belongs to the scope at hand.
    pub(super) fn is_of(&self, batch: &Batch, row: usize) -> Result<bool, StreamError> {
        let scope = batch.long("scope", row)?.cast_unsigned();
        Ok(self.scope.is_none_or(|known| known == scope))
    }

    pub(super) fn take(&mut self, batch: &Batch, row: usize) -> Result<(), StreamError> {
        self.scope = Some(batch.long("scope", row)?.cast_unsigned());
        take_decided(&mut self.rows, batch, row)?;
        if self.names.len() < self.rows.len() {
            self.names.push(batch.long("name_hash", row)?.cast_unsigned());
        }
        Ok(())
    }

    /// The rows, and nothing is left.
    pub(super) fn close(&mut self) -> Vec<ScopedRow> {
        let scope = self.scope.take().unwrap_or_default();
        let rows = std::mem::take(&mut self.rows).into_iter().zip(std::mem::take(&mut self.names));
        rows.map(|(row, name)| ScopedRow { row, scope, name }).collect()
    }
}

/// A registry row as far as it tells who is one person.
#[derive(Clone, Debug)]
pub(super) struct NamedRow {
    row: u32,
    region: u16,
    person_no: String,
    number: String,
    id: Option<SoundNumber>,
    name: String,
}

impl NamedRow {
    pub(super) fn read(batch: &Batch, row: usize) -> Result<Self, StreamError> {
        let text = |name: &str| Ok(batch.texts(name)?[row].clone().unwrap_or_default());
        let id = batch.longs("sound_id")?[row];
        let region = u16::try_from(batch.long("region", row)?);
        Ok(Self {
            row: batch.count("row", row)?,
            region: region.map_err(|_| wrong("region", "no number of a region"))?,
            person_no: text("person_no")?,
            number: text("number")?,
            id: id.map(i64::cast_unsigned).and_then(SoundNumber::new),
            name: text("name")?,
        })
    }
}

/// The row that stands for each person, by row.
pub(super) fn entities(mut rows: Vec<NamedRow>) -> [BatchColumn; 2] {
    rows.sort_by_key(|row| row.row);
    let at = |place: u32| &rows[place as usize];
    let said = |place: u32| {
        let row = at(place);
        Registered { region: row.region, number: &row.number, id: row.id, name: &row.name }
    };
    let order = |place: u32| (at(place).region, at(place).person_no.as_str(), at(place).row);
    let found = identity::people(rows.len(), &said, &order);
    let entity = |place: &u32| Some(i64::from(at(*place).row));
    [
        BatchColumn::Long(rows.iter().map(|row| Some(i64::from(row.row))).collect()),
        BatchColumn::Long(found.iter().map(entity).collect()),
    ]
}

/// Registry rows with the names of the others in the household.
#[derive(Default)]
pub(super) struct MemberLines {
    rows: Vec<Option<i64>>,
    members: Vec<Vec<u8>>,
}

impl MemberLines {
    pub(super) fn cells(self) -> [BatchColumn; 2] {
        [BatchColumn::Long(self.rows), BatchColumn::Bytes(self.members)]
    }
}

/// The people of one household, as far as they have come.
#[derive(Default)]
pub(super) struct HouseholdBlock {
    household: Option<i64>,
    living: Vec<(i64, Option<i64>)>,
}

impl HouseholdBlock {
    /// Whether a line belongs to the household at hand.
    pub(super) fn is_of(&self, batch: &Batch, row: usize) -> Result<bool, StreamError> {
        let household = batch.long("household", row)?;
        Ok(self.household.is_none_or(|known| known == household))
    }

    pub(super) fn take(&mut self, batch: &Batch, row: usize) -> Result<(), StreamError> {
        self.household = Some(batch.long("household", row)?);
        self.living.push((batch.long("row", row)?, batch.longs("folded")?[row]));
        Ok(())
    }

    /// Everybody with the names of the others, and nothing is left.
    pub(super) fn close(&mut self, lines: &mut MemberLines) {
        self.household = None;
        let living = std::mem::take(&mut self.living);
        for (row, _) in &living {
            let others = living.iter().filter(|(other, _)| other != row).take(parts::MEMBERS);
            let names = others.filter_map(|(_, name)| *name).flat_map(i64::to_le_bytes);
            lines.rows.push(Some(*row));
            lines.members.push(names.collect());
        }
    }
}
