//! People over years: what each half-year's run knew of them.

use jiff::civil::Date;
use rusqlite::types::ToSql;
use rusqlite::{Connection, Row, Transaction, params};

use super::keys::Keyring;
use super::store::{explain, whole};
use super::{Ledger, LedgerError, PastPeriod, PendingRun};
use crate::programmes::history::{
    KeptEvent, KeptGroup, KeptKind, KeptPerson, KeptPlace, KeptVerdict, PeopleRecord,
};

/// Names people as the ledger does; for whoever compares today's people with those it keeps.
#[derive(Clone, Debug)]
pub struct NameKeys(Keyring);

impl NameKeys {
    /// The name in the ledger of a name of `programmes::history::names_of`.
    pub fn keyed(&self, name: u64) -> u64 {
        self.0.row(name)
    }

    /// The key somebody's lines of cards are kept under; `token` names the person on the card.
    pub fn card(&self, token: &str) -> String {
        self.0.person(token)
    }

    /// What names somebody on a card: 人编号 of registered persons, whose lists it stands in anyway; of others
    /// a keyed name, which stays the same when their lists are exported anew.
    pub fn tokens(&self, person_no: Option<&str>, names: &[u64]) -> Vec<String> {
        let others = names.iter().map(|name| format!("{:016x}", self.keyed(*name)));
        person_no.map(str::to_owned).into_iter().chain(others).collect()
    }
}

impl PendingRun<'_> {
    /// Keeps what a run knows of its people with the half-year it has just kept.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_people(&self, period: i64, people: &PeopleRecord) -> Result<(), LedgerError> {
        let writer = PeopleWriter { transaction: &self.transaction, keys: self.keys, period };
        writer.write(people).map_err(|error| explain(self.path, error))
    }
}

impl Ledger {
    /// How this ledger names people.
    pub fn name_keys(&self) -> NameKeys {
        NameKeys(self.keys.clone())
    }

    /// Whether people of a half-year are kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_people(&self, period: &PastPeriod) -> Result<bool, LedgerError> {
        let query = "SELECT EXISTS (SELECT 1 FROM period_persons WHERE period = ?1)";
        let found = self.connection.query_row(query, [period.number], |row| row.get(0));
        found.map_err(|error| explain(&self.path, error))
    }

    /// What limits of later half-years have to know: all people of a half-year, their training and work, and what
    /// rules gave or left open.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn people_of_limits(&self, period: &PastPeriod) -> Result<PeopleRecord, LedgerError> {
        let reader = PeopleReader { connection: &self.connection, period: period.number };
        reader.of_limits().map_err(|error| explain(&self.path, error))
    }

    /// What a half-year knows of everybody some names (not keyed) belong to, each person apart.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn people_named(
        &self,
        period: &PastPeriod,
        names: &[u64],
    ) -> Result<Vec<PeopleRecord>, LedgerError> {
        let reader = PeopleReader { connection: &self.connection, period: period.number };
        let read = || -> rusqlite::Result<Vec<PeopleRecord>> {
            let mut persons = Vec::new();
            let query = "SELECT person FROM period_person_names WHERE period = ?1 AND name = ?2";
            let mut statement = self.connection.prepare_cached(query)?;
            for name in names {
                let by = params![period.number, self.keys.row(*name).cast_signed()];
                let found = statement.query_map(by, |row| row.get::<_, i64>(0))?;
                persons.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
            }
            persons.sort_unstable();
            persons.dedup();
            persons.into_iter().map(|person| reader.one(person)).collect()
        };
        read().map_err(|error| explain(&self.path, error))
    }

    /// The people of a half-year of that name or key, each apart.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn people_called(
        &self,
        period: &PastPeriod,
        word: &str,
    ) -> Result<Vec<PeopleRecord>, LedgerError> {
        let reader = PeopleReader { connection: &self.connection, period: period.number };
        let read = || -> rusqlite::Result<Vec<PeopleRecord>> {
            let query = "SELECT person FROM period_persons
                         WHERE period = ?1 AND (name = ?2 OR key = ?2) ORDER BY person";
            let mut statement = self.connection.prepare_cached(query)?;
            let by = params![period.number, word];
            let found = statement.query_map(by, |row| row.get::<_, i64>(0))?;
            let persons = found.collect::<rusqlite::Result<Vec<_>>>()?;
            persons.into_iter().map(|person| reader.one(person)).collect()
        };
        read().map_err(|error| explain(&self.path, error))
    }
}

struct PeopleWriter<'run> {
    transaction: &'run Transaction<'run>,
    keys: &'run Keyring,
    period: i64,
}

