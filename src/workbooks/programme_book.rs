//! `项目/<programme>.xlsx`: who is entitled to what, what was refused, what is open and who can tell, what
//! is due, claimed and paid, and the rules in force.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_xlsxwriter::XlsxError;

use crate::config::{Programme, Rule, Setting};
use crate::programmes::{Event, Verdict, VerdictLine};
use crate::records::Facts;

use super::book::Book;
use super::columns::{Cell, CellKind, TableColumn, column, numbered};
use super::context::Context;
use super::lists_csv::short_yuan;
use super::overlap;
use super::table::{SheetSpec, SheetTable};
use crate::results::words::chinese_date;

/// A rule or an advance, and what became of the events it is about.
struct RuleLines<'a> {
    id: &'a str,
    title: &'a str,
    basis: &'a str,
    lines: &'a [&'a VerdictLine],
}

fn summary_columns<'a>() -> Vec<TableColumn<RuleLines<'a>>> {
    vec![
        column("规则", CellKind::Code, 8, |rule| rule.id.into()),
        column("名称", CellKind::Text, 34, |rule| rule.title.into()),
        column("依据", CellKind::Text, 16, |rule| rule.basis.into()),
        column("涉及人次", CellKind::Count, 9, |rule| rule.lines.len().into()),
        column("可享受", CellKind::Count, 9, |rule| rule.count(Verdict::Entitled)),
        column("可享受人数", CellKind::Count, 9, |rule| rule.people().into()),
        column("重复", CellKind::Count, 9, |rule| rule.count(Verdict::Duplicate)),
        column("超次数、超期限", CellKind::Count, 10, |rule| rule.count(Verdict::OverLimit)),
        column("不符合", CellKind::Count, 9, |rule| rule.count(Verdict::NotEligible)),
        column("待定", CellKind::Count, 9, |rule| rule.count(Verdict::Undecided)),
        column("不在文件期限内", CellKind::Count, 10, |rule| rule.count(Verdict::Outside)),
        column("金额合计（元）", CellKind::Money, 16, RuleLines::money),
        column("金额说明", CellKind::Text, 34, |rule| rule.money_words().into()),
    ]
}

impl RuleLines<'_> {
    fn count(&self, verdict: Verdict) -> Cell<'static> {
        self.lines.iter().filter(|line| line.verdict == verdict).count().into()
    }

    fn entitled(&self) -> impl Iterator<Item = &VerdictLine> {
        self.lines.iter().copied().filter(|line| line.verdict == Verdict::Entitled)
    }

    fn people(&self) -> usize {
        self.entitled().map(|line| line.person).collect::<BTreeSet<u32>>().len()
    }

    fn sum(&self, amount: fn(&VerdictLine) -> Option<i64>) -> i64 {
        self.entitled().filter_map(amount).sum()
    }

    /// Whether somebody gets what is charged, of which the document names no sum.
    fn is_charged(&self) -> bool {
        self.entitled().any(|line| line.low.is_none())
    }

    fn money(&self) -> Cell<'static> {
        let low = self.sum(|line| line.low);
        if self.is_charged() && low == 0 { Cell::Empty } else { Cell::Number(yuan_value(low)) }
    }

    fn money_words(&self) -> String {
        let (low, high) = (self.sum(|line| line.low), self.sum(|line| line.high));
        let is_open = self.entitled().any(|line| line.low.is_some() && line.high.is_none());
        match (self.is_charged(), is_open, low == high) {
            (true, ..) => "按收费标准，文件没有金额".to_owned(),
            (_, true, _) => format!("不低于{}元", short_yuan(Some(low))),
            (_, _, false) => format!("{}—{}元", short_yuan(Some(low)), short_yuan(Some(high))),
            _ => String::new(),
        }
    }
}

/// A verdict with what it is about.
struct JudgedRow<'a, 'run> {
    book: &'a ProgrammeBook<'a, 'run>,
    line: &'run VerdictLine,
    event: &'run Event,
    facts: Option<&'run Facts>,
}

