-- What was asked of people and what they decided.

-- A question: one student or trainee (source side) and one registered person, both as they were
-- when it was put. The key is a digest of both sides, so a row never changes what it asks; the
-- last five columns say how the latest run that asked it saw the pair.
CREATE TABLE cases (
    pair             TEXT PRIMARY KEY,
    source           TEXT NOT NULL,     -- digest of the source side alone
    source_kind      TEXT NOT NULL,     -- enrollment or training
    institution      TEXT NOT NULL,
    student_no       TEXT NOT NULL,
    source_id_state  TEXT NOT NULL,     -- sound, partial, invalid or missing
    source_id        TEXT NOT NULL,
    source_name      TEXT NOT NULL,
    source_birth     TEXT NOT NULL,     -- yyyy-mm-dd, 00 where unknown
    source_place     TEXT NOT NULL,
    person_no        TEXT NOT NULL,
    person_id_state  TEXT NOT NULL,
    person_id        TEXT NOT NULL,
    person_name      TEXT NOT NULL,
    person_birth     TEXT NOT NULL,
    person_place     TEXT NOT NULL,
    run_id           TEXT NOT NULL,
    model_version    TEXT NOT NULL,
    probability      REAL NOT NULL,
    evidence         TEXT NOT NULL,
    known_ruling     INTEGER NOT NULL   -- newest ruling the run knew: it asked in spite of it
) STRICT, WITHOUT ROWID;

CREATE INDEX cases_by_source ON cases (source);

-- Rulings are only ever added: the newest on a pair stands, and taking one back is a row too.
CREATE TABLE rulings (
    ruling        INTEGER PRIMARY KEY AUTOINCREMENT,
    pair          TEXT NOT NULL REFERENCES cases (pair),
    answer        TEXT NOT NULL CHECK (answer IN ('same', 'different', 'unsure', 'undone')),
    clerk         TEXT NOT NULL,
    ruled_at      TEXT NOT NULL,        -- UTC, ISO 8601
    note          TEXT NOT NULL,
    run_id        TEXT NOT NULL,        -- the run, model and evidence the clerk had in view
    model_version TEXT NOT NULL,
    probability   REAL NOT NULL,
    evidence      TEXT NOT NULL,
    place         TEXT NOT NULL,        -- file › sheet › cell it was taken from
    file_sha256   TEXT NOT NULL         -- of that file; empty where there was none
) STRICT;

CREATE INDEX rulings_by_pair ON rulings (pair, ruling);

CREATE TRIGGER rulings_stay BEFORE UPDATE ON rulings
BEGIN SELECT RAISE(ABORT, 'rulings are only ever added'); END;

CREATE TRIGGER rulings_are_kept BEFORE DELETE ON rulings
BEGIN SELECT RAISE(ABORT, 'rulings are only ever added'); END;
