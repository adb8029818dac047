//! Text whose columns are kept apart by blanks alone, as system prints write it.

use super::cell::from_text;
use super::{Flow, RawCell, Remark, Taker};

/// Fewer words than this make no heading line.
const FEWEST: usize = 3;

/// Hands a text over whose columns can be told apart by their blanks. Where most lines have several
/// words and yet no columns, that is remarked, and nothing is handed over.
pub(super) fn read(text: &str, taker: &mut dyn Taker) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let counts: Vec<usize> = lines.iter().map(|line| words(line).count()).collect();
    let several = |fewest: usize| counts.iter().filter(|count| **count >= fewest).count();
    if several(FEWEST) == 0 || several(2) < 2 || several(2) * 2 <= several(1) {
        return false;
    }
    let Some(rows) = by_words(&lines).or_else(|| by_gaps(&lines)) else {
        taker.remark(Remark::NoDelimiter);
        return false;
    };
    taker.remark(Remark::BlankColumns);
    taker.begin_text("");
    for (number, cells) in (1..).zip(rows) {
        if taker.row(number, cells) == Flow::Stop {
            break;
        }
    }
    taker.end();
    true
}

type Cells = Vec<(u32, RawCell)>;

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\u{3000}' | '\u{a0}')
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(is_blank).filter(|word| !word.trim().is_empty())
}

fn numbered<'a>(texts: impl Iterator<Item = &'a str>) -> Cells {
    (0..).zip(texts.map(from_text)).collect()
}

/// Every line has as many words as the first one of several; single words are titles.
fn by_words(lines: &[&str]) -> Option<Vec<Cells>> {
    let counts = || lines.iter().map(|line| words(line).count()).filter(|count| *count > 1);
    let heading = counts().next().filter(|count| *count >= FEWEST)?;
    let even = counts().all(|count| count == heading);
    even.then(|| lines.iter().map(|line| numbered(words(line))).collect())
}

/// Columns of the page that are blank in all lines part the columns of the table: there must be as
/// many as the heading line has words.
fn by_gaps(lines: &[&str]) -> Option<Vec<Cells>> {
    let first = lines.iter().position(|line| words(line).count() >= FEWEST)?;
    let body = lines.get(first..)?;
    let mut filled: Vec<bool> = Vec::new();
    for line in body {
        for (place, width, letter) in places(line) {
            filled.resize(filled.len().max(place + width), false);
            if !is_blank(letter) {
                filled[place..place + width].fill(true);
            }
        }
    }
    let starts: Vec<usize> = (0..filled.len())
        .filter(|place| filled[*place] && (*place == 0 || !filled[place - 1]))
        .collect();
    if starts.len() != words(body.first()?).count() {
        return None;
    }
    let titles = lines.iter().take(first).map(|line| numbered(std::iter::once(line.trim())));
    Some(titles.chain(body.iter().map(|line| cut(line, &starts))).collect())
}

/// The letters of a line with their place on the page: hanzi take two.
fn places(line: &str) -> impl Iterator<Item = (usize, usize, char)> + '_ {
    line.chars().scan(0, |next, letter| {
        let (place, width) = (*next, if letter.is_ascii() { 1 } else { 2 });
        *next += width;
        Some((place, width, letter))
    })
}

fn cut(line: &str, starts: &[usize]) -> Cells {
    let mut texts = vec![String::new(); starts.len()];
    for (place, _, letter) in places(line) {
        let column = starts.partition_point(|start| *start <= place);
        if let Some(text) = column.checked_sub(1).and_then(|column| texts.get_mut(column)) {
            text.push(letter);
        }
    }
    numbered(texts.iter().map(|text| text.trim_matches(is_blank).trim_end()))
}

#[cfg(test)]
mod tests {
    use super::super::{Flow, GridEvent, RawCell, Remark};
    use super::read;

    fn rows(text: &str) -> (Vec<String>, Vec<Remark>) {
        let (mut rows, mut remarks) = (Vec::new(), Vec::new());
        let mut take = |event: GridEvent| {
            match event {
                GridEvent::Row(row) => {
                    let shown = row.cells.iter().map(|(_, cell)| match cell {
                        RawCell::Text(text) => text.as_str(),
                        _ => "",
                    });
                    rows.push(shown.collect::<Vec<_>>().join("|"));
                }
                GridEvent::Remark(remark) => remarks.push(remark),
                _ => {}
            }
            Flow::Continue
        };
        read(text, &mut take);
        (rows, remarks)
    }

    #[test]
    fn words_or_gaps_part_the_columns() {
        let words = "学籍表\n\n序号 姓名 身份证号\n1 张三 230999200301010017\n";
        assert_eq!(
            rows(words).0,
            ["学籍表", "", "序号|姓名|身份证号", "1|张三|230999200301010017"]
        );
        let gaps = "序号  姓名    班级\n1     张 三   一班\n2             二班\n3     欧阳修\n";
        let expected = ["序号|姓名|班级", "1|张 三|一班", "2||二班", "3|欧阳修|"];
        assert_eq!(rows(gaps), (expected.map(str::to_owned).to_vec(), vec![Remark::BlankColumns]));
    }

    #[test]
    fn lines_that_do_not_align_are_told() {
        let text = "姓名 身份证号 班级 备注\n张三 1 一班\n李四 一班 好 很 长\n";
        assert_eq!(rows(text), (vec![], vec![Remark::NoDelimiter]));
        assert_eq!(rows("姓名\n张三\n"), (vec![], vec![]));
    }
}
