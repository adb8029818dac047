//! Lists and programmes: the example's verdicts, a recount by a plain program, what lists must never
//! change, and what must never leave the office.

use std::collections::BTreeMap;
use std::path::Path;

use calamine::Reader as _;

use crate::recount::verdicts;
use crate::support::program::bidui;
use crate::support::story::{copy, run};

const FIXTURE: &str = "fixtures/programmes";

/// The results of the example.
fn example() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(Path::new(FIXTURE), folder.path());
    run(folder.path()).expect("a run");
    folder
}

fn lines(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("readable");
    reader.deserialize().map(|line| line.expect("a line")).collect()
}

/// A verdict as one line of text, by its place.
fn shown(line: &BTreeMap<String, String>) -> (String, String) {
    let cell = |key: &str| line.get(key).map_or("", String::as_str);
    let place = ["programme", "rule", "source_file", "source_row"].map(cell).join(" ");
    let said =
        ["counted_on", "verdict", "reason_code", "amount_low", "amount_high"].map(cell).join(" ");
    (place, said)
}

fn compare(expected: &BTreeMap<String, String>, found: &BTreeMap<String, String>) {
    let places: std::collections::BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let differing: Vec<String> = places
        .into_iter()
        .filter(|place| expected.get(*place) != found.get(*place))
        .map(|place| {
            format!("{place}: {:?} expected, {:?} found", expected.get(place), found.get(place))
        })
        .collect();
    assert!(differing.is_empty(), "\n{}", differing.join("\n"));
}

#[test]
fn verdicts_of_the_example_are_exactly_as_expected() {
    let folder = example();
    let found = lines(&folder.path().join("out/entitlements.csv")).iter().map(shown).collect();
    let expected = lines(&folder.path().join("expected.csv")).iter().map(shown).collect();
    compare(&expected, &found);
}

#[test]
fn a_plain_program_comes_to_the_same_verdicts() {
    let folder = example();
    let found = lines(&folder.path().join("out/entitlements.csv")).iter().map(shown).collect();
    let recounted = verdicts::recount(&folder.path().join("inputs"));
    compare(&recounted, &found);
}

#[test]
fn every_row_of_every_list_stands_once_in_lists_csv() {
    let folder = example();
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines(&folder.path().join("out/lists.csv")) {
        *rows.entry(line["source_file"].clone()).or_default() += 1;
    }
    let inputs = fs_err::read_dir(folder.path().join("inputs")).expect("readable");
    for file in inputs.map(|file| file.expect("a file").path()) {
        let name = format!("inputs/{}", file.file_name().expect("a name").to_string_lossy());
        let data = fs_err::read_to_string(&file).expect("readable").lines().count() - 1;
        let is_list = !name.contains("建档立卡") && !name.contains("培训.csv");
        if is_list {
            assert_eq!(rows.get(&name).copied().unwrap_or(0), data, "{name}");
        }
    }
}

#[test]
fn a_list_changes_no_link_and_no_form() {
    let with = example();
    let without = tempfile::tempdir().expect("a folder");
    copy(Path::new(FIXTURE), without.path());
    let project = without.path().join("project.toml");
    let text = fs_err::read_to_string(&project).expect("readable");
    let text = text.split("[programmes]").next().expect("a first part");
    let sources: Vec<&str> =
        text.split("\n[[source]]").filter(|part| !part.contains("\"list\"")).collect();
    fs_err::write(&project, sources.join("\n[[source]]")).expect("written");
    run(without.path()).expect("a run");
    for file in ["links.csv", "annex2.csv", "annex3.csv"] {
        let read = |folder: &Path| fs_err::read(folder.join("out").join(file)).expect("readable");
        assert_eq!(read(with.path()), read(without.path()), "{file}");
    }
    assert!(!without.path().join("out/lists.csv").exists());
    assert!(!without.path().join("out/entitlements.csv").exists());
}

