//! `报告.html`: a run on one page, for a manager: what was found, how sure it is, how good the data
//! are, what the forms say, and what has changed since the last round.

mod forms;
mod links;
mod quality;

use crate::linkage::Decision;
use crate::linkage::model::Thresholds;
use crate::results::{FindingWork, PROBLEMS, Results};
use crate::web::html::{cards, contents, heading, note, page, paragraph};

/// Everything the page shows.
#[derive(Clone, Copy, Debug)]
pub struct RunPage<'run> {
    /// What the stages made.
    pub results: Results<'run>,
    /// Run id.
    pub run_id: &'run str,
    /// From where on the program links or asks.
    pub thresholds: Thresholds,
}

const SECTIONS: [(&str, &str); 7] = [
    ("links", "比对结果"),
    ("weights", "匹配权重的分布"),
    ("forms", "附件2、附件3总计"),
    ("rounds", "与上期、去年同期相比"),
    ("findings", "主要差异"),
    ("reach", "两后生与培训意愿"),
    ("quality", "各文件的数据质量"),
];

/// The whole page.
pub fn report(run: &RunPage) -> String {
    let sections = [
        links::links(run),
        links::weights(run),
        forms::totals(run),
        forms::rounds(run),
        quality::findings(run),
        forms::reach(run),
        quality::files(run),
    ];
    let mut body = introduction(run);
    for ((anchor, words), section) in SECTIONS.iter().zip(sections) {
        body.push_str(&heading(anchor, words));
        body.push_str(&section);
    }
    page(&format!("{}　报告", run.results.project.title), &body)
}

fn introduction(run: &RunPage) -> String {
    let as_of = run.results.project.as_of;
    let mut text = paragraph(&format!(
        "{}　统计日期 {}年{}月{}日　运行编号 {}",
        run.results.project.unit,
        as_of.year(),
        as_of.month(),
        as_of.day(),
        run.run_id
    ));
    text.push_str(&note(
        "本页只有合计数，不列个人。只有“比对一致”的行计入各项指标；“待核”的行核实以后数字还会变动。名单见同一文件夹里的各工作簿。",
    ));
    text.push_str(&contents(&SECTIONS));
    let rows = run.results.outcomes.len();
    let count =
        |decision| run.results.outcomes.iter().filter(|one| one.decision == decision).count();
    let part = |decision| {
        let count = count(decision);
        (count.to_string(), format!("占 {rows} 行的 {}", percent(count, rows)))
    };
    let (link, link_share) = part(Decision::Link);
    let (review, review_share) = part(Decision::Review);
    let found = FindingWork::of(&run.results);
    let sheets = run.results.catalogue.sheets.len();
    text.push_str(&cards(&[
        ("建档立卡登记", run.results.records.persons.len().to_string(), "行".to_owned()),
        ("比对一致", link, link_share),
        ("待核", review, review_share),
        (
            "差异",
            found.work().to_string(),
            format!("条须更正或核实，{}，见 02_差异报告.xlsx", found.beside()),
        ),
        (
            "数据问题",
            run.results.problems.len().to_string(),
            format!("条，来自 {sheets} 个工作表，见 {PROBLEMS}"),
        ),
    ]));
    text
}

/// A share in words; nothing of nothing is a dash.
fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    format!("{:.1}%", float(part) * 100.0 / float(whole))
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
