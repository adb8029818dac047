//! Every data row read must come out again: rows per sheet against records and outcomes.

use super::error::RunError;
use crate::linkage::{Decision, Outcome};
use crate::origin::Catalogue;
use crate::problems::{Problem, Severity};
use crate::records::Records;
use crate::vocabulary::SourceKind;

/// Compares the rows of each sheet with the records made of them, and the source records with
/// their outcomes.
///
/// # Errors
/// [`RunError::RowsLost`], which only a mistake of the program can cause.
pub(super) fn check_rows(
    catalogue: &Catalogue,
    records: &Records,
    outcomes: &[Outcome],
    wishes: &[Outcome],
) -> Result<(), RunError> {
    let mut kept = vec![0; catalogue.sheets.len()];
    let persons = records.persons.iter().map(|person| person.origin);
    let sources = records.sources.iter().map(|record| record.origin);
    let listed = records.intentions.iter().map(|row| row.origin);
    let entries = records.entries.iter().map(|entry| entry.origin);
    for origin in persons.chain(sources).chain(listed).chain(entries) {
        kept[origin.sheet.0 as usize] += 1;
    }
    for (sheet, found) in catalogue.sheets.iter().zip(kept) {
        if found != sheet.rows {
            let place = [sheet.file.as_str(), &sheet.sheet].join(" › ");
            return Err(RunError::RowsLost { place, read: sheet.rows, kept: found });
        }
    }
    all_decided("links.csv", records.sources.len(), outcomes)?;
    all_decided(SourceKind::Intention.label(), records.intentions.len(), wishes)
}

fn all_decided(place: &str, read: usize, outcomes: &[Outcome]) -> Result<(), RunError> {
    let kept = outcomes.len();
    if read == kept {
        Ok(())
    } else {
        Err(RunError::RowsLost { place: place.to_owned(), read, kept })
    }
}

/// Rows of one kind of source by decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindCounts {
    /// What the rows are.
    pub kind: SourceKind,
    /// All rows.
    pub rows: usize,
    /// Rows decided `link`.
    pub link: usize,
    /// Rows decided `review`.
    pub review: usize,
    /// Rows decided `none`.
    pub none: usize,
}

/// Decisions per kind of source, kinds without rows left out.
pub(super) fn decisions(
    records: &Records,
    outcomes: &[Outcome],
    wishes: &[Outcome],
) -> Vec<KindCounts> {
    let of_kind = |kind: SourceKind| {
        let own = records.sources.iter().zip(outcomes).filter(move |(row, _)| row.kind() == kind);
        count(kind, own.map(|(_, outcome)| outcome))
    };
    let sources = [SourceKind::Enrollment, SourceKind::Training].map(of_kind);
    let counted = sources.into_iter().chain([count(SourceKind::Intention, wishes.iter())]);
    counted.filter(|counts| counts.rows > 0).collect()
}

fn count<'a>(kind: SourceKind, outcomes: impl Iterator<Item = &'a Outcome>) -> KindCounts {
    let mut counts = KindCounts { kind, rows: 0, link: 0, review: 0, none: 0 };
    for outcome in outcomes {
        counts.rows += 1;
        match outcome.decision {
            Decision::Link => counts.link += 1,
            Decision::Review => counts.review += 1,
            Decision::None => counts.none += 1,
        }
    }
    counts
}

/// Problems by weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProblemCounts {
    /// [`Severity::Error`].
    pub errors: usize,
    /// [`Severity::Warning`].
    pub warnings: usize,
    /// [`Severity::Note`].
    pub notes: usize,
}

/// Counts problems by weight.
pub fn problems(problems: &[Problem]) -> ProblemCounts {
    let count = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
    ProblemCounts {
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        notes: count(Severity::Note),
    }
}

#[cfg(test)]
mod tests {
    use super::{check_rows, problems};
    use crate::origin::{Catalogue, SheetInfo};
    use crate::problems::{Problem, Severity};
    use crate::records::Records;

    #[test]
    fn a_lost_row_is_told_with_its_sheet() {
        let mut catalogue = Catalogue::default();
        catalogue.add(SheetInfo {
            file: "a.xls".to_owned(),
            sheet: "甲".to_owned(),
            header_row: 1,
            columns: Vec::new(),
            unknown_columns: Vec::new(),
            rows: 1,
        });
        let error =
            check_rows(&catalogue, &Records::default(), &[], &[]).expect_err("one row lost");
        assert!(error.to_string().contains("a.xls › 甲"), "{error}");
    }

    #[test]
    fn problems_are_counted_by_weight() {
        let list = [Severity::Note, Severity::Warning, Severity::Warning]
            .map(|severity| Problem::file("a", "x", severity));
        let counts = problems(&list);
        assert_eq!((counts.errors, counts.warnings, counts.notes), (0, 2, 1));
    }
}
