//! What files that were handed over to the open project are: returned workbooks are taken in, lists may
//! be added to the project.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::FrontDesk;
use super::acts::{reopen, reread};
use super::jobs::{Finish, begin};
use super::settings::{kept, text_of};
use crate::config::Project;
use crate::config::edit::ProjectText;
use crate::desk::front::{ReceivedFile, ReceivedFiles};
use crate::desk::http::asked::PageRequest;
use crate::desk::http::reply::Reply;
use crate::desk::pages;
use crate::desk::sessions::lock;
use crate::pipeline::decide::{self, ImportReport};
use crate::pipeline::init::{self, pattern, source_named};
use crate::sources;
use crate::sources::sorting::{FileVerdict, FolderFile, SortedFile, sort_files};

/// Recognises the files and takes in those that are returned workbooks.
pub(super) fn sort(app: &Arc<FrontDesk>, files: Vec<PathBuf>) -> Reply {
    begin(app, "正在辨认收到的文件", "/received", move |app, watcher| {
        let project = reread(&lock(&app.state))?;
        let shown = |path: &Path| {
            let inside = path.strip_prefix(&project.root).unwrap_or(path);
            inside.to_string_lossy().replace('\\', "/")
        };
        let files = files.into_iter().map(|path| FolderFile { shown: shown(&path), path });
        let sorted = sort_files(files.collect(), watcher);
        let (ours, others): (Vec<SortedFile>, Vec<SortedFile>) =
            sorted.into_iter().partition(|file| file.verdict == FileVerdict::Ours);
        let taken = (!ours.is_empty()).then(|| import(app, &project, &ours));
        let read = sources::listed(&project.root, &project.sources);
        let files = others.into_iter().map(|file| received(file, &read)).collect();
        let finish: Finish =
            Box::new(move |state| state.received = Some(ReceivedFiles { taken, files }));
        Ok(finish)
    })
}

fn import(app: &FrontDesk, project: &Project, ours: &[SortedFile]) -> Result<ImportReport, String> {
    let words: Vec<String> =
        ours.iter().map(|file| file.file.path.to_string_lossy().into_owned()).collect();
    let at = app.settings.clock.now();
    decide::import(project, &words, at).map_err(|error| error.to_string())
}

fn received(file: SortedFile, read: &[String]) -> ReceivedFile {
    let is_read = read.contains(&file.file.shown);
    let (list, note) = init::list_of(file.verdict);
    ReceivedFile { shown: file.file.shown, list, note, is_read }
}

/// What came of the files.
pub(super) fn show(app: &Arc<FrontDesk>, secret: &str, _: &PageRequest) -> Reply {
    Reply::Page(pages::received(&lock(&app.state), secret))
}

/// Adds the lists to the project, as a person has corrected them.
pub(super) fn add(app: &Arc<FrontDesk>, _: &str, asked: &PageRequest) -> Reply {
    let mut state = lock(&app.state);
    (state.notice, state.failed) = (None, None);
    let (Some(path), Some(received)) = (state.file.clone(), state.received.clone()) else {
        return Reply::Go("/".to_owned());
    };
    let done = added(&path, &received, asked);
    match done {
        Err(why) => {
            state.failed = Some(format!("没有加入：{why}"));
            Reply::Go("/received".to_owned())
        }
        Ok(count) => {
            state.received = None;
            drop(state);
            reopen(app, &path);
            lock(&app.state).notice = Some(format!("已把 {count} 个文件加入项目。请检查、比对。"));
            Reply::Go("/project".to_owned())
        }
    }
}

fn added(path: &Path, received: &ReceivedFiles, asked: &PageRequest) -> Result<usize, String> {
    let mut text = ProjectText::parse(&text_of(path)?).map_err(|error| error.to_string())?;
    let mut count = 0;
    for (number, file) in received.files.iter().enumerate().filter(|(_, file)| !file.is_read) {
        let region = asked.words(&format!("r{number}"), 40);
        if let Some(source) = source_named(asked.field(&format!("k{number}")), &region) {
            text.add_files(&source, &pattern(&file.shown));
            count += 1;
        }
    }
    let text = text.text();
    Project::parse(&text, path, None).map_err(|errors| errors.to_string())?;
    if count > 0 {
        kept(path, &text)?;
    }
    Ok(count)
}
