//! A list of questions longer than a page: keys over its pages, its orders, pictures that lead into it, what
//! stands in a case, remarks that are ready.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;

use crate::browser::come_in;
use crate::review::keys;
use crate::support::chromium::Chromium;
use crate::support::desk::{Browser, Desk};

/// Questions about two namesakes born on one day each, of two schools in turn, the numbers' ends hidden, every third row without a sex; the first
/// row's telephone and its candidates' look the same once their middle is hidden. One trainee's number is that
/// of a disability card.
const QUESTIONS: usize = 80;
const SCHOOLS: [&str; 2] = ["佳木斯技师学院", "富锦市技工学校"];

fn name(number: usize) -> String {
    let letters: Vec<char> = "建国志强明华伟军海波春梅秀英丽娟".chars().collect();
    let family = ["王", "李", "张", "赵", "孙", "周", "吴", "郑"][number % 8];
    let (first, second) = (letters[number / 8 % 16], letters[(number / 3 + 5) % 16]);
    format!("{family}{first}{second}")
}

/// Area and birth of two namesakes.
fn born(number: usize) -> String {
    format!("2399002001{:02}{:02}", 1 + number % 12, 1 + number % 28)
}

/// The check digit of a number's first seventeen digits.
fn whole(body: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = body.bytes().map(|digit| u32::from(digit - b'0'));
    let sum: u32 = digits.zip(weights).map(|(digit, weight)| digit * weight).sum();
    format!(
        "{body}{}",
        ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][(sum % 11) as usize]
    )
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs_err::create_dir_all(path.parent().expect("inside")).expect("made");
    fs_err::write(path, text).expect("written");
}

pub fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut registry = String::from(
        "县(市、区、旗),乡(镇),行政村,户编号,人编号,姓名,证件号码,与户主关系,文化程度,在校生状况,劳动技能,联系电话\n",
    );
    let mut students = SCHOOLS.map(|_| {
        String::from(
            "院校名称,姓名,性别,身份证号,学籍状态,学习形式,招生对象,入学时间,户籍地址,联系电话\n",
        )
    });
    for number in 0..QUESTIONS {
        let (name, village) = (name(number), format!("红光{}村", number % 5));
        for twin in 0..2 {
            let serial = 2 * number + twin;
            let id = whole(&format!("{}{:03}", born(number), 2 * (serial % 400) + 1));
            let phone = ["13845420047", "13845430047"].get(serial).unwrap_or(&"");
            writeln!(registry, "桦南县,桦南镇,{village},23{serial:08},23{serial:08}01,{name},{id},户主,初中,,普通劳动力,{phone}").expect("text");
        }
        let sex = if number % 3 == 0 { "" } else { "男" };
        let phone = if number == 0 { "13845410047" } else { "" };
        let school = number % 2;
        writeln!(students[school], "{},{name},{sex},{}****,正式学籍,全日制,初中毕业,2019-03-01,佳木斯市桦南县桦南镇{village},{phone}", SCHOOLS[school], born(number)).expect("text");
    }
    let card = whole("23990019780412302");
    writeln!(
        registry,
        "桦南县,桦南镇,红光村,2399999999,239999999901,钱桂兰,{card},户主,初中,,普通劳动力,"
    )
    .expect("text");
    write(folder.path(), "inputs/registry/佳木斯市.csv", &registry);
    for (school, text) in SCHOOLS.iter().zip(&students) {
        write(folder.path(), &format!("inputs/enrollment/{school}.csv"), text);
    }
    let trainees = format!(
        "培训机构名称,姓名,身份证号,班级编号,培训工种,培训类型,开班日期,结业日期\n\
         惠民职业培训学校,钱桂兰,{card}42,2019-01,中式烹调师,就业技能培训,2019-03-04,2019-03-29\n"
    );
    write(folder.path(), "inputs/training/惠民职业培训学校.csv", &trainees);
    let text = "unit = \"佳木斯市\"\nas_of = 2019-06-10\n\n[review]\naudit = 20\n\n\
                [[source]]\nkind = \"registry\"\nfiles = [\"inputs/registry/*\"]\n\n\
                [[source]]\nkind = \"enrollment\"\nfiles = [\"inputs/enrollment/*\"]\n\n\
                [[source]]\nkind = \"training\"\nfiles = [\"inputs/training/*\"]\n";
    write(folder.path(), "project.toml", text);
    folder
}

