//! Small hand-made records for the tests of findings and statistics. The ID numbers carry the
//! unassigned area code 239999, so that none can be a real person's.

#![allow(clippy::unwrap_used, reason = "tests alone call this")]

use std::sync::Arc;

use bidui_linkage::linkage::{Candidate, Decision, MatchClass, Outcome};
use bidui_linkage::records::contact::Phones;
use bidui_linkage::records::date::PartialDate;
use bidui_linkage::records::identifier::{IdClass, IdNumber, IdParts};
use bidui_linkage::records::person_name::NameParts;
use bidui_linkage::records::place::{Division, Gazetteer, Level, NOWHERE, Place};
use bidui_linkage::records::{
    Detail, Enrollment, Facts, Institution, Intention, Person, Records, SourceRecord, Standing,
    Training,
};
use bidui_words::origin::{Catalogue, MappedColumn, Origin, SheetId, SheetInfo};
use bidui_words::vocabulary::labels::{IntakeFrom, StudentStatus, TrainingKind};
use bidui_words::vocabulary::{Field, SourceKind};

/// `2019-09-01`, `2019-09`, `2019` or nothing.
pub fn day(text: &str) -> PartialDate {
    let mut parts = text.split('-').map(|part| part.parse::<i16>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let year = next();
    let mut small = || u8::try_from(next()).unwrap();
    let month = small();
    PartialDate { year, month, day: small() }
}

/// A number taken as sound when it has 18 characters, as missing when empty, else as invalid.
pub fn id(text: &str) -> IdNumber {
    let mut number = IdParts { text: text.into(), raw: text.into(), ..IdParts::default() };
    number.digits = [bidui_linkage::records::identifier::UNKNOWN; 18];
    let values: Vec<u8> =
        text.chars().map(|c| c.to_digit(10).map_or(10, |d| u8::try_from(d).unwrap())).collect();
    number.class = match values.len() {
        0 => IdClass::Missing,
        18 => {
            number.digits.copy_from_slice(&values);
            IdClass::Intact
        }
        _ => IdClass::Invalid,
    };
    number.into()
}

/// Number `serial` of a person born on `birth` (`20030610`); even serials are women.
pub fn id_of(birth: &str, serial: u16) -> IdNumber {
    id(&format!("239999{birth}{serial:03}0"))
}

pub fn facts(name: &str, number: IdNumber) -> Facts {
    let text = name.replace([' ', '•'], "");
    let name = NameParts {
        raw: name.into(),
        text: text.as_str().into(),
        folded: text.as_str().into(),
        notes: 0,
    }
    .into();
    let place = Arc::new(Place { county: 1, ..Place::default() });
    Facts {
        id: number,
        name,
        sex: None,
        birth: PartialDate::default(),
        place,
        phones: Phones::default(),
    }
}

/// A small world that grows row by row.
pub struct Sample {
    pub records: Records,
    pub outcomes: Vec<Outcome>,
    pub wishes: Vec<Outcome>,
}

impl Default for Sample {
    fn default() -> Self {
        Self::new()
    }
}

impl Sample {
    /// 佳木斯市 with 桦南县 (1) and 桦川县 (2), 鹤岗市 (3) with 绥滨县 (4); schools 0 and 1,
    /// agencies 2 and 3.
    pub fn new() -> Self {
        let division = |name: &str, parent, code: &str| Division {
            level: if parent == NOWHERE { Level::City } else { Level::County },
            name: name.into(),
            parent,
            code: code.into(),
        };
        let divisions = vec![
            division("佳木斯市", NOWHERE, "2308"),
            division("桦南县", 0, "230822"),
            division("桦川县", 0, "230826"),
            division("鹤岗市", NOWHERE, "2304"),
            division("绥滨县", 3, "230422"),
        ];
        let institution = |kind, name: &str| Institution { kind, name: name.to_owned() };
        let institutions = vec![
            institution(SourceKind::Enrollment, "佳木斯技师学院"),
            institution(SourceKind::Enrollment, "伊春技师学院"),
            institution(SourceKind::Training, "诚信培训学校"),
            institution(SourceKind::Training, "博爱培训学校"),
        ];
        let mut gazetteer = Gazetteer::default();
        gazetteer.divisions.extend(divisions);
        let regions = vec!["佳木斯市".to_owned(), "鹤岗市".to_owned()];
        let records = Records { regions, institutions, gazetteer, ..Records::default() };
        Self { records, outcomes: Vec::new(), wishes: Vec::new() }
    }

    /// Adds a registry row of 桦南县 and says its index.
    pub fn person(&mut self, name: &str, number: IdNumber) -> u32 {
        let index = u32::try_from(self.records.persons.len()).unwrap();
        self.records.persons.push(Person {
            origin: Origin { sheet: SheetId(0), row: index + 2 },
            region: 0,
            person_no: format!("P{index:03}").into(),
            household_no: format!("H{index:03}").into(),
            facts: facts(name, number),
            relation: None,
            education: None,
            schooling: None,
            skill: None,
            standing: Standing::default(),
            head_name: "".into(),
        });
        index
    }

    pub fn person_mut(&mut self, index: u32) -> &mut Person {
        &mut self.records.persons[index as usize]
    }

    /// Adds a row of an institution and what linkage said of it.
    pub fn row(&mut self, institution: u32, facts: Facts, outcome: Outcome) -> u32 {
        let index = u32::try_from(self.records.sources.len()).unwrap();
        let detail = if institution < 2 {
            Detail::Enrollment(Enrollment {
                entry: day("2019-03-01"),
                status: Some(StudentStatus::Enrolled),
                intake_from: Some(IntakeFrom::JuniorMiddle),
                ..Enrollment::default()
            })
        } else {
            Detail::Training(Box::new(Training {
                class_no: format!("C{index}").into(),
                kind: Some(TrainingKind::Employment),
                start: day("2019-03-01"),
                end: day("2019-03-15"),
                ..Training::default()
            }))
        };
        self.records.sources.push(SourceRecord {
            origin: Origin { sheet: SheetId(1), row: index + 2 },
            institution,
            facts,
            relatives: [].into(),
            declared_poor: None,
            age: None,
            detail,
        });
        self.outcomes.push(outcome);
        index
    }

    /// A row linked to a registry person with the same name and number.
    pub fn linked(&mut self, institution: u32, person: u32) -> u32 {
        let facts = self.records.persons[person as usize].facts.clone();
        self.row(institution, facts, link(person, MatchClass::Exact))
    }

    /// A row of a village's list, linked to a registry person.
    pub fn wish(&mut self, person: u32, outcome: Outcome) -> &mut Intention {
        let row = u32::try_from(self.records.intentions.len()).unwrap() + 2;
        self.records.intentions.push(Intention {
            origin: Origin { sheet: SheetId(1), row },
            facts: self.records.persons[person as usize].facts.clone(),
            relatives: [].into(),
            willing: None,
            trade: "".into(),
            school: "".into(),
            major: "".into(),
            filed_on: PartialDate::default(),
        });
        self.wishes.push(outcome);
        self.records.intentions.last_mut().unwrap()
    }

    pub fn student(&mut self, row: u32) -> &mut Enrollment {
        match &mut self.records.sources[row as usize].detail {
            Detail::Enrollment(student) => student,
            Detail::Training(_) => panic!("row {row} is a trainee"),
        }
    }

    pub fn course(&mut self, row: u32) -> &mut Training {
        match &mut self.records.sources[row as usize].detail {
            Detail::Training(course) => course,
            Detail::Enrollment(_) => panic!("row {row} is a student"),
        }
    }
}

/// One registry sheet and one source sheet, with the columns the statistics name cells of, and more.
pub fn catalogue(more: &[Field]) -> Catalogue {
    let fields =
        [Field::Name, Field::EntryDate, Field::StartDate, Field::EndDate, Field::EmployedOn];
    let fields = fields.into_iter().chain(more.iter().copied());
    let columns = (0..).zip(fields).map(|(index, field)| MappedColumn {
        field,
        index,
        heading: field.key().to_owned(),
    });
    let sheet = |file: &str| SheetInfo {
        file: file.to_owned(),
        sheet: "Sheet1".to_owned(),
        header_row: 1,
        columns: columns.clone().collect(),
        unknown_columns: Vec::new(),
        rows: 0,
    };
    Catalogue { sheets: vec![sheet("registry.xlsx"), sheet("source.xlsx")] }
}

fn decided(decision: Decision, match_class: MatchClass, persons: &[u32]) -> Outcome {
    let candidates = persons.iter().map(|person| Candidate {
        person: *person,
        probability: 0.5,
        weight: 0.0,
        contributions: Vec::new(),
    });
    Outcome { decision, match_class, candidates: candidates.collect(), reason: "试".into() }
}

pub fn link(person: u32, class: MatchClass) -> Outcome {
    decided(Decision::Link, class, &[person])
}

pub fn review(persons: &[u32], class: MatchClass) -> Outcome {
    decided(Decision::Review, class, persons)
}

pub fn none() -> Outcome {
    decided(Decision::None, MatchClass::NotFound, &[])
}
