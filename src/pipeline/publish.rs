//! Results appear all at once or not at all: they are written into a hidden folder beside the
//! target, flushed to disk, and exchanged with what stands there.
//!
//! An earlier result folder of ours is replaced; anything else in the way is refused, and so is a
//! result folder in which a file was changed or added. What a crash leaves behind is
//! cleaned, or put back, at the next start.

mod early_versions;
mod exchange;
mod workshop;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use fs_err::File;
use sha2::{Digest as _, Sha256};

use crate::ledger::{Ledger, ResultEntry, RunEntry};
use crate::{interruption, private_files};
use workshop::{Announcement, Workshop};

/// Marks a folder as one of our results; lists the files the run wrote.
pub(crate) const MANIFEST: &str = "run.json";

/// Files the system or a file manager drops into folders people open.
const LITTER: [&str; 3] = ["Thumbs.db", "desktop.ini", ".DS_Store"];

/// What keeps results from being published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The target is a file.
    #[error("结果文件夹 {0} 的位置上已有一个文件；请用 --out 换一个位置")]
    NotAFolder(PathBuf),
    /// The target holds something the program did not write.
    #[error(
        "文件夹 {0} 不是空的，也不是本程序写的结果；为免覆盖别的文件，没有写入。请用 --out 换一个位置"
    )]
    Foreign(PathBuf),
    /// A result folder with changed or added files.
    #[error(
        "结果文件夹 {folder} 里有后来改动或放入的文件（{files}）；为免丢失，没有覆盖。{advice}"
    )]
    Touched {
        /// The target.
        folder: PathBuf,
        /// The first few of them.
        files: String,
        /// What to do.
        advice: &'static str,
    },
    /// Files of the results that are there are open in another program, which keeps them.
    #[error(
        "结果文件夹 {folder} 里的 {files} 正在别的程序（如 Excel、WPS）里打开着，换不成新的结果；原有的结果没有动，这次的结果没有写出。请关闭后再运行一次"
    )]
    InUse {
        /// The target.
        folder: PathBuf,
        /// The first few of them; the folder itself where none is.
        files: String,
    },
    /// The system refused.
    #[error("写结果时出错：{}；请检查文件夹是否可写、磁盘是否已满", private_files::reason(.0))]
    Io(#[from] io::Error),
}

/// A result folder in the making; dropped without [`Draft::publish`], it is removed.
#[derive(Debug)]
pub(crate) struct Draft {
    workshop: Workshop,
    folder: PathBuf,
    target: PathBuf,
}

/// Results in their place that the ledger does not know yet; dropped without
/// [`Published::settle`], they are taken back.
#[derive(Debug)]
pub(crate) struct Published {
    workshop: Workshop,
    notice: Announcement,
    is_settled: bool,
}

impl Published {
    /// Lets the results stand; what they replaced is removed.
    pub(crate) fn settle(mut self) {
        self.is_settled = true;
        interruption::published(&self.notice.target);
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        // What cannot be undone now is undone at the next start, from the notice.
        if !self.is_settled && self.workshop.withdraw(&self.notice).is_err() {}
    }
}

impl Draft {
    /// Makes an empty folder beside the target, after what ended programs left there is cleaned.
    ///
    /// # Errors
    /// A target that must not be replaced; a place that cannot be written.
    pub(crate) fn begin(target: &Path, ledger: &Ledger) -> Result<Self, PublishError> {
        let target = settle(target)?;
        let parent = parent_of(&target);
        private_files::make_folder(&parent)?;
        workshop::clean(&parent, ledger)?;
        check_target(&target)?;
        let workshop = Workshop::open(&parent)?;
        interruption::making(workshop.folder());
        Ok(Self { folder: workshop.results(), workshop, target })
    }

    /// Where to write.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds a text file.
    pub(crate) fn add(&self, name: &str, text: &str) -> Result<(), PublishError> {
        Ok(private_files::write_file(&self.folder.join(name), text)?)
    }

    /// The final folder of the results.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Closes all files to others and lists them with their sums, by path.
    pub(crate) fn seal(&self) -> io::Result<Vec<ResultEntry>> {
        let mut entries = Vec::new();
        for path in walk(&self.folder)? {
            let full = self.folder.join(&path);
            private_files::restrict(&full)?;
            if full.is_file() {
                entries.push(entry(&self.folder, &path)?);
            }
        }
        Ok(entries)
    }

    /// Adds the manifest and flushes everything.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn complete(&self, manifest: &str) -> Result<(), PublishError> {
        let path = self.folder.join(MANIFEST);
        fs_err::write(&path, manifest)?;
        private_files::restrict(&path)?;
        Ok(flush(&self.folder)?)
    }

    /// Puts the folder in its place, until the ledger's record of the run is lasting.
    ///
    /// # Errors
    /// When the system refuses; an earlier result then stands as before.
    pub(crate) fn publish(
        self,
        entry: &RunEntry,
        ledger: &Path,
    ) -> Result<Published, PublishError> {
        let notice = Announcement {
            ledger: ledger.to_owned(),
            run_id: entry.run_id.clone(),
            started_at: entry.started_at.to_string(),
            manifest: sum(&self.folder.join(MANIFEST))?.0,
            target: self.target,
        };
        if notice.target.is_dir() && self.workshop.may_have_changed(&notice.target)? {
            check_target(&notice.target)?;
        }
        self.workshop.publish(&notice).map_err(|error| exchange_error(&notice.target, error))?;
        Ok(Published { workshop: self.workshop, notice, is_settled: false })
    }
}

