//! Names as people type them → [`PersonName`].

use compact_str::CompactString;

/// Flags of what was met in a name.
pub mod note {
    /// Blanks inside or around were taken off.
    pub const BLANKS: u8 = 1;
    /// Another mark stood where U+00B7 belongs.
    pub const SEPARATOR: u8 = 1 << 1;
    /// A suffix such as (大), （二） or 1 was taken off.
    pub const SUFFIX: u8 = 1 << 2;
    /// A character is unknown (?, □, *).
    pub const UNKNOWN_GLYPH: u8 = 1 << 3;
    /// Compatibility or full-width forms were folded.
    pub const COMPATIBILITY: u8 = 1 << 4;
}

/// One person's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonName {
    /// The cell as it stood.
    pub raw: CompactString,
    /// Cleaned: no blanks, U+00B7 separators, no suffix; unknown glyphs are `?`. Empty when missing.
    pub text: CompactString,
    /// `text` with traditional and variant forms folded, for comparison only.
    pub folded: CompactString,
    /// Bits of [`note`].
    pub notes: u8,
}
