//! Endings nobody planned: Ctrl+C, a bug, a clock that is wrong. Each says in one sentence what
//! happened and whether results stand, and keeps to the three exit statuses.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Mutex, PoisonError};

use super::screen::Screen;
use super::{DONE, FAILED, NEEDS_PERSON, clock};
use crate::interruption::{self, Reached};

/// Where the last bug was met.
static PLACE: Mutex<Option<String>> = Mutex::new(None);

/// Makes the whole process ready: Ctrl+C and bugs end it in our words, and foreign files are read
/// by child processes. For `main` alone.
pub fn prepare() {
    crate::quarantine::read_in_children();
    note_bugs();
    // Where no handler can be had, the system's own ending does as well.
    drop(ctrlc::set_handler(interrupted));
}

/// Does the work; a bug in it is told instead of the library's English.
pub(super) fn guarded(screen: &mut Screen<'_>, work: impl FnOnce(&mut Screen<'_>) -> u8) -> u8 {
    if clock::is_before_1970() {
        screen.complain(
            "这台电脑的时钟早于1970年，时间和日期都不可信，没有开始；请先校准系统时钟再运行",
        );
        return FAILED;
    }
    match catch_unwind(AssertUnwindSafe(|| work(screen))) {
        Ok(status) => status,
        Err(panic) => {
            let (sentence, status) = account(&reason(&*panic));
            screen.complain(&sentence);
            status
        }
    }
}

/// What is known of a bug. A text made at run time may hold people's data and is not shown.
fn reason(panic: &(dyn Any + Send)) -> String {
    let place = PLACE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let words = panic.downcast_ref::<&str>().map(|words| format!("：{words}"));
    format!("{}{}", place.unwrap_or_default(), words.unwrap_or_default())
}

fn account(reason: &str) -> (String, u8) {
    let tell = "请把这句话转告程序的开发者";
    match interruption::now() {
        Reached::Published(folder) => (
            format!(
                "程序内部出错（{reason}），但结果已经完整写出，在：{}；{tell}",
                folder.display()
            ),
            NEEDS_PERSON,
        ),
        _ => (
            format!("程序内部出错（{reason}），没有写出任何结果，原有的结果没有动；{tell}"),
            FAILED,
        ),
    }
}

/// Keeps the place of a bug for the one sentence about it. A server's other requests go on, so that
/// there the place is told at once.
fn note_bugs() {
    drop(take_hook());
    set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!("{}:{}", plain(at.file()), at.line()));
        if interruption::now() == Reached::Serving {
            tell(&format!(
                "程序内部出错（{}）；请把这句话转告程序的开发者",
                place.as_deref().unwrap_or("")
            ));
        }
        *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
}

/// A file as the source has it: crates name their rooms from where they stand
/// (`src/crates/linkage/../../records/date.rs`).
fn plain(file: &str) -> String {
    file.rsplit_once("../../").map_or_else(|| file.to_owned(), |(_, room)| format!("src/{room}"))
}

/// Ctrl+C, or the system asks the program to end.
#[expect(clippy::exit, reason = "there is no other way out of a handler")]
fn interrupted() {
    // Results that are just being put in their place are put there first.
    let _step = interruption::undivided();
    let (sentence, status) = match interruption::now() {
        Reached::Serving => ("已停止。认定都已保存，下次比对时采用。".to_owned(), DONE),
        Reached::Published(folder) => (
            format!("已按要求停止；结果在此之前已经完整写出，在：{}", folder.display()),
            NEEDS_PERSON,
        ),
        Reached::Making(folder) => {
            // Others may still be writing there; what stays is cleaned at the next start.
            drop(fs_err::remove_dir_all(folder));
            (STOPPED.to_owned(), FAILED)
        }
        Reached::Nothing => (STOPPED.to_owned(), FAILED),
    };
    tell(&sentence);
    std::process::exit(status.into())
}

const STOPPED: &str = "已按要求停止；没有写出任何结果，原有的结果没有动。需要时重新运行即可";

#[expect(clippy::print_stderr, reason = "no screen reaches a handler")]
fn tell(sentence: &str) {
    eprintln!("\n{sentence}");
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_bug_is_placed_where_its_file_is() {
        assert_eq!(plain("src/crates/linkage/../../records/date.rs"), "src/records/date.rs");
        assert_eq!(plain("src\\crates\\words\\../../origin.rs"), "src/origin.rs");
        assert_eq!(plain("src/cli/run.rs"), "src/cli/run.rs");
    }
}
