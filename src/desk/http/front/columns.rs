//! What the columns of the inputs are taken for, looked at and changed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::FrontDesk;
use super::acts::{reopen, reread};
use super::jobs::{Finish, begin};
use super::settings::{kept, text_of};
use crate::config::Project;
use crate::config::edit::ProjectText;
use crate::desk::front::OpenProject;
use crate::desk::http::asked::PageRequest;
use crate::desk::http::reply::Reply;
use crate::desk::pages;
use crate::desk::sessions::lock;
use crate::origin::column_letters;
use crate::pipeline::{self, SheetColumns};
use crate::sources::sorting::{SheetPicture, pictures};
use crate::vocabulary::Field;

/// A heading and what a person says its column holds; nothing for a column that is not used.
type ColumnWish = (String, Option<Field>);

/// Reads the headings of all inputs.
pub(super) fn look(app: &Arc<FrontDesk>, _: &str, _: &PageRequest) -> Reply {
    read(app, "/columns", None)
}

fn read(app: &Arc<FrontDesk>, place: &str, wished: Option<(usize, Vec<ColumnWish>)>) -> Reply {
    begin(app, "正在读各文件的列", place, move |app, watcher| {
        let project = reread(&lock(&app.state))?;
        let columns = pipeline::columns(&project, watcher);
        let finish: Finish = Box::new(move |state| {
            let unmet = wished.map(|(sheet, wishes)| unmet(columns.get(sheet), &wishes));
            state.failed = unmet.filter(|words| !words.is_empty());
            if let Some(open) = &mut state.open {
                (open.project, open.columns) = (project, Some(columns));
            }
        });
        Ok(finish)
    })
}

/// What was asked of columns and does not show when they are read again.
fn unmet(sheet: Option<&SheetColumns>, wishes: &[ColumnWish]) -> String {
    let Some(SheetColumns { sheet, .. }) = sheet else { return String::new() };
    let is_met = |(heading, field): &&ColumnWish| {
        let now = sheet.columns.iter().find(|column| column.heading == *heading);
        now.map(|column| column.field) == *field
    };
    let missed = wishes.iter().filter(|wish| !is_met(wish));
    let names: Vec<String> = missed.map(|(heading, _)| format!("“{heading}”")).collect();
    if names.is_empty() {
        return String::new();
    }
    format!(
        "已写进项目文件，但{}列读出来与所选不同：表头可能有几层或重名，请看下面现在的结果。",
        names.join("、")
    )
}

/// The sheets, and the columns of one of them.
pub(super) fn show(app: &Arc<FrontDesk>, secret: &str, asked: &PageRequest) -> Reply {
    let number = asked.number("sheet").unwrap_or(0);
    let picture = lock(&app.state).open.as_ref().and_then(|open| place_of(open, number));
    // The file is read while nobody waits for the state.
    let picture = picture.map(|(path, name, passwords)| picture_of(&path, &name, &passwords));
    Reply::Page(pages::columns(&lock(&app.state), secret, number, picture.as_ref()))
}

fn place_of(
    open: &OpenProject,
    number: usize,
) -> Option<(std::path::PathBuf, String, Vec<String>)> {
    let SheetColumns { sheet, source, .. } = open.columns.as_ref()?.get(number)?;
    let passwords = open.project.sources.get(*source).map(|one| one.passwords.clone());
    Some((open.project.root.join(&sheet.file), sheet.sheet.clone(), passwords.unwrap_or_default()))
}

fn picture_of(path: &Path, name: &str, passwords: &[String]) -> SheetPicture {
    let sheets = pictures(path, passwords).unwrap_or_default();
    let is_only = sheets.len() == 1;
    sheets.into_iter().find(|sheet| is_only || sheet.name == name).unwrap_or_default()
}

/// Keeps what a person says of the columns of one sheet.
pub(super) fn keep(app: &Arc<FrontDesk>, _: &str, asked: &PageRequest) -> Reply {
    let number: usize = asked.number("sheet").unwrap_or(0);
    let place = format!("/columns?sheet={number}");
    let mut state = lock(&app.state);
    (state.notice, state.failed) = (None, None);
    let Some(open) = &state.open else { return Reply::Go("/".to_owned()) };
    let sheet = open.columns.as_ref().and_then(|columns| columns.get(number));
    let Some(sheet) = sheet else { return Reply::Go("/columns".to_owned()) };
    let path = open.project.path.clone();
    let done = wishes(sheet, asked).and_then(|wishes| {
        if !wishes.is_empty() {
            write(&path, sheet.source, &wishes)?;
        }
        Ok(wishes)
    });
    match done {
        Ok(wishes) if wishes.is_empty() => {
            state.notice = Some("没有改动。".to_owned());
            Reply::Go(place)
        }
        Ok(wishes) => {
            drop(state);
            reopen(app, &path);
            read(app, &place, Some((number, wishes)))
        }
        Err(why) => {
            state.failed = Some(why);
            Reply::Go(place)
        }
    }
}

/// What the form says otherwise than the sheet was read.
fn wishes(sheet: &SheetColumns, asked: &PageRequest) -> Result<Vec<ColumnWish>, String> {
    let used = sheet.sheet.columns.iter().map(|one| (one.index, &one.heading, Some(one.field)));
    let unused = sheet.sheet.unknown_columns.iter().map(|(index, heading)| (*index, heading, None));
    let mut chosen: BTreeMap<Field, Vec<String>> = BTreeMap::new();
    let mut wishes = Vec::new();
    for (index, heading, now) in used.chain(unused) {
        let wish = Field::from_key(asked.field(&format!("c{index}")));
        let wish = wish.filter(|field| sheet.fields.iter().any(|(known, _)| known == field));
        if let Some(field) = wish {
            chosen.entry(field).or_default().push(column_letters(index));
        }
        if wish != now && !heading.is_empty() {
            wishes.push((heading.clone(), wish));
        }
    }
    if let Some((field, columns)) = chosen.iter().find(|(_, columns)| columns.len() > 1) {
        let label = sheet.fields.iter().find(|(known, _)| known == field);
        let label = label.map_or("", |(_, label)| label.as_str());
        return Err(format!(
            "“{label}”选了 {} 列（{}），没有保存；请只留一列，其余改成“不用”。",
            columns.len(),
            columns.join("、")
        ));
    }
    Ok(wishes)
}

/// Writes what columns are into the project file, unless it then cannot be used.
fn write(path: &Path, source: usize, wishes: &[ColumnWish]) -> Result<(), String> {
    let mut text = ProjectText::parse(&text_of(path)?).map_err(|error| error.to_string())?;
    for (heading, field) in wishes {
        text.map_column(source, heading, *field);
    }
    let text = text.text();
    Project::parse(&text, path, None).map_err(|errors| errors.to_string())?;
    kept(path, &text)
}
