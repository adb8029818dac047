//! Rows with one sound number under one name are one person.

use rustc_hash::FxHashMap;

use crate::records::Facts;
use crate::records::identifier::IdNumber;
use crate::records::person_name::{PersonName, SoundLevel, same_sound, similar_shape};

/// The first 17 digits of a sound number as one integer; the 18th follows from them.
pub(super) fn id_key(id: &IdNumber) -> Option<u64> {
    id.is_sound()
        .then(|| id.digits()[..17].iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit)))
}

/// Whether two names can be one person's: equal, or as long and every character alike in sound or
/// shape.
pub(super) fn is_alike(left: &PersonName, right: &PersonName) -> bool {
    let alike = |(a, b): (char, char)| {
        a == b || same_sound(a, b) != SoundLevel::Different || similar_shape(a, b)
    };
    left.folded() == right.folded()
        || left.folded().chars().count() == right.folded().chars().count()
            && left.folded().chars().zip(right.folded().chars()).all(alike)
}

/// People by sound number; a number two unlike names share has several.
#[derive(Default)]
pub(super) struct Numbers<'run> {
    known: FxHashMap<u64, Vec<(&'run PersonName, u32)>>,
}

impl<'run> Numbers<'run> {
    /// The person of a number under a name like this one.
    pub(super) fn find(&self, facts: &Facts) -> Option<u32> {
        let people = self.known.get(&id_key(&facts.id)?)?;
        people.iter().find(|(name, _)| is_alike(name, &facts.name)).map(|(_, person)| *person)
    }

    /// Makes a person known by number and name.
    pub(super) fn add(&mut self, facts: &'run Facts, person: u32) {
        let Some(key) = id_key(&facts.id) else { return };
        let people = self.known.entry(key).or_default();
        if people.iter().all(|(name, _)| name.folded() != facts.name.folded()) {
            people.push((&facts.name, person));
        }
    }
}
