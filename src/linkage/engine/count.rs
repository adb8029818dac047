//! Counts as numbers to reckon with.

/// A count as a float; counts here stay far below 2^52.
pub(in crate::linkage) fn to_f64(count: impl TryInto<u64>) -> f64 {
    let count: u64 = count.try_into().unwrap_or(u64::MAX);
    f64::from(u32::try_from(count / 1024).unwrap_or(u32::MAX)) * 1024.0
        + f64::from(u32::try_from(count % 1024).unwrap_or(0))
}
