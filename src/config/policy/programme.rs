//! One document's rules and figures (`schemas/programmes/*.toml`).

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use crate::config::ConfigErrors;
use crate::config::mistakes::{MistakeCollector, nearest};
use crate::config::section::Section;
use crate::config::setting::Setting;

use super::due::{self, DueDate};
use super::rule::{self, Advance, Condition, EventDate, Limit, Rule, Subject};

const KEYS: [&str; 19] = [
    "id",
    "title",
    "document",
    "from",
    "to",
    "sheet",
    "date",
    "lists",
    "declared_only",
    "rows",
    "targets",
    "baseline",
    "periods",
    "settings",
    "limit",
    "rule",
    "advance",
    "figure",
    "due",
];

const FIGURE_KEYS: [&str; 17] = [
    "code",
    "heading",
    "subject",
    "when",
    "status",
    "kinds",
    "kinds_none",
    "subsidised",
    "count",
    "of",
    "each",
    "having",
    "intake",
    "age_from",
    "age_to",
    "last_days",
    "form",
];

/// What a row of a progress table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowLevel {
    /// A city or the like.
    Area,
    /// A school or agency below its area.
    Institution,
}

/// Periods a figure is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Calendar quarters, and the year to the end of each.
    Quarter,
    /// The calendar year.
    Year,
}

/// Persons or times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedBy {
    /// Each person once.
    Persons,
    /// Each event.
    Times,
    /// 分.
    Money,
}

/// When an event counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// The first of these dates that is there.
    pub date: Vec<EventDate>,
    /// Setting whose day is the last that counts.
    pub until: Option<String>,
    /// Setting whose day is the last that does not count.
    pub after: Option<String>,
}

/// One figure of a progress table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressFigure {
    /// Its name in results.
    pub code: String,
    /// Its heading.
    pub heading: String,
    /// What it counts; that of `of` where nothing is said.
    pub subject: Option<Subject>,
    /// When.
    pub when: When,
    /// 学籍状态 that count; all where none are named.
    pub status: Vec<String>,
    /// Kinds of training.
    pub condition: Condition,
    /// Whether only subsidised training counts.
    pub subsidised: bool,
    /// What is counted.
    pub count: CountedBy,
    /// The figure it is part of.
    pub of: Option<String>,
    /// One figure for each of these groups.
    pub each: Vec<String>,
    /// What an event must have come to, for a part of another figure.
    pub having: Option<CourseResult>,
    /// Which students, for a part of another figure.
    pub students: StudentCondition,
    /// Only the last days of the period count, for a part of another figure.
    pub last_days: Option<usize>,
    /// Whether it stands in the printed form alone and not in the table of figures.
    pub is_form_only: bool,
}

/// Which students a part of a figure counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StudentCondition {
    /// 招生对象; all where none is named.
    pub intake: Vec<String>,
    /// Least full years at entry.
    pub age_from: Option<usize>,
    /// Most full years at entry.
    pub age_to: Option<usize>,
}

/// What training came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CourseResult {
    /// A certificate.
    Certificate,
    /// Work after it.
    Employment,
}

/// Settings by name.
pub type PolicySettings = BTreeMap<String, Setting>;

/// One document's rules and figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    /// Its name in results and project files.
    pub id: String,
    /// The name users read.
    pub title: String,
    /// The document it rests on.
    pub document: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// What is due when.
    pub dues: Vec<DueDate>,
    /// Name of its workbook.
    pub sheet: String,
    /// Which date of an event counts; the first that is there.
    pub date: Vec<EventDate>,
    /// Lists its rules need.
    pub lists: Vec<String>,
    /// Groups only a row's own words name.
    pub declared_only: Vec<String>,
    /// Rows of its progress table.
    pub rows: Vec<RowLevel>,
    /// File of its targets.
    pub targets: Option<String>,
    /// What it is compared with.
    pub baseline: Option<String>,
    /// Periods its figures are counted for; the programme's own dates where none are named.
    pub periods: Vec<Period>,
    /// Settings in force.
    pub settings: PolicySettings,
    /// Limits in the order they are applied.
    pub limits: Vec<Limit>,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Advances.
    pub advances: Vec<Advance>,
    /// Figures.
    pub figures: Vec<ProgressFigure>,
    /// SHA-256 of its text, in hexadecimal, for the run id.
    pub sum: String,
}

impl Programme {
    /// Reads a programme.
    ///
    /// # Errors
    /// Every mistake of the text at once, each with its line.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigErrors> {
        let mut programme = crate::config::checked(text, path, build)?;
        programme.sum = crate::config::sum(text);
        Ok(programme)
    }

    /// A setting that is a day.
    pub fn day(&self, key: &str) -> Option<Date> {
        if let Some(Setting::Date(day)) = self.settings.get(key) { Some(*day) } else { None }
    }

    /// A setting that is a word.
    pub fn word(&self, key: &str) -> Option<&str> {
        if let Some(Setting::Text(word)) = self.settings.get(key) { Some(word) } else { None }
    }

    /// A rule by its name.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

