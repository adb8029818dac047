//! Results → Excel workbooks and the machine-readable files, written into one folder.
//!
//! Comes in: everything a run knows, as [`Results`]. Goes out: files. Workbooks are byte-identical
//! for equal inputs: dates inside are fixed, rows sorted, IDs written as text. A school's workbook
//! shows no registered person but those its own rows are linked to.

mod annex2;
mod annex3;
mod book;
mod cover;
mod csv_files;
mod evidence;
mod form;
mod grouping;
mod marks;
mod matched;
mod mismatches;
mod names;
mod private;
mod returns_county;
mod returns_institution;
mod style;
mod table;
mod view;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rust_xlsxwriter::XlsxError;

use crate::config::Project;
use crate::findings::Finding;
use crate::linkage::Outcome;
use crate::origin::Catalogue;
use crate::problems::Problem;
use crate::records::Records;
use crate::sources::SourceKind;
use crate::statistics::Statistics;
use book::Book;
use grouping::{CountyKey, Groups};
use names::Taken;

/// Everything the writers need.
#[derive(Clone, Copy, Debug)]
pub struct Results<'run> {
    /// The project.
    pub project: &'run Project,
    /// Where rows stand.
    pub catalogue: &'run Catalogue,
    /// People.
    pub records: &'run Records,
    /// One per source row, same order as `records.sources`.
    pub outcomes: &'run [Outcome],
    /// Mismatches.
    pub findings: &'run [Finding],
    /// The forms' figures.
    pub statistics: &'run Statistics,
    /// Problems of all stages.
    pub problems: &'run [Problem],
}

/// Why the results could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// The disk is full, the folder is not writable, a file is in the way; the text names the path.
    #[error("无法写入结果：{0}")]
    Io(#[from] std::io::Error),
    /// A limit of the workbook format was broken.
    #[error("无法生成工作簿 {}：{source}", path.display())]
    Excel {
        /// The workbook.
        path: PathBuf,
        /// What the format does not allow.
        source: XlsxError,
    },
    /// A CSV file could not be written.
    #[error("无法写入 {}：{source}", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: csv::Error,
    },
}

/// What all writers share, made once.
struct Context<'run> {
    results: Results<'run>,
    groups: Groups,
    /// Indices of institutions in the order the forms print them.
    institution_order: Vec<usize>,
}

/// One file to write.
#[derive(Clone, Copy, Debug)]
enum Output {
    Matched,
    Mismatches,
    Annex2,
    Annex3,
    Institution(usize),
    County(CountyKey),
    LinksCsv,
    ProblemsCsv,
    Annex2Csv,
    Annex3Csv,
}

/// Writes all workbooks and CSV files into an existing, empty folder and returns their paths in a
/// fixed order. Files are readable by their owner only.
///
/// # Errors
/// When a file cannot be written; the folder then holds part of the results and must not be
/// published.
pub fn write(folder: &Path, results: &Results) -> Result<Vec<PathBuf>, WorkbookError> {
    let context = Context::new(*results);
    let files = plan(&context);
    for (path, _) in &files {
        private::create_folder(folder.join(path).parent().unwrap_or(folder))?;
    }
    files
        .par_iter()
        .map(|(path, output)| {
            let path = folder.join(path);
            write_file(&context, &path, *output)?;
            Ok(path)
        })
        .collect()
}

/// All files of a run, relative to its folder.
fn plan(context: &Context) -> Vec<(PathBuf, Output)> {
    let mut files: Vec<(PathBuf, Output)> = [
        ("01_比对结果.xlsx", Output::Matched),
        ("02_差异报告.xlsx", Output::Mismatches),
        (annex2::FILE, Output::Annex2),
        (annex3::FILE, Output::Annex3),
        ("links.csv", Output::LinksCsv),
        ("problems.csv", Output::ProblemsCsv),
        ("annex2.csv", Output::Annex2Csv),
        ("annex3.csv", Output::Annex3Csv),
    ]
    .map(|(name, output)| (PathBuf::from(name), output))
    .into();
    for kind in [SourceKind::Enrollment, SourceKind::Training] {
        files.extend(institution_files(context, kind));
    }
    files.extend(county_files(context));
    files
}

