//! Lists pushed to schools every month (M21, 齐人社发〔2025〕7号 二2): graduates without work who live in the school's
//! city, and the posts that are new to the school. Never with ID numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;

use crate::file_names::portable;
use crate::ledger::Ledger;
use crate::programmes::CardLine;
use crate::records::Entry;
use crate::results::Results;
use crate::sources::{Silent, read_grids};
use crate::vocabulary::SourceKind;
use crate::workbooks::{Graduate, POST_HEADINGS, PostCells, push_list};

use super::handing_out::{FOLDER, IssueError, unused};
use super::policy::{areas, texts};

/// The kind of lines that say what was sent.
const CARD: &str = "push";

/// Writes a list for each school of the project with somebody to hear of, and keeps what was sent.
pub(super) fn issue(
    results: &Results,
    ledger: &mut Ledger,
    tokens: &[Vec<String>],
    month: &str,
    at: Timestamp,
) -> Result<Vec<(PathBuf, usize)>, IssueError> {
    let graduates = graduates(results, ledger, tokens)?;
    if graduates.is_empty() {
        return Ok(Vec::new());
    }
    let posts = posts(results);
    let sent = ledger.pushed()?;
    let areas = areas(results.project);
    let mut files = Vec::new();
    for school in schools(results) {
        let city = areas.place(school);
        let own: Vec<&Graduate> = graduates
            .iter()
            .filter(|(home, _)| home == city)
            .map(|(_, graduate)| graduate)
            .collect();
        let keys = ledger.name_keys();
        let is_new = |post: &&PostCells| {
            let key = keys.card(&post.join("\u{1f}"));
            sent.iter().all(|line| line.unit != school || line.person != key || line.month == month)
        };
        let fresh: Vec<PostCells> = posts.iter().filter(is_new).cloned().collect();
        if own.is_empty() {
            continue;
        }
        let path = path(results, month, school);
        crate::private_files::make_folder(path.parent().unwrap_or(&path))?;
        push_list(&path, results.project, school, &own, &fresh)?;
        ledger.take_cards(&lines(school, month, &own, &fresh), "", at)?;
        files.push((path, own.len()));
    }
    Ok(files)
}

fn path(results: &Results, month: &str, school: &str) -> PathBuf {
    unused(&results.project.root.join(FOLDER).join("院校").join(month), &portable(school))
}

/// Schools of the run, and those the project names.
fn schools<'a>(results: &'a Results) -> BTreeSet<&'a str> {
    let institutions = results.records.institutions.iter();
    let own = institutions.filter(|one| one.kind == SourceKind::Enrollment);
    own.map(|one| one.name.as_str()).collect()
}

/// Graduates without work with the city they live in, by major and wish.
fn graduates(
    results: &Results,
    ledger: &Ledger,
    tokens: &[Vec<String>],
) -> Result<Vec<(String, Graduate)>, IssueError> {
    let Some(census) = results.census else { return Ok(Vec::new()) };
    let keys = ledger.name_keys();
    let employed: BTreeSet<String> = ledger
        .cards()?
        .into_iter()
        .filter(|line| line.field == "就业情况" && line.value != "未就业")
        .map(|line| line.person)
        .collect();
    let mut all: BTreeMap<u32, (String, Graduate)> = BTreeMap::new();
    for (entry, person) in results.records.entries.iter().zip(&census.of_entry) {
        let list = &results.records.lists[usize::from(entry.list)];
        let own = &tokens[*person as usize];
        let has_work = entry.to.is_some()
            || entry.lapsed
            || own.iter().any(|token| employed.contains(&keys.card(token)));
        if list.list != "graduate_unemployed" || has_work {
            continue;
        }
        let Some(token) = own.first() else { continue };
        // Of several rows the last one stands.
        all.insert(*person, (home(results, entry), graduate(entry, token)));
    }
    let mut all: Vec<(String, Graduate)> = all.into_values().collect();
    all.sort_by(|(_, a), (_, b)| {
        (&a.major, &a.wish, &a.name, &a.token).cmp(&(&b.major, &b.wish, &b.name, &b.token))
    });
    Ok(all)
}

fn home(results: &Results, entry: &Entry) -> String {
    let city = results.records.gazetteer.name(entry.facts.place.city);
    if city.is_empty() { results.project.unit.clone() } else { city.to_owned() }
}

fn graduate(entry: &Entry, token: &str) -> Graduate {
    let detail = &entry.detail;
    Graduate {
        token: token.to_owned(),
        name: entry.facts.name.raw().trim().to_owned(),
        phone: entry.facts.phones.first().map_or_else(String::new, ToString::to_string),
        school: detail.school.to_string(),
        major: detail.major.to_string(),
        wish: detail.job_wish.to_string(),
    }
}

/// Posts as the project's files have them (`[programmes] catalogues = { jobs = [..] }`): a row of headings that
/// names the unit and the post, and what stands below it.
fn posts(results: &Results) -> Vec<PostCells> {
    let project = results.project;
    let Some(files) = project.catalogues.get("jobs") else { return Vec::new() };
    let mut posts = Vec::new();
    for grid in &read_grids(&project.root, files, &[], &Silent).grids {
        let rows = texts(grid);
        let is_heading = |row: &Vec<String>| {
            let has = |word: &str| row.iter().any(|cell| cell.contains(word));
            has("单位") && has("岗位")
        };
        let Some(at) = rows.iter().position(is_heading) else { continue };
        let columns =
            POST_HEADINGS.map(|word| rows[at].iter().position(|cell| cell.contains(word)));
        for row in &rows[at + 1..] {
            let cells = columns.map(|column| {
                let cell = column.and_then(|column| row.get(column));
                cell.cloned().unwrap_or_default()
            });
            if !cells[0].is_empty() || !cells[1].is_empty() {
                posts.push(cells.to_vec());
            }
        }
    }
    posts
}

/// What was sent: people and posts.
fn lines(school: &str, month: &str, people: &[&Graduate], posts: &[PostCells]) -> Vec<CardLine> {
    let line = |person: String, field: &str| CardLine {
        card: CARD.to_owned(),
        unit: school.to_owned(),
        person,
        month: month.to_owned(),
        field: field.to_owned(),
        value: "已推送".to_owned(),
        filled_by: String::new(),
        source_file: String::new(),
        source_sheet: String::new(),
        source_row: 0,
    };
    let people = people.iter().map(|one| line(one.token.clone(), "毕业生"));
    let posts = posts.iter().map(|post| line(post.join("\u{1f}"), "岗位"));
    people.chain(posts).collect()
}
