//! Sheets to be handed back: where a whole column of ID numbers is ruined, the school that has the
//! numbers answers all questions at once, and nobody should be asked one by one.

use std::collections::BTreeMap;

use crate::linkage::{Decision, Outcome};
use crate::origin::{Catalogue, SheetId};
use crate::problems::{Problem, Severity};
use crate::records::identifier::{IdClass, IdNumber, UNKNOWN};
use crate::records::{Records, SourceRecord};

/// Fewest digits of a number that still tell who somebody is.
const TELLING_DIGITS: usize = 14;

/// Least share of rows without a telling number in a sheet that is handed back.
const RUINED: f64 = 0.3;

/// Fewest questions that are worth handing a sheet back for.
const QUESTIONS: usize = 20;

/// What a sheet is handed back for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SheetToReturn {
    /// Its rows.
    pub rows: usize,
    /// Rows without a telling number.
    pub ruined: usize,
    /// Those of them in review.
    pub open: usize,
}

impl SheetToReturn {
    fn is_worth_it(self) -> bool {
        let share = f64::from(u32::try_from(self.ruined).unwrap_or(u32::MAX))
            / f64::from(u32::try_from(self.rows.max(1)).unwrap_or(u32::MAX));
        self.open >= QUESTIONS && share >= RUINED
    }
}

/// Whether a row's number tells too little.
pub(super) fn is_ruined(id: &IdNumber) -> bool {
    let known = id.digits().iter().filter(|digit| **digit != UNKNOWN).count();
    match id.class {
        IdClass::Intact | IdClass::Repaired => false,
        IdClass::Truncated | IdClass::Masked => known < TELLING_DIGITS,
        IdClass::Invalid | IdClass::Missing => true,
    }
}

/// The sheets to be handed back.
pub fn returned(records: &Records, outcomes: &[Outcome]) -> BTreeMap<SheetId, SheetToReturn> {
    let mut sheets: BTreeMap<SheetId, SheetToReturn> = BTreeMap::new();
    for (record, outcome) in records.sources.iter().zip(outcomes) {
        let sheet = sheets.entry(record.origin.sheet).or_default();
        sheet.rows += 1;
        if is_ruined(&record.facts.id) {
            sheet.ruined += 1;
            sheet.open += usize::from(outcome.decision == Decision::Review);
        }
    }
    sheets.retain(|_, sheet| sheet.is_worth_it());
    sheets
}

/// Whether a row's question is left to the school.
pub(super) fn is_left_to_school(
    record: &SourceRecord,
    returned: &BTreeMap<SheetId, SheetToReturn>,
) -> bool {
    is_ruined(&record.facts.id) && returned.contains_key(&record.origin.sheet)
}

/// One task per sheet.
pub fn return_tasks(
    returned: &BTreeMap<SheetId, SheetToReturn>,
    catalogue: &Catalogue,
) -> Vec<Problem> {
    let task = |(sheet, found): (&SheetId, &SheetToReturn)| {
        let info = &catalogue.sheets[sheet.0 as usize];
        let problem = Problem::file(&info.file, "ids-to-be-supplied", Severity::Warning);
        Problem { sheet: info.sheet.clone(), ..problem }.saying(
            format!(
                "{} 行中有 {} 行的证件号码已无法辨认，其中 {} 行因此不能确定是谁",
                found.rows, found.ruined, found.open
            ),
            "请将此表退回报送单位，按原始数据补全证件号码（单元格设为文本）后重报；这些行保持待核、不计入，也不逐条列入待核清单",
        )
    };
    returned.iter().map(task).collect()
}
