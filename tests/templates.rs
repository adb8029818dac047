//! A bureau's own blank form in the place of a built-in layout. The blank was
//! saved by `LibreOffice`.

use std::io::Read as _;
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx};

use crate::support::program::{bidui, small_project};
use crate::support::{story, town};

const NAME: &str = "附件2_脱贫人口监测对象";
const FORM: &str = "附件2 技工院校技能脱贫攻坚进展情况表.xlsx";

/// Lays the shipped blank and its binding beside a project and names them in it.
fn with_template(folder: &Path, change: impl Fn(String) -> String) {
    with_blank(folder, NAME, change);
}

fn with_blank(folder: &Path, name: &str, change: impl Fn(String) -> String) {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/templates");
    fs_err::copy(shipped.join(format!("{name}.xlsx")), folder.join(format!("{name}.xlsx")))
        .expect("copied");
    let binding = fs_err::read_to_string(shipped.join(format!("{name}.toml"))).expect("readable");
    fs_err::write(folder.join(format!("{name}.toml")), change(binding)).expect("written");
    let project = folder.join("project.toml");
    let text = fs_err::read_to_string(&project).expect("readable");
    let text = format!("{text}\n[form]\nfilled_by = \"王<敏>\"\ntemplates = [\"{name}.toml\"]\n");
    fs_err::write(project, text).expect("written");
}

fn sheet(path: &Path) -> (calamine::Range<Data>, calamine::Range<String>) {
    sheet_named(path, "附件2")
}

fn sheet_named(path: &Path, name: &str) -> (calamine::Range<Data>, calamine::Range<String>) {
    let mut book: Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let values = book.worksheet_range(name).expect("the sheet");
    (values, book.worksheet_formula(name).expect("the sheet"))
}

fn part(path: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(fs_err::File::open(path).expect("there")).expect("zip");
    let mut text = String::new();
    archive.by_name(name).expect("a part").read_to_string(&mut text).expect("text");
    text
}

#[test]
fn the_blank_is_filled_and_keeps_its_looks() {
    let folder = small_project();
    with_template(folder.path(), |binding| binding);
    story::run(folder.path()).expect("a run");
    let path = folder.path().join("out").join(FORM);
    let (values, formulas) = sheet(&path);
    let text = |cell| values.get_value(cell).map(ToString::to_string).unwrap_or_default();
    assert_eq!(text((1, 0)), "技工院校服务巩固拓展脱贫攻坚成果情况表");
    assert_eq!(text((2, 0)), "填表单位(盖章): 佳木斯市人力资源社会保障局");
    assert_eq!(text((3, 0)), "填表时间: 2019年6月10日");
    assert_eq!(text((3, 5)), "统计期: 2019年上半年");
    assert_eq!(text((4, 0)), "填表人: 王<敏>");
    let row = |row: u32| (0..9).map(|column| text((row, column))).collect::<Vec<_>>();
    assert_eq!(row(7), ["1", "佳木斯技师学院", "0", "1", "1", "0", "0", "0", "0"]);
    assert_eq!(row(8), ["2", "惠民职业培训学校", "0", "0", "0", "0", "0", "1", "0"]);
    assert_eq!(row(9), [""; 9]);
    assert_eq!(row(11), ["总计", "", "—", "1", "1", "0", "0", "1", "—"]);
    assert_eq!(formulas.get_value((11, 3)).expect("a sum"), "SUM(D8:D11)");
    // What is not filled in is the blank's own, byte by byte.
    let blank = folder.path().join(format!("{NAME}.xlsx"));
    for name in ["xl/styles.xml", "xl/workbook.xml", "xl/sharedStrings.xml"] {
        assert_eq!(part(&path, name), part(&blank, name), "{name}");
    }
    let head = |path| {
        let text = part(path, "xl/worksheets/sheet1.xml");
        text.split("<sheetData>").next().expect("a head").to_owned()
    };
    assert_eq!(head(&path), head(&blank));
    assert!(folder.path().join("out/附件2_说明.xlsx").is_file());
}

