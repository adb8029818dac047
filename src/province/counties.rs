//! Counties of another city in a city's 附件3: where both cities count them, the stock of workers
//! stands in the province's sum twice.

use std::collections::BTreeMap;

use crate::problems::Severity;
use crate::province::city_return::CityReturn;
use crate::province::fault::{Fault, FaultSpot, address};
use crate::province::figures::slot_of;
use crate::province::form::{ReturnedForm, ReturnedRow};
use crate::vocabulary::Annex;
use crate::vocabulary::states;

use super::wording::figure_name;

/// The cities each county name belongs to.
pub(super) type Homes = BTreeMap<String, Vec<String>>;

/// Figures of the registry, which only one city can report; the others follow the training.
const STOCKS: [&str; 2] = ["a3_workers", "a3_willing"];

/// A fault, its city, and the slots it throws doubt on.
pub(super) type FoundCounty = (usize, Fault, Vec<usize>);

/// Looks at all rows that carry the name of a county of other cities only.
pub(super) fn find(cities: &[CityReturn], homes: &Homes) -> Vec<FoundCounty> {
    let known = |city: &CityReturn| homes.values().flatten().any(|home| *home == city.name);
    let mut found = Vec::new();
    for (index, city) in cities.iter().enumerate().filter(|(_, city)| known(city)) {
        let Some(form) = &city.form(Annex::Three).form else { continue };
        for row in &form.rows {
            let Some(owners) = homes.get(&row.name).filter(|owners| !owners.contains(&city.name))
            else {
                continue;
            };
            let (fault, slots) = judge(form, row, owners, cities);
            found.push((index, fault, slots));
        }
    }
    found
}

fn judge(
    form: &ReturnedForm,
    row: &ReturnedRow,
    owners: &[String],
    cities: &[CityReturn],
) -> (Fault, Vec<usize>) {
    let cell = address(form.name_column, row.number);
    let spot = FaultSpot { file: &form.file, sheet: &form.sheet, cell: &cell };
    let (name, owner) = (&row.name, owners.join("、"));
    let twice = doubled(row, owners, cities);
    if twice.is_empty() {
        let fault = Fault::at(spot, "county-other", Severity::Note)
            .saying(format!("“{name}”属{owner}，不是本市的县(市、区)"), "请核对县名")
            .quoting(name)
            .so(states::COUNTED);
        return (fault, twice);
    }
    let what: Vec<String> = twice.iter().map(|slot| figure_name(Annex::Three, *slot)).collect();
    let what = what.join("、");
    let message = format!("“{name}”属{owner}，{owner}的表里也有这一行，{what}在全省总计中算了两次");
    let action =
        "请核对县名；登记在外市的，劳动力人数和意愿人数只应由所在市报；有误请改正后重新报送";
    let fault = Fault::at(spot, "county-other", Severity::Warning).saying(message, action);
    (fault.quoting(name).so(states::DOUBTFUL), twice)
}

/// The stocks that stand in this row and in the owner's row of the same name.
fn doubled(row: &ReturnedRow, owners: &[String], cities: &[CityReturn]) -> Vec<usize> {
    let counted = |row: &ReturnedRow, slot: usize| row.amounts[slot].value().is_some_and(|v| v > 0);
    let theirs: Vec<&ReturnedRow> = cities
        .iter()
        .filter(|city| owners.contains(&city.name))
        .filter_map(|city| city.form(Annex::Three).form.as_ref())
        .flat_map(|form| form.rows.iter().filter(|other| other.name == row.name))
        .collect();
    let slots = STOCKS.into_iter().filter_map(|code| slot_of(Annex::Three, code));
    let both =
        |slot: &usize| counted(row, *slot) && theirs.iter().any(|other| counted(other, *slot));
    slots.filter(both).collect()
}
