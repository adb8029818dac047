//! Rows of headings above each other → the headings over each column, outermost first.
//!
//! A group heading covers the columns it is merged over. Where a file tells no merges (text files,
//! copied sheets), it reaches to the right as long as the next column has a heading below and none
//! of its own at this level or above. A heading without any below it covers its own column only.

use std::collections::BTreeMap;

use super::Row;
use super::heading::normalise;
use super::merges::Merges;
use super::shown_cell as shown;

/// Columns beyond these do not exist in Excel.
const LAST_COLUMN: u32 = 16_383;

/// A column with its headings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeadedColumn {
    /// Column index from 0.
    pub(super) index: u32,
    /// Group headings from the outermost to the heading itself; never empty.
    pub(super) path: Vec<String>,
}

impl HeadedColumn {
    /// All headings in one text, as messages show them.
    pub(super) fn words(&self) -> String {
        self.path.join(" ")
    }
}

/// Level and column of the cell a heading stands in.
type Anchor = (usize, u32);

/// The headings over every column of one or more rows of headings.
pub(super) fn columns(lines: &[Row], merges: &Merges) -> Vec<HeadedColumn> {
    let tree = Tree::new(lines, merges);
    let last = tree.texts.iter().filter_map(|line| line.keys().next_back()).max();
    let Some(last) = last.copied() else { return Vec::new() };
    let mut before = vec![None; lines.len()];
    let mut found = Vec::new();
    for index in 0..=last.min(LAST_COLUMN) {
        let owners = tree.owners(index, &before);
        let path = tree.path(index, &owners);
        if !path.is_empty() {
            found.push(HeadedColumn { index, path });
        }
        before = owners;
    }
    found
}

struct Tree {
    /// The texts of each level by column.
    texts: Vec<BTreeMap<u32, String>>,
    /// Cells covered by a merge, with the cell that covers them.
    covered: BTreeMap<Anchor, Anchor>,
}

impl Tree {
    fn new(lines: &[Row], merges: &Merges) -> Self {
        let words = |row: &Row| -> BTreeMap<u32, String> {
            let cells = row.cells.iter();
            let cells = cells.map(|(index, cell)| (*index, shown(cell).trim().to_owned()));
            cells.filter(|(_, text)| !text.is_empty()).collect()
        };
        let texts: Vec<BTreeMap<u32, String>> = lines.iter().map(words).collect();
        let last = texts.iter().filter_map(|line| line.keys().next_back()).max().copied();
        let last = last.unwrap_or(0).min(LAST_COLUMN);
        let mut covered = BTreeMap::new();
        for (level, line) in texts.iter().enumerate() {
            for &column in line.keys() {
                let extent = merges.extent(lines[level].number, column);
                let Some((last_row, last_column)) = extent else { continue };
                let below = lines.iter().enumerate().skip(level);
                let below = below.take_while(|(_, row)| row.number <= last_row);
                for (lower, _) in below {
                    let across = column..=last_column.min(last);
                    covered.extend(across.map(|one| ((lower, one), (level, column))));
                }
            }
        }
        Self { texts, covered }
    }

    /// The cell that heads a column at each level.
    fn owners(&self, index: u32, before: &[Option<Anchor>]) -> Vec<Option<Anchor>> {
        let mut owners: Vec<Option<Anchor>> = Vec::with_capacity(before.len());
        for level in 0..self.texts.len() {
            let own = self.texts[level].contains_key(&index).then_some((level, index));
            let merged = self.covered.get(&(level, index)).copied();
            let reached = || self.reaching(index, level, &owners, before);
            owners.push(own.or(merged).or_else(reached));
        }
        owners
    }

    /// The heading on the left that reaches over an empty cell without being merged over it.
    fn reaching(
        &self,
        index: u32,
        level: usize,
        owners: &[Option<Anchor>],
        before: &[Option<Anchor>],
    ) -> Option<Anchor> {
        let left = before.get(level).copied().flatten()?;
        let has_below =
            |column: u32| self.texts[level + 1..].iter().any(|l| l.contains_key(&column));
        let merged = self.covered.contains_key(&left);
        let same_above = owners.iter().zip(before).all(|(own, before)| own == before);
        let fits = !merged && left.0 == level && same_above && has_below(index);
        (fits && has_below(left.1)).then_some(left)
    }

