//! OLE containers ([MS-CFB]) as lenient as Excel opens them: only the root storage's own streams are
//! seen, so that an object embedded in a list is never read in its place.
//!
//! The crates that read these containers insist on what writers get wrong: a full last sector,
//! the order of the directory's red-black tree, a root called `Root Entry`, the marks of FAT
//! sectors. Finding a stream needs none of that.

use std::collections::BTreeSet;

use super::Refusal;

/// First bytes of a container.
pub(super) const MARK: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Sector numbers from here on are no sectors.
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
/// `NOSTREAM`: no such neighbour in the directory.
const NOBODY: u32 = 0xFFFF_FFFF;
/// Bytes of a sector of the mini stream, and the stream size below which it is used.
const MINI_SECTOR: usize = 64;
const MINI_CUTOFF: usize = 4096;
/// Bytes of a directory entry.
const ENTRY: usize = 128;

/// A container, its directory read.
pub(super) struct Ole<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    entries: Vec<DirectoryEntry>,
    root: Vec<usize>,
}

/// One entry of the directory.
struct DirectoryEntry {
    name: String,
    /// 1 storage, 2 stream, 5 root.
    kind: u8,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    size: usize,
}

impl<'a> Ole<'a> {
    /// Reads the directory of a container.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] where there is none.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        Self::parse(bytes).ok_or_else(|| Refusal::Damaged("OLE结构不完整".to_owned()))
    }

    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16_at(bytes, 30)?;
        // Sectors have 512 or 4096 bytes; other figures are slips of a writer.
        let sector = if shift == 12 { 4096 } else { 512 };
        let mut ole = Self {
            bytes,
            sector,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini: Vec::new(),
            entries: Vec::new(),
            root: Vec::new(),
        };
        ole.fat = ole.read_fat()?;
        let directory = ole.chain(u32_at(bytes, 48)?, usize::MAX);
        ole.entries = directory.chunks_exact(ENTRY).filter_map(DirectoryEntry::parse).collect();
        let top = ole.entries.iter().find(|entry| entry.kind == 5).or(ole.entries.first())?;
        let (start, size, child) = (top.start, top.size, top.child);
        ole.mini = ole.chain(start, size);
        ole.mini_fat = numbers(&ole.chain(u32_at(bytes, 60)?, usize::MAX));
        ole.root = ole.members(child);
        if !ole.root.iter().any(|place| ole.entries[*place].kind == 2) {
            ole.root = ole.orphans();
        }
        Some(ole)
    }

    /// The sector table: its own sectors are listed in the header and in further ones.
    fn read_fat(&self) -> Option<Vec<u32>> {
        let mut places: Vec<u32> = numbers(self.bytes.get(76..512)?);
        let mut next = u32_at(self.bytes, 68)?;
        let mut seen = BTreeSet::new();
        while next < LAST_SECTOR && seen.insert(next) {
            let mut further = numbers(self.sector(next)?);
            next = further.pop().unwrap_or(LAST_SECTOR);
            places.append(&mut further);
        }
        // Not every writer fills the rest of the list with “free”: the count ends it as well.
        let count = usize::try_from(u32_at(self.bytes, 44)?).ok()?.max(1);
        let used = places.into_iter().filter(|place| *place < LAST_SECTOR);
        let used = used.take(count.min(self.bytes.len() / self.sector + 1));
        Some(used.filter_map(|place| self.sector(place)).flat_map(numbers).collect())
    }

    /// A sector; the last one of a file may be short.
    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = (usize::try_from(number).ok()? + 1).checked_mul(self.sector)?;
        let end = (start + self.sector).min(self.bytes.len());
        self.bytes.get(start..end).filter(|bytes| !bytes.is_empty())
    }

    /// What a chain of sectors holds, up to a size.
    fn chain(&self, start: u32, size: usize) -> Vec<u8> {
        let most = self.bytes.len() / self.sector + 1;
        let sectors = links(&self.fat, start, most).map_while(|number| self.sector(number));
        gather(sectors, size)
    }

    /// The entries of one storage.
    fn members(&self, child: u32) -> Vec<usize> {
        let mut found = BTreeSet::new();
        let mut open = vec![child];
        while let Some(number) = open.pop() {
            let Some(place) = usize::try_from(number).ok() else { continue };
            if let Some(entry) = self.entries.get(place)
                && number != NOBODY
                && matches!(entry.kind, 1 | 2)
                && found.insert(place)
            {
                open.extend([entry.left, entry.right]);
            }
        }
        found.into_iter().collect()
    }

    /// Entries that no storage but the root can own, for a directory without a usable tree.
    fn orphans(&self) -> Vec<usize> {
        let storages = self.entries.iter().filter(|entry| entry.kind == 1);
        let owned: BTreeSet<usize> = storages.flat_map(|entry| self.members(entry.child)).collect();
        let streams = (0..self.entries.len()).filter(|place| self.entries[*place].kind == 2);
        streams.filter(|place| !owned.contains(place)).collect()
    }

    /// Names in the root storage, in lower case.
    pub(super) fn names(&self) -> Vec<String> {
        self.root.iter().map(|place| self.entries[*place].name.to_lowercase()).collect()
    }

    /// Whether any entry at any depth has these letters in its name.
    pub(super) fn mentions(&self, part: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.contains(part))
    }

    /// A stream of the root storage, whatever the case of its name.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let mut streams = self.root.iter().map(|place| &self.entries[*place]);
        let entry =
            streams.find(|entry| entry.kind == 2 && entry.name.eq_ignore_ascii_case(name))?;
        if entry.size >= MINI_CUTOFF || self.mini_fat.is_empty() {
            return Some(self.chain(entry.start, entry.size));
        }
        let part = |number: u32| {
            let start = usize::try_from(number).ok()?.checked_mul(MINI_SECTOR)?;
            let end = (start + MINI_SECTOR).min(self.mini.len());
            self.mini.get(start..end)
        };
        let most = self.mini.len() / MINI_SECTOR + 1;
        Some(gather(links(&self.mini_fat, entry.start, most).map_while(part), entry.size))
    }
}

