//! `bidui review`: the review page, until nobody uses it any more.

use std::sync::Arc;
use std::time::Duration;

use super::arguments::ReviewArguments;
use super::bars::Bars;
use super::clock::SystemClock;
use super::run::{load, on_threads};
use super::screen::Screen;
use super::{DONE, FAILED};
use crate::desk::{self, Limits};
use crate::pipeline;

/// Prints the start address, then serves.
pub(super) fn run(arguments: &ReviewArguments, screen: &mut Screen<'_>) -> u8 {
    let Some(project) = load(&arguments.common, screen) else { return FAILED };
    let (bars, clock) = (Bars::new(arguments.common.quiet), Arc::new(SystemClock::new()));
    let surveyed =
        on_threads(arguments.common.threads, || pipeline::survey(project, &*clock, &bars));
    bars.clear();
    let desk = match surveyed {
        Ok(desk) => desk,
        Err(error) => {
            screen.complain(&format!("待核页面没有打开：{error}"));
            return FAILED;
        }
    };
    let idle = Duration::from_secs(arguments.idle * 60);
    let limits = Limits { session: idle, server: idle };
    let mut announce = |address: &str| {
        screen.say(address);
        screen.say(&format!(
            "用浏览器打开上面的网址；{} 分钟没有人使用就自动停止，也可按 Ctrl+C 停止。认定随时保存。",
            arguments.idle
        ));
    };
    match desk::serve(desk, (arguments.port, limits), clock, &mut announce) {
        Ok(()) => {
            screen.say("久无人使用，已停止。认定都已保存，下次运行 bidui run 时采用。");
            DONE
        }
        Err(error) => {
            screen.complain(&error.to_string());
            FAILED
        }
    }
}
