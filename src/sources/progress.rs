//! How a long stage tells that it moves; terminals show it, tests and batch jobs do not.

/// Receives the progress of a stage.
pub trait Progress: Sync {
    /// A stage begins; `total` units are expected (0: not known).
    fn stage(&self, name: &str, total: u64);
    /// So many more units are done.
    fn advance(&self, by: u64);
}