impl DirectoryEntry {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let length = usize::from(u16_at(bytes, 64)?).min(64);
        let units: Vec<u16> = bytes
            .get(..length)?
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .take_while(|unit| *unit != 0)
            .collect();
        Some(Self {
            name: String::from_utf16_lossy(&units),
            kind: *bytes.get(66)?,
            left: u32_at(bytes, 68)?,
            right: u32_at(bytes, 72)?,
            child: u32_at(bytes, 76)?,
            start: u32_at(bytes, 116)?,
            size: usize::try_from(u32_at(bytes, 120)?).ok()?,
        })
    }
}

/// The numbers of a chain; one with more links than there can be sectors runs in a circle.
fn links(table: &[u32], start: u32, most: usize) -> impl Iterator<Item = u32> + '_ {
    let next = |number: &u32| usize::try_from(*number).ok().and_then(|at| table.get(at).copied());
    let chain = std::iter::successors(Some(start), next);
    chain.take_while(|number| *number < LAST_SECTOR).take(most)
}

fn gather<'b>(pieces: impl Iterator<Item = &'b [u8]>, size: usize) -> Vec<u8> {
    let mut content = Vec::new();
    for piece in pieces {
        content.extend_from_slice(piece);
        if content.len() >= size {
            break;
        }
    }
    content.truncate(size);
    content
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    let number = |four: &[u8]| u32::from_le_bytes([four[0], four[1], four[2], four[3]]);
    bytes.chunks_exact(4).map(number).collect()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16_at(bytes, at)?) | u32::from(u16_at(bytes, at + 2)?) << 16)
}

/// A container of one stream called `Workbook`: version 4, whose large sectors keep the sector
/// table within the header for any workbook there can be.
pub(super) fn wrap(stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 4096;
    const PER_TABLE: usize = SECTOR / 4;
    const END: u32 = 0xFFFF_FFFE;
    const FREE: u32 = 0xFFFF_FFFF;
    const TABLE: u32 = 0xFFFF_FFFD;
    let number = |value: usize| u32::try_from(value).unwrap_or(FREE);
    // Below the cutoff it would belong into the mini stream.
    let sectors = stream.len().max(MINI_CUTOFF).div_ceil(SECTOR);
    let tables = (sectors + 1 + sectors.div_ceil(PER_TABLE) + 1).div_ceil(PER_TABLE);
    let mut out = header(number(tables), number(sectors + 1));
    out.resize(SECTOR, 0);
    out.extend(entry("Root Entry", 5, 1, 0, 0));
    out.extend(entry("Workbook", 2, FREE, 1, number(sectors * SECTOR)));
    out.resize(2 * SECTOR, 0);
    out.extend_from_slice(stream);
    out.resize((2 + sectors) * SECTOR, 0);
    let mut table = vec![FREE; tables * PER_TABLE];
    table[0] = END;
    for (place, next) in table.iter_mut().enumerate().skip(1).take(sectors) {
        *next = if place == sectors { END } else { number(place + 1) };
    }
    table[sectors + 1..=sectors + tables].fill(TABLE);
    out.extend(table.into_iter().flat_map(u32::to_le_bytes));
    out
}

