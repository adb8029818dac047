//! The lines above a form → whose it is and for which half-year.

use std::cmp::Ordering;

use crate::problems::Severity;
use crate::records::date::{self, PartialDate};
use crate::sources::RawCell;
use crate::vocabulary::HalfYear;
use jiff::civil::Date;

use crate::province::cities::Roster;
use crate::province::fault::{Fault, FaultSpot};
use crate::province::form::{HeadingLine, ReturnedForm};

const UNIT: [&str; 4] = ["填表单位", "填报单位", "报送单位", "上报单位"];
const FILLED: [&str; 6] = ["填表时间", "填报时间", "填表日期", "填报日期", "报送时间", "上报时间"];
/// What may follow in the same cell.
const OTHER: [&str; 8] = ["填表", "填报", "报送", "上报", "联系", "审核", "负责人", "单位:"];

/// Whose form it is.
///
/// # Errors
/// The fault of a form that names no city, or two.
pub(super) fn city(form: &ReturnedForm, roster: &Roster) -> Result<Option<usize>, Box<Fault>> {
    let unit = labelled(&form.lines, &UNIT);
    let own = unit.as_ref().and_then(|(_, value)| roster.only(value));
    let sheet = roster.only(&form.sheet);
    let path = form.file.rsplit('/').find_map(|part| roster.only(part));
    let mut claims: Vec<(usize, &str)> = [(own, "填表单位"), (sheet, "工作表名"), (path, "文件名")]
        .into_iter()
        .filter_map(|(city, from)| Some((city?, from)))
        .collect();
    claims.dedup_by_key(|(city, _)| *city);
    let cell = unit.as_ref().map_or("", |(line, _)| line.cell.as_str());
    let spot = FaultSpot { file: &form.file, sheet: &form.sheet, cell };
    let outsider = unit.as_ref().and_then(|(_, value)| roster.outsider(value));
    match (outsider, claims.as_slice()) {
        (None, []) => Ok(form.lines.iter().find_map(|line| roster.only(&line.text))),
        // Neither the file beside it nor a title makes it another's.
        (Some(other), []) => Err(Box::new(unexpected(spot, other))),
        (None, [(city, _)]) => Ok(Some(*city)),
        (Some(other), [(city, from), ..]) => {
            let claims = [("填表单位", other), (*from, roster.name(*city))];
            Err(Box::new(contradiction(spot, claims)))
        }
        (None, [(first, here), (second, there), ..]) => {
            let claims = [(*here, roster.name(*first)), (*there, roster.name(*second))];
            Err(Box::new(contradiction(spot, claims)))
        }
    }
}

fn contradiction(spot: FaultSpot<'_>, claims: [(&str, &str); 2]) -> Fault {
    let [(here, first), (there, second)] = claims;
    Fault::at(spot, "city-contradiction", Severity::Error)
        .saying(
            format!("{here}是“{first}”，{there}却是“{second}”，不知是哪个市(地)的表"),
            "请核对填表单位和文件名，改正后重新报送",
        )
        .quoting(first)
        .so("整表未计入")
}

/// A form that lies in the folder of another city than it says itself.
pub(super) fn misplaced(form: &ReturnedForm, city: usize, roster: &Roster) -> Option<Fault> {
    let (folders, _) = form.file.rsplit_once('/')?;
    let folder = folders.rsplit('/').find_map(|part| roster.only(part))?;
    let spot = FaultSpot { file: &form.file, sheet: &form.sheet, cell: "" };
    let (own, other) = (roster.name(city), roster.name(folder));
    let fault = Fault::at(spot, "city-misplaced", Severity::Warning)
        .saying(
            format!("这是“{own}”的表，却放在“{other}”的文件夹里"),
            format!(
                "请核对：是{own}的就移到它的文件夹；是{other}的请改正填表单位和文件名后重新报送"
            ),
        )
        .quoting(own)
        .so(format!("按{own}计入"));
    (folder != city).then_some(Fault { city: Some(city), annex: Some(form.annex), ..fault })
}

/// A form of an official unit that is not expected.
fn unexpected(spot: FaultSpot<'_>, city: &str) -> Fault {
    Fault::at(spot, "city-unexpected", Severity::Error)
        .saying(
            format!("这是“{city}”的表，不在应报的市(地)中"),
            "请核对 cities 的名单，或把这个文件移走",
        )
        .quoting(city)
        .so("整表未计入")
}

