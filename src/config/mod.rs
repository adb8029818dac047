//! What the user wrote: the project file, read and checked in one go.
//!
//! Comes in: the text of a `PROJECT.toml`. Goes out: a [`Project`], or every mistake at once with
//! its line. Holds no stage's types beyond names; each stage compiles its own plan from it.

mod binding;
mod directory;
pub mod edit;
mod folder;
mod mistakes;
mod policy;
mod project;
mod province;
mod section;
mod setting;
mod settings;
mod syntax;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

pub use binding::{BESIDE_FIGURES, Binding, BoundForm, CellAddress, address};
pub use directory::{Ownership, UnitEntry, UnitKind};
pub use mistakes::nearest;
pub use mistakes::{ConfigErrors, Mistake};
pub use policy::{
    Advance, Amount, AmountKind, Condition, CountedBy, CourseResult, Dated, DueDate, DueOn,
    EventDate, EventNeed, Limit, LimitVerdict, ListColumn, ListDefinition, ListRole, Per, Period,
    PolicySettings, Programme, ProgressFigure, RowLevel, Rule, StudentCondition, Subject, Target,
    TargetKind, When, Within, shipped_lists, shipped_programmes, shipped_targets,
};
pub use province::Province;
pub use setting::Setting;

use crate::vocabulary::SourceKind;

/// Window of the flows of the forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportWindow {
    /// From 1 January or 1 July of the half-year the report date lies in.
    #[default]
    HalfYear,
    /// From 1 January.
    YearToDate,
}

/// One `[[source]]` of the project.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What the files hold.
    pub kind: SourceKind,
    /// Globs relative to the project file.
    pub files: Vec<String>,
    /// Lists only: which list it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Lists only: what such a list looks like.
    #[serde(skip)]
    pub definition: Option<Arc<ListDefinition>>,
    /// Registry only: the city it belongs to, when it is not the project's own.
    #[serde(default)]
    pub region: Option<String>,
    /// School or agency of all rows, where the files do not say it.
    #[serde(default)]
    pub institution: Option<String>,
    /// Extra headings: field key → headings.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Headings of columns that are not to be used, whatever they seem to be.
    #[serde(default)]
    pub unused: Vec<String>,
    /// Labels the program does not know: field key → label or code in the file → the label it means.
    #[serde(default)]
    pub labels: BTreeMap<String, BTreeMap<String, String>>,
    /// Passwords to try on encrypted workbooks.
    #[serde(default, skip_serializing)]
    pub passwords: Vec<String>,
    /// Registry only: whether a run goes on although files of it are missing or cannot be read.
    #[serde(default)]
    pub allow_missing: bool,
}

/// Which settings the figures use (`statistics.md`); printed on 口径说明.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub struct FigureSettings {
    /// `intake` or `paired-counties`.
    pub liang_hou_sheng: LiangHouSheng,
    /// Youngest and oldest age of 两后生 at `as_of`, both included.
    pub liang_hou_sheng_ages: [u8; 2],
    /// Whether 保留学籍 counts as in school.
    pub count_suspended: bool,
    /// Whether only 全日制 counts.
    pub full_time_only: bool,
    /// Which date places a class in the window.
    pub training_date: TrainingDate,
    /// Whether an employment status without a date counts.
    pub count_undated_employment: bool,
    /// Youngest and oldest age of a 贫困劳动力 at `as_of`, both included.
    pub worker_ages: [u8; 2],
}

impl Default for FigureSettings {
    fn default() -> Self {
        Self {
            liang_hou_sheng: LiangHouSheng::Intake,
            liang_hou_sheng_ages: [15, 22],
            count_suspended: false,
            full_time_only: false,
            training_date: TrainingDate::Start,
            count_undated_employment: false,
            worker_ages: [16, 60],
        }
    }
}

/// What column ① of Annex 2 counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LiangHouSheng {
    /// New intake of the school that came from 初中 or 高中.
    #[default]
    Intake,
    /// Registry persons who meet the 两后生 rule in the counties paired with the school.
    PairedCounties,
}

/// Which date of a class decides whether it lies in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrainingDate {
    /// 开班日期.
    #[default]
    Start,
    /// 结业日期.
    End,
}

/// A place name defined by the user: spelling in the files → its meaning.
#[derive(Clone, Debug, serde::Serialize)]
pub struct PlaceAlias {
    /// As written in the files.
    pub from: String,
    /// Full current name, e.g. `桦南县桦南镇红光村`.
    pub to: String,
}

