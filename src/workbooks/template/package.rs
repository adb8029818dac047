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
const LARGEST: u64 = 64 << 20;

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
        let mut parts = Vec::new();
        for index in 0..archive.len() {
            let part = archive.by_index(index).map_err(|error| damaged(&error))?;
            let name = part.name().map_err(|error| damaged(&error))?.into_owned();
            let mut content = Vec::new();
            part.take(LARGEST).read_to_end(&mut content).map_err(|error| damaged(&error))?;
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
            .last_modified_time(zip::DateTime::default());
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.parts {
            out.start_file(name.as_str(), options)?;
            out.write_all(content)?;
        }
        let packed = out.finish()?.into_inner();
        crate::private_files::create_file(path)?.write_all(&packed)
    }
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
