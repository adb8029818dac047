//! Delimited text: `.csv`, `.txt`, `.tsv`, whatever the extension says.

use super::cell::from_text;
use super::content::{Content, Format};
use super::{Flow, Refusal, Remark, Taker, blanks, text};

/// See [`Format`].
pub(super) const FORMAT: Format = Format { fits, read };

fn fits(content: &Content<'_>) -> bool {
    let strange = ["<office:document", "%tsd-header", "e-safenet"];
    content.is_text() && !strange.iter().any(|mark| content.head().contains(mark))
}

#[expect(clippy::unnecessary_wraps, reason = "one signature for every format")]
fn read(content: &Content<'_>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let text = text::decoded(content.bytes, None, taker);
    read_text(&text, taker);
    Ok(())
}

/// Delimiters in order of preference.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Longest text an Excel cell can hold; a longer field is a quote that was never closed.
const LONGEST_FIELD: usize = 32_767;

/// Hands the records of a text over as rows of one nameless sheet. The row number is the one Excel
/// shows after opening the file: blank lines count, line breaks inside quotes do not.
fn read_text(text: &str, taker: &mut dyn Taker) {
    let (text, delimiter) = if let Some((rest, delimiter)) = stated_delimiter(text) {
        (rest, delimiter)
    } else {
        let (delimiter, lines_split) = delimiter(text);
        if !lines_split && blanks::read(text, taker) {
            return;
        }
        (text, delimiter)
    };
    let literal = !quotes_close(text, delimiter);
    taker.begin_text("");
    for_each_record(text, delimiter, literal, |number, fields| {
        let at = fields.position().map_or(0, csv::Position::byte);
        taker.reach(usize::try_from(at).unwrap_or(0), text.len());
        let cells = (0_u32..).zip(fields.iter().map(from_text)).collect();
        taker.row(number, cells)
    });
    taker.end();
    // A quote that is never closed would swallow the rest of the file.
    if literal {
        taker.remark(Remark::OpenQuote);
    }
}

/// `sep=;` in the first line tells Excel the delimiter; Excel does not show that line.
fn stated_delimiter(text: &str) -> Option<(&str, u8)> {
    let (first, rest) = text.split_at(text.find(['\r', '\n'])?);
    let mark = first.trim_matches('"').strip_prefix("sep=").or(first.strip_prefix("SEP="))?;
    let [delimiter] = mark.as_bytes() else { return None };
    let rest = rest.strip_prefix("\r\n").or(rest.strip_prefix(['\r', '\n']))?;
    Some((rest, *delimiter))
}

fn for_each_record(
    text: &str,
    delimiter: u8,
    literal: bool,
    mut take: impl FnMut(u32, &csv::StringRecord) -> Flow,
) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(!literal)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut number = 0_u32;
    let mut end = 0_usize;
    // The text is valid UTF-8 and in memory, so that reading only ends at its end.
    while reader.read_record(&mut record).unwrap_or(false) {
        number = number.saturating_add(1).saturating_add(blank_lines(text, end));
        end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        if take(number, &record) == Flow::Stop {
            return;
        }
    }
}

