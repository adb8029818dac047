//! One table → one worksheet: title, frozen heading row, filter, widths, colours and print set-up
//! are decided here and nowhere else. Rows are written top to bottom and never held in memory.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use rust_xlsxwriter::{
    Color, ConditionalFormatBlank, ConditionalFormatCell, ConditionalFormatCellRule,
    DataValidation, Format, FormatBorder, IgnoreError, ProtectionOptions, Url, Worksheet,
    XlsxError,
};

use super::book::Book;
use super::columns::{self, Cell, CellKind, ColumnLook, TableColumn, count_value};
use super::names;
use super::style::{COLOURS, Styles};
use crate::results::marks::MarkedText;

/// Excel's last row, counted from 0; one row is left for a remark.
const LAST_ROW: u32 = 1_048_574;
/// Rows above the data: title, remark, headings.
const HEADING_ROW: u32 = 2;
/// Excel's limit for the text of one cell, in UTF-16 units.
const CELL_LIMIT: usize = 32_767;
/// Points of one line of body text, and Excel's limit for a row.
pub(super) const LINE_HEIGHT: f64 = 13.5;
pub(super) const MAX_HEIGHT: f64 = 409.0;
/// What stands at the end of a text that had to be cut.
const CUT_MARK: &str = "…（后略）";

/// A cell of a worksheet, row and column counted from 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct SheetPlace {
    /// Row.
    pub(super) row: u32,
    /// Column.
    pub(super) column: u16,
}

/// What a worksheet is to show besides its rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct SheetSpec<'a> {
    /// Sheet name, already unique in the workbook.
    pub(super) name: &'a str,
    /// Title above the table.
    pub(super) title: &'a str,
    /// One line under the title.
    pub(super) note: &'a str,
    /// How many columns stay in view when scrolling sideways.
    pub(super) frozen: u16,
    /// Sheet the title row links back to.
    pub(super) back: Option<&'a str>,
}

/// A table being written, row by row, each by the same columns.
pub(super) struct SheetTable<'a, R> {
    rows: RowWriter<'a>,
    columns: Vec<TableColumn<R>>,
    /// Rows written.
    count: usize,
}

impl<'a, R> SheetTable<'a, R> {
    /// Starts a worksheet.
    pub(super) fn open(
        book: &'a mut Book,
        spec: SheetSpec<'a>,
        columns: Vec<TableColumn<R>>,
    ) -> Result<Self, XlsxError> {
        let rows = RowWriter::open(book, spec, columns::looks(&columns))?;
        Ok(Self { rows, columns, count: 0 })
    }

    /// Writes a whole worksheet.
    pub(super) fn write(
        book: &'a mut Book,
        spec: SheetSpec<'a>,
        columns: Vec<TableColumn<R>>,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<(), XlsxError> {
        let mut table = Self::open(book, spec, columns)?;
        for row in rows {
            table.row(&row)?;
        }
        table.close()
    }

    /// The same printed upright: more short lines to a page.
    pub(super) fn upright(mut self) -> Self {
        self.rows.is_upright = true;
        self
    }

    /// Writes one row; a full worksheet is continued on another.
    pub(super) fn row(&mut self, row: &R) -> Result<(), XlsxError> {
        self.count += 1;
        self.rows.row(&columns::cells(&self.columns, row, Some(self.count)))
    }

    /// Writes a total row under the rows; it is left out of filter and colours.
    pub(super) fn total(&mut self, row: &R) -> Result<(), XlsxError> {
        self.rows.total(&columns::cells(&self.columns, row, None))
    }

    /// The same where the total is no row of the kind: its cells by the headings of their columns.
    pub(super) fn total_of<'cell>(
        &mut self,
        cell: impl Fn(&str) -> Cell<'cell>,
    ) -> Result<(), XlsxError> {
        let cells: Vec<Cell> =
            self.columns.iter().map(|column| cell(column.look.heading)).collect();
        self.rows.total(&cells)
    }

    /// Ends the table and hangs the worksheet into its workbook.
    pub(super) fn close(self) -> Result<(), XlsxError> {
        self.rows.close()
    }
}

