//! Every figure of the forms as one entry of a table: code, heading, definition, source, rule, the
//! settings it obeys and the cells it rests on. The forms, the machine-readable files, 口径说明, the
//! lists of people and the docs are all made from it.

use crate::config::TrainingDate;
use crate::vocabulary::{Annex, Field, SourceKind};

use super::choices::{self, Choice};
use super::frames::Frame;
use super::rules::FigureRule;
use super::terms::Terms;

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
    /// The unit the figure is kept in.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Persons => "人",
            Self::Times => "人次",
            Self::Money(_) => "元",
        }
    }
}

/// What keeps a row out of a figure although everything else is right.
#[derive(Debug)]
pub struct Obstacle {
    /// In words.
    pub why: &'static str,
    /// Which rows.
    pub rule: FigureRule,
}

/// What becomes of a figure without a column it cannot be counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Unknown wherever a row hangs on the column; 0 where none does.
    WhereNeeded,
    /// Unknown in the total. A unit's own row says what its list says: it names nobody.
    InTotal,
    /// Unknown everywhere once no list has the column.
    Everywhere,
}

/// A column a figure cannot be counted without.
#[derive(Debug)]
pub struct ColumnNeed {
    /// Heading users know.
    pub heading: &'static str,
    /// Any one of these is enough.
    pub columns: fn(&Terms) -> &'static [Field],
    /// The rows it decides about.
    pub decides: FigureRule,
    /// Those of them that say nothing.
    pub silent: FigureRule,
    /// What its absence does.
    pub absent: Absent,
}

/// One figure.
#[derive(Debug)]
pub struct Indicator {
    /// Name of the column in the machine-readable files, e.g. `a2_2`.
    pub code: &'static str,
    /// What the form numbers it with; empty in Annex 3.
    pub mark: &'static str,
    /// Heading above several columns of the form; empty where it has none.
    pub group: &'static str,
    /// Heading of the form, without mark and unit.
    pub heading: &'static str,
    /// What it is called in a few words.
    pub short: &'static str,
    /// What is counted, in one sentence; `{…}` stand for what the settings say.
    pub definition: &'static str,
    /// Where the figure is asked for.
    pub source: &'static str,
    /// How.
    pub measure: Measure,
    /// Which rows.
    pub rule: FigureRule,
    /// The settings that change it.
    pub choices: &'static [Choice],
    /// The columns the rule looks at.
    pub cells: &'static [Field],
    /// What rows can fail by alone.
    pub obstacles: &'static [Obstacle],
    /// The kind of list that is counted.
    pub list: SourceKind,
    /// Whether only what falls into the window is counted.
    pub flow: bool,
    /// Width of its column on the form, in characters.
    pub width: f64,
    /// The columns without which nothing is known.
    pub needs: &'static [ColumnNeed],
}

impl Indicator {
    /// The frame it is counted over.
    pub fn frame(&self) -> Frame {
        self.rule.frame()
    }

    /// Mark and heading.
    pub fn title(&self) -> String {
        format!("{}{}", self.mark, self.heading)
    }

    /// Mark and the few words.
    pub fn name(&self) -> String {
        format!("{}{}", self.mark, self.short)
    }

    /// The heading as the form prints it: with its unit, unless the group says it.
    pub fn printed(&self) -> String {
        if self.group.ends_with(')') {
            self.heading.to_owned()
        } else {
            format!("{}({})", self.heading, self.measure.unit())
        }
    }
}

use Choice::{
    CountSuspended, CountUndatedEmployment, FullTimeOnly, LiangHouShengAges, ReportWindow,
    WorkerAges,
};
use Measure::{Money, Persons, Times};

const SCHOOLING: &str = "技工教育情况";
const TRAINING: &str = "职业培训情况";
const KINDS: &str = "其中(人次)";
const FEES: &str = "补贴资金(万元)";

