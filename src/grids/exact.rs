//! Numbers whose digits a file holds in full.
//!
//! Spreadsheets calculate with doubles, which keep 15 to 17 digits, and an ID number has 18. Where a
//! program wrote all 18 as a number, the digits are in the file and only a reader that goes through a
//! double loses them. But a program may also have written out a double to 18 places. Which of the two it
//! was shows in the file as a whole: digits that no double would be written with.

/// Shorter numbers are the same in a double.
pub(super) const FEWEST: usize = 16;

/// What the long numbers of a file show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NumberEvidence {
    beyond_double: bool,
}

impl NumberEvidence {
    /// Looks at a text that may be a number.
    pub(super) fn look(&mut self, text: &str) {
        self.beyond_double |= digits(text).is_some_and(is_beyond_double);
    }

    /// Looks at what was found elsewhere in the file.
    pub(super) fn add(&mut self, other: Self) {
        self.beyond_double |= other.beyond_double;
    }

    /// Whether the program that wrote the file kept all digits.
    pub(super) fn is_exact(self) -> bool {
        self.beyond_double
    }

    /// The number as text, where its digits are to be believed. Three zeros at the end are what
    /// Excel leaves of an ID number, whoever wrote them out again.
    pub(super) fn exact(self, text: &str) -> Option<&str> {
        digits(text).filter(|digits| self.beyond_double && !digits.ends_with("000"))
    }
}

/// A whole number of more digits than a double keeps.
fn digits(text: &str) -> Option<&str> {
    let text = text.trim();
    let whole = text.split_once('.').map_or(text, |(whole, zeros)| {
        if zeros.bytes().all(|byte| byte == b'0') { whole } else { "" }
    });
    let long = whole.len() >= FEWEST && whole.bytes().all(|byte| byte.is_ascii_digit());
    long.then_some(whole)
}

/// Whether a double would be written with other digits, both to its last place and as short as it can.
fn is_beyond_double(digits: &str) -> bool {
    let Ok(double) = digits.parse::<f64>() else { return false };
    let (shortest, in_full) = (double.to_string(), format!("{double:.0}"));
    digits != shortest && digits != in_full
}

#[cfg(test)]
mod tests {
    use super::NumberEvidence;

    fn exact(all: &[&str]) -> Vec<bool> {
        let mut evidence = NumberEvidence::default();
        for text in all {
            evidence.look(text);
        }
        all.iter().map(|text| evidence.exact(text).is_some()).collect()
    }

    #[test]
    fn digits_that_no_double_has_are_believed() {
        assert_eq!(exact(&["239921200304121134", "239922200401053379.0"]), [true, true]);
        // One that happens to be a double's, among others.
        assert_eq!(exact(&["239921200304121134", "239921200304121120"]), [true, true]);
        assert_eq!(exact(&["239921200304121134", "239921200304121000"]), [true, false]);
    }

    #[test]
    fn a_double_written_out_is_not() {
        let double = 239_921_200_304_121_134_f64;
        let in_full = format!("{double:.0}");
        assert_eq!(exact(&[&in_full, &double.to_string(), "239921200304121000"]), [false; 3]);
        assert_eq!(exact(&["12345", "239921200304121134.5", "2.39E17"]), [false; 3]);
    }
}
