//! Raw tables → records: every row once, with what each cell was taken for.

use super::*;
use crate::origin::{MappedColumn, SheetInfo};
use crate::records::date::PartialDate;
use crate::records::identifier::IdClass;
use crate::sources::{RawCell, RawColumn};
use crate::vocabulary::labels::{
    DeclaredPoor, LeaveKind, Schooling, Sex, StudentStatus, TrainingKind,
};

fn county_name<'r>(records: &'r Records, place: &Place) -> &'r str {
    records.gazetteer.name(place.county)
}

/// A table from headings and rows of text.
fn table(
    catalogue: &mut Catalogue,
    kind: SourceKind,
    file: &str,
    fields: &[Field],
    rows: &[&[&str]],
) -> RawTable {
    let columns = fields.iter().zip(0..).map(|(field, index)| MappedColumn {
        field: *field,
        index,
        heading: field.key().to_owned(),
    });
    let sheet = catalogue.add(SheetInfo {
        file: file.to_owned(),
        sheet: "Sheet1".to_owned(),
        header_row: 3,
        columns: columns.collect(),
        unknown_columns: Vec::new(),
        rows: rows.len(),
    });
    let cell = |text: &str| match text.strip_prefix("#number ") {
        Some(number) => RawCell::Number(number.parse().expect("a number")),
        None if text.is_empty() => RawCell::Empty,
        None => RawCell::Text(text.into()),
    };
    let columns = fields.iter().enumerate().map(|(index, field)| RawColumn {
        field: *field,
        cells: rows.iter().map(|row| cell(row[index])).collect(),
    });
    let columns = columns.collect();
    let rows = (4..).take(rows.len()).collect();
    RawTable { sheet, kind, source: 0, region: None, named: Vec::new(), rows, columns }
}

fn run(
    tables: Vec<RawTable>,
    catalogue: &Catalogue,
    sources: &[Source],
) -> (Records, Vec<Problem>) {
    let as_of = jiff::civil::date(2019, 6, 10);
    normalise(
        tables,
        catalogue,
        &Settings { as_of, places: &[], institutions: &[], sources, unit: "佳木斯市" },
    )
}

const REGISTRY: &[Field] = &[
    Field::County,
    Field::Town,
    Field::Village,
    Field::HouseholdNo,
    Field::PersonNo,
    Field::Name,
    Field::IdNumber,
    Field::Relation,
    Field::Schooling,
    Field::Sex,
    Field::IdentifiedOn,
    Field::Phone,
];

fn registry(catalogue: &mut Catalogue) -> RawTable {
    let rows: &[&[&str]] = &[
        &[
            "桦南县",
            "桦南镇",
            "新开村",
            "2308221001",
            "230822100101",
            "王丽",
            "110105194912310021",
            "01本人或户主",
            "",
            "女",
            "201712",
            "13845412047",
        ],
        &[
            "桦南县",
            "桦南镇",
            "新开村",
            "2308221001",
            "",
            "张伟(大)",
            "11010519491231002X",
            "之子",
            "07高中一年级",
            "1",
            "20171231",
            "",
        ],
        &["高新县", "新镇", "东村", "", "", "", "", "妖怪", "", "", "17.1.1", ""],
    ];
    table(catalogue, SourceKind::Registry, "inputs/registry/a.xls", REGISTRY, rows)
}

