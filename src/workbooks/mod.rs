//! Results → Excel workbooks and the machine-readable files, written into one folder.
//!
//! Comes in: everything a run knows, as [`Results`]. Goes out: files. Workbooks are byte-identical
//! for equal inputs: dates inside are fixed, rows sorted, IDs written as text. A school's workbook
//! shows no registered person but those its own rows are linked to; its review list alone shows
//! candidates, their numbers masked.

mod annex2;
mod annex3;
mod book;
pub mod cards;
mod columns;
mod compared;
pub mod confirmation;
mod context;
mod cover;
mod csv_files;
mod disk;
mod exemption_book;
mod first_page;
mod folder;
mod form;
mod graduates_book;
mod intentions;
mod lists_csv;
mod made_by;
mod matched;
mod mismatches;
mod monitoring_book;
mod names;
mod outlook_book;
mod outreach;
mod overlap;
mod pair_reach;
mod people;
mod periods;
mod person_book;
mod plan_form;
mod problem_book;
mod programme_book;
mod progress_book;
mod province_csv;
mod province_forms;
mod province_plans;
mod push_book;
mod ranking_book;
mod returned_book;
mod returns_county;
mod returns_institution;
pub mod review;
mod send_back;
mod send_back_city;
pub mod sent;
pub mod sent_forms;
mod stages_book;
mod style;
mod table;
pub mod taken;
mod template;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rust_xlsxwriter::XlsxError;

use crate::config::Province;
use crate::findings::Finding;
use crate::private_files;
use crate::province::{Collection, ReturnedPlans};
use crate::results::Results;
use crate::vocabulary::Annex;
use book::Book;
use context::Context;
pub use context::LONGEST;
pub use people::FigureRow;
pub use person_book::{FileSheet, PersonBook, is_workbook, person_files};
pub use push_book::{Graduate, POST_HEADINGS, PostCells, push_list};
pub use template::mistakes as template_mistakes;

/// Why the results could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// The disk is full, the folder is not writable, a file is in the way; the text names the path.
    #[error("无法写入结果：{}", private_files::reason(.0))]
    Io(#[from] std::io::Error),
    /// A limit of the workbook format was broken.
    #[error("无法生成工作簿 {}：{source}", path.display())]
    Excel {
        /// The workbook.
        path: PathBuf,
        /// What the format does not allow.
        source: XlsxError,
    },
    /// A blank form of the bureau's own could not be filled.
    #[error("无法填写表样 {}：{reason}", path.display())]
    Template {
        /// The blank form.
        path: PathBuf,
        /// Why.
        reason: String,
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

/// Writes all workbooks and CSV files into an existing, empty folder and returns their paths in a
/// fixed order. Files are readable by their owner only.
///
/// # Errors
/// When a file cannot be written; the folder then holds part of the results and must not be
/// published.
pub fn write(target: &Path, results: &Results) -> Result<Vec<PathBuf>, WorkbookError> {
    let context = Context::new(*results);
    let files = folder::plan(&context);
    private_files::restrict(target)?;
    for (path, _) in &files {
        private_files::make_folder(target.join(path).parent().unwrap_or(target))?;
    }
    let mut longest_first: Vec<&(PathBuf, folder::Output)> = files.iter().collect();
    longest_first.sort_by_key(|(_, output)| output.turn());
    let disk = disk::Disk::below(target);
    longest_first.into_iter().par_bridge().try_for_each(|(path, output)| {
        disk.watched(|| folder::write_file(&context, &target.join(path), *output))
    })?;
    Ok(files.into_iter().map(|(path, _)| target.join(path)).collect())
}

/// The mismatch report of some findings, as the bytes of a workbook; `chosen` says in words which
/// they are. Numbers stand in full, as in the report of a run; problems of reading stay with that.
///
/// # Errors
/// When a limit of the format is broken.
pub fn mismatch_book(
    results: &Results,
    findings: &[Finding],
    chosen: &str,
) -> Result<Vec<u8>, WorkbookError> {
    let context = Context::new(Results { findings, ..*results });
    let title = format!("差异（{chosen}）");
    let make = || {
        let mut book = Book::in_memory(&title, results.project.as_of)?;
        mismatches::fill_chosen(&mut book, &context, chosen)?;
        book.bytes()
    };
    make().map_err(|source| WorkbookError::Excel { path: PathBuf::from(&title), source })
}

/// The people behind a figure, or behind one row of it, as the bytes of a workbook; numbers stand in full.
///
/// # Errors
/// When a limit of the format is broken.
pub fn figure_book(
    results: &Results,
    title: &str,
    which: FigureRow<'_>,
) -> Result<Vec<u8>, WorkbookError> {
    let context = Context::new(*results);
    let make = || {
        let mut book = Book::in_memory(title, results.project.as_of)?;
        people::fill_figure(&mut book, &context, which)?;
        book.bytes()
    };
    make().map_err(|source| WorkbookError::Excel { path: PathBuf::from(title), source })
}

/// Everything the province's writers need.
#[derive(Clone, Copy, Debug)]
pub struct ProvinceResults<'run> {
    /// The province file.
    pub province: &'run Province,
    /// What was returned, taken and found.
    pub collection: &'run Collection,
    /// Progress tables of programmes, added up.
    pub plans: &'run ReturnedPlans,
}

/// Writes the province's forms, the list of what goes back to the cities, and the CSV files into an
/// existing, empty folder.
///
/// # Errors
/// As [`write()`].
pub fn write_province(target: &Path, results: &ProvinceResults) -> Result<(), WorkbookError> {
    private_files::restrict(target)?;
    disk::Disk::below(target).watched(|| {
        for annex in Annex::ALL {
            province_forms::write(target, results, annex)?;
            province_csv::annex(target, results.collection, annex)?;
        }
        province_plans::write(target, results)?;
        send_back::write(target, results)?;
        send_back_city::write(target, results)?;
        province_csv::problems(target, results.collection)
    })
}
