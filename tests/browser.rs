//! The review page in a real browser: keys, fields, two windows at once, and whether everybody can
//! read it. Left out, and said so, where Chromium is not installed.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use bidui::ledger::Ledger;
use serde_json::json;

use crate::support::chromium::{Chromium, Window};
use crate::support::desk::Desk;
use crate::support::program::fixture;
use crate::support::story;

#[expect(clippy::print_stderr, reason = "a test that is left out says why")]
fn chromium() -> Option<Chromium> {
    let started = Chromium::start();
    if started.is_none() {
        eprintln!("skipped: chromium is not installed");
    }
    started
}

fn namesakes() -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().expect("a folder");
    story::copy(&fixture("cases/namesakes"), folder.path());
    let desk = Desk::open(folder.path());
    (folder, desk)
}

/// A window that came in and gave a name, with the list before it.
pub fn come_in(chromium: &mut Chromium, desk: &Desk, clerk: &str) -> Window {
    let window = chromium.window();
    chromium.open(&window, &format!("http://{}{}", desk.host, desk.entrance()));
    // The cursor comes to the field with the first picture, which may be after the page is there.
    chromium.wait(&window, "document.activeElement.id === 'clerk'");
    chromium.write(&window, clerk);
    chromium.press(&window, "Enter");
    chromium.wait(&window, "location.pathname === '/cases'");
    chromium.wait(&window, "document.readyState === 'complete'");
    window
}

/// A page that hears answers: those pressed while it comes up are not for it.
const LISTENING: &str = "document.documentElement.dataset.listening !== undefined";

fn press_until(chromium: &mut Chromium, window: &Window, (key, until): (&str, &str)) {
    chromium.wait(window, LISTENING);
    chromium.press(window, key);
    chromium.wait(window, &format!("document.readyState === 'complete' && {until}"));
}

fn told(words: &str) -> String {
    format!("document.querySelector('.notice')?.innerText.includes('{words}')")
}

const AT_CASE: &str = "location.pathname.startsWith('/case/')";

#[test]
fn a_clerk_decides_with_the_keyboard_alone() {
    let Some(mut chromium) = chromium() else { return };
    let (folder, desk) = namesakes();
    let window = come_in(&mut chromium, &desk, "赵核");
    let go = |chromium: &mut Chromium, step: (&str, &str)| press_until(chromium, &window, step);
    let current = "document.querySelectorAll('tr.current').length === 1";
    go(&mut chromium, ("j", current));
    go(&mut chromium, ("j", "document.querySelectorAll('tr[data-href]')[1].matches('.current')"));
    go(&mut chromium, ("k", "document.querySelectorAll('tr[data-href]')[0].matches('.current')"));
    go(&mut chromium, ("Enter", AT_CASE));
    let first = chromium.value(&window, "location.pathname");
    // Digits in the remark are letters of the remark.
    go(&mut chromium, ("b", "document.activeElement.name === 'note'"));
    chromium.press(&window, "1");
    go(&mut chromium, ("Enter", "document.activeElement === document.body"));
    assert_eq!(chromium.value(&window, "document.querySelector('[name=note]').value"), json!("1"));
    assert_eq!(chromium.value(&window, "location.pathname"), first);
    go(&mut chromium, ("3", &told("第 1 号")));
    go(&mut chromium, ("u", &told("已撤回第 1 号")));
    assert_eq!(chromium.value(&window, "location.pathname"), first, "back at the question");
    go(&mut chromium, ("1", &told("同一人，已记入台账（第 3 号）")));
    chromium.reload(&window);
    go(&mut chromium, ("Escape", "location.pathname === '/cases'"));
    assert_eq!(
        chromium.value(&window, "document.querySelectorAll('tr[data-href]').length"),
        json!(1)
    );
    let kept = Ledger::open(folder.path()).expect("a ledger").rulings_after(0).expect("readable");
    let notes: Vec<&str> = kept.iter().map(|entry| entry.note.as_str()).collect();
    assert_eq!(notes, ["1", "", ""]);
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}

#[test]
fn search_filter_and_mask_work_in_two_windows_at_once() {
    let Some(mut chromium) = chromium() else { return };
    let (_folder, desk) = namesakes();
    let one = come_in(&mut chromium, &desk, "赵核");
    let two = come_in(&mut chromium, &desk, "钱科");
    press_until(&mut chromium, &one, ("/", "document.activeElement.id === 'search'"));
    chromium.write(&one, "李娜");
    let rows =
        |count: usize| format!("document.querySelectorAll('tr[data-href]').length === {count}");
    press_until(&mut chromium, &one, ("Enter", &rows(1)));
    chromium.wait(&two, &rows(2));
    press_until(&mut chromium, &one, ("j", "document.querySelector('tr.current') !== null"));
    press_until(&mut chromium, &one, ("Enter", AT_CASE));
    let hidden = "document.querySelector('table.sides').innerText.includes('********')";
    chromium.wait(&one, hidden);
    let address = chromium.value(&one, "location.href");
    chromium.open(&two, address.as_str().expect("an address"));
    chromium.value(&one, "document.querySelector('form[action$=reveal] button').click()");
    chromium.wait(&one, &format!("document.readyState === 'complete' && !({hidden})"));
    chromium.wait(&two, hidden);
    press_until(&mut chromium, &one, ("1", &told("已记入台账（第 1 号）")));
    press_until(&mut chromium, &two, ("2", &told("别人刚刚对同一人员作了认定")));
    chromium
        .wait(&two, "document.querySelector('.verdict').innerText.includes('赵核 已认定 同一人')");
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}

