//! What the integration tests share.

pub mod answers;
pub mod program;
pub mod source_code;
pub mod story;
pub mod town;