const STUDENT: &[Choice] = &[ReportWindow, FullTimeOnly];
const COURSE: &[Choice] = &[ReportWindow, Choice::TrainingDate];
const WORK: &[Choice] = &[ReportWindow, Choice::TrainingDate, CountUndatedEmployment];
const KIND_CELLS: &[Field] = &[Field::TrainingKind, Field::StartDate, Field::EndDate];
const WORK_CELLS: &[Field] = &[
    Field::StartDate,
    Field::EndDate,
    Field::EmployedOn,
    Field::BusinessOn,
    Field::EmploymentStatus,
];

const CLASS_OBSTACLES: &[Obstacle] = &[
    Obstacle {
        why: "没有判断所属时间的开班（结业）日期", rule: FigureRule::ClassUndated
    },
    Obstacle { why: "开班（结业）日期晚于统计日期", rule: FigureRule::ClassLate },
];
const WORK_OBSTACLES: &[Obstacle] = &[
    Obstacle {
        why: "没有结业日期，无法判断是否培训后就业创业", rule: FigureRule::EndUnknown
    },
    Obstacle { why: "就业时间或创业时间晚于统计日期", rule: FigureRule::WorkLate },
    Obstacle {
        why: "就业时间或创业时间早于结业日期", rule: FigureRule::WorkBeforeEnd
    },
];

macro_rules! needs {
    ($($name:ident = $heading:literal $columns:expr, $decides:ident, $silent:ident, $absent:ident;)+) => {
        $(const $name: ColumnNeed = ColumnNeed {
            heading: $heading,
            columns: $columns,
            decides: FigureRule::$decides,
            silent: FigureRule::$silent,
            absent: Absent::$absent,
        };)+
    };
}

needs! {
    ENTRY = "入学时间" |_| &[Field::EntryDate], Enrolled, EntryUnknown, WhereNeeded;
    ENTRANT_STATUS = "学籍状态" |_| STATUS_COLUMNS, Entered, EnteredWithoutStatus, WhereNeeded;
    ORIGIN = "招生对象" |_| &[Field::IntakeFrom, Field::PriorEducation],
        Recruited, OriginUnknown, InTotal;
    STATUS = "学籍状态" |_| STATUS_COLUMNS, Student, StatusUnknown, WhereNeeded;
    LEAVING = "离校类别" |_| STATUS_COLUMNS, Student, StatusUnknown, WhereNeeded;
    GRADUATION = "毕业时间" |_| &[Field::GraduatedOn, Field::LeaveDate],
        Graduate, GraduationUnknown, WhereNeeded;
    GRADUATE_WORK = "就业时间" |_| &[Field::EmployedOn], Graduated, GraduateWorkUnknown, WhereNeeded;
    CLASS_DATE = "开班（结业）日期" placing_column, Trainee, ClassUndated, WhereNeeded;
    WORK_IN_TOTAL = "就业时间" work_columns, Trained, WorkUnknown, InTotal;
    WORK_AFTER = "就业时间" work_columns, Trained, WorkUnknown, Everywhere;
    BUSINESS = "创业时间" business_columns, Trained, BusinessUnknown, Everywhere;
    KIND = "培训类型" |_| &[Field::TrainingKind], Trained, KindUnknown, Everywhere;
    CERTIFICATE = "证书" |_| CERTIFICATE_COLUMNS, Trained, Uncertified, Everywhere;
    TRAINING_FEE = "培训费补贴" |_| &[Field::TrainingFee], Trained, WithoutTrainingFee, Everywhere;
    EXAM_FEE = "鉴定费补贴" |_| &[Field::ExamFee], Trained, WithoutExamFee, Everywhere;
    LIVING_FEE = "生活费补贴" |_| &[Field::LivingFee], Trained, WithoutLivingFee, Everywhere;
}

const STATUS_COLUMNS: &[Field] = &[Field::StudentStatus, Field::LeaveKind];
const CERTIFICATE_COLUMNS: &[Field] =
    &[Field::CertificateNo, Field::CertificateKind, Field::CertificateDate];

fn placing_column(terms: &Terms) -> &'static [Field] {
    match terms.settings.training_date {
        TrainingDate::Start => &[Field::StartDate],
        TrainingDate::End => &[Field::EndDate],
    }
}

