//! `bidui cards`: lists handed out to be filled in, and taken back.

use super::arguments::Cards;
use super::clock::SystemClock;
use super::screen::Screen;
use super::{DONE, FAILED, NEEDS_PERSON};
use crate::config::Project;
use crate::pipeline::Clock as _;
use crate::pipeline::cards::{self, IssueReport, TakenReport};
use crate::sources::Silent;

/// Does what the words say.
pub(super) fn run(what: &Cards, screen: &mut Screen<'_>) -> u8 {
    let file = match what {
        Cards::Issue(arguments) => &arguments.project,
        Cards::Import(arguments) => &arguments.project,
    };
    let project = match Project::load(&file.path, None) {
        Ok(project) => project,
        Err(errors) => {
            screen.complain(&errors.to_string());
            return FAILED;
        }
    };
    match what {
        Cards::Issue(arguments) => issue(project, arguments.month.as_deref(), screen),
        Cards::Import(arguments) => import(&project, &arguments.files, screen),
    }
}

fn issue(project: Project, month: Option<&str>, screen: &mut Screen<'_>) -> u8 {
    match cards::issue(project, month, &SystemClock::new(), &Silent) {
        Ok(report) => {
            screen.say(&issued(&report));
            DONE
        }
        Err(error) => {
            screen.complain(&error.to_string());
            FAILED
        }
    }
}

fn issued(report: &IssueReport) -> String {
    let people: usize = report.files.iter().map(|(_, lines)| lines).sum();
    let mut lines = vec![format!("派发 {} 份，共 {people} 人：", report.files.len())];
    lines.extend(
        report.files.iter().map(|(path, lines)| format!("  {}　{lines}人", path.display())),
    );
    lines.push("收回后用 bidui cards import 收。".to_owned());
    lines.join("\n")
}

fn import(project: &Project, files: &[String], screen: &mut Screen<'_>) -> u8 {
    let report = match cards::import(project, files, SystemClock::new().now()) {
        Ok(report) => report,
        Err(error) => {
            screen.complain(&error.to_string());
            return FAILED;
        }
    };
    if report.files == 0 {
        screen.complain(&format!("没有可收的表：\n  {}", report.unusable.join("\n  ")));
        return FAILED;
    }
    screen.say(&taken(&report));
    let is_clean = report.refused.is_empty() && report.unusable.is_empty();
    if is_clean { DONE } else { NEEDS_PERSON }
}

fn taken(report: &TakenReport) -> String {
    let mut lines = vec![format!(
        "收回 {} 份：采用 {} 行，未填 {} 行，没有采用 {} 行",
        report.files,
        report.taken,
        report.open,
        report.refused.len()
    )];
    lines.extend(report.unusable.iter().map(|line| format!("  {line}")));
    lines.extend(report.refused.iter().map(|(place, why)| format!("  {place}：{why}")));
    lines.join("\n")
}
