//! What is said about sheets: why one was left out, and what was noticed in one that was read.

use super::columns::one_line;
use super::data_row::RowKind;
use super::header::Header;
use super::sheet::Kept;
use super::synonyms::Synonyms;
use crate::problems::{Problem, Severity};
use crate::vocabulary::{Field, SourceKind};

/// The sheet a problem is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Path of the file.
    pub(super) file: &'a str,
    /// Name of the sheet; empty for text files.
    pub(super) sheet: &'a str,
    /// Headings of the source.
    pub(super) synonyms: &'a Synonyms,
}

impl Place<'_> {
    fn problem(&self, code: &'static str, severity: Severity) -> Problem {
        Problem::file(self.file, code, severity).at(self.sheet, "")
    }
}

/// A text file with bytes that are no text in its encoding.
pub(super) fn undecodable(file: &str, count: usize) -> Problem {
    Problem::file(file, "text-undecodable", Severity::Warning).saying(
        format!("有{count}处字节不是有效的文字（编码损坏）"),
        "这些字显示为“\u{FFFD}”，所在行照常读入；最好重新导出，或用Excel另存为.xlsx",
    )
}

/// A text file with a quote that is never closed.
pub(super) fn open_quote(file: &str) -> Problem {
    Problem::file(file, "text-open-quote", Severity::Warning).saying(
        "有双引号没有成对，若按引号合并会吞掉后面的行",
        "已把双引号当作普通字符逐行读入；请核对含双引号的行",
    )
}

/// A hidden sheet that looks like data.
pub(super) fn hidden(place: &Place<'_>) -> Problem {
    place.problem("sheet-hidden", Severity::Note).saying(
        "这是隐藏的工作表，看起来有数据",
        "未读入；如需要，请在Excel/WPS中取消隐藏后重新运行",
    )
}

/// A sheet whose rows go on from the sheet before.
pub(super) fn continued(place: &Place<'_>, rows: usize) -> Problem {
    place.problem("sheet-continued", Severity::Note).saying(
        "没有表头，各列与前一个工作表对得上",
        format!("按前一个工作表的列读入了{rows}行；如不对，请补上表头"),
    )
}

/// A sheet without a heading line.
pub(super) fn headless(place: &Place<'_>, texts: &[String]) -> Problem {
    let seen = if texts.is_empty() {
        "没有看到文字标题".to_owned()
    } else {
        format!("看到的是{}", quoted(texts))
    };
    place.problem("header-not-found", Severity::Error).saying(
        format!("前面的行里找不到表头；{seen}"),
        format!(
            "此表未读入；表头至少要有{}，可改列标题，或在项目文件该 [[source]] 的 columns 中写明",
            needed(place.synonyms)
        ),
    )
}

fn needed(synonyms: &Synonyms) -> String {
    let group = |group: &Vec<Field>| {
        let labels: Vec<String> =
            group.iter().map(|field| format!("“{}”", synonyms.label(*field))).collect();
        labels.join("或")
    };
    synonyms.required.iter().map(group).collect::<Vec<_>>().join("和")
}

/// A sheet without a required column.
pub(super) fn incomplete(place: &Place<'_>, header: &Header, missing: &[Vec<Field>]) -> Problem {
    let headings: Vec<String> = header.headings().iter().map(|heading| one_line(heading)).collect();
    let each: Vec<String> = missing.iter().map(|group| absence(place, group, &headings)).collect();
    place.problem("column-missing", Severity::Error).saying(
        format!(
            "第{}行是表头，但{}；看到的标题有{}",
            header.row_number,
            each.join("，"),
            quoted(&headings)
        ),
        format!(
            "此表未读入；请改列标题，或在项目文件该 [[source]] 的 columns 中写明 {} = [\"实际标题\"]",
            missing.first().and_then(|group| group.first()).map_or("name", |field| field.key())
        ),
    )
}

