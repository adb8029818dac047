//! Things to do: look at a folder, write a project, open, check and run it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::jobs::{Finish, begin};
use super::{FrontDesk, known};
use crate::config::Project;
use crate::desk::front::{FrontState, OpenProject, ResultFile};
use crate::desk::http::asked::PageRequest;
use crate::desk::http::reply::Reply;
use crate::desk::sessions::lock;
use crate::pipeline::init::{self, InitWishes};
use crate::pipeline::{self, RunOptions};

/// Letters of a path, at most.
const PATH: usize = 4096;

fn path_of(asked: &PageRequest, name: &str) -> PathBuf {
    PathBuf::from(asked.words(name, PATH))
}

/// Looks at a folder.
pub(super) fn arrange(app: &Arc<FrontDesk>, _: &str, asked: &PageRequest) -> Reply {
    arrange_folder(app, path_of(asked, "folder"))
}

/// Looks at a folder that is known to be wanted.
pub(super) fn arrange_folder(app: &Arc<FrontDesk>, folder: PathBuf) -> Reply {
    lock(&app.state).arranged = None;
    begin(app, "正在辨认文件", "/arranged", move |app, watcher| {
        let wishes = InitWishes { unit: None, as_of: None, today: (app.settings.today)() };
        let arrangement =
            init::arrange(&folder, &wishes, watcher).map_err(|error| error.to_string())?;
        let finish: Finish = Box::new(move |state| state.arranged = Some((folder, arrangement)));
        Ok(finish)
    })
}

/// Writes the project of the folder that was looked at, as a person has corrected it.
pub(super) fn write(app: &Arc<FrontDesk>, _: &str, asked: &PageRequest) -> Reply {
    let mut state = lock(&app.state);
    let Some((folder, arrangement)) = &mut state.arranged else {
        return Reply::Go("/".to_owned());
    };
    let refused = correct(arrangement, asked);
    let written = match refused {
        Some(why) => Err(why),
        None => init::write(folder, arrangement).map_err(|error| error.to_string()),
    };
    match written {
        Err(why) => {
            state.failed = Some(why);
            Reply::Go("/arranged".to_owned())
        }
        Ok(path) => {
            state.arranged = None;
            drop(state);
            open_at(app, &path);
            Reply::Go("/project".to_owned())
        }
    }
}

/// Takes over what the form says; hands out why it cannot be taken.
fn correct(arrangement: &mut init::Arrangement, asked: &PageRequest) -> Option<String> {
    let unit = asked.words("unit", 40);
    let Ok(as_of) = asked.words("as_of", 10).parse() else {
        return Some("报告日期请写成 2019-06-10 的样子".to_owned());
    };
    if unit.is_empty() {
        return Some("请填写填报单位，如 佳木斯市".to_owned());
    }
    arrangement.settle(&unit, as_of);
    let names: Vec<String> = arrangement.all_files().map(str::to_owned).collect();
    for (number, shown) in names.iter().enumerate() {
        let list = asked.field(&format!("k{number}"));
        arrangement.correct(shown, list, &asked.words(&format!("r{number}"), 40));
    }
    None
}

/// Opens a project from its list or its folder.
pub(super) fn open(app: &Arc<FrontDesk>, _: &str, asked: &PageRequest) -> Reply {
    let path = path_of(asked, "project");
    let is_open = open_at(app, &path);
    let is_file = lock(&app.state).file.is_some();
    let place = if is_open {
        "/project"
    } else if is_file {
        "/settings"
    } else {
        "/"
    };
    Reply::Go(place.to_owned())
}

/// Takes a project off the list.
pub(super) fn forget(app: &Arc<FrontDesk>, _: &str, asked: &PageRequest) -> Reply {
    known::forget(app.settings.known.as_deref(), &path_of(asked, "project"));
    Reply::Go("/".to_owned())
}

