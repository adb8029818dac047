//! The school or agency a sheet is about, where no column says it: from the title rows, else the
//! sheet name, else the file name.

use super::{Row, shown_cell as shown};

/// Words an institution's name ends with; longer ones first.
const ENDINGS: &[&str] = &[
    "职业技能培训学校",
    "职业培训学校",
    "高级技工学校",
    "职业技术学校",
    "职业教育中心",
    "技能培训中心",
    "职业培训中心",
    "就业训练中心",
    "技师学院",
    "技工学校",
    "培训学校",
    "培训中心",
    "职教中心",
    "有限责任公司",
    "有限公司",
    "服务中心",
    "实训基地",
    "培训基地",
    "驾驶学校",
    "总校",
    "分校",
    "分院",
    "学院",
    "学校",
    "驾校",
    "中心",
    "协会",
    "公司",
    "集团",
    "基地",
    "大学",
    "中专",
    "职高",
    "校区",
];

/// Labels in title rows after which the name stands.
const LABELS: &[&str] = &[
    "培训机构名称",
    "培训机构",
    "培训单位名称",
    "培训单位",
    "培训学校",
    "学校名称",
    "院校名称",
    "技工院校名称",
    "承训机构",
    "承训单位",
    "办学机构",
    "机构名称",
    "学校",
    "院校",
];

/// Labels after which some office may stand as well, so that the name needs a known ending.
const OFFICE_LABELS: &[&str] =
    &["填报单位", "报送单位", "填表单位", "单位名称", "单位", "上报单位", "制表单位"];

/// Words of a file name that are no part of a name.
const FILE_WORDS: &[&str] = &[
    "学籍",
    "花名册",
    "名册",
    "名单",
    "学生",
    "学员",
    "信息",
    "统计",
    "汇总",
    "导出",
    "最新",
    "终稿",
    "定稿",
    "明细",
    "台账",
    "数据",
    "上报",
    "报送",
    "新生",
    "在校生",
    "毕业生",
    "在籍",
    "培训",
    "实名制",
    "补贴",
    "春季",
    "秋季",
    "上半年",
    "下半年",
    "副本",
    "建档立卡",
    "技工院校",
    "职业培训",
    "电子注册",
    "表",
    "版",
    "sheet",
];

/// The institution named by the title rows, the sheet name, the file name or its
/// folder, in this order.
pub(super) fn find(titles: &[Row], sheet: &str, file: &str) -> Option<String> {
    labelled(titles)
        .or_else(|| in_titles(titles))
        .or_else(|| ending(sheet))
        .or_else(|| in_file_name(file))
        .or_else(|| in_folder(file))
}

/// `佳木斯技师学院/学籍.xls`: files sorted into a folder per school.
fn in_folder(file: &str) -> Option<String> {
    let folder = file.rsplit('/').nth(1)?;
    ending(folder)
}

/// `培训机构：育才职业培训学校`, in one cell or in two.
fn labelled(titles: &[Row]) -> Option<String> {
    titles.iter().find_map(|row| {
        let texts: Vec<String> =
            row.cells.iter().map(|(_, cell)| shown(cell).into_owned()).collect();
        texts.iter().enumerate().find_map(|(place, text)| {
            after_label(text, texts.get(place + 1).map_or("", String::as_str))
        })
    })
}

fn after_label(text: &str, next: &str) -> Option<String> {
    let (label, value) = text.split_once(['：', ':'])?;
    let label = clean_label(label);
    let value = value.split_whitespace().next().unwrap_or("");
    let value = value.trim_matches(|c: char| c == '_' || c.is_whitespace());
    let value = if value.is_empty() { next.trim() } else { value };
    let value = strip_seal(value);
    if OFFICE_LABELS.contains(&label.as_str()) {
        return ending(value);
    }
    let named = LABELS.contains(&label.as_str()) && value.chars().count() >= 2;
    named.then(|| value.to_owned())
}

/// `填报单位（盖章）` → `填报单位`.
fn clean_label(label: &str) -> String {
    let bare = label.split(['(', '（']).next().unwrap_or("");
    bare.chars().filter(|letter| !letter.is_whitespace()).collect()
}

fn strip_seal(value: &str) -> &str {
    value.split(['(', '（']).next().map_or("", str::trim)
}

fn in_titles(titles: &[Row]) -> Option<String> {
    let mut texts = titles.iter().flat_map(|row| row.cells.iter().map(|(_, cell)| shown(cell)));
    texts.find_map(|text| ending(&text))
}

/// The name in a text that ends with one of [`ENDINGS`]: `2019年佳木斯技师学院学籍表` →
/// `佳木斯技师学院`. A bare kind (`技工学校`) is no name.
fn ending(text: &str) -> Option<String> {
    text.split(is_boundary).find_map(name_in)
}

/// Digits, brackets and punctuation never belong to a name.
fn is_boundary(letter: char) -> bool {
    letter.is_ascii()
        || letter.is_whitespace()
        || "：，。、；（）《》【】“”—_－–·０１２３４５６７８９".contains(letter)
}

fn name_in(part: &str) -> Option<String> {
    let part =
        part.trim_start_matches(['年', '月', '日', '季', '度', '级', '届', '期', '春', '秋']);
    let first = ENDINGS
        .iter()
        .filter_map(|word| part.find(word).map(|start| (start + word.len(), start)))
        .min_by_key(|(end, start)| (*end, *start))?;
    let mut end = first.0;
    // 职业培训学校有限公司, 技师学院培训中心: an ending right after an ending belongs to the name.
    while let Some(more) = ENDINGS.iter().find(|word| rest(part, end).starts_with(**word)) {
        end += more.len();
    }
    let name = part.get(..end)?;
    let core = part.get(..first.1)?;
    let vague = [
        "", "各", "全市", "全省", "本", "我", "该", "所在", "就读", "全县", "各类", "技工", "毕业",
    ];
    // 某某局技工学校学籍表 names the office that made the list.
    let office =
        ["局", "厅", "委", "处", "政府", "办", "办公室"].iter().any(|word| core.ends_with(word));
    (!office && !vague.contains(&core)).then(|| name.to_owned())
}

fn rest(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or("")
}

/// The file name without extension, dates, numbers and words such as 花名册.
fn in_file_name(file: &str) -> Option<String> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if let Some(found) = ending(stem) {
        return Some(found);
    }
    let mut kept = String::new();
    for part in stem.split(is_boundary) {
        let part = part.trim_matches(['年', '月', '日', '级', '届', '期', '第', '春', '秋']);
        kept.push_str(part);
    }
    for word in FILE_WORDS {
        kept = kept.replace(word, "");
    }
    (kept.chars().count() >= 3).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::{Row, find};
    use crate::grids::cell_from_text;

    fn hint(titles: &[&str], sheet: &str, file: &str) -> Option<String> {
        let row = |(number, line): (u32, &&str)| Row {
            number,
            cells: (0..).zip(line.split('|')).map(|(i, text)| (i, cell_from_text(text))).collect(),
        };
        let rows: Vec<Row> = (1..).zip(titles).map(row).collect();
        find(&rows, sheet, file)
    }

    #[test]
    fn names_are_found_in_titles_sheets_and_file_names() {
        let cases: &[(&[&str], &str, &str, Option<&str>)] = &[
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
}