fn build(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Option<Programme> {
    top.allow(&KEYS, mistakes);
    top.demand(&["id", "title", "document", "from", "to", "sheet"], mistakes);
    let rows = [("area", RowLevel::Area), ("institution", RowLevel::Institution)];
    let periods = [("quarter", Period::Quarter), ("year", Period::Year)];
    let limits = each(top, "limit", rule::limit, mistakes);
    let rules = each(top, "rule", rule::rule, mistakes);
    let advances = each(top, "advance", rule::advance, mistakes);
    let figures = each(top, "figure", figure, mistakes);
    let dues = each(top, "due", due::due, mistakes);
    check_names(top, (&limits, &rules, &advances, &figures), mistakes);
    let head = ["id", "title", "document", "sheet"].map(|key| top.text(key, mistakes));
    let (from, to) = (top.date("from", mistakes), top.date("to", mistakes));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        mistakes.add(&top.span_of("to"), "“to”早于“from”；请核对起止日期");
    }
    let settings = top.section("settings", mistakes).map(|one| settings(&one, mistakes));
    let [id, title, document, sheet] = head;
    let date = top.word_list("date", &EventDate::WORDS, mistakes);
    Some(Programme {
        date: if date.is_empty() { vec![EventDate::BeganOn] } else { date },
        lists: top.texts("lists", mistakes),
        declared_only: top.texts("declared_only", mistakes),
        rows: top.word_list("rows", &rows, mistakes),
        targets: top.text("targets", mistakes),
        baseline: top.text("baseline", mistakes),
        periods: top.word_list("periods", &periods, mistakes),
        settings: settings.unwrap_or_default(),
        id: id?,
        title: title?,
        document: document?,
        sheet: sheet?,
        from: from?,
        to: to?,
        limits,
        rules,
        advances,
        figures,
        dues,
        sum: String::new(),
    })
}

/// Reads the repeated tables of one name.
fn each<T>(
    top: &Section<'_, '_>,
    key: &str,
    read: fn(&Section<'_, '_>, &mut MistakeCollector<'_>) -> Option<T>,
    mistakes: &mut MistakeCollector<'_>,
) -> Vec<T> {
    let sections = top.sections(key, mistakes);
    sections.iter().filter_map(|section| read(section, mistakes)).collect()
}

fn figure(
    section: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<ProgressFigure> {
    section.allow(&FIGURE_KEYS, mistakes);
    section.demand(&["code", "heading"], mistakes);
    let count =
        [("persons", CountedBy::Persons), ("times", CountedBy::Times), ("money", CountedBy::Money)];
    let when = section.section("when", mistakes).map(|one| when(&one, mistakes));
    let (code, heading) = (section.text("code", mistakes), section.text("heading", mistakes));
    Some(ProgressFigure {
        subject: section.word("subject", &Subject::WORDS, mistakes),
        when: when.unwrap_or_default(),
        status: section.texts("status", mistakes),
        condition: rule::condition(section, mistakes),
        subsidised: section.flag("subsidised", mistakes).unwrap_or(false),
        count: section.word("count", &count, mistakes).unwrap_or(CountedBy::Persons),
        of: section.text("of", mistakes),
        each: section.texts("each", mistakes),
        having: section.word(
            "having",
            &[("certificate", CourseResult::Certificate), ("employment", CourseResult::Employment)],
            mistakes,
        ),
        students: StudentCondition {
            intake: section.texts("intake", mistakes),
            age_from: section.count("age_from", mistakes),
            age_to: section.count("age_to", mistakes),
        },
        last_days: section.count("last_days", mistakes),
        is_form_only: section.flag("form", mistakes).unwrap_or(false),
        code: code?,
        heading: heading?,
    })
}

fn when(section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> When {
    section.allow(&["date", "within", "until", "after"], mistakes);
    section.word("within", &[("programme", ())], mistakes);
    When {
        date: section.word_list("date", &EventDate::WORDS, mistakes),
        until: section.text("until", mistakes),
        after: section.text("after", mistakes),
    }
}

/// Reads the settings of a programme, or the project's own in their place.
pub(in crate::config) fn settings(
    section: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> PolicySettings {
    let keys: Vec<&str> = section.keys().map(|(key, _)| key).collect();
    let value = |key: &str, mistakes: &mut MistakeCollector<'_>| section.setting(key, mistakes);
    keys.into_iter().filter_map(|key| Some((key.to_owned(), value(key, mistakes)?))).collect()
}

type PolicyParts<'a> = (&'a [Limit], &'a [Rule], &'a [Advance], &'a [ProgressFigure]);

/// Rules that limits and advances name must exist, and no name is given twice.
fn check_names(top: &Section<'_, '_>, parts: PolicyParts<'_>, mistakes: &mut MistakeCollector<'_>) {
    let (limits, rules, advances, figures) = parts;
    let known: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    let named = limits.iter().map(|limit| ("limit", &limit.id, &limit.rules));
    let named = named.chain(advances.iter().map(|one| ("advance", &one.id, &one.rules)));
    for (key, id, named) in named {
        for wrong in named.iter().filter(|rule| !known.contains(&rule.as_str())) {
            let hint = nearest(wrong, known.iter().copied())
                .map_or(String::new(), |name| format!("是否应为“{name}”？"));
            let span = top.span_of_word(key, wrong);
            mistakes.add(&span, format!("[[{key}]] {id} 的“{wrong}”不是本文件里的规则；{hint}"));
        }
    }
    let all = [
        ("rule", rules.iter().map(|one| one.id.as_str()).collect::<Vec<_>>()),
        ("limit", limits.iter().map(|one| one.id.as_str()).collect()),
        ("figure", figures.iter().map(|one| one.code.as_str()).collect()),
    ];
    for (key, names) in all {
        for (place, name) in names.iter().enumerate() {
            if names[..place].contains(name) {
                let span = top.span_of_word(key, name);
                mistakes.add(&span, format!("[[{key}]] 里“{name}”写了两次；每个名称只能用一次"));
            }
        }
    }
}