fn work_columns(terms: &Terms) -> &'static [Field] {
    if terms.settings.count_undated_employment {
        &[Field::EmployedOn, Field::EmploymentStatus]
    } else {
        &[Field::EmployedOn]
    }
}

fn business_columns(terms: &Terms) -> &'static [Field] {
    if terms.settings.count_undated_employment {
        &[Field::BusinessOn, Field::EmploymentStatus]
    } else {
        &[Field::BusinessOn]
    }
}

macro_rules! indicators {
    ($($code:literal $mark:literal $group:expr, $heading:literal $short:literal
       $measure:expr, $rule:ident, $choices:expr, $cells:expr, $obstacles:expr;
       $list:ident $flow:literal $width:literal $needs:expr;
       $definition:literal $source:literal;)+) => {
        &[$(Indicator {
            code: $code,
            mark: $mark,
            group: $group,
            heading: $heading,
            short: $short,
            definition: $definition,
            source: concat!("黑人社发〔2019〕10号", $source),
            measure: $measure,
            rule: FigureRule::$rule,
            choices: $choices,
            cells: $cells,
            obstacles: $obstacles,
            list: SourceKind::$list,
            flow: $flow,
            width: $width,
            needs: $needs,
        }),+]
    };
}

/// ① … ⑦ of Annex 2.
pub const ANNEX2: &[Indicator] = indicators! {
    "a2_1" "①" SCHOOLING, "当(半)年建档立卡贫困家庭应往届两后生人数" "两后生人数"
        Persons, RecruitedLiangHouSheng,
        &[Choice::LiangHouSheng, LiangHouShengAges, ReportWindow, FullTimeOnly],
        &[Field::EntryDate, Field::StudentStatus, Field::IntakeFrom, Field::PriorEducation, Field::StudyForm],
        &[
            Obstacle { why: "没有招生对象", rule: FigureRule::OriginUnknown },
            Obstacle { why: "没有入学时间", rule: FigureRule::YoungEntryUnknown },
            Obstacle { why: "入学时间晚于统计日期", rule: FigureRule::YoungEntryLate },
            Obstacle { why: "本期入学，学籍状态为保留学籍", rule: FigureRule::YoungSuspended },
            Obstacle { why: "本期入学，已离校", rule: FigureRule::YoungAndLeft },
        ];
        Enrollment true 15.5 &[ENTRY, ENTRANT_STATUS, ORIGIN];
        "{学生}中，入学时间在{统计期}内、正式学籍、招生对象为初中毕业或高中毕业的人数。"
        "附件2第①栏，正文（二）";
    "a2_2" "②" SCHOOLING, "当(半)年招收建档立卡贫困家庭子女人数" "招收人数"
        Persons, Recruited, STUDENT,
        &[Field::EntryDate, Field::StudentStatus, Field::StudyForm],
        &[
            Obstacle { why: "没有入学时间", rule: FigureRule::EntryUnknown },
            Obstacle { why: "入学时间晚于统计日期", rule: FigureRule::EntryLate },
            Obstacle { why: "本期入学，学籍状态为保留学籍", rule: FigureRule::EnteredSuspended },
            Obstacle { why: "本期入学，已离校", rule: FigureRule::EnteredAndLeft },
            Obstacle { why: "本期入学，没有学籍状态", rule: FigureRule::EnteredWithoutStatus },
        ];
        Enrollment true 15.5 &[ENTRY, ENTRANT_STATUS];
        "{学生}中，入学时间在{统计期}内、正式学籍的人数。"
        "附件2第②栏，正文（三）";
    "a2_3" "③" SCHOOLING, "建档立卡贫困家庭子女在校生人数" "在校生人数"
        Persons, InSchool, &[CountSuspended, FullTimeOnly],
        &[Field::StudentStatus, Field::StudyForm],
        &[Obstacle { why: "没有学籍状态和离校类别", rule: FigureRule::StatusUnknown }];
        Enrollment false 15.5 &[STATUS];
        "{学生}中，统计日期学籍状态为{在校状态}的人数（时点数，不限入学时间）。"
        "附件2第③栏，正文（四）";
    "a2_4" "④" SCHOOLING, "建档立卡贫困家庭子女毕业生人数" "毕业生人数"
        Persons, Graduated, STUDENT,
        &[Field::LeaveKind, Field::GraduatedOn, Field::LeaveDate, Field::StudyForm],
        &[
            Obstacle { why: "离校类别为结业、预毕业或预结业", rule: FigureRule::Completed },
            Obstacle { why: "没有毕业时间", rule: FigureRule::GraduationUnknown },
            Obstacle { why: "毕业时间晚于统计日期", rule: FigureRule::GraduationLate },
        ];
        Enrollment true 15.5 &[LEAVING, GRADUATION];
        "{学生}中，离校类别为毕业、毕业时间在{统计期}内的人数；结业、预毕业不计。"
        "附件2第④栏，正文（二）";
    "a2_5" "⑤" SCHOOLING, "建档立卡贫困家庭子女毕业生就业人数" "毕业生就业人数"
        Persons, GraduatedEmployed, STUDENT,
        &[Field::LeaveKind, Field::GraduatedOn, Field::LeaveDate, Field::EmployedOn, Field::StudyForm],
        &[Obstacle { why: "就业时间晚于统计日期", rule: FigureRule::GraduateEmployedLate }];
        Enrollment true 15.5 &[LEAVING, GRADUATION, GRADUATE_WORK];
        "④中就业时间不晚于统计日期的人数。"
        "附件2第⑤栏，正文（二）";
    "a2_6" "⑥" TRAINING, "当(半)年面向建档立卡贫困家庭劳动者开展职业培训人数" "职业培训人数"
        Persons, Trained, COURSE, &[Field::StartDate, Field::EndDate], CLASS_OBSTACLES;
        Training true 17.5 &[CLASS_DATE];
        "比中的培训学员中，{所属日期}在{统计期}内的人数。"
        "附件2第⑥栏，正文（七）";
    "a2_7" "⑦" TRAINING, "培训后就业创业人数" "培训后就业创业人数"
        Persons, TrainedEmployed, WORK, WORK_CELLS, WORK_OBSTACLES;
        Training true 15.5 &[CLASS_DATE, WORK_IN_TOTAL];
        "⑥中就业时间或创业时间不早于结业日期、不晚于统计日期{无日期}的人数；只写到年月的按年月比较。"
        "附件2第⑦栏，正文（二）";
};

