-- What schools, agencies and counties filled in on the lists that were sent to them, line by line. Only ever
-- added to: the newest entry on a line stands, and one with nothing filled in takes the one before back.
CREATE TABLE returns (
    entry       INTEGER PRIMARY KEY AUTOINCREMENT,
    form        TEXT NOT NULL,          -- which list: mend, supply, registry, policy, visit, identity
    line        TEXT NOT NULL,          -- keyed digest of whom the line is about
    about       TEXT NOT NULL,          -- the row or registered person as it was when it was sent out
    filled      TEXT NOT NULL,          -- JSON: heading -> what was filled in
    clerk       TEXT NOT NULL,
    taken_at    TEXT NOT NULL,          -- UTC, ISO 8601
    place       TEXT NOT NULL,          -- file › sheet › row it was taken from
    file_sha256 TEXT NOT NULL           -- of that file; empty where there was none
) STRICT;

CREATE INDEX returns_by_line ON returns (form, line, entry);

CREATE TRIGGER returns_stay BEFORE UPDATE ON returns
BEGIN SELECT RAISE(ABORT, 'returns are only ever added'); END;

CREATE TRIGGER returns_are_kept BEFORE DELETE ON returns
BEGIN SELECT RAISE(ABORT, 'returns are only ever added'); END;
