//! The parts of an OOXML workbook: which part is which, as its relationships say. Programs put them
//! wherever they like; calamine expects them where Excel puts them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _, Write as _};

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::write::SimpleFileOptions;

use super::{Refusal, text, xlsb_records};

/// A package, opened.
pub(super) type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The parts of a workbook.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The workbook's own part.
    workbook: String,
    relations: Vec<PartRelation>,
    /// Name of every sheet and its part, in the order of the workbook.
    pub(super) sheets: Vec<SheetPart>,
    /// Whether any part lies where only its relationship tells.
    strange: bool,
}

/// A sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SheetPart {
    /// Its name.
    pub(super) name: String,
    /// Name of its part in the package.
    pub(super) part: String,
}

#[derive(Debug)]
struct PartRelation {
    id: String,
    kind: String,
    /// Name of the part in the package.
    part: String,
}

/// Opens a package.
///
/// # Errors
/// [`Refusal::Truncated`] without a directory of its parts.
pub(super) fn open(bytes: &[u8]) -> Result<Archive<'_>, Refusal> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|_error| Refusal::Truncated)
}

/// A part as bytes; `None` where it is missing or cannot be unpacked.
pub(super) fn part(archive: &mut Archive<'_>, name: &str) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    archive.by_name(name).ok()?.read_to_end(&mut content).ok()?;
    Some(content)
}

/// A part as text: XML may be UTF-16, too.
pub(super) fn xml(archive: &mut Archive<'_>, name: &str) -> Option<String> {
    Some(as_utf8(&part(archive, name)?).into_owned())
}

/// XML in UTF-8, whatever it was in, without its declaration where that would now be wrong.
pub(super) fn as_utf8(content: &[u8]) -> Cow<'_, str> {
    let text = text::decode(content, None).text;
    if !is_wide(content) {
        return text;
    }
    let rest = text.split_once("?>").filter(|(first, _)| first.starts_with("<?xml"));
    Cow::Owned(rest.map_or(text.as_ref(), |(_, rest)| rest).to_owned())
}

/// Whether XML begins in UTF-16.
pub(super) fn is_wide(content: &[u8]) -> bool {
    matches!(content, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'<', 0, ..] | [0, b'<', ..])
}

impl Parts {
    /// Follows the relationships of a package.
    pub(super) fn of(archive: &mut Archive<'_>) -> Self {
        let names = names(archive);
        let find = |path: &str| names.get(&path.to_lowercase()).cloned();
        let mut parts = Self::default();
        let package = xml(archive, "_rels/.rels").unwrap_or_default();
        let main = relations(&package).into_iter().find(|r| r.kind.ends_with("/officeDocument"));
        let said = main.as_ref().and_then(|main| find(&resolve("", &main.part)));
        parts.strange = said.is_none() || main.is_some_and(|main| main.part.contains('\\'));
        let anywhere = || names.iter().find(|(path, _)| path.ends_with("workbook.xml"));
        parts.workbook =
            said.or_else(|| anywhere().map(|(_, name)| name.clone())).unwrap_or_default();
        let plain = parts.workbook.replace('\\', "/");
        let (folder, file) = plain.rsplit_once('/').unwrap_or(("", &plain));
        let list = join(folder, &format!("_rels/{file}.rels"));
        let list = find(&list).and_then(|name| xml(archive, &name)).unwrap_or_default();
        for mut relation in relations(&list) {
            let path = resolve(folder, &relation.part);
            parts.strange |=
                relation.part.contains('\\') || is_astray(&relation.kind, folder, &path);
            if let Some(name) = find(&path) {
                relation.part = name;
                parts.relations.push(relation);
            }
        }
        let book = xml(archive, &parts.workbook).unwrap_or_default();
        parts.sheets = sheets(&book, &parts.relations);
        parts
    }

