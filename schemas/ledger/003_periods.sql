-- What a half-year's latest run counted, so that the next rounds can be compared with it person by
-- person. One period per reporting unit and half-year: a later run of it takes its place.

CREATE TABLE periods (
    period   INTEGER PRIMARY KEY,
    unit     TEXT    NOT NULL,          -- reporting unit
    half     INTEGER NOT NULL,          -- twice the year, one more in its second half
    run_id   TEXT    NOT NULL,
    as_of    TEXT    NOT NULL,          -- report date
    registry BLOB    NOT NULL,          -- keys of all registered persons, eight bytes each, sorted
    rows     BLOB    NOT NULL,          -- keys of all rows of schools and agencies, likewise
    UNIQUE (unit, half)
) STRICT;

-- Figures of both forms, and rows by decision.
CREATE TABLE period_figures (
    period   INTEGER NOT NULL REFERENCES periods (period) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    form     TEXT    NOT NULL,          -- annex2, annex3 or rows
    unit     TEXT    NOT NULL,          -- school, agency or county; 总计
    code     TEXT    NOT NULL,
    value    INTEGER NOT NULL,          -- persons, times or 分
    PRIMARY KEY (period, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE period_people (
    period INTEGER NOT NULL REFERENCES periods (period) ON DELETE CASCADE,
    key    INTEGER NOT NULL,
    name   TEXT    NOT NULL,
    id     TEXT    NOT NULL,            -- masked
    place  TEXT    NOT NULL,
    PRIMARY KEY (period, key)
) STRICT, WITHOUT ROWID;

-- Who was counted where: column 1 to 7 of annex 2.
CREATE TABLE period_members (
    period INTEGER NOT NULL REFERENCES periods (period) ON DELETE CASCADE,
    unit   TEXT    NOT NULL,
    figure INTEGER NOT NULL,
    person INTEGER NOT NULL,
    PRIMARY KEY (period, unit, figure, person)
) STRICT, WITHOUT ROWID;

-- Rows linked to a person or in review about one.
CREATE TABLE period_sightings (
    period   INTEGER NOT NULL REFERENCES periods (period) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    unit     TEXT    NOT NULL,
    person   INTEGER NOT NULL,
    linked   INTEGER NOT NULL,
    state    TEXT    NOT NULL,
    row      INTEGER NOT NULL,
    PRIMARY KEY (period, position)
) STRICT, WITHOUT ROWID;
