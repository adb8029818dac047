//! What rows are about and what they say, whatever format they came in: enough to tell whether two
//! lists are one. Nothing is interpreted beyond the spelling of numbers and dates.

use std::cmp::Ordering;
use std::hash::{Hash as _, Hasher as _};

use compact_str::CompactString;
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHasher};

use super::column_cells::ColumnCells;
use super::file::TableDraft;
use super::shown_cell as shown;
use super::{Field, RawCell, SourceKind};

/// A cell the way all formats spell it: no blanks, capitals, dates as `20190301`.
pub(super) fn spelled(cell: &RawCell) -> CompactString {
    match cell {
        RawCell::Empty => CompactString::default(),
        RawCell::Date(serial) => day(*serial).map_or_else(
            || CompactString::from(shown(cell)),
            |day| day.strftime("%Y%m%d").to_string().into(),
        ),
        other => plain(&shown(other)),
    }
}

/// The day of a serial count of the 1900 system.
fn day(serial: f64) -> Option<Date> {
    #[expect(clippy::cast_possible_truncation, reason = "days of two thousand years fit")]
    let days = (0.0..3_000_000.0).contains(&serial).then(|| serial.floor() as i64)?;
    Date::constant(1899, 12, 30).checked_add(jiff::Span::new().days(days)).ok()
}

fn plain(text: &str) -> CompactString {
    let mut kept = if text.chars().all(is_plain) { text.into() } else { opened(text) };
    if kept.ends_with(".0") {
        kept.truncate(kept.len() - 2);
    }
    dated(&kept).unwrap_or(kept)
}

/// Letters that are spelled as they stand: nearly all of a file.
fn is_plain(letter: char) -> bool {
    matches!(letter, '!'..='&' | '('..='`' | '{'..='~' | '\u{4e00}'..='\u{9fff}')
}

fn opened(text: &str) -> CompactString {
    let mut kept = CompactString::with_capacity(text.len());
    for letter in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '\u{feff}')) {
        match letter {
            '\u{4e00}'..='\u{9fff}' => kept.push(letter),
            '\0'..='\x7f' => kept.push(letter.to_ascii_uppercase()),
            _ => kept.extend(letter.to_uppercase()),
        }
    }
    kept
}

/// `2019-3-1`, `2019/03/01`, `2019年3月` → `20190301`, `20190300`.
fn dated(text: &str) -> Option<CompactString> {
    let is_mark = |c: char| matches!(c, '-' | '/' | '.' | '年' | '月' | '日');
    if !text.contains(is_mark) || !text.chars().all(|c| c.is_ascii_digit() || is_mark(c)) {
        return None;
    }
    let parts: Vec<u32> =
        text.split(is_mark).filter(|part| !part.is_empty()).map_while(|p| p.parse().ok()).collect();
    let (year, month, day) = match parts[..] {
        [year, month] => (year, month, 0),
        [year, month, day] => (year, month, day),
        _ => return None,
    };
    let is_date = (1900..2100).contains(&year) && (1..=12).contains(&month) && day <= 31;
    is_date.then(|| compact_str::format_compact!("{year:04}{month:02}{day:02}"))
}

fn column(draft: &TableDraft, field: Field) -> Option<&ColumnCells> {
    draft.columns.iter().find(|column| column.field == field).map(|column| &column.cells)
}

/// The number a list itself gives to people.
fn own_number(kind: SourceKind) -> Field {
    match kind {
        SourceKind::Registry => Field::PersonNo,
        _ => Field::StudentNo,
    }
}

/// What tells the rows of one person apart.
fn occasions(kind: SourceKind) -> &'static [Field] {
    match kind {
        SourceKind::Registry => &[],
        SourceKind::Enrollment => &[Field::School],
        SourceKind::Training => &[Field::Agency, Field::ClassNo, Field::Trade, Field::StartDate],
        SourceKind::Intention => &[Field::WishTrade, Field::WishSchool],
        // One person may stand in a list of events as often as something happened.
        SourceKind::List => &[
            Field::MoneyKind,
            Field::StartDate,
            Field::CertificateNo,
            Field::ClassNo,
            Field::Trade,
            Field::PaidOn,
            Field::ServedOn,
        ],
    }
}