    /// The sheets of an `.xlsb`, which always lie below `xl/`.
    pub(super) fn of_binary(archive: &mut Archive<'_>) -> Self {
        let names = names(archive);
        let list = xml(archive, "xl/_rels/workbook.bin.rels").unwrap_or_default();
        let mut relations = relations(&list);
        for relation in &mut relations {
            let path = resolve("xl", &relation.part);
            relation.part = names.get(&path.to_lowercase()).cloned().unwrap_or(path);
        }
        let book = part(archive, "xl/workbook.bin").unwrap_or_default();
        let sheet = |(id, name): (String, String)| {
            let relation = relations.iter().find(|relation| relation.id == id)?;
            let table = relation.kind.ends_with("/worksheet");
            table.then(|| SheetPart { name, part: relation.part.clone() })
        };
        let sheets = xlsb_records::sheets(&book).into_iter().filter_map(sheet).collect();
        Self { sheets, ..Self::default() }
    }

    /// The package as calamine expects it, with some parts exchanged; `None` where it already is.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] where a part cannot be unpacked.
    pub(super) fn rebuilt(
        &self,
        archive: &mut Archive<'_>,
        mut changed: BTreeMap<String, Vec<u8>>,
    ) -> Result<Option<Vec<u8>>, Refusal> {
        if !self.strange && changed.is_empty() {
            return Ok(None);
        }
        let mut package = PackageWriter::default();
        let main = [("rId1", OFFICE_DOCUMENT, "xl/workbook.xml".to_owned())];
        package.put("_rels/.rels", list(&main).as_bytes())?;
        let mut related = Vec::new();
        for (number, relation) in self.relations.iter().enumerate() {
            let target = place(&relation.kind, number);
            if package.taken.contains(&target) {
                continue;
            }
            let path = format!("xl/{target}");
            match changed.remove(&relation.part) {
                Some(content) => package.put(&path, &content)?,
                None => package.copy(archive, &relation.part, &path)?,
            }
            package.taken.insert(target.clone());
            related.push((relation.id.as_str(), relation.kind.as_str(), target));
        }
        package.put("xl/_rels/workbook.xml.rels", list(&related).as_bytes())?;
        let book = xml(archive, &self.workbook).unwrap_or_default();
        package.put("xl/workbook.xml", book.as_bytes())?;
        package.finish().map(Some)
    }

    /// Parts that hold XML the workbook parser reads.
    pub(super) fn read_parts(&self) -> impl Iterator<Item = &str> {
        let read = |kind: &str| {
            ["/worksheet", "/sharedStrings", "/styles"].iter().any(|end| kind.ends_with(end))
        };
        let related = self.relations.iter().filter(move |relation| read(&relation.kind));
        std::iter::once(self.workbook.as_str())
            .chain(related.map(|relation| relation.part.as_str()))
    }
}

/// The same package with some parts exchanged; `None` where none is.
///
/// # Errors
/// [`Refusal::Damaged`] where a part cannot be unpacked.
pub(super) fn exchanged(
    archive: &mut Archive<'_>,
    mut changed: BTreeMap<String, Vec<u8>>,
) -> Result<Option<Vec<u8>>, Refusal> {
    if changed.is_empty() {
        return Ok(None);
    }
    let mut package = PackageWriter::default();
    let names: Vec<String> = archive.file_names().flatten().map(|name| name.to_string()).collect();
    for name in names {
        match changed.remove(&name) {
            Some(content) => package.put(&name, &content)?,
            None => package.copy(archive, &name, &name)?,
        }
    }
    package.finish().map(Some)
}

const OFFICE_DOCUMENT: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";

/// Where calamine looks for a part of this kind, below the folder of the workbook.
fn place(kind: &str, number: usize) -> String {
    let end = kind.rsplit('/').next().unwrap_or(kind);
    match end {
        "sharedStrings" | "styles" => format!("{end}.xml"),
        "theme" => "theme/theme1.xml".to_owned(),
        _ => format!("worksheets/{end}{number}.xml"),
    }
}

/// Whether a part whose place is fixed lies elsewhere.
fn is_astray(kind: &str, folder: &str, path: &str) -> bool {
    let end = kind.rsplit('/').next().unwrap_or(kind);
    let fixed = matches!(end, "sharedStrings" | "styles");
    fixed && !path.eq_ignore_ascii_case(&join(folder, &format!("{end}.xml")))
}

