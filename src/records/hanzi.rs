//! What the comparison of names has to know of a character: its folded form, its readings, its
//! shape. The table is embedded (`schemas/hanzi/README.md`) and unpacked once.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use compact_str::CompactString;
use pinyin::ToPinyin;
use rustc_hash::FxHashMap;

use super::area_code::unpack;

const CHARACTERS: &[u8] = include_bytes!("../../schemas/hanzi/characters.tsv.gz");
const SURNAMES: &str = include_str!("../../schemas/hanzi/surnames.tsv");

/// Two characters are similar in shape from this mean of four-corner, Cangjie and component
/// likeness on (in thousandths): the 99th percentile of random pairs of GB 2312 characters.
const SIMILAR_SHAPE: u32 = 450;

/// How two characters relate in sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SoundLevel {
    /// No common reading.
    Different,
    /// A common reading once the sounds the north-east does not keep apart are merged:
    /// zh/z, ch/c, sh/s, n/l, in/ing, en/eng, an/ang.
    Merged,
    /// A common reading, tones aside.
    Exact,
}

/// One character's features.
#[derive(Debug, Default)]
struct Features {
    folded: Option<char>,
    /// Readings without tone, as numbers of [`HanziTable::syllables`].
    readings: Vec<u16>,
    /// The same after merging.
    merged: Vec<u16>,
    four_corner: [u8; 5],
    cangjie: Vec<u8>,
    components: Vec<u32>,
}

struct HanziTable {
    /// Position in `features` plus one for characters of the basic plane; 0 where there is none.
    basic: Vec<u16>,
    /// The same for all other planes.
    others: FxHashMap<char, u16>,
    features: Vec<Features>,
    syllables: Vec<CompactString>,
    surnames: FxHashMap<&'static str, Vec<&'static str>>,
}

fn table() -> &'static HanziTable {
    static TABLE: OnceLock<HanziTable> = OnceLock::new();
    TABLE.get_or_init(HanziTable::unpack)
}

impl HanziTable {
    fn unpack() -> Self {
        let text = unpack(CHARACTERS);
        let mut syllables = Syllables::default();
        let mut table = Self {
            basic: vec![0; 0x1_0000],
            others: FxHashMap::default(),
            features: Vec::new(),
            syllables: Vec::new(),
            surnames: surnames(),
        };
        for line in text.lines() {
            if let Some((letter, features)) = read_line(line, &mut syllables) {
                table.features.push(features);
                table.index(letter);
            }
        }
        table.syllables = syllables.names;
        table
    }

    /// Points a character at the features pushed last.
    fn index(&mut self, letter: char) {
        let position = u16::try_from(self.features.len()).expect("fewer than 65,536 characters");
        match self.basic.get_mut(u32::from(letter) as usize) {
            Some(slot) => *slot = position,
            None => drop(self.others.insert(letter, position)),
        }
    }

    fn get(&self, letter: char) -> Option<&Features> {
        let position = match self.basic.get(u32::from(letter) as usize) {
            Some(position) => *position,
            None => self.others.get(&letter).copied().unwrap_or(0),
        };
        self.features.get(usize::from(position).checked_sub(1)?)
    }
}

/// Numbers syllables in order of first appearance.
#[derive(Default)]
struct Syllables {
    names: Vec<CompactString>,
    numbers: BTreeMap<CompactString, u16>,
}

impl Syllables {
    fn number(&mut self, syllable: &str) -> u16 {
        if let Some(number) = self.numbers.get(syllable) {
            return *number;
        }
        let number = u16::try_from(self.names.len()).expect("a few hundred syllables");
        self.names.push(syllable.into());
        self.numbers.insert(syllable.into(), number);
        number
    }
}

/// character, folded form, readings, four-corner, Cangjie, components (tab-separated).
fn read_line(line: &str, syllables: &mut Syllables) -> Option<(char, Features)> {
    let mut cells = line.split('\t');
    let letter = cells.next()?.chars().next()?;
    let mut features = Features { folded: cells.next()?.chars().next(), ..Features::default() };
    for reading in cells.next()?.split(',').filter(|reading| !reading.is_empty()) {
        features.readings.push(syllables.number(reading));
        features.merged.push(syllables.number(&merge(reading)));
    }
    for (slot, digit) in features.four_corner.iter_mut().zip(cells.next()?.bytes()) {
        *slot = digit;
    }
    features.cangjie = cells.next()?.bytes().collect();
    features.components = cells.next()?.split(' ').filter_map(component).collect();
    features.components.sort_unstable();
    Some((letter, features))
}

