//! What a file really is: told by its first bytes and its inner parts, never by its extension.

use std::io::{Cursor, Read};

use super::refusal::Refusal;
use super::text;

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `.xlsx`, `.xlsm`.
    Xlsx,
    /// `.xlsb`.
    Xlsb,
    /// `.ods`.
    Ods,
    /// `.xls` and WPS `.et`: BIFF in an OLE container.
    Xls,
    /// An OOXML workbook encrypted with a password.
    Encrypted,
    /// HTML saved as `.xls`.
    Html,
    /// XML Spreadsheet 2003 saved as `.xls` or `.xml`.
    XmlSpreadsheet,
    /// Delimited text.
    Text,
}

/// Marks that document-security software puts at the start of a wrapped file.
const WRAPPERS: &[(&[u8], &str)] = &[
    (b"%TSD-Header-###%", "%TSD-Header-###%"),
    (&[0x62, 0x14, 0x23, 0x65], "b\\x14#e"),
    (b"E-SafeNet", "E-SafeNet"),
    (b"LOCK", "LOCK"),
    (b"DRMONE", "DRMONE"),
    (b"<DOCUMENT SAFER", "DOCUMENT SAFER"),
    (b"SCDSA00", "SCDSA"),
    (b"\x9b\x20DRM", "DRM"),
];

/// Beginnings of other well-known formats.
const OTHERS: &[(&[u8], &str)] = &[
    (b"%PDF", "PDF"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", "Word文档（RTF）"),
    (b"MIME-Version:", "网页归档（MHT）"),
    (b"SQLite format 3", "数据库文件"),
    (b"\x09\x00\x04\x00", "Excel 2.0旧格式"),
    (b"\x09\x02\x06\x00", "Excel 3.0旧格式"),
    (b"\x09\x04\x06\x00", "Excel 4.0旧格式"),
];

const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Tells the format of a file.
///
/// # Errors
/// Why the file cannot be a table.
pub(super) fn detect(bytes: &[u8]) -> Result<Format, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return detect_zip(bytes);
    }
    if bytes.starts_with(OLE) {
        return detect_ole(bytes);
    }
    let head = bytes.get(..64).unwrap_or(bytes);
    if let Some((_, mark)) = WRAPPERS.iter().find(|(magic, _)| contains(head, magic)) {
        return Err(Refusal::Wrapped(mark));
    }
    if let Some((_, kind)) = OTHERS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Refusal::OtherType(kind));
    }
    detect_text(bytes)
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    // "LOCK" and its like only count at the very start; the long marks may follow a version word.
    haystack.starts_with(needle)
        || (needle.len() > 8 && haystack.windows(needle.len()).any(|part| part == needle))
}

fn detect_zip(bytes: &[u8]) -> Result<Format, Refusal> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_error| Refusal::Truncated)?;
    let names: Vec<String> = archive
        .file_names_raw()
        .map(|name| String::from_utf8_lossy(name).replace('\\', "/").to_lowercase())
        .collect();
    let has = |part: &str| names.iter().any(|name| name == part);
    let starts = |part: &str| names.iter().any(|name| name.starts_with(part));
    if has("xl/workbook.bin") {
        return Ok(Format::Xlsb);
    }
    if has("xl/workbook.xml") || (starts("xl/worksheets/") && has("[content_types].xml")) {
        return Ok(Format::Xlsx);
    }
    if starts("word/") {
        return Err(Refusal::OtherType("Word文档"));
    }
    if starts("ppt/") {
        return Err(Refusal::OtherType("PPT演示文稿"));
    }
    let mut kind = String::new();
    if let Ok(entry) = archive.by_name("mimetype") {
        // An unreadable mimetype is as good as none.
        drop(entry.take(200).read_to_string(&mut kind));
    }
    match kind.trim() {
        "application/vnd.oasis.opendocument.text" => Err(Refusal::OtherType("文字处理文档（ODT）")),
        other if other.contains("spreadsheet") || has("content.xml") => Ok(Format::Ods),
        _ => Err(Refusal::OtherType("压缩包")),
    }
}

fn detect_ole(bytes: &[u8]) -> Result<Format, Refusal> {
    let container = cfb::CompoundFile::open(Cursor::new(bytes))
        .map_err(|_error| Refusal::Damaged("OLE结构不完整".to_owned()))?;
    let protected = container.walk().any(|entry| entry.name().contains("DRMEncrypted"));
    if protected {
        return Err(Refusal::Wrapped("RMS/IRM权限管理"));
    }
    let names: Vec<String> =
        container.read_root_storage().map(|entry| entry.name().to_lowercase()).collect();
    let has = |part: &str| names.iter().any(|name| name == part);
    if has("encryptedpackage") {
        Ok(Format::Encrypted)
    } else if has("workbook") || has("book") {
        Ok(Format::Xls)
    } else if has("worddocument") {
        Err(Refusal::OtherType("Word文档"))
    } else if has("powerpoint document") {
        Err(Refusal::OtherType("PPT演示文稿"))
    } else {
        Err(Refusal::Damaged("文件里没有工作簿".to_owned()))
    }
}

fn detect_text(bytes: &[u8]) -> Result<Format, Refusal> {
    let head = bytes.get(..8192).unwrap_or(bytes);
    let decoded = text::decode(head, None);
    if text::looks_binary(&decoded.text) {
        return Err(Refusal::Binary);
    }
    let lower = decoded.text.trim_start().to_lowercase();
    let has = |part: &str| lower.contains(part);
    let html = ["<html", "<!doctype html", "<table", "<head", "<body", "<meta", "<style", "<div"];
    if has("<workbook") && has("urn:schemas-microsoft-com:office:spreadsheet")
        || has("<ss:workbook")
    {
        Ok(Format::XmlSpreadsheet)
    } else if has("<office:document") {
        Err(Refusal::OtherType("单文件ODS（.fods）"))
    } else if lower.starts_with('<') && html.iter().any(|tag| has(tag)) {
        Ok(Format::Html)
    } else if has("%tsd-header") || has("e-safenet") {
        Err(Refusal::Wrapped("文档安全软件"))
    } else {
        Ok(Format::Text)
    }
}
