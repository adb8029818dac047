//! The sheets of one file, put together row by row as its reader hands them over.

use super::data_row::RowKind;
use super::header::{self, Header, MOST_LINES, Search, is_long_number};
use super::merges::Merges;
use super::meter::Meter;
use super::sheet::{Kept, UnseenCells, repair};
use super::synonyms::Synonyms;
use super::{RawCell, Row};
use crate::grids::{Flow, GridEvent, Remark, Taker};
use crate::vocabulary::Field;

/// After how many filled rows the heading line is looked for; after the last of them the sheet is
/// given up.
const LOOKS: [usize; 4] = [16, 64, 256, 1024];

/// Cells held back at most while the heading line is looked for.
const MOST_CELLS: usize = 200_000;

/// Rows read ahead where a second heading line seems to begin: its own, and some of its list.
const AHEAD: usize = MOST_LINES + 4;

/// What became of a sheet.
#[derive(Debug)]
pub(super) enum SheetOutcome {
    /// Nothing in it.
    Blank,
    /// No heading line.
    Headless(Headless),
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
    /// Another list below the one before, with a heading line of its own.
    Below(Box<Kept>),
}

impl SheetOutcome {
    /// The rows of a sheet that is a list, wherever it begins.
    pub(super) fn kept(&self) -> Option<&Kept> {
        match self {
            Self::Kept(kept) | Self::Continued(kept) | Self::Below(kept) => Some(kept),
            _ => None,
        }
    }
}

/// What was seen where no heading line was found.
#[derive(Debug)]
pub(super) struct Headless {
    /// The first texts.
    pub(super) texts: Vec<String>,
    /// Whether there are ID numbers among the rows.
    pub(super) people: bool,
    /// Filled rows looked at.
    pub(super) rows: usize,
}

/// One sheet of the file, or a list of its own in it.
#[derive(Debug)]
pub(super) struct AssembledSheet {
    /// Its name; empty for text files.
    pub(super) name: String,
    /// Rows above the heading line.
    pub(super) titles: Vec<Row>,
    /// What became of it.
    pub(super) outcome: SheetOutcome,
}

/// A sheet while its rows come in.
#[derive(Debug)]
enum Stage {
    /// The heading line is still being looked for.
    Head(Vec<Row>),
    /// The heading line is known.
    Body(Box<Kept>),
    /// The heading line is known; the rows held back may begin another list. So many of them stood
    /// above what looks like its headings.
    Ahead(Box<Kept>, Vec<Row>, usize),
}

/// The file as far as it has been read.
pub(super) struct Assembly<'a> {
    synonyms: &'a Synonyms,
    meter: Meter<'a>,
    /// The sheets that are done.
    pub(super) sheets: Vec<AssembledSheet>,
    /// What was said about the file.
    pub(super) remarks: Vec<Remark>,
    name: String,
    hidden: bool,
    titles: Vec<Row>,
    stage: Stage,
    merges: Merges,
    unseen: UnseenCells,
    early: Option<SheetOutcome>,
    /// Cells held back in [`Stage::Head`].
    held: usize,
    /// Where the lists of this sheet begin in `sheets`.
    first: usize,
}

impl Taker for Assembly<'_> {
    fn take(&mut self, event: GridEvent) -> Flow {
        match event {
            GridEvent::Row(row) => return self.row(row),
            GridEvent::Sheet { name, hidden, .. } => self.begin(name, hidden),
            GridEvent::SheetHidden => self.hidden = true,
            GridEvent::Merge(merge) => self.merges.add(merge),
            GridEvent::End => self.end(),
            GridEvent::Remark(remark) => self.remarks.push(remark),
            GridEvent::Reach { done, whole } => self.meter.reach(done, whole),
            GridEvent::HiddenRows(rows) => self.unseen.hidden_rows.extend(rows),
            GridEvent::Valueless(cells) => self.unseen.valueless.extend(cells),
            GridEvent::Formula(_) => {}
        }
        Flow::Continue
    }
}

impl<'a> Assembly<'a> {
    fn begin(&mut self, name: String, hidden: bool) {
        self.name = name;
        self.hidden = hidden;
        self.titles.clear();
        self.merges = Merges::default();
        self.unseen = UnseenCells::default();
        self.stage = Stage::Head(Vec::new());
        self.early = None;
        self.held = 0;
        self.first = self.sheets.len();
    }

    fn row(&mut self, Row { number, mut cells }: Row) -> Flow {
        cells.retain(|(_, cell)| *cell != RawCell::Empty);
        if self.early.is_some() {
            return Flow::Stop;
        }
        if !cells.is_empty() {
            self.feed(Row { number, cells });
        }
        if self.early.is_some() { Flow::Stop } else { Flow::Continue }
    }