    /// The texts over a column, each cell once. A lower one that is only a remark (`（是/否）`)
    /// leaves the upper one standing alone.
    /// A heading that is only wider than its column heads the first one.
    fn path(&self, index: u32, owners: &[Option<Anchor>]) -> Vec<String> {
        if owners.iter().flatten().next_back().is_none_or(|(_, column)| *column != index) {
            return Vec::new();
        }
        let mut path: Vec<String> = Vec::new();
        let mut last = None;
        for anchor in owners.iter().flatten() {
            if last == Some(*anchor) {
                continue;
            }
            last = Some(*anchor);
            let Some(text) = self.texts[anchor.0].get(&anchor.1) else { continue };
            let is_remark = !path.is_empty() && normalise(text).bare.is_empty();
            if !is_remark && path.last() != Some(text) {
                path.push(text.clone());
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::super::merges::Merges;
    use super::{Row, columns};
    use crate::grids::Merge;

    fn rows(lines: &[&str]) -> Vec<Row> {
        let row = |(number, line): (u32, &&str)| Row {
            number,
            cells: (0..)
                .zip(line.split('|'))
                .filter(|(_, text)| !text.is_empty())
                .map(|(index, text)| (index, crate::grids::cell_from_text(text)))
                .collect(),
        };
        (1..).zip(lines).map(row).collect()
    }

    fn paths(lines: &[&str], merged: &[(u32, u32, u32, u32)]) -> Vec<String> {
        let mut merges = Merges::default();
        for &(first_row, last_row, column, last_column) in merged {
            merges.add(Merge { first_row, last_row, column, last_column });
        }
        let found = columns(&rows(lines), &merges);
        found.iter().map(|one| format!("{}:{}", one.index, one.path.join("/"))).collect()
    }

    #[test]
    fn three_levels_read_the_same_with_and_without_merges() {
        let lines = ["姓名|学籍||||备注", "|入学||专业|", "|年月|状态|名称|代码|"];
        let expected = [
            "0:姓名",
            "1:学籍/入学/年月",
            "2:学籍/入学/状态",
            "3:学籍/专业/名称",
            "4:学籍/专业/代码",
            "5:备注",
        ];
        assert_eq!(paths(&lines, &[]), expected);
        let merged = [(1, 3, 0, 0), (1, 1, 1, 4), (2, 2, 1, 2), (2, 2, 3, 4), (1, 3, 5, 5)];
        assert_eq!(paths(&lines, &merged), expected);
    }

    #[test]
    fn a_wide_heading_heads_its_first_column() {
        assert_eq!(
            paths(&["姓名|身份证号||性别"], &[(1, 1, 1, 2)]),
            ["0:姓名", "1:身份证号", "3:性别"]
        );
    }

    #[test]
    fn a_merge_ends_where_it_ends() {
        let lines = ["姓名|家庭住址|||", "|县|乡镇|村|备注"];
        assert_eq!(paths(&lines, &[(1, 1, 1, 3), (1, 2, 0, 0)])[4], "4:备注");
        assert_eq!(paths(&lines, &[])[4], "4:家庭住址/备注");
    }

    #[test]
    fn a_heading_without_any_below_reaches_nowhere() {
        let lines = ["姓名|身份证号|||父亲|", "|||电话|姓名|电话"];
        let expected = ["0:姓名", "1:身份证号", "3:电话", "4:父亲/姓名", "5:父亲/电话"];
        assert_eq!(paths(&lines, &[]), expected);
    }

    #[test]
    fn a_remark_below_is_no_heading() {
        assert_eq!(paths(&["姓名|建档立卡", "|（是/否）"], &[]), ["0:姓名", "1:建档立卡"]);
    }
}
