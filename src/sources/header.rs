//! Where the heading line of a sheet is and what each of its columns holds.
//!
//! Comes in: the first rows of a sheet. Each row, and each pair of rows (a group heading above its
//! sub-headings), is scored by how many different fields its headings name; the best one wins.

use std::collections::BTreeMap;

use super::RawCell;
use super::cell::shown;
use super::heading::normalise;
use super::synonyms::{Recognised, Synonyms, is_others, is_serial};

/// How many filled rows are looked at: up to ten title rows, two heading rows, some data.
pub(super) const HEAD_ROWS: usize = 16;

/// A row with its filled cells, by column index from 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// From 1, as Excel shows it.
    pub number: u32,
    /// Filled cells in column order.
    pub cells: Vec<(u32, RawCell)>,
}

impl Row {
    /// The cell in a column; empty where there is none.
    pub fn cell(&self, column: u32) -> &RawCell {
        let found = self.cells.binary_search_by_key(&column, |(index, _)| *index);
        found.map_or(&RawCell::Empty, |place| &self.cells[place].1)
    }
}

/// A recognised heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
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
    pub(super) candidates: Vec<Candidate>,
    /// Headings nothing was recognised in.
    pub(super) unknown: Vec<(u32, String)>,
    /// Columns of running numbers.
    pub(super) serials: Vec<u32>,
    /// Rightmost column with a heading.
    pub(super) last_column: u32,
}

impl Header {
    /// How good the line is: one point per field, a little less for guessed ones.
    fn score(&self) -> f64 {
        let mut best: BTreeMap<_, f64> = BTreeMap::new();
        for candidate in &self.candidates {
            let points = if candidate.meaning.guessed { 0.6 } else { 1.0 };
            let entry = best.entry(candidate.meaning.field).or_default();
            *entry = entry.max(points);
        }
        best.values().sum()
    }

    /// All headings as the file has them, for messages.
    pub(super) fn headings(&self) -> Vec<String> {
        let known = self.candidates.iter().map(|c| (c.index, c.heading.clone()));
        let mut all: Vec<(u32, String)> = known.chain(self.unknown.iter().cloned()).collect();
        all.sort();
        all.into_iter().map(|(_, heading)| heading).collect()
    }
}

/// Finds the heading line, if the rows have one.
pub(super) fn find(rows: &[Row], synonyms: &Synonyms) -> Option<Header> {
    let mut best: Option<(f64, Header)> = None;
    for start in 0..rows.len() {
        for span in 1..=2 {
            let Some(lines) = rows.get(start..start + span) else { continue };
            let mut header = read_line(lines, synonyms);
            header.titles = start;
            header.rows = start + span;
            // A second heading row has to earn its place.
            let score = header.score() - if span == 2 { 0.5 } else { 0.0 };
            if best.as_ref().is_none_or(|(most, _)| score > *most) {
                best = Some((score, header));
            }
        }
    }
    let (score, mut header) = best?;
    if score < 1.5 {
        return None;
    }
    skip_column_numbers(&mut header, rows);
    Some(header)
}

/// Column index, group heading and heading of each column of one or two rows of headings; nothing
/// where the second row holds figures.
pub fn heading_line(lines: &[Row]) -> Vec<(u32, String, String)> {
    if lines.is_empty() || lines.get(1).is_some_and(|line| !all_text(line)) {
        return Vec::new();
    }
    columns(lines)
}

fn read_line(lines: &[Row], synonyms: &Synonyms) -> Header {
    let mut header =
        Header { row_number: lines.last().map_or(0, |line| line.number), ..Header::default() };
    for (index, group, heading) in heading_line(lines) {
        header.last_column = header.last_column.max(index);
        let words = if group.is_empty() { heading.clone() } else { format!("{group} {heading}") };
        if is_serial(&heading) {
            header.serials.push(index);
        } else if let Some(meaning) = meaning(&group, &heading, synonyms) {
            header.candidates.push(Candidate { index, heading: words, meaning });
        } else {
            header.unknown.push((index, words));
        }
    }
    header
}

/// The meaning of a sub-heading under its group: `父亲 姓名` together, else `姓名` alone, unless
/// the group makes it somebody else's.
fn meaning(group: &str, heading: &str, synonyms: &Synonyms) -> Option<Recognised> {
    if group.is_empty() {
        return synonyms.recognise(heading);
    }
    let together = synonyms.recognise(&format!("{group}{heading}"));
    together.or_else(|| (!is_others(group)).then(|| synonyms.recognise(heading))?)
}

/// Column index, group heading and heading of each column of a heading line.
fn columns(lines: &[Row]) -> Vec<(u32, String, String)> {
    let words = |row: &Row| -> BTreeMap<u32, String> {
        row.cells.iter().map(|(index, cell)| (*index, shown(cell).trim().to_owned())).collect()
    };
    let upper = words(&lines[0]);
    let Some(lower) = lines.get(1).map(words) else {
        return upper.into_iter().map(|(index, text)| (index, String::new(), text)).collect();
    };
    let last = upper.keys().chain(lower.keys()).max().copied().unwrap_or(0);
    let mut found = Vec::new();
    let mut group = String::new();
    for index in 0..=last.min(16_383) {
        let (above, below) = (upper.get(&index), lower.get(&index));
        match (above, below) {
            // One heading over both rows: no group, and none spreads over it.
            (Some(above), None) => {
                group.clear();
                found.push((index, String::new(), above.clone()));
            }
            (Some(above), Some(below)) => {
                group.clone_from(above);
                found.push(under(index, above, below));
            }
            (None, Some(below)) => found.push((index, group.clone(), below.clone())),
            (None, None) => group.clear(),
        }
    }
    found
}

/// A sub-heading that is only a remark (`（是/否）`) leaves the upper one standing alone.
fn under(index: u32, above: &str, below: &str) -> (u32, String, String) {
    if normalise(below).bare.is_empty() || above == below {
        (index, String::new(), above.to_owned())
    } else {
        (index, above.to_owned(), below.to_owned())
    }
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
    use super::super::cell;
    use super::{Header, Row, Synonyms, find};
    use crate::vocabulary::SourceKind;

    fn rows(lines: &[&str]) -> Vec<Row> {
        let row = |(number, line): (u32, &&str)| Row {
            number,
            cells: (0..)
                .zip(line.split('|'))
                .filter(|(_, text)| !text.is_empty())
                .map(|(index, text)| (index, cell::from_text(text)))
                .collect(),
        };
        (1..).zip(lines).map(row).filter(|row| !row.cells.is_empty()).collect()
    }

    fn found(kind: SourceKind, lines: &[&str]) -> Option<Header> {
        find(&rows(lines), &Synonyms::of(kind))
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
        assert_eq!((header.rows, header.titles, header.serials), (1, 0, vec![0]));
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
    fn sheets_without_headings_have_none() {
        assert!(
            found(SourceKind::Registry, &["填表说明", "1.姓名要与身份证一致", "2.民族"]).is_none()
        );
        assert!(found(SourceKind::Registry, &["张三|男|汉族", "李四|女|满族"]).is_none());
        assert!(found(SourceKind::Registry, &[]).is_none());
    }
}
