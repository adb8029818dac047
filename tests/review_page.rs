//! The review page at work: two clerks, a group sent back, what is known beside a candidate, how it fits.

use serde_json::json;

use crate::browser::come_in;
use crate::review::{keys, question};
use crate::support::chromium::Chromium;
use crate::support::desk::{Browser, Desk};
use crate::support::program::fixture;
use crate::support::story;

fn example() -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("example"), folder.path());
    let desk = Desk::open(folder.path());
    (folder, desk)
}

/// The keys of all questions about the row a question is about.
fn of_row(browser: &Browser, key: &str) -> Vec<String> {
    let page = browser.get(&format!("/case/{key}")).body;
    let heads = page.split("</thead>").next().expect("a table");
    let links = heads.split("<a href=\"/case/").skip(1);
    let mut all = vec![key.to_owned()];
    all.extend(links.map(|link| link.split('"').next().expect("a key").to_owned()));
    all
}

#[test]
fn two_clerks_are_never_sent_to_the_same_question() {
    let (_folder, desk) = example();
    let (first, second) = (desk.browser("赵核"), desk.browser("钱科"));
    let waiting = keys(&first.get("/cases"));
    assert_eq!(waiting.len(), 2);
    let taken = of_row(&first, &waiting[0]);
    let list = second.get("/cases").body;
    assert!(list.contains("赵核 正在看"), "{list}");
    let mut key = waiting[1].clone();
    let mut visited = 0;
    let told = loop {
        second.get(&format!("/case/{key}"));
        let fields = [("answer", "unsure"), ("seen", "0"), ("note", "")];
        let told = second.post(&format!("/case/{key}/verdict"), &fields);
        visited += 1;
        let Some(next) = told.header("location").strip_prefix("/case/") else { break told };
        key = next.split('?').next().expect("a key").to_owned();
        assert!(!taken.contains(&key), "{key} is before the other clerk");
        assert!(visited < 20, "it ends");
    };
    assert_eq!(visited, 1);
    assert!(told.header("location").starts_with("/cases"));
    assert!(second.get(told.header("location")).body.contains("别人正开着"));
    // Whoever opens it all the same is told.
    let page = second.get(&format!("/case/{}", waiting[0])).body;
    assert!(page.contains("赵核 也正开着这一条"), "{page}");
    first.get("/cases");
    assert!(!second.get(&format!("/case/{}", waiting[0])).body.contains("也正开着"));
}

#[test]
fn rows_without_a_whole_number_go_back_together() {
    let (folder, desk) = example();
    let browser = desk.browser("赵核");
    let page = browser.get("/cases").body;
    assert!(page.contains("退回学校补号（本清单 2 人没有完好的证件号）"), "{page}");
    let told = browser.post("/send-back", &[]);
    let page = browser.get(told.header("location")).body;
    assert!(page.contains("备注“退回学校补号”"), "{page}");
    assert_eq!(keys(&browser.get("/cases")), Vec::<String>::new());
    let ledger = bidui::ledger::Ledger::open(folder.path()).expect("a ledger");
    let kept = ledger.rulings_after(0).expect("readable");
    assert!(kept.len() >= 2);
    assert!(kept.iter().all(|one| one.note == "退回学校补号" && one.clerk == "赵核"));
    // Taken back like any other.
    let number = kept.last().expect("one").number.to_string();
    browser.post("/undo", &[("number", &number)]);
    assert_eq!(keys(&browser.get("/cases")).len(), 1);
}

#[test]
fn lists_are_put_in_order_and_findings_found_by_name() {
    let (_folder, desk) = example();
    let browser = desk.browser("赵核");
    let in_order = |order: &str| {
        let told = browser.post("/filter", &[("progress", "open"), ("order", order)]);
        let page = browser.get(told.header("location"));
        let schools = page.body.split("<tr data-href").skip(1);
        let cell = |row: &str| {
            row.split("<td>")
                .nth(1)
                .map(|cell| cell.split('<').next().unwrap_or_default().to_owned())
        };
        schools.filter_map(cell).collect::<Vec<String>>()
    };
    let (by_worth, by_school) = (in_order(""), in_order("school"));
    let (mut left, mut right) = (by_worth.clone(), by_school.clone());
    left.sort();
    right.sort();
    assert_eq!((by_worth.len(), left), (2, right));
    assert_eq!(in_order("pattern").len(), 2);
    // The next in the list's own order.
    let page = browser.get("/cases");
    let waiting = keys(&page);
    let case = browser.get(&format!("/case/{}", waiting[0])).body;
    assert!(case.contains(&format!("rel=\"next\" href=\"/case/{}\"", waiting[1])), "{case}");
    let told = browser
        .post("/findings", &[("words", "颜宁"), ("kind", ""), ("place", ""), ("county", "")]);
    assert!(!told.header("location").contains('颜') && !told.header("location").contains("%E9"));
    let found = browser.get(told.header("location")).body;
    assert!(found.contains("value=\"颜宁\""), "{found}");
    let rows = found.matches("<td class=\"keep\">颜宁</td>").count();
    assert_eq!(found.matches("<tr><td>").count(), rows, "{found}");
    // Full-width digits are digits.
    let page = browser.follow("/people", &[("words", "４７５９")]).body;
    assert!(!page.contains("没有找到</small></h2><h2>学籍"), "{page}");
    assert!(page.contains("********4759"), "{page}");
}