/// How many empty lines the CSV reader skips from this byte on: Excel shows them as rows.
fn blank_lines(text: &str, from: usize) -> u32 {
    let mut rest = text.as_bytes().get(from..).unwrap_or_default();
    let after_return = from > 0 && text.as_bytes().get(from - 1) == Some(&b'\r');
    if after_return && rest.first() == Some(&b'\n') {
        // The second half of the line end of the record before.
        rest = rest.get(1..).unwrap_or_default();
    }
    let mut lines = 0;
    loop {
        let length = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return lines,
        };
        lines += 1;
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// A quote that is never closed would swallow the rest of the file into one cell.
fn quotes_close(text: &str, delimiter: u8) -> bool {
    if !text.contains('"') {
        return true;
    }
    let mut close = true;
    for_each_record(text, delimiter, false, |_, fields| {
        close &= fields.iter().all(|field| field.len() <= LONGEST_FIELD);
        close &= fields.iter().all(|field| field.matches('\n').count() <= 20);
        if close { Flow::Continue } else { Flow::Stop }
    });
    close
}

/// The delimiter that splits the first lines most, and most evenly; and whether it splits most of them.
/// In Chinese exports the comma may be part of an address, so that an even split by another mark wins.
fn delimiter(text: &str) -> (u8, bool) {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(30).collect();
    let mut best = (0, DELIMITERS[0], 0);
    for delimiter in DELIMITERS {
        let (score, split) = evenness(&lines, delimiter);
        if score > best.0 {
            best = (score, delimiter, split);
        }
    }
    (best.1, best.2 * 2 > lines.len())
}

/// Columns times the number of lines that have the most common count of columns; and how many lines
/// are split at all.
fn evenness(lines: &[&str], delimiter: u8) -> (usize, usize) {
    let mut counts: Vec<usize> = lines.iter().map(|line| fields_of(line, delimiter)).collect();
    counts.sort_unstable();
    let split = counts.iter().filter(|count| **count > 1).count();
    let groups = counts.chunk_by(|left, right| left == right);
    let splitting = groups.filter(|group| group[0] > 1);
    let score = splitting.map(|group| group.len() * group.len() * group[0].min(12)).max();
    (score.unwrap_or(0), split)
}

fn fields_of(line: &str, delimiter: u8) -> usize {
    let mut quoted = false;
    let mut fields = 1;
    for byte in line.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        } else if byte == delimiter && !quoted {
            fields += 1;
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::{Flow, delimiter, for_each_record, quotes_close, stated_delimiter};

    fn records(text: &str) -> Vec<(u32, Vec<String>)> {
        let mut all = Vec::new();
        for_each_record(text, delimiter(text).0, !quotes_close(text, b','), |number, fields| {
            all.push((number, fields.iter().map(str::to_owned).collect()));
            Flow::Continue
        });
        all
    }

    #[test]
    fn row_numbers_are_those_of_excel() {
        let text =
            "标题,\r\n\r\n\r\n姓名,地址\r\n张三,\"桦南县\n桦南镇\"\r\n\r\n李四,x\n\n王五,y\r赵六,z";
        let numbers: Vec<u32> = records(text).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [1, 4, 5, 7, 9, 10]);
    }

    #[test]
    fn leading_blank_lines_count() {
        assert_eq!(records("\n\n姓名,证件号码\n")[0].0, 3);
    }

    #[test]
    fn delimiters_are_found() {
        let cases = [
            ("姓名,证件号码\n张三,1\n", b','),
            ("姓名\t证件号码\t地址\n张三\t1\t桦南县,红光村\n李四\t2\t桦南县,丰收村\n", b'\t'),
            ("姓名;证件号码\n张三;1\n", b';'),
            ("姓名|证件号码|地址\n张三|1|甲,乙\n", b'|'),
            ("学籍表\n姓名,证件号码,班级\n张三,1,\"一;二;三\"\n", b','),
            ("姓名\n张三\n", b','),
        ];
        for (text, expected) in cases {
            assert_eq!(delimiter(text).0, expected, "{text}");
        }
    }

    #[test]
    fn a_stated_delimiter_is_taken_and_its_line_is_not_counted() {
        assert_eq!(stated_delimiter("sep=;\r\n姓名;电话\r\n"), Some(("姓名;电话\r\n", b';')));
        assert_eq!(stated_delimiter("\"sep=\t\"\n姓名\t电话"), Some(("姓名\t电话", b'\t')));
        assert_eq!(stated_delimiter("姓名,备注\nsep=,\n"), None);
    }

    #[test]
    fn a_quote_that_never_closes_is_taken_literally() {
        let text = format!("姓名,备注\n张三,\"未完\n{}", "李四,x\n".repeat(40));
        assert_eq!(records(&text).len(), 42);
        assert_eq!(records("姓名,备注\n张三,\"a\nb\"\n").len(), 2);
    }
}
