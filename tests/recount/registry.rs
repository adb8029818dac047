//! The registries' rows, who of them is one person, and who is a worker or one of the 两后生.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::generator::glyphs::VARIANTS;
use crate::support::story;

use super::cells::{self, Rows};
use super::settings::{Day, Settings};

/// A row of a registry.
pub struct Person {
    pub number: String,
    pub county: String,
    /// From another city's registry.
    elsewhere: bool,
    name: String,
    id: String,
    birth: String,
    education: String,
    schooling: String,
    skill: String,
}

/// All registries.
pub struct Registry {
    pub persons: Vec<Person>,
    /// 人编号 → place of the row that stands for the person.
    own: BTreeMap<String, usize>,
}

const COLUMNS: [(&str, &[&str]); 9] = [
    ("number", &["人编号", "人口编号"]),
    ("county", &["县(市、区、旗)", "县"]),
    ("name", &["姓名"]),
    ("id", &["证件号码"]),
    ("birth", &["出生日期"]),
    ("education", &["文化程度"]),
    ("schooling", &["在校生状况"]),
    ("skill", &["劳动技能"]),
    ("sex", &["性别"]),
];

impl Registry {
    /// Reads the registries of a project.
    pub fn read(folder: &Path) -> Self {
        let inputs = folder.join("inputs");
        let mut persons = Vec::new();
        for file in story::files(&inputs) {
            let kind = file.iter().next().expect("a folder").to_string_lossy().into_owned();
            if kind.starts_with("registry") {
                for (_, rows) in cells::sheets(&inputs.join(&file)) {
                    persons.extend(read(&rows, kind != "registry"));
                }
            }
        }
        let own = representatives(&persons);
        Self { persons, own }
    }

    /// The row that stands for this 人编号.
    pub fn person(&self, number: &str) -> Option<&Person> {
        self.own.get(number).map(|place| &self.persons[*place])
    }

    /// Everybody once.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        let places: BTreeSet<usize> = self.own.values().copied().collect();
        places.into_iter().map(|place| &self.persons[place])
    }
}

fn read(rows: &Rows, elsewhere: bool) -> Vec<Person> {
    let is_head = |row: &Vec<String>| row.iter().any(|cell| COLUMNS[0].1.contains(&cell.as_str()));
    let Some(head) = rows.iter().position(is_head) else { return Vec::new() };
    let place: BTreeMap<&str, usize> = COLUMNS
        .iter()
        .filter_map(|(key, names)| {
            let at = rows[head].iter().position(|cell| names.contains(&cell.as_str()))?;
            Some((*key, at))
        })
        .collect();
    let person = |row: &Vec<String>| {
        let text = |key: &str| place.get(key).and_then(|at| row.get(*at)).cloned();
        let text = |key: &str| text(key).unwrap_or_default();
        Person {
            number: text("number"),
            county: text("county"),
            elsewhere,
            name: text("name"),
            id: whole(&text("id")),
            birth: text("birth"),
            education: text("education"),
            schooling: text("schooling"),
            skill: text("skill"),
        }
    };
    rows[head + 1..].iter().map(person).filter(|person| !person.number.is_empty()).collect()
}

/// The check digit of seventeen digits.
fn check(digits: &str) -> Option<char> {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits: Option<Vec<u32>> = digits.chars().map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits?.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    "10X98765432".chars().nth(sum as usize % 11)
}

/// Eighteen digits of fifteen, and of a disability certificate.
fn whole(id: &str) -> String {
    let letters: Vec<char> = id.chars().collect();
    let text = |range: std::ops::Range<usize>| letters[range].iter().collect::<String>();
    match letters.len() {
        15 => {
            let seventeen = format!("{}19{}", text(0..6), text(6..15));
            let last = check(&seventeen).map(String::from).unwrap_or_default();
            seventeen + &last
        }
        20 | 22 => text(0..18),
        _ => id.to_owned(),
    }
}

fn is_sound(id: &str) -> bool {
    let letters: Vec<char> = id.chars().collect();
    let first: String = letters.iter().take(17).collect();
    letters.len() == 18 && check(&first) == letters.last().copied()
}

/// A name whose characters are written the plain way: 張 is 张.
fn folded(name: &str) -> String {
    let plain = |letter: char| {
        let group = VARIANTS.split_whitespace().find(|group| group.contains(letter));
        group.and_then(|group| group.chars().next()).unwrap_or(letter)
    };
    name.chars().map(plain).collect()
}

/// Rows with one 人编号, or with one number and one name, are one person: the first of the project's
/// own registry, by 人编号.
fn representatives(persons: &[Person]) -> BTreeMap<String, usize> {
    let mut order: Vec<usize> = (0..persons.len()).collect();
    order.sort_by_key(|place| (persons[*place].elsewhere, &persons[*place].number));
    let (mut numbers, mut names) = (BTreeMap::new(), BTreeMap::new());
    for place in order {
        let person = &persons[place];
        let first = if is_sound(&person.id) {
            *names.entry((&person.id, folded(&person.name))).or_insert(place)
        } else {
            place
        };
        numbers.entry(person.number.clone()).or_insert(first);
    }
    numbers
}

impl Person {
    /// Name, and the number as lists show it.
    pub fn masked(&self) -> (String, String) {
        let letters: Vec<char> = self.id.chars().collect();
        let hidden = |(place, letter): (usize, &char)| match place {
            6..14 => '*',
            _ => *letter,
        };
        (self.name.clone(), letters.iter().enumerate().map(hidden).collect())
    }

    /// A sound number says when somebody was born; else the column does; else the number, sound or
    /// not.
    fn age(&self, on: Day) -> Option<u32> {
        let segment: String = self.id.chars().skip(6).take(8).collect();
        let by_number = cells::day(&segment).filter(|_| self.id.len() == 18);
        let by_column = cells::day(&self.birth);
        let is_day =
            |day: &Day| (1..=12).contains(&(day / 100 % 100)) && (1..=31).contains(&(day % 100));
        let birth = if is_sound(&self.id) { by_number } else { by_column.or(by_number) };
        cells::age(birth.filter(is_day)?, on)
    }

    fn is_at_school(&self) -> bool {
        !matches!(self.schooling.as_str(), "" | "非在校生")
    }

    /// 贫困劳动力.
    pub fn is_worker(&self, settings: &Settings) -> bool {
        let [low, high] = settings.workers;
        let able =
            ["普通劳动力", "技能劳动力", "弱劳动力或半劳动力"].contains(&self.skill.as_str());
        let of_age = self.age(settings.as_of).is_some_and(|age| (low..=high).contains(&age));
        able && of_age && !self.is_at_school()
    }

    /// 两后生 by the registry, or taken in by a school this year.
    pub fn is_young(&self, settings: &Settings, entered: &BTreeSet<&str>) -> bool {
        let [low, high] = settings.young;
        let age = self.age(settings.as_of);
        let grown = age.is_some_and(|age| age >= settings.workers[0]);
        let ill = self.skill == "丧失劳动力" || (self.skill == "无劳动力" && grown);
        let by_registry = !self.is_at_school()
            && ["初中", "高中"].contains(&self.education.as_str())
            && age.is_some_and(|age| (low..=high).contains(&age))
            && !ill;
        by_registry || entered.contains(self.number.as_str())
    }
}
