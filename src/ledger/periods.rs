//! One snapshot per half-year, kept so that later rounds can be compared with it.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::keys::{packed, unpacked};
use super::store::{explain, whole};
use super::{Ledger, LedgerError, PendingRun};
use crate::statistics::snapshot::{Figure, KnownPerson, Member, Sighting, Snapshot, SnapshotKey};
use crate::vocabulary::HalfYear;

/// A half-year the ledger has a snapshot of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastPeriod {
    pub(super) number: i64,
    /// The half-year.
    pub half: HalfYear,
    /// The run that is kept.
    pub run_id: String,
    /// Its report date, ISO 8601.
    pub as_of: String,
}

/// Counts half-years so that they can be compared.
pub(super) fn number(half: HalfYear) -> i64 {
    i64::from(half.year) * 2 + i64::from(half.second)
}

fn half_year(number: i64) -> HalfYear {
    let year = i16::try_from(number.div_euclid(2)).unwrap_or(0);
    HalfYear { year, second: number.rem_euclid(2) == 1 }
}

/// A line of `period, half, run_id, as_of`.
pub(super) fn past(row: &Row<'_>) -> rusqlite::Result<PastPeriod> {
    Ok(PastPeriod {
        number: row.get(0)?,
        half: half_year(row.get(1)?),
        run_id: row.get(2)?,
        as_of: row.get(3)?,
    })
}

impl Ledger {
    /// A snapshot under the keys this ledger keeps: what it keeps of other half-years can be compared with
    /// it.
    pub fn keyed(&self, snapshot: Snapshot) -> Snapshot {
        let keys = &self.keys;
        snapshot.renamed(&|key| keys.row(key))
    }

    /// The key of a person or row in this ledger's half-years.
    pub fn keyed_row(&self, key: SnapshotKey) -> SnapshotKey {
        self.keys.row(key)
    }

    /// The latest half-year before this one that a unit has been counted in.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn period_before(
        &self,
        unit: &str,
        half: HalfYear,
    ) -> Result<Option<PastPeriod>, LedgerError> {
        Ok(self.rounds_before(unit, half)?.into_iter().next())
    }

    /// A unit's half-year, if it has been counted.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn period_of(&self, unit: &str, half: HalfYear) -> Result<Option<PastPeriod>, LedgerError> {
        let query = "SELECT period, half, run_id, as_of FROM periods WHERE unit = ?1 AND half = ?2";
        let found = self.connection.query_row(query, params![unit, number(half)], past);
        found.optional().map_err(|error| explain(&self.path, error))
    }

    /// What was counted in a half-year.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn snapshot(&self, period: &PastPeriod) -> Result<Snapshot, LedgerError> {
        read(&self.connection, period.number).map_err(|error| explain(&self.path, error))
    }
}

/// Whose figures of which half-year are kept, and the run they come from.
#[derive(Clone, Copy, Debug)]
pub struct KeptPeriod<'run> {
    /// Name of the reporting unit.
    pub unit: &'run str,
    /// The half-year; an earlier run of it gives way.
    pub half: HalfYear,
    /// The run.
    pub run_id: &'run str,
    /// Its report date, `2019-06-10`.
    pub as_of: &'run str,
}

impl PendingRun<'_> {
    /// Keeps what a run counted, as [`Ledger::keyed`] gives it; an earlier run of the same half-year gives
    /// way. Returns the number of the half-year's record.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_period(
        &self,
        period: &KeptPeriod<'_>,
        snapshot: &Snapshot,
    ) -> Result<i64, LedgerError> {
        let kept = replace(&self.transaction, period, snapshot);
        kept.map_err(|error| explain(self.path, error))
    }
}

fn replace(
    transaction: &Transaction<'_>,
    period: &KeptPeriod<'_>,
    snapshot: &Snapshot,
) -> rusqlite::Result<i64> {
    let KeptPeriod { unit, half, run_id, as_of } = period;
    let half = number(*half);
    transaction
        .execute("DELETE FROM periods WHERE unit = ?1 AND half = ?2", params![unit, half])?;
    transaction.execute(
        "INSERT INTO periods (unit, half, run_id, as_of, registry, rows)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![unit, half, run_id, as_of, packed(&snapshot.registry), packed(&snapshot.rows)],
    )?;
    let period = transaction.last_insert_rowid();
    insert_figures(transaction, period, &snapshot.figures)?;
    insert_people(transaction, period, snapshot)?;
    insert_sightings(transaction, period, &snapshot.sightings)?;
    Ok(period)
}

