//! Whole files through [`super::read`].

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{Intake, RawCell, Silent, read, shown_cell};
use crate::config::Source;
use crate::vocabulary::SourceKind;

fn source(kind: SourceKind) -> Source {
    Source {
        kind,
        files: vec!["in/*".to_owned()],
        list: None,
        definition: None,
        region: None,
        institution: None,
        columns: BTreeMap::new(),
        labels: BTreeMap::new(),
        passwords: Vec::new(),
        unused: Vec::new(),
        allow_missing: false,
    }
}

/// Reads files as the inputs of one source.
fn intake(source: &Source, files: &[(&str, &[u8])]) -> Intake {
    let folder = tempfile::tempdir().unwrap();
    fs_err::create_dir(folder.path().join("in")).unwrap();
    for (name, bytes) in files {
        fs_err::write(folder.path().join("in").join(name), bytes).unwrap();
    }
    read(folder.path(), std::slice::from_ref(source), &Silent)
}

pub(super) fn one(kind: SourceKind, name: &str, bytes: &[u8]) -> Intake {
    intake(&source(kind), &[(name, bytes)])
}

/// Everything that was read, as text: one line per sheet and row.
pub(super) fn dump(intake: &Intake) -> String {
    let mut text = String::new();
    for table in &intake.tables {
        let info = intake.catalogue.sheet(table.sheet);
        let fields: Vec<&str> = table.columns.iter().map(|column| column.field.key()).collect();
        let institution = table.named.first().map_or("-", |found| found.name.as_str());
        writeln!(text, "[{}] {institution}: {}", info.sheet, fields.join(" ")).unwrap();
        for (place, row) in table.rows.iter().enumerate() {
            let cells: Vec<String> =
                table.columns.iter().map(|column| show(&column.cells[place])).collect();
            writeln!(text, "{row}: {}", cells.join(" | ")).unwrap();
        }
    }
    text
}

fn show(cell: &RawCell) -> String {
    match cell {
        RawCell::Number(_) => format!("#{}", shown_cell(cell)),
        RawCell::Date(_) => format!("@{}", shown_cell(cell)),
        RawCell::Error(text) => format!("!{text}"),
        _ => shown_cell(cell).into_owned(),
    }
}

pub(super) fn codes(intake: &Intake) -> Vec<&str> {
    intake.problems.iter().map(|problem| problem.code).collect()
}

fn xlsx(fill: impl FnOnce(&mut Workbook) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book).unwrap();
    book.save_to_buffer().unwrap()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures")
}

const ROSTER: &str = "\
[学籍] 佳木斯技师学院: name id_number entry_date remark father_name father_id class_name
5: 张三丰 | 230999200301010017 | @43525 |  | 张一 | 230999197001010011 | 汽修一班
6: 李四 | #2.30999E17 | @43525 | !#N/A |  |  | 汽修一班
8: 阿依古丽·买买提 | 230999200301010033 | @43344 |  |  |  | 汽修二班
";

#[test]
fn one_list_reads_the_same_from_every_workbook_format() {
    for extension in ["xlsx", "xls", "ods"] {
        let bytes =
            fs_err::read(fixtures().join("workbooks").join(format!("roster.{extension}"))).unwrap();
        // The content decides: every file gets a wrong extension.
        let intake = one(SourceKind::Enrollment, "roster.csv", &bytes);
        assert_eq!(dump(&intake), ROSTER, "{extension}");
        assert_eq!(codes(&intake), ["rows-closing", "cell-formula-error"], "{extension}");
        assert_eq!(intake.files[0].rows, 3);
        let info = &intake.catalogue.sheets[0];
        assert_eq!((info.header_row, info.columns[0].index), (4, 1));
        assert_eq!(info.columns[5].heading, "父亲 身份证号");
    }
}

#[test]
fn text_files_read_the_same_in_every_encoding() {
    let text = "佳木斯技师学院学籍表,,\r\n\r\n姓名,身份证号,家庭住址\r\n\
                张三,=\"230999200301010017\",\"桦南县\n红光村\"\r\n\r\n李四,'2309,\r\n";
    let expected = "[] 佳木斯技师学院: name id_number address\n\
                    4: 张三 | 230999200301010017 | 桦南县\n红光村\n6: 李四 | '2309 | \n";
    let wide = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let tabs = text.replace(',', "\t");
    let cases = [
        text.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        encoding_rs::GB18030.encode(text).0.into_owned(),
        wide(&tabs),
        tabs.into_bytes(),
    ];
    for bytes in cases {
        assert_eq!(dump(&one(SourceKind::Enrollment, "a.xls", &bytes)), expected);
    }
}

