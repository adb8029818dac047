//! Names and texts of both sides, each kept once: rows carry small integers, and whatever is
//! costly about a string (sound, shape, surname) is worked out once per distinct value.

use compact_str::CompactString;

use crate::records::person_name;

/// No value.
pub const NONE: u32 = u32::MAX;

/// A list of distinct strings with their numbers.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    /// Numbers, each at the place its hash names or behind it; [`NONE`] where no text is. Never more than
    /// half full, and a power of two long.
    places: Vec<u32>,
    texts: Vec<CompactString>,
    hashes: Vec<u64>,
}

/// A hash of a text that is the same in every process, whatever texts it has met before (FNV-1a with a
/// finaliser, so that all bits depend on all letters).
pub fn text_hash(text: &str) -> u64 {
    let sum = text.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    let mixed = (sum ^ (sum >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ (mixed >> 32)
}

impl Interner {
    /// The number of a text; [`NONE`] for the empty text.
    pub fn intern(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return NONE;
        }
        if self.places.len() <= self.texts.len() * 2 {
            self.grow();
        }
        let hash = text_hash(text);
        let place = self.place(hash, |number| self.texts[number as usize].as_str() == text);
        if self.places[place] == NONE {
            self.places[place] = u32::try_from(self.texts.len()).expect("fewer than 2^32 texts");
            self.hashes.push(hash);
            self.texts.push(CompactString::from(text));
        }
        self.places[place]
    }

    /// Where a text of this hash stands, or belongs.
    fn place(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> usize {
        let last = self.places.len() - 1;
        let mut place = usize::try_from(hash & 0xffff_ffff).unwrap_or(0) & last;
        loop {
            let number = self.places[place];
            if number == NONE || (self.hashes[number as usize] == hash && is_it(number)) {
                return place;
            }
            place = (place + 1) & last;
        }
    }

    fn grow(&mut self) {
        self.places = vec![NONE; (self.places.len() * 2).max(64)];
        for (number, hash) in (0..).zip(&self.hashes) {
            let place = self.place(*hash, |_| false);
            self.places[place] = number;
        }
    }

    /// The text of a number; empty for [`NONE`].
    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", CompactString::as_str)
    }

    /// [`text_hash`] of a number's text; `None` for [`NONE`].
    pub fn hash(&self, number: u32) -> Option<u64> {
        self.hashes.get(number as usize).copied()
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// One distinct name with what comparison needs of it.
#[derive(Clone, Debug)]
pub struct DistinctName {
    /// Characters of the folded name.
    pub chars: Box<[char]>,
    /// How many of them are the surname.
    pub surname: usize,
    /// Number of the folded text: equal numbers mean equal up to variant forms.
    pub folded: u32,
    /// Number of the sound key (toneless, north-eastern mergers).
    pub sound: u32,
    /// Number of the surname text.
    pub surname_text: u32,
    /// Number of the given name text.
    pub given_text: u32,
    /// Whether a character is unknown (`?`).
    pub has_unknown: bool,
}

/// All distinct names of both sides.
#[derive(Clone, Debug, Default)]
pub struct Names {
    texts: Interner,
    parts: Interner,
    described: Vec<DistinctName>,
}

impl Names {
    /// The number of a name given as cleaned and folded text; [`NONE`] when empty.
    pub fn intern(&mut self, text: &str, folded: &str) -> u32 {
        let known = self.texts.len();
        let number = self.texts.intern(text);
        if number != NONE && self.texts.len() > known {
            let name = self.describe(folded);
            self.described.push(name);
        }
        number
    }

    fn describe(&mut self, folded: &str) -> DistinctName {
        let chars: Box<[char]> = folded.chars().collect();
        let surname = person_name::surname_length(folded).min(chars.len());
        let text = |part: &[char]| part.iter().collect::<String>();
        DistinctName {
            surname,
            folded: self.parts.intern(folded),
            sound: self.parts.intern(&format!("~{}", person_name::sound_key(folded))),
            surname_text: self.parts.intern(&text(&chars[..surname])),
            given_text: self.parts.intern(&text(&chars[surname..])),
            has_unknown: chars.contains(&'?'),
            chars,
        }
    }

    /// The folded text of a number; empty for [`NONE`].
    pub fn folded(&self, number: u32) -> &str {
        self.get(number).map_or("", |name| self.parts.text(name.folded))
    }

    /// [`text_hash`] of a part of a name: its folded text, its sound, its surname.
    pub fn hash(&self, part: u32) -> Option<u64> {
        self.parts.hash(part)
    }

    /// The name of a number.
    pub fn get(&self, number: u32) -> Option<&DistinctName> {
        self.described.get(number as usize)
    }
}
