//! The review page from end to end, as a browser without a screen uses it.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bidui::config::Project;
use bidui::desk::{self, DeskLimits};
use bidui::ledger::{Ledger, RulingAct};
use bidui::linkage::decisions::{Answer as Decided, IdState};
use bidui::pipeline::{self, Clock, Survey};
use bidui::sources::{Progress, Silent};
use jiff::Timestamp;

use crate::support::desk::{Answer, Browser, Desk};
use crate::support::program::{bidui, fixture};
use crate::support::story;

/// Two students in review, each with namesakes in the registry; no run was made yet.
pub fn namesakes() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("cases/namesakes"), folder.path());
    folder
}

pub fn ledger(folder: &Path) -> Ledger {
    Ledger::open(folder).expect("a ledger")
}

/// Keys of the questions on the list page, in its order.
pub fn keys(page: &Answer) -> Vec<String> {
    let rows = page.body.split("<tr data-href=\"/case/").skip(1);
    rows.map(|row| row.split('"').next().expect("a key").to_owned()).collect()
}

/// Opens the question whose page says all of this.
pub fn question(browser: &Browser, parts: &[&str]) -> (String, Answer) {
    let mut waiting = keys(&browser.get("/cases"));
    let mut seen = Vec::new();
    while let Some(key) = waiting.pop() {
        let page = browser.get(&format!("/case/{key}"));
        // All candidates stand side by side; the page asks about one of them.
        let heads =
            page.body.split("<thead>").nth(1).and_then(|rest| rest.split("</thead>").next());
        let heads = heads.unwrap_or_default();
        let asked = heads.split("<th class=\"asked\"").nth(1).unwrap_or_default();
        let asked = asked.split("</th>").next().unwrap_or_default();
        let says = |part: &&str| {
            if heads.contains(*part) { asked.contains(*part) } else { page.body.contains(*part) }
        };
        if parts.iter().all(says) {
            return (key, page);
        }
        let links = heads.split("<a href=\"/case/").skip(1);
        let others = links.map(|link| link.split('"').next().expect("a key").to_owned());
        waiting.extend(others.filter(|other| *other != key && !seen.contains(other)));
        seen.push(key);
    }
    panic!("no page says {parts:?}");
}

pub fn decide(browser: &Browser, key: &str, (answer, seen, note): (&str, &str, &str)) -> Answer {
    let fields = [("answer", answer), ("seen", seen), ("note", note)];
    browser.follow(&format!("/case/{key}/verdict"), &fields)
}

const SEEN: &str = "name=\"seen\" value=\"";
/// 人编号 of the registered 李娜 and of her namesake.
pub const LI: &str = "230000000303";
const OTHER_LI: &str = "230000000404";

#[test]
fn only_who_has_the_token_comes_in_and_only_from_our_pages() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let stranger = Browser::new(&desk.host);
    assert_eq!(stranger.get("/cases").status, 401);
    assert_eq!(stranger.get("/start?token=").status, 401);
    assert_eq!(stranger.get("/start").status, 401);
    let wrong = desk.start.replace("token=", "token=0");
    assert!(stranger.get(&wrong).header("set-cookie").is_empty());
    let elsewhere = stranger.send("GET", &desk.start, &["Host: evil.example"], "");
    assert_eq!(elsewhere.expect("an answer").status, 403);

    let page = stranger.get(&desk.entrance());
    let cookie = page.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let browser = desk.browser("赵核");
    let page = browser.get("/cases");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!page.body.contains(" style=") && !page.body.contains(" onclick="), "nothing inline");

    let key = keys(&page).remove(0);
    let path = format!("/case/{key}/verdict");
    let fields = format!("answer=same&seen=0&secret={}", browser.secret);
    let ours = format!("Origin: http://{}", browser.host);
    for (headers, body) in [
        (vec![], fields.as_str()),
        (vec!["Origin: http://evil.example"], fields.as_str()),
        (vec!["Origin: null"], fields.as_str()),
        (vec![ours.as_str(), "Sec-Fetch-Site: cross-site"], fields.as_str()),
        (vec![ours.as_str()], "answer=same&seen=0"),
        (vec![ours.as_str()], "answer=same&seen=0&secret=0"),
    ] {
        let told = browser.send("POST", &path, &headers, body).expect("an answer");
        assert_eq!(told.status, 403, "{headers:?} {body}");
    }
    assert!(ledger(folder.path()).rulings().expect("readable").is_empty());
}

