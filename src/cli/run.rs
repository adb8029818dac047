//! `bidui run`: the whole job, and a short account of it at the end.

use super::arguments::{ProjectArguments, RunArguments};
use super::bars::Bars;
use super::clock::SystemClock;
use super::log::Log;
use super::screen::Screen;
use super::{DONE, FAILED, NEEDS_PERSON, message};
use crate::config::Project;
use crate::linkage::decisions::RulingCounts;
use crate::pipeline;
use crate::pipeline::{EarlierRun, FIRST, RunOptions, RunReport, Since};
use crate::vocabulary::beijing_time;

/// Runs the project and reports the outcome, in the log as well where one is asked for.
pub(super) fn run(arguments: &RunArguments, screen: &mut Screen<'_>) -> u8 {
    if let Some(path) = &arguments.log {
        match Log::open(path) {
            Ok(log) => screen.log_to(log),
            Err(error) => {
                screen.complain(&format!("日志文件写不了：{error}；没有开始比对"));
                return FAILED;
            }
        }
    }
    screen.note(&format!("开始比对：{}", arguments.common.project.path.display()));
    let status = compare(arguments, screen);
    screen.note(&format!("结束，退出状态 {status}"));
    status
}

fn compare(arguments: &RunArguments, screen: &mut Screen<'_>) -> u8 {
    let Some(project) = load(&arguments.common, screen) else { return FAILED };
    let estimate = arguments.estimate;
    let links = arguments.links.clone();
    let options = RunOptions { estimate, links, ..arguments.results.options() };
    if arguments.if_new {
        match pipeline::unchanged(&project, &options) {
            Ok(Some(folder)) => {
                screen.say(&format!(
                    "数据、设置和程序与上次比对相同，没有重新比对；上次的结果在：{}",
                    folder.display()
                ));
                return DONE;
            }
            Ok(None) => {}
            Err(error) => {
                screen.complain(&format!("比对没有完成：{error}"));
                return FAILED;
            }
        }
    }
    let (bars, clock) = (Bars::new(arguments.common.quiet), SystemClock::new());
    let outcome =
        on_threads(arguments.common.threads, || pipeline::run(&project, &options, &clock, &bars));
    bars.clear();
    match outcome {
        Err(error) => {
            screen.complain(&format!("比对没有完成：{error}"));
            FAILED
        }
        Ok(report) => {
            screen.say(&summary(&project, &report));
            if report.needs_person() { NEEDS_PERSON } else { DONE }
        }
    }
}

/// The checked project, or all its mistakes on the screen.
pub(super) fn load(arguments: &ProjectArguments, screen: &mut Screen<'_>) -> Option<Project> {
    match Project::load(&arguments.project.path, arguments.as_of) {
        Ok(project) => Some(project),
        Err(errors) => {
            screen.complain(&errors.to_string());
            None
        }
    }
}

/// Runs work on so many threads; on as many as there are processors where nothing is said, and on
/// fewer where the system gives no more.
pub(super) fn on_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> T {
    // 0 is as many as there are processors.
    let mut count = threads.unwrap_or(0);
    loop {
        match pipeline::workers(count).build() {
            Ok(pool) => return pool.install(work),
            Err(_) if count == 1 => break,
            Err(_) if count == 0 => {
                count = std::thread::available_parallelism().map_or(1, |all| all.get() / 2).max(1);
            }
            Err(_) => count /= 2,
        }
    }
    // Not a single thread more: this one does everything.
    drop(pipeline::workers(1).use_current_thread().build_global());
    work()
}

