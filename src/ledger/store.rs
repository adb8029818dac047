//! The `SQLite` file: open, migrate, look up, record.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, Transaction, params};

use super::keys::{self, Keyring};
use super::{EarlierRun, LedgerError, ResultEntry, RunEntry};
use crate::private_files;

/// The migrations in order; `user_version` counts how many a file has had.
const MIGRATIONS: [&str; 11] = [
    include_str!("../../schemas/ledger/001_runs.sql"),
    include_str!("../../schemas/ledger/002_rulings.sql"),
    include_str!("../../schemas/ledger/003_periods.sql"),
    include_str!("../../schemas/ledger/004_disclosures.sql"),
    include_str!("../../schemas/ledger/005_rounds_by_person.sql"),
    include_str!("../../schemas/ledger/006_cards.sql"),
    include_str!("../../schemas/ledger/007_keyed.sql"),
    include_str!("../../schemas/ledger/008_people.sql"),
    include_str!("../../schemas/ledger/009_returns.sql"),
    include_str!("../../schemas/ledger/010_asked.sql"),
    include_str!("../../schemas/ledger/011_questions.sql"),
];

/// How many migrations a ledger has had in which no digest is plain any more.
const KEYED: usize = 7;

/// `bidu`: tells a ledger from other programs' databases.
const APPLICATION: i64 = 0x6269_6475;

/// How long one connection waits for another.
const PATIENCE: Duration = Duration::from_secs(5);

/// What becomes of `SQLite`'s side file after a change.
const JOURNAL: &str = if cfg!(windows) { "TRUNCATE" } else { "DELETE" };

/// The open ledger.
#[derive(Debug)]
pub struct Ledger {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    pub(super) keys: Keyring,
}

/// A recorded run that counts only once [`PendingRun::commit`] is called: results are published
/// in between, so that neither is ever there without the other.
#[derive(Debug)]
pub struct PendingRun<'ledger> {
    pub(super) transaction: Transaction<'ledger>,
    pub(super) path: &'ledger Path,
    pub(super) keys: &'ledger Keyring,
}

/// A run the ledger knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastRun {
    /// Equal for equal inputs and settings.
    pub run_id: String,
    /// When it began.
    pub started_at: Timestamp,
    /// Reporting unit.
    pub unit: String,
    /// Report date, ISO 8601.
    pub as_of: String,
    /// Where its results were published.
    pub folder: PathBuf,
    /// Kinds of its inputs that held rows.
    pub inputs: Vec<String>,
    /// Paths of its results.
    pub results: Vec<String>,
}

impl PendingRun<'_> {
    /// The ledger's file.
    pub fn path(&self) -> &Path {
        self.path
    }

    /// Makes the record last.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn commit(self) -> Result<(), LedgerError> {
        self.transaction.commit().map_err(|error| explain(self.path, error))
    }
}

impl Ledger {
    /// Opens the ledger of a project folder, making or migrating it where needed.
    ///
    /// # Errors
    /// A folder that cannot be written, a file that is no ledger, a ledger of a later version.
    pub fn open(folder: &Path) -> Result<Self, LedgerError> {
        let path = folder.join(super::FILE_NAME);
        // SQLite gives its side files the mode of the main file, so that one is made first.
        private_files::open_file(&path).map_err(|error| LedgerError::unwritable(&path, &error))?;
        tighten(&path);
        if cfg!(windows) {
            keep_journal_private(&path)?;
        }
        let mut connection = Connection::open(private_files::reachable(&path))
            .map_err(|error| explain(&path, error))?;
        prepare(&mut connection, &path)?;
        let keys = Keyring::of(&connection).map_err(|error| explain(&path, error))?;
        Ok(Self { connection, path, keys })
    }

