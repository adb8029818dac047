use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::lock;
use super::{
    EarlierRun, InputEntry, InputKind, KeptPeriod, KeptQuestions, Ledger, LedgerError, ResultEntry,
    RunEntry, StageEntry,
};
use crate::vocabulary::SourceKind;

fn result(path: &str, sha256: &str) -> ResultEntry {
    ResultEntry { path: path.to_owned(), sha256: sha256.to_owned(), bytes: 7 }
}

fn entry(run_id: &str, second: i64) -> RunEntry {
    let at = Timestamp::from_second(second).expect("a time");
    RunEntry {
        run_id: run_id.to_owned(),
        started_at: at,
        finished_at: at,
        title: "甲".to_owned(),
        unit: "佳木斯市".to_owned(),
        as_of: "2019-06-10".to_owned(),
        program_version: "0.1.0".to_owned(),
        model_version: "1".to_owned(),
        settings: "{}".to_owned(),
        folder: PathBuf::from("runs/x"),
        exit_status: 0,
        inputs: vec![InputEntry {
            kind: InputKind::Source(SourceKind::Registry),
            path: "a.csv".to_owned(),
            sha256: "00".to_owned(),
            rows: 3,
        }],
        stages: vec![StageEntry { stage: "read", seconds: 0.5 }],
        counts: Vec::new(),
        results: vec![result("links.csv", "aa")],
    }
}

#[test]
fn the_latest_run_of_an_id_is_found_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::open(folder.path()).expect("a ledger");
    assert_eq!(ledger.earlier("r").expect("readable"), None);
    for second in [100, 200] {
        ledger.record(&entry("r", second)).expect("recorded").commit().expect("committed");
    }
    drop(ledger);
    let ledger = Ledger::open(folder.path()).expect("opens again");
    let earlier = ledger.earlier("r").expect("readable").expect("there");
    assert_eq!(earlier.started_at.as_second(), 200);
    assert_eq!(earlier.results, [result("links.csv", "aa")]);
    assert_eq!(ledger.earlier("other").expect("readable"), None);
}

#[test]
fn a_run_that_is_not_committed_leaves_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::open(folder.path()).expect("a ledger");
    drop(ledger.record(&entry("r", 100)).expect("recorded"));
    assert_eq!(ledger.earlier("r").expect("readable"), None);
}

#[test]
fn the_latest_run_s_questions_take_the_place_of_those_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::open(folder.path()).expect("a ledger");
    assert_eq!(ledger.questions().expect("readable"), None);
    let kept = |content: &[u8]| KeptQuestions {
        run_id: "r".to_owned(),
        known: 7,
        layout: 1,
        content: content.to_vec(),
    };
    for content in [&b"first"[..], b"second"] {
        let pending = ledger.record(&entry("r", 100)).expect("recorded");
        pending.keep_questions(&kept(content)).expect("kept");
        pending.commit().expect("committed");
    }
    assert_eq!(ledger.questions().expect("readable"), Some(kept(b"second")));
    let pending = ledger.record(&entry("r", 100)).expect("recorded");
    pending.keep_questions(&kept(b"third")).expect("kept");
    drop(pending);
    assert_eq!(ledger.questions().expect("readable"), Some(kept(b"second")), "never published");
    let damage = "UPDATE questions SET content = CAST('seconds' AS BLOB)";
    assert_eq!(ledger.connection.execute(damage, []).expect("written"), 1);
    assert_eq!(ledger.questions().expect("readable"), None, "damaged");
}

#[test]
fn another_connection_reads_while_a_run_is_being_recorded_and_never_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::open(folder.path()).expect("a ledger");
    ledger.record(&entry("r", 100)).expect("recorded").commit().expect("committed");
    let mut another = ledger.another().expect("opens");
    let pending = ledger.record(&entry("s", 200)).expect("recorded");
    let known: Vec<String> =
        another.runs().expect("readable").into_iter().map(|run| run.run_id).collect();
    assert_eq!(known, ["r"]);
    pending.commit().expect("committed");
    assert_eq!(another.runs().expect("readable").len(), 2);
    let refused = another.record(&entry("t", 300)).expect_err("for reading only");
    assert!(matches!(refused, LedgerError::Unwritable { .. }), "{refused}");
}

