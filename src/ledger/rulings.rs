//! Questions put to people and their rulings: kept for good, found by pair.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};

use super::keys::Keyring;
use super::store::explain;
use super::{Ledger, LedgerError, PendingRun};
use crate::linkage::decisions::{
    Answer, IdState, IdTrace, PairTrace, PersonTrace, RegistryTrace, Ruling, SourceTrace,
};
use crate::records::date::PartialDate;
use crate::vocabulary::SourceKind;

/// How a run saw a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct RulingView {
    /// The run.
    pub run_id: String,
    /// Its model.
    pub model_version: String,
    /// Match probability.
    pub probability: f64,
    /// The waterfall as text.
    pub evidence: String,
}

/// A question put to people.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseEntry {
    /// Key of the pair.
    pub key: String,
    /// Both sides.
    pub pair: PairTrace,
    /// How the latest run saw it.
    pub view: RulingView,
    /// The newest ruling that run knew; 0 for none. It asked in spite of those up to this one.
    pub known: i64,
}

/// What becomes of a pair: an answer, or its being taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulingAct {
    /// Somebody decided.
    Answered(Answer),
    /// Somebody took the standing ruling back.
    Undone,
}

impl RulingAct {
    fn key(self) -> &'static str {
        match self {
            Self::Answered(answer) => answer.key(),
            Self::Undone => "undone",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        if key == "undone" { Some(Self::Undone) } else { Answer::from_key(key).map(Self::Answered) }
    }
}

/// A ruling to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRuling {
    /// Key of the pair, which must be a case of this ledger.
    pub key: String,
    /// What was decided.
    pub verdict: RulingAct,
    /// Who decided.
    pub clerk: String,
    /// Why; may be empty.
    pub note: String,
    /// Where it was read, or how it came in.
    pub place: String,
    /// Sum of the file it was read from; empty where there was none.
    pub file_sha256: String,
    /// The newest ruling on the pair the clerk's answer was held against; `None` for none. A
    /// ruling made in the meantime by another clerk is not overruled unseen.
    pub after: Option<i64>,
}

/// A ruling as the ledger has it.
#[derive(Clone, Debug, PartialEq)]
pub struct RulingEntry {
    /// Its number.
    pub number: i64,
    /// The question.
    pub key: String,
    /// What was decided.
    pub verdict: RulingAct,
    /// Who decided.
    pub clerk: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub note: String,
    /// How the run the clerk had in view saw the pair.
    pub view: RulingView,
    /// Where it was read.
    pub place: String,
    /// Sum of the file it was read from.
    pub file_sha256: String,
}

const CASE_COLUMNS: &str = "pair, source_kind, institution, student_no, source_id_state, source_id,
    source_name, source_birth, source_place, person_no, person_id_state, person_id, person_name,
    person_birth, person_place, run_id, model_version, probability, evidence, known_ruling";

/// A ruling with both sides of its question, from which the question's key follows.
const RULINGS: &str = "SELECT ruling, answer, clerk, ruled_at, note, rulings.run_id AS run_id,
    rulings.model_version AS model_version, rulings.probability AS probability,
    rulings.evidence AS evidence, place, file_sha256, cases.* FROM rulings JOIN cases USING (pair)";

impl PendingRun<'_> {
    /// Keeps the questions of the run with it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_cases(&self, cases: &[CaseEntry]) -> Result<(), LedgerError> {
        insert_cases(&self.transaction, self.keys, cases).map_err(|error| explain(self.path, error))
    }
}

