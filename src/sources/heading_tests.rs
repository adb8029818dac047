//! Headings as offices stack them: any tree of headings, written in one to four rows, with merged cells
//! or without, means the same columns; and lists below each other in one sheet.

use proptest::prelude::*;

use super::header::{Search, find};
use super::merges::Merges;
use super::synonyms::Synonyms;
use super::tests::{codes, dump, one};
use super::{RawCell, Row};
use crate::grids::Merge;
use crate::vocabulary::SourceKind;

/// A heading with those below it; a heading without any names its field.
#[derive(Clone, Debug)]
struct Node {
    text: &'static str,
    field: &'static str,
    below: Vec<Node>,
}

fn leaf(text: &'static str, field: &'static str) -> Node {
    Node { text, field, below: Vec::new() }
}

fn group(text: &'static str, below: &[Node]) -> Node {
    Node { text, field: "", below: below.to_vec() }
}

/// Blocks of columns of a school's list that may stand in any order.
fn blocks() -> Vec<Node> {
    let enrolment = [leaf("年月", "entry_date"), leaf("招生对象", "intake_from")];
    let major = [leaf("名称", "major"), leaf("培养层次", "training_level")];
    let address = [leaf("县", "county"), leaf("乡镇", "town"), leaf("村", "village")];
    let father = group("父亲", &[leaf("姓名", "father_name"), leaf("身份证号", "father_id")]);
    let mother = group("母亲情况", &[leaf("姓名", "mother_name"), leaf("证件号码", "mother_id")]);
    vec![
        leaf("性别", "sex"),
        leaf("民族", "ethnicity"),
        leaf("联系电话", "phone"),
        leaf("班级", "class_name"),
        leaf("是否建档立卡", "declared_poor"),
        group(
            "学籍信息",
            &[
                group("入学情况", &enrolment),
                leaf("学籍状态", "student_status"),
                group("专业", &major),
            ],
        ),
        group("家庭住址", &address),
        group("家庭情况", &[father, mother, leaf("困难类型", "hardship_kind")]),
        group("特长", &[leaf("甲", ""), leaf("乙", "")]),
        group("就业情况", &[leaf("就业时间", "employed_on"), leaf("单位名称", "")]),
        leaf("备注", "remark"),
    ]
}

fn person() -> [Node; 2] {
    [leaf("姓名", "name"), leaf("身份证号", "id_number")]
}

fn depth(node: &Node) -> u32 {
    1 + node.below.iter().map(depth).max().unwrap_or(0)
}

