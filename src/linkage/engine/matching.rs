//! Claims of left rows on right rows → the assignment with the largest total weight in which no
//! right row is taken twice, worked out per connected component (Kuhn and Munkres). A claimant whose
//! place an equally good assignment gives away is tied: nobody should be linked by the order of
//! the input.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use rustc_hash::FxHashMap;

/// Most claimants of a component that is solved; larger ones are told as unsolved. The work grows
/// with the fourth power.
const MOST: usize = 64;

/// Steps per bit: weights closer than this are equal.
const STEPS: f64 = 1e6;

/// Weight of a pair nobody claims: worse than leaving all claims of a component unmet.
const NEVER: i64 = i64::MIN / 1024;

/// A claim of a left row on a right row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RowClaim {
    /// Claimant.
    pub left: u32,
    /// What is claimed.
    pub right: u32,
    /// Match weight, log2 odds; a claim of negative weight is never met.
    pub weight: f64,
}

/// What a claimant gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placement {
    /// This right row, in every best assignment.
    Sole(u32),
    /// Nothing, in every best assignment.
    Nothing,
    /// Another best assignment gives something else; or the component is too large to tell.
    Tied,
}

/// Assigns; one place per claimant, in ascending order of `left`.
pub(super) fn assign(claims: &[RowClaim]) -> Vec<(u32, Placement)> {
    let mut places: Vec<(u32, Placement)> =
        components(claims).iter().flat_map(|component| solve(component)).collect();
    places.sort_unstable_by_key(|(left, _)| *left);
    places
}

/// Claims that hang together through shared claimants or shared right rows.
fn components(claims: &[RowClaim]) -> Vec<Vec<RowClaim>> {
    let mut leader: Vec<usize> = (0..claims.len()).collect();
    let (mut by_left, mut by_right) = (FxHashMap::default(), FxHashMap::default());
    for (at, claim) in claims.iter().enumerate() {
        for first in
            [*by_left.entry(claim.left).or_insert(at), *by_right.entry(claim.right).or_insert(at)]
        {
            let (a, b) = (find(&mut leader, first), find(&mut leader, at));
            leader[a.max(b)] = a.min(b);
        }
    }
    let mut parts: Vec<(usize, RowClaim)> =
        (0..claims.len()).map(|at| (find(&mut leader, at), claims[at])).collect();
    parts.sort_by_key(|(leader, _)| *leader);
    let blocks = parts.chunk_by(|a, b| a.0 == b.0);
    blocks.map(|block| block.iter().map(|(_, claim)| *claim).collect()).collect()
}

fn find(leader: &mut [usize], mut at: usize) -> usize {
    while leader[at] != at {
        leader[at] = leader[leader[at]];
        at = leader[at];
    }
    at
}

fn solve(claims: &[RowClaim]) -> Vec<(u32, Placement)> {
    let mut left: Vec<u32> = claims.iter().map(|claim| claim.left).collect();
    left.sort_unstable();
    left.dedup();
    if left.len() > MOST {
        return left.into_iter().map(|row| (row, Placement::Tied)).collect();
    }
    let mut right: Vec<u32> = claims.iter().map(|claim| claim.right).collect();
    right.sort_unstable();
    right.dedup();
    if let [only] = claims {
        let met = only.weight > 0.0;
        return vec![(
            only.left,
            if met { Placement::Sole(only.right) } else { Placement::Nothing },
        )];
    }
    let mut weights = table(claims, &left, &right);
    let (best, taken) = kuhn_munkres(&weights);
    let places = taken.iter().enumerate().map(|(row, column)| {
        // Another assignment of the same total, with this row elsewhere?
        let held = weights[(row, *column)];
        weights[(row, *column)] = NEVER;
        let (other, _) = kuhn_munkres(&weights);
        weights[(row, *column)] = held;
        let place = match right.get(*column) {
            _ if other == best => Placement::Tied,
            Some(right) => Placement::Sole(*right),
            None => Placement::Nothing,
        };
        (left[row], place)
    });
    places.collect()
}