/// A checked project file.
#[derive(Clone, Debug)]
pub struct Project {
    /// Folder of the project file; globs and results are relative to it.
    pub root: PathBuf,
    /// The project file itself.
    pub path: PathBuf,
    /// Title of reports.
    pub title: String,
    /// Bare name of the reporting unit, e.g. `佳木斯市`.
    pub unit: String,
    /// Report date.
    pub as_of: jiff::civil::Date,
    /// Window of the flows.
    pub report_window: ReportWindow,
    /// The sources in file order.
    pub sources: Vec<Source>,
    /// Counting rules.
    pub figures: FigureSettings,
    /// Place aliases.
    pub places: Vec<PlaceAlias>,
    /// What the project says of schools and agencies.
    pub institutions: Vec<UnitEntry>,
    /// A linkage model file replacing the shipped one.
    pub model: Option<PathBuf>,
    /// Person who fills the forms (填表人).
    pub filled_by: Option<String>,
    /// Date printed as 填表时间; the report date where nothing is said.
    pub filled_on: Option<jiff::civil::Date>,
    /// Schools and agencies in the order the forms print them.
    pub institution_order: Vec<String>,
    /// Blank forms of the bureau's own.
    pub templates: Vec<Binding>,
    /// Links drawn at random that people are asked to check.
    pub audit: usize,
    /// Programmes in use, in the order they are judged.
    pub programmes: Vec<Programme>,
    /// Every list there is, handed over or not, by rank.
    pub lists: Vec<ListDefinition>,
    /// Files of catalogues by name.
    pub catalogues: BTreeMap<String, Vec<String>>,
    /// Numbers to reach of the project's own.
    pub targets: Vec<Target>,
}

impl Project {
    /// The bureau's own blank of a form.
    pub fn blank_of(&self, form: &BoundForm) -> Option<&Binding> {
        self.templates.iter().find(|one| one.form == *form)
    }

    /// Reads and checks a project file. A report date given on the command line takes the place
    /// of the file's own.
    ///
    /// # Errors
    /// Every mistake of the file at once, each with its line.
    pub fn load(path: &Path, as_of_override: Option<Date>) -> Result<Self, ConfigErrors> {
        Self::parse(&read_text(path)?, path, as_of_override)
    }

    /// The same from the text of the file; only `model` and `templates` are looked up on disk.
    ///
    /// # Errors
    /// Every mistake of the text at once, each with its line.
    pub fn parse(
        text: &str,
        path: &Path,
        as_of_override: Option<Date>,
    ) -> Result<Self, ConfigErrors> {
        checked(text, path, |top, mistakes| project::build(top, path, as_of_override, mistakes))
    }

    /// The bureau as the forms print it: `佳木斯市人力资源社会保障局`.
    pub fn bureau(&self) -> String {
        crate::vocabulary::unit::bureau(&self.unit)
    }

    /// The settings in force, for `run.json` and the run id; passwords are left out.
    pub fn settings(&self) -> serde_json::Value {
        settings::in_force(self)
    }
}

/// What a text says, or every mistake in it.
fn checked<T>(
    text: &str,
    path: &Path,
    build: impl FnOnce(&section::Section<'_, '_>, &mut mistakes::MistakeCollector<'_>) -> Option<T>,
) -> Result<T, ConfigErrors> {
    // Windows Notepad puts a byte-order mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut mistakes = mistakes::MistakeCollector::new(text);
    let (table, errors) = toml::de::DeTable::parse_recoverable(text);
    syntax::report(text, &errors, &mut mistakes);
    let found = build(&section::Section::top(&table), &mut mistakes);
    match (found, mistakes.finish()) {
        (Some(found), list) if list.is_empty() => Ok(found),
        (_, mistakes) => Err(ConfigErrors { path: path.to_owned(), mistakes }),
    }
}

/// SHA-256 of a text in hexadecimal.
fn sum(text: &str) -> String {
    crate::digest::sha256(text.as_bytes())
}

/// The text of a file the user wrote.
fn read_text(path: &Path) -> Result<String, ConfigErrors> {
    let bytes = crate::private_files::read_small(path, MOST_BYTES)
        .map_err(|error| ConfigErrors::whole(path, missing(&error)))?;
    String::from_utf8(bytes).map_err(|_| ConfigErrors::whole(path, NOT_UTF8))
}

/// No settings are longer.
const MOST_BYTES: u64 = 16 << 20;

const NOT_UTF8: &str = "不是 UTF-8 编码的文本；请在记事本中“另存为”，编码选 UTF-8";

fn missing(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "找不到这个文件；请检查路径".to_owned(),
        std::io::ErrorKind::PermissionDenied => "没有读取这个文件的权限".to_owned(),
        std::io::ErrorKind::IsADirectory => "这是文件夹，不是项目文件".to_owned(),
        std::io::ErrorKind::FileTooLarge => "文件太大，不像是项目文件；请检查路径".to_owned(),
        _ => format!("读不了这个文件：{error}"),
    }
}

/// Reads a calendar day as people write it: `2019-06-10`, `2019/6/10`, `2019.6.10`,
/// `2019年6月10日` or `20190610`; years 2000–2100 only, so that a slip like 1019 is caught.
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let compact = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = if compact {
        [0..4, 4..6, 6..8].into_iter().filter_map(|range| text.get(range)).collect()
    } else {
        text.trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect()
    };
    let [year, month, day] = parts.as_slice() else { return None };
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    (2000..=2100).contains(&date.year()).then_some(date)
}
