//! What readers of cells stumble over, gathered per sheet so that one mistake repeated in ten
//! thousand rows is one problem with a count.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::date::DateError;
use super::identifier::mask;
use crate::origin::{Catalogue, Origin, SheetId};
use crate::problems::{Problem, Severity};
use crate::vocabulary::Field;

/// Kinds of stumbling blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MentionTrouble {
    /// A word that stands in no list.
    UnknownLabel,
    /// A bare number where a word belongs.
    BareNumber,
    /// A date that cannot be read.
    Date(DateError),
    /// An amount that cannot be read.
    Money,
    /// A number (age, year) that cannot be read.
    Number,
    /// No name, or a placeholder.
    NoName,
    /// Name and ID number stood in each other's column.
    Exchanged,
    /// An ID number stood in the name column and nothing in its own.
    IdAsName,
    /// No 人编号.
    NoPersonNo,
}

/// Where a trouble was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Met {
    /// The first rows, at most five.
    rows: Vec<u32>,
    count: usize,
}

/// All troubles of one sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mentions {
    met: BTreeMap<(Field, MentionTrouble, CompactString), Met>,
}

/// Different values of one column listed one by one; a column that was mistaken for another has
/// thousands.
const LISTED_VALUES: usize = 10;

/// Rows named in a message.
const NAMED_ROWS: usize = 5;

impl Mentions {
    /// Notes a trouble in a row.
    pub(super) fn add(&mut self, field: Field, trouble: MentionTrouble, value: &str, row: u32) {
        let met = self.met.entry((field, trouble, value.into())).or_default();
        met.count += 1;
        if met.rows.len() < NAMED_ROWS {
            met.rows.push(row);
        }
    }

    /// Appends the troubles of rows further down.
    pub(super) fn append(&mut self, later: Self) {
        for (key, met) in later.met {
            let mine = self.met.entry(key).or_default();
            mine.count += met.count;
            let room = NAMED_ROWS.saturating_sub(mine.rows.len());
            mine.rows.extend(met.rows.into_iter().take(room));
        }
    }

    /// One problem per field, trouble and value; beyond ten values of a column, one for the rest.
    pub(super) fn into_problems(self, sheet: SheetId, catalogue: &Catalogue) -> Vec<Problem> {
        let mut by_column: BTreeMap<(Field, MentionTrouble), Vec<(CompactString, Met)>> =
            BTreeMap::new();
        for ((field, trouble, value), met) in self.met {
            by_column.entry((field, trouble)).or_default().push((value, met));
        }
        let mut problems = Vec::new();
        for ((field, trouble), mut values) in by_column {
            values.sort_by_key(|(value, met)| (met.rows.first().copied(), value.clone()));
            let rest = values.split_off(values.len().min(LISTED_VALUES));
            let place = MentionColumn { catalogue, sheet, field };
            problems.extend(values.iter().map(|(value, met)| place.problem(trouble, value, met)));
            problems.extend(place.rest(trouble, &rest));
        }
        problems
    }
}

/// The column a problem is about.
struct MentionColumn<'a> {
    catalogue: &'a Catalogue,
    sheet: SheetId,
    field: Field,
}

impl MentionColumn<'_> {
    fn heading(&self) -> &str {
        let columns = &self.catalogue.sheet(self.sheet).columns;
        let column = columns.iter().find(|column| column.field == self.field);
        column.map_or(self.field.key(), |column| column.heading.as_str())
    }

    fn at(&self, trouble: MentionTrouble, met: &Met) -> Problem {
        let info = self.catalogue.sheet(self.sheet);
        let row = met.rows.first().copied().unwrap_or(info.header_row);
        let cell = self.catalogue.cell(Origin { sheet: self.sheet, row }, self.field);
        let (code, severity) = class(trouble);
        Problem::file(&info.file, code, severity).at(&info.sheet, &cell)
    }

    fn problem(&self, trouble: MentionTrouble, value: &str, met: &Met) -> Problem {
        let value = match trouble {
            MentionTrouble::Date(_) => shown_date(value),
            _ => shown(value),
        };
        let (what, action) = words(trouble, self.heading(), self.field, &value);
        self.at(trouble, met).saying(format!("{what}{}", rows_text(met)), action)
    }

    /// One problem for all values beyond the listed ones.
    fn rest(&self, trouble: MentionTrouble, values: &[(CompactString, Met)]) -> Option<Problem> {
        let (_, first) = values.first()?;
        let rows: usize = values.iter().map(|(_, met)| met.count).sum();
        let message =
            format!("“{}”列还有{}种同样读不出的写法，共{rows}行", self.heading(), values.len());
        let action = "这些内容按空白处理，行照常比对；请先检查这一列是否认错了表头";
        Some(self.at(trouble, first).saying(message, action))
    }
}

/// A value as messages quote it: what may be an ID or a telephone number is masked. A date has
/// eight digits, and has to be seen to be mended.
fn shown(value: &str) -> String {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    if digits > 8 { mask(value) } else { value.to_owned() }
}

/// Dates have many digits themselves; only what is too long for two of them is masked.
fn shown_date(value: &str) -> String {
    let longest = value.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    let digits = value.chars().filter(char::is_ascii_digit).count();
    if longest > 8 || digits > 16 { mask(value) } else { value.to_owned() }
}

