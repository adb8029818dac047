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

/// `left ≤ right`, where both are known.
fn known_at_most(
    relation: &str,
    place: &str,
    (left, right): (Option<u64>, Option<u64>),
    why: &str,
) -> Option<Check> {
    Some(at_most(relation, place, left.zip(right)?, why))
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

fn within_unit(unit: &str, values: &[Option<u64>; 7], rule: LiangHouSheng) -> Vec<Check> {
    let recount = "两个指标应由同一批人员得出，请核对该单位的入学、毕业或结业、就业日期";
    let check = |relation, left: usize, right: usize| {
        known_at_most(relation, unit, (values[left], values[right]), recount)
    };
    // With paired counties ① counts the registry and has no upper bound in the intake.
    let intake = rule == LiangHouSheng::Intake;
    let first = intake.then(|| check("附件2① ≤ ②", 0, 1)).flatten();
    let others = [check("附件2⑤ ≤ ④", 4, 3), check("附件2⑦ ≤ ⑥", 6, 5)];
    first.into_iter().chain(others.into_iter().flatten()).collect()
}

/// Column sums against distinct persons: a sum above is no mistake, but must be known.
fn repeated_in_rows(annex2: &Annex2) -> Vec<Check> {
    const MARKS: [&str; 7] = ["①", "②", "③", "④", "⑤", "⑥", "⑦"];
    let check = |column: usize| {
        let figures = annex2.distinct[column].zip(annex2.total[column])?;
        let relation = format!("附件2{}去重合计 ≤ 总计（各行之和）", MARKS[column]);
        let mut check = at_most(&relation, "总计", figures, "各行之和少于去重人数，请核对各行");
        if figures.0 < figures.1 {
            let repeated = figures.1 - figures.0;
            check.explanation = format!("有人员出现在两个及以上单位，重复计{repeated}人，属正常");
        }
        Some(check)
    };
    (0..7).filter_map(check).collect()
}

fn within_county(row: &Annex3Row) -> Vec<Check> {
    let place = row.county.as_str();
    let recount = "两个指标应由同一批人员得出，请核对该县培训名单";
    let wishes = "意愿名单中有人不是劳动力，请核对年龄、劳动技能和在校情况";
    let at_most = |relation, figures, why| known_at_most(relation, place, figures, why);
    let checks = [
        at_most("附件3培训人数 ≤ 培训人次", (row.persons, row.times), recount),
        six_kinds(row),
        at_most("附件3培训后就业创业人数 ≤ 培训人数", (row.employed, row.persons), recount),
        at_most("附件3创业人数 ≤ 就业创业人数", (row.founded, row.employed), recount),
        at_most("附件3取得证书人数 ≤ 培训人数", (row.certified, row.persons), recount),
        at_most("附件3有培训意愿人数 ≤ 劳动力人数", (row.willing, row.workers), wishes),
    ];
    checks.into_iter().flatten().collect()
}

fn six_kinds(row: &Annex3Row) -> Option<Check> {
    let kinds: u64 = row.kinds.iter().copied().sum::<Option<u64>>()?;
    let times = row.times?;
    let holds = kinds == times;
    let explanation = if holds {
        String::new()
    } else if kinds < times {
        format!("有{}人次的培训类型为空或无法识别，请补填培训类型", times - kinds)
    } else {
        "同一人同一班登记了不同的培训类型，请更正".to_owned()
    };
    Some(Check {
        relation: "附件3六类培训人次之和 = 培训人次".to_owned(),
        scope: Scope::Total,
        place: row.county.clone(),
        left: signed(kinds),
        right: signed(times),
        holds,
        explanation,
    })
}

/// Annex 3 against Annex 2: both count everybody the agencies trained, by county and by agency.
fn between(annex2: &Annex2, annex3: &Annex3) -> Vec<Check> {
    let [.., trained, employed] = annex2.distinct;
    let compare = |relation: &str, figures: (Option<u64>, Option<u64>)| {
        let (left, right) = figures.0.zip(figures.1)?;
        let why = format!(
            "相差{}人：两张表应由同一批人员得出，请核对这些人员的建档立卡所在县（市、区）",
            left.abs_diff(right)
        );
        let check = at_most(relation, "总计", (left, right), &why);
        let holds = left == right;
        Some(Check { holds, explanation: if holds { String::new() } else { why }, ..check })
    };
    let total = &annex3.total;
    [
        compare("附件3总计培训人数 = 附件2⑥去重合计", (total.persons, trained)),
        compare("附件3总计培训后就业创业人数 = 附件2⑦去重合计", (total.employed, employed)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::checks;
    use crate::config::LiangHouSheng;
    use crate::sources::SourceKind;
    use crate::statistics::{Annex2, Annex2Row, Annex3, Annex3Row, Check, Scope};

    fn sound() -> (Annex2, Annex3) {
        let values = [1, 2, 3, 4, 3, 5, 2].map(Some);
        let kind = SourceKind::Enrollment;
        let unit = Annex2Row { unit: "甲".into(), kind, values, pending: [0; 7] };
        let annex2 =
            Annex2 { rows: vec![unit], total: values, distinct: values, lacks: Vec::new() };
        let county = Annex3Row {
            county: "桦南县".into(),
            workers: Some(9),
            willing: Some(8),
            persons: Some(5),
            times: Some(6),
            kinds: [Some(1); 6],
            certified: Some(5),
            employed: Some(2),
            founded: Some(1),
            ..Annex3Row::default()
        };
        let total = Annex3Row { county: "总计".into(), ..county.clone() };
        (annex2, Annex3 { rows: vec![county], total, lacks: Vec::new() })
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
            ("附件2① ≤ ②", "甲", |two, _| two.rows[0].values[0] = Some(3)),
            ("附件2⑤ ≤ ④", "甲", |two, _| two.rows[0].values[4] = Some(5)),
            ("附件2⑦ ≤ ⑥", "甲", |two, _| two.rows[0].values[6] = Some(6)),
            ("附件2③去重合计 ≤ 总计（各行之和）", "总计", |two, _| {
                two.distinct[2] = Some(4);
            }),
            ("附件3六类培训人次之和 = 培训人次", "桦南县", |_, three| {
                three.rows[0].kinds[0] = Some(0);
            }),
            ("附件3培训后就业创业人数 ≤ 培训人数", "桦南县", |_, three| {
                three.rows[0].employed = Some(6);
            }),
            ("附件3创业人数 ≤ 就业创业人数", "桦南县", |_, three| {
                three.rows[0].founded = Some(3);
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
            annex2.distinct[column] = annex2.total[column].map(|sum| sum + 1);
            let relation = format!("附件2{mark}去重合计 ≤ 总计（各行之和）");
            let found = failing(&annex2, &annex3);
            assert!(found.iter().any(|check| check.relation == relation), "{relation}: {found:?}");
        }
    }

    #[test]
    fn persons_above_attendances_fail() {
        let (annex2, mut annex3) = sound();
        annex3.rows[0].times = Some(4);
        annex3.rows[0].kinds = [4, 0, 0, 0, 0, 0].map(Some);
        let found = failing(&annex2, &annex3);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].relation, "附件3培训人数 ≤ 培训人次");
        assert_eq!((found[0].left, found[0].right), (5, 4));
    }

    #[test]
    fn the_forms_must_count_the_same_people() {
        let (mut annex2, annex3) = sound();
        annex2.distinct[5] = Some(8);
        annex2.total[5] = Some(8);
        let found = failing(&annex2, &annex3);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].left, found[0].right), (5, 8));
        assert!(found[0].explanation.starts_with("相差3人"), "{}", found[0].explanation);
        (annex2.distinct[6], annex2.total[6]) = (Some(1), Some(1));
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
        annex2.rows[0].values = [0, 0, 0, 0, 0, 5, 2].map(Some);
        annex2.total[3..5].fill(Some(0));
        annex2.distinct[3..5].fill(Some(0));
        let found = checks(&annex2, &annex3, LiangHouSheng::Intake);
        let of = |scope: Scope| -> Vec<&str> {
            let here = found.iter().filter(|check| check.scope == scope);
            here.map(|check| check.relation.as_str()).collect()
        };
        assert_eq!(of(Scope::Unit), ["附件2⑦ ≤ ⑥"]);
        assert!(of(Scope::Total).contains(&"附件2⑤ ≤ ④"));
    }
}