fn summary(project: &Project, report: &RunReport) -> String {
    let mut lines = vec![format!("{}（报告日期 {}）", project.title, project.as_of)];
    lines.extend(report.lacks.iter().map(|lack| format!("注意：{lack}")));
    lines.push(format!("建档立卡信息 {} 行，{} 人", report.persons, report.people));
    lines.push(String::new());
    lines.extend(decisions(report));
    lines.push(String::new());
    lines.push(format!("差异：{}", report.findings.words()));
    lines.push(format!("数据问题：{}", message::problem_counts(report.problems)));
    lines.extend(rulings(report));
    lines.extend(failed_checks(report));
    lines.extend(repeat_line(report.repeat.as_ref()));
    lines.extend(report.since.iter().flat_map(since));
    lines.push(String::new());
    lines.push(format!("结果在：{}", report.folder.display()));
    lines.extend(first_look(report));
    lines.join("\n")
}

/// A small table: a line per kind of source.
fn decisions(report: &RunReport) -> Vec<String> {
    let line = |head: &str, cells: [String; 4]| {
        let cells: String = cells.iter().map(|cell| message::right(cell, 11)).collect();
        format!("{}{cells}", message::padded(head, 14))
    };
    let mut lines = vec![line("", ["行数", "比对一致", "待核", "未比中"].map(str::to_owned))];
    for counts in &report.decisions {
        let cells = [counts.rows, counts.link, counts.review, counts.none];
        lines.push(line(counts.kind.label(), cells.map(|count| count.to_string())));
    }
    lines
}

/// What became of people's rulings, where there are any.
fn rulings(report: &RunReport) -> Option<String> {
    let RulingCounts { applied, contradicted, unused } = report.rulings;
    (applied + contradicted + unused > 0).then(|| {
        format!(
            "人工认定：采用 {applied} 条，与新数据不符、重新询问 {contradicted} 条，本次没有用到 {unused} 条"
        )
    })
}

/// What is otherwise than in the last run of this half-year.
fn since(since: &Since) -> Vec<String> {
    let links = since.links;
    let rows = [
        ("新比中", links.newly),
        ("不再比中（含本次没有报的）", links.no_longer),
        ("改比中另一人", links.elsewhere),
    ];
    let told: Vec<String> = rows
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{name} {count} 行"))
        .collect();
    let rows =
        if told.is_empty() { "比中的行没有变化".to_owned() } else { told.join("，") };
    vec![format!("与本期上一次比对（{}）相比：{rows}", since.run_id), changed_figures(since)]
}

/// Most figures the summary names.
const FIGURES: usize = 3;

fn changed_figures(since: &Since) -> String {
    if since.figures.is_empty() {
        return "  附件2、附件3的数字没有变化".to_owned();
    }
    let named = since.told(FIGURES);
    let more = if since.figures.len() > FIGURES { "等" } else { "" };
    format!("  附件2、附件3有 {} 个数字变了：{}{more}", since.figures.len(), named.join("；"))
}

fn failed_checks(report: &RunReport) -> Vec<String> {
    if report.failed_checks.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("勾稽关系不符 {} 处：", report.failed_checks.len())];
    lines.extend(report.failed_checks.iter().take(5).map(|check| {
        format!("  {} {}（{} 与 {}）", check.place, check.relation, check.left, check.right)
    }));
    lines
}

/// Whether an earlier run on the same inputs wrote the same bytes.
pub(super) fn repeat_line(repeat: Option<&(EarlierRun, Vec<String>)>) -> Option<String> {
    let (earlier, differences) = repeat?;
    let when = beijing_time(earlier.started_at);
    Some(if differences.is_empty() {
        format!("与 {when} 的运行输入相同，结果逐字节一致")
    } else {
        let files = differences.iter().take(5).map(String::as_str).collect::<Vec<_>>().join("、");
        format!("与 {when} 的运行输入相同，但结果不一致：{files}；请把这句话转告程序的开发者")
    })
}

/// What to open first, and then what is to be done.
fn first_look(report: &RunReport) -> Vec<String> {
    let mut lines =
        vec![format!("先打开：{FIRST}（一页：读入了什么、缺什么、数字、下一步、哪个文件给谁）")];
    let steps = report.steps.iter().zip(1..);
    lines.extend(steps.map(|(step, number)| format!("  {number}. {}：{}", step.file, step.what)));
    lines
}