/// On Windows a folder keeps its name while anything in it is open.
fn exchange_error(target: &Path, error: io::Error) -> PublishError {
    if cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied
        || private_files::is_held(&error)
    {
        return PublishError::InUse {
            folder: target.to_owned(), files: "文件或文件夹".to_owned()
        };
    }
    error.into()
}

/// Absolute, with an existing target's links resolved, so that renaming meets the real folder.
fn settle(target: &Path) -> io::Result<PathBuf> {
    if target.exists() { private_files::real(target) } else { std::path::absolute(target) }
}

fn parent_of(target: &Path) -> PathBuf {
    target.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned)
}

/// Refuses a target that must not be replaced.
///
/// # Errors
/// A file, a folder that is not a result, or a result that was changed since.
pub(crate) fn check_target(target: &Path) -> Result<(), PublishError> {
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return Err(PublishError::NotAFolder(target.to_owned()));
    }
    if fs_err::read_dir(target)?.next().is_none() {
        return Ok(());
    }
    // Before anything is walked: somebody else's folder may be the whole disk.
    let Some(written) = written_files(target) else {
        return Err(PublishError::Foreign(target.to_owned()));
    };
    let found = walk(target)?;
    match touched(target, &found, &written)? {
        files if files.is_empty() => refuse_held(target, &found, private_files::is_open_elsewhere),
        files => Err(refuse_touched(target, &files)),
    }
}

/// Refuses a folder with files another program keeps to itself.
fn refuse_held(
    target: &Path,
    found: &BTreeSet<String>,
    is_open: impl Fn(&Path) -> bool,
) -> Result<(), PublishError> {
    let is_held = |path: &&String| {
        let full = target.join(path);
        full.is_file() && is_open(&full)
    };
    let held: Vec<&str> = found.iter().filter(is_held).map(String::as_str).collect();
    if held.is_empty() {
        return Ok(());
    }
    Err(PublishError::InUse { folder: target.to_owned(), files: first_few(&held) })
}

fn first_few(files: &[&str]) -> String {
    let more = if files.len() > 3 { format!(" 等{}个", files.len()) } else { String::new() };
    format!("{}{more}", files.iter().take(3).copied().collect::<Vec<_>>().join("、"))
}

fn refuse_touched(target: &Path, files: &[String]) -> PublishError {
    let open = files.iter().any(|file| file_name(file).starts_with("~$"));
    let advice = if open {
        "请先在 Excel 里关闭打开着的结果文件"
    } else {
        "请先把它们移到别处，或用 --out 换一个位置"
    };
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    PublishError::Touched { folder: target.to_owned(), files: first_few(&files), advice }
}

/// The files a result folder of ours says it was written with, with their sums.
fn written_files(target: &Path) -> Option<BTreeMap<String, String>> {
    let text = fs_err::read_to_string(target.join(MANIFEST)).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    if manifest.get("program")?.as_str()? != "bidui" {
        return None;
    }
    let results = manifest.get("results")?.as_array()?;
    let one = |entry: &serde_json::Value| {
        let text = |key| Some(entry.get(key)?.as_str()?.to_owned());
        Some((text("path")?, text("sha256")?))
    };
    results.iter().map(one).collect()
}

/// Files that were not written by the run, or not as they are now.
fn touched(
    target: &Path,
    found: &BTreeSet<String>,
    written: &BTreeMap<String, String>,
) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    for path in found.iter().filter(|path| path.as_str() != MANIFEST) {
        let full = target.join(path);
        if full.is_dir() || LITTER.contains(&file_name(path)) {
            continue;
        }
        match written.get(path) {
            Some(sum) if *sum == entry(target, path)?.sha256 => {}
            _ => files.push(path.clone()),
        }
    }
    Ok(files)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Everything below a folder, as paths relative to it with `/`, in order.
fn walk(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut open = vec![String::new()];
    while let Some(below) = open.pop() {
        for item in fs_err::read_dir(folder.join(&below))? {
            let item = item?;
            let name = item.file_name().to_string_lossy().into_owned();
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            if item.file_type()?.is_dir() {
                open.push(path.clone());
            }
            found.insert(path);
        }
    }
    Ok(found)
}

fn entry(folder: &Path, path: &str) -> io::Result<ResultEntry> {
    let (sha256, bytes) = sum(&folder.join(path))?;
    Ok(ResultEntry { path: path.to_owned(), sha256, bytes })
}

/// SHA-256 of a file in lower-case hexadecimal, and its size.
pub(crate) fn sum(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let (mut hasher, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok((hex::encode(hasher.finalize()), bytes));
        }
        hasher.update(&buffer[..count]);
        bytes += u64::try_from(count).expect("a buffer fits");
    }
}

/// Makes sure that files and folders are on disk before they get their final name.
fn flush(folder: &Path) -> io::Result<()> {
    for path in walk(folder)? {
        let full = folder.join(path);
        if full.is_file() {
            // Windows flushes a file only for whoever may write it.
            fs_err::OpenOptions::new().write(true).open(full)?.sync_all()?;
        } else {
            flush_folder(&full)?;
        }
    }
    flush_folder(folder)
}

/// Only Unix lets a program flush a folder.
fn flush_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests;
