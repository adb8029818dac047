//! The review page's button for a new run, what it says has changed, earlier rounds, and the
//! export: as a browser without a screen uses them.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bidui::desk::{self, DeskLimits};
use bidui::ledger::lock;
use calamine::{Data, Reader as _, Xlsx};

use crate::periods::{earlier, edit, go_on, without};
use crate::review::{self, LI, decide, keys, ledger, namesakes, question};
use crate::support::desk::{Answer, Browser, Desk};
use crate::support::program::bidui;
use crate::support::story;

/// The text of a page, its tags replaced by blanks.
fn text(page: &Answer) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in page.body.chars() {
        inside = letter == '<' || (inside && letter != '>');
        if !inside {
            text.push(if letter == '>' { ' ' } else { letter });
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A figure of a result folder: its line, and its column.
fn figure(folder: &Path, line: &str, column: &str) -> String {
    let table = story::table(&folder.join("annex2.csv"));
    let column = story::column(&table, column);
    table.iter().find(|row| row[0] == line).expect("the line")[column].clone()
}

/// The folders the project's runs were published in, oldest first.
fn published(folder: &Path) -> Vec<PathBuf> {
    let runs = ledger(folder).runs().expect("readable");
    runs.into_iter().map(|run| run.folder).collect()
}

/// Decides that 李娜 is the first of the two registered under this name.
fn confirm(browser: &Browser) -> String {
    let (key, page) = question(browser, &["李娜", LI]);
    let seen = page.after("name=\"seen\" value=\"").to_owned();
    decide(browser, &key, ("same", &seen, "户口簿已核"));
    key
}

#[test]
fn the_button_publishes_a_run_and_tells_what_it_changed() {
    let folder = namesakes();
    let first = story::run(folder.path()).expect("a run");
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let key = confirm(&browser);
    for path in ["/cases", "/overview", "/rulings"] {
        assert!(browser.get(path).body.contains("action=\"/run\""), "{path} has the button");
    }
    let page = text(&browser.run_again());
    let folders = published(folder.path());
    assert_eq!(folders.len(), 2, "published and recorded");
    let now = &folders[1];
    assert!(page.contains(&now.display().to_string()), "{page}");
    assert!(page.contains("待核 → 比对一致 1"), "{page}");
    assert!(page.contains("人工认定为同一人（赵核"), "{page}");
    assert!(story::links(now).contains(&format!(",link,{LI},")), "the ruling is applied");
    for unit in ["佳木斯技师学院", "总计"] {
        let [before, after] = [&first.folder, now].map(|run| figure(run, unit, "a2_3"));
        assert_ne!(before, after);
        let told = format!("{unit} ③建档立卡贫困家庭子女在校生人数（人） {before} {after} +1");
        assert!(page.contains(&told), "{told} in {page}");
    }
    assert!(!page.contains("还没有计入"), "{page}");
    let gone = browser.get(&format!("/case/{key}"));
    assert_eq!(gone.status, 404);
    assert!(text(&gone).contains("已不在清单里") && text(&gone).contains("户口簿已核"));
    assert_eq!(keys(&browser.get("/cases")).len(), 1, "the settled question has left");
    assert!(text(&browser.get("/rulings")).contains("已采用"));
    let row = browser.get("/changes").after("<a href=\"/people?").replace("&amp;", "&");
    let person = text(&browser.get(&format!("/people?{row}")));
    assert!(person.contains("李娜") && person.contains("佳木斯技师学院"), "{person}");
    drop(desk);
    // The same inputs and rulings are the same run, byte for byte, whoever started it.
    let again = bidui(folder.path(), &["run", "project.toml"]);
    assert!(again.out.contains("结果逐字节一致"), "{}", again.out);
}

#[test]
fn the_page_says_when_no_published_result_has_its_figures() {
    const UNPUBLISHED: &str = "还没有写成结果文件";
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    assert!(text(&browser.get("/cases")).contains(UNPUBLISHED), "no run was made yet");
    assert!(!text(&browser.run_again()).contains(UNPUBLISHED));
    assert!(!text(&browser.get("/cases")).contains(UNPUBLISHED));
    confirm(&browser);
    assert!(text(&browser.get("/cases")).contains("有新的认定还没有计入"));
    drop(desk);
    // A page opened anew shows the published run, and that a ruling waits.
    let desk = Desk::open(folder.path());
    let page = text(&desk.browser("钱查").get("/overview"));
    assert!(!page.contains(UNPUBLISHED) && page.contains("有新的认定还没有计入"), "{page}");
    drop(desk);
    // Of other settings there is no published run: they apply at once, with the ruling.
    edit(folder.path(), "project.toml", |text| text.replace("2019-06-10", "2019-06-11"));
    let desk = Desk::open(folder.path());
    let page = text(&desk.browser("钱查").get("/overview"));
    assert!(page.contains(UNPUBLISHED) && !page.contains("有新的认定"), "{page}");
}

#[test]
fn what_somebody_could_not_tell_comes_last_after_the_next_run() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let rows = |page: &Answer| -> Vec<String> {
        page.body.split("<tr data-href").skip(1).map(str::to_owned).collect()
    };
    let list = browser.get("/cases");
    let was_first = rows(&list)[0].contains("李娜");
    let key = keys(&list).remove(0);
    let seen = browser.get(&format!("/case/{key}")).after("name=\"seen\" value=\"").to_owned();
    decide(&browser, &key, ("unsure", &seen, ""));
    browser.run_again();
    let rows = rows(&browser.get("/cases"));
    let told: Vec<bool> = rows.iter().map(|row| row.contains("上次无法判断 赵核")).collect();
    assert_eq!(told, [false, true]);
    assert_eq!(rows[1].contains("李娜"), was_first);
}

#[test]
fn a_run_says_what_changed_since_the_last_of_the_half_year() {
    let folder = namesakes();
    let first = bidui(folder.path(), &["run", "project.toml"]);
    assert!(!first.out.contains("相比"), "there is nothing to compare with");
    let desk = Desk::open(folder.path());
    confirm(&desk.browser("赵核"));
    drop(desk);
    let second = bidui(folder.path(), &["run", "project.toml"]);
    assert!(second.out.contains("相比：新比中 1 行\n"), "{}", second.out);
    let told = "总计 ①当(半)年建档立卡贫困家庭应往届两后生人数（人） 4→5";
    assert!(second.out.contains(told), "{}", second.out);
    let third = bidui(folder.path(), &["run", "project.toml"]);
    assert!(!third.out.contains("相比：") && third.out.contains("结果逐字节一致"), "{}", third.out);
}

#[test]
fn only_our_own_pages_start_a_run_or_take_an_export() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let ours = format!("Origin: http://{}", browser.host);
    let secret = format!("secret={}", browser.secret);
    for path in ["/run", "/findings/export"] {
        for (headers, body) in [
            (vec![], secret.as_str()),
            (vec!["Origin: http://evil.example"], secret.as_str()),
            (vec![ours.as_str()], "secret=0"),
            (vec![ours.as_str()], ""),
        ] {
            let told = browser.send("POST", path, &headers, body).expect("an answer");
            assert_eq!(told.status, 403, "{path} {headers:?} {body}");
        }
        assert_eq!(browser.get(path).status, 405, "a link cannot do it");
    }
    assert!(text(&browser.get("/changes")).contains("还没有重新比对过"));
    assert!(published(folder.path()).is_empty());
    assert!(ledger(folder.path()).disclosures("差异导出").expect("readable").is_empty());
}

