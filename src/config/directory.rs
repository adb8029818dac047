//! The `[[institution]]` sections: what a school or agency is called, how else it is written, and
//! what it is.

use std::collections::BTreeMap;

use super::mistakes::MistakeCollector;
use super::section::Section;

pub(super) const KEYS: [&str; 5] = ["name", "also", "area", "kind", "ownership"];

const KINDS: [(&str, UnitKind); 5] = [
    ("普通技工学校", UnitKind::OrdinarySchool),
    ("高级技工学校", UnitKind::AdvancedSchool),
    ("技师学院", UnitKind::College),
    ("职业培训机构", UnitKind::Agency),
    ("企业", UnitKind::Enterprise),
];

const OWNERSHIPS: [(&str, Ownership); 3] =
    [("公办", Ownership::Public), ("民办", Ownership::Private), ("企业办", Ownership::Corporate)];

/// What a school or agency is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitKind {
    /// 普通技工学校
    OrdinarySchool,
    /// 高级技工学校
    AdvancedSchool,
    /// 技师学院
    College,
    /// 职业培训机构
    Agency,
    /// 企业
    Enterprise,
}

impl UnitKind {
    /// The word of the documents.
    pub fn label(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(label, _)| label)
    }
}

/// Who runs a school or agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ownership {
    /// 公办
    Public,
    /// 民办
    Private,
    /// 企业办
    Corporate,
}

impl Ownership {
    /// The word of the documents.
    pub fn label(self) -> &'static str {
        OWNERSHIPS.iter().find(|(_, who)| *who == self).map_or("", |(label, _)| label)
    }
}

/// One school or agency as the project describes it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct UnitEntry {
    /// The name the forms print.
    pub name: String,
    /// Other spellings that mean the same school or agency.
    pub also: Vec<String>,
    /// The city or county it belongs to.
    pub area: Option<String>,
    /// What it is.
    pub kind: Option<UnitKind>,
    /// Who runs it.
    pub ownership: Option<Ownership>,
}

impl UnitEntry {
    /// Whether a name is one of its spellings.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.also.iter().any(|one| one == name)
    }
}

/// Reads all `[[institution]]` sections.
pub(super) fn read(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Vec<UnitEntry> {
    let sections = top.sections("institution", mistakes);
    let mut spelt = BTreeMap::new();
    let mut entries = Vec::new();
    for section in &sections {
        let Some(entry) = entry(section, mistakes) else { continue };
        for (key, name) in spellings(&entry) {
            if let Some(before) = spelt.insert(name.to_owned(), entry.name.clone())
                && before != entry.name
            {
                let message = format!(
                    "{}的“{name}”已经写在“{before}”那一段里；一种写法只能属于一个单位",
                    section.label(key)
                );
                mistakes.add(&section.span_of(key), message);
            } else if key == "name" && entries.iter().any(|one: &UnitEntry| one.name == name) {
                let message = format!("{}“{name}”写了不止一段；请合为一段", section.label(key));
                mistakes.add(&section.span_of(key), message);
            }
        }
        entries.push(entry);
    }
    entries
}

fn spellings(entry: &UnitEntry) -> impl Iterator<Item = (&'static str, &str)> {
    let also = entry.also.iter().map(|name| ("also", name.as_str()));
    std::iter::once(("name", entry.name.as_str())).chain(also)
}

fn entry(section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Option<UnitEntry> {
    section.allow(&KEYS, mistakes);
    if !section.has("name") {
        mistakes.add_absent(&section.span, format!("{}没有写", section.label("name")));
    }
    let entry = UnitEntry {
        also: section.texts("also", mistakes),
        area: section.text("area", mistakes),
        kind: section.word("kind", &KINDS, mistakes),
        ownership: section.word("ownership", &OWNERSHIPS, mistakes),
        name: section.text("name", mistakes)?,
    };
    Some(entry)
}
