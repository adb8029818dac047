//! The byte by which a zip says on which system it was packed. The library that writes workbooks puts its
//! own system there, and results are the same bytes on all.

use std::io::{self, Read, Seek, SeekFrom, Write};

/// Length of the record a zip without a comment ends with.
const END: usize = 22;
/// Length of an entry of its directory, without name and the rest.
const ENTRY: usize = 46;
const ENTRY_MARK: &[u8; 4] = b"PK\x01\x02";
const END_MARK: &[u8; 4] = b"PK\x05\x06";
/// Where an entry says on which system it was packed, and what it says under Unix.
const SYSTEM: usize = 5;
const UNIX: u8 = 3;

/// Rewrites a finished zip as if it had been packed under Unix.
///
/// # Errors
/// What the system says; something that is no zip of at most 65,535 entries.
pub(super) fn as_on_unix(file: &mut (impl Read + Write + Seek)) -> io::Result<()> {
    let mut end = [0; END];
    file.seek(SeekFrom::End(-22))?;
    file.read_exact(&mut end)?;
    if !end.starts_with(END_MARK) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let (length, start) = (long(&end, 12), u64::from(long(&end, 16)));
    let mut directory = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut directory)?;
    let mut place = 0;
    while let Some(entry) = directory.get_mut(place..place + ENTRY) {
        if !entry.starts_with(ENTRY_MARK) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        entry[SYSTEM] = UNIX;
        let rest =
            [28, 30, 32].map(|at| usize::from(u16::from_le_bytes([entry[at], entry[at + 1]])));
        place += ENTRY + rest.iter().sum::<usize>();
    }
    file.seek(SeekFrom::Start(start))?;
    file.write_all(&directory)
}

fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::write::SimpleFileOptions;

    use super::as_on_unix;

    fn packed(system: zip::System) -> Vec<u8> {
        let options = SimpleFileOptions::default().system(system);
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in
            [("[Content_Types].xml", "a"), ("xl/工作簿.xml", ""), ("z", "PK\x01\x02")]
        {
            out.start_file(name, options).unwrap();
            out.write_all(text.as_bytes()).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    #[test]
    fn a_workbook_packed_on_windows_is_the_one_packed_here() {
        let (here, there) = (packed(zip::System::Unix), packed(zip::System::Dos));
        assert_ne!(here, there);
        let mut changed = Cursor::new(there);
        as_on_unix(&mut changed).unwrap();
        assert_eq!(changed.into_inner(), here);
        assert!(as_on_unix(&mut Cursor::new(vec![b'x'; 40])).is_err());
    }
}
