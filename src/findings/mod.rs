//! Links → mismatch findings: what is wrong, where it stands, and who has to mend it.
//!
//! Comes in: records, outcomes and the report date. Goes out: [`Finding`]s in a fixed order
//! (by kind, then by row). The classes are defined in one table, [`FindingKind`], from which
//! the workbooks and the docs are made. No I/O, no clock.

use jiff::civil::Date;

use crate::linkage::Outcome;
use crate::origin::Origin;
use crate::records::Records;
use crate::sources::Field;

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
}

impl Owner {
    /// The word users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::School => "学校",
            Self::Agency => "培训机构",
            Self::PovertyOffice => "扶贫",
            Self::HumanResources => "人社",
        }
    }
}

/// One cell a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceCell {
    /// The row.
    pub origin: Origin,
    /// The column.
    pub field: Field,
    /// The cell's text as it stands (unmasked; the writer masks where needed).
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
    /// What exactly, in plain Chinese.
    pub reason: String,
    /// Who has to mend it.
    pub owner: Owner,
    /// The cells on both sides.
    pub evidence: Vec<EvidenceCell>,
}

/// The classes of the mismatch report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// See [`FindingKind::label`].
    Placeholder,
}

impl FindingKind {
    /// All kinds in report order.
    pub const ALL: &'static [Self] = &[Self::Placeholder];

    /// Stable code, e.g. `F03`.
    pub fn code(self) -> &'static str {
        "F00"
    }

    /// Sheet name and heading, e.g. `号同名异`.
    pub fn label(self) -> &'static str {
        "占位"
    }

    /// One sentence that defines the class.
    pub fn definition(self) -> &'static str {
        ""
    }
}

/// Collects all findings of a run.
pub fn collect(_records: &Records, _outcomes: &[Outcome], _as_of: Date) -> Vec<Finding> {
    Vec::new()
}
