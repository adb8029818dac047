//! `bidui review`: the review page, until nobody uses it any more.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;

use super::arguments::ReviewArguments;
use super::bars::Bars;
use super::clock::SystemClock;
use super::run::{load, on_threads};
use super::screen::Screen;
use super::{DONE, FAILED};
use crate::config::Project;
use crate::desk::{self, DeskError, DeskLimits, DeskSettings};
use crate::interruption;
use crate::ledger::{Ledger, LedgerError};
use crate::pipeline::{self, ReviewOpening, RunError, RunOptions, Survey};
use crate::sources::Progress;

/// Prints the start address, then serves.
pub(super) fn run(arguments: &ReviewArguments, screen: &mut Screen<'_>) -> u8 {
    let Some(project) = load(&arguments.common, screen) else { return FAILED };
    let (bars, clock) = (Bars::new(arguments.common.quiet), Arc::new(SystemClock::new()));
    let opening = Opening { threads: arguments.common.threads, clock: &clock, progress: &bars };
    let surveyed = opening.survey(project, |why| screen.complain(why));
    bars.clear();
    let (survey, ledger) = match surveyed {
        Ok(desk) => desk,
        Err(error) => {
            screen.complain(&format!("待核页面没有打开：{error}"));
            return FAILED;
        }
    };
    let idle = Duration::from_secs(arguments.idle * 60);
    let limits = DeskLimits::new(idle);
    let mut announce = |address: &str| {
        screen.say(address);
        screen.say(&format!(
            "用浏览器打开上面的网址（只能用一次）；{} 分钟没有人使用就自动停止，也可按 Ctrl+C 停止。认定随时保存。",
            arguments.idle
        ));
    };
    let common = &arguments.common;
    let (path, as_of, threads) = (common.project.path.clone(), common.as_of, common.threads);
    let again = again(AgainPlan { path, as_of, threads }, &clock);
    let whole = whole(threads, &clock);
    interruption::serving();
    let admit = Arc::new(admit);
    let settings = DeskSettings { port: arguments.server.port, limits, clock, again, whole, admit };
    match desk::serve(survey, ledger, settings, &mut announce) {
        Ok(()) => {
            screen.say("久无人使用，已停止。认定都已保存，下次比对时采用。");
            DONE
        }
        Err(error) => {
            screen.complain(&error.to_string());
            FAILED
        }
    }
}

/// The review page of a project, ready to be served beside another page.
pub(super) struct PreparedDesk {
    survey: Survey,
    ledger: Ledger,
    settings: DeskSettings,
}

/// What the review page is opened with.
struct Opening<'run> {
    threads: Option<usize>,
    clock: &'run SystemClock,
    progress: &'run dyn Progress,
}

impl Opening<'_> {
    /// What the last run has kept; where that does not stand any more, everything is read after that
    /// was told.
    fn survey(
        &self,
        project: Project,
        mut tell: impl FnMut(&str),
    ) -> Result<(Survey, Ledger), RunError> {
        match pipeline::review_opening(&project)? {
            ReviewOpening::Kept(kept) => Ok((kept.survey, kept.ledger)),
            ReviewOpening::Whole(why) => {
                tell(why);
                let read = || pipeline::survey(project, self.clock, self.progress);
                on_threads(self.threads, read)
            }
        }
    }
}

/// Opens the page beside another one; says why it cannot be opened.
pub(super) fn prepared(
    path: &Path,
    limits: DeskLimits,
    progress: &dyn Progress,
) -> Result<PreparedDesk, String> {
    let clock = Arc::new(SystemClock::new());
    let project = Project::load(path, None).map_err(|errors| errors.to_string())?;
    let opening = Opening { threads: None, clock: &clock, progress };
    let surveyed = opening.survey(project, |_| ());
    let (survey, ledger) = surveyed.map_err(|error| format!("待核页面没有打开：{error}"))?;
    let again = again(AgainPlan { path: path.to_owned(), as_of: None, threads: None }, &clock);
    let whole = whole(None, &clock);
    let admit = Arc::new(admit);
    let settings = DeskSettings { port: 0, limits, clock, again, whole, admit };
    Ok(PreparedDesk { survey, ledger, settings })
}

impl PreparedDesk {
    /// Serves the page until nobody uses it any more.
    pub(super) fn serve(self, announce: &mut dyn FnMut(&str)) -> Result<(), DeskError> {
        desk::serve(self.survey, self.ledger, self.settings, announce)
    }
}

/// Shows a new start address on standard error: no screen reaches the threads that serve.
fn admit(address: &str) {
    let words = "上面是新的进入网址，只能用一次：有人要进入待核页面，原来的网址已经用过。不认识的人请不要给他。";
    if writeln!(std::io::stderr(), "{address}\n{words}").is_err() {}
}

/// Reads everybody of a run of which the page has what was kept.
fn whole(threads: Option<usize>, clock: &Arc<SystemClock>) -> Arc<desk::ReadWhole> {
    let clock = Arc::clone(clock);
    Arc::new(move |kept: &Survey, progress: &dyn Progress| {
        let read = || pipeline::whole(kept, &*clock, progress);
        on_threads(threads, read).map_err(|error| error.to_string())
    })
}

/// Which run the page's button does.
struct AgainPlan {
    path: PathBuf,
    as_of: Option<Date>,
    threads: Option<usize>,
}

/// What the page's button does: `bidui run` on the project file as it is then.
fn again(plan: AgainPlan, clock: &Arc<SystemClock>) -> Arc<desk::Again> {
    let AgainPlan { path, as_of, threads } = plan;
    let clock = Arc::clone(clock);
    Arc::new(move |progress: &dyn Progress| {
        let project = Project::load(&path, as_of).map_err(|errors| errors.to_string())?;
        let run = || pipeline::run_and_keep(project, &RunOptions::default(), &*clock, progress);
        on_threads(threads, run).map_err(|error| match error {
            // A page has no --wait.
            RunError::Ledger(LedgerError::Busy { holder }) => format!(
                "比对没有开始：另一次比对正在这个文件夹里运行{holder}；请等它结束后再按一次"
            ),
            error => format!("比对没有完成：{error}"),
        })
    })
}
