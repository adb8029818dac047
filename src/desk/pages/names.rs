//! How people are named on pages.

/// A name, or that there is none.
pub(in crate::desk) fn name(text: &str) -> &str {
    if text.is_empty() { "（无姓名）" } else { text }
}