/// Name and school of every question in a list's order, over all its pages.
fn listed(browser: &Browser, order: &str) -> Vec<(String, String)> {
    let told = browser.post("/filter", &[("progress", "open"), ("order", order)]);
    let address = told.header("location").to_owned();
    let mut all = Vec::new();
    for page in 1..=2 {
        let body = browser.get(&format!("{address}&page={page}")).body;
        for row in body.split("<tr data-href").skip(1) {
            let name = row.split("href=").nth(1).and_then(|rest| rest.split('>').nth(1));
            let name = name.and_then(|rest| rest.split('<').next()).expect("a name");
            let school = row.split("<td>").nth(1).and_then(|rest| rest.split('<').next());
            all.push((name.to_owned(), school.expect("a school").to_owned()));
        }
    }
    all
}

/// How often neighbours of a list differ in something.
fn breaks<T: PartialEq>(list: &[T]) -> usize {
    list.windows(2).filter(|two| two[0] != two[1]).count()
}

#[test]
fn orders_pictures_and_what_stands_in_a_case() {
    let folder = project();
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let by_worth = listed(&browser, "");
    assert!(by_worth.len() >= QUESTIONS, "{}", by_worth.len());
    let by_school = listed(&browser, "school");
    let schools: Vec<&String> = by_school.iter().map(|(_, school)| school).collect();
    assert_eq!(breaks(&schools), 2, "three institutions one after the other: {schools:?}");
    let sexless = |name: &str| (0..QUESTIONS).step_by(3).any(|number| self::name(number) == name);
    let with = |name: &str| (0..QUESTIONS).any(|one| one % 3 > 0 && self::name(one) == name);
    let clear = |name: &&String| sexless(name) != with(name);
    let by_pattern = listed(&browser, "pattern");
    let names = by_pattern.iter().map(|(name, _)| name).filter(clear);
    let patterns: Vec<bool> = names.map(|name| sexless(name)).collect();
    assert!(
        breaks(&patterns) < breaks(&by_worth.iter().map(|(n, _)| sexless(n)).collect::<Vec<_>>())
    );
    assert!(breaks(&patterns) <= 4, "alike stand together: {patterns:?}");

    // The pictures lead into the list.
    let overview = browser.get("/overview").body;
    let mut sums = 0;
    for (place, school) in SCHOOLS.iter().enumerate() {
        let link = format!("<a href=\"/pick?institution={place}\">");
        assert!(overview.contains(&link), "{link}");
        let told = browser.get(&format!("/pick?institution={place}"));
        let page = browser.get(told.header("location"));
        let rows = page.body.split("<tr data-href").skip(1);
        let rows: Vec<&str> = rows.collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| row.contains(school)), "{school}");
        sums += rows.len();
    }
    assert_eq!(sums, QUESTIONS, "each school's half fits a page");
    assert!(overview.contains("<a href=\"/pick?county="), "counties");
    assert!(overview.contains("<a href=\"/findings?place=0\">"), "files");

    // Two telephones that look the same once their middle is hidden are told apart.
    let told = browser.post("/filter", &[("progress", "open"), ("words", &name(0))]);
    let waiting = keys(&browser.get(told.header("location")));
    let phones = |key: &str| {
        let page = browser.get(&format!("/case/{key}")).body;
        let row = page.split("联系电话</th>").nth(1).expect("a row").to_owned();
        row.split("</tr>").next().expect("an end").to_owned()
    };
    let row = waiting.iter().map(|key| phones(key)).find(|row| row.contains("13*******47"));
    let row = row.expect("the first row");
    assert_eq!(row.matches("<mark>13*******47</mark>").count(), 3, "{row}");

    // A card's number is its bearer's number with two digits behind it.
    let told = browser.post("/filter", &[("progress", ""), ("words", "钱桂兰")]);
    let card = keys(&browser.get(told.header("location"))).remove(0);
    let page = browser.get(&format!("/case/{card}")).body;
    let row = page.split("证件号码</th>").nth(1).and_then(|rest| rest.split("</tr>").next());
    let row = row.expect("a row");
    assert!(row.contains("（残疾人证号，前18位相同）") && !row.contains("<mark>"), "{row}");
}

