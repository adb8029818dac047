//! Links → mismatch findings: what is wrong, where it stands, and who has to mend it.
//!
//! Comes in: records, outcomes and the report date. Goes out: [`Finding`]s in a fixed order
//! (by kind, then by row). The classes are defined in one table, [`FindingKind`], from which
//! the workbooks and the docs are made. No I/O, no clock; time grows with n log n of the rows.

mod counts;
mod duplicates;
pub mod evidence;
mod id_difference;
mod identifiers;
mod identity;
mod identity_mismatch;
mod kind;
mod logic;
mod logic_registry;
mod registry;
mod subsidies;
mod timing;
mod unmatched;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::linkage::Outcome;
use crate::origin::{Origin, SheetId};
use crate::privacy::masked_text;
use crate::records::{Person, Records, SourceRecord};
use crate::vocabulary::{Field, SourceKind};

pub use counts::{CountedPlace, FindingCounts, count_by_institution};
pub use kind::{FindingKind, Urgency, markdown_table};

/// Who has to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// 技工院校
    School,
    /// 职业培训机构
    Agency,
    /// 扶贫部门
    PovertyOffice,
    /// 人社部门
    HumanResources,
    /// 名单保管方
    ListKeeper,
    /// 企业
    Employer,
}

impl Owner {
    /// The word users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::School => "学校",
            Self::Agency => "培训机构",
            Self::PovertyOffice => "扶贫",
            Self::HumanResources => "人社",
            Self::ListKeeper => "名单保管方",
            Self::Employer => "企业",
        }
    }

    /// Whoever keeps a source row.
    pub fn of_row(record: &SourceRecord) -> Self {
        if record.kind() == SourceKind::Training { Self::Agency } else { Self::School }
    }
}

/// One cell a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceCell {
    /// The row.
    pub origin: Origin,
    /// The column.
    pub field: Field,
    /// The cell's text as it stands (unmasked; the writer masks where needed). Where intake keeps
    /// no text (labels, dates) it is the value as understood.
    pub value: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its class.
    pub kind: FindingKind,
    /// Index into `Records::sources`; `None` for a finding about the registry alone.
    pub record: Option<u32>,
    /// Index into `Records::persons` of the registry person concerned.
    pub person: Option<u32>,
    /// Index into `Records::entries`, for a finding about a row of a list.
    pub entry: Option<u32>,
    /// What exactly, in plain Chinese; ID numbers masked.
    pub reason: String,
    /// The same in a few words for a line that has names and numbers in columns of their own; empty
    /// where the reason is short enough.
    pub brief: String,
    /// Who has to mend it.
    pub owner: Owner,
    /// The cells on both sides.
    pub evidence: Vec<EvidenceCell>,
}

/// Everything the collectors look at.
struct Inputs<'run> {
    records: &'run Records,
    outcomes: &'run [Outcome],
    as_of: Date,
    /// Groups of source rows about one person, two rows or more.
    groups: Vec<Vec<u32>>,
    /// Sheets in which at least one row says whether the person is registered: only there does
    /// an empty cell mean “not declared”.
    declaring_sheets: BTreeSet<SheetId>,
}

impl Inputs<'_> {
    fn record(&self, row: u32) -> &SourceRecord {
        &self.records.sources[row as usize]
    }

    fn outcome(&self, row: u32) -> &Outcome {
        &self.outcomes[row as usize]
    }

    fn person(&self, person: u32) -> &Person {
        &self.records.persons[person as usize]
    }

    fn linked(&self, row: u32) -> Option<u32> {
        self.outcome(row).linked()
    }

    fn institution(&self, row: u32) -> &str {
        let index = self.record(row).institution as usize;
        self.records.institutions.get(index).map_or("", |institution| institution.name.as_str())
    }

    /// `佳木斯技师学院第17行`, to point from one row to another.
    fn place(&self, row: u32) -> String {
        format!("{}第{}行", self.institution(row), self.record(row).origin.row)
    }

    /// A finding about a source row.
    fn on_row(&self, kind: FindingKind, row: u32, reason: String) -> Finding {
        let person = self.linked(row);
        let record = self.record(row);
        let owner = Owner::of_row(record);
        let named = format!("“{}”", record.facts.name.raw());
        let brief = reason.strip_prefix(&named).unwrap_or_default();
        let brief = masked_text(brief.trim_start_matches('的').to_owned());
        Finding {
            kind,
            record: Some(row),
            person,
            entry: None,
            reason: masked_text(reason),
            brief,
            owner,
            evidence: Vec::new(),
        }
    }
}

