//! The school or agency a sheet is about, where no column says it: from the title rows, the sheet
//! name, the file name, the folder.
//!
//! A name is taken as it stands. Dates, numbers of copies and words such as 花名册 are cut off at the
//! two ends of a text, never from the middle; numerals, 分院, 校区 and the like belong to the name, and
//! the last ending counts. All names found are handed out: which one counts is settled where all
//! sheets are known.

use super::unit_words::{UnitWords, WORDS};
use super::{Row, shown_cell as shown};

/// Where the name of a school or agency was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamedBy {
    /// The project file.
    Project,
    /// A column of the list.
    Column,
    /// A row above the headings.
    Title,
    /// The sheet's name.
    Sheet,
    /// The file's name.
    File,
    /// The name of the file's folder.
    Folder,
}

impl NamedBy {
    /// The word users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Project => "项目文件",
            Self::Column => "列",
            Self::Title => "标题",
            Self::Sheet => "工作表名",
            Self::File => "文件名",
            Self::Folder => "文件夹名",
        }
    }
}

/// A name that was found for a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitName {
    /// The name without what surely is no part of it.
    pub name: String,
    /// The same with what stands behind it and may be part of it: `技师学院南` where the name was cut
    /// after 技师学院. Equal to `name` where nothing is in doubt.
    pub whole: String,
    /// Where it was read.
    pub by: NamedBy,
    /// What kind of name it is.
    pub form: NameForm,
}

/// How sure it is that a text names a school or agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameForm {
    /// It ends as such names do, or a label says that it is one.
    Full,
    /// A part of a school without the school: 第10分院.
    Branch,
    /// Some words of a file name that end in no known way.
    Words,
}

/// The names of a sheet, the one that counts most first.
pub(super) fn find(titles: &[Row], sheet: &str, file: &str) -> Vec<UnitName> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let in_sheet = branch(sheet).or_else(|| named(sheet, NamedBy::Sheet));
    let in_file = named(stem, NamedBy::File).or_else(|| words(stem));
    let in_folder = file.rsplit('/').nth(1).and_then(|folder| named(folder, NamedBy::Folder));
    in_titles(titles).into_iter().chain(in_sheet).chain(in_file).chain(in_folder).collect()
}

/// The name in a title row: behind a label, else in running text.
fn in_titles(titles: &[Row]) -> Option<UnitName> {
    let found = titles.iter().find_map(labelled).or_else(|| {
        let mut texts = titles.iter().flat_map(|row| row.cells.iter().map(|(_, c)| shown(c)));
        texts.find_map(|text| segments(&text).iter().find_map(|part| in_running_text(part)))
    });
    found.map(|name| full(name, NamedBy::Title))
}

fn full(name: String, by: NamedBy) -> UnitName {
    UnitName { whole: name.clone(), name, by, form: NameForm::Full }
}

/// `培训机构：育才职业培训学校`, in one cell or in two.
fn labelled(row: &Row) -> Option<String> {
    let texts: Vec<String> = row.cells.iter().map(|(_, cell)| shown(cell).into_owned()).collect();
    texts.iter().enumerate().find_map(|(place, text)| {
        let next = texts.get(place + 1).map_or("", String::as_str);
        let parts: Vec<&str> = text.split(['：', ':']).collect();
        (1..parts.len()).find_map(|at| {
            let label = label_in(parts[at - 1]);
            let value = parts[at].split_whitespace().next().unwrap_or("").trim_matches('_');
            let last = at + 1 == parts.len();
            after_label(&label, if value.is_empty() && last { next.trim() } else { value })
        })
    })
}

/// The label at the end of a text; `填 报 单 位` is one.
fn label_in(text: &str) -> String {
    let whole: String = text.split_whitespace().collect();
    let known = |label: &str| {
        let label = label.split(['(', '（']).next().unwrap_or("");
        WORDS.labels.iter().chain(&WORDS.office_labels).any(|word| word == label)
    };
    let last = text.split_whitespace().next_back().unwrap_or("");
    if known(&whole) { whole } else { last.to_owned() }
}

fn after_label(label: &str, value: &str) -> Option<String> {
    let label = label.split(['(', '（']).next().unwrap_or("");
    if WORDS.office_labels.iter().any(|known| known == label) {
        return in_running_text(value);
    }
    let value = trimmed(value, |words| &words.certain);
    let named = WORDS.labels.iter().any(|known| known == label) && value.chars().count() >= 2;
    named.then_some(value)
}

