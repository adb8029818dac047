//! The review page opens with what the last run has kept. What it shows then is what it shows with everybody,
//! byte for byte; pages that need everybody come after a page that asks to wait.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bidui::config::Project;
use bidui::desk::{self, DeskLimits};
use bidui::ledger::Ledger;
use bidui::linkage::decisions::Answer;
use bidui::pipeline::{self, ReviewOpening, Survey};
use bidui::sources::Silent;

use crate::periods::edit;
use crate::review::{self, TestClock, keys, namesakes};
use crate::review_many;
use crate::support::desk::{Browser, Desk, program};
use crate::support::program::fixture;
use crate::support::{story, world};

const WAITING: &str = "正在读取全部名单";

fn project(folder: &Path) -> Project {
    Project::load(&folder.join("project.toml"), None).expect("a project")
}

/// What the last run of a folder has kept.
fn kept(folder: &Path) -> (Survey, Ledger) {
    match pipeline::review_opening(&project(folder)).expect("a ledger") {
        ReviewOpening::Kept(kept) => (kept.survey, kept.ledger),
        ReviewOpening::Whole(why) => panic!("{why}"),
    }
}

/// Why nothing that is kept can be used.
fn refused(folder: &Path) -> String {
    match pipeline::review_opening(&project(folder)).expect("a ledger") {
        ReviewOpening::Kept(_) => panic!("it is used"),
        ReviewOpening::Whole(why) => why.to_owned(),
    }
}

/// A desk in this process with a clerk at it.
struct OwnDesk {
    browser: Browser,
    _server: JoinHandle<Result<(), desk::DeskError>>,
}

impl OwnDesk {
    fn open(desk: (Survey, Ledger), clock: &Arc<TestClock>) -> Self {
        let limits = DeskLimits::new(Duration::from_mins(5));
        let again: Arc<desk::Again> = Arc::new(|_| Err("没有".to_owned()));
        let (browser, server) = review::serve(desk, limits, Arc::clone(clock), again);
        browser.post("/door", &[("clerk", "赵核")]);
        Self { browser, _server: server }
    }

    /// A page without what is another in every session.
    fn page(&self, path: &str) -> String {
        let page = self.browser.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        page.body.replace(&self.browser.secret, "SECRET")
    }

    /// The same once everybody has been read.
    fn whole_page(&self, path: &str) -> String {
        loop {
            let page = self.page(path);
            if !page.contains(WAITING) {
                return page;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The first page of a list.
    fn list(&self, filter: &[(&str, &str)]) -> String {
        let told = self.browser.post("/filter", filter);
        let address = told.header("location").to_owned();
        self.page(&address)
    }
}

/// Wants two pages to be the same.
fn same(path: &str, one: &str, other: &str) {
    let pieces = one.split('>').zip(other.split('>'));
    let differs = pieces.into_iter().find(|(one, other)| one != other);
    assert_eq!((differs, one.len()), (None, other.len()), "{path}");
}

/// Wants the same pages of both desks.
fn compare(one: &OwnDesk, other: &OwnDesk, keys: &[String]) {
    for desk in [one, other] {
        desk.browser.post(&format!("/case/{}/reveal", keys[0]), &[]);
    }
    for path in ["/cases", "/overview", "/rulings", "/settings", "/changes", "/door"] {
        same(path, &one.page(path), &other.page(path));
    }
    for key in keys {
        let path = format!("/case/{key}");
        same(&path, &one.page(&path), &other.page(&path));
    }
    for filter in [
        [("progress", ""), ("order", "school")],
        [("progress", "open"), ("order", "pattern")],
        [("progress", "done"), ("words", "村")],
        [("progress", ""), ("institution", "1")],
    ] {
        same("/cases", &one.list(&filter), &other.list(&filter));
    }
}

fn all_keys(survey: &Survey) -> Vec<String> {
    survey.results().cases.iter().map(|case| case.key.clone()).collect()
}

/// Compares what a folder's last run has kept with the whole of it.
fn compare_folder(folder: &Path, least: usize) -> [OwnDesk; 2] {
    let clock = review::clock();
    let (kept, ledger) = kept(folder);
    let whole = pipeline::whole(&kept, &*clock, &Silent).expect("the same run");
    assert!(!kept.is_whole() && whole.is_whole());
    let persons = |survey: &Survey| survey.results().records.persons.len();
    assert!(persons(&kept) <= persons(&whole));
    let keys = all_keys(&whole);
    assert_eq!(all_keys(&kept), keys);
    assert!(keys.len() >= least, "{} questions", keys.len());
    let whole = OwnDesk::open((whole, Ledger::open(folder).expect("a ledger")), &clock);
    let kept = OwnDesk::open((kept, ledger), &clock);
    compare(&kept, &whole, &keys);
    [kept, whole]
}

#[test]
fn pages_made_of_what_the_example_has_kept_are_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("example"), folder.path());
    story::run(folder.path()).expect("a run");
    compare_folder(folder.path(), 2);
}

#[test]
fn pages_of_a_long_list_of_namesakes_are_the_same() {
    let folder = review_many::project();
    story::run(folder.path()).expect("a run");
    compare_folder(folder.path(), 160);
}

/// Two half-years of a generated town, with wishes, families and ties; people have ruled, and rule again
/// after the run.
#[test]
fn pages_of_a_town_where_people_have_ruled_are_the_same_and_so_are_those_of_everybody() {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&world::shared().round(true), folder.path());
    edit(folder.path(), "project.toml", |text| text + "\n[review]\naudit = 40\n");
    let answers = [Some(Answer::Unsure), Some(Answer::Different), Some(Answer::Same), None];
    let (survey, mut ledger) = story::survey(folder.path());
    story::rule((&survey, &mut ledger), false, |_, place| {
        answers[place % 4].filter(|_| place % 3 == 0)
    });
    drop((survey, ledger));
    story::run(folder.path()).expect("a run");
    let (survey, mut ledger) = kept(folder.path());
    story::rule((&survey, &mut ledger), true, |_, place| {
        answers[(place + 1) % 3].filter(|_| place < 4)
    });
    drop((survey, ledger));
    let [kept, whole] = compare_folder(folder.path(), 20);
    assert!(kept.page("/cases").contains("有新的认定还没有计入"));
    assert!(kept.page("/overview").contains("与上期相比"));
    let first = keys(&whole.browser.get("/cases")).swap_remove(0);
    let case = [&kept, &whole].map(|desk| desk.browser.get(&format!("/case/{first}")));
    let row = case[0].after("<a href=\"/people?").replace("&amp;", "&");
    let people = format!("/people?{row}");
    assert!(kept.page(&people).contains(WAITING), "not everybody is there yet");
    assert!(!kept.page("/cases").contains(WAITING), "questions are");
    for path in
        [&people, "/people", "/findings", "/figures", "/against?round=0&form=annex2&code=a2_3"]
    {
        same(path, &kept.whole_page(path), &whole.page(path));
    }
    // The same pages afterwards, made of everybody.
    for path in ["/overview", "/rulings", &format!("/case/{first}")] {
        same(path, &kept.page(path), &whole.page(path));
    }
}