#[test]
fn numbers_are_hidden_until_somebody_asks_and_that_is_kept() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let (key, page) = question(&browser, &["李娜", LI]);
    let case = ledger(folder.path()).case(&key).expect("readable").expect("a case");
    let id = case.pair.person.who.id;
    assert_eq!(id.state, IdState::Sound);
    for path in ["/cases", "/overview", "/findings", "/rulings", "/settings"] {
        assert!(!browser.get(path).body.contains(&id.text), "{path} shows a number");
    }
    assert!(!page.body.contains(&id.text) && page.body.contains("-**-**"), "hidden");
    let other = desk.browser("钱科");
    let told = browser.follow(&format!("/case/{key}/reveal"), &[]);
    assert!(told.body.contains(&id.text) && told.body.contains("查看了完整证件号"));
    assert!(!other.get(&format!("/case/{key}")).body.contains(&id.text), "for one browser only");
    let shown = ledger(folder.path()).disclosures(&key).expect("readable");
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].clerk, "赵核");
    assert!(shown[0].places.contains("佳木斯技师学院.csv › "), "{}", shown[0].places);
}

#[test]
fn what_is_decided_on_the_page_binds_the_next_run_and_can_be_taken_back() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    assert_eq!(keys(&browser.get("/cases")).len(), 2);
    let (key, page) = question(&browser, &["李娜", LI]);
    assert_eq!(page.after(SEEN), "0");
    let next = decide(&browser, &key, ("different", "0", "户口簿已核"));
    assert!(next.body.contains("已记入台账（第 1 号）") && next.body.contains(OTHER_LI), "goes on");
    let undone = browser.follow("/undo", &[]);
    assert!(undone.body.contains("已撤回第 1 号认定") && undone.body.contains(LI));
    assert_eq!(undone.after(SEEN), "2", "the withdrawal has been seen");
    let next = decide(&browser, &key, ("same", "2", "户口簿已核"));
    assert!(next.body.contains("王伟"), "the next in the list");
    assert!(browser.get("/rulings").body.contains("户口簿已核"));
    let done = browser.follow("/filter", &[("progress", "done")]);
    assert_eq!(keys(&done).len(), 1);
    assert!(browser.follow("/undo", &[]).body.contains("已撤回第 3 号"));
    decide(&browser, &key, ("same", "4", ""));
    let again = decide(&browser, &key, ("same", "4", ""));
    assert!(again.body.contains("第 5 号"), "a key pressed twice is one answer");
    drop(desk);
    let report = story::run(folder.path()).expect("a run");
    assert_eq!((report.rulings.applied, report.decisions[0].review), (1, 1));
}

#[test]
fn nobody_overrules_what_he_has_not_seen() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let (first, second) = (desk.browser("赵核"), desk.browser("钱科"));
    let (other, _) = question(&second, &["李娜", OTHER_LI]);
    let (key, page) = question(&second, &["李娜", LI]);
    let seen = page.after(SEEN).to_owned();
    decide(&first, &key, ("same", "0", ""));
    let told = decide(&second, &key, ("different", &seen, ""));
    assert!(told.body.contains("别人刚刚对同一人员作了认定") && told.body.contains("赵核"));
    // Also with what he has seen by now: another's answer has to be taken back first.
    let told = decide(&second, &key, ("different", "1", ""));
    assert!(told.body.contains("而赵核已认定“同一人”（第 1 号）"), "{}", told.body);
    let told = decide(&second, &other, ("same", "0", ""));
    assert!(told.body.contains("另一登记人员（第 1 号）"), "one student, two persons");
    assert_eq!(ledger(folder.path()).rulings().expect("readable").len(), 1);
    // What comes in by another way is seen, too.
    let call = ["decide", "undo", "project.toml", "1", "--by", "孙某"];
    assert_eq!(bidui(folder.path(), &call).status, 0);
    assert_eq!(second.get(&format!("/case/{key}")).after(SEEN), "2");
    decide(&second, &key, ("different", "2", ""));
    let history = ledger(folder.path()).history(&key).expect("readable");
    let verdicts: Vec<RulingAct> = history.iter().map(|entry| entry.verdict).collect();
    let expected = [
        RulingAct::Answered(Decided::Same),
        RulingAct::Undone,
        RulingAct::Answered(Decided::Different),
    ];
    assert_eq!(verdicts, expected);
}

#[test]
fn people_are_found_by_name_number_and_village() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let (key, _) = question(&browser, &["李娜", LI]);
    let case = ledger(folder.path()).case(&key).expect("readable").expect("a case");
    let id = case.pair.person.who.id.text;
    let (_, end) = id.split_at(14);
    let found = |words: &str| browser.follow("/people", &[("words", words)]).body;
    for words in ["李娜", end, id.as_str()] {
        let page = found(words);
        assert!(page.contains("<td class=\"keep\">李娜</td>"), "{words}");
        assert!(!page.contains(&format!(">{id}<")), "{words} shows the number");
    }
    assert!(found("查无此人的名字").matches("没有找到").count() == 2);
    let filtered = |words: &str| keys(&browser.follow("/filter", &[("words", words)])).len();
    assert_eq!((filtered("李娜"), filtered("王伟"), filtered("")), (1, 1, 2));
}

