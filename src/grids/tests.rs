//! Files as other programs write them, through [`super::read`]: every kind with the right values.

use std::io::{Cursor, Write as _};

use super::{Flow, GridEvent, RawCell, ReadOptions, Refusal, Remark, read};

/// What came of a file: its rows as text, what was said of it, or why it was refused.
#[derive(Debug, Default, PartialEq)]
struct Found {
    rows: Vec<String>,
    remarks: Vec<Remark>,
    hidden: Vec<u32>,
    valueless: Vec<(u32, u32)>,
}

fn found(bytes: &[u8]) -> Result<Found, Refusal> {
    let mut found = Found::default();
    let mut take = |event: GridEvent| {
        match event {
            GridEvent::Row(row) => {
                let cells = row.cells.iter().filter(|(_, cell)| *cell != RawCell::Empty);
                let texts: Vec<String> = cells.map(|(_, cell)| show(cell)).collect();
                if !texts.is_empty() {
                    found.rows.push(format!("{} {}", row.number, texts.join("|")));
                }
            }
            GridEvent::Remark(remark) => found.remarks.push(remark),
            GridEvent::HiddenRows(rows) => found.hidden.extend(rows),
            GridEvent::Valueless(cells) => found.valueless.extend(cells),
            _ => {}
        }
        Flow::Continue
    };
    read(bytes, ReadOptions::default(), &mut take).map(|()| found)
}

fn show(cell: &RawCell) -> String {
    match cell {
        RawCell::Number(_) => format!("#{}", super::shown_cell(cell)),
        RawCell::Date(_) => format!("@{}", super::shown_cell(cell)),
        _ => super::shown_cell(cell).into_owned(),
    }
}

/// The filled cells with their addresses, row by row.
fn places(bytes: &[u8]) -> Vec<String> {
    let mut rows = Vec::new();
    let mut take = |event: GridEvent| {
        if let GridEvent::Row(row) = event {
            let cell = |(column, cell): &(u32, RawCell)| {
                let letters = crate::origin::column_letters(*column);
                format!("{letters}{}{}", row.number, show(cell))
            };
            rows.push(row.cells.iter().map(cell).collect::<Vec<_>>().join(" "));
        }
        Flow::Continue
    };
    read(bytes, ReadOptions::default(), &mut take).expect("a table");
    rows
}

fn rows(bytes: &[u8]) -> Vec<String> {
    found(bytes).expect("a table").rows
}

const ROSTER: [&str; 2] = ["1 姓名|身份证号", "2 张三|239921200304121134"];

// Packages.

