//! 勾稽关系: relations that must hold between figures, each with both figures and a verdict.

use crate::config::LiangHouSheng;

use super::{Annex2, Annex3, Annex3Row, Check};

/// What a difference between the forms can come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// City and its linked trainees in the window, who stand in no county row.
    pub trained: Vec<(String, u64)>,
    /// Of these, in work or business after the course.
    pub employed: Vec<(String, u64)>,
}

/// All checks, Annex 2 first, each row before the total.
pub fn checks(
    annex2: &Annex2,
    annex3: &Annex3,
    outside: &Outside,
    rule: LiangHouSheng,
) -> Vec<Check> {
    let mut checks = Vec::new();
    for row in &annex2.rows {
        checks.extend(within_unit(&row.unit, &row.values, rule));
    }
    checks.extend(within_unit("总计", &annex2.total, rule));
    checks.extend(repeated_in_rows(annex2));
    for row in annex3.rows.iter().chain([&annex3.total]) {
        checks.extend(within_county(row));
    }
    checks.push(between(
        "附件3总计培训人数 = 附件2⑥去重合计",
        annex3.total.persons,
        annex2.distinct[5],
        &outside.trained,
    ));
    checks.push(between(
        "附件3总计培训后就业创业人数 = 附件2⑦去重合计",
        annex3.total.employed,
        annex2.distinct[6],
        &outside.employed,
    ));
    checks
}

fn signed(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}

/// `left ≤ right`.
fn at_most(relation: &str, place: &str, (left, right): (u64, u64), why: &str) -> Check {
    let holds = left <= right;
    Check {
        relation: relation.to_owned(),
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
        place: row.county.clone(),
        left: signed(kinds),
        right: signed(row.times),
        holds,
        explanation,
    }
}

/// Annex 3 against Annex 2. Annex 2 counts everybody an agency of the city trained; Annex 3 has
/// rows for the city's own counties only.
fn between(relation: &str, annex3: u64, annex2: u64, outside: &[(String, u64)]) -> Check {
    let known: u64 = outside.iter().map(|(_, count)| count).sum();
    let rest = signed(annex2) - signed(annex3) - signed(known);
    let mut parts: Vec<String> = outside
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(city, count)| format!("{count}人登记在{city}建档立卡信息，不在本市各县行内"))
        .collect();
    if rest != 0 {
        parts.push(format!("另有{}人的差额原因不明，请与培训名单核对", rest.abs()));
    }
    let holds = annex3 == annex2;
    let explanation = if holds {
        String::new()
    } else {
        format!("相差{}人：{}", annex2.abs_diff(annex3), parts.join("；"))
    };
    Check {
        relation: relation.to_owned(),
        place: "总计".to_owned(),
        left: signed(annex3),
        right: signed(annex2),
        holds,
        explanation,
    }
}

#[cfg(test)]
mod tests {
    use super::{Outside, checks};
    use crate::config::LiangHouSheng;
    use crate::sources::SourceKind;
    use crate::statistics::{Annex2, Annex2Row, Annex3, Annex3Row, Check};

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
        (annex2, Annex3 { rows: vec![county], total, distinct: [5, 5, 2, 1] })
    }

    fn failing(annex2: &Annex2, annex3: &Annex3, outside: &Outside) -> Vec<Check> {
        let mut found = checks(annex2, annex3, outside, LiangHouSheng::Intake);
        found.retain(|check| !check.holds);
        found
    }

    #[test]
    fn sound_figures_pass() {
        let (annex2, annex3) = sound();
        assert_eq!(failing(&annex2, &annex3, &Outside::default()), []);
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
            let found = failing(&annex2, &annex3, &Outside::default());
            let one = found.iter().find(|check| check.relation == relation);
            assert!(one.is_some_and(|check| check.place == place), "{relation}: {found:?}");
            assert!(one.is_some_and(|check| !check.explanation.is_empty()), "{relation}");
        }
    }

    #[test]
    fn persons_above_attendances_fail() {
        let (annex2, mut annex3) = sound();
        annex3.rows[0].times = 4;
        annex3.rows[0].kinds = [4, 0, 0, 0, 0, 0];
        let found = failing(&annex2, &annex3, &Outside::default());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].relation, "附件3培训人数 ≤ 培训人次");
        assert_eq!((found[0].left, found[0].right), (5, 4));
    }

    #[test]
    fn forms_differ_by_people_of_other_cities() {
        let (mut annex2, annex3) = sound();
        annex2.distinct[5] = 8;
        annex2.total[5] = 8;
        let outside = Outside {
            trained: vec![("鹤岗市".into(), 2)],
            employed: vec![("鹤岗市".into(), 0)],
        };
        let found = failing(&annex2, &annex3, &outside);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].explanation,
            "相差3人：2人登记在鹤岗市建档立卡信息，不在本市各县行内；另有1人的差额原因不明，请与培训名单核对"
        );
        annex2.distinct[6] = 5;
        annex2.total[6] = 5;
        assert_eq!(failing(&annex2, &annex3, &outside).len(), 2);
    }
}
