//! Of whoever is only shown beside a question no more is kept than is shown.

use std::sync::Arc;

use crate::linkage::{Candidate, Outcome};
use crate::records::contact::Phones;
use crate::records::date::PartialDate;
use crate::records::identifier::{IdNumber, IdParts};
use crate::records::person_name::PersonName;
use crate::records::place::Place;
use crate::records::{Detail, Enrollment, Facts, Person, SourceRecord, Standing, Training};

/// A member of a candidate's family: name, place in the family, the number masked.
pub(super) fn member(person: &Person) -> Person {
    let facts = Facts { id: masked(&person.facts.id), name: person.facts.name.clone(), ..nobody() };
    Person {
        origin: person.origin,
        region: person.region,
        person_no: "".into(),
        household_no: person.household_no.clone(),
        facts,
        relation: person.relation,
        education: None,
        schooling: None,
        skill: None,
        standing: Standing::default(),
        head_name: "".into(),
    }
}

/// A row linked to a candidate or a member of the family: where, since when, how surely.
pub(super) fn linked_row(record: &SourceRecord) -> SourceRecord {
    let detail = match &record.detail {
        Detail::Enrollment(enrollment) => {
            Detail::Enrollment(Enrollment { entry: enrollment.entry, ..Enrollment::default() })
        }
        Detail::Training(training) => {
            Detail::Training(Box::new(Training { start: training.start, ..Training::default() }))
        }
    };
    SourceRecord {
        origin: record.origin,
        institution: record.institution,
        facts: nobody(),
        relatives: Box::default(),
        declared_poor: None,
        age: None,
        detail,
    }
}

/// What linkage says of such a row.
pub(super) fn linked(outcome: &Outcome) -> Outcome {
    let bare = |best: &Candidate| Candidate { contributions: Vec::new(), ..*best };
    Outcome {
        decision: outcome.decision,
        match_class: outcome.match_class,
        candidates: outcome.best().map(bare).into_iter().collect(),
        reason: "".into(),
    }
}

/// A masked number masks to itself.
fn masked(id: &IdNumber) -> IdNumber {
    let text = id.masked();
    IdParts { class: id.class, raw: text.as_str().into(), text: text.into(), ..IdParts::default() }
        .into()
}

fn nobody() -> Facts {
    Facts {
        id: IdNumber::default(),
        name: PersonName::default(),
        sex: None,
        birth: PartialDate::default(),
        place: Arc::new(Place::default()),
        phones: Phones::default(),
    }
}
