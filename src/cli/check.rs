//! `bidui check`: what was understood of inputs and settings, and every problem in one go.

use super::arguments::ProjectArguments;
use super::bars::Bars;
use super::clock::SystemClock;
use super::run::{load, on_threads};
use super::screen::Screen;
use super::{DONE, FAILED, NEEDS_PERSON, message};
use crate::config::{LiangHouSheng, Project, ReportWindow, TrainingDate};
use crate::pipeline::{self, CheckReport};
use crate::problems::Severity;

/// Checks the project and prints everything that was found; writes no file.
pub(super) fn run(arguments: &ProjectArguments, screen: &mut Screen<'_>) -> u8 {
    let Some(project) = load(arguments, screen) else { return FAILED };
    let bars = Bars::new(arguments.quiet);
    let report =
        on_threads(arguments.threads, || pipeline::check(&project, &SystemClock::new(), &bars));
    bars.clear();
    screen.say(&settings(&project).join("\n"));
    screen.say(&inputs(&report).join("\n"));
    screen.say(report.mapping.trim_end());
    screen.say(&units(&report).join("\n"));
    for lack in &report.lacks {
        screen.say(&format!("注意：{lack}"));
    }
    screen.say(&problems(&report).join("\n"));
    if let Some(fatal) = &report.fatal {
        screen.complain(&format!("现在还不能比对：{fatal}"));
        return FAILED;
    }
    let due = report.problems.iter().any(|problem| problem.severity > Severity::Note);
    if due { NEEDS_PERSON } else { DONE }
}

fn settings(project: &Project) -> Vec<String> {
    let yes = |flag| if flag { "是" } else { "否" };
    let figures = &project.figures;
    let ages = |[from, to]: [u8; 2]| format!("{from}–{to} 岁");
    let window = match project.report_window {
        ReportWindow::HalfYear => "本半年（half-year）",
        ReportWindow::YearToDate => "本年初至报告日期（year-to-date）",
    };
    let liang_hou_sheng = match figures.liang_hou_sheng {
        LiangHouSheng::Intake => "本校新招初中、高中毕业生（intake）",
        LiangHouSheng::PairedCounties => "对口县的两后生（paired-counties）",
    };
    let training = match figures.training_date {
        TrainingDate::Start => "开班日期（start）",
        TrainingDate::End => "结业日期（end）",
    };
    let mut lines = vec![format!("设置（{}）", project.path.display())];
    let lines_of = [
        ("标题 title", project.title.clone()),
        ("填表单位 unit", project.bureau()),
        ("报告日期 as_of", project.as_of.to_string()),
        ("统计时段 report_window", window.to_owned()),
        ("两后生口径 liang_hou_sheng", liang_hou_sheng.to_owned()),
        ("两后生年龄 liang_hou_sheng_ages", ages(figures.liang_hou_sheng_ages)),
        ("保留学籍计入在校 count_suspended", yes(figures.count_suspended).to_owned()),
        ("只计全日制 full_time_only", yes(figures.full_time_only).to_owned()),
        ("培训按哪个日期 training_date", training.to_owned()),
        (
            "无日期的就业计入 count_undated_employment",
            yes(figures.count_undated_employment).to_owned(),
        ),
        ("劳动力年龄 worker_ages", ages(figures.worker_ages)),
    ];
    lines.extend(
        lines_of.iter().map(|(name, value)| format!("  {}{value}", message::padded(name, 44))),
    );
    lines
}

fn inputs(report: &CheckReport) -> Vec<String> {
    let mut lines = vec![format!("\n输入文件 {} 个", report.inputs.len())];
    lines.extend(report.inputs.iter().map(|input| {
        let (kind, rows) = (input.kind.label(), input.rows.to_string());
        format!("  {}{} 行  {}", message::padded(kind, 16), message::right(&rows, 8), input.path)
    }));
    lines.push(String::new());
    lines
}

/// The table of schools and agencies: a name that was read wrongly is seen here, not on the form.
fn units(report: &CheckReport) -> Vec<String> {
    let mut lines = vec![format!("\n学校和机构 {} 个", report.units.len())];
    let width =
        report.units.iter().map(|(unit, _)| message::columns(&unit.name)).max().unwrap_or(0);
    lines.extend(report.units.iter().map(|(unit, line)| {
        let by: Vec<&str> = line.by.iter().map(|by| by.label()).collect();
        format!(
            "  {}{}  名称取自{}，{} 个文件，{} 行",
            message::padded(unit.kind.label(), 16),
            message::padded(&unit.name, width),
            by.join("、"),
            line.files,
            line.rows
        )
    }));
    lines
}

fn problems(report: &CheckReport) -> Vec<String> {
    let counts = pipeline::problem_counts(&report.problems);
    let mut lines = vec![format!("\n数据问题：{}", message::problem_counts(counts))];
    lines.extend(report.problems.iter().map(message::problem));
    lines
}