fn text(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

impl PeopleWriter<'_> {
    fn write(&self, people: &PeopleRecord) -> rusqlite::Result<()> {
        let mut statement = self.transaction.prepare(
            "INSERT INTO period_sheets (period, sheet, file, name) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (number, (file, sheet)) in people.sheets.iter().enumerate() {
            statement.execute(params![self.period, whole(number), file, sheet])?;
        }
        self.persons(&people.people)?;
        self.events(&people.events)?;
        self.verdicts(people)?;
        self.groups(&people.groups)
    }

    fn persons(&self, people: &[KeptPerson]) -> rusqlite::Result<()> {
        let mut persons = self.transaction.prepare(
            "INSERT INTO period_persons (period, person, key, name, id, place)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let mut names: Vec<(i64, i64)> = Vec::new();
        for (number, one) in people.iter().enumerate() {
            let number = whole(number);
            persons.execute(params![self.period, number, one.key, one.name, one.id, one.place])?;
            let own = one.names.iter().map(|name| (self.keys.row(*name).cast_signed(), number));
            names.extend(own);
        }
        // In the order of the table, which is much faster to write.
        names.sort_unstable();
        names.dedup();
        let mut statement = self.transaction.prepare(
            "INSERT INTO period_person_names (period, name, person) VALUES (?1, ?2, ?3)",
        )?;
        for (name, person) in names {
            statement.execute(params![self.period, name, person])?;
        }
        Ok(())
    }

    fn events(&self, events: &[KeptEvent]) -> rusqlite::Result<()> {
        let mut statement = self.transaction.prepare(
            "INSERT INTO period_events (period, person, event, kind, unit, trade, level, course,
                 occupation_code, class_no, days, began, ended, is_exact, certificate,
                 certificate_on, employed_on, amount, state, sheet, row)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                 ?18, ?19, ?20, ?21)",
        )?;
        let mut order: Vec<usize> = (0..events.len()).collect();
        order.sort_by_key(|at| events[*at].person);
        for at in order {
            let one = &events[at];
            statement.execute(params![
                self.period,
                one.person,
                whole(at),
                one.kind.key(),
                one.unit,
                one.trade,
                one.level,
                one.course,
                one.occupation_code,
                one.class_no,
                one.days,
                text(one.began),
                text(one.ended),
                one.is_exact,
                one.certificate,
                text(one.certificate_on),
                text(one.employed_on),
                one.amount,
                one.state,
                one.place.sheet,
                one.place.row,
            ])?;
        }
        Ok(())
    }

    fn verdicts(&self, people: &PeopleRecord) -> rusqlite::Result<()> {
        let mut statement = self.transaction.prepare(
            "INSERT INTO period_verdicts (period, person, position, event, programme, rule, title,
                 counted_on, verdict, reason, low, high, claimed, paid, sensitive)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?;
        let person = |one: &KeptVerdict| people.events[one.event as usize].person;
        let mut order: Vec<usize> = (0..people.verdicts.len()).collect();
        order.sort_by_key(|at| person(&people.verdicts[*at]));
        for at in order {
            let one = &people.verdicts[at];
            statement.execute(params![
                self.period,
                person(one),
                whole(at),
                one.event,
                one.programme,
                one.rule,
                one.title,
                text(one.counted_on),
                one.verdict,
                one.reason,
                one.low,
                one.high,
                one.claimed,
                one.paid,
                one.is_sensitive,
            ])?;
        }
        Ok(())
    }

    fn groups(&self, groups: &[KeptGroup]) -> rusqlite::Result<()> {
        let mut statement = self.transaction.prepare(
            "INSERT INTO period_groups (period, person, position, title, first, last, state, sheet,
                 row)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for (position, one) in groups.iter().enumerate() {
            statement.execute(params![
                self.period,
                one.person,
                whole(position),
                one.title,
                text(one.from),
                text(one.to),
                one.state,
                one.place.sheet,
                one.place.row,
            ])?;
        }
        Ok(())
    }
}

/// Reads the record of a half-year, of one person or of everybody.
struct PeopleReader<'run> {
    connection: &'run Connection,
    period: i64,
}

/// Which rows of a table are read.
#[derive(Clone, Copy)]
struct Selection<'run> {
    table: &'run str,
    /// A further condition; the person is its `?2`.
    only: &'run str,
    order: &'run str,
    person: Option<i64>,
}