/// The figures of Annex 3, in the order of its columns.
pub const ANNEX3: &[Indicator] = indicators! {
    "a3_workers" "" "", "建档立卡贫困劳动力人数" "贫困劳动力人数"
        Persons, Worker, &[WorkerAges],
        &[Field::IdNumber, Field::Birth, Field::Skill, Field::Schooling],
        &[Obstacle { why: "证件号码和出生日期都不能确定年龄", rule: FigureRule::AgelessWorker }];
        Registry false 9.0 &[];
        "建档立卡人员中，统计日期{劳动年龄}、劳动技能为普通劳动力、技能劳动力、弱劳动力或半劳动力、非在校生的人数。"
        "正文（二）；附件3（推定表样，非官方）";
    "a3_willing" "" "", "其中:有培训意愿人数" "有培训意愿人数"
        Persons, Willing, &[WorkerAges],
        &[Field::IdNumber, Field::Birth, Field::Skill, Field::Schooling],
        &[Obstacle { why: "有培训意愿，但不属于建档立卡贫困劳动力", rule: FigureRule::WillingOther }];
        Intention false 8.5 &[];
        "建档立卡贫困劳动力中，与村级汇总的拟参加培训名单比中、有培训意愿的人数；未载入意愿名单时填“—”。"
        "正文（二）、（十）；附件3（推定表样，非官方）";
    "a3_persons" "" "", "培训人数" "培训人数"
        Persons, Trained, COURSE, &[Field::StartDate, Field::EndDate], CLASS_OBSTACLES;
        Training true 8.0 &[CLASS_DATE];
        "比中的培训学员中，{所属日期}在{统计期}内的人数，按建档立卡所在县（市、区）。"
        "正文（七）；附件3（推定表样，非官方）";
    "a3_times" "" "", "培训人次" "培训人次"
        Times, Trained, COURSE,
        &[Field::ClassNo, Field::Trade, Field::TrainingKind, Field::StartDate, Field::EndDate],
        CLASS_OBSTACLES;
        Training true 8.0 &[CLASS_DATE];
        "同上，同一人每参加一个班计一人次；同一人同一班重复登记计一次。"
        "正文（七）；附件3（推定表样，非官方）";
    "a3_orientation" "" KINDS, "引导性培训" "引导性培训"
        Times, Orientation, COURSE, KIND_CELLS, &[];
        Training true 7.5 &[CLASS_DATE, KIND];
        "培训人次中，培训类型为引导性培训的人次。"
        "正文（七）；附件3（推定表样，非官方）";
    "a3_employment" "" KINDS, "就业技能培训" "就业技能培训"
        Times, Employment, COURSE, KIND_CELLS, &[];
        Training true 7.5 &[CLASS_DATE, KIND];
        "培训人次中，培训类型为就业技能培训（含专项、初级）的人次。"
        "正文（七）；附件3（推定表样，非官方）";
    "a3_on_post" "" KINDS, "岗位技能培训" "岗位技能培训"
        Times, OnPost, COURSE, KIND_CELLS, &[];
        Training true 7.5 &[CLASS_DATE, KIND];
        "培训人次中，培训类型为岗位技能培训的人次。"
        "正文（七）；附件3（推定表样，非官方）";
    "a3_nearby" "" KINDS, "就地就近技能培训" "就地就近技能培训"
        Times, Nearby, COURSE, KIND_CELLS, &[];
        Training true 7.5 &[CLASS_DATE, KIND];
        "培训人次中，培训类型为就地就近技能培训的人次。"
        "正文（七）；附件3（推定表样，非官方）";
    "a3_preparatory" "" KINDS, "劳动预备制培训" "劳动预备制培训"
        Times, Preparatory, COURSE, KIND_CELLS, &[];
        Training true 7.5 &[CLASS_DATE, KIND];
        "培训人次中，培训类型为劳动预备制培训的人次。"
        "正文（七）；附件3（推定表样，非官方）";
    "a3_startup" "" KINDS, "创业培训" "创业培训"
        Times, Startup, COURSE, KIND_CELLS, &[];
        Training true 7.5 &[CLASS_DATE, KIND];
        "培训人次中，培训类型为创业培训的人次。"
        "正文（七）；附件3（推定表样，非官方）";
    "a3_certified" "" "", "取得证书人数" "取得证书人数"
        Persons, TrainedCertified, COURSE,
        &[
            Field::CertificateNo,
            Field::CertificateKind,
            Field::CertificateLevel,
            Field::CertificateDate,
            Field::StartDate,
            Field::EndDate,
        ],
        &[];
        Training true 8.0 &[CLASS_DATE, CERTIFICATE];
        "培训人数中，登记有证书编号、名称（类别）或发证日期的人数；只写等级的不计。"
        "正文（九）；附件3（推定表样，非官方）";
    "a3_employed" "" "", "培训后就业创业人数" "培训后就业创业人数"
        Persons, TrainedEmployed, WORK, WORK_CELLS, WORK_OBSTACLES;
        Training true 8.5 &[CLASS_DATE, WORK_AFTER];
        "培训人数中，就业时间或创业时间不早于结业日期、不晚于统计日期{无日期}的人数。"
        "正文（二）；附件3（推定表样，非官方）";
    "a3_founded" "" "", "其中:创业人数" "创业人数"
        Persons, TrainedFounded, WORK,
        &[Field::StartDate, Field::EndDate, Field::BusinessOn, Field::EmploymentStatus],
        &[
            Obstacle { why: "没有结业日期，无法判断是否培训后创业", rule: FigureRule::FoundingEndUnknown },
            Obstacle { why: "创业时间晚于统计日期", rule: FigureRule::FoundingLate },
            Obstacle { why: "创业时间早于结业日期", rule: FigureRule::FoundingBeforeEnd },
        ];
        Training true 8.0 &[CLASS_DATE, BUSINESS];
        "培训后就业创业人数中，创业时间不早于结业日期、不晚于统计日期{无日期}的人数。"
        "正文（七）；附件3（推定表样，非官方）";
    "a3_training_fee" "" FEES, "培训费" "培训费"
        Money("training_fee"), Trained, COURSE,
        &[Field::TrainingFee, Field::StartDate, Field::EndDate], &[];
        Training true 8.5 &[CLASS_DATE, TRAINING_FEE];
        "培训人次对应的培训费补贴合计，同一人同一班只计一次。"
        "正文（九）；附件3（推定表样，非官方）";
    "a3_exam_fee" "" FEES, "鉴定费" "鉴定费"
        Money("exam_fee"), Trained, COURSE,
        &[Field::ExamFee, Field::StartDate, Field::EndDate], &[];
        Training true 8.5 &[CLASS_DATE, EXAM_FEE];
        "培训人次对应的鉴定费补贴合计，同一人同一班只计一次。"
        "正文（九）；附件3（推定表样，非官方）";
    "a3_living" "" FEES, "生活费" "生活费"
        Money("living_fee"), Trained, COURSE,
        &[Field::LivingFee, Field::StartDate, Field::EndDate], &[];
        Training true 8.5 &[CLASS_DATE, LIVING_FEE];
        "培训人次对应的生活费补贴合计，同一人同一班只计一次。"
        "正文（九）；附件3（推定表样，非官方）";
};