impl Ledger {
    /// The rulings in force, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn rulings(&self) -> Result<Vec<Ruling>, LedgerError> {
        self.rulings_until(i64::MAX)
    }

    /// The rulings that were in force when there were none of higher numbers, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn rulings_until(&self, number: i64) -> Result<Vec<Ruling>, LedgerError> {
        standing(&self.connection, number).map_err(|error| explain(&self.path, error))
    }

    /// Keeps the questions of stages that were run without publishing anything.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put_cases(&mut self, cases: &[CaseEntry]) -> Result<(), LedgerError> {
        let path = &self.path;
        let failed = |error| explain(path, error);
        let immediate = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(immediate).map_err(failed)?;
        insert_cases(&transaction, &self.keys, cases).map_err(failed)?;
        transaction.commit().map_err(failed)
    }

    /// All rulings with a higher number, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn rulings_after(&self, number: i64) -> Result<Vec<RulingEntry>, LedgerError> {
        self.entries(&format!("{RULINGS} WHERE ruling > ?1 ORDER BY ruling"), number)
    }

    /// The highest number among rulings and withdrawals; 0 without any.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn newest_ruling(&self) -> Result<i64, LedgerError> {
        let query = "SELECT COALESCE(MAX(ruling), 0) FROM rulings";
        let newest = self.connection.query_row(query, [], |row| row.get(0));
        newest.map_err(|error| explain(&self.path, error))
    }

    /// The question of that key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn case(&self, key: &str) -> Result<Option<CaseEntry>, LedgerError> {
        let query = format!("SELECT {CASE_COLUMNS} FROM cases WHERE pair = ?1");
        let found = self.connection.prepare_cached(&query).and_then(|mut statement| {
            let whole = |row: &Row<'_>| {
                let (pair, view) = (sides(row)?, view(row)?);
                Ok(CaseEntry { key: key.to_owned(), pair, view, known: row.get("known_ruling")? })
            };
            statement.query_row([self.keys.pair(key)], whole).optional()
        });
        found.map_err(|error| explain(&self.path, error))
    }

    /// All rulings on a pair, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn history(&self, key: &str) -> Result<Vec<RulingEntry>, LedgerError> {
        self.entries(&format!("{RULINGS} WHERE pair = ?1 ORDER BY ruling"), self.keys.pair(key))
    }

    /// The ruling of that number.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn ruling(&self, number: i64) -> Result<Option<RulingEntry>, LedgerError> {
        Ok(self.entries(&format!("{RULINGS} WHERE ruling = ?1"), number)?.pop())
    }

    /// The ruling that confirms another registered person for the same student or trainee.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn other_confirmation(&self, case: &CaseEntry) -> Result<Option<RulingEntry>, LedgerError> {
        let query = format!(
            "{RULINGS} WHERE answer = 'same' AND ruling IN
                 (SELECT MAX(rulings.ruling) FROM cases JOIN rulings USING (pair)
                  WHERE cases.source = ?1 AND cases.pair <> ?2 GROUP BY pair)
             ORDER BY ruling"
        );
        let [source, pair] = [&case.pair.source.key(), &case.key].map(|key| self.keys.pair(key));
        let found = self.collect(&query, params![source, pair]);
        Ok(found.map_err(|error| explain(&self.path, error))?.pop())
    }

    fn entries(
        &self,
        query: &str,
        by: impl rusqlite::ToSql,
    ) -> Result<Vec<RulingEntry>, LedgerError> {
        self.collect(query, params![by]).map_err(|error| explain(&self.path, error))
    }

    fn collect(
        &self,
        query: &str,
        by: impl rusqlite::Params,
    ) -> rusqlite::Result<Vec<RulingEntry>> {
        let mut statement = self.connection.prepare_cached(query)?;
        let rows = statement.query_map(by, entry)?;
        rows.collect()
    }

    /// Adds rulings, all or none; on disk when it returns.
    ///
    /// # Errors
    /// When the file cannot be written; [`LedgerError::Overtaken`] when a pair is no case of this
    /// ledger, or it was ruled on in the meantime.
    pub fn rule(&mut self, rulings: &[NewRuling], at: Timestamp) -> Result<(), LedgerError> {
        let path = &self.path;
        let failed = |error| explain(path, error);
        let immediate = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(immediate).map_err(failed)?;
        let added = insert_rulings(&transaction, &self.keys, rulings, at).map_err(failed)?;
        if added != rulings.len() {
            return Err(LedgerError::Overtaken);
        }
        transaction.commit().map_err(failed)
    }

    /// The rulings in force in a folder that may have no ledger yet; none is made.
    ///
    /// # Errors
    /// When there is a ledger and it cannot be used.
    pub fn rulings_in(folder: &Path) -> Result<Vec<Ruling>, LedgerError> {
        if folder.join(super::FILE_NAME).exists() {
            Self::open(folder)?.rulings()
        } else {
            Ok(Vec::new())
        }
    }
}

fn insert_cases(
    connection: &Connection,
    keys: &Keyring,
    cases: &[CaseEntry],
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(&format!(
        "INSERT INTO cases ({CASE_COLUMNS}, source) VALUES
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
          ?21)
         ON CONFLICT (pair) DO UPDATE SET run_id = excluded.run_id,
             model_version = excluded.model_version, probability = excluded.probability,
             evidence = excluded.evidence, known_ruling = excluded.known_ruling"
    ))?;
    for CaseEntry { key, pair, view, known } in cases {
        let PairTrace { source, person } = pair;
        statement.execute(params![
            keys.pair(key),
            source.kind.key(),
            source.institution,
            source.student_no,
            source.who.id.state.key(),
            source.who.id.text,
            source.who.name,
            date_text(source.who.birth),
            source.who.place,
            person.person_no,
            person.who.id.state.key(),
            person.who.id.text,
            person.who.name,
            date_text(person.who.birth),
            person.who.place,
            view.run_id,
            view.model_version,
            view.probability,
            view.evidence,
            known,
            keys.pair(&source.key()),
        ])?;
    }
    Ok(())
}