fn insert_figures(
    transaction: &Transaction<'_>,
    period: i64,
    figures: &[Figure],
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare(
        "INSERT INTO period_figures (period, position, form, unit, code, value)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (position, one) in figures.iter().enumerate() {
        let position = whole(position);
        statement.execute(params![period, position, one.form, one.unit, one.code, one.value])?;
    }
    Ok(())
}

fn insert_people(
    transaction: &Transaction<'_>,
    period: i64,
    snapshot: &Snapshot,
) -> rusqlite::Result<()> {
    let mut people = transaction.prepare(
        "INSERT INTO period_people (period, key, name, id, place) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (key, one) in &snapshot.people {
        people.execute(params![period, key.cast_signed(), one.name, one.id, one.place])?;
    }
    let mut members = transaction.prepare(
        "INSERT INTO period_members (period, unit, figure, person) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for one in &snapshot.members {
        members.execute(params![period, one.unit, one.figure, one.person.cast_signed()])?;
    }
    Ok(())
}

fn insert_sightings(
    transaction: &Transaction<'_>,
    period: i64,
    sightings: &[Sighting],
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare(
        "INSERT INTO period_sightings (period, position, unit, person, linked, state, row)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (position, one) in sightings.iter().enumerate() {
        let (person, row) = (one.person.cast_signed(), one.row.cast_signed());
        let position = whole(position);
        statement
            .execute(params![period, position, one.unit, person, one.linked, one.state, row])?;
    }
    Ok(())
}

fn read(connection: &Connection, period: i64) -> rusqlite::Result<Snapshot> {
    let keys = "SELECT registry, rows FROM periods WHERE period = ?1";
    let (registry, rows) = connection.query_row(keys, [period], |row| {
        Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    let mut snapshot = Snapshot {
        registry: unpacked(&registry),
        rows: unpacked(&rows),
        figures: read_figures(connection, period)?,
        sightings: read_sightings(connection, period)?,
        ..Snapshot::default()
    };
    read_people(connection, period, &mut snapshot)?;
    // Kept in the order of the database, which need not be that of the texts.
    snapshot.members.sort_unstable();
    snapshot.sightings.sort_unstable();
    Ok(snapshot)
}

fn read_figures(connection: &Connection, period: i64) -> rusqlite::Result<Vec<Figure>> {
    let query = "SELECT form, unit, code, value FROM period_figures WHERE period = ?1
                 ORDER BY position";
    let mut statement = connection.prepare(query)?;
    let rows = statement.query_map([period], |row| {
        Ok(Figure { form: row.get(0)?, unit: row.get(1)?, code: row.get(2)?, value: row.get(3)? })
    })?;
    rows.collect()
}

fn read_people(
    connection: &Connection,
    period: i64,
    snapshot: &mut Snapshot,
) -> rusqlite::Result<()> {
    let query = "SELECT key, name, id, place FROM period_people WHERE period = ?1";
    let mut statement = connection.prepare(query)?;
    let people = statement.query_map([period], |row| {
        let known = KnownPerson { name: row.get(1)?, id: row.get(2)?, place: row.get(3)? };
        Ok((row.get::<_, i64>(0)?.cast_unsigned(), known))
    })?;
    snapshot.people = people.collect::<rusqlite::Result<_>>()?;
    let query = "SELECT unit, figure, person FROM period_members WHERE period = ?1";
    let mut statement = connection.prepare(query)?;
    let members = statement.query_map([period], |row| {
        let person = row.get::<_, i64>(2)?.cast_unsigned();
        Ok(Member { unit: row.get(0)?, figure: row.get(1)?, person })
    })?;
    snapshot.members = members.collect::<rusqlite::Result<_>>()?;
    Ok(())
}

fn read_sightings(connection: &Connection, period: i64) -> rusqlite::Result<Vec<Sighting>> {
    let query = "SELECT unit, person, linked, state, row FROM period_sightings WHERE period = ?1";
    let mut statement = connection.prepare(query)?;
    let rows = statement.query_map([period], sighting)?;
    rows.collect()
}

/// A line of `unit, person, linked, state, row`.
pub(super) fn sighting(row: &Row<'_>) -> rusqlite::Result<Sighting> {
    Ok(Sighting {
        unit: row.get(0)?,
        person: row.get::<_, i64>(1)?.cast_unsigned(),
        linked: row.get(2)?,
        state: row.get(3)?,
        row: row.get::<_, i64>(4)?.cast_unsigned(),
    })
}
