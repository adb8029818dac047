//! The review page as a server: who comes in and how often, half-sent requests, too many at once,
//! and what is said where something is wrong.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bidui::desk::DeskLimits;

use crate::review::{clock, keys, ledger, namesakes, serve, serve_at_a_terminal, survey};
use crate::support::desk::{Answer, Browser, Desk};

fn no_runs() -> Arc<bidui::desk::Again> {
    Arc::new(|_| Err("没有".to_owned()))
}

#[test]
fn a_start_address_lets_one_browser_in_once() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let probe = Browser::new(&desk.host);
    assert_eq!(probe.send("HEAD", &desk.start, &[], "").expect("an answer").status, 204);
    let mut first = Browser::new(&desk.host);
    let told = first.enter(&desk.start);
    let cookie = told.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(!told.header("location").contains("token"), "a clean address");

    let late = Browser::new(&desk.host).get(&desk.start);
    assert_eq!((late.status, late.header("set-cookie")), (401, ""));
    assert!(late.body.contains("这个网址已经用过") && late.body.contains("终端"), "{}", late.body);
    let fresh = desk.printed().expect("another address at the terminal");
    assert_ne!(fresh, desk.start);
    // Asked again at once, the same is not printed over and over.
    Browser::new(&desk.host).get(&desk.start);
    assert_eq!(desk.printed(), None);

    // Another tab of a browser that is in goes on with its session and uses nothing up.
    let tab = first.get(&fresh);
    assert_eq!((tab.status, tab.header("location"), tab.header("set-cookie")), (303, "/door", ""));
    assert_eq!(first.get(&desk.start).status, 303, "nor does the old address shut it out");
    assert_eq!(first.get("/cases").status, 200);
    let mut second = Browser::new(&desk.host);
    second.enter(&fresh);
    assert!(first.get("/cases").status == 200 && second.get("/cases").status == 200);

    // By the button of the page outside, from our own page only.
    let stranger = Browser::new(&desk.host);
    assert!(stranger.get("/cases").body.contains("action=\"/start\""));
    assert_eq!(stranger.send("POST", "/start", &[], "").expect("an answer").status, 403);
    assert_eq!(stranger.post("/start", &[]).status, 200);
    let mut third = Browser::new(&desk.host);
    third.enter(&desk.printed().expect("a third address"));
}

/// Sends this and reads what comes until the server closes.
fn half(host: &str, text: &str) -> (String, Duration) {
    let start = Instant::now();
    let mut stream = TcpStream::connect(host).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
    stream.write_all(text.as_bytes()).expect("sent");
    let mut told = Vec::new();
    stream.read_to_end(&mut told).expect("closed by the server");
    (String::from_utf8_lossy(&told).into_owned(), start.elapsed())
}

#[test]
fn half_sent_requests_are_given_up() {
    let folder = namesakes();
    let clock = clock();
    let limits = DeskLimits {
        head: Duration::from_secs(1),
        body: Duration::from_secs(2),
        ..DeskLimits::new(Duration::from_mins(1))
    };
    let desk = survey(folder.path(), &clock);
    let (browser, _server) = serve(desk, limits, clock, no_runs());
    let head = format!("POST /door HTTP/1.1\r\nHost: {}\r\n", browser.host);
    let (told, took) = half(&browser.host, &head);
    assert!(told.starts_with("HTTP/1.1 408") && told.contains("等得太久"), "{told}");
    assert!(told.contains("content-security-policy: default-src 'none'"), "{told}");
    assert!(took > Duration::from_millis(900) && took < Duration::from_secs(6), "{took:?}");
    let (told, took) = half(&browser.host, "");
    assert!(told.is_empty() && took < Duration::from_secs(6), "{took:?}: who says nothing");
    let body = format!(
        "{head}Origin: http://{}\r\nCookie: {}\r\nContent-Length: 100\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\nclerk=",
        browser.host, browser.cookie
    );
    let (told, took) = half(&browser.host, &body);
    assert!(told.starts_with("HTTP/1.1 408") && told.contains("回到待核清单"), "{told}");
    assert!(took > Duration::from_millis(1900) && took < Duration::from_secs(8), "{took:?}");
    // Of a stranger no body is read at all.
    let body = body.replace(&browser.cookie, "bidui_1=0");
    let (told, _) = half(&browser.host, &body.replace("keep-alive", "close"));
    assert!(told.starts_with("HTTP/1.1 401"), "{told}");
}

