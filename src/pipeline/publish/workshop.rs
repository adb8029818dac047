//! The hidden folder beside the target in which one program makes its results, and what becomes of
//! such a folder when the program that made it has ended.
//!
//! ```text
//! .bidui-draft.4f1c…/   random name: process ids repeat in containers
//!     lock              locked for as long as its program runs
//!     results/          the results in the making
//!     replaced/         the result folder they replace, from the exchange until the ledger knows
//!     publishing.json   what is being published, written before the exchange
//! ```

use std::io;
use std::path::{Path, PathBuf};

use fs_err::File;
use serde::{Deserialize, Serialize};

use super::exchange;
use super::{MANIFEST, flush_folder, parent_of, sum};
use crate::ledger::Ledger;
use crate::{interruption, private_files};

const PREFIX: &str = ".bidui-draft.";
const LOCK: &str = "lock";
const RESULTS: &str = "results";
const REPLACED: &str = "replaced";
const NOTICE: &str = "publishing.json";

/// A folder of this program's own.
#[derive(Debug)]
pub(super) struct Workshop {
    folder: PathBuf,
    /// Held until the workshop goes: others may not clean it before.
    lock: Option<File>,
}

/// What a program was about to publish: enough for another one to undo it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Announcement {
    /// The ledger that records the run.
    pub(super) ledger: PathBuf,
    /// Id of the run.
    pub(super) run_id: String,
    /// When it began; with the id it names the record.
    pub(super) started_at: String,
    /// SHA-256 of its manifest, by which its results are told from those they replace.
    pub(super) manifest: String,
    /// Where the results belong.
    pub(super) target: PathBuf,
}

impl Workshop {
    /// Makes a workshop with an empty folder of results beside the target.
    pub(super) fn open(parent: &Path) -> io::Result<Self> {
        let mut name = [0; 8];
        getrandom::fill(&mut name).map_err(|error| io::Error::other(error.to_string()))?;
        let folder = parent.join(format!("{PREFIX}{}", crate::digest::hex(&name)));
        fs_err::create_dir(&folder)?;
        private_files::restrict(&folder)?;
        let lock = private_files::create_file(&folder.join(LOCK))?;
        lock.lock()?;
        private_files::make_folder(&folder.join(RESULTS))?;
        Ok(Self { folder, lock: Some(lock) })
    }

    /// The folder itself.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the results are made.
    pub(super) fn results(&self) -> PathBuf {
        self.folder.join(RESULTS)
    }

    /// Whether somebody may have opened or saved a file of the target since this workshop was opened.
    /// A time tells what was saved; what is only open shows when it is looked at.
    pub(super) fn may_have_changed(&self, target: &Path) -> io::Result<bool> {
        if cfg!(windows) {
            return Ok(true);
        }
        let opened = fs_err::metadata(self.folder.join(LOCK))?.modified()?;
        for path in super::walk(target)? {
            if fs_err::metadata(target.join(path))?.modified()? >= opened {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Puts the results where they belong; what stood there is kept until [`Workshop::drop`].
    ///
    /// # Errors
    /// When the system refuses; everything then stands as before.
    pub(super) fn publish(&self, notice: &Announcement) -> io::Result<()> {
        let text = serde_json::to_string(notice).map_err(io::Error::other)?;
        private_files::write_file(&self.folder.join(NOTICE), &text)?;
        flush_folder(&self.folder)?;
        let (results, replaced) = (self.results(), self.folder.join(REPLACED));
        exchange::put(&results, &notice.target, &replaced)?;
        flush_folder(&parent_of(&notice.target))
    }

    /// Puts back what stood at the target before [`Workshop::publish`].
    pub(super) fn withdraw(&self, notice: &Announcement) -> io::Result<()> {
        undo(&self.folder, notice)
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        // Windows removes no file that is open.
        drop(self.lock.take());
        // What cannot be removed now is cleaned at the next start.
        if fs_err::remove_dir_all(&self.folder).is_ok() {
            interruption::unmade(&self.folder);
        }
    }
}

/// Cleans what ended programs left beside a target: drafts go; results that were put in their
/// place but never recorded are taken back, and what they had replaced stands again.
pub(super) fn clean(parent: &Path, ledger: &Ledger) -> io::Result<()> {
    let mut found = Vec::new();
    for item in fs_err::read_dir(parent)? {
        let item = item?;
        let is_ours = item.file_name().to_string_lossy().strip_prefix(PREFIX).is_some_and(is_hex);
        if is_ours && item.file_type()?.is_dir() {
            found.push(item.path());
        }
    }
    found.sort();
    for folder in found {
        clean_one(&folder, ledger)?;
    }
    super::early_versions::clean(parent)
}

fn is_hex(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn clean_one(folder: &Path, ledger: &Ledger) -> io::Result<()> {
    // Without its lock a workshop was never begun or is nearly gone.
    if let Ok(lock) = File::open(folder.join(LOCK))
        && lock.try_lock().is_err()
    {
        return Ok(());
    }
    if let Some(notice) = read_notice(folder) {
        if notice.ledger != ledger.path() && notice.ledger.exists() {
            // The other project's next run knows whether these results were recorded.
            return Ok(());
        }
        if !ledger.has_recorded(&notice.run_id, &notice.started_at).map_err(io::Error::other)? {
            undo(folder, &notice)?;
        }
    }
    match fs_err::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn read_notice(folder: &Path) -> Option<Announcement> {
    let text = fs_err::read_to_string(folder.join(NOTICE)).ok()?;
    serde_json::from_str(&text).ok()
}

/// Takes unrecorded results away from the target, whatever step their program came to.
fn undo(folder: &Path, notice: &Announcement) -> io::Result<()> {
    let (results, replaced, target) = (folder.join(RESULTS), folder.join(REPLACED), &notice.target);
    let is_new = |folder: &Path| {
        sum(&folder.join(MANIFEST)).is_ok_and(|(sha256, _)| sha256 == notice.manifest)
    };
    let earlier = [replaced, results]
        .into_iter()
        .find(|folder| folder.join(MANIFEST).exists() && !is_new(folder));
    match earlier {
        Some(earlier) if is_new(target) => {
            exchange::put(&earlier, target, &folder.join("withdrawn"))?;
        }
        Some(earlier) if !target.exists() => private_files::rename(&earlier, target)?,
        None if is_new(target) && super::check_target(target).is_ok() => {
            private_files::rename(target, &folder.join("withdrawn"))?;
        }
        _ => {}
    }
    flush_folder(&parent_of(target))
}
