//! A town of a few people with every shape the writers have to show. No ID can belong to a real
//! person: the area code 990822 was never assigned.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::{Date, date};

use crate::config::{FigureSettings, Project, ReportWindow};
use crate::findings::{EvidenceCell, Finding, FindingKind, Owner};
use crate::linkage::decisions::{Case, cases};
use crate::linkage::{Candidate, Contribution, Decision, MatchClass, Outcome};
use crate::origin::{Catalogue, MappedColumn, Origin, SheetId, SheetInfo};
use crate::problems::{Problem, Severity};
use crate::records::contact::Phones;
use crate::records::date::PartialDate;
use crate::records::identifier::{IdClass, IdParts};
use crate::records::person_name::NameParts;
use crate::records::place::{Division, Gazetteer, Level, NOWHERE};
use crate::records::{
    Detail, Enrollment, Facts, Institution, Person, Records, SourceRecord, Standing, Training,
};
use crate::results::{Results, UnitAnswers};
use crate::statistics::forms::{AnnexRow, FilledAnnex, Values};
use crate::statistics::indicators::{ANNEX2, ANNEX3, Indicator};
use crate::statistics::{
    Basis, BasisNote, Check, Details, RowOutcomes, Scope, Statistics, summarise,
};
use crate::vocabulary::labels::{
    DeclaredPoor, PovertyStatus, Relation, StudentStatus, TrainingKind,
};
use crate::vocabulary::{Field, SourceKind};

/// All results of a run, owned.
pub(super) struct Town {
    pub(super) project: Project,
    pub(super) catalogue: Catalogue,
    pub(super) records: Records,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) findings: Vec<Finding>,
    pub(super) statistics: Statistics,
    pub(super) problems: Vec<Problem>,
    pub(super) cases: Vec<Case>,
}

const AS_OF: Date = date(2019, 6, 10);
const REGISTRY: SheetId = SheetId(0);
const SCHOOL: SheetId = SheetId(1);
const AGENCY: SheetId = SheetId(2);
const OTHER_CITY: SheetId = SheetId(3);

impl Town {
    pub(super) fn results(&self) -> Results<'_> {
        Results {
            census: None,
            judged: None,
            cards: &[],
            answers: UnitAnswers::none(),
            wishes: &[],
            comparisons: &[],
            project: &self.project,
            catalogue: &self.catalogue,
            records: &self.records,
            outcomes: &self.outcomes,
            findings: &self.findings,
            statistics: &self.statistics,
            problems: &self.problems,
            cases: &self.cases,
            rulings: &[],
            effects: &[],
        }
    }

    /// Figures and the people behind them, by the rules instead of by hand.
    pub(super) fn count(&mut self) {
        let project = &self.project;
        let basis = Basis {
            as_of: project.as_of,
            window: project.report_window,
            settings: project.figures.clone(),
            institution_order: Vec::new(),
            asked: Vec::new(),
        };
        let rows = RowOutcomes { sources: &self.outcomes, wishes: &[] };
        let of = crate::records::identity::representatives(&self.records).into();
        self.statistics = summarise(&self.records, rows, of, &basis, &self.catalogue);
    }

    /// A class of findings, whichever comes first in the report.
    pub(super) fn kind(&self) -> FindingKind {
        self.findings[0].kind
    }

    pub(super) fn empty() -> Self {
        Self {
            project: project(),
            catalogue: Catalogue::default(),
            records: Records::default(),
            outcomes: Vec::new(),
            findings: Vec::new(),
            statistics: Statistics::default(),
            problems: Vec::new(),
            cases: Vec::new(),
        }
    }

    pub(super) fn small() -> Self {
        let institutions = [
            (SourceKind::Enrollment, "佳木斯技师学院"),
            (SourceKind::Enrollment, "同江/抚远技工学校"),
            (SourceKind::Training, "桦南县惠农培训学校"),
        ];
        let institution =
            |(kind, name): (SourceKind, &str)| Institution { kind, name: name.to_owned() };
        let records = Records {
            entries: Vec::new(),
            lists: Vec::new(),
            intentions: Vec::new(),
            persons: persons(),
            sources: sources(),
            sightings: Vec::new(),
            regions: vec!["佳木斯市".to_owned(), "鹤岗市".to_owned()],
            institutions: institutions.map(institution).into(),
            gazetteer: gazetteer(),
        };
        let outcomes = outcomes();
        Self {
            catalogue: catalogue(),
            cases: cases(&records, &outcomes, &[], 0),
            records,
            outcomes,
            findings: findings(),
            statistics: statistics(),
            problems: problems(),
            ..Self::empty()
        }
    }
}

