//! Whole projects at random: the same people, however their rows are ordered and dealt out over files
//! and kinds of files, give the same links and the same figures.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use rust_xlsxwriter::Workbook;

use crate::support::program::small_project;
use crate::support::story;

const HEADINGS: [&str; 8] =
    ["院校名称", "姓名", "性别", "身份证号", "学籍编号", "学籍状态", "学习形式", "入学时间"];

/// How a student's row is written, the same wherever it comes to stand.
#[derive(Clone, Debug)]
struct Student {
    /// Which of the registered persons; `None` for somebody who is not registered.
    person: Option<usize>,
    dirt: Dirt,
    month: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dirt {
    None,
    Blanks,
    FullWidth,
    NoId,
    OtherName,
    Apostrophe,
}

/// Where a row goes: file, its kind, and its place among the rows.
#[derive(Clone, Debug)]
struct Deal {
    files: Vec<Kind>,
    /// Per student: file and rank.
    places: Vec<(usize, u32)>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Utf8,
    Gbk,
    Tabs,
    Excel,
    Html,
}

const NAMES: [&str; 8] = ["张伟", "李娜", "王芳", "刘洋", "陈静", "杨帆", "赵磊", "黄敏"];

/// A number nobody has, with its check digit.
fn id_number(person: usize) -> String {
    let body = format!("2399012003{:02}15{:03}", person % 12 + 1, person * 7 + 2);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = body.bytes().map(|digit| usize::from(digit - b'0'));
    let sum: usize = digits.zip(weights).map(|(digit, weight)| digit * weight).sum();
    let check = b"10X98765432"[sum % 11];
    format!("{body}{}", char::from(check))
}

fn registry() -> String {
    let mut text =
        "县(市、区、旗),乡(镇),行政村,户编号,人编号,姓名,证件号码,与户主关系\n".to_owned();
    for (person, name) in NAMES.iter().enumerate() {
        let id = id_number(person);
        text +=
            &format!("桦南县,桦南镇,红光村,23{person:08},230000000{person:03},{name},{id},户主\n");
    }
    text
}

fn row(index: usize, student: &Student) -> Vec<String> {
    // People who are not registered come after the registered ones.
    let person = student.person.unwrap_or(100 + index);
    let name = NAMES[person % NAMES.len()].to_owned();
    let id = id_number(person);
    let (name, id) = match student.dirt {
        Dirt::None => (name, id),
        Dirt::Blanks => (format!(" {name} "), format!("{} {}", &id[..6], &id[6..])),
        Dirt::FullWidth => (name, id.chars().map(full_width).collect()),
        Dirt::NoId => (name, String::new()),
        Dirt::OtherName => ("周涛".to_owned(), id),
        Dirt::Apostrophe => (name, format!("'{id}")),
    };
    let status = ["正式学籍", "正式学籍", "休学"][index % 3];
    [
        "佳木斯技师学院".to_owned(),
        name,
        ["男", "女"][index % 2].to_owned(),
        id,
        format!("XJ{index:05}"),
        status.to_owned(),
        "全日制".to_owned(),
        format!("2019-{:02}-01", student.month),
    ]
    .to_vec()
}

fn full_width(letter: char) -> char {
    char::from_u32(u32::from(letter) + 0xFEE0).unwrap_or(letter)
}

fn write(path: &Path, kind: Kind, rows: &[Vec<String>]) {
    let joined = |separator: &str| {
        let lines: Vec<String> = rows.iter().map(|row| row.join(separator)).collect();
        lines.join("\n") + "\n"
    };
    let bytes = match kind {
        Kind::Utf8 => joined(",").into_bytes(),
        Kind::Gbk => encoding_rs::GB18030.encode(&joined(",")).0.into_owned(),
        Kind::Tabs => joined("\t").into_bytes(),
        Kind::Html => {
            let cells = |row: &Vec<String>| format!("<tr><td>{}</td></tr>", row.join("</td><td>"));
            let table: String = rows.iter().map(cells).collect();
            format!("<html><meta charset=\"utf-8\"><table>{table}</table></html>").into_bytes()
        }
        Kind::Excel => {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet();
            for (line, row) in (0..).zip(rows) {
                for (column, cell) in (0..).zip(row) {
                    sheet.write_string(line, column, cell).expect("in bounds");
                }
            }
            book.save_to_buffer().expect("in memory")
        }
    };
    fs_err::write(path, bytes).expect("written");
}

/// What a project says: per student the decision, person and class; and the figures.
type Said = (BTreeMap<usize, Vec<String>>, Vec<Vec<String>>, Vec<Vec<String>>);

fn said(students: &[Student], deal: &Deal) -> Said {
    let folder = small_project();
    let inputs = folder.path().join("inputs");
    fs_err::write(inputs.join("registry/佳木斯市.csv"), registry()).expect("written");
    fs_err::remove_file(inputs.join("enrollment/佳木斯技师学院.csv")).expect("removed");
    let mut students_of = BTreeMap::new();
    for (number, kind) in deal.files.iter().enumerate() {
        let mut own: Vec<usize> =
            (0..students.len()).filter(|index| deal.places[*index].0 == number).collect();
        own.sort_by_key(|index| (deal.places[*index].1, *index));
        if own.is_empty() {
            continue;
        }
        let ending = match kind {
            Kind::Utf8 | Kind::Gbk => "csv",
            Kind::Tabs => "txt",
            Kind::Excel => "xlsx",
            Kind::Html => "xls",
        };
        let name = format!("名单{number}.{ending}");
        let headings = HEADINGS.map(str::to_owned).to_vec();
        let rows: Vec<Vec<String>> = std::iter::once(headings)
            .chain(own.iter().map(|index| row(*index, &students[*index])))
            .collect();
        write(&inputs.join("enrollment").join(&name), *kind, &rows);
        students_of.insert(format!("inputs/enrollment/{name}"), own);
    }
    story::run(folder.path()).expect("a run");
    let out = folder.path().join("out");
    let links = story::table(&out.join("links.csv"));
    let wanted = ["decision", "person_id", "match_class"].map(|name| story::column(&links, name));
    let at = ["source_file", "source_row"].map(|name| story::column(&links, name));
    let mut decisions = BTreeMap::new();
    for line in &links[1..] {
        let Some(own) = students_of.get(&line[at[0]]) else { continue };
        let place: usize = line[at[1]].parse().expect("a row");
        let cells = wanted.map(|column| line[column].clone()).to_vec();
        assert!(decisions.insert(own[place - 2], cells).is_none(), "a row stands twice");
    }
    let figures = ["annex2.csv", "annex3.csv"].map(|name| story::table(&out.join(name)));
    let [two, three] = figures;
    (decisions, two, three)
}

fn student() -> impl Strategy<Value = Student> {
    let dirt = prop::sample::select(vec![
        Dirt::None,
        Dirt::Blanks,
        Dirt::FullWidth,
        Dirt::NoId,
        Dirt::OtherName,
        Dirt::Apostrophe,
    ]);
    (prop::option::of(0..NAMES.len()), dirt, 1_u8..7).prop_map(|(person, dirt, month)| Student {
        person,
        dirt,
        month,
    })
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::Utf8, Kind::Gbk, Kind::Tabs, Kind::Excel, Kind::Html])
}

