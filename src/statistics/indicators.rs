//! Every figure of the forms as one line of a table: code, heading, definition and rule. The
//! figures, the 口径说明 sheet and the docs are all made from it.

use polars::prelude::{DataType, Expr, col, lit};

use crate::config::FigureSettings;
use crate::records::labels::{
    EmploymentStatus, IntakeFrom, LeaveKind, Schooling, Skill, StudentStatus, StudyForm,
    TrainingKind,
};

/// What a rule depends on besides the row: day numbers and settings.
pub struct Terms<'run> {
    /// First day of the window.
    pub start: i32,
    /// Report date.
    pub as_of: i32,
    /// Counting rules.
    pub settings: &'run FigureSettings,
}

/// Which frame a figure is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Source rows with a registry person.
    Rows,
    /// Registry persons.
    People,
}

/// How rows become a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Distinct persons.
    Persons,
    /// Distinct attendances: person and class.
    Times,
    /// Sum of a money column in 分, each attendance once.
    Money(&'static str),
}

impl Measure {
    /// The unit the heading prints.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Persons => "人",
            Self::Times => "人次",
            Self::Money(_) => "元",
        }
    }
}

/// One figure.
pub struct Indicator {
    /// Name of the column in the machine-readable files, e.g. `a2_2`.
    pub code: &'static str,
    /// Heading of the form.
    pub heading: &'static str,
    /// What is counted, in one sentence.
    pub definition: &'static str,
    /// Where the figure is asked for.
    pub source: &'static str,
    /// How.
    pub measure: Measure,
    /// Over what.
    pub frame: Frame,
    /// Which rows.
    pub rule: fn(&Terms) -> Expr,
}

impl Indicator {
    /// The figure as an aggregation, 64 bits wide; dates and labels that are missing never satisfy
    /// a rule.
    pub fn aggregate(&self, terms: &Terms) -> Expr {
        let rule = (self.rule)(terms);
        let value = match self.measure {
            Measure::Persons => col("person").filter(rule).n_unique(),
            Measure::Times => col("attendance").filter(rule).n_unique(),
            Measure::Money(column) => col(column).filter(rule).sum(),
        };
        value.cast(DataType::Int64).alias(self.code)
    }
}

macro_rules! is {
    ($column:literal, $($value:path)|+) => {
        [$(col($column).eq(lit($value as i32))),+]
            .into_iter()
            .reduce(Expr::or)
            .expect("at least one value is listed")
    };
}

fn within(column: &str, terms: &Terms) -> Expr {
    col(column).gt_eq(lit(terms.start)).and(col(column).lt_eq(lit(terms.as_of)))
}

fn students(terms: &Terms) -> Expr {
    let students = col("training").not();
    if terms.settings.full_time_only {
        students.and(is!("study_form", StudyForm::FullTime))
    } else {
        students
    }
}

/// Students a school took in during the window.
pub fn recruited(terms: &Terms) -> Expr {
    students(terms).and(within("entry", terms)).and(is!("status", StudentStatus::Enrolled))
}

/// ① with the setting `intake`; with `paired-counties` see [`liang_hou_sheng`].
fn recruited_liang_hou_sheng(terms: &Terms) -> Expr {
    recruited(terms).and(is!("intake_from", IntakeFrom::JuniorMiddle | IntakeFrom::SeniorMiddle))
}

fn in_school(terms: &Terms) -> Expr {
    let status = if terms.settings.count_suspended {
        is!("status", StudentStatus::Enrolled | StudentStatus::Suspended)
    } else {
        is!("status", StudentStatus::Enrolled)
    };
    students(terms).and(status)
}

fn graduated(terms: &Terms) -> Expr {
    students(terms).and(is!("leave_kind", LeaveKind::Graduated)).and(within("left", terms))
}

fn graduated_employed(terms: &Terms) -> Expr {
    graduated(terms).and(col("employed").lt_eq(lit(terms.as_of)))
}

fn trained(terms: &Terms) -> Expr {
    col("training").and(within("placed", terms))
}

/// A date on or after the end of the class, compared as exactly as it is known: 2019年5月 is not
/// before a class that ended on 20 May.
fn after_class(first: &str, last: &str, terms: &Terms) -> Expr {
    col(last).gt_eq(col("end")).and(col(first).lt_eq(lit(terms.as_of)))
}

fn undated() -> Expr {
    col("employed").is_null().and(col("business").is_null())
}

