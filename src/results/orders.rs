//! The orders in which everything that is written or shown lists what it lists.

use super::Results;
use crate::statistics;

/// Indices of the schools and agencies in the order of the rows of Annex 2: 技工院校 first; within a kind as
/// the project file says, then as Annex 1 does, then by name.
pub fn institutions(results: &Results<'_>) -> Vec<usize> {
    statistics::institution_order(results.records, &results.project.institution_order)
}
