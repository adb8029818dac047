//! 勾稽关系: relations that must hold between figures, each with both figures and a verdict.

use crate::config::LiangHouSheng;

use super::{Annex2, Annex3, Annex3Row, Check, Scope};

/// All checks: what does not hold first, then totals, then Annex 2 by unit and Annex 3 by county.
/// Of units and counties only those are listed that have something to compare: an agency has no
/// students, and many a school trains nobody.
pub fn checks(annex2: &Annex2, annex3: &Annex3, rule: LiangHouSheng) -> Vec<Check> {
    let mut totals = within_unit("总计", &annex2.total, rule);
    totals.extend(repeated_in_rows(annex2));
    totals.extend(within_county(&annex3.total));
    totals.extend(between(annex2, annex3));
    let is_telling = |check: &Check| (check.left, check.right) != (0, 0);
    let units = annex2.rows.iter().flat_map(|row| within_unit(&row.unit, &row.values, rule));
    let counties = annex3.rows.iter().flat_map(within_county);
    let mut checks: Vec<Check> = of(Scope::Total, totals)
        .chain(of(Scope::Unit, units.filter(is_telling)))
        .chain(of(Scope::County, counties.filter(is_telling)))
        .collect();
    checks.sort_by_key(|check| check.holds);
    checks
}

fn of(scope: Scope, checks: impl IntoIterator<Item = Check>) -> impl Iterator<Item = Check> {
    checks.into_iter().map(move |check| Check { scope, ..check })
}

fn signed(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}

/// `left ≤ right`.
fn at_most(relation: &str, place: &str, (left, right): (u64, u64), why: &str) -> Check {
    let holds = left <= right;
    Check {
        relation: relation.to_owned(),
        scope: Scope::Total,
        place: place.to_owned(),
        left: signed(left),
        right: signed(right),
        holds,
        explanation: if holds { String::new() } else { why.to_owned() },
    }
}

fn within_unit(unit: &str, values: &[u64; 7], rule: LiangHouSheng) -> Vec<Check> {
    let recount = "两个指标应由同一批人员得出，请核对该单位的入学、毕业或结业、就业日期";
    let mut checks = vec![
        at_most("附件2⑤ ≤ ④", unit, (values[4], values[3]), recount),
        at_most("附件2⑦ ≤ ⑥", unit, (values[6], values[5]), recount),
    ];
    // With paired counties ① counts the registry and has no upper bound in the intake.
    if rule == LiangHouSheng::Intake {
        checks.insert(0, at_most("附件2① ≤ ②", unit, (values[0], values[1]), recount));
    }
    checks
}

/// Column sums against distinct persons: a sum above is no mistake, but must be known.
fn repeated_in_rows(annex2: &Annex2) -> Vec<Check> {
    const MARKS: [&str; 7] = ["①", "②", "③", "④", "⑤", "⑥", "⑦"];
    let check = |column: usize| {
        let figures = (annex2.distinct[column], annex2.total[column]);
        let relation = format!("附件2{}去重合计 ≤ 总计（各行之和）", MARKS[column]);
        let mut check = at_most(&relation, "总计", figures, "各行之和少于去重人数，请核对各行");
        if figures.0 < figures.1 {
            let repeated = figures.1 - figures.0;
            check.explanation = format!("有人员出现在两个及以上单位，重复计{repeated}人，属正常");
        }
        check
    };
    (0..7).map(check).collect()
}

fn within_county(row: &Annex3Row) -> Vec<Check> {
    let place = row.county.as_str();
    let recount = "两个指标应由同一批人员得出，请核对该县培训名单";
    let mut checks = vec![
        at_most("附件3培训人数 ≤ 培训人次", place, (row.persons, row.times), recount),
        six_kinds(row),
        at_most("附件3培训后就业创业人数 ≤ 培训人数", place, (row.employed, row.persons), recount),
        at_most("附件3创业人数 ≤ 就业创业人数", place, (row.founded, row.employed), recount),
    ];
    if let Some(certified) = row.certified {
        let figures = (certified, row.persons);
        checks.push(at_most("附件3取得证书人数 ≤ 培训人数", place, figures, recount));
    }
    if let (Some(willing), Some(workers)) = (row.willing, row.workers) {
        let why = "意愿名单中有人不是劳动力，请核对年龄、劳动技能和在校情况";
        checks.push(at_most("附件3有培训意愿人数 ≤ 劳动力人数", place, (willing, workers), why));
    }
    checks
}