fn zip(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn relations(targets: &[(&str, &str)]) -> Vec<u8> {
    let space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let one = |(number, (kind, target)): (usize, &(&str, &str))| {
        format!("<Relationship Id=\"r{number}\" Type=\"{space}/{kind}\" Target=\"{target}\"/>")
    };
    let all: String = targets.iter().enumerate().map(one).collect();
    format!("<Relationships>{all}</Relationships>").into_bytes()
}

const SHEET: &str = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c>\
    <c r=\"B1\" t=\"s\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c>\
    <c r=\"B2\"><v>239921200304121134</v></c></row></sheetData></worksheet>";
const STRINGS: &str = "<sst><si><t>姓名</t></si><si><t>身份证号</t></si><si><t>张三</t></si></sst>";
const BOOK: &str = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><workbook xmlns:r=\"r\"><sheets>\
    <sheet name=\"名册\" sheetId=\"1\" r:id=\"r0\"/></sheets></workbook>";

/// A workbook whose parts lie in these places, and are named by these targets.
fn xlsx(places: [&str; 3], targets: [&str; 3], sheet: &str) -> Vec<u8> {
    let [book, sheet_part, strings] = places;
    let (folder, file) = book.rsplit_once('/').unwrap();
    let related = relations(&[("worksheet", targets[1]), ("sharedStrings", targets[2])]);
    zip(&[
        (
            "[Content_Types].xml",
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml".to_vec(),
        ),
        ("_rels/.rels", relations(&[("officeDocument", targets[0])])),
        (book, BOOK.replace("UTF-16", "UTF-8").into_bytes()),
        (&format!("{folder}/_rels/{file}.rels"), related),
        (sheet_part, sheet.as_bytes().to_vec()),
        (strings, STRINGS.as_bytes().to_vec()),
    ])
}

fn plain_xlsx(sheet: &str) -> Vec<u8> {
    let places = ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"];
    xlsx(places, ["xl/workbook.xml", "worksheets/sheet1.xml", "sharedStrings.xml"], sheet)
}

#[test]
fn a_package_is_read_wherever_its_parts_lie() {
    let usual = ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"];
    let astray = ["book/w.xml", "book/data/one.xml", "texts/all.xml"];
    let cases = [
        xlsx(usual, ["xl/workbook.xml", "worksheets/sheet1.xml", "sharedStrings.xml"], SHEET),
        xlsx(
            usual,
            ["\\xl\\workbook.xml", "\\xl\\worksheets\\sheet1.xml", "\\xl\\sharedStrings.xml"],
            SHEET,
        ),
        xlsx(
            usual,
            ["/xl/workbook.xml", "/xl/Worksheets/Sheet1.xml", "/xl/sharedStrings.xml"],
            SHEET,
        ),
        xlsx(astray, ["/book/w.xml", "data/one.xml", "../texts/all.xml"], SHEET),
    ];
    for bytes in cases {
        assert_eq!(rows(&bytes), ROSTER);
        let behind = [b"\r\n\r\n  \r\n".to_vec(), bytes].concat();
        assert_eq!(rows(&behind), ROSTER, "behind blank lines");
    }
}

#[test]
fn parts_in_utf16_are_read() {
    let wide = |text: &str| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let bytes = zip(&[
        ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml")])),
        ("xl/workbook.xml", wide(BOOK)),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[
                ("worksheet", "worksheets/sheet1.xml"),
                ("sharedStrings", "sharedStrings.xml"),
            ]),
        ),
        ("xl/worksheets/sheet1.xml", wide(SHEET)),
        ("xl/sharedStrings.xml", wide(STRINGS)),
    ]);
    assert_eq!(rows(&bytes), ROSTER);
}

#[test]
fn digits_that_a_double_wrote_stay_a_number() {
    let rounded = SHEET.replace("239921200304121134", "239921200304121120");
    assert_eq!(rows(&plain_xlsx(&rounded))[1], "2 张三|#2.39921E17");
}

#[test]
fn hidden_rows_and_formulas_without_values_are_told() {
    let sheet =
        SHEET.replace("<row r=\"2\">", "<row r=\"2\" hidden=\"1\"><c r=\"D2\"><f>B2</f></c>");
    let found = found(&plain_xlsx(&sheet)).unwrap();
    assert_eq!((found.hidden, found.valueless), (vec![2], vec![(2, 3)]));
}

// OpenDocument.

const CONTENT: &str = "<office:document-content><office:body><office:spreadsheet>\n\
    <table:table table:name=\"名册\">\n <table:table-row>\n  <table:table-cell office:value-type=\"string\">\n\
    <text:p>姓名</text:p>\n</table:table-cell>\n  <table:table-cell office:value-type=\"string\"><text:p>身份证号</text:p></table:table-cell>\n\
    </table:table-row>\n <table:table-row table:visibility=\"filter\">\n<table:table-cell office:value-type=\"string\"><text:p>张三</text:p></table:table-cell>\n\
    <table:table-cell office:value-type=\"float\" office:value=\"239921200304121134\"><text:p>2.4E17</text:p></table:table-cell>\n\
    </table:table-row>\n</table:table></office:spreadsheet></office:body></office:document-content>";

fn ods(content: &str, manifest: &str) -> Vec<u8> {
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("META-INF/manifest.xml", manifest.as_bytes().to_vec()),
        ("content.xml", content.as_bytes().to_vec()),
    ])
}

