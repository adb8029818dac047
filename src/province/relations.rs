//! Relations between the figures of a return (the 勾稽关系 of the forms), each at its cell.

use std::collections::BTreeSet;

use crate::config::LiangHouSheng;
use crate::problems::Severity;
use crate::province::fault::{Fault, FaultSpot};
use crate::province::figures::{TakenFigure, shown, slot_of};
use crate::province::form::{ReturnedForm, ReturnedRow};
use crate::statistics::checks::{self, BETWEEN, Holds, SIX_KINDS};
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;
use crate::vocabulary::states::DOUBTFUL;

use super::wording::{figure_name, is_money};

const ASK: &str = "请核对这两个数，改正后重新报送";

/// Checks every row; a form with nothing but a total is checked there. Returns the faults and the
/// slots they throw doubt on.
pub(super) fn within(form: &ReturnedForm, rule: LiangHouSheng) -> (Vec<Fault>, BTreeSet<usize>) {
    let mut found = FoundFaults { form, faults: Vec::new(), doubtful: BTreeSet::new() };
    let total = form.total.iter().filter(|_| form.rows.is_empty());
    for row in form.rows.iter().chain(total) {
        for relation in checks::within(rule).filter(|one| one.holds == Holds::AtMost) {
            let left = relation.left.iter().find_map(|code| slot_of(form.annex, code));
            if let (Some(left), Some(right)) = (left, slot_of(form.annex, relation.right)) {
                found.at_most(row, left, right);
            }
        }
        if form.annex == Annex::Three {
            found.kinds(row);
            found.paid_without_training(row);
        }
    }
    (found.faults, found.doubtful)
}

struct FoundFaults<'a> {
    form: &'a ReturnedForm,
    faults: Vec<Fault>,
    doubtful: BTreeSet<usize>,
}

impl FoundFaults<'_> {
    fn add(&mut self, row: &ReturnedRow, slot: usize, message: String) {
        let cell = self.form.cell(slot, row.number);
        let place = FaultSpot { file: &self.form.file, sheet: &self.form.sheet, cell: &cell };
        let value = &row.amounts[slot].written;
        let fault = Fault::at(place, "relation", Severity::Error).saying(message, ASK);
        self.faults.push(fault.quoting(value).so(DOUBTFUL));
        self.doubtful.insert(slot);
    }

    fn at_most(&mut self, row: &ReturnedRow, left: usize, right: usize) {
        let values = (row.amounts[left].value(), row.amounts[right].value());
        let (Some(less), Some(more)) = values else { return };
        if less > more {
            let annex = self.form.annex;
            let message = format!(
                "“{}”的{}（{less}）大于{}（{more}，{}）",
                named(row),
                figure_name(annex, left),
                figure_name(annex, right),
                self.form.cell(right, row.number)
            );
            self.add(row, left, message);
            self.doubtful.insert(right);
        }
    }

    fn kinds(&mut self, row: &ReturnedRow) {
        let annex = self.form.annex;
        let Some(times) = slot_of(annex, "a3_times") else { return };
        let kinds = SIX_KINDS.iter().filter_map(|code| row.amounts[slot_of(annex, code)?].value());
        let kinds: Vec<i64> = kinds.collect();
        let (Some(stated), sum) = (row.amounts[times].value(), kinds.iter().sum::<i64>()) else {
            return;
        };
        if kinds.len() == SIX_KINDS.len() && sum != stated {
            let message = format!("“{}”的六类培训人次之和为{sum}，培训人次写{stated}", named(row));
            self.add(row, times, message);
        }
    }

    fn paid_without_training(&mut self, row: &ReturnedRow) {
        let annex = self.form.annex;
        let times = slot_of(annex, "a3_times").and_then(|slot| row.amounts[slot].value());
        let slots = (0..indicators(annex).len()).filter(|slot| is_money(annex, *slot));
        for slot in slots.filter(|_| times == Some(0)) {
            if let Some(fen) = row.amounts[slot].value().filter(|fen| *fen > 0) {
                let money = shown(annex, slot, fen);
                let name = figure_name(annex, slot);
                let message = format!("“{}”没有培训人次，却有{name}{money}", named(row));
                self.add(row, slot, message);
            }
        }
    }
}

fn named(row: &ReturnedRow) -> &str {
    if row.name.is_empty() { "（未写名称）" } else { &row.name }
}

/// A form with what was taken of its figures, in the order of the annex.
#[derive(Clone, Copy, Debug)]
pub(super) struct TakenForm<'a> {
    /// The form as it was returned.
    pub(super) form: &'a ReturnedForm,
    /// Its total, figure by figure.
    pub(super) taken: &'a [TakenFigure],
}

/// Annex 3 against Annex 2 of the same city: both count everybody who was trained, by county and
/// by agency. A person trained by two agencies stands in Annex 2 twice, so that its sum may be
/// larger; it can neither be smaller, nor can one agency have trained more than all counties.
/// Returns the slot of Annex 3 with each fault.
pub(super) fn between(second: TakenForm<'_>, third: TakenForm<'_>) -> Vec<(usize, Fault)> {
    let TakenForm { form: two, taken: taken2 } = second;
    let TakenForm { form: three, taken: taken3 } = third;
    let faults = BETWEEN.iter().filter_map(|relation| {
        let agency = slot_of(Annex::Two, relation.right)?;
        let county = relation.left.iter().find_map(|code| slot_of(Annex::Three, code))?;
        let (sum, persons) = (taken2[agency].value()?, taken3[county].value()?);
        let most = two.rows.iter().filter_map(|row| row.amounts[agency].value()).max();
        let most = most.unwrap_or(0);
        if (most..=sum).contains(&persons) {
            return None;
        }
        let (here, there) = (figure_name(Annex::Three, county), figure_name(Annex::Two, agency));
        let message = if persons > sum {
            format!("附件3总计的{here}（{persons}）大于附件2总计的{there}（{sum}）")
        } else {
            format!("附件3总计的{here}（{persons}）小于附件2中一个单位的{there}（{most}）")
        };
        let row = three.total.as_ref().map_or(three.header_row, |total| total.number);
        let cell = three.cell(county, row);
        let spot = FaultSpot { file: &three.file, sheet: &three.sheet, cell: &cell };
        let fault = Fault::at(spot, "forms-disagree", Severity::Error)
            .saying(message, "两张表应由同一批人员得出，请核对后两张表一并重新报送");
        Some((county, fault.quoting(&persons.to_string()).so(DOUBTFUL)))
    });
    faults.collect()
}
