//! The counting rules a project can choose, and projects that choose them at random.

use std::fmt::Write as _;
use std::path::Path;

use crate::generator::dice::Dice;

/// A day as the number 20190610.
pub type Day = u32;

/// The settings of docs/figures.md, and what follows from them.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent settings, not states")]
pub struct Settings {
    pub as_of: Day,
    pub year_to_date: bool,
    pub paired: bool,
    pub young: [u32; 2],
    pub suspended: bool,
    pub full_time: bool,
    pub by_end: bool,
    pub undated: bool,
    pub workers: [u32; 2],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            as_of: 20_190_610,
            year_to_date: false,
            paired: false,
            young: [15, 22],
            suspended: false,
            full_time: false,
            by_end: false,
            undated: false,
            workers: [16, 60],
        }
    }
}

impl Settings {
    /// Any of them, in any combination; reports in either half of a year.
    pub fn random(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "settings");
        let mut yes = || dice.chance(0.5);
        let settings = Self {
            year_to_date: yes(),
            paired: yes(),
            suspended: yes(),
            full_time: yes(),
            by_end: yes(),
            undated: yes(),
            ..Self::default()
        };
        let days = [20_181_210, 20_190_228, 20_190_331, 20_190_610, 20_190_701, 20_191_210];
        let (as_of, low) = (*dice.pick(&days), *dice.pick(&[14, 15, 16]));
        let workers = [*dice.pick(&[16, 17, 18]), *dice.pick(&[54, 59, 60, 64])];
        Self { as_of, young: [low, *dice.pick(&[18, 22, 24])], workers, ..settings }
    }

    /// First day of the window.
    pub fn start(&self) -> Day {
        let (year, month) = (self.as_of / 10_000, self.as_of / 100 % 100);
        let half = if month > 6 && !self.year_to_date { 7 } else { 1 };
        year * 10_000 + half * 100 + 1
    }

    pub fn year(&self) -> u32 {
        self.as_of / 10_000
    }

    pub fn in_window(&self, day: Option<Day>) -> bool {
        day.is_some_and(|day| (self.start()..=self.as_of).contains(&day))
    }

    /// Writes them into a generated project.
    pub fn write(&self, folder: &Path) {
        let path = folder.join("project.toml");
        let text = fs_err::read_to_string(&path).expect("readable");
        let day = self.as_of;
        let day = format!("{}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100);
        let window = if self.year_to_date { "year-to-date" } else { "half-year" };
        let said = |line: &str| match line.split_once(" = ") {
            Some(("as_of", _)) => format!("as_of = {day}\n"),
            Some(("report_window", _)) => format!("report_window = {window:?}\n"),
            _ => format!("{line}\n"),
        };
        let mut text: String = text.lines().map(said).collect();
        let basis = if self.paired { "paired-counties" } else { "intake" };
        let date = if self.by_end { "end" } else { "start" };
        write!(
            text,
            "\n[figures]\nliang_hou_sheng = {basis:?}\nliang_hou_sheng_ages = {:?}\n\
             count_suspended = {}\nfull_time_only = {}\ntraining_date = {date:?}\n\
             count_undated_employment = {}\nworker_ages = {:?}\n",
            self.young, self.suspended, self.full_time, self.undated, self.workers
        )
        .expect("text");
        fs_err::write(path, text).expect("written");
    }
}