/// A component: a character, or the number of a part that is no character.
fn component(text: &str) -> Option<u32> {
    const NUMBERED: u32 = 0x20_0000;
    match text.parse::<u32>() {
        Ok(number) => Some(NUMBERED + number),
        Err(_) => text.chars().next().map(u32::from),
    }
}

fn surnames() -> FxHashMap<&'static str, Vec<&'static str>> {
    let rows = SURNAMES.lines().filter_map(|line| line.split_once('\t'));
    rows.map(|(surname, reading)| (surname, reading.split(' ').collect())).collect()
}

/// Merges the sounds north-eastern speech does not keep apart.
fn merge(syllable: &str) -> CompactString {
    let (initial, rest) = match syllable.as_bytes() {
        [first @ (b'z' | b'c' | b's'), b'h', ..] => (char::from(*first), syllable.get(2..)),
        [b'n', _, ..] => ('l', syllable.get(1..)),
        [first, ..] => (char::from(*first), syllable.get(1..)),
        [] => return CompactString::default(),
    };
    let mut merged = CompactString::default();
    merged.push(initial);
    merged.push_str(rest.unwrap_or_default());
    if merged.ends_with("ng") && !merged.ends_with("ong") {
        merged.pop();
    }
    merged
}

/// The form a character is compared as: traditional, variant and rare forms become one common
/// character; all others stay.
pub(super) fn folded(letter: char) -> char {
    table().get(letter).and_then(|features| features.folded).unwrap_or(letter)
}

/// How two characters relate in sound; any of their readings counts (heteronyms).
pub fn same_sound(a: char, b: char) -> SoundLevel {
    if a == b {
        return SoundLevel::Exact;
    }
    let (Some(a), Some(b)) = (table().get(a), table().get(b)) else {
        return SoundLevel::Different;
    };
    let share = |a: &[u16], b: &[u16]| a.iter().any(|reading| b.contains(reading));
    if share(&a.readings, &b.readings) {
        SoundLevel::Exact
    } else if share(&a.merged, &b.merged) {
        SoundLevel::Merged
    } else {
        SoundLevel::Different
    }
}

/// Whether two different characters are easily taken for one another in writing.
pub fn similar_shape(a: char, b: char) -> bool {
    a != b && shape_likeness(a, b) >= SIMILAR_SHAPE
}

/// Mean of four-corner, Cangjie and component likeness, in thousandths; 0 when unknown, and where it falls
/// short of [`SIMILAR_SHAPE`] by the other two alone.
fn shape_likeness(a: char, b: char) -> u32 {
    let (Some(a), Some(b)) = (table().get(a), table().get(b)) else { return 0 };
    let (corners, components) = (four_corner_likeness(a, b), component_likeness(a, b));
    // Cangjie is the dear one, and most characters have little else in common.
    let falls_short = |(x, y): (u32, u32)| x + y + 1000 < 3 * SIMILAR_SHAPE;
    if corners.zip(components).is_some_and(falls_short) {
        return 0;
    }
    let parts = [corners, cangjie_likeness(a, b), components];
    let (sum, known) =
        parts.into_iter().flatten().fold((0, 0), |(sum, n), part| (sum + part, n + 1));
    if known < 2 { 0 } else { sum / known }
}

fn four_corner_likeness(a: &Features, b: &Features) -> Option<u32> {
    if a.four_corner[0] == 0 || b.four_corner[0] == 0 {
        return None;
    }
    let corners = a.four_corner.iter().zip(&b.four_corner).take(4);
    let equal = corners.filter(|(a, b)| a == b).count();
    Some(u32::try_from(equal).unwrap_or(0) * 250)
}

fn cangjie_likeness(a: &Features, b: &Features) -> Option<u32> {
    let longest = a.cangjie.len().max(b.cangjie.len());
    if a.cangjie.is_empty() || b.cangjie.is_empty() {
        return None;
    }
    let distance = strsim::generic_levenshtein(&a.cangjie, &b.cangjie);
    u32::try_from((longest - distance.min(longest)) * 1000 / longest).ok()
}

/// Dice coefficient of the sorted component lists.
fn component_likeness(a: &Features, b: &Features) -> Option<u32> {
    let (left, right) = (&a.components, &b.components);
    if left.is_empty() || right.is_empty() {
        return None;
    }
    let (mut i, mut j, mut common) = (0, 0, 0);
    while let (Some(x), Some(y)) = (left.get(i), right.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    u32::try_from(2000 * common / (left.len() + right.len())).ok()
}

/// Number of characters of the surname a folded name begins with: 2 for compound surnames
/// (欧阳, 司马) when something follows them, else 1; 0 for an empty name.
pub fn surname_length(folded: &str) -> usize {
    let letters: Vec<(usize, char)> = folded.char_indices().take(3).collect();
    match letters.as_slice() {
        [] => 0,
        [_, _, (end, _)] => {
            let two = folded.get(..*end).unwrap_or_default();
            if table().surnames.contains_key(two) { 2 } else { 1 }
        }
        _ => 1,
    }
}

/// Readings without tone, one per character, separated by blanks; the surname is read as a
/// surname (单 shan, 仇 qiu). What has no reading stands as it is.
pub fn toneless(folded: &str) -> CompactString {
    let mut out = CompactString::default();
    for syllable in syllables(folded) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&syllable);
    }
    out
}

