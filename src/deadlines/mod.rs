//! The dates of a round of comparison, with what the ledger shows as done.
//!
//! Comes in: a half-year, today, and what the runs of that half-year read and wrote. Goes out:
//! [`Deadline`]s for a table, and the same as a calendar file. No I/O, no clock: today is given.

mod calendar;

pub use calendar::icalendar;

use jiff::civil::{Date, Weekday, date};

use crate::config::{DueDate, Programme};
use crate::ledger::PastRun;
use crate::vocabulary::HalfYear;
use crate::vocabulary::SourceKind;
use crate::vocabulary::states;

/// One date of a round (黑人社发〔2019〕10号), or of a programme in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Stable name.
    pub key: String,
    /// Which round.
    pub round: HalfYear,
    /// By when.
    pub day: Date,
    /// Who does what.
    pub task: String,
    /// The document and where it says so.
    pub basis: String,
    /// What the ledger shows for it.
    pub signs: Vec<Sign>,
}

/// Something a task leaves in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// What it is.
    pub what: String,
    /// Whether it is there.
    pub there: bool,
}

/// Where a date stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateStanding {
    /// Every sign is there.
    Done,
    /// Days left; 0 on the day itself.
    Open(i32),
    /// Days past.
    Overdue(i32),
}

impl Deadline {
    /// Where it stands on a day.
    pub fn standing(&self, today: Date) -> DateStanding {
        let days = (self.day - today).get_days();
        match days {
            _ if self.is_done() => DateStanding::Done,
            days if days < 0 => DateStanding::Overdue(-days),
            days => DateStanding::Open(days),
        }
    }