/// Reads a project file; says why where it cannot be used.
pub(super) fn open_at(app: &FrontDesk, path: &Path) -> bool {
    let path = if path.is_dir() { path.join(init::PROJECT_FILE) } else { path.to_owned() };
    let path = crate::private_files::real(&path).unwrap_or(path);
    let loaded = opened(app, &path);
    let mut state = lock(&app.state);
    (state.notice, state.draft, state.received) = (None, None, None);
    state.file = path.is_file().then(|| path.clone());
    match loaded {
        Ok(open) => {
            known::remember(app.settings.known.as_deref(), &path);
            (state.open, state.failed) = (Some(open), None);
            true
        }
        Err(why) => {
            (state.open, state.failed) = (None, Some(why));
            false
        }
    }
}

/// Reads the open project anew after its file was changed from here.
pub(super) fn reopen(app: &FrontDesk, path: &Path) {
    let loaded = opened(app, path);
    let mut state = lock(&app.state);
    match loaded {
        Ok(open) => {
            let before = state.open.take();
            let (run, review) = before.map(|open| (open.run, open.review)).unwrap_or_default();
            state.open = Some(OpenProject { run, review, ..open });
        }
        Err(why) => state.failed = Some(why),
    }
}

fn opened(app: &FrontDesk, path: &Path) -> Result<OpenProject, String> {
    let project = Project::load(path, None).map_err(|errors| errors.to_string())?;
    let deadlines = pipeline::deadlines(&project, (app.settings.today)());
    Ok(OpenProject {
        deadlines: deadlines.map_err(|error| error.to_string())?,
        results: pipeline::newest_results(&project.root)
            .map(|folder| files_of(&folder))
            .unwrap_or_default(),
        project,
        columns: None,
        check: None,
        run: None,
        review: None,
    })
}

/// All files of a result folder, workbooks of the folder itself first.
fn files_of(folder: &Path) -> Vec<ResultFile> {
    let mut found = Vec::new();
    collect(folder, "", &mut found);
    found.sort_by_key(|file: &ResultFile| (file.shown.matches('/').count(), file.shown.clone()));
    found
}

fn collect(folder: &Path, above: &str, found: &mut Vec<ResultFile>) {
    let Ok(entries) = fs_err::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let shown = format!("{above}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if path.is_dir() {
            collect(&path, &format!("{shown}/"), found);
        } else {
            found.push(ResultFile { path, shown });
        }
    }
}

/// The project as its file says now: it may have been changed beside the page.
pub(super) fn reread(state: &FrontState) -> Result<Project, String> {
    let open = state.open.as_ref().ok_or_else(|| "没有打开的项目".to_owned())?;
    Project::load(&open.project.path, None).map_err(|errors| errors.to_string())
}

/// Checks the open project.
pub(super) fn check(app: &Arc<FrontDesk>, _: &str, _: &PageRequest) -> Reply {
    begin(app, "正在检查", "/project", |app, watcher| {
        let project = reread(&lock(&app.state))?;
        let report = pipeline::check(&project, &*app.settings.clock, watcher);
        let finish: Finish = Box::new(move |state| {
            if let Some(open) = &mut state.open {
                (open.project, open.check) = (project, Some(report));
            }
        });
        Ok(finish)
    })
}

/// Runs the open project.
pub(super) fn run(app: &Arc<FrontDesk>, _: &str, _: &PageRequest) -> Reply {
    begin(app, "正在比对", "/project", |app, watcher| {
        let project = reread(&lock(&app.state))?;
        let clock = &*app.settings.clock;
        let report = pipeline::run(&project, &RunOptions::default(), clock, watcher)
            .map_err(|error| format!("比对没有完成：{error}"))?;
        let mut opened = opened(app, &project.path)?;
        opened.results = files_of(&report.folder);
        opened.run = Some(report);
        let finish: Finish = Box::new(move |state| {
            let before = state.open.take();
            opened.check = before.and_then(|before| before.check);
            state.open = Some(opened);
        });
        Ok(finish)
    })
}

/// Opens the review page beside this one.
pub(super) fn review(app: &Arc<FrontDesk>, _: &str, _: &PageRequest) -> Reply {
    begin(app, "正在打开待核页面", "/project", |app, watcher| {
        let project = reread(&lock(&app.state))?;
        let address = (app.settings.review)(&project.path, watcher)?;
        let finish: Finish = Box::new(move |state| {
            if let Some(open) = &mut state.open {
                open.review = Some(address);
            }
        });
        Ok(finish)
    })
}