#[test]
fn pretty_printed_and_flat_documents_are_read() {
    let flat = CONTENT.replace(
        "<office:document-content>",
        "<?xml version=\"1.0\"?>\n<office:document office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">",
    );
    let flat = flat.replace("</office:document-content>", "</office:document>");
    for bytes in [ods(CONTENT, "<manifest:manifest/>"), flat.into_bytes()] {
        let found = found(&bytes).unwrap();
        assert_eq!((found.rows, found.hidden), (ROSTER.map(str::to_owned).to_vec(), vec![2]));
    }
    let locked = ods("garbage", "<manifest:encryption-data/>");
    assert_eq!(found(&locked), Err(Refusal::Encrypted));
}

// Binary workbooks.

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

fn bof(version: u16, what: u16) -> Vec<u8> {
    record(0x0809, &[version, what, 0, 0].map(u16::to_le_bytes).concat())
}

/// LABEL records of the roster; texts in UTF-16 for BIFF8, else in this encoding.
fn labels(encoding: Option<&'static encoding_rs::Encoding>) -> Vec<u8> {
    let texts = [["姓名", "身份证号"], ["张三", "239921200304121134"]];
    let mut all = Vec::new();
    for (row, line) in (0_u16..).zip(texts) {
        for (column, text) in (0_u16..).zip(line) {
            let place = [row, column, 0].map(u16::to_le_bytes).concat();
            let bytes = if let Some(encoding) = encoding {
                let bytes = encoding.encode(text).0.into_owned();
                [&u16::try_from(bytes.len()).unwrap().to_le_bytes()[..], &bytes].concat()
            } else {
                let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                let length = u16::try_from(units.len() / 2).unwrap().to_le_bytes();
                [&length[..], &[1], &units].concat()
            };
            all.extend(record(0x0204, &[place, bytes].concat()));
        }
    }
    all
}

/// A workbook stream of BIFF8 that states a code page, with further records in its sheet.
fn biff8(code_page: u16, further: &[u8]) -> Vec<u8> {
    let mut globals = bof(0x0600, 5);
    globals.extend(record(0x0042, &code_page.to_le_bytes()));
    let position = u32::try_from(globals.len() + 4 + 8 + 5 + 4).unwrap().to_le_bytes();
    globals.extend(record(0x0085, &[&position[..], &[0, 0, 5, 0], b"sheet"].concat()));
    globals.extend(record(0x000A, &[]));
    [globals, bof(0x0600, 0x10), labels(None), further.to_vec(), record(0x000A, &[])].concat()
}

fn container(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut made = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, content) in streams {
        made.create_storage_all(std::path::Path::new(path).parent().unwrap()).unwrap();
        made.create_stream(path).unwrap().write_all(content).unwrap();
    }
    made.into_inner().into_inner()
}

#[test]
fn strings_of_biff8_are_utf16_whatever_its_code_page_says() {
    for code_page in [1200, 936, 1252] {
        let bytes = container(&[("/Workbook", &biff8(code_page, &[]))]);
        assert_eq!(rows(&bytes), ROSTER, "{code_page}");
    }
}

#[test]
fn an_embedded_workbook_is_never_read_for_the_list() {
    let list = biff8(1200, &[]);
    // Cut off, so that reading it shows.
    let other: Vec<u8> = list.iter().copied().take(60).collect();
    for name in ["/Workbook", "/Book"] {
        let bytes = container(&[("/A0001/Workbook", &other), (name, &list)]);
        assert_eq!(rows(&bytes), ROSTER, "{name}");
    }
}

#[test]
fn containers_of_careless_writers_are_read() {
    let stream = biff8(1200, &[]);
    let mut padded = stream.clone();
    padded.resize(9000, 0);
    let sound = container(&[("/Workbook", &padded)]);
    // The root under another name, as SheetJS writes it.
    let mut renamed = sound.clone();
    let root: Vec<u8> = "Root Entry".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let at = renamed.windows(root.len()).position(|part| part == root).unwrap();
    renamed[at..at + root.len()].fill(0);
    renamed[at] = b'R';
    renamed[at + 64] = 4;
    // Neighbours in the directory that point to each other.
    let mut circular = sound.clone();
    circular[at + 128 + 68..at + 128 + 72].copy_from_slice(&1_u32.to_le_bytes());
    for bytes in [sound, renamed, circular] {
        assert_eq!(rows(&bytes), ROSTER);
    }
}

