//! Pages to look at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{FrontDesk, known};
use crate::desk::front::ShownFolder;
use crate::desk::http::asked::PageRequest;
use crate::desk::http::reply::Reply;
use crate::desk::pages;
use crate::desk::sessions::lock;

/// Names of files the chooser shows.
const MOST_FILES: usize = 12;
/// Bytes of a result that is sent to the browser, at most.
const MOST_BYTES: u64 = 1 << 30;

pub(super) fn home(app: &Arc<FrontDesk>, secret: &str, _: &PageRequest) -> Reply {
    let projects = known::list(app.settings.known.as_deref());
    let home = crate::private_files::real(&app.settings.home);
    let home = home.unwrap_or_else(|_| app.settings.home.clone());
    Reply::Page(pages::front_home(&lock(&app.state), secret, &projects, &home))
}

pub(super) fn choose(app: &Arc<FrontDesk>, secret: &str, asked: &PageRequest) -> Reply {
    let at = asked.field("at").trim();
    let path = if at.is_empty() { app.settings.home.clone() } else { PathBuf::from(at) };
    let folder = shown_folder(&path);
    Reply::Page(pages::choose(&lock(&app.state), secret, &folder, &app.settings.places))
}

/// What stands in a folder; nothing that is hidden.
fn shown_folder(path: &Path) -> ShownFolder {
    let path = crate::private_files::real(path).unwrap_or_else(|_| path.to_owned());
    let mut shown = ShownFolder { path, ..ShownFolder::default() };
    let listed = fs_err::read_dir(&shown.path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = match listed {
        Ok(entries) => entries,
        Err(error) => {
            shown.closed = Some(crate::private_files::reason(&error));
            return shown;
        }
    };
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with(['.', '$']) {
            continue;
        }
        if entry.path().is_dir() {
            shown.folders.push(name);
        } else {
            shown.count += 1;
            shown.is_project |= name == crate::pipeline::init::PROJECT_FILE;
            shown.files.push(name);
        }
    }
    shown.folders.sort();
    shown.files.sort();
    shown.files.truncate(MOST_FILES);
    shown
}

pub(super) fn arranged(app: &Arc<FrontDesk>, secret: &str, _: &PageRequest) -> Reply {
    Reply::Page(pages::arranged(&lock(&app.state), secret))
}

pub(super) fn project(app: &Arc<FrontDesk>, secret: &str, _: &PageRequest) -> Reply {
    let today = (app.settings.today)();
    Reply::Page(pages::project(&lock(&app.state), secret, today))
}

/// A file of the results, by its place in the list the page shows and by its name.
pub(super) fn result(app: &Arc<FrontDesk>, _: &str, asked: &PageRequest) -> Reply {
    let state = lock(&app.state);
    let files = state.open.as_ref().map(|open| open.results.as_slice()).unwrap_or_default();
    let found = files.iter().find(|file| file.shown == asked.field("file")).cloned();
    drop(state);
    let Some(file) = found else { return Reply::not_found() };
    match crate::private_files::read_small(&file.path, MOST_BYTES) {
        Ok(bytes) => {
            let name = file.shown.rsplit('/').next().unwrap_or(&file.shown);
            Reply::Workbook(name.to_owned(), bytes)
        }
        Err(_) => Reply::not_found(),
    }
}
