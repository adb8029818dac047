-- The ledger of runs. Migrations are numbered; user_version says how many were applied.
-- Times are UTC (ISO 8601), sums are SHA-256 in lower-case hexadecimal.

CREATE TABLE runs (
    run             INTEGER PRIMARY KEY,
    run_id          TEXT    NOT NULL,   -- equal inputs and settings give an equal id
    started_at      TEXT    NOT NULL,
    finished_at     TEXT    NOT NULL,
    title           TEXT    NOT NULL,
    unit            TEXT    NOT NULL,
    as_of           TEXT    NOT NULL,   -- report date
    program_version TEXT    NOT NULL,
    model_version   TEXT    NOT NULL,
    settings        TEXT    NOT NULL,   -- JSON, passwords left out
    folder          TEXT    NOT NULL,   -- where the results were published
    exit_status     INTEGER NOT NULL    -- 0 or 1; a failed run is not recorded
) STRICT;

CREATE INDEX runs_by_id ON runs (run_id, run);

CREATE TABLE run_inputs (
    run      INTEGER NOT NULL REFERENCES runs (run),
    position INTEGER NOT NULL,
    kind     TEXT    NOT NULL,          -- registry, enrollment or training
    path     TEXT    NOT NULL,          -- relative to the project file
    sha256   TEXT    NOT NULL,
    rows     INTEGER NOT NULL,          -- data rows
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_stages (
    run      INTEGER NOT NULL REFERENCES runs (run),
    position INTEGER NOT NULL,
    stage    TEXT    NOT NULL,
    seconds  REAL    NOT NULL,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_counts (
    run      INTEGER NOT NULL REFERENCES runs (run),
    position INTEGER NOT NULL,
    stage    TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_results (
    run    INTEGER NOT NULL REFERENCES runs (run),
    path   TEXT    NOT NULL,            -- relative to the folder
    sha256 TEXT    NOT NULL,
    bytes  INTEGER NOT NULL,
    PRIMARY KEY (run, path)
) STRICT, WITHOUT ROWID;