fn institution_files(context: &Context, kind: SourceKind) -> Vec<(PathBuf, Output)> {
    let folder = Path::new("反馈").join(view::institution_kind(kind));
    let institutions = &context.results.records.institutions;
    let mut taken = Taken::default();
    let of_kind = context.institution_order.iter().filter(|&&i| institutions[i].kind == kind);
    of_kind
        .map(|&index| {
            let name = taken.file(&institutions[index].name);
            (folder.join(format!("{name}.xlsx")), Output::Institution(index))
        })
        .collect()
}

fn county_files(context: &Context) -> Vec<(PathBuf, Output)> {
    let folder = Path::new("反馈").join("扶贫部门");
    let mut taken = Taken::default();
    let keys = context.groups.counties.keys();
    keys.map(|&key| {
        let name = taken.file(&context.county_name(key));
        (folder.join(format!("{name}.xlsx")), Output::County(key))
    })
    .collect()
}

fn write_file(context: &Context, path: &Path, output: Output) -> Result<(), WorkbookError> {
    match output {
        Output::LinksCsv => csv_files::links(path, &context.results),
        Output::ProblemsCsv => csv_files::problems(path, context.results.problems),
        Output::Annex2Csv => csv_files::annex2(path, &context.results.statistics.annex2),
        Output::Annex3Csv => csv_files::annex3(path, &context.results.statistics.annex3),
        _ => {
            let excel = |source| WorkbookError::Excel { path: path.to_owned(), source };
            let book = fill_book(context, path, output).map_err(excel)?;
            book.save(path)
        }
    }
}

fn fill_book(context: &Context, path: &Path, output: Output) -> Result<Book, XlsxError> {
    let project = context.results.project;
    let folder = path.parent().unwrap_or(path);
    let title = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut book = Book::new(&title, project.as_of, folder)?;
    match output {
        Output::Matched => matched::fill(&mut book, context)?,
        Output::Mismatches => mismatches::fill(&mut book, context)?,
        Output::Annex2 => annex2::fill(&mut book, context)?,
        Output::Annex3 => annex3::fill(&mut book, context)?,
        Output::Institution(index) => returns_institution::fill(&mut book, context, index)?,
        Output::County(key) => returns_county::fill(&mut book, context, key)?,
        Output::LinksCsv | Output::ProblemsCsv | Output::Annex2Csv | Output::Annex3Csv => {
            unreachable!("CSV files are not workbooks")
        }
    }
    Ok(book)
}

impl<'run> Context<'run> {
    fn new(results: Results<'run>) -> Self {
        let groups = Groups::new(&results);
        let institution_order = institution_order(&results);
        Self { results, groups, institution_order }
    }

    /// Unit and report date, as they stand under titles.
    fn round_line(&self) -> String {
        let project = self.results.project;
        format!("{}　统计时点：{}", project.bureau(), chinese_date(project.as_of))
    }

    /// A county as its workbook is called; with its city where two counties share the name or the
    /// registry is another city's.
    fn county_name(&self, key: CountyKey) -> String {
        let (region, place) = key;
        let gazetteer = &self.results.records.gazetteer;
        let name = gazetteer.name(place);
        if name.is_empty() {
            let city = if region == 0 { "" } else { self.region_name(region) };
            return format!("{city}县区未识别");
        }
        let same = |other: &CountyKey| *other != key && gazetteer.name(other.1) == name;
        if region == 0 && !self.groups.counties.keys().any(same) {
            return name.to_owned();
        }
        let parent = gazetteer.divisions.get(place as usize).map(|division| division.parent);
        let city = parent.map_or("", |parent| gazetteer.name(parent));
        format!("{city}{name}")
    }

    fn region_name(&self, region: u16) -> &str {
        self.results.records.regions.get(usize::from(region)).map_or("", String::as_str)
    }
}

/// Institutions as the forms order them: schools first, then those the project names in its order,
/// then by name.
fn institution_order(results: &Results) -> Vec<usize> {
    let institutions = &results.records.institutions;
    let named = &results.project.institution_order;
    let rank = |name: &str| named.iter().position(|n| n == name).unwrap_or(usize::MAX);
    let mut order: Vec<usize> = (0..institutions.len()).collect();
    order.sort_by_key(|&index| {
        let institution = &institutions[index];
        (institution.kind, rank(&institution.name), &institution.name)
    });
    order
}

/// `2019年6月10日`.
fn chinese_date(date: jiff::civil::Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}
