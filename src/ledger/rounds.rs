//! One person in earlier rounds: what the snapshots of past half-years say about one person.

use rusqlite::params;

use super::keys::unpacked;
use super::periods::{number, past, sighting};
use super::store::explain;
use super::{Ledger, LedgerError, PastPeriod};
use crate::statistics::snapshot::{KnownPerson, Member, Sighting, SnapshotKey};
use crate::vocabulary::HalfYear;

/// What a round knows of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// Rows linked to the person, or in review about it.
    pub sightings: Vec<Sighting>,
    /// Where the person was counted.
    pub members: Vec<Member>,
}

impl Ledger {
    /// The half-years before this one that a unit has been counted in, latest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn rounds_before(
        &self,
        unit: &str,
        half: HalfYear,
    ) -> Result<Vec<PastPeriod>, LedgerError> {
        let query = "SELECT period, half, run_id, as_of FROM periods
                     WHERE unit = ?1 AND half < ?2 ORDER BY half DESC";
        let read = || {
            let mut statement = self.connection.prepare_cached(query)?;
            let rows = statement.query_map(params![unit, number(half)], past)?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| explain(&self.path, error))
    }

    /// Keys of everybody who was registered in a round, sorted.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn registered(&self, round: &PastPeriod) -> Result<Vec<SnapshotKey>, LedgerError> {
        let query = "SELECT registry FROM periods WHERE period = ?1";
        let read = self.connection.query_row(query, [round.number], |row| row.get(0));
        let bytes: Vec<u8> = read.map_err(|error| explain(&self.path, error))?;
        Ok(unpacked(&bytes))
    }

    /// The rows about a person in a round, and where the person was counted.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn presence(
        &self,
        round: &PastPeriod,
        person: SnapshotKey,
    ) -> Result<Presence, LedgerError> {
        self.found(round.number, person).map_err(|error| explain(&self.path, error))
    }

    fn found(&self, round: i64, person: SnapshotKey) -> rusqlite::Result<Presence> {
        let by = params![round, person.cast_signed()];
        // Left to itself, SQLite reads the whole round to save sorting a handful of rows.
        let query = "SELECT unit, person, linked, state, row FROM period_sightings
                     INDEXED BY period_sightings_by_person
                     WHERE period = ?1 AND person = ?2 ORDER BY position";
        let mut statement = self.connection.prepare_cached(query)?;
        let sightings = statement.query_map(by, sighting)?.collect::<rusqlite::Result<_>>()?;
        let query = "SELECT unit, figure FROM period_members
                     WHERE period = ?1 AND person = ?2 ORDER BY unit, figure";
        let mut statement = self.connection.prepare_cached(query)?;
        let members = statement
            .query_map(by, |row| Ok(Member { unit: row.get(0)?, figure: row.get(1)?, person }))?;
        Ok(Presence { sightings, members: members.collect::<rusqlite::Result<_>>()? })
    }

    /// The people a round keeps by name whom somebody means: those it counted, and those a row was
    /// linked to or in review about.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn people_of(
        &self,
        round: &PastPeriod,
        is_meant: &dyn Fn(&KnownPerson) -> bool,
    ) -> Result<Vec<(SnapshotKey, KnownPerson)>, LedgerError> {
        let read = || {
            let query = "SELECT key, name, id, place FROM period_people WHERE period = ?1";
            let mut statement = self.connection.prepare_cached(query)?;
            let mut rows = statement.query([round.number])?;
            let mut meant = Vec::new();
            while let Some(row) = rows.next()? {
                let known = KnownPerson { name: row.get(1)?, id: row.get(2)?, place: row.get(3)? };
                if is_meant(&known) {
                    meant.push((row.get::<_, i64>(0)?.cast_unsigned(), known));
                }
            }
            Ok(meant)
        };
        read().map_err(|error| explain(&self.path, error))
    }
}
