//! The run's figures.

use maud::{Markup, PreEscaped, html};

use super::{PageView, changes, frame, headings, rounds};
use crate::linkage::MatchClass;
use crate::plots::{Axis, BarPair, Chart, Mark, StackedLine, mirrored_bars, stacked};
use crate::results::overview::{Decided, FileQuality, Overview, WEIGHTS, WeightBar};

/// The page.
pub(in crate::desk) fn overview(view: PageView) -> Markup {
    let results = view.material.results();
    let figures = view.material.overview();
    let records = results.records;
    let institutions = figures.institutions.iter().map(|(index, decided)| {
        let name = records.institutions.get(*index as usize).map_or("", |found| &*found.name);
        (name.to_owned(), *decided)
    });
    let classes = MatchClass::ALL.into_iter().filter_map(|class| {
        figures.classes.get(&class).map(|decided| (class.label().to_owned(), *decided))
    });
    let kinds = figures.kinds.iter().map(|(kind, decided)| (kind.label().to_owned(), *decided));
    let body = html! {
        h1 { "总览" small { (results.project.title) "　统计时点 " (results.project.as_of) } }
        (changes::waiting(view))
        (cards(view))
        p { a href="/figures" { "数字由谁组成" } "：附件2、附件3的每个数是哪些人" }
        div.columns.picture {
            div {
                (decided_table("按数据来源", "来源", kinds))
                (decided_table("按类别", "类别", classes))
            }
            div {
                h2 { "像不像同一人：得分的分布" }
                p.note { "每行取最像的登记人员，按得分（匹配权重）排开，越往右越像同一人。向上是比对一致的行，向下是待核和未比中的行。得分在两条虚线之间的要由人核实；另有相近的候选人时，得分高的也要核实。" }
                figure { (PreEscaped(distribution(view))) }
            }
        }
        (rounds::against(view))
        div.columns {
            div {
                (schools(view))
                details { summary { "数字" } (decided_table("按学校（机构）", "学校（机构）", institutions)) }
            }
            div { (counties(view)) }
        }
        (files(&figures.files))
    };
    frame(view, "/overview", "总览", &body)
}

/// Schools and agencies by what became of their rows; each leads to its open questions.
fn schools(view: PageView) -> Markup {
    let records = view.material.results().records;
    let line = |(index, decided): (&u32, &Decided)| StackedLine {
        name: records.institutions.get(*index as usize).map_or("", |one| &*one.name).to_owned(),
        parts: decided.to_vec(),
        link: Some(format!("/pick?institution={index}")),
    };
    let lines: Vec<StackedLine> = view.material.overview().institutions.iter().map(line).collect();
    picture("各学校（机构）的行，点一行看它的待核", &["比对一致", "待核", "未比中"], &lines)
}

fn picture(title: &str, parts: &[&str], lines: &[StackedLine]) -> Markup {
    html! { h2 { (title) } figure { (PreEscaped(stacked(title, parts, lines))) } }
}

fn cards(view: PageView) -> Markup {
    let figures: &Overview = view.material.overview();
    let sum = |slot: usize| figures.kinds.values().map(|decided| decided[slot]).sum::<usize>();
    let beside = format!("条须更正或核实，{}", figures.work.beside());
    let list: [(&str, usize, &str); 6] = [
        ("建档立卡信息", figures.persons, "人"),
        ("比对一致", sum(0), "行"),
        ("待核", sum(1), "行"),
        ("待核人员", figures.open_people, "人"),
        ("未比中", sum(2), "行"),
        ("差异", figures.work.work(), &beside),
    ];
    html! {
        div.cards {
            @for (name, figure, unit) in list { div { (name) b { (figure) } small { (unit) } } }
        }
    }
}

fn decided_table(
    caption: &str,
    what: &str,
    rows: impl Iterator<Item = (String, Decided)>,
) -> Markup {
    html! {
        h2 { (caption) }
        table {
            (headings(&[what, "#行数", "#比对一致", "#待核", "#未比中", "#一致占比"]))
            tbody {
                @for (name, decided) in rows {
                    @let whole: usize = decided.iter().sum();
                    tr {
                        th scope="row" { (name) }
                        td.n { (whole) }
                        @for count in decided { td.n { (count) } }
                        td.n { (share(decided[0], whole)) }
                    }
                }
            }
        }
    }
}

