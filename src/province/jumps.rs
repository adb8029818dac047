//! A city's figures against its own of the last period.

use crate::problems::Severity;
use crate::province::fault::{Fault, FaultSpot};
use crate::province::figures::{TakenFigure, shown, slot_of};
use crate::province::form::ReturnedForm;
use crate::province::wording::Wording;
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;
use crate::vocabulary::states;

use super::wording::{figure_name, is_money};

/// The figures that no half-year can have changed so much. Money is left out: it follows the
/// people, who are compared.
pub(super) fn find(
    form: &ReturnedForm,
    now: &[TakenFigure],
    before: &[Option<i64>],
    wording: &Wording,
) -> Vec<(usize, Fault)> {
    let annex = form.annex;
    let counts = (0..indicators(annex).len()).filter(|slot| !is_money(annex, *slot));
    let mut faults: Vec<(usize, Fault)> = Vec::new();
    for slot in counts {
        let (Some(now), Some(Some(before))) = (now[slot].value(), before.get(slot)) else {
            continue;
        };
        if is_jump(now, *before, wording) {
            let name = figure_name(annex, slot);
            let message = format!("{name}：上期{before}，本期{now}，相差过大");
            faults.push((slot, fault(form, slot, now, message)));
        }
    }
    let stock = impossible_stock(form, now, before);
    let told = |slot: usize| faults.iter().any(|(known, _)| *known == slot);
    if let Some((slot, fault)) = stock.filter(|(slot, _)| !told(*slot)) {
        faults.push((slot, fault));
    }
    faults
}

fn is_jump(now: i64, before: i64, wording: &Wording) -> bool {
    let limits = &wording.limits;
    let (small, large) = (now.min(before), now.max(before));
    // From nothing to something is a beginning, not a jump.
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    let times = large as f64 / small.max(1) as f64;
    before > 0 && large >= limits.least && times > limits.jump
}

/// More pupils at school than there were and came.
fn impossible_stock(
    form: &ReturnedForm,
    now: &[TakenFigure],
    before: &[Option<i64>],
) -> Option<(usize, Fault)> {
    if form.annex != Annex::Two {
        return None;
    }
    let (came, stock) = (slot_of(form.annex, "a2_2")?, slot_of(form.annex, "a2_3")?);
    let left = slot_of(form.annex, "a2_4")?;
    let before = (*before.get(stock)?)?;
    let (came, left) = (now[came].value()?, now[left].value()?);
    let at_school = now[stock].value()?;
    // Some pupils' families are registered as poor later: a tenth is allowed for.
    let most = before + came + before / 10;
    if before > 0 && left > most {
        let slot = slot_of(form.annex, "a2_4")?;
        let message = format!("④毕业生{left}人，多于上期在校生{before}人与本期招收{came}人之和");
        return Some((slot, fault(form, slot, left, message)));
    }
    (before > 0 && at_school > most + 5).then(|| {
        let message =
            format!("③在校生{at_school}人，多于上期在校生{before}人与本期招收{came}人之和");
        (stock, fault(form, stock, at_school, message))
    })
}

fn fault(form: &ReturnedForm, slot: usize, value: i64, message: String) -> Fault {
    let row = form.total.as_ref().map_or(form.header_row, |total| total.number);
    let cell = form.cell(slot, row);
    let place = FaultSpot { file: &form.file, sheet: &form.sheet, cell: &cell };
    Fault::at(place, "jump", Severity::Warning)
        .saying(message, "请核实；属实请说明原因，有误请改正后重新报送")
        .quoting(&shown(form.annex, slot, value))
        .so(states::DOUBTFUL)
}
