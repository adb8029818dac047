//! Whether a row, or a registered person, of a later export is the one a ruling was about.

use super::traces::{IdChange, PersonTrace, RegistryTrace, SourceTrace};

/// How somebody of today fits somebody of then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// The same, said in the same words but for damage and repair; whether the number changed.
    Same(IdChange),
    /// The same as far as can be told, but what a ruling rests on is another now: what and how.
    Changed(String),
    /// Somebody else.
    Other,
}

/// Fits a student or trainee.
pub(super) fn source(then: &SourceTrace, now: &SourceTrace) -> Fit {
    let (a, b) = (&then.who, &now.who);
    if then.kind != now.kind && !(a.id.is_sound() && a.id == b.id) {
        return Fit::Other;
    }
    let same_name = a.folded() == b.folded();
    if a.id.is_sound() && a.id == b.id {
        return if same_name { Fit::Same(IdChange::None) } else { Fit::Changed(name(a, b)) };
    }
    let same_number = !then.student_no.is_empty() && then.student_no == now.student_no;
    let same_school = then.institution == now.institution;
    let same_birth = is_born_equal(a, b);
    if !same_name {
        let known = same_number && same_school && same_birth;
        return if known { Fit::Changed(name(a, b)) } else { Fit::Other };
    }
    let in_school = same_school && (same_birth || is_said_alike(a, b));
    let known = same_number || in_school || is_neighbour(a, b);
    match a.id.change(&b.id) {
        _ if !known => Fit::Other,
        IdChange::Different if same_number || same_birth => Fit::Changed(number("证件号码")),
        IdChange::Different => Fit::Other,
        change => Fit::Same(change),
    }
}

/// Fits a registered person.
pub(super) fn person(then: &RegistryTrace, now: &RegistryTrace) -> Fit {
    let (a, b) = (&then.who, &now.who);
    let same_name = a.folded() == b.folded();
    let same_no = !then.person_no.is_empty() && then.person_no == now.person_no;
    let same_id = a.id.is_sound() && a.id == b.id;
    match (same_name, a.id.change(&b.id)) {
        (true, _) if same_id => Fit::Same(IdChange::None),
        (false, _) if same_id => Fit::Changed(registered(&name(a, b))),
        (true, IdChange::Different) if same_no => Fit::Changed(number("登记证件号码")),
        (true, change) if same_no => Fit::Same(change),
        (false, _) if same_no => {
            Fit::Changed(format!("人编号 {} 现登记为“{}”", now.person_no, b.name))
        }
        (true, change) if change != IdChange::Different && is_neighbour(a, b) => Fit::Same(change),
        _ => Fit::Other,
    }
}

fn name(then: &PersonTrace, now: &PersonTrace) -> String {
    format!("姓名由“{}”改为“{}”", then.name, now.name)
}

fn registered(change: &str) -> String {
    format!("登记{change}")
}

fn number(what: &str) -> String {
    format!("{what}已改为另一号码")
}

fn is_born_equal(a: &PersonTrace, b: &PersonTrace) -> bool {
    a.is_born_on_a_day() && a.birth == b.birth
}

/// Of whom neither number nor birthday is known, only the very same words are the same person:
/// whoever has more to say may be a namesake.
fn is_said_alike(a: &PersonTrace, b: &PersonTrace) -> bool {
    a.id == b.id && a.birth == b.birth && a.place == b.place
}

/// One name, one birthday, one place.
fn is_neighbour(a: &PersonTrace, b: &PersonTrace) -> bool {
    is_born_equal(a, b) && !a.place.is_empty() && a.place == b.place
}
