//! Chinese person names: equal, heard alike, looking alike, or of one family.

use super::levels;
use crate::linkage::engine::interner::{DistinctName, Names};
use crate::records::person_name::{SoundLevel, same_sound, similar_shape};

levels! {
    /// Levels of the name comparison, strongest first.
    NameLevel {
        /// Equal after cleaning.
        Equal = "equal" / "相同",
        /// Equal after traditional and variant forms are folded.
        Folded = "folded" / "异体或繁简之别",
        /// Equal but for characters one side could not write.
        UnknownGlyph = "unknown_glyph" / "除无法显示的字外相同",
        /// Every differing character has the same toneless reading.
        Sound = "sound" / "同音",
        /// Same sound after the north-eastern mergers (zh/z, n/l, in/ing …).
        MergedSound = "merged_sound" / "近音",
        /// Every differing character looks or sounds alike.
        Shape = "shape" / "形近",
        /// The same characters in another order.
        Swapped = "swapped" / "字序颠倒",
        /// One character is missing on one side, or one part of a name that `·` divides.
        OneMissing = "one_missing" / "缺一字",
        /// Same given name, another surname.
        SameGiven = "same_given" / "名同姓不同",
        /// Same surname and one given character in common: the way siblings are named.
        OneCharacter = "one_character" / "一字不同",
        /// Same surname, another given name.
        SameSurname = "same_surname" / "仅姓相同",
        /// Different.
        Different = "different" / "不同",
        /// Nothing to compare.
        Missing = "missing" / "缺失",
    }
}

/// Compares two names given by number.
pub fn compare(names: &Names, left: u32, right: u32) -> NameLevel {
    if left == right {
        return if names.get(left).is_some() { NameLevel::Equal } else { NameLevel::Missing };
    }
    match (names.get(left), names.get(right)) {
        (Some(a), Some(b)) if a.folded == b.folded => NameLevel::Folded,
        (Some(a), Some(b)) if a.chars.len() == b.chars.len() => compare_same_length(a, b),
        (Some(a), Some(b)) => compare_lengths(a, b),
        _ => NameLevel::Missing,
    }
}

fn compare_same_length(a: &DistinctName, b: &DistinctName) -> NameLevel {
    if (a.has_unknown || b.has_unknown)
        && let Some(level) = compare_unknown(a, b)
    {
        return level;
    }
    match weakest(a, b) {
        Likeness::Sound => NameLevel::Sound,
        Likeness::MergedSound => NameLevel::MergedSound,
        Likeness::Shape => NameLevel::Shape,
        Likeness::None if same_letters(a, b) => NameLevel::Swapped,
        Likeness::None => family(a, b),
    }
}

fn differences<'a>(
    a: &'a DistinctName,
    b: &'a DistinctName,
) -> impl Iterator<Item = (char, char)> + 'a {
    a.chars.iter().copied().zip(b.chars.iter().copied()).filter(|(x, y)| x != y)
}

/// How the least alike of the characters that differ are.
fn weakest(a: &DistinctName, b: &DistinctName) -> Likeness {
    let mut weakest = Likeness::Sound;
    for (x, y) in differences(a, b) {
        weakest = weakest.min(likeness(x, y));
        if weakest == Likeness::None {
            break;
        }
    }
    weakest
}

/// Weakest first, so that `min` over the characters gives the level of the whole name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    None,
    Shape,
    MergedSound,
    Sound,
}

fn likeness(a: char, b: char) -> Likeness {
    match same_sound(a, b) {
        SoundLevel::Exact => Likeness::Sound,
        SoundLevel::Merged => Likeness::MergedSound,
        SoundLevel::Different if similar_shape(a, b) => Likeness::Shape,
        SoundLevel::Different => Likeness::None,
    }
}

/// With unknown characters left out the rest must agree, and more than half must be known.
fn compare_unknown(a: &DistinctName, b: &DistinctName) -> Option<NameLevel> {
    let known = a.chars.iter().zip(&b.chars).filter(|(x, y)| **x != '?' && **y != '?');
    let count = known.clone().count();
    (known.clone().all(|(x, y)| x == y) && count * 2 >= a.chars.len() && count > 0)
        .then_some(NameLevel::UnknownGlyph)
}

/// Whether two names of one length have the same characters; names are short, so counting beats
/// sorting copies.
fn same_letters(a: &DistinctName, b: &DistinctName) -> bool {
    let count =
        |name: &DistinctName, letter: char| name.chars.iter().filter(|c| **c == letter).count();
    a.chars.iter().all(|letter| count(a, *letter) == count(b, *letter))
}

fn compare_lengths(a: &DistinctName, b: &DistinctName) -> NameLevel {
    let (short, long) = if a.chars.len() < b.chars.len() { (a, b) } else { (b, a) };
    let missing_one = long.chars.len() == short.chars.len() + 1
        && short.chars.len() >= 2
        && drops_one(&short.chars, &long.chars);
    if missing_one || is_part(&short.chars, &long.chars) {
        NameLevel::OneMissing
    } else {
        family(a, b)
    }
}

fn drops_one(short: &[char], long: &[char]) -> bool {
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    short[same..] == long[same + 1..]
}

/// Whether a name is one of the parts that `·` separates in the other.
fn is_part(short: &[char], long: &[char]) -> bool {
    short.len() >= 2 && long.split(|letter| *letter == '·').any(|part| part == short)
}

fn family(a: &DistinctName, b: &DistinctName) -> NameLevel {
    let given = |name: &DistinctName| name.chars.len() - name.surname;
    if a.surname_text == b.surname_text {
        let one = a.chars.len() == b.chars.len() && given(a) >= 2 && differences(a, b).count() == 1;
        return if one { NameLevel::OneCharacter } else { NameLevel::SameSurname };
    }
    if a.given_text == b.given_text && given(a) >= 2 {
        return NameLevel::SameGiven;
    }
    NameLevel::Different
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::person_name::fold;

    #[test]
    fn levels_follow_the_slip() {
        let cases = [
            ("陈秀英", "陈秀英", NameLevel::Equal),
            ("陈秀英", "陳秀英", NameLevel::Folded),
            ("王芳", "王方", NameLevel::Sound),
            ("陈秀英", "陈秀芳", NameLevel::OneCharacter),
            ("李晓?", "李晓堃", NameLevel::UnknownGlyph),
            ("李明晓", "李晓明", NameLevel::Swapped),
            ("李晓", "李晓明", NameLevel::OneMissing),
            ("古丽娜尔", "古丽娜尔·玉山", NameLevel::OneMissing),
            ("赵国强", "孙国强", NameLevel::SameGiven),
            ("王建国", "王淑芬", NameLevel::SameSurname),
            ("王建国", "李淑芬", NameLevel::Different),
            ("王建国", "", NameLevel::Missing),
        ];
        let mut names = Names::default();
        for (left, right, level) in cases {
            let a = names.intern(left, &fold(left));
            let b = names.intern(right, &fold(right));
            assert_eq!(compare(&names, a, b), level, "{left} {right}");
            assert_eq!(compare(&names, b, a), level, "{right} {left}");
        }
    }
}
