//! Tests of the plain functions.

use jiff::Timestamp;

use super::queue::after;
use super::sessions::Sessions;
use super::standing::Standing;
use crate::ledger::{RulingEntry, Verdict, View};
use crate::linkage::decisions::Answer;

fn entry(number: i64, verdict: Verdict) -> RulingEntry {
    RulingEntry {
        number,
        key: "pair".to_owned(),
        verdict,
        clerk: "赵核".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        note: String::new(),
        view: View {
            run_id: String::new(),
            model_version: String::new(),
            probability: 0.5,
            evidence: String::new(),
        },
        place: String::new(),
        file_sha256: String::new(),
    }
}

#[test]
fn a_ruling_settles_a_question_unless_it_was_asked_in_spite_of_it() {
    let unsure = Verdict::Answered(Answer::Unsure);
    let mut standing = Standing::new(4);
    standing.take(vec![entry(4, unsure)]);
    assert!(standing.answer("pair").is_none(), "asked again although it was known");
    standing.take(vec![entry(5, unsure)]);
    assert_eq!(standing.answer("pair").map(|(answer, _)| answer), Some(Answer::Unsure));
    standing.take(vec![entry(6, Verdict::Undone)]);
    assert!(standing.answer("pair").is_none(), "taken back");
    assert_eq!((standing.last(), standing.rulings().len()), (6, 1));
}

#[test]
fn the_work_goes_on_after_the_place_and_then_from_the_start() {
    let cases = [
        (&[1, 3, 7][..], 3, Some(7)),
        (&[1, 7], 3, Some(7)),
        (&[1, 3], 3, Some(1)),
        (&[3], 3, None),
        (&[], 3, None),
    ];
    for (list, place, expected) in cases {
        assert_eq!(after(list, place), expected, "{list:?} after {place}");
    }
}

#[test]
fn a_session_lasts_while_it_is_used() {
    let mut sessions = Sessions::default();
    let begun = sessions.begin("cookie".to_owned(), "secret".to_owned(), 0.0);
    assert_eq!(super::sessions::lock(&begun).form_secret, "secret");
    assert!(sessions.find("another", 1.0, 10.0).is_none());
    assert!(sessions.find("cookie", 9.0, 10.0).is_some());
    assert!(sessions.find("cookie", 18.0, 10.0).is_some(), "used at 9");
    assert!(sessions.find("cookie", 29.0, 10.0).is_none());
    assert!(sessions.find("cookie", 29.0, 10.0).is_none(), "gone for good");
}
