//! What the start page knows: the folder that was looked at, the project that is open, the job under
//! way.

use std::path::PathBuf;

use super::drafts::SettingsDraft;
use super::rerun::RerunStep;
use crate::config::{Programme, Project};
use crate::pipeline::decide::ImportReport;
use crate::pipeline::init::Arrangement;
use crate::pipeline::{CheckReport, Deadline, RunReport, SheetColumns};

/// Everything the start pages show; one job at a time.
#[derive(Default)]
pub(super) struct FrontState {
    /// What is being done, and how far it is.
    pub(super) running: Option<FrontJob>,
    /// Why the last job came to nothing.
    pub(super) failed: Option<String>,
    /// A word on what was done.
    pub(super) notice: Option<String>,
    /// A folder that was looked at and is no project yet.
    pub(super) arranged: Option<(PathBuf, Arrangement)>,
    /// The project file that is open, whether it can be used or not.
    pub(super) file: Option<PathBuf>,
    /// The project that is open.
    pub(super) open: Option<OpenProject>,
    /// Settings that were changed and cannot be kept yet.
    pub(super) draft: Option<SettingsDraft>,
    /// What came of files that were handed over last.
    pub(super) received: Option<ReceivedFiles>,
}

/// Files that were handed over in the browser.
#[derive(Clone, Debug, Default)]
pub(super) struct ReceivedFiles {
    /// What was taken from returned workbooks, or why nothing was.
    pub(super) taken: Option<Result<ImportReport, String>>,
    /// The other files.
    pub(super) files: Vec<ReceivedFile>,
}

/// A file that was handed over and is no returned workbook.
#[derive(Clone, Debug)]
pub(super) struct ReceivedFile {
    /// Path in the project's folder, with `/`.
    pub(super) shown: String,
    /// The list it is, as a form names it; empty for none.
    pub(super) list: String,
    /// Why it is none, or what else there is to know.
    pub(super) note: String,
    /// Whether the project reads it as it is.
    pub(super) is_read: bool,
}

/// A job under way.
#[derive(Clone, Debug)]
pub(super) struct FrontJob {
    /// What is done, in words.
    pub(super) title: &'static str,
    /// How far it is.
    pub(super) step: RerunStep,
}

/// A project with what was found of it since it was opened.
pub(super) struct OpenProject {
    /// Its settings as they were last read.
    pub(super) project: Project,
    /// What the columns of its inputs are taken for, once they were read.
    pub(super) columns: Option<Vec<SheetColumns>>,
    /// What the last check found.
    pub(super) check: Option<CheckReport>,
    /// The last run from here.
    pub(super) run: Option<RunReport>,
    /// Files of the newest results.
    pub(super) results: Vec<ResultFile>,
    /// Address of the review page, which is served beside this one.
    pub(super) review: Option<String>,
    /// The dates of the round.
    pub(super) deadlines: Vec<Deadline>,
}

/// A file of the results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ResultFile {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Path in the result folder, with `/`.
    pub(super) shown: String,
}

impl FrontState {
    /// Policies whose values a form asks for.
    pub(super) fn programmes(&self) -> &[Programme] {
        self.open.as_ref().map_or(&[], |open| open.project.programmes.as_slice())
    }

    /// Begins a job unless one is under way.
    pub(super) fn begin(&mut self, title: &'static str) -> bool {
        let is_free = self.running.is_none();
        if is_free {
            self.running = Some(FrontJob { title, step: RerunStep::default() });
            (self.failed, self.notice) = (None, None);
        }
        is_free
    }
}

/// A folder people keep files in, and its name for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsualPlace {
    /// What people call it: 桌面, D 盘.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// A folder as the chooser shows it.
#[derive(Clone, Debug, Default)]
pub(super) struct ShownFolder {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Names of the folders in it.
    pub(super) folders: Vec<String>,
    /// Names of some of the files in it.
    pub(super) files: Vec<String>,
    /// Files in it.
    pub(super) count: usize,
    /// Whether it is a project.
    pub(super) is_project: bool,
    /// Why it could not be looked into.
    pub(super) closed: Option<String>,
}

/// A project the page has opened before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownProject {
    /// Its project file.
    pub(super) path: PathBuf,
    /// Its title; none where the file cannot be read any more.
    pub(super) title: Option<String>,
}