#[test]
fn keys_go_over_pages_and_candidates_and_remarks_are_ready() {
    let Some(mut chromium) = Chromium::start() else { return };
    let folder = project();
    let desk = Desk::open(folder.path());
    let window = come_in(&mut chromium, &desk, "赵核");
    let press = |chromium: &mut Chromium, key: &str, until: &str| {
        chromium.wait(&window, "document.documentElement.dataset.listening !== undefined");
        chromium.press(&window, key);
        chromium.wait(&window, &format!("document.readyState === 'complete' && {until}"));
    };
    let current = "[...document.querySelectorAll('tr[data-href]')].findIndex((row) => row.matches('.current'))";
    let page = |number: usize| format!("location.search.includes('page={number}')");
    // From below the last row to the next page's first, and back.
    for _ in 1..50 {
        press(&mut chromium, "j", "true");
    }
    press(&mut chromium, "j", &format!("{current} === 49"));
    press(&mut chromium, "j", &format!("{} && {current} === 0", page(2)));
    press(&mut chromium, "k", &format!("{} && {current} === 49", page(1)));
    press(&mut chromium, "j", &format!("{} && {current} === 0", page(2)));
    let left = chromium.value(&window, "document.querySelector('tr.current').dataset.href");
    press(&mut chromium, "Enter", "location.pathname.startsWith('/case/')");
    let first = chromium.value(&window, "location.pathname");
    press(&mut chromium, "c", &format!("location.pathname !== {first}"));
    press(&mut chromium, "c", &format!("location.pathname === {first}"));
    press(&mut chromium, "Escape", &format!("{} && {current} === 0", page(2)));
    let stood = chromium.value(&window, "document.querySelector('tr.current').dataset.href");
    assert_eq!(stood, left, "the list stands where it was left");
    // Help opens in a window of its own.
    chromium.value(
        &window,
        "document.addEventListener('click', (event) => {
            const link = event.target.closest('a');
            window.asked = link && link.target + link.getAttribute('href');
            event.preventDefault();
        })",
    );
    press(&mut chromium, "?", "window.asked === '_blank/help'");
    chromium.reload(&window);
    chromium.wait(&window, &format!("{current} === 0"));
    press(&mut chromium, "Enter", "location.pathname.startsWith('/case/')");
    let ready =
        "[...document.querySelector('input[name=note]').list.options].map((one) => one.value)";
    let ready = chromium.value(&window, ready);
    assert_eq!(ready.as_array().map(Vec::len), Some(6), "{ready}");
    let words = ready[1].as_str().expect("a text").to_owned();
    press(&mut chromium, "b", "document.activeElement.name === 'note'");
    chromium.write(&window, &words);
    press(&mut chromium, "Enter", "document.activeElement === document.body");
    press(&mut chromium, "3", "document.querySelector('.notice')?.innerText.includes('第 1 号')");
    let ledger = bidui::ledger::Ledger::open(folder.path()).expect("a ledger");
    assert_eq!(json!(ledger.rulings_after(0).expect("readable")[0].note), ready[1]);
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}
