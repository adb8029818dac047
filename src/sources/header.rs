//! Where the heading line of a sheet is and what each of its columns holds.
//!
//! Comes in: the first rows of a sheet. Each row, and each stack of rows (group headings above their
//! sub-headings), is scored by how many different fields its headings name; the best one wins.

use std::collections::BTreeMap;

use super::heading::normalise;
use super::heading_tree::{self, HeadedColumn};
use super::meaning::Meanings;
use super::merges::Merges;
use super::synonyms::{Recognised, Synonyms, is_form_hint, is_serial};
use super::{RawCell, Row, shown_cell as shown};
use crate::vocabulary::Field;

/// How many rows of headings may stand above each other.
pub(super) const MOST_LINES: usize = 8;

/// What a heading line loses whose group headings are left out.
const GROUPS_LEFT_OUT: f64 = 1.5;

/// Fields a heading line names at least: one may be a word of a title.
const LEAST: f64 = 1.5;

/// A recognised heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeadingCandidate {
    /// Column index from 0.
    pub(super) index: u32,
    /// The heading as the file has it.
    pub(super) heading: String,
    /// What it means.
    pub(super) meaning: Recognised,
}

/// The heading line of a sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    /// How many of the given rows come before the first data row.
    pub(super) rows: usize,
    /// How many of the given rows are titles.
    pub(super) titles: usize,
    /// Row number of the last heading row.
    pub(super) row_number: u32,
    /// Recognised columns, several for one field possible.
    pub(super) candidates: Vec<HeadingCandidate>,
    /// Headings nothing was recognised in.
    pub(super) unknown: Vec<(u32, String)>,
    /// Columns of running numbers.
    pub(super) serials: Vec<(u32, String)>,
    /// Rightmost column with a heading.
    pub(super) last_column: u32,
}

impl Header {
    /// How good the line is: what it names, less where several columns seem to hold the same, as
    /// they do when the group headings above them are left out.
    fn score(&self) -> f64 {
        let known = self.candidates.iter().filter(|candidate| !candidate.meaning.guessed);
        let mut columns: BTreeMap<Field, u32> = BTreeMap::new();
        known.for_each(|candidate| *columns.entry(candidate.meaning.field).or_default() += 1);
        let rivals: u32 = columns.values().map(|count| count - 1).sum();
        self.fields() - 0.5 * f64::from(rivals)
    }

    /// The fields it names: one point for each, a little less for guessed ones.
    fn fields(&self) -> f64 {
        let mut best: BTreeMap<_, f64> = BTreeMap::new();
        for candidate in &self.candidates {
            let points = if candidate.meaning.guessed { 0.6 } else { 1.0 };
            let entry = best.entry(candidate.meaning.field).or_default();
            *entry = entry.max(points);
        }
        best.values().sum()
    }

    /// All columns with a heading.
    pub(super) fn columns(&self) -> impl Iterator<Item = u32> {
        let known = self.candidates.iter().map(|candidate| candidate.index);
        let other = self.unknown.iter().chain(&self.serials).map(|(index, _)| *index);
        known.chain(other)
    }

    /// Whether a column of a field is there.
    pub(super) fn has(&self, field: Field) -> bool {
        self.candidates.iter().any(|candidate| candidate.meaning.field == field)
    }

    /// Whether every column holds the same as in another heading line.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let places = |header: &Self| -> Vec<(u32, Field)> {
            header.candidates.iter().map(|one| (one.index, one.meaning.field)).collect()
        };
        places(self) == places(other)
    }

    /// All headings as the file has them, for messages.
    pub(super) fn headings(&self) -> Vec<String> {
        let known = self.candidates.iter().map(|c| (c.index, c.heading.clone()));
        let mut all: Vec<(u32, String)> = known.chain(self.unknown.iter().cloned()).collect();
        all.sort();
        all.into_iter().map(|(_, heading)| heading).collect()
    }
}

