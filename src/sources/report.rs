//! What is said about sheets: why one was left out, and what was noticed in one that was read.

use super::RawCell;
use super::assembly::Headless;
use super::data_row::RowKind;
use super::header::{Header, HeadingCandidate};
use super::heading::one_line;
use super::recognise::Really;
use super::sheet::Kept;
use super::synonyms::Synonyms;
use crate::origin::column_letters;
use crate::problems::{Problem, Severity};
use crate::vocabulary::{Field, SourceKind};

/// Code of the problem that a registry lies among other lists.
pub(super) const REGISTRY_MISPLACED: &str = "registry-misplaced";

/// The sheet a problem is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProblemPlace<'a> {
    /// Path of the file.
    pub(super) file: &'a str,
    /// Name of the sheet; empty for text files.
    pub(super) sheet: &'a str,
    /// Headings of the source.
    pub(super) synonyms: &'a Synonyms,
}

impl ProblemPlace<'_> {
    fn problem(&self, code: &'static str, severity: Severity) -> Problem {
        Problem::file(self.file, code, severity).at(self.sheet, "")
    }
}

/// A hidden sheet that looks like data.
pub(super) fn hidden(place: &ProblemPlace<'_>) -> Problem {
    place.problem("sheet-hidden", Severity::Note).saying(
        "这是隐藏的工作表，看起来有数据",
        "未读入；如需要，请在Excel/WPS中取消隐藏后重新运行",
    )
}

/// A sheet whose rows go on from the sheet before.
pub(super) fn continued(place: &ProblemPlace<'_>, rows: usize) -> Problem {
    place.problem("sheet-continued", Severity::Note).saying(
        "没有表头，各列与前一个工作表对得上",
        format!("按前一个工作表的列读入了{rows}行；如不对，请补上表头"),
    )
}

/// A second list below the first one of a sheet.
pub(super) fn below(place: &ProblemPlace<'_>, header: &Header, rows: usize) -> Problem {
    place.problem("sheet-second-header", Severity::Note).saying(
        format!("第{}行是同一工作表里的又一个表头，下面是另一份名单", header.row_number),
        format!("按这个表头自己的列读入了{rows}行"),
    )
}

