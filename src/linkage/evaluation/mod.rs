//! Links against a known truth: precision, recall, F1 and calibration, in all and by decision,
//! match class, kind of error and school.
//!
//! `files` reads links and truth, [`evaluate`] counts, `text` says it for a terminal. `rulings`
//! does the same with what people have ruled in the place of a truth. Nothing but `files` does I/O.

mod calibration;
mod cases;
mod curve;
mod files;
mod groups;
mod mistakes;
mod row;
mod rulings;
mod rulings_text;
mod share;
mod text;

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::Decision;
use super::model::Thresholds;

pub use calibration::{Bin, Doubt, WeightBin};
pub use cases::WrongRow;
pub use curve::{CurvePoint, ROUND, bits, probability};
pub use files::{EvaluationBasis, Files, SchoolSource, TruthKind, evaluate_files};
pub use groups::{DecisionAccuracy, Group};
pub use mistakes::EvaluationError;
pub use row::EvaluatedRow;
pub use rulings::{
    Answers, Audit, Judgements, RulingEvaluation, SeenPair, Stated, evaluate_rulings,
};
pub use share::{Quality, Share};

/// The whole evaluation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// What the figures stand on.
    pub basis: EvaluationBasis,
    /// Thresholds of the run, where they are known.
    pub thresholds: Option<Thresholds>,
    /// Rows evaluated.
    pub rows: usize,
    /// Rows that have a match.
    pub matched: usize,
    /// `link` alone.
    pub link: Quality,
    /// `link` and `review` together, best candidates taken.
    pub link_and_review: Quality,
    /// Best candidates at probability 0.5 and above.
    pub half: Quality,
    /// Once every review is settled rightly.
    pub settled: Quality,
    /// Share of rows in review.
    pub review: Share,
    /// Wrong ones among the persons named as nearly sure.
    pub doubts: Vec<Doubt>,
    /// Right ones by decision.
    pub decisions: Vec<DecisionAccuracy>,
    /// Right ones by decision and match class.
    pub answers: Vec<DecisionAccuracy>,
    /// By match class.
    pub classes: Vec<Group>,
    /// By kind of error.
    pub errors: Vec<Group>,
    /// By school, the worst first.
    pub schools: Vec<Group>,
    /// What other thresholds would give.
    pub curve: Vec<CurvePoint>,
    /// Mean log loss of the stated probabilities over all rows, in nats.
    pub log_loss: f64,
    /// Stated against observed.
    pub calibration: Vec<Bin>,
    /// Right and wrong persons by match weight.
    pub weights: Vec<WeightBin>,
    /// Rows linked to a wrong person.
    pub wrong_links: Vec<WrongRow>,
    /// Registered persons neither linked nor shown to the reviewer.
    pub missed: Vec<WrongRow>,
}

/// Counts everything.
pub fn evaluate(
    rows: &[EvaluatedRow],
    basis: EvaluationBasis,
    thresholds: Option<Thresholds>,
) -> Evaluation {
    let matched = rows.iter().filter(|row| row.is_matched()).count();
    let quality = |select: &dyn Fn(&EvaluatedRow) -> bool| {
        let selected = || rows.iter().filter(|row| select(row));
        let right = selected().filter(|row| row.is_right()).count();
        Quality::new(right, selected().count(), matched)
    };
    let is = |row: &EvaluatedRow, decision: Decision| row.decision == decision;
    let reviews = rows.iter().filter(|row| is(row, Decision::Review)).count();
    // A settled review names the right person where it showed him, and nobody else.
    let settled = |row: &EvaluatedRow| {
        is(row, Decision::Link) || (is(row, Decision::Review) && row.is_right())
    };
    Evaluation {
        basis,
        thresholds,
        rows: rows.len(),
        matched,
        link: quality(&|row| is(row, Decision::Link)),
        link_and_review: quality(&|row| !is(row, Decision::None)),
        half: quality(&|row| row.probability >= 0.5 && row.is_named()),
        settled: quality(&settled),
        review: Share::new(reviews, rows.len()),
        doubts: calibration::doubts(rows),
        decisions: groups::decisions(rows),
        answers: groups::answers(rows),
        classes: groups::classes(rows),
        errors: groups::errors(rows),
        schools: groups::schools(rows),
        curve: curve::curve(rows, thresholds),
        log_loss: calibration::log_loss(rows),
        calibration: calibration::bins(rows),
        weights: calibration::weights(rows),
        wrong_links: cases::wrong_links(rows),
        missed: cases::missed(rows),
    }
}
