-- What a filled-in line asked about (codes of mismatches), and the report date of the project when it came
-- back: an answer settles what it was asked, and "mended" holds until the next half-year's export.
ALTER TABLE returns ADD COLUMN asked TEXT NOT NULL DEFAULT '';
ALTER TABLE returns ADD COLUMN as_of TEXT NOT NULL DEFAULT '';
