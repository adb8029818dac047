//! The person is in the registry, but was not entitled on the day school or course began:
//! 时点不符.

use crate::records::date::PartialDate;
use crate::records::{Detail, SourceRecord, Standing};
use crate::vocabulary::Field;
use crate::vocabulary::labels::PovertyStatus;

use super::{Finding, FindingKind, Inputs, Owner, evidence};
use crate::records::date_ranges::{show, surely_after};

const REGISTRY_SIDE: &[Field] = &[
    Field::Name,
    Field::PersonNo,
    Field::PersonIdentifiedOn,
    Field::PovertyStatus,
    Field::ExitYear,
    Field::HouseholdType,
    Field::MonitorType,
    Field::RiskClearedOn,
];

/// Findings of a linked row; one per reason.
pub(super) fn of_row(inputs: &Inputs, row: u32) -> Vec<Finding> {
    let Some(index) = inputs.linked(row) else {
        return Vec::new();
    };
    let (record, person) = (inputs.record(row), inputs.person(index));
    let (word, began) = beginning(record);
    let standing = &person.standing;
    let reasons = [
        identified_later(standing, word, began),
        no_longer_eligible(standing, word, began),
        risk_cleared(standing, word, began),
        outside_the_registers(standing),
    ];
    let finding = |reason: String| {
        let name = person.facts.name.raw();
        let cells = evidence::of_source(record, &[Field::Name, Field::EntryDate, Field::StartDate]);
        inputs
            .on_row(FindingKind::Timing, row, format!("“{name}”{reason}"))
            .owned_by(Owner::PovertyOffice)
            .with(cells)
            .with(evidence::of_person(person, REGISTRY_SIDE))
    };
    reasons.into_iter().flatten().map(finding).collect()
}

/// What began, and when.
fn beginning(record: &SourceRecord) -> (&'static str, PartialDate) {
    match &record.detail {
        Detail::Enrollment(student) => ("入学", student.entry),
        Detail::Training(course) => ("开班", course.start),
    }
}

fn identified_later(standing: &Standing, word: &str, began: PartialDate) -> Option<String> {
    surely_after(standing.identified_on, began).then(|| {
        let (identified, began) = (show(standing.identified_on), show(began));
        format!("识别时间{identified}晚于{word}时间{began}")
    })
}

/// 已脱贫（不再享受政策): certain when the exit year lies before the beginning; without an exit
/// year the row is shown too, because nothing says that the entitlement still ran.
fn no_longer_eligible(standing: &Standing, word: &str, began: PartialDate) -> Option<String> {
    if standing.poverty_status != Some(PovertyStatus::LiftedIneligible) || began.is_empty() {
        return None;
    }
    let began_text = show(began);
    match standing.exit_year {
        Some(year) if year < began.year => {
            Some(format!("{year}年已脱贫（不再享受政策），早于{word}时间{began_text}"))
        }
        Some(_) => None,
        None => Some(format!(
            "为已脱贫（不再享受政策），脱贫年度未填，无法确定{word}时间{began_text}是否仍享受"
        )),
    }
}

/// Only for households that never were 脱贫户: those stay 脱贫人口 whatever became of the risk.
fn risk_cleared(standing: &Standing, word: &str, began: PartialDate) -> Option<String> {
    let monitored_only =
        !standing.monitor_type().is_empty() && !standing.household_type().contains("脱贫户");
    let cleared =
        standing.risk_cleared != Some(false) && surely_after(began, standing.risk_cleared_on);
    (monitored_only && cleared).then(|| {
        let (cleared, began) = (show(standing.risk_cleared_on), show(began));
        format!("的风险已于{cleared}消除，早于{word}时间{began}")
    })
}

/// Exports from 2021 on also list neighbours: 一般农户 without a 监测对象类型.
fn outside_the_registers(standing: &Standing) -> Option<String> {
    let ordinary = standing.household_type() == "一般农户" && standing.monitor_type().is_empty();
    ordinary.then(|| "户类型为一般农户且无监测对象类型，不属于脱贫人口和监测对象".to_owned())
}
