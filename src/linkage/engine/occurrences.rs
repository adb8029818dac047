//! How often numbers occur that were given out one after the other: an array, where a map would miss the
//! processor's cache at every look.

use super::interner::NONE;

/// Counts by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Occurrences {
    counts: Vec<u32>,
    /// How often no value was there.
    none: u32,
}

impl Occurrences {
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

    /// The counts of all numbers; 0 for numbers that never occur.
    pub(super) fn values(&self) -> impl Iterator<Item = &u32> {
        self.counts.iter().chain([&self.none])
    }
}

/// A given name with the birth year of one who bears it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bearer {
    /// Number of the given name; [`NONE`] where the name has none.
    pub given: u32,
    /// The year; 0 where it is not known.
    pub year: u16,
}

/// Birth years by the number of a given name.
#[derive(Clone, Debug, Default)]
pub(super) struct YearsOf {
    /// Where the years of each number begin, and where the last ones end.
    starts: Vec<u32>,
    years: Vec<u16>,
    /// Years of those whose name has no given name.
    none: Vec<u16>,
}

impl YearsOf {
    /// Of all bearers.
    pub(super) fn new(bearers: impl Iterator<Item = Bearer> + Clone) -> Self {
        let mut counts = Occurrences::default();
        for bearer in bearers.clone() {
            counts.add(bearer.given);
        }
        let mut years = Self { starts: vec![0], ..Self::default() };
        let mut sum = 0;
        for count in &counts.counts {
            sum += count;
            years.starts.push(sum);
        }
        years.years = vec![0; sum as usize];
        years.fill(bearers);
        for ends in years.starts.windows(2) {
            years.years[ends[0] as usize..ends[1] as usize].sort_unstable();
        }
        years.none.sort_unstable();
        years
    }

    fn fill(&mut self, bearers: impl Iterator<Item = Bearer>) {
        let mut next = self.starts.clone();
        for Bearer { given, year } in bearers {
            if given == NONE {
                self.none.push(year);
            } else {
                let place = &mut next[given as usize];
                self.years[*place as usize] = year;
                *place += 1;
            }
        }
    }

    /// The years of a number, sorted.
    pub(super) fn get(&self, number: u32) -> &[u16] {
        if number == NONE {
            return &self.none;
        }
        let at = number as usize;
        match self.starts.get(at..at + 2) {
            Some([start, end]) => &self.years[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// The years of all numbers.
    pub(super) fn values(&self) -> impl Iterator<Item = &[u16]> {
        let of = |ends: &[u32]| &self.years[ends[0] as usize..ends[1] as usize];
        self.starts.windows(2).map(of).chain([&*self.none])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_and_what_is_missing_apart() {
        let mut occurrences = Occurrences::default();
        for number in [3, 1, NONE, 3] {
            occurrences.add(number);
        }
        assert_eq!([0, 1, 2, 3, 4, NONE].map(|number| occurrences.get(number)), [0, 1, 0, 2, 0, 1]);
        assert_eq!(occurrences.values().sum::<u32>(), 4);
    }

    #[test]
    fn years_stand_sorted_by_their_number() {
        let born = [(2, 1990), (0, 1950), (2, 0), (NONE, 7), (2, 1971)];
        let years = YearsOf::new(born.into_iter().map(|(given, year)| Bearer { given, year }));
        assert_eq!([years.get(0), years.get(NONE)], [&[1950][..], &[7]]);
        assert_eq!(years.get(2), [0, 1971, 1990]);
        assert!(years.get(1).is_empty() && years.get(3).is_empty());
        assert_eq!(years.values().map(<[u16]>::len).sum::<usize>(), 5);
        assert!(YearsOf::default().get(0).is_empty());
    }
}
