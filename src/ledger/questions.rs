//! What the latest run keeps of itself for its review page: one record, which the next run replaces.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::store::explain;
use super::{Ledger, LedgerError, PendingRun};
use crate::digest::sha256;

/// The questions of a run with all that its review page shows beside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptQuestions {
    /// The run.
    pub run_id: String,
    /// The newest ruling it knew; 0 for none.
    pub known: i64,
    /// Number of the content's layout.
    pub layout: u32,
    /// The content; the ledger does not look inside.
    pub content: Vec<u8>,
}

impl PendingRun<'_> {
    /// Keeps them with the run, in place of those of the run before.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_questions(&self, kept: &KeptQuestions) -> Result<(), LedgerError> {
        insert(&self.transaction, kept).map_err(|error| explain(self.path, error))
    }
}

impl Ledger {
    /// What the latest run kept; nothing where none did, or where it is damaged.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn questions(&self) -> Result<Option<KeptQuestions>, LedgerError> {
        let found = self.kept_questions().map_err(|error| explain(&self.path, error))?;
        Ok(found.and_then(|(kept, sum)| (sha256(&kept.content) == sum).then_some(kept)))
    }

    fn kept_questions(&self) -> rusqlite::Result<Option<(KeptQuestions, String)>> {
        let query = "SELECT run_id, known, layout, content, sha256 FROM questions";
        let whole = |row: &rusqlite::Row<'_>| {
            let kept = KeptQuestions {
                run_id: row.get(0)?,
                known: row.get(1)?,
                layout: row.get(2)?,
                content: row.get(3)?,
            };
            Ok((kept, row.get(4)?))
        };
        self.connection.query_row(query, [], whole).optional()
    }
}

fn insert(connection: &Connection, kept: &KeptQuestions) -> rusqlite::Result<()> {
    let KeptQuestions { run_id, known, layout, content } = kept;
    let insert = "INSERT OR REPLACE INTO questions (record, run_id, known, layout, sha256, content)
                  VALUES (1, ?1, ?2, ?3, ?4, ?5)";
    connection.execute(insert, params![run_id, known, layout, sha256(content), content])?;
    Ok(())
}
