//! The province's machine-readable files: the columns of a city's own, a city in the place of a
//! school or county, and what became of it behind them.

use std::path::Path;

use crate::province::Collection;
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;

use super::WorkbookError;
use super::csv_files::{
    AnnexLine, ProblemLine, annex2_columns, annex3_columns, field, note_column, problem_columns,
    write_csv,
};

/// `annex2.csv` or `annex3.csv`: empty where a figure was left out; last line 总计.
pub(super) fn annex(
    target: &Path,
    collection: &Collection,
    annex: Annex,
) -> Result<(), WorkbookError> {
    let (name, kind, columns) = match annex {
        Annex::Two => {
            let mut columns = annex2_columns();
            columns.push(note_column());
            ("annex2.csv", "市(地)", columns)
        }
        Annex::Three => ("annex3.csv", "", annex3_columns()),
    };
    let cities = collection.cities.iter().map(|city| {
        let form = city.form(annex);
        let values = form.taken.iter().map(|taken| taken.value()).collect();
        AnnexLine { annex, name: &city.name, kind, values, note: &form.remark }
    });
    let slots = 0..indicators(annex).len();
    let values = slots.map(|slot| collection.total(annex, slot)).collect();
    let total = AnnexLine { annex, name: "总计", kind: "", values, note: "" };
    write_csv(&target.join(name), &columns, cities.chain([total]))
}

/// `problems.csv`: the columns of every run, then city, form, what stood there and what was done.
pub(super) fn problems(target: &Path, collection: &Collection) -> Result<(), WorkbookError> {
    let mut columns = problem_columns();
    columns.push(field("city", |one| one.city.into()));
    columns.push(field("form", |one| {
        one.fault.and_then(|fault| fault.annex).map_or("", Annex::label).into()
    }));
    columns.push(field("value", |one| one.fault.map_or("", |fault| fault.value.as_str()).into()));
    columns.push(field("effect", |one| one.fault.map_or("", |fault| fault.effect.as_str()).into()));
    let lines = collection.faults.iter().map(|fault| {
        let city = fault.city.and_then(|city| collection.cities.get(city));
        let city = city.map_or("", |city| city.name.as_str());
        ProblemLine { problem: &fault.problem, city, fault: Some(fault) }
    });
    write_csv(&target.join("problems.csv"), &columns, lines)
}