/// What puts rows of cells on a worksheet, whatever they are made from.
pub(super) struct RowWriter<'a> {
    book: &'a mut Book,
    spec: SheetSpec<'a>,
    looks: Vec<ColumnLook>,
    sheet: Worksheet,
    /// Next row to write, from 0.
    next: u32,
    /// 1 for the first sheet, 2 for its continuation, and so on.
    part: u32,
    widths: Vec<usize>,
    /// Whether the columns carry the formats of the rows being written.
    is_formatted: bool,
    /// Total rows at the end of this sheet.
    total_rows: u32,
    /// Last row a sheet may have, from 0.
    last_row: u32,
    is_upright: bool,
}

impl<'a> RowWriter<'a> {
    /// Starts a worksheet.
    pub(super) fn open(
        book: &'a mut Book,
        spec: SheetSpec<'a>,
        looks: Vec<ColumnLook>,
    ) -> Result<Self, XlsxError> {
        let sheet = book.streamed_sheet(spec.name)?;
        let widths = looks.iter().map(least_width).collect();
        let mut table = Self {
            book,
            spec,
            looks,
            sheet,
            next: 0,
            part: 1,
            widths,
            is_formatted: false,
            total_rows: 0,
            last_row: LAST_ROW,
            is_upright: false,
        };
        table.head()?;
        Ok(table)
    }

