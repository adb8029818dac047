//! weldrs on the people tables: `peer-weldrs SOURCES.csv REGISTRY.csv OUT.csv`.
//!
//! It compares one column at a time by equality or string distance and has no term frequencies.
//! u by random sampling and then fixed, m by expectation maximisation under two blocking rules, the
//! prior from deterministic rules; the best right row of every left row is written.

use std::collections::BTreeMap;
use std::error::Error;

use polars::prelude::*;
use weldrs::comparison::{Comparison, ComparisonBuilder};
use weldrs::prelude::{BlockingRule, LinkType, Linker, PredictMode, Settings};

type Outcome<T> = Result<T, Box<dyn Error>>;

const COLUMNS: [&str; 9] =
    ["id", "id18", "id15", "name", "birth", "sex", "village", "county", "phone"];

/// Random pairs for u.
const MOST_PAIRS: usize = 1_000_000;

fn main() -> Outcome<()> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [sources, registry, out] = paths.as_slice() else {
        return Err("SOURCES.csv REGISTRY.csv OUT.csv".into());
    };
    let people = frame(sources, registry)?.lazy();
    let mut linker = Linker::new(settings()?)?;
    train(&mut linker, &people)?;
    let pairs = linker.predict_with_mode(&people, Some(-7.0), PredictMode::Auto)?;
    let wanted = [col("unique_id_l"), col("unique_id_r"), col("match_probability")];
    write(&pairs.select(wanted).collect()?, out)
}

/// Both tables under each other. Pairs are taken with the smaller id left, so the ids of sources
/// begin with `a` and those of the registry with `b`.
fn frame(sources: &str, registry: &str) -> Outcome<DataFrame> {
    let mut ids = Vec::new();
    let mut tables = Vec::new();
    let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); COLUMNS.len()];
    for (path, side) in [(sources, "a"), (registry, "b")] {
        for row in csv::Reader::from_path(path)?.deserialize() {
            let row: BTreeMap<String, String> = row?;
            ids.push(format!("{side}{}", cell(&row, "unique_id").unwrap_or_default()));
            tables.push(side.to_owned());
            for (column, value) in columns.iter_mut().zip(values(&row)) {
                column.push(value);
            }
        }
    }
    let rows = ids.len();
    let mut all =
        vec![Column::new("unique_id".into(), ids), Column::new("source_dataset".into(), tables)];
    for (name, values) in COLUMNS.iter().zip(columns) {
        all.push(Column::new((*name).into(), values));
    }
    Ok(DataFrame::new(rows, all)?)
}

fn cell(row: &BTreeMap<String, String>, name: &str) -> Option<String> {
    row.get(name).filter(|text| !text.is_empty()).cloned()
}

/// The values of [`COLUMNS`]: birth date and sex fall back on the ID number, a place is its path.
fn values(row: &BTreeMap<String, String>) -> [Option<String>; 9] {
    let id = cell(row, "id_number");
    let whole = |id: &String| id.len() == 18 && !id.contains('*');
    let head = |id: &String| id.len() == 18 && id.bytes().take(15).all(|b| b.is_ascii_digit());
    let id18 = id.clone().filter(whole);
    let id15 = id.clone().filter(head).map(|id| id.chars().take(15).collect());
    let dated = id.as_ref().filter(|id| head(id));
    let inside = dated.map(|id| format!("{}-{}-{}", &id[6..10], &id[10..12], &id[12..14]));
    let odd = |id: &String| id.as_bytes().get(16).is_some_and(|digit| digit % 2 == 1);
    let implied = id18.as_ref().map(|id| if odd(id) { "男" } else { "女" }.to_owned());
    let path = |names: &[&str]| -> Option<String> {
        let parts: Option<Vec<String>> = names.iter().map(|name| cell(row, name)).collect();
        parts.map(|parts| parts.join("/"))
    };
    let phone = cell(row, "phone").and_then(|all| all.split(';').next().map(str::to_owned));
    let birth = cell(row, "birth").filter(|date| date.len() == 10).or(inside);
    [
        id,
        id18,
        id15,
        cell(row, "name"),
        birth,
        cell(row, "sex").or(implied),
        path(&["county", "town", "village"]),
        path(&["county"]),
        phone,
    ]
}

fn settings() -> Outcome<Settings> {
    let equal = |name: &str| -> weldrs::error::Result<Comparison> {
        ComparisonBuilder::new(name).null_level().exact_match_level().else_level().build()
    };
    let close = |name: &str, distances: &[u32]| -> weldrs::error::Result<Comparison> {
        let start = ComparisonBuilder::new(name).null_level().exact_match_level();
        distances.iter().fold(start, |c, d| c.levenshtein_level(*d)).else_level().build()
    };
    let mut builder = Settings::builder(LinkType::LinkOnly)
        .source_dataset_column("source_dataset")
        .comparison(close("id", &[1, 3])?)
        .comparison(close("name", &[1])?)
        .comparison(close("birth", &[1, 2])?)
        .comparison(equal("sex")?)
        .comparison(equal("village")?)
        .comparison(equal("county")?)
        .comparison(equal("phone")?);
    let rules: [&[&str]; 7] = [
        &["id18"],
        &["id15"],
        &["name", "birth"],
        &["name", "village"],
        &["birth", "village"],
        &["name", "county"],
        &["phone"],
    ];
    for rule in rules {
        builder = builder.blocking_rule(BlockingRule::on(rule));
    }
    Ok(builder.build()?)
}

/// The first rule trains all but the ID number rightly, the second the ID number.
fn train(linker: &mut Linker, people: &LazyFrame) -> Outcome<()> {
    let certain =
        [BlockingRule::on(&["id18", "name"]), BlockingRule::on(&["name", "birth", "village"])];
    linker.estimate_probability_two_random_records_match(people, &certain, 0.9)?;
    linker.estimate_u_using_random_sampling(people, MOST_PAIRS)?;
    for comparison in &mut linker.settings_mut().comparisons {
        for level in &mut comparison.comparison_levels {
            level.fix_u_probability = true;
        }
    }
    linker.estimate_parameters_using_em(people, &BlockingRule::on(&["id18"]))?;
    linker.estimate_parameters_using_em(people, &BlockingRule::on(&["name", "birth"]))?;
    Ok(())
}

fn write(pairs: &DataFrame, out: &str) -> Outcome<()> {
    let left = pairs.column("unique_id_l")?.str()?;
    let right = pairs.column("unique_id_r")?.str()?;
    let probability = pairs.column("match_probability")?.f64()?;
    let mut best: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
    for ((left, right), probability) in left.iter().zip(right).zip(probability) {
        let (Some(left), Some(right), Some(probability)) = (left, right, probability) else {
            continue;
        };
        let found = best.entry(left).or_insert((probability, right));
        if probability > found.0 || (probability == found.0 && right < found.1) {
            *found = (probability, right);
        }
    }
    let mut writer = csv::Writer::from_path(out)?;
    writer.write_record(["left_id", "right_id", "probability", "decision"])?;
    for (left, (probability, right)) in best {
        let decision = if probability >= 0.5 { "link" } else { "review" };
        writer.write_record([&left[1..], &right[1..], &probability.to_string(), decision])?;
    }
    Ok(writer.flush()?)
}
