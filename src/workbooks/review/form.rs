//! The form of the list, which its writer and the reader of returned copies share.

use sha2::{Digest as _, Sha256};

use crate::linkage::decisions::Answer;
use crate::workbooks::table::{CellKind, Column, column};

/// Name of the sheet.
pub(super) const LIST: &str = "待核清单";

/// What stands before the cell for the clerk's name.
pub(super) const CLERK: &str = "核对人";

/// Row of the headings, from 0.
pub(super) const HEADING_ROW: u32 = 3;

const ANSWERS: [&str; 3] =
    [Answer::Same.label(), Answer::Different.label(), Answer::Unsure.label()];

/// The columns. Widths are fixed, so that both sides stand at the same place on every page.
pub(super) const COLUMNS: [Column; 18] = [
    column("序号", CellKind::Code, 7),
    column("学校/机构", CellKind::Text, 12),
    column("姓名", CellKind::Word, 9),
    column("登记姓名", CellKind::Word, 9),
    column("证件号码、性别、出生", CellKind::Code, 20),
    column("登记证件号码、性别、出生", CellKind::Code, 20),
    column("户籍地址", CellKind::Text, 16),
    column("登记地址", CellKind::Text, 16),
    column("家长", CellKind::Text, 10),
    column("登记的户内身份", CellKind::Text, 11),
    column("专业、班级、入学（开班）", CellKind::Text, 14),
    column("匹配概率", CellKind::Code, 9),
    column("待核原因与权重", CellKind::Text, 38),
    column("结论", CellKind::Input(&ANSWERS), 11),
    column("备注", CellKind::Input(&[]), 14),
    column("出处", CellKind::Text, 30),
    column("标识", CellKind::Code, 10),
    column("校验", CellKind::Code, 10),
];

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
pub(super) fn check<'a>(key: &'a str, texts: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for text in std::iter::once(key).chain(texts) {
        let bare: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        hasher.update(bare.len().to_le_bytes());
        hasher.update(bare.as_bytes());
    }
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    let bytes = hasher.finalize();
    bytes.iter().take(5).flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