/// ` （共12行：第5、6、9行等）`.
fn rows_text(met: &Met) -> String {
    if met.count <= 1 {
        return String::new();
    }
    let rows: Vec<String> = met.rows.iter().map(u32::to_string).collect();
    let more = if met.count > met.rows.len() { "等" } else { "" };
    format!("（共{}行：第{}行{more}）", met.count, rows.join("、"))
}

fn class(trouble: MentionTrouble) -> (&'static str, Severity) {
    match trouble {
        MentionTrouble::UnknownLabel => ("label-unknown", Severity::Warning),
        MentionTrouble::BareNumber => ("label-bare-number", Severity::Warning),
        MentionTrouble::Date(_) => ("date-unreadable", Severity::Warning),
        MentionTrouble::Money => ("money-unreadable", Severity::Warning),
        MentionTrouble::Number => ("number-unreadable", Severity::Warning),
        MentionTrouble::NoName | MentionTrouble::IdAsName => ("name-missing", Severity::Warning),
        MentionTrouble::Exchanged => ("name-id-exchanged", Severity::Warning),
        MentionTrouble::NoPersonNo => ("person-no-missing", Severity::Warning),
    }
}

/// What is wrong, and what was done and can be done.
fn words(trouble: MentionTrouble, heading: &str, field: Field, value: &str) -> (String, String) {
    let key = field.key();
    match trouble {
        MentionTrouble::UnknownLabel => (
            format!("“{heading}”列的“{value}”不在已知的名称之内"),
            format!(
                "该项按空白处理，行照常比对；如含义明确，请在项目文件该 [[source]] 下写 labels = {{ {key} = {{ \"{value}\" = \"对应的名称\" }} }}"
            ),
        ),
        MentionTrouble::BareNumber => (
            format!("“{heading}”列只有代码“{value}”，各系统的代码含义不一，无法判断"),
            format!(
                "该项按空白处理，行照常比对；请在项目文件该 [[source]] 下写 labels = {{ {key} = {{ \"{value}\" = \"对应的名称\" }} }}"
            ),
        ),
        MentionTrouble::Date(error) => (
            format!("“{heading}”列的“{value}”无法读作日期：{error}"),
            "该日期按空白处理，行照常比对；请改为 2019-09-01 这样的写法".to_owned(),
        ),
        MentionTrouble::Money => (
            format!("“{heading}”列的“{value}”无法读作金额"),
            "该金额未计入；请改为以元为单位的数字".to_owned(),
        ),
        MentionTrouble::Number => (
            format!("“{heading}”列的“{value}”无法读作数字"),
            "该项按空白处理，行照常比对；请改为整数".to_owned(),
        ),
        MentionTrouble::NoName => (
            if value.is_empty() {
                format!("“{heading}”列没有姓名")
            } else {
                format!("“{heading}”列的“{value}”不是姓名")
            },
            "该行保留，只按证件号码等其他信息比对；请补填姓名".to_owned(),
        ),
        MentionTrouble::Exchanged => (
            format!("“{heading}”列里是证件号码，证件号码列里是姓名，两列填反了"),
            "已把两格对调后读入；请更正名单".to_owned(),
        ),
        MentionTrouble::IdAsName => (
            format!("“{heading}”列里是证件号码，不是姓名"),
            "该号码作为证件号码使用，姓名按空白处理；请补填姓名".to_owned(),
        ),
        MentionTrouble::NoPersonNo => (
            "没有人编号".to_owned(),
            "已用户编号（或文件名）加行号代替，行照常比对；请导出带人编号的名单".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_become_one_problem() {
        let mut first = Mentions::default();
        first.add(Field::Sex, MentionTrouble::BareNumber, "1", 5);
        first.add(Field::Sex, MentionTrouble::BareNumber, "1", 6);
        let mut second = Mentions::default();
        for row in 7..12 {
            second.add(Field::Sex, MentionTrouble::BareNumber, "1", row);
        }
        first.append(second);
        let mut catalogue = Catalogue::default();
        let sheet = catalogue.add(crate::origin::SheetInfo {
            file: "a.xls".into(),
            sheet: "Sheet1".into(),
            header_row: 1,
            columns: Vec::new(),
            unknown_columns: Vec::new(),
            rows: 20,
        });
        let problems = first.into_problems(sheet, &catalogue);
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].message.ends_with("（共7行：第5、6、7、8、9行等）"),
            "{}",
            problems[0].message
        );
    }

    #[test]
    fn dates_are_quoted_and_numbers_masked() {
        assert_eq!(shown_date("Fri Mar 01 00:00 2019"), "Fri Mar 01 00:00 2019");
        assert!(shown_date("239901200501011234").contains('*'));
        assert!(shown_date("239901 20050101 1234").contains('*'));
    }

    #[test]
    fn a_mistaken_column_is_one_problem_more() {
        let mut mentions = Mentions::default();
        for row in 0..50_u32 {
            mentions.add(Field::Sex, MentionTrouble::UnknownLabel, &format!("值{row}"), 100 - row);
        }
        let mut catalogue = Catalogue::default();
        let sheet = catalogue.add(crate::origin::SheetInfo {
            file: "a.xls".into(),
            sheet: String::new(),
            header_row: 1,
            columns: Vec::new(),
            unknown_columns: Vec::new(),
            rows: 50,
        });
        let problems = mentions.into_problems(sheet, &catalogue);
        assert_eq!(problems.len(), LISTED_VALUES + 1);
        assert!(problems[0].message.contains("值49"), "the topmost row comes first");
        assert!(problems[LISTED_VALUES].message.contains("40种"), "{problems:?}");
    }
}
