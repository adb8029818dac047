//! What a new figure costs: one rule in `rules`, one row in `indicators`. Everything else is made from
//! the row, as is shown here with a figure that no form has.

use jiff::civil::date;

use crate::config::{FigureSettings, ReportWindow};
use crate::vocabulary::labels::StudentStatus;
use crate::vocabulary::{Field, SourceKind};
use bidui_sample::{Sample, catalogue, id_of};

use super::Basis;
use super::choices::Choice;
use super::columns::Sources;
use super::drilldown::RuleRows;
use super::forms::{FigureTally, FormLines};
use super::indicators::{Indicator, Measure, Obstacle};
use super::known::FormInput;
use super::masks::Masks;
use super::paired::Paired;
use super::rules::FigureRule;
use super::units::units;

/// 本期入学后保留学籍的人数.
static SUSPENDED: [Indicator; 1] = [Indicator {
    code: "x_suspended",
    mark: "",
    group: "",
    heading: "当(半)年入学后保留学籍人数",
    short: "入学后保留学籍人数",
    definition: "{学生}中，入学时间在{统计期}内、保留学籍的人数。",
    source: "示例",
    measure: Measure::Persons,
    rule: FigureRule::EnteredSuspended,
    choices: &[Choice::ReportWindow, Choice::FullTimeOnly],
    cells: &[Field::EntryDate, Field::StudentStatus],
    obstacles: &[Obstacle { why: "本期入学，已离校", rule: FigureRule::EnteredAndLeft }],
    list: SourceKind::Enrollment,
    flow: true,
    width: 9.0,
    needs: &[],
}];

#[test]
fn a_new_figure_is_one_rule_and_one_row() {
    let basis = Basis {
        as_of: date(2019, 6, 10),
        window: ReportWindow::HalfYear,
        settings: FigureSettings::default(),
        institution_order: Vec::new(),
        asked: Vec::new(),
    };
    let mut world = Sample::new();
    for (serial, status) in [StudentStatus::Suspended, StudentStatus::Left].into_iter().enumerate()
    {
        let serial = u16::try_from(serial).unwrap();
        let person = world.person(&format!("甲{serial}"), id_of("20010101", 100 + serial));
        let row = world.linked(0, person);
        world.student(row).status = Some(status);
    }
    let units = units(&world.records, &[]);
    let sources = Sources {
        records: &world.records,
        outcomes: &world.outcomes,
        wishes: &[],
        basis: &basis,
        representatives: [0, 1].into(),
        units: units.of_institution,
        counties: vec![0, 0],
    };
    let lines = FormLines { indicators: &SUSPENDED, ..units.lines };
    let (frames, paired) = (sources.frames(), Paired::of(&world.records, &lines.rows));
    let masks = Masks::new(&frames, &basis);
    let lists = RuleRows::new(&frames, &masks, &[], &paired).lists(&SUSPENDED, "unit");
    let catalogue = catalogue(&[]);
    let ground =
        FormInput { records: &world.records, catalogue: &catalogue, basis: &basis, masks: &masks };
    let known = ground.of(&lines);
    let form = known.fill(lines, |one| FigureTally::of(&masks, one, "unit"));
    assert_eq!(form.total.values.get("x_suspended"), Some(1));
    assert_eq!(form.rows[0].values.get("x_suspended"), Some(1));
    assert_eq!((lists[0].sum(), lists[0].missed.len()), (1, 1));
    let why: Vec<&str> = lists[0].remarks_of(&lists[0].missed[0]).collect();
    assert_eq!(why, ["本期入学，已离校"]);
}
