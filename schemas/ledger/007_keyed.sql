-- From here on no name of a person, row or question in this file can be found again by trying numbers: the
-- program replaces every digest by a keyed one (`ledger::keys`) in the transaction of this migration, and
-- has the file written anew afterwards, so that no page keeps an old one.
CREATE TABLE upkeep (
    task TEXT PRIMARY KEY               -- rewrite: the file is to be written anew
) STRICT, WITHOUT ROWID;
