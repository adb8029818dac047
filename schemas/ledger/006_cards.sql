-- What units filled in on cards that were handed out: only ever added to; the newest line on a field is in
-- force. People are kept under a keyed digest: without the secret, which never leaves this file, nobody can
-- tell a number from it by trying.
CREATE TABLE secrets (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT;

CREATE TABLE cards (
  line INTEGER PRIMARY KEY,
  card TEXT NOT NULL,
  unit TEXT NOT NULL,
  person_key TEXT NOT NULL,
  month TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  filled_by TEXT NOT NULL,
  taken_at TEXT NOT NULL,
  file_sha256 TEXT NOT NULL,
  source_file TEXT NOT NULL,
  source_sheet TEXT NOT NULL,
  source_row INTEGER NOT NULL
) STRICT;
CREATE INDEX cards_by_person ON cards (card, month, unit, person_key);
