//! What a file is that cannot be read, named for what it is, so that a clerk knows what to do.

use std::borrow::Cow;

use super::Refusal;

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

/// Beginnings of files that hold no table.
const OTHERS: &[(&[u8], &str)] = &[
    (b"%PDF", "PDF"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"II*\0", "图片"),
    (b"MM\0*", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", "Word文档（RTF）"),
    (b"MIME-Version:", "网页归档（MHT）"),
    (b"SQLite format 3", "数据库文件"),
    (b"\0\x01\0\0Standard Jet DB", "Access数据库文件"),
    (b"\0\x01\0\0Standard ACE DB", "Access数据库文件"),
    (b"MZ", "程序文件"),
    (b"\x7fELF", "程序文件"),
];

/// Beginnings of tables that Excel or WPS can open and this program cannot.
const OLD_TABLES: &[(&[u8], &str)] = &[
    (b"\x09\x00\x04\x00", "Excel 2.0旧格式"),
    (b"\x09\x00\x06\x00", "Excel 2.0旧格式"),
    (b"\x09\x02\x06\x00", "Excel 3.0旧格式"),
    (b"\x09\x04\x06\x00", "Excel 4.0旧格式"),
    (b"\x00\x00\x02\x00\x04\x04", "Lotus 1-2-3旧格式"),
    (b"\x00\x00\x02\x00\x06\x04", "Lotus 1-2-3旧格式"),
    (b"\x00\x00\x1a\x00\x00\x10", "Lotus 1-2-3旧格式"),
    (b"\x00\x00\x02\x00\x01\x10", "Quattro Pro旧格式"),
    (b"\xff\x00\x02\x00\x04\x04", "Works旧格式"),
];

/// Refuses a file that is neither package nor OLE container by its first bytes.
///
/// # Errors
/// What it is.
pub(super) fn refuse_marked(bytes: &[u8]) -> Result<(), Refusal> {
    let head = bytes.get(..64).unwrap_or(bytes);
    let find = |list: &[(&[u8], &'static str)]| {
        list.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name)
    };
    if let Some((_, mark)) = WRAPPERS.iter().find(|(magic, _)| contains(head, magic)) {
        Err(Refusal::Wrapped((*mark).into()))
    } else if let Some(name) = find(OTHERS) {
        Err(Refusal::OtherType(name.into()))
    } else if let Some(name) = find(OLD_TABLES).or_else(|| old_table(bytes)) {
        Err(Refusal::OldFormat(name.into()))
    } else if is_hollow(bytes) {
        Err(Refusal::Hollow)
    } else {
        Ok(())
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    // "LOCK" and its like only count at the very start; the long marks may follow a version word.
    haystack.starts_with(needle)
        || (needle.len() > 8 && haystack.windows(needle.len()).any(|part| part == needle))
}

fn old_table(bytes: &[u8]) -> Option<&'static str> {
    if is_dbase(bytes) {
        Some("dBASE/FoxPro数据库表（.dbf）")
    } else if is_sylk(bytes) {
        Some("SYLK符号链接表（.slk）")
    } else if bytes.starts_with(b"TABLE\r\n0,1") || bytes.starts_with(b"TABLE\n0,1") {
        Some("DIF数据交换表（.dif）")
    } else {
        None
    }
}

/// Version, date, length of header and record, and the mark that ends the field descriptions.
fn is_dbase(bytes: &[u8]) -> bool {
    const VERSIONS: [u8; 13] =
        [0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x7B, 0x83, 0x8B, 0xF5, 0xFB];
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0xFF);
    let header = usize::from(byte(8)) | usize::from(byte(9)) << 8;
    let fields = (32..header).step_by(32).find(|at| byte(*at) == 0x0D);
    VERSIONS.contains(&byte(0))
        && byte(2) <= 12
        && byte(3) <= 31
        && header >= 65
        && fields.is_some_and(|end| end > 32)
        && byte(32).is_ascii_alphanumeric()
}

