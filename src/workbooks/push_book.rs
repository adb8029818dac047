//! `派发/院校/<school>.xlsx`: graduates without work and new posts for one school.

use std::path::Path;

use rust_xlsxwriter::XlsxError;

use super::WorkbookError;
use super::book::Book;
use super::columns::{CellKind, ColumnLook, TableColumn, column, nth, numbered};
use super::table::{SheetSpec, SheetTable};
use crate::config::Project;

/// A graduate without work, as schools may know of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graduate {
    /// What names the person on cards; never written into the list.
    pub token: String,
    /// 姓名.
    pub name: String,
    /// 联系电话.
    pub phone: String,
    /// 毕业院校.
    pub school: String,
    /// 专业.
    pub major: String,
    /// 就业意向.
    pub wish: String,
}

/// What is told of a post, by the words its column's heading holds.
pub const POST_HEADINGS: [&str; 10] =
    ["单位", "岗位", "人数", "学历", "专业", "技能等级", "薪", "地点", "联系", "有效期"];

/// Cells of posts under [`POST_HEADINGS`].
pub type PostCells = Vec<String>;

/// How the columns of [`POST_HEADINGS`] look.
const POST_LOOKS: [ColumnLook; POST_HEADINGS.len()] = [
    ColumnLook::plain("单位", CellKind::Text, 26),
    ColumnLook::plain("岗位", CellKind::Text, 18),
    ColumnLook::plain("人数", CellKind::Word, 8),
    ColumnLook::plain("学历", CellKind::Word, 12),
    ColumnLook::plain("专业", CellKind::Text, 18),
    ColumnLook::plain("技能等级", CellKind::Word, 12),
    ColumnLook::plain("薪资", CellKind::Word, 14),
    ColumnLook::plain("地点", CellKind::Text, 18),
    ColumnLook::plain("联系人、电话", CellKind::Text, 20),
    ColumnLook::plain("有效期", CellKind::Code, 14),
];

fn post_columns<'a>() -> Vec<TableColumn<&'a PostCells>> {
    let of = |(place, look)| {
        nth(look, place, |post: &&PostCells, place| post.get(place).map(String::as_str).into())
    };
    POST_LOOKS.into_iter().enumerate().map(of).collect()
}

fn people_columns<'a>() -> Vec<TableColumn<&'a Graduate>> {
    vec![
        numbered(7),
        column("姓名", CellKind::Word, 10, |one| one.name.as_str().into()),
        column("联系电话", CellKind::Code, 15, |one| one.phone.as_str().into()),
        column("毕业院校", CellKind::Text, 26, |one| one.school.as_str().into()),
        column("专业", CellKind::Text, 20, |one| one.major.as_str().into()),
        column("就业意向", CellKind::Text, 24, |one| one.wish.as_str().into()),
    ]
}

/// Writes a list for a school.
///
/// # Errors
/// As [`super::write()`].
pub fn push_list(
    path: &Path,
    project: &Project,
    school: &str,
    people: &[&Graduate],
    posts: &[PostCells],
) -> Result<(), WorkbookError> {
    let make = || -> Result<Book, XlsxError> {
        let mut book = Book::in_memory(&format!("{school}　离校未就业高校毕业生"), project.as_of)?;
        graduates(&mut book, school, people)?;
        jobs(&mut book, posts)?;
        Ok(book)
    };
    let book = make().map_err(|source| WorkbookError::Excel { path: path.to_owned(), source })?;
    book.save(path)
}

fn graduates(book: &mut Book, school: &str, people: &[&Graduate]) -> Result<(), XlsxError> {
    let title = format!("{school}：本市离校未就业高校毕业生");
    let spec = SheetSpec {
        name: "毕业生",
        title: &title,
        note: "按专业、就业意向排列；不含证件号码，仅供联系招生、订单班使用，不得外传。",
        frozen: 2,
        back: None,
    };
    SheetTable::write(book, spec, people_columns(), people.iter().copied())
}

fn jobs(book: &mut Book, posts: &[PostCells]) -> Result<(), XlsxError> {
    if posts.is_empty() {
        return Ok(());
    }
    let spec = SheetSpec {
        name: "岗位",
        title: "岗位信息",
        note: "以前各月推送过的岗位不再列。",
        frozen: 2,
        back: None,
    };
    SheetTable::write(book, spec, post_columns(), posts)
}
