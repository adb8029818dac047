//! Where two ID numbers differ, said so that a clerk finds the digit: `一位差：第15位 3→8`.

use crate::records::identifier::{IdClass, IdNumber, UNKNOWN};

/// At most so many differing positions are listed one by one.
const LISTED: usize = 3;

/// The parts of a number by GB 11643-1999: from, to (from 0, end excluded) and name.
const PARTS: [(usize, usize, &str); 4] =
    [(0, 6, "地址码"), (6, 14, "出生日期码"), (14, 17, "顺序码"), (17, 18, "校验码")];

/// Stands for a position that is not known and so differs from nothing.
const UNSEEN: char = '*';

/// What the number stands for: 18 characters where it is sound, cut or masked, else its text.
fn number(id: &IdNumber) -> Vec<char> {
    match id.class {
        IdClass::Invalid | IdClass::Missing => id.text().chars().collect(),
        _ => id.digits().iter().map(|digit| character(*digit)).collect(),
    }
}

fn character(digit: u8) -> char {
    match digit {
        0..=9 => char::from(b'0' + digit),
        10 => 'X',
        _ => UNSEEN,
    }
}

/// How many positions of a cut or masked number are known.
pub(super) fn known_positions(id: &IdNumber) -> usize {
    id.digits().iter().filter(|digit| **digit != UNKNOWN).count()
}

/// The difference between the source's number and the registry's.
pub(super) fn describe(source: &IdNumber, registry: &IdNumber) -> String {
    let (left, right) = (number(source), number(registry));
    if left.is_empty() || right.is_empty() {
        return "一方没有证件号码".to_owned();
    }
    if left.len() == right.len() {
        return same_length(&left, &right);
    }
    if let Some(position) = one_missing(&left, &right) {
        return format!("漏位：少第{}位的{}", position + 1, right[position]);
    }
    if let Some(position) = one_missing(&right, &left) {
        return format!("多位：多出第{}位的{}", position + 1, left[position]);
    }
    format!("位数不同：{}位与{}位", left.len(), right.len())
}

fn same_length(left: &[char], right: &[char]) -> String {
    let seen = |i: &usize| left[*i] != UNSEEN && right[*i] != UNSEEN;
    let differing: Vec<usize> =
        (0..left.len()).filter(seen).filter(|i| left[*i] != right[*i]).collect();
    match differing.as_slice() {
        [] => "可见的各位相同".to_owned(),
        [one] => format!("一位差：第{}位 {}→{}", one + 1, left[*one], right[*one]),
        [first, second] if is_swap(left, right, *first, *second) => format!(
            "换位：第{}、{}位 {}{}→{}{}",
            first + 1,
            second + 1,
            left[*first],
            left[*second],
            right[*first],
            right[*second]
        ),
        several => many(left, right, several),
    }
}

/// Two positions exchanged; neighbours, or the ends of a stretch typed the wrong way round.
fn is_swap(left: &[char], right: &[char], first: usize, second: usize) -> bool {
    second - first <= 2 && left[first] == right[second] && left[second] == right[first]
}

fn many(left: &[char], right: &[char], differing: &[usize]) -> String {
    if differing.len() <= LISTED {
        let shown: Vec<String> =
            differing.iter().map(|i| format!("第{}位 {}→{}", i + 1, left[*i], right[*i])).collect();
        return format!("{}位不同：{}", differing.len(), shown.join("，"));
    }
    let parts: Vec<&str> = PARTS
        .iter()
        .filter(|(from, to, _)| differing.iter().any(|i| (from..to).contains(&i)))
        .map(|(_, _, name)| *name)
        .collect();
    format!("{}位不同，在{}", differing.len(), parts.join("、"))
}

/// Position in `long` of the one character that `short` lacks.
fn one_missing(short: &[char], long: &[char]) -> Option<usize> {
    if short.len() + 1 != long.len() {
        return None;
    }
    let start = short.iter().zip(long).take_while(|(left, right)| left == right).count();
    (short[start..] == long[start + 1..]).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::describe;
    use crate::records::identifier::{IdClass, IdNumber, IdParts, UNKNOWN};

    fn id(text: &str) -> IdNumber {
        IdParts { class: IdClass::Invalid, text: text.into(), ..IdParts::default() }.into()
    }

    #[test]
    fn says_where_the_digits_differ() {
        let registry = "230822200001013456";
        let cases = [
            ("230822200001018456", "一位差：第15位 8→3"),
            ("230822200001014356", "换位：第15、16位 43→34"),
            ("230822200001010056", "2位不同：第15位 0→3，第16位 0→4"),
            ("23082220000101345", "漏位：少第18位的6"),
            ("2308222000010134566", "多位：多出第19位的6"),
            ("230822199912313456", "7位不同，在出生日期码"),
            ("2308", "位数不同：4位与18位"),
            ("", "一方没有证件号码"),
        ];
        for (source, expected) in cases {
            assert_eq!(describe(&id(source), &id(registry)), expected, "{source}");
        }
    }

    #[test]
    fn lost_positions_do_not_differ() {
        let digits = [2, 3, 0, 4, 9, 6, 2, 0, 0, 0, 0, 1, 0, 1, 1, 7, 1, 0];
        let of = |class, digits| IdNumber::from(IdParts { class, digits, ..IdParts::default() });
        let registry = of(IdClass::Intact, digits);
        let mut lost = digits;
        lost[15..].fill(UNKNOWN);
        assert_eq!(describe(&of(IdClass::Truncated, lost), &registry), "可见的各位相同");
        lost[..2].copy_from_slice(&[3, 2]);
        assert_eq!(describe(&of(IdClass::Truncated, lost), &registry), "换位：第1、2位 32→23");
    }
}
