//! How much of one file has been read, told onwards in steps: a large registry is minutes of work
//! and must not look like standing still.

use super::Progress;

/// Fewer bytes than this are not worth a word.
const STEP: u64 = 64 << 10;

/// The progress of one file. What the readers do not tell is told when it goes.
pub(super) struct Meter<'a> {
    progress: &'a dyn Progress,
    bytes: u64,
    told: u64,
}

impl<'a> Meter<'a> {
    /// Of a file of so many bytes.
    pub(super) fn new(progress: &'a dyn Progress, bytes: u64) -> Self {
        Self { progress, bytes, told: 0 }
    }

    /// So much of the whole is done, in whatever unit the reader knows. Readers go by what a file
    /// says of its size: neither going back nor beyond the end is told.
    pub(super) fn reach(&mut self, done: usize, whole: usize) {
        let part = |number: usize| u128::try_from(number).unwrap_or(0);
        let scaled = u128::from(self.bytes) * part(done.min(whole)) / part(whole.max(1));
        let now = u64::try_from(scaled).unwrap_or(self.bytes);
        if now >= self.told + STEP {
            self.progress.advance(now - self.told);
            self.told = now;
        }
    }
}

impl Drop for Meter<'_> {
    /// The file is done, also where its reader gave up.
    fn drop(&mut self) {
        self.progress.advance(self.bytes - self.told);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::{Meter, Progress, STEP};

    #[derive(Default)]
    struct Told(Mutex<Vec<u64>>);

    impl Progress for Told {
        fn stage(&self, _name: &str, _total: u64) {}

        fn advance(&self, by: u64) {
            self.0.lock().expect("one thread").push(by);
        }
    }

    #[test]
    fn steps_add_up_to_the_file_whatever_the_readers_say() {
        let told = Told::default();
        let mut meter = Meter::new(&told, 10 * STEP);
        for (done, whole) in [(1, 100), (50, 100), (20, 100), (7, 0), (300, 100)] {
            meter.reach(done, whole);
        }
        drop(meter);
        let steps = told.0.into_inner().expect("one thread");
        assert_eq!(steps, [5 * STEP, 5 * STEP, 0]);
    }
}
