//! `项目/<programme>.xlsx`: who is entitled to what, what was refused, what is open and who can tell, what
//! is due, claimed and paid, and the rules in force.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::XlsxError;

use crate::config::{Programme, Rule, Setting};
use crate::programmes::{Verdict, VerdictLine};
use crate::records::Facts;

use super::book::Book;
use super::context::Context;
use super::lists_csv::short_yuan;
use super::overlap;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column};
use crate::results::words::chinese_date;

const SUMMARY: [Column; 13] = [
    column("规则", CellKind::Code, 8),
    column("名称", CellKind::Text, 34),
    column("依据", CellKind::Text, 16),
    column("涉及人次", CellKind::Count, 9),
    column("可享受", CellKind::Count, 9),
    column("可享受人数", CellKind::Count, 9),
    column("重复", CellKind::Count, 9),
    column("超次数、超期限", CellKind::Count, 10),
    column("不符合", CellKind::Count, 9),
    column("待定", CellKind::Count, 9),
    column("不在文件期限内", CellKind::Count, 10),
    column("金额合计（元）", CellKind::Money, 16),
    column("金额说明", CellKind::Text, 34),
];

const LINES: [Column; 18] = [
    column("序号", CellKind::Count, 7),
    column("姓名", CellKind::Word, 10),
    column("证件号码", CellKind::Code, 21),
    column("学校/机构/企业", CellKind::Text, 24),
    column("工种", CellKind::Word, 14),
    column("起止日期", CellKind::Code, 23),
    column("规则", CellKind::Code, 8),
    column("名称", CellKind::Text, 26),
    column("身份", CellKind::Text, 20),
    column("归属日期", CellKind::Code, 12),
    column("结论", CellKind::Word, 12),
    column("原因", CellKind::Text, 34),
    column("金额（元）", CellKind::Code, 14),
    column("申领（元）", CellKind::Code, 12),
    column("发放（元）", CellKind::Code, 12),
    column("发给", CellKind::Word, 14),
    column("可向谁核实", CellKind::Text, 20),
    column("出处", CellKind::Text, 34),
];

/// Of the sheet that says how a workbook of 项目 was made.
pub(super) const EXPLAINED: [Column; 2] =
    [column("项目", CellKind::Text, 24), column("内容", CellKind::Text, 100)];

/// One workbook being filled.
struct Part<'a, 'run> {
    context: &'a Context<'run>,
    index: usize,
    policy: &'run Programme,
    lines: Vec<&'run VerdictLine>,
    faces: Vec<Option<&'run Facts>>,
}

/// Writes the workbook of the programme of that index.
pub(super) fn fill(book: &mut Book, context: &Context, index: usize) -> Result<(), XlsxError> {
    let results = &context.results;
    let (Some(judged), Some(census)) = (results.judged, results.census) else { return Ok(()) };
    let part = Part {
        context,
        index,
        policy: &results.project.programmes[index],
        lines: judged.lines.iter().filter(|line| line.programme == index).collect(),
        faces: census.faces(results.records),
    };
    part.summary(book)?;
    let entitled = |line: &VerdictLine| line.verdict == Verdict::Entitled;
    part.sheet(book, ("名单", "可享受的人次，一行一人一项。"), entitled)?;
    let refused =
        |line: &VerdictLine| matches!(line.verdict, Verdict::Duplicate | Verdict::OverLimit);
    part.sheet(book, ("重复与超限", "同一人重复，或超过规定次数、月数的。"), refused)?;
    let open = |line: &VerdictLine| line.verdict == Verdict::Undecided;
    part.sheet(
        book,
        ("待定", "缺少依据、须人工判定的；补齐后重新运行即可。不计金额，也不算不符合。"),
        open,
    )?;
    let money = |line: &VerdictLine| line.claimed.is_some() || line.paid.is_some();
    part.sheet(book, ("申领核对", "有申领或发放记录的：应发、申领、发放对照。"), money)?;
    let rest = |line: &VerdictLine| matches!(line.verdict, Verdict::NotEligible | Verdict::Outside);
    part.sheet(book, ("不符合", "不符合规定，或不在文件期限内的。"), rest)?;
    part.explained(book)
}