#[test]
fn html_tables_are_read_with_their_spans() {
    let html = "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">\
        <style>td { mso-number-format:'\\@' }</style></head><body><table border=1>\
        <tr><td colspan=4>培训机构：育才职业培训学校</td></tr>\
        <tr><th rowspan=2>姓名</th><th rowspan=2>身份证号</th><th colspan=2>培训情况</th></tr>\
        <tr><th>工种</th><th>开班<br>日期</th></tr>\
        <tr><td><b>张&nbsp;三</b></td><td>230999200301010017<td>焊工 &amp; 钳工</td><td>2019/3/1</td></tr>\
        <tr><td rowspan='2'>李四</td><td></td><td>电工</td><td></td></tr>\
        <tr><td>230999200301010033</td><td>电工</td><td>2019-04</td></tr></table></body></html>";
    let bytes = encoding_rs::GBK.encode(html).0;
    let intake = one(SourceKind::Training, "名单.xls", &bytes);
    let expected = "[] 育才职业培训学校: name id_number trade start_date\n\
        4: 张\u{a0}三 | 230999200301010017 | 焊工 & 钳工 | 2019/3/1\n\
        5: 李四 |  | 电工 | \n\
        6: 李四 | 230999200301010033 | 电工 | 2019-04\n";
    assert_eq!(dump(&intake), expected);
    assert_eq!(codes(&intake), ["cells-merged"]);
    let saved = fs_err::read(fixtures().join("workbooks/roster.html")).unwrap();
    let rows: Vec<u32> = one(SourceKind::Enrollment, "a.xls", &saved).tables[0].rows.clone();
    assert_eq!(rows, [5, 6, 8]);
}

#[test]
fn a_table_in_a_layout_table_is_read() {
    let html = "<table><tr><td><table><tr><td>填报单位：育才职业培训学校</td></tr></table></td></tr>\
        <tr><td><table><tr><td>姓名<td>身份证号<tr><td>张三<td>230999200301010017</table></td></tr>\
        <tr><td>共1页</td></tr></table>";
    let intake = one(SourceKind::Training, "a.xls", html.as_bytes());
    let expected = "[表3] 育才职业培训学校: name id_number\n2: 张三 | 230999200301010017\n";
    assert_eq!(dump(&intake), expected);
    assert_eq!(codes(&intake), [""; 0]);
}

#[test]
fn xml_spreadsheets_are_read_with_their_indexes() {
    let xml = r#"<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<ss:Worksheet ss:Name="学籍&amp;名册"><ss:Table>
<ss:Row ss:Index="3"><ss:Cell><ss:Data ss:Type="String">姓名</ss:Data></ss:Cell>
<ss:Cell ss:MergeAcross="1"><ss:Data ss:Type="String">身份证号</ss:Data></ss:Cell>
<ss:Cell><ss:Data ss:Type="String">入学时间</ss:Data><ss:Comment><ss:Data>批注</ss:Data></ss:Comment></ss:Cell>
<ss:Cell ss:Index="7"><ss:Data ss:Type="String">年龄</ss:Data></ss:Cell></ss:Row>
<ss:Row><ss:Cell><ss:Data ss:Type="String">&#24352;<B>三</B>&lt;</ss:Data></ss:Cell>
<ss:Cell/><ss:Cell ss:Index="4"><ss:Data ss:Type="DateTime">2019-09-01T00:00:00.000</ss:Data></ss:Cell>
<ss:Cell ss:Index="7"><ss:Data ss:Type="Number">17</ss:Data></ss:Cell></ss:Row></ss:Table></ss:Worksheet>
<ss:Worksheet ss:Name="隐藏"><ss:Table><ss:Row><ss:Cell><ss:Data ss:Type="String">姓名</ss:Data></ss:Cell>
<ss:Cell><ss:Data ss:Type="String">身份证号</ss:Data></ss:Cell></ss:Row></ss:Table>
<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></ss:Worksheet>
</ss:Workbook>"#;
    let intake = one(SourceKind::Enrollment, "a.xls", xml.as_bytes());
    let expected = "[学籍&名册] -: name id_number entry_date age\n4: 张三< |  | @43709 | #17\n";
    assert_eq!(dump(&intake), expected);
    assert_eq!(codes(&intake), ["column-empty", "sheet-hidden"]);
    let cut = xml.split_once("</ss:Table>").unwrap().0;
    assert_eq!(codes(&one(SourceKind::Enrollment, "a.xls", cut.as_bytes())), ["file-truncated"]);
}

