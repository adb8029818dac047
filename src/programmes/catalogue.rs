//! A city's catalogue of occupations in urgent demand (黑政办规〔2019〕12号第26项).

use compact_str::CompactString;
use jiff::civil::Date;

use crate::config::AmountKind;
use crate::vocabulary::labels::SkillLevel;

use super::event::{Event, folded};
use super::groups::Answer;

/// One line; what is `None` or empty is not asked for.
#[derive(Clone, Debug, Default)]
struct Row {
    code: CompactString,
    names: Vec<CompactString>,
    level: Option<SkillLevel>,
    year: Option<i16>,
}

/// A catalogue: all columns its file has must agree.
#[derive(Clone, Debug, Default)]
pub struct CodeCatalogue {
    rows: Vec<Row>,
}

/// What a column of a catalogue holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Name,
    Level,
    Year,
}

fn part(heading: &str) -> Option<Part> {
    Some(match heading {
        "职业编码" | "职业代码" | "编码" | "工种编码" | "职业（工种）编码" | "occupation_code" => {
            Part::Code
        }
        "职业名称"
        | "职业"
        | "工种"
        | "工种名称"
        | "职业（工种）"
        | "职业(工种)"
        | "职业（工种）名称"
        | "职业(工种)名称"
        | "occupation" => Part::Name,
        "等级" | "技能等级" | "级别" | "level" => Part::Level,
        "年度" | "年份" | "year" => Part::Year,
        _ => return None,
    })
}

impl CodeCatalogue {
    /// Reads the rows of a table whose first line names its columns; `None` without a column of
    /// occupations.
    pub fn read(rows: &[Vec<String>]) -> Option<Self> {
        let head = rows.iter().position(|row| row.iter().any(|cell| is_occupation(cell)))?;
        let parts: Vec<Option<Part>> = rows[head].iter().map(|cell| part(cell.trim())).collect();
        let lines = rows[head + 1..].iter().map(|row| line(&parts, row));
        Some(Self {
            rows: lines.filter(|row| !row.code.is_empty() || !row.names.is_empty()).collect(),
        })
    }

    /// Adds another file of the same catalogue.
    pub fn append(&mut self, other: Self) {
        self.rows.extend(other.rows);
    }

    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether an event's occupation is in it on a day.
    pub(super) fn holds(&self, event: &Event, when: Date) -> Answer {
        self.rows.iter().map(|row| row.fits(event, when)).max().unwrap_or(Answer::No)
    }
}

fn is_occupation(cell: &str) -> bool {
    matches!(part(cell.trim()), Some(Part::Code | Part::Name))
}

fn line(parts: &[Option<Part>], cells: &[String]) -> Row {
    let mut row = Row::default();
    for (part, cell) in parts.iter().zip(cells) {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        match part {
            Some(Part::Code) => row.code = folded(cell),
            Some(Part::Name) => row.names.push(folded(cell)),
            Some(Part::Level) => row.level = crate::records::skill_level(cell),
            Some(Part::Year) => {
                let digits: String = cell.chars().take_while(char::is_ascii_digit).collect();
                row.year = digits.parse().ok();
            }
            None => {}
        }
    }
    row
}

impl Row {
    fn fits(&self, event: &Event, when: Date) -> Answer {
        let same = |is_same: bool| if is_same { Answer::Yes } else { Answer::No };
        let mut answers = vec![self.occupation(event)];
        answers.extend(
            self.level.map(|level| event.level.map_or(Answer::Unknown, |own| same(own == level))),
        );
        answers.extend(self.year.map(|year| same(when.year() == year)));
        answers.into_iter().min().unwrap_or(Answer::No)
    }

    fn occupation(&self, event: &Event) -> Answer {
        let same = |is_same: bool| if is_same { Answer::Yes } else { Answer::No };
        if !self.code.is_empty() && !event.occupation_code.is_empty() {
            return same(self.code == event.occupation_code);
        }
        if self.names.is_empty() || event.trade.is_empty() {
            return Answer::Unknown;
        }
        same(self.names.contains(&event.trade))
    }
}

/// The catalogue a rule's amount asks for.
pub(super) fn name_of(kind: &AmountKind) -> Option<&str> {
    if let AmountKind::Level { catalogue, .. } = kind { Some(catalogue) } else { None }
}
