//! How a bureau's own blank form is filled: a small file beside the blank `.xlsx` that says which
//! form it is, which sheet, where the rows begin, and what each column and cell holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::digest;
use crate::vocabulary::Annex;

use super::mistakes::MistakeCollector;
use super::section::Section;
use super::{ConfigErrors, checked, read_text};

/// A cell of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct CellAddress {
    /// From 0.
    pub column: u32,
    /// From 1.
    pub row: u32,
}

/// Which form a blank is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum BoundForm {
    /// One of the two forms of the comparison.
    Annex(Annex),
    /// The quarterly report of a programme, by the programme's id.
    Report(String),
}

/// A checked binding file.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Binding {
    /// The blank workbook as the binding file names it, from the project's folder.
    pub name: String,
    /// Where it lies.
    #[serde(skip)]
    pub path: PathBuf,
    /// SHA-256 of the blank workbook.
    pub sha256: String,
    /// Which form it is.
    pub form: BoundForm,
    /// The sheet to fill.
    pub sheet: String,
    /// First row of data, from 1.
    pub first_row: u32,
    /// Row of 总计, if the blank has one.
    pub total_row: Option<u32>,
    /// Whether money is printed in yuan and not in 万元.
    pub yuan: bool,
    /// Column (from 0) → `number`, `name`, `note`, in a report `plan`, `quarter` or `rate`, or the code of a
    /// figure.
    pub columns: BTreeMap<u32, String>,
    /// `bureau`, `filled_on`, `filled_by`, `period` or `notes` → cell.
    pub cells: BTreeMap<String, CellAddress>,
}

const KEYS: [&str; 8] =
    ["form", "file", "sheet", "first_row", "total_row", "money", "columns", "cells"];
const CELLS: [&str; 5] = ["bureau", "filled_on", "filled_by", "period", "notes"];
const FORMS: [(&str, Annex); 2] = [("annex2", Annex::Two), ("annex3", Annex::Three)];

/// What is no figure of a form: number, name and remark of a row.
pub const BESIDE_FIGURES: [&str; 3] = ["number", "name", "note"];

impl Binding {
    /// Reads and checks a binding file; `root` is the project's folder, `reports` are the ids of its
    /// programmes that report by quarter.
    ///
    /// # Errors
    /// Every mistake of the file at once, each with its line.
    pub fn load(root: &Path, path: &Path, reports: &[&str]) -> Result<Self, ConfigErrors> {
        let build = |top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>| {
            let form = form(top, reports, mistakes);
            build(top, root, path, form, mistakes)
        };
        checked(&read_text(path)?, path, build)
    }
}

fn form(
    top: &Section<'_, '_>,
    reports: &[&str],
    mistakes: &mut MistakeCollector<'_>,
) -> Option<BoundForm> {
    let names = FORMS.iter().map(|(name, _)| *name).chain(reports.iter().copied());
    let words: Vec<(&str, usize)> = names.zip(0..).collect();
    let place = top.word("form", &words, mistakes)?;
    Some(match FORMS.get(place) {
        Some((_, annex)) => BoundForm::Annex(*annex),
        None => BoundForm::Report(words[place].0.to_owned()),
    })
}

