//! The kinds of lists a project can name.

/// What a source holds.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// 建档立卡 registry of persons.
    Registry,
    /// 技工院校学籍: one row per student.
    Enrollment,
    /// 职业培训实名制: one row per trainee and class.
    Training,
    /// 培训意愿名单: one row per person a village has asked.
    Intention,
    /// A list of people; which one is said by the source.
    List,
}

impl SourceKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Registry, Self::Enrollment, Self::Training, Self::Intention];

    /// The name used in project files and in `links.csv`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Enrollment => "enrollment",
            Self::Training => "training",
            Self::Intention => "intention",
            Self::List => "list",
        }
    }

    /// The name users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Registry => "建档立卡信息",
            Self::Enrollment => "技工院校学籍",
            Self::Training => "职业培训实名制",
            Self::Intention => "培训意愿名单",
            Self::List => "名单",
        }
    }
}
