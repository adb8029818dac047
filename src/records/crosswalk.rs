//! Counties that were renamed, merged or divided, with the day it took effect.
//!
//! Before that day the old counties are in force and the new names point back to them; from that
//! day on it is the other way round. A divided county (乌马河区) points to several and is settled
//! by the town.

use std::collections::BTreeSet;

use jiff::civil::Date;

const TABLE: &str = include_str!("../../schemas/gazetteer/crosswalk.csv");

/// One old county and one new county it went into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DivisionChange {
    /// First day of the new division.
    pub(super) from: Date,
    /// City of both.
    pub(super) city: &'static str,
    /// Name before.
    pub(super) old: &'static str,
    /// Name after.
    pub(super) new: &'static str,
}

impl DivisionChange {
    /// Name in force at a date.
    pub(super) fn in_force(&self, as_of: Date) -> &'static str {
        if as_of >= self.from { self.new } else { self.old }
    }

    /// The name not in force at a date.
    pub(super) fn out_of_force(&self, as_of: Date) -> &'static str {
        if as_of >= self.from { self.old } else { self.new }
    }
}

/// All changes in the order of the table.
pub(super) fn changes() -> Vec<DivisionChange> {
    TABLE.lines().skip(1).filter_map(change).collect()
}

fn change(line: &'static str) -> Option<DivisionChange> {
    let mut cells = line.split(',');
    let from = cells.next()?.parse().ok()?;
    Some(DivisionChange { from, city: cells.next()?, old: cells.next()?, new: cells.next()? })
}

/// The change that gave 伊春 new counties: the only one that divided a county, so its old districts
/// are kept as a table of their own.
const DIVIDED: &str = "伊春市";

/// Names of the new counties of 伊春, and whether they are in force at a date.
pub(super) fn divided_city(as_of: Date) -> (&'static str, BTreeSet<&'static str>, bool) {
    let changes: Vec<DivisionChange> =
        changes().into_iter().filter(|c| c.city == DIVIDED).collect();
    let in_force = changes.iter().all(|change| as_of >= change.from);
    (DIVIDED, changes.iter().map(|change| change.new).collect(), in_force)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_takes_effect_on_its_day() {
        let changes = changes();
        assert_eq!(changes.len(), TABLE.lines().count() - 1, "every line is read");
        let nenjiang = changes.iter().find(|change| change.old == "嫩江县").expect("in the table");
        assert_eq!(nenjiang.in_force(jiff::civil::date(2019, 6, 10)), "嫩江县");
        assert_eq!(nenjiang.in_force(jiff::civil::date(2019, 12, 10)), "嫩江市");
    }
}
