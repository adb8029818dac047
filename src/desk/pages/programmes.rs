//! The programmes in use: what is open, the dearest first; verdicts by rule; progress against targets and time;
//! what came back on cards. Every number leads to the people behind it ([`super::behind`]).

use std::collections::BTreeMap;

use maud::{Markup, PreEscaped, html};

use super::behind::{Number, address};
use super::person::file_of;
use super::{PageView, frame, headings};
use crate::config::Programme;
use crate::plots::{ReachedLine, reached};
use crate::programmes::{ProgressRow, Verdict, VerdictLine, card_title};
use crate::records::money::yuan;
use crate::results::Results;

/// Open lines shown; the workbook has all.
const SHOWN: usize = 50;

/// The page.
pub(in crate::desk) fn programmes(view: PageView) -> Markup {
    let results = view.material.results();
    let page = ProgrammePage { results: &results, serial: view.material.serial() };
    let body = html! {
        h1 { "项目" small { "点数字看人；明细和口径见结果文件夹“项目”里的工作簿" } }
        @if results.judged.is_none() { p { "项目文件里没有 [programmes]，没有可看的项目。" } }
        @else { h2 { "待定" } (page.open()) }
        @for (index, programme) in results.project.programmes.iter().enumerate() {
            h2 { (programme.title) small { (programme.document) } }
            @if !programme.rules.is_empty() { (page.verdicts(index)) }
            @if !programme.figures.is_empty() { (page.progress(index)) }
        }
        @if !results.cards.is_empty() { h2 { "派发收回" } (page.cards()) }
    };
    frame(view, "/programmes", "项目", &body)
}

#[derive(Clone, Copy)]
struct ProgrammePage<'a, 'run> {
    results: &'a Results<'run>,
    serial: u32,
}

impl ProgrammePage<'_, '_> {
    /// A count that leads to the people behind it.
    fn counted(&self, count: usize, number: &Number<'_>) -> Markup {
        html! {
            @if count == 0 { "0" } @else { a href=(address(number, self.serial)) { (count) } }
        }
    }

    fn verdicts(&self, index: usize) -> Markup {
        let judged = self.results.judged.iter().flat_map(|judged| &judged.lines);
        let lines: Vec<&VerdictLine> = judged.filter(|line| line.programme == index).collect();
        let programme = &self.results.project.programmes[index];
        let mut names = vec!["规则", "名称"];
        let labels = Verdict::ALL.map(|one| format!("#{}", one.label()));
        names.extend(labels.iter().map(String::as_str));
        names.push("#金额（元）");
        let count = |rule: &str, verdict| {
            of_rule(&lines, rule).filter(|line| line.verdict == verdict).count()
        };
        html! {
            table {
                (headings(&names))
                tbody {
                    @for rule in &programme.rules {
                        tr {
                            td { (rule.id) } td.wrap { (rule.title) }
                            @for verdict in Verdict::ALL {
                                td.n {
                                    (self.counted(
                                        count(&rule.id, verdict),
                                        &Number::Verdict { programme: index, rule: &rule.id, verdict },
                                    ))
                                }
                            }
                            td.n { (due(of_rule(&lines, &rule.id))) }
                        }
                    }
                }
            }
        }
    }

    /// The newest figures since the programme's first day: a picture of those with targets, then all that are
    /// known.
    fn progress(&self, index: usize) -> Markup {
        let programme = &self.results.project.programmes[index];
        let own = self.newest(index);
        let against: Vec<(usize, &ProgressRow)> =
            own.iter().copied().filter(|(_, line)| line.target.is_some()).collect();
        let known = own.iter().filter(|(_, line)| line.value.is_some());
        let number = |number: Option<i64>| number.map_or("—".to_owned(), |one| one.to_string());
        html! {
            @if !against.is_empty() { figure { (PreEscaped(self.picture(index, &against))) } }
            table {
                (headings(&["地区、学校", "指标", "#任务数", "#完成数", "#完成率", "#另:未确定"]))
                tbody {
                    @for (place, line) in known {
                        tr {
                            td { (line.row) }
                            td.wrap { (self.results.figure_title(programme, &line.figure)) }
                            td.n { (number(line.target)) }
                            td.n { (self.value(*place, line)) }
                            td.n { (line.rate().map_or("—".to_owned(), |rate| percent(&rate))) }
                            td.n { (number(line.pending)) }
                        }
                    }
                }
            }
        }
    }

    /// The lines of the newest period since the first day, with their places among all.
    fn newest(&self, index: usize) -> Vec<(usize, &ProgressRow)> {
        let all = self.results.judged.iter().flat_map(|judged| judged.progress.iter().enumerate());
        let from = self.results.project.programmes[index].from;
        let own = all.filter(|(_, line)| line.programme == index && line.start == from);
        let own: Vec<(usize, &ProgressRow)> = own.collect();
        let newest = own.iter().map(|(_, line)| line.end).max();
        own.into_iter().filter(|(_, line)| Some(line.end) == newest).collect()
    }