#[test]
fn what_is_kept_is_used_only_while_nothing_has_changed() {
    let folder = namesakes();
    assert!(refused(folder.path()).contains("还没有比对过"), "no ledger");
    story::run(folder.path()).expect("a run");
    kept(folder.path());
    edit(folder.path(), "project.toml", |text| {
        text.replace("as_of = 2019-06-10", "as_of = 2019-06-11")
    });
    assert!(refused(folder.path()).contains("与上一次比对时不同"), "a setting");
    // Questions as a survey sees them that nobody published.
    drop(story::survey(folder.path()));
    edit(folder.path(), "project.toml", |text| {
        text.replace("as_of = 2019-06-11", "as_of = 2019-06-10")
    });
    let (survey, ledger) = kept(folder.path());
    let key = &survey.results().cases[0].key;
    let put = ledger.case(key).expect("readable").expect("a question");
    assert_eq!(put.view.run_id, survey.run_id(), "asked again as the published run does");
    drop(ledger);
    let before = bidui::ledger::FILE_NAME;
    let database = rusqlite::Connection::open(folder.path().join(before)).expect("a database");
    let damage = "UPDATE questions SET content = zeroblob(40)";
    assert_eq!(database.execute(damage, []).expect("written"), 1);
    assert!(refused(folder.path()).contains("先读取全部名单"), "damaged");
    story::run(folder.path()).expect("a run");
    kept(folder.path());
    assert_eq!(database.execute("UPDATE questions SET layout = 0", []).expect("written"), 1);
    assert!(refused(folder.path()).contains("别的版本"), "another layout");
}

/// Answered by a desk that reads nothing, and taken in by the run of the button, which compares every row.
#[test]
fn a_ruling_and_a_new_run_from_what_was_kept() {
    let folder = namesakes();
    story::run(folder.path()).expect("a run");
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let (key, page) = review::question(&browser, &["李娜", review::LI]);
    let seen = page.after("name=\"seen\" value=\"").to_owned();
    review::decide(&browser, &key, ("same", &seen, "户口簿已核"));
    let told = browser.run_again().body;
    assert!(told.contains("待核 → 比对一致"), "{told}");
    let people = browser.get("/people").body;
    assert!(!people.contains(WAITING), "the new run has everybody");
}

#[test]
fn files_that_changed_meanwhile_are_told_and_figures_are_compared_all_the_same() {
    let folder = namesakes();
    story::run(folder.path()).expect("a run");
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let (key, page) = review::question(&browser, &["李娜", review::LI]);
    let seen = page.after("name=\"seen\" value=\"").to_owned();
    review::decide(&browser, &key, ("same", &seen, ""));
    let registry = fs_err::read_dir(folder.path().join("inputs/registry")).expect("a folder");
    let file = registry.map(|item| item.expect("an item").path()).next().expect("a file");
    let text = fs_err::read_to_string(&file).expect("text");
    fs_err::write(&file, text + "\n").expect("written");
    let refused = loop {
        let page = browser.get("/people").body;
        if !page.contains(WAITING) {
            break page;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(
        refused.contains("当时的全部名单已经读不出来") && refused.contains("再读一次"),
        "{refused}"
    );
    assert_eq!(browser.get("/cases").status, 200);
    let again = browser.post("/everybody", &[("page", "/findings")]);
    assert_eq!(again.header("location"), "/findings");
    assert!(browser.get("/findings").body.contains(WAITING), "it is tried again");
    let told = browser.run_again().body;
    assert!(told.contains("不能逐行比较") && told.contains("总计"), "{told}");
    assert!(!browser.get("/people").body.contains("读不出来"), "the new run has everybody");
}

/// What a review page tells the terminal beside its address.
fn complaint(folder: &Path) -> String {
    let mut command = Command::new(program());
    command.args(["review", "project.toml", "--quiet"]).current_dir(folder);
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
    assert!(line.starts_with("http://127.0.0.1:"), "{line}");
    child.kill().expect("killed");
    String::from_utf8(child.wait_with_output().expect("ended").stderr).expect("text")
}

#[test]
fn the_terminal_says_why_it_takes_long() {
    let folder = namesakes();
    let told = complaint(folder.path());
    assert!(told.contains("先读取全部名单") && told.trim().lines().count() == 1, "{told}");
    story::run(folder.path()).expect("a run");
    assert_eq!(complaint(folder.path()), "");
}