#[test]
fn who_a_candidate_is_linked_to_already_stands_beside_it() {
    let (_folder, desk) = example();
    let browser = desk.browser("赵核");
    let (_, page) = question(&browser, &["颜宁", "富锦市技工学校"]);
    let row = page.body.split("本期已比中</th>").nth(1).expect("a row");
    let row = row.split("</tr>").next().expect("an end");
    assert!(row.contains("富锦市技工学校 2018-09-03 <span class=\"faint\">100.0%</span>"), "{row}");
}

#[test]
fn single_keys_can_be_switched_off() {
    let Some(mut chromium) = Chromium::start() else { return };
    let (_folder, desk) = example();
    let window = come_in(&mut chromium, &desk, "赵核");
    let address = |path: &str| format!("http://{}{path}", desk.host);
    let current = "document.querySelectorAll('tr.current').length";
    let switch = |chromium: &mut Chromium, is_on: bool| {
        chromium.open(&window, &address("/settings"));
        chromium.value(&window, "document.querySelector('#keys').click()");
        let checked = chromium.value(&window, "document.querySelector('#keys').checked");
        assert_eq!(checked, json!(is_on));
        chromium.open(&window, &address("/cases"));
        chromium.press(&window, "j");
    };
    switch(&mut chromium, false);
    chromium.press(&window, "j");
    assert_eq!(chromium.value(&window, current), json!(0));
    switch(&mut chromium, true);
    chromium.wait(&window, &format!("{current} === 1"));
}

/// All the lines' weights, the start and what others share, and what they come to.
const SUMS: &str = "[...document.querySelectorAll('table.sides thead th[scope=col]')].slice(2).map((_, at) => {
    const rows = [...document.querySelectorAll('table.sides tbody tr')];
    const cells = rows.map((row) => row.querySelectorAll('td')[at + 1]);
    const lines = cells.flatMap((cell) => [...cell.querySelectorAll('.weight')]).map((one) => Number(one.innerText));
    const last = cells[cells.length - 1].innerText.replaceAll('−', '-');
    const [total, start, ...rest] = [...last.matchAll(/[+-][0-9.]+/g)].map((one) => Number(one[0]));
    const sum = [start, ...rest, ...lines].reduce((a, b) => a + b, 0);
    const odds = 2 ** total;
    return [Math.abs(sum - total) < 0.05 * (lines.length + 4), Math.abs(100 * odds / (1 + odds) - Number(last.match(/([0-9.]+)%/)[1])) < 2.5];
})";

#[test]
fn a_case_fits_a_small_screen_and_its_weights_add_up() {
    let Some(mut chromium) = Chromium::start() else { return };
    let (_folder, desk) = example();
    let window = come_in(&mut chromium, &desk, "赵核");
    chromium.resize(&window, 1366, 625);
    let list = "[...document.querySelectorAll('tr[data-href]')].map((row) => row.dataset.href)";
    let cases = chromium.value(&window, list);
    for case in cases.as_array().expect("cases") {
        let address = format!("http://{}{}", desk.host, case.as_str().expect("an address"));
        chromium.open(&window, &address);
        let high = chromium.value(&window, "document.documentElement.scrollHeight");
        assert!(high.as_u64().is_some_and(|high| high <= 625), "{case} is {high} high");
        let sums = chromium.value(&window, SUMS);
        let all = sums.as_array().expect("candidates");
        assert!(
            !all.is_empty() && all.iter().all(|one| *one == json!([true, true])),
            "{case}: {sums}"
        );
    }
    // Keys: the next candidate, the full numbers, and back to where the list was left.
    let press = |chromium: &mut Chromium, key: &str, until: &str| {
        chromium.wait(&window, "document.documentElement.dataset.listening !== undefined");
        chromium.press(&window, key);
        chromium.wait(&window, &format!("document.readyState === 'complete' && {until}"));
    };
    press(&mut chromium, "r", "!document.querySelector('form[action$=reveal]')");
    press(&mut chromium, "Escape", "location.pathname === '/cases'");
    chromium.wait(&window, "document.querySelectorAll('tr.current').length === 1");
    let stood = chromium.value(&window, "document.querySelector('tr.current').dataset.href");
    assert_eq!(stood, cases[1]);
    press(&mut chromium, "Enter", "location.pathname.startsWith('/case/')");
    press(&mut chromium, "f", "location.pathname === '/people'");
    // Twice as large, as on a low screen: nothing is cut off sideways.
    chromium.resize(&window, 683, 312);
    for path in ["/cases", cases[0].as_str().expect("a case"), "/overview"] {
        chromium.open(&window, &format!("http://{}{path}", desk.host));
        let hidden = "[...document.querySelectorAll('button, a, input')].filter((one) => one.getBoundingClientRect().right > document.documentElement.scrollWidth + 1).length";
        assert_eq!(chromium.value(&window, hidden), json!(0), "{path}");
    }
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}
