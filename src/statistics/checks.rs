//! 勾稽关系: relations that must hold between figures, each with both figures and a verdict.

use crate::config::LiangHouSheng;

use super::choices::Choice;
use super::forms::{AnnexRow, FilledAnnex, Values};
use super::indicators::{ANNEX2, find};
use super::{Check, Scope};

/// What must hold between two figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// `left ≤ right`.
    AtMost,
    /// `left = right`.
    Equal,
}

/// A relation between figures, by their codes.
#[derive(Debug)]
pub struct FigureRelation {
    /// One figure, or several that are added up.
    pub left: &'static [&'static str],
    /// What must hold.
    pub holds: Holds,
    /// The figure it is compared with.
    pub right: &'static str,
    /// As the sheet 勾稽关系 says it.
    pub says: &'static str,
    /// What to do where the left figure is too small (only where both must be equal) and where it is
    /// too great; `{}` stands for the difference.
    pub advice: [&'static str; 2],
}

macro_rules! relations {
    ($($left:expr, $holds:ident, $right:literal, $says:literal, $advice:expr;)+) => {
        &[$(FigureRelation {
            left: &$left,
            holds: Holds::$holds,
            right: $right,
            says: $says,
            advice: $advice,
        }),+]
    };
}

const UNIT: [&str; 2] =
    ["", "两个指标应由同一批人员得出，请核对该单位的入学、毕业或结业、就业日期"];
const COUNTY: [&str; 2] = ["", "两个指标应由同一批人员得出，请核对该县培训名单"];
const WISHES: [&str; 2] = ["", "意愿名单中有人不是劳动力，请核对年龄、劳动技能和在校情况"];
const KINDS: [&str; 2] = [
    "有{}人次的培训类型为空或无法识别，请补填培训类型",
    "同一人同一班登记了不同的培训类型，请更正",
];
const FORMS: [&str; 2] =
    ["相差{}人：两张表应由同一批人员得出，请核对这些人员的建档立卡所在县（市、区）"; 2];

/// The six kinds that add up to 培训人次.
pub const SIX_KINDS: [&str; 6] =
    ["a3_orientation", "a3_employment", "a3_on_post", "a3_nearby", "a3_preparatory", "a3_startup"];

/// What is said besides where the lists hold kinds of training the documents know and Annex 3 does not print:
/// nothing is wrong with those.
pub const OTHER_KINDS: &str =
    "；其中项目制培训、转岗转业培训等六类以外的只计入培训人次，类型无须改";

/// Says of the six kinds that some of the difference is no mistake.
pub fn tell_other_kinds(checks: &mut [Check]) {
    let six = WITHIN.iter().find(|one| one.left == SIX_KINDS);
    let says = six.map_or("", |one| one.says);
    let short = |check: &&mut Check| check.relation == says && check.left < check.right;
    for check in checks.iter_mut().filter(short) {
        check.explanation.push_str(OTHER_KINDS);
    }
}

/// Relations between the figures of one row of a form, or of its total.
pub const WITHIN: &[FigureRelation] = relations! {
    ["a2_1"], AtMost, "a2_2", "附件2① ≤ ②", UNIT;
    ["a2_5"], AtMost, "a2_4", "附件2⑤ ≤ ④", UNIT;
    ["a2_7"], AtMost, "a2_6", "附件2⑦ ≤ ⑥", UNIT;
    ["a3_persons"], AtMost, "a3_times", "附件3培训人数 ≤ 培训人次", COUNTY;
    SIX_KINDS, Equal, "a3_times", "附件3六类培训人次之和 = 培训人次", KINDS;
    ["a3_employed"], AtMost, "a3_persons", "附件3培训后就业创业人数 ≤ 培训人数", COUNTY;
    ["a3_founded"], AtMost, "a3_employed", "附件3创业人数 ≤ 就业创业人数", COUNTY;
    ["a3_certified"], AtMost, "a3_persons", "附件3取得证书人数 ≤ 培训人数", COUNTY;
    ["a3_willing"], AtMost, "a3_workers", "附件3有培训意愿人数 ≤ 劳动力人数", WISHES;
};

/// Annex 3 against Annex 2, both in distinct persons: both count everybody the agencies trained, by
/// county and by agency.
pub const BETWEEN: &[FigureRelation] = relations! {
    ["a3_persons"], Equal, "a2_6", "附件3总计培训人数 = 附件2⑥去重合计", FORMS;
    ["a3_employed"], Equal, "a2_7", "附件3总计培训后就业创业人数 = 附件2⑦去重合计", FORMS;
};

