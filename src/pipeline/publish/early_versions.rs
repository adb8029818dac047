//! Folders that versions before 0.2 left when they were killed: `.bidui-<run id>.<process>` and,
//! with an earlier result in it, `.bidui-old.<process>.<name>`. They hold people's data and go.

use std::io;
use std::path::Path;

const DRAFT: &str = ".bidui-";
const ASIDE: &str = ".bidui-old.";

#[derive(Debug, PartialEq, Eq)]
enum Leftover<'name> {
    Draft,
    Aside(&'name str),
}

/// Removes drafts of ended programs; puts back a result that was set aside and never replaced.
pub(super) fn clean(parent: &Path) -> io::Result<()> {
    for item in fs_err::read_dir(parent)? {
        let item = item?;
        let name = item.file_name().to_string_lossy().into_owned();
        let Some(leftover) = left_behind(&name) else { continue };
        if !item.file_type()?.is_dir() {
            continue;
        }
        match leftover {
            Leftover::Aside(original) if !parent.join(original).exists() => {
                fs_err::rename(item.path(), parent.join(original))?;
            }
            _ => fs_err::remove_dir_all(item.path())?,
        }
    }
    Ok(())
}

/// What a hidden folder is, when the program that made it has ended.
fn left_behind(name: &str) -> Option<Leftover<'_>> {
    if let Some(rest) = name.strip_prefix(ASIDE) {
        let (process, original) = rest.split_once('.')?;
        return ended(process).then_some(Leftover::Aside(original));
    }
    let (run_id, process) = name.strip_prefix(DRAFT)?.rsplit_once('.')?;
    // 2019-06-10-0123456789
    let is_run = run_id.len() == 21 && run_id.starts_with("20");
    (is_run && ended(process)).then_some(Leftover::Draft)
}

/// Whether no such process runs. This program's own number was another's before: numbers repeat.
fn ended(process: &str) -> bool {
    let running = |number: u32| {
        number != std::process::id() && Path::new("/proc").join(number.to_string()).exists()
    };
    process.parse::<u32>().is_ok_and(|number| !running(number))
}

#[cfg(test)]
mod tests {
    use super::{Leftover, left_behind};

    #[test]
    fn only_folders_of_ended_programs_count_as_left_behind() {
        let (own, dead) = (std::process::id(), u32::MAX);
        let cases = [
            (format!(".bidui-2019-06-10-0123456789.{dead}"), Some(Leftover::Draft)),
            (format!(".bidui-2019-06-10-0123456789.{own}"), Some(Leftover::Draft)),
            (format!(".bidui-old.{dead}.a.b"), Some(Leftover::Aside("a.b"))),
            (format!(".bidui-x.{dead}"), None),
            (".bidui-notes".to_owned(), None),
            (".bidui-draft.0123456789abcdef".to_owned(), None),
            ("runs".to_owned(), None),
        ];
        for (name, expected) in cases {
            assert_eq!(left_behind(&name), expected, "{name}");
        }
        if std::path::Path::new("/proc/1").exists() && own != 1 {
            assert_eq!(left_behind(".bidui-2019-06-10-0123456789.1"), None);
        }
    }
}
