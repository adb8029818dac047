//! What the system refused while workbooks were written.
//!
//! The library writes long sheets into temporary files through calls that panic where the system
//! refuses. A panic says nothing one could rely on, so the disk itself is asked, before the temporary
//! files are gone and have made room again: where it refuses a few bytes now, that is the error. Any
//! other panic is a bug and goes on.

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};

use rust_xlsxwriter::XlsxError;

use super::{WorkbookError, made_by};
use crate::private_files;

/// More than any buffer that may still have had room.
const TRIAL: usize = 1 << 16;

static HOOK: Once = Once::new();

thread_local! {
    /// The folder this thread's workbook is written into.
    static FOLDER: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
    /// What the disk said when this thread panicked.
    static REFUSED: RefCell<Option<io::Error>> = const { RefCell::new(None) };
}

/// The disk a set of workbooks is written to.
#[derive(Debug)]
pub(super) struct Disk<'path> {
    folder: &'path Path,
    /// The first refusal: later ones may follow from it, and may not show any more.
    first: Mutex<Option<String>>,
}

impl<'path> Disk<'path> {
    /// Below this folder.
    pub(super) fn below(folder: &'path Path) -> Self {
        Self { folder, first: Mutex::new(None) }
    }

    /// Runs a writer; what the system would not take is an error, however the library ends.
    pub(super) fn watched<T>(
        &self,
        write: impl FnOnce() -> Result<T, WorkbookError>,
    ) -> Result<T, WorkbookError> {
        HOOK.call_once(ask_on_panic);
        FOLDER.set(Some(self.folder.to_owned()));
        let written = catch_unwind(AssertUnwindSafe(write));
        FOLDER.set(None);
        match written {
            Ok(Err(error)) => {
                self.note(system_error(&error));
                Err(error)
            }
            Ok(written) => written,
            Err(panic) => {
                self.note(REFUSED.take().as_ref());
                match self.lock().as_ref() {
                    Some(why) => Err(WorkbookError::Io(io::Error::other(why.clone()))),
                    None => resume_unwind(panic),
                }
            }
        }
    }

    fn note(&self, error: Option<&io::Error>) {
        if let Some(error) = error {
            self.lock().get_or_insert_with(|| private_files::reason(error));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that remembers its first error and takes everything after it for written: libraries that
/// meet the error themselves panic, or speak to the user in English.
#[derive(Debug)]
pub(super) struct PatientFile {
    file: io::BufWriter<fs_err::File>,
    first: Option<io::Error>,
}

impl PatientFile {
    /// Makes a file, readable by its owner only.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { file: io::BufWriter::new(private_files::create_file(path)?), first: None })
    }

    /// Whether all of it was written.
    ///
    /// # Errors
    /// The first error the system told.
    pub(super) fn finish(mut self) -> io::Result<()> {
        // Dropped instead, what is still in the buffer could be lost without a word.
        if let Some(error) = self.first.take() {
            return Err(error);
        }
        self.file.flush()?;
        if cfg!(windows) { made_by::as_on_unix(self.file.get_mut()) } else { Ok(()) }
    }
}

impl io::Write for PatientFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.first.is_some() {
            return Ok(bytes.len());
        }
        self.file.write(bytes).or_else(|error| {
            if error.kind() == io::ErrorKind::Interrupted {
                Err(error)
            } else {
                self.first = Some(error);
                Ok(bytes.len())
            }
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// From now on a panic under [`Disk::watched`] asks the disk first; only one that is no refusal is
/// handed on.
fn ask_on_panic() {
    let usual = take_hook();
    set_hook(Box::new(move |panic| {
        let folder = FOLDER.try_with(|folder| folder.borrow().clone()).ok().flatten();
        let refused = folder.and_then(|folder| try_to_write(&folder).err());
        if refused.is_none() {
            usual(panic);
        }
        drop(REFUSED.try_with(|place| place.replace(refused)));
    }));
}

/// Whether the disk takes anything now.
fn try_to_write(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".trial-{:?}", std::thread::current().id()));
    let mut file = private_files::create_file(&path)?;
    let written = file.write_all(&vec![b' '; TRIAL]).and_then(|()| file.sync_all());
    drop(fs_err::remove_file(&path));
    written
}

/// The system's refusal inside an error, if that is what it is.
fn system_error(error: &WorkbookError) -> Option<&io::Error> {
    match error {
        WorkbookError::Io(error) => Some(error),
        WorkbookError::Excel { source, .. } => refusal(source),
        WorkbookError::Csv { source, .. } => match source.kind() {
            csv::ErrorKind::Io(error) => Some(error),
            _ => None,
        },
        WorkbookError::Template { .. } => None,
    }
}

/// The system's refusal inside an error of the library.
fn refusal(error: &XlsxError) -> Option<&io::Error> {
    match error {
        XlsxError::IoError(error)
        | XlsxError::TempFileError(_, error)
        | XlsxError::ZipError(zip::result::ZipError::Io(error)) => Some(error),
        _ => None,
    }
}

/// The error of a workbook: the system's, where the system refused.
pub(super) fn workbook_error(path: &Path, source: XlsxError) -> WorkbookError {
    match refusal(&source) {
        Some(error) => {
            WorkbookError::Io(io::Error::new(error.kind(), private_files::reason(error)))
        }
        None => WorkbookError::Excel { path: path.to_owned(), source },
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::Disk;
    use crate::workbooks::WorkbookError;

    #[test]
    fn a_panic_on_a_disk_that_refuses_is_an_error_and_any_other_is_a_bug() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone");
        let panics = || -> Result<(), WorkbookError> { panic!("in the library") };
        let told = Disk::below(&gone).watched(panics).unwrap_err();
        assert!(told.to_string().starts_with("无法写入结果："), "{told}");
        let disk = Disk::below(folder.path());
        let bug = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| disk.watched(panics)));
        assert!(bug.is_err());
        // Once the disk has refused, what panics after that panics for it.
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let first = disk.watched(|| Err::<(), _>(WorkbookError::Io(full)));
        assert!(first.is_err());
        assert_eq!(disk.watched(panics).unwrap_err().to_string(), "无法写入结果：磁盘已满");
        assert_eq!(disk.watched(|| Ok(7)).unwrap(), 7);
    }
}
