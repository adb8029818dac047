//! Writes a small town's results and reads them back.

mod town;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use calamine::{Data, DataType as _, Range, Reader, Xlsx, open_workbook};

use super::book::Book;
use super::context::Context;
use super::{FigureRow, people, write};
use crate::vocabulary::Annex;
use town::Town;

struct Written {
    folder: tempfile::TempDir,
    paths: Vec<PathBuf>,
}

impl Written {
    fn of(town: &Town) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let paths = write(folder.path(), &town.results()).unwrap();
        Self { folder, paths }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn sheet(&self, file: &str, sheet: &str) -> Range<Data> {
        let mut book: Xlsx<_> = open_workbook(self.path(file)).unwrap();
        book.worksheet_range(sheet).unwrap()
    }

    fn text(&self, name: &str) -> String {
        fs_err::read_to_string(self.path(name)).unwrap()
    }

    /// Every text in a workbook, all sheets.
    fn all_texts(&self, file: &str) -> Vec<String> {
        let mut book: Xlsx<_> = open_workbook(self.path(file)).unwrap();
        let sheets = book.worksheets();
        let cells = sheets.iter().flat_map(|(_, range)| range.used_cells());
        cells.map(|(_, _, cell)| cell.to_string()).collect()
    }
}

/// Cells of a column found by its heading, below the heading row.
fn column(range: &Range<Data>, heading: &str) -> Vec<Data> {
    let row = range.rows().position(|row| row.iter().any(|cell| *cell == *heading)).unwrap();
    let place = range.rows().nth(row).unwrap().iter().position(|cell| *cell == *heading).unwrap();
    range.rows().skip(row + 1).map(|row| row[place].clone()).collect()
}

fn texts(range: &Range<Data>, heading: &str) -> Vec<String> {
    column(range, heading).iter().map(ToString::to_string).collect()
}

#[test]
fn every_promised_file_is_written_for_its_owner_only() {
    let written = Written::of(&Town::small());
    let root = written.folder.path();
    let name = |path: &PathBuf| path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
    let names: Vec<String> = written.paths.iter().map(name).collect();
    let expected = [
        "00_先看这里.xlsx",
        "01_比对结果.xlsx",
        "02_差异报告.xlsx",
        "03_待核清单.xlsx",
        "05_数据问题.xlsx",
        "两后生名单.xlsx",
        "结对帮扶覆盖情况.xlsx",
        "附件2 技工院校技能脱贫攻坚进展情况表.xlsx",
        "附件3 技能培训技能脱贫攻坚进展情况表.xlsx",
        "附件2_明细.xlsx",
        "附件3_明细.xlsx",
        "links.csv",
        "problems.csv",
        "annex2.csv",
        "annex3.csv",
        "反馈/技工院校/佳木斯技师学院.xlsx",
        "反馈/技工院校/同江_抚远技工学校.xlsx",
        "反馈/职业培训机构/桦南县惠农培训学校.xlsx",
        "反馈/扶贫部门/桦南县.xlsx",
        "反馈/扶贫部门/佳木斯市郊区.xlsx",
        "反馈/扶贫部门/鹤岗市郊区.xlsx",
    ];
    assert_eq!(names, expected);
    #[cfg(unix)]
    for path in &written.paths {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs_err::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        let folder = fs_err::metadata(path.parent().unwrap()).unwrap().permissions().mode();
        assert_eq!(folder & 0o777, 0o700, "{}", path.display());
        let above = fs_err::metadata(root.join("反馈")).unwrap().permissions().mode();
        assert_eq!(above & 0o777, 0o700);
    }
}

#[test]
fn equal_results_give_equal_bytes() {
    let town = Town::small();
    let bytes = || -> BTreeMap<PathBuf, Vec<u8>> {
        let written = Written::of(&town);
        let relative = |path: &Path| path.strip_prefix(written.folder.path()).unwrap().to_owned();
        written.paths.iter().map(|path| (relative(path), fs_err::read(path).unwrap())).collect()
    };
    let (first, second) = (bytes(), bytes());
    for (path, content) in &first {
        assert!(*content == second[path], "{} differs", path.display());
    }
}

#[test]
fn ids_stay_text_everywhere() {
    let written = Written::of(&Town::small());
    let places = [
        ("01_比对结果.xlsx", "比对结果", ["证件号码", "登记证件号码", "户编号", "人编号"]),
        ("01_比对结果.xlsx", "待核", ["证件号码", "登记证件号码", "户编号", "人编号"]),
        (
            "反馈/扶贫部门/桦南县.xlsx",
            "就读培训人员",
            ["证件号码", "登记证件号码", "户编号", "人编号"],
        ),
    ];
    for (file, sheet, headings) in places {
        let range = written.sheet(file, sheet);
        for heading in headings {
            let cells = column(&range, heading);
            assert!(!cells.is_empty());
            for cell in cells {
                assert!(
                    matches!(cell, Data::String(_) | Data::Empty),
                    "{sheet} {heading}: {cell:?}"
                );
            }
        }
    }
}