/// Where to look for a heading line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search<'a> {
    /// Filled rows from the top, or from where a second list may begin.
    pub(super) rows: &'a [Row],
    /// The merged cells of the sheet.
    pub(super) merges: &'a Merges,
    /// The headings of the source.
    pub(super) synonyms: &'a Synonyms,
}

/// Finds the heading line, if the rows have one; its first row is one of the first `starts` rows.
pub(super) fn find(search: Search<'_>, starts: usize) -> Option<Header> {
    let mut meanings = Meanings::new(search.synonyms);
    let mut best: Option<(f64, Header)> = None;
    for start in 0..starts.min(search.rows.len()) {
        for (score, header) in search.from(start, &mut meanings) {
            let better = |(most, before): &(f64, Header)| {
                score > *most && !search.has_list_between(before, start)
            };
            if best.as_ref().is_none_or(better) {
                best = Some((score, header));
            }
        }
    }
    let (_, mut header) = best?;
    if header.fields() < LEAST {
        return None;
    }
    skip_column_numbers(&mut header, search.rows);
    Some(header)
}

impl Search<'_> {
    /// The heading lines that begin at a row, with how good they are.
    fn from(&self, start: usize, meanings: &mut Meanings<'_>) -> Vec<(f64, Header)> {
        let mut found = Vec::new();
        if self.is_covered(start) {
            return found;
        }
        let above = start.checked_sub(1).map(|above| &self.rows[above]);
        let has_groups = above.is_some_and(|above| is_group_row(above, &self.rows[start]));
        let mut cost = if has_groups { GROUPS_LEFT_OUT } else { 0.0 };
        for span in 1..=MOST_LINES {
            let Some(lines) = self.rows.get(start..start + span) else { break };
            let mut header = read_line(lines, self.merges, meanings);
            header.titles = start;
            header.rows = start + span;
            let next = self.rows.get(start + span).filter(|row| all_text(row));
            // Rows that belong together are never taken apart, whatever is understood in them.
            let goes_on = next.is_some_and(|next| self.goes_on(lines, &header, next, meanings));
            if !goes_on {
                let groups =
                    next.zip(lines.last()).is_some_and(|(next, last)| is_group_row(last, next));
                found.push((header.score() - cost, header));
                // Any other row has to earn its place.
                cost += if groups { 0.0 } else { 0.5 };
            }
            if next.is_none() {
                break;
            }
        }
        found
    }

    /// Whether a complete heading line has a list between itself and a row: what comes then are the
    /// headings of another list, however many there are.
    fn has_list_between(&self, header: &Header, start: usize) -> bool {
        let wanted = &self.synonyms.required;
        let complete = wanted.iter().all(|group| group.iter().any(|field| header.has(*field)));
        let between = self.rows.get(header.rows..start).unwrap_or_default();
        let named = header.candidates.iter().filter(|one| one.meaning.field == Field::Name);
        let named: Vec<u32> = named.map(|one| one.index).collect();
        let is_person = |row: &Row| {
            let has_name = named.iter().any(|column| *row.cell(*column) != RawCell::Empty);
            row.cells.len() > 1 && has_name
                || row.cells.iter().any(|(_, cell)| is_long_number(cell))
        };
        complete && header.fields() >= LEAST && between.iter().any(is_person)
    }

    /// Whether a row is the lower part of headings above it.
    fn is_covered(&self, start: usize) -> bool {
        let number = self.rows[start].number;
        let above = self.rows[..start].iter().rev().take(MOST_LINES);
        above.filter(|row| row.cells.len() > 1).any(|row| self.reaches(row, number))
    }

    /// Whether a cell of a row is merged down to another row.
    fn reaches(&self, row: &Row, number: u32) -> bool {
        let mut extents = row.cells.iter();
        extents.any(|(column, _)| {
            self.merges.extent(row.number, *column).is_some_and(|(last, _)| last >= number)
        })
    }

    /// Whether the row below rows of headings belongs to them: a heading is merged down to it; it
    /// holds nothing but remarks (`（必填）`); or it has headings below a group, and neither a name
    /// nor a number where the rows above want them.
    fn goes_on(
        &self,
        lines: &[Row],
        header: &Header,
        next: &Row,
        meanings: &mut Meanings<'_>,
    ) -> bool {
        let headings = lines.iter().any(|line| line.cells.len() > 1);
        if headings && lines.iter().any(|line| self.reaches(line, next.number)) {
            return true;
        }
        let is_remark = |(_, cell): &(u32, RawCell)| is_remark(&shown(cell));
        if header.fields() >= LEAST && next.cells.iter().all(is_remark) {
            return true;
        }
        header.fields() >= LEAST && is_below_groups(lines, self.merges, header, next, meanings)
    }
}

