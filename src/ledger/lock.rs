//! One run at a time per project folder: an operating-system lock on `bidui.lock`, which a crash
//! releases by itself.

use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use fs_err::File;

use super::LedgerError;
use crate::private_files;

/// Name of the lock file beside the project file.
pub const FILE_NAME: &str = "bidui.lock";

const PAUSE: Duration = Duration::from_millis(200);

/// Held for the length of a run; dropping it lets the next run in.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

/// Takes the lock of a project folder. While another run holds it, waits up to `wait` (calling
/// `waiting` once at the start) and then refuses.
///
/// # Errors
/// [`LedgerError::Busy`], or [`LedgerError::Unwritable`] where the lock file cannot be made.
pub fn acquire(folder: &Path, wait: Duration, waiting: &dyn Fn()) -> Result<RunLock, LedgerError> {
    let path = folder.join(FILE_NAME);
    if path.is_symlink() {
        return Err(LedgerError::LinkedLock { path: path.display().to_string() });
    }
    let mut file = private_files::open_unlinked(&path)
        .map_err(|error| LedgerError::unwritable(&path, &error))?;
    let mut waited = Duration::ZERO;
    while !try_lock(&file, &path)? {
        if waited >= wait {
            return Err(LedgerError::Busy { holder: holder(&mut file) });
        }
        if waited.is_zero() {
            waiting();
        }
        thread::sleep(PAUSE);
        waited += PAUSE;
    }
    // Only a help for the message of the run that is refused; the lock itself is what counts.
    if note_holder(&mut file).is_err() {
        return Err(LedgerError::unwritable(&path, &"写入失败"));
    }
    Ok(RunLock { _file: file })
}

fn try_lock(file: &File, path: &Path) -> Result<bool, LedgerError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(std::fs::TryLockError::WouldBlock) => Ok(false),
        Err(std::fs::TryLockError::Error(error)) => Err(LedgerError::unwritable(path, &error)),
    }
}

fn note_holder(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => format!("（进程号 {}）", text.trim()),
        _ => String::new(),
    }
}