#[test]
fn linked_rows_and_candidates_all_appear() {
    let town = Town::small();
    let written = Written::of(&town);
    let links = written.sheet("01_比对结果.xlsx", "比对结果");
    assert_eq!(texts(&links, "姓名"), ["张伟", "李炜", "王芳", "刘洋"]);
    assert_eq!(texts(&links, "登记姓名"), ["张伟", "李伟", "王芳", "刘洋"]);
    assert_eq!(texts(&links, "行"), ["3", "4", "3", "4"]);
    let reviews = written.sheet("01_比对结果.xlsx", "待核");
    assert_eq!(texts(&reviews, "候选"), ["1", "2"]);
    assert_eq!(texts(&reviews, "序号"), ["1", "1"]);
    let counts = written.sheet("01_比对结果.xlsx", "汇总");
    assert_eq!(texts(&counts, "比对一致"), ["2", "0", "2", "4"]);
    assert_eq!(texts(&counts, "数据行数"), ["4", "1", "2", "7"]);
}

#[test]
fn a_ruined_number_says_so() {
    let written = Written::of(&Town::small());
    let pending = written.sheet("反馈/技工院校/佳木斯技师学院.xlsx", "待核补号");
    assert_eq!(texts(&pending, "证件号码"), ["990822200301011000（末几位已失真）"]);
}

#[test]
fn a_school_sees_no_person_but_its_own() {
    let town = Town::small();
    let written = Written::of(&town);
    let file = "反馈/技工院校/佳木斯技师学院.xlsx";
    // 待核清单 shows candidates, masked: see the test below.
    let pages = ["说明", "需更正", "待核补号", "比对一致人员"];
    let ranges = pages.map(|page| written.sheet(file, page));
    let cells = ranges.iter().flat_map(|range| range.used_cells());
    let page: Vec<String> = cells.map(|(_, _, cell)| cell.to_string()).collect();
    let shows = |secret: &str| page.iter().any(|text| text.contains(secret));
    let strangers = &town.records.persons[2..];
    for person in strangers {
        let facts = &person.facts;
        for secret in [facts.name.raw(), facts.id.raw(), &person.person_no] {
            assert!(!shows(secret), "{secret} must not be shown");
        }
    }
    assert!(shows("李伟"), "the registered name of its own student must be shown");
    let mend = written.sheet("反馈/技工院校/佳木斯技师学院.xlsx", "需更正");
    let reasons = texts(&mend, "原因");
    assert_eq!(reasons.len(), 2);
    assert_eq!(reasons[0], "登记姓名为“李伟”");
    assert!(reasons[1].contains("登记方信息不在此列出"), "{reasons:?}");
}

#[test]
fn the_review_list_asks_with_both_sides_and_nothing_filled_in() {
    let town = Town::small();
    let written = Written::of(&town);
    let list = written.sheet("03_待核清单.xlsx", "待核清单");
    assert_eq!(texts(&list, "序号"), ["1-1", "1-2"]);
    assert_eq!(texts(&list, "结论"), ["", ""]);
    let registered = texts(&list, "登记证件号码");
    for (shown, person) in registered.iter().zip([4, 5]) {
        let full = town.records.persons[person].facts.id.raw();
        assert_eq!(shown, full, "a full number stands alone in its cell");
    }
    let path = written.path("03_待核清单.xlsx");
    let read = super::taken::read(&path, "03").unwrap().review;
    assert_eq!((read.lines.len(), read.open, read.troubles.len()), (0, 2, 0));
}

#[test]
fn a_school_is_asked_without_the_registered_number() {
    let town = Town::small();
    let written = Written::of(&town);
    let texts = written.all_texts("反馈/技工院校/佳木斯技师学院.xlsx");
    let shows = |secret: &str| texts.iter().any(|text| text.contains(secret));
    for person in [4, 5] {
        let person = &town.records.persons[person];
        assert!(shows(person.facts.name.raw()), "the question needs the name");
        assert!(shows(&person.facts.id.masked()), "and the masked number");
        for secret in [person.facts.id.raw(), &person.person_no, &person.household_no] {
            assert!(secret.is_empty() || !shows(secret), "{secret} must not be shown");
        }
    }
}