/// [MS-CFB] 2.2, the directory in sector 0, the sector table from `first_table` on.
fn header(tables: u32, first_table: u32) -> Vec<u8> {
    let mut out = MARK.to_vec();
    out.extend([0; 16]);
    for half in [0x3E_u16, 4, 0xFFFE, 12, 6, 0, 0, 0] {
        out.extend(half.to_le_bytes());
    }
    let no_chain = 0xFFFF_FFFE_u32;
    let cutoff = 4096;
    for word in [1, tables, 0, 0, cutoff, no_chain, 0, no_chain, 0] {
        out.extend(u32::to_le_bytes(word));
    }
    let listed = (0..109).map(|place| if place < tables { first_table + place } else { NOBODY });
    out.extend(listed.flat_map(u32::to_le_bytes));
    out
}

/// [MS-CFB] 2.6.1.
fn entry(name: &str, kind: u8, child: u32, start: u32, size: u32) -> Vec<u8> {
    let mut out: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = u16::try_from(out.len() + 2).unwrap_or(64);
    out.resize(64, 0);
    out.extend(length.to_le_bytes());
    out.extend([kind, 1]);
    out.extend([NOBODY, NOBODY, child].into_iter().flat_map(u32::to_le_bytes));
    out.resize(116, 0);
    out.extend([start, size, 0].into_iter().flat_map(u32::to_le_bytes));
    out
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::{Ole, wrap};

    fn container(streams: &[(&str, &[u8])]) -> Vec<u8> {
        let mut made = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for (path, content) in streams {
            let folder = std::path::Path::new(path).parent().unwrap();
            made.create_storage_all(folder).unwrap();
            made.create_stream(path).unwrap().write_all(content).unwrap();
        }
        made.into_inner().into_inner()
    }

    #[test]
    fn only_streams_of_the_root_are_seen() {
        let (small, large) = (vec![7; 100], vec![9; 9000]);
        let inner: &[u8] = b"another workbook";
        let streams: [(&str, &[u8]); 3] =
            [("/MBD1/Workbook", inner), ("/Book", &large), ("/Summary", &small)];
        let bytes = container(&streams);
        let ole = Ole::open(&bytes).unwrap();
        assert_eq!(ole.stream("workbook"), None);
        assert_eq!(ole.stream("BOOK"), Some(large));
        assert_eq!(ole.stream("Summary"), Some(small));
        assert!(ole.mentions("MBD1"));
    }

    #[test]
    fn a_short_last_sector_is_enough() {
        let content = vec![5; 9000];
        let mut bytes = container(&[("/Workbook", &content)]);
        let last = bytes.iter().rposition(|byte| *byte == 5).unwrap();
        let end = last - last % 512 + 512;
        if end == bytes.len() {
            bytes.truncate(last + 1);
        }
        assert_eq!(Ole::open(&bytes).unwrap().stream("Workbook"), Some(content));
    }

    #[test]
    fn what_was_wrapped_is_found_by_this_and_by_a_strict_reader() {
        for length in [10, 4096, 5000, 5_000_000] {
            let mut content = vec![3; length];
            content[length - 1] = 4;
            let bytes = wrap(&content);
            let found = Ole::open(&bytes).unwrap().stream("Workbook").unwrap();
            assert_eq!(found.get(..length), Some(content.as_slice()));
            let mut strict = cfb::CompoundFile::open(Cursor::new(&bytes)).unwrap();
            assert!(strict.open_stream("/Workbook").unwrap().len() >= length as u64);
        }
    }

    #[test]
    fn circles_end() {
        let mut bytes = wrap(&[1; 9000]);
        let table = 4096 * 5;
        bytes[table + 8..table + 12].copy_from_slice(&1_u32.to_le_bytes());
        assert!(Ole::open(&bytes).unwrap().stream("Workbook").unwrap().len() >= 9000);
    }
}