fn day(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Date>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

fn place(row: &Row<'_>) -> rusqlite::Result<KeptPlace> {
    Ok(KeptPlace { sheet: row.get("sheet")?, row: row.get("row")? })
}

impl PeopleReader<'_> {
    fn rows<T>(
        &self,
        from: Selection<'_>,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        let Selection { table, only, order, person } = from;
        let query = format!("SELECT * FROM {table} WHERE period = ?1 {only} ORDER BY {order}");
        let mut statement = self.connection.prepare_cached(&query)?;
        let mut by: Vec<&dyn ToSql> = vec![&self.period];
        by.extend(person.iter().map(|person| person as &dyn ToSql));
        let rows = statement.query_map(by.as_slice(), |row| read(row))?;
        rows.collect()
    }

    /// Everything about one person, who is the first of the record.
    fn one(&self, person: i64) -> rusqlite::Result<PeopleRecord> {
        let select = |table, order| Selection {
            table,
            only: "AND person = ?2",
            order,
            person: Some(person),
        };
        let mut record = PeopleRecord {
            people: self.rows(select("period_persons", "person"), somebody)?,
            groups: self.rows(select("period_groups", "position"), group)?,
            sheets: self.sheets()?,
            ..PeopleRecord::default()
        };
        let names = self.rows(select("period_person_names", "name"), name)?;
        if let Some(one) = record.people.first_mut() {
            one.names = names.into_iter().map(|(_, name)| name).collect();
        }
        let events = self.rows(select("period_events", "event"), numbered)?;
        let verdicts = self.rows(select("period_verdicts", "position"), verdict)?;
        add(&mut record, events, verdicts);
        record.events.iter_mut().for_each(|event| event.person = 0);
        Ok(record)
    }

    /// All people with what limits have to know.
    fn of_limits(&self) -> rusqlite::Result<PeopleRecord> {
        let select = |table, only, order| Selection { table, only, order, person: None };
        let people = self.rows(select("period_persons", "", "person"), somebody)?;
        let mut record = PeopleRecord { people, sheets: self.sheets()?, ..PeopleRecord::default() };
        for (person, name) in self.rows(select("period_person_names", "", "name"), name)? {
            if let Some(one) = record.people.get_mut(person as usize) {
                one.names.push(name);
            }
        }
        let kinds = "AND kind IN ('training', 'on_the_job')";
        let events = self.rows(select("period_events", kinds, "event"), numbered)?;
        let said = "AND (verdict IN ('entitled', 'undecided') OR paid > 0)";
        let verdicts = self.rows(select("period_verdicts", said, "position"), verdict)?;
        add(&mut record, events, verdicts);
        Ok(record)
    }

    fn sheets(&self) -> rusqlite::Result<Vec<(String, String)>> {
        let from = Selection { table: "period_sheets", only: "", order: "sheet", person: None };
        self.rows(from, |row| Ok((row.get("file")?, row.get("name")?)))
    }
}

/// Adds events, numbered as the verdicts about them name them.
fn add(record: &mut PeopleRecord, events: Vec<(u32, KeptEvent)>, verdicts: Vec<KeptVerdict>) {
    let numbers: Vec<u32> = events.iter().map(|(number, _)| *number).collect();
    record.events = events.into_iter().map(|(_, event)| event).collect();
    let placed = verdicts.into_iter().filter_map(|one| {
        let at = numbers.binary_search(&one.event).ok()?;
        Some(KeptVerdict { event: u32::try_from(at).ok()?, ..one })
    });
    record.verdicts = placed.collect();
}

fn somebody(row: &Row<'_>) -> rusqlite::Result<KeptPerson> {
    Ok(KeptPerson {
        names: Vec::new(),
        key: row.get("key")?,
        name: row.get("name")?,
        id: row.get("id")?,
        place: row.get("place")?,
    })
}

fn name(row: &Row<'_>) -> rusqlite::Result<(u32, u64)> {
    Ok((row.get("person")?, row.get::<_, i64>("name")?.cast_unsigned()))
}

fn group(row: &Row<'_>) -> rusqlite::Result<KeptGroup> {
    Ok(KeptGroup {
        person: 0,
        title: row.get("title")?,
        from: day(row, "first")?,
        to: day(row, "last")?,
        state: row.get("state")?,
        place: place(row)?,
    })
}

fn numbered(row: &Row<'_>) -> rusqlite::Result<(u32, KeptEvent)> {
    Ok((row.get("event")?, event(row)?))
}

fn event(row: &Row<'_>) -> rusqlite::Result<KeptEvent> {
    let kind: String = row.get("kind")?;
    Ok(KeptEvent {
        person: row.get("person")?,
        kind: KeptKind::from_key(&kind).unwrap_or_default(),
        unit: row.get("unit")?,
        trade: row.get("trade")?,
        level: row.get("level")?,
        course: row.get("course")?,
        occupation_code: row.get("occupation_code")?,
        class_no: row.get("class_no")?,
        days: row.get("days")?,
        began: day(row, "began")?,
        ended: day(row, "ended")?,
        is_exact: row.get("is_exact")?,
        certificate: row.get("certificate")?,
        certificate_on: day(row, "certificate_on")?,
        employed_on: day(row, "employed_on")?,
        amount: row.get("amount")?,
        state: row.get("state")?,
        place: place(row)?,
    })
}

fn verdict(row: &Row<'_>) -> rusqlite::Result<KeptVerdict> {
    Ok(KeptVerdict {
        event: row.get("event")?,
        programme: row.get("programme")?,
        rule: row.get("rule")?,
        title: row.get("title")?,
        counted_on: day(row, "counted_on")?,
        verdict: row.get("verdict")?,
        reason: row.get("reason")?,
        low: row.get("low")?,
        high: row.get("high")?,
        claimed: row.get("claimed")?,
        paid: row.get("paid")?,
        is_sensitive: row.get("sensitive")?,
    })
}
