//! Words of code lists (学籍状态, 离校类别, 培训类型 …) → enums, by label and synonym only: bare
//! numeric codes contradict between systems and are never read without the project's own mapping.

/// A code list whose labels are found by words.
pub trait Label: Copy + 'static {
    /// Name of the list in `schemas/labels.toml`.
    const LIST: &'static str;

    /// All values, in the order of the list.
    fn all() -> &'static [Self];

    /// The label users read.
    fn word(self) -> &'static str;
}

macro_rules! labels {
    ($($(#[doc = $doc:literal])* $name:ident { $($variant:ident = $label:literal),+ $(,)? })+) => {
        $(
            $(#[doc = $doc])*
            #[derive(
                Clone,
                Copy,
                Debug,
                PartialEq,
                Eq,
                PartialOrd,
                Ord,
                Hash,
                serde::Serialize,
                serde::Deserialize,
            )]
            pub enum $name { $(#[doc = $label] $variant),+ }

            impl $name {
                /// All values, in the order of the code list.
                pub const ALL: &'static [Self] = &[$(Self::$variant),+];

                /// The label users read.
                pub fn label(self) -> &'static str {
                    match self { $(Self::$variant => $label),+ }
                }
            }

            impl Label for $name {
                const LIST: &'static str = stringify!($name);

                fn all() -> &'static [Self] {
                    Self::ALL
                }

                fn word(self) -> &'static str {
                    self.label()
                }
            }
        )+
    };
}

labels! {
    /// 性别
    Sex { Male = "男", Female = "女" }
    /// 与户主关系 as far as findings need it
    Relation {
        Head = "户主", Spouse = "配偶", Son = "之子", Daughter = "之女",
        DaughterInLaw = "之儿媳", SonInLaw = "之女婿", Grandson = "之孙子", Granddaughter = "之孙女",
        Father = "之父", Mother = "之母", FatherInLaw = "之岳父或公公", MotherInLaw = "之岳母或婆婆",
        Grandfather = "之祖父", Grandmother = "之祖母", Sibling = "之兄弟姐妹", Other = "其他",
    }
    /// 文化程度
    Education {
        Illiterate = "文盲或半文盲", Primary = "小学", JuniorMiddle = "初中", SeniorMiddle = "高中",
        College = "大专", University = "本科及以上", Preschool = "学龄前儿童",
    }
    /// 在校生状况
    Schooling {
        None = "非在校生", Preschool = "学前教育", Primary = "小学", JuniorMiddle = "初中",
        SeniorMiddle = "普通高中", Vocational = "中职", HigherVocational = "高职高专",
        Technician = "技师学院", University = "本科及以上",
    }
    /// 劳动技能
    Skill {
        Ordinary = "普通劳动力", Skilled = "技能劳动力", Weak = "弱劳动力或半劳动力",
        Lost = "丧失劳动力", NoLabour = "无劳动力",
    }
    /// 脱贫属性
    PovertyStatus {
        NotLifted = "未脱贫", LiftedEligible = "已脱贫（享受政策）", LiftedIneligible = "已脱贫（不再享受政策）",
        PreLifted = "预脱贫", Returned = "返贫",
    }
    /// 学籍状态
    StudentStatus { Enrolled = "正式学籍", Suspended = "保留学籍", Left = "已离校" }
    /// 离校类别
    LeaveKind {
        Graduated = "毕业", Completed = "结业", Withdrawn = "退学", TransferredInside = "系统内转出",
        TransferredOutside = "系统外转出", PreGraduated = "预毕业", PreCompleted = "预结业", Expelled = "开除",
    }
    /// 招生对象, 入学前文化程度
    IntakeFrom {
        JuniorMiddle = "初中毕业", SeniorMiddle = "高中毕业", Intermediate = "达到中级技能水平",
        Advanced = "达到高级技能水平", Vocational = "中职毕业", College = "大专及以上", Employee = "在职职工",
        Soldier = "军人", Other = "其他",
    }
    /// 学习形式
    StudyForm { FullTime = "全日制", PartTime = "非全日制" }
    /// 培训类型: the six kinds Annex 3 prints
    TrainingKind {
        Orientation = "引导性培训", Employment = "就业技能培训", OnPost = "岗位技能培训",
        Nearby = "就地就近技能培训", Preparatory = "劳动预备制培训", Startup = "创业培训",
    }
    /// 培训类型 as finely as the subsidy rules tell them apart
    CourseKind {
        Orientation = "引导性培训", Employment = "就业技能培训", OnPost = "岗位技能培训",
        Nearby = "就地就近技能培训", Preparatory = "劳动预备制培训", Startup = "创业培训",
        Induction = "岗前培训", Upgrading = "岗位技能提升培训", Apprentice = "企业新型学徒制培训",
        OnTheJob = "以工代训", Project = "项目制培训", Transfer = "转岗转业培训",
    }
    /// 等级, from the lowest
    SkillLevel {
        Beginner = "初级工", Intermediate = "中级工", Advanced = "高级工", Technician = "技师",
        SeniorTechnician = "高级技师", Without = "无级别",
    }
    /// The kinds of certificate that training is subsidised for
    CertificateKind {
        Qualification = "职业资格证书", SkillLevel = "职业技能等级证书", Special = "专项职业能力证书",
        Hazardous = "特种作业操作证书", Completed = "培训合格证书",
    }
    /// 参保状态
    Insured { Yes = "已参保", No = "未参保" }
    /// A plain yes or no
    Affirmed { Yes = "是", No = "否" }
    /// 就业状态
    EmploymentStatus { Employed = "已就业", SelfEmployed = "已创业", Unemployed = "未就业" }
    /// Whether a village's list says the person wants to train
    Willing { Yes = "有培训意愿", No = "无培训意愿" }
    /// Whether a school says the person is registered
    DeclaredPoor { Yes = "是", No = "否" }
}
