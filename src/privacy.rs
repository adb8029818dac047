//! Whatever looks like an ID number is masked where a text is made: messages, reasons and names
//! quote what files hold, and a number stands in any column once somebody slips.

use std::borrow::Cow;

/// Length of a citizen's number, and of the old kind.
const LENGTHS: [usize; 2] = [18, 15];

/// A text with every number that may be a citizen's hidden but for its first six and last four
/// characters: `夏239901********1238`. All other text stays, other long numbers too.
///
/// ```
/// assert_eq!(bidui::privacy::masked("夏239901200501011238"), "夏239901********1238");
/// assert_eq!(bidui::privacy::masked("人编号230822100101"), "人编号230822100101");
/// ```
pub fn masked(text: &str) -> Cow<'_, str> {
    if text.chars().filter(|letter| digit(*letter).is_some()).count() < 15 {
        return Cow::Borrowed(text);
    }
    let mut letters: Vec<char> = text.chars().collect();
    let mut is_changed = false;
    // What is left of a long run of digits may be a number in its turn.
    loop {
        let hidden = numbers(&letters);
        if hidden.is_empty() {
            break;
        }
        is_changed = true;
        for number in hidden {
            let kept = number.len() - 4;
            number[6..kept].iter().for_each(|at| letters[*at] = '*');
        }
    }
    if is_changed { Cow::Owned(letters.into_iter().collect()) } else { Cow::Borrowed(text) }
}

/// The same of a text of one's own, which is handed back where nothing is hidden.
pub fn masked_text(text: String) -> String {
    if let Cow::Owned(hidden) = masked(&text) {
        return hidden;
    }
    text
}

/// Whether a text holds what may be a citizen's number.
pub fn holds_number(text: &str) -> bool {
    !numbers(&text.chars().collect::<Vec<char>>()).is_empty()
}

/// Where the characters of each such number stand. Blanks and dashes inside are passed over.
fn numbers(letters: &[char]) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let mut run: Vec<usize> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        if digit(*letter).is_some() {
            run.push(at);
        } else if is_check_x(*letter) && run.len() >= 17 {
            run.push(at);
            take(letters, &mut run, &mut found);
        } else if !is_gap(*letter) || run.is_empty() {
            take(letters, &mut run, &mut found);
        }
    }
    take(letters, &mut run, &mut found);
    found
}

/// Takes the numbers out of a run of digits.
fn take(letters: &[char], run: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    let digits: Vec<u32> = run.iter().map(|at| digit(letters[*at]).unwrap_or(10)).collect();
    let mut start = 0;
    while start < digits.len() {
        let length = LENGTHS.into_iter().find(|length| {
            let window = digits.get(start..start + length);
            let alone = *length == 18 || digits.len() == 15;
            alone && window.is_some_and(is_number)
        });
        match length {
            Some(length) => {
                found.push(run[start..start + length].to_vec());
                start += length;
            }
            None => start += 1,
        }
    }
    run.clear();
}

/// Six digits of a division, a date of birth, a sequence and (of 18) a check character.
fn is_number(digits: &[u32]) -> bool {
    let value = |range: std::ops::Range<usize>| -> u32 {
        digits[range].iter().fold(0, |sum, digit| sum * 10 + digit)
    };
    let is_day = |month: usize| {
        (1..=12).contains(&value(month..month + 2))
            && (1..=31).contains(&value(month + 2..month + 4))
    };
    let plain = digits[..digits.len() - 1].iter().all(|digit| *digit < 10);
    let born = match digits.len() {
        18 => (1850..2100).contains(&value(6..10)) && is_day(10),
        _ => is_day(8),
    };
    plain && digits[0] > 0 && born
}

/// The value of a digit of any width.
fn digit(letter: char) -> Option<u32> {
    match letter {
        '\u{ff10}'..='\u{ff19}' => Some(u32::from(letter) - 0xff10),
        other => other.to_digit(10),
    }
}

/// The check character X, and what stands for it.
fn is_check_x(letter: char) -> bool {
    matches!(letter, 'X' | 'x' | 'Ｘ' | 'ｘ' | '×' | 'Х' | 'х' | 'Χ' | 'χ' | 'Ⅹ')
}

fn is_gap(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{3000}' | '-' | '－' | '\'' | '\u{200b}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn numbers_are_hidden_wherever_they_stand() {
        let cases = [
            ("“23992120021130226X”不是姓名", "“239921********226X”不是姓名"),
            ("23992120021130226x", "239921********226x"),
            ("王丽 239921 20021130 226X", "王丽 239921 ******** 226X"),
            ("号２３９９２１２００２１１３０２２６Ｘ", "号２３９９２１********２２６Ｘ"),
            ("239921021130226", "239921*****0226"),
            ("239921200211302261，239921200211302262", "239921********2261，239921********2262"),
            ("残疾证23992120021130226112", "残疾证239921********226112"),
        ];
        for (text, expected) in cases {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    /// Found by fuzzing: what the first number leaves is as long as an old one.
    #[test]
    fn nothing_that_is_left_of_a_run_is_a_number() {
        for text in ["230895200111091423089520011109148658653", "2308952001110914865123456789012"] {
            assert!(!super::holds_number(&masked(text)), "{text}: {}", masked(text));
        }
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "",
            "人编号230800000001与230800000002",
            "学籍编号201900010002000300",
            "2019-03-01至2019-06-10共12行",
            "239921********226X",
            "电话15400000001、15400000002",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn masking_twice_changes_nothing(text in "[0-9X一 -]{0,60}|(230895200111091[0-9]){1,3}[0-9]{0,20}") {
            let once = masked(&text).into_owned();
            proptest::prop_assert_eq!(masked(&once), once.as_str());
        }
    }
}