    fn value(&self, place: usize, line: &ProgressRow) -> Markup {
        let number = Number::Figure(place);
        let shown = line.value.map_or("—".to_owned(), |value| value.to_string());
        html! {
            @if line.rows.is_empty() { (shown) }
            @else { a href=(address(&number, self.serial)) { (shown) } }
        }
    }

    fn picture(&self, index: usize, lines: &[(usize, &ProgressRow)]) -> String {
        let programme = &self.results.project.programmes[index];
        let bars = lines.iter().map(|(place, line)| {
            let number = Number::Figure(*place);
            let rate = line.rate().and_then(|rate| rate.parse::<f64>().ok());
            let part = rate.map_or("—".to_owned(), |rate| format!("{:.1}%", rate * 100.0));
            let value = line.value.map_or("没有来源".to_owned(), |value| value.to_string());
            ReachedLine {
                name: line.row.clone(),
                share: rate,
                words: format!("{value} / {}　{part}", line.target.unwrap_or(0)),
                link: (!line.rows.is_empty()).then(|| address(&number, self.serial)),
            }
        });
        let title = format!("{}：完成数与任务数、时间进度", programme.title);
        reached(&title, gone(programme, self.results.project.as_of), &bars.collect::<Vec<_>>())
    }

    fn open(&self) -> Markup {
        let results = self.results;
        let judged = results.judged.iter().flat_map(|judged| &judged.lines);
        let mut open: Vec<&VerdictLine> =
            judged.filter(|line| line.verdict == Verdict::Undecided).collect();
        open.sort_by_key(|line| std::cmp::Reverse(at_stake(line)));
        let people = results.census.map(|census| census.faces(results.records));
        let people = people.unwrap_or_default();
        let name = |line: &VerdictLine| {
            let face = people.get(line.person as usize).copied().flatten();
            face.map_or("", |facts| facts.name.raw().trim())
        };
        html! {
            p {
                "共 " (open.len()) " 条，涉及金额大的在前"
                @if open.len() > SHOWN { "；这里列出前 " (SHOWN) " 条，全部见各项目工作簿的“待定”表" } "。"
            }
            table {
                (headings(&["规则", "姓名", "原因", "#涉及金额（元）"]))
                tbody {
                    @for line in open.iter().take(SHOWN) {
                        tr {
                            td { (line.rule) }
                            td { a href=(file_of(line.person, self.serial)) { (name(line)) } }
                            td.wrap { (line.reason()) }
                            td.n { (at_stake(line).map_or("—".to_owned(), yuan)) }
                        }
                    }
                }
            }
        }
    }

    /// Lines that came back by kind of card, unit and month.
    fn cards(&self) -> Markup {
        let mut all: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
        let mut last = None;
        for line in self.results.cards {
            let key = (line.card.as_str(), line.month.as_str(), line.unit.as_str());
            // Cells of one person stand together.
            if last != Some((key, &line.person)) {
                *all.entry(key).or_default() += 1;
            }
            last = Some((key, &line.person));
        }
        html! {
            p { "收回后已记入台账的；例外和每一格见“项目/派发收回情况”。" }
            table {
                (headings(&["表", "月份", "单位、名单", "#收回人数"]))
                tbody {
                    @for ((card, month, unit), people) in all.iter().rev() {
                        tr {
                            td { (card_title(card)) } td { (month) }
                            td { (unit) } td.n { (people) }
                        }
                    }
                }
            }
        }
    }
}

fn of_rule<'a>(
    lines: &'a [&'a VerdictLine],
    rule: &'a str,
) -> impl Iterator<Item = &'a VerdictLine> {
    lines.iter().copied().filter(move |line| line.rule == rule)
}

/// What may be due or has been claimed, the most of it; nothing where no amount is known.
fn at_stake(line: &VerdictLine) -> Option<i64> {
    [line.claimed, line.paid, line.high, line.low].into_iter().flatten().max()
}

/// The least that is due, and that there is more where the document names no amount.
fn due<'a>(lines: impl Iterator<Item = &'a VerdictLine>) -> String {
    let entitled: Vec<&VerdictLine> =
        lines.filter(|line| line.verdict == Verdict::Entitled).collect();
    if entitled.is_empty() {
        return "0.00".to_owned();
    }
    let known: Vec<i64> = entitled.iter().filter_map(|line| line.low).collect();
    let sum = yuan(known.iter().sum());
    match known.len() {
        0 => "按标准".to_owned(),
        own if own < entitled.len() => format!("{sum}，另按标准"),
        _ => sum,
    }
}

/// How much of a programme's time is gone on a day.
#[expect(clippy::cast_precision_loss, reason = "days of a few years")]
fn gone(programme: &Programme, day: jiff::civil::Date) -> f64 {
    let days = |from: jiff::civil::Date, to: jiff::civil::Date| {
        from.until(to).map_or(0, |span| i64::from(span.get_days()) + 1)
    };
    let whole = days(programme.from, programme.to).max(1);
    (days(programme.from, day) as f64 / whole as f64).clamp(0.0, 1.0)
}

/// `0.9027` as `90.27%`.
fn percent(rate: &str) -> String {
    rate.parse::<f64>().map_or_else(|_| rate.to_owned(), |rate| format!("{:.2}%", rate * 100.0))
}
