use jiff::civil::date;

use crate::config::LiangHouSheng;
use crate::problems::Severity;
use crate::province::cities::Roster;
use crate::province::{
    Collection, FormState, Previous, Rules, TakenFigure, collect, read_previous,
};
use crate::sources::{Grid, Grids, RawCell, Row};
use crate::vocabulary::Annex;

/// A sheet of lines with `|` between cells; whole numbers are numbers.
fn grid(file: &str, lines: &[&str]) -> Grid {
    let cell = |text: &str| match text.parse::<f64>() {
        Ok(number) => RawCell::Number(number),
        Err(_) => RawCell::Text(text.into()),
    };
    let row = |(number, line): (u32, &&str)| Row {
        number,
        cells: (0..)
            .zip(line.split('|'))
            .filter(|(_, text)| !text.is_empty())
            .map(|(index, text)| (index, cell(text)))
            .collect(),
    };
    let rows = (1..).zip(lines).map(row).filter(|row| !row.cells.is_empty()).collect();
    let (file, sheet) = (file.to_owned(), "Sheet1".to_owned());
    Grid { file, sheet, typed: true, rows, ..Grid::default() }
}

fn collected(grids: Vec<Grid>, previous: &Previous) -> Collection {
    collected_of(&["鹤岗市"], grids, previous)
}

fn collected_of(cities: &[&str], grids: Vec<Grid>, previous: &Previous) -> Collection {
    let grids = Grids { grids, ..Grids::default() };
    let cities: Vec<String> = cities.iter().map(|city| (*city).to_owned()).collect();
    let rules = Rules {
        as_of: date(2019, 6, 10),
        liang_hou_sheng: LiangHouSheng::Intake,
        roster: Roster::expecting(&cities),
    };
    collect(&grids, &rules, previous)
}

const HEAD: [&str; 3] = [
    "填表单位:|鹤岗市人社局|填表时间:|2019年6月3日",
    "序号|学校|两后生|招收|在校生|毕业生|毕业生就业|培训|就业创业",
    "",
];

fn annex2(rows: &[&str]) -> Grid {
    grid("a.xlsx", &[&HEAD[..], rows].concat())
}

/// Codes of the faults of Annex 2, with their cells.
fn faults(collection: &Collection) -> Vec<String> {
    let own = collection
        .faults
        .iter()
        .filter(|fault| fault.annex == Some(Annex::Two) && fault.problem.severity > Severity::Note);
    own.map(|fault| format!("{} {}", fault.problem.code, fault.problem.cell)).collect()
}

fn values(collection: &Collection) -> Vec<Option<i64>> {
    collection.cities[0].form(Annex::Two).taken.iter().map(|one| one.value()).collect()
}

#[test]
fn a_plain_form_is_added_up() {
    let form = annex2(&["1|甲校|1|2|9|4|3|5|2", "2|乙校|1|2|9|4|3|0|0", "|合计|2|4|18|8|6|5|2"]);
    let collection = collected(vec![form], &Previous::default());
    assert_eq!(faults(&collection), [] as [&str; 0]);
    assert_eq!(values(&collection), [2, 4, 18, 8, 6, 5, 2].map(Some));
    assert_eq!(collection.cities[0].form(Annex::Three).state, FormState::Missing);
}

#[test]
fn subtotals_notes_and_empty_rows_are_no_rows() {
    let form = annex2(&[
        "1|甲校|1|2|9|4|3|5|2",
        "|小计|1|2|9|4|3|5|2",
        "2|乙校|1|2|9|4|3|0|0",
        "3",
        "|合计|2|4|18|8|6|5|2",
        "负责人：王明",
    ]);
    let collection = collected(vec![form], &Previous::default());
    assert_eq!(faults(&collection), [] as [&str; 0]);
    assert_eq!(values(&collection)[2], Some(18));
}

#[test]
fn an_unlabelled_sum_is_the_total() {
    let form = annex2(&["1|甲校|1|2|9|4|3|5|2", "2|乙校|1|2|9|4|3|0|0", "||2|4|18|8|6|5|2"]);
    let collection = collected(vec![form], &Previous::default());
    assert_eq!(faults(&collection), [] as [&str; 0]);
    assert_eq!(values(&collection)[0], Some(2));
}

#[test]
fn an_agency_that_leaves_the_pupils_blank_has_none() {
    let form =
        annex2(&["1|甲校|1|2|9|4|3||", "2|乙训|||||||5|2".trim_end(), "|合计|1|2|9|4|3|5|2"]);
    let collection = collected(vec![form], &Previous::default());
    // 乙训's figures stand one column to the right of the form's last.
    assert!(!faults(&collection).is_empty());
    let form = annex2(&["1|甲校|1|2|9|4|3||", "2|乙训||||||5|2", "|合计|1|2|9|4|3|5|2"]);
    let collection = collected(vec![form], &Previous::default());
    assert_eq!(faults(&collection), [] as [&str; 0]);
    assert_eq!(values(&collection), [1, 2, 9, 4, 3, 5, 2].map(Some));
}