/// Chooses every value of a field of the filter in turn: what it says, and how many rows it leaves.
/// Each of these rows must say the same.
fn chosen(chromium: &mut Chromium, window: &Window, field: &str) -> Vec<(String, usize)> {
    let select = format!("document.querySelector('form.filters select[name={field}]')");
    let words = chromium.value(window, &format!("[...{select}.options].map((one) => one.text)"));
    let words: Vec<String> = serde_json::from_value(words).expect("texts");
    let mut found = Vec::new();
    for (place, word) in words.into_iter().enumerate() {
        chromium.value(window, &format!("{select}.selectedIndex = {place}"));
        click(chromium, window, "form.filters button");
        let rows = "[...document.querySelectorAll('tr[data-href]')].map((row) => row.innerText)";
        let rows: Vec<String> =
            serde_json::from_value(chromium.value(window, rows)).expect("texts");
        let kept = chromium.value(window, &format!("{select}.selectedIndex"));
        assert_eq!(kept, json!(place), "the field shows what was chosen");
        let (name, _) = word.split_once('（').unwrap_or((&word, ""));
        if field != "progress" && name != "全部" {
            assert!(rows.iter().all(|row| row.contains(name)), "{word}: {rows:?}");
        }
        found.push((word, rows.len()));
    }
    chromium.value(window, &format!("{select}.selectedIndex = 0"));
    click(chromium, window, "form.filters button");
    found
}

/// Clicks what leads to another page and waits for it.
fn click(chromium: &mut Chromium, window: &Window, selector: &str) {
    chromium.value(window, "window.isOld = true");
    chromium.value(window, &format!("document.querySelector('{selector}').click()"));
    chromium.wait(window, "!window.isOld && document.readyState === 'complete'");
}

#[test]
fn filters_leave_the_rows_they_name_and_stay_after_a_reload() {
    let Some(mut chromium) = chromium() else { return };
    let (_folder, desk) = namesakes();
    let window = come_in(&mut chromium, &desk, "赵核");
    for field in ["class", "institution"] {
        let found = chosen(&mut chromium, &window, field);
        assert!(found.len() > 1 && found[0].1 == 2, "{field}: {found:?}");
        let sum: usize = found[1..].iter().map(|(_, rows)| rows).sum();
        assert_eq!(sum, 2, "every row is under one value: {found:?}");
    }
    press_until(&mut chromium, &window, ("j", "document.querySelector('tr.current') !== null"));
    press_until(&mut chromium, &window, ("Enter", AT_CASE));
    press_until(&mut chromium, &window, ("1", &told("已记入台账")));
    press_until(&mut chromium, &window, ("Escape", "location.pathname === '/cases'"));
    let by_progress = chosen(&mut chromium, &window, "progress");
    let rows: Vec<usize> = by_progress.iter().map(|(_, rows)| *rows).collect();
    assert_eq!(rows, [1, 1, 2], "{by_progress:?}");
    let select = "document.querySelector('form.filters select[name=progress]')";
    chromium.value(&window, &format!("{select}.selectedIndex = 2"));
    click(&mut chromium, &window, "form.filters button");
    chromium.reload(&window);
    assert_eq!(
        chromium.value(&window, "document.querySelectorAll('tr[data-href]').length"),
        json!(2)
    );
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}

/// A page of somebody else's on this machine; its address.
fn foreign_page(body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let length = body.len();
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}");
            // A browser that opens a connection ahead and says nothing must not hold up the next.
            let _reader = std::thread::spawn({
                let answer = format!("{head}\r\nConnection: close\r\n\r\n{body}");
                move || {
                    if stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
                        stream.write_all(answer.as_bytes()).expect("it listens");
                    }
                }
            });
        }
    });
    format!("http://{address}/")
}

