//! The province's machine-readable files: the columns of a city's own, a city in the place of a
//! school or county, and what became of it behind them.

use std::path::Path;

use crate::province::{CityReturn, Collection, TakenFigure};
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;

use super::WorkbookError;
use super::csv_files;
use super::csv_files::{
    CsvFile, PROBLEM_HEADINGS, annex2_headings, annex3_headings, problem_cells,
};

/// `annex2.csv` or `annex3.csv`: empty where a figure was left out; last line 总计.
pub(super) fn annex(
    target: &Path,
    collection: &Collection,
    annex: Annex,
) -> Result<(), WorkbookError> {
    let (name, headings) = match annex {
        Annex::Two => ("annex2.csv", [annex2_headings(), vec!["note"]].concat()),
        Annex::Three => ("annex3.csv", annex3_headings()),
    };
    let path = target.join(name);
    let mut file = CsvFile::create(&path, &headings)?;
    let names = |name: &str, kind: &str| match annex {
        Annex::Two => vec![name.to_owned(), kind.to_owned()],
        Annex::Three => vec![name.to_owned()],
    };
    for city in &collection.cities {
        let mut line = names(&city.name, "市(地)");
        line.extend(figures(city, annex));
        line.push(city.form(annex).remark.clone());
        file.line(&line)?;
    }
    let mut line = names("总计", "");
    let slots = 0..indicators(annex).len();
    line.extend(slots.map(|slot| printed(annex, slot, collection.total(annex, slot))));
    line.push(String::new());
    file.line(&line)?;
    file.close()
}

fn figures(city: &CityReturn, annex: Annex) -> Vec<String> {
    let taken = city.form(annex).taken.iter().copied().enumerate();
    taken.map(|(slot, taken)| printed(annex, slot, TakenFigure::value(taken))).collect()
}

fn printed(annex: Annex, slot: usize, value: Option<i64>) -> String {
    csv_files::printed(&indicators(annex)[slot], value)
}

/// `problems.csv`: the columns of every run, then city, form, what stood there and what was done.
pub(super) fn problems(target: &Path, collection: &Collection) -> Result<(), WorkbookError> {
    let path = target.join("problems.csv");
    let headings = [&PROBLEM_HEADINGS[..], &["city", "form", "value", "effect"]].concat();
    let mut file = CsvFile::create(&path, &headings)?;
    for fault in &collection.faults {
        let city = fault.city.and_then(|city| collection.cities.get(city));
        let more = [
            city.map_or("", |city| city.name.as_str()),
            fault.annex.map_or("", Annex::label),
            &fault.value,
            &fault.effect,
        ];
        file.line(&[&problem_cells(&fault.problem)[..], &more].concat())?;
    }
    file.close()
}