    fn end(&mut self) {
        if matches!(self.stage, Stage::Head(_)) && self.early.is_none() {
            self.settle(true);
        }
        while matches!(self.stage, Stage::Ahead(..)) {
            self.look_ahead();
        }
        let stage = std::mem::replace(&mut self.stage, Stage::Head(Vec::new()));
        let outcome = match (self.early.take(), stage) {
            (Some(outcome), _) => outcome,
            (None, Stage::Body(kept)) => self.finished(kept),
            (None, _) => SheetOutcome::Blank,
        };
        let is_data = matches!(
            outcome,
            SheetOutcome::Kept(_) | SheetOutcome::Continued(_) | SheetOutcome::Below(_)
        );
        if self.hidden && is_data {
            self.sheets.truncate(self.first);
        }
        let outcome = if self.hidden && is_data { SheetOutcome::Hidden } else { outcome };
        self.done(outcome);
        self.name.clear();
        let unseen = std::mem::take(&mut self.unseen);
        for sheet in &mut self.sheets[self.first..] {
            if let SheetOutcome::Kept(kept)
            | SheetOutcome::Continued(kept)
            | SheetOutcome::Below(kept) = &mut sheet.outcome
            {
                kept.note(&unseen);
            }
        }
    }

    pub(super) fn new(synonyms: &'a Synonyms, meter: Meter<'a>) -> Self {
        Self {
            synonyms,
            meter,
            sheets: Vec::new(),
            remarks: Vec::new(),
            name: String::new(),
            hidden: false,
            titles: Vec::new(),
            stage: Stage::Head(Vec::new()),
            merges: Merges::default(),
            unseen: UnseenCells::default(),
            early: None,
            held: 0,
            first: 0,
        }
    }

    /// Takes a row with at least one filled cell.
    fn feed(&mut self, mut row: Row) {
        match &mut self.stage {
            Stage::Head(rows) => {
                self.held += row.cells.len();
                rows.push(row);
                let last = rows.len() >= LOOKS[LOOKS.len() - 1] || self.held >= MOST_CELLS;
                if last || LOOKS.contains(&rows.len()) {
                    self.settle(last);
                }
            }
            Stage::Body(kept) => {
                if kept.western {
                    repair(&mut row);
                }
                if Kept::may_be_headings(&row, self.synonyms) {
                    self.hold(row);
                } else {
                    kept.take(row, &mut self.merges);
                }
            }
            Stage::Ahead(kept, rows, above) => {
                if kept.western {
                    repair(&mut row);
                }
                rows.push(row);
                if rows.len() >= *above + AHEAD {
                    self.look_ahead();
                }
            }
        }
    }

    /// Holds rows back from one that looks like headings on.
    fn hold(&mut self, row: Row) {
        let stage = std::mem::replace(&mut self.stage, Stage::Head(Vec::new()));
        if let Stage::Body(mut kept) = stage {
            let mut rows = kept.take_back();
            let above = rows.len();
            rows.push(row);
            self.stage = Stage::Ahead(kept, rows, above);
        }
    }

    /// Decides whether the rows held back begin another list.
    fn look_ahead(&mut self) {
        let stage = std::mem::replace(&mut self.stage, Stage::Head(Vec::new()));
        let Stage::Ahead(mut kept, rows, above) = stage else { return };
        let search = Search { rows: &rows, merges: &self.merges, synonyms: self.synonyms };
        let found = header::find(search, above + 1);
        let found =
            found.filter(|header| missing(header, self.synonyms).is_empty() && header.rows > above);
        let Some(header) = found else {
            // At least the row that looked like headings is taken, so that this comes to an end.
            let (now, later) = split(rows, above + 1);
            for row in now {
                kept.take(row, &mut self.merges);
            }
            self.stage = Stage::Body(kept);
            for row in later {
                self.feed(row);
            }
            return;
        };
        let (over, rest) = split(rows, header.titles);
        let (headings, later) = split(rest, header.rows - header.titles);
        let titles = self.titles_of(&mut kept, over);
        if header.is_like(&kept.header) && !kept.has_other_titles(&titles) {
            for row in &titles {
                kept.skip(RowKind::PageTitle, row.number);
            }
            for row in &headings {
                kept.skip(RowKind::Headings, row.number);
            }
            self.stage = Stage::Body(kept);
        } else {
            let western = kept.western;
            let outcome = self.finished(kept);
            self.done(outcome);
            self.stage = Stage::Body(Box::new(Kept::new(header, &titles, western)));
            self.titles = titles;
        }
        for row in later {
            self.feed(row);
        }
    }