/// Whether a row names parts of the groups above it: its cells are known headings, or some of them
/// stand under no heading of their own; and none where a name or number belongs.
fn is_below_groups(
    lines: &[Row],
    merges: &Merges,
    header: &Header,
    next: &Row,
    meanings: &mut Meanings<'_>,
) -> bool {
    let needed = |column: &u32| {
        header.candidates.iter().any(|candidate| {
            candidate.index == *column
                && matches!(candidate.meaning.field, Field::Name | Field::IdNumber)
        })
    };
    let headed = |column: &u32| lines.iter().any(|line| *line.cell(*column) != RawCell::Empty);
    if next.cells.iter().any(|(column, _)| needed(column)) {
        return false;
    }
    let all = [lines, std::slice::from_ref(next)].concat();
    let together = heading_tree::columns(&all, merges);
    let mut is_known = |(column, cell): &(u32, RawCell)| {
        let path = together.iter().find(|one| one.index == *column).map(|one| one.path.as_slice());
        let path = path.filter(|path| path.last().is_some_and(|leaf| *leaf == shown(cell).trim()));
        path.and_then(|path| meanings.of(path)).is_some_and(|found| !found.guessed)
    };
    let mut known = 0;
    for cell in &next.cells {
        known += usize::from(is_known(cell));
    }
    let bare = next.cells.iter().any(|(column, _)| !headed(column));
    let whole = header.has(Field::Name) && header.has(Field::IdNumber);
    known == next.cells.len() || bare && (known > 0 || whole)
}

/// Whether a row is one of group headings over the next one: short texts, each over a heading below,
/// and fewer than those.
fn is_group_row(above: &Row, below: &Row) -> bool {
    let is_title = |(_, cell): &(u32, RawCell)| {
        let text = shown(cell);
        text.chars().count() > 12 || text.contains(['：', ':'])
    };
    let over = |(column, _): &(u32, RawCell)| *below.cell(*column) != RawCell::Empty;
    let (above, fewer) = (&above.cells, above.cells.len() < below.cells.len());
    fewer
        && above.len() > 1
        && !above.iter().any(is_title)
        && above.iter().filter(|c| over(c)).count() > 1
        && above.iter().all(|(_, cell)| matches!(cell, RawCell::Text(_)))
}

/// What may be an ID number.
pub(super) fn is_long_number(cell: &RawCell) -> bool {
    match cell {
        RawCell::Text(text) => text.chars().filter(char::is_ascii_digit).count() >= 14,
        RawCell::Number(number) => *number > 1e13,
        _ => false,
    }
}

/// `（必填）`, `18位`, `文本格式`.
fn is_remark(text: &str) -> bool {
    normalise(text).bare.is_empty() || is_form_hint(text)
}

/// Column index, group heading and heading of each column of one or two rows of headings; nothing
/// where the second row holds figures.
pub fn heading_line(lines: &[Row]) -> Vec<(u32, String, String)> {
    if lines.is_empty() || lines.get(1).is_some_and(|line| !all_text(line)) {
        return Vec::new();
    }
    let columns = heading_tree::columns(lines, &Merges::default());
    let split = |HeadedColumn { index, mut path }: HeadedColumn| {
        let heading = path.pop().unwrap_or_default();
        (index, path.concat(), heading)
    };
    columns.into_iter().map(split).collect()
}