    /// The same ledger opened once more, for long reading beside those who write; it never writes.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn another(&self) -> Result<Self, LedgerError> {
        let open = || {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection =
                Connection::open_with_flags(private_files::reachable(&self.path), flags)?;
            connection.busy_timeout(PATIENCE)?;
            Ok(connection)
        };
        let connection = open().map_err(|error| explain(&self.path, error))?;
        Ok(Self { connection, path: self.path.clone(), keys: self.keys.clone() })
    }

    /// The latest run of that id.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn earlier(&self, run_id: &str) -> Result<Option<EarlierRun>, LedgerError> {
        self.find(run_id).map_err(|error| explain(&self.path, error))
    }

    /// The ledger's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether that very run is recorded: reruns have the same id and begin at another time.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_recorded(&self, run_id: &str, started_at: &str) -> Result<bool, LedgerError> {
        let query = "SELECT EXISTS (SELECT 1 FROM runs WHERE run_id = ?1 AND started_at = ?2)";
        let found = self.connection.query_row(query, [run_id, started_at], |row| row.get(0));
        found.map_err(|error| explain(&self.path, error))
    }

    fn find(&self, run_id: &str) -> rusqlite::Result<Option<EarlierRun>> {
        let latest = "SELECT run, started_at, folder FROM runs WHERE run_id = ?1
                      ORDER BY run DESC LIMIT 1";
        let found = self
            .connection
            .query_row(latest, [run_id], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
            })
            .optional()?;
        let Some((run, started_at, folder)) = found else { return Ok(None) };
        let started_at = started_at.parse().unwrap_or(Timestamp::UNIX_EPOCH);
        let results = self.results(run)?;
        Ok(Some(EarlierRun { started_at, folder: PathBuf::from(folder), results }))
    }

    fn results(&self, run: i64) -> rusqlite::Result<Vec<ResultEntry>> {
        let query = "SELECT path, sha256, bytes FROM run_results WHERE run = ?1 ORDER BY path";
        let mut statement = self.connection.prepare(query)?;
        let rows = statement.query_map([run], |row| {
            let bytes = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
            Ok(ResultEntry { path: row.get(0)?, sha256: row.get(1)?, bytes })
        })?;
        rows.collect()
    }

    /// The ledger of a project folder, if there is one; never makes one.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn existing(folder: &Path) -> Result<Option<Self>, LedgerError> {
        if !folder.join(super::FILE_NAME).is_file() {
            return Ok(None);
        }
        Self::open(folder).map(Some)
    }

    /// All runs, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn runs(&self) -> Result<Vec<PastRun>, LedgerError> {
        self.past_runs().map_err(|error| explain(&self.path, error))
    }

    fn past_runs(&self) -> rusqlite::Result<Vec<PastRun>> {
        let query = "SELECT run, run_id, started_at, unit, as_of, folder FROM runs ORDER BY run";
        let mut statement = self.connection.prepare(query)?;
        let rows = statement.query_map([], |row| {
            let text = |column: usize| row.get::<_, String>(column);
            let run = PastRun {
                run_id: text(1)?,
                started_at: text(2)?.parse().unwrap_or(Timestamp::UNIX_EPOCH),
                unit: text(3)?,
                as_of: text(4)?,
                folder: PathBuf::from(text(5)?),
                inputs: Vec::new(),
                results: Vec::new(),
            };
            Ok((row.get::<_, i64>(0)?, run))
        })?;
        let mut runs = Vec::new();
        for row in rows {
            let (number, run) = row?;
            let results = self.results(number)?.into_iter().map(|result| result.path).collect();
            let inputs = self.input_kinds(number)?;
            runs.push(PastRun { inputs, results, ..run });
        }
        Ok(runs)
    }

    /// Kinds of the inputs of which at least one row was read, each once.
    fn input_kinds(&self, run: i64) -> rusqlite::Result<Vec<String>> {
        let query =
            "SELECT DISTINCT kind FROM run_inputs WHERE run = ?1 AND rows > 0 ORDER BY kind";
        let mut statement = self.connection.prepare(query)?;
        let kinds = statement.query_map([run], |row| row.get(0))?;
        kinds.collect()
    }

    /// Writes a run, not yet lasting.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record(&mut self, entry: &RunEntry) -> Result<PendingRun<'_>, LedgerError> {
        let path = &self.path;
        let transaction = self.connection.transaction().map_err(|error| explain(path, error))?;
        insert(&transaction, entry).map_err(|error| explain(path, error))?;
        Ok(PendingRun { transaction, path, keys: &self.keys })
    }
}

/// Takes the rights of others from a ledger that was copied or restored with wider ones. One that
/// belongs to a colleague cannot be changed and is used as it is.
fn tighten(path: &Path) {
    if private_files::restrict(path).is_err() {}
}

/// On Windows a side file has the rights of its folder, which others may read: it is made beforehand
/// for its owner only, and emptied instead of removed (`JOURNAL`).
fn keep_journal_private(ledger: &Path) -> Result<(), LedgerError> {
    let journal = ledger.with_file_name(format!("{}-journal", super::FILE_NAME));
    private_files::open_file(&journal)
        .map_err(|error| LedgerError::unwritable(&journal, &error))?;
    tighten(&journal);
    Ok(())
}

/// Whether the file is another program's database. Nothing may be written before this is known.
fn is_foreign(connection: &Connection) -> rusqlite::Result<bool> {
    let number = |query: &str| connection.query_row(query, [], |row| row.get::<_, i64>(0));
    let (application, version) = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
    let tables = number("SELECT count(*) FROM sqlite_master")?;
    let runs = number(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('runs', 'run_inputs')",
    )?;
    // Ledgers had no application id at first.
    Ok(match application {
        APPLICATION => false,
        0 => tables > 0 && (runs < 2 || version == 0),
        _ => true,
    })
}

