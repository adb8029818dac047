//! Name and ID number in each other's column, in a few rows or in all of them.

use super::id_column::ColumnVerdict;
use super::identifier::{self, IdClass};
use super::person_name;
use super::text::compact;
use crate::sources::RawCell;

/// What stands where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exchange {
    /// Everything in its place, as far as can be told.
    None,
    /// The number stands in the name column and the name in the number's.
    Both,
    /// The number stands in the name column, and in its own nothing.
    Name,
}

/// Tells from both cells. A number that is a whole citizen's number beside a name of Chinese
/// characters leaves no doubt; everything less is left where it is.
pub(super) fn told(name: &RawCell, id: &RawCell) -> Exchange {
    if !may_be_number(name) || !is_citizens(name) {
        return Exchange::None;
    }
    match id {
        RawCell::Empty => Exchange::Name,
        other if is_name(other) => Exchange::Both,
        _ => Exchange::None,
    }
}

/// Cheap, since it is asked of every row.
fn may_be_number(cell: &RawCell) -> bool {
    match cell {
        RawCell::Text(text) => text.chars().filter(char::is_ascii_digit).count() >= 14,
        RawCell::Number(number) => *number >= 1e14,
        _ => false,
    }
}

/// A number that holds by itself, or what a spreadsheet or a mask has left of one.
fn is_citizens(cell: &RawCell) -> bool {
    let id = identifier::parse(cell, ColumnVerdict::SOUND, None);
    matches!(id.class, IdClass::Intact | IdClass::Repaired | IdClass::Truncated | IdClass::Masked)
}

fn is_name(cell: &RawCell) -> bool {
    let name = person_name::parse(cell);
    let hanzi = name.text().chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    let digits = compact(cell).chars().any(|c| c.is_ascii_digit());
    hanzi >= 2 && !digits
}

#[cfg(test)]
mod tests {
    use super::{Exchange, told};
    use crate::sources::RawCell;

    #[test]
    fn only_what_is_certain_is_turned_round() {
        let number = "239901200501011238";
        let cases = [
            (number, "王丽华", Exchange::Both),
            ("239901 20050101 1238", "阿依古丽·买买提", Exchange::Both),
            (number, "", Exchange::Name),
            (number, "239901200501011238", Exchange::None),
            (number, "无", Exchange::None),
            ("王丽华", number, Exchange::None),
            ("王丽华", "", Exchange::None),
            ("239901200501011239", "王丽华", Exchange::None),
            ("王丽华239901200501011238", "王丽华", Exchange::None),
        ];
        let cell = |text: &str| match text {
            "" => RawCell::Empty,
            text => RawCell::Text(text.into()),
        };
        for (name, id, expected) in cases {
            assert_eq!(told(&cell(name), &cell(id)), expected, "{name} {id}");
        }
    }
}
