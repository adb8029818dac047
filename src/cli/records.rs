//! `bidui records`: a project's rows as files, for a distributed run.

use super::arguments::RecordsArguments;
use super::bars::Bars;
use super::run::{load, on_threads};
use super::screen::Screen;
use super::{DONE, FAILED, NEEDS_PERSON, message};
use crate::cluster::FileRows;
use crate::pipeline;

/// Writes the rows and tells how many there are.
pub(super) fn run(arguments: &RecordsArguments, screen: &mut Screen<'_>) -> u8 {
    let Some(project) = load(&arguments.common, screen) else { return FAILED };
    let bars = Bars::new(arguments.common.quiet);
    let written = on_threads(arguments.common.threads, || {
        pipeline::export_rows(&project, &arguments.out, FileRows::default(), &bars)
    });
    bars.clear();
    match written {
        Err(error) => {
            screen.complain(&format!("记录没有写出：{error}"));
            FAILED
        }
        Ok(report) => {
            let counts = pipeline::problem_counts(&report.problems);
            screen.say(&format!(
                "建档立卡信息 {} 行，学籍和培训 {} 行，有关的人工认定 {} 条；编号 {}",
                report.persons, report.sources, report.rulings, report.id
            ));
            screen.say(&format!("数据问题：{}", message::problem_counts(counts)));
            screen.say(&format!(
                "记录在：{}（含完整证件号码，请按涉密数据保管）",
                arguments.out.display()
            ));
            if counts.errors + counts.warnings > 0 { NEEDS_PERSON } else { DONE }
        }
    }
}