#[test]
fn sheets_of_a_capped_export_go_on_without_headings() {
    let bytes = xlsx(|book| {
        let first = book.add_worksheet().set_name("第1页")?;
        first.write_row(0, 0, ["序号", "姓名", "证件号码", "户编号"])?;
        first.write_row(1, 0, ["1", "张三", "230999200301010017", "2309990001"])?;
        let second = book.add_worksheet().set_name("第2页")?;
        second.write_row(0, 0, ["2", "李四", "230999200301010025", "2309990001"])?;
        second.write_row(1, 0, ["序号", "姓名", "证件号码", "户编号"])?;
        second.write_row(2, 0, ["3", "王五", "230999200301010033", "2309990002"])?;
        let notes = book.add_worksheet().set_name("填表说明")?;
        notes.write(0, 0, "1.姓名须与身份证一致")?;
        let hidden = book.add_worksheet().set_name("旧数据")?.set_hidden(true);
        hidden.write_row(0, 0, ["姓名", "证件号码"])?;
        book.add_worksheet().set_name("结束")?;
        Ok(())
    });
    let intake = one(SourceKind::Registry, "a.xlsx", &bytes);
    let expected = "[第1页] -: name id_number household_no\n2: 张三 | 230999200301010017 | 2309990001\n\
        [第2页] -: name id_number household_no\n1: 李四 | 230999200301010025 | 2309990001\n\
        3: 王五 | 230999200301010033 | 2309990002\n";
    assert_eq!(dump(&intake), expected);
    assert_eq!(codes(&intake), ["sheet-continued", "rows-repeated-header", "sheet-hidden"]);
}

#[test]
fn the_better_filled_of_two_columns_is_used() {
    let text = "姓名,身份证号,18位身份证号,风险是否已消除,风险是否已消除\n\
        张三,,230999200301010017,,是\n李四,230999200301010025,230999200301010025,,否\n";
    let intake = one(SourceKind::Registry, "a.csv", text.as_bytes());
    let columns = &intake.catalogue.sheets[0].columns;
    let used: Vec<(u32, &str)> = columns.iter().map(|c| (c.index, c.field.key())).collect();
    assert_eq!(used, [(0, "name"), (2, "id_number"), (4, "risk_cleared")]);
    assert_eq!(codes(&intake), ["id-column-chosen", "heading-duplicate"]);
    assert_eq!(intake.catalogue.sheets[0].unknown_columns.len(), 2);
}

#[test]
fn dates_of_the_1904_system_are_shifted() {
    let plain = xlsx(|book| {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["姓名", "证件号码", "入学时间"])?;
        sheet.write_row(1, 0, ["张三", "230999200301010017"])?;
        let date = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_with_format(1, 2, 42063, &date)?;
        Ok(())
    });
    let shifted = rewrite(&plain, |name, content| {
        let text = String::from_utf8_lossy(content);
        let old = name
            .ends_with("workbook.xml")
            .then(|| text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ").into_bytes());
        old.unwrap_or_else(|| content.to_vec())
    });
    assert!(dump(&one(SourceKind::Enrollment, "a.xlsx", &plain)).contains("@42063"));
    assert!(dump(&one(SourceKind::Enrollment, "a.xlsx", &shifted)).contains("@43525"));
}

/// A zip with every part changed by a function.
fn rewrite(bytes: &[u8], change: impl Fn(&str, &[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut content).unwrap();
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&change(&name, &content)).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn small_xlsx() -> Vec<u8> {
    xlsx(|book| {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["姓名", "证件号码"])?;
        sheet.write_row(1, 0, ["张三", "230999200301010017"])?;
        Ok(())
    })
}

