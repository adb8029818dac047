//! Which sheets lack a column that a figure of Annex 3 is summed from: where some have it and
//! others do not, the figure is smaller than the truth and the reader has to know.

use std::collections::BTreeSet;

use crate::origin::{Catalogue, SheetId};
use crate::records::Records;
use crate::vocabulary::{Field, SourceKind};

use super::BasisNote;

/// A column the figures are summed from.
struct CoverageNeed {
    /// Heading users know.
    heading: &'static str,
    /// Any one of these is enough.
    columns: &'static [Field],
}

const OF_TRAINING: &[CoverageNeed] = &[
    CoverageNeed { heading: "培训费补贴", columns: &[Field::TrainingFee] },
    CoverageNeed { heading: "鉴定费补贴", columns: &[Field::ExamFee] },
    CoverageNeed { heading: "生活费补贴", columns: &[Field::LivingFee] },
    CoverageNeed {
        heading: "证书",
        columns: &[
            Field::CertificateNo,
            Field::CertificateKind,
            Field::CertificateLevel,
            Field::CertificateDate,
        ],
    },
    CoverageNeed {
        heading: "就业时间、创业时间",
        columns: &[Field::EmployedOn, Field::BusinessOn],
    },
];
const OF_REGISTRY: &[CoverageNeed] =
    &[CoverageNeed { heading: "劳动技能", columns: &[Field::Skill] }];

/// At most so many sheets are named.
const NAMED: usize = 5;

/// One note per column that is missing somewhere.
pub(super) fn notes(records: &Records, catalogue: &Catalogue) -> Vec<BasisNote> {
    let training = records
        .sources
        .iter()
        .filter(|record| record.kind() == SourceKind::Training)
        .map(|record| record.origin.sheet)
        .collect();
    let registry = records.persons.iter().map(|person| person.origin.sheet).collect();
    let mut notes = lacking(catalogue, &training, OF_TRAINING);
    notes.extend(lacking(catalogue, &registry, OF_REGISTRY));
    notes
}

fn lacking(
    catalogue: &Catalogue,
    sheets: &BTreeSet<SheetId>,
    needs: &[CoverageNeed],
) -> Vec<BasisNote> {
    let without = |fields: &[Field]| -> Vec<String> {
        let has = |sheet: &SheetId| {
            catalogue.sheet(*sheet).columns.iter().any(|column| fields.contains(&column.field))
        };
        sheets.iter().filter(|sheet| !has(sheet)).map(|sheet| show(catalogue, *sheet)).collect()
    };
    needs
        .iter()
        .map(|need| (need.heading, without(need.columns)))
        .filter(|(_, missing)| !missing.is_empty())
        .map(|(heading, missing)| note(heading, &missing, sheets.len()))
        .collect()
}

fn show(catalogue: &Catalogue, sheet: SheetId) -> String {
    let info = catalogue.sheet(sheet);
    if info.sheet.is_empty() {
        info.file.clone()
    } else {
        format!("{} › {}", info.file, info.sheet)
    }
}

fn note(heading: &str, missing: &[String], all: usize) -> BasisNote {
    let named = missing.iter().take(NAMED).cloned().collect::<Vec<_>>().join("、");
    let more = if missing.len() > NAMED { "等" } else { "" };
    BasisNote {
        subject: format!("没有“{heading}”列的工作表"),
        rule: format!(
            "{all}个工作表中有{}个没有此列，相关指标不含其人员：{named}{more}。",
            missing.len()
        ),
        setting: String::new(),
    }
}
