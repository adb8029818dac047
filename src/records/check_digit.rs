//! The check digit of an 18-digit ID number (GB 11643, ISO 7064 MOD 11-2).

pub(super) fn digit_value(letter: char) -> Option<u8> {
    match letter {
        'X' => Some(10),
        _ => letter.to_digit(10).and_then(|digit| u8::try_from(digit).ok()),
    }
}

/// Check digit of the first 17 digits (ISO 7064 MOD 11-2): 0–9, or 10 for X.
pub fn check_digit(digits: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    u8::try_from((12 - sum % 11) % 11).expect("a remainder of 11")
}

/// Whether 18 digits (no X) end in their check digit.
pub(super) fn check_fits(text: &str) -> bool {
    let digits: Vec<u8> = text.chars().filter_map(digit_value).collect();
    digits.len() == 18 && check_digit(&digits) == digits[17]
}