impl<'run> Part<'_, 'run> {
    fn summary(&self, book: &mut Book) -> Result<(), XlsxError> {
        let project = self.context.results.project;
        let note = format!(
            "{}　{}　统计时点：{}。涉及人次＝可享受＋重复＋超次数、超期限＋不符合＋待定＋不在文件期限内。{}",
            self.policy.document,
            project.bureau(),
            chinese_date(project.as_of),
            self.unjudged()
        );
        let spec = TableSpec {
            name: "汇总",
            title: &self.policy.title,
            note: &note,
            columns: &SUMMARY,
            frozen: 2,
            back: None,
        };
        let mut table = Table::open(book, spec)?;
        let mut by_rule: BTreeMap<&str, Vec<&VerdictLine>> = BTreeMap::new();
        for line in &self.lines {
            by_rule.entry(&line.rule).or_default().push(line);
        }
        let rules = self
            .policy
            .rules
            .iter()
            .map(|rule| (rule.id.as_str(), rule.title.as_str(), rule.basis.as_str()));
        let advances = self
            .policy
            .advances
            .iter()
            .map(|one| (one.id.as_str(), "先行拨付", one.basis.as_str()));
        for (id, title, basis) in rules.chain(advances) {
            let lines = by_rule.get(id).map_or(&[][..], Vec::as_slice);
            table.row(&summary_cells((id, title, basis), lines))?;
        }
        table.close()
    }

    /// What lists that nobody handed over leave open.
    fn unjudged(&self) -> String {
        let judged = self.context.results.judged;
        let missing = judged.map(|judged| &judged.missing[self.index][..]).unwrap_or_default();
        let titles: Vec<String> =
            missing.iter().map(|(list, _)| overlap::title(self.context, list)).collect();
        let people = missing.iter().map(|(_, people)| *people).max().unwrap_or(0);
        if titles.is_empty() {
            return String::new();
        }
        format!("未载入{}名单，另有{people}人无法判断。", titles.join("、"))
    }

    fn sheet(
        &self,
        book: &mut Book,
        (name, note): (&str, &str),
        wanted: impl Fn(&VerdictLine) -> bool,
    ) -> Result<(), XlsxError> {
        let mut lines: Vec<&VerdictLine> =
            self.lines.iter().copied().filter(|line| wanted(line)).collect();
        // The dearest questions first.
        lines.sort_by_key(|line| {
            let money = line.claimed.or(line.paid).or(line.high).or(line.low).unwrap_or(0);
            if name == "待定" { -money } else { 0 }
        });
        let spec =
            TableSpec { name, title: name, note, columns: &LINES, frozen: 2, back: Some("汇总") };
        let mut table = Table::open(book, spec)?;
        for (number, line) in lines.iter().enumerate() {
            table.row(&self.cells(number + 1, line))?;
        }
        table.close()
    }

    fn cells(&self, number: usize, line: &'run VerdictLine) -> [Cell<'run>; 18] {
        let results = &self.context.results;
        let judged = results.judged.expect("a programme's workbook has verdicts");
        let event = &judged.events[line.event as usize];
        let facts = self.faces[line.person as usize];
        let institution = event.institution.map(|at| &results.records.institutions[at as usize]);
        let unit = institution.map_or(event.unit.as_str(), |one| one.name.as_str());
        let day =
            |date: Option<jiff::civil::Date>| date.map_or("—".to_owned(), |d| d.to_string());
        let rule = self.policy.rule(&line.rule);
        let groups: Vec<String> =
            line.groups.iter().map(|group| overlap::title(self.context, group)).collect();
        [
            number.into(),
            facts.map_or("", |facts| facts.name.raw.trim()).into(),
            facts.map_or("", |facts| facts.id.raw.trim()).into(),
            unit.into(),
            event.trade.as_str().into(),
            format!("{} 至 {}", day(event.began_on), day(event.ended_on)).into(),
            line.rule.as_str().into(),
            rule.map_or("先行拨付", |rule| rule.title.as_str()).into(),
            groups.join("、").into(),
            line.counted_on.map_or_else(String::new, |d| d.to_string()).into(),
            line.verdict.label().into(),
            line.reason().into(),
            interval(line).into(),
            short_yuan(line.claimed).into(),
            short_yuan(line.paid).into(),
            line.payee.as_str().into(),
            who_can_tell(line).into(),
            event
                .origin
                .map_or_else(String::new, |origin| results.catalogue.show(origin, None))
                .into(),
        ]
    }

    fn explained(&self, book: &mut Book) -> Result<(), XlsxError> {
        let spec = TableSpec {
            name: "口径说明",
            title: "口径说明",
            note: "规则、次数、设置均来自规则文件；“推定”的是文件没有写明、按用途推定的，可在项目文件的 [programmes] 里改。",
            columns: &EXPLAINED,
            frozen: 1,
            back: Some("汇总"),
        };
        let mut table = Table::open(book, spec)?;
        for (what, text) in self.explanations() {
            table.row(&[what.into(), text.into()])?;
        }
        table.close()
    }

    fn explanations(&self) -> Vec<(String, String)> {
        let policy = self.policy;
        let mut lines = vec![
            ("文件".to_owned(), policy.document.clone()),
            ("期限".to_owned(), format!("{} 至 {}", policy.from, policy.to)),
            (
                "归属日期（推定）".to_owned(),
                "按发证、结业、开班的先后，取第一个有的日期，决定年度和是否在期限内".to_owned(),
            ),
            ("核对范围".to_owned(), self.scope()),
        ];
        lines.extend(
            policy
                .rules
                .iter()
                .map(|rule| (format!("{} {}", rule.id, rule.basis), self.rule_words(rule))),
        );
        lines.extend(policy.limits.iter().map(|limit| (limit.id.clone(), limit.words())));
        let settings = policy.settings.iter();
        lines.extend(
            settings
                .map(|(key, value): (&String, &Setting)| (format!("设置 {key}"), value.shown())),
        );
        lines.push((
            "次数（推定）".to_owned(),
            "文件期限开始前、同一年度内的培训占用次数；待定的两种算法都试，结果一样的才下结论"
                .to_owned(),
        ));
        lines.push((
            "天数（推定）".to_owned(),
            "有培训天数且不多于日历天数的按培训天数，否则按日历天数（含首尾）；一天只发一次"
                .to_owned(),
        ));
        lines.push((
            "月数（推定）".to_owned(),
            "从开始之日起按月计，不足一月的按一月；两个单位同月的只计一次，六个月为终身上限"
                .to_owned(),
        ));
        lines
    }

    fn scope(&self) -> String {
        let lists: Vec<&str> =
            self.context.results.records.lists.iter().map(|list| list.title.as_str()).collect();
        let unit = &self.context.results.project.unit;
        let lists = if lists.is_empty() { "无".to_owned() } else { lists.join("、") };
        format!("只核对了已载入的数据（{unit}）；已载入名单：{lists}。{}", self.unjudged())
    }

    fn rule_words(&self, rule: &Rule) -> String {
        let groups: BTreeSet<String> =
            rule.groups_any.iter().map(|group| overlap::title(self.context, group)).collect();
        let groups: Vec<String> = groups.into_iter().collect();
        let mut text = format!("{}：{}；发给{}", rule.title, groups.join("、"), rule.payee);
        if let Some(ask) = &rule.ask {
            text.extend(["；须人工判定：", ask]);
        }
        if let Some(note) = &rule.note {
            text.extend(["；推定：", note]);
        }
        text
    }
}