/// Writes a size into the central directory (and local header) entry of the worksheet.
fn with_declared_size(bytes: &[u8], size: u32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let name = b"xl/worksheets/sheet1.xml";
    let places: Vec<usize> =
        (0..bytes.len() - name.len()).filter(|at| bytes[*at..].starts_with(name)).collect();
    for at in places {
        // Offsets of the uncompressed size before the name: PKZIP APPNOTE 4.3.7 and 4.3.12.
        let field = if bytes[at - 46..].starts_with(b"PK\x01\x02") { at - 22 } else { at - 8 };
        bytes[field..field + 4].copy_from_slice(&size.to_le_bytes());
    }
    bytes
}

#[test]
fn zip_bombs_are_refused_before_they_are_unpacked() {
    let bomb = with_declared_size(&small_xlsx(), 0xFFFF_0000);
    assert_eq!(codes(&one(SourceKind::Enrollment, "a.xlsx", &bomb)), ["file-unpacks-too-large"]);
    let lying = with_declared_size(&small_xlsx(), 100);
    assert_eq!(codes(&one(SourceKind::Enrollment, "a.xlsx", &lying)), ["file-damaged"]);
    let strings = rewrite(&small_xlsx(), |_, content| {
        let text = String::from_utf8_lossy(content);
        text.replace("uniqueCount=\"3\"", "uniqueCount=\"9999999999999\"").into_bytes()
    });
    let found = one(SourceKind::Enrollment, "a.xlsx", &strings);
    assert!(codes(&found) == ["file-damaged"] || found.tables.len() == 1);
}

#[test]
fn passwords_of_the_project_open_encrypted_workbooks() {
    let path = "broken/wrong-password/inputs/佳木斯技师学院.xlsx";
    let bytes = fs_err::read(fixtures().join(path)).unwrap();
    let mut source = source(SourceKind::Enrollment);
    source.passwords = vec!["0000".to_owned(), "2019".to_owned()];
    let found = intake(&source, &[("a.xlsx", &bytes)]);
    assert_eq!(codes(&found), [""; 0]);
    assert_eq!(found.files[0].rows, 1);
}

/// An `.xlsb` of one sheet: [MS-XLSB] `BrtBundleSh`, `BrtRowHdr`, `BrtCellSt`, `BrtCellReal`.
fn xlsb() -> Vec<u8> {
    let wide = |text: &str| -> Vec<u8> {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&u32::try_from(units.len() / 2).unwrap().to_le_bytes()[..], &units].concat()
    };
    let record =
        |kind: &[u8], data: &[u8]| [kind, &[u8::try_from(data.len()).unwrap()], data].concat();
    let cell = |column: u8, kind: u8, value: &[u8]| {
        record(&[kind], &[&[column, 0, 0, 0, 0, 0, 0, 0], value].concat())
    };
    let row = |number: u8| record(&[0], &[&[number, 0, 0, 0][..], &[0; 13]].concat());
    let bundle = [vec![0; 8], wide("rId1"), wide("学籍")].concat();
    let book =
        [record(&[0x9C, 1], &bundle), record(&[0x90, 1], &[]), record(&[0x9D, 1], &[])].concat();
    let sheet = [
        record(&[0x94, 1], &[0; 16]),
        record(&[0x91, 1], &[]),
        row(0),
        cell(0, 6, &wide("姓名")),
        cell(1, 6, &wide("证件号码")),
        row(2),
        cell(0, 6, &wide("张三丰")),
        cell(1, 5, &230_999_200_301_010_017_f64.to_le_bytes()),
        record(&[0x92, 1], &[]),
    ];
    let rels = "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" \
                Target=\"worksheets/sheet1.bin\"/></Relationships>";
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 3] = [
        ("xl/_rels/workbook.bin.rels", rels.as_bytes()),
        ("xl/workbook.bin", &book),
        ("xl/worksheets/sheet1.bin", &sheet.concat()),
    ];
    for (name, content) in parts {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn binary_workbooks_are_read() {
    let found = one(SourceKind::Enrollment, "a.xls", &xlsb());
    assert_eq!(dump(&found), "[学籍] -: name id_number\n3: 张三丰 | #2.30999E17\n");
}

#[test]
fn a_list_in_two_columns_is_pointed_out() {
    let text = "序号,姓名,身份证号,序号,姓名,身份证号\n1,张三,230999200301010017,3,王五,1\n\
                2,李四,230999200301010025,4,赵六,2\n";
    let found = one(SourceKind::Enrollment, "a.csv", text.as_bytes());
    assert_eq!(codes(&found), ["name-columns-several", "id-column-chosen"]);
}

/// A BIFF5 workbook of one sheet, its texts in GBK and its code page said to be 1252.
fn biff5(rows: &[[&str; 2]]) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    };
    let start = |kind: u8| record(0x0809, &[0, 5, kind, 0, 0, 0, 0, 0]);
    let mut sheet = start(0x10);
    for (row, cells) in (0_u16..).zip(rows) {
        for (column, text) in (0_u16..).zip(cells) {
            let text = encoding_rs::GBK.encode(text).0.into_owned();
            let length = u16::try_from(text.len()).unwrap();
            let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0], length.to_le_bytes()];
            sheet.extend(record(0x0204, &[&place.concat()[..], &text].concat()));
        }
    }
    sheet.extend(record(0x000A, &[]));
    let globals = [start(5), record(0x0042, &1252_u16.to_le_bytes())].concat();
    let position = u32::try_from(globals.len() + 4 + 13 + 4).unwrap();
    let bound = [&position.to_le_bytes()[..], &[0, 0, 6], b"Sheet1"].concat();
    let book = [globals, record(0x0085, &bound), record(0x000A, &[]), sheet].concat();
    let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    container.create_stream("Book").unwrap().write_all(&book).unwrap();
    container.into_inner().into_inner()
}

