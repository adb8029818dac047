//! `bidui file`: one person's file, on the screen or as a workbook.

use super::arguments::PersonFileArguments;
use super::clock::SystemClock;
use super::screen::Screen;
use super::{DONE, FAILED, NEEDS_PERSON};
use crate::config::Project;
use crate::pipeline::person_file::{self, FilePart, PersonFile};
use crate::sources::Silent;
use crate::workbooks::{self, FileSheet, PersonBook};

/// Does what the words say.
pub(super) fn run(arguments: &PersonFileArguments, screen: &mut Screen<'_>) -> u8 {
    let project = match Project::load(&arguments.project.path, None) {
        Ok(project) => project,
        Err(errors) => {
            screen.complain(&errors.to_string());
            return FAILED;
        }
    };
    let as_of = project.as_of;
    let found = person_file::files(project, &arguments.words, &SystemClock::new(), &Silent);
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            screen.complain(&error.to_string());
            return FAILED;
        }
    };
    if found.is_empty() {
        screen.complain("没有找到这个人，台账里以前各期也没有；请写全名、人编号或完整的证件号码");
        return FAILED;
    }
    if let Some(out) = &arguments.out {
        if found.len() > 1 && workbooks::is_workbook(out) {
            let message =
                format!("找到{}人，写不进一个工作簿；请写一个文件夹，或写人编号", found.len());
            screen.complain(&message);
            return FAILED;
        }
        let books: Vec<PersonBook> = found.iter().map(book).collect();
        if let Err(error) = workbooks::person_files(out, as_of, &books) {
            screen.complain(&error.to_string());
            return FAILED;
        }
        screen.say(&format!("写出电子档案 {} 份：{}", found.len(), out.display()));
    } else {
        screen.say(&found.iter().map(text).collect::<Vec<_>>().join("\n\n"));
    }
    if found.len() > 1 { NEEDS_PERSON } else { DONE }
}

fn book(file: &PersonFile) -> PersonBook {
    let sheet = |part: &FilePart| FileSheet {
        title: part.title.to_owned(),
        headings: part.headings.to_vec(),
        rows: part.rows.clone(),
    };
    PersonBook {
        title: file.title.clone(),
        file_name: file.file_name.clone(),
        sheets: file.parts.iter().map(sheet).collect(),
    }
}

fn text(file: &PersonFile) -> String {
    let mut lines = vec![file.title.clone()];
    for part in &file.parts {
        lines.push(format!("【{}】{}", part.title, part.headings.join("｜")));
        lines.extend(part.rows.iter().map(|row| format!("  {}", row.join("｜"))));
    }
    lines.join("\n")
}
