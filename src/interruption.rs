//! What whoever ends the program early must know: what to remove, and whether results stand.
//!
//! The one piece of state the whole process shares. It is written where results are made and
//! published, and read by the handler of Ctrl+C and by the account of a bug, which reach no local
//! value.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How far this process has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reached {
    /// Nothing was written.
    #[default]
    Nothing,
    /// Results are being made in this folder, which is in nobody's way.
    Making(PathBuf),
    /// These results stand.
    Published(PathBuf),
    /// A server runs; what people did there is kept at once.
    Serving,
}

static REACHED: Mutex<Reached> = Mutex::new(Reached::Nothing);
static STEP: Mutex<()> = Mutex::new(());

/// A step that is done whole or not at all; held for its length.
#[derive(Debug)]
pub struct Undivided {
    _guard: MutexGuard<'static, ()>,
}

/// Waits for the steps of others that must not be divided, and keeps them from beginning.
pub fn undivided() -> Undivided {
    Undivided { _guard: STEP.lock().unwrap_or_else(PoisonError::into_inner) }
}

/// How far this process has come now.
pub fn now() -> Reached {
    REACHED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Results are made in this folder from now on.
pub fn making(folder: &Path) {
    set(Reached::Making(folder.to_owned()));
}

/// These results stand from now on.
pub fn published(folder: &Path) {
    set(Reached::Published(folder.to_owned()));
}

/// A server runs from now on.
pub fn serving() {
    set(Reached::Serving);
}

/// The folder results were made in is gone.
pub fn unmade(folder: &Path) {
    let mut reached = REACHED.lock().unwrap_or_else(PoisonError::into_inner);
    if *reached == Reached::Making(folder.to_owned()) {
        *reached = Reached::Nothing;
    }
}

fn set(new: Reached) {
    let mut reached = REACHED.lock().unwrap_or_else(PoisonError::into_inner);
    // A server stays one, whatever its page has made.
    if *reached != Reached::Serving {
        *reached = new;
    }
}
