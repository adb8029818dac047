//! Numbers to reach: shipped tables and the project's own files.

use crate::config::mistakes::MistakeCollector;
use crate::config::project;
use crate::config::section::Section;

use super::Programme;

const ENLARGEMENT: &str = include_str!("../../../schemas/targets/enlargement-2019.csv");
const PLAN: &str = include_str!("../../../schemas/targets/skills-plan-2019.csv");

/// What a number of a targets file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// To be reached.
    Target,
    /// Reached in the same window of the year before.
    Baseline,
}

/// One `[[target]]` of a project.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Target {
    /// The programme it belongs to.
    pub programme: String,
    /// Globs relative to the project file.
    pub files: Vec<String>,
}

/// A shipped targets file: rows of `row,value,kind,source`.
pub fn shipped(file: &str) -> Option<&'static str> {
    match file {
        "targets/enlargement-2019.csv" => Some(ENLARGEMENT),
        "targets/skills-plan-2019.csv" => Some(PLAN),
        _ => None,
    }
}

/// Reads the `[[target]]` sections.
pub(super) fn own(
    top: &Section<'_, '_>,
    known: &[Programme],
    mistakes: &mut MistakeCollector<'_>,
) -> Vec<Target> {
    let sections = top.sections("target", mistakes);
    let names: Vec<(&str, &str)> =
        known.iter().map(|one| (one.id.as_str(), one.id.as_str())).collect();
    let target = |section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>| {
        section.allow(&["programme", "files"], mistakes);
        section.demand(&["programme", "files"], mistakes);
        let programme = section.word("programme", &names, mistakes)?.to_owned();
        Some(Target { programme, files: project::files(section, mistakes) })
    };
    sections.iter().filter_map(|section| target(section, mistakes)).collect()
}
