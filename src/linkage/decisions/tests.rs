use super::fit::{self, Fit};
use super::{
    Answer, IdChange, IdState, IdTrace, PairTrace, PersonTrace, RegistryTrace, SourceTrace,
};
use crate::records::date::PartialDate;
use crate::vocabulary::SourceKind;

const SOUND: &str = "230899200103051818";
const OTHER: &str = "230899200207149262";

fn id(state: IdState, text: &str) -> IdTrace {
    IdTrace { state, text: text.to_owned() }
}

fn sound(text: &str) -> IdTrace {
    id(IdState::Sound, text)
}

fn day(year: i16) -> PartialDate {
    PartialDate { year, month: 3, day: 5 }
}

fn who(id: IdTrace, name: &str, birth: PartialDate) -> PersonTrace {
    PersonTrace {
        id, name: name.to_owned(), birth, place: "桦南县桦南镇红光村".to_owned()
    }
}

fn student(school: &str, number: &str, who: PersonTrace) -> SourceTrace {
    SourceTrace {
        kind: SourceKind::Enrollment,
        institution: school.to_owned(),
        student_no: number.to_owned(),
        who,
    }
}

fn registered(number: &str, who: PersonTrace) -> RegistryTrace {
    RegistryTrace { person_no: number.to_owned(), who }
}

#[test]
fn numbers_are_told_from_their_damage() {
    let cases = [
        (sound(SOUND), sound(SOUND), IdChange::None),
        (sound(SOUND), sound(OTHER), IdChange::Different),
        (id(IdState::Missing, ""), sound(SOUND), IdChange::Repaired),
        (id(IdState::Partial, "230899200103051???"), sound(SOUND), IdChange::Repaired),
        (id(IdState::Partial, "230899200103052???"), sound(SOUND), IdChange::Different),
        (id(IdState::Invalid, "23089920010305181"), sound(SOUND), IdChange::Repaired),
        (id(IdState::Invalid, "230899200103051881"), sound(SOUND), IdChange::Repaired),
        (id(IdState::Invalid, "2308991999"), sound(SOUND), IdChange::Different),
    ];
    for (then, now, expected) in cases {
        assert_eq!(then.change(&now), expected, "{then:?} → {now:?}");
        assert_eq!(now.change(&then), expected, "{now:?} → {then:?}");
    }
}

#[test]
fn a_student_is_found_again_and_nobody_else() {
    let none = PartialDate::default;
    let missing = || id(IdState::Missing, "");
    let then = student("甲校", "S1", who(missing(), "张伟", day(2001)));
    let same = |change| Fit::Same(change);
    let cases = [
        ("as before", then.clone(), same(IdChange::None)),
        (
            "the school's name changed",
            student("乙校", "S1", then.who.clone()),
            same(IdChange::None),
        ),
        (
            "another school, one birthday in one village",
            student("乙校", "", then.who.clone()),
            same(IdChange::None),
        ),
        (
            "the number was added",
            student("甲校", "S1", who(sound(SOUND), "张伟", day(2001))),
            same(IdChange::Repaired),
        ),
        (
            "a namesake of the school",
            student("甲校", "S2", who(missing(), "张伟", day(2002))),
            Fit::Other,
        ),
        (
            "a namesake without birthday",
            student("甲校", "S2", who(missing(), "张伟", none())),
            Fit::Other,
        ),
        ("somebody else", student("甲校", "S3", who(missing(), "李伟", day(2001))), Fit::Other),
        (
            "the name was corrected",
            student("甲校", "S1", who(missing(), "张炜", day(2001))),
            Fit::Changed("姓名由“张伟”改为“张炜”".to_owned()),
        ),
    ];
    for (what, now, expected) in cases {
        assert_eq!(fit::source(&then, &now), expected, "{what}");
    }
}

#[test]
fn a_student_known_by_name_alone_is_only_the_one_who_says_no_more() {
    let bare = |id, birth| student("甲校", "", who(id, "王伟", birth));
    let missing = || id(IdState::Missing, "");
    let then = bare(missing(), PartialDate::default());
    assert_eq!(fit::source(&then, &then.clone()), Fit::Same(IdChange::None));
    assert_eq!(fit::source(&then, &bare(missing(), day(2002))), Fit::Other);
    assert_eq!(fit::source(&then, &bare(sound(SOUND), day(2001))), Fit::Other);
}

#[test]
fn a_sound_number_is_the_person_and_its_change_is_told() {
    let of = |number: &str, name: &str| student("甲校", "S1", who(sound(number), name, day(2001)));
    let then = of(SOUND, "张伟");
    let trainee = SourceTrace { kind: SourceKind::Training, ..of(SOUND, "张伟") };
    assert_eq!(fit::source(&then, &trainee), Fit::Same(IdChange::None));
    assert!(matches!(fit::source(&then, &of(OTHER, "张伟")), Fit::Changed(_)));
    assert!(matches!(fit::source(&then, &of(SOUND, "张炜")), Fit::Changed(_)));
}

#[test]
fn a_registered_person_is_found_by_either_number() {
    let person =
        |number: &str, id: &str, name: &str| registered(number, who(sound(id), name, day(2001)));
    let then = person("230000000101", SOUND, "张伟");
    let cases = [
        (person("230000000101", SOUND, "张伟"), "same"),
        (person("230000000999", SOUND, "张伟"), "same"),
        (person("230000000101", OTHER, "张伟"), "changed"),
        (person("230000000101", SOUND, "张炜"), "changed"),
        (person("230000000101", OTHER, "李丽"), "changed"),
        (person("230000000999", OTHER, "李丽"), "other"),
    ];
    for (now, expected) in cases {
        let found = match fit::person(&then, &now) {
            Fit::Same(_) => "same",
            Fit::Changed(_) => "changed",
            Fit::Other => "other",
        };
        assert_eq!(found, expected, "{now:?}");
    }
}

#[test]
fn a_key_changes_with_every_part_of_a_pair() {
    let pair = |school: &str, number: &str, name: &str| PairTrace {
        source: student(school, "", who(sound(SOUND), name, day(2001))),
        person: registered(number, who(sound(OTHER), "张伟", day(2002))),
    };
    let key = pair("甲校", "1", "张伟").key();
    assert_eq!(key, pair("甲校", "1", "张伟").key());
    for other in [pair("乙校", "1", "张伟"), pair("甲校", "2", "张伟"), pair("甲校", "1", "张炜")]
    {
        assert_ne!(key, other.key());
    }
}

#[test]
fn answers_are_read_with_blanks_and_nothing_else() {
    assert_eq!(Answer::from_label(" 不是 同一人\n"), Some(Answer::Different));
    for text in ["", "是", "同一", "不 同一人", "same"] {
        assert_eq!(Answer::from_label(text), None, "{text}");
    }
}
