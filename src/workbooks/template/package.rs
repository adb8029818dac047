//! The parts of an `.xlsx`, in their order. All but the filled sheet are handed on as they are; the
//! calculation chain is left out, because it may name cells that have moved: programs make it anew.

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use zip::write::SimpleFileOptions;

use super::references::Shift;

const CHAIN: &str = "xl/calcChain.xml";
const WORKBOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
/// Unpacked size no blank form reaches.
pub(super) const LARGEST: u64 = 64 << 20;

/// An opened workbook.
pub(super) struct Package {
    parts: Vec<(String, Vec<u8>)>,
}

impl Package {
    /// Unpacks a workbook.
    ///
    /// # Errors
    /// Where it is none.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, String> {
        let damaged = |error: &dyn std::fmt::Display| format!("打不开这个工作簿：{error}");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
        let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
        let mut room = LARGEST;
        for index in 0..archive.len() {
            let part = archive.by_index(index).map_err(|error| damaged(&error))?;
            let name = part.name().map_err(|error| damaged(&error))?.into_owned();
            let mut content = Vec::new();
            part.take(room + 1).read_to_end(&mut content).map_err(|error| damaged(&error))?;
            let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
            room = room.checked_sub(length).ok_or(TOO_LARGE)?;
            harmless(&name, &content)?;
            if parts.iter().any(|(own, _)| *own == name) {
                return Err(format!("这个工作簿里有两个部件同名（“{name}”）；{SAVE_AGAIN}"));
            }
            if !name.ends_with('/') && name != CHAIN {
                parts.push((name, content));
            }
        }
        let mut package = Self { parts };
        for name in ["[Content_Types].xml", RELATIONS] {
            if let Some(text) = package.text(name).map(without_chain) {
                package.replace(name, &text);
            }
        }
        Ok(package)
    }

    /// A part as text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let part = self.parts.iter().find(|(own, _)| own == name);
        part.and_then(|(_, content)| std::str::from_utf8(content).ok())
    }

    /// Puts other content into a part.
    pub(super) fn replace(&mut self, name: &str, text: &str) {
        for (_, content) in self.parts.iter_mut().filter(|(own, _)| own == name) {
            *content = text.as_bytes().to_vec();
        }
    }

    /// The part a sheet stands in.
    pub(super) fn sheet(&self, name: &str) -> Option<String> {
        let sheets = tags(self.text(WORKBOOK)?, "sheet");
        let sheet = sheets.iter().find(|tag| value(tag, "name").as_deref() == Some(name))?;
        let id = value(sheet, "r:id")?;
        let relations = tags(self.text(RELATIONS)?, "Relationship");
        let relation = relations.iter().find(|tag| value(tag, "Id").as_ref() == Some(&id))?;
        let target = value(relation, "Target")?;
        Some(match target.strip_prefix('/') {
            Some(whole) => whole.to_owned(),
            None => format!("xl/{target}"),
        })
    }

    /// The merged areas of a sheet, as it writes them: `A1:C3`.
    pub(super) fn merges(&self, part: &str) -> Vec<String> {
        let merges = tags(self.text(part).unwrap_or_default(), "mergeCell");
        merges.iter().filter_map(|tag| value(tag, "ref")).collect()
    }

    /// Moves the print area and other names of a sheet with its rows.
    pub(super) fn move_names(&mut self, sheet: &str, shift: Shift) {
        let Some(text) = self.text(WORKBOOK) else { return };
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let own = names_of(sheet);
        while let Some(open) = rest.find("<definedName ") {
            let Some(end) = rest.get(open..).and_then(|tail| tail.find("</definedName>")) else {
                break;
            };
            let (piece, tail) = rest.split_at(open + end);
            let content = piece.rfind('>').map_or(piece.len(), |at| at + 1);
            let (tag, area) = piece.split_at(content);
            out.push_str(tag);
            if own.iter().any(|name| area.starts_with(name)) {
                out.push_str(&shift.text(area));
            } else {
                out.push_str(area);
            }
            rest = tail;
        }
        out.push_str(rest);
        self.replace(WORKBOOK, &out);
    }

    /// Moves what other sheets and charts say of a sheet with its rows, and drops the stored
    /// values of their formulas: they are those of the empty blank, and programs compute them anew.
    pub(super) fn follow(&mut self, sheet: &str, own: &str, shift: Shift) {
        let names = names_of(sheet);
        for (name, content) in self.parts.iter_mut().filter(|(name, _)| name != own) {
            let is_sheet = name.starts_with("xl/worksheets/");
            let Ok(text) = std::str::from_utf8(content) else { continue };
            if is_sheet {
                *content = without_values(&shift.behind(text, &names)).into_bytes();
            } else if name.starts_with("xl/charts/") {
                *content = shift.behind(text, &names).into_bytes();
            }
        }
    }

    /// Packs the workbook; equal parts give equal bytes.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub(super) fn save(&self, path: &Path) -> std::io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .system(zip::System::Unix);
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.parts {
            out.start_file(name.as_str(), options)?;
            out.write_all(content)?;
        }
        let packed = out.finish()?.into_inner();
        crate::private_files::create_file(path)?.write_all(&packed)
    }
}