fn project() -> Project {
    Project {
        programmes: Vec::new(),
        lists: Vec::new(),
        catalogues: std::collections::BTreeMap::new(),
        targets: Vec::new(),
        root: PathBuf::new(),
        path: PathBuf::from("project.toml"),
        title: "佳木斯市技能脱贫数据比对".to_owned(),
        unit: "佳木斯市".to_owned(),
        as_of: AS_OF,
        report_window: ReportWindow::HalfYear,
        sources: Vec::new(),
        figures: FigureSettings::default(),
        places: Vec::new(),
        institutions: Vec::new(),
        model: None,
        filled_by: None,
        filled_on: None,
        institution_order: vec!["佳木斯技师学院".to_owned()],
        templates: Vec::new(),
        audit: 0,
    }
}

fn catalogue() -> Catalogue {
    let sheets = [
        ("inputs/registry/佳木斯市.xlsx", "贫困人口"),
        ("inputs/enrollment/佳木斯技师学院.xls", "Sheet1"),
        ("inputs/training/惠农.csv", ""),
        ("inputs/registry/鹤岗市.xlsx", "贫困人口"),
    ];
    let columns = [(Field::Name, 1, "姓名"), (Field::IdNumber, 2, "证件号码")];
    let column = |(field, index, heading): (Field, u32, &str)| MappedColumn {
        field,
        index,
        heading: heading.to_owned(),
    };
    let sheet = |(file, sheet): (&str, &str)| SheetInfo {
        file: file.to_owned(),
        sheet: sheet.to_owned(),
        header_row: 2,
        columns: columns.map(column).into(),
        unknown_columns: Vec::new(),
        rows: 4,
    };
    Catalogue { sheets: sheets.map(sheet).into() }
}

/// Two counties of the same name in two cities, so that file names need the city.
fn gazetteer() -> Gazetteer {
    let divisions = [
        (Level::City, "佳木斯市", NOWHERE),
        (Level::City, "鹤岗市", NOWHERE),
        (Level::County, "桦南县", 0),
        (Level::County, "郊区", 0),
        (Level::County, "郊区", 1),
        (Level::Town, "桦南镇", 2),
        (Level::Village, "红光村", 5),
    ];
    let division = |(level, name, parent): (Level, &str, u32)| Division {
        level,
        name: name.into(),
        parent,
        code: "".into(),
    };
    Gazetteer { divisions: divisions.map(division).into() }
}

fn facts(name: &str, id: &str, class: IdClass) -> Facts {
    Facts {
        id: IdParts { class, text: id.into(), raw: id.into(), ..IdParts::default() }.into(),
        name: NameParts { raw: name.into(), text: name.into(), ..NameParts::default() }.into(),
        sex: None,
        birth: PartialDate::default(),
        place: Arc::default(),
        phones: Phones::default(),
    }
}

fn persons() -> Vec<Person> {
    let rows = [
        ("张伟", "990822200301012318", 2),
        ("李伟", "990822200302022327", 2),
        ("王芳", "990822199503032346", 2),
        ("刘洋", "990822199604042356", 3),
        ("赵候选", "990822200301011019", 2),
        ("钱候选", "990822200301011027", 3),
        ("孙旁人", "990822196001011036", 4),
    ];
    (0_u32..).zip(rows).map(|(index, (name, id, county))| person(index, name, id, county)).collect()
}

fn person(index: u32, name: &str, id: &str, county: u32) -> Person {
    let mut facts = facts(name, id, IdClass::Intact);
    let place = Arc::make_mut(&mut facts.place);
    place.county = county;
    if county == 2 {
        (place.town, place.village) = (5, 6);
    }
    let other = county == 4;
    Person {
        origin: Origin { sheet: if other { OTHER_CITY } else { REGISTRY }, row: index + 3 },
        region: u16::from(other),
        person_no: format!("23082200{:04}", index + 1).into(),
        household_no: format!("230822{:04}", index / 2).into(),
        facts,
        relation: Some(Relation::Son),
        education: None,
        schooling: None,
        skill: None,
        standing: Standing {
            poverty_status: Some(PovertyStatus::LiftedEligible),
            ..Standing::default()
        },
        head_name: "".into(),
    }
}