#[test]
fn differences_name_changed_new_and_lost_files() {
    let earlier = EarlierRun {
        started_at: Timestamp::UNIX_EPOCH,
        folder: PathBuf::new(),
        results: vec![result("a", "1"), result("b", "2"), result("c", "3")],
    };
    let now = [result("a", "1"), result("b", "9"), result("d", "4")];
    assert_eq!(earlier.differences(&now), ["b", "c", "d"]);
    assert!(earlier.differences(&earlier.results).is_empty());
}

#[test]
fn a_file_that_is_no_ledger_and_a_later_one_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(super::FILE_NAME);
    fs_err::write(&path, "这是别的文件，不是数据库。".repeat(100)).expect("written");
    let error = Ledger::open(folder.path()).expect_err("refused");
    assert!(matches!(error, LedgerError::Foreign { .. }), "{error}");

    fs_err::remove_file(&path).expect("removed");
    drop(Ledger::open(folder.path()).expect("a ledger"));
    let connection = rusqlite::Connection::open(&path).expect("open");
    connection.pragma_update(None, "user_version", 99).expect("set");
    drop(connection);
    let error = Ledger::open(folder.path()).expect_err("refused");
    assert!(matches!(error, LedgerError::Newer { found: 99, .. }), "{error}");
}

#[test]
fn a_folder_that_is_not_there_is_a_clear_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = Ledger::open(&folder.path().join("missing")).expect_err("refused");
    assert!(matches!(error, LedgerError::Unwritable { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn the_ledger_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    drop(Ledger::open(folder.path()).expect("a ledger"));
    let mode = fs_err::metadata(folder.path().join(super::FILE_NAME)).expect("there").permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
}

#[test]
fn a_second_run_is_refused_or_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = lock::acquire(folder.path(), Duration::ZERO, &|| ()).expect("free");
    let refused = lock::acquire(folder.path(), Duration::ZERO, &|| ()).expect_err("busy");
    let holder = std::process::id().to_string();
    assert!(refused.to_string().contains(&holder), "{refused}");

    let told = Cell::new(0);
    let wait = Duration::from_millis(250);
    lock::acquire(folder.path(), wait, &|| told.set(told.get() + 1)).expect_err("still busy");
    assert_eq!(told.get(), 1);
    drop(first);
    lock::acquire(folder.path(), Duration::ZERO, &|| ()).expect("free again");
}

#[test]
fn waiting_ends_when_the_other_run_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = lock::acquire(folder.path(), Duration::ZERO, &|| ()).expect("free");
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            drop(first);
        });
        lock::acquire(folder.path(), Duration::from_secs(20), &|| ()).expect("free in the end");
    });
}

mod rulings {
    use jiff::Timestamp;

    use super::entry;
    use crate::ledger::{
        CaseEntry, FILE_NAME, Ledger, LedgerError, NewRuling, RulingAct, RulingEntry, RulingView,
    };
    use crate::linkage::decisions::{
        Answer, IdState, IdTrace, PairTrace, PersonTrace, RegistryTrace, SourceTrace,
    };
    use crate::records::date::PartialDate;
    use crate::vocabulary::SourceKind;

    fn who(number: usize) -> PersonTrace {
        PersonTrace {
            id: IdTrace { state: IdState::Partial, text: format!("2308992001{number:05}???") },
            name: format!("张{number}"),
            birth: PartialDate { year: 2001, month: 3, day: 0 },
            place: "桦南县".to_owned(),
        }
    }

    /// A question about student `source` and person `person`.
    fn case(source: usize, person: usize) -> CaseEntry {
        let pair = PairTrace {
            source: SourceTrace {
                kind: SourceKind::Training,
                institution: "甲".to_owned(),
                student_no: String::new(),
                who: who(source),
            },
            person: RegistryTrace { person_no: person.to_string(), who: who(person) },
        };
        let view = RulingView {
            run_id: "r".to_owned(),
            model_version: "1".to_owned(),
            probability: 0.5,
            evidence: "姓名=同音(+5.21)".to_owned(),
        };
        CaseEntry { key: pair.key(), pair, view, known: 0 }
    }

