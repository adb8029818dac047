//! The province's file: which returned forms to read, for which period.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::folder::root_of;
use super::mistakes::{ConfigErrors, MistakeCollector};
use super::project::{WINDOWS, files, rule_words};
use super::section::Section;
use super::{LiangHouSheng, ReportWindow, checked, read_text};
use crate::vocabulary::unit;

const KEYS: [&str; 10] = [
    "title",
    "unit",
    "as_of",
    "report_window",
    "files",
    "passwords",
    "cities",
    "previous",
    "liang_hou_sheng",
    "form",
];

const FORM_KEYS: [&str; 2] = ["filled_by", "filled_on"];

/// A checked province file.
#[derive(Clone, Debug)]
pub struct Province {
    /// Folder of the file; globs and results are relative to it.
    pub root: PathBuf,
    /// The file itself.
    pub path: PathBuf,
    /// Title of the list of faults.
    pub title: String,
    /// Bare name of the reporting unit, e.g. `黑龙江省`.
    pub unit: String,
    /// Report date; its half-year is the period.
    pub as_of: Date,
    /// Window of the flows.
    pub report_window: ReportWindow,
    /// Globs of the returned workbooks.
    pub files: Vec<String>,
    /// Passwords to try on encrypted workbooks.
    pub passwords: Vec<String>,
    /// Who has to report; the official list where empty.
    pub cities: Vec<String>,
    /// Folder of the last period's results or returned workbooks.
    pub previous: Option<PathBuf>,
    /// What ① of the returned forms counts.
    pub liang_hou_sheng: LiangHouSheng,
    /// Person who fills the forms (填表人).
    pub filled_by: Option<String>,
    /// Date printed as 填表时间; the report date where nothing is said.
    pub filled_on: Option<Date>,
}

impl Province {
    /// Reads and checks a province file.
    ///
    /// # Errors
    /// Every mistake of the file at once, each with its line.
    pub fn load(path: &Path, as_of_override: Option<Date>) -> Result<Self, ConfigErrors> {
        Self::parse(&read_text(path)?, path, as_of_override)
    }

    /// The same from the text of the file; only `previous` is looked up on disk.
    ///
    /// # Errors
    /// Every mistake of the text at once, each with its line.
    pub fn parse(
        text: &str,
        path: &Path,
        as_of_override: Option<Date>,
    ) -> Result<Self, ConfigErrors> {
        checked(text, path, |top, mistakes| build(top, path, as_of_override, mistakes))
    }

    /// The department as the forms print it.
    pub fn bureau(&self) -> String {
        unit::bureau(&self.unit)
    }

    /// The settings in force, for `run.json` and the run id; passwords are left out.
    pub fn settings(&self) -> serde_json::Value {
        let previous = self.previous.as_ref().map(|path| {
            path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().replace('\\', "/")
        });
        serde_json::json!({
            "title": self.title,
            "unit": self.unit,
            "as_of": self.as_of.to_string(),
            "report_window": self.report_window,
            "files": self.files,
            "passwords_given": self.passwords.len(),
            "cities": self.cities,
            "previous": previous,
            "liang_hou_sheng": self.liang_hou_sheng,
            "filled_by": self.filled_by,
            "filled_on": self.filled_on.map(|date| date.to_string()),
        })
    }
}

fn build(
    top: &Section<'_, '_>,
    path: &Path,
    as_of_override: Option<Date>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<Province> {
    let root = root_of(path);
    top.allow(&KEYS, mistakes);
    let form = top.section("form", mistakes);
    let form = form.as_ref();
    if let Some(form) = form {
        form.allow(&FORM_KEYS, mistakes);
    }
    demand(top, as_of_override, mistakes);
    let unit = top.text("unit", mistakes).map(|unit| bare_province(&unit));
    let as_of = as_of_override.or(top.date("as_of", mistakes));
    let previous = previous(top, &root, mistakes);
    let title = top.text("title", mistakes);
    let province = Province {
        path: path.to_owned(),
        title: String::new(),
        unit: unit.unwrap_or_default(),
        as_of: as_of.unwrap_or_default(),
        report_window: top.word("report_window", &WINDOWS, mistakes).unwrap_or_default(),
        files: files(top, mistakes),
        passwords: top.texts("passwords", mistakes),
        cities: top.texts("cities", mistakes),
        previous,
        liang_hou_sheng: rule_words(top, mistakes).unwrap_or_default(),
        filled_by: form.and_then(|form| form.text("filled_by", mistakes)),
        filled_on: form.and_then(|form| form.date("filled_on", mistakes)),
        root,
    };
    as_of?;
    let title = title.unwrap_or_else(|| format!("{}技能脱贫攻坚进展情况汇总", province.unit));
    Some(Province { title, ..province })
}

/// `黑龙江` and `黑龙江省人力资源和社会保障厅` → `黑龙江省`.
fn bare_province(written: &str) -> String {
    let bare = unit::bare_name(written.trim().trim_end_matches("人力资源和社会保障厅"));
    match bare.strip_suffix('市') {
        Some("黑龙江") => "黑龙江省".to_owned(),
        _ => bare,
    }
}

fn demand(top: &Section<'_, '_>, as_of: Option<Date>, mistakes: &mut MistakeCollector<'_>) {
    let missing = [
        ("unit", "缺“unit”（填报单位）；请加一行，如 unit = \"黑龙江省\""),
        ("files", "缺“files”（各市报来的表）；请加一行，如 files = [\"returned/*\"]"),
    ];
    for (key, message) in missing {
        if !top.has(key) {
            mistakes.add_whole(message);
        }
    }
    if !top.has("as_of") && as_of.is_none() {
        mistakes.add_whole(
            "缺“as_of”（报告日期）；请加一行，如 as_of = 2019-06-10，或在命令后加 --as-of 2019-06-10",
        );
    }
}

fn previous(
    top: &Section<'_, '_>,
    root: &Path,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<PathBuf> {
    let written = top.text("previous", mistakes)?;
    let path = root.join(written.replace('\\', "/"));
    if !path.is_dir() {
        let message = format!("“previous”指的文件夹“{written}”不存在（按本文件所在文件夹查找）");
        mistakes.add(&top.span_of("previous"), message);
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Province;

    fn parse(text: &str) -> Result<Province, Vec<String>> {
        Province::parse(text, Path::new("省.toml"), None)
            .map_err(|errors| errors.mistakes.into_iter().map(|one| one.message).collect())
    }

    #[test]
    fn a_short_file_is_enough() {
        let text = "unit = \"黑龙江\"\nas_of = 2019-06-10\nfiles = \"returned/*\"\n";
        let province = parse(text).expect("sound");
        assert_eq!(province.bureau(), "黑龙江省人力资源和社会保障厅");
        assert_eq!(province.files, ["returned/*"]);
        assert_eq!(province.title, "黑龙江省技能脱贫攻坚进展情况汇总");
    }

    #[test]
    fn all_mistakes_come_at_once() {
        let text = "unit = 3\nas_of = 5\nfilse = [\"x\"]\nprevious = \"nowhere\"\n\
                    report_window = \"year\"\n[form]\nfilled = \"x\"\n";
        let mistakes = parse(text).expect_err("refused").join("\n");
        for part in [
            "“unit”应为",
            "“as_of”应为",
            "filse",
            "缺“files”",
            "nowhere",
            "report_window",
            "filled",
        ] {
            assert!(mistakes.contains(part), "{part}:\n{mistakes}");
        }
    }
}