fn line_columns<'a, 'run: 'a>() -> Vec<TableColumn<JudgedRow<'a, 'run>>> {
    vec![
        numbered(7),
        column("姓名", CellKind::Word, 10, |one| {
            one.facts.map(|facts| facts.name.raw().trim()).into()
        }),
        column("证件号码", CellKind::Code, 21, |one| {
            one.facts.map(|facts| facts.id.raw().trim()).into()
        }),
        column("学校/机构/企业", CellKind::Text, 24, |one| one.unit().into()),
        column("工种", CellKind::Word, 14, |one| one.event.trade.as_str().into()),
        column("起止日期", CellKind::Code, 23, |one| one.span().into()),
        column("规则", CellKind::Code, 8, |one| one.line.rule.as_str().into()),
        column("名称", CellKind::Text, 26, |one| one.rule_title().into()),
        column("身份", CellKind::Text, 20, |one| one.groups().into()),
        column("归属日期", CellKind::Code, 12, |one| {
            one.line.counted_on.map(|day| day.to_string()).into()
        }),
        column("结论", CellKind::Word, 12, |one| one.line.verdict.label().into()),
        column("原因", CellKind::Text, 34, |one| one.line.reason().into()),
        column("金额（元）", CellKind::Code, 14, |one| interval(one.line).into()),
        column("申领（元）", CellKind::Code, 12, |one| short_yuan(one.line.claimed).into()),
        column("发放（元）", CellKind::Code, 12, |one| short_yuan(one.line.paid).into()),
        column("发给", CellKind::Word, 14, |one| one.line.payee.as_str().into()),
        column("可向谁核实", CellKind::Text, 20, |one| who_can_tell(one.line).into()),
        column("出处", CellKind::Text, 34, |one| one.place().into()),
    ]
}

impl<'run> JudgedRow<'_, 'run> {
    fn unit(&self) -> &'run str {
        let institutions = &self.book.context.results.records.institutions;
        let institution = self.event.institution.map(|at| &institutions[at as usize]);
        institution.map_or(self.event.unit.as_str(), |one| one.name.as_str())
    }

    fn span(&self) -> String {
        let day = |date: Option<Date>| date.map_or("—".to_owned(), |day| day.to_string());
        format!("{} 至 {}", day(self.event.began_on), day(self.event.ended_on))
    }

    fn rule_title(&self) -> &'run str {
        self.book.policy.rule(&self.line.rule).map_or("先行拨付", |rule| rule.title.as_str())
    }

    fn groups(&self) -> String {
        let titles = self.line.groups.iter().map(|group| overlap::title(self.book.context, group));
        titles.collect::<Vec<_>>().join("、")
    }

    fn place(&self) -> Option<String> {
        self.event.origin.map(|origin| self.book.context.results.catalogue.show(origin, None))
    }
}

/// Of the sheet that says how a workbook of 项目 was made: what, and how.
pub(super) fn explained_columns() -> Vec<TableColumn<(String, String)>> {
    vec![
        column("项目", CellKind::Text, 24, |(what, _)| what.as_str().into()),
        column("内容", CellKind::Text, 100, |(_, text)| text.as_str().into()),
    ]
}

/// One workbook being filled.
struct ProgrammeBook<'a, 'run> {
    context: &'a Context<'run>,
    index: usize,
    policy: &'run Programme,
    lines: Vec<&'run VerdictLine>,
    faces: Vec<Option<&'run Facts>>,
}

/// A sheet of verdicts.
struct VerdictSheet {
    name: &'static str,
    note: &'static str,
    is_wanted: fn(&VerdictLine) -> bool,
}