fn summary_cells<'a>(
    (id, title, basis): (&'a str, &'a str, &'a str),
    lines: &[&VerdictLine],
) -> Vec<Cell<'a>> {
    let count = |verdict| lines.iter().filter(|line| line.verdict == verdict).count();
    let entitled = || lines.iter().filter(|line| line.verdict == Verdict::Entitled);
    let people: BTreeSet<u32> = entitled().map(|line| line.person).collect();
    let sum = |amount: fn(&VerdictLine) -> Option<i64>| {
        entitled().filter_map(|line| amount(line)).sum::<i64>()
    };
    let (low, high) = (sum(|line| line.low), sum(|line| line.high));
    let is_open = entitled().any(|line| line.low.is_some() && line.high.is_none());
    let is_charged = entitled().any(|line| line.low.is_none());
    let words = match (is_charged, is_open, low == high) {
        (true, ..) => "按收费标准，文件没有金额".to_owned(),
        (_, true, _) => format!("不低于{}元", short_yuan(Some(low))),
        (_, _, false) => format!("{}—{}元", short_yuan(Some(low)), short_yuan(Some(high))),
        _ => String::new(),
    };
    let money = if is_charged && low == 0 { Cell::Empty } else { Cell::Number(yuan_value(low)) };
    let mut cells: Vec<Cell> = vec![
        id.into(),
        title.into(),
        basis.into(),
        lines.len().into(),
        count(Verdict::Entitled).into(),
    ];
    cells.push(people.len().into());
    let others = [
        Verdict::Duplicate,
        Verdict::OverLimit,
        Verdict::NotEligible,
        Verdict::Undecided,
        Verdict::Outside,
    ];
    cells.extend(others.map(|verdict| Cell::from(count(verdict))));
    cells.extend([money, words.into()]);
    cells
}

/// A sum as a cell holds it; sums of subsidies stay far below the integers a float holds exactly.
#[expect(clippy::cast_precision_loss, reason = "sums stay below 2^53 分")]
pub(super) fn yuan_value(fen: i64) -> f64 {
    fen as f64 / 100.0
}

fn interval(line: &VerdictLine) -> String {
    match (line.low, line.high) {
        (None, _) if line.verdict == Verdict::Entitled => "按收费标准".to_owned(),
        (None, _) => String::new(),
        (low, None) => format!("{}以上", short_yuan(low)),
        (low, high) if low == high => short_yuan(low),
        (low, high) => format!("{}—{}", short_yuan(low), short_yuan(high)),
    }
}

/// Who can say what is missing.
fn who_can_tell(line: &VerdictLine) -> &'static str {
    match (line.verdict, line.code.as_str()) {
        (Verdict::Undecided, "membership") => "名单保管方；待核清单",
        (Verdict::Undecided, "insured-unknown") => "企业、社会保险经办机构",
        (Verdict::Undecided, "ask") => "本单位业务科室",
        (Verdict::Undecided, code) if code.starts_with("lacks-") => "培训机构、企业",
        (Verdict::Undecided, _) => "本单位业务科室",
        _ => "",
    }
}
