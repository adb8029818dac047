//! 口径说明: every choice behind the figures, its value in force and what it does.

use crate::config::{LiangHouSheng, ReportWindow, TrainingDate};

use super::indicators::{ANNEX2, ANNEX3, Indicator, PAIRED_LIANG_HOU_SHENG};
use super::window::Window;
use super::{Annex2, Basis, BasisNote, Outcome};
use crate::linkage::Decision;

/// All notes: general choices, then each figure, then settings and limits.
pub fn notes(basis: &Basis, annex2: &Annex2, merged_persons: usize) -> Vec<BasisNote> {
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
    let window = Window::of(basis);
    let (name, start) = match basis.window {
        ReportWindow::HalfYear => ("half-year", "统计日期所在半年的第一天"),
        ReportWindow::YearToDate => ("year-to-date", "统计日期所在年的1月1日"),
    };
    vec![
        note(
            "统计日期",
            format!("{}。晚于统计日期的日期一律不计，另列问题。", basis.as_of),
            "as_of",
        ),
        note(
            "统计期（当(半)年）",
            format!("{}至{}，{name}：从{start}起。", window.start, window.end),
            "report_window",
        ),
        note(
            "计数单位",
            format!(
                "标明“人次”的按人次，其余按人（建档立卡人编号）去重。同一人编号出现多次，或证件号码、姓名均相同的，\
                 视为一人，按最小的人编号计；本次合并{merged}条。"
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
    let subject = format!("{}（{}）", indicator.heading, indicator.measure.unit());
    note(&subject, definition(indicator, basis), &settings_of(indicator))
}

/// The definition as the settings in force make it.
fn definition(indicator: &Indicator, basis: &Basis) -> String {
    let settings = &basis.settings;
    if indicator.code == "a2_1" && settings.liang_hou_sheng == LiangHouSheng::PairedCounties {
        return PAIRED_LIANG_HOU_SHENG.to_owned();
    }
    let [least, most] = settings.worker_ages;
    let mut text =
        indicator.definition.replace("在劳动年龄内", &format!("年满{least}至{most}周岁"));
    if settings.training_date == TrainingDate::End {
        text = text.replace("开班日期在统计期内", "结业日期在统计期内");
    }
    if settings.full_time_only {
        text = text.replace("比中的学生", "比中的全日制学生");
    }
    if settings.count_suspended && indicator.code == "a2_3" {
        text = text.replace("正式学籍", "正式学籍或保留学籍");
    }
    let undated = matches!(indicator.code, "a2_7" | "a3_employed" | "a3_founded");
    if settings.count_undated_employment && undated {
        text = text.replace("的人数", "、或只有就业创业状态而没有日期的人数");
    }
    text
}

/// The settings a figure depends on.
fn settings_of(indicator: &Indicator) -> String {
    let own = match indicator.code {
        "a2_1" => "liang_hou_sheng、full_time_only",
        "a2_3" => "count_suspended、full_time_only",
        "a2_2" | "a2_4" | "a2_5" => "full_time_only",
        "a2_7" | "a3_employed" | "a3_founded" => "training_date、count_undated_employment",
        "a3_workers" => "worker_ages",
        "a3_willing" => "",
        _ => "training_date",
    };
    own.to_owned()
}

fn settings(basis: &Basis) -> Vec<BasisNote> {
    let settings = &basis.settings;
    let (source, what) = match settings.liang_hou_sheng {
        LiangHouSheng::Intake => ("intake", "按学校当期招收的初中、高中毕业生计"),
        LiangHouSheng::PairedCounties => {
            ("paired-counties", "按附件1与学校对接的县的建档立卡人员计")
        }
    };
    let [young, old] = settings.liang_hou_sheng_ages;
    let [least, most] = settings.worker_ages;
    let by = match settings.training_date {
        TrainingDate::Start => "start：按开班日期",
        TrainingDate::End => "end：按结业日期",
    };
    let choose = |yes: bool, on: &str, off: &str| {
        if yes { format!("true：{on}") } else { format!("false：{off}") }
    };
    vec![
        note("两后生的取数", format!("{source}：{what}。"), "liang_hou_sheng"),
        note("应届、往届", "建档立卡信息没有毕业时间，应届与往届无法分开，合并填报。", ""),
        note(
            "两后生年龄",
            format!(
                "{young}至{old}周岁（统计日期，含两端）；用于两后生名单、结对情况和 paired-counties。"
            ),
            "liang_hou_sheng_ages",
        ),
        note(
            "保留学籍",
            choose(settings.count_suspended, "计入在校生。", "不计入在校生。"),
            "count_suspended",
        ),
        note(
            "学习形式",
            choose(settings.full_time_only, "①至⑤只计全日制。", "全日制与非全日制都计。"),
            "full_time_only",
        ),
        note("培训所属时间", format!("{by}判断是否在统计期内。"), "training_date"),
        note(
            "无日期的就业创业",
            choose(
                settings.count_undated_employment,
                "只有就业状态、没有日期的也计入⑦。",
                "只有就业状态、没有日期的不计入⑦，另列问题。",
            ),
            "count_undated_employment",
        ),
        note("劳动力年龄", format!("{least}至{most}周岁（统计日期，含两端）。"), "worker_ages"),
    ]
}

/// Said where registry persons without a usable birth date may be workers.
pub fn unknown_ages(persons: u64) -> Option<BasisNote> {
    (persons > 0).then(|| {
        let rule = format!(
            "有{persons}人有劳动能力、非在校，但证件号码和出生日期都不能确定年龄，未计入劳动力人数。"
        );
        note("年龄不详的人员", rule, "")
    })
}

/// What became of the villages' lists: rows, and willing persons who are no workers.
pub fn wishes((rows, outcomes): (usize, &[Outcome]), others: u64) -> BasisNote {
    let of = |decision| outcomes.iter().filter(|outcome| outcome.decision == decision).count();
    let rule = format!(
        "培训意愿名单共{rows}行：比对一致{}行，待核{}行，未比中{}行；待核、未比中的不计。“其中”只计建档立卡         贫困劳动力，比中、有培训意愿而不属于劳动力（年龄、劳动技能、在校情况）的有{others}人，另列在04_培训意愿.xlsx。         名单没有“是否有培训意愿”列或该格为空的，列入名单即视为有意愿，只写了拟就读院校、专业的除外。",
        of(Decision::Link),
        of(Decision::Review),
        of(Decision::None)
    );
    note("有培训意愿人数的取数", rule, "")
}

/// The note under the table: sum and distinct total.
fn totals(annex2: &Annex2) -> BasisNote {
    let rule = if annex2.total == annex2.distinct {
        "总计为各行之和，各指标均与去重合计相同。".to_owned()
    } else {
        let figures =
            |figures: &[u64; 7]| figures.iter().map(u64::to_string).collect::<Vec<_>>().join("、");
        format!(
            "总计为各行之和。有人员出现在两个及以上单位：①至⑦各行之和为{}；去重合计为{}。",
            figures(&annex2.total),
            figures(&annex2.distinct)
        )
    };
    note("总计与去重合计", rule, "")
}