/// Words that tell of the one sensitive list.
const SENSITIVE: [&str; 4] = ["服刑", "戒毒", "inmate_rehab", "S16"];

#[test]
fn no_sensitive_group_leaves_the_office() {
    for folder in [example(), made_town(false, 24)] {
        for place in ["反馈", "派发"] {
            let mut files = Vec::new();
            walk(&folder.path().join("out").join(place), &mut files);
            assert!(!files.is_empty() || place == "派发", "{place}");
            for file in files {
                let text = whole_text(&file);
                for word in SENSITIVE {
                    assert!(!text.contains(word), "{} tells of {word}", file.display());
                }
            }
        }
    }
}

fn walk(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    let Ok(items) = fs_err::read_dir(folder) else { return };
    for path in items.map(|item| item.expect("an item").path()) {
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

/// All cells of a workbook.
fn whole_text(path: &Path) -> String {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let sheets = book.worksheets();
    let cells = sheets.iter().flat_map(|(_, range)| range.cells().map(|(_, _, cell)| cell));
    cells.map(|cell| format!("{cell}\n")).collect()
}

#[test]
fn mistakes_of_a_rule_file_come_all_at_once_with_line_and_word() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(Path::new(FIXTURE), folder.path());
    let own = "id = \"own\"\ntitle = \"本市\"\ndocument = \"某文\"\nfrom = 2020-01-01\nto = 2019-01-01\n\
               sheet = \"本市\"\n[[limit]]\nid = \"L1\"\nrules = [\"R2\"]\ncount = 1\nper = [\"persn\"]\n\
               [[rule]]\nid = \"R1\"\ntitle = \"某补贴\"\nsubject = \"attendence\"\n\
               amount = { kind = \"fixd\", yuan = 10 }\n";
    fs_err::write(folder.path().join("own.toml"), own).expect("written");
    let project = folder.path().join("project.toml");
    let text = fs_err::read_to_string(&project).expect("readable");
    let text = text.replace("[programmes]", "[programmes]\nfiles = [\"own.toml\"]");
    let text = text.replace("\"skills-2019\"]", "\"skils-2019\"]");
    fs_err::write(&project, text).expect("written");
    let error = run(folder.path()).expect_err("mistakes");
    for word in [
        "第5行",
        "第9行",
        "R2",
        "第11行",
        "persn",
        "第15行",
        "attendence",
        "第16行",
        "fixd",
        "skills-2019",
    ] {
        assert!(error.contains(word), "{word}: {error}");
    }
}

#[test]
fn cards_go_out_and_an_empty_one_says_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(Path::new("fixtures/cases/exact"), folder.path());
    let issued = bidui(folder.path(), &["cards", "issue", "project.toml", "--month", "2019-06"]);
    assert_eq!(issued.status, 0, "{}", issued.err);
    assert!(issued.out.contains("派发 1 份"), "{}", issued.out);
    let mut files = Vec::new();
    walk(&folder.path().join("派发"), &mut files);
    let text = whole_text(&files[0]);
    assert!(text.contains("张伟") && text.contains("待建档"), "{text}");
    assert!(!text.contains("230899200103051818"), "no full number is handed out");
    let back = bidui(folder.path(), &["cards", "import", "project.toml", "派发/*/*/*.xlsx"]);
    assert!(back.out.contains("采用 0 行，未填"), "{}{}", back.out, back.err);
}

/// A made town of lists, classes and claims, damaged or not, run as its own project.
fn made_town(is_clean: bool, seed: u64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let order = crate::generator::project::Order {
        size: crate::generator::size::find("example").expect("a size"),
        rates: crate::generator::rates::Rates::load(None, is_clean).expect("rates"),
        formats: crate::generator::project::formats("all").expect("formats"),
        seed,
        out: folder.path().to_owned(),
        wishes: false,
        lists: Some(500),
        rounds: 1,
        odd_names: false,
        provinces: 1,
        province: crate::generator::provinces::Province::ALONE,
    };
    crate::generator::project::make(&order).expect("made");
    let project = folder.path().join("programmes.toml");
    fs_err::rename(project, folder.path().join("project.toml")).expect("renamed");
    run(folder.path()).expect("a run");
    folder
}