#[test]
fn a_run_that_cannot_be_leaves_everything_as_it_was() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    confirm(&browser);
    let held = lock::acquire(folder.path(), Duration::ZERO, &|| ()).expect("free");
    let page = text(&browser.run_again());
    assert!(page.contains("另一次比对正在这个文件夹里运行"), "{page}");
    assert!(page.contains("按认定重新比对"), "it can be tried again");
    drop(held);
    let registry = folder.path().join("inputs/registry");
    fs_err::rename(&registry, folder.path().join("aside")).expect("moved");
    let page = text(&browser.run_again());
    assert!(page.contains("比对没有完成：没有读到任何建档立卡信息"), "{page}");
    assert!(published(folder.path()).is_empty());
    assert_eq!(keys(&browser.get("/cases")).len(), 1, "the old material is shown");
    fs_err::rename(folder.path().join("aside"), &registry).expect("moved back");
    let page = text(&browser.run_again());
    assert!(page.contains("待核 → 比对一致 1"), "what was decided is not lost: {page}");
}

#[test]
fn one_run_at_a_time_and_the_pages_go_on() {
    let folder = namesakes();
    let clock = review::clock();
    let open = || review::survey(folder.path(), &clock);
    let (sender, receiver) = mpsc::channel::<()>();
    let receiver = Mutex::new(receiver);
    let again: Arc<desk::Again> = Arc::new(move |progress| {
        progress.stage("比对", 0);
        // The second time nobody is there to let it go on, and it breaks down.
        receiver.lock().expect("whole").recv().expect("a word");
        Err("到此为止".to_owned())
    });
    let limits = DeskLimits::new(Duration::from_mins(1));
    let (browser, _server) = review::serve(open(), limits, clock.clone(), again);
    assert_eq!(browser.post("/run", &[]).status, 303);
    let second = text(&browser.follow("/run", &[]));
    assert!(second.contains("已经在重新比对了"), "{second}");
    loop {
        let page = browser.get("/changes");
        if text(&page).contains("比对 — 进行中") {
            assert!(page.body.contains("http-equiv=\"refresh\""));
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    for path in ["/cases", "/overview", "/people", "/findings", "/rulings", "/settings"] {
        let page = browser.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(text(&page).contains("正在重新比对"), "{path}");
    }
    sender.send(()).expect("heard");
    drop(sender);
    while text(&browser.get("/changes")).contains("正在重新比对") {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(text(&browser.get("/changes")).contains("到此为止"));
    let broken = text(&browser.run_again());
    assert!(broken.contains("程序出错") && broken.contains("按认定重新比对"), "{broken}");
    assert_eq!(keys(&browser.get("/cases")).len(), 2);
}

#[test]
fn what_is_decided_during_a_run_waits_for_the_next() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let (first, second) = (desk.browser("赵核"), desk.browser("钱科"));
    confirm(&first);
    let (key, _) = question(&second, &["王伟", "230000000101"]);
    assert_eq!(first.post("/run", &[]).status, 303);
    decide(&second, &key, ("different", "0", "钱科的认定"));
    while first.get("/changes").body.contains("http-equiv=\"refresh\"") {
        std::thread::sleep(Duration::from_millis(50));
    }
    let rulings = text(&second.get("/rulings"));
    assert!(rulings.contains("钱科的认定"), "{rulings}");
    first.run_again();
    let rulings = text(&second.get("/rulings"));
    assert!(!rulings.contains("下次比对时采用"), "{rulings}");
    assert_eq!(ledger(folder.path()).rulings().expect("readable").len(), 2);
}

#[test]
fn a_confirmed_pair_that_is_gone_is_pointed_out() {
    let folder = namesakes();
    let root = folder.path();
    let desk = Desk::open(root);
    let browser = desk.browser("赵核");
    confirm(&browser);
    browser.run_again();
    assert!(!text(&browser.get("/rulings")).contains("没有用上"));
    let registry = "inputs/registry/佳木斯市.csv";
    let whole = fs_err::read_to_string(root.join(registry)).expect("readable");
    edit(root, registry, |text| without(&text, &[LI]));
    browser.run_again();
    let told = text(&browser.get("/rulings"));
    assert!(told.contains("没有采用 ：登记信息中已没有此人"), "{told}");
    assert!(told.contains("有 1 条认定没有用上"), "{told}");
    fs_err::write(root.join(registry), whole).expect("written");
    edit(root, "inputs/enrollment/佳木斯技师学院.csv", |text| without(&text, &["李娜"]));
    let changes = text(&browser.run_again());
    assert!(changes.contains("待核 → 这一行已不在 1"), "{changes}");
    assert!(!changes.contains("张强"), "his line moved up, no more: {changes}");
    let told = text(&browser.get("/rulings?only=lost"));
    assert!(told.contains("没有用上 ：学校（机构）的数据里已没有这一行"), "{told}");
}

/// All cells of a workbook's sheet as text.
fn sheet(book: &mut Xlsx<std::io::Cursor<Vec<u8>>>, name: &str) -> Vec<Vec<String>> {
    let range = book.worksheet_range(name).expect("the sheet");
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[test]
fn findings_go_out_as_a_workbook_of_what_is_shown_and_that_is_kept() {
    let folder = earlier();
    go_on(folder.path());
    let desk = Desk::open(folder.path());
    let mut stranger = Browser::new(&desk.host);
    stranger.enter(&desk.entrance());
    let refused = stranger.follow("/findings/export", &[("kind", ""), ("place", "")]);
    assert!(refused.body.contains("请先填写核对人姓名"));

    let browser = desk.browser("赵核");
    let page = browser.get("/findings");
    let kind = page.after("<option value=\"\">全部</option><option value=\"").to_owned();
    let shown = browser.get(&format!("/findings?kind={kind}&place=&county="));
    let rows = shown.body.matches("<td class=\"path\">").count();
    assert!(rows > 0 && rows < page.body.matches("<td class=\"path\">").count(), "{kind} {rows}");
    assert!(text(&shown).contains(&format!("导出为 Excel（{rows} 条，含完整证件号码")));
    let told = browser.post("/findings/export", &[("kind", &kind), ("place", ""), ("county", "")]);
    assert_eq!((told.status, told.header("cache-control")), (200, "no-store"));
    let disposition = told.header("content-disposition");
    assert!(disposition.contains("filename*=UTF-8''%E5%B7%AE%E5%BC%82_"), "{disposition}");
    let mut book = Xlsx::new(std::io::Cursor::new(told.bytes)).expect("a workbook");
    let names = book.sheet_names();
    assert_eq!(names.len(), 3, "{names:?}: the summary, one class, the definitions");
    let cells = sheet(&mut book, &names[1]);
    let head = cells.iter().position(|row| row.iter().any(|cell| cell == "类别代码"));
    let head = head.expect("headings");
    let column = cells[head].iter().position(|cell| cell == "类别代码").expect("a column");
    let codes: Vec<&String> = cells[head + 1..].iter().map(|row| &row[column]).collect();
    assert_eq!(codes, vec![&kind; rows]);
    let kept = ledger(folder.path()).disclosures("差异导出").expect("readable");
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].clerk, "赵核");
    assert!(kept[0].places.starts_with(&format!("{rows} 条：")), "{}", kept[0].places);
    assert!(text(&browser.get("/findings")).contains("已导出 1 次"));

    let shown = browser.get("/findings?kind=&place=0&county=");
    let rows = shown.body.matches("<td class=\"path\">").count();
    let told = browser.post("/findings/export", &[("kind", ""), ("place", "0"), ("county", "")]);
    let mut book = Xlsx::new(std::io::Cursor::new(told.bytes)).expect("a workbook");
    let names = book.sheet_names();
    let (_, classes) = names.split_first().expect("sheets");
    let of_class: Vec<&String> = classes.iter().filter(|name| *name != "类别说明").collect();
    let people = of_class.into_iter().flat_map(|name| {
        let cells = sheet(&mut book, name);
        let head = cells.iter().position(|row| row.iter().any(|cell| cell == "类别代码"));
        cells[head.expect("headings") + 1..].to_vec()
    });
    let schools: Vec<String> = people.map(|row| row[2].clone()).collect();
    assert!(rows > 0 && schools.len() == rows, "{rows} {schools:?}");
    assert!(schools.iter().all(|school| *school == schools[0]), "{schools:?}");
}

#[test]
fn a_figure_s_people_are_opened_by_unit_and_that_is_kept() {
    let folder = earlier();
    let desk = Desk::open(folder.path());
    let mut stranger = Browser::new(&desk.host);
    stranger.enter(&desk.entrance());
    let fields = |row: &'static str| [("form", "annex2"), ("code", "a2_3"), ("row", row)];
    assert!(stranger.follow("/figures/book", &fields("")).body.contains("请先填写核对人姓名"));
    let browser = desk.browser("赵核");
    assert!(browser.get("/overview").body.contains("<a href=\"/figures\">数字由谁组成</a>"));
    let lines = |row: &'static str| {
        let told = browser.post("/figures/book", &fields(row));
        assert_eq!((told.status, told.header("cache-control")), (200, "no-store"));
        let mut book = Xlsx::new(std::io::Cursor::new(told.bytes)).expect("a workbook");
        let names = book.sheet_names();
        assert_eq!(names, ["③在校生人数"]);
        let cells = sheet(&mut book, &names[0]);
        let people: Vec<Vec<String>> = cells[3..cells.len() - 1].to_vec();
        people
    };
    let all = lines("");
    let counted = all.iter().filter(|line| line[2] == "计入").count();
    browser.run_again();
    let out = published(folder.path()).pop().expect("a run");
    assert_eq!(counted.to_string(), figure(&out, "总计", "a2_3"), "{all:?}");
    let units = browser.get("/figures").body.matches("<option value=\"0\">").count();
    assert_eq!(units, 2, "a choice of units for each form");
    let first = lines("0");
    assert!(!first.is_empty() && first.len() < all.len());
    assert!(first.iter().all(|line| line[1] == first[0][1]), "{first:?}");
    let none = browser.post("/figures/book", &[("form", "annex2"), ("code", "x"), ("row", "")]);
    assert_eq!(none.status, 404);
    let kept = ledger(folder.path()).disclosures("明细导出").expect("readable");
    assert_eq!(kept.len(), 2);
    assert!(kept[1].places.contains("附件2 ③在校生人数 全部") || kept[0].places.contains("全部"));
}

