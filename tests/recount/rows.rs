//! The linked rows of a finished run: what `links.csv` decides, with the cells of the inputs.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::story;

use super::cells::{self, Heading, Rows};
use super::registry::Registry;
use super::settings::{Day, Settings};

/// What a linked row says.
pub struct Row {
    pub person: String,
    pub county: String,
    pub training: bool,
    pub unit: String,
    cells: BTreeMap<&'static str, String>,
}

const HEADINGS: [Heading; 22] = [
    ("school", &["学校", "院校"], &["毕业", "地址"], false),
    ("agency", &["培训单位", "培训机构", "承训", "机构名称"], &["电话", "地址"], false),
    ("entry", &["入学", "入校"], &["前"], true),
    ("status", &["学籍状态"], &[], false),
    ("form", &["学习形式", "办学形式"], &[], false),
    ("from", &["生源", "招生对象"], &[], false),
    ("leave", &["离校类"], &[], false),
    ("left", &["毕业", "离校"], &["就业", "类"], true),
    ("employed", &["就业"], &[], true),
    ("founded", &["创业"], &["就业"], true),
    ("work", &["就业状态", "就业创业状态"], &[], false),
    ("class", &["班级编号", "班期编号", "开班编号", "班号", "期次"], &[], false),
    ("class_name", &["班级名称"], &[], false),
    ("kind", &["培训类"], &[], false),
    ("trade", &["工种"], &["等级"], false),
    ("start", &["开班", "开始", "起始"], &["编号"], true),
    ("end", &["结业", "终止", "结束"], &["编号"], true),
    ("certificate", &["证书类", "证书名"], &[], false),
    ("certificate_no", &["证书编号"], &[], false),
    ("training_fee", &["培训补贴", "培训费补贴"], &[], false),
    ("exam_fee", &["鉴定"], &[], false),
    ("living", &["生活"], &[], false),
];

impl Row {
    pub fn text(&self, key: &str) -> &str {
        self.cells.get(key).map_or("", String::as_str)
    }

    pub fn day(&self, key: &str) -> Option<Day> {
        cells::day(self.text(key))
    }

    /// Whether something came of the course between its end and the report date.
    pub fn afterwards(&self, key: &str, settings: &Settings) -> bool {
        let Some((end, day)) = self.day("end").zip(self.day(key)) else { return false };
        (end..=settings.as_of).contains(&day)
    }

    /// At work or a founder without a date.
    fn is_undated(&self, words: &[&str]) -> bool {
        let dated = self.day("employed").or(self.day("founded")).is_some();
        !dated && words.iter().any(|word| self.text("work").contains(word))
    }

    /// A class that the window holds.
    pub fn is_trained(&self, settings: &Settings) -> bool {
        let day = self.day(if settings.by_end { "end" } else { "start" });
        self.training && settings.in_window(day)
    }

    /// 创业 after the class.
    pub fn is_founder(&self, settings: &Settings) -> bool {
        let undated = settings.undated && self.is_undated(&["已创业", "自主创业"]);
        self.is_trained(settings) && (self.afterwards("founded", settings) || undated)
    }

    fn is_at_work(&self, settings: &Settings) -> bool {
        let words = ["已就业", "已创业", "自主创业"];
        let undated = settings.undated && self.is_undated(&words);
        self.afterwards("employed", settings) || self.afterwards("founded", settings) || undated
    }

    pub fn is_certified(&self) -> bool {
        let kind = self.text("certificate");
        !self.text("certificate_no").is_empty() || !(kind.is_empty() || kind.starts_with('无'))
    }

    /// Middle or high school, as the row says.
    pub fn is_leaver(&self) -> bool {
        ["初中", "高中"].iter().any(|word| self.text("from").contains(word))
    }

    /// ① … ⑦, ① by intake.
    pub fn counts(&self, settings: &Settings) -> [bool; 7] {
        let form = self.text("form");
        let form = form.contains("全日制") && !form.contains("非全日制");
        let student = !self.training && (form || !settings.full_time);
        let enrolled = student && self.text("status").contains("正式学籍");
        let suspended = student && self.text("status").contains("保留学籍");
        let new = enrolled && settings.in_window(self.day("entry"));
        let leave = self.text("leave");
        let graduated = student
            && leave.contains("毕业")
            && !leave.contains('预')
            && settings.in_window(self.day("left"));
        let employed = self.day("employed").is_some_and(|day| day <= settings.as_of);
        let trained = self.is_trained(settings);
        [
            new && self.is_leaver(),
            new,
            enrolled || (suspended && settings.suspended),
            graduated,
            graduated && employed,
            trained,
            trained && self.is_at_work(settings),
        ]
    }

