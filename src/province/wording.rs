//! Which column of a form a heading means, whatever its wording: the rules of
//! `schemas/forms.toml`, made ready once.

use serde::Deserialize;

use crate::sources::normalise_heading;
use crate::statistics::indicators::{Measure, indicators};
use crate::vocabulary::Annex;

/// What a figure is called in a message: `②招收人数`. A slot is an index into the form's figures.
pub fn figure_name(annex: Annex, slot: usize) -> String {
    indicators(annex)[slot].name()
}

/// Whether a slot holds money.
pub fn is_money(annex: Annex, slot: usize) -> bool {
    matches!(indicators(annex)[slot].measure, Measure::Money(_))
}

/// Fewest columns by which a heading line is told to be this form's.
pub(super) fn least_columns(annex: Annex) -> usize {
    match annex {
        Annex::Two => 4,
        Annex::Three => 6,
    }
}

/// How one column is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnRule {
    code: String,
    #[serde(default)]
    any: Vec<String>,
    #[serde(default)]
    all: Vec<String>,
    #[serde(default)]
    none: Vec<String>,
}

impl ColumnRule {
    fn fits(&self, heading: &str) -> bool {
        let has = |word: &String| heading.contains(word.as_str());
        let all = !self.all.is_empty() && self.all.iter().all(has);
        (self.any.iter().any(has) || all) && !self.none.iter().any(has)
    }
}

/// When a figure is too far from another to be right.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordingLimits {
    /// So many times more or less than the last period.
    pub jump: f64,
    /// Where either figure is at least this.
    pub least: i64,
    /// Yuan per 人次 above which money stands in the wrong unit.
    pub dearest: [i64; 3],
    /// And below which it does.
    pub cheapest: i64,
}

/// The rules for both forms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Limits of plausibility.
    pub limits: WordingLimits,
    not_a_form: Vec<String>,
    annex2: Vec<ColumnRule>,
    annex3: Vec<ColumnRule>,
}

impl Wording {
    /// The shipped rules.
    pub fn shipped() -> Self {
        toml::from_str(include_str!("../../schemas/forms.toml")).expect("the shipped file is sound")
    }

    fn rules(&self, annex: Annex) -> &[ColumnRule] {
        match annex {
            Annex::Two => &self.annex2,
            Annex::Three => &self.annex3,
        }
    }

    /// The slot a heading means, by its own words, else by those of its group and its own.
    pub fn slot(&self, annex: Annex, group: &str, heading: &str) -> Option<usize> {
        let alone = normalise_heading(heading).whole;
        let together = normalise_heading(&format!("{group}{heading}")).whole;
        let rule = |words: &str| self.rules(annex).iter().find(|rule| rule.fits(words));
        let rule = rule(&alone).or_else(|| rule(&together).filter(|_| !alone.is_empty()))?;
        indicators(annex).iter().position(|indicator| indicator.code == rule.code)
    }

    /// Whether a heading shows that the table is something else: a list of people, or the sheet
    /// of figures still open that stands beside our own forms.
    pub fn is_foreign(&self, heading: &str) -> bool {
        let heading = normalise_heading(heading).whole;
        self.not_a_form.iter().any(|word| heading.contains(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use crate::province::wording::Wording;
    use crate::statistics::indicators::indicators;
    use crate::vocabulary::Annex;

    #[test]
    fn every_figure_has_one_rule() {
        let wording = Wording::shipped();
        for annex in Annex::ALL {
            let mut codes: Vec<&str> =
                wording.rules(annex).iter().map(|rule| rule.code.as_str()).collect();
            let mut known: Vec<&str> = indicators(annex).iter().map(|one| one.code).collect();
            codes.sort_unstable();
            known.sort_unstable();
            assert_eq!(codes, known);
        }
    }

    #[test]
    fn headings_are_told_whatever_their_wording() {
        let cases = [
            (Annex::Two, "", "当(半)年建档立卡贫困家庭应往届两后生人数(人)", Some("a2_1")),
            (Annex::Two, "", "当(半)年招收建档立卡贫困家庭子女人数(人)", Some("a2_2")),
            (Annex::Two, "", "在校生", Some("a2_3")),
            (Annex::Two, "", "建档立卡贫困家庭子女毕业生人数(人)", Some("a2_4")),
            (Annex::Two, "", "毕业生就业", Some("a2_5")),
            (
                Annex::Two,
                "",
                "当(半)年面向建档立卡贫困家庭劳动者开展职业培训人数(人)",
                Some("a2_6"),
            ),
            (Annex::Two, "", "培训后就业\n创业人数(人)", Some("a2_7")),
            (Annex::Two, "职业培训情况", "开展人数", Some("a2_6")),
            (Annex::Two, "职业培训情况", "就业人数", Some("a2_7")),
            (Annex::Two, "", "技工院校名称", None),
            (Annex::Two, "", "培训机构名称", None),
            (Annex::Three, "", "建档立卡贫困劳动力人数(人)", Some("a3_workers")),
            (Annex::Three, "", "其中:有培训意愿人数(人)", Some("a3_willing")),
            (Annex::Three, "", "培训人数(人)", Some("a3_persons")),
            (Annex::Three, "", "培训人次(人次)", Some("a3_times")),
            (Annex::Three, "其中(人次)", "就地就近技能培训", Some("a3_nearby")),
            (Annex::Three, "其中(人次)", "创业培训", Some("a3_startup")),
            (Annex::Three, "其中(人次)", "其他", None),
            (Annex::Three, "", "培训后就业创业人数(人)", Some("a3_employed")),
            (Annex::Three, "", "其中:创业人数(人)", Some("a3_founded")),
            (Annex::Three, "补贴资金(万元)", "培训费", Some("a3_training_fee")),
            (Annex::Three, "", "鉴定费补贴（元）", Some("a3_exam_fee")),
            (Annex::Three, "", "县(市、区)名称", None),
        ];
        let wording = Wording::shipped();
        for (annex, group, heading, code) in cases {
            let slot = wording.slot(annex, group, heading);
            assert_eq!(slot.map(|slot| indicators(annex)[slot].code), code, "{group}{heading}");
        }
    }
}