fn sources() -> Vec<SourceRecord> {
    vec![
        student(0, 3, "张伟", "990822200301012318", IdClass::Intact),
        student(0, 4, "李炜", "990822200302022327", IdClass::Intact),
        student(0, 5, "周末位", "990822200301011000", IdClass::Truncated),
        student(0, 6, "吴未中", "990822200405055512", IdClass::Intact),
        student(1, 3, "郑未中", "", IdClass::Missing),
        trainee(3, "王芳", "990822199503032346"),
        trainee(4, "刘洋", "990822199604042365"),
    ]
}

fn student(institution: u32, row: u32, name: &str, id: &str, class: IdClass) -> SourceRecord {
    SourceRecord {
        origin: Origin { sheet: SCHOOL, row },
        institution,
        facts: facts(name, id, class),
        relatives: Box::default(),
        declared_poor: Some(DeclaredPoor::Yes),
        age: None,
        detail: Detail::Enrollment(Enrollment {
            class_name: "18数控1班".into(),
            major: "数控加工".into(),
            entry: PartialDate { year: 2018, month: 9, day: 0 },
            status: Some(StudentStatus::Enrolled),
            ..Enrollment::default()
        }),
    }
}

fn trainee(row: u32, name: &str, id: &str) -> SourceRecord {
    SourceRecord {
        origin: Origin { sheet: AGENCY, row },
        institution: 2,
        facts: facts(name, id, IdClass::Intact),
        relatives: Box::default(),
        declared_poor: None,
        age: None,
        detail: Detail::Training(Box::new(Training {
            class_no: "2019-03".into(),
            kind: Some(TrainingKind::Employment),
            trade: "家政服务".into(),
            start: PartialDate::from(date(2019, 3, 1)),
            ..Training::default()
        })),
    }
}

fn candidate(person: u32, probability: f64) -> Candidate {
    let contribution =
        |comparison, level, weight| Contribution::of_words(comparison, level, weight).unwrap();
    let contributions =
        vec![contribution("证件号码", "一致", 18.02), contribution("姓名", "相同", 8.1)];
    Candidate { person, probability, weight: 20.0, contributions }
}

fn outcomes() -> Vec<Outcome> {
    let link = |person, match_class| Outcome {
        decision: Decision::Link,
        match_class,
        candidates: vec![candidate(person, 0.9999)],
        reason: "证件号码与姓名均一致".into(),
    };
    let none = || Outcome {
        decision: Decision::None,
        match_class: MatchClass::NotFound,
        candidates: Vec::new(),
        reason: "登记中没有相近的人".into(),
    };
    let review = Outcome {
        decision: Decision::Review,
        match_class: MatchClass::IdTruncated,
        candidates: vec![candidate(4, 0.55), candidate(5, 0.4)],
        reason: "两名候选人不相上下".into(),
    };
    vec![
        link(0, MatchClass::Exact),
        link(1, MatchClass::NameDiffers),
        review,
        none(),
        none(),
        link(2, MatchClass::Exact),
        link(3, MatchClass::IdDiffers),
    ]
}

fn findings() -> Vec<Finding> {
    let finding = |record, person, reason: &str, owner| Finding {
        entry: None,
        kind: FindingKind::NameDiffers,
        record,
        person,
        reason: reason.to_owned(),
        brief: String::new(),
        owner,
        evidence: Vec::new(),
    };
    let mut first = finding(Some(1), Some(1), "登记姓名为“李伟”", Owner::School);
    let cell = |sheet, field, value: &str| EvidenceCell {
        origin: Origin { sheet, row: 4 },
        field,
        value: value.to_owned(),
    };
    first.evidence = vec![
        cell(SCHOOL, Field::Name, "李炜"),
        cell(SCHOOL, Field::IdNumber, "990822200301011019"),
        cell(REGISTRY, Field::Name, "李伟"),
    ];
    vec![
        first,
        finding(Some(2), Some(4), "与赵候选（990822200301011019）相近", Owner::School),
        finding(Some(3), None, "登记方应核实", Owner::PovertyOffice),
        finding(None, Some(6), "与赵候选重复", Owner::PovertyOffice),
    ]
}