#[test]
fn a_blank_is_nothing_only_where_the_total_agrees() {
    let agrees = annex2(&["1|甲校|1|2|9||0|5|2", "|合计|1|2|9|0|0|5|2"]);
    let collection = collected(vec![agrees], &Previous::default());
    assert_eq!(
        (faults(&collection), values(&collection)[3]),
        (vec!["cell-blank F4".into()], Some(0))
    );
    let hides = annex2(&["1|甲校|1|2|9||0|5|2", "|合计|1|2|9|4|0|5|2"]);
    let collection = collected(vec![hides], &Previous::default());
    assert_eq!(collection.cities[0].form(Annex::Two).taken[3], TakenFigure::LeftOut);
    assert!(collection.cities[0].form(Annex::Two).remark.contains("④毕业生人数未计入"));
}

#[test]
fn a_form_with_nothing_but_a_total_is_taken_and_told() {
    let collection = collected(vec![annex2(&["|总计|1|2|9|4|3|5|2"])], &Previous::default());
    assert_eq!(faults(&collection), ["total-only B4"]);
    assert_eq!(values(&collection)[2], Some(9));
}

#[test]
fn more_pupils_than_there_were_and_came_are_told() {
    let before = "unit,unit_kind,a2_1,a2_2,a2_3,a2_4,a2_5,a2_6,a2_7,note".replace(',', "|");
    let csv = grid("annex2.csv", &[&before, "鹤岗市||20|20|100|30|20|50|40|"]);
    let grids = Grids { grids: vec![csv], ..Grids::default() };
    let previous = read_previous(&grids, &Roster::expecting(&["鹤岗市".to_owned()]));
    let now = |pupils: u32| {
        let figures = format!("20|25|{pupils}|30|20|50|40");
        let form = annex2(&[&format!("1|甲校|{figures}"), &format!("|合计|{figures}")]);
        faults(&collected(vec![form], &previous))
    };
    assert_eq!(now(130), [] as [&str; 0]);
    assert_eq!(now(150), ["jump E5"]);
    assert_eq!(now(900), ["jump E5"]);
}

#[test]
fn a_list_of_people_and_our_own_sheet_of_open_figures_are_no_forms() {
    let people = "序号|姓名|招收|在校生|毕业生|毕业生就业|培训|就业创业";
    let open = "序号|学校|①两后生表内|①待核|②招收表内|②待核|③在校生表内|④毕业生表内|⑤就业表内";
    for heading in [people, open] {
        let sheet = grid("鹤岗.xlsx", &[heading, "1|a|1|1|1|1|1|1|1"]);
        assert_eq!(collected(vec![sheet], &Previous::default()).forms, 0, "{heading}");
    }
}

#[test]
fn a_repeated_heading_continues_the_form() {
    let form =
        annex2(&["1|甲校|1|2|9|4|3|5|2", HEAD[1], "2|乙校|1|2|9|4|3|0|0", "|合计|2|4|18|8|6|5|2"]);
    let collection = collected(vec![form], &Previous::default());
    assert_eq!(faults(&collection), [] as [&str; 0]);
    assert_eq!((collection.forms, values(&collection)[2]), (1, Some(18)));
}

/// Annex 3 of one county; every relation holds.
const COUNTY: [i64; 16] = [90, 50, 30, 36, 6, 6, 6, 6, 6, 6, 20, 10, 4, 3, 1, 1];

fn annex3(figures: &[i64; 16]) -> Grid {
    let head = "序号|县|劳动力|意愿|培训人数|培训人次|引导性|就业技能|岗位技能|就地就近|劳动预备制|\
                创业培训|证书|就业创业|其中:创业人数|培训费(万元)|鉴定费(万元)|生活费(万元)";
    let figures: Vec<String> = figures.iter().map(i64::to_string).collect();
    let (row, total) =
        (format!("1|东县|{}", figures.join("|")), format!("|总计|{}", figures.join("|")));
    grid("b.xlsx", &[HEAD[0], head, &row, &total])
}

#[test]
fn each_relation_fails_at_the_cell_of_its_left_figure() {
    let told = |form: Grid| -> Vec<String> {
        let collection = collected(vec![form], &Previous::default());
        let own = collection.faults.iter().filter(|fault| fault.problem.code == "relation");
        own.map(|fault| fault.problem.cell.clone()).collect()
    };
    assert_eq!(told(annex3(&COUNTY)), [] as [&str; 0]);
    // Slot, new figure, cell.
    let cases = [
        ((1, 91), "D3"),
        ((2, 37), "E3"),
        ((3, 37), "F3"),
        ((10, 31), "M3"),
        ((11, 31), "N3"),
        ((12, 11), "O3"),
    ];
    for ((slot, figure), cell) in cases {
        let mut figures = COUNTY;
        figures[slot] = figure;
        assert_eq!(told(annex3(&figures)), [cell], "{cell}");
    }
    for (row, cell) in [("3|2|9|4|3|5|2", "C4"), ("1|2|9|4|5|5|2", "G4"), ("1|2|9|4|3|5|6", "I4")] {
        let form = annex2(&[&format!("1|甲校|{row}"), &format!("|合计|{row}")]);
        assert_eq!(told(form), [cell], "{row}");
    }
}

