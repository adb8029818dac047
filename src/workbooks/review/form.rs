//! The form of the list, which its writer and the reader of returned copies share.

use crate::digest::TextDigest;
use crate::linkage::decisions::Answer;
use crate::workbooks::table::{CellKind, Column, column};

/// Name of the sheet.
pub(super) const LIST: &str = "待核清单";

/// What stands before the cell for the clerk's name.
pub(in crate::workbooks) const CLERK: &str = "核对人";

/// Row of the headings, from 0.
pub(super) const HEADING_ROW: u32 = 3;

const ANSWERS: [&str; 3] =
    [Answer::Same.label(), Answer::Different.label(), Answer::Unsure.label()];

/// The columns. Widths are fixed, so that both sides stand at the same place on every page.
pub(super) const COLUMNS: [Column; 18] = [
    column("序号", CellKind::Code, 7),
    column("学校/机构", CellKind::Text, 12),
    column("姓名、性别、出生", CellKind::Word, 13),
    column("登记姓名、性别、出生", CellKind::Word, 13),
    column("证件号码", CellKind::Code, 20),
    column("登记证件号码", CellKind::Code, 20),
    column("户籍地址", CellKind::Text, 14),
    column("登记地址", CellKind::Text, 14),
    column("家长", CellKind::Text, 10),
    column("登记的户内身份", CellKind::Text, 11),
    column("专业、班级、入学（开班）", CellKind::Text, 14),
    column("匹配概率", CellKind::Code, 9),
    column("待核原因与权重", CellKind::Text, 34),
    column("结论", CellKind::Input(&ANSWERS), 11),
    column("备注", CellKind::Input(&[]), 14),
    column("出处", CellKind::Text, 30),
    column("标识", CellKind::Code, 10),
    column("校验", CellKind::Code, 10),
];

/// What some columns were called in lists that may still come back.
const FORMER: [(usize, &str); 4] =
    [(2, "姓名"), (3, "登记姓名"), (4, "证件号码、性别、出生"), (5, "登记证件号码、性别、出生")];

/// Whether a heading is the one of the column, or was.
pub(super) fn is_heading(index: usize, heading: &str) -> bool {
    COLUMNS[index].heading == heading || FORMER.contains(&(index, heading))
}

/// Columns the clerk fills in.
pub(super) const VERDICT: usize = 13;
/// The clerk's remark.
pub(super) const NOTE: usize = 14;
/// Key of the pair.
pub(super) const KEY: usize = 16;
/// Check value of the line.
pub(super) const CHECK: usize = 17;
/// Columns before this one are printed.
pub(super) const PRINTED: usize = 15;
/// Columns from this one on are hidden.
pub(super) const HIDDEN_FROM: usize = KEY;

/// Whether a column's text is part of the check value.
pub(super) fn is_checked(index: usize) -> bool {
    index < VERDICT || index == NOTE + 1
}

/// Check value of a line: changes with its key and with every text that is protected. Blanks and
/// line breaks do not count, because programs write them differently.
pub(in crate::workbooks) fn check<'a>(
    key: &'a str,
    texts: impl Iterator<Item = &'a str>,
) -> String {
    let bare =
        |text: &str| -> String { text.chars().filter(|letter| !letter.is_whitespace()).collect() };
    TextDigest::of(std::iter::once(key).chain(texts).map(bare)).hex(5)
}
