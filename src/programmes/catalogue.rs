//! A city's catalogue of occupations in urgent demand (黑政办规〔2019〕12号第26项).

use compact_str::CompactString;
use jiff::civil::Date;

use crate::config::AmountKind;
use crate::vocabulary::labels::SkillLevel;

use super::event::{Event, folded};
use super::groups::Certainty;

/// One line; what is `None` or empty is not asked for.
#[derive(Clone, Debug, Default)]
struct CatalogueRow {
    code: CompactString,
    names: Vec<CompactString>,
    level: Option<SkillLevel>,
    year: Option<i16>,
}

/// A catalogue: all columns its file has must agree.
#[derive(Clone, Debug, Default)]
pub struct CodeCatalogue {
    rows: Vec<CatalogueRow>,
}

/// What a column of a catalogue holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CatalogueColumn {
    Code,
    Name,
    Level,
    Year,
}

fn part(heading: &str) -> Option<CatalogueColumn> {
    Some(match heading {
        "职业编码" | "职业代码" | "编码" | "工种编码" | "职业（工种）编码" | "occupation_code" => {
            CatalogueColumn::Code
        }
        "职业名称"
        | "职业"
        | "工种"
        | "工种名称"
        | "职业（工种）"
        | "职业(工种)"
        | "职业（工种）名称"
        | "职业(工种)名称"
        | "occupation" => CatalogueColumn::Name,
        "等级" | "技能等级" | "级别" | "level" => CatalogueColumn::Level,
        "年度" | "年份" | "year" => CatalogueColumn::Year,
        _ => return None,
    })
}

impl CodeCatalogue {
    /// Reads the rows of a table whose first line names its columns; `None` without a column of
    /// occupations.
    pub fn read(rows: &[Vec<String>]) -> Option<Self> {
        let head = rows.iter().position(|row| row.iter().any(|cell| is_occupation(cell)))?;
        let parts: Vec<Option<CatalogueColumn>> =
            rows[head].iter().map(|cell| part(cell.trim())).collect();
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
    pub(super) fn holds(&self, event: &Event, when: Date) -> Certainty {
        self.rows.iter().map(|row| row.fits(event, when)).max().unwrap_or(Certainty::No)
    }
}

fn is_occupation(cell: &str) -> bool {
    matches!(part(cell.trim()), Some(CatalogueColumn::Code | CatalogueColumn::Name))
}

fn line(parts: &[Option<CatalogueColumn>], cells: &[String]) -> CatalogueRow {
    let mut row = CatalogueRow::default();
    for (part, cell) in parts.iter().zip(cells) {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        match part {
            Some(CatalogueColumn::Code) => row.code = folded(cell),
            Some(CatalogueColumn::Name) => row.names.push(folded(cell)),
            Some(CatalogueColumn::Level) => row.level = crate::records::skill_level(cell),
            Some(CatalogueColumn::Year) => {
                let digits: String = cell.chars().take_while(char::is_ascii_digit).collect();
                row.year = digits.parse().ok();
            }
            None => {}
        }
    }
    row
}

impl CatalogueRow {
    fn fits(&self, event: &Event, when: Date) -> Certainty {
        let same = |is_same: bool| if is_same { Certainty::Yes } else { Certainty::No };
        let mut answers = vec![self.occupation(event)];
        answers.extend(
            self.level
                .map(|level| event.level.map_or(Certainty::Unknown, |own| same(own == level))),
        );
        answers.extend(self.year.map(|year| same(when.year() == year)));
        answers.into_iter().min().unwrap_or(Certainty::No)
    }

    fn occupation(&self, event: &Event) -> Certainty {
        let same = |is_same: bool| if is_same { Certainty::Yes } else { Certainty::No };
        if !self.code.is_empty() && !event.occupation_code.is_empty() {
            return same(self.code == event.occupation_code);
        }
        if self.names.is_empty() || event.trade.is_empty() {
            return Certainty::Unknown;
        }
        same(self.names.contains(&event.trade))
    }
}

/// The catalogue a rule's amount asks for.
pub(super) fn name_of(kind: &AmountKind) -> Option<&str> {
    if let AmountKind::Level { catalogue, .. } = kind { Some(catalogue) } else { None }
}
