//! Who had ID numbers shown in full, kept for good.

use jiff::Timestamp;
use rusqlite::params;

use super::store::explain;
use super::{Ledger, LedgerError};

/// A record that ID numbers were shown in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// Key of the pair they belong to.
    pub key: String,
    /// To whom.
    pub clerk: String,
    /// When.
    pub at: Timestamp,
    /// The cells of the numbers.
    pub places: String,
}

impl Ledger {
    /// Keeps that numbers are about to be shown; on disk when it returns.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn disclose(&mut self, disclosure: &Disclosure) -> Result<(), LedgerError> {
        let Disclosure { key, clerk, at, places } = disclosure;
        let insert =
            "INSERT INTO disclosures (pair, clerk, shown_at, places) VALUES (?1, ?2, ?3, ?4)";
        let written = self
            .connection
            .execute(insert, params![self.keys.pair(key), clerk, at.to_string(), places]);
        written.map(|_| ()).map_err(|error| explain(&self.path, error))
    }

    /// To whom the numbers of a pair were shown, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn disclosures(&self, key: &str) -> Result<Vec<Disclosure>, LedgerError> {
        self.shown(key).map_err(|error| explain(&self.path, error))
    }

    fn shown(&self, key: &str) -> rusqlite::Result<Vec<Disclosure>> {
        let query = "SELECT clerk, shown_at, places FROM disclosures WHERE pair = ?1
                     ORDER BY disclosure";
        let mut statement = self.connection.prepare_cached(query)?;
        let rows = statement.query_map([self.keys.pair(key)], |row| {
            let at: String = row.get(1)?;
            Ok(Disclosure {
                key: key.to_owned(),
                clerk: row.get(0)?,
                at: at.parse().unwrap_or(Timestamp::UNIX_EPOCH),
                places: row.get(2)?,
            })
        })?;
        rows.collect()
    }
}
