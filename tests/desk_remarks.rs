//! What is typed and what a page showed: remarks outlive refusals, answers are for the question that
//! was seen, and two tabs keep out of each other's way.

use crate::review::{LI, decide, keys, ledger, namesakes, question};
use crate::support::desk::{Browser, Desk};

const SHOWN: &str = "name=\"shown\" value=\"";

fn notes(folder: &std::path::Path) -> Vec<String> {
    let kept = ledger(folder).rulings_after(0).expect("readable");
    kept.into_iter().map(|entry| entry.note).collect()
}

#[test]
fn a_refused_answer_comes_back_with_its_remark() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let (first, second) = (desk.browser("赵核"), desk.browser("钱科"));
    let (key, page) = question(&second, &["李娜", LI]);
    // No answer was chosen; too long; nobody's name is known.
    let told = decide(&second, &key, ("perhaps", "0", "看过户口簿"));
    assert!(told.body.contains("没有选结论") && told.body.contains("value=\"看过户口簿\""));
    let long = "很".repeat(201);
    let told = decide(&second, &key, ("same", "0", &long));
    assert!(told.body.contains("备注超过 200 个字") && told.body.contains(&long));
    let mut nameless = Browser::new(&desk.host);
    nameless.enter(&desk.entrance());
    nameless.get(&format!("/case/{key}"));
    let told = decide(&nameless, &key, ("same", "0", "没填姓名"));
    assert!(told.body.contains("请先填写核对人姓名") && told.body.contains("没填姓名"));
    // Somebody was faster.
    decide(&first, &key, ("unsure", "0", "先到"));
    let seen = page.after("name=\"seen\" value=\"").to_owned();
    let told = decide(&second, &key, ("different", &seen, "后到的依据"));
    assert!(told.body.contains("别人刚刚对同一人员作了认定"));
    assert!(told.body.contains("后到的依据"), "{}", told.body);
    assert_eq!(notes(folder.path()), ["先到"]);
}

#[test]
fn what_is_being_typed_is_kept_until_a_ruling_holds_it() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let (browser, other) = (desk.browser("赵核"), desk.browser("钱科"));
    let key = keys(&browser.get("/cases")).remove(0);
    let case = format!("/case/{key}");
    browser.get(&case);
    let draft = |note: &str, seen: &str, typed: &str| {
        let fields = [("note", note), ("seen", seen), ("typed", typed)];
        assert_eq!(browser.post(&format!("{case}/draft"), &fields).status, 204);
    };
    draft("户口", "0", "100");
    draft("户口簿已核", "0", "200");
    draft("户", "0", "50");
    assert!(
        browser.get(&case).body.contains("name=\"note\" value=\"户口簿已核\""),
        "the newest, in its field"
    );
    assert!(
        !other.get(&case).body.contains("name=\"note\" value=\"户口簿已核\""),
        "for who typed it only"
    );
    decide(&browser, &key, ("unsure", "0", "户口簿已核"));
    draft("户口簿已核", "0", "300");
    let page = browser.get(&case);
    assert!(page.body.contains("name=\"note\" value=\"\""), "too late: the ruling holds it");
    draft("再看一次", "1", "400");
    assert!(browser.get(&case).body.contains("value=\"再看一次\""));
}

#[test]
fn an_answer_is_for_the_question_its_page_showed() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let keys = keys(&browser.get("/cases"));
    let (one, other) = (&keys[0], &keys[1]);
    let shown = browser.get(&format!("/case/{other}")).after(SHOWN).to_owned();
    for shown in [shown.as_str(), "999", "", "-1"] {
        let fields = [("answer", "same"), ("seen", "0"), ("note", "给另一条的"), ("shown", shown)];
        let told = browser.follow(&format!("/case/{one}/verdict"), &fields);
        assert!(told.body.contains("不是从这一条的页面上作的"), "{shown}: {}", told.body);
        assert!(told.body.contains("给另一条的"), "the remark is there");
    }
    assert!(notes(folder.path()).is_empty());
    let page = browser.get(&format!("/case/{one}"));
    assert!(page.body.contains(&format!("action=\"/case/{one}/verdict\"")));
    let fields = [("answer", "same"), ("seen", "0"), ("note", ""), ("shown", page.after(SHOWN))];
    assert!(browser.follow(&format!("/case/{one}/verdict"), &fields).body.contains("第 1 号"));
}

#[test]
fn two_tabs_of_a_browser_keep_their_lists_and_messages() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let one = desk.browser("赵核");
    let two = one.clone();
    let list = one.post("/filter", &[("words", "李娜")]).header("location").to_owned();
    let other = two.post("/filter", &[("words", "王伟")]).header("location").to_owned();
    assert!(list != other && !list.contains('李'), "no name in an address: {list} {other}");
    let page = one.get(&list);
    assert_eq!(page.body.matches("<tr data-href").count(), 1);
    assert!(page.body.contains("value=\"李娜\""), "its own list, whatever the other tab chose");
    assert!(two.get(&other).body.contains("value=\"王伟\""));
    // From the list to the question and on, in the same list.
    let address = page.after("<tr data-href=\"").to_owned();
    let (case, number) = address.split_once("?list=").expect("a list");
    let page = one.get(&address);
    assert!(page.body.contains(&format!("/cases?list={number}&amp;page=1")), "back to it");
    let fields = [("answer", "same"), ("seen", "0"), ("list", number)];
    let told = one.post(&format!("{case}/verdict"), &fields);
    assert_eq!(told.header("location"), list);
    assert!(!two.get(&other).body.contains("已记入台账"), "not the other tab's message");
    let page = one.get(&list);
    assert!(page.body.contains("第 1 号") && page.body.contains("这个范围内都已认定"));
    assert!(!one.get(&list).body.contains("已记入台账"), "told once");
}

#[test]
fn undo_takes_back_what_the_page_names_and_only_once() {
    let folder = namesakes();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let keys = keys(&browser.get("/cases"));
    decide(&browser, &keys[0], ("unsure", "0", ""));
    let old = browser.get("/cases");
    assert!(old.body.contains("撤回第 1 号 (U)"), "{}", old.body);
    let named = old.after("name=\"number\" value=\"").to_owned();
    // Another tab decides meanwhile; the key on the old page takes back what that page names.
    decide(&browser, &keys[1], ("unsure", "0", ""));
    assert!(browser.follow("/undo", &[("number", &named)]).body.contains("已撤回第 1 号"));
    let told = browser.follow("/undo", &[("number", &named)]);
    assert!(told.body.contains("已经撤回"), "sent twice: {}", told.body);
    let kept = ledger(folder.path()).rulings().expect("readable");
    let numbers: Vec<i64> = kept.iter().map(|ruling| ruling.number).collect();
    assert_eq!(numbers, [2], "the other one stands");
}