#[test]
fn a_wrong_code_page_is_undone() {
    let bytes = biff5(&[["姓名", "证件号码"], ["张三丰", "230999200301010017"]]);
    let found = one(SourceKind::Enrollment, "a.xls", &bytes);
    let expected = "[Sheet1] -: name id_number\n2: 张三丰 | 230999200301010017\n";
    assert_eq!(dump(&found), expected);
    assert_eq!(codes(&found), ["sheet-code-page"]);
}

#[test]
fn the_institution_of_the_project_wins() {
    let mut source = source(SourceKind::Training);
    source.institution = Some("阳光职业培训学校".to_owned());
    let text = "育才职业培训学校学员名单,\n姓名,证件号码\n张三,230999200301010017\n";
    let found = intake(&source, &[("a.csv", text.as_bytes())]);
    assert_eq!(found.tables[0].named[0].name, "阳光职业培训学校");
}

#[test]
fn files_come_in_their_order_whatever_the_threads() {
    let names: Vec<String> = (0..40).map(|number| format!("{number:02}.csv")).collect();
    let text = "姓名,证件号码\n张三,230999200301010017\n";
    let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), text.as_bytes())).collect();
    let found = intake(&source(SourceKind::Training), &files);
    let read: Vec<&str> = found.catalogue.sheets.iter().map(|sheet| sheet.file.as_str()).collect();
    let expected: Vec<String> = names.iter().map(|name| format!("in/{name}")).collect();
    assert_eq!(read, expected);
    assert_eq!(super::describe(&found.catalogue)[1], "  姓名 ← A列“姓名”");
}

#[derive(serde::Deserialize)]
struct Sources {
    source: Vec<Source>,
}

#[test]
fn cells_merged_downwards_hold_for_every_row() {
    let bytes = xlsx(|book| {
        let sheet = book.add_worksheet();
        let plain = Format::new();
        sheet.write_row(0, 0, ["序号", "培训机构", "姓名", "身份证号", "培训费补贴"])?;
        sheet.write_row(1, 0, ["1", "", "张三", "230999200301010017", ""])?;
        sheet.write_row(2, 0, ["2", "", "李四", "230999200301010025", ""])?;
        sheet.write_row(3, 0, ["3", "", "", "", ""])?;
        sheet.write_row(4, 0, ["4", "乙校", "王五", "230999200301010033", ""])?;
        sheet.merge_range(1, 1, 3, 1, "甲校", &plain)?;
        sheet.merge_range(1, 4, 2, 4, "2000", &plain)?;
        Ok(())
    });
    let intake = one(SourceKind::Training, "a.xlsx", &bytes);
    // Row 4 has only a running number: a merged school alone makes nobody of it.
    let expected = "[Sheet1] -: agency name id_number training_fee\n\
        2: 甲校 | 张三 | 230999200301010017 | 2000\n\
        3: 甲校 | 李四 | 230999200301010025 | \n\
        5: 乙校 | 王五 | 230999200301010033 | \n";
    assert_eq!(dump(&intake), expected);
    assert_eq!(codes(&intake), ["cells-merged", "rows-hollow"]);
}