#[test]
fn registry_rows_become_persons() {
    let mut catalogue = Catalogue::default();
    let tables = vec![registry(&mut catalogue)];
    let (records, problems) = run(tables, &catalogue, &[]);
    assert_eq!(records.persons.len(), 3);
    let [first, second, third] = &records.persons[..] else { panic!("three rows") };
    assert_eq!(first.person_no, "230822100101");
    assert_eq!(second.person_no, "2308221001#0-5");
    assert_eq!(third.person_no, "inputs/registry/a.xls#0-6");
    assert_eq!(first.facts.id.class, IdClass::Invalid);
    assert_eq!(second.facts.id.class, IdClass::Intact);
    assert_eq!(second.facts.name.text(), "张伟");
    assert_eq!(
        (first.schooling, second.schooling),
        (Some(Schooling::None), Some(Schooling::SeniorMiddle))
    );
    assert_eq!(first.facts.sex, Some(Sex::Female));
    assert_eq!(first.facts.phones[..], [13_845_412_047]);
    assert_eq!(first.standing.identified_on, PartialDate { year: 2017, month: 12, day: 0 });
    assert_eq!(county_name(&records, &first.facts.place), "桦南县");
    assert_eq!(first.facts.place, second.facts.place);
    assert_eq!(county_name(&records, &third.facts.place), "高新县");
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    let expected = [
        "person-no-missing",
        "name-missing",
        "label-bare-number",
        "label-unknown",
        "date-unreadable",
    ];
    for code in expected {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    let sex = problems.iter().find(|problem| problem.code == "label-bare-number").expect("met");
    assert_eq!((sex.file.as_str(), sex.cell.as_str()), ("inputs/registry/a.xls", "J5"));
}

#[test]
fn the_project_explains_codes() {
    let mut catalogue = Catalogue::default();
    let tables = vec![registry(&mut catalogue)];
    let sex = BTreeMap::from([("1".to_owned(), "男".to_owned())]);
    let source = Source {
        kind: SourceKind::Registry,
        files: Vec::new(),
        list: None,
        definition: None,
        region: None,
        institution: None,
        columns: BTreeMap::new(),
        labels: BTreeMap::from([("sex".to_owned(), sex)]),
        passwords: Vec::new(),
        unused: Vec::new(),
        allow_missing: false,
    };
    let (records, problems) = run(tables, &catalogue, &[source]);
    assert_eq!(records.persons[1].facts.sex, Some(Sex::Male));
    assert!(problems.iter().all(|problem| problem.code != "label-bare-number"));
}

#[test]
fn rosters_become_source_records() {
    let mut catalogue = Catalogue::default();
    let fields = [
        Field::School,
        Field::Name,
        Field::IdNumber,
        Field::StudentStatus,
        Field::EntryDate,
        Field::HardshipKind,
        Field::Address,
        Field::FatherName,
        Field::FatherId,
    ];
    let rows: &[&[&str]] = &[
        &[
            "佳木斯技师学院",
            "王丽",
            "#number 230822199901011200",
            "正式学籍",
            "2019年3月",
            "002-建档立卡家庭学生",
            "桦南县桦南镇新开村2组",
            "王大",
            "无",
        ],
        &["", "李强", "#number 230822199902011000", "毕业", "43525", "", "吉林省扶余市", "", ""],
    ];
    let students =
        table(&mut catalogue, SourceKind::Enrollment, "in/哈尔滨劳动技师学院.xls", &fields, rows);
    let fields = [Field::Name, Field::TrainingKind, Field::TrainingFee, Field::CertificateKind];
    let rows: &[&[&str]] =
        &[&["赵敏", "SYB", "1,200.00元", "培训合格证书"], &["赵敏", "引导性培训", "", "无"]];
    let trainees =
        table(&mut catalogue, SourceKind::Training, "in/新世纪(南岗)学校.csv", &fields, rows);
    let tables = vec![trainees, registry(&mut catalogue), students];
    let (records, problems) = run(tables, &catalogue, &[]);
    let names: Vec<&str> = records.sources.iter().map(|r| r.facts.name.text()).collect();
    assert_eq!(names, ["赵敏", "赵敏", "王丽", "李强"]);
    let schools: Vec<&str> = records.institutions.iter().map(|i| i.name.as_str()).collect();
    assert_eq!(schools, ["新世纪（南岗）学校", "佳木斯技师学院", "哈尔滨劳动技师学院"]);
    let trainee = records.sources[0].training().expect("a trainee");
    assert_eq!((trainee.kind, trainee.training_fee), (Some(TrainingKind::Startup), Some(120_000)));
    assert!(trainee.certified && !records.sources[1].training().expect("a trainee").certified);
    let student = &records.sources[2];
    assert_eq!(student.declared_poor, Some(DeclaredPoor::Yes));
    assert_eq!(student.relatives.len(), 1);
    assert_eq!(student.facts.place.village, records.persons[0].facts.place.village);
    assert_eq!(student.facts.id.class, IdClass::Truncated);
    let graduate = records.sources[3].enrollment().expect("a student");
    assert_eq!(graduate.status, Some(StudentStatus::Left));
    assert_eq!(graduate.leave_kind, Some(LeaveKind::Graduated));
    assert_eq!(graduate.entry, PartialDate { year: 2019, month: 3, day: 1 });
    let damaged = problems.iter().filter(|problem| problem.code == "id-column-damaged").count();
    assert_eq!(damaged, 1);
}

#[test]
fn row_order_and_split_change_nothing_in_places() {
    let places = |order: [usize; 3]| {
        let mut catalogue = Catalogue::default();
        let rows: [&[&str]; 3] = [
            &["桦南县", "桦南镇", "新开村"],
            &["高新县", "新镇", "东村"],
            &["桦川县", "横头山镇", "无名屯村"],
        ];
        let rows: Vec<&[&str]> = order.map(|index| rows[index]).to_vec();
        let fields = [Field::County, Field::Town, Field::Village];
        let tables = vec![table(&mut catalogue, SourceKind::Registry, "a.csv", &fields, &rows)];
        let (records, _) = run(tables, &catalogue, &[]);
        let mut places: Vec<Arc<Place>> =
            records.persons.into_iter().map(|p| p.facts.place).collect();
        places.sort_by(|a, b| a.raw.cmp(&b.raw));
        places
    };
    assert_eq!(places([0, 1, 2]), places([2, 1, 0]));
}
