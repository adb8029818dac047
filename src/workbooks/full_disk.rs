//! A full disk under a streamed sheet. The library writes its temporary file through calls that
//! panic where the system refuses; here that is the error it is. Any other panic goes on.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
use std::sync::Once;

use super::WorkbookError;

/// How the library's panic begins; the system's error follows.
const REFUSED: &str = "Couldn't write to xml file";

static HOOK: Once = Once::new();

/// Runs a writer; a sheet the system would not take is an error.
pub(super) fn caught<T>(
    write: impl FnOnce() -> Result<T, WorkbookError>,
) -> Result<T, WorkbookError> {
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if refusal(panic.payload()).is_none() {
                usual(panic);
            }
        }));
    });
    catch_unwind(AssertUnwindSafe(write)).unwrap_or_else(|panic| match refusal(&*panic) {
        Some(error) => Err(WorkbookError::Io(error)),
        None => resume_unwind(panic),
    })
}

fn refusal(panic: &(dyn Any + Send)) -> Option<io::Error> {
    let text = panic.downcast_ref::<String>()?;
    let reason = text.strip_prefix(REFUSED)?;
    let full = reason.contains("StorageFull") || reason.contains("QuotaExceeded");
    Some(io::Error::other(if full { "磁盘已满" } else { "系统拒绝写入临时文件" }))
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::caught;

    fn refused() -> Result<u8, Error> {
        Err(Error::from(ErrorKind::StorageFull))
    }

    #[test]
    fn a_refused_sheet_is_an_error_and_nothing_else_is() {
        let told = caught(|| Ok(refused().expect("Couldn't write to xml file")));
        assert_eq!(told.unwrap_err().to_string(), "无法写入结果：磁盘已满");
        assert_eq!(caught(|| Ok(7)).unwrap(), 7);
        let bug = std::panic::catch_unwind(|| caught::<u8>(|| panic!("a bug: {}", 1)));
        assert!(bug.is_err());
    }
}
