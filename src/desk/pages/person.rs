//! One person's file over the half-years the ledger keeps.

use maud::{Markup, html};

use super::{PageView, frame, headings};
use crate::pipeline::person_file::PersonFile;

/// The address of a person's file in one run.
pub(super) fn file_of(person: u32, serial: u32) -> String {
    format!("/person?person={person}&run={serial}")
}

/// The page.
pub(in crate::desk) fn person(view: PageView, file: &PersonFile) -> Markup {
    let body = html! {
        h1 { "电子档案 " small { (file.title) } }
        p.note {
            "由本次运行的数据和台账以前各期汇总；证件号码、证书编号已遮盖。要工作簿的，运行 "
            code { "bidui file <项目文件> <人编号> --out 文件夹" } "。"
        }
        @for part in &file.parts {
            h2 { (part.title) }
            table {
                (headings(part.headings))
                tbody {
                    @for row in &part.rows {
                        tr { @for cell in row { td.wrap { (cell) } } }
                    }
                }
            }
        }
    };
    frame(view, "/people", "电子档案", &body)
}