#[test]
fn rows_are_put_in_where_the_blank_has_too_few() {
    let folder = town::unpack("dirty");
    with_template(folder.path(), |binding| binding);
    story::run(folder.path()).expect("a run");
    let out = folder.path().join("out");
    let lines = story::table(&out.join("annex2.csv"));
    let (last, units) = lines[1..].split_last().expect("a total");
    assert!(units.len() > 4, "more than the blank has rows for");
    let (values, formulas) = sheet(&out.join(FORM));
    let count = u32::try_from(units.len()).expect("few");
    let figures = |row: u32| -> Vec<String> {
        (2..9)
            .map(|column| values.get_value((row, column)).expect("a figure").to_string())
            .collect()
    };
    for (row, unit) in (7..).zip(units) {
        assert_eq!(values.get_value((row, 1)).expect("a name").to_string(), unit[0]);
        assert_eq!(figures(row), unit[2..]);
    }
    let total = 7 + count;
    assert_eq!(values.get_value((total, 0)).expect("总计"), &Data::from("总计"));
    assert_eq!(figures(total), last[2..]);
    assert_eq!(formulas.get_value((total, 8)).expect("a sum"), &format!("SUM(I8:I{total})"));
    let path = out.join(FORM);
    let book = part(&path, "xl/workbook.xml");
    assert!(book.contains(&format!("$A$1:$I${}", total + 2)), "{book}");
    let xml = part(&path, "xl/worksheets/sheet1.xml");
    let merge = format!("<mergeCell ref=\"A{0}:B{0}\"", total + 1);
    assert!(xml.contains(&merge) && xml.contains("<mergeCell ref=\"A2:I2\""), "{merge}");
    // The new rows look like the first one.
    let height = |row: u32| {
        let tag = xml.split(&format!("<row r=\"{row}\" ")).nth(1).expect("a row");
        tag.split("ht=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("ht").to_owned()
    };
    assert!((8..8 + count).all(|row| height(row) == height(8)));
}

#[test]
fn the_other_form_in_the_wording_after_2021_holds_the_same_figures() {
    let folder = town::unpack("dirty");
    with_blank(folder.path(), "附件3_脱贫人口监测对象", |binding| binding);
    story::run(folder.path()).expect("a run");
    let out = folder.path().join("out");
    let lines = story::table(&out.join("annex3.csv"));
    let path = out.join("附件3 技能培训技能脱贫攻坚进展情况表.xlsx");
    let (values, formulas) = sheet_named(&path, "附件3");
    let cell = |at| values.get_value(at).map(ToString::to_string).unwrap_or_default();
    assert_eq!(cell((1, 0)), "技能培训服务巩固拓展脱贫攻坚成果情况表");
    assert_eq!(cell((3, 12)), "统计期: 2019年上半年");
    let printed = |column: usize, written: &str| match (column, written) {
        (_, "") => "—".to_owned(),
        // The form has 万元, of which the cell shows two decimals; the CSV has yuan.
        (14.., yuan) => {
            let yuan: f64 = yuan.parse().expect("money");
            (yuan / 10_000.0).to_string()
        }
        (_, count) => count.to_owned(),
    };
    // The blank has four rows; the total stands where the counties end, or under the blank rows.
    let counties = lines.len() - 2;
    for (row, line) in (7_u32..).zip(&lines[1..=counties]) {
        assert_eq!(cell((row, 1)), line[0]);
        for column in 1..=16_usize {
            let at = (row, u32::try_from(column).expect("few") + 1);
            assert_eq!(cell(at), printed(column, &line[column]), "{} {column}", line[0]);
        }
    }
    let total = 7 + u32::try_from(counties.max(4)).expect("few");
    assert_eq!(cell((total, 0)), "总计");
    assert_eq!(cell((total, 4)), lines[counties + 1][3]);
    assert_eq!(formulas.get_value((total, 17)).expect("a sum"), &format!("SUM(R8:R{total})"));
}

#[test]
fn every_mistake_of_a_blank_is_said_with_its_cell() {
    let folder = small_project();
    with_template(folder.path(), |binding| {
        let moved = binding.replace("first_row = 8 ", "first_row = 6 ");
        let coded = moved.replace("I = \"a2_7\"", "I = \"a2_8\"");
        coded.replace("bureau = \"A3\"", "bureau = \"B2\"").replace("\"A5\"", "\"C6\"")
    });
    let outcome = bidui(folder.path(), &["run", "project.toml"]);
    assert_eq!(outcome.status, 2, "{}", outcome.err);
    let said = [
        "› I6：[columns] 的 I 写的“a2_8”不是本表的指标；可写：a2_1、",
        "› A6：这一格在合并单元格 A6:A7 里",
        "› C7：要填数的格子不是空的，里面是“当(半)年脱贫家庭",
        "› B2：bureau 所指的格子在合并单元格 A2:I2 里，不是它的第一格；请写 A2",
        "› C6：filled_by 所指的格子里已有“技工教育情况”",
    ];
    for part in said {
        assert!(outcome.err.contains(part), "{part}\n{}", outcome.err);
    }
    assert!(!folder.path().join("runs").exists());
    let checked = bidui(folder.path(), &["check", "project.toml"]);
    assert_eq!(checked.status, 2);
    assert!(checked.out.contains("› I6"), "{}", checked.out);
}

#[test]
fn a_missing_sheet_is_said_with_those_there_are() {
    let folder = small_project();
    with_template(folder.path(), |binding| {
        binding.replace("sheet = \"附件2\"", "sheet = \"附表\"")
    });
    let outcome = bidui(folder.path(), &["run", "project.toml"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.err.contains("没有工作表“附表”；这个文件里有：附件2"), "{}", outcome.err);
}

#[test]
fn mistakes_of_a_binding_are_the_projects() {
    let folder = small_project();
    with_template(folder.path(), |binding| binding.replace("first_row", "frist_row"));
    let outcome = bidui(folder.path(), &["check", "project.toml"]);
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.err.contains("没有“frist_row”这个设置；是否应为“first_row”"),
        "{}",
        outcome.err
    );
}

/// The blank with a second sheet that looks at the first, its values those of the empty form.
fn with_second_sheet(blank: &Path) {
    let mut parts = Vec::new();
    let mut archive = zip::ZipArchive::new(fs_err::File::open(blank).expect("there")).expect("zip");
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a part");
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("read");
        parts.push((part.name().expect("a name").into_owned(), content));
    }
    let put = |name: &str, before: &str, text: &str| {
        let part: &mut Vec<u8> =
            &mut parts.iter_mut().find(|(own, _)| own == name).expect("a part").1;
        let whole = String::from_utf8(part.clone()).expect("text");
        assert!(whole.contains(before), "{name}");
        *part = whole.replacen(before, &format!("{text}{before}"), 1).into_bytes();
    };
    second_sheet(put);
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let sheet = format!(
        "<worksheet xmlns=\"{main}\"><sheetData><row r=\"1\"><c r=\"A1\"><f>'附件2'!E12</f><v>0</v></c>\
         <c r=\"B1\"><v>7</v></c></row></sheetData></worksheet>"
    );
    parts.push(("xl/worksheets/sheet9.xml".to_owned(), sheet.into_bytes()));
    let mut out = zip::ZipWriter::new(fs_err::File::create(blank).expect("created"));
    for (name, content) in parts {
        out.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        std::io::Write::write_all(&mut out, &content).expect("written");
    }
    out.finish().expect("written");
}