fn prepare(connection: &mut Connection, path: &Path) -> Result<(), LedgerError> {
    connection.busy_timeout(PATIENCE).map_err(|error| explain(path, error))?;
    if is_foreign(connection).map_err(|error| explain(path, error))? {
        let reason = "别的程序的数据库".to_owned();
        return Err(LedgerError::Foreign { path: path.display().to_string(), reason });
    }
    let prepared = configure(connection).and_then(|()| migrate(connection));
    match prepared.map_err(|error| explain(path, error))? {
        found if found > MIGRATIONS.len() => Err(LedgerError::Newer {
            path: path.display().to_string(),
            found,
            known: MIGRATIONS.len(),
        }),
        _ => keys::rewrite_if_due(connection).map_err(|error| explain(path, error)),
    }
}

/// No write-ahead log: the ledger stays one file, which people copy and mail.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", JOURNAL)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What is deleted is gone from the file, too.
    connection.pragma_update(None, "secure_delete", true)?;
    // What a run writes stays in memory until it is whole: others go on reading meanwhile.
    connection.pragma_update(None, "cache_spill", false)?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// Applies what is missing in one transaction; returns the version the file was found with.
fn migrate(connection: &mut Connection) -> rusqlite::Result<usize> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let found = usize::try_from(found).unwrap_or(usize::MAX);
    for migration in MIGRATIONS.iter().skip(found) {
        transaction.execute_batch(migration)?;
    }
    if (1..KEYED).contains(&found) {
        keys::replace_all(&transaction)?;
    }
    if found < MIGRATIONS.len() {
        Keyring::of(&transaction)?;
    }
    let named: i64 = transaction.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    // Written once: a run that finds nothing new leaves the file as it is.
    if found <= MIGRATIONS.len() && named != APPLICATION {
        transaction.pragma_update(None, "application_id", APPLICATION)?;
    }
    if found < MIGRATIONS.len() {
        let version = i64::try_from(MIGRATIONS.len()).expect("a handful of migrations");
        transaction.pragma_update(None, "user_version", version)?;
    }
    transaction.commit()?;
    Ok(found)
}

fn insert(transaction: &Transaction<'_>, entry: &RunEntry) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO runs (run_id, started_at, finished_at, title, unit, as_of, program_version,
                           model_version, settings, folder, exit_status)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            entry.run_id,
            entry.started_at.to_string(),
            entry.finished_at.to_string(),
            entry.title,
            entry.unit,
            entry.as_of,
            entry.program_version,
            entry.model_version,
            entry.settings,
            entry.folder.to_string_lossy(),
            entry.exit_status,
        ],
    )?;
    let run = transaction.last_insert_rowid();
    insert_inputs(transaction, run, entry)?;
    insert_stages(transaction, run, entry)?;
    insert_results(transaction, run, entry)
}

fn insert_inputs(
    transaction: &Transaction<'_>,
    run: i64,
    entry: &RunEntry,
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare(
        "INSERT INTO run_inputs (run, position, kind, path, sha256, rows)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (input, position) in entry.inputs.iter().zip(1_i64..) {
        let rows = whole(input.rows);
        statement.execute(params![
            run,
            position,
            input.kind.key(),
            input.path,
            input.sha256,
            rows
        ])?;
    }
    Ok(())
}

fn insert_stages(
    transaction: &Transaction<'_>,
    run: i64,
    entry: &RunEntry,
) -> rusqlite::Result<()> {
    let mut stages = transaction.prepare(
        "INSERT INTO run_stages (run, position, stage, seconds) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (stage, position) in entry.stages.iter().zip(1_i64..) {
        stages.execute(params![run, position, stage.stage, stage.seconds])?;
    }
    let mut counts = transaction.prepare(
        "INSERT INTO run_counts (run, position, stage, name, count) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (count, position) in entry.counts.iter().zip(1_i64..) {
        counts.execute(params![run, position, count.stage, count.name, whole(count.count)])?;
    }
    Ok(())
}

fn insert_results(
    transaction: &Transaction<'_>,
    run: i64,
    entry: &RunEntry,
) -> rusqlite::Result<()> {
    let mut statement = transaction
        .prepare("INSERT INTO run_results (run, path, sha256, bytes) VALUES (?1, ?2, ?3, ?4)")?;
    for result in &entry.results {
        let bytes = i64::try_from(result.bytes).unwrap_or(i64::MAX);
        statement.execute(params![run, result.path, result.sha256, bytes])?;
    }
    Ok(())
}

pub(super) fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Says what the database's codes mean to the user.
pub(super) fn explain(path: &Path, error: rusqlite::Error) -> LedgerError {
    let shown = path.display().to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => LedgerError::Foreign {
            path: shown,
            reason: "不是完好的数据库文件".to_owned(),
        },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            LedgerError::Locked { path: shown }
        }
        Some(ErrorCode::DiskFull) => LedgerError::unwritable(path, &"磁盘已满"),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            LedgerError::unwritable(path, &error)
        }
        _ => LedgerError::Database { path: shown, source: error },
    }
}
