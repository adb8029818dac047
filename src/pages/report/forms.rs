//! The totals of both forms beside earlier rounds; 两后生 and wishes.

use super::{Run, percent};
use crate::pages::html::{Align, Table, note, paragraph};
use crate::statistics::change::{Changed, Comparison};
use crate::statistics::indicators::{ANNEX2, ANNEX3, Indicator, Measure};
use crate::statistics::wishes::Wish;

/// Both forms' 总计, and what does not hold between figures.
pub(super) fn totals(run: &Run) -> String {
    let annex2 = &run.statistics.annex2;
    let pending = |column: usize| annex2.rows.iter().map(|row| row.pending[column]).sum::<u64>();
    let columns = [
        ("指标", Align::Text),
        ("总计", Align::Number),
        ("去重", Align::Number),
        ("待核最多可增", Align::Number),
    ];
    let mut table = Table::new(&columns);
    for (column, indicator) in ANNEX2.iter().enumerate() {
        let cells = [
            named(indicator),
            annex2.total[column].to_string(),
            annex2.distinct[column].to_string(),
            pending(column).to_string(),
        ];
        table.row(&cells, false);
    }
    let mut text = table.finish("附件2 技工院校技能脱贫攻坚进展情况表");
    text.push_str(&annex3(run));
    text.push_str(&checks(run));
    text
}

fn named(indicator: &Indicator) -> String {
    format!("{}（{}）", indicator.heading, indicator.measure.unit())
}

fn annex3(run: &Run) -> String {
    let total = &run.statistics.annex3.total;
    let count =
        |value: Option<u64>| value.map_or_else(|| "—".to_owned(), |value| value.to_string());
    let mut values = vec![count(total.workers), count(total.willing)];
    values.extend([total.persons, total.times].map(|value| value.to_string()));
    values.extend(total.kinds.map(|value| value.to_string()));
    values.push(count(total.certified));
    values.extend([total.employed, total.founded].map(|value| value.to_string()));
    values.extend(total.fees.map(|fee| fee.map_or_else(|| "—".to_owned(), yuan)));
    let mut table = Table::new(&[("指标", Align::Text), ("总计", Align::Number)]);
    for (indicator, value) in ANNEX3.iter().zip(values) {
        table.row(&[named(indicator), value], false);
    }
    let mut text = table.finish("附件3 技能培训技能脱贫攻坚进展情况表");
    text.push_str(&note("附件3为推定表样（非官方）；“—”表示没有数据来源，不是零。"));
    text
}

/// 分 as yuan.
fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

fn checks(run: &Run) -> String {
    let failed: Vec<_> = run.statistics.checks.iter().filter(|check| !check.holds).collect();
    let all = run.statistics.checks.len();
    if failed.is_empty() {
        return paragraph(&format!("勾稽关系 {all} 项全部通过。"));
    }
    let columns = [
        ("不符的关系", Align::Path),
        ("位置", Align::Text),
        ("左", Align::Number),
        ("右", Align::Number),
    ];
    let mut table = Table::new(&columns);
    for check in &failed {
        let (left, right) = (check.left.to_string(), check.right.to_string());
        table.row(&[check.relation.clone(), check.place.clone(), left, right], false);
    }
    table.finish(&format!("勾稽关系 {all} 项，不符 {} 项", failed.len()))
}

/// Totals beside each earlier round.
pub(super) fn rounds(run: &Run) -> String {
    if run.comparisons.is_empty() {
        return paragraph("台账中没有更早一期的运行，本期无法与上期、去年同期比较。");
    }
    let mut text: String = run.comparisons.iter().map(round).collect();
    if run.comparisons.len() == 1 {
        text.push_str(&note("台账中只有上面这一期可比。"));
    }
    text.push_str(&note("各单位、各县的数字和增减人员的名单见 期间对比.xlsx。"));
    text
}

fn round(comparison: &Comparison) -> String {
    let columns = [
        ("指标", Align::Text),
        ("对比期", Align::Number),
        ("本期", Align::Number),
        ("增减", Align::Number),
    ];
    let mut table = Table::new(&columns);
    let totals = comparison.change.figures.iter().filter(|one| one.unit == "总计");
    for changed in totals {
        let Some((name, money)) = subject(changed) else { continue };
        let show = |value: Option<i64>| match value {
            None => "—".to_owned(),
            Some(value) if money => yuan(value),
            Some(value) => value.to_string(),
        };
        let change = changed.before.zip(changed.now).map(|(before, now)| now - before);
        table.row(&[name, show(changed.before), show(changed.now), show(change)], false);
    }
    let caption = format!(
        "{}：{}（统计日期 {}）",
        comparison.name,
        comparison.half.label(),
        comparison.as_of
    );
    table.finish(&caption)
}

/// A figure's name, and whether it is money.
fn subject(changed: &Changed) -> Option<(String, bool)> {
    if changed.form == "rows" {
        let word = match changed.code.as_str() {
            "link" => "比对一致（行）",
            "review" => "待核（行）",
            _ => "未比中（行）",
        };
        return Some((word.to_owned(), false));
    }
    let one = ANNEX2.iter().chain(ANNEX3).find(|one| one.code == changed.code)?;
    Some((named(one), matches!(one.measure, Measure::Money(_))))
}

/// 两后生, the pairs of Annex 1 with a registry, and the villages' lists.
pub(super) fn reach(run: &Run) -> String {
    let youth = &run.statistics.youth;
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

fn pairs(run: &Run) -> String {
    let columns = [
        ("技工院校", Align::Text),
        ("对接县(市)", Align::Text),
        ("两后生", Align::Number),
        ("在对接学校", Align::Number),
        ("已覆盖", Align::Number),
        ("覆盖率", Align::Number),
    ];
    let loaded: Vec<_> = run.statistics.reach.iter().filter(|one| one.city.is_some()).collect();
    if loaded.is_empty() {
        return paragraph("读入的建档立卡信息中没有附件1的对接县（市）。");
    }
    let mut table = Table::new(&columns);
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

fn wishes(run: &Run) -> String {
    let wishes = &run.statistics.wishes;
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