impl FigureRelation {
    /// The relation where both sides are known.
    fn check(&self, place: &str, left: &Values, right: &Values) -> Option<Check> {
        let sum: Option<i64> = self.left.iter().map(|code| left.get(code)).sum();
        Some(self.compare(place, sum?, right.get(self.right)?))
    }

    fn compare(&self, place: &str, left: i64, right: i64) -> Check {
        let holds = match self.holds {
            Holds::AtMost => left <= right,
            Holds::Equal => left == right,
        };
        let advice = self.advice[usize::from(left > right)];
        let difference = left.abs_diff(right).to_string();
        Check {
            relation: self.says.to_owned(),
            scope: Scope::Total,
            place: place.to_owned(),
            left,
            right,
            holds,
            explanation: if holds { String::new() } else { advice.replace("{}", &difference) },
        }
    }

    /// With paired counties ① counts the registry and has no upper bound in the intake.
    fn is_meant(&self, rule: LiangHouSheng) -> bool {
        let of_intake = |code: &&str| {
            find(code).is_some_and(|one| one.choices.contains(&Choice::LiangHouSheng))
        };
        rule == LiangHouSheng::Intake || !self.left.iter().any(of_intake)
    }
}

/// The relations between the figures of one row of either form under a setting of ①.
pub fn within(rule: LiangHouSheng) -> impl Iterator<Item = &'static FigureRelation> {
    WITHIN.iter().filter(move |relation| relation.is_meant(rule))
}

/// All checks: what does not hold first, then totals, then Annex 2 by unit and Annex 3 by county.
/// Of units and counties only those are listed that have something to compare: an agency has no
/// students, and many a school trains nobody.
pub fn checks(annex2: &FilledAnnex, annex3: &FilledAnnex, rule: LiangHouSheng) -> Vec<Check> {
    let of_row = |row: &AnnexRow| -> Vec<Check> {
        let values = &row.values;
        within(rule).filter_map(|one| one.check(&row.name, values, values)).collect()
    };
    let mut totals = of_row(&annex2.total);
    totals.extend(repeated_in_rows(annex2));
    totals.extend(of_row(&annex3.total));
    let between = BETWEEN.iter();
    let (persons, total) = (&annex2.distinct, &annex3.total.values);
    totals.extend(between.filter_map(|one| one.check("总计", total, persons)));
    let is_telling = |check: &Check| (check.left, check.right) != (0, 0);
    let units = annex2.rows.iter().flat_map(of_row);
    let counties = annex3.rows.iter().flat_map(of_row);
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

/// Column sums against distinct persons: a sum above is no mistake, but must be known.
fn repeated_in_rows(annex2: &FilledAnnex) -> Vec<Check> {
    let check = |code: &'static str, mark: &str| {
        let left = annex2.distinct.get(code)?;
        let right = annex2.total.values.get(code)?;
        let holds = left <= right;
        let explanation = if left < right {
            format!("有人员出现在两个及以上单位，重复计{}人，属正常", right - left)
        } else if holds {
            String::new()
        } else {
            "各行之和少于去重人数，请核对各行".to_owned()
        };
        Some(Check {
            relation: format!("附件2{mark}去重合计 ≤ 总计（各行之和）"),
            scope: Scope::Total,
            place: "总计".to_owned(),
            left,
            right,
            holds,
            explanation,
        })
    };
    ANNEX2.iter().filter_map(|one| check(one.code, one.mark)).collect()
}

#[cfg(test)]
mod tests {
    use super::{WITHIN, checks};
    use crate::config::LiangHouSheng;
    use crate::statistics::forms::{AnnexRow, FilledAnnex, Values};
    use crate::statistics::indicators::{ANNEX2, ANNEX3, Indicator, find};
    use crate::statistics::{Check, Scope};
    use crate::vocabulary::SourceKind;

    fn values(indicators: &[Indicator], figures: &[i64]) -> Values {
        indicators.iter().map(|one| one.code).zip(figures.iter().copied()).collect()
    }

    fn sound() -> (FilledAnnex, FilledAnnex) {
        let figures = values(ANNEX2, &[1, 2, 3, 4, 3, 5, 2]);
        let unit = AnnexRow {
            name: "甲".into(),
            kind: Some(SourceKind::Enrollment),
            values: figures.clone(),
            ..AnnexRow::default()
        };
        let total = AnnexRow { name: "总计".into(), ..unit.clone() };
        let annex2 =
            FilledAnnex { rows: vec![unit], total, distinct: figures, ..FilledAnnex::default() };
        let figures = values(ANNEX3, &[9, 8, 5, 6, 1, 1, 1, 1, 1, 1, 5, 2, 1]);
        let county =
            AnnexRow { name: "桦南县".into(), values: figures.clone(), ..AnnexRow::default() };
        let total = AnnexRow { name: "总计".into(), ..county.clone() };
        let annex3 =
            FilledAnnex { rows: vec![county], total, distinct: figures, ..FilledAnnex::default() };
        (annex2, annex3)
    }