fn deal(students: usize) -> impl Strategy<Value = Deal> {
    prop::collection::vec(kind(), 1..4).prop_flat_map(move |files| {
        let places = prop::collection::vec((0..files.len(), any::<u32>()), students);
        places.prop_map(move |places| Deal { files: files.clone(), places })
    })
}

fn project() -> impl Strategy<Value = (Vec<Student>, Deal)> {
    prop::collection::vec(student(), 1..10)
        .prop_flat_map(|students| (Just(students.clone()), deal(students.len())))
}

/// Whether two files have so many people in common that they pass for two versions of one list, which
/// are counted once on purpose.
fn has_versions(students: &[Student], deal: &Deal) -> bool {
    let people = |file: usize| -> BTreeSet<usize> {
        let own = students.iter().zip(&deal.places).filter(|(_, place)| place.0 == file);
        own.filter_map(|(student, _)| student.person).collect()
    };
    let files: Vec<BTreeSet<usize>> = (0..deal.files.len()).map(people).collect();
    files
        .iter()
        .enumerate()
        .any(|(at, left)| files[at + 1..].iter().any(|right| left.intersection(right).count() >= 3))
}

/// All rows in one file, in their order.
fn plain(students: usize) -> Deal {
    let places = (0..students).map(|index| (0, u32::try_from(index).expect("few"))).collect();
    Deal { files: vec![Kind::Utf8], places }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 8, max_shrink_iters: 64, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn order_and_files_change_no_person_and_no_figure((students, deal) in project()) {
        prop_assume!(!has_versions(&students, &deal));
        let plain = said(&students, &plain(students.len()));
        let dealt = said(&students, &deal);
        prop_assert_eq!(plain.0.len(), students.len());
        prop_assert_eq!(&plain, &dealt);
    }
}
