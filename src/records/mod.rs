//! Raw rows → typed, normalised records.
//!
//! Comes in: [`RawTable`](crate::sources::RawTable)s with their cell types. Goes out:
//! [`Records`]: registry persons and source rows (students, trainees), every data row exactly
//! once and in input order, plus the problems met. Whatever cannot be understood stays visible:
//! the original text is kept, the typed value is `None`, and a problem says so. This stage reads
//! no file and no clock.

mod address;
mod area_code;
mod assembly;
pub mod attendance;
pub mod check_digit;
pub mod contact;
mod crosswalk;
mod damage;
pub mod date;
pub mod date_ranges;
mod enrollment;
mod entry;
mod exchange;
mod gazetteer;
mod hanzi;
pub mod id_column;
mod id_number;
pub mod identifier;
pub mod identity;
mod intention;
mod lexicon;
mod mentions;
pub mod money;
pub mod period;
pub mod person_name;
pub mod place;
mod place_name;
mod regions;
mod registry;
mod shared_numbers;
mod sheet;
pub mod sound_number;
pub mod text;
mod training;
pub mod units;

pub use assembly::{Settings, normalise};
pub use entry::{CardConflict, Entry, EntryDetail};
pub use gazetteer::county_homes;
pub use lexicon::{declared_groups, skill_level};

use std::sync::Arc;

use compact_str::CompactString;
use jiff::civil::Date;

use crate::config::ListDefinition;
use crate::origin::Origin;
use crate::vocabulary::SourceKind;
use crate::vocabulary::labels::{
    CourseKind, DeclaredPoor, Education, EmploymentStatus, IntakeFrom, LeaveKind, PovertyStatus,
    Relation, Schooling, Sex, Skill, SkillLevel, StudentStatus, StudyForm, TrainingKind, Willing,
};
use contact::Phones;
use date::PartialDate;
use identifier::IdNumber;
use person_name::PersonName;
use place::Place;

/// Who a row is about: the same shape in all sources, and all that linkage sees of a person.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Facts {
    /// 证件号码.
    pub id: IdNumber,
    /// 姓名.
    pub name: PersonName,
    /// 性别 as the column says; `None` when absent or not understood (see `IdNumber::sex`).
    pub sex: Option<Sex>,
    /// 出生日期 as the column says; empty when absent (see `IdNumber::birth`).
    pub birth: PartialDate,
    /// 户籍 or registry place; rows that say the same share it.
    pub place: Arc<Place>,
    /// Telephone numbers, digits only, of the person or household.
    pub phones: Phones,
}

impl Facts {
    /// The birth date the column says, else the one in the number; empty where neither says any.
    pub fn birth_told(&self) -> PartialDate {
        if self.birth.is_empty() { self.id.birth() } else { self.birth }
    }
}

/// Membership of the registry at the dates that matter for 时点不符.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Standing {
    /// 脱贫属性.
    pub poverty_status: Option<PovertyStatus>,
    /// 脱贫年度.
    pub exit_year: Option<i16>,
    /// The types as printed, which rows that say the same share; absent where none is printed.
    pub printed: Option<Arc<PrintedTypes>>,
    /// 风险是否消除.
    pub risk_cleared: Option<bool>,
    /// 人员识别时间, else 首次识别时间 of the household.
    pub identified_on: PartialDate,
    /// 风险消除时间.
    pub risk_cleared_on: PartialDate,
}

/// Types of a household as its registry prints them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct PrintedTypes {
    /// 户类型 (脱贫户, 一般农户).
    pub household: CompactString,
    /// 监测对象类型.
    pub monitor: CompactString,
}

impl Standing {
    /// 户类型 as printed.
    pub fn household_type(&self) -> &str {
        self.printed.as_ref().map_or("", |types| &types.household)
    }

    /// 监测对象类型 as printed.
    pub fn monitor_type(&self) -> &str {
        self.printed.as_ref().map_or("", |types| &types.monitor)
    }
}

/// One row of the registry.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Person {
    /// Where the row stands.
    pub origin: Origin,
    /// Index into [`Records::regions`]: 0 is the project's own registry.
    pub region: u16,
    /// 人编号; where the file has none, a number made of household number and row.
    pub person_no: CompactString,
    /// 户编号; may be empty.
    pub household_no: CompactString,
    /// Who it is.
    pub facts: Facts,
    /// 与户主关系.
    pub relation: Option<Relation>,
    /// 文化程度.
    pub education: Option<Education>,
    /// 在校生状况; `Schooling::None` for 非在校生 and for an empty cell.
    pub schooling: Option<Schooling>,
    /// 劳动技能.
    pub skill: Option<Skill>,
    /// Since when and as what the person is registered.
    pub standing: Standing,
    /// 户主姓名 when the file has it.
    pub head_name: CompactString,
}

