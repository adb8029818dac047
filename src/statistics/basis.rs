//! 口径说明: every choice behind the figures, its value in force and what it does.

use crate::linkage::Decision;

use super::choices::{self, Choice};
use super::forms::{FilledAnnex, Values};
use super::indicators::{ANNEX2, ANNEX3, Indicator, PAIRED_LIANG_HOU_SHENG};
use super::paired::counts_registry;
use super::{Basis, BasisNote, Outcome};

/// All notes: general choices, then each figure, then settings and limits.
pub(super) fn notes(basis: &Basis, annex2: &FilledAnnex, merged_persons: usize) -> Vec<BasisNote> {
    let mut notes = general(basis, merged_persons);
    notes.extend(ANNEX2.iter().map(|one| figure(one, basis)));
    notes.extend(settings(basis));
    notes.push(totals(annex2));
    notes.extend(of_annex3());
    notes.extend(ANNEX3.iter().map(|one| figure(one, basis)));
    notes
}

fn note(subject: &str, rule: impl Into<String>, setting: &str) -> BasisNote {
    BasisNote { subject: subject.to_owned(), rule: rule.into(), setting: setting.to_owned() }
}

fn of_annex3() -> [BasisNote; 2] {
    [
        note(
            "附件3表样",
            "推定表样（非官方）：黑人社发〔2019〕10号未附附件3的栏目，按该文件正文第七、九、十条和附件2的体例推定；\
             上级另有表样的以上级为准。",
            "",
        ),
        note(
            "附件3各行",
            "载入的建档立卡信息中的每个县（市、区）一行，一人只在其登记的县计一次；本市各县在前，\
             登记在其他市的县在后，备注写明所在市。",
            "",
        ),
    ]
}

fn general(basis: &Basis, merged: usize) -> Vec<BasisNote> {
    vec![
        note(
            "统计日期",
            format!("{}。晚于统计日期的日期一律不计，另列问题。", basis.as_of),
            "as_of",
        ),
        choice(Choice::ReportWindow, basis),
        note(
            "计数单位",
            format!(
                "标明“人次”的按人次，其余按人（建档立卡人编号）去重。同一人编号出现多次的，或证件号码相同、姓名相同或相近的，\
                 视为一人（同一人编号下证件号码不同、姓名也不相近的除外），按最小的人编号计；本次合并{merged}条。"
            ),
            "",
        ),
        note("比对结果", "只计“比对一致”的行；“待核”的行在表旁另列，不计入。", ""),
        note(
            "不完整的日期",
            "只写到年或年月的日期按可能的第一天判断是否在统计期内；就业时间与结业日期按共同的精度比较。",
            "",
        ),
        unit_order(basis),
    ]
}

/// A setting with its value in force.
fn choice(choice: Choice, basis: &Basis) -> BasisNote {
    let rule = format!("{}：{}", choice.value(basis), choice.says(basis));
    note(choice.subject(), rule, choice.key())
}

fn unit_order(basis: &Basis) -> BasisNote {
    let listed = if basis.institution_order.is_empty() {
        "项目文件没有指定次序".to_owned()
    } else {
        format!("项目文件指定的次序为{}", basis.institution_order.join("、"))
    };
    let rule = format!(
        "技工院校在前，职业培训机构在后；各按项目文件、附件1、名称的次序（{listed}）。\
         两类数据中同名的单位合为一行。"
    );
    note("单位排列", rule, "institution_order")
}

fn figure(indicator: &Indicator, basis: &Basis) -> BasisNote {
    let subject = format!("{}（{}）", indicator.title(), indicator.measure.unit());
    let keys: Vec<&str> = indicator.choices.iter().map(|choice| choice.key()).collect();
    let definition = choices::in_force(definition(indicator, basis), basis);
    let rule = format!("{definition}依据：{}。", indicator.source);
    note(&subject, rule, &keys.join("、"))
}

/// ① is another figure when it counts the paired counties.
fn definition(indicator: &Indicator, basis: &Basis) -> &'static str {
    if counts_registry(indicator, basis) {
        return PAIRED_LIANG_HOU_SHENG;
    }
    indicator.definition
}

fn settings(basis: &Basis) -> Vec<BasisNote> {
    let mut notes: Vec<BasisNote> = Choice::ALL
        .into_iter()
        .filter(|choice| *choice != Choice::ReportWindow)
        .map(|one| choice(one, basis))
        .collect();
    let unsplit = "建档立卡信息没有毕业时间，应届与往届无法分开，合并填报。";
    notes.insert(1, note("应届、往届", unsplit, ""));
    notes
}

/// Said where registry persons without a usable birth date may be workers.
pub(super) fn unknown_ages(persons: usize) -> Option<BasisNote> {
    (persons > 0).then(|| {
        let rule = format!(
            "有{persons}人有劳动能力、非在校，但证件号码和出生日期都不能确定年龄，未计入劳动力人数。"
        );
        note("年龄不详的人员", rule, "")
    })
}

/// What became of the villages' lists: rows, and willing persons who are no workers.
pub(super) fn wishes(rows: usize, outcomes: &[Outcome], others: usize) -> BasisNote {
    let of = |decision| outcomes.iter().filter(|outcome| outcome.decision == decision).count();
    let rule = format!(
        "培训意愿名单共{rows}行：比对一致{}行，待核{}行，未比中{}行；待核、未比中的不计。\
         “其中”只计建档立卡\
         贫困劳动力，比中、有培训意愿而不属于劳动力（年龄、劳动技能、在校情况）的有{others}人，另列在04_培训意愿.xlsx。\
         名单没有“是否有培训意愿”列或该格为空的，列入名单即视为有意愿，只写了拟就读院校、专业的除外。",
        of(Decision::Link),
        of(Decision::Review),
        of(Decision::None)
    );
    note("有培训意愿人数的取数", rule, "")
}

/// The note under the table: sum and distinct total.
fn totals(annex2: &FilledAnnex) -> BasisNote {
    let rule = if annex2.total.values == annex2.distinct {
        "总计为各行之和，各指标均与去重合计相同。".to_owned()
    } else {
        let figures = |values: &Values| {
            ANNEX2.iter().map(|one| shown(values.get(one.code))).collect::<Vec<_>>().join("、")
        };
        format!(
            "总计为各行之和。有人员出现在两个及以上单位：①至⑦各行之和为{}；去重合计为{}。",
            figures(&annex2.total.values),
            figures(&annex2.distinct)
        )
    };
    note("总计与去重合计", rule, "")
}

/// A figure in a sentence; a dash where it cannot be known.
pub(super) fn shown(figure: Option<i64>) -> String {
    figure.map_or_else(|| "—".to_owned(), |figure| figure.to_string())
}