fn read_line(lines: &[Row], merges: &Merges, meanings: &mut Meanings<'_>) -> Header {
    let mut header =
        Header { row_number: lines.last().map_or(0, |line| line.number), ..Header::default() };
    for column in heading_tree::columns(lines, merges) {
        let HeadedColumn { index, path } = &column;
        header.last_column = header.last_column.max(*index);
        let heading = column.words();
        let serial = path.last().is_some_and(|leaf| is_serial(leaf));
        // 编号 below 证书 is no running number.
        let meaning = if serial && path.len() == 1 { None } else { meanings.of(path) };
        if let Some(meaning) = meaning {
            header.candidates.push(HeadingCandidate { index: *index, heading, meaning });
        } else if serial {
            header.serials.push((*index, heading));
        } else {
            header.unknown.push((*index, heading));
        }
    }
    header
}

fn all_text(row: &Row) -> bool {
    row.cells.iter().all(|(_, cell)| {
        matches!(cell, RawCell::Text(text)
            if text.chars().filter(char::is_ascii_digit).count() < 4)
    })
}

/// Under the headings some forms number their columns: 1, 2, 3 … or 甲, 乙, 1 ….
fn skip_column_numbers(header: &mut Header, rows: &[Row]) {
    let Some(next) = rows.get(header.rows) else { return };
    let label = |cell: &RawCell| normalise(&shown(cell)).whole;
    let is_number = |cell: &RawCell| {
        let label = label(cell);
        label.parse::<u16>().is_ok_and(|n| n < 300) || ["甲", "乙", "丙", "丁"].contains(&&*label)
    };
    if next.cells.len() >= 3 && next.cells.iter().all(|(_, cell)| is_number(cell)) {
        let numbers: Vec<String> = next.cells.iter().map(|(_, cell)| label(cell)).collect();
        let distinct = numbers.windows(2).all(|pair| pair[0] != pair[1]);
        header.rows += usize::from(distinct);
    }
}

#[cfg(test)]
mod tests {
    use super::{Header, Merges, Row, Search, Synonyms, find};
    use crate::grids::cell_from_text;
    use crate::vocabulary::SourceKind;

    fn rows(lines: &[&str]) -> Vec<Row> {
        let row = |(number, line): (u32, &&str)| Row {
            number,
            cells: (0..)
                .zip(line.split('|'))
                .filter(|(_, text)| !text.is_empty())
                .map(|(index, text)| (index, cell_from_text(text)))
                .collect(),
        };
        (1..).zip(lines).map(row).filter(|row| !row.cells.is_empty()).collect()
    }

    fn found(kind: SourceKind, lines: &[&str]) -> Option<Header> {
        let (rows, merges) = (rows(lines), Merges::default());
        let synonyms = Synonyms::of(kind);
        find(Search { rows: &rows, merges: &merges, synonyms: &synonyms }, rows.len())
    }

