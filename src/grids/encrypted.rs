//! OOXML workbooks encrypted with a password: opened, then read as what is inside.

use super::content::{Content, Format};
use super::{Refusal, Taker, package};

/// See [`Format`].
pub(super) const FORMAT: Format = Format { fits, read };

fn fits(content: &Content<'_>) -> bool {
    content.streams().iter().any(|name| name == "encryptedpackage")
}

fn read(content: &Content<'_>, taker: &mut dyn Taker) -> Result<(), Refusal> {
    let opened = package::decrypt(content.bytes, content.asked.passwords)?;
    (content.inside)(&opened, content.asked, taker)
}
