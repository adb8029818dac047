//! Links, reviews and none: by kind, school, county and class; and how far apart the sure and the
//! unsure lie.

use std::collections::BTreeMap;

use crate::linkage::evaluation::bits;
use crate::linkage::{Decision, MatchClass, Outcome};
use crate::plots::{Axis, BarPair, Chart, Mark, mirrored_bars};
use crate::vocabulary::SourceKind;
use crate::web::html::{Align, HtmlTable, figure, note, paragraph};
use crate::web::report::{RunPage, percent};

const COLUMNS: [(&str, Align); 6] = [
    ("", Align::Path),
    ("行数", Align::Number),
    ("比对一致", Align::Number),
    ("待核", Align::Number),
    ("未比中", Align::Number),
    ("比对一致占比", Align::Number),
];

/// Rows linked, in review, and none.
type DecisionCounts = [usize; 3];

fn slot(decision: Decision) -> usize {
    match decision {
        Decision::Link => 0,
        Decision::Review => 1,
        Decision::None => 2,
    }
}

fn line(name: &str, counts: DecisionCounts) -> [String; 6] {
    let rows: usize = counts.iter().sum();
    let [link, review, none] = counts.map(|count| count.to_string());
    [name.to_owned(), rows.to_string(), link, review, none, percent(counts[0], rows)]
}

/// All tables.
pub(super) fn links(run: &RunPage) -> String {
    [kinds(run), schools(run), counties(run), classes(run)].concat()
}

fn kinds(run: &RunPage) -> String {
    let mut table = HtmlTable::new(&COLUMNS);
    for kind in [SourceKind::Enrollment, SourceKind::Training] {
        let rows = run.results.records.sources.iter().zip(run.results.outcomes);
        let own = rows.filter(|(row, _)| row.kind() == kind).map(|(_, outcome)| outcome);
        table.row(&line(kind.label(), counted(own)), false);
    }
    if !run.results.wishes.is_empty() {
        table.row(&line(SourceKind::Intention.label(), counted(run.results.wishes.iter())), false);
    }
    table.finish("按数据来源")
}

fn counted<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> DecisionCounts {
    let mut counts = DecisionCounts::default();
    outcomes.for_each(|outcome| counts[slot(outcome.decision)] += 1);
    counts
}

fn schools(run: &RunPage) -> String {
    let mut counts = vec![DecisionCounts::default(); run.results.records.institutions.len()];
    for (record, outcome) in run.results.records.sources.iter().zip(run.results.outcomes) {
        if let Some(counts) = counts.get_mut(record.institution as usize) {
            counts[slot(outcome.decision)] += 1;
        }
    }
    let mut rows: Vec<_> = run.results.records.institutions.iter().zip(counts).collect();
    rows.sort_by_key(|(institution, _)| *institution);
    let mut table = HtmlTable::new(&COLUMNS);
    for (institution, counts) in rows {
        table.row(&line(&institution.name, counts), false);
    }
    table.finish("按学校、机构")
}

fn counties(run: &RunPage) -> String {
    let columns = [
        ("县(市、区)", Align::Text),
        ("登记行数", Align::Number),
        ("比对一致的行", Align::Number),
        ("待核的行", Align::Number),
    ];
    let records = run.results.records;
    let home = |person: u32| {
        let person = &records.persons[person as usize];
        (person.region, person.facts.place.county)
    };
    let mut sums: BTreeMap<_, DecisionCounts> = BTreeMap::new();
    for person in &records.persons {
        sums.entry((person.region, person.facts.place.county)).or_default()[0] += 1;
    }
    for outcome in run.results.outcomes.iter().filter(|one| one.decision != Decision::None) {
        if let Some(best) = outcome.best() {
            let column = if outcome.decision == Decision::Link { 1 } else { 2 };
            sums.entry(home(best.person)).or_default()[column] += 1;
        }
    }
    let mut table = HtmlTable::new(&columns);
    for ((region, place), counts) in sums {
        let name = records.gazetteer.name(place);
        let name = if name.is_empty() { "县（市、区）不详" } else { name };
        let city = records.regions.get(usize::from(region)).filter(|_| region > 0);
        let name = city.map_or_else(|| name.to_owned(), |city| format!("{name}\n登记在{city}"));
        let [persons, link, review] = counts.map(|count| count.to_string());
        table.row(&[name, persons, link, review], false);
    }
    let mut text = table.finish("按登记所在县");
    text.push_str(&note("待核的行按最可能的候选人所在县计。"));
    text
}

