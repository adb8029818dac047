//! The bytes of a file, no more than can be honest, with their sum.

use std::io::{self, Read as _};
use std::path::Path;

use fs_err::File;
use sha2::{Digest as _, Sha256};

use crate::digest;
use crate::grids::Refusal;

/// No list of people is larger: a registry of a million persons takes a quarter of it.
const MOST_BYTES: u64 = 1 << 30;

/// What identifies a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct FileIdentity {
    /// SHA-256 in lower-case hexadecimal; empty for a file that could not be opened or is too large.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// Reads a whole file.
///
/// # Errors
/// Why not, with what is known of it.
pub(super) fn read(path: &Path) -> Result<(FileIdentity, Vec<u8>), (FileIdentity, Refusal)> {
    let (file, bytes) = open(path)?;
    let failed = |error: &io::Error| {
        (FileIdentity { bytes, ..FileIdentity::default() }, Refusal::unreadable(error))
    };
    let mut contents = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut contents).map_err(|error| failed(&error))?;
    let bytes = u64::try_from(contents.len()).unwrap_or(u64::MAX);
    Ok((FileIdentity { sha256: digest::sha256(&contents), bytes }, contents))
}

/// The sum of a file as [`Readers::read`](super::Readers::read) would tell it; nothing is parsed.
pub fn sum(path: &Path) -> FileIdentity {
    let (mut file, bytes) = match open(path) {
        Ok(opened) => opened,
        Err((sum, _)) => return sum,
    };
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => hasher.update(&buffer[..count]),
            Err(_) => return FileIdentity { bytes, ..FileIdentity::default() },
        }
    }
    FileIdentity { sha256: digest::hex(&hasher.finalize()), bytes }
}

fn open(path: &Path) -> Result<(File, u64), (FileIdentity, Refusal)> {
    let failed = |error: &io::Error| (FileIdentity::default(), Refusal::unreadable(error));
    let data = fs_err::metadata(path).map_err(|error| failed(&error))?;
    let bytes = data.len();
    let sum = FileIdentity { bytes, ..FileIdentity::default() };
    if !data.is_file() {
        return Err((sum, Refusal::Unreadable("不是普通文件".to_owned())));
    }
    if bytes > MOST_BYTES {
        return Err((sum, Refusal::TooLarge { megabytes: bytes >> 20, most: MOST_BYTES >> 20 }));
    }
    let file = File::open(path).map_err(|error| failed(&error))?;
    Ok((file, bytes))
}

#[cfg(test)]
mod tests {
    use super::{MOST_BYTES, read, sum};
    use crate::grids::Refusal;

    #[test]
    fn a_sum_is_the_same_read_or_only_summed_and_large_files_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs_err::write(&path, "姓名").unwrap();
        let (known, contents) = read(&path).unwrap();
        assert_eq!((known.bytes, contents.as_slice()), (6, "姓名".as_bytes()));
        assert_eq!(known, sum(&path));
        // Sparse: takes no room on the disk.
        fs_err::File::create(&path).unwrap().set_len(MOST_BYTES + 1).unwrap();
        let (known, refusal) = read(&path).unwrap_err();
        assert!(matches!(refusal, Refusal::TooLarge { megabytes: 1024, most: 1024 }));
        assert_eq!(known, sum(&path));
        assert_eq!((known.sha256.as_str(), known.bytes), ("", MOST_BYTES + 1));
        let (_, refusal) = read(folder.path()).unwrap_err();
        assert!(matches!(refusal, Refusal::Unreadable(_)));
    }
}
