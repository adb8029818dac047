//! What units filled in on the lists that were sent to them: kept for good, the newest on a line in
//! force.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Row, TransactionBehavior, params};

use super::store::explain;
use super::{Ledger, LedgerError};

/// What was filled in, by heading.
pub type Filled = BTreeMap<String, String>;

/// A filled-in line to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReturn {
    /// Which list.
    pub form: String,
    /// Whom the line is about, as the hidden cell has it.
    pub about: String,
    /// What was filled in; empty takes back what stands.
    pub filled: Filled,
    /// Who filled it in.
    pub clerk: String,
    /// Where it was read, or how it came in.
    pub place: String,
    /// Sum of the file it was read from; empty where there was none.
    pub file_sha256: String,
    /// Codes of the mismatches the line asked about, as it has them; empty where it asked about none.
    pub asked: String,
    /// Report date of the project when it came back, ISO 8601; empty where an earlier version took it.
    pub as_of: String,
}

/// A filled-in line as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnEntry {
    /// Its number.
    pub number: i64,
    /// When it was taken.
    pub at: Timestamp,
    /// What it says.
    pub line: NewReturn,
}

const COLUMNS: &str =
    "entry, form, about, filled, clerk, taken_at, place, file_sha256, asked, as_of";

impl Ledger {
    /// The filled-in lines in force, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn returns(&self) -> Result<Vec<ReturnEntry>, LedgerError> {
        let query = format!(
            "SELECT {COLUMNS} FROM returns WHERE filled <> '{{}}' AND entry IN
                 (SELECT MAX(entry) FROM returns GROUP BY form, line)
             ORDER BY entry"
        );
        self.return_entries(&query, params![])
    }

    /// The same of a folder that may have no ledger yet; none is made.
    ///
    /// # Errors
    /// When there is a ledger and it cannot be used.
    pub fn returns_in(folder: &Path) -> Result<Vec<ReturnEntry>, LedgerError> {
        Self::existing(folder)?.map_or_else(|| Ok(Vec::new()), |ledger| ledger.returns())
    }

    /// All that was ever filled in on a line, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn returns_of(&self, form: &str, about: &str) -> Result<Vec<ReturnEntry>, LedgerError> {
        let query =
            format!("SELECT {COLUMNS} FROM returns WHERE form = ?1 AND line = ?2 ORDER BY entry");
        self.return_entries(&query, params![form, self.keys.person(about)])
    }

    /// Adds filled-in lines, all or none; on disk when it returns.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn take_returns(&mut self, lines: &[NewReturn], at: Timestamp) -> Result<(), LedgerError> {
        let keyed: Vec<String> = lines.iter().map(|line| self.keys.person(&line.about)).collect();
        let path = &self.path;
        let failed = |error| explain(path, error);
        let immediate = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(immediate).map_err(failed)?;
        let insert = "INSERT INTO returns (form, line, about, filled, clerk, taken_at, place, \
                      file_sha256, asked, as_of) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        for (line, key) in lines.iter().zip(keyed) {
            let filled = serde_json::to_string(&line.filled).expect("texts");
            let values = params![
                line.form,
                key,
                line.about,
                filled,
                line.clerk,
                at.to_string(),
                line.place,
                line.file_sha256,
                line.asked,
                line.as_of
            ];
            transaction.execute(insert, values).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    fn return_entries(
        &self,
        query: &str,
        by: impl rusqlite::Params,
    ) -> Result<Vec<ReturnEntry>, LedgerError> {
        let collect = move || {
            let mut statement = self.connection.prepare_cached(query)?;
            let rows = statement.query_map(by, entry)?;
            rows.collect::<rusqlite::Result<Vec<ReturnEntry>>>()
        };
        collect().map_err(|error| explain(&self.path, error))
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<ReturnEntry> {
    let unknown = |word: &str| {
        let text = format!("台账里有不认识的内容“{word}”");
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, text.into())
    };
    let (filled, at): (String, String) = (row.get("filled")?, row.get("taken_at")?);
    Ok(ReturnEntry {
        number: row.get("entry")?,
        at: at.parse().map_err(|_| unknown(&at))?,
        line: NewReturn {
            form: row.get("form")?,
            about: row.get("about")?,
            filled: serde_json::from_str(&filled).map_err(|_| unknown(&filled))?,
            clerk: row.get("clerk")?,
            place: row.get("place")?,
            file_sha256: row.get("file_sha256")?,
            asked: row.get("asked")?,
            as_of: row.get("as_of")?,
        },
    })
}
