//! Keyed digests: under what names people, rows and questions stand in the ledger.
//!
//! A plain digest of an ID number is found by trying all numbers. HMAC-SHA256 under a secret that is
//! made once per ledger and leaves it in no result is not. Outside the ledger people, rows and
//! questions keep the plain digests they have, which nothing publishes beside a masked number.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use crate::digest::KeyedDigest;
use crate::statistics::snapshot::SnapshotKey;

/// Hexadecimal digits of a question's key: as many as before it was keyed.
const PAIR_BYTES: usize = 12;
const PERSON_BYTES: usize = 16;

/// Makes keyed digests; cloned for every ledger opened on the same file.
#[derive(Clone, Debug)]
pub(super) struct Keyring(KeyedDigest);

impl Keyring {
    /// The keyring of a ledger; its secret is made where there is none.
    pub(super) fn of(connection: &Connection) -> rusqlite::Result<Self> {
        let query = "SELECT value FROM secrets WHERE name = 'person'";
        let known: Option<Vec<u8>> =
            connection.query_row(query, [], |row| row.get(0)).optional()?;
        if let Some(secret) = known {
            return Ok(Self(KeyedDigest::new(&secret)));
        }
        let mut secret = [0_u8; 32];
        getrandom::fill(&mut secret).map_err(|error| {
            let error = std::io::Error::other(error.to_string());
            rusqlite::Error::ToSqlConversionFailure(Box::new(error))
        })?;
        let insert = "INSERT INTO secrets (name, value) VALUES ('person', ?1)";
        connection.execute(insert, params![secret.as_slice()])?;
        Ok(Self(KeyedDigest::new(&secret)))
    }

    /// The name of a question, of its side at a school or agency, or of a disclosure.
    pub(super) fn pair(&self, key: &str) -> String {
        hex::encode(&self.0.of(&[b"pair ", key.as_bytes()])[..PAIR_BYTES])
    }

    /// The name of a person or row of a half-year.
    pub(super) fn row(&self, key: SnapshotKey) -> SnapshotKey {
        let digest = self.0.of(&[b"row ", &key.to_be_bytes()]);
        SnapshotKey::from_be_bytes(*digest.first_chunk().expect("32 bytes"))
    }

    /// The name of somebody on a card or in the file of events.
    pub(super) fn person(&self, text: &str) -> String {
        hex::encode(&self.0.of(&[text.as_bytes()])[..PERSON_BYTES])
    }
}

/// The triggers that keep rulings and disclosures as they are, which the one change of their keys needs
/// out of the way.
const TRIGGERS: [(&str, &str, &str); 2] = [
    ("rulings_stay", "rulings", "rulings are only ever added"),
    ("disclosures_stay", "disclosures", "disclosures are only ever added"),
];

/// Replaces every plain digest by its keyed one.
pub(super) fn replace_all(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    for (trigger, ..) in TRIGGERS {
        transaction.execute_batch(&format!("DROP TRIGGER {trigger}"))?;
    }
    let keys = Keyring::of(transaction)?;
    for (table, column) in
        [("cases", "source"), ("cases", "pair"), ("rulings", "pair"), ("disclosures", "pair")]
    {
        replace_names(transaction, &keys, table, column)?;
    }
    replace_rows(transaction, &keys)?;
    replace_lists(transaction, &keys)?;
    for (trigger, table, why) in TRIGGERS {
        transaction.execute_batch(&format!(
            "CREATE TRIGGER {trigger} BEFORE UPDATE ON {table}
             BEGIN SELECT RAISE(ABORT, '{why}'); END"
        ))?;
    }
    transaction.execute("INSERT INTO upkeep (task) VALUES ('rewrite')", []).map(|_| ())
}