    fn ledger(folder: &std::path::Path, cases: &[CaseEntry]) -> Ledger {
        let mut ledger = Ledger::open(folder).expect("a ledger");
        let pending = ledger.record(&entry("r", 100)).expect("recorded");
        pending.keep_cases(cases).expect("kept");
        pending.commit().expect("committed");
        ledger
    }

    fn ruling(case: &CaseEntry, verdict: RulingAct, after: Option<i64>) -> NewRuling {
        NewRuling {
            key: case.key.clone(),
            verdict,
            clerk: "赵核".to_owned(),
            note: "已核".to_owned(),
            place: "a.xlsx › 待核清单 › N5".to_owned(),
            file_sha256: "00".to_owned(),
            after,
        }
    }

    const SAME: RulingAct = RulingAct::Answered(Answer::Same);
    const DIFFERENT: RulingAct = RulingAct::Answered(Answer::Different);

    fn at() -> Timestamp {
        // Half past midnight in Beijing, the day before in UTC.
        "2019-06-10T16:30:00Z".parse().expect("a time")
    }

    #[test]
    fn the_newest_ruling_stands_and_nothing_is_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let cases = [case(1, 2), case(3, 4)];
        let mut ledger = ledger(folder.path(), &cases);
        ledger.rule(&[ruling(&cases[0], SAME, None)], at()).expect("ruled");
        ledger.rule(&[ruling(&cases[0], DIFFERENT, Some(1))], at()).expect("ruled");
        ledger.rule(&[ruling(&cases[1], SAME, None)], at()).expect("ruled");
        ledger.rule(&[ruling(&cases[1], RulingAct::Undone, Some(3))], at()).expect("taken back");
        drop(ledger);
        let ledger = Ledger::open(folder.path()).expect("opens again");
        let standing = ledger.rulings().expect("readable");
        assert_eq!(standing.len(), 1);
        assert_eq!((standing[0].number, standing[0].answer), (2, Answer::Different));
        assert_eq!(standing[0].pair, cases[0].pair, "both sides come back whole");
        assert_eq!(standing[0].on.to_string(), "2019-06-11");
        let history: Vec<RulingEntry> = ledger.history(&cases[0].key).expect("readable");
        assert_eq!(history.iter().map(|e| e.verdict).collect::<Vec<_>>(), [SAME, DIFFERENT]);
        assert_eq!(history[0].view, cases[0].view, "what the clerk had in view");
    }

    #[test]
    fn a_ruling_made_in_between_is_not_overruled() {
        let folder = tempfile::tempdir().expect("a folder");
        let cases = [case(1, 2), case(3, 4)];
        let mut ledger = ledger(folder.path(), &cases);
        ledger.rule(&[ruling(&cases[0], SAME, None)], at()).expect("ruled");
        let both = [ruling(&cases[1], SAME, None), ruling(&cases[0], DIFFERENT, None)];
        let error = ledger.rule(&both, at()).expect_err("overtaken");
        assert!(matches!(error, LedgerError::Overtaken), "{error}");
        let unknown = ruling(&case(8, 9), SAME, None);
        ledger.rule(&[unknown], at()).expect_err("no such question");
        assert_eq!(ledger.rulings().expect("readable").len(), 1, "all or none");
    }

    #[test]
    fn rulings_can_be_neither_changed_nor_deleted() {
        let folder = tempfile::tempdir().expect("a folder");
        let cases = [case(1, 2)];
        let mut ledger = ledger(folder.path(), &cases);
        ledger.rule(&[ruling(&cases[0], SAME, None)], at()).expect("ruled");
        drop(ledger);
        let connection = rusqlite::Connection::open(folder.path().join(FILE_NAME)).expect("opens");
        for statement in ["UPDATE rulings SET clerk = 'x'", "DELETE FROM rulings"] {
            connection.execute(statement, []).expect_err(statement);
        }
    }

    #[test]
    fn another_confirmed_person_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let cases = [case(1, 2), case(1, 3), case(4, 2)];
        let mut ledger = ledger(folder.path(), &cases);
        ledger.rule(&[ruling(&cases[0], SAME, None)], at()).expect("ruled");
        let other = |case: &CaseEntry| {
            ledger.other_confirmation(case).expect("readable").map(|entry| entry.number)
        };
        assert_eq!(cases.each_ref().map(other), [None, Some(1), None]);
        ledger.rule(&[ruling(&cases[0], RulingAct::Undone, Some(1))], at()).expect("taken back");
        assert_eq!(ledger.other_confirmation(&cases[1]).expect("readable"), None);
    }

    #[test]
    fn a_ledger_of_runs_alone_is_carried_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE_NAME);
        let connection = rusqlite::Connection::open(&path).expect("opens");
        connection
            .execute_batch(include_str!("../../schemas/ledger/001_runs.sql"))
            .expect("the first schema");
        connection.pragma_update(None, "user_version", 1).expect("set");
        drop(connection);
        let ledger = ledger(folder.path(), &[case(1, 2)]);
        assert!(ledger.case(&case(1, 2).key).expect("readable").is_some());
        assert!(ledger.rulings().expect("readable").is_empty());
    }

    #[test]
    fn a_hundred_thousand_rulings_are_found_by_index() {
        let folder = tempfile::tempdir().expect("a folder");
        let cases: Vec<CaseEntry> = (0..20).map(|number| case(number, number + 1)).collect();
        let ledger = ledger(folder.path(), &cases);
        drop(ledger);
        let connection = rusqlite::Connection::open(folder.path().join(FILE_NAME)).expect("opens");
        for query in [
            "SELECT * FROM rulings WHERE pair = 'x' ORDER BY ruling",
            "SELECT MAX(ruling) FROM rulings WHERE pair = 'x'",
            "SELECT MAX(rulings.ruling) FROM cases JOIN rulings USING (pair)
             WHERE cases.source = 'x' GROUP BY pair",
        ] {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {query}")).expect("SQL");
            let steps = plan.query_map([], |row| row.get::<_, String>(3)).expect("a plan");
            let steps: Vec<String> = steps.map(|step| step.expect("text")).collect();
            assert!(steps.iter().all(|step| !step.starts_with("SCAN")), "{query}: {steps:?}");
        }
    }
}

