//! `附件3 技能培训技能脱贫攻坚进展情况表.xlsx`. The document names this form but its columns were never
//! published with it; the layout is ours and says so on 口径说明, not on the printed page.

use rust_xlsxwriter::XlsxError;

use crate::statistics::{Annex3, Annex3Row};

use super::book::Book;
use super::context::Context;
use super::form::{self, Figure, Filling, Form, FormRow, Heading, heading};

/// File name: the title of the document's list of annexes.
pub(super) const FILE: &str = "附件3 技能培训技能脱贫攻坚进展情况表.xlsx";

const KINDS: Option<&str> = Some("其中(人次)");
const MONEY: Option<&str> = Some("补贴资金(万元)");

const HEADINGS: [Heading; 19] = [
    heading(None, "序号", 5.0),
    heading(None, "县(市、区)名称", 13.0),
    heading(None, "建档立卡贫困劳动力人数(人)", 9.0),
    heading(None, "其中:有培训意愿人数(人)", 8.5),
    heading(None, "培训人数(人)", 8.0),
    heading(None, "培训人次(人次)", 8.0),
    heading(KINDS, "引导性培训", 7.5),
    heading(KINDS, "就业技能培训", 7.5),
    heading(KINDS, "岗位技能培训", 7.5),
    heading(KINDS, "就地就近技能培训", 7.5),
    heading(KINDS, "劳动预备制培训", 7.5),
    heading(KINDS, "创业培训", 7.5),
    heading(None, "取得证书人数(人)", 8.0),
    heading(None, "培训后就业创业人数(人)", 8.5),
    heading(None, "其中:创业人数(人)", 8.0),
    heading(MONEY, "培训费", 8.5),
    heading(MONEY, "鉴定费", 8.5),
    heading(MONEY, "生活费", 8.5),
    heading(None, "备注", 13.0),
];

const FORM: Form = Form {
    attachment: "附件3",
    title: "技能培训技能脱贫攻坚进展情况表",
    headings: &HEADINGS,
    heading_heights: [36.0, 76.0],
};

/// Printed first on 口径说明.
const ORIGIN: [(&str, &str); 1] = [(
    "表样",
    "推定表样（非官方）：黑人社发〔2019〕10号未公布附件3的栏目，本表栏目根据该文件第七、九、十条和附件2推定，上级另有表样的以上级为准。",
)];

/// Writes all sheets.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let statistics = context.results.statistics;
    form::write(book, &FORM, context.results.project, &filling(&statistics.annex3))?;
    let note = "推定表样（非官方）。本次统计采用的口径如下；“—”表示没有数据来源，不是零。";
    form::basis(book, note, &ORIGIN, &statistics.basis)?;
    form::checks(book, &statistics.checks)
}

fn filling(annex: &Annex3) -> Filling {
    let row = |row: &Annex3Row| FormRow { name: row.county.clone(), figures: figures(row) };
    Filling {
        rows: annex.rows.iter().map(row).collect(),
        total: figures(&annex.total),
        notes: distinct_note(annex).into_iter().collect(),
    }
}

fn figures(row: &Annex3Row) -> Vec<Figure> {
    let mut figures = vec![row.workers.into(), row.willing.into()];
    figures.extend([row.persons, row.times].map(Figure::Count));
    figures.extend(row.kinds.map(Figure::Count));
    figures.extend([row.certified.into(), Figure::Count(row.employed), Figure::Count(row.founded)]);
    figures.extend(row.fees.map(|fee| fee.map_or(Figure::Missing, Figure::Money)));
    figures.push(Figure::Remark(row.note.clone()));
    figures
}

/// Said where a person stands in more than one county, so that the sum counts somebody twice.
fn distinct_note(annex: &Annex3) -> Option<String> {
    let total = &annex.total;
    let certified = total.certified.unwrap_or(annex.distinct[1]);
    let sums = [total.persons, certified, total.employed, total.founded];
    let names = ["培训人数", "取得证书人数", "培训后就业创业人数", "创业人数"];
    let differing: Vec<String> = (names.into_iter().zip(sums).zip(annex.distinct))
        .filter(|((_, sum), distinct)| sum != distinct)
        .map(|((name, sum), distinct)| format!("{name}各行之和{sum}人、去重后{distinct}人"))
        .collect();
    if differing.is_empty() {
        return None;
    }
    Some(format!(
        "注：总计为各行之和，同一人在多个县(市、区)的重复计算。{}。",
        differing.join("；")
    ))
}
