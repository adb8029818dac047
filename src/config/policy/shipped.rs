//! The lists and programmes that ship with the program.

use std::path::Path;
use std::sync::OnceLock;

use super::{ListDefinition, Programme};

macro_rules! embedded {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../../schemas/", $folder, "/", $name, ".toml")))),+]
    };
}

const LISTS: [(&str, &str); 15] = embedded!("lists":
    "veteran", "disabled", "unemployed", "hard_to_employ", "urban_subsistence", "new_farmer",
    "transferred", "employee", "graduate_year", "graduate_unemployed", "inmate_rehab", "claims",
    "payments", "on_the_job", "services",
);

const PROGRAMMES: [(&str, &str); 5] = embedded!("programmes":
    "poverty-subsidies", "skills-2019", "enlargement-2019", "skills-plan-2019",
    "five-exemptions",
);

/// All shipped lists by rank.
///
/// # Panics
/// Never with the embedded files, which a test reads.
pub fn lists() -> &'static [ListDefinition] {
    static READ: OnceLock<Vec<ListDefinition>> = OnceLock::new();
    READ.get_or_init(|| {
        let read = |(name, text): (&str, &str)| {
            ListDefinition::parse(text, Path::new(name)).expect("the embedded list is right")
        };
        LISTS.into_iter().map(read).collect()
    })
}

/// All shipped programmes.
///
/// # Panics
/// Never with the embedded files, which a test reads.
pub fn programmes() -> &'static [Programme] {
    static READ: OnceLock<Vec<Programme>> = OnceLock::new();
    READ.get_or_init(|| {
        let read = |(name, text): (&str, &str)| {
            Programme::parse(text, Path::new(name)).expect("the embedded programme is right")
        };
        PROGRAMMES.into_iter().map(read).collect()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_shipped_programme_can_be_read() {
        let all = super::programmes();
        let rules: Vec<usize> = all.iter().map(|one| one.rules.len()).collect();
        assert_eq!(rules, [1, 11, 0, 0, 6]);
        assert!(all.iter().all(|one| !one.sum.is_empty()));
    }
}