#[test]
fn a_sheet_with_people_is_never_passed_over_in_silence() {
    let bytes = xlsx(|book| {
        let first = book.add_worksheet().set_name("名册")?;
        first.write_row(0, 0, ["姓名", "证件号码", "班级", "备注", "联系电话"])?;
        first.write_row(1, 0, ["张三", "230999200301010017", "1班", "", "1"])?;
        // Its last columns are empty.
        let second = book.add_worksheet().set_name("续")?;
        second.write_row(0, 0, ["李四", "230999200301010025"])?;
        // Another layout without headings.
        let third = book.add_worksheet().set_name("补录")?;
        third.write_row(0, 0, ["230999200301010033", "2班", "王五"])?;
        // Headings, but none of a name.
        let fourth = book.add_worksheet().set_name("号码")?;
        fourth.write_row(0, 0, ["称呼", "证件号码", "班级"])?;
        fourth.write_row(1, 0, ["赵六", "230999200301010041", "2班"])?;
        Ok(())
    });
    let intake = one(SourceKind::Enrollment, "a.xlsx", &bytes);
    assert_eq!(intake.files[0].rows, 2);
    assert_eq!(codes(&intake), ["sheet-continued", "header-not-found", "column-missing"]);
}

/// Every folder of `fixtures/broken` gives exactly the problems of its `expected.txt`. Run with
/// `BIDUI_ACCEPT=1` to take the present ones over.
#[test]
fn broken_inputs_give_their_exact_messages() {
    let mut folders: Vec<PathBuf> = fs_err::read_dir(fixtures().join("broken"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("project.toml").is_file())
        .collect();
    folders.sort();
    assert!(folders.len() >= 15, "{folders:?}");
    // These exhaust the memory of whoever reads them: only a process of its own may, in the suite.
    let hostile = ["ods-million-rows", "ods-square", "sst-count-false"];
    folders.retain(|folder| !hostile.iter().any(|name| folder.ends_with(name)));
    for folder in folders {
        let text = fs_err::read_to_string(folder.join("project.toml")).unwrap();
        let Sources { source } = toml::from_str(&text).unwrap();
        let found = read(&folder, &source, &Silent);
        let lines: String = found.problems.iter().map(|problem| problem.line() + "\n").collect();
        let expected = folder.join("expected.txt");
        if std::env::var_os("BIDUI_ACCEPT").is_some() {
            fs_err::write(&expected, &lines).unwrap();
        }
        assert_eq!(lines, fs_err::read_to_string(&expected).unwrap(), "{}", folder.display());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_bytes_make_it_panic(
        start in prop::sample::select(vec![
            &b""[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html><table><tr><td>",
            b"<?xml?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'><Worksheet><Row>",
            b"\xff\xfe", "姓名,证件号码\n".as_bytes(), "姓名\t证件号码\n\"".as_bytes(),
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let bytes = [start, &rest].concat();
        let found = one(SourceKind::Enrollment, "a.xls", &bytes);
        prop_assert_eq!(found.files.len(), 1);
        prop_assert!(!found.tables.is_empty() || !found.problems.is_empty());
    }

    #[test]
    fn no_change_of_a_workbook_makes_it_panic(
        which in prop::sample::select(vec!["xlsx", "xls", "ods", "html"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let path = fixtures().join("workbooks").join(format!("roster.{which}"));
        let mut bytes = fs_err::read(path).unwrap();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let found = one(SourceKind::Enrollment, "a.xls", &bytes);
        prop_assert!(!found.tables.is_empty() || !found.problems.is_empty());
    }
}
