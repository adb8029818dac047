//! What a ruling did to a row, in the words of the reports.

use super::Force;
use super::effects::Effect;
use super::{Answer, Ruling};
use crate::linkage::engine::judging::Reason;

/// The reason of a row somebody has ruled on. `own` is the program's own reason. Persons are not
/// named: the reason also goes to schools.
pub(in crate::linkage) fn words(
    effects: &[Effect],
    rulings: &[Ruling],
    reason: Reason,
    own: &dyn Fn() -> String,
) -> String {
    let of = |force: Force| effects.iter().filter(move |effect| effect.force == force);
    let ruling = |effect: &Effect| &rulings[effect.ruling];
    match reason {
        Reason::Ruled(Force::Same) => {
            let confirmed = of(Force::Same).next().map(|effect| ruling(effect).signature());
            return format!("人工认定为同一人（{}）", confirmed.unwrap_or_default());
        }
        Reason::Ruled(Force::Unsure) => {
            let open = of(Force::Unsure).next().map(|effect| ruling(effect).signature());
            return format!("此前人工无法判断（{}），仍须核实", open.unwrap_or_default());
        }
        Reason::Ruled(Force::Again) => {
            let again: Vec<String> =
                of(Force::Again).map(|effect| contradiction(effect, ruling(effect))).collect();
            return again.join("；");
        }
        _ => {}
    }
    let excluded: Vec<&Effect> = of(Force::Different).collect();
    match excluded.as_slice() {
        [] => own(),
        [first] if reason == Reason::NoCandidate => {
            format!("人工认定与候选人不是同一人（{}），没有其他候选人", ruling(first).signature())
        }
        [first, ..] => {
            let newest = ruling(first).signature();
            let count = excluded.len();
            format!("已人工排除 {count} 名候选人（{newest}）；{}", own())
        }
    }
}

/// Why a ruling is not applied, and that it has to be made again.
pub fn contradiction(effect: &Effect, ruling: &Ruling) -> String {
    let verb = if ruling.answer == Answer::Same { "认定为" } else { "认定" };
    format!(
        "曾人工{verb}{}（{}），但{}，请重新核对",
        ruling.answer.label(),
        ruling.signature(),
        effect.why
    )
}
