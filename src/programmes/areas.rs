//! The area of a school or agency: the project's own word, else its name, else the unit that pays.

use std::collections::BTreeMap;

/// Areas by institution.
#[derive(Clone, Debug, Default)]
pub struct Areas {
    /// The unit that runs the comparison, `佳木斯市`.
    pub unit: String,
    /// What the project says of an institution.
    pub told: BTreeMap<String, String>,
    /// City or county names with the city each lies in, longest name first.
    pub names: Vec<(String, String)>,
}

impl Areas {
    /// The area an institution lies in; `None` where neither the project nor its name tells.
    pub fn of_name(&self, institution: &str) -> Option<&str> {
        if let Some(area) = self.told.get(institution) {
            return Some(area);
        }
        let named = self.names.iter().find(|(name, _)| institution.contains(name.as_str()));
        named.map(|(_, city)| city.as_str())
    }

    /// The area that pays for an institution's training: its own where it is told, else the unit.
    pub fn payer<'a>(&'a self, institution: &str) -> &'a str {
        self.told.get(institution).unwrap_or(&self.unit)
    }

    /// The area an institution lies in, the unit's where nothing tells.
    pub fn place<'a>(&'a self, institution: &str) -> &'a str {
        self.of_name(institution).unwrap_or(&self.unit)
    }
}
