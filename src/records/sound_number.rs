//! A sound ID number as one integer, to look it up, sort and group by.

use std::num::NonZeroU64;

use super::check_digit::digit_value;
use super::id_number::{IdNumber, UNKNOWN};

/// Values of one digit: 0–9 and X.
const DIGIT_VALUES: u64 = 11;

/// How many numbers begin with the same fifteen digits: three more digits follow.
const OF_ONE_HEAD: u64 = DIGIT_VALUES.pow(3);

/// A sound ID number. Smaller numbers come first as their texts do, X behind 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SoundNumber(NonZeroU64);

/// First fifteen digits of an ID number: area, birth date and the beginning of the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FirstDigits(u64);

/// Digits as one integer; `None` when one of them is unknown.
pub fn joined_digits(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |sum, digit| {
        (*digit != UNKNOWN).then(|| sum * DIGIT_VALUES + u64::from(*digit))
    })
}

impl SoundNumber {
    /// Of the digits of a sound number.
    pub fn of_digits(digits: &[u8; 18]) -> Option<Self> {
        joined_digits(digits).and_then(Self::new)
    }

    /// Of the text of a sound number.
    pub fn of_text(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.chars().map(digit_value).collect::<Option<_>>()?;
        Self::of_digits(digits.as_slice().try_into().ok()?)
    }

    /// A number as [`Self::get`] gave it.
    pub fn new(number: u64) -> Option<Self> {
        NonZeroU64::new(number).map(Self)
    }

    /// The integer.
    pub fn get(self) -> u64 {
        self.0.get()
    }

    /// Its first fifteen digits.
    pub fn first_digits(self) -> FirstDigits {
        FirstDigits(self.get() / OF_ONE_HEAD)
    }
}

impl FirstDigits {
    /// Of a number of which they are known, sound or not.
    pub fn of(id: &IdNumber) -> Option<Self> {
        joined_digits(&id.digits()[..15]).map(Self)
    }
}

impl IdNumber {
    /// The number as one integer, if it is sound.
    pub fn sound_number(&self) -> Option<SoundNumber> {
        self.is_sound().then(|| SoundNumber::of_digits(&self.digits())).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::{FirstDigits, SoundNumber};
    use crate::records::id_column::ColumnVerdict;
    use crate::records::identifier::{IdNumber, parse};
    use crate::sources::RawCell;

    fn read(text: &str) -> IdNumber {
        parse(&RawCell::Text(text.into()), ColumnVerdict::SOUND, None)
    }

    #[test]
    fn numbers_are_in_the_order_of_their_texts() {
        let of = |text: &str| read(text).sound_number();
        let (first, second) = (of("239901197105061220"), of("239901200501011238"));
        assert!(first.is_some() && first < second);
        assert_eq!(SoundNumber::of_text("239901197105061220"), first);
        assert_eq!(of("239901200501011239"), None, "the check digit does not fit");
    }

    #[test]
    fn the_head_of_a_whole_number_is_the_head_of_a_cut_one() {
        let whole = read("239901200501011238").sound_number().map(SoundNumber::first_digits);
        assert_eq!(whole, FirstDigits::of(&read("239901200501011***")));
        assert!(whole.is_some());
    }
}