fn second_sheet(mut put: impl FnMut(&str, &str, &str)) {
    put(
        "[Content_Types].xml",
        "</Types>",
        "<Override PartName=\"/xl/worksheets/sheet9.xml\" ContentType=\"application/vnd.\
         openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>",
    );
    put("xl/workbook.xml", "</sheets>", "<sheet name=\"看板\" sheetId=\"9\" r:id=\"rId99\"/>");
    put(
        "xl/_rels/workbook.xml.rels",
        "</Relationships>",
        "<Relationship Id=\"rId99\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
         relationships/worksheet\" Target=\"worksheets/sheet9.xml\"/>",
    );
}

#[test]
fn other_sheets_follow_the_rows_and_show_no_stale_value() {
    let folder = town::unpack("dirty");
    with_template(folder.path(), |binding| binding);
    with_second_sheet(&folder.path().join(format!("{NAME}.xlsx")));
    story::run(folder.path()).expect("a run");
    let path = folder.path().join("out").join(FORM);
    let units = story::table(&folder.path().join("out/annex2.csv")).len() - 2;
    let sheet = part(&path, "xl/worksheets/sheet9.xml");
    let total = format!("<c r=\"A1\"><f>'附件2'!E{}</f></c><c r=\"B1\"><v>7</v></c>", 8 + units);
    assert!(sheet.contains(&total), "{sheet}");
}

#[test]
fn a_total_row_that_is_one_too_early_is_said() {
    let folder = small_project();
    with_template(folder.path(), |binding| {
        let early = binding.replace("total_row = 12", "total_row = 11");
        early.replace("notes = \"A13\"", "notes = \"C9\"")
    });
    let outcome = bidui(folder.path(), &["run", "project.toml"]);
    assert_eq!(outcome.status, 2, "{}", outcome.out);
    assert!(outcome.err.contains("› C12：总计行（第11行）下面这一格还有公式"), "{}", outcome.err);
    assert!(outcome.err.contains("› C9：notes 所指的格子在数据行里"), "{}", outcome.err);
}
