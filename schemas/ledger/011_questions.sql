-- What the latest run keeps of itself so that its review page opens without reading the inputs: the rows in
-- question, their candidates and families, the figures of the overview. One record; the next run takes its place.
CREATE TABLE questions (
    record  INTEGER PRIMARY KEY CHECK (record = 1),
    run_id  TEXT    NOT NULL,
    known   INTEGER NOT NULL,           -- the newest ruling the run knew; 0 for none
    layout  INTEGER NOT NULL,           -- of the content
    sha256  TEXT    NOT NULL,           -- of the content
    content BLOB    NOT NULL            -- postcard, deflated
) STRICT;