    /// Writes one row; a full worksheet is continued on another.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        if self.next > self.last_row {
            self.continue_on_next_sheet()?;
        }
        self.format_columns()?;
        let mut lines = 1;
        for (index, (cell, column)) in cells.iter().zip(&self.looks).enumerate() {
            let (tall, wide) = extent(cell, column);
            lines = lines.max(tall);
            if let Some(width) = self.widths.get_mut(index) {
                *width = (*width).max(wide);
            }
        }
        if lines > 1 {
            let height = (count_value(lines) * LINE_HEIGHT + 3.0).min(MAX_HEIGHT);
            self.sheet.set_row_height(self.next, height)?;
        }
        for (index, (cell, column)) in cells.iter().zip(&self.looks).enumerate() {
            let format = format_of(&self.book.styles, column.kind);
            let place = SheetPlace { row: self.next, column: column_index(index) };
            if self.is_formatted && !column.is_input() {
                put_plain(&mut self.sheet, place, cell, &self.book.styles)?;
            } else {
                put(&mut self.sheet, place, cell, format, &self.book.styles)?;
            }
        }
        self.next += 1;
        Ok(())
    }

    /// Gives a streamed sheet's columns the formats of their rows. The library looks a format up by
    /// hashing all of it, for every cell that is written with one; a cell without takes its column's
    /// when its row goes to disk. Cells with nothing in them are not written at all, but for those the
    /// reader fills in ([`rule_blanks`]).
    fn format_columns(&mut self) -> Result<(), XlsxError> {
        if self.is_formatted || !self.book.is_streamed() {
            return Ok(());
        }
        self.is_formatted = true;
        for (index, column) in self.looks.iter().enumerate() {
            let format = format_of(&self.book.styles, column.kind);
            self.sheet.set_column_format(column_index(index), format)?;
        }
        Ok(())
    }

    /// Takes the lines from the columns' formats again, so that nothing is ruled below the table. The
    /// last row is not on disk yet unless another followed it: its cells take the formats themselves.
    fn unrule_columns(&mut self) -> Result<(), XlsxError> {
        if !std::mem::take(&mut self.is_formatted) {
            return Ok(());
        }
        for (index, column) in self.looks.iter().enumerate() {
            let place = column_index(index);
            let format = format_of(&self.book.styles, column.kind);
            if self.total_rows == 0 {
                self.sheet.set_cell_format(self.next - 1, place, format)?;
            }
            let format = if column.is_input() { Format::default() } else { unruled(format) };
            self.sheet.set_column_format(place, &format)?;
        }
        let (first, last) = (HEADING_ROW + 1, self.next - 1 - self.total_rows);
        let last_column = column_index(self.looks.len() - 1);
        rule_blanks(&mut self.sheet, first..=last, last_column)
    }

    /// Writes a total row under the rows.
    fn total(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        for (index, (cell, column)) in cells.iter().zip(&self.looks).enumerate() {
            let styles = &self.book.styles;
            let format = match column.kind {
                CellKind::Count => &styles.total_count,
                CellKind::Rate => &styles.total_rate,
                CellKind::Money => &styles.total_money,
                _ => &styles.total_text,
            };
            let place = SheetPlace { row: self.next, column: column_index(index) };
            put(&mut self.sheet, place, cell, format, styles)?;
        }
        self.total_rows += 1;
        self.next += 1;
        Ok(())
    }

    /// Ends the table and hangs the worksheet into its workbook.
    pub(super) fn close(mut self) -> Result<(), XlsxError> {
        if self.next == HEADING_ROW + 1 {
            let style = &self.book.styles.note;
            self.sheet.write_string_with_format(self.next, 0, "（本表没有记录）", style)?;
        }
        self.finish_sheet()?;
        let Self { book, sheet, .. } = self;
        book.push(sheet);
        Ok(())
    }

    fn continue_on_next_sheet(&mut self) -> Result<(), XlsxError> {
        self.part += 1;
        let tail = format!("({})", self.part);
        let kept: String = self.spec.name.chars().take(31 - tail.len()).collect();
        let fresh = self.book.streamed_sheet(&names::sheet_name(&format!("{kept}{tail}")))?;
        self.finish_sheet()?;
        let full = std::mem::replace(&mut self.sheet, fresh);
        self.book.push(full);
        self.next = 0;
        self.head()
    }

    fn head(&mut self) -> Result<(), XlsxError> {
        let styles = &self.book.styles;
        let sheet = &mut self.sheet;
        sheet.set_row_height(0, 26)?.write_string_with_format(
            0,
            0,
            fit_cell(self.spec.title).as_ref(),
            &styles.title,
        )?;
        if let Some(back) = self.spec.back {
            // Within the first screen, right of where the title ends.
            let place = column_index(self.looks.len() - 1).min(5);
            let url = Url::new(format!("internal:'{back}'!A1")).set_text(format!("返回{back}"));
            sheet.write_url_with_format(0, place, url, &styles.back)?;
        }
        sheet.set_row_height(1, 18)?.write_string_with_format(
            1,
            0,
            fit_cell(self.spec.note).as_ref(),
            &styles.note,
        )?;
        sheet.set_row_height(HEADING_ROW, 32)?;
        for (index, column) in self.looks.iter().enumerate() {
            let place = column_index(index);
            sheet.write_string_with_format(HEADING_ROW, place, column.heading, &styles.heading)?;
        }
        self.next = HEADING_ROW + 1;
        Ok(())
    }

    fn finish_sheet(&mut self) -> Result<(), XlsxError> {
        self.unrule_columns()?;
        let last_row = self.next.saturating_sub(1 + self.total_rows);
        let last_column = column_index(self.looks.len() - 1);
        for (index, (column, width)) in self.looks.iter().zip(&self.widths).enumerate() {
            let width = sensible_width(*width, column);
            self.sheet.set_column_width(column_index(index), width)?;
        }
        self.sheet.set_freeze_panes(HEADING_ROW + 1, self.spec.frozen)?;
        self.sheet.set_repeat_rows(HEADING_ROW, HEADING_ROW)?;
        landscape(&mut self.sheet);
        if self.is_upright {
            self.sheet.set_portrait();
        }
        self.fold()?;
        self.guard()?;
        if last_row > HEADING_ROW {
            let kind = IgnoreError::NumberStoredAsText;
            self.sheet.autofilter(HEADING_ROW, 0, last_row, last_column)?;
            self.sheet.ignore_error_range(HEADING_ROW + 1, 0, last_row, last_column, kind)?;
            self.colour_and_guide(last_row)?;
        }
        Ok(())
    }

    /// Folds the columns only some readers need into a group.
    fn fold(&mut self) -> Result<(), XlsxError> {
        let folded = (0..).zip(&self.looks).filter(|(_, column)| column.is_folded);
        let places: Vec<usize> = folded.map(|(place, _)| place).collect();
        if let (Some(first), Some(last)) = (places.first(), places.last()) {
            let (first, last) = (column_index(*first), column_index(*last));
            self.sheet.group_columns_collapsed(first, last)?.group_symbols_to_left(true);
        }
        Ok(())
    }

    /// Hides what only programs read and protects all but the cells to be filled in. There is no
    /// password: this is against slips, and the check value tells what was changed all the same.
    fn guard(&mut self) -> Result<(), XlsxError> {
        let hidden = (0..).zip(&self.looks).filter(|(_, column)| column.is_hidden);
        let places: Vec<u16> = hidden.map(|(place, _)| column_index(place)).collect();
        for place in &places {
            self.sheet.set_column_hidden(*place)?;
        }
        if !places.is_empty() {
            self.sheet.protect_with_options(&ProtectionOptions {
                use_autofilter: true,
                format_columns: true,
                format_rows: true,
                sort: true,
                ..ProtectionOptions::new()
            });
        }
        Ok(())
    }

    fn colour_and_guide(&mut self, last_row: u32) -> Result<(), XlsxError> {
        for (index, column) in self.looks.iter().enumerate() {
            let rows = HEADING_ROW + 1..=last_row;
            match column.kind {
                CellKind::Coloured => colour(&mut self.sheet, rows, column_index(index))?,
                CellKind::Input(words) if !words.is_empty() => {
                    let list = DataValidation::new().allow_list_strings(words)?;
                    let place = column_index(index);
                    let (top, bottom) = (*rows.start(), *rows.end());
                    self.sheet.add_data_validation(top, place, bottom, place, &list)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Index of a column as Excel takes it.
pub(super) fn column_index(index: usize) -> u16 {
    u16::try_from(index).expect("tables have fewer than 2^16 columns")
}

/// A4 landscape, one page wide, page numbers in the footer.
pub(super) fn landscape(sheet: &mut Worksheet) {
    sheet
        .set_paper_size(9)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer("&C第 &P 页 共 &N 页");
}

/// A format without its lines.
fn unruled(format: &Format) -> Format {
    format.clone().set_border(FormatBorder::None).set_border_color(Color::Default)
}

/// Draws the lines around cells with nothing in them: an eighth of all cells, which need not stand in
/// the file for that. What is typed into them takes their column's format.
fn rule_blanks(
    sheet: &mut Worksheet,
    rows: RangeInclusive<u32>,
    last_column: u16,
) -> Result<(), XlsxError> {
    let lines = ConditionalFormatBlank::new().set_format(Styles::ruled());
    sheet.add_conditional_format(*rows.start(), 0, *rows.end(), last_column, &lines)?;
    Ok(())
}

/// Colours the cells of a column by their word, over the given rows.
pub(super) fn colour(
    sheet: &mut Worksheet,
    rows: RangeInclusive<u32>,
    column: u16,
) -> Result<(), XlsxError> {
    for (word, fill, ink) in COLOURS {
        let rule = ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::EqualTo(word))
            .set_format(Styles::coloured(fill, ink));
        sheet.add_conditional_format(*rows.start(), column, *rows.end(), column, &rule)?;
    }
    Ok(())
}

/// The format of a kind of column.
pub(super) fn format_of(styles: &Styles, kind: CellKind) -> &Format {
    match kind {
        CellKind::Count => &styles.count,
        CellKind::Code => &styles.code,
        CellKind::Word | CellKind::Coloured => &styles.centred,
        CellKind::Text => &styles.text,
        CellKind::Line => &styles.line,
        CellKind::Rate => &styles.rate,
        CellKind::Money => &styles.money,
        CellKind::Input(_) => &styles.input,
    }
}

/// Writes one cell.
pub(super) fn put(
    sheet: &mut Worksheet,
    SheetPlace { row, column }: SheetPlace,
    cell: &Cell,
    format: &Format,
    styles: &Styles,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => sheet.write_blank(row, column, format)?,
        Cell::Text(text) => {
            sheet.write_string_with_format(row, column, fit_cell(text).as_ref(), format)?
        }
        Cell::Number(number) => sheet.write_number_with_format(row, column, *number, format)?,
        Cell::Marked(runs) if fits(runs) => {
            sheet.write_rich_string_with_format(row, column, &parts(runs, styles), format)?
        }
        // What has to be cut loses its marks.
        Cell::Marked(_) => {
            sheet.write_string_with_format(row, column, fit_cell(&cell.text()).as_ref(), format)?
        }
    };
    Ok(())
}

/// Writes one cell that takes the format of its column.
fn put_plain(
    sheet: &mut Worksheet,
    SheetPlace { row, column }: SheetPlace,
    cell: &Cell,
    styles: &Styles,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, fit_cell(text).as_ref())?;
        }
        Cell::Number(number) => {
            sheet.write_number(row, column, *number)?;
        }
        Cell::Marked(runs) if fits(runs) => {
            sheet.write_rich_string(row, column, &parts(runs, styles))?;
        }
        Cell::Marked(_) => {
            sheet.write_string(row, column, fit_cell(&cell.text()).as_ref())?;
        }
    }
    Ok(())
}