/// Verdicts of a file by their places, those of money and work only.
fn verdicts_of(path: &Path) -> BTreeMap<String, String> {
    let wanted = |line: &BTreeMap<String, String>| line["programme"] != "five-exemptions";
    lines(path).iter().filter(|line| wanted(line)).map(shown_with_money).collect()
}

fn shown_with_money(line: &BTreeMap<String, String>) -> (String, String) {
    let (place, said) = shown(line);
    (place, format!("{said} {} {}", line["amount_claimed"], line["amount_paid"]))
}

#[test]
fn verdicts_and_figures_of_a_made_town_are_what_is_true() {
    let folder = made_town(true, 21);
    let (truth, out) = (folder.path().join("truth/programmes"), folder.path().join("out"));
    let expected = verdicts_of(&truth.join("entitlements.csv"));
    assert!(expected.len() > 800, "{}", expected.len());
    compare(&expected, &verdicts_of(&out.join("entitlements.csv")));
    let figure = |line: &BTreeMap<String, String>| {
        let place = ["programme", "figure", "row", "period_start", "period_end"];
        let number = |key: &str| if line[key].is_empty() { "0" } else { &line[key] }.to_owned();
        let said = format!("{} {}", number("value"), number("pending"));
        (place.map(|key| line[key].as_str()).join(" "), said)
    };
    let expected: BTreeMap<String, String> =
        lines(&truth.join("progress.csv")).iter().map(figure).collect();
    let mut found: BTreeMap<String, String> =
        lines(&out.join("progress.csv")).iter().map(figure).collect();
    found.retain(|place, _| expected.contains_key(place));
    compare(&expected, &found);
    quarterly_report(&truth, &out);
    five_stages(&out);
}

/// Every attendance of the made town stands once in the summary of the five stages, and no stint of work does.
fn five_stages(out: &Path) {
    let sheets = crate::support::answers::sheets(&out.join("项目/培训五个环节.xlsx"));
    let rows = &sheets[0].1;
    let heading = rows.iter().position(|row| row.get(2).is_some_and(|cell| cell == "培训人次"));
    let rows = &rows[heading.expect("the headings") + 1..];
    assert!(rows.len() > 5, "{rows:?}");
    let number = |text: &String| text.parse::<f64>().expect("a number");
    for row in rows {
        let parts: f64 = row[3..8].iter().map(number).sum();
        assert!((parts - number(&row[2])).abs() < 0.5, "{row:?}");
        assert!(!row[1].contains("亚麻厂"), "employers have no attendances: {row:?}");
    }
    let (total, agencies) = rows.split_last().expect("a total");
    let sum: f64 = agencies.iter().map(|row| number(&row[2])).sum();
    assert!((sum - number(&total[2])).abs() < 0.5, "{total:?}");
}

/// The printed report of the training plan says what is true of the year, and its quarters add up to it.
fn quarterly_report(truth: &Path, out: &Path) {
    let of = |start: &str, end: &str| {
        let all = lines(&truth.join("progress.csv"));
        let is_it = |line: &&BTreeMap<String, String>| {
            line["figure"] == "sp_times"
                && line["row"] == "佳木斯市"
                && line["period_start"] == start
                && line["period_end"] == end
        };
        all.iter().find(is_it).expect("the line")["value"].clone()
    };
    let path = out.join("项目/培训计划进度.xlsx");
    let sheets = crate::support::answers::sheets(&path);
    let (_, rows) = sheets.iter().find(|(name, _)| name == "季报").expect("the report");
    let city = rows.iter().find(|row| row.get(1).is_some_and(|name| name == "佳木斯市"));
    let city = city.expect("the city");
    assert_eq!(city[3], of("2019-10-01", "2019-12-31"), "本季人次");
    assert_eq!(city[4], of("2019-01-01", "2019-12-31"), "累计人次");
    let told = fs_err::read_to_string(out.join("progress.csv")).expect("text");
    assert!(!told.contains("sp_money"), "what is only printed stays out of the contract's table");
}

