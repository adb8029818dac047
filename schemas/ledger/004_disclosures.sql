-- Whose ID number was shown in full on the review page, to whom and when. Only ever added to.
CREATE TABLE disclosures (
    disclosure INTEGER PRIMARY KEY AUTOINCREMENT,
    pair       TEXT NOT NULL,       -- the question the numbers belong to
    clerk      TEXT NOT NULL,
    shown_at   TEXT NOT NULL,       -- UTC, ISO 8601
    places     TEXT NOT NULL        -- file › sheet › cell of both sides
) STRICT;

CREATE INDEX disclosures_by_pair ON disclosures (pair, disclosure);

CREATE TRIGGER disclosures_stay BEFORE UPDATE ON disclosures
BEGIN SELECT RAISE(ABORT, 'disclosures are only ever added'); END;

CREATE TRIGGER disclosures_are_kept BEFORE DELETE ON disclosures
BEGIN SELECT RAISE(ABORT, 'disclosures are only ever added'); END;
