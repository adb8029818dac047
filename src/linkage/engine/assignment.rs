//! Rows of one scope (a school, a class; the whole table where the model says one-to-one) are
//! different people, so they share the registry out among themselves, best total first. Rows of
//! different scopes may be one person: that is a finding of its own (一人多籍).

use super::columns::{PackedColumn, Tables};
use super::comparison::{IdentityLevel, Kind};
use super::judging::{Decision, Judged, Reason};
use super::matching::{Placement, RowClaim, assign};
use super::plan::Plan;

/// Lets the rows of each scope compete for right rows. A row that does not get its best candidate
/// is linked no more; where another candidate is left for it, that one comes first.
///
/// `scope` and `names` (numbers of names, equal for equal ones) stand beside the rows; all rows are of one
/// scope where there is none. Any rows will do that hold whole scopes, in the order of the left table.
pub fn share_out(plan: &Plan, scope: &[u32], names: &[u32], rows: &mut [Judged]) {
    let scope_of = |row: usize| scope.get(row).copied().unwrap_or(0);
    let claimant = claimants(plan, &scope_of, names, rows);
    let goods = goods(plan, &scope_of, rows);
    let review = plan.thresholds.review;
    let floor = libm::log2((review / (1.0 - review)).max(1e-9));
    let mut claims = Vec::new();
    for (row, judged) in rows.iter().enumerate() {
        for (entity, weight) in worth(plan, judged) {
            let good = (scope_of(row), entity);
            let at = goods.binary_search(&good).expect("every claimed good is listed");
            claims.push(RowClaim {
                left: claimant[row],
                right: number(at),
                weight: weight - floor,
            });
        }
    }
    let places = assign(&claims);
    for (row, judged) in rows.iter_mut().enumerate() {
        if let Ok(at) = places.binary_search_by_key(&claimant[row], |(left, _)| *left) {
            settle(judged, places[at].1, &goods);
        }
    }
}

/// Numbers of the left rows' names, by which rows of one scope are told to be one person.
pub fn names<'run>(tables: &'run Tables, plan: &Plan) -> &'run [u32] {
    let name = plan.comparisons.iter().find(|c| c.comparison.kind == Kind::Name);
    match name.map(|name| &tables.left.columns[name.comparison.column]) {
        Some(PackedColumn::Name(names)) => names,
        _ => &[],
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 rows")
}

/// The entities a row may get, with their weights.
fn worth<'a>(plan: &'a Plan, judged: &'a Judged) -> impl Iterator<Item = (u32, f64)> + 'a {
    let open = judged.decision != Decision::None;
    let ranked = judged.ranked.iter().filter(move |_| open);
    ranked.filter(|r| r.probability >= plan.thresholds.review).map(|r| (r.entity, r.weight))
}

/// What there is to get: entities by scope, sorted.
fn goods(plan: &Plan, scope_of: &impl Fn(usize) -> u32, rows: &[Judged]) -> Vec<(u32, u32)> {
    let mut goods: Vec<(u32, u32)> = Vec::new();
    for (row, judged) in rows.iter().enumerate() {
        goods.extend(worth(plan, judged).map(|(entity, _)| (scope_of(row), entity)));
    }
    goods.sort_unstable();
    goods.dedup();
    goods
}

/// Who claims for each row: the row itself; or, for rows of one scope with the same best candidate
/// that carry the candidate's ID or the very name of the heaviest of them, the first of these
/// rows. They are one person entered twice.
fn claimants(
    plan: &Plan,
    scope_of: &impl Fn(usize) -> u32,
    names: &[u32],
    rows: &[Judged],
) -> Vec<u32> {
    let mut claimant: Vec<u32> = (0..rows.len()).map(number).collect();
    let Some(identity) = plan.identity.filter(|_| names.len() == rows.len()) else {
        return claimant;
    };
    let mut keyed: Vec<(u32, u32, usize)> = Vec::new();
    for (row, judged) in rows.iter().enumerate().filter(|(_, j)| j.decision != Decision::None) {
        keyed.extend(judged.ranked.first().map(|best| (scope_of(row), best.entity, row)));
    }
    keyed.sort_unstable();
    for block in keyed.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|block| block.len() > 1) {
        let weight = |row: usize| rows[row].ranked[0].weight;
        let members = || block.iter().map(|(_, _, row)| *row);
        let heaviest = members().max_by(|a, b| weight(*a).total_cmp(&weight(*b)));
        let same = |row: &usize| {
            rows[*row].ranked[0].levels[identity] == IdentityLevel::Equal as u8
                || heaviest.is_some_and(|heaviest| names[*row] == names[heaviest])
        };
        let first = number(members().find(same).unwrap_or(block[0].2));
        members().filter(same).for_each(|row| claimant[row] = first);
    }
    claimant
}

fn settle(judged: &mut Judged, place: Placement, goods: &[(u32, u32)]) {
    let gets = match place {
        Placement::Sole(good) => {
            let entity = goods[good as usize].1;
            judged.ranked.iter().position(|r| r.entity == entity)
        }
        Placement::Nothing | Placement::Tied => None,
    };
    if let Some(position) = gets {
        judged.ranked[..=position].rotate_right(1);
    }
    if judged.decision == Decision::Link && gets != Some(0) {
        let tied = place == Placement::Tied;
        judged.decision = Decision::Review;
        judged.reason = if tied { Reason::Contested } else { Reason::Taken };
    }
}