/// Running text at its marks, its blanks and its years. A title whose letters stand apart is one.
fn segments(text: &str) -> Vec<String> {
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let single = pieces.iter().filter(|piece| piece.chars().count() == 1).count();
    let text = if pieces.len() >= 4 && single * 5 >= pieces.len() * 4 {
        pieces.concat()
    } else {
        text.to_owned()
    };
    // A year at the beginning is cut off like everything else there.
    let undated = WORDS.year.replace_all(&text, |year: &regex::Captures<'_>| {
        let whole = year.get(0);
        let at_start = whole.is_none_or(|whole| whole.start() == 0);
        whole.filter(|_| at_start).map_or("\n", |whole| whole.as_str()).to_owned()
    });
    let marks = |c: char| c.is_whitespace() || "：:，,。；;《》“”\"!！?？、".contains(c);
    undated.split(marks).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The name a segment of running text begins with; it stops where the sentence goes on.
fn in_running_text(text: &str) -> Option<String> {
    let text = trimmed(text, |words| &words.right);
    let first = first_ending(&text)?;
    let behind = text.get(first.end..).unwrap_or("");
    let stop = WORDS.stops.iter().filter_map(|word| behind.find(word.as_str())).min();
    let text = text.get(..first.end + stop.unwrap_or(behind.len())).unwrap_or("");
    let cut = cut_after_last(text)?;
    Some(text.get(..cut)?.to_owned())
}

/// The name in the name of a sheet, a file or a folder.
fn named(text: &str, by: NamedBy) -> Option<UnitName> {
    let text = trimmed(text, |words| &words.right);
    let cut = cut_after_last(&text)?;
    let (name, behind) = text.split_at(cut);
    let whole = if WORDS.loose.is_match(behind) { name } else { text.as_str() };
    Some(UnitName { name: name.to_owned(), whole: whole.to_owned(), by, form: NameForm::Full })
}

/// A part of a school that a sheet is called after.
fn branch(sheet: &str) -> Option<UnitName> {
    let name = trimmed(sheet, |words| &words.right);
    let found = WORDS.branch.is_match(&name) || WORDS.designation.is_match(&name);
    found.then(|| UnitName { form: NameForm::Branch, ..full(name, NamedBy::Sheet) })
}

/// Whatever a file is called, without dates and words such as 花名册.
fn words(stem: &str) -> Option<UnitName> {
    let name = trimmed(stem, |words| &words.certain);
    let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
    let found = letters >= 2 && !WORDS.designation.is_match(&name) && !is_bare(&name);
    found.then(|| UnitName { form: NameForm::Words, ..full(name, NamedBy::File) })
}

/// Whether a text is made of words that name nobody.
fn is_bare(text: &str) -> bool {
    let mut rest = text;
    while let Some(shorter) = WORDS.bare.iter().find_map(|word| rest.strip_prefix(word.as_str())) {
        rest = shorter;
    }
    rest.is_empty()
}

/// A text without what is cut off at its ends.
fn trimmed(text: &str, right: fn(&UnitWords) -> &regex::Regex) -> String {
    let right = right(&WORDS);
    let mut rest = text.trim();
    loop {
        let before = rest;
        if let Some(found) = WORDS.left.captures(rest) {
            let end = found.name("cut").or_else(|| found.get(0)).map_or(0, |cut| cut.end());
            rest = rest.get(end..).unwrap_or("").trim();
        }
        if let Some(found) = right.find(rest) {
            rest = rest.get(..found.start()).unwrap_or("").trim();
        }
        rest = without_aside(rest);
        if rest.len() == before.len() {
            return rest.to_owned();
        }
    }
}

/// A text without brackets at its end that hold no part of a name: `（盖章）`, `(2019春)`, `（1）`.
fn without_aside(text: &str) -> &str {
    let Some(open) = last_bracket(text) else { return text };
    let inside = text.get(open..).unwrap_or("");
    let inside = inside.trim_matches(|letter| "()（）【】[]".contains(letter));
    let is_aside = WORDS.right.replace(inside, "").is_empty() || WORDS.aside.is_match(inside);
    let is_name = first_ending(inside).is_some_and(|ending| ending.start > 0);
    if is_aside && !is_name { text.get(..open).unwrap_or("").trim() } else { text }
}

/// Where the brackets at the end of a text open.
fn last_bracket(text: &str) -> Option<usize> {
    let closed = text.ends_with([')', '）', '】', ']']);
    closed.then(|| text.rfind(['(', '（', '【', '[']))?
}

