//! Tests of the plain functions.

use jiff::Timestamp;

use super::changes::{ComparedRow, RowAddress, Stand, Transition, compare};
use super::queue::after;
use super::rerun::{Rerun, RerunStep};
use super::rounds::mean;
use super::search_words::SearchWords;
use super::sessions::Sessions;
use super::standing::RulingsInForce;
use crate::ledger::{RulingAct, RulingEntry, RulingView};
use crate::linkage::Decision;
use crate::linkage::decisions::Answer;
use crate::statistics::snapshot::KnownPerson;

fn entry(number: i64, verdict: RulingAct) -> RulingEntry {
    RulingEntry {
        number,
        key: "pair".to_owned(),
        verdict,
        clerk: "赵核".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        note: String::new(),
        view: RulingView {
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
    let unsure = RulingAct::Answered(Answer::Unsure);
    let mut standing = RulingsInForce::new(4);
    standing.take(vec![entry(4, unsure)]);
    assert!(standing.answer("pair").is_none(), "asked again although it was known");
    standing.take(vec![entry(5, unsure)]);
    assert_eq!(standing.answer("pair").map(|(answer, _)| answer), Some(Answer::Unsure));
    standing.take(vec![entry(6, RulingAct::Undone)]);
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
        assert_eq!(after(list, place, |place| place), expected, "{list:?} after {place}");
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

#[test]
fn a_browser_whose_time_ran_out_goes_on_under_another_cookie() {
    let mut sessions = Sessions::default();
    let begun = sessions.begin("old".to_owned(), "secret".to_owned(), 0.0);
    {
        let mut session = super::sessions::lock(&begun);
        "赵核".clone_into(&mut session.clerk);
        session.revealed.insert("pair".to_owned());
        session.hold_remark("pair", "写了一半");
    }
    assert!(!sessions.resume("old", "new".to_owned(), 1.0), "it is still in");
    assert!(sessions.find("old", 20.0, 10.0).is_none() && sessions.lapsed("old").is_some());
    assert!(sessions.resume("old", "new".to_owned(), 21.0));
    assert!(!sessions.resume("old", "third".to_owned(), 22.0), "once");
    let found = sessions.find("new", 22.0, 10.0).expect("in again");
    let session = super::sessions::lock(&found);
    assert_eq!((session.remark("pair"), session.form_secret.as_str()), ("写了一半", "secret"));
    assert!(session.clerk.is_empty() && session.revealed.is_empty(), "who it is must be said anew");
}

/// Linked to the registry row of that number, with a 人编号 or without.
fn linked(number: &'static str, row: u32) -> Stand<'static> {
    let address: RowAddress = ("登记.csv", "", row);
    Stand { decision: Decision::Link, linked: Some((number, address)) }
}

fn unlinked(decision: Decision) -> Stand<'static> {
    Stand { decision, linked: None }
}

/// A row of the school's list that says what the key stands for.
fn row(number: u32, key: u64, stand: Stand<'static>) -> ComparedRow<'static> {
    ComparedRow { address: ("学籍.xls", "Sheet1", number), key, stand }
}

#[test]
fn runs_are_compared_row_by_row() {
    use Decision::{Link, None as Unmatched, Review};
    let before = [
        row(2, 12, unlinked(Review)),
        row(3, 13, unlinked(Review)),
        row(4, 14, linked("", 7)),
        row(5, 15, linked("63", 8)),
        row(6, 16, linked("64", 9)),
        row(7, 17, unlinked(Unmatched)),
    ];
    let now = [
        row(1, 11, unlinked(Unmatched)),
        row(2, 12, linked("", 7)),
        row(3, 13, unlinked(Review)),
        row(4, 14, linked("", 8)),
        // The registry came in another order; the number is the same.
        row(5, 15, linked("63", 80)),
        row(6, 16, linked("65", 9)),
    ];
    let moved = compare(&before, &now);
    let seen: Vec<_> =
        moved.iter().map(|one| (one.transition.label(), one.before, one.now)).collect();
    let expected = [
        ("新读入的行 → 未比中", None, Some(0)),
        ("待核 → 比对一致", Some(0), Some(1)),
        ("比对一致，换成另一人", Some(2), Some(3)),
        ("比对一致，换成另一人", Some(4), Some(5)),
        ("未比中 → 这一行已不在", Some(5), None),
    ];
    let expected = expected.map(|(label, before, now)| (label.to_owned(), before, now));
    assert_eq!(seen, expected);
    assert_eq!(moved[1].transition.key(), "review-link");
    let key = Transition { before: None, now: Some(Link) }.key();
    assert_eq!(key, "absent-link");
    assert!(compare(&now, &now).is_empty());
}

#[test]
fn a_row_is_known_again_though_lines_above_it_went_or_it_was_mended() {
    use Decision::Review;
    let linked = linked("63", 7);
    let open = unlinked(Review);
    let before = [row(2, 12, open), row(3, 13, linked), row(4, 14, linked), row(5, 15, open)];
    // The line 2 is gone, all others moved up; the number of the last was mended on the way, so
    // that it is known by its place alone, which was another's: it has gone and come.
    let now = [row(2, 13, linked), row(3, 14, linked), row(4, 99, linked)];
    let seen: Vec<_> = compare(&before, &now).iter().map(|one| (one.before, one.now)).collect();
    assert_eq!(seen, [(None, Some(2)), (Some(0), None), (Some(3), None)]);
    // Mended where it stands.
    let mended = [row(2, 99, linked), row(3, 13, linked), row(4, 14, linked), row(5, 15, open)];
    let seen: Vec<_> = compare(&before, &mended).iter().map(|one| (one.before, one.now)).collect();
    assert_eq!(seen, [(Some(0), Some(0))]);
    // Twice the very same line, one of them settled.
    let twice = [row(2, 12, open), row(3, 12, open)];
    let settled = [row(2, 12, open), row(3, 12, linked)];
    let seen: Vec<_> = compare(&twice, &settled).iter().map(|one| (one.before, one.now)).collect();
    assert_eq!(seen, [(Some(1), Some(1))]);
}

#[test]
fn one_run_at_a_time() {
    let mut rerun = Rerun::default();
    assert!(rerun.begin());
    assert!(!rerun.begin(), "one is under way");
    rerun.fail("磁盘已满".to_owned());
    assert_eq!(rerun.failed.as_deref(), Some("磁盘已满"));
    assert!(rerun.begin(), "it can be tried again");
    assert_eq!(rerun.failed, None);
}

#[test]
fn a_step_knows_its_place_and_its_share() {
    let step = |name: &str, total, done| RerunStep { name: name.to_owned(), total, done };
    assert_eq!(step("比对", 0, 0).place(), Some(2));
    assert_eq!(step("等待另一次比对结束", 0, 0).place(), None);
    assert_eq!(step("读取文件", 0, 5).percent(), None);
    assert_eq!(step("读取文件", 200, 50).percent(), Some(25));
    assert_eq!(step("读取文件", 200, 500).percent(), Some(100));
}

#[test]
fn people_of_earlier_rounds_are_met_by_what_is_left_of_their_numbers() {
    let known = KnownPerson {
        name: "陈秀英".to_owned(),
        id: "230826********4545".to_owned(),
        place: "桦川县新城镇爱国村".to_owned(),
    };
    let cases = [
        ("秀英", true),
        ("陈秀英 爱国", true),
        ("陈秀英 汤原", false),
        ("4545", true),
        ("14545", true),
        ("4546", false),
        ("230826196401234545", true),
        ("230827196401234545", false),
        ("545", false),
    ];
    for (words, expected) in cases {
        assert_eq!(mean(&SearchWords::new(words), &known), expected, "{words}");
    }
}