/// What the run in view said of the pair is copied: the case moves on with later runs.
fn insert_rulings(
    connection: &Connection,
    keys: &Keyring,
    rulings: &[NewRuling],
    at: Timestamp,
) -> rusqlite::Result<usize> {
    let mut statement = connection.prepare(
        "INSERT INTO rulings (pair, answer, clerk, ruled_at, note, run_id, model_version,
                              probability, evidence, place, file_sha256)
         SELECT pair, ?2, ?3, ?4, ?5, run_id, model_version, probability, evidence, ?6, ?7
         FROM cases WHERE pair = ?1
             AND (SELECT MAX(ruling) FROM rulings WHERE pair = ?1) IS ?8",
    )?;
    let mut added = 0;
    for ruling in rulings {
        added += statement.execute(params![
            keys.pair(&ruling.key),
            ruling.verdict.key(),
            ruling.clerk,
            at.to_string(),
            ruling.note,
            ruling.place,
            ruling.file_sha256,
            ruling.after,
        ])?;
    }
    Ok(added)
}

fn standing(connection: &Connection, until: i64) -> rusqlite::Result<Vec<Ruling>> {
    let mut statement = connection.prepare(&format!(
        "SELECT {CASE_COLUMNS}, ruling, answer, clerk, ruled_at, note
         FROM (SELECT MAX(ruling) AS ruling, answer, clerk, ruled_at, note, pair
               FROM rulings WHERE ruling <= ?1 GROUP BY pair)
              AS newest JOIN
              (SELECT {CASE_COLUMNS} FROM cases) USING (pair)
         WHERE answer <> 'undone' ORDER BY ruling"
    ))?;
    let rows = statement.query_map([until], |row| {
        let pair = sides(row)?;
        let answer: String = row.get("answer")?;
        Ok(Ruling {
            number: row.get("ruling")?,
            pair,
            answer: Answer::from_key(&answer).ok_or_else(|| unknown(&answer))?,
            clerk: row.get("clerk")?,
            on: day(&row.get::<_, String>("ruled_at")?)?,
            note: row.get("note")?,
        })
    })?;
    rows.collect()
}

fn entry(row: &Row<'_>) -> rusqlite::Result<RulingEntry> {
    let answer: String = row.get("answer")?;
    let at: String = row.get("ruled_at")?;
    Ok(RulingEntry {
        number: row.get("ruling")?,
        key: sides(row)?.key(),
        verdict: RulingAct::from_key(&answer).ok_or_else(|| unknown(&answer))?,
        clerk: row.get("clerk")?,
        at: at.parse().map_err(|_| unknown(&at))?,
        note: row.get("note")?,
        view: view(row)?,
        place: row.get("place")?,
        file_sha256: row.get("file_sha256")?,
    })
}

fn view(row: &Row<'_>) -> rusqlite::Result<RulingView> {
    Ok(RulingView {
        run_id: row.get("run_id")?,
        model_version: row.get("model_version")?,
        probability: row.get("probability")?,
        evidence: row.get("evidence")?,
    })
}

/// Both sides of a question.
fn sides(row: &Row<'_>) -> rusqlite::Result<PairTrace> {
    let kind: String = row.get("source_kind")?;
    let kinds = [SourceKind::Enrollment, SourceKind::Training];
    let source = SourceTrace {
        kind: kinds.into_iter().find(|known| known.key() == kind).ok_or_else(|| unknown(&kind))?,
        institution: row.get("institution")?,
        student_no: row.get("student_no")?,
        who: person(row, "source")?,
    };
    let person = RegistryTrace { person_no: row.get("person_no")?, who: person(row, "person")? };
    Ok(PairTrace { source, person })
}

fn person(row: &Row<'_>, side: &str) -> rusqlite::Result<PersonTrace> {
    let text = |what: &str| row.get::<_, String>(&*format!("{side}_{what}"));
    let (state, birth) = (text("id_state")?, text("birth")?);
    Ok(PersonTrace {
        id: IdTrace {
            state: IdState::from_key(&state).ok_or_else(|| unknown(&state))?,
            text: text("id")?,
        },
        name: text("name")?,
        birth: parse_date(&birth).ok_or_else(|| unknown(&birth))?,
        place: text("place")?,
    })
}

fn date_text(date: PartialDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

fn parse_date(text: &str) -> Option<PartialDate> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(PartialDate { year, month, day })
}

/// The day in Beijing.
fn day(at: &str) -> rusqlite::Result<Date> {
    let at: Timestamp = at.parse().map_err(|_| unknown(at))?;
    Ok(jiff::tz::Offset::constant(8).to_datetime(at).date())
}

/// A word the program never writes.
fn unknown(word: &str) -> rusqlite::Error {
    let text = format!("台账里有不认识的内容“{word}”");
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, text.into())
}