#[test]
fn crowds_of_half_open_connections_neither_shut_out_nor_hold_up() {
    let folder = namesakes();
    let clock = clock();
    let desk = survey(folder.path(), &clock);
    let limits = DeskLimits::new(Duration::from_secs(3));
    let (browser, server) = serve(desk, limits, clock, no_runs());
    let mut crowd: Vec<TcpStream> = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(&browser.host).expect("it listens");
        stream.write_all(b"GET /cases HTTP/1.1\r\nHost: ").expect("sent");
        crowd.push(stream);
    }
    assert_eq!(browser.get("/cases").status, 200, "somebody who speaks is heard");
    let is_closed = |stream: &mut TcpStream| {
        stream.set_read_timeout(Some(Duration::from_millis(20))).expect("a limit");
        match stream.read(&mut [0; 16]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    };
    let gone = crowd.iter_mut().take(100).filter_map(|one| is_closed(one).then_some(())).count();
    assert!(gone >= 95, "{gone} of the first hundred gave way");
    let start = Instant::now();
    server.join().expect("no panic").expect("ended by itself");
    assert!(start.elapsed() < Duration::from_secs(9), "{:?}", start.elapsed());
}

/// A whole page like all others, in Chinese, with a way on.
fn is_a_page(told: &Answer, status: u16, words: &str) {
    assert_eq!(told.status, status, "{}", told.body);
    assert!(told.body.contains(words), "{words}: {}", told.body);
    assert!(told.body.contains("lang=\"zh-CN\"") && told.body.contains("/desk.css"));
    assert!(told.body.contains("<nav aria-label=\"各页\">"), "the head of all pages");
    assert!(told.body.contains("回到待核清单"), "a way on: {}", told.body);
    assert!(told.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(told.header("cache-control"), "no-store");
}

#[test]
fn whatever_is_wrong_is_told_on_a_whole_page() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let key = keys(&browser.get("/cases")).remove(0);
    is_a_page(&browser.get("/nowhere"), 404, "没有这一页");
    is_a_page(&browser.get("/case/0123"), 404, "没有这一页");
    let told = browser.get(&format!("/case/{key}/verdict"));
    is_a_page(&told, 405, "不能直接打开");
    assert!(told.body.contains(&format!("href=\"/case/{key}\"")), "back to the question");
    is_a_page(&browser.get("/undo"), 405, "不能直接打开");
    let ours = format!("Origin: http://{}", browser.host);
    let send = |method: &str, path: &str, kind: &str, body: &str| {
        browser.send(method, path, &[&ours, kind], body).expect("an answer")
    };
    let form = "Content-Type: application/x-www-form-urlencoded";
    is_a_page(&send("DELETE", "/cases", form, ""), 405, "不能直接打开");
    let long = format!("secret={}&note={}", browser.secret, "a".repeat(200_000));
    let told = send("POST", &format!("/case/{key}/verdict"), form, &long);
    is_a_page(&told, 413, "内容太长");
    assert!(told.body.contains(&format!("href=\"/case/{key}\"")), "back to the question");
    // GBK, and something that is no form.
    let gbk = format!("secret={}&clerk=%D5%D4%BA%CB", browser.secret);
    is_a_page(&send("POST", "/door", form, &gbk), 400, "内容读不懂");
    is_a_page(&send("POST", "/door", "Content-Type: application/json", "{}"), 400, "内容读不懂");
    is_a_page(&browser.get("/findings?kind=%FF"), 400, "内容读不懂");
    is_a_page(&send("POST", "/door", form, "clerk=a&secret=0"), 403, "没有执行");
    // Who is not in gets a page, too, with the way in.
    let stranger = Browser::new(&desk.host).get("/nowhere");
    assert_eq!(stranger.status, 401);
    assert!(stranger.body.contains("请重新进入") && stranger.body.contains("action=\"/start\""));
}

/// Holds the ledger as another program's long write does.
fn occupy(folder: &std::path::Path) -> rusqlite::Connection {
    let held = rusqlite::Connection::open(folder.join("bidui.db")).expect("a database");
    held.execute_batch("BEGIN EXCLUSIVE").expect("held");
    held
}

