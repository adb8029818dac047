//! The sheets of one file, put together row by row as its reader hands them over.

use super::RawCell;
use super::header::{self, Header, Row};
use super::merges::{Merge, Merges};
use super::meter::Meter;
use super::sheet::{Kept, Stage, repair};
use super::synonyms::Synonyms;
use super::taker::{Flow, MAX_COLUMNS, MAX_ROWS, Taker};
use crate::vocabulary::Field;

/// What became of a sheet.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Nothing in it.
    Blank,
    /// No heading line; its first texts, and whether there are ID numbers among its first rows.
    Headless(Vec<String>, bool),
    /// A heading line without a required column: the groups that are missing.
    Incomplete(Header, Vec<Vec<Field>>),
    /// A hidden sheet that looks like data.
    Hidden,
    /// A hidden sheet that does not.
    HiddenHelper,
    /// Data.
    Kept(Box<Kept>),
    /// Data that goes on from the sheet before, without a heading line.
    Continued(Box<Kept>),
}

/// One sheet of the file.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Its name; empty for text files.
    pub(super) name: String,
    /// Rows above the heading line.
    pub(super) titles: Vec<Row>,
    /// What became of it.
    pub(super) outcome: Outcome,
}

/// The file as far as it has been read.
pub(super) struct Assembly<'a> {
    synonyms: &'a Synonyms,
    meter: Meter<'a>,
    /// The sheets that are done.
    pub(super) sheets: Vec<Sheet>,
    name: String,
    hidden: bool,
    titles: Vec<Row>,
    stage: Stage,
    merges: Merges,
    early: Option<Outcome>,
}

impl Taker for Assembly<'_> {
    fn begin(&mut self, name: &str, hidden: bool) {
        name.clone_into(&mut self.name);
        self.hidden = hidden;
        self.titles.clear();
        self.merges = Merges::default();
        self.stage = Stage::Head(Vec::new());
        self.early = None;
    }

    fn hide(&mut self) {
        self.hidden = true;
    }

    fn merged(&mut self, merge: Merge) {
        self.merges.add(merge);
    }

    fn row(&mut self, number: u32, mut cells: Vec<(u32, RawCell)>) -> Flow {
        cells.retain(|(index, cell)| *cell != RawCell::Empty && *index < MAX_COLUMNS);
        if self.early.is_some() || number > MAX_ROWS {
            return Flow::Stop;
        }
        if cells.is_empty() {
            return Flow::Continue;
        }
        let row = Row { number, cells };
        match &mut self.stage {
            Stage::Body(kept) => kept.take(row, &mut self.merges),
            Stage::Head(rows) => rows.push(row),
        }
        if self.stage.is_full() {
            self.settle();
        }
        if self.early.is_some() { Flow::Stop } else { Flow::Continue }
    }

    fn end(&mut self) {
        if matches!(self.stage, Stage::Head(_)) && self.early.is_none() {
            self.settle();
        }
        let outcome =
            match (self.early.take(), std::mem::replace(&mut self.stage, Stage::Head(vec![]))) {
                (Some(outcome), _) => outcome,
                (None, Stage::Body(mut kept)) => {
                    kept.finish();
                    let continued = kept.header.rows == 0;
                    if continued { Outcome::Continued(kept) } else { Outcome::Kept(kept) }
                }
                (None, Stage::Head(_)) => Outcome::Blank,
            };
        let outcome = match outcome {
            Outcome::Kept(_) | Outcome::Continued(_) if self.hidden => Outcome::Hidden,
            outcome => outcome,
        };
        let titles = std::mem::take(&mut self.titles);
        self.sheets.push(Sheet { name: std::mem::take(&mut self.name), titles, outcome });
    }

    fn reach(&mut self, done: usize, whole: usize) {
        self.meter.reach(done, whole);
    }
}

impl<'a> Assembly<'a> {
    pub(super) fn new(synonyms: &'a Synonyms, meter: Meter<'a>) -> Self {
        Self {
            synonyms,
            meter,
            sheets: Vec::new(),
            name: String::new(),
            hidden: false,
            titles: Vec::new(),
            stage: Stage::Head(Vec::new()),
            merges: Merges::default(),
            early: None,
        }
    }

    /// Decides from the first rows what the sheet is.
    fn settle(&mut self) {
        let Stage::Head(rows) = &mut self.stage else { return };
        let rows = std::mem::take(rows);
        if rows.is_empty() {
            self.early = Some(Outcome::Blank);
            return;
        }
        let (header, rows, western) = find_header(rows, self.synonyms);
        // Headings that a continuation repeats further down must not make titles of its first rows.
        let header = match header {
            Some(header) if !self.continues_above(&header, &rows) => Some(header),
            _ => self.continuation(&rows),
        };
        match header {
            None if self.hidden => self.early = Some(Outcome::HiddenHelper),
            None => {
                let people =
                    rows.iter().any(|row| row.cells.iter().any(|(_, c)| is_long_number(c)));
                self.early = Some(Outcome::Headless(texts(&rows), people));
            }
            Some(header) => self.open(header, rows, western),
        }
    }

