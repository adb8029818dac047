//! The settings of the open project, changed on the page and kept in its file.

use std::path::Path;
use std::sync::Arc;

use super::FrontDesk;
use super::acts::reopen;
use crate::config::edit::{ProjectText, fingerprint};
use crate::desk::drafts::SettingsDraft;
use crate::desk::front::FrontState;
use crate::desk::http::asked::PageRequest;
use crate::desk::http::reply::Reply;
use crate::desk::pages;
use crate::desk::sessions::lock;
use crate::private_files;

/// Bytes of a project file that is changed here, at most.
const MOST: u64 = 1 << 20;

const CHANGED: &str = "项目文件刚才在别处改过（记事本，或另一个窗口），这一次没有保存；下面是它现在的内容，请再改一次。";

/// The settings as they are, or as they were typed and cannot be kept yet.
pub(super) fn show(app: &Arc<FrontDesk>, secret: &str, _: &PageRequest) -> Reply {
    let state = lock(&app.state);
    let Some(path) = state.file.clone() else { return Reply::Go("/".to_owned()) };
    let draft = match &state.draft {
        Some(draft) => Ok(draft.clone()),
        None => text_of(&path).map(|text| SettingsDraft::of_file(text, &path, state.programmes())),
    };
    Reply::Page(pages::project_settings(&state, secret, &draft))
}

pub(super) fn text_of(path: &Path) -> Result<String, String> {
    let bytes = private_files::read_small(path, MOST);
    let bytes = bytes.map_err(|error| private_files::reason(&error))?;
    String::from_utf8(bytes)
        .map_err(|_| "项目文件不是 UTF-8 编码；请在记事本中“另存为”，编码选 UTF-8".to_owned())
}

/// Keeps what the form says of single settings.
pub(super) fn keep(app: &Arc<FrontDesk>, _: &str, asked: &PageRequest) -> Reply {
    change(app, asked, |draft| {
        let mut text = ProjectText::parse(&draft.text).map_err(|error| error.to_string())?;
        for group in &draft.groups {
            for field in &group.fields {
                text.set(&field.path, field.shape, asked.field(&format!("s:{}", field.path)));
            }
        }
        let taken_out =
            draft.groups.iter().rev().filter(|group| group.is_repeated && !group.is_new);
        for group in taken_out {
            if asked.field(&format!("out:{}", group.path)) == "1" {
                text.remove(&group.path);
            }
        }
        Ok(text.text())
    })
}

/// Keeps the whole text as it was typed.
pub(super) fn keep_text(app: &Arc<FrontDesk>, _: &str, asked: &PageRequest) -> Reply {
    change(app, asked, |draft| {
        // Forms send lines as Windows ends them.
        let typed = asked.field("text").replace("\r\n", "\n");
        let is_windows = draft.text.contains("\r\n");
        Ok(if is_windows { typed.replace('\n', "\r\n") } else { typed })
    })
}

/// Forgets what was typed and not kept.
pub(super) fn forget(app: &Arc<FrontDesk>, _: &str, _: &PageRequest) -> Reply {
    let mut state = lock(&app.state);
    (state.draft, state.failed) = (None, None);
    Reply::Go("/settings".to_owned())
}

fn change(
    app: &Arc<FrontDesk>,
    asked: &PageRequest,
    make: impl FnOnce(&SettingsDraft) -> Result<String, String>,
) -> Reply {
    let mut state = lock(&app.state);
    (state.notice, state.failed) = (None, None);
    let Some(path) = state.file.clone() else { return Reply::Go("/".to_owned()) };
    let kept = changed(&mut state, &path, asked, make);
    drop(state);
    if kept {
        reopen(app, &path);
        let words = "已保存到项目文件，其余内容和说明没有动。请再检查、比对一次。";
        lock(&app.state).notice = Some(words.to_owned());
    }
    Reply::Go("/settings".to_owned())
}

/// Makes the changed text and writes it where nothing is wrong with it; says whether it is written.
fn changed(
    state: &mut FrontState,
    path: &Path,
    asked: &PageRequest,
    make: impl FnOnce(&SettingsDraft) -> Result<String, String>,
) -> bool {
    let on_disk = match text_of(path) {
        Ok(text) => text,
        Err(why) => {
            state.failed = Some(format!("项目文件读不了：{why}"));
            return false;
        }
    };
    if fingerprint(&on_disk) != asked.field("base") {
        (state.draft, state.failed) = (None, Some(CHANGED.to_owned()));
        return false;
    }
    let before = state.draft.take();
    let before =
        before.unwrap_or_else(|| SettingsDraft::of_file(on_disk, path, state.programmes()));
    let made = make(&before).and_then(|text| {
        let after = SettingsDraft::new(text, before.base.clone(), path, state.programmes());
        match after.count() {
            0 => kept(path, &after.text).map(|()| None),
            _ => Ok(Some(after)),
        }
    });
    match made {
        Ok(None) => true,
        Ok(Some(after)) => {
            state.failed = Some(format!(
                "还没有保存：有 {} 处写得不对，见红字。改好再保存；项目文件还是原来的样子。",
                after.count()
            ));
            state.draft = Some(after);
            false
        }
        Err(why) => {
            (state.draft, state.failed) = (Some(before), Some(format!("没有保存：{why}")));
            false
        }
    }
}

/// Writes a project file.
pub(super) fn kept(path: &Path, text: &str) -> Result<(), String> {
    private_files::write_file(path, text).map_err(|error| private_files::reason(&error))
}
