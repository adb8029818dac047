//! Counts of levels → probabilities, each within the state the values are in.
//!
//! A number may be whole, cut off or masked; a place may be known down to the village or to the
//! county. The state says nothing about identity, so the levels that can occur in one state share
//! a probability of 1 among themselves. Some levels (another county) occur in several states.

use crate::linkage::engine::plan::LevelWeight;

/// Most states one comparison may name.
const STATES: usize = 8;

/// Probability of each level from its count; 0 for levels the model does not list.
///
/// Counts of a level that several states share are spread over these in proportion to what the
/// states show by themselves (the maximum likelihood where the states conflict equally often), evenly where
/// they show nothing.
pub(super) fn shares(levels: &[LevelWeight], counts: &[f64]) -> Vec<f64> {
    let counted = || levels.iter().zip(counts);
    let own: [f64; STATES] = std::array::from_fn(|state| {
        counted().filter(|(level, _)| level.states == 1 << state).map(|(_, count)| count).sum()
    });
    let inside = |states: u8| (0..STATES).filter(move |state| states >> state & 1 == 1);
    let mut all = own;
    for (level, count) in counted().filter(|(level, _)| level.states.count_ones() > 1) {
        let base: f64 = inside(level.states).map(|state| own[state]).sum();
        for state in inside(level.states) {
            let part = if base > 0.0 {
                own[state] / base
            } else {
                1.0 / f64::from(level.states.count_ones())
            };
            all[state] += count * part;
        }
    }
    let share = |(level, count): (&LevelWeight, &f64)| {
        let whole: f64 = inside(level.states).map(|state| all[state]).sum();
        if whole > 0.0 { count / whole } else { 0.0 }
    };
    levels.iter().zip(counts).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(states: u8) -> LevelWeight {
        let label = String::new();
        let (m, u, kin, borrowed) = (0.0, 0.0, 0.0, None);
        LevelWeight { label, m, u, kin, borrowed, frequency: false, estimated: true, states }
    }

    #[test]
    fn states_of_their_own_are_worlds_of_their_own() {
        let levels = [level(1), level(1), level(2), level(2)];
        let found = shares(&levels, &[90.0, 10.0, 3.0, 1.0]);
        assert_eq!(found, [0.9, 0.1, 0.75, 0.25]);
    }

    #[test]
    fn a_shared_conflict_has_one_rate() {
        // 900 villages agree, 90 towns agree, 10 are elsewhere: 1 % conflict in either state.
        let levels = [level(1), level(2), level(3)];
        let found = shares(&levels, &[900.0, 90.0, 10.0]);
        for (found, expected) in found.iter().zip([0.99, 0.99, 0.01]) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }

    #[test]
    fn a_conflict_that_alone_was_seen_is_certain() {
        assert_eq!(shares(&[level(1), level(2), level(3)], &[0.0, 0.0, 10.0]), [0.0, 0.0, 1.0]);
    }

    #[test]
    fn levels_the_model_does_not_list_take_no_part() {
        let levels = [level(1), level(0)];
        assert_eq!(shares(&levels, &[4.0, 6.0]), [1.0, 0.0]);
    }
}