/// A relative named in a source row.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Relative {
    /// 姓名.
    pub name: PersonName,
    /// 证件号码.
    pub id: IdNumber,
}

/// Details of a student.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Enrollment {
    /// 学籍编号.
    pub student_no: CompactString,
    /// 班级.
    pub class_name: CompactString,
    /// 专业名称.
    pub major: CompactString,
    /// 入学时间.
    pub entry: PartialDate,
    /// 学籍状态.
    pub status: Option<StudentStatus>,
    /// 离校类别.
    pub leave_kind: Option<LeaveKind>,
    /// 毕业时间, else 离校时间.
    pub left: PartialDate,
    /// 就业时间.
    pub employed: PartialDate,
    /// 招生对象, else 入学前文化程度.
    pub intake_from: Option<IntakeFrom>,
    /// 学习形式.
    pub study_form: Option<StudyForm>,
    /// 录取日期.
    pub admitted: PartialDate,
    /// 是否扩招.
    pub enlarged: Option<bool>,
    /// What few exports have; absent where nothing of it is said.
    pub papers: Option<Box<StudentPapers>>,
}

/// What few exports say of a student.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StudentPapers {
    /// 招生季度 as written.
    pub intake_season: CompactString,
    /// 培养层次 as written.
    pub training_level: CompactString,
    /// 毕业证书编号.
    pub graduation_no: CompactString,
    /// 技能证书编号.
    pub certificate_no: CompactString,
    /// 技能证书名称.
    pub certificate_kind: CompactString,
    /// 技能证书等级 as written.
    pub certificate_level: CompactString,
    /// 资助申请类型 as written.
    pub aid_kind: CompactString,
}

static NO_PAPERS: StudentPapers = StudentPapers {
    intake_season: CompactString::const_new(""),
    training_level: CompactString::const_new(""),
    graduation_no: CompactString::const_new(""),
    certificate_no: CompactString::const_new(""),
    certificate_kind: CompactString::const_new(""),
    certificate_level: CompactString::const_new(""),
    aid_kind: CompactString::const_new(""),
};

impl StudentPapers {
    /// What is said, if anything is.
    pub fn some(self) -> Option<Box<Self>> {
        (self != NO_PAPERS).then(|| Box::new(self))
    }
}

impl Enrollment {
    /// What few exports say; empty where nothing is said.
    pub fn papers(&self) -> &StudentPapers {
        self.papers.as_deref().unwrap_or(&NO_PAPERS)
    }
}

/// What a training row says of the kind of its certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum CertificateMark {
    /// Nothing.
    #[default]
    Unsaid,
    /// That there is none.
    Nothing,
    /// One of the five kinds of 黑政办规〔2019〕12号第21项.
    Known,
    /// Another one.
    Other,
}

/// Details of a trainee in one class.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Training {
    /// 班级编号, else 班级名称.
    pub class_no: CompactString,
    /// 培训类型.
    pub kind: Option<TrainingKind>,
    /// 培训工种.
    pub trade: CompactString,
    /// 开班日期.
    pub start: PartialDate,
    /// 结业日期.
    pub end: PartialDate,
    /// 就业状态.
    pub employment: Option<EmploymentStatus>,
    /// 就业时间.
    pub employed: PartialDate,
    /// 创业时间.
    pub business: PartialDate,
    /// Whether any certificate is named (number, kind other than 无, or date).
    pub certified: bool,
    /// 培训费补贴 in 分; `None` where the file has no such column or the cell is empty.
    pub training_fee: Option<i64>,
    /// 鉴定费补贴 in 分.
    pub exam_fee: Option<i64>,
    /// 生活费补贴 in 分.
    pub living_fee: Option<i64>,
    /// 培训类型 as finely as the documents tell them apart.
    pub course: Option<CourseKind>,
    /// 等级 of the certificate, else of the course.
    pub level: Option<SkillLevel>,
    /// 职业编码.
    pub occupation_code: CompactString,
    /// 培训天数.
    pub days: Option<u16>,
    /// 学员类型 as written.
    pub trainee_kind: CompactString,
    /// 班级性质 as written.
    pub class_nature: CompactString,
    /// What kind of certificate.
    pub certificate: CertificateMark,
    /// 证书编号.
    pub certificate_no: CompactString,
    /// 发证日期.
    pub certificate_on: PartialDate,
    /// 是否由培训主体推荐就业.
    pub referred: Option<bool>,
    /// Whether the place of work lies in the province.
    pub employed_in_province: Option<bool>,
}

