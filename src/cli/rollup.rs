//! `bidui rollup`: the province's forms from what the cities returned.

use super::arguments::RollupArguments;
use super::bars::Bars;
use super::clock::SystemClock;
use super::run::{on_threads, repeat_line};
use super::screen::Screen;
use super::{DONE, FAILED, NEEDS_PERSON, message};
use crate::config::Province;
use crate::pipeline::{self, RollupReport};

/// Reads, checks, publishes, and reports the outcome.
pub(super) fn run(arguments: &RollupArguments, screen: &mut Screen<'_>) -> u8 {
    let common = &arguments.common;
    let province = match Province::load(&common.project.path, common.as_of) {
        Ok(province) => province,
        Err(errors) => {
            screen.complain(&errors.to_string());
            return FAILED;
        }
    };
    let options = arguments.results.options();
    let (bars, clock) = (Bars::new(common.quiet), SystemClock::new());
    let outcome =
        on_threads(common.threads, || pipeline::rollup(&province, &options, &clock, &bars));
    bars.clear();
    match outcome {
        Err(error) => {
            screen.complain(&format!("汇总没有完成：{error}"));
            FAILED
        }
        Ok(report) => {
            screen.say(&summary(&province, &report));
            if report.needs_person() { NEEDS_PERSON } else { DONE }
        }
    }
}

fn summary(province: &Province, report: &RollupReport) -> String {
    let mut lines = vec![
        format!("{}（报告日期 {}）", province.title, province.as_of),
        format!("读入 {} 个文件，其中附件2、附件3 共 {} 张", report.files, report.forms),
    ];
    lines.push(match &report.previous {
        Some(folder) => format!("上期数据：{}", folder.display()),
        None => "上期数据：没有，未与上期比较".to_owned(),
    });
    lines.push(String::new());
    lines.extend(cities(report));
    lines.push(String::new());
    lines.push(format!("问题：{}", message::problem_counts(report.problems)));
    lines.extend(repeat_line(report.repeat.as_ref()));
    lines.push(String::new());
    lines.push(format!("结果在：{}", report.folder.display()));
    if report.needs_person() {
        lines.push(
            "建议先看：退回修改清单.xlsx；“退回”文件夹里每市一份，可以直接发给该市".to_owned(),
        );
    }
    lines.join("\n")
}

/// A small table: a line per city.
fn cities(report: &RollupReport) -> Vec<String> {
    let line = |name: &str, cells: [String; 3]| {
        let cells: String = cells.iter().map(|cell| message::right(cell, 10)).collect();
        format!("{}{cells}", message::padded(name, 14))
    };
    let mut lines = vec![line("", ["附件2", "附件3", "问题"].map(str::to_owned))];
    for city in &report.cities {
        let [two, three] = city.words.map(str::to_owned);
        let cells = [two, three, city.faults.to_string()];
        lines.push(line(&city.name, cells));
    }
    lines
}