impl Finding {
    /// A finding about a registry row alone.
    fn on_person(kind: FindingKind, person: u32, reason: String) -> Self {
        let owner = Owner::PovertyOffice;
        let reason = masked_text(reason);
        Self {
            kind,
            record: None,
            person: Some(person),
            entry: None,
            reason,
            brief: String::new(),
            owner,
            evidence: Vec::new(),
        }
    }

    /// What is wrong, in as few words as there are.
    pub fn gist(&self) -> &str {
        if self.brief.is_empty() { &self.reason } else { &self.brief }
    }

    fn briefly(mut self, words: String) -> Self {
        self.brief = masked_text(words);
        self
    }

    fn with(mut self, evidence: Vec<EvidenceCell>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    fn owned_by(mut self, owner: Owner) -> Self {
        self.owner = owner;
        self
    }

    fn about(mut self, person: u32) -> Self {
        self.person = Some(person);
        self
    }
}

/// Collects all findings of a run; `outcomes` has one entry per source row, in the same order.
///
/// # Panics
/// When `outcomes` and `records.sources` differ in length.
pub fn collect(records: &Records, outcomes: &[Outcome], as_of: Date) -> Vec<Finding> {
    let mut findings = found(records, outcomes, as_of);
    sort(&mut findings);
    findings
}

/// The same with what programmes found; their rules stand for the simple ones of 补贴疑似重复.
pub fn with_programmes(mut findings: Vec<Finding>, more: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| finding.kind != FindingKind::SubsidyRepeated);
    findings.extend(more);
    sort(&mut findings);
    findings
}

/// Findings in report order.
pub fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    sort(&mut findings);
    findings
}

fn sort(findings: &mut [Finding]) {
    findings.par_sort_by_key(|finding| {
        let place = |index: Option<u32>| index.unwrap_or(u32::MAX);
        (finding.kind, place(finding.record), place(finding.person), finding.entry)
    });
}

fn found(records: &Records, outcomes: &[Outcome], as_of: Date) -> Vec<Finding> {
    assert_eq!(records.sources.len(), outcomes.len(), "one outcome per source row");
    let identities = identity::identities(records, outcomes);
    let groups = identity::groups(records, outcomes, &identities);
    let declaring = records.sources.iter().filter(|record| record.declared_poor.is_some());
    let declaring_sheets = declaring.map(|record| record.origin.sheet).collect();
    let inputs = Inputs { records, outcomes, as_of, groups, declaring_sheets };
    let mut findings = of_rows(&inputs);
    findings.extend(of_groups(&inputs));
    let copies = identity::copies(records, &identities);
    findings.extend(copies.iter().flat_map(|rows| duplicates::repeated(&inputs, rows)));
    findings.extend(of_persons(&inputs));
    findings.extend(registry::repeated(&inputs));
    findings.extend(registry::households(&inputs));
    findings
}

/// What one source row says, alone and against its registry person.
fn of_rows(inputs: &Inputs) -> Vec<Finding> {
    (0..inputs.records.sources.len())
        .into_par_iter()
        .flat_map_iter(|row| {
            let row = u32::try_from(row).expect("fewer than 2^32 rows");
            let mut found = Vec::new();
            found.extend(identity_mismatch::of_row(inputs, row));
            found.extend(identifiers::of_row(inputs, row));
            found.extend(unmatched::of_row(inputs, row));
            found.extend(timing::of_row(inputs, row));
            found.extend(logic::of_row(inputs, row));
            found
        })
        .collect()
}

/// What several rows about one person say together.
fn of_groups(inputs: &Inputs) -> Vec<Finding> {
    inputs
        .groups
        .par_iter()
        .flat_map_iter(|rows| {
            let mut found = duplicates::of_group(inputs, rows);
            found.extend(logic::of_group(inputs, rows));
            found.extend(subsidies::of_group(inputs, rows));
            found
        })
        .collect()
}

/// What a registry row says alone.
fn of_persons(inputs: &Inputs) -> Vec<Finding> {
    (0..inputs.records.persons.len())
        .into_par_iter()
        .flat_map_iter(|person| {
            let person = u32::try_from(person).expect("fewer than 2^32 registry rows");
            let mut found = Vec::new();
            found.extend(identifiers::of_person(inputs, person));
            found.extend(logic_registry::of_person(inputs, person));
            found
        })
        .collect()
}
