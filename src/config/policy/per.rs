//! What the places of a limit, and the months of an amount, are counted by.

use crate::config::mistakes::MistakeCollector;
use crate::config::section::Section;

/// What places are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Per {
    /// The person.
    Person,
    /// The calendar year of the day that counts.
    Year,
    /// The occupation.
    Occupation,
    /// The skill level.
    Level,
    /// The employer.
    Employer,
    /// One employment of the person.
    Employment,
}

impl Per {
    const WORDS: [(&'static str, Self); 6] = [
        ("person", Self::Person),
        ("year", Self::Year),
        ("occupation", Self::Occupation),
        ("level", Self::Level),
        ("employer", Self::Employer),
        ("employment", Self::Employment),
    ];

    /// The word users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Person => "每人",
            Self::Year => "每年",
            Self::Occupation => "同一职业（工种）",
            Self::Level => "同一等级",
            Self::Employer => "同一单位",
            Self::Employment => "一次就业",
        }
    }

    /// Reads `per = [ … ]`.
    pub(super) fn list(
        section: &Section<'_, '_>,
        mistakes: &mut MistakeCollector<'_>,
    ) -> Vec<Self> {
        section.word_list("per", &Self::WORDS, mistakes)
    }
}