/// An ending in a text, in bytes.
#[derive(Clone, Copy, Debug)]
struct NameEnding {
    start: usize,
    end: usize,
}

fn endings(text: &str) -> impl Iterator<Item = NameEnding> {
    WORDS.endings.iter().flat_map(move |word| {
        text.match_indices(word.as_str())
            .map(|(start, word)| NameEnding { start, end: start + word.len() })
    })
}

fn first_ending(text: &str) -> Option<NameEnding> {
    endings(text).min_by_key(|ending| (ending.end, ending.start))
}

/// Where a name ends: behind its last ending and brackets right behind that. A bare kind (技工学校)
/// and an office that made the list (某某局技工学校学籍表) are no names.
fn cut_after_last(text: &str) -> Option<usize> {
    let core = text.get(..first_ending(text)?.start)?;
    let is_office = WORDS.offices.iter().any(|word| core.ends_with(word.as_str()));
    let last = endings(text).map(|ending| ending.end).max()?;
    let is_vague = WORDS.vague.iter().any(|word| word == core)
        || WORDS.general.iter().any(|word| core.ends_with(word.as_str()))
        || WORDS.designation.is_match(text);
    if is_office || is_vague {
        return None;
    }
    let behind = text.get(last..)?;
    let within = text.get(..last)?;
    let count = |marks: [char; 2]| within.matches(marks).count();
    let inside = count(['(', '（']) > count([')', '）']);
    if !inside && !behind.starts_with(['(', '（']) {
        return Some(last);
    }
    let close = behind.match_indices([')', '）']).next();
    Some(last + close.map_or(0, |(at, mark)| at + mark.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NamedBy, Row, find};
    use crate::grids::cell_from_text;

    fn hint(titles: &[&str], sheet: &str, file: &str) -> Option<String> {
        let row = |(number, line): (u32, &&str)| Row {
            number,
            cells: (0..).zip(line.split('|')).map(|(i, text)| (i, cell_from_text(text))).collect(),
        };
        let rows: Vec<Row> = (1..).zip(titles).map(row).collect();
        find(&rows, sheet, file).into_iter().next().map(|found| found.name)
    }

    #[test]
    fn names_are_found_in_titles_sheets_and_file_names() {
        let cases: &[(&[&str], &str, &str, Option<&str>)] = &[
            (&[], "信息表", "in/05_培训导出_20190420.xlsx", None),
            (&[], "Sheet1", "in/全市职业技能培训台账.xlsx", None),
            (&["佳木斯技师学院2019年春季学籍表"], "Sheet1", "a.xls", Some("佳木斯技师学院")),
            (&["2019年佳木斯技师学院新生名册"], "", "a.xls", Some("佳木斯技师学院")),
            (
                &["附件3", "培训机构：育才职业培训学校  填表日期：2019年"],
                "",
                "a",
                Some("育才职业培训学校"),
            ),
            (&["名册", "学校名称：|桦川职教"], "", "a", Some("桦川职教")),
            (
                &["填报单位（盖章）：桦南县人社局"],
                "",
                "富锦职业培训学校.xls",
                Some("富锦职业培训学校"),
            ),
            (&["填报单位：桦南县职教中心（公章）"], "", "a", Some("桦南县职教中心")),
            (&["2019年技工学校学生统计表"], "佳木斯职业技术学校", "a", Some("佳木斯职业技术学校")),
            (
                &["春季学籍"],
                "Sheet1",
                "in/2019春佳木斯技师学院学籍(1).xlsx",
                Some("佳木斯技师学院"),
            ),
            (
                &[],
                "Sheet1",
                "佳木斯市育才职业培训学校有限公司.xls",
                Some("佳木斯市育才职业培训学校有限公司"),
            ),
            (
                &["填报说明第1条：请各学校按照学籍系统如实填写，不得漏报。"],
                "",
                "in/佳木斯技师学院.xlsx",
                Some("佳木斯技师学院"),
            ),
            (&["2019年春佳木斯技师学院学籍"], "", "a", Some("佳木斯技师学院")),
            (&["黑龙江省2019年佳木斯技师学院学籍"], "", "a", Some("佳木斯技师学院")),
            (&["全市技工院校学籍", "佳 木 斯 技 师 学 院 学 籍"], "", "a", Some("佳木斯技师学院")),
            (&[], "", "in/春季学籍导出_佳木斯技师学院.xls", Some("佳木斯技师学院")),
            (&[], "Sheet1", "in/学籍花名册20190410.xls", None),
            (&[], "Sheet1", "in/佳木斯技师学院/学籍花名册201904.xls", Some("佳木斯技师学院")),
            (&[], "Sheet1", "in/桦川阳光20190410花名册.xls", Some("桦川阳光")),
        ];
        for (titles, sheet, file, expected) in cases {
            assert_eq!(
                hint(titles, sheet, file).as_deref(),
                *expected,
                "{titles:?} {sheet} {file}"
            );
        }
    }

    /// Names with all that was once taken for something else.
    const ODD: &[&str] = &[
        "黑龙江技师学院",
        "黑龙江技师学院第10分院",
        "黑龙江技师学院第十分院",
        "黑龙江技师学院第11分院",
        "延寿县第10职业培训学校",
        "延寿县第15职业培训学校",
        "桦南县第6职业培训学校",
        "佳木斯市365职业培训学校",
        "佳木斯技师学院（东区）",
        "佳木斯技师学院（西区）",
        "佳木斯技师学院南岗校区",
        "佳木斯技师学院富锦教学点",
        "佳木斯信息工程学校",
        "哈尔滨春季花卉职业培训学校",
        "秋林职业培训学校",
        "桦川县新生职业培训学校",
        "哈尔滨市阿城第2职业高中",
        "同江市8511农场职业培训学校",
        "佳木斯大学附属技工学校",
        "佳木斯电子学校有限公司",
        "汤原县统计职业培训学校",
        "鹤岗矿业集团培训中心",
        "鹤岗矿业集团培训中心第三分校",
        "伊春技师学院美溪分院",
        "绥滨县育才培训学校二部教学点",
        "富锦市北大荒驾校",
        "富锦市七星农场有限责任公司",
        "哈尔滨北大青鸟IT培训学校",
        "黑河市逊克县边疆村职教中心",
        "饶河县职业教育中心学校",
        "抚远市2号职业培训学校",
        "双鸭山市第1技工学校",
        "双鸭山市第一技工学校",
        "七台河市学员之家培训中心",
        "大庆市表演艺术学校",
        "佳木斯技师学院（佳木斯高级技工学校）",
    ];

    proptest! {
        #[test]
        fn decorated_names_come_back(
            name in prop::sample::select(ODD),
            before in prop::sample::select(&["", "2019年", "2019春", "附件2：", "01", "3、", "（2）", "2018-2019学年", "学籍_", "20190410-"][..]),
            after in prop::sample::select(&["", "学籍", "花名册", "2019年春季学籍表", "学生名单", "(1)", "（2）", " - 副本", "_20190410", "201904", "2019.4", "新生名册（终稿）", "实名制台账", "2018级学生信息", "导出", "（盖章）", "建档立卡学生统计表"][..]),
        ) {
            let text = format!("{before}{name}{after}");
            let found = find(&[], "Sheet1", &format!("in/{text}.xlsx"));
            prop_assert_eq!(&found[0].name, name, "file {}", text);
            prop_assert_eq!(&found[0].whole, name, "file {}", text);
            let found = find(&[], &text, "in/a.xlsx");
            prop_assert_eq!(&found[0].name, name, "sheet {}", text);
            let title = [Row { number: 1, cells: vec![(0, crate::grids::cell_from_text(&text))] }];
            let found = find(&title, "", "in/a.xlsx");
            prop_assert_eq!((&found[0].name, found[0].by), (&(*name).to_owned(), NamedBy::Title), "title {}", text);
        }
    }

    #[test]
    fn as_many_files_are_as_many_units() {
        let names: std::collections::BTreeSet<String> = ODD
            .iter()
            .filter_map(|name| hint(&[], "Sheet1", &format!("in/{name}学籍花名册2019.xls")))
            .collect();
        assert_eq!(names.len(), ODD.len());
        assert_eq!(ODD.len(), 36);
    }

    #[test]
    fn what_may_belong_to_a_name_is_kept_beside_it() {
        let whole = |file: &str| find(&[], "", file).into_iter().next().map(|found| found.whole);
        let cases = [
            ("黑龙江技师学院阿城.xls", "黑龙江技师学院阿城"),
            ("黑龙江技师学院2.xls", "黑龙江技师学院2"),
            ("黑龙江技师学院汽修专业2018级.xls", "黑龙江技师学院"),
            ("黑龙江技师学院学籍-张老师.xls", "黑龙江技师学院"),
        ];
        for (file, expected) in cases {
            assert_eq!(whole(file).as_deref(), Some(expected), "{file}");
        }
    }
}