/// Toggles one question until the server is gone; hands out how many answers were acknowledged.
fn hammer(browser: &Browser, key: &str, acknowledged: &mpsc::Sender<String>) {
    let mut seen = 0;
    for number in 0.. {
        let note = format!("{key} {number}");
        let answer = if number % 2 == 0 { "different" } else { "unsure" };
        let fields = [("answer", answer), ("seen", &*seen.to_string()), ("note", &note)];
        let path = format!("/case/{key}/verdict");
        let Ok(told) = browser.try_post(&path, &fields) else { return };
        if told.status != 303 {
            return;
        }
        acknowledged.send(note).expect("somebody counts");
        let page = browser.send("GET", &format!("/case/{key}"), &[], "");
        let Ok(page) = page.map(|page| page.after(SEEN).to_owned()) else { return };
        seen = page.parse().expect("a number");
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let folder = namesakes();
    let mut desk = Desk::open(folder.path());
    let browsers = [desk.browser("赵核"), desk.browser("钱科")];
    let keys = keys(&browsers[0].get("/cases"));
    let (sender, receiver) = mpsc::channel();
    let acknowledged: Vec<String> = std::thread::scope(|scope| {
        for (browser, key) in browsers.iter().zip(&keys) {
            let sender = sender.clone();
            scope.spawn(move || hammer(browser, key, &sender));
        }
        drop(sender);
        let mut notes: Vec<String> = receiver.iter().take(300).collect();
        desk.kill();
        notes.extend(receiver.iter());
        notes
    });
    assert!(acknowledged.len() >= 300, "{} answers", acknowledged.len());
    let kept = ledger(folder.path());
    let kept: Vec<String> =
        kept.rulings_after(0).expect("readable").into_iter().map(|entry| entry.note).collect();
    let lost: Vec<&String> = acknowledged.iter().filter(|note| !kept.contains(note)).collect();
    assert!(lost.is_empty(), "{lost:?} of {}", acknowledged.len());
    let database = rusqlite::Connection::open(folder.path().join("bidui.db")).expect("a database");
    let sound: String =
        database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked");
    assert_eq!(sound, "ok");
}

/// A desk in this process, and a browser that came in.
pub fn serve(
    desk: (Survey, Ledger),
    limits: DeskLimits,
    clock: Arc<TestClock>,
    again: Arc<desk::Again>,
) -> (Browser, JoinHandle<Result<(), desk::DeskError>>) {
    let (browser, server, _) = serve_at_a_terminal(desk, limits, clock, again);
    (browser, server)
}

/// The same with the start addresses the terminal shows later.
pub fn serve_at_a_terminal(
    (survey, ledger): (Survey, Ledger),
    limits: DeskLimits,
    clock: Arc<TestClock>,
    again: Arc<desk::Again>,
) -> (Browser, JoinHandle<Result<(), desk::DeskError>>, mpsc::Receiver<String>) {
    let (sender, receiver) = mpsc::channel();
    let (at_terminal, terminal) = mpsc::channel();
    let server = std::thread::spawn(move || {
        let mut announce = |address: &str| sender.send(address.to_owned()).expect("heard");
        let admit = Arc::new(move |address: &str| {
            at_terminal.send(address.to_owned()).expect("somebody sits there");
        });
        let reader = Arc::clone(&clock);
        let whole = Arc::new(move |kept: &Survey, progress: &dyn Progress| {
            pipeline::whole(kept, &*reader, progress).map_err(|error| error.to_string())
        });
        let settings = desk::DeskSettings { port: 0, limits, clock, again, whole, admit };
        desk::serve(survey, ledger, settings, &mut announce)
    });
    let address = receiver.recv().expect("an address");
    let (host, path) = address.trim_start_matches("http://").split_once('/').expect("a path");
    let mut browser = Browser::new(host);
    browser.enter(&format!("/{path}"));
    (browser, server, terminal)
}

pub struct TestClock(Instant);

/// A clock of which only the seconds go on.
pub fn clock() -> Arc<TestClock> {
    Arc::new(TestClock(Instant::now()))
}

/// What a desk of a folder's project shows.
pub fn survey(folder: &Path, clock: &Arc<TestClock>) -> (Survey, Ledger) {
    let project = Project::load(&folder.join("project.toml"), None).expect("a project");
    pipeline::survey(project, &**clock, &Silent).expect("a survey")
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

#[test]
fn sessions_and_the_server_end_when_nobody_asks() {
    let folder = namesakes();
    let clock = clock();
    let desk = survey(folder.path(), &clock);
    let limits =
        DeskLimits { session: Duration::from_secs(1), ..DeskLimits::new(Duration::from_secs(3)) };
    let (browser, server) = serve(desk, limits, clock, Arc::new(|_| Err("没有".to_owned())));
    assert_eq!(browser.get("/cases").status, 200);
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(browser.get("/cases").status, 401, "the session has ended");
    server.join().expect("no panic").expect("ended by itself");
    assert!(browser.send("GET", "/cases", &[], "").is_err(), "nobody listens");
}