/// The figures of a form, in its order.
pub fn indicators(annex: Annex) -> &'static [Indicator] {
    match annex {
        Annex::Two => ANNEX2,
        Annex::Three => ANNEX3,
    }
}

/// The figure of a code, of either form.
pub fn find(code: &str) -> Option<&'static Indicator> {
    ANNEX2.iter().chain(ANNEX3).find(|one| one.code == code)
}

/// Definition of ① with the setting `paired-counties`.
pub const PAIRED_LIANG_HOU_SHENG: &str = "学校对接县（附件1）的建档立卡人员中，非在校生、文化程度为初中或高中、{两后生年龄}、\
     未丧失劳动力的人数，加回当年已入学的人员。";

/// The columns the registry-side rule of ① looks at.
pub const PAIRED_CELLS: &[Field] =
    &[Field::IdNumber, Field::Birth, Field::Education, Field::Schooling, Field::Skill];

/// The table as the docs print it, one Markdown line per figure, with the default settings.
pub fn markdown_table(indicators: &[Indicator]) -> String {
    let mut lines = vec![
        "| 代码 | 指标 | 单位 | 口径 | 设置 | 依据 |".to_owned(),
        "|---|---|---|---|---|---|".to_owned(),
    ];
    for one in indicators {
        let keys: Vec<String> =
            one.choices.iter().map(|choice| format!("`{}`", choice.key())).collect();
        lines.push(format!(
            "| `{}` | {} | {} | {} | {} | {} |",
            one.code,
            one.title(),
            one.measure.unit(),
            choices::in_general(one.definition),
            keys.join("、"),
            one.source
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{ANNEX2, ANNEX3, markdown_table};
    use crate::statistics::choices;

    #[test]
    fn docs_print_these_tables() {
        let docs = include_str!("../../docs/figures.md");
        let tables = [markdown_table(ANNEX2), markdown_table(ANNEX3), choices::markdown_table()];
        let missing: Vec<String> =
            tables.into_iter().filter(|table| !docs.contains(table)).collect();
        assert!(missing.is_empty(), "docs/figures.md must hold:\n{}", missing.join("\n\n"));
    }
}
