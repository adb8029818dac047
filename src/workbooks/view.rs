//! What the pages say about a row or a person: cell texts made from records, in one place so that
//! all workbooks word them alike.

use std::borrow::Cow;

use crate::findings::Finding;
use crate::linkage::{Candidate, Outcome};
use crate::origin::{Catalogue, Origin};
use crate::records::date::PartialDate;
use crate::records::identifier::{IdClass, IdNumber};
use crate::records::place::Place;
use crate::records::{Detail, Facts, Person, SourceRecord};
use crate::sources::{Field, SourceKind};

use super::Results;
use super::marks;
use super::table::Cell;

/// County, town and village as the registry has them.
pub struct Home<'run> {
    /// 县.
    pub county: &'run str,
    /// 乡镇.
    pub town: &'run str,
    /// 村.
    pub village: &'run str,
}

impl Home<'_> {
    /// 县、乡镇、村 in one text.
    pub fn joined(&self) -> String {
        [self.county, self.town, self.village].concat()
    }
}

/// Where a row stands, in three cells.
pub struct Spot<'run> {
    /// File, relative to the project.
    pub file: &'run str,
    /// Sheet; empty for text files.
    pub sheet: &'run str,
    /// Row number.
    pub row: usize,
}

impl<'run> Results<'run> {
    /// The source row with its outcome.
    pub fn row(&self, index: u32) -> (&'run SourceRecord, &'run Outcome) {
        let index = index as usize;
        (&self.records.sources[index], &self.outcomes[index])
    }

    /// The registered person a finding concerns: its own, else the one its row is linked to.
    pub fn person_of(&self, finding: &Finding) -> Option<u32> {
        super::grouping::person_of(self, finding)
    }

    /// The registry person.
    pub fn person(&self, index: u32) -> &'run Person {
        &self.records.persons[index as usize]
    }

    /// The best candidate with its person.
    pub fn best(&self, outcome: &'run Outcome) -> Option<(&'run Candidate, &'run Person)> {
        outcome.best().map(|candidate| (candidate, self.person(candidate.person)))
    }

    /// Name of the school or agency of a row.
    pub fn institution(&self, record: &SourceRecord) -> &'run str {
        let institutions = &self.records.institutions;
        institutions.get(record.institution as usize).map_or("", |found| found.name.as_str())
    }

    /// Names of a registered person's divisions. A village nobody could place shows as the file
    /// wrote it.
    pub fn home(&self, place: &'run Place) -> Home<'run> {
        let gazetteer = &self.records.gazetteer;
        let village = gazetteer.name(place.village);
        Home {
            county: gazetteer.name(place.county),
            town: gazetteer.name(place.town),
            village: if village.is_empty() { place.rest.as_str() } else { village },
        }
    }

    /// File, sheet and row.
    pub fn spot(&self, origin: Origin) -> Spot<'run> {
        let catalogue: &'run Catalogue = self.catalogue;
        let sheet = catalogue.sheet(origin.sheet);
        Spot { file: &sheet.file, sheet: &sheet.sheet, row: origin.row as usize }
    }

    /// `file › sheet › cell` of the name of a row, the cell a reader looks for first.
    pub fn name_cell(&self, origin: Origin) -> String {
        self.catalogue.show(origin, Some(Field::Name))
    }
}

/// The ID as the file has it; a number a spreadsheet has ruined says so, because its last digits
/// look like any others.
pub fn id_as_filed(id: &IdNumber) -> Cow<'_, str> {
    if id.class == IdClass::Truncated {
        Cow::Owned(format!("{}（末几位已失真）", id.raw.trim()))
    } else {
        Cow::Borrowed(id.raw.trim())
    }
}

/// A name and an ID as a source row and a registered person have them, with differing characters
/// marked: source name, source ID, registry name, registry ID.
pub(super) fn compared<'a>(source: &'a Facts, person: &'a Person) -> [Cell<'a>; 4] {
    let registered = &person.facts;
    let (name, registered_name) = pair(source.name.raw.trim(), registered.name.raw.trim());
    if source.id.class == IdClass::Truncated {
        // The digits after the damage differ by accident; marking them would mislead.
        let id = Cell::Text(id_as_filed(&source.id));
        return [name, id, registered_name, registered.id.raw.trim().into()];
    }
    let (id, registered_id) = pair(source.id.raw.trim(), registered.id.raw.trim());
    [name, id, registered_name, registered_id]
}

fn pair<'a>(left: &'a str, right: &'a str) -> (Cell<'a>, Cell<'a>) {
    match marks::differences(left, right) {
        Some((left, right)) => (Cell::Marked(left), Cell::Marked(right)),
        None => (left.into(), right.into()),
    }
}

/// `2019-09-01`, `2019-09` or `2019`; empty when nothing is known.
pub fn date(date: PartialDate) -> String {
    match (date.year, date.month, date.day) {
        (0, _, _) => String::new(),
        (year, 0, _) => format!("{year:04}"),
        (year, month, 0) => format!("{year:04}-{month:02}"),
        (year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
    }
}

/// 入学时间 or 开班日期.
pub fn began(record: &SourceRecord) -> String {
    match &record.detail {
        Detail::Enrollment(enrollment) => date(enrollment.entry),
        Detail::Training(training) => date(training.start),
    }
}

/// 学籍状态 (with 离校类别) or 培训类型.
pub fn state(record: &SourceRecord) -> String {
    match &record.detail {
        Detail::Enrollment(enrollment) => {
            let status = enrollment.status.map_or("", |status| status.label());
            match enrollment.leave_kind {
                Some(kind) => format!("{status}（{}）", kind.label()),
                None => status.to_owned(),
            }
        }
        Detail::Training(training) => {
            training.kind.map_or_else(String::new, |kind| kind.label().to_owned())
        }
    }
}

/// 专业 and 班级, or 工种 and 班级.
pub fn course(record: &SourceRecord) -> [&str; 2] {
    match &record.detail {
        Detail::Enrollment(enrollment) => [&enrollment.major, &enrollment.class_name],
        Detail::Training(training) => [&training.trade, &training.class_no],
    }
}

/// 是否自报建档立卡: 是, 否 or nothing.
pub fn declared(record: &SourceRecord) -> &'static str {
    record.declared_poor.map_or("", |declared| declared.label())
}

/// 与户主关系.
pub fn relation(person: &Person) -> &'static str {
    person.relation.map_or("", |relation| relation.label())
}

/// 脱贫属性, 户类型 and 监测对象类型, those that are known.
pub fn standing(person: &Person) -> String {
    let standing = &person.standing;
    let status = standing.poverty_status.map_or("", |status| status.label());
    let parts = [status, standing.household_type.as_str(), standing.monitor_type.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("、")
}

/// 技工院校 or 职业培训机构.
pub fn institution_kind(kind: SourceKind) -> &'static str {
    if kind == SourceKind::Training { "职业培训机构" } else { "技工院校" }
}