/// What is wrong with the period of a form; `true` where its figures are another period's.
pub(super) fn period(form: &ReturnedForm, as_of: Date) -> (bool, Vec<Fault>) {
    let half = HalfYear::of(as_of);
    let filled = labelled(&form.lines, &FILLED);
    let read = filled.as_ref().and_then(|(line, value)| Some((*line, parsed(value, as_of)?)));
    if let Some((line, told)) = named_period(form).filter(|(_, told)| !told.can_be(half)) {
        let fault = old(form, line, &told.label(), half);
        return (true, vec![fault]);
    }
    let Some((line, date)) = read else {
        let cell = filled.as_ref().map_or("", |(line, _)| line.cell.as_str());
        let spot = FaultSpot { file: &form.file, sheet: &form.sheet, cell };
        let fault = Fault::at(spot, "period-unknown", Severity::Warning)
            .saying("没有写明填表时间，看不出是哪一期", "请补填填表时间")
            .quoting(filled.as_ref().map_or("", |(_, value)| value))
            .so("按本期计入");
        return (false, vec![fault]);
    };
    let first = date.first_day().unwrap_or(as_of);
    let (value, cell) = (&filled.map(|(_, value)| value).unwrap_or_default(), line.cell.as_str());
    let spot = FaultSpot { file: &form.file, sheet: &form.sheet, cell };
    match HalfYear::of(first).cmp(&half) {
        Ordering::Less => (true, vec![old(form, Some(line), value, half)]),
        Ordering::Equal => (false, Vec::new()),
        Ordering::Greater => {
            let message = format!("填表时间“{value}”在本期（{}）之后", half.label());
            let action = "请核对填表时间；如为本期数据，改正后重新报送";
            let fault = Fault::at(spot, "period-after", Severity::Warning);
            (false, vec![fault.saying(message, action).quoting(value).so("按本期计入")])
        }
    }
}

fn old(form: &ReturnedForm, line: Option<&HeadingLine>, value: &str, half: HalfYear) -> Fault {
    let cell = line.map_or("", |line| line.cell.as_str());
    let spot = FaultSpot { file: &form.file, sheet: &form.sheet, cell };
    Fault::at(spot, "period-other", Severity::Error)
        .saying(
            format!("这张表写的是“{value}”，不是本期（{}）", half.label()),
            format!("请报送{}的数据；如只是时间写错，改正后重新报送", half.label()),
        )
        .quoting(value)
        .so("整表未计入")
}

fn parsed(value: &str, as_of: Date) -> Option<PartialDate> {
    let text: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
    let date = date::parse(&RawCell::Text(text.as_str().into()), as_of).ok()?;
    (date.year > 0 && date.month > 0).then_some(date)
}

/// The line with one of the labels, and what stands behind it.
fn labelled<'a>(lines: &'a [HeadingLine], labels: &[&str]) -> Option<(&'a HeadingLine, String)> {
    lines.iter().find_map(|line| {
        let rest = labels.iter().find_map(|label| Some(line.text.split_once(label)?.1))?;
        let rest = rest.split_once([':', '：']).map_or(rest, |(_, value)| value);
        let end = OTHER.iter().filter_map(|word| rest.find(word)).min().unwrap_or(rest.len());
        Some((line, rest.get(..end).unwrap_or(rest).trim().to_owned()))
    })
}

/// A half-year as a text names it, the year left out or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct StatedHead {
    year: Option<i16>,
    second: bool,
}

impl StatedHead {
    fn can_be(self, half: HalfYear) -> bool {
        self.second == half.second && self.year.is_none_or(|year| year == half.year)
    }

    fn label(self) -> String {
        let year = self.year.map(|year| format!("{year}年")).unwrap_or_default();
        format!("{year}{}半年", if self.second { "下" } else { "上" })
    }
}

/// A half-year named in a title, the sheet's name or the file's.
fn named_period(form: &ReturnedForm) -> Option<(Option<&HeadingLine>, StatedHead)> {
    let in_lines = form.lines.iter().find_map(|line| Some((Some(line), told(&line.text)?)));
    let names = [form.sheet.as_str(), form.file.rsplit('/').next().unwrap_or_default()];
    in_lines.or_else(|| names.into_iter().find_map(|name| Some((None, told(name)?))))
}

fn told(text: &str) -> Option<StatedHead> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    [("上半年", false), ("下半年", true)].into_iter().find_map(|(word, second)| {
        let before = text.split_once(word)?.0.trim_end_matches('年');
        let digits: Vec<char> =
            before.chars().rev().take_while(char::is_ascii_digit).take(4).collect();
        let year: String = digits.into_iter().rev().collect();
        Some(StatedHead { year: year.parse().ok().filter(|year| *year > 1999), second })
    })
}

#[cfg(test)]
mod tests {
    use super::{StatedHead, UNIT, labelled, told};
    use crate::province::form::HeadingLine;

    #[test]
    fn a_half_year_is_found_in_titles() {
        let of = |year, second| Some(StatedHead { year, second });
        let cases = [
            ("2018年下半年进展情况表", of(Some(2018), true)),
            ("佳木斯2019上半年", of(Some(2019), false)),
            ("上半年", of(None, false)),
            ("当(半)年招收人数", None),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn one_cell_may_hold_all_three_lines() {
        let text = "填表单位(盖章)：佳木斯市人社局  填表时间：2019年6月5日 填表人：张三".to_owned();
        let lines = [HeadingLine { text, cell: "A3".to_owned() }];
        let found = labelled(&lines, &UNIT).map(|(_, value)| value);
        assert_eq!(found.as_deref(), Some("佳木斯市人社局"));
        let found = labelled(&lines, &crate::province::head::FILLED).map(|(_, value)| value);
        assert_eq!(found.as_deref(), Some("2019年6月5日"));
    }
}