fn replace_names(
    transaction: &Transaction<'_>,
    keys: &Keyring,
    table: &str,
    column: &str,
) -> rusqlite::Result<()> {
    let query = format!("SELECT DISTINCT {column} FROM {table}");
    let old: Vec<String> = collect(transaction, &query, |row| row.get(0))?;
    let query = format!("UPDATE {table} SET {column} = ?2 WHERE {column} = ?1");
    let mut statement = transaction.prepare(&query)?;
    for name in old {
        statement.execute(params![name, keys.pair(&name)])?;
    }
    Ok(())
}

/// Keys that stand in a column of their own.
fn replace_rows(transaction: &Transaction<'_>, keys: &Keyring) -> rusqlite::Result<()> {
    let keyed = |key: i64| keys.row(key.cast_unsigned()).cast_signed();
    for (table, column) in [("period_people", "key"), ("period_members", "person")] {
        let query = format!("SELECT DISTINCT period, {column} FROM {table}");
        let people: Vec<(i64, i64)> =
            collect(transaction, &query, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let update =
            format!("UPDATE {table} SET {column} = ?3 WHERE period = ?1 AND {column} = ?2");
        let mut statement = transaction.prepare(&update)?;
        for (period, key) in people {
            statement.execute(params![period, key, keyed(key)])?;
        }
    }
    let query = "SELECT period, position, person, row FROM period_sightings";
    let sightings: Vec<[i64; 4]> = collect(transaction, query, |row| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
    })?;
    let update = "UPDATE period_sightings SET person = ?3, row = ?4
                  WHERE period = ?1 AND position = ?2";
    let mut statement = transaction.prepare(update)?;
    for [period, position, person, row] in sightings {
        statement.execute(params![period, position, keyed(person), keyed(row)])?;
    }
    Ok(())
}

/// Keys packed into one value, which stay sorted.
fn replace_lists(transaction: &Transaction<'_>, keys: &Keyring) -> rusqlite::Result<()> {
    let query = "SELECT period, registry, rows FROM periods";
    let periods: Vec<(i64, Vec<u8>, Vec<u8>)> =
        collect(transaction, query, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let keyed = |bytes: &[u8]| {
        let mut all: Vec<SnapshotKey> =
            unpacked(bytes).into_iter().map(|key| keys.row(key)).collect();
        all.sort_unstable();
        packed(&all)
    };
    let update = "UPDATE periods SET registry = ?2, rows = ?3 WHERE period = ?1";
    let mut statement = transaction.prepare(update)?;
    for (period, registry, rows) in periods {
        statement.execute(params![period, keyed(&registry), keyed(&rows)])?;
    }
    Ok(())
}

/// Keys one after another, eight bytes each.
pub(super) fn packed(keys: &[u64]) -> Vec<u8> {
    keys.iter().flat_map(|key| key.to_be_bytes()).collect()
}

/// The keys of [`packed`].
pub(super) fn unpacked(bytes: &[u8]) -> Vec<u64> {
    let (keys, _) = bytes.as_chunks::<8>();
    keys.iter().map(|key| u64::from_be_bytes(*key)).collect()
}

fn collect<T>(
    connection: &Connection,
    query: &str,
    read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = connection.prepare(query)?;
    let rows = statement.query_map([], |row| read(row))?;
    rows.collect()
}

/// Writes the file anew where a migration asked for it: replaced values would otherwise stay readable in
/// pages nothing points to.
pub(super) fn rewrite_if_due(connection: &Connection) -> rusqlite::Result<()> {
    let query = "SELECT EXISTS (SELECT 1 FROM upkeep WHERE task = 'rewrite')";
    if connection.query_row(query, [], |row| row.get::<_, bool>(0))? {
        connection.execute_batch("VACUUM")?;
        connection.execute("DELETE FROM upkeep WHERE task = 'rewrite'", [])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Keyring;
    use crate::digest::KeyedDigest;

    #[test]
    fn names_of_different_things_never_meet() {
        let keys = Keyring(KeyedDigest::new(b"secret"));
        assert!(!keys.person("a").starts_with(&keys.pair("a")));
        assert_ne!(keys.row(1), 1);
        assert_ne!(keys.row(1), Keyring(KeyedDigest::new(b"other")).row(1));
    }
}