/// Whether a marked text is short enough for a cell; in bytes, which are never fewer.
fn fits(runs: &[MarkedText]) -> bool {
    runs.iter().map(|run| run.text.len()).sum::<usize>() <= CELL_LIMIT
}

/// The stretches of a marked text with their formats.
fn parts<'a>(runs: &'a [MarkedText], styles: &'a Styles) -> Vec<(&'a Format, &'a str)> {
    let part =
        |run: &MarkedText| if run.differs { &styles.differing_part } else { &styles.same_part };
    runs.iter().map(|run| (part(run), run.text.as_str())).collect()
}

/// A text cut to what one cell holds, with a mark where something was cut.
pub(super) fn fit_cell(text: &str) -> Cow<'_, str> {
    if text.len() <= CELL_LIMIT || text.encode_utf16().count() <= CELL_LIMIT {
        return Cow::Borrowed(text);
    }
    let room = CELL_LIMIT - CUT_MARK.encode_utf16().count();
    let mut used = 0;
    let kept = text.chars().take_while(|letter| {
        used += letter.len_utf16();
        used <= room
    });
    Cow::Owned(kept.chain(CUT_MARK.chars()).collect())
}

/// Lines a cell needs when its column is as wide as it may become. Streamed rows must carry their
/// height: not every program fits rows to wrapped text when it opens a file.
pub(super) fn lines(cell: &Cell, column: &ColumnLook) -> usize {
    extent(cell, column).0
}