    fn mapping(header: &Header) -> String {
        let each =
            header.candidates.iter().map(|c| format!("{}={}", c.index, c.meaning.field.key()));
        each.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_plain_heading_line() {
        let header = found(
            SourceKind::Enrollment,
            &["序号|姓名|证件号码|班级", "1|张三|230102199001011234|1班"],
        );
        let header = header.expect("found");
        assert_eq!(mapping(&header), "1=name 2=id_number 3=class_name");
        assert_eq!(
            (header.rows, header.titles, header.serials),
            (1, 0, vec![(0, "序号".to_owned())])
        );
    }

    #[test]
    fn title_rows_and_column_numbers_are_passed() {
        let header = found(
            SourceKind::Enrollment,
            &[
                "佳木斯技师学院2019年春季学籍表",
                "学校名称：佳木斯技师学院||填表日期：2019年4月",
                "",
                "序号|姓 名*|公民身份\n号码|入学年月",
                "1|2|3|4",
                "1|张三|230102199001011234|201909",
            ],
        );
        let header = header.expect("found");
        assert_eq!(mapping(&header), "1=name 2=id_number 3=entry_date");
        assert_eq!((header.rows, header.titles, header.row_number), (4, 2, 4));
    }

    #[test]
    fn two_rows_of_headings_are_read_together() {
        let header = found(
            SourceKind::Enrollment,
            &[
                "序号|姓名|身份证号|父亲||母亲||备注",
                "|||姓名|身份证号|姓名|身份证号|",
                "1|张三|230102199001011234|张一|230102196001011234|李一|230102196001011234|",
            ],
        );
        let header = header.expect("found");
        let expected =
            "1=name 2=id_number 3=father_name 4=father_id 5=mother_name 6=mother_id 7=remark";
        assert_eq!(mapping(&header), expected);
        assert_eq!(header.rows, 2);
    }

    #[test]
    fn a_group_without_meaning_leaves_its_sub_headings() {
        let header = found(
            SourceKind::Training,
            &[
                "基本信息|||培训情况||",
                "姓名|性别|身份证号|工种|开班日期|结业日期",
                "张三|男|1|a|b|c",
            ],
        );
        let expected = "0=name 1=sex 2=id_number 3=trade 4=start_date 5=end_date";
        assert_eq!(mapping(&header.expect("found")), expected);
    }

    #[test]
    fn data_under_the_headings_is_never_a_heading() {
        let header =
            found(SourceKind::Registry, &["姓名|证件号码|民族", "张三|无|汉族", "李四|无|满族"]);
        assert_eq!(header.expect("found").rows, 1);
    }

    #[test]
    fn headings_of_four_levels_are_read_without_merges() {
        let header = found(
            SourceKind::Enrollment,
            &[
                "佳木斯技师学院名册",
                "序号|姓名|身份证号|学籍信息||||家庭住址|||备注",
                "|||入学情况||在校情况||县|乡镇|村|",
                "|||入学年月|招生对象|学籍状态|专业||||",
                "||||||名称||||",
                "1|张三|230102199001011234|201909|初中|在校|汽修|桦南县|长发镇|红光村|",
            ],
        );
        let header = header.expect("found");
        let expected = "1=name 2=id_number 3=entry_date 4=intake_from 5=student_status 6=major \
                        7=county 8=town 9=village 10=remark";
        assert_eq!(mapping(&header), expected);
        assert_eq!((header.titles, header.rows, header.row_number), (1, 5, 5));
    }

    #[test]
    fn unknown_parts_of_a_group_are_no_person() {
        let header = found(
            SourceKind::Enrollment,
            &["姓名|身份证号|班级|特长情况||", "|||甲|乙|丙", "张三|230102199001011234|1班|a|b|c"],
        );
        assert_eq!(header.expect("found").rows, 2);
    }

    #[test]
    fn remarks_below_the_headings_are_no_person() {
        let header = found(
            SourceKind::Enrollment,
            &["姓名|身份证号|班级", "（必填）|18位|（选填）", "张三|230102199001011234|1班"],
        );
        assert_eq!(header.expect("found").rows, 2);
    }

    #[test]
    fn two_kinds_of_people_side_by_side_keep_their_groups() {
        let header = found(
            SourceKind::Enrollment,
            &["学生||配偶||", "姓名|身份证号|姓名|身份证号|备注", "甲|1|乙|2|3"],
        );
        assert_eq!(mapping(&header.expect("found")), "0=name 1=id_number 4=remark");
    }

    #[test]
    fn sheets_without_headings_have_none() {
        assert!(
            found(SourceKind::Registry, &["填表说明", "1.姓名要与身份证一致", "2.民族"]).is_none()
        );
        assert!(found(SourceKind::Registry, &["张三|男|汉族", "李四|女|满族"]).is_none());
        assert!(found(SourceKind::Registry, &[]).is_none());
    }
}