fn six_kinds(row: &Annex3Row) -> Check {
    let kinds: u64 = row.kinds.iter().sum();
    let holds = kinds == row.times;
    let explanation = if holds {
        String::new()
    } else if kinds < row.times {
        format!("有{}人次的培训类型为空或无法识别，请补填培训类型", row.times - kinds)
    } else {
        "同一人同一班登记了不同的培训类型，请更正".to_owned()
    };
    Check {
        relation: "附件3六类培训人次之和 = 培训人次".to_owned(),
        scope: Scope::Total,
        place: row.county.clone(),
        left: signed(kinds),
        right: signed(row.times),
        holds,
        explanation,
    }
}

/// Annex 3 against Annex 2: both count everybody the agencies trained, by county and by agency.
fn between(annex2: &Annex2, annex3: &Annex3) -> [Check; 2] {
    let [.., trained, employed] = annex2.distinct;
    let compare = |relation: &str, left: u64, right: u64| {
        let why = format!(
            "相差{}人：两张表应由同一批人员得出，请核对这些人员的建档立卡所在县（市、区）",
            left.abs_diff(right)
        );
        let check = at_most(relation, "总计", (left, right), &why);
        let holds = left == right;
        Check { holds, explanation: if holds { String::new() } else { why }, ..check }
    };
    [
        compare("附件3总计培训人数 = 附件2⑥去重合计", annex3.total.persons, trained),
        compare("附件3总计培训后就业创业人数 = 附件2⑦去重合计", annex3.total.employed, employed),
    ]
}

#[cfg(test)]
mod tests {
    use super::checks;
    use crate::config::LiangHouSheng;
    use crate::statistics::{Annex2, Annex2Row, Annex3, Annex3Row, Check, Scope};
    use crate::vocabulary::SourceKind;

    fn sound() -> (Annex2, Annex3) {
        let values = [1, 2, 3, 4, 3, 5, 2];
        let kind = SourceKind::Enrollment;
        let unit = Annex2Row { unit: "甲".into(), kind, values, pending: [0; 7] };
        let annex2 = Annex2 { rows: vec![unit], total: values, distinct: values };
        let county = Annex3Row {
            county: "桦南县".into(),
            workers: Some(9),
            willing: Some(8),
            persons: 5,
            times: 6,
            kinds: [1; 6],
            certified: Some(5),
            employed: 2,
            founded: 1,
            ..Annex3Row::default()
        };
        let total = Annex3Row { county: "总计".into(), ..county.clone() };
        (annex2, Annex3 { rows: vec![county], total })
    }

    fn failing(annex2: &Annex2, annex3: &Annex3) -> Vec<Check> {
        let mut found = checks(annex2, annex3, LiangHouSheng::Intake);
        found.retain(|check| !check.holds);
        found
    }

    #[test]
    fn sound_figures_pass() {
        let (annex2, annex3) = sound();
        assert_eq!(failing(&annex2, &annex3), []);
    }