/// What kind of row a source record is.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub enum Detail {
    /// A student.
    Enrollment(Enrollment),
    /// A trainee.
    Training(Training),
}

/// One row of an enrolment or training source.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct SourceRecord {
    /// Where the row stands.
    pub origin: Origin,
    /// Index into [`Records::institutions`].
    pub institution: u32,
    /// Who it is.
    pub facts: Facts,
    /// Father, mother, guardian, contact, in that order, those that are named.
    pub relatives: Box<[Relative]>,
    /// Whether the school or agency says the person is registered.
    pub declared_poor: Option<DeclaredPoor>,
    /// Age in years where a column says it.
    pub age: Option<u8>,
    /// The rest.
    pub detail: Detail,
}

impl SourceRecord {
    /// Enrolment or training.
    pub fn kind(&self) -> SourceKind {
        match self.detail {
            Detail::Enrollment(_) => SourceKind::Enrollment,
            Detail::Training(_) => SourceKind::Training,
        }
    }

    /// The student's details.
    pub fn enrollment(&self) -> Option<&Enrollment> {
        if let Detail::Enrollment(enrollment) = &self.detail { Some(enrollment) } else { None }
    }

    /// The trainee's details.
    pub fn training(&self) -> Option<&Training> {
        if let Detail::Training(training) = &self.detail { Some(training) } else { None }
    }

    /// The day the row's school or course began, for 时点不符.
    pub fn began(&self) -> Option<Date> {
        match &self.detail {
            Detail::Enrollment(enrollment) => enrollment.entry.first_day(),
            Detail::Training(training) => training.start.first_day(),
        }
    }
}

/// One row of a village's list of who wants to train or to study. Being on the list is itself a
/// statement: no school and no agency says anything of these people.
#[derive(Clone, Debug)]
pub struct Intention {
    /// Where the row stands.
    pub origin: Origin,
    /// Who it is.
    pub facts: Facts,
    /// 户主, where the list names another person.
    pub relatives: Box<[Relative]>,
    /// 是否有培训意愿, where a column says it.
    pub willing: Option<Willing>,
    /// 意愿培训工种.
    pub trade: CompactString,
    /// 拟就读院校.
    pub school: CompactString,
    /// 拟就读专业.
    pub major: CompactString,
    /// 登记日期.
    pub filed_on: PartialDate,
}

impl Intention {
    /// Whether the person wants to train: as the column says; where it says nothing, whoever is on
    /// the list does, but for those who name a school to go to and no trade.
    pub fn wants_training(&self) -> bool {
        let studies = !self.school.is_empty() || !self.major.is_empty();
        match self.willing {
            Some(willing) => willing == Willing::Yes,
            None => !self.trade.is_empty() || !studies,
        }
    }

    /// Whether the person wants to go to school.
    pub fn wants_school(&self) -> bool {
        !self.school.is_empty() || !self.major.is_empty()
    }
}

/// A school or an agency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Institution {
    /// Enrolment (技工院校) or training (职业培训机构).
    pub kind: SourceKind,
    /// Bare name.
    pub name: String,
}

/// Everything the later stages know about people.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// Registry rows in input order.
    pub persons: Vec<Person>,
    /// Enrolment and training rows in input order.
    pub sources: Vec<SourceRecord>,
    /// Rows of the villages' lists of wishes in input order; they are in no form's row of schools or
    /// agencies and never in `links.csv`.
    pub intentions: Vec<Intention>,
    /// Rows of lists of people in input order.
    pub entries: Vec<Entry>,
    /// The lists that were handed over, in the order of the project.
    pub lists: Vec<Arc<ListDefinition>>,
    /// Names of the cities whose registries were loaded; index 0 is the project's own.
    pub regions: Vec<String>,
    /// Schools and agencies.
    pub institutions: Vec<Institution>,
    /// Where the names of schools and agencies were read, with the rows of each.
    pub sightings: Vec<units::UnitSighting>,
    /// All places records point into.
    pub gazetteer: place::Gazetteer,
}

#[cfg(test)]
mod tests {
    use super::{Person, Relative, SourceRecord};

    /// A province has a million of each: what is added to one is added to the memory of a run a million times.
    #[test]
    fn rows_are_small() {
        let sizes = [size_of::<Person>(), size_of::<SourceRecord>(), size_of::<Relative>()];
        let most = [216, 360, 72];
        assert!(sizes.iter().zip(most).all(|(size, most)| *size <= most), "{sizes:?} > {most:?}");
    }
}