#[test]
fn people_are_found_in_earlier_rounds_and_the_rounds_are_compared() {
    let folder = earlier();
    let root = folder.path();
    let desk = Desk::open(root);
    let browser = desk.browser("赵核");
    assert!(text(&browser.get("/overview")).contains("台账中没有更早一期的比对"));
    let alone = text(&browser.follow("/people", &[("words", "郑永胜")]));
    assert!(alone.contains("只能查本期") && alone.contains("台账中没有以前各期"), "{alone}");
    drop(desk);
    story::run(root).expect("the first round");
    go_on(root);
    let desk = Desk::open(root);
    let browser = desk.browser("赵核");
    let overview = text(&browser.get("/overview"));
    assert!(overview.contains("上期：2018年下半年（统计时点 2018-12-10）"), "{overview}");
    let told = "③建档立卡贫困家庭子女在校生人数（人） 6 3 -3 2 5";
    assert!(overview.contains(told), "{overview}");
    // The picture leads to who came and went, and why.
    let picture = browser.get("/overview");
    let link = picture.after("<a href=\"/against?round=0&amp;form=annex2&amp;code=a2_3").to_owned();
    assert_eq!(link, "", "the whole address");
    let behind = text(&browser.get("/against?round=0&form=annex2&code=a2_3"));
    assert!(
        behind.contains("6 → 3（-3）") && behind.contains("新计入 2 人，不再计入 5 人"),
        "{behind}"
    );
    assert!(behind.contains("何丽") && behind.contains("学校（机构）本期没有报此人"), "{behind}");
    let rows = text(&browser.get("/against?round=0&form=rows&code=link"));
    assert!(rows.contains("台账只留附件2各指标的人员"), "{rows}");
    for none in ["round=7&form=annex2&code=a2_3", "round=0&form=annex2&code=x", "round=0"] {
        assert_eq!(browser.get(&format!("/against?{none}")).status, 404);
    }
    let found = |words: &str| text(&browser.follow("/people", &[("words", words)]));
    // Left the school, still registered.
    let page = found("何丽");
    let told = "2018年下半年 ：伊春技师学院 比对一致，正式学籍。计入附件2：";
    assert!(page.contains(told), "{page}");
    // Left the registry.
    let page = found("郑永胜");
    assert!(
        page.contains("建档立卡登记 没有找到") && page.contains("只在以前各期 找到 1 人"),
        "{page}"
    );
    let told = "2018年下半年 ：佳木斯技师学院 比对一致，正式学籍";
    assert!(page.contains(told), "{page}");
    let masked = page.split_whitespace().find(|word| word.contains("********")).expect("a number");
    let (_, tail) = masked.split_at(14);
    assert!(found(tail).contains("郑永胜"), "by the end of the number");
    assert!(!found("0000").contains("郑永胜"));
}
