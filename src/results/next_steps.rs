//! What to do with a run's results, in order: unusable inputs spoil every figure, so they come first.

use super::people::Open;
use super::{FindingWork, Results};
use crate::problems::Severity;
use crate::vocabulary::states::ANSWERED;

/// The page to open first.
pub const FIRST: &str = "00_先看这里.xlsx";
/// Problems of reading, for people.
pub const PROBLEMS: &str = "05_数据问题.xlsx";

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// The file to open.
    pub file: &'static str,
    /// What there is to do.
    pub what: String,
}

/// The steps that are due.
pub fn next_steps(results: &Results) -> Vec<NextStep> {
    let problems =
        |severity| results.problems.iter().filter(|one| one.severity == severity).count();
    let (errors, warnings) = (problems(Severity::Error), problems(Severity::Warning));
    let open = Open::of(results);
    let failed = results.statistics.checks.iter().filter(|check| !check.holds).count();
    let found = FindingWork::of(results);
    let (mend, check) = (found.mend, found.check);
    let answered = match found.answered {
        0 => String::new(),
        count => format!("（另有{ANSWERED} {count} 条）"),
    };
    let steps = [
        (
            errors > 0,
            PROBLEMS,
            format!("有 {errors} 处“错误”：有文件或行没有用上，先补齐，再比对一次"),
        ),
        (warnings > 0, PROBLEMS, format!("有 {warnings} 处“警告”，需要人看一眼")),
        (
            open.lines > 0 || open.rows > 0,
            "03_待核清单.xlsx",
            format!(
                "待核 {}：在待核页面上逐人认定，或填好这张表后拖到项目页上收回（也可用 bidui decide import）",
                open.words()
            ),
        ),
        (failed > 0, "附件2、附件3", format!("“勾稽关系”表中有 {failed} 处不符，先弄清原因再上报")),
        (
            found.work() > 0,
            "02_差异报告.xlsx",
            format!(
                "须更正 {mend} 条、核实 {check} 条{answered}；“反馈”文件夹里是分发给各单位的表，填好交回后同样拖到项目页上收回"
            ),
        ),
    ];
    let due = steps.into_iter().filter(|(due, _, _)| *due);
    due.map(|(_, file, what)| NextStep { file, what }).collect()
}