    fn open(&mut self, header: Header, rows: Vec<Row>, western: bool) {
        let missing = missing(&header, self.synonyms);
        if self.hidden {
            let helper = !missing.is_empty();
            self.early = Some(if helper { Outcome::HiddenHelper } else { Outcome::Hidden });
        } else if !missing.is_empty() {
            self.early = Some(Outcome::Incomplete(header, missing));
        } else {
            let (titles, first) = (header.titles, header.rows);
            let mut kept = Kept::new(header, western);
            for (place, row) in rows.into_iter().enumerate() {
                if place < titles {
                    self.titles.push(row);
                } else if place >= first {
                    kept.take(row, &mut self.merges);
                }
            }
            self.stage = Stage::Body(Box::new(kept));
        }
    }

    fn before(&self) -> Option<&Header> {
        self.sheets.iter().rev().find_map(|sheet| match &sheet.outcome {
            Outcome::Kept(kept) | Outcome::Continued(kept) => Some(&kept.header),
            _ => None,
        })
    }

    /// Whether rows above a heading line are data of the sheet before.
    fn continues_above(&self, header: &Header, rows: &[Row]) -> bool {
        let above = rows.get(..header.titles).unwrap_or_default();
        let data = |before: &Header| above.iter().any(|row| looks_like_data(row, before));
        self.before().is_some_and(data) && self.continuation(rows).is_some()
    }

    /// The mapping of the sheet before, if these rows look like its continuation: exports that met
    /// the 65,536-row cap go on in the next sheet without headings.
    fn continuation(&self, rows: &[Row]) -> Option<Header> {
        let before = self.before()?;
        let last = rows.iter().filter_map(|row| row.cells.last()).map(|(index, _)| *index).max()?;
        if last > before.last_column {
            return None;
        }
        let alike = rows.iter().filter(|row| looks_like_data(row, before)).count();
        (alike * 2 > rows.len()).then(|| Header {
            rows: 0,
            titles: 0,
            row_number: 0,
            ..before.clone()
        })
    }
}

/// Finds the heading line, if need be after undoing a wrong code page.
fn find_header(rows: Vec<Row>, synonyms: &Synonyms) -> (Option<Header>, Vec<Row>, bool) {
    if let Some(header) = header::find(&rows, synonyms) {
        return (Some(header), rows, false);
    }
    let mut repaired = rows.clone();
    repaired.iter_mut().for_each(repair);
    match header::find(&repaired, synonyms) {
        Some(header) if repaired.iter().zip(&rows).any(|(new, old)| new.cells != old.cells) => {
            (Some(header), repaired, true)
        }
        _ => (None, rows, false),
    }
}

/// A long number in the ID column and no number in the name column. Empty columns at the end say
/// nothing: many exports leave the last ones empty.
fn looks_like_data(row: &Row, header: &Header) -> bool {
    let of_field = |wanted: Field, fits: fn(&RawCell) -> bool| {
        let columns = header.candidates.iter().filter(|c| c.meaning.field == wanted);
        let mut cells = columns.filter_map(|candidate| {
            row.cells.iter().find(|(index, _)| *index == candidate.index).map(|(_, cell)| cell)
        });
        cells.any(fits)
    };
    of_field(Field::IdNumber, is_long_number) && !of_field(Field::Name, is_figure)
}

/// What may be an ID number.
fn is_long_number(cell: &RawCell) -> bool {
    match cell {
        RawCell::Text(text) => text.chars().filter(char::is_ascii_digit).count() >= 14,
        RawCell::Number(number) => *number > 1e13,
        _ => false,
    }
}

fn is_figure(cell: &RawCell) -> bool {
    match cell {
        RawCell::Text(text) => text.chars().any(|letter| letter.is_ascii_digit()),
        _ => true,
    }
}

fn missing(header: &Header, synonyms: &Synonyms) -> Vec<Vec<Field>> {
    let has = |field: &Field| header.candidates.iter().any(|c| c.meaning.field == *field);
    synonyms.required.iter().filter(|group| !group.iter().any(has)).cloned().collect()
}

/// The first texts of a sheet, for messages.
fn texts(rows: &[Row]) -> Vec<String> {
    let cells = rows.iter().take(3).flat_map(|row| &row.cells);
    let words = cells.filter_map(|(_, cell)| match cell {
        // Nothing that may be an ID or a telephone number.
        RawCell::Text(text) if text.chars().filter(char::is_ascii_digit).count() < 7 => {
            Some(text.to_string())
        }
        _ => None,
    });
    words.take(12).collect()
}