fn trained_employed(terms: &Terms) -> Expr {
    let employed = after_class("employed", "employed_last", terms);
    let founded = after_class("business", "business_last", terms);
    let mut counted = employed.or(founded);
    if terms.settings.count_undated_employment {
        use EmploymentStatus::{Employed, SelfEmployed};
        counted = counted.or(undated().and(is!("employment", Employed | SelfEmployed)));
    }
    trained(terms).and(counted)
}

fn trained_founded(terms: &Terms) -> Expr {
    let mut founded = after_class("business", "business_last", terms);
    if terms.settings.count_undated_employment {
        founded = founded.or(undated().and(is!("employment", EmploymentStatus::SelfEmployed)));
    }
    trained(terms).and(founded)
}

fn trained_certified(terms: &Terms) -> Expr {
    trained(terms).and(col("certified"))
}

/// Persons able to work who are not in school, whatever their age.
fn able() -> Expr {
    not_in_school().and(is!("skill", Skill::Ordinary | Skill::Skilled | Skill::Weak))
}

/// Who would be a worker but for an unknown age.
pub fn ageless_workers() -> Expr {
    able().and(col("age").is_null())
}

/// 建档立卡贫困劳动力.
pub fn workers(terms: &Terms) -> Expr {
    let [youngest, oldest] = terms.settings.worker_ages.map(i32::from);
    able().and(col("age").gt_eq(lit(youngest))).and(col("age").lt_eq(lit(oldest)))
}

fn not_in_school() -> Expr {
    col("schooling").is_null().or(is!("schooling", Schooling::None))
}

/// Who wants to train and is no worker by the rule: such a wish is not in the form.
pub fn willing_others(terms: &Terms) -> Expr {
    col("willing").and(workers(terms).fill_null(lit(false)).not())
}

/// The registry-side rule of 两后生 (figure ① with the setting `paired-counties`): not in school,
/// 初中 or 高中, of age, able to work; persons enrolled this year are added back, because an
/// up-to-date registry already lists them as in school.
pub fn liang_hou_sheng(terms: &Terms) -> Expr {
    use crate::records::labels::Education;
    let [youngest, oldest] = terms.settings.liang_hou_sheng_ages.map(i32::from);
    let [grown, _] = terms.settings.worker_ages.map(i32::from);
    // The registry writes 无劳动力 of every child: below working age it says nothing of illness.
    let ill = is!("skill", Skill::NoLabour).and(col("age").gt_eq(lit(grown)));
    let unable = is!("skill", Skill::Lost).or(ill);
    not_in_school()
        .and(is!("education", Education::JuniorMiddle | Education::SeniorMiddle))
        .and(col("age").gt_eq(lit(youngest)))
        .and(col("age").lt_eq(lit(oldest)))
        .and(unable.fill_null(lit(false)).not())
        .or(col("enrolled_this_year"))
}

macro_rules! of_kind {
    ($kind:path) => {
        |terms| trained(terms).and(is!("kind", $kind))
    };
}

const ANNEX_2: &str = "黑人社发〔2019〕10号附件2";
const ANNEX_3: &str = "黑人社发〔2019〕10号附件3（推定表样，非官方）";

macro_rules! indicators {
    ($source:ident; $($code:literal $heading:literal $measure:expr, $frame:ident, $rule:expr, $definition:literal;)+) => {
        &[$(Indicator {
            code: $code,
            heading: $heading,
            definition: $definition,
            source: $source,
            measure: $measure,
            frame: Frame::$frame,
            rule: $rule,
        }),+]
    };
}

use Measure::{Money, Persons, Times};

/// ① … ⑦ of Annex 2.
pub const ANNEX2: &[Indicator; 7] = indicators! { ANNEX_2;
    "a2_1" "①当(半)年建档立卡贫困家庭应往届两后生人数" Persons, Rows, recruited_liang_hou_sheng,
        "比中的学生中，入学时间在统计期内、正式学籍、招生对象为初中毕业或高中毕业的人数。";
    "a2_2" "②当(半)年招收建档立卡贫困家庭子女人数" Persons, Rows, recruited,
        "比中的学生中，入学时间在统计期内、正式学籍的人数。";
    "a2_3" "③建档立卡贫困家庭子女在校生人数" Persons, Rows, in_school,
        "比中的学生中，统计日期学籍状态为正式学籍的人数（时点数，不限入学时间）。";
    "a2_4" "④建档立卡贫困家庭子女毕业生人数" Persons, Rows, graduated,
        "比中的学生中，离校类别为毕业、毕业时间在统计期内的人数；结业、预毕业不计。";
    "a2_5" "⑤建档立卡贫困家庭子女毕业生就业人数" Persons, Rows, graduated_employed,
        "④中就业时间不晚于统计日期的人数。";
    "a2_6" "⑥当(半)年面向建档立卡贫困家庭劳动者开展职业培训人数" Persons, Rows, trained,
        "比中的培训学员中，开班日期在统计期内的人数。";
    "a2_7" "⑦培训后就业创业人数" Persons, Rows, trained_employed,
        "⑥中就业时间或创业时间不早于结业日期、不晚于统计日期的人数；只写到年月的按年月比较。";
};

