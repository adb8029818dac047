//! What is said about a file that was read.

use super::{MAX_COLUMNS, MAX_TEXT};
use crate::problems::{Problem, Severity};

const LONG_CELL: &str = "只读入前面的部分，本行照常比对；请核对原表（文本文件多半是双引号没有成对，把后面的行并进了这一格）";

/// Something a person should know about a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub enum Remark {
    /// A cell with a text no office program can hold; it was cut.
    LongCell {
        /// Name of the sheet; empty for text files.
        sheet: String,
        /// Its address, as Excel shows it.
        cell: String,
        /// Its length in UTF-16 units.
        units: usize,
    },
    /// So many more of them.
    MoreLongCells(usize),
    /// So many cells stand in columns no office program has; they were left out.
    OutsideColumns(usize),
    /// So many places of a text file are no text in its encoding.
    Undecodable(usize),
    /// A text file with a quote that is never closed.
    OpenQuote,
    /// So many zero bytes of a text file were left out.
    ZeroBytes(usize),
    /// Lines of a text file are in different encodings.
    MixedEncodings,
    /// No delimiter was found in a text file whose lines have several words.
    NoDelimiter,
    /// The columns of a text file were told apart by the blanks between them.
    BlankColumns,
}

impl Remark {
    /// The remark as a problem of that file.
    pub fn problem(&self, file: &str) -> Problem {
        let (code, severity) = self.weight();
        let (message, action) = self.words();
        let problem = Problem::file(file, code, severity).saying(message, action);
        match self {
            Self::LongCell { sheet, cell, .. } => problem.at(sheet, cell),
            _ => problem,
        }
    }

    fn weight(&self) -> (&'static str, Severity) {
        match self {
            Self::LongCell { .. } | Self::MoreLongCells(_) => ("cell-too-long", Severity::Warning),
            Self::OutsideColumns(_) => ("cell-outside", Severity::Warning),
            Self::Undecodable(_) => ("text-undecodable", Severity::Warning),
            Self::OpenQuote => ("text-open-quote", Severity::Warning),
            Self::ZeroBytes(_) => ("text-zero-bytes", Severity::Note),
            Self::MixedEncodings => ("text-mixed-encodings", Severity::Note),
            Self::NoDelimiter => ("text-no-delimiter", Severity::Error),
            Self::BlankColumns => ("text-blank-columns", Severity::Note),
        }
    }

    fn words(&self) -> (String, &'static str) {
        match self {
            Self::LongCell { units, .. } => {
                (format!("这一格有{units}个字，超过Excel一格最多{MAX_TEXT}个字的限度"), LONG_CELL)
            }
            Self::MoreLongCells(count) => {
                (format!("还有{count}格超过Excel一格最多{MAX_TEXT}个字的限度"), LONG_CELL)
            }
            Self::OutsideColumns(count) => (
                format!("有{count}格在第{MAX_COLUMNS}列（XFD）之后，Excel没有这些列"),
                "这些格已略去；请核对原表（多半是分隔符写多了）",
            ),
            Self::Undecodable(count) => (
                format!("有{count}处字节不是有效的文字（编码损坏）"),
                "这些字显示为“\u{FFFD}”，所在行照常读入；最好重新导出，或用Excel另存为.xlsx",
            ),
            Self::OpenQuote => (
                "有双引号没有成对，若按引号合并会吞掉后面的行".to_owned(),
                "已把双引号当作普通字符逐行读入；请核对含双引号的行",
            ),
            Self::ZeroBytes(count) => (
                format!("有{count}个空字节（NUL），多为导出程序用来补足栏宽"),
                "已略去空字节后读入；请抽查几行",
            ),
            Self::MixedEncodings => (
                "同一文件里混用了UTF-8和GBK两种编码".to_owned(),
                "已逐行识别后读入；请抽查几个姓名",
            ),
            Self::NoDelimiter => (
                "找不到列与列之间的分隔符（逗号、制表符、分号、竖线），用空格也对不齐各列"
                    .to_owned(),
                "整行只能算一列；请在Excel中用“数据→分列”分好列，另存为.xlsx后重新放入",
            ),
            Self::BlankColumns => {
                ("列与列之间没有分隔符，只有空格".to_owned(), "已按对齐的空格分列读入；请抽查几行")
            }
        }
    }
}
