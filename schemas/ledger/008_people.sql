-- People over years: who stood in the lists of a half-year, what happened to them, what they belonged to and
-- what rules said of it. One record per half-year, which goes with it. Names by which people are found again
-- are keyed (`ledger::keys`); ID and certificate numbers are masked.

CREATE TABLE period_persons (
    period INTEGER NOT NULL REFERENCES periods (period) ON DELETE CASCADE,
    person INTEGER NOT NULL,
    key    TEXT    NOT NULL,            -- as results named the person
    name   TEXT    NOT NULL,
    id     TEXT    NOT NULL,
    place  TEXT    NOT NULL,
    PRIMARY KEY (period, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE period_person_names (
    period INTEGER NOT NULL REFERENCES periods (period) ON DELETE CASCADE,
    name   INTEGER NOT NULL,
    person INTEGER NOT NULL,
    PRIMARY KEY (period, name, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE period_sheets (
    period INTEGER NOT NULL REFERENCES periods (period) ON DELETE CASCADE,
    sheet  INTEGER NOT NULL,
    file   TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    PRIMARY KEY (period, sheet)
) STRICT, WITHOUT ROWID;

CREATE TABLE period_events (
    period          INTEGER NOT NULL REFERENCES periods (period) ON DELETE CASCADE,
    person          INTEGER NOT NULL,
    event           INTEGER NOT NULL,
    kind            TEXT    NOT NULL,   -- enrollment, training, on_the_job, service, claim or payment
    unit            TEXT    NOT NULL,
    trade           TEXT    NOT NULL,
    level           TEXT    NOT NULL,
    course          TEXT    NOT NULL,
    occupation_code TEXT    NOT NULL,
    class_no        TEXT    NOT NULL,
    days            INTEGER,
    began           TEXT,               -- ISO 8601
    ended           TEXT,
    is_exact        INTEGER NOT NULL,
    certificate     TEXT    NOT NULL,
    certificate_on  TEXT,
    employed_on     TEXT,
    amount          INTEGER,            -- 分
    state           TEXT    NOT NULL,
    sheet           INTEGER NOT NULL,
    row             INTEGER NOT NULL,
    PRIMARY KEY (period, person, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE period_verdicts (
    period     INTEGER NOT NULL REFERENCES periods (period) ON DELETE CASCADE,
    person     INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    event      INTEGER NOT NULL,
    programme  TEXT    NOT NULL,
    rule       TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    counted_on TEXT,
    verdict    TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    low        INTEGER,
    high       INTEGER,
    claimed    INTEGER,
    paid       INTEGER,
    sensitive  INTEGER NOT NULL,        -- 1: never shown
    PRIMARY KEY (period, person, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE period_groups (
    period   INTEGER NOT NULL REFERENCES periods (period) ON DELETE CASCADE,
    person   INTEGER NOT NULL,
    position INTEGER NOT NULL,
    title    TEXT    NOT NULL,
    first    TEXT,
    last     TEXT,
    state    TEXT    NOT NULL,
    sheet    INTEGER NOT NULL,
    row      INTEGER NOT NULL,
    PRIMARY KEY (period, person, position)
) STRICT, WITHOUT ROWID;
