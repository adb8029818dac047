//! What nobody can guess: how it is made, and how it is compared.

use subtle::ConstantTimeEq as _;

/// 192 random bits as hexadecimal digits.
pub(super) fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}

/// Compares secrets in constant time: the duration reveals nothing about the matching prefix.
pub(super) fn is_same(given: &str, secret: &str) -> bool {
    given.as_bytes().ct_eq(secret.as_bytes()).into()
}
