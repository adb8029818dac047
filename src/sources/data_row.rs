//! Which rows below the headings are data, and which only look like it.

use super::header::Header;
use super::heading::normalise;
use super::{RawCell, Row, shown_cell as shown};
use crate::vocabulary::Field;

/// First words of closing rows that stand alone or before figures.
const TOTALS: &[&str] = &["合计", "总计", "小计", "共计", "累计", "本页合计", "本页小计"];

/// First words of closing rows that stand before a colon or alone.
const SIGNATURES: &[&str] = &[
    "填表人",
    "制表人",
    "审核人",
    "填报人",
    "经办人",
    "负责人",
    "单位负责人",
    "复核人",
    "联系人",
    "联系电话",
    "填表时间",
    "填表日期",
    "填报时间",
    "填报日期",
    "制表日期",
    "制表时间",
    "制表单位",
    "填报单位",
    "填表单位",
    "审批人",
    "单位盖章",
    "盖章",
    "备注",
    "注",
    "说明",
    "备注说明",
    "填表说明",
    "校对人",
    "分管领导",
    "主管领导",
];

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RowKind {
    /// A data row.
    Data,
    /// Nothing in a recognised column, at most a running number.
    Hollow,
    /// The headings once more.
    Headings,
    /// 合计, 填表人 and the like.
    Closing,
    /// The title of a printed page once more.
    PageTitle,
    /// One cell that divides the list (`2018级汽修班`) or comments on it.
    Divider,
}

/// What is needed to tell rows apart.
#[derive(Clone, Debug)]
pub(super) struct DataRowJudge {
    headings: Vec<(u32, String)>,
    names: Vec<u32>,
    ids: Vec<u32>,
    recognised: Vec<u32>,
}

impl DataRowJudge {
    pub(super) fn new(header: &Header) -> Self {
        let of = |fields: &[Field]| -> Vec<u32> {
            let fits = header.candidates.iter().filter(|c| fields.contains(&c.meaning.field));
            fits.map(|candidate| candidate.index).collect()
        };
        let last_word = |heading: &str| {
            let word = heading.rsplit_once(' ').map_or(heading, |(_, last)| last);
            normalise(word).whole
        };
        Self {
            headings: header.candidates.iter().map(|c| (c.index, last_word(&c.heading))).collect(),
            names: of(&[Field::Name]),
            ids: of(&[Field::IdNumber, Field::PersonNo]),
            recognised: header.candidates.iter().map(|c| c.index).collect(),
        }
    }

    /// What a row with at least one filled cell is.
    pub(super) fn kind(&self, row: &Row) -> RowKind {
        let Some((_, first)) = row.cells.first() else { return RowKind::Hollow };
        if self.repeats_headings(row) {
            return RowKind::Headings;
        }
        if matches!(first, RawCell::Text(text) if is_closing(text)) && self.is_nobody(row) {
            return RowKind::Closing;
        }
        if !row.cells.iter().any(|(index, _)| self.recognised.contains(index)) {
            return if self.is_remark(row) { RowKind::Divider } else { RowKind::Hollow };
        }
        if self.is_remark(row) { RowKind::Divider } else { RowKind::Data }
    }

    /// Most of the recognised columns hold their own heading again; or, below such a row, all
    /// cells do: the second row of headings that take two.
    fn repeats_headings(&self, row: &Row) -> bool {
        if row.cells.len() > 1
            && row.cells.iter().all(|(index, cell)| self.is_heading(*index, cell))
        {
            return true;
        }
        let is_name_heading = |cell: &RawCell| match cell {
            RawCell::Text(text) if text.contains('姓') => names_a_name(text),
            _ => false,
        };
        let mut cells = row.cells.iter().filter(|(index, _)| self.names.contains(index));
        if row.cells.len() > 1 && cells.any(|(_, cell)| is_name_heading(cell)) {
            return true;
        }
        // Asked for every row: one look at the name tells nearly all of them apart.
        let mut names = row.cells.iter().filter(|(index, _)| self.names.contains(index));
        if !names.any(|(index, cell)| self.is_heading(*index, cell)) {
            return false;
        }
        let same = row.cells.iter().filter(|(index, cell)| self.is_heading(*index, cell)).count();
        same >= 2 && same * 2 > self.headings.len().min(row.cells.len())
    }

    fn is_heading(&self, index: u32, cell: &RawCell) -> bool {
        let RawCell::Text(text) = cell else { return false };
        let heading = self.headings.iter().find(|(column, _)| *column == index);
        heading.is_some_and(|(_, heading)| {
            heading.chars().next().is_some_and(|first| text.contains(first))
                && normalise(text).whole == *heading
        })
    }