#[test]
fn bare_streams_of_web_pages_are_read() {
    for encoding in [encoding_rs::GBK, encoding_rs::UTF_8] {
        let bytes = [bof(0, 0x10), labels(Some(encoding)), record(0x000A, &[])].concat();
        assert_eq!(rows(&bytes), ROSTER, "{}", encoding.name());
    }
    assert_eq!(rows(&biff8(1200, &[])), ROSTER);
}

#[test]
fn a_workbook_reserved_for_writing_opens_with_the_built_in_password() {
    use super::rc4::{BUILT_IN_PASSWORD, file_pass};
    let mut stream = biff8(1200, &[]);
    for sha1 in [false, true] {
        let (info, key) = file_pass(BUILT_IN_PASSWORD, sha1);
        let lock = record(0x002F, &info);
        let first = 4 + 8;
        let mut locked = [&stream[..first], &lock, &stream[first..]].concat();
        // The sheet now begins later by the length of the lock.
        let moved = u32::try_from(4 + 8 + 6 + 17 + 4 + lock.len()).unwrap();
        let bound = first + lock.len() + 6 + 4;
        locked[bound..bound + 4].copy_from_slice(&moved.to_le_bytes());
        super::biff::encrypt(&mut locked, &key);
        assert_eq!(rows(&container(&[("/Workbook", &locked)])), ROSTER, "SHA-1: {sha1}");
        let (info, key) = file_pass("2019", sha1);
        let mut other = [&stream[..first], &record(0x002F, &info), &stream[first..]].concat();
        super::biff::encrypt(&mut other, &key);
        assert_eq!(found(&container(&[("/Workbook", &other)])), Err(Refusal::Encrypted));
    }
    stream.truncate(stream.len() - 4);
    // Cut off: rows may be lost, so it is refused.
    assert!(found(&container(&[("/Workbook", &stream)])).is_err());
}

#[test]
fn what_the_parser_of_xls_does_not_tell_is_told() {
    let mut row = vec![0; 16];
    row[0] = 1;
    row[12] = 0x20;
    let mut formula = [1_u16, 3, 0].map(u16::to_le_bytes).concat();
    formula.extend([3, 0, 0, 0, 0, 0, 0xFF, 0xFF]);
    formula.resize(22, 0);
    let further = [record(0x0208, &row), record(0x0006, &formula)].concat();
    let found = found(&container(&[("/Workbook", &biff8(1200, &further))])).unwrap();
    assert_eq!((found.hidden, found.valueless), (vec![2], vec![(2, 3)]));
}

// Text and what looks like it.

#[test]
fn numbers_of_xml_spreadsheets_keep_their_digits() {
    let xml = |value: &str| {
        format!(
            "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
            xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"a\"><Table>\
            <Row><Cell><Data ss:Type=\"String\">姓名</Data></Cell><Cell><Data ss:Type=\"String\">身份证号</Data></Cell></Row>\
            <Row ss:Hidden=\"1\"><Cell><Data ss:Type=\"String\">张三</Data></Cell><Cell>{value}</Cell></Row>\
            </Table></Worksheet></Workbook>"
        )
    };
    let plain = xml("<Data ss:Type=\"Number\">239921200304121134</Data>");
    let rich = xml("<ss:Data ss:Type=\"Number\"><Font>239921200304121134</Font></ss:Data>");
    for text in [plain, rich] {
        let found = found(text.as_bytes()).unwrap();
        assert_eq!((found.rows, found.hidden), (ROSTER.map(str::to_owned).to_vec(), vec![2]));
    }
    let rounded = xml("<Data ss:Type=\"Number\">239921200304121120</Data>");
    assert_eq!(rows(rounded.as_bytes())[1], "2 张三|#2.39921E17");
}

#[test]
fn hidden_rows_of_web_pages_are_told() {
    let html = "<table><tr><td>姓名<td>身份证号</tr><tr style='height:1pt; display: none'><td>张三<td>239921200304121134</tr></table>";
    let found = found(html.as_bytes()).unwrap();
    assert_eq!((found.rows, found.hidden), (ROSTER.map(str::to_owned).to_vec(), vec![2]));
}