/// A sheet without a heading line among so many filled rows.
pub(super) fn headless(
    place: &ProblemPlace<'_>,
    Headless { texts, rows, .. }: &Headless,
) -> Problem {
    let seen = if texts.is_empty() {
        "没有看到文字标题".to_owned()
    } else {
        format!("看到的是{}", quoted(texts))
    };
    place.problem("header-not-found", Severity::Error).saying(
        format!("有内容的前{rows}行里找不到表头；{seen}"),
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

/// A list under the wrong kind of source, or a result of this program handed in as a list.
pub(super) fn wrong_kind(place: &ProblemPlace<'_>, kind: SourceKind, really: Really) -> Problem {
    let listed = kind.label();
    match really {
        Really::Result => place.problem("list-is-result", Severity::Error).saying(
            "这像是本程序写出的结果，不是报送的名单",
            "此表未读入；请移走，结果文件夹不要放进输入文件夹",
        ),
        Really::List(SourceKind::Registry) => {
            place.problem(REGISTRY_MISPLACED, Severity::Error).saying(
                format!("这像是建档立卡信息（有户编号、人编号一类的列），却放在“{listed}”来源下"),
                "此表未读入；请放到 kind = \"registry\" 的来源下再运行",
            )
        }
        Really::List(other) => place.problem("list-wrong-kind", Severity::Error).saying(
            format!("这像是{}名单，却放在“{listed}”来源下", other.label()),
            format!("此表未读入；请放到 kind = \"{}\" 的来源下", other.key()),
        ),
    }
}

/// A sheet without a required column.
pub(super) fn incomplete(
    place: &ProblemPlace<'_>,
    header: &Header,
    missing: &[Vec<Field>],
) -> Problem {
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
fn absence(place: &ProblemPlace<'_>, group: &[Field], headings: &[String]) -> String {
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
pub(super) fn about(place: &ProblemPlace<'_>, kept: &Kept) -> Vec<Problem> {
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
    if !kept.hidden.is_empty() {
        problems.push(place.problem("rows-hidden", Severity::Note).saying(
            format!("有{}行是隐藏的或被筛选掉的（{}）", kept.hidden.len(), listed(&kept.hidden)),
            "隐藏的行与其他行一样读入；如不应计入，请先删除这些行",
        ));
    }
    problems.extend(kept.candidates().filter_map(|(slot, one)| valueless(place, kept, slot, one)));
    problems.extend(kept.candidates().filter_map(|(slot, one)| zero_dates(place, kept, slot, one)));
    if !tells_numbers(kept) {
        problems.push(place.problem("id-column-missing", Severity::Warning).saying(
            "没有“证件号码”列",
            "各行照常读入，但只能按姓名等比对，结果多为待核；请补上证件号码列",
        ));
    }
    problems.extend(kept.skipped.iter().filter_map(|(kind, rows)| skipped(place, *kind, rows)));
    problems
}

/// Whether a column holds people's own numbers. A list of households may name their heads only, and the
/// number of 残疾人证 begins with the ID number.
fn tells_numbers(kept: &Kept) -> bool {
    let has =
        |field: Field| kept.candidates().any(|(_, candidate)| candidate.meaning.field == field);
    has(Field::IdNumber) || has(Field::DisabilityNo) || (has(Field::HeadId) && !has(Field::Name))
}

fn skipped(place: &ProblemPlace<'_>, kind: RowKind, rows: &[u32]) -> Option<Problem> {
    let (code, what) = match kind {
        RowKind::Data => return None,
        RowKind::Hollow => ("rows-hollow", "可识别的列都是空的（只有序号或无关内容）"),
        RowKind::Headings => ("rows-repeated-header", "是重复的表头"),
        RowKind::Closing => ("rows-closing", "是合计、填表人、备注一类的表尾行"),
        RowKind::PageTitle => ("rows-page-title", "是每页重复的标题"),
        RowKind::Divider => ("rows-divider", "只有一格说明文字"),
    };
    let message = format!("{}{what}", listed(rows));
    let action = "不作为数据行；如其中有人员，请补全姓名或证件号码";
    Some(place.problem(code, Severity::Note).saying(message, action))
}

/// `第3、5、9行`, cut off after ten.
fn listed(rows: &[u32]) -> String {
    let list: Vec<String> = rows.iter().take(10).map(u32::to_string).collect();
    let more = if rows.len() > 10 { format!("等{}行", rows.len()) } else { "行".to_owned() };
    format!("第{}{more}", list.join("、"))
}

/// A column of formulas that were saved without their values: programs that cannot calculate write
/// such files, and Excel shows values only after it has opened them.
fn valueless(
    place: &ProblemPlace<'_>,
    kept: &Kept,
    slot: usize,
    one: &HeadingCandidate,
) -> Option<Problem> {
    let rows = kept.valueless.get(slot).filter(|rows| !rows.is_empty())?;
    // A formula may give an empty text, as in “if nothing, then nothing”.
    let severity = if kept.filled(slot) == 0 { Severity::Warning } else { Severity::Note };
    let heading = one_line(&one.heading);
    let problem = place.problem("formulas-without-value", severity).saying(
        format!("“{heading}”列有{}格是公式，但文件里没有保存结果（{}）", rows.len(), listed(rows)),
        "这些格按空白读入；请用Excel/WPS打开文件、保存后重新放入",
    );
    Some(problem.at(place.sheet, &format!("{}{}", column_letters(one.index), rows[0])))
}

/// Dates that are 0: formulas that refer to nothing, or were never calculated.
fn zero_dates(
    place: &ProblemPlace<'_>,
    kept: &Kept,
    slot: usize,
    one: &HeadingCandidate,
) -> Option<Problem> {
    let zeros =
        kept.rows.iter().zip(kept.cells[slot].iter()).filter(|(_, cell)| is_zero_date(cell));
    let rows: Vec<u32> = zeros.map(|(row, _)| *row).collect();
    let first = rows.first()?;
    let all = rows.len() == kept.filled(slot);
    let severity = if all { Severity::Warning } else { Severity::Note };
    let heading = one_line(&one.heading);
    let problem = place.problem("dates-zero", severity).saying(
        format!(
            "“{heading}”列有{}格的日期是0（显示为1900-01-00），多为公式没有取到值（{}）",
            rows.len(),
            listed(&rows)
        ),
        "这些日期按空白处理；请补上真实日期，或用Excel/WPS打开文件、保存后重新放入",
    );
    Some(problem.at(place.sheet, &format!("{}{first}", column_letters(one.index))))
}

/// Day 0 of the 1900 system, as a date and as its look in text.
fn is_zero_date(cell: &RawCell) -> bool {
    match cell {
        RawCell::Date(serial) => (0.0..1.0).contains(serial),
        RawCell::Text(text) => {
            ["1900-01-00", "1900/01/00", "1900/1/0", "1900-1-0"].contains(&text.trim())
        }
        _ => false,
    }
}

/// A key under `columns` that names no field.
pub(super) fn unknown_key(kind: SourceKind, key: &str, nearest: &str) -> Problem {
    Problem::file("", "columns-unknown-field", Severity::Error).saying(
        format!("项目文件“{}”来源的 columns 中有不认识的字段“{key}”", kind.label()),
        format!("该项未使用；是否想写“{nearest}”"),
    )
}
