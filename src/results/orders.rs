//! In which order units are printed.

use super::Results;

/// Institutions as the forms order them: schools first, then those the project names in its order,
/// then by name.
pub fn institutions(results: &Results) -> Vec<usize> {
    let institutions = &results.records.institutions;
    let named = &results.project.institution_order;
    let rank = |name: &str| named.iter().position(|n| n == name).unwrap_or(usize::MAX);
    let mut order: Vec<usize> = (0..institutions.len()).collect();
    order.sort_by_key(|&index| {
        let institution = &institutions[index];
        (institution.kind, rank(&institution.name), &institution.name)
    });
    order
}