#[test]
fn a_browser_gets_in_by_the_whole_address_only() {
    let Some(mut chromium) = chromium() else { return };
    let (_folder, desk) = namesakes();
    let window = chromium.window();
    let says = |words: &str| format!("document.body.innerText.includes('{words}')");
    let (path, _) = desk.start.split_once('=').expect("a token");
    chromium.open(&window, &format!("http://{}{path}=0123456789", desk.host));
    chromium.wait(&window, &says("网址里的口令不对"));
    chromium.open(&window, &format!("http://{}/cases", desk.host));
    chromium.wait(&window, &says("请重新进入"));
    // Every name under localhost is this machine to a browser, as a name that was pointed here is.
    let (_, port) = desk.host.split_once(':').expect("a port");
    let start = desk.entrance();
    chromium.open(&window, &format!("http://elsewhere.localhost:{port}{start}"));
    assert_eq!(chromium.value(&window, "document.querySelector('form') === null"), json!(true));
    chromium.open(&window, &format!("http://elsewhere.localhost:{port}/cases"));
    assert_eq!(
        chromium.value(&window, "document.querySelectorAll('tr[data-href]').length"),
        json!(0)
    );
    chromium.open(&window, &format!("http://{}{start}", desk.host));
    chromium.wait(&window, "document.querySelector('input[name=clerk]') !== null");
}

#[test]
fn a_form_on_somebody_elses_page_decides_nothing() {
    let Some(mut chromium) = chromium() else { return };
    let (folder, desk) = namesakes();
    let window = come_in(&mut chromium, &desk, "赵核");
    let case = chromium.value(&window, "document.querySelector('tr[data-href]').dataset.href");
    let case = case.as_str().expect("an address");
    let secret = chromium.value(&window, "document.querySelector('[name=secret]').value");
    let secret = secret.as_str().expect("a secret");
    // It even knows the secret, and its site is ours: another port of the same address.
    let form = format!(
        "<form method=post action='http://{}{case}/verdict'><input name=answer value=same>\
         <input name=seen value=0><input name=secret value={secret}><button></form>",
        desk.host
    );
    chromium.open(&window, &foreign_page(form));
    click(&mut chromium, &window, "button");
    let page = chromium.value(&window, "location.pathname + ' ' + document.body.innerText");
    let page = page.as_str().expect("a text");
    assert!(page.starts_with(case) && page.contains("没有执行"), "{page}");
    let kept = Ledger::open(folder.path()).expect("a ledger").rulings_after(0).expect("readable");
    assert!(kept.is_empty(), "{kept:?}");
    chromium.open(&window, &format!("http://{}{case}", desk.host));
    press_until(&mut chromium, &window, ("1", &told("已记入台账（第 1 号）")));
}

/// Least contrast of text on the page: the ratio of WCAG, and where.
pub const CONTRAST: &str = "(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let e = node; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  let least = [21, ''];
  for (const e of document.body.querySelectorAll('*')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || e.closest('svg') || e.disabled) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least[0]) least = [ratio, e.outerHTML.slice(0, 80)];
  }
  return least;
})()";

/// Fields without a name of their own.
const NAMELESS: &str = "[...document.querySelectorAll('input:not([type=hidden]), select')]
    .filter((field) => field.labels.length === 0).map((field) => field.outerHTML)";

#[test]
fn every_page_can_be_read_at_1366_pixels() {
    let Some(mut chromium) = chromium() else { return };
    let (_folder, desk) = namesakes();
    let window = come_in(&mut chromium, &desk, "赵核");
    let first = chromium.value(&window, "document.querySelector('tr[data-href]').dataset.href");
    let first = first.as_str().expect("an address").to_owned();
    for path in
        ["/cases", &first, "/overview", "/people", "/findings", "/rulings", "/settings", "/door"]
    {
        chromium.open(&window, &format!("http://{}{path}", desk.host));
        let wide = chromium.value(&window, "document.documentElement.scrollWidth");
        assert!(wide.as_u64().is_some_and(|wide| wide <= 1366), "{path} is {wide} wide");
        let least = chromium.value(&window, CONTRAST);
        assert!(least[0].as_f64().is_some_and(|ratio| ratio >= 4.5), "{path}: {least}");
        assert_eq!(chromium.value(&window, NAMELESS), json!([]), "{path}");
        assert_eq!(chromium.value(&window, "document.documentElement.lang"), json!("zh-CN"));
    }
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}

const ROWS: &str = "document.querySelectorAll('tr[data-href]').length";
const REMARK: &str = "document.querySelector('[name=note]')";

fn rulings(folder: &tempfile::TempDir) -> usize {
    let ledger = Ledger::open(folder.path()).expect("a ledger");
    ledger.rulings_after(0).expect("readable").len()
}

