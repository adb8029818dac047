//! What was handed over as a whole: whether a registry is all there, whether a list lies in its
//! place, and whether the same list came twice.

use super::file::{Reading, TableDraft};
use super::listing::Listed;
use super::report::REGISTRY_MISPLACED;
use super::versions::{self, HandedList, ListFate};
use super::{GLOB_NO_MATCH, SourceKind};
use crate::config::Source;
use crate::problems::{Problem, Severity};

/// Why a run must not go on: people would pass for unregistered, or count twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustodyObstacle {
    /// A file (or folder, or glob) of a registry from which nobody could be read.
    RegistryUnread {
        /// Which.
        place: String,
        /// Why, as its problem says.
        why: String,
    },
    /// A registry among other lists.
    RegistryMisplaced {
        /// Which file.
        place: String,
        /// As what its source is listed.
        kind: SourceKind,
    },
    /// Two lists that are versions of one, and nothing tells the newer.
    VersionsUnclear {
        /// Their names.
        lists: [String; 2],
    },
}

impl CustodyObstacle {
    /// What stops the run, and what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::RegistryUnread { place, why } => format!(
                "建档立卡信息“{place}”没有读入（{why}），其中的人都会被当作没有登记；\
                 请更正或补上，确实不要的请移走，或在该 [[source]] 下写 allow_missing = true"
            ),
            Self::RegistryMisplaced { place, kind } => format!(
                "“{place}”像是建档立卡信息，却放在“{}”来源下；请放到 kind = \"registry\" 的来源下",
                kind.label()
            ),
            Self::VersionsUnclear { lists: [one, other] } => format!(
                "“{one}”与“{other}”是同一份名单的两个版本，看不出哪份较新；\
                 请只留一份，或在文件名里写上日期（如 20190601）"
            ),
        }
    }
}

/// What keeps a run from going on, as far as the files alone tell. `listing` is what was met when
/// the globs were opened.
pub(super) fn obstacles(
    sources: &[Source],
    listing: &[Problem],
    files: &[(&Listed, &Reading)],
) -> Vec<CustodyObstacle> {
    let required =
        sources.iter().filter(|one| one.kind == SourceKind::Registry && !one.allow_missing);
    let unlisted = required.flat_map(|source| unlisted(source, listing));
    let unread = files.iter().filter_map(|(file, reading)| {
        let source = &sources[file.source];
        let is_required = source.kind == SourceKind::Registry && !source.allow_missing;
        is_required.then(|| unread(file, reading)).flatten()
    });
    let misplaced = files.iter().filter_map(|(file, reading)| {
        let misplaced = reading.problems.iter().any(|problem| problem.code == REGISTRY_MISPLACED);
        let (place, kind) = (file.shown.clone(), sources[file.source].kind);
        misplaced.then_some(CustodyObstacle::RegistryMisplaced { place, kind })
    });
    unlisted.chain(unread).chain(misplaced).collect()
}

/// Globs of a registry that find nothing, folders and links on their way that cannot be followed.
fn unlisted(source: &Source, listing: &[Problem]) -> Vec<CustodyObstacle> {
    let concerns = |problem: &&Problem| {
        let of = |pattern: &String| match problem.code {
            GLOB_NO_MATCH | "glob-invalid" => problem.file == *pattern,
            _ => lies_on_way(&problem.file, pattern),
        };
        problem.severity == Severity::Error && source.files.iter().any(of)
    };
    let found = listing.iter().filter(concerns);
    found.map(|problem| obstacle(&problem.file, problem)).collect()
}

/// Whether a path lies where a glob looks: on the way to its first wildcard, or below.
fn lies_on_way(path: &str, pattern: &str) -> bool {
    let plain = pattern.split(['*', '?', '[']).next().unwrap_or(pattern);
    let folder = plain.rsplit_once('/').map_or("", |(folder, _)| folder);
    let below = |path: &str, folder: &str| {
        folder.is_empty()
            || path == folder
            || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    below(path, folder) || below(folder, path)
}

fn unread(file: &Listed, reading: &Reading) -> Option<CustodyObstacle> {
    let refused = reading.problems.iter().find(|problem| problem.severity == Severity::Error);
    if let Some(problem) = refused {
        return Some(obstacle(&file.shown, problem));
    }
    let rows: usize = reading.drafts.iter().map(|draft| draft.rows.len()).sum();
    let why = "有表头，没有数据行".to_owned();
    (rows == 0).then(|| CustodyObstacle::RegistryUnread { place: file.shown.clone(), why })
}

fn obstacle(place: &str, problem: &Problem) -> CustodyObstacle {
    let sheet = if problem.sheet.is_empty() {
        String::new()
    } else {
        format!("工作表“{}”：", problem.sheet)
    };
    let why = format!("{sheet}{}", problem.message);
    CustodyObstacle::RegistryUnread { place: place.to_owned(), why }
}

/// Takes out of the readings what was handed over twice; what is said about it, and pairs of lists
/// of which nobody can tell the newer.
pub(super) fn settle(
    sources: &[Source],
    files: &[Listed],
    readings: &mut [Reading],
) -> (Vec<Problem>, Vec<CustodyObstacle>) {
    let lists: Vec<HandedList<'_>> = files
        .iter()
        .zip(readings.iter())
        .flat_map(|(file, reading)| {
            let source = &sources[file.source];
            let (region, list) = (source.region.as_deref(), source.list.as_deref());
            let handed = move |draft| HandedList { kind: source.kind, region, list, draft };
            reading.drafts.iter().map(handed)
        })
        .collect();
    let verdict = versions::judge(&lists);
    let mut fates = verdict.fates.into_iter();
    for reading in readings {
        let drafts = std::mem::take(&mut reading.drafts);
        reading.drafts = drafts
            .into_iter()
            .zip(fates.by_ref())
            .filter_map(|(draft, fate)| kept(draft, fate))
            .collect();
    }
    let unclear = verdict.unclear.into_iter();
    (verdict.problems, unclear.map(|lists| CustodyObstacle::VersionsUnclear { lists }).collect())
}

fn kept(mut draft: TableDraft, fate: ListFate) -> Option<TableDraft> {
    match fate {
        ListFate::Kept => Some(draft),
        ListFate::SetAside => None,
        ListFate::Trimmed(rows) => {
            let mut keep = vec![true; draft.rows.len()];
            for row in rows {
                keep[row] = false;
            }
            let mut at = 0..;
            draft.rows.retain(|_| at.next().is_none_or(|at| keep[at]));
            draft.columns.iter_mut().for_each(|column| column.cells.retain(&keep));
            draft.info.rows = draft.rows.len();
            Some(draft)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lies_on_way;

    #[test]
    fn what_lies_on_the_way_of_a_glob() {
        let cases = [
            ("inputs/registry", "inputs/registry/*", true),
            ("inputs", "inputs/registry/*", true),
            ("inputs/registry/桦南", "inputs/registry/**/*.csv", true),
            ("inputs/enrollment", "inputs/registry/*", false),
            ("inputs/registry2", "inputs/registry/*", false),
        ];
        for (path, pattern, expected) in cases {
            assert_eq!(lies_on_way(path, pattern), expected, "{path} {pattern}");
        }
    }
}
