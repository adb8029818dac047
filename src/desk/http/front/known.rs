//! The projects the start page has opened: a file of paths, one a line, the latest first.

use std::path::{Path, PathBuf};

use crate::config::Project;
use crate::desk::front::KnownProject;
use crate::private_files;

/// Projects that are remembered.
const MOST: usize = 30;
/// Bytes of the file, at most.
const SIZE: u64 = 1 << 20;

/// The projects, with their titles as they are now.
pub(super) fn list(file: Option<&Path>) -> Vec<KnownProject> {
    let title = |path: PathBuf| {
        let title = Project::load(&path, None).ok().map(|project| project.title);
        KnownProject { path, title }
    };
    paths(file).into_iter().map(title).collect()
}

fn paths(file: Option<&Path>) -> Vec<PathBuf> {
    let bytes = file.and_then(|file| private_files::read_small(file, SIZE).ok());
    let text = String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default();
    text.lines().filter(|line| !line.is_empty()).map(PathBuf::from).collect()
}

/// Puts a project first. What cannot be remembered is no reason not to open it.
pub(super) fn remember(file: Option<&Path>, project: &Path) {
    keep(file, project, true);
}

/// Takes a project off the list; its files stay.
pub(super) fn forget(file: Option<&Path>, project: &Path) {
    keep(file, project, false);
}

fn keep(file: Option<&Path>, project: &Path, stays: bool) {
    let Some(file) = file else { return };
    let mut paths = paths(Some(file));
    paths.retain(|path| path != project);
    if stays {
        paths.insert(0, project.to_owned());
    }
    let lines = paths.iter().filter_map(|path| path.to_str()).take(MOST);
    let text = lines.collect::<Vec<&str>>().join("\n");
    let made = file.parent().map_or(Ok(()), private_files::make_folder);
    if made.and_then(|()| private_files::write_file(file, &text)).is_err() {
        // The list is a convenience.
    }
}