const VERDICT_SHEETS: [VerdictSheet; 5] = [
    VerdictSheet {
        name: "名单",
        note: "可享受的人次，一行一人一项。",
        is_wanted: |line| line.verdict == Verdict::Entitled,
    },
    VerdictSheet {
        name: "重复与超限",
        note: "同一人重复，或超过规定次数、月数的。",
        is_wanted: |line| matches!(line.verdict, Verdict::Duplicate | Verdict::OverLimit),
    },
    VerdictSheet {
        name: "待定",
        note: "缺少依据、须人工判定的；补齐后重新运行即可。不计金额，也不算不符合。",
        is_wanted: |line| line.verdict == Verdict::Undecided,
    },
    VerdictSheet {
        name: "申领核对",
        note: "有申领或发放记录的：应发、申领、发放对照。",
        is_wanted: |line| line.claimed.is_some() || line.paid.is_some(),
    },
    VerdictSheet {
        name: "不符合",
        note: "不符合规定，或不在文件期限内的。",
        is_wanted: |line| matches!(line.verdict, Verdict::NotEligible | Verdict::Outside),
    },
];

/// Writes the workbook of the programme of that index.
pub(super) fn fill(book: &mut Book, context: &Context, index: usize) -> Result<(), XlsxError> {
    let results = &context.results;
    let (Some(judged), Some(census)) = (results.judged, results.census) else { return Ok(()) };
    let part = ProgrammeBook {
        context,
        index,
        policy: &results.project.programmes[index],
        lines: judged.lines.iter().filter(|line| line.programme == index).collect(),
        faces: census.faces(results.records),
    };
    part.summary(book)?;
    for sheet in &VERDICT_SHEETS {
        part.sheet(book, sheet)?;
    }
    part.explained(book)
}

impl ProgrammeBook<'_, '_> {
    fn summary(&self, book: &mut Book) -> Result<(), XlsxError> {
        let project = self.context.results.project;
        let note = format!(
            "{}　{}　统计时点：{}。涉及人次＝可享受＋重复＋超次数、超期限＋不符合＋待定＋不在文件期限内。{}",
            self.policy.document,
            project.bureau(),
            chinese_date(project.as_of),
            self.unjudged()
        );
        let spec = SheetSpec {
            name: "汇总",
            title: &self.policy.title,
            note: &note,
            frozen: 2,
            back: None,
        };
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
        let rows = rules.chain(advances).map(|(id, title, basis)| {
            let lines = by_rule.get(id).map_or(&[][..], Vec::as_slice);
            RuleLines { id, title, basis, lines }
        });
        SheetTable::write(book, spec, summary_columns(), rows)
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

    fn sheet(&self, book: &mut Book, sheet: &VerdictSheet) -> Result<(), XlsxError> {
        let VerdictSheet { name, note, is_wanted } = *sheet;
        let mut lines: Vec<&VerdictLine> =
            self.lines.iter().copied().filter(|line| is_wanted(line)).collect();
        // The dearest questions first.
        lines.sort_by_key(|line| {
            let money = line.claimed.or(line.paid).or(line.high).or(line.low).unwrap_or(0);
            if name == "待定" { -money } else { 0 }
        });
        let spec = SheetSpec { name, title: name, note, frozen: 2, back: Some("汇总") };
        let judged = self.context.results.judged.expect("a programme's workbook has verdicts");
        let rows = lines.into_iter().map(|line| JudgedRow {
            book: self,
            line,
            event: &judged.events[line.event as usize],
            facts: self.faces[line.person as usize],
        });
        SheetTable::write(book, spec, line_columns(), rows)
    }

    fn explained(&self, book: &mut Book) -> Result<(), XlsxError> {
        let spec = SheetSpec {
            name: "口径说明",
            title: "口径说明",
            note: "规则、次数、设置均来自规则文件；“推定”的是文件没有写明、按用途推定的，可在项目文件的 [programmes] 里改。",
            frozen: 1,
            back: Some("汇总"),
        };
        SheetTable::write(book, spec, explained_columns(), self.explanations())
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