/// Who each row is about, and for a trainee in which class; `None` where nothing tells.
pub(super) fn people(kind: SourceKind, draft: &TableDraft) -> Vec<Option<u64>> {
    let spelled_in = |cells: Option<&ColumnCells>, row: usize| {
        cells.map_or_else(CompactString::default, |cells| spelled(&cells[row]))
    };
    let of = |field: Field| column(draft, field);
    let [ids, numbers, names] = [Field::IdNumber, own_number(kind), Field::Name].map(of);
    let [births, villages] = [Field::Birth, Field::Village].map(of);
    let occasions: Vec<_> = occasions(kind).iter().map(|field| of(*field)).collect();
    let key = |row: usize| {
        let mut hasher = FxHasher::default();
        let id = spelled_in(ids, row);
        if id.len() >= 15 {
            (1_u8, &id).hash(&mut hasher);
        } else {
            let (number, name) = (spelled_in(numbers, row), spelled_in(names, row));
            if !number.is_empty() {
                (2_u8, &number).hash(&mut hasher);
            } else if name.is_empty() {
                return None;
            } else {
                let birth = spelled_in(births, row);
                (3_u8, &name, &birth, spelled_in(villages, row)).hash(&mut hasher);
            }
        }
        for cells in &occasions {
            spelled_in(*cells, row).hash(&mut hasher);
        }
        Some(hasher.finish())
    };
    (0..draft.rows.len()).map(key).collect()
}

/// A list with the key of the person of each row, where a row names one.
#[derive(Clone, Copy)]
pub(super) struct Keyed<'a> {
    pub(super) draft: &'a TableDraft,
    pub(super) keys: &'a [Option<u64>],
}

/// Whether two lists say the same of everybody they have in common, as far as both have a column.
pub(super) fn agree(left: Keyed<'_>, right: Keyed<'_>, fields: &[Field]) -> bool {
    let said = contents(left, fields);
    let of_right = contents(right, fields);
    of_right.iter().all(|(person, rows)| said.get(person).is_none_or(|known| known == rows))
}

/// What the rows of each person say, in whatever order they stand.
fn contents(list: Keyed<'_>, fields: &[Field]) -> FxHashMap<u64, u64> {
    let columns: Vec<&ColumnCells> =
        fields.iter().filter_map(|field| column(list.draft, *field)).collect();
    let mut said: FxHashMap<u64, u64> = FxHashMap::default();
    for (row, key) in list.keys.iter().enumerate() {
        let Some(person) = key else { continue };
        let mut hasher = FxHasher::default();
        for cells in &columns {
            spelled(&cells[row]).hash(&mut hasher);
        }
        let sum = said.entry(*person).or_default();
        *sum = sum.wrapping_add(hasher.finish());
    }
    said
}

/// How old a list is, as far as it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Latest 数据日期 of its rows.
    data: Option<CompactString>,
    /// Date in the name of sheet or file.
    name: Option<CompactString>,
    /// Latest date its rows hold.
    rows: Option<CompactString>,
}

/// Dates by which rows show how far a list goes.
const DATES: [Field; 11] = [
    Field::EntryDate,
    Field::LeaveDate,
    Field::GraduatedOn,
    Field::EmployedOn,
    Field::StartDate,
    Field::EndDate,
    Field::CertificateDate,
    Field::IdentifiedOn,
    Field::PersonIdentifiedOn,
    Field::RiskFoundOn,
    Field::RiskClearedOn,
];

impl Stamp {
    /// The stamp of a list.
    pub(super) fn of(draft: &TableDraft) -> Self {
        let latest = |field: Field| column(draft, field)?.different().filter_map(as_day).max();
        let stem = draft.info.file.rsplit('/').next().unwrap_or_default();
        Self {
            data: latest(Field::DataDate),
            name: date_in(&draft.info.sheet).or_else(|| date_in(stem)),
            rows: DATES.into_iter().filter_map(latest).max(),
        }
    }

