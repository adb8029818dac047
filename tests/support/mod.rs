//! What the integration tests share.

pub mod answers;
pub mod chromium;
pub mod desk;
pub mod program;
pub mod source_code;
pub mod story;
pub mod town;
pub mod world;