fn problems() -> Vec<Problem> {
    let school = "inputs/enrollment/佳木斯技师学院.xls";
    vec![
        Problem::file(school, "id-column-damaged", Severity::Warning)
            .at("Sheet1", "C3")
            .saying("证件号码列为数字，末三位已丢失", "保留前15位参加比对；请重新导出为文本"),
        Problem::file("inputs/training/坏.xlsx", "file-encrypted", Severity::Error)
            .saying("文件已加密", "未读取；请先在Excel/WPS中去除密码"),
    ]
}

fn statistics() -> Statistics {
    let row = |unit: &str, kind, figures: [i64; 7], pending: [i64; 7]| AnnexRow {
        name: unit.to_owned(),
        kind: Some(kind),
        values: values(ANNEX2, &figures.map(Some)),
        pending: values(ANNEX2, &pending.map(Some)),
        ..AnnexRow::default()
    };
    let rows = vec![
        row("佳木斯技师学院", SourceKind::Enrollment, [2, 2, 2, 1, 1, 0, 0], [1, 1, 1, 0, 0, 0, 0]),
        row("同江/抚远技工学校", SourceKind::Enrollment, [0; 7], [0; 7]),
        row("桦南县惠农培训学校", SourceKind::Training, [0, 0, 0, 0, 0, 3, 1], [0; 7]),
    ];
    let total = AnnexRow {
        kind: None,
        ..row("总计", SourceKind::Training, [2, 2, 2, 1, 1, 3, 1], [1, 1, 1, 0, 0, 0, 0])
    };
    let distinct = values(ANNEX2, &[2, 2, 2, 1, 1, 2, 1].map(Some));
    Statistics {
        representatives: (0..7).collect(),
        members: Vec::new(),
        wishes: Vec::new(),
        youth: Vec::new(),
        reach: Vec::new(),
        annex2: FilledAnnex { rows, total, distinct, lacks: Vec::new() },
        annex3: annex3(),
        checks: vec![Check {
            relation: "培训人数 ≤ 培训人次".to_owned(),
            scope: Scope::Total,
            place: "总计".to_owned(),
            left: 3,
            right: 4,
            holds: true,
            explanation: String::new(),
        }],
        basis: vec![BasisNote {
            subject: "①两后生".to_owned(),
            rule: "本校当期新招收的初中、高中毕业生".to_owned(),
            setting: "figures.liang_hou_sheng".to_owned(),
        }],
        problems: Vec::new(),
        details: Details::default(),
    }
}

fn values(indicators: &[Indicator], figures: &[Option<i64>]) -> Values {
    let codes = indicators.iter().map(|one| one.code).zip(figures);
    codes.filter_map(|(code, figure)| Some((code, (*figure)?))).collect()
}

/// Workers, persons, times, two kinds, employed, founded, and two of the three fees.
fn county(name: &str, figures: [i64; 7], fees: [Option<i64>; 3]) -> AnnexRow {
    let [workers, persons, times, employment, preparatory, employed, founded] = figures.map(Some);
    let figures = [workers, None, persons, times, Some(0), employment, Some(0), Some(0)]
        .into_iter()
        .chain([preparatory, Some(0), None, employed, founded])
        .chain(fees)
        .collect::<Vec<_>>();
    AnnexRow { name: name.to_owned(), values: values(ANNEX3, &figures), ..AnnexRow::default() }
}

fn annex3() -> FilledAnnex {
    let open: Values =
        [("a3_persons", 2), ("a3_times", 3), ("a3_employed", 1)].into_iter().collect();
    let first = AnnexRow {
        pending: open.clone(),
        ..county("桦南县", [120, 2, 3, 2, 1, 1, 0], [Some(150_000), None, Some(5)])
    };
    let other = county("郊区", [80, 1, 1, 1, 0, 0, 0], [Some(200_000), None, None]);
    let total = AnnexRow {
        pending: open,
        ..county("总计", [200, 3, 4, 3, 1, 1, 0], [Some(350_000), None, Some(5)])
    };
    FilledAnnex { rows: vec![first, other], total, ..FilledAnnex::default() }
}