    /// Neither a name nor a number stands where one belongs. A person called 合… has both, or has
    /// a name that is no closing word.
    fn is_nobody(&self, row: &Row) -> bool {
        let filled = |columns: &[u32]| {
            row.cells
                .iter()
                .any(|(index, cell)| columns.contains(index) && !is_signature(&shown(cell)))
        };
        let figure = |columns: &[u32]| {
            let cells = row.cells.iter().filter(|(index, _)| columns.contains(index));
            cells.map(|(_, cell)| shown(cell)).any(|text| text.chars().count() >= 8)
        };
        !filled(&self.names) || !filled(&self.ids) && !figure(&self.ids)
    }

    /// A single cell with words no name has.
    fn is_remark(&self, row: &Row) -> bool {
        let [(index, RawCell::Text(text))] = row.cells.as_slice() else { return false };
        if self.ids.contains(index) || self.ids.is_empty() {
            return false;
        }
        let words = ["班", "级", "专业", "：", ":", "。", "，", "以上", "以下空白"];
        let long = text.chars().count() > 15 && !text.contains('·');
        long || words.iter().any(|word| text.contains(word))
    }
}

/// `姓名`, `学生姓名`: nobody is called so.
fn names_a_name(text: &str) -> bool {
    let text = normalise(text).bare;
    text.ends_with("姓名") && text.chars().count() <= 6
}

/// `第3页`, `第 3 页 共 12 页`.
fn is_page_number(text: &str) -> bool {
    let rest = text.strip_prefix('第').unwrap_or("");
    let rest = rest
        .trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十百".contains(c));
    rest.starts_with('页') && text.chars().count() <= 16
}

/// Whether the first cell of a row closes the list.
fn is_closing(text: &str) -> bool {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    if is_page_number(&text) {
        return true;
    }
    let total = TOTALS.iter().any(|word| {
        text.strip_prefix(word).is_some_and(|rest| {
            rest.is_empty()
                || rest.starts_with(|c: char| !c.is_alphabetic())
                || ["人数", "人次", "金额", "人", "数"].contains(&rest)
        })
    });
    total || is_signature(&text)
}

/// `填表人：…`, `备注`, also `合计` alone.
fn is_signature(text: &str) -> bool {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let named = |word: &&&str| {
        text.strip_prefix(**word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['：', ':', '(', '（', '_']))
    };
    SIGNATURES.iter().chain(TOTALS).any(|word| named(&word))
}

#[cfg(test)]
mod tests {
    use super::super::merges::Merges;
    use super::super::{header, synonyms::Synonyms};
    use super::{DataRowJudge, Row, RowKind};
    use crate::grids::cell_from_text;
    use crate::vocabulary::SourceKind;

    fn row(line: &str) -> Row {
        let cells = (0..).zip(line.split('|')).filter(|(_, text)| !text.is_empty());
        let cell = |text: &str| match text.strip_prefix('#').and_then(|n| n.parse().ok()) {
            Some(number) => super::RawCell::Number(number),
            None => cell_from_text(text),
        };
        Row { number: 1, cells: cells.map(|(index, text)| (index, cell(text))).collect() }
    }

    fn judge(headings: &str) -> DataRowJudge {
        let (rows, merges) = ([row(headings)], Merges::default());
        let synonyms = Synonyms::of(SourceKind::Training);
        let search = header::Search { rows: &rows, merges: &merges, synonyms: &synonyms };
        let found = header::find(search, 1);
        DataRowJudge::new(&found.expect("a heading line"))
    }

    #[test]
    fn rows_are_told_apart() {
        let judge = judge("序号|姓名|身份证号|培训工种|补贴金额");
        let cases = [
            ("#1|张三|230102199001011234|焊工|#1200", RowKind::Data),
            ("|张三", RowKind::Data),
            ("合计||||#36000", RowKind::Closing),
            ("|合计|||#36000", RowKind::Closing),
            ("小 计||#12||", RowKind::Closing),
            ("合计：12人", RowKind::Closing),
            ("#7|合建国|230102199001011234|焊工|#1200", RowKind::Data),
            ("|合建国|||#1200", RowKind::Data),
            ("|总计划||焊工", RowKind::Data),
            ("填表人：李四||审核人：王五", RowKind::Closing),
            ("填表人：|李四||审核人：|王五", RowKind::Closing),
            ("备注：以上人员属实", RowKind::Closing),
            ("#5", RowKind::Hollow),
            ("序号|姓名|身份证号|培训工种|补贴金额", RowKind::Headings),
            ("|||培训工种|补贴金额", RowKind::Headings),
            ("班级|学员姓名|公民身份号码", RowKind::Headings),
            ("第 2 页 共 3 页", RowKind::Closing),
            ("|第3页", RowKind::Closing),
            ("2019年第一期焊工班", RowKind::Divider),
            ("|以上人员均已公示，无异议。", RowKind::Divider),
            ("||230102199001011234", RowKind::Data),
        ];
        for (line, kind) in cases {
            assert_eq!(judge.kind(&row(line)), kind, "{line}");
        }
    }
}