/// `ID;P…`, then records of one or two letters and a semicolon. A list may begin with `ID`, too.
fn is_sylk(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|l| !l.is_empty());
    let first = lines.next().is_some_and(|line| line.starts_with(b"ID;P"));
    let marks: [&[u8]; 6] = [b"P;", b"F;", b"B;", b"C;", b"O;", b"NN;"];
    first && lines.next().is_some_and(|line| marks.iter().any(|mark| line.starts_with(mark)))
}

/// Mostly zero bytes: a disk or a transfer lost the content. UTF-16 has at most every other one.
fn is_hollow(bytes: &[u8]) -> bool {
    let head = bytes.get(..1 << 16).unwrap_or(bytes);
    let zeros = memchr::memchr_iter(0, head).count();
    zeros * 10 > head.len() * 9
}

/// What a zip package is that holds no workbook.
pub(super) fn package(parts: &[String], mimetype: &str) -> Refusal {
    let starts = |part: &str| parts.iter().any(|name| name.starts_with(part));
    let name: Cow<'static, str> = if starts("word/") {
        "Word文档".into()
    } else if starts("ppt/") {
        "PPT演示文稿".into()
    } else if mimetype.contains("opendocument.text") {
        "文字处理文档（ODT）".into()
    } else if starts("index/") && starts("metadata/") {
        return Refusal::OldFormat("苹果Numbers表格".into());
    } else {
        "压缩包".into()
    };
    Refusal::OtherType(name)
}

/// What an OLE container is that holds no workbook.
pub(super) fn container(streams: &[String]) -> Refusal {
    let has = |part: &str| streams.iter().any(|name| name == part);
    if has("worddocument") {
        Refusal::OtherType("Word文档".into())
    } else if has("powerpoint document") {
        Refusal::OtherType("PPT演示文稿".into())
    } else if streams.iter().any(|name| name.starts_with("__substg")) {
        Refusal::OtherType("Outlook邮件".into())
    } else {
        Refusal::Damaged("文件里没有工作簿".to_owned())
    }
}

/// What a file is that is no container; `head` is its beginning as text, if it is any.
pub(super) fn loose(head: &str) -> Refusal {
    if head.contains("%tsd-header") || head.contains("e-safenet") {
        Refusal::Wrapped("文档安全软件".into())
    } else if head.contains("<office:document") {
        Refusal::OtherType("OpenDocument单文件文档".into())
    } else {
        Refusal::Binary
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, refuse_marked};

    fn dbase(version: u8) -> Vec<u8> {
        let mut bytes = vec![version, 0x77, 4, 20, 1, 0, 0, 0, 65, 0, 19, 0];
        bytes.resize(32, 0);
        bytes.extend(b"SFZH\0\0\0\0\0\0\0C");
        bytes.resize(64, 0);
        bytes.extend([0x0D, b' ']);
        bytes.extend(b"239921200304121134\x1a");
        bytes
    }

    #[test]
    fn old_tables_are_named() {
        let cases: [(Vec<u8>, &str); 6] = [
            (dbase(3), "dBASE"),
            (dbase(0x30), "dBASE"),
            (b"ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K\"a\"\r\n".to_vec(), "SYLK"),
            (b"\x09\x00\x04\x00\x02\x00\x10\x00".to_vec(), "Excel 2.0"),
            (b"\x00\x00\x02\x00\x06\x04\x06\x00".to_vec(), "Lotus"),
            (b"TABLE\r\n0,1\r\n\"x\"\r\n".to_vec(), "DIF"),
        ];
        for (bytes, name) in cases {
            let Err(Refusal::OldFormat(found)) = refuse_marked(&bytes) else {
                panic!("{name} is not refused");
            };
            assert!(found.contains(name), "{found}");
        }
    }

    #[test]
    fn text_that_looks_like_a_mark_is_none() {
        for text in ["ID;PHONE;NAME\n1;2;3\n", "\u{3}姓名,身份证号\n", "TABLE,a\n"] {
            assert_eq!(refuse_marked(text.as_bytes()), Ok(()), "{text}");
        }
        assert_eq!(refuse_marked(&[0; 500]), Err(Refusal::Hollow));
    }
}