    /// Which of the six kinds of training.
    pub fn kind(&self) -> usize {
        let has = |words: &[&str]| words.iter().any(|word| self.text("kind").contains(word));
        match () {
            () if has(&["引导"]) => 0,
            () if has(&["创业"]) => 5,
            () if has(&["预备"]) => 4,
            () if has(&["就地", "就近", "实用", "车间"]) => 3,
            () if has(&["岗", "订单", "定向", "特种", "学徒", "安全"]) => 2,
            () => 1,
        }
    }

    /// The class: by its number or name, else by trade and first day.
    pub fn class(&self) -> (String, String) {
        let named = ["class", "class_name", "trade"].map(|key| self.text(key));
        let named = named.iter().find(|text| !text.is_empty()).copied().unwrap_or_default();
        (self.unit.clone(), format!("{named} {}", self.text("start")))
    }
}

/// The school or agency: its column, else the file's name, else the title.
fn unit(file: &str, rows: &Rows, cell: &str) -> String {
    let stem = Path::new(file).file_stem().expect("a name").to_string_lossy();
    if !cell.is_empty() {
        return cell.to_owned();
    }
    if !stem.contains("导出") {
        return named(&stem);
    }
    let title = |row: &Vec<String>| row.iter().find(|cell| !cell.is_empty()).cloned();
    let titles: Vec<String> = rows.iter().take(4).filter_map(title).collect();
    let said = titles.iter().find_map(|title| title.split_once('：').filter(is_unit));
    match said {
        Some((_, name)) => name.to_owned(),
        None => titles[0].split("2019").next().unwrap_or_default().to_owned(),
    }
}

fn is_unit((label, _): &(&str, &str)) -> bool {
    ["学校名称", "培训机构"].contains(label)
}

/// A file's name without what the file holds: 学籍信息（2019年）.
fn named(stem: &str) -> String {
    let words = ["学籍信息", "培训信息"];
    let cut = words.iter().find_map(|word| stem.split_once(word)).map(|(name, _)| name);
    cut.unwrap_or(stem).to_owned()
}

/// A file's sheets, each with the row of its headings.
fn sheets_of(folder: &Path, file: &str, first: &BTreeMap<(&str, &str), usize>) -> Vec<Sheet> {
    let sheets = cells::sheets(&folder.join(file)).into_iter();
    let of = |(name, rows): (String, Rows)| {
        // The headings stand above the first data row.
        let headings = first.get(&(file, name.as_str())).map(|row| row - 2)?;
        Some(Sheet { name, rows, headings })
    };
    sheets.filter_map(of).collect()
}

struct Sheet {
    name: String,
    rows: Rows,
    headings: usize,
}

/// All linked rows of a finished run.
pub fn linked(folder: &Path, registry: &Registry) -> Vec<Row> {
    let links = story::table(&folder.join("out/links.csv"));
    let at = |heading: &str| story::column(&links, heading);
    let (file, sheet, line) = (at("source_file"), at("source_sheet"), at("source_row"));
    let (decision, person) = (at("decision"), at("person_id"));
    let number = |link: &Vec<String>| link[line].parse::<usize>().expect("a row");
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for link in &links[1..] {
        let row = first.entry((&link[file], &link[sheet])).or_insert(usize::MAX);
        *row = number(link).min(*row);
    }
    let files: BTreeMap<&str, Vec<Sheet>> =
        first.keys().map(|(file, _)| (*file, sheets_of(folder, file, &first))).collect();
    let row = |link: &Vec<String>| {
        let one = files[link[file].as_str()].iter().find(|one| one.name == link[sheet])?;
        let own = registry.person(&link[person])?;
        let cells = row_cells(&one.rows[one.headings], &one.rows[number(link) - 1]);
        let training = link[file].contains("/training/");
        let key = if training { "agency" } else { "school" };
        let said = cells.get(key).map_or("", String::as_str);
        let unit = unit(&link[file], &one.rows, said);
        let (person, county) = (own.number.clone(), own.county.clone());
        Some(Row { person, county, training, unit, cells })
    };
    let decided = links[1..].iter().filter(|link| link[decision] == "link");
    decided.map(|link| row(link).expect("a row of the inputs and of the registry")).collect()
}

fn row_cells(headings: &[String], row: &[String]) -> BTreeMap<&'static str, String> {
    let value = |heading: &Heading| {
        let column = cells::column(headings, heading)?;
        Some((heading.0, row.get(column)?.clone()))
    };
    HEADINGS.iter().filter_map(value).collect()
}
