//! Passwords of `.xls`: RC4 as [MS-OFFCRYPTO] 2.3.5 (`CryptoAPI`, SHA-1) and 2.3.6 (MD5) use it.
//!
//! `office-crypto` opens every other kind of file but this one; the ciphers and digests are those it
//! brings along.

use md5::{Digest as _, Md5};
use rc4::consts::{U7, U8, U16};
use rc4::{KeyInit as _, Rc4, StreamCipher as _};
use sha1::Sha1;

use super::Refusal;

/// Excel and WPS open a file that is merely reserved for writing by themselves with this password.
pub(super) const BUILT_IN_PASSWORD: &str = "VelvetSweatshop";

/// Bytes that share a key.
const BLOCK: usize = 1024;

/// What opens a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StreamKey {
    /// [MS-OFFCRYPTO] 2.3.6.2: the first five bytes of the salted digest.
    Md5([u8; 5]),
    /// [MS-OFFCRYPTO] 2.3.5.2: the salted digest, and how many bytes make a key.
    Sha1([u8; 20], usize),
}

/// Finds the key for the data of a FILEPASS record ([MS-XLS] 2.4.117).
///
/// # Errors
/// [`Refusal::Encrypted`] without any password or for a way of encryption other than RC4,
/// [`Refusal::WrongPassword`] where none fits.
pub(super) fn unlock(info: &[u8], passwords: &[String]) -> Result<StreamKey, Refusal> {
    let lock = Lock::parse(info).ok_or(Refusal::Encrypted)?;
    let mut all = passwords.iter().map(String::as_str).chain([BUILT_IN_PASSWORD]);
    let fitting = all.find_map(|password| {
        let key = lock.key(password);
        lock.opens(&key).then_some(key)
    });
    let wrong = if passwords.is_empty() { Refusal::Encrypted } else { Refusal::WrongPassword };
    fitting.ok_or(wrong)
}

/// What a file says of its password.
struct Lock<'a> {
    salt: &'a [u8],
    /// Encrypted: a verifier of 16 bytes and its digest.
    proof: Vec<u8>,
    /// Bytes of a key, where SHA-1 makes them.
    sha1: Option<usize>,
}

impl<'a> Lock<'a> {
    fn parse(info: &'a [u8]) -> Option<Self> {
        let word = |at: usize| Some(u16::from_le_bytes([*info.get(at)?, *info.get(at + 1)?]));
        match (word(0)?, word(2)?, word(4)?) {
            (1, 1, 1) => {
                Some(Self { salt: info.get(6..22)?, proof: info.get(22..54)?.to_vec(), sha1: None })
            }
            (1, 2..=4, 2) => {
                let bits = usize::from(word(14 + 16)?);
                let verifier = 14 + usize::from(word(10)?);
                let at = |from: usize, to: usize| info.get(verifier + from..verifier + to);
                let sha1 = Some(if bits == 0 { 5 } else { bits / 8 });
                let proof = [at(20, 36)?, at(40, 60)?].concat();
                Some(Self { salt: at(4, 20)?, proof, sha1 })
            }
            _ => None,
        }
    }

    fn key(&self, password: &str) -> StreamKey {
        let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        if let Some(length) = self.sha1 {
            return StreamKey::Sha1(Sha1::digest([self.salt, &password].concat()).into(), length);
        }
        let first = Md5::digest(&password);
        let salted = [first.get(..5).unwrap_or_default(), self.salt].concat().repeat(16);
        let digest: [u8; 16] = Md5::digest(salted).into();
        let mut key = [0; 5];
        key.copy_from_slice(&digest[..5]);
        StreamKey::Md5(key)
    }

    fn opens(&self, key: &StreamKey) -> bool {
        let mut proof = self.proof.clone();
        key.apply(0, &mut proof);
        let (verifier, digest) = proof.split_at(16);
        match key {
            StreamKey::Md5(_) => Md5::digest(verifier).as_slice() == digest,
            StreamKey::Sha1(..) => Sha1::digest(verifier).as_slice() == digest,
        }
    }
}

impl StreamKey {
    /// The bytes to combine with a stream of this length.
    pub(super) fn keystream(&self, length: usize) -> Vec<u8> {
        let mut stream = vec![0; length];
        for (number, block) in (0_u32..).zip(stream.chunks_mut(BLOCK)) {
            self.apply(number, block);
        }
        stream
    }

    fn apply(&self, block: u32, data: &mut [u8]) {
        match self {
            Self::Md5(short) => {
                let key = Md5::digest([&short[..], &block.to_le_bytes()].concat());
                Rc4::<U16>::new(&key).apply_keystream(data);
            }
            Self::Sha1(digest, length) => {
                let whole = Sha1::digest([&digest[..], &block.to_le_bytes()].concat());
                let mut key = [0; 16];
                let length = (*length).min(16);
                key[..length].copy_from_slice(&whole[..length]);
                // The cipher has the length of its key in its type. Keys of 56, 64 and 128 bits are
                // as long as they are; one of 40 bits is filled up with zeros.
                match length {
                    7 => Rc4::<U7>::new(key[..7].into()).apply_keystream(data),
                    8 => Rc4::<U8>::new(key[..8].into()).apply_keystream(data),
                    _ => Rc4::<U16>::new(&key.into()).apply_keystream(data),
                }
            }
        }
    }
}

/// The data of a FILEPASS record for a password, with either digest; and its key.
#[cfg(test)]
pub(super) fn file_pass(password: &str, sha1: bool) -> (Vec<u8>, StreamKey) {
    let (salt, verifier) = ([7; 16], [9_u8; 16]);
    let lock = Lock { salt: &salt, proof: Vec::new(), sha1: sha1.then_some(16) };
    let key = lock.key(password);
    let digest: Vec<u8> = match key {
        StreamKey::Md5(_) => Md5::digest(verifier).to_vec(),
        StreamKey::Sha1(..) => Sha1::digest(verifier).to_vec(),
    };
    let mut proof = [&verifier[..], &digest].concat();
    key.apply(0, &mut proof);
    if !sha1 {
        return ([&[1, 0, 1, 0, 1, 0][..], &salt, &proof].concat(), key);
    }
    let mut header = vec![0; 32];
    header[16..18].copy_from_slice(&128_u16.to_le_bytes());
    let start = [&[1, 0, 2, 0, 2, 0][..], &[0; 4], &32_u32.to_le_bytes(), &header].concat();
    let (one, two) = proof.split_at(16);
    let (sixteen, twenty) = (16_u32.to_le_bytes(), 20_u32.to_le_bytes());
    ([&start[..], &sixteen, &salt, one, &twenty, two].concat(), key)
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN_PASSWORD, Refusal, file_pass, unlock};

    #[test]
    fn the_password_of_the_project_or_the_built_in_one_opens() {
        for sha1 in [false, true] {
            assert!(unlock(&file_pass(BUILT_IN_PASSWORD, sha1).0, &[]).is_ok());
            let (own, _) = file_pass("2019", sha1);
            assert_eq!(unlock(&own, &[]), Err(Refusal::Encrypted));
            assert_eq!(unlock(&own, &["1".to_owned()]), Err(Refusal::WrongPassword));
            assert!(unlock(&own, &["1".to_owned(), "2019".to_owned()]).is_ok());
        }
        assert_eq!(unlock(&[0, 0, 1, 2, 3, 4], &[]), Err(Refusal::Encrypted));
    }
}