/// Lines a cell needs in its column, and the width of its longest line.
fn extent(cell: &Cell, column: &ColumnLook) -> (usize, usize) {
    match cell {
        _ if column.is_hidden => (1, 0),
        Cell::Empty => (1, 0),
        Cell::Text(text) if column.kind == CellKind::Line => (1, line_width(text)),
        Cell::Number(number) => (1, if number.abs() < 10_000.0 { 5 } else { 9 }),
        Cell::Text(text) => extent_of(text, column),
        Cell::Marked(_) => extent_of(&cell.text(), column),
    }
}

fn extent_of(text: &str, column: &ColumnLook) -> (usize, usize) {
    let room = usize::from(column.widest).saturating_sub(1).max(1);
    // Most cells hold a short line.
    if text.len() <= room && !text.contains('\n') {
        return (1, line_width(text));
    }
    text.split('\n').map(line_width).fold((0, 0), |(lines, widest), width| {
        (lines + width.div_ceil(room).max(1), widest.max(width))
    })
}

/// Width of the longest line, a CJK character counting 2.
pub(super) fn display_width(text: &str) -> usize {
    text.lines().map(line_width).max().unwrap_or(0)
}

fn line_width(line: &str) -> usize {
    if line.is_ascii() {
        return line.len();
    }
    line.chars().map(|c| if u32::from(c) < 0x2E80 { 1 } else { 2 }).sum()
}