#[test]
fn a_locked_ledger_is_waited_for_and_then_told_with_all_that_was_typed() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let key = keys(&browser.get("/cases")).remove(0);
    let case = format!("/case/{key}");
    browser.get(&case);
    let held = occupy(folder.path());
    let free = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(1));
        drop(held);
    });
    let fields = [("answer", "unsure"), ("seen", "0"), ("note", "等到了")];
    let path = format!("{case}/verdict");
    assert_eq!(browser.post(&path, &fields).status, 303, "waited for");
    free.join().expect("freed");

    let page = browser.get(&case);
    let seen = page.after("name=\"seen\" value=\"").to_owned();
    let held = occupy(folder.path());
    let fields = [("answer", "different"), ("seen", &*seen), ("note", "户口簿“已核”")];
    let told = browser.post(&path, &fields);
    is_a_page(&told, 503, "台账（bidui.db）正被别的程序占用");
    assert!(!told.body.contains("locked") && told.body.contains("再试一次"), "{}", told.body);
    let again = |name: &str| told.after(&format!("name=\"{name}\" value=\"")).to_owned();
    for (name, value) in fields {
        assert_eq!(again(name), value, "kept");
    }
    assert!(told.body.contains(&format!("action=\"{path}\"")));
    assert!(told.body.contains("您选的结论（还没有记入）：<b>不是同一人</b>"), "{}", told.body);
    is_a_page(&browser.get("/rulings"), 503, "再试一次");
    drop(held);
    assert!(
        browser.get(&case).body.contains("value=\"户口簿“已核”\""),
        "the remark is in its field"
    );
    let shown = again("shown");
    let fields = [fields.as_slice(), &[("shown", &*shown)]].concat();
    assert_eq!(browser.post(&path, &fields).status, 303);
    assert_eq!(browser.post(&path, &fields).status, 303, "sent twice");
    let notes: Vec<String> = ledger(folder.path())
        .history(&key)
        .expect("readable")
        .into_iter()
        .map(|entry| entry.note)
        .collect();
    assert_eq!(notes, ["等到了", "户口簿“已核”"], "each once");
    assert!(
        !browser.get(&case).body.contains("value=\"户口簿“已核”\""),
        "it belongs to the ruling"
    );
}

#[test]
fn who_was_away_too_long_finds_what_was_typed() {
    let folder = namesakes();
    let clock = clock();
    let desk = survey(folder.path(), &clock);
    let limits =
        DeskLimits { session: Duration::from_secs(2), ..DeskLimits::new(Duration::from_mins(1)) };
    let (mut browser, _server, terminal) = serve_at_a_terminal(desk, limits, clock, no_runs());
    browser.post("/door", &[("clerk", "赵核")]);
    let key = keys(&browser.get("/cases")).remove(0);
    let case = format!("/case/{key}");
    browser.get(&case);
    std::thread::sleep(Duration::from_millis(2500));
    let fields = [("answer", "same"), ("seen", "0"), ("note", "写了一半的依据"), ("shown", "1")];
    let told = browser.post(&format!("{case}/verdict"), &fields);
    assert_eq!(told.status, 401);
    assert!(
        told.body.contains("写了一半的依据") && told.body.contains("已替您留着"),
        "{}",
        told.body
    );
    // Not by somebody else's cookie, nor without the form's secret.
    let mut other = Browser::new(&browser.host);
    "bidui_1=0".clone_into(&mut other.cookie);
    assert!(!other.post(&format!("{case}/verdict"), &fields).body.contains("写了一半"));

    browser.post("/start", &[]);
    let address = terminal.recv_timeout(Duration::from_secs(5)).expect("a new address");
    let (_, start) = address.split_once("/start").expect("a path");
    let old = (browser.cookie.clone(), browser.secret.clone());
    browser.enter(&format!("/start{start}"));
    assert!(old.0 != browser.cookie && old.1 == browser.secret, "forms of old tabs still count");
    assert!(browser.get("/cases").body.contains("填写核对人"), "but who it is has to be said");
    let page = browser.follow("/door", &[("clerk", "赵核")]);
    assert!(page.body.contains("value=\"写了一半的依据\""), "at the question, remark in its field");
    assert!(ledger(folder.path()).rulings().expect("readable").is_empty());
}
