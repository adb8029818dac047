//! The page of `bidui evaluate --decisions`: the model beside what people have ruled.

use crate::linkage::evaluation::{RulingEvaluation, Share, Stated};
use crate::web::evaluation::{
    basis, calibration_table, case_table, decision, percent, pictures, whole,
};
use crate::web::html::{Align, HtmlTable, cards, contents, figure, heading, note, page, paragraph};

const SECTIONS: [(&str, &str); 4] = [
    ("links", "比对一致有多准"),
    ("decisions", "按决定、类别"),
    ("calibration", "概率是否属实"),
    ("cases", "与认定相反的比对一致"),
];

/// The whole page; the project is named as the user did.
pub fn rulings(result: &RulingEvaluation, project: &str) -> String {
    let mut body = paragraph(&format!("用 {project} 的人工认定检验模型。"));
    result.basis().iter().for_each(|sentence| body.push_str(&note(sentence)));
    body.push_str(&contents(&SECTIONS));
    let sections = [links, decisions, calibration, wrong_links].map(|section| section(result));
    for ((anchor, words), section) in SECTIONS.iter().zip(sections) {
        body.push_str(&heading(anchor, words));
        body.push_str(&section);
    }
    page("用人工认定评估模型", &body)
}

fn links(result: &RulingEvaluation) -> String {
    let review = result.decisions.iter().find(|answer| answer.decision == "review");
    let review = review.map_or(Share::new(0, 0), |answer| answer.right);
    let audited = result.audit.map_or(Share::new(0, 0), |audit| audit.right);
    let mut text = cards(&[
        ("比对一致的准确率（抽查）", percent(&audited), basis(&audited)),
        ("待核最佳候选人是同一人", percent(&review), basis(&review)),
    ]);
    result.of_links().iter().for_each(|sentence| text.push_str(&paragraph(sentence)));
    text
}

fn decisions(result: &RulingEvaluation) -> String {
    let columns = [("决定", Align::Text), ("类别", Align::Text), ("正确率", Align::Number)];
    let mut table = HtmlTable::new(&columns);
    for answer in result.decisions.iter().chain(&result.classes) {
        let class = if answer.class.is_empty() { "全部" } else { &answer.class };
        let cells = [decision(answer.decision).to_owned(), class.to_owned(), whole(&answer.right)];
        table.row(&cells, answer.class.is_empty());
    }
    table.finish("认定过的最佳候选人，按现在的模型所作的决定（未比中：确实不是这个人）")
}

fn calibration(result: &RulingEvaluation) -> String {
    let mut text = paragraph(
        "如果概率属实，说 0.6 的里面就有六成是同一人，点应落在斜线上：点在斜线下方是过于自信，\
         在上方是过于保守。",
    );
    text.push_str(&stated("认定时的概率", &result.then));
    text.push_str(&stated("现在的模型的概率", &result.now));
    text
}

fn stated(what: &str, stated: &Stated) -> String {
    let mut text = paragraph(&format!(
        "{what}：按概率应有 {:.1} 对是同一人，实际 {}",
        stated.expected,
        whole(&stated.same)
    ));
    text.push_str(&figure(&pictures::reliability(&stated.calibration)));
    text.push_str(&calibration_table(what, &stated.calibration));
    text
}

fn wrong_links(result: &RulingEvaluation) -> String {
    if result.wrong_links.is_empty() {
        return paragraph("没有。");
    }
    case_table("模型认作一致，认定却不是这个人；证件号和人编号已遮盖", &result.wrong_links)
}