/// One row per claimant; behind the right rows stands one column per claimant for having nothing.
fn table(claims: &[RowClaim], left: &[u32], right: &[u32]) -> Matrix<i64> {
    let mut weights = Matrix::new(left.len(), right.len() + left.len(), NEVER);
    for row in 0..left.len() {
        weights[(row, right.len() + row)] = 0;
    }
    for claim in claims {
        let place = (left.binary_search(&claim.left), right.binary_search(&claim.right));
        if let (Ok(row), Ok(column)) = place {
            #[expect(clippy::cast_possible_truncation, reason = "a weight is a few hundred bits")]
            let weight = (claim.weight * STEPS).round() as i64;
            weights[(row, column)] = weights[(row, column)].max(weight);
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claim(left: u32, right: u32, weight: f64) -> RowClaim {
        RowClaim { left, right, weight }
    }

    #[test]
    fn the_total_counts_not_the_largest_claim() {
        // Greedy would give 1 to row 0 and leave row 1 with nothing.
        let claims = [claim(0, 1, 9.0), claim(0, 2, 8.0), claim(1, 1, 8.5)];
        assert_eq!(assign(&claims), [(0, Placement::Sole(2)), (1, Placement::Sole(1))]);
    }

    #[test]
    fn equal_claims_are_tied_and_others_are_not() {
        let claims = [claim(0, 1, 5.0), claim(1, 1, 5.0), claim(2, 7, 3.0), claim(3, 8, -1.0)];
        let places = assign(&claims);
        assert_eq!(places[0], (0, Placement::Tied));
        assert_eq!(places[1], (1, Placement::Tied));
        assert_eq!(places[2], (2, Placement::Sole(7)));
        assert_eq!(places[3], (3, Placement::Nothing));
    }

    #[test]
    fn a_crowd_is_not_decided() {
        let crowd: Vec<RowClaim> = (0..100).map(|row| claim(row, 5, f64::from(row))).collect();
        assert!(assign(&crowd).iter().all(|(_, place)| *place == Placement::Tied));
    }

    /// Best total by trying everything.
    fn brute_force(weights: &[Vec<Option<i32>>], row: usize, taken: u32) -> i32 {
        if row == weights.len() {
            return 0;
        }
        let mut best = brute_force(weights, row + 1, taken);
        for (column, weight) in weights[row].iter().enumerate() {
            if let (Some(weight), 0) = (weight, taken >> column & 1) {
                best = best.max(weight + brute_force(weights, row + 1, taken | 1 << column));
            }
        }
        best
    }

    proptest! {
        #[test]
        fn no_other_assignment_is_better(
            weights in prop::collection::vec(
                prop::collection::vec(prop::option::weighted(0.6, -3..12_i32), 5), 1..6)
        ) {
            let mut claims = Vec::new();
            for (row, cells) in (0_u32..).zip(&weights) {
                for (column, cell) in (0_u32..).zip(cells) {
                    claims.extend(cell.map(|w| claim(row, column, f64::from(w))));
                }
            }
            let places = assign(&claims);
            let best = brute_force(&weights, 0, 0);
            let mut total = 0;
            let mut taken = Vec::new();
            for (row, place) in &places {
                if let Placement::Sole(column) = place {
                    prop_assert!(!taken.contains(column));
                    taken.push(*column);
                    total += weights[*row as usize][*column as usize].unwrap();
                }
            }
            let tied: Vec<u32> =
                places.iter().filter(|p| p.1 == Placement::Tied).map(|p| p.0).collect();
            if tied.is_empty() {
                prop_assert_eq!(total, best);
            } else {
                // The undisputed places belong to a best assignment: the rest of the rows and
                // columns makes up what is missing.
                let rest: Vec<Vec<Option<i32>>> = tied.iter().map(|row| {
                    (0_u32..).zip(&weights[*row as usize])
                        .map(|(column, w)| w.filter(|_| !taken.contains(&column))).collect()
                }).collect();
                prop_assert_eq!(total + brute_force(&rest, 0, 0), best);
            }
        }
    }
}
