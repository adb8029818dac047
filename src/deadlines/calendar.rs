//! The dates as a calendar file (RFC 5545): the same bytes for the same dates and the same today.

use jiff::civil::Date;

use crate::digest;

use super::{DateStanding, Deadline};

/// Octets of a content line, without its line break.
const LINE: usize = 75;

/// All dates as one calendar; `unit` is whose they are.
pub fn icalendar(unit: &str, deadlines: &[Deadline], today: Date) -> String {
    let mut out = String::new();
    let head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//bidui//bidui calendar//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ];
    for text in head {
        line(&mut out, text);
    }
    for deadline in deadlines {
        event(&mut out, unit, deadline, today);
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn event(out: &mut String, unit: &str, deadline: &Deadline, today: Date) {
    let compact = |day: Date| day.strftime("%Y%m%d").to_string();
    let next = deadline.day.tomorrow().unwrap_or(deadline.day);
    let standing = deadline.standing(today);
    let done = match standing {
        DateStanding::Done => format!("（{}）", standing.label()),
        _ => String::new(),
    };
    let summary = format!("{unit}：{}{done}", deadline.task);
    let texts = [
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}-{}-{}@bidui", compact(deadline.day), deadline.key, short_name(unit)),
        format!("DTSTAMP:{}T000000Z", compact(today)),
        format!("DTSTART;VALUE=DATE:{}", compact(deadline.day)),
        format!("DTEND;VALUE=DATE:{}", compact(next)),
        format!("SUMMARY:{}", escaped(&summary)),
        format!("DESCRIPTION:{}", escaped(&description(deadline, standing))),
        "TRANSP:TRANSPARENT".to_owned(),
    ];
    for text in &texts {
        line(out, text);
    }
    if standing != DateStanding::Done {
        alarm(out, deadline);
    }
    line(out, "END:VEVENT");
}

fn description(deadline: &Deadline, standing: DateStanding) -> String {
    let rule = format!(
        "{}，{}前。{}。",
        deadline.basis,
        deadline.day.strftime("%Y年%-m月%-d日"),
        standing.label()
    );
    let missing = deadline.missing().join("、");
    let missing = (!missing.is_empty()).then(|| format!("台账中还没有：{missing}。"));
    let weekend = deadline.is_weekend().then(|| format!("这一天是{}。", deadline.weekday()));
    [Some(rule), missing, weekend].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// A week before.
fn alarm(out: &mut String, deadline: &Deadline) {
    let words = format!("DESCRIPTION:{}", escaped(&deadline.task));
    let lines = ["BEGIN:VALARM", "ACTION:DISPLAY", &words, "TRIGGER:-P7D", "END:VALARM"];
    for text in lines {
        line(out, text);
    }
}

/// Eight hexadecimal digits that stand for a unit, so that two cities' dates stay apart.
fn short_name(unit: &str) -> String {
    digest::sha256(unit.as_bytes()).chars().take(8).collect()
}

/// Text as RFC 5545 wants it.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    text.replace('\n', "\\n")
}

/// A content line, folded where it is longer than 75 octets, never within a character.
fn line(out: &mut String, text: &str) {
    let mut used = 0;
    for letter in text.chars() {
        if used + letter.len_utf8() > LINE {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(letter);
        used += letter.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{escaped, icalendar};
    use crate::deadlines::of_round;
    use crate::vocabulary::HalfYear;

    fn sample() -> String {
        let round = HalfYear { year: 2019, second: false };
        icalendar("佳木斯市", &of_round(round, &[]), date(2019, 4, 1))
    }

    #[test]
    fn every_line_is_short_and_ends_as_the_standard_says() {
        let text = sample();
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert!(text.split("\r\n").all(|line| line.len() <= 75));
        assert!(text.contains("\r\n "), "something is long enough to be folded");
    }

    #[test]
    fn events_name_day_stamp_and_a_stable_uid() {
        let unfolded = sample().replace("\r\n ", "");
        for part in [
            "UID:20190420-handover-",
            "DTSTAMP:20190401T000000Z\r\n",
            "DTSTART;VALUE=DATE:20190610\r\nDTEND;VALUE=DATE:20190611\r\n",
            "SUMMARY:佳木斯市：市(地)人社部门把附件2、附件3报省人社厅职业能力建设处\r\n",
            "这一天是星期六",
        ] {
            assert!(unfolded.contains(part), "{part} in\n{unfolded}");
        }
        let uids = |text: &str| -> Vec<String> {
            text.lines().filter(|line| line.starts_with("UID")).map(str::to_owned).collect()
        };
        assert_eq!(uids(&sample()), uids(&sample()));
        let ends = |mark: &str| unfolded.matches(&format!("END:{mark}\r\n")).count();
        assert_eq!((ends("VEVENT"), ends("VALARM")), (3, 3));
    }

    #[test]
    fn marks_of_the_format_are_escaped() {
        assert_eq!(escaped("a,b;c\\d\ne"), "a\\,b\\;c\\\\d\\ne");
    }
}
