//! A value of a programme's settings, as a project or a rule file writes it.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// A value of a programme's settings.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// A word.
    Text(String),
    /// A day.
    Date(Date),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(usize),
    /// Numbers by name.
    Table(BTreeMap<String, usize>),
}

impl Setting {
    /// As 口径说明 prints it.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Date(date) => date.to_string(),
            Self::Flag(flag) => if *flag { "是" } else { "否" }.to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Table(table) => {
                let parts = table.iter().map(|(key, value)| format!("{key}={value}"));
                parts.collect::<Vec<_>>().join("、")
            }
        }
    }
}