#[test]
fn a_half_year_keeps_its_latest_snapshot() {
    use crate::statistics::snapshot::{Figure, KnownPerson, Member, Sighting, Snapshot};
    use crate::vocabulary::HalfYear;
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path()).unwrap();
    let known =
        KnownPerson { name: "甲".into(), id: "2308****".into(), place: "桦南县".into() };
    let person = u64::MAX - 5;
    let snapshot = |value| Snapshot {
        figures: vec![Figure {
            form: "annex2".into(),
            unit: "甲校".into(),
            code: "a2_3".into(),
            value,
        }],
        people: [(person, known.clone())].into(),
        members: vec![Member { unit: "甲校".into(), figure: 3, person }],
        sightings: vec![Sighting {
            person,
            unit: "甲校".into(),
            linked: true,
            state: "正式学籍".into(),
            row: 7,
        }],
        registry: vec![1, person],
        rows: vec![7],
    };
    let spring = HalfYear { year: 2019, second: false };
    for (run_id, value) in [("first", 1), ("second", 2)] {
        let pending = ledger.record(&entry(run_id, value)).unwrap();
        let period = KeptPeriod { unit: "佳木斯市", half: spring, run_id, as_of: "2019-06-10" };
        pending.keep_period(&period, &snapshot(value)).unwrap();
        pending.commit().unwrap();
    }
    let autumn = HalfYear { year: 2019, second: true };
    let found = ledger.period_before("佳木斯市", autumn).unwrap().unwrap();
    assert_eq!((found.half, found.run_id.as_str()), (spring, "second"));
    assert_eq!(ledger.snapshot(&found).unwrap(), snapshot(2));
    assert_eq!(ledger.period_of("佳木斯市", spring).unwrap(), Some(found));
    assert_eq!(ledger.period_before("佳木斯市", spring).unwrap(), None);
    assert_eq!(ledger.period_before("鹤岗市", autumn).unwrap(), None);
}
