//! Sums of files and texts, as they are written everywhere: SHA-256 in lower-case hexadecimal.

use sha2::{Digest as _, Sha256};

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::{hex, sha256};

    #[test]
    fn sums_are_written_as_everywhere() {
        assert_eq!(hex(&[0, 0x1f, 0xff]), "001fff");
        assert!(sha256(b"").starts_with("e3b0c44298fc1c149afbf4c8996fb924"));
    }
}
