//! Files another program keeps to itself. Only Windows lets programs do that: Excel and WPS keep a
//! workbook for as long as it is open, a virus scanner keeps a new file for a moment.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Windows' `ERROR_SHARING_VIOLATION` and `ERROR_LOCK_VIOLATION`.
const HELD: [i32; 2] = [32, 33];
/// What a folder is refused with while something in it is open: `ERROR_ACCESS_DENIED`.
const DENIED: i32 = 5;
/// How often, and how long between, what may be refused for a moment is tried.
const ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// A file or folder another program keeps to itself, as an error inside [`io::Error`].
#[derive(Debug)]
struct Held {
    path: PathBuf,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 正在别的程序（如 Excel、WPS）里打开着，请先关闭它", self.path.display())
    }
}

impl std::error::Error for Held {}

/// Whether the system refused because another program has the file open.
pub fn is_held(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Held>()).is_some()
        || has_code(error, &HELD)
}

/// Whether another program has a file open; `false` where no program can keep it from others.
#[cfg(windows)]
pub fn is_open_elsewhere(path: &Path) -> bool {
    use std::os::windows::fs::OpenOptionsExt as _;
    let mut alone = std::fs::OpenOptions::new();
    alone.read(true).share_mode(0);
    patiently(|| alone.open(path).map(drop)).is_err_and(|error| is_held(&error))
}

/// Whether another program has a file open; `false` where no program can keep it from others.
#[cfg(not(windows))]
pub fn is_open_elsewhere(_path: &Path) -> bool {
    false
}

/// Gives a file or folder another name. On Windows it is tried again for a while: a virus scanner that
/// looks at a new file keeps it from being renamed.
///
/// # Errors
/// Whatever the system says in the end; [`is_held`] tells what is open elsewhere.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    // The library that names paths in errors hides the system's number, which is asked for here.
    match patiently(|| std::fs::rename(from, to)) {
        Ok(()) => Ok(()),
        Err(error) if is_held(&error) => Err(io::Error::other(Held { path: to.to_owned() })),
        Err(_) => fs_err::rename(from, to),
    }
}

/// Tries again what another program may only keep from us for a moment.
fn patiently<T>(attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    again_while(|error| has_code(error, &HELD) || has_code(error, &[DENIED]), attempt)
}

fn has_code(error: &io::Error, codes: &[i32]) -> bool {
    cfg!(windows) && error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

fn again_while<T>(
    may_pass: impl Fn(&io::Error) -> bool,
    mut attempt: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    for _ in 1..ATTEMPTS {
        match attempt() {
            Err(error) if may_pass(&error) => thread::sleep(PAUSE),
            done => return done,
        }
    }
    attempt()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::{ATTEMPTS, Held, again_while, is_held, is_open_elsewhere, rename};

    #[test]
    fn what_is_held_is_told_by_its_name() {
        let error = io::Error::other(Held { path: "02_差异报告.xlsx".into() });
        assert!(is_held(&error));
        assert_eq!(
            error.to_string(),
            "02_差异报告.xlsx 正在别的程序（如 Excel、WPS）里打开着，请先关闭它"
        );
        assert!(!is_held(&io::ErrorKind::NotFound.into()));
        let gone = Path::new("/nowhere/to/be/found");
        let error = rename(gone, gone).expect_err("no such file");
        assert!(!is_held(&error) && error.to_string().contains("/nowhere/to/be/found"), "{error}");
    }

    #[test]
    fn what_passes_is_tried_again_and_what_does_not_is_told_at_once() {
        let mut tries = 0;
        let passes = |error: &io::Error| error.kind() == io::ErrorKind::ResourceBusy;
        let third = again_while(passes, || {
            tries += 1;
            if tries < 3 { Err(io::ErrorKind::ResourceBusy.into()) } else { Ok(tries) }
        });
        assert_eq!(third.expect("free in the end"), 3);
        let mut tries = 0;
        let refused: io::Result<()> = again_while(passes, || {
            tries += 1;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(
            (refused.map_err(|error| error.kind()), tries),
            (Err(io::ErrorKind::StorageFull), 1)
        );
        let mut tries = 0;
        let never: io::Result<()> = again_while(
            |_| true,
            || {
                tries += 1;
                Err(io::ErrorKind::ResourceBusy.into())
            },
        );
        assert!(never.is_err());
        assert_eq!(tries, ATTEMPTS);
    }

    #[test]
    fn a_file_nobody_holds_is_free() {
        assert!(!is_open_elsewhere(Path::new("Cargo.toml")));
    }
}