#[test]
fn numbers_behind_shortened_ones_of_web_pages_are_read() {
    let page =
        |cell: &str| format!("<table><tr><td>姓名<td>身份证号</tr><tr><td>张三{cell}</table>");
    let number = page("<td x:num=\"239921200304121134\">2.39921E+17");
    assert_eq!(rows(number.as_bytes()), ROSTER);
    let rounded = page("<td x:num=\"2.3992120030412099E+17\">2.39921E+17");
    assert_eq!(rows(rounded.as_bytes())[1], "2 张三|#2.39921E17");
    let date = page("<td x:num=\"43525\">2019-03-01");
    assert_eq!(rows(date.as_bytes())[1], "2 张三|2019-03-01");
}

#[test]
fn spans_of_web_pages_keep_columns() {
    let page = "<table><tr><td rowspan=3>a<td colspan=2 rowspan=2>b<td>c<tr><td>d<tr><td>e<td>f<td>g<tr><td>h</table>";
    assert_eq!(places(page.as_bytes()), ["A1a B1b D1c", "D2d", "B3e C3f D3g", "A4h"]);
    let overlapping =
        "<table><tr><td>a<td rowspan=3>b<tr><td colspan=3 rowspan=2>c<tr><td>d</table>";
    assert_eq!(places(overlapping.as_bytes()), ["A1a B1b", "A2c", "C3d"]);
}

#[test]
fn columns_excel_does_not_have_are_told() {
    let wide = format!("姓名,身份证号{}多余,多余", ",".repeat(16_383));
    let found = found(format!("{wide}\n张三,239921200304121134\n").as_bytes()).unwrap();
    assert_eq!(found.rows, ROSTER);
    assert_eq!(found.remarks, [Remark::OutsideColumns(2)]);
}

#[test]
fn text_of_two_programs_is_read() {
    let gbk = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let (head, line) = ("姓名,身份证号\n", "张三,239921200304121134\n");
    let long = "李四四李四四,239921200304121135,桦南县\n".repeat(600);
    let marked = [b"\xef\xbb\xbf".to_vec(), gbk(&format!("{head}{line}"))].concat();
    assert_eq!(
        found(&marked).unwrap(),
        Found { rows: ROSTER.map(str::to_owned).to_vec(), ..Found::default() }
    );
    let mixed =
        [head.as_bytes().to_vec(), gbk(line), gbk(&long), long.clone().into_bytes()].concat();
    let mixed = found(&mixed).unwrap();
    assert_eq!((mixed.rows.len(), mixed.remarks), (1202, vec![Remark::MixedEncodings]));
    assert!(
        mixed.rows[2..].iter().all(|row| row.contains("李四四李四四|") && row.contains("桦南县"))
    );
    let zeros = gbk(&format!("{head}{line}{long}张三\0\0\0,239921200304121134\0\n"));
    let zeros = found(&zeros).unwrap();
    assert_eq!(zeros.rows.last().unwrap(), "603 张三|239921200304121134");
    assert_eq!(zeros.remarks, [Remark::ZeroBytes(4)]);
    let blanks = found(&gbk("姓名   身份证号   班级\n张三   239921200304121134   一班\n")).unwrap();
    assert_eq!((blanks.rows.len(), blanks.remarks), (2, vec![Remark::BlankColumns]));
}

#[test]
fn whatever_is_truly_unreadable_is_named() {
    let name = |bytes: &[u8]| match found(bytes) {
        Err(refusal) => refusal.problem("a").message,
        Ok(found) => panic!("{found:?}"),
    };
    assert!(name(b"\x09\x00\x04\x00\x02\x00\x10\x00").contains("Excel 2.0"));
    let old = container(&[("/Book", b"\x09\x04\x06\x00\x00\x00\x10\x00\x00\x00")]);
    assert!(name(&old).contains("Excel 4.0"));
    assert!(name(&[0; 4000]).contains("空字节"));
    assert!(name(b"\x7f\x01\x02\x03\x04\x05\x06\x07\x08").contains("已知"));
}
