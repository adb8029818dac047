//! The villages' lists: what became of each row, and whether it counts for 有培训意愿.

use std::collections::BTreeMap;

use crate::linkage::{Decision, Outcome};
use crate::origin::Catalogue;
use crate::problems::{Problem, Severity};
use crate::vocabulary::Field;
use crate::vocabulary::states;

use super::columns::Sources;
use super::masks::Masks;
use super::rules::FigureRule;

/// Whether a row of a village's list counts, or why it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Counted.
    Counted,
    /// The person is counted by an earlier row (index into `Records::intentions`).
    Repeated(u32),
    /// The registry does not count the person among the workers.
    NotWorker,
    /// The person wants no training.
    Unwilling,
    /// Dated after the report date.
    Later,
    /// Doubtful who it is.
    Pending,
    /// Nobody in the registry fits.
    NotFound,
}

impl Wish {
    /// What users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Counted => states::COUNTED,
            Self::Repeated(_) => "重复登记，不再计",
            Self::NotWorker => "不属于劳动力口径，不计入",
            Self::Unwilling => "无培训意愿，不计入",
            Self::Later => "登记日期晚于统计日期，不计入",
            Self::Pending => "待核，不计入",
            Self::NotFound => "未比中，不计入",
        }
    }
}

/// What became of each row, in input order.
pub fn wishes(sources: &Sources, masks: &Masks) -> Vec<Wish> {
    let workers = masks.registered(FigureRule::Worker);
    let (later, wanting) =
        (masks.rows_of(FigureRule::FiledLater), masks.rows_of(FigureRule::Wanting));
    let mut first: BTreeMap<u32, u32> = BTreeMap::new();
    let judge = |(index, outcome): (u32, &Outcome)| {
        let Some(person) = outcome.linked() else {
            let pending = outcome.decision == Decision::Review;
            return if pending { Wish::Pending } else { Wish::NotFound };
        };
        let person = sources.representatives[person as usize];
        if later.contains(&index) {
            Wish::Later
        } else if !wanting.contains(&index) {
            Wish::Unwilling
        } else if workers.binary_search(&person).is_err() {
            Wish::NotWorker
        } else {
            match *first.entry(person).or_insert(index) {
                earlier if earlier < index => Wish::Repeated(earlier),
                _ => Wish::Counted,
            }
        }
    };
    (0..).zip(sources.wishes).map(judge).collect()
}

/// A problem for every row that does not count although somebody wants to train.
pub fn problems(sources: &Sources, wishes: &[Wish], catalogue: &Catalogue) -> Vec<Problem> {
    let rows = sources.records.intentions.iter().zip(wishes).zip(sources.wishes);
    let told = rows.filter_map(|((row, wish), outcome)| {
        let (code, message, action) = words(*wish, &outcome.reason)?;
        let sheet = catalogue.sheet(row.origin.sheet);
        let cell = catalogue.cell(row.origin, Field::Name);
        let severity = match wish {
            Wish::Repeated(_) | Wish::NotWorker => Severity::Note,
            _ => Severity::Warning,
        };
        let problem = Problem::file(&sheet.file, code, severity).at(&sheet.sheet, &cell);
        Some(problem.saying(message, action))
    });
    told.collect()
}

fn words(wish: Wish, reason: &str) -> Option<(&'static str, String, &'static str)> {
    Some(match wish {
        Wish::Counted | Wish::Unwilling => return None,
        Wish::Repeated(_) => (
            "intention-repeated",
            "同一人在意愿名单中登记了两次以上".to_owned(),
            "只计一次；请删去重复的行",
        ),
        Wish::NotWorker => (
            "intention-not-worker",
            "有培训意愿，但登记信息中不属于劳动力（年龄、劳动技能或在校情况）".to_owned(),
            "不计入有培训意愿人数；请核对登记信息或名单",
        ),
        Wish::Later => (
            "date-after-report",
            "意愿登记日期晚于统计日期".to_owned(),
            "该行不计入有培训意愿人数；请核对日期",
        ),
        Wish::Pending => (
            "intention-pending",
            format!("意愿名单中的人员不能确定是登记中的哪一人：{reason}"),
            "不计入有培训意愿人数；请村里核对姓名、证件号码后重新报送",
        ),
        Wish::NotFound => (
            "intention-not-found",
            format!("意愿名单中的人员没有比中：{reason}"),
            "不计入有培训意愿人数；请核对是否建档立卡人员",
        ),
    })
}