    /// Which is older, by the first thing both say and differ in.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        let pairs =
            [(&self.data, &other.data), (&self.name, &other.name), (&self.rows, &other.rows)];
        let known = pairs.into_iter().filter_map(|(a, b)| a.as_ref().zip(b.as_ref()));
        known.map(|(a, b)| a.cmp(b)).find(|order| *order != Ordering::Equal)
    }
}

/// A cell that is a day, as `20190301`.
fn as_day(cell: &RawCell) -> Option<CompactString> {
    let text = spelled(cell);
    let is_day = text.len() == 8
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && ("19000101".."21000000").contains(&text.as_str());
    is_day.then_some(text)
}

/// The first date in a name: `20190601导出`, `2019年6月`, `2019-06`, `2018年`.
fn date_in(name: &str) -> Option<CompactString> {
    let letters: Vec<char> = name.chars().collect();
    let starts = (0..letters.len()).filter(|at| *at == 0 || !letters[at - 1].is_ascii_digit());
    starts.map(|at| &letters[at..]).find_map(date_at)
}

fn date_at(letters: &[char]) -> Option<CompactString> {
    let digits = letters.iter().take_while(|c| c.is_ascii_digit()).count();
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        letters.get(range)?.iter().collect::<String>().parse().ok()
    };
    let year = number(0..4).filter(|year| (1990..2100).contains(year))?;
    let (month, day) = match digits {
        4 => behind(&letters[4..]),
        6 => (number(4..6)?, 0),
        8 => (number(4..6)?, number(6..8)?),
        _ => return None,
    };
    (month <= 12 && day <= 31).then(|| compact_str::format_compact!("{year:04}{month:02}{day:02}"))
}

/// Month and day behind a year; 0 where none is said.
fn behind(letters: &[char]) -> (u32, u32) {
    let text: String = letters.iter().collect();
    let is_mark = |c: char| matches!(c, '-' | '/' | '.' | '_' | '年' | '月');
    let Some(rest) = text.strip_prefix(is_mark) else { return (0, 0) };
    let mut parts = rest.split(|c: char| !c.is_ascii_digit());
    let mut next = || parts.next().filter(|p| (1..=2).contains(&p.len()))?.parse().ok();
    let month: u32 = next().unwrap_or(0);
    (month, if month == 0 { 0 } else { next().unwrap_or(0) })
}

#[cfg(test)]
mod tests {
    use super::super::RawCell;
    use super::{date_in, spelled};

    #[test]
    fn all_formats_spell_alike() {
        let text = |text: &str| crate::grids::cell_from_text(text);
        for same in ["2019-03-01", "2019/3/1", "2019.03.01", "2019年3月1日", "20190301"] {
            assert_eq!(spelled(&text(same)), "20190301", "{same}");
        }
        assert_eq!(spelled(&RawCell::Date(43525.0)), "20190301");
        assert_eq!(spelled(&RawCell::Number(20_190_301.0)), "20190301");
        assert_eq!(spelled(&text(" 23992120021130226x")), "23992120021130226X");
        assert_eq!(spelled(&text("230800000001.0")), "230800000001");
        assert_eq!(spelled(&text("12-3")), "12-3");
    }

    #[test]
    fn names_say_how_old_a_list_is() {
        let cases = [
            ("建档立卡20190601导出.xlsx", Some("20190601")),
            ("2019年6月名单.xls", Some("20190600")),
            ("2019-06-10.csv", Some("20190610")),
            ("2018年.csv", Some("20180000")),
            ("2018.csv", Some("20180000")),
            ("桦南县.csv", None),
            ("230822000001.csv", None),
            ("名单(1).xlsx", None),
        ];
        for (name, expected) in cases {
            assert_eq!(date_in(name).as_deref(), expected, "{name}");
        }
    }
}