/// Room a column needs before any row is written: what a reader has to fill in stands empty.
fn least_width(column: &ColumnLook) -> usize {
    if matches!(column.kind, CellKind::Input(_)) { usize::from(column.widest) } else { 0 }
}

/// Content decides up to the column's limit; a heading may take two lines before it widens a
/// column.
fn sensible_width(content: usize, column: &ColumnLook) -> f64 {
    let heading = heading_width(column.heading) + 2;
    let widest = usize::from(column.widest).max(heading);
    count_value((content + 2).clamp(heading.max(5), widest))
}

/// What a heading needs on two lines: half of it, or its longer line where it says where to break.
fn heading_width(heading: &str) -> usize {
    match heading.split_once('\n') {
        Some((first, second)) => display_width(first).max(display_width(second)),
        None => display_width(heading).div_ceil(2),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        CELL_LIMIT, Cell, CellKind, ColumnLook, HEADING_ROW, SheetSpec, SheetTable, display_width,
        fit_cell, sensible_width,
    };
    use crate::workbooks::book::Book;
    use crate::workbooks::columns::{TableColumn, column, input, numbered};
    use calamine::{DataType, Reader, Xlsx, open_workbook};

    #[test]
    fn a_full_sheet_is_continued_on_another() {
        let folder = tempfile::tempdir().unwrap();
        let as_of = jiff::civil::date(2019, 6, 10);
        let mut book = Book::new("长表", as_of, folder.path()).unwrap();
        let spec = SheetSpec { name: "长表", title: "长表", note: "", frozen: 0, back: None };
        let mut table = SheetTable::open(&mut book, spec, vec![numbered(8)]).unwrap();
        table.rows.last_row = 5;
        for _ in 1..=7 {
            table.row(&()).unwrap();
        }
        table.close().unwrap();
        let path = folder.path().join("长表.xlsx");
        book.save(&path).unwrap();
        let mut book: Xlsx<_> = open_workbook(&path).unwrap();
        assert_eq!(book.sheet_names(), ["长表", "长表(2)", "长表(3)"]);
        let rows = |range: calamine::Range<calamine::Data>| -> Vec<f64> {
            let cells = range.rows().skip(3).map(|row| row[0].get_float().unwrap());
            cells.collect()
        };
        let sheets: Vec<Vec<f64>> =
            book.worksheets().into_iter().map(|(_, range)| rows(range)).collect();
        assert_eq!(sheets, [vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0], vec![7.0]]);
    }

    /// Two rows about pupils under the columns, as text, headings first.
    fn written(columns: Vec<TableColumn<Pupil>>) -> Vec<Vec<String>> {
        let mut book = Book::in_memory("学生", jiff::civil::date(2019, 6, 10)).unwrap();
        let spec = SheetSpec { name: "学生", title: "学生", note: "", frozen: 0, back: None };
        let pupils = [Pupil { name: "甲", age: 16 }, Pupil { name: "乙", age: 17 }];
        SheetTable::write(&mut book, spec, columns, pupils).unwrap();
        let bytes = std::io::Cursor::new(book.bytes().unwrap());
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(bytes).unwrap();
        let range = book.worksheet_range("学生").unwrap();
        let rows = range.rows().skip(usize::try_from(HEADING_ROW).unwrap());
        rows.map(|row| row.iter().map(ToString::to_string).collect()).collect()
    }

    /// A part of a workbook that was written.
    fn part(path: &std::path::Path, name: &str) -> String {
        let mut package = zip::ZipArchive::new(fs_err::File::open(path).unwrap()).unwrap();
        std::io::read_to_string(package.by_name(name).unwrap()).unwrap()
    }

    #[test]
    fn cells_with_nothing_in_them_are_ruled_and_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let as_of = jiff::civil::date(2019, 6, 10);
        let mut book = Book::new("学生", as_of, folder.path()).unwrap();
        let spec = SheetSpec { name: "学生", title: "学生", note: "", frozen: 0, back: None };
        let columns: Vec<TableColumn<Pupil>> = vec![
            column("姓名", CellKind::Word, 10, |pupil| pupil.name.into()),
            column("证件号码", CellKind::Code, 20, |_| Cell::Empty),
            input("核实结果", &[], 10),
        ];
        let pupils = ["甲", "乙", "丙"].map(|name| Pupil { name, age: 16 });
        SheetTable::write(&mut book, spec, columns, pupils).unwrap();
        let path = folder.path().join("学生.xlsx");
        book.save(&path).unwrap();
        let sheet = part(&path, "xl/worksheets/sheet1.xml");
        let written = |cell: &str| sheet.contains(&format!("<c r=\"{cell}\""));
        // The last row is still in memory when the columns' lines go: all its cells stand there.
        assert_eq!(["A4", "B4", "C4", "B5", "B6"].map(written), [true, false, true, false, true]);
        let rules = "<conditionalFormatting sqref=\"A4:C6\"><cfRule type=\"containsBlanks\"";
        assert!(sheet.contains(rules), "{sheet}");
        // What is typed into a number's empty cell stays text.
        let (_, style) = sheet.split_once("<col min=\"2\" max=\"2\"").unwrap();
        let (_, style) = style.split_once("style=\"").unwrap();
        let style: usize = style.split_once('"').unwrap().0.parse().unwrap();
        let styles = part(&path, "xl/styles.xml");
        let formats = styles.split_once("<cellXfs").unwrap().1.split("<xf ").nth(style + 1);
        assert!(styles.contains("<numFmt numFmtId=\"164\" formatCode=\"@\"/>"), "{styles}");
        let unruled_text = "numFmtId=\"164\" fontId=\"4\" fillId=\"0\" borderId=\"0\"";
        assert!(formats.unwrap().starts_with(unruled_text), "{styles}");
    }

    struct Pupil {
        name: &'static str,
        age: usize,
    }

    #[test]
    fn a_column_more_is_one_entry_of_the_list() {
        let columns = || -> Vec<TableColumn<Pupil>> {
            vec![
                numbered(8),
                column("姓名", CellKind::Word, 10, |pupil| pupil.name.into()),
                column("年龄", CellKind::Count, 6, |pupil| pupil.age.into()),
            ]
        };
        let mut more = columns();
        more.insert(2, column("来年", CellKind::Count, 6, |pupil| (pupil.age + 1).into()));
        let (before, after) = (written(columns()), written(more));
        assert_eq!(before, [["序号", "姓名", "年龄"], ["1", "甲", "16"], ["2", "乙", "17"]]);
        let added =
            [["序号", "姓名", "来年", "年龄"], ["1", "甲", "17", "16"], ["2", "乙", "18", "17"]];
        assert_eq!(after, added, "heading and cells of the new one, all others under their own");
    }

    #[test]
    fn chinese_counts_double() {
        assert_eq!(display_width("比对a"), 5);
        assert_eq!(display_width("短\n长一些"), 6);
    }

    #[test]
    fn long_texts_are_cut_with_a_mark() {
        let long = "文".repeat(CELL_LIMIT + 1);
        let cut = fit_cell(&long);
        assert_eq!(cut.encode_utf16().count(), CELL_LIMIT);
        assert!(cut.ends_with("（后略）"));
        let whole = "文".repeat(CELL_LIMIT);
        assert_eq!(fit_cell(&whole), whole);
    }

    #[test]
    fn widths_stay_between_heading_and_limit() {
        let cases = [(3, 7.0), (20, 22.0), (90, 30.0)];
        for (content, expected) in cases {
            let width =
                sensible_width(content, &ColumnLook::plain("证件号码是", CellKind::Code, 30));
            assert!((width - expected).abs() < 0.1, "{content}: {width}");
        }
        let broken = sensible_width(1, &ColumnLook::plain("毕业生就业\n表内", CellKind::Count, 9));
        assert!((broken - 12.0).abs() < 0.1, "no line of the heading is broken again: {broken}");
    }
}
