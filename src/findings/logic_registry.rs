//! Registry rows whose own values contradict each other: 逻辑异常 on the registry's side, by the
//! national data-quality rules (与户主关系 against 性别, 年龄 against 在校生状况).

use jiff::civil::Date;

use crate::records::{Facts, Person};
use crate::vocabulary::Field;
use crate::vocabulary::labels::{Relation, Schooling, Sex};

use super::{Finding, FindingKind, Inputs, evidence, logic};
use crate::records::date_ranges::age_range;

/// 14岁及以下在校为高中及以上 is an error.
const TOO_YOUNG_FOR_HIGH_SCHOOL: i16 = 14;
/// 20岁及以上在校为小学及以下 is an error.
const TOO_OLD_FOR_PRIMARY: i16 = 20;

/// Conflicts inside one registry row.
pub(super) fn of_person(inputs: &Inputs, index: u32) -> Vec<Finding> {
    let person = inputs.person(index);
    let conflicts = [
        logic::sex_against_id(&person.facts),
        logic::birth_against_id(&person.facts),
        sex_against_relation(person),
        age_against_schooling(person, inputs.as_of),
        exit_in_future(person, inputs.as_of),
    ];
    let finding = |(reason, fields): (String, Vec<Field>)| {
        let reason = format!("建档立卡信息：“{}”{reason}", person.facts.name.raw());
        Finding::on_person(FindingKind::Illogical, index, reason)
            .with(evidence::of_person(person, &[Field::Name, Field::PersonNo]))
            .with(evidence::of_person(person, &fields))
    };
    conflicts.into_iter().flatten().map(finding).collect()
}

/// Sex of the number where it is sound, else of the column.
pub(super) fn sex(facts: &Facts) -> Option<Sex> {
    if facts.id.is_sound() { facts.id.sex().or(facts.sex) } else { facts.sex }
}

fn sex_of_relation(relation: Relation) -> Option<Sex> {
    use Relation as R;
    match relation {
        R::Son | R::SonInLaw | R::Grandson | R::Father | R::FatherInLaw | R::Grandfather => {
            Some(Sex::Male)
        }
        R::Daughter
        | R::DaughterInLaw
        | R::Granddaughter
        | R::Mother
        | R::MotherInLaw
        | R::Grandmother => Some(Sex::Female),
        R::Head | R::Spouse | R::Sibling | R::Other => None,
    }
}

fn sex_against_relation(person: &Person) -> Option<(String, Vec<Field>)> {
    let relation = person.relation?;
    let (due, is) = (sex_of_relation(relation)?, sex(&person.facts)?);
    (due != is).then(|| {
        let reason = format!("与户主关系为“{}”，性别为“{}”", relation.label(), is.label());
        (reason, vec![Field::Relation, Field::Sex, Field::IdNumber])
    })
}

fn age_against_schooling(person: &Person, as_of: Date) -> Option<(String, Vec<Field>)> {
    let schooling = person.schooling?;
    let birth =
        if person.facts.id.is_sound() { person.facts.id.birth() } else { person.facts.birth };
    let (least, most) = age_range(birth, as_of)?;
    let high = matches!(
        schooling,
        Schooling::SeniorMiddle
            | Schooling::Vocational
            | Schooling::HigherVocational
            | Schooling::Technician
            | Schooling::University
    );
    let low = matches!(schooling, Schooling::Preschool | Schooling::Primary);
    let odd = high && most <= TOO_YOUNG_FOR_HIGH_SCHOOL || low && least >= TOO_OLD_FOR_PRIMARY;
    odd.then(|| {
        let reason = format!("{most}岁，在校生状况为“{}”", schooling.label());
        (reason, vec![Field::Schooling, Field::Birth, Field::IdNumber])
    })
}

fn exit_in_future(person: &Person, as_of: Date) -> Option<(String, Vec<Field>)> {
    let year = person.standing.exit_year.filter(|year| *year > as_of.year())?;
    Some((format!("脱贫年度{year}晚于统计日期{as_of}"), vec![Field::ExitYear]))
}