#[test]
fn a_page_that_has_just_come_up_hears_no_answers() {
    let Some(mut chromium) = chromium() else { return };
    let (folder, desk) = namesakes();
    let window = come_in(&mut chromium, &desk, "赵核");
    press_until(&mut chromium, &window, ("j", "document.querySelector('tr.current') !== null"));
    press_until(&mut chromium, &window, ("Enter", AT_CASE));
    chromium.wait(&window, LISTENING);
    let heard = chromium.value(&window, "performance.now()");
    assert!(heard.as_f64().is_some_and(|time| time >= 400.0), "{heard}");
    // As right after loading, for as long as this takes on a slow machine.
    chromium.value(&window, "rest(); since = performance.now() + 5000");
    let before = chromium.value(&window, "location.href");
    for key in ["1", "2", "3", "u"] {
        chromium.press(&window, key);
    }
    for key in ["Enter", " "] {
        chromium.value(&window, "document.querySelector('button.answer').focus()");
        chromium.press(&window, key);
    }
    chromium.value(&window, "document.querySelector('button.answer').click()");
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(chromium.value(&window, "location.href"), before);
    assert_eq!(rulings(&folder), 0);
    // Where to look is no answer: that is heard at once.
    chromium.press(&window, "j");
    chromium.wait(
        &window,
        &format!("location.href !== {before} && document.readyState === 'complete'"),
    );
    // Two keys in a row are one answer: the second falls on the page that just came up.
    chromium.wait(&window, LISTENING);
    chromium.press(&window, "3");
    chromium.wait(&window, &told("第 1 号"));
    chromium.value(&window, "since = Math.max(since, performance.now())");
    chromium.press(&window, "3");
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(rulings(&folder), 1);
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}

#[test]
fn a_remark_outlives_keys_pages_and_tabs() {
    let Some(mut chromium) = chromium() else { return };
    let (folder, desk) = namesakes();
    let window = come_in(&mut chromium, &desk, "赵核");
    press_until(&mut chromium, &window, ("j", "document.querySelector('tr.current') !== null"));
    press_until(&mut chromium, &window, ("Enter", AT_CASE));
    let first = chromium.value(&window, "location.href");
    let is_kept = format!("{REMARK}?.value === '户口簿 jk123u'");
    press_until(&mut chromium, &window, ("b", "document.activeElement.name === 'note'"));
    chromium.write(&window, "户口簿 ");
    for key in ["j", "k", "1", "2", "3", "u"] {
        chromium.press(&window, key);
    }
    chromium.wait(&window, &is_kept);
    assert_eq!(chromium.value(&window, "location.href"), first, "they are letters here");
    press_until(&mut chromium, &window, ("Escape", "document.activeElement === document.body"));
    let elsewhere = format!("{AT_CASE} && location.href !== {first}");
    press_until(&mut chromium, &window, ("j", &elsewhere));
    press_until(&mut chromium, &window, ("k", &format!("location.href === {first}")));
    chromium.wait(&window, &is_kept);
    chromium.reload(&window);
    chromium.wait(&window, &is_kept);
    press_until(&mut chromium, &window, ("Escape", &format!("{ROWS} === 2")));
    chromium.value(&window, "history.back()");
    chromium.wait(&window, &format!("{AT_CASE} && document.readyState === 'complete'"));
    chromium.wait(&window, &is_kept);
    press_until(&mut chromium, &window, ("1", &told("第 1 号")));
    // Back on the page of the answer: it says what was decided and sends nothing again.
    chromium.value(&window, "history.back()");
    chromium
        .wait(&window, &format!("location.href === {first} && document.readyState === 'complete'"));
    chromium.wait(&window, "document.querySelector('.answer[aria-pressed=true]') !== null");
    chromium.wait(&window, &format!("{REMARK}.value === ''"));
    let kept = Ledger::open(folder.path()).expect("a ledger").rulings_after(0).expect("readable");
    let notes: Vec<&str> = kept.iter().map(|entry| entry.note.as_str()).collect();
    assert_eq!(notes, ["户口簿 jk123u"]);
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}

#[test]
fn differing_characters_stand_out_in_forced_colours() {
    let Some(mut chromium) = chromium() else { return };
    let (_folder, desk) = namesakes();
    let window = come_in(&mut chromium, &desk, "赵核");
    let first = chromium.value(&window, "document.querySelector('tr[data-href]').dataset.href");
    chromium.open(&window, &format!("http://{}{}", desk.host, first.as_str().expect("an address")));
    chromium.force_colours(&window);
    chromium.wait(&window, "matchMedia('(forced-colors: active)').matches");
    let looks = "(() => { const mark = document.createElement('mark'); mark.textContent = '字';
        document.querySelector('span.value').append(mark); const style = getComputedStyle(mark);
        return [style.backgroundColor, style.color, getComputedStyle(mark.parentElement).color,
                style.textDecorationLine]; })()";
    let looks = chromium.value(&window, looks);
    assert_ne!(looks[0], json!("rgba(0, 0, 0, 0)"), "a ground of its own: {looks}");
    assert_ne!(looks[0], looks[1], "{looks}");
    assert_eq!(looks[3], json!("underline"), "{looks}");
}