    /// `星期六`; a weekend has to be told, since the document does not move its dates.
    pub fn weekday(&self) -> &'static str {
        match self.day.weekday() {
            Weekday::Monday => "星期一",
            Weekday::Tuesday => "星期二",
            Weekday::Wednesday => "星期三",
            Weekday::Thursday => "星期四",
            Weekday::Friday => "星期五",
            Weekday::Saturday => "星期六",
            Weekday::Sunday => "星期日",
        }
    }

    /// Whether the day is a Saturday or Sunday.
    pub fn is_weekend(&self) -> bool {
        matches!(self.day.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// Whether there are signs, and all of them.
    fn is_done(&self) -> bool {
        !self.signs.is_empty() && self.signs.iter().all(|sign| sign.there)
    }

    /// What is missing.
    pub fn missing(&self) -> Vec<&str> {
        self.signs.iter().filter(|sign| !sign.there).map(|sign| sign.what.as_str()).collect()
    }
}

impl DateStanding {
    /// `还剩5天`.
    pub fn label(self) -> String {
        match self {
            Self::Done => states::MADE.to_owned(),
            Self::Open(0) => "今天到期".to_owned(),
            Self::Open(days) => format!("还剩{days}天"),
            Self::Overdue(days) => format!("已逾期{days}天"),
        }
    }
}

/// The dates of a round; `runs` may hold those of other half-years, too.
pub fn of_round(round: HalfYear, runs: &[PastRun]) -> [Deadline; 3] {
    let own: Vec<&PastRun> = runs
        .iter()
        .filter(|run| run.as_of.parse().is_ok_and(|day| HalfYear::of(day) == round))
        .collect();
    let read = |kind: SourceKind| own.iter().any(|run| run.inputs.iter().any(|k| k == kind.key()));
    let wrote =
        |start: &str| own.iter().any(|run| run.results.iter().any(|path| path.starts_with(start)));
    let sign = |what: &str, there| Sign { what: what.to_owned(), there };
    let (first, last) = if round.second { (10, 12) } else { (4, 6) };
    let deadline = |key: &str, day, (task, paragraph): (&str, &str), signs| Deadline {
        key: key.to_owned(),
        round,
        day,
        task: task.to_owned(),
        basis: format!("黑人社发〔2019〕10号{paragraph}"),
        signs,
    };
    [
        deadline(
            "handover",
            date(round.year, first, 20),
            ("人社部门把技工院校学籍和职业培训实名制数据反馈扶贫部门", "（四）"),
            vec![
                sign("学籍数据", read(SourceKind::Enrollment)),
                sign("培训数据", read(SourceKind::Training)),
            ],
        ),
        deadline(
            "matched",
            date(round.year, first, 30),
            ("扶贫部门把精准比对后的数据反馈人社部门，再由人社部门反馈技工院校", "（四）"),
            vec![
                sign("建档立卡信息", read(SourceKind::Registry)),
                sign("比对结果和反馈表", wrote("反馈/")),
            ],
        ),
        deadline(
            "report",
            date(round.year, last, 10),
            ("市(地)人社部门把附件2、附件3报省人社厅职业能力建设处", "（十五）"),
            vec![sign("附件2", wrote("附件2")), sign("附件3", wrote("附件3"))],
        ),
    ]
}

/// What the programmes in use ask for within a half-year, by day.
pub fn of_programmes(round: HalfYear, programmes: &[Programme], runs: &[PastRun]) -> Vec<Deadline> {
    let next = HalfYear { year: round.year + i16::from(round.second), second: !round.second };
    let last = next.start().yesterday().unwrap_or(Date::MAX);
    let mut all = Vec::new();
    for programme in programmes {
        for due in &programme.dues {
            let days = due.days(round.start(), last).into_iter();
            all.extend(days.map(|day| due_on(round, day, programme, due, runs)));
        }
    }
    all.sort_by(|a, b| (a.day, &a.key).cmp(&(b.day, &b.key)));
    all
}

/// A result counts where its run was made for a day of the month in which it is due, or since.
fn due_on(
    round: HalfYear,
    day: Date,
    programme: &Programme,
    due: &DueDate,
    runs: &[PastRun],
) -> Deadline {
    let is_late =
        |run: &&PastRun| run.as_of.parse().is_ok_and(|as_of: Date| as_of >= day.first_of_month());
    let wrote = |run: &PastRun| run.results.iter().any(|path| path.starts_with(&due.result));
    let sign = Sign {
        what: due.result.rsplit('/').next().unwrap_or_default().to_owned(),
        there: runs.iter().filter(is_late).any(wrote),
    };
    Deadline {
        key: programme.id.clone(),
        round,
        day,
        task: due.task.clone(),
        basis: due.basis.clone(),
        signs: if due.result.is_empty() { Vec::new() } else { vec![sign] },
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use jiff::Timestamp;
    use jiff::civil::date;

    use super::{DateStanding, of_programmes, of_round};
    use crate::config::shipped_programmes;
    use crate::ledger::PastRun;
    use crate::vocabulary::HalfYear;

    fn run(as_of: &str, inputs: &[&str], results: &[&str]) -> PastRun {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        PastRun {
            run_id: "r".to_owned(),
            started_at: Timestamp::UNIX_EPOCH,
            unit: "佳木斯市".to_owned(),
            as_of: as_of.to_owned(),
            folder: PathBuf::new(),
            inputs: texts(inputs),
            results: texts(results),
        }
    }

    #[test]
    fn both_rounds_have_the_document_s_dates() {
        let days = |second| of_round(HalfYear { year: 2019, second }, &[]).map(|one| one.day);
        assert_eq!(days(false), [date(2019, 4, 20), date(2019, 4, 30), date(2019, 6, 10)]);
        assert_eq!(days(true), [date(2019, 10, 20), date(2019, 10, 30), date(2019, 12, 10)]);
    }

    #[test]
    fn what_runs_of_the_half_year_left_counts_as_done() {
        let spring = HalfYear { year: 2019, second: false };
        let runs = [
            run("2018-12-10", &["training", "registry"], &["附件2 x.xlsx", "附件3 x.xlsx"]),
            run("2019-04-15", &["enrollment", "training"], &[]),
            run("2019-06-05", &["enrollment", "registry"], &["反馈/扶贫部门/a.xlsx", "附件2 x"]),
        ];
        let [handover, matched, report] = of_round(spring, &runs);
        let today = date(2019, 6, 8);
        assert_eq!(handover.standing(today), DateStanding::Done);
        assert_eq!(matched.standing(today), DateStanding::Done);
        assert_eq!(
            (report.standing(today), report.missing()),
            (DateStanding::Open(2), vec!["附件3"])
        );
        let [handover, matched, _] = of_round(spring, &runs[..2]);
        assert_eq!(handover.standing(today), DateStanding::Done);
        assert_eq!(matched.standing(today), DateStanding::Overdue(39));
        assert_eq!(matched.missing(), ["建档立卡信息", "比对结果和反馈表"]);
    }

    #[test]
    fn programmes_in_use_have_their_dates() {
        let autumn = HalfYear { year: 2019, second: true };
        let programmes = shipped_programmes();
        let runs = [run("2019-10-18", &[], &["项目/扩招进度.xlsx"])];
        let found = of_programmes(autumn, programmes, &runs);
        let of = |key: &str| found.iter().filter(|one| one.key == key).count();
        assert_eq!(
            (of("enlargement-2019"), of("skills-plan-2019"), of("five-exemptions")),
            (1, 3, 6)
        );
        let today = date(2019, 10, 19);
        let of = |day| found.iter().find(|one| one.day == day).expect("a date").standing(today);
        assert_eq!(of(date(2019, 10, 20)), DateStanding::Done);
        assert_eq!(of(date(2019, 10, 17)), DateStanding::Overdue(2));
        assert_eq!(of(date(2019, 9, 30)), DateStanding::Overdue(19));
    }

    #[test]
    fn a_weekend_is_told() {
        let [handover, matched, _] = of_round(HalfYear { year: 2019, second: false }, &[]);
        assert!(handover.is_weekend() && !matched.is_weekend());
        assert_eq!(handover.weekday(), "星期六");
        assert_eq!(matched.standing(date(2019, 4, 30)).label(), "今天到期");
    }
}
