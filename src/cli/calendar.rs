//! `bidui calendar`: the dates of the round, what is done and what is missing.

use jiff::civil::Date;

use super::arguments::CalendarArguments;
use super::screen::Screen;
use super::{DONE, FAILED, clock, message};
use crate::config::Project;
use crate::pipeline::{self, Deadline, icalendar};
use crate::private_files;
use crate::vocabulary::HalfYear;

/// Prints the table; writes the calendar file where one is asked for.
pub(super) fn run(arguments: &CalendarArguments, screen: &mut Screen<'_>) -> u8 {
    let project = match Project::load(&arguments.project.path, None) {
        Ok(project) => project,
        Err(errors) => {
            screen.complain(&errors.to_string());
            return FAILED;
        }
    };
    let today = arguments.today.unwrap_or_else(clock::today);
    let deadlines = match pipeline::deadlines(&project, today) {
        Ok(deadlines) => deadlines,
        Err(error) => {
            screen.complain(&error.to_string());
            return FAILED;
        }
    };
    screen.say(&table(&project, &deadlines, today).join("\n"));
    let Some(path) = &arguments.ics else { return DONE };
    match private_files::write_file(path, &icalendar(&project.unit, &deadlines, today)) {
        Ok(()) => {
            screen.say(&format!("\n日历文件在：{}", path.display()));
            DONE
        }
        Err(error) => {
            screen.complain(&format!("日历文件写不了：{error}"));
            FAILED
        }
    }
}

fn table(project: &Project, deadlines: &[Deadline], today: Date) -> Vec<String> {
    let mut lines = vec![format!("{}（今天 {}）", project.title, shown(today))];
    let mut round: Option<HalfYear> = None;
    for deadline in deadlines {
        if round != Some(deadline.round) {
            round = Some(deadline.round);
            lines.push(format!("\n{}", deadline.round.label()));
        }
        let weekend = if deadline.is_weekend() { "，周末" } else { "" };
        let day = format!("{}前（{}{weekend}）", shown(deadline.day), deadline.weekday());
        let standing = deadline.standing(today).label();
        let head = format!("{}{}", message::padded(&day, 36), message::padded(&standing, 14));
        lines.push(format!("  {head}{}", deadline.task));
        let missing = deadline.missing();
        if !missing.is_empty() {
            lines.push(format!("  {}台账中还没有：{}", " ".repeat(50), missing.join("、")));
        }
    }
    lines.push(
        "\n按台账判断：本期的运行读入了哪些数据、写出了哪些表；送出与否请自行确认。遇周末请提前办理，法定节假日和调休请自行核对。"
            .to_owned(),
    );
    lines
}

fn shown(day: Date) -> String {
    day.strftime("%Y年%-m月%-d日").to_string()
}