#[test]
fn the_report_counts_every_finding_once() {
    let town = Town::small();
    let written = Written::of(&town);
    let summary = written.sheet("02_差异报告.xlsx", "汇总");
    let counts = column(&summary, "条数");
    let all = town.findings.len();
    assert_eq!(counts.iter().find(|cell| **cell != Data::Empty).unwrap(), &Data::Float(4.0));
    assert_eq!(all, 4);
    let sheet = written.sheet("02_差异报告.xlsx", &super::names::sheet_name(town.kind().label()));
    let sources = texts(&sheet, "源单元格");
    assert_eq!(sources.len(), all);
    assert_eq!(sources[0], "inputs/enrollment/佳木斯技师学院.xls › Sheet1 › B4、C4");
}

#[test]
fn problems_are_listed_for_people_the_worst_first() {
    let written = Written::of(&Town::small());
    let problems = written.sheet("05_数据问题.xlsx", "问题清单");
    assert_eq!(texts(&problems, "级别"), ["错误", "警告"]);
    let files = written.sheet("05_数据问题.xlsx", "按文件");
    let counts = ["错误", "警告", "提示"].map(|weight| texts(&files, weight));
    assert_eq!(counts, [["1", "0"], ["0", "1"], ["0", "0"]]);
}

#[test]
fn the_first_page_tells_rows_from_persons_and_what_to_do() {
    let town = Town::small();
    let written = Written::of(&town);
    let page = written.sheet("00_先看这里.xlsx", "先看这里");
    assert_eq!(texts(&page, "名单")[..3], ["建档立卡信息", "技工院校学籍", "职业培训实名制"]);
    assert_eq!(texts(&page, "行")[..3], ["7", "5", "2"]);
    let all = written.all_texts("00_先看这里.xlsx");
    let says = |text: &str| all.iter().any(|cell| cell.contains(text));
    assert!(says("待核 1 行（1 人，清单 2 条）"), "{all:?}");
    assert!(says("1. 05_数据问题.xlsx") && says("有 1 处“错误”"), "{all:?}");
    assert!(says("须更正 4 条、核实 0 条"), "{all:?}");
    assert!(says("反馈/扶贫部门") && says("上级人社部门（盖章）"), "{all:?}");
}

#[test]
fn forms_carry_the_documents_words_and_live_sums() {
    let written = Written::of(&Town::small());
    let file = "附件2 技工院校技能脱贫攻坚进展情况表.xlsx";
    let form = written.sheet(file, "附件2");
    let lines: Vec<String> = form.rows().take(5).map(|row| row[0].to_string()).collect();
    assert_eq!(
        lines,
        [
            "附件2",
            "技工院校技能脱贫攻坚进展情况表",
            "填表单位(盖章): 佳木斯市人力资源社会保障局",
            "填表时间: 2019年6月10日",
            "填表人: ",
        ]
    );
    let employed = column(&form, "建档立卡贫困家庭子女毕业生就业人数(人)");
    assert_eq!(employed[..4], [1.0, 0.0, 0.0, 1.0].map(Data::Float));
    let mut book: Xlsx<_> = open_workbook(written.path(file)).unwrap();
    let formulas = book.worksheet_formula("附件2").unwrap();
    assert_eq!(formulas.get_value((10, 2)).unwrap(), "SUM(C8:C10)");
    let texts = written.all_texts(file);
    assert!(texts.iter().any(|text| text.contains("各行之和3人、去重后2人")), "{texts:?}");
}

#[test]
fn a_figure_without_source_is_a_dash_in_the_form_and_empty_in_the_file() {
    let written = Written::of(&Town::small());
    let form = written.sheet("附件3 技能培训技能脱贫攻坚进展情况表.xlsx", "附件3");
    assert_eq!(texts(&form, "其中:有培训意愿人数(人)")[..4], ["", "—", "—", "—"]);
    let fees = column(&form, "培训费");
    assert_eq!(fees[..3], [0.15, 0.2, 0.35].map(Data::Float));
    let open = written.sheet("附件3 技能培训技能脱贫攻坚进展情况表.xlsx", "待核影响");
    assert_eq!(column(&open, "培训人数 待核"), [2.0, 0.0, 2.0].map(Data::Float));
    assert_eq!(texts(&open, "取得证书 待核"), ["", "", ""]);
    let lines = written.text("annex3.csv");
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines[1], "桦南县,120,,2,3,0,2,0,0,1,0,,1,0,1500.00,,0.05,");
    assert_eq!(lines[3], "总计,200,,3,4,0,3,0,0,1,0,,1,0,3500.00,,0.05,");
}