/// A sheet while headings are written into it, from row 1 on.
struct Writer {
    levels: u32,
    merged: bool,
    cells: Vec<(u32, u32, &'static str)>,
    merges: Merges,
    fields: Vec<(u32, &'static str)>,
    next: u32,
}

impl Writer {
    fn write(&mut self, node: &Node, row: u32) {
        let column = self.next;
        self.cells.push((row, column, node.text));
        node.below.iter().for_each(|below| self.write(below, row + 1));
        if node.below.is_empty() {
            self.next += 1;
            self.fields.push((column, node.field));
        }
        if self.merged {
            let last_row = if node.below.is_empty() { self.levels } else { row };
            let last_column = self.next - 1;
            self.merges.add(Merge { first_row: row, last_row, column, last_column });
        }
    }

    fn rows(&self) -> Vec<Row> {
        let row = |number: u32| {
            let own = self.cells.iter().filter(|(row, ..)| *row == number);
            let mut cells: Vec<(u32, RawCell)> = own
                .map(|(_, column, text)| (*column, crate::grids::cell_from_text(text)))
                .collect();
            cells.sort_by_key(|(column, _)| *column);
            Row { number, cells }
        };
        (1..=self.levels).map(row).collect()
    }
}

proptest! {
    #[test]
    fn any_tree_of_headings_means_its_columns(
        chosen in prop::sample::subsequence(blocks(), 0..=11).prop_shuffle(),
        wrapped in any::<bool>(),
        at in 0_usize..12,
        merged in any::<bool>(),
    ) {
        let mut nodes = chosen;
        let at = at.min(nodes.len());
        if wrapped {
            nodes.insert(at, group("学生基本情况", &person()));
        } else {
            nodes.splice(at..at, person());
        }
        let levels = nodes.iter().map(depth).max().unwrap_or(1);
        let (merges, next) = (Merges::default(), 0);
        let mut writer =
            Writer { levels, merged, cells: Vec::new(), merges, fields: Vec::new(), next };
        for node in &nodes {
            writer.write(node, 1);
        }
        let mut rows = writer.rows();
        let data = (0..writer.next).map(|column| (column, crate::grids::cell_from_text("239921200304121134")));
        rows.push(Row { number: levels + 1, cells: data.collect() });
        let synonyms = Synonyms::of(SourceKind::Enrollment);
        let search = Search { rows: &rows, merges: &writer.merges, synonyms: &synonyms };
        let header = find(search, rows.len()).expect("a heading line");
        let found: Vec<(u32, &str)> =
            header.candidates.iter().map(|one| (one.index, one.meaning.field.key())).collect();
        let expected: Vec<(u32, &str)> =
            writer.fields.iter().filter(|(_, field)| !field.is_empty()).copied().collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(header.rows, levels as usize);
    }
}

fn read(text: &str) -> super::Intake {
    one(SourceKind::Enrollment, "佳木斯技师学院.csv", text.as_bytes())
}

#[test]
fn a_second_list_below_is_read_by_its_own_headings() {
    let found = read(
        "佳木斯技师学院学籍\n序号,姓名,身份证号,班级\n1,张三,239921200304121134,1班\n\
         第二批学生名单\n班级,公民身份号码,姓名,入学年月\n2班,23992120021130226X,李四,201909\n",
    );
    assert_eq!(found.tables.len(), 2);
    let [first, second] = [&found.tables[0], &found.tables[1]];
    assert_eq!((first.rows.as_slice(), second.rows.as_slice()), (&[3][..], &[6][..]));
    let dumped = dump(&found);
    assert!(dumped.contains("李四") && dumped.contains("201909"), "{dumped}");
    assert!(!dumped.contains("第二批"), "{dumped}");
    assert!(codes(&found).contains(&"sheet-second-header"), "{:?}", codes(&found));
}

#[test]
fn lists_of_two_schools_below_each_other_keep_their_schools() {
    let text = "黑龙江技师学院第10分院学籍\n姓名,身份证号\n张三,239921200304121134\n\
                黑龙江技师学院第11分院学籍\n姓名,身份证号\n李四,23992120021130226X\n";
    let found = one(SourceKind::Enrollment, "a.csv", text.as_bytes());
    let names: Vec<&str> = found.tables.iter().map(|table| table.named[0].name.as_str()).collect();
    assert_eq!(names, ["黑龙江技师学院第10分院", "黑龙江技师学院第11分院"]);
}

#[test]
fn headings_of_every_printed_page_are_left_out() {
    let page = "佳木斯技师学院学籍表,,,,,\n姓名,身份证号,家庭住址,,,备注\n,,县,乡镇,村,\n";
    let row = |name: &str| format!("{name},239921200304121134,桦南县,长发镇,红光村,\n");
    let pages =
        ["张三", "李四", "王五"].map(|name| format!("{page}{}第1页 共3页,,,,,\n", row(name)));
    let found = read(&pages.concat());
    assert_eq!(found.tables.len(), 1, "{}", dump(&found));
    assert_eq!(found.tables[0].rows, [4, 9, 14]);
}

#[test]
fn headings_below_many_notes_are_found() {
    let notes: String =
        (1..=300).map(|number| format!("说明{number}：如实填写。\n")).collect::<Vec<_>>().concat();
    let found = read(&format!("{notes}姓名,身份证号\n张三,239921200304121134\n"));
    assert_eq!(found.tables[0].rows, [302]);
}

#[test]
fn a_sheet_without_headings_says_how_far_was_looked() {
    let found = read(&"甲,乙,丙\n".repeat(40));
    let problem = &found.problems[0];
    assert!(problem.message.starts_with("有内容的前40行里找不到表头"), "{}", problem.message);
}

#[test]
fn a_summary_below_a_list_is_no_second_list() {
    let found = read("姓名,身份证号,班级\n张三,239921200304121134,1班\n班级,备注\n1班,30人\n");
    assert_eq!(found.tables.len(), 1);
}
