//! The totals of both forms beside earlier rounds; 两后生 and wishes.

use crate::records::money::yuan;
use crate::statistics::change::HalfYearComparison;
use crate::statistics::forms::Lack;
use crate::statistics::indicators::{ANNEX2, ANNEX3, Indicator, Measure};
use crate::statistics::wishes::Wish;
use crate::web::html::{Align, HtmlTable, note, paragraph};
use crate::web::report::{RunPage, percent};

/// Both forms' 总计, and what does not hold between figures.
pub(super) fn totals(run: &RunPage) -> String {
    let annex2 = &run.results.statistics.annex2;
    let columns = [
        ("指标", Align::Text),
        ("总计", Align::Number),
        ("去重", Align::Number),
        ("待核最多可增", Align::Number),
    ];
    let mut table = HtmlTable::new(&columns);
    for indicator in ANNEX2 {
        let code = indicator.code;
        let cells = [
            named(indicator),
            shown(annex2.total.values.get(code), false),
            shown(annex2.distinct.get(code), false),
            annex2.total.pending.get(code).unwrap_or(0).to_string(),
        ];
        table.row(&cells, false);
    }
    let mut text = table.finish("附件2 技工院校技能脱贫攻坚进展情况表");
    text.push_str(&lacks(&annex2.lacks));
    text.push_str(&annex3(run));
    text.push_str(&checks(run));
    text
}

fn named(indicator: &Indicator) -> String {
    format!("{}（{}）", indicator.title(), indicator.measure.unit())
}

/// Why figures are not known, or not whole.
fn lacks(lacks: &[Lack]) -> String {
    lacks.iter().map(|lack| note(&format!("{}。", lack.sentence()))).collect()
}

fn annex3(run: &RunPage) -> String {
    let values = &run.results.statistics.annex3.total.values;
    let mut table = HtmlTable::new(&[("指标", Align::Text), ("总计", Align::Number)]);
    for indicator in ANNEX3 {
        let money = matches!(indicator.measure, Measure::Money(_));
        table.row(&[named(indicator), shown(values.get(indicator.code), money)], false);
    }
    let mut text = table.finish("附件3 技能培训技能脱贫攻坚进展情况表");
    text.push_str(&lacks(&run.results.statistics.annex3.lacks));
    text.push_str(&note("附件3为推定表样（非官方）；“—”表示没有数据来源，不是零。"));
    text
}

/// A count, or 分 as yuan; a dash where there is no figure.
fn shown(value: Option<i64>, money: bool) -> String {
    match value {
        None => "—".to_owned(),
        Some(fen) if money => yuan(fen),
        Some(count) => count.to_string(),
    }
}

fn checks(run: &RunPage) -> String {
    let failed: Vec<_> =
        run.results.statistics.checks.iter().filter(|check| !check.holds).collect();
    let all = run.results.statistics.checks.len();
    if failed.is_empty() {
        return paragraph(&format!("勾稽关系 {all} 项全部通过。"));
    }
    let columns = [
        ("不符的关系", Align::Path),
        ("位置", Align::Text),
        ("左", Align::Number),
        ("右", Align::Number),
    ];
    let mut table = HtmlTable::new(&columns);
    for check in &failed {
        let (left, right) = (check.left.to_string(), check.right.to_string());
        table.row(&[check.relation.clone(), check.place.clone(), left, right], false);
    }
    table.finish(&format!("勾稽关系 {all} 项，不符 {} 项", failed.len()))
}

/// Totals beside each earlier round.
pub(super) fn rounds(run: &RunPage) -> String {
    if run.results.comparisons.is_empty() {
        return paragraph("台账中没有更早一期的运行，本期无法与上期、去年同期比较。");
    }
    let mut text: String = run.results.comparisons.iter().map(round).collect();
    if run.results.comparisons.len() == 1 {
        text.push_str(&note("台账中只有上面这一期可比。"));
    }
    text.push_str(&note("各单位、各县的数字和增减人员的名单见 期间对比.xlsx。"));
    text
}

fn round(comparison: &HalfYearComparison) -> String {
    let columns = [
        ("指标", Align::Text),
        ("对比期", Align::Number),
        ("本期", Align::Number),
        ("增减", Align::Number),
    ];
    let mut table = HtmlTable::new(&columns);
    let totals = comparison.change.figures.iter().filter(|one| one.unit == "总计");
    for changed in totals {
        let show = |value| shown(value, changed.is_money());
        let figures = [changed.before, changed.now, changed.difference()].map(show);
        table.row(&[&[changed.name()][..], &figures].concat(), false);
    }
    let caption = format!(
        "{}：{}（统计日期 {}）",
        comparison.name,
        comparison.half.label(),
        comparison.as_of
    );
    table.finish(&caption)
}

/// 两后生, the pairs of Annex 1 with a registry, and the villages' lists.
pub(super) fn reach(run: &RunPage) -> String {
    let youth = &run.results.statistics.youth;
    let open = youth.iter().filter(|one| one.at.is_open()).count();
    let mut text = paragraph(&format!(
        "两后生 {} 人，其中未就读、未参训 {open} 人（{}），名单见 两后生名单.xlsx。",
        youth.len(),
        percent(open, youth.len())
    ));
    text.push_str(&pairs(run));
    text.push_str(&wishes(run));
    text
}

fn pairs(run: &RunPage) -> String {
    let columns = [
        ("技工院校", Align::Text),
        ("对接县(市)", Align::Text),
        ("两后生", Align::Number),
        ("在对接学校", Align::Number),
        ("已覆盖", Align::Number),
        ("覆盖率", Align::Number),
    ];
    let loaded: Vec<_> =
        run.results.statistics.reach.iter().filter(|one| one.city.is_some()).collect();
    if loaded.is_empty() {
        return paragraph("读入的建档立卡信息中没有附件1的对接县（市）。");
    }
    let mut table = HtmlTable::new(&columns);
    for pair in loaded {
        let share = pair.share().map_or_else(|| "—".to_owned(), |s| format!("{:.1}%", s * 100.0));
        let cells = [
            pair.school.clone(),
            pair.county.clone(),
            pair.young.len().to_string(),
            pair.here.to_string(),
            pair.reached().to_string(),
            share,
        ];
        table.row(&cells, false);
    }
    table.finish("附件1：对接学校与县（市）")
}

fn wishes(run: &RunPage) -> String {
    let wishes = &run.results.statistics.wishes;
    if wishes.is_empty() {
        return paragraph("没有读入培训意愿名单。");
    }
    let count = |wish: Wish| wishes.iter().filter(|one| **one == wish).count();
    paragraph(&format!(
        "培训意愿名单 {} 行，计入有培训意愿 {} 人；待核 {} 行，未比中 {} 行，详见 04_培训意愿.xlsx。",
        wishes.len(),
        count(Wish::Counted),
        count(Wish::Pending),
        count(Wish::NotFound)
    ))
}