    /// The titles among the rows above a second heading line; the others go to the list they end.
    fn titles_of(&mut self, kept: &mut Kept, rows: Vec<Row>) -> Vec<Row> {
        let mut titles = Vec::new();
        for row in rows {
            match kept.kind(&row) {
                RowKind::Data | RowKind::Divider | RowKind::Hollow if row.cells.len() == 1 => {
                    titles.push(row);
                }
                RowKind::PageTitle => titles.push(row),
                _ => kept.take(row, &mut self.merges),
            }
        }
        titles
    }

    /// A list that has come to its end.
    fn finished(&self, mut kept: Box<Kept>) -> SheetOutcome {
        kept.finish();
        let of_this_sheet = self.sheets.get(self.first..).unwrap_or_default();
        if !of_this_sheet.is_empty() {
            SheetOutcome::Below(kept)
        } else if kept.header.rows == 0 {
            SheetOutcome::Continued(kept)
        } else {
            SheetOutcome::Kept(kept)
        }
    }

    fn done(&mut self, outcome: SheetOutcome) {
        let titles = std::mem::take(&mut self.titles);
        self.sheets.push(AssembledSheet { name: self.name.clone(), titles, outcome });
    }

    /// Decides from the first rows what the sheet is; waits for more where they do not say it and
    /// more may come.
    fn settle(&mut self, last: bool) {
        let Stage::Head(rows) = &mut self.stage else { return };
        let rows = std::mem::take(rows);
        if rows.is_empty() {
            self.early = Some(SheetOutcome::Blank);
            return;
        }
        let (header, repaired) = find_header(&rows, &self.merges, self.synonyms);
        let seen = repaired.as_deref().unwrap_or(&rows);
        // Headings that a continuation repeats further down must not make titles of its first rows.
        let header = match header {
            Some(header) if !self.continues_above(&header, seen) => Some(header),
            _ => self.continuation(seen),
        };
        let is_whole = |header: &Header| missing(header, self.synonyms).is_empty();
        if !last && !header.as_ref().is_some_and(is_whole) {
            self.stage = Stage::Head(rows);
            return;
        }
        match header {
            None if self.hidden => self.early = Some(SheetOutcome::HiddenHelper),
            None => {
                let is_person = |row: &Row| row.cells.iter().any(|(_, c)| is_long_number(c));
                let people = seen.iter().any(is_person);
                let headless = Headless { texts: texts(seen), people, rows: seen.len() };
                self.early = Some(SheetOutcome::Headless(headless));
            }
            Some(header) => {
                let western = repaired.is_some();
                self.open(header, repaired.unwrap_or(rows), western);
            }
        }
    }

    fn open(&mut self, header: Header, rows: Vec<Row>, western: bool) {
        let missing = missing(&header, self.synonyms);
        if self.hidden {
            let helper = !missing.is_empty();
            self.early =
                Some(if helper { SheetOutcome::HiddenHelper } else { SheetOutcome::Hidden });
        } else if !missing.is_empty() {
            self.early = Some(SheetOutcome::Incomplete(header, missing));
        } else {
            let (titles, rest) = split(rows, header.titles);
            let (_, data) = split(rest, header.rows.saturating_sub(titles.len()));
            self.stage = Stage::Body(Box::new(Kept::new(header, &titles, western)));
            self.titles = titles;
            for row in data {
                self.feed(row);
            }
        }
    }

    fn before(&self) -> Option<&Header> {
        self.sheets.iter().rev().find_map(|sheet| match &sheet.outcome {
            SheetOutcome::Kept(kept)
            | SheetOutcome::Continued(kept)
            | SheetOutcome::Below(kept) => Some(&kept.header),
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

/// The first rows, and those after them.
fn split(mut rows: Vec<Row>, first: usize) -> (Vec<Row>, Vec<Row>) {
    let later = rows.split_off(first.min(rows.len()));
    (rows, later)
}

/// Finds the heading line, if need be after undoing a wrong code page; then the repaired rows, too.
fn find_header(
    rows: &[Row],
    merges: &Merges,
    synonyms: &Synonyms,
) -> (Option<Header>, Option<Vec<Row>>) {
    let find = |rows: &[Row]| header::find(Search { rows, merges, synonyms }, rows.len());
    if let Some(header) = find(rows) {
        return (Some(header), None);
    }
    let mut repaired = rows.to_vec();
    repaired.iter_mut().for_each(repair);
    match find(&repaired) {
        Some(header) if repaired.iter().zip(rows).any(|(new, old)| new.cells != old.cells) => {
            (Some(header), Some(repaired))
        }
        _ => (None, None),
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