/// Names of the parts by their path in lower case, with `/`.
fn names(archive: &Archive<'_>) -> BTreeMap<String, String> {
    let names = archive.file_names().flatten();
    names.map(|name| (name.replace('\\', "/").to_lowercase(), name.to_string())).collect()
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// A target seen from a folder: `../x`, `/xl/x`, `x`, also with backslashes.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut steps: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|step| !step.is_empty()).collect()
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The start tags of an XML text with this local name.
fn tags<'x>(xml: &'x str, name: &str) -> Vec<BytesStart<'x>> {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut found = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == name => {
                found.push(tag);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

/// An attribute by its local name.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut sound = attributes.with_checks(false).flatten();
    let local =
        |key: &str| key.rsplit_once(':').map_or(key.to_owned(), |(_, local)| local.to_owned());
    let found = sound.find(|attribute| local(attribute.key.as_ref()) == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(Cow::into_owned)
}

fn relations(xml: &str) -> Vec<PartRelation> {
    let relation = |tag: &BytesStart<'_>| {
        Some(PartRelation {
            id: attribute(tag, "Id")?,
            kind: attribute(tag, "Type")?,
            part: attribute(tag, "Target")?,
        })
    };
    tags(xml, "Relationship").iter().filter_map(relation).collect()
}

fn sheets(book: &str, relations: &[PartRelation]) -> Vec<SheetPart> {
    let sheet = |tag: &BytesStart<'_>| {
        let id = attribute(tag, "id")?;
        let relation = relations.iter().find(|relation| relation.id == id)?;
        Some(SheetPart { name: attribute(tag, "name")?, part: relation.part.clone() })
    };
    tags(book, "sheet").iter().filter_map(sheet).collect()
}

/// A list of relationships as XML.
fn list(relations: &[(&str, &str, String)]) -> String {
    let escaped = |text: &str| quick_xml::escape::escape(text).into_owned();
    let line = |(id, kind, target): &(&str, &str, String)| {
        let (id, kind, target) = (escaped(id), escaped(kind), escaped(target));
        format!("<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"/>")
    };
    let lines = relations.iter().map(line).collect::<Vec<_>>().concat();
    let namespace = "http://schemas.openxmlformats.org/package/2006/relationships";
    format!("<Relationships xmlns=\"{namespace}\">{lines}</Relationships>")
}

/// A package in the making, in memory.
pub(super) struct PackageWriter {
    writer: zip::ZipWriter<Cursor<Vec<u8>>>,
    taken: BTreeSet<String>,
}

impl Default for PackageWriter {
    fn default() -> Self {
        Self { writer: zip::ZipWriter::new(Cursor::new(Vec::new())), taken: BTreeSet::new() }
    }
}

impl PackageWriter {
    /// Adds a part; not packed, since it is only read once more.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] for a name that cannot be.
    pub(super) fn put(&mut self, name: &str, content: &[u8]) -> Result<(), Refusal> {
        let options =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let damaged = |error: &dyn std::fmt::Display| Refusal::damaged(&error.to_string());
        self.writer.start_file(name, options).map_err(|e| damaged(&e))?;
        self.writer.write_all(content).map_err(|e| damaged(&e))
    }

    fn copy(&mut self, from: &mut Archive<'_>, part: &str, name: &str) -> Result<(), Refusal> {
        let damaged = |error: &dyn std::fmt::Display| Refusal::damaged(&error.to_string());
        let file = from.by_name(part).map_err(|e| damaged(&e))?;
        self.writer.raw_copy_file_rename(file, name).map_err(|e| damaged(&e))
    }

    /// The bytes of the package.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] where it cannot be closed.
    pub(super) fn finish(self) -> Result<Vec<u8>, Refusal> {
        let done = self.writer.finish().map_err(|e| Refusal::damaged(&e.to_string()))?;
        Ok(done.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn targets_are_resolved_as_they_are_meant() {
        let cases = [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "\\xl\\worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "../book/./sheet1.xml", "book/sheet1.xml"),
            ("", "/book/workbook.xml", "book/workbook.xml"),
        ];
        for (folder, target, expected) in cases {
            assert_eq!(resolve(folder, target), expected);
        }
    }
}