/// A number equal for names that sound alike in north-eastern speech, position by position.
/// Names with heteronyms may sound alike and still differ here; [`same_sound`] decides.
pub fn sound_key(folded: &str) -> u64 {
    // FNV-1a: the same on every machine and in every version.
    let step = |key: u64, byte: u8| (key ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mut key = 0xcbf2_9ce4_8422_2325;
    for syllable in syllables(folded) {
        key = merge(&syllable).bytes().fold(step(key, b' '), step);
    }
    key
}

fn syllables(folded: &str) -> Vec<CompactString> {
    let surname = surname_length(folded);
    let letters: Vec<char> = folded.chars().collect();
    let head: String = letters.iter().take(surname).collect();
    let as_surname = table().surnames.get(head.as_str()).filter(|read| read.len() == surname);
    let mut out = Vec::with_capacity(letters.len());
    for (index, letter) in letters.iter().enumerate() {
        let known = as_surname.and_then(|readings| readings.get(index));
        out.push(known.map_or_else(|| reading(*letter), |syllable| (*syllable).into()));
    }
    out
}

/// The most usual reading of a character without tone; the character itself when it has none.
fn reading(letter: char) -> CompactString {
    if let Some(usual) = letter.to_pinyin() {
        return usual.plain().replace('ü', "v").into();
    }
    let table = table();
    let first = table.get(letter).and_then(|features| features.readings.first());
    first.map_or_else(
        || CompactString::from_iter([letter]),
        |number| table.syllables[usize::from(*number)].clone(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_fold_to_one_form() {
        let cases = ["喆哲", "堃坤", "單单", "髙高", "於于", "侶侣", "王王", "乾乾", "郎郎"];
        for case in cases {
            let letters: Vec<char> = case.chars().collect();
            assert_eq!(folded(letters[0]), letters[1], "{case}");
            assert_eq!(folded(letters[1]), letters[1], "folding is idempotent");
        }
    }

    #[test]
    fn names_read_without_tone() {
        let cases = [
            ("王丽华", "wang li hua"),
            ("单立新", "shan li xin"),
            ("仇英", "qiu ying"),
            ("欧阳娜", "ou yang na"),
            ("吕伟", "lv wei"),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(toneless(name), expected);
        }
    }

    #[test]
    fn sounds_come_in_three_levels() {
        let cases = [
            ('丽', '莉', SoundLevel::Exact),
            ('单', '山', SoundLevel::Exact),
            ('张', '臧', SoundLevel::Merged),
            ('林', '凌', SoundLevel::Merged),
            ('娜', '拉', SoundLevel::Merged),
            ('陈', '程', SoundLevel::Merged),
            ('王', '李', SoundLevel::Different),
            ('A', '李', SoundLevel::Different),
        ];
        for (a, b, expected) in cases {
            assert_eq!(same_sound(a, b), expected, "{a}{b}");
        }
        assert_eq!(sound_key("张林"), sound_key("臧凌"));
        assert_ne!(sound_key("张林"), sound_key("张丽"));
    }

    #[test]
    fn similar_shapes_are_rare() {
        let alike = ["淑叔", "玲铃", "辉晖", "杨扬", "伟玮", "洁浩", "晓哓", "娟绢", "海梅"];
        let found = alike
            .iter()
            .filter(|pair| {
                let letters: Vec<char> = pair.chars().collect();
                similar_shape(letters[0], letters[1])
            })
            .count();
        assert!(found >= 6, "{found} of {}", alike.len());
        let common: Vec<char> = ('\u{4e00}'..='\u{9fa5}').step_by(101).collect();
        let mut pairs = 0;
        let mut similar = 0;
        for (i, a) in common.iter().enumerate() {
            for b in &common[i + 1..] {
                pairs += 1;
                similar += usize::from(similar_shape(*a, *b));
            }
        }
        assert!(similar * 50 < pairs, "{similar} of {pairs}");
    }

    #[test]
    fn compound_surnames() {
        let cases = [("欧阳娜", 2), ("欧阳", 1), ("王丽", 1), ("诸葛明亮", 2), ("", 0)];
        for (name, expected) in cases {
            assert_eq!(surname_length(name), expected, "{name}");
        }
    }
}
