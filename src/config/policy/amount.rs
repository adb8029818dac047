//! How much a rule pays.

use jiff::civil::Date;

use crate::config::mistakes::MistakeCollector;
use crate::config::section::Section;

use super::per::Per;

const KEYS: [&str; 8] = ["kind", "yuan", "urgent", "catalogue", "at_most", "per", "least", "dated"];

/// Skill levels from 初级工 (五级) to 高级技师 (一级).
pub(super) const LEVELS: usize = 5;

/// What the amount depends on. All amounts in 分.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountKind {
    /// The same for everybody.
    Fixed(i64),
    /// By skill level, the lowest first; other amounts for trades of a catalogue.
    Level {
        /// Usual amounts.
        usual: [i64; LEVELS],
        /// For trades of the catalogue, where the rule has any.
        urgent: Option<[i64; LEVELS]>,
        /// Name of the catalogue.
        catalogue: String,
    },
    /// For each day in class.
    Day(i64),
    /// For each begun month of work, up to a number of months.
    Month {
        /// A month's amount.
        fen: i64,
        /// Most months, for life.
        at_most: u32,
        /// What the months are counted by.
        per: Vec<Per>,
    },
    /// For each begun year.
    Year {
        /// A year's amount.
        fen: i64,
        /// Whether it is the least, the amount itself being set elsewhere.
        least: bool,
    },
    /// As the course costs; the document names no amount.
    Charge,
}

/// Another amount from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// First day.
    pub from: Date,
    /// Amount in 分.
    pub fen: i64,
}

/// How much a rule pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// What it depends on.
    pub kind: AmountKind,
    /// Later amounts, in the order of the file.
    pub dated: Vec<Dated>,
}

impl Amount {
    /// The amount in force on a day, where `kind` has a single one.
    pub fn on(&self, fen: i64, day: Date) -> i64 {
        let later = self.dated.iter().filter(|one| one.from <= day).max_by_key(|one| one.from);
        later.map_or(fen, |one| one.fen)
    }
}

/// Reads `amount = { … }`.
pub(super) fn amount(
    section: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<Amount> {
    section.allow(&KEYS, mistakes);
    section.demand(&["kind"], mistakes);
    let names = ["fixed", "level", "day", "month", "year", "charge"];
    let words: Vec<(&str, &str)> = names.iter().map(|name| (*name, *name)).collect();
    let kind = match section.word("kind", &words, mistakes)? {
        "fixed" => AmountKind::Fixed(section.yuan("yuan", mistakes)?),
        "level" => level(section, mistakes)?,
        "day" => AmountKind::Day(section.yuan("yuan", mistakes)?),
        "month" => month(section, mistakes)?,
        "year" => AmountKind::Year {
            fen: section.yuan("yuan", mistakes)?,
            least: section.flag("least", mistakes).unwrap_or(false),
        },
        _ => AmountKind::Charge,
    };
    let dated = section.sections("dated", mistakes);
    let dated = dated.iter().filter_map(|one| dated_amount(one, mistakes)).collect();
    Some(Amount { kind, dated })
}

fn level(section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Option<AmountKind> {
    let five = |key: &str, mistakes: &mut MistakeCollector<'_>| {
        let found = section.yuans(key, mistakes)?;
        let five = <[i64; LEVELS]>::try_from(found).ok();
        if five.is_none() {
            let message =
                format!("{}要有5个数：初级工、中级工、高级工、技师、高级技师", section.label(key));
            mistakes.add(&section.span_of(key), message);
        }
        five
    };
    let usual = five("yuan", mistakes)?;
    let urgent = if section.has("urgent") { Some(five("urgent", mistakes)?) } else { None };
    let catalogue = section.text("catalogue", mistakes).unwrap_or_default();
    if urgent.is_some() && catalogue.is_empty() {
        let message = format!("{}要写“catalogue”：哪些工种按“urgent”的数", section.label("urgent"));
        mistakes.add(&section.span_of("urgent"), message);
    }
    Some(AmountKind::Level { usual, urgent, catalogue })
}

fn month(section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Option<AmountKind> {
    section.demand(&["at_most"], mistakes);
    let at_most = section.count("at_most", mistakes)?;
    let per = if section.has("per") { Per::list(section, mistakes) } else { vec![Per::Person] };
    let at_most = u32::try_from(at_most).ok()?;
    Some(AmountKind::Month { fen: section.yuan("yuan", mistakes)?, at_most, per })
}

fn dated_amount(section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Option<Dated> {
    section.allow(&["from", "yuan"], mistakes);
    section.demand(&["from", "yuan"], mistakes);
    Some(Dated { from: section.date("from", mistakes)?, fen: section.yuan("yuan", mistakes)? })
}