fn build(
    top: &Section<'_, '_>,
    root: &Path,
    path: &Path,
    form: Option<BoundForm>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<Binding> {
    top.allow(&KEYS, mistakes);
    for key in ["form", "file", "sheet", "first_row", "columns"] {
        if !top.has(key) {
            mistakes.add_whole(format!("缺“{key}”"));
        }
    }
    let blank = blank(top, path, mistakes);
    let (first_row, total_row) = (top.row("first_row", mistakes), top.row("total_row", mistakes));
    if let (Some(first), Some(total)) = (first_row, total_row)
        && total <= first
    {
        let message = format!("“total_row”（{total}）应在“first_row”（{first}）之后");
        mistakes.add(&top.span_of("total_row"), message);
    }
    let yuan = top.word("money", &[("万元", false), ("元", true)], mistakes).unwrap_or_default();
    let sheet = top.text("sheet", mistakes);
    let columns = columns(top, mistakes);
    let cells = cells(top, mistakes);
    if top.has("columns") {
        completeness(top, &columns, mistakes);
    }
    doubles(top, &cells, mistakes);
    let (path, sha256) = blank?;
    let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
    Some(Binding {
        name,
        sha256,
        form: form?,
        sheet: sheet?,
        first_row: first_row?,
        total_row,
        yuan,
        columns,
        cells,
        path,
    })
}

/// A form nobody can read: rows without names, or without figures.
fn completeness(
    top: &Section<'_, '_>,
    columns: &BTreeMap<u32, String>,
    mistakes: &mut MistakeCollector<'_>,
) {
    let span = top.span_of("columns");
    if columns.values().all(|what| what != "name") {
        mistakes.add(&span, "[columns] 里没有“name”（名称）这一列".to_owned());
    }
    if columns.values().all(|what| BESIDE_FIGURES.contains(&what.as_str())) {
        mistakes.add(&span, "[columns] 里一个指标也没有".to_owned());
    }
}

/// Cells of the heading that are written twice.
fn doubles(
    top: &Section<'_, '_>,
    cells: &BTreeMap<String, CellAddress>,
    mistakes: &mut MistakeCollector<'_>,
) {
    for (place, (what, at)) in cells.iter().enumerate() {
        if let Some((other, _)) = cells.iter().take(place).find(|(_, other)| *other == at) {
            let message = format!("[cells] 的“{other}”和“{what}”指同一格");
            mistakes.add(&top.span_of("cells"), message);
        }
    }
}

/// No blank form is larger.
const MOST_BYTES: u64 = 64 << 20;

/// The blank workbook, from the folder of the binding file, with its sum.
fn blank(
    top: &Section<'_, '_>,
    path: &Path,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<(PathBuf, String)> {
    let written = top.text("file", mistakes)?;
    let blank = super::folder::root_of(path).join(written.replace('\\', "/"));
    let Ok(bytes) = crate::private_files::read_small(&blank, MOST_BYTES) else {
        let message = format!("读不到“file”指的空白表“{written}”（按本文件所在文件夹查找）");
        mistakes.add(&top.span_of("file"), message);
        return None;
    };
    Some((blank, digest::sha256(&bytes)))
}

fn columns(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> BTreeMap<u32, String> {
    let Some(section) = top.section("columns", mistakes) else { return BTreeMap::new() };
    let mut columns: BTreeMap<u32, String> = BTreeMap::new();
    for (letters, what) in section.pairs(mistakes) {
        let span = section.span_of(&letters);
        match column(&letters) {
            None => {
                let message = format!("[columns] 的“{letters}”不是列号；请写 A、B、C 的样子");
                mistakes.add(&span, message);
            }
            Some(_) if columns.values().any(|bound| *bound == what) => {
                mistakes.add(&span, format!("[columns] 里“{what}”写了两列"));
            }
            Some(index) => {
                columns.insert(index, what);
            }
        }
    }
    columns
}

fn cells(
    top: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> BTreeMap<String, CellAddress> {
    let Some(section) = top.section("cells", mistakes) else { return BTreeMap::new() };
    section.allow(&CELLS, mistakes);
    let mut cells = BTreeMap::new();
    for (what, written) in section.pairs(mistakes) {
        let Some(address) = address(&written) else {
            let message = format!("[cells] 的“{what}”写的“{written}”不是单元格；请写 A3 的样子");
            mistakes.add(&section.span_of(&what), message);
            continue;
        };
        cells.insert(what, address);
    }
    cells
}

/// `C` → 2; at most Excel's last column.
fn column(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut number = 0;
    for letter in letters.bytes() {
        let digit = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
        number = number * 26 + digit;
    }
    (number <= 16_384).then(|| number - 1)
}

/// `A3` → its column and row.
pub fn address(written: &str) -> Option<CellAddress> {
    let digits = written.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, digits) = written.split_at(digits);
    let row: u32 = digits.parse().ok()?;
    let column = column(letters)?;
    (1..=1_048_576).contains(&row).then_some(CellAddress { column, row })
}

#[cfg(test)]
mod tests {
    use super::{Binding, CellAddress, address};

    #[test]
    fn addresses_are_read_as_excel_shows_them() {
        let cases = [
            ("A1", Some((0, 1))),
            ("AB12", Some((27, 12))),
            ("XFD1048576", Some((16_383, 1_048_576))),
            ("XFE1", None),
            ("a1", None),
            ("A0", None),
            ("12", None),
            ("A", None),
        ];
        for (written, expected) in cases {
            let expected = expected.map(|(column, row)| CellAddress { column, row });
            assert_eq!(address(written), expected, "{written}");
        }
    }

    #[test]
    fn all_mistakes_of_a_binding_come_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("表.toml");
        let text = "form = \"annex4\"\nfile = \"没有.xlsx\"\nfirst_row = 9\ntotal_row = 8\nsheets = 1\n\
                    [columns]\nA = \"number\"\nB = \"a2_1\"\nC = \"a2_1\"\n\"3\" = \"name\"\n\
                    [cells]\nbureau = \"3A\"\nnotes = \"B9\"\nperiod = \"B9\"\n";
        fs_err::write(&path, text).unwrap();
        let errors = Binding::load(folder.path(), &path, &[]).expect_err("refused").to_string();
        for part in [
            "annex4",
            "没有.xlsx",
            "缺“sheet”",
            "“total_row”（8）",
            "sheets",
            "“a2_1”写了两列",
            "“3”不是列号",
            "“3A”不是单元格",
            "没有“name”（名称）这一列",
            "“notes”和“period”指同一格",
        ] {
            assert!(errors.contains(part), "{part}:\n{errors}");
        }
    }
}