/// The figures of Annex 3, in the order of its columns.
pub const ANNEX3: &[Indicator; 16] = indicators! { ANNEX_3;
    "a3_workers" "建档立卡贫困劳动力人数" Persons, People, workers,
        "建档立卡人员中，统计日期在劳动年龄内、劳动技能为普通劳动力、技能劳动力、弱劳动力或半劳动力、非在校生的人数。";
    "a3_willing" "其中:有培训意愿人数" Persons, People, |terms| workers(terms).and(col("willing")),
        "建档立卡贫困劳动力中，与村级汇总的拟参加培训名单比中、有培训意愿的人数；未载入意愿名单时填“—”。";
    "a3_persons" "培训人数" Persons, Rows, trained,
        "比中的培训学员中，开班日期在统计期内的人数，按建档立卡所在县（市、区）。";
    "a3_times" "培训人次" Times, Rows, trained,
        "同上，同一人每参加一个班计一人次；同一人同一班重复登记计一次。";
    "a3_orientation" "引导性培训" Times, Rows, of_kind!(TrainingKind::Orientation),
        "培训人次中，培训类型为引导性培训的人次。";
    "a3_employment" "就业技能培训" Times, Rows, of_kind!(TrainingKind::Employment),
        "培训人次中，培训类型为就业技能培训（含专项、初级）的人次。";
    "a3_on_post" "岗位技能培训" Times, Rows, of_kind!(TrainingKind::OnPost),
        "培训人次中，培训类型为岗位技能培训的人次。";
    "a3_nearby" "就地就近技能培训" Times, Rows, of_kind!(TrainingKind::Nearby),
        "培训人次中，培训类型为就地就近技能培训的人次。";
    "a3_preparatory" "劳动预备制培训" Times, Rows, of_kind!(TrainingKind::Preparatory),
        "培训人次中，培训类型为劳动预备制培训的人次。";
    "a3_startup" "创业培训" Times, Rows, of_kind!(TrainingKind::Startup),
        "培训人次中，培训类型为创业培训的人次。";
    "a3_certified" "取得证书人数" Persons, Rows, trained_certified,
        "培训人数中，登记有证书编号、名称、等级或发证日期的人数。";
    "a3_employed" "培训后就业创业人数" Persons, Rows, trained_employed,
        "培训人数中，就业时间或创业时间不早于结业日期、不晚于统计日期的人数。";
    "a3_founded" "其中:创业人数" Persons, Rows, trained_founded,
        "培训后就业创业人数中，创业时间不早于结业日期、不晚于统计日期的人数。";
    "a3_training_fee" "培训费补贴" Money("training_fee"), Rows, trained,
        "培训人次对应的培训费补贴合计，同一人同一班只计一次。";
    "a3_exam_fee" "鉴定费补贴" Money("exam_fee"), Rows, trained,
        "培训人次对应的鉴定费补贴合计，同一人同一班只计一次。";
    "a3_living" "生活费补贴" Money("living_fee"), Rows, trained,
        "培训人次对应的生活费补贴合计，同一人同一班只计一次。";
};

/// Definition of ① with the setting `paired-counties`.
pub const PAIRED_LIANG_HOU_SHENG: &str = "学校对接县（附件1）的建档立卡人员中，非在校生、文化程度为初中或高中、在年龄范围内、\
     未丧失劳动力的人数，加回当年已入学的人员。";

/// The table as the docs print it, one Markdown line per figure.
pub fn markdown_table(indicators: &[Indicator]) -> String {
    let mut lines =
        vec!["| 代码 | 指标 | 单位 | 口径 | 依据 |".to_owned(), "|---|---|---|---|---|".to_owned()];
    for one in indicators {
        lines.push(format!(
            "| `{}` | {} | {} | {} | {} |",
            one.code,
            one.heading,
            one.measure.unit(),
            one.definition,
            one.source
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{ANNEX2, ANNEX3, markdown_table};

    #[test]
    fn docs_print_these_tables() {
        let docs = include_str!("../../docs/figures.md");
        for table in [markdown_table(ANNEX2), markdown_table(ANNEX3)] {
            assert!(docs.contains(&table), "docs/figures.md must hold:\n{table}");
        }
    }
}
