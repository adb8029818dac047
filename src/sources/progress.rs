//! How far a run has come, told to whoever shows it.

/// Receives the progress of a stage. Called from several threads.
pub trait Progress: Sync {
    /// A stage begins: its name for users and how many units of work it has.
    fn stage(&self, name: &str, total: u64);

    /// So many more units are done.
    fn advance(&self, by: u64);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _name: &str, _total: u64) {}

    fn advance(&self, _by: u64) {}
}