#[test]
fn machine_readable_files_follow_the_contract() {
    let written = Written::of(&Town::small());
    let text = written.text("links.csv");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "source_kind,source_file,source_sheet,source_row,decision,person_id,probability,\
         match_class,evidence"
    );
    assert_eq!(
        lines[1],
        "enrollment,inputs/enrollment/佳木斯技师学院.xls,Sheet1,3,link,230822000001,0.999900,\
         精准一致,证件号码=一致(+18.02);姓名=相同(+8.10)"
    );
    assert!(lines[4].contains(",none,,0.000000,查无此人,"), "{}", lines[4]);
    assert_eq!(lines.len(), 8);
    let annex2 = written.text("annex2.csv");
    assert_eq!(annex2.lines().nth(1).unwrap(), "佳木斯技师学院,技工院校,2,2,2,1,1,0,0");
    assert_eq!(annex2.lines().last().unwrap(), "总计,,2,2,2,1,1,3,1");
    let problems = written.text("problems.csv");
    assert!(problems.lines().nth(1).unwrap().contains(",id-column-damaged,警告,"), "{problems}");
}

#[test]
fn nothing_at_all_still_makes_readable_workbooks() {
    let town = Town::empty();
    let written = Written::of(&town);
    let texts = written.all_texts("01_比对结果.xlsx");
    assert!(texts.iter().any(|text| text == "（本表没有记录）"));
    let form = written.sheet("附件2 技工院校技能脱贫攻坚进展情况表.xlsx", "附件2");
    assert_eq!(form.get_value((7, 0)).unwrap(), &Data::from("总计"));
}

/// A sheet's lines below its headings, total left out.
fn lines_of(bytes: Vec<u8>, sheet: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let rows: Vec<Vec<Data>> = range.rows().skip(3).map(<[Data]>::to_vec).collect();
    rows[..rows.len() - 1].to_vec()
}

#[test]
fn a_list_nobody_reads_to_its_end_is_told_by_row_and_whole_in_a_file() {
    let mut town = Town::small();
    town.count();
    let mut context = Context::new(town.results());
    let bytes = |context: &Context, fill: &dyn Fn(&mut Book, &Context)| {
        let mut book = Book::in_memory("明细", town.project.as_of).unwrap();
        fill(&mut book, context);
        book.bytes().unwrap()
    };
    let whole =
        |book: &mut Book, context: &Context| people::fill(book, context, Annex::Three).unwrap();
    assert!(people::long_lists(&context, Annex::Three).is_empty());
    let short = bytes(&context, &whole);
    context.longest = 0;
    let folder = tempfile::tempdir().unwrap();
    let long = people::long_lists(&context, Annex::Three);
    let lists = &town.statistics.details.annex3;
    let filled = lists.iter().filter(|list| !list.counted.is_empty() || !list.missed.is_empty());
    assert!(long.len() == filled.count() && long.len() >= 3, "{long:?}");
    for (path, place) in long {
        let (list, name) = (&lists[place], lists[place].indicator.name());
        assert_eq!(path, Path::new("明细").join(format!("附件3 {name}.csv.gz")));
        let file = folder.path().join(format!("{place}.csv"));
        people::csv(&file, &context, Annex::Three, place).unwrap();
        let mut text = String::new();
        let packed = fs_err::File::open(&file).unwrap();
        flate2::read::GzDecoder::new(packed).read_to_string(&mut text).unwrap();
        let lines = lines_of(short.clone(), &name);
        assert_eq!(text.lines().count(), lines.len() + 1, "{text}");
        let by_row = lines_of(bytes(&context, &whole), &name);
        let sum =
            |column: usize| by_row.iter().map(|row| row[column].as_f64().unwrap()).sum::<f64>();
        let lengths = [list.counted.len(), list.missed.len()].map(|count| count.to_string());
        assert_eq!([sum(3), sum(4)].map(|sum| sum.to_string()), lengths);
        let told: Vec<&str> = lines.iter().map(|line| line[1].get_string().unwrap()).collect();
        for (number, row) in (0_u32..).zip(&by_row) {
            let one = |book: &mut Book, context: &Context| {
                let which =
                    FigureRow { annex: Annex::Three, code: list.indicator.code, row: Some(number) };
                people::fill_figure(book, context, which).unwrap();
            };
            let own = lines_of(bytes(&context, &one), &name).len();
            let unit = row[1].get_string().unwrap();
            assert_eq!(own, told.iter().filter(|told| **told == unit).count(), "{name} {unit}");
        }
    }
}
