//! What cards and pushed lists share: where they lie, and why none was handed out.

use std::path::{Path, PathBuf};

use crate::ledger::LedgerError;
use crate::workbooks::WorkbookError;

use super::error::RunError;

/// Folder of everything handed out, beside the project file.
pub(super) const FOLDER: &str = "派发";

/// Why no card was handed out.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// A stage of the run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WorkbookError),
    /// A folder could not be made.
    #[error("无法写入：{0}")]
    Io(#[from] std::io::Error),
    /// Nobody is due.
    #[error("没有要派发的人：没有比对一致的在校生，也没有离校未就业高校毕业生名单")]
    Nobody,
}

/// A file name nobody has used: what was handed out before may have been filled in where it lies.
pub(super) fn unused(folder: &Path, name: &str) -> PathBuf {
    let first = folder.join(format!("{name}.xlsx"));
    let later = (2_u32..).map(|number| folder.join(format!("{name}（{number}）.xlsx")));
    std::iter::once(first).chain(later).find(|path| !path.exists()).expect("numbers do not end")
}