/// A bureau's own blank of the report holds the figures of the shipped layout, under other headings.
#[test]
fn the_quarterly_report_fills_a_bureaus_own_blank() {
    let folder = made_town(true, 21);
    let out = folder.path().join("out");
    let shipped = crate::support::answers::sheets(&out.join("项目/培训计划进度.xlsx"));
    let shipped = &shipped.iter().find(|(name, _)| name == "季报").expect("the report").1;
    let heading = shipped.iter().find(|row| row.iter().any(|cell| cell == "取证人次"));
    let certified = heading.expect("headings").iter().position(|cell| cell == "取证人次");
    let of_city = |rows: &[Vec<String>]| {
        let is_city = |row: &&Vec<String>| row.get(1).is_some_and(|name| name == "佳木斯市");
        rows.iter().find(is_city).expect("the city").clone()
    };
    bind_report(folder.path(), |binding| binding);
    run(folder.path()).expect("a run");
    let filled = crate::support::answers::sheets(&out.join("项目/培训计划进度_季报.xlsx"));
    let (expected, found) = (of_city(shipped), of_city(&filled[0].1));
    assert_eq!(expected[2..6], found[2..6], "plan, quarter, to date, share");
    assert_eq!(expected[certified.expect("a column")], found[16], "certificates");
    assert!(filled[0].1[2].iter().any(|cell| cell == "统计期: 2019年1月1日至2019年12月31日"));
    assert!(found[18].parse::<f64>().expect("money") > 0.0, "{found:?}");
    let project = folder.path().join("project.toml");
    let text = fs_err::read_to_string(&project).expect("readable");
    let payments =
        "[[source]]\nkind = \"list\"\nlist = \"payments\"\nfiles = [\"inputs/名单/补贴发放*\"]\n";
    assert!(text.contains(payments));
    fs_err::write(&project, text.replace(payments, "")).expect("written");
    run(folder.path()).expect("a run");
    let unpaid = crate::support::answers::sheets(&out.join("项目/培训计划进度_季报.xlsx"));
    assert_eq!(of_city(&unpaid[0].1)[18], "—", "nobody handed payments over");
    let progress = crate::support::answers::sheets(&out.join("项目/培训计划进度.xlsx"));
    assert!(progress.iter().all(|(name, _)| name != "季报"), "one report, not two");
    bind_report(folder.path(), |binding| {
        binding.replace("\"sp_certified\"", "\"sp_certificates\"")
    });
    let outcome = crate::support::program::bidui(folder.path(), &["check", "project.toml"]);
    assert!(outcome.out.contains("sp_certificates"), "{}", outcome.out);
    bind_report(folder.path(), |binding| binding.replace("skills-plan-2019", "skills-plan"));
    let outcome = crate::support::program::bidui(folder.path(), &["check", "project.toml"]);
    assert!(outcome.err.contains("是否应为“skills-plan-2019”？"), "{}", outcome.err);
}

/// Lays the shipped blank of the quarterly report and its changed binding beside a project that names them.
fn bind_report(folder: &Path, change: impl Fn(String) -> String) {
    const NAME: &str = "季报_职业技能提升行动";
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/templates").join(NAME);
    fs_err::copy(shipped.with_extension("xlsx"), folder.join(NAME).with_extension("xlsx"))
        .expect("copied");
    let binding = fs_err::read_to_string(shipped.with_extension("toml")).expect("readable");
    fs_err::write(folder.join(NAME).with_extension("toml"), change(binding)).expect("written");
    let project = folder.join("project.toml");
    let text = fs_err::read_to_string(&project).expect("readable");
    if !text.contains("[form]") {
        let text = format!("{text}\n[form]\ntemplates = [\"{NAME}.toml\"]\n");
        fs_err::write(project, text).expect("written");
    }
}

