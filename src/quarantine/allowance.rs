//! What a file of some size may cost its reader.

use std::time::Duration;

/// Whatever the size: programs and libraries themselves, tables of strings, styles.
const MEMORY: u64 = 512 << 20;
/// The dearest honest format holds all cells of a packed file at once.
const MEMORY_PER_BYTE: u64 = 24;
/// No machine of an office has more to give.
const MOST_MEMORY: u64 = 6 << 30;
/// Seconds of computing, whatever the size.
const SECONDS: u64 = 10;
/// Bytes read in a second by the slowest honest format, five times over.
const BYTES_PER_SECOND: u64 = 1 << 20;
/// An unoptimised program is that much slower.
const SLOWNESS: u64 = if cfg!(debug_assertions) { 6 } else { 1 };

/// Memory and time for one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub(super) struct Allowance {
    /// Bytes beyond what the reader holds before it opens the file.
    pub(super) memory: u64,
    /// Seconds of processor time.
    pub(super) seconds: u64,
}

impl Allowance {
    /// For a file of so many bytes.
    pub(super) fn of(bytes: u64) -> Self {
        let memory = MEMORY.saturating_add(bytes.saturating_mul(MEMORY_PER_BYTE));
        Self {
            memory: memory.min(MOST_MEMORY),
            seconds: (SECONDS + bytes / BYTES_PER_SECOND) * SLOWNESS,
        }
    }

    /// Time by the clock: far more than processor time on the busiest machine.
    pub(super) fn patience(self) -> Duration {
        Duration::from_secs(120 + 20 * self.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowance, SLOWNESS};

    #[test]
    fn an_allowance_grows_with_the_file_and_ends() {
        let allowed = |bytes| {
            let Allowance { memory, seconds } = Allowance::of(bytes);
            (memory >> 20, seconds / SLOWNESS)
        };
        assert_eq!(allowed(1000), (512, 10));
        assert_eq!(allowed(50 << 20), (512 + 1200, 60));
        assert_eq!(allowed(u64::MAX).0, 6144);
    }
}
