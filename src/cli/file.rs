//! `bidui file`: one person's file, on the screen or as a workbook.

use super::arguments::PersonFileArguments;
use super::clock::SystemClock;
use super::screen::Screen;
use super::{DONE, FAILED, NEEDS_PERSON};
use crate::config::Project;
use crate::pipeline::person_file::{self, PersonFile};
use crate::sources::Silent;
use crate::workbooks;

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
        screen.complain(
            "没有找到这个人；请写全名、人编号或完整的证件号码（项目要有名单或 [programmes]）",
        );
        return FAILED;
    }
    if let Some(out) = &arguments.out {
        if found.len() > 1 && workbooks::is_workbook(out) {
            let message =
                format!("找到{}人，写不进一个工作簿；请写一个文件夹，或写人编号", found.len());
            screen.complain(&message);
            return FAILED;
        }
        for file in &found {
            if let Err(error) = workbooks::person_file(out, as_of, &file.title, &tables(file)) {
                screen.complain(&error.to_string());
                return FAILED;
            }
        }
        screen.say(&format!("写出电子档案 {} 份：{}", found.len(), out.display()));
    } else {
        screen.say(&found.iter().map(text).collect::<Vec<_>>().join("\n\n"));
    }
    if found.len() > 1 { NEEDS_PERSON } else { DONE }
}

fn tables(file: &PersonFile) -> Vec<workbooks::FileSheet> {
    file.parts
        .iter()
        .map(|part| (part.title.to_owned(), part.headings.to_vec(), part.rows.clone()))
        .collect()
}

fn text(file: &PersonFile) -> String {
    let mut lines = vec![file.title.clone()];
    for part in &file.parts {
        lines.push(format!("【{}】{}", part.title, part.headings.join("｜")));
        lines.extend(part.rows.iter().map(|row| format!("  {}", row.join("｜"))));
    }
    lines.join("\n")
}
