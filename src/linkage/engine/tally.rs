//! How often numbers occur that were given out one after the other: an array, where a map would miss the
//! processor's cache at every look.

use super::interner::NONE;

/// Counts by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    counts: Vec<u32>,
    /// How often no value was there.
    none: u32,
}

impl Tally {
    /// Counts a number.
    pub(super) fn add(&mut self, number: u32) {
        if number == NONE {
            self.none += 1;
            return;
        }
        let at = number as usize;
        if at >= self.counts.len() {
            self.counts.resize(at + 1, 0);
        }
        self.counts[at] += 1;
    }

    /// How often a number occurs.
    pub(super) fn get(&self, number: u32) -> u32 {
        if number == NONE {
            return self.none;
        }
        self.counts.get(number as usize).copied().unwrap_or(0)
    }

    /// The counts in ascending order of numbers; 0 for numbers between them that never occur.
    pub(super) fn values(&self) -> impl Iterator<Item = &u32> {
        self.counts.iter()
    }
}

/// Birth years by the number of a given name.
#[derive(Clone, Debug, Default)]
pub(super) struct YearsOf {
    starts: Vec<u32>,
    years: Vec<u16>,
}

impl YearsOf {
    /// Of numbers, each with a year.
    pub(super) fn new(born: &[(u32, u16)]) -> Self {
        let mut counts = Tally::default();
        for (number, _) in born {
            counts.add(*number);
        }
        let mut next = Vec::with_capacity(counts.counts.len() + 1);
        let mut sum = 0;
        for count in counts.values() {
            next.push(sum);
            sum += count;
        }
        next.push(sum);
        let starts = next.clone();
        let mut years = vec![0; sum as usize];
        for (number, year) in born.iter().filter(|(number, _)| *number != NONE) {
            let place = &mut next[*number as usize];
            years[*place as usize] = *year;
            *place += 1;
        }
        let mut sorted = Self { starts, years };
        sorted.sort();
        sorted
    }

    fn sort(&mut self) {
        for ends in self.starts.windows(2) {
            self.years[ends[0] as usize..ends[1] as usize].sort_unstable();
        }
    }

    /// The years of a number, sorted.
    pub(super) fn get(&self, number: u32) -> &[u16] {
        let at = number as usize;
        match (self.starts.get(at), at.checked_add(1).and_then(|next| self.starts.get(next))) {
            (Some(start), Some(end)) => &self.years[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// The years of every number.
    pub(super) fn values(&self) -> impl Iterator<Item = &[u16]> {
        self.starts.windows(2).map(|ends| &self.years[ends[0] as usize..ends[1] as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_and_what_is_missing_apart() {
        let mut tally = Tally::default();
        [3, 1, NONE, 3].into_iter().for_each(|number| tally.add(number));
        assert_eq!([0, 1, 2, 3, 4, NONE].map(|number| tally.get(number)), [0, 1, 0, 2, 0, 1]);
        assert_eq!(tally.values().copied().collect::<Vec<u32>>(), [0, 1, 0, 2]);
    }

    #[test]
    fn years_stand_sorted_by_their_number() {
        let years = YearsOf::new(&[(2, 1990), (0, 1950), (2, 0), (NONE, 7), (2, 1971)]);
        assert_eq!([years.get(0), years.get(1)], [&[1950][..], &[]]);
        assert_eq!(years.get(2), [0, 1971, 1990]);
        assert!(years.get(3).is_empty() && years.get(NONE).is_empty());
        assert_eq!(years.values().map(<[u16]>::len).sum::<usize>(), 4);
    }
}