fn classes(run: &RunPage) -> String {
    let mut table = HtmlTable::new(&COLUMNS);
    for class in MatchClass::ALL {
        let counts = counted(run.results.outcomes.iter().filter(|one| one.match_class == class));
        if counts.iter().sum::<usize>() > 0 {
            table.row(&line(class.label(), counts), false);
        }
    }
    table.finish("按比对类别")
}

/// Bins of the picture: one bit each, what lies beyond drawn at the ends.
const LOWEST: i32 = -20;
const HIGHEST: i32 = 40;

/// The best candidates by weight, with both thresholds.
pub(super) fn weights(run: &RunPage) -> String {
    let mut text = paragraph(
        "每一行的最佳候选人按匹配权重排开（权重每多 1，是同一人的把握大一倍）：向上是比对一致的行，向下是待核和未比中的行。\
         两堆分得越开，需要人工核对的越少。虚线为程序判定待核、一致的阈值。",
    );
    let bins = bins(run.results.outcomes);
    if bins.iter().all(|bin| bin.up + bin.down == 0) {
        text.push_str(&paragraph("没有一行有候选人。"));
        return text;
    }
    text.push_str(&figure(&picture(run, &bins)));
    text.push_str(&note(
        "阈值按概率设定；图上按没有其他候选人时的权重标出。有确定性规则、人工认定或两人难分高下的行，会落在阈值的另一边。",
    ));
    text
}

fn bins(outcomes: &[Outcome]) -> Vec<BarPair> {
    let mut bins: Vec<BarPair> = (LOWEST..HIGHEST)
        .map(|from| BarPair { from: f64::from(from), to: f64::from(from + 1), up: 0, down: 0 })
        .collect();
    for outcome in outcomes {
        let Some(best) = outcome.best() else { continue };
        let last = bins.len() - 1;
        let index = bins.iter().position(|bin| best.weight < bin.to).unwrap_or(last);
        let count = match outcome.decision {
            Decision::Link => &mut bins[index].up,
            Decision::Review | Decision::None => &mut bins[index].down,
        };
        *count += 1;
    }
    bins
}

fn picture(run: &RunPage, bins: &[BarPair]) -> String {
    let mark = |name: &str, at: f64| Mark { at: bits(at), label: format!("{name} {at}") };
    let link: usize = bins.iter().map(|bin| bin.up).sum();
    let other: usize = bins.iter().map(|bin| bin.down).sum();
    let ticks = (LOWEST..=HIGHEST).filter(|at| at % 10 == 0);
    let chart = Chart {
        title: "最佳候选人的匹配权重".to_owned(),
        description: format!("比对一致 {link} 行，待核和未比中 {other} 行，按权重从低到高排列"),
        width: 1000.0,
        height: 360.0,
        x: Axis {
            title: "匹配权重（比特；两端包括更低、更高的）".to_owned(),
            from: f64::from(LOWEST),
            to: f64::from(HIGHEST),
            ticks: ticks.map(|at| (f64::from(at), at.to_string())).collect(),
        },
        y: Axis {
            title: "行数（对数刻度）".to_owned(), from: 0.0, to: 1.0, ticks: Vec::new()
        },
        marks: vec![mark("待核", run.thresholds.review), mark("比对一致", run.thresholds.link)],
    };
    mirrored_bars(&chart, "比对一致", "待核、未比中", bins)
}