    #[test]
    fn every_relation_names_figures_that_are() {
        for relation in WITHIN.iter().chain(super::BETWEEN) {
            for code in relation.left.iter().chain([&relation.right]) {
                assert!(find(code).is_some(), "{code}");
            }
        }
    }

    fn failing(annex2: &FilledAnnex, annex3: &FilledAnnex) -> Vec<Check> {
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
        type Break = fn(&mut FilledAnnex, &mut FilledAnnex);
        let cases: [(&str, &str, Break); 9] = [
            ("附件2① ≤ ②", "甲", |two, _| two.rows[0].values.set("a2_1", Some(3))),
            ("附件2⑤ ≤ ④", "甲", |two, _| two.rows[0].values.set("a2_5", Some(5))),
            ("附件2⑦ ≤ ⑥", "甲", |two, _| two.rows[0].values.set("a2_7", Some(6))),
            ("附件2③去重合计 ≤ 总计（各行之和）", "总计", |two, _| {
                two.distinct.set("a2_3", Some(4));
            }),
            ("附件3六类培训人次之和 = 培训人次", "桦南县", |_, three| {
                three.rows[0].values.set("a3_orientation", Some(0));
            }),
            ("附件3培训后就业创业人数 ≤ 培训人数", "桦南县", |_, three| {
                three.rows[0].values.set("a3_employed", Some(6));
            }),
            ("附件3创业人数 ≤ 就业创业人数", "桦南县", |_, three| {
                three.rows[0].values.set("a3_founded", Some(3));
            }),
            ("附件3取得证书人数 ≤ 培训人数", "桦南县", |_, three| {
                three.rows[0].values.set("a3_certified", Some(6));
            }),
            ("附件3有培训意愿人数 ≤ 劳动力人数", "桦南县", |_, three| {
                three.rows[0].values.set("a3_willing", Some(10));
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
        for (code, mark) in ANNEX2.iter().map(|one| (one.code, one.mark)) {
            let (mut annex2, annex3) = sound();
            annex2.distinct.set(code, annex2.total.values.get(code).map(|sum| sum + 1));
            let relation = format!("附件2{mark}去重合计 ≤ 总计（各行之和）");
            let found = failing(&annex2, &annex3);
            assert!(found.iter().any(|check| check.relation == relation), "{relation}: {found:?}");
        }
    }

    #[test]
    fn persons_above_attendances_fail() {
        let (annex2, mut annex3) = sound();
        annex3.rows[0].values.set("a3_times", Some(4));
        for (slot, code) in super::SIX_KINDS.into_iter().enumerate() {
            annex3.rows[0].values.set(code, Some(if slot == 0 { 4 } else { 0 }));
        }
        let found = failing(&annex2, &annex3);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].relation, "附件3培训人数 ≤ 培训人次");
        assert_eq!((found[0].left, found[0].right), (5, 4));
    }

    #[test]
    fn the_forms_must_count_the_same_people() {
        let (mut annex2, annex3) = sound();
        annex2.distinct.set("a2_6", Some(8));
        annex2.total.values.set("a2_6", Some(8));
        let found = failing(&annex2, &annex3);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].left, found[0].right), (5, 8));
        assert!(found[0].explanation.starts_with("相差3人"), "{}", found[0].explanation);
        annex2.distinct.set("a2_7", Some(1));
        annex2.total.values.set("a2_7", Some(1));
        assert_eq!(failing(&annex2, &annex3).len(), 2);
    }

    #[test]
    fn what_fails_stands_first_and_totals_before_rows() {
        let (annex2, mut annex3) = sound();
        annex3.rows[0].values.set("a3_certified", Some(6));
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
        annex2.rows[0].values = values(ANNEX2, &[0, 0, 0, 0, 0, 5, 2]);
        for code in ["a2_4", "a2_5"] {
            annex2.total.values.set(code, Some(0));
            annex2.distinct.set(code, Some(0));
        }
        let found = checks(&annex2, &annex3, LiangHouSheng::Intake);
        let of = |scope: Scope| -> Vec<&str> {
            let here = found.iter().filter(|check| check.scope == scope);
            here.map(|check| check.relation.as_str()).collect()
        };
        assert_eq!(of(Scope::Unit), ["附件2⑦ ≤ ⑥"]);
        assert!(of(Scope::Total).contains(&"附件2⑤ ≤ ④"));
    }
}