#[test]
fn a_total_may_stand_above_the_rows() {
    let form = annex2(&["|合计|2|4|18|8|6|5|2", "1|甲校|1|2|9|4|3|5|2", "2|乙校|1|2|9|4|3|0|0"]);
    let collection = collected(vec![form], &Previous::default());
    assert_eq!(faults(&collection), [] as [&str; 0]);
    assert_eq!(values(&collection)[2], Some(18));
    let wrong = annex2(&["|合计|2|4|19|8|6|5|2", "1|甲校|1|2|9|4|3|5|2", "2|乙校|1|2|9|4|3|0|0"]);
    assert_eq!(faults(&collected(vec![wrong], &Previous::default())), ["total-wrong E4"]);
}

#[test]
fn a_line_that_parts_the_table_is_no_unit() {
    let form = annex2(&["1|甲校|1|2|9|4|3|5|2", "|以下为培训机构", "|合计|1|2|9|4|3|5|2"]);
    assert_eq!(faults(&collected(vec![form], &Previous::default())), [] as [&str; 0]);
}

#[test]
fn a_form_nobody_filled_in_is_told_once() {
    for rows in [&["1|甲校", "2|乙校", "|合计"][..], &["|合计"]] {
        let collection = collected(vec![annex2(rows)], &Previous::default());
        assert_eq!(faults(&collection), ["form-blank B2"], "{rows:?}");
        assert_eq!(collection.cities[0].form(Annex::Two).state, FormState::LeftOut);
    }
}

#[test]
fn a_column_that_is_left_out_is_not_said_to_be_added_up() {
    let form = annex2(&["1|甲校|1|2|约9|4|3|5|2", "|合计|1|2|#REF!|4|3|5|2"]);
    let collection = collected(vec![form], &Previous::default());
    let effects: Vec<&str> = collection
        .faults
        .iter()
        .filter(|fault| fault.problem.code == "cell-unreadable")
        .map(|fault| fault.effect.as_str())
        .collect();
    assert_eq!(effects, ["该列未计入"; 2]);
}

#[test]
fn a_unit_that_is_not_expected_is_not_taken_for_another() {
    let form = |file: &str| {
        let head = "填表单位:|鸡西市人社局|填表时间:|2019年6月3日";
        grid(file, &[head, HEAD[1], "", "1|甲校|1|2|9|4|3|5|2", "|合计|1|2|9|4|3|5|2"])
    };
    for (file, code) in [("鹤岗.xlsx", "city-contradiction"), ("1.xlsx", "city-unexpected")] {
        let collection = collected(vec![form(file)], &Previous::default());
        let codes = collection.faults.iter().map(|fault| fault.problem.code);
        assert!(codes.into_iter().any(|one| one == code), "{file}");
        assert_eq!(values(&collection)[0], None, "{file}");
    }
}

fn county_form(city: &str, county: &str) -> Grid {
    let mut form = annex3(&COUNTY);
    form.file = format!("{city}.xlsx");
    form.rows[0].cells[1].1 = RawCell::Text(city.into());
    form.rows[2].cells[1].1 = RawCell::Text(county.into());
    form
}

#[test]
fn a_neighbours_county_counted_by_both_is_told() {
    let told = |county: &str| -> Vec<(String, Severity)> {
        let forms = vec![county_form("佳木斯市", "汤原县"), county_form("鹤岗市", county)];
        let collection = collected_of(&["佳木斯市", "鹤岗市"], forms, &Previous::default());
        let own = collection.faults.iter().filter(|fault| fault.problem.code == "county-other");
        own.map(|fault| (fault.problem.cell.clone(), fault.problem.severity)).collect()
    };
    assert_eq!(told("汤原县"), [("B3".to_owned(), Severity::Warning)]);
    // 桦南县 is 佳木斯's too, but counted once; both cities have a 向阳区; a name nobody knows.
    assert_eq!(told("桦南县"), [("B3".to_owned(), Severity::Note)]);
    assert_eq!(told("绥滨县"), []);
    assert_eq!(told("向阳区"), []);
    assert_eq!(told("东县"), []);
}

#[test]
fn a_form_in_the_folder_of_another_city_is_told_and_counted_where_it_says() {
    let of = |file: &str| {
        let lines = [&HEAD[..], &["1|鹤岗技师学院|1|1|1|1|1|1|1"]].concat();
        let forms = vec![grid(file, &lines)];
        let found = collected_of(&["鹤岗市", "佳木斯市"], forms, &Previous::default());
        let told = found.faults.iter().filter(|fault| fault.problem.code == "city-misplaced");
        told.map(|fault| (fault.city, fault.problem.message.clone())).collect::<Vec<_>>()
    };
    assert_eq!(of("收到/鹤岗市/附件2（鹤岗市）.xlsx"), []);
    assert_eq!(of("收到/附件2（鹤岗市）.xlsx"), []);
    let told = of("收到/佳木斯市/附件2（鹤岗市）.xlsx");
    let words = "这是“鹤岗市”的表，却放在“佳木斯市”的文件夹里".to_owned();
    assert_eq!(told, [(Some(1), words)]);
}
