//! A folder of files as offices collect them → which list each of them is.
//!
//! Comes in: a folder. Goes out: one [`SortedFile`] per file below it, told by its content: the same
//! heading search that reads the lists later is made once for every kind of list, and the kind whose
//! own headings are there wins. What is no list (forms, blank lists, results of earlier runs, other
//! files) is told with the reason. Nothing is moved or changed.

mod folder;
mod head;
mod marks;
mod picture;
mod verdict;
mod words;

use std::path::Path;

use rayon::prelude::*;

pub use folder::FolderFile;
pub use picture::{PictureRow, SheetPicture, WideCell, pictures};

use super::Progress;
use super::meter::Meter;
use crate::grids::ReadOptions;
use crate::quarantine::Readers;
use crate::vocabulary::SourceKind;
use folder::FolderWalk;

/// Which list a file is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListName {
    /// Its kind.
    pub kind: SourceKind,
    /// For [`SourceKind::List`]: the name of the list's definition.
    pub list: Option<String>,
}

impl ListName {
    /// One of the four kinds that need no definition.
    pub fn of(kind: SourceKind) -> Self {
        Self { kind, list: None }
    }

    /// The name users read.
    pub fn label(&self) -> String {
        let shipped = self
            .list
            .as_ref()
            .and_then(|name| crate::config::shipped_lists().iter().find(|one| one.list == *name));
        shipped.map_or_else(|| self.kind.label().to_owned(), |one| format!("名单：{}", one.title))
    }
}

/// What a file was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileVerdict {
    /// A list.
    List(ListName),
    /// Sheets of several lists; the first of them is the one most of its sheets are.
    Several(Vec<ListName>),
    /// Something this program wrote: a result, or a workbook sent out to be filled in.
    Ours,
    /// Headings of a list, and nobody below them.
    Blank,
    /// A form of figures, without people.
    Form,
    /// No list anybody recognises; why.
    Unclear(String),
    /// Could not be read; why.
    Unread(String),
}

/// A file of the folder with what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortedFile {
    /// Which file.
    pub file: FolderFile,
    /// What it is.
    pub verdict: FileVerdict,
}

/// A folder below which nothing was looked at, or a name that is no file; and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Path relative to the folder, with `/`.
    pub shown: String,
    /// Why.
    pub why: &'static str,
}

/// All that was found in a folder, in the order of the paths.
#[derive(Clone, Debug, Default)]
pub struct SortedFolder {
    /// The files.
    pub files: Vec<SortedFile>,
    /// What was not looked at.
    pub passed_over: Vec<PassedOver>,
}

/// Looks at every file below a folder. Never fails: what cannot be read says so itself.
pub fn sort_folder(root: &Path, progress: &dyn Progress) -> SortedFolder {
    let FolderWalk { files, passed_over } = folder::walk(root);
    SortedFolder { files: sort_files(files, progress), passed_over }
}

/// Looks at files, in their order. Never fails: what cannot be read says so itself.
pub fn sort_files(files: Vec<FolderFile>, progress: &dyn Progress) -> Vec<SortedFile> {
    let size = |file: &FolderFile| fs_err::metadata(&file.path).map_or(0, |data| data.len());
    progress.stage("辨认文件", files.iter().map(size).sum());
    let readers = Readers::new();
    let sorted = files.into_par_iter().map(|file| {
        let verdict = look(&file, &readers, progress);
        SortedFile { file, verdict }
    });
    sorted.collect()
}

fn look(file: &FolderFile, readers: &Readers, progress: &dyn Progress) -> FileVerdict {
    let bytes = fs_err::metadata(&file.path).map_or(0, |data| data.len());
    let _meter = Meter::new(progress, bytes);
    let mut head = head::FileHead::default();
    match readers.read(&file.path, ReadOptions::default(), &mut head).read {
        Ok(()) => verdict::of(&head.events, &file.shown),
        Err(refusal) => FileVerdict::Unread(refusal.problem(&file.shown).message),
    }
}