    #[test]
    fn each_relation_can_fail_and_says_why() {
        type Break = fn(&mut Annex2, &mut Annex3);
        let cases: [(&str, &str, Break); 9] = [
            ("附件2① ≤ ②", "甲", |two, _| two.rows[0].values[0] = 3),
            ("附件2⑤ ≤ ④", "甲", |two, _| two.rows[0].values[4] = 5),
            ("附件2⑦ ≤ ⑥", "甲", |two, _| two.rows[0].values[6] = 6),
            ("附件2③去重合计 ≤ 总计（各行之和）", "总计", |two, _| {
                two.distinct[2] = 4;
            }),
            ("附件3六类培训人次之和 = 培训人次", "桦南县", |_, three| {
                three.rows[0].kinds[0] = 0;
            }),
            ("附件3培训后就业创业人数 ≤ 培训人数", "桦南县", |_, three| {
                three.rows[0].employed = 6;
            }),
            ("附件3创业人数 ≤ 就业创业人数", "桦南县", |_, three| {
                three.rows[0].founded = 3;
            }),
            ("附件3取得证书人数 ≤ 培训人数", "桦南县", |_, three| {
                three.rows[0].certified = Some(6);
            }),
            ("附件3有培训意愿人数 ≤ 劳动力人数", "桦南县", |_, three| {
                three.rows[0].willing = Some(10);
            }),
        ];
        for (relation, place, spoil) in cases {
            let (mut annex2, mut annex3) = sound();
            spoil(&mut annex2, &mut annex3);
            let found = failing(&annex2, &annex3);
            let one = found.iter().find(|check| check.relation == relation);
            assert!(one.is_some_and(|check| check.place == place), "{relation}: {found:?}");
            assert!(one.is_some_and(|check| !check.explanation.is_empty()), "{relation}");
        }
    }

    #[test]
    fn each_distinct_total_above_its_sum_fails() {
        for (column, mark) in ["①", "②", "③", "④", "⑤", "⑥", "⑦"].into_iter().enumerate()
        {
            let (mut annex2, annex3) = sound();
            annex2.distinct[column] = annex2.total[column] + 1;
            let relation = format!("附件2{mark}去重合计 ≤ 总计（各行之和）");
            let found = failing(&annex2, &annex3);
            assert!(found.iter().any(|check| check.relation == relation), "{relation}: {found:?}");
        }
    }

    #[test]
    fn persons_above_attendances_fail() {
        let (annex2, mut annex3) = sound();
        annex3.rows[0].times = 4;
        annex3.rows[0].kinds = [4, 0, 0, 0, 0, 0];
        let found = failing(&annex2, &annex3);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].relation, "附件3培训人数 ≤ 培训人次");
        assert_eq!((found[0].left, found[0].right), (5, 4));
    }

    #[test]
    fn the_forms_must_count_the_same_people() {
        let (mut annex2, annex3) = sound();
        annex2.distinct[5] = 8;
        annex2.total[5] = 8;
        let found = failing(&annex2, &annex3);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].left, found[0].right), (5, 8));
        assert!(found[0].explanation.starts_with("相差3人"), "{}", found[0].explanation);
        (annex2.distinct[6], annex2.total[6]) = (1, 1);
        assert_eq!(failing(&annex2, &annex3).len(), 2);
    }

    #[test]
    fn what_fails_stands_first_and_totals_before_rows() {
        let (annex2, mut annex3) = sound();
        annex3.rows[0].certified = Some(6);
        let found = checks(&annex2, &annex3, LiangHouSheng::Intake);
        let mut stretches: Vec<(Scope, &str)> =
            found.iter().map(|check| (check.scope, check.place.as_str())).collect();
        stretches.dedup();
        assert_eq!(
            stretches,
            [
                (Scope::County, "桦南县"),
                (Scope::Total, "总计"),
                (Scope::Unit, "甲"),
                (Scope::County, "桦南县"),
            ]
        );
        assert!(found.iter().skip(1).all(|check| check.holds));
    }

    #[test]
    fn rows_with_nothing_to_compare_are_left_out_but_totals_are_not() {
        let (mut annex2, annex3) = sound();
        annex2.rows[0].values = [0, 0, 0, 0, 0, 5, 2];
        annex2.total[3..5].fill(0);
        annex2.distinct[3..5].fill(0);
        let found = checks(&annex2, &annex3, LiangHouSheng::Intake);
        let of = |scope: Scope| -> Vec<&str> {
            let here = found.iter().filter(|check| check.scope == scope);
            here.map(|check| check.relation.as_str()).collect()
        };
        assert_eq!(of(Scope::Unit), ["附件2⑦ ≤ ⑥"]);
        assert!(of(Scope::Total).contains(&"附件2⑤ ≤ ④"));
    }
}
