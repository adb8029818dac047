//! Search words, and the people they match.

use crate::records::Facts;
use crate::results::Results;

/// Fewest digits that count as the end of a number.
const FEWEST_DIGITS: usize = 4;

/// Search words: every one has to match.
#[derive(Clone, Debug)]
pub(super) struct SearchWords {
    list: Vec<String>,
}

impl SearchWords {
    /// The words of a text; `x` at the end of a number is `X`, and full-width digits are digits.
    pub(super) fn new(text: &str) -> Self {
        let text: String = text.chars().map(narrow).collect();
        Self { list: text.split_whitespace().map(str::to_uppercase).collect() }
    }

    /// Whether there are no words.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether every word fits; the closure is also given whether the word is a number or the end of one.
    pub(super) fn each(&self, fits: impl Fn(&str, bool) -> bool) -> bool {
        self.list.iter().all(|word| fits(word, is_number(word)))
    }

    /// Whether the words match a person.
    pub(super) fn mean(&self, results: &Results, facts: &Facts) -> bool {
        self.each(|word, is_number| fits(word, is_number, results, facts))
    }
}

/// A full-width letter or digit as the plain one.
fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        letter => letter,
    }
}

fn is_number(word: &str) -> bool {
    word.len() >= FEWEST_DIGITS
        && word.chars().enumerate().all(|(place, letter)| {
            letter.is_ascii_digit() || (letter == 'X' && place + 1 == word.len())
        })
}

/// A number is met whole or by its last four digits or more; anything else by name or place.
fn fits(word: &str, is_number: bool, results: &Results, facts: &Facts) -> bool {
    if is_number {
        let number = facts.id.text().to_uppercase();
        return number == word || number.ends_with(word);
    }
    let place = &facts.place;
    let named = facts.name.text().contains(word)
        || facts.name.raw().contains(word)
        || facts.name.folded().contains(word);
    let gazetteer = &results.records.gazetteer;
    let known = [place.village, place.town].into_iter().any(|id| gazetteer.name(id).contains(word));
    named || known || place.raw.contains(word)
}
