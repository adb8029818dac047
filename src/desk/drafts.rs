//! A project file as a page shows and changes it.

use std::path::Path;

use crate::config::edit::{PlacedMistakes, ProjectText, SettingGroup, fingerprint, placed};
use crate::config::{Mistake, Programme, Project};

/// The text of a project file, with what is wrong with it; nothing of it is on disk yet unless nothing was
/// changed.
#[derive(Clone, Debug, Default)]
pub(super) struct SettingsDraft {
    /// The whole text.
    pub(super) text: String,
    /// Tells whether the file on disk is still the one that is being changed.
    pub(super) base: String,
    /// Its settings by section; none where it is no TOML.
    pub(super) groups: Vec<SettingGroup>,
    /// What is wrong, at the settings.
    pub(super) mistakes: PlacedMistakes,
}

impl SettingsDraft {
    /// What is on disk.
    pub(super) fn of_file(text: String, path: &Path, programmes: &[Programme]) -> Self {
        let base = fingerprint(&text);
        Self::new(text, base, path, programmes)
    }

    /// A changed text.
    pub(super) fn new(text: String, base: String, path: &Path, programmes: &[Programme]) -> Self {
        let mistakes = mistakes(&text, path);
        let groups = ProjectText::parse(&text).map(|text| text.groups(programmes));
        let groups = groups.unwrap_or_default();
        let mistakes = placed(&text, &groups, &mistakes);
        Self { text, base, groups, mistakes }
    }

    /// How much is wrong.
    pub(super) fn count(&self) -> usize {
        self.mistakes.at.values().map(Vec::len).sum::<usize>() + self.mistakes.others.len()
    }
}

fn mistakes(text: &str, path: &Path) -> Vec<Mistake> {
    Project::parse(text, path, None).map_or_else(|errors| errors.mistakes, |_| Vec::new())
}
