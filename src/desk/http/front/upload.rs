//! Files handed over in the browser: into a new folder, a folder that was chosen, or the open project.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, post};
use fs_err::File;

use super::request::{FormSecret, answer};
use super::{FrontDesk, acts, receive};
use crate::desk::http::reply::Reply;
use crate::desk::http::secrets::is_same;
use crate::desk::sessions::lock;
use crate::file_names::portable;
use crate::pipeline::init::PROJECT_FILE;
use crate::private_files;

/// Bytes of a file, at most: larger ones are not read either.
const FILE: u64 = 1 << 30;
/// Bytes and files of one request, at most.
const ALL: u64 = 4 << 30;
const FILES: usize = 2000;
/// Letters of a field beside the files.
const FIELD: usize = 4096;
/// Folder of a project that takes what is handed over.
pub(super) const INBOX: &str = "收到的文件";

/// Files that arrived, and the folder they are in.
struct Delivery {
    folder: PathBuf,
    /// Whether the folder belongs to the open project.
    is_project: bool,
    files: Vec<PathBuf>,
}

/// Takes files.
pub(super) fn route() -> MethodRouter<Arc<FrontDesk>> {
    post(take).layer(DefaultBodyLimit::disable())
}

async fn take(
    State(app): State<Arc<FrontDesk>>,
    Extension(FormSecret(secret)): Extension<FormSecret>,
    request: Request,
) -> Response {
    let Ok(parts) = Multipart::from_request(request, &()).await else {
        return Reply::bad_form().back_to("/".to_owned()).into_response();
    };
    match delivered(&app, parts, &secret).await {
        Ok(delivery) => answer(move || sort(&app, delivery)).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// What becomes of files that are there.
fn sort(app: &Arc<FrontDesk>, delivery: Delivery) -> Reply {
    if delivery.is_project {
        receive::sort(app, delivery.files)
    } else {
        acts::arrange_folder(app, delivery.folder)
    }
}

/// Reads a request: the secret first, then where the files go, then the files.
async fn delivered(app: &FrontDesk, mut parts: Multipart, secret: &str) -> Result<Delivery, Reply> {
    let patience = app.settings.limits.body;
    let mut is_ours = false;
    let mut delivery: Option<Delivery> = None;
    let mut left = ALL;
    while let Some(part) = next(&mut parts, patience).await? {
        match part.name().unwrap_or_default() {
            "secret" => is_ours = is_same(&words(part, patience).await?, secret),
            _ if !is_ours => return Err(Reply::foreign_form("").back_to("/".to_owned())),
            name @ ("folder" | "new" | "project") => {
                let name = name.to_owned();
                let written = words(part, patience).await?;
                delivery = Some(folder_for(app, &name, &written)?);
            }
            "files" => {
                let given = part.file_name().unwrap_or_default().to_owned();
                // A field without a file.
                if given.is_empty() {
                    continue;
                }
                let Some(delivery) = &mut delivery else {
                    return Err(refused("没有说明放到哪里"));
                };
                if delivery.files.len() >= FILES {
                    return Err(refused("一次最多 2000 个文件，其余的没有收；请分几次"));
                }
                private_files::make_folder(&delivery.folder).map_err(|error| unwritten(&error))?;
                let (file, path) = free_place(&delivery.folder, &given)?;
                let written = keep(part, file, &mut left, patience).await;
                if let Err(refusal) = written {
                    drop(fs_err::remove_file(&path));
                    return Err(refusal);
                }
                delivery.files.push(path);
            }
            _ => {}
        }
    }
    let found = delivery.filter(|delivery| !delivery.files.is_empty());
    found.ok_or_else(|| refused("没有选择文件"))
}

async fn next(parts: &mut Multipart, patience: Duration) -> Result<Option<Field<'_>>, Reply> {
    let read = tokio::time::timeout(patience, parts.next_field()).await;
    read.map_err(|_| Reply::too_slow())?.map_err(|_| Reply::bad_form().back_to("/".to_owned()))
}

async fn words(mut part: Field<'_>, patience: Duration) -> Result<String, Reply> {
    let mut bytes = Vec::new();
    while let Some(chunk) = chunk(&mut part, patience).await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > FIELD {
            return Err(Reply::too_large().back_to("/".to_owned()));
        }
    }
    String::from_utf8(bytes).map_err(|_| Reply::bad_form().back_to("/".to_owned()))
}

async fn chunk(part: &mut Field<'_>, patience: Duration) -> Result<Option<Bytes>, Reply> {
    let read = tokio::time::timeout(patience, part.chunk()).await;
    read.map_err(|_| Reply::too_slow())?.map_err(|_| refused("文件没有传完整"))
}

/// Writes a file as it comes in.
async fn keep(
    mut part: Field<'_>,
    mut file: File,
    left: &mut u64,
    patience: Duration,
) -> Result<(), Reply> {
    let mut room = FILE;
    while let Some(chunk) = chunk(&mut part, patience).await? {
        let length = chunk.len() as u64;
        if length > room || length > *left {
            return Err(refused("文件太大：每个最多 1 GB，一次最多 4 GB；没有收"));
        }
        (room, *left) = (room - length, *left - length);
        tokio::task::block_in_place(|| file.write_all(&chunk))
            .map_err(|error| unwritten(&error))?;
    }
    tokio::task::block_in_place(|| file.sync_all()).map_err(|error| unwritten(&error))
}

/// The folder of a request; made only once there is a file.
fn folder_for(app: &FrontDesk, name: &str, written: &str) -> Result<Delivery, Reply> {
    let of = |folder: PathBuf, is_project| Delivery { folder, is_project, files: Vec::new() };
    match name {
        "project" => {
            let state = lock(&app.state);
            let open = state.open.as_ref().ok_or_else(|| refused("没有打开的项目"))?;
            Ok(of(open.project.root.join(INBOX), true))
        }
        "new" if written.trim().is_empty() => Err(refused("请给新项目起个名字，如 2019年上半年")),
        "new" => {
            let folder = app.settings.home.join(portable(written.trim()));
            if folder.exists() {
                let words =
                    format!("“{}”已经有了；请换一个名字，或用“选择文件夹”打开它", folder.display());
                return Err(refused(&words));
            }
            Ok(of(folder, false))
        }
        _ => {
            let folder = PathBuf::from(written.trim());
            if !folder.is_dir() || folder.join(PROJECT_FILE).exists() {
                return Err(refused("这个文件夹不在了，或已经是一个项目"));
            }
            Ok(of(folder, false))
        }
    }
}

/// A file of its own for what the browser calls it; nothing that is there is overwritten.
fn free_place(folder: &Path, given: &str) -> Result<(File, PathBuf), Reply> {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_plain = !ending.is_empty()
        && ending.len() <= 5
        && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    let (stem, ending) =
        if is_plain { (stem, format!(".{ending}")) } else { (name, String::new()) };
    let stem = portable(stem);
    for number in 1..=FILES {
        let counted = if number == 1 { stem.clone() } else { format!("{stem}({number})") };
        let path = folder.join(format!("{counted}{ending}"));
        match private_files::create_file(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unwritten(&error)),
        }
    }
    Err(refused("同名的文件太多"))
}

fn refused(words: &str) -> Reply {
    Reply::forbidden(words).back_to("/".to_owned())
}

fn unwritten(error: &std::io::Error) -> Reply {
    refused(&format!("文件存不下来：{}", private_files::reason(error)))
}