fn share(part: usize, whole: usize) -> String {
    let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 {
        "—".to_owned()
    } else {
        format!("{:.1}%", float(part) / float(whole) * 100.0)
    }
}

fn distribution(view: PageView) -> String {
    let (_, _, thresholds) = view.material.survey().model();
    let bits = |probability: f64| libm::log2(probability / (1.0 - probability));
    let (from, to, wide) = WEIGHTS;
    let mut ticks = Vec::new();
    let mut at = from;
    while at <= to {
        ticks.push((at, format!("{at:.0}")));
        at += wide * 2.0;
    }
    let mark = |probability: f64, name: &str| Mark {
        at: bits(probability),
        label: format!("{name} {probability}"),
    };
    let marks = vec![mark(thresholds.review, "待核"), mark(thresholds.link, "一致")];
    let axis = |title: &str, ticks| Axis { title: title.to_owned(), from, to, ticks };
    let chart = Chart {
        title: "最可能的候选人的匹配权重".to_owned(),
        description: "权重越大越可能是同一人；比对一致的集中在右边，未比中的集中在左边。"
            .to_owned(),
        width: 860.0,
        height: 340.0,
        x: axis("匹配权重（以 2 为底的对数几率）", ticks),
        y: axis("行数（对数刻度）", Vec::new()),
        marks,
    };
    let bar =
        |bin: &WeightBar| BarPair { from: bin.from, to: bin.to, up: bin.linked, down: bin.others };
    let bars: Vec<BarPair> = view.material.overview().weights.iter().map(bar).collect();
    mirrored_bars(&chart, "比对一致", "待核、未比中", &bars)
}

fn counties(view: PageView) -> Markup {
    let figures = &view.material.overview().counties;
    let gazetteer = &view.material.results().records.gazetteer;
    let ids: Vec<u32> = figures.keys().copied().collect();
    let lines: Vec<StackedLine> = gazetteer
        .official_order(&ids)
        .into_iter()
        .map(|id| StackedLine {
            name: gazetteer.name(id).to_owned(),
            parts: figures.get(&id).map_or(Vec::new(), |counts| counts[1..].to_vec()),
            link: Some(format!("/pick?county={id}")),
        })
        .collect();
    html! {
        (picture("各县（市、区）比中的行，点一行看它的待核", &["比对一致", "待核"], &lines))
        h2 { "按县（市、区）" }
        table {
            (headings(&["县（市、区）", "#建档立卡（人）", "#比对一致（行）", "#待核（行）"]))
            tbody {
                @for id in gazetteer.official_order(&ids) {
                    tr {
                        th scope="row" { (gazetteer.name(id)) }
                        @for count in figures.get(&id).copied().unwrap_or_default() { td.n { (count) } }
                    }
                }
            }
        }
    }
}

fn files(list: &[FileQuality]) -> Markup {
    let lines: Vec<StackedLine> = list
        .iter()
        .map(|file| StackedLine {
            name: file.file.rsplit('/').next().unwrap_or(&file.file).to_owned(),
            parts: file.numbers.to_vec(),
            link: file.institution.map(|place| format!("/findings?place={place}")),
        })
        .collect();
    html! {
        (picture("各文件的证件号，点一行看这个单位的差异", &["完好", "残缺", "无效", "缺失"], &lines))
        h2 { "各文件的数据质量" }
        table {
            (headings(&["文件", "#行数", "#证件号完好", "#残缺", "#无效", "#缺失", "#完好占比", "#错误", "#警告", "#提示"]))
            tbody {
                @for file in list {
                    tr {
                        th.path scope="row" { (file.file) }
                        td.n { (file.rows) }
                        @for count in file.numbers { td.n { (count) } }
                        td.n { (share(file.numbers[0], file.rows)) }
                        @for count in file.problems { td.n { (count) } }
                    }
                }
            }
        }
    }
}