#[test]
fn damaged_rows_are_open_questions_and_neither_money_nor_refusals() {
    let folder = made_town(false, 22);
    let verdict = |line: &BTreeMap<String, String>| {
        let place = ["programme", "rule", "source_file", "source_row"].map(|key| &*line[key]);
        (place.join(" "), line["verdict"].clone())
    };
    let read = |path: &str| -> BTreeMap<String, String> {
        lines(&folder.path().join(path)).iter().map(verdict).collect()
    };
    let truth = read("truth/programmes/entitlements.csv");
    let mut found = read("out/entitlements.csv");
    found.retain(|place, _| truth.contains_key(place));
    let wrong: Vec<(&String, &String)> = found
        .iter()
        .filter(|(place, verdict)| {
            let (is_true, is_found) = (truth[*place] == "entitled", *verdict == "entitled");
            let is_open = *verdict == "undecided";
            is_true != is_found && !is_open
        })
        .collect();
    // Whoever may be the same person may have used the places, days and months.
    let twice: Vec<_> = wrong
        .iter()
        .filter(|(place, verdict)| {
            *verdict == "entitled" && ["over-limit", "duplicate"].contains(&&*truth[*place])
        })
        .collect();
    assert!(twice.is_empty(), "paid twice: {twice:?}");
    // A row with somebody else's number is somebody else's row.
    assert!(wrong.len() * 200 < truth.len(), "{wrong:?}");
    let same = truth.iter().filter(|(place, verdict)| found.get(*place) == Some(*verdict)).count();
    assert!(same * 100 >= truth.len() * 88, "{same} of {}", truth.len());
}

#[test]
fn no_row_of_a_made_list_joins_somebody_else() {
    let folder = made_town(false, 23);
    let key = |line: &BTreeMap<String, String>| {
        ["source_file", "source_sheet", "source_row"].map(|key| line[key].clone())
    };
    let truth = lines(&folder.path().join("truth/programmes/lists.csv"));
    let who: BTreeMap<[String; 3], String> =
        truth.iter().map(|line| (key(line), line["who"].clone())).collect();
    let found = lines(&folder.path().join("out/lists.csv"));
    assert_eq!(found.len(), truth.len(), "every row once");
    let mut people: BTreeMap<&str, &str> = BTreeMap::new();
    for line in &found {
        let true_person = who[&key(line)].as_str();
        let first = people.entry(&line["person"]).or_insert(true_person);
        assert_eq!(*first, true_person, "{line:?}");
    }
}

/// The addresses of links to people behind numbers, with the numbers.
fn numbers(page: &str) -> Vec<(String, usize)> {
    let links = page.split("<a href=\"/behind?").skip(1);
    let number = |link: &str| {
        let (address, rest) = link.split_once("\">")?;
        let shown = rest.split_once('<')?.0.parse().ok()?;
        Some((format!("/behind?{}", address.replace("&amp;", "&")), shown))
    };
    links.filter_map(number).collect()
}

#[test]
fn every_number_of_the_page_leads_to_the_people_behind_it() {
    let folder = example();
    let desk = crate::support::desk::Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let page = browser.get_whole("/programmes").body;
    let all = numbers(&page);
    assert!(all.len() > 10, "{page}");
    for (address, count) in all {
        let people = browser.get(&address).body;
        assert!(people.contains(&format!("{count} 条")), "{address}: {count}");
        let rows = people.matches("<a href=\"/person?person=").count();
        assert_eq!(rows, count.min(50), "{address}");
        assert!(!people.contains("239901198609171567"), "numbers are masked");
    }
    assert!(page.contains("按标准"), "no 0 yuan where the document names no amount");
    let old = browser.get("/behind?line=0&run=999");
    assert_eq!(old.status, 404);
}