const SAVE_AGAIN: &str = "请在 Excel/WPS 中打开后另存为 .xlsx，再用另存的文件";
const TOO_LARGE: &str = "解压后超过64MB，不像是空白表";

/// Refuses what no office program writes and what would travel into the filled form: parts that
/// unpack outside their folder, and declarations that make a reader fetch or multiply text.
fn harmless(name: &str, content: &[u8]) -> Result<(), String> {
    let inside = |part: &str| !["", ".", ".."].contains(&part);
    let plain = name.trim_end_matches('/').split('/').all(inside)
        && !name.contains(['\\', ':'])
        && !name.chars().any(char::is_control);
    if !plain {
        return Err(format!("这个工作簿里有一个部件的名字不合规矩（“{name}”）；{SAVE_AGAIN}"));
    }
    let ending = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    if ["xml", "rels", "vml"].contains(&ending.as_str()) && declares_a_type(content) {
        return Err(format!("这个工作簿的部件“{name}”里有DOCTYPE声明；{SAVE_AGAIN}"));
    }
    Ok(())
}

/// Whether XML has a document type, in any encoding Excel reads.
fn declares_a_type(content: &[u8]) -> bool {
    let letters: Vec<u8> =
        content.iter().filter(|byte| **byte != 0).map(u8::to_ascii_uppercase).collect();
    memchr::memmem::find(&letters, b"<!DOCTYPE").is_some()
}

/// How formulas name a sheet.
fn names_of(sheet: &str) -> [String; 3] {
    let plain = quick_xml::escape::escape(sheet);
    [format!("{plain}!"), format!("'{plain}'!"), format!("&apos;{plain}&apos;!")]
}

/// A sheet without the stored values of its formulas.
pub(super) fn without_values(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("<v>") {
        let computed = before.ends_with("</f>")
            || before.rfind('<').and_then(|at| before.get(at..)).is_some_and(|tag| {
                (tag.starts_with("<f ") || tag.starts_with("<f/")) && tag.ends_with("/>")
            });
        out.push_str(before);
        match tail.split_once("</v>") {
            Some((_, after)) if computed => rest = after,
            _ => {
                out.push_str("<v>");
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text without the element that names the calculation chain.
fn without_chain(text: &str) -> String {
    let place = text.find("calcChain.xml").and_then(|at| {
        let (before, after) = text.split_at(at);
        Some((before.rfind('<')?, at + after.find("/>")? + 2))
    });
    match place {
        Some((open, close)) => [text.split_at(open).0, text.split_at(close).1].concat(),
        None => text.to_owned(),
    }
}

fn tags<'text>(text: &'text str, name: &str) -> Vec<BytesStart<'text>> {
    let mut xml = quick_xml::Reader::from_str(text);
    let mut found = Vec::new();
    while let Ok(event) = xml.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == name => found.push(tag),
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

fn value(tag: &BytesStart<'_>, key: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let found = attributes.with_checks(false).flatten().find(|one| one.key.as_ref() == key)?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::write::SimpleFileOptions;

    use super::Package;

    fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            out.start_file(*name, SimpleFileOptions::default()).unwrap();
            out.write_all(content).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    #[test]
    fn what_no_office_program_writes_is_refused() {
        let utf16: Vec<u8> = "<!DOCTYPE x>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let sheet = "xl/worksheets/sheet1.xml";
        let refused: [(&str, &[u8]); 6] = [
            ("../../home/.bashrc", b"x"),
            ("/etc/passwd", b"x"),
            ("xl\\..\\..\\x", b"x"),
            ("C:/x", b"x"),
            (
                sheet,
                b"<?xml version='1.0'?><!doctype x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><a/>",
            ),
            (sheet, &utf16),
        ];
        for (name, content) in refused {
            let told = Package::open(&packed(&[(name, content)])).err().unwrap_or_default();
            assert!(told.contains("另存为"), "{name}: {told}");
        }
        let kept: [(&str, &[u8]); 2] =
            [(sheet, b"<worksheet/>"), ("xl/media/image1.png", b"<!DOCTYPE")];
        assert_eq!(Package::open(&packed(&kept)).map(|package| package.parts.len()), Ok(2));
    }
}
