//! Sums of files, and short names for lists of texts: SHA-256 in lower-case hexadecimal.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 over a list of texts, each with its length (eight bytes, little-endian) in front, so that
/// no two lists read the same.
#[derive(Clone, Debug, Default)]
pub struct TextDigest(Sha256);

impl TextDigest {
    /// Over some texts.
    pub fn of<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let mut digest = Self::default();
        digest.extend(texts);
        digest
    }

    /// Takes in more texts.
    pub fn extend<T: AsRef<str>>(&mut self, texts: impl IntoIterator<Item = T>) {
        for text in texts {
            let text = text.as_ref();
            self.0.update((text.len() as u64).to_le_bytes());
            self.0.update(text);
        }
    }

    /// The 32 bytes.
    pub fn bytes(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    /// The first bytes as twice as many hexadecimal digits.
    pub fn hex(self, bytes: usize) -> String {
        hex::encode(self.bytes().get(..bytes).unwrap_or_default())
    }
}

/// Digests nobody can make without the secret: HMAC-SHA256 (RFC 2104).
#[derive(Clone)]
pub struct KeyedDigest(Hmac<Sha256>);

impl fmt::Debug for KeyedDigest {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("KeyedDigest")
    }
}

impl KeyedDigest {
    /// Under a secret.
    pub fn new(secret: &[u8]) -> Self {
        Self(Hmac::new_from_slice(secret).expect("HMAC takes a secret of any length"))
    }

    /// Of the parts, one after the other.
    pub fn of(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut digest = self.0.clone();
        for part in parts {
            digest.update(part);
        }
        digest.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyedDigest, TextDigest, hex, sha256};

    /// Test case 2 of RFC 4231.
    #[test]
    fn keyed_digests_are_those_of_the_standard() {
        let digest = KeyedDigest::new(b"Jefe").of(&[b"what do ya want ", b"for nothing?"]);
        assert!(hex(&digest).starts_with("5bdcc146bf60754e6a042426089575c7"));
    }

    #[test]
    fn lists_are_told_apart_by_where_texts_end() {
        let name = |texts: &[&str]| TextDigest::of(texts).hex(5);
        assert_eq!(name(&["ab", "c"]).len(), 10);
        assert_ne!(name(&["ab", "c"]), name(&["a", "bc"]));
        assert_ne!(name(&[]), name(&[""]));
    }

    #[test]
    fn sums_are_written_as_everywhere() {
        assert_eq!(hex(&[0, 0x1f, 0xff]), "001fff");
        assert!(sha256(b"").starts_with("e3b0c44298fc1c149afbf4c8996fb924"));
    }
}
