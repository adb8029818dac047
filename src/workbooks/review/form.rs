//! The form of the list, which its writer and the reader of returned copies share.

use crate::digest::TextDigest;
use crate::workbooks::columns::ColumnLook;

/// Name of the sheet.
pub(super) const LIST: &str = "待核清单";

/// What stands before the cell for the clerk's name.
pub(in crate::workbooks) const CLERK: &str = "核对人";

/// Row of the headings, from 0.
pub(super) const HEADING_ROW: u32 = 3;

/// Heading of the answers.
pub(in crate::workbooks) const ANSWER: &str = "结论";
/// Heading of the clerk's remark.
pub(super) const NOTE: &str = "备注";
/// Heading of the key of the pair, the first column that is hidden.
pub(super) const KEY: &str = "标识";
/// Heading of the check value of the line.
pub(super) const CHECK: &str = "校验";
/// Headings of the names of both sides.
pub(super) const NAMES: [&str; 2] = ["姓名、性别、出生", "登记姓名、性别、出生"];
/// Headings of the numbers of both sides.
pub(super) const NUMBERS: [&str; 2] = ["证件号码", "登记证件号码"];

/// What some columns were called in lists that may still come back.
const FORMER: [[&str; 2]; 4] = [
    [NAMES[0], "姓名"],
    [NAMES[1], "登记姓名"],
    [NUMBERS[0], "证件号码、性别、出生"],
    [NUMBERS[1], "登记证件号码、性别、出生"],
];

/// Whether a heading of a returned list is that of the column, or was.
pub(super) fn is_heading(look: &ColumnLook, heading: &str) -> bool {
    look.heading == heading || FORMER.contains(&[look.heading, heading])
}

/// Whether a column's text is part of the check value.
pub(super) fn is_checked(look: &ColumnLook) -> bool {
    !look.is_input() && ![KEY, CHECK].contains(&look.heading)
}

/// Place of the column of that heading.
pub(super) fn place(looks: &[ColumnLook], heading: &str) -> usize {
    let place = looks.iter().position(|look| look.heading == heading);
    place.expect("the headings named here are those of the list")
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
