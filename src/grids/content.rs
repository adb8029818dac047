//! A file as its readers see it, and what a reader is.

use std::cell::OnceCell;
use std::io::Read as _;

use super::ole::{self, Ole};
use super::{ReadOptions, Refusal, Taker, parts, strangers, text};

/// What a zip package begins with.
pub(super) const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// Tells the format of a file and reads it.
pub(super) type ReadInside = fn(&[u8], ReadOptions<'_>, &mut dyn Taker) -> Result<(), Refusal>;

/// A format that can be read.
pub(super) struct Format {
    /// Whether the content is of this format.
    pub(super) fits: fn(&Content<'_>) -> bool,
    /// Hands its sheets over. May panic on hostile files; [`super::read`] catches that.
    pub(super) read: fn(&Content<'_>, &mut dyn Taker) -> Result<(), Refusal>,
}

/// A file and the views of it by which formats are recognised, each made once and when needed.
pub(super) struct Content<'a> {
    /// The whole file.
    pub(super) bytes: &'a [u8],
    /// What is asked of it.
    pub(super) asked: ReadOptions<'a>,
    /// What holds its parts.
    pub(super) container: Container,
    /// Reads a file found inside this one.
    pub(super) inside: ReadInside,
    mimetype: OnceCell<String>,
    types: OnceCell<String>,
    head: OnceCell<String>,
}

/// What holds the parts of a file, with their names in lower case.
pub(super) enum Container {
    /// A zip package and its parts.
    Zip(Vec<String>),
    /// An OLE container and its streams and storages.
    Ole(Vec<String>),
    /// Nothing: text, or something unknown.
    None,
}

impl<'a> Content<'a> {
    /// Looks into a file.
    ///
    /// # Errors
    /// Where a container cannot be opened, or a mark says what the file is.
    pub(super) fn of(
        bytes: &'a [u8],
        asked: ReadOptions<'a>,
        inside: ReadInside,
    ) -> Result<Self, Refusal> {
        let container = if ZIP.iter().any(|mark| bytes.starts_with(mark)) {
            Container::Zip(zip_parts(bytes)?)
        } else if bytes.starts_with(ole::MARK) {
            Container::Ole(ole_streams(bytes)?)
        } else {
            strangers::refuse_marked(bytes)?;
            Container::None
        };
        Ok(Self {
            bytes,
            asked,
            container,
            inside,
            mimetype: OnceCell::new(),
            types: OnceCell::new(),
            head: OnceCell::new(),
        })
    }

    /// Parts of a zip package; none where it is no package.
    pub(super) fn parts(&self) -> &[String] {
        if let Container::Zip(names) = &self.container { names } else { &[] }
    }

    /// Streams and storages in the root of an OLE container; none where it is none.
    pub(super) fn streams(&self) -> &[String] {
        if let Container::Ole(names) = &self.container { names } else { &[] }
    }

    /// What an `OpenDocument` package says it is.
    pub(super) fn mimetype(&self) -> &str {
        self.mimetype.get_or_init(|| self.small_part("mimetype").trim().to_owned())
    }

    /// What an OOXML package says its parts are, in lower case.
    pub(super) fn content_types(&self) -> &str {
        self.types.get_or_init(|| self.small_part("[Content_Types].xml").to_lowercase())
    }

    /// The beginning of a part; empty where it is missing or cannot be unpacked.
    fn small_part(&self, name: &str) -> String {
        if self.parts().is_empty() {
            return String::new();
        }
        let mut content = Vec::new();
        if let Ok(mut archive) = parts::open(self.bytes)
            && let Ok(entry) = archive.by_name(name)
        {
            // An unreadable part is as good as none.
            drop(entry.take(1 << 16).read_to_end(&mut content));
        }
        parts::as_utf8(&content).into_owned()
    }

    /// The beginning of a text in lower case; empty where the file is a container or no text.
    pub(super) fn head(&self) -> &str {
        self.head.get_or_init(|| {
            if !matches!(self.container, Container::None) {
                return String::new();
            }
            let head = self.bytes.get(..8192).unwrap_or(self.bytes);
            let decoded = text::decode(head, None);
            if text::looks_binary(&decoded.text) {
                return String::new();
            }
            decoded.text.trim_start().to_lowercase()
        })
    }

    /// Whether the file is text of some kind.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.container, Container::None)
            && (!self.head().is_empty() || self.bytes.trim_ascii().is_empty())
    }
}

fn zip_parts(bytes: &[u8]) -> Result<Vec<String>, Refusal> {
    let archive = parts::open(bytes)?;
    let name = |raw: &[u8]| String::from_utf8_lossy(raw).replace('\\', "/").to_lowercase();
    Ok(archive.file_names_raw().map(name).collect())
}

fn ole_streams(bytes: &[u8]) -> Result<Vec<String>, Refusal> {
    let container = Ole::open(bytes)?;
    if container.mentions("DRMEncrypted") {
        return Err(Refusal::Wrapped("RMS/IRM权限管理".into()));
    }
    Ok(container.names())
}
