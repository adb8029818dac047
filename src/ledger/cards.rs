//! What units filled in on cards, kept for good; and the keyed digest people are kept under.

use jiff::Timestamp;
use rusqlite::params;

use super::store::explain;
use super::{Ledger, LedgerError};
use crate::programmes::CardLine;

impl Ledger {
    /// The key a person is kept under: the same for the same words in this ledger, of no use elsewhere.
    pub fn person_key(&self, person: &str) -> String {
        self.keys.person(person)
    }

    /// Adds what a returned file says; all of it or nothing.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn take_cards(
        &mut self,
        lines: &[CardLine],
        file_sha256: &str,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let keys: Vec<String> = lines.iter().map(|line| self.person_key(&line.person)).collect();
        self.insert_cards(lines, &keys, file_sha256, at).map_err(|error| explain(&self.path, error))
    }

    fn insert_cards(
        &mut self,
        lines: &[CardLine],
        keys: &[String],
        file_sha256: &str,
        at: Timestamp,
    ) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        let insert = "INSERT INTO cards (card, unit, person_key, month, field, value, filled_by, \
                      taken_at, file_sha256, source_file, source_sheet, source_row) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        for (line, key) in lines.iter().zip(keys) {
            transaction.execute(
                insert,
                params![
                    line.card,
                    line.unit,
                    key,
                    line.month,
                    line.field,
                    line.value,
                    line.filled_by,
                    at.to_string(),
                    file_sha256,
                    line.source_file,
                    line.source_sheet,
                    line.source_row,
                ],
            )?;
        }
        transaction.commit()
    }

    /// The newest line of the cards, as part of a run's name; `None` while none has come back.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn cards_state(&self) -> Result<Option<String>, LedgerError> {
        let query = "SELECT MAX(line) FROM cards WHERE card <> 'push'";
        let newest: rusqlite::Result<Option<i64>> =
            self.connection.query_row(query, [], |row| row.get(0));
        let newest = newest.map_err(|error| explain(&self.path, error))?;
        Ok(newest.map(|line| format!("cards {line}")))
    }

    /// Everything cards say that is in force; `person` holds the keyed digest.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn cards(&self) -> Result<Vec<CardLine>, LedgerError> {
        self.read_cards("card <> 'push'").map_err(|error| explain(&self.path, error))
    }

    /// What was sent to schools on lists of graduates and posts, likewise.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn pushed(&self) -> Result<Vec<CardLine>, LedgerError> {
        self.read_cards("card = 'push'").map_err(|error| explain(&self.path, error))
    }

    fn read_cards(&self, only: &str) -> rusqlite::Result<Vec<CardLine>> {
        let query = format!(
            "SELECT card, unit, person_key, month, field, value, filled_by, source_file,
                 source_sheet, source_row FROM cards
             WHERE {only} AND line IN
                 (SELECT MAX(line) FROM cards GROUP BY card, month, unit, person_key, field)
             ORDER BY card, month, unit, person_key, line"
        );
        let mut statement = self.connection.prepare(&query)?;
        let rows = statement.query_map([], |row| {
            Ok(CardLine {
                card: row.get(0)?,
                unit: row.get(1)?,
                person: row.get(2)?,
                month: row.get(3)?,
                field: row.get(4)?,
                value: row.get(5)?,
                filled_by: row.get(6)?,
                source_file: row.get(7)?,
                source_sheet: row.get(8)?,
                source_row: row.get(9)?,
            })
        })?;
        rows.collect()
    }
}