/// `缺少“姓名”列（最接近的是“姓氏”，可用的写法如…）`.
fn absence(place: &Place<'_>, group: &[Field], headings: &[String]) -> String {
    let labels: Vec<String> =
        group.iter().map(|field| format!("“{}”", place.synonyms.label(*field))).collect();
    let nearest = group.iter().find_map(|field| place.synonyms.nearest(*field, headings));
    let nearest = nearest.map_or_else(String::new, |heading| format!("最接近的是“{heading}”，"));
    let known: Vec<&str> = group.iter().flat_map(|field| place.synonyms.known(*field, 3)).collect();
    format!("缺少{}列（{nearest}认识的写法如{}）", labels.join("或"), known.join("、"))
}

/// Quotes up to thirty headings.
fn quoted(texts: &[String]) -> String {
    let shown: Vec<String> =
        texts.iter().take(30).map(|text| format!("“{}”", shortened(&one_line(text)))).collect();
    let more = if texts.len() > 30 { format!("等{}个", texts.len()) } else { String::new() };
    format!("{}{more}", shown.join("、"))
}

/// A long text cut off, for messages.
fn shortened(text: &str) -> String {
    let mut letters = text.chars();
    let mut short: String = letters.by_ref().take(30).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

/// A file of which nothing could be used, where no single sheet is to blame.
pub(super) fn nothing_usable(file: &str) -> Problem {
    Problem::file(file, "no-usable-sheet", Severity::Error).saying(
        "没有可用的工作表（有数据的工作表都是隐藏的，或只有说明）",
        "此文件未读入；请取消隐藏或确认报送单位是否发错了文件",
    )
}

/// What was noticed in a sheet that was read.
pub(super) fn about(place: &Place<'_>, kept: &Kept) -> Vec<Problem> {
    let mut problems = Vec::new();
    if kept.western {
        problems.push(place.problem("sheet-code-page", Severity::Note).saying(
            "文字显示为“ÐÕÃû”一类乱码（GBK文字被标成西文代码页）",
            "已按GBK还原后读入；请抽查几个姓名",
        ));
    }
    if kept.rows.is_empty() {
        problems.push(place.problem("sheet-no-rows", Severity::Warning).saying(
            format!("第{}行是表头，下面没有数据行", kept.header.row_number),
            "按0行处理；请确认报送单位是否发错了空表",
        ));
    }
    if kept.merged > 0 {
        problems.push(place.problem("cells-merged", Severity::Note).saying(
            format!("有纵向合并的单元格，下面的{}格没有自己的内容", kept.merged),
            "已按合并单元格的内容逐行读入（金额不重复计）",
        ));
    }
    let has_id = kept.candidates().any(|(_, candidate)| candidate.meaning.field == Field::IdNumber);
    if !has_id {
        problems.push(place.problem("id-column-missing", Severity::Warning).saying(
            "没有“证件号码”列",
            "各行照常读入，但只能按姓名等比对，结果多为待核；请补上证件号码列",
        ));
    }
    problems.extend(kept.skipped.iter().filter_map(|(kind, rows)| skipped(place, *kind, rows)));
    problems
}

fn skipped(place: &Place<'_>, kind: RowKind, rows: &[u32]) -> Option<Problem> {
    let (code, what) = match kind {
        RowKind::Data => return None,
        RowKind::Hollow => ("rows-hollow", "可识别的列都是空的（只有序号或无关内容）"),
        RowKind::Headings => ("rows-repeated-header", "是重复的表头"),
        RowKind::Closing => ("rows-closing", "是合计、填表人、备注一类的表尾行"),
        RowKind::Divider => ("rows-divider", "只有一格说明文字"),
    };
    let list: Vec<String> = rows.iter().take(10).map(u32::to_string).collect();
    let more = if rows.len() > 10 { format!("等{}行", rows.len()) } else { "行".to_owned() };
    let message = format!("第{}{more}{what}", list.join("、"));
    let action = "不作为数据行；如其中有人员，请补全姓名或证件号码";
    Some(place.problem(code, Severity::Note).saying(message, action))
}

/// A key under `columns` that names no field.
pub(super) fn unknown_key(kind: SourceKind, key: &str, nearest: &str) -> Problem {
    Problem::file("", "columns-unknown-field", Severity::Error).saying(
        format!("项目文件“{}”来源的 columns 中有不认识的字段“{key}”", kind.label()),
        format!("该项未使用；是否想写“{nearest}”"),
    )
}
