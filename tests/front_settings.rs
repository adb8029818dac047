//! The project file changed on the start page: settings, columns, the whole text; and the forms.

use serde_json::json;

use crate::browser::CONTRAST;
use crate::front::{NAMELESS, done, enter, open};
use crate::support::chromium::{Chromium, Window};
use crate::support::desk::{Answer, Browser};
use crate::support::program::small_project;

/// Every field of the form of settings as the page shows it, with some changed.
fn filled(page: &Answer, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let base = page.after("name=\"base\" value=\"").to_owned();
    let mut fields = vec![("base".to_owned(), base)];
    for part in page.body.split(" name=\"s:").skip(1) {
        let (name, rest) = part.split_once('"').expect("a name");
        let tag = rest.split_once("</div>").map_or(rest, |(tag, _)| tag);
        let value = if tag.contains("<option") {
            let chosen = tag.split("<option").find(|option| option.contains(" selected"));
            chosen
                .and_then(|option| option.split("value=\"").nth(1))
                .and_then(|value| value.split('"').next())
        } else if tag.contains("</textarea>") {
            tag.split_once('>').and_then(|(_, text)| text.split("</textarea>").next())
        } else {
            tag.split("value=\"").nth(1).and_then(|value| value.split('"').next())
        };
        fields.push((format!("s:{name}"), value.unwrap_or_default().to_owned()));
    }
    for (name, value) in changes {
        let field = fields.iter_mut().find(|(known, _)| known == name);
        match field {
            Some(field) => field.1 = (*value).to_owned(),
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    fields
}

fn post(browser: &Browser, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let told = browser.post(path, &fields);
    assert_eq!(told.status, 303, "{}", told.body);
    browser.get(told.header("location"))
}

#[test]
fn settings_are_changed_on_the_page_and_remarks_stay() {
    let (project, home) = (small_project(), tempfile::tempdir().expect("a folder"));
    let file = project.path().join("project.toml");
    let before = format!("# 老张的项目\n{}# 完\n", fs_err::read_to_string(&file).expect("read"));
    fs_err::write(&file, &before).expect("written");
    let desk = open(project.path(), home.path());
    let browser = enter(&desk);
    // Nothing changed is nothing written.
    let page = browser.get("/settings");
    post(&browser, "/settings", &filled(&page, &[]));
    assert_eq!(fs_err::read_to_string(&file).expect("read"), before);
    let page = browser.get("/settings");
    let page = post(
        &browser,
        "/settings",
        &filled(
            &page,
            &[
                ("s:as_of", "2019-12-10"),
                ("s:form.filled_by", "李四"),
                ("s:figures.worker_ages", "16-59"),
                ("s:place.0.from", "红光"),
                ("s:place.0.to", "桦南县桦南镇红光村"),
            ],
        ),
    );
    assert!(page.body.contains("已保存到项目文件"), "{}", page.body);
    let text = fs_err::read_to_string(&file).expect("read");
    let without: Vec<&str> =
        before.lines().filter(|line| !text.lines().any(|one| one == *line)).collect();
    assert_eq!(without, ["as_of = 2019-06-10"], "{text}");
    for line in [
        "as_of = 2019-12-10",
        "[form]\nfilled_by = \"李四\"",
        "worker_ages = [16, 59]",
        "[[place]]\nfrom = \"红光\"",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(browser.get("/project").body.contains("2019-12-10"));
    // A section can be taken out.
    let page = browser.get("/settings");
    post(&browser, "/settings", &filled(&page, &[("out:place.0", "1")]));
    assert!(!fs_err::read_to_string(&file).expect("read").contains("[[place]]"));
}

#[test]
fn what_is_wrong_is_shown_at_its_field_and_not_written() {
    let (project, home) = (small_project(), tempfile::tempdir().expect("a folder"));
    let file = project.path().join("project.toml");
    let before = fs_err::read_to_string(&file).expect("read");
    let desk = open(project.path(), home.path());
    let browser = enter(&desk);
    let page = browser.get("/settings");
    let page = post(
        &browser,
        "/settings",
        &filled(&page, &[("s:as_of", "六月"), ("s:form.filled_by", "李四")]),
    );
    assert_eq!(fs_err::read_to_string(&file).expect("read"), before);
    assert!(page.body.contains("还没有保存：有 1 处写得不对"), "{}", page.body);
    let field = page.after("<input id=\"s:as_of\"");
    assert!(
        page.body.contains("value=\"六月\"") && page.body.contains("aria-invalid=\"true\""),
        "{field}"
    );
    let told =
        page.body.split("id=\"t:as_of\"").nth(1).and_then(|rest| rest.split("</small>").next());
    assert!(told.is_some_and(|told| told.contains("不是有效日期")), "{told:?}");
    // What was right stays typed and is kept with the mended rest.
    let page = post(&browser, "/settings", &filled(&page, &[("s:as_of", "2019-06-28")]));
    assert!(page.body.contains("已保存"), "{}", page.body);
    let text = fs_err::read_to_string(&file).expect("read");
    assert!(text.contains("as_of = 2019-06-28") && text.contains("filled_by = \"李四\""), "{text}");
    // Somebody else's change is not lost.
    let page = browser.get("/settings");
    fs_err::write(&file, text.replace("李四", "王五")).expect("written");
    let page = post(&browser, "/settings", &filled(&page, &[("s:form.filled_by", "赵六")]));
    assert!(
        page.body.contains("刚才在别处改过") && page.body.contains("value=\"王五\""),
        "{}",
        page.body
    );
    assert!(fs_err::read_to_string(&file).expect("read").contains("王五"));
}

#[test]
fn a_broken_file_is_mended_as_text() {
    let (project, home) = (small_project(), tempfile::tempdir().expect("a folder"));
    let file = project.path().join("project.toml");
    let good = fs_err::read_to_string(&file).expect("read");
    fs_err::write(&file, good.replace("unit = \"佳木斯市\"", "unit = \"佳木斯市"))
        .expect("written");
    let desk = open(project.path(), home.path());
    let browser = enter(&desk);
    let page = browser.get("/settings");
    assert!(page.body.contains("第2行"), "{}", page.body);
    let base = page.after("name=\"base\" value=\"").to_owned();
    let typed = |text: &str| {
        vec![("base".to_owned(), base.clone()), ("text".to_owned(), text.replace('\n', "\r\n"))]
    };
    let page = post(&browser, "/settings/text", &typed(&good.replace("as_of", "as_off")));
    assert!(page.body.contains("还没有保存") && page.body.contains("as_off"), "{}", page.body);
    let page = post(&browser, "/settings/text", &typed(&good));
    assert!(page.body.contains("已保存"), "{}", page.body);
    assert_eq!(fs_err::read_to_string(&file).expect("read"), good);
    assert!(browser.get("/project").body.contains("佳木斯市技能脱贫数据比对"));
}

#[test]
fn columns_are_corrected_by_hand() {
    let (project, home) = (small_project(), tempfile::tempdir().expect("a folder"));
    let list = project.path().join("inputs/training/惠民职业培训学校.csv");
    let text = fs_err::read_to_string(&list).expect("read");
    fs_err::write(&list, text.replace("身份证号", "号码之类")).expect("written");
    let file = project.path().join("project.toml");
    let before = fs_err::read_to_string(&file).expect("read");
    let desk = open(project.path(), home.path());
    let browser = enter(&desk);
    browser.post("/columns/read", &[]);
    let page = done(&browser, "/columns?sheet=2");
    assert!(page.body.contains("号码之类"), "{}", page.body);
    let place = page.body.find("号码之类”当作").expect("a field");
    let name = page.body[..place]
        .rsplit("name=\"")
        .next()
        .and_then(|rest| rest.split('"').next())
        .expect("a name");
    assert!(!page.body.contains("2399012001"), "numbers are masked: {}", page.body);
    // What is chosen already, and one more.
    let mut fields = vec![("sheet".to_owned(), "2".to_owned())];
    for part in page.body.split("<select name=\"c").skip(1) {
        let (number, rest) = part.split_once('"').expect("a name");
        let options = rest.split("</select>").next().expect("an end");
        let chosen =
            options.split("<option").find(|option| option.contains(" selected")).expect("one");
        let value = chosen
            .split("value=\"")
            .nth(1)
            .and_then(|value| value.split('"').next())
            .expect("a value");
        fields.push((format!("c{number}"), value.to_owned()));
    }
    let twice: Vec<(String, String)> = fields
        .iter()
        .map(|(key, value)| {
            (key.clone(), if key == name { "name".to_owned() } else { value.clone() })
        })
        .collect();
    let page = post(&browser, "/columns", &twice);
    assert!(page.body.contains("选了 2 列"), "{}", page.body);
    assert_eq!(fs_err::read_to_string(&file).expect("read"), before);
    for field in &mut fields {
        if field.0 == name {
            field.1 = "id_number".to_owned();
        }
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(browser.post("/columns", &fields).header("location"), "/columns?sheet=2");
    let page = done(&browser, "/columns?sheet=2");
    assert!(!page.body.contains("读出来与所选不同"), "{}", page.body);
    let after = fs_err::read_to_string(&file).expect("read");
    assert!(after.contains("columns = { id_number = [\"号码之类\"] }"), "{after}");
    assert!(before.lines().all(|line| after.lines().any(|other| other == line)), "{after}");
}

/// On paper there is nothing else, headings stand on every page, and no number is broken.
fn nothing_but_forms_on_paper(chromium: &mut Chromium, window: &Window) {
    chromium.for_paper(window);
    let printed = chromium.value(
        window,
        "[...document.querySelectorAll('.paper')].map((paper) => {
        const style = (of) => getComputedStyle(paper.querySelector(of));
        return [style('thead').display, style('td.n').whiteSpace, style('p.screen').display,
            paper.querySelectorAll('thead tr').length]; })",
    );
    assert_eq!(printed, json!(vec![("table-header-group", "nowrap", "none", 2); 2]));
    let rest = "getComputedStyle(document.querySelector('header')).display";
    assert_eq!(chromium.value(window, rest), json!("none"), "no navigation");
}

#[test]
fn the_new_pages_in_a_real_browser() {
    let Some(mut chromium) = Chromium::start() else { return };
    let (project, home) = (small_project(), tempfile::tempdir().expect("a folder"));
    let desk = open(project.path(), home.path());
    let window = chromium.window();
    chromium.open(&window, &format!("http://{}{}", desk.host, desk.start));
    let press = |chromium: &mut Chromium, button: &str, until: &str| {
        chromium.wait(&window, &format!("document.querySelector(\"{button}\") !== null"));
        chromium.value(&window, &format!("document.querySelector(\"{button}\").click()"));
        chromium.wait(&window, &format!("document.readyState === 'complete' && {until}"));
        chromium.wait(&window, "!document.querySelector('section.run')");
    };
    press(
        &mut chromium,
        "form[action='/run'] button",
        "document.body.textContent.includes('这一次比对')",
    );
    for path in ["/project", "/settings", "/columns", "/forms", "/received"] {
        chromium.open(&window, &format!("http://{}{path}", desk.host));
        if path == "/columns" {
            press(
                &mut chromium,
                "form[action='/columns/read'] button",
                "document.querySelector('td.samples') !== null",
            );
        }
        let wide = chromium.value(&window, "document.documentElement.scrollWidth");
        assert!(wide.as_u64().is_some_and(|wide| wide <= 1366), "{path} is {wide} wide");
        let least = chromium.value(&window, CONTRAST);
        assert!(least[0].as_f64().is_some_and(|ratio| ratio >= 4.5), "{path}: {least}");
        assert_eq!(chromium.value(&window, NAMELESS), json!([]), "{path}");
    }
    // The paper: its two lines of headings, and 总计 at the end, as in the workbook.
    chromium.open(&window, &format!("http://{}/forms", desk.host));
    let forms = chromium.value(&window, "[...document.querySelectorAll('.paper')].map((paper) => [
        paper.querySelector('.title').innerText, paper.querySelectorAll('th[rowspan=\"2\"]').length > 0,
        paper.innerText.includes('总计'), paper.innerText.includes('填表单位(盖章): 佳木斯市人力资源社会保障局')])");
    assert_eq!(
        forms,
        json!([
            ["技工院校技能脱贫攻坚进展情况表", true, true, true],
            ["技能培训技能脱贫攻坚进展情况表", true, true, true]
        ])
    );
    nothing_but_forms_on_paper(&mut chromium, &window);
    // A file dropped on the page.
    chromium.open(&window, &format!("http://{}/project", desk.host));
    chromium.value(&window, "(() => {
        const data = new DataTransfer();
        data.items.add(new File(['没有名单'], '说明.txt'));
        document.querySelector('form.drop').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    })()");
    chromium.wait(
        &window,
        "location.pathname === '/received' && document.body.textContent.includes('说明.txt')",
    );
    assert!(project.path().join("收到的文件/说明.txt").is_file());
    assert!(chromium.troubles.is_empty(), "{:?}", chromium.troubles);
}
