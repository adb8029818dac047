//! Every column bidui knows, as a small integer: names are looked up once, when a heading is
//! recognised, and never again.

macro_rules! fields {
    ($($(#[doc = $doc:literal])* $variant:ident = $key:literal),+ $(,)?) => {
        /// What a column holds. The key is the name used in `schemas/sources/*.toml`.
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
        pub enum Field { $($(#[doc = $doc])* $variant),+ }

        impl Field {
            /// All fields.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name used in schema and project files.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }

            /// The field of that name.
            pub fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

fields! {
    // About a person, in every source.
    /// 姓名
    Name = "name",
    /// 证件号码
    IdNumber = "id_number",
    /// 证件类型
    IdType = "id_type",
    /// 性别
    Sex = "sex",
    /// 出生日期
    Birth = "birth",
    /// 民族
    Ethnicity = "ethnicity",
    /// 文化程度
    Education = "education",
    /// 健康状况
    Health = "health",
    /// 联系电话 of the person
    Phone = "phone",
    /// 省
    Province = "province",
    /// 市
    City = "city",
    /// 县(市、区、旗)
    County = "county",
    /// 乡(镇)
    Town = "town",
    /// 行政村
    Village = "village",
    /// 自然村, 屯, 组
    Hamlet = "hamlet",
    /// 地址 in free text
    Address = "address",
    /// 年龄 in years
    Age = "age",

    // Registry.
    /// 户编号
    HouseholdNo = "household_no",
    /// 人编号
    PersonNo = "person_no",
    /// 人数 of the household
    HouseholdSize = "household_size",
    /// 与户主关系
    Relation = "relation",
    /// 在校生状况
    Schooling = "schooling",
    /// 劳动技能
    Skill = "skill",
    /// 户联系电话
    HouseholdPhone = "household_phone",
    /// 户主姓名
    HeadName = "head_name",
    /// 户主证件号码
    HeadId = "head_id",
    /// 脱贫属性
    PovertyStatus = "poverty_status",
    /// 脱贫年度
    ExitYear = "exit_year",
    /// 贫困户属性
    HouseholdKind = "household_kind",
    /// 户类型 (脱贫户, 一般农户)
    HouseholdType = "household_type",
    /// 监测对象类型
    MonitorType = "monitor_type",
    /// 风险是否消除
    RiskCleared = "risk_cleared",
    /// 风险识别时间
    RiskFoundOn = "risk_found_on",
    /// 风险消除时间
    RiskClearedOn = "risk_cleared_on",
    /// 首次识别时间 of the household
    IdentifiedOn = "identified_on",
    /// 人员识别时间
    PersonIdentifiedOn = "person_identified_on",
    /// 数据日期
    DataDate = "data_date",
    /// 残疾证号
    DisabilityNo = "disability_no",
    /// 残疾等级
    DisabilityGrade = "disability_grade",

    // Enrolment.
    /// 院校名称
    School = "school",
    /// 学籍编号
    StudentNo = "student_no",
    /// 班级
    ClassName = "class_name",
    /// 专业名称
    Major = "major",
    /// 培养层次
    TrainingLevel = "training_level",
    /// 学习形式 (全日制, 非全日制)
    StudyForm = "study_form",
    /// 入学时间
    EntryDate = "entry_date",
    /// 学籍状态
    StudentStatus = "student_status",
    /// 离校类别
    LeaveKind = "leave_kind",
    /// 离校时间
    LeaveDate = "leave_date",
    /// 毕业时间
    GraduatedOn = "graduated_on",
    /// 就业时间
    EmployedOn = "employed_on",
    /// 招生对象
    IntakeFrom = "intake_from",
    /// 入学前文化程度
    PriorEducation = "prior_education",
    /// 困难类型
    HardshipKind = "hardship_kind",
    /// 是否建档立卡
    DeclaredPoor = "declared_poor",
    /// 家庭联系人
    ContactName = "contact_name",
    /// 家庭联系电话
    ContactPhone = "contact_phone",
    /// 父亲姓名
    FatherName = "father_name",
    /// 父亲证件号码
    FatherId = "father_id",
    /// 母亲姓名
    MotherName = "mother_name",
    /// 母亲证件号码
    MotherId = "mother_id",
    /// 监护人姓名
    GuardianName = "guardian_name",
    /// 监护人证件号码
    GuardianId = "guardian_id",

    // Training.
    /// 培训机构名称
    Agency = "agency",
    /// 班级编号
    ClassNo = "class_no",
    /// 培训类型
    TrainingKind = "training_kind",
    /// 培训工种
    Trade = "trade",
    /// 开班日期
    StartDate = "start_date",
    /// 结业日期
    EndDate = "end_date",
    /// 培训天数
    Days = "days",
    /// 学员类型, 人员类别
    TraineeKind = "trainee_kind",
    /// 证书名称, 证书类别
    CertificateKind = "certificate_kind",
    /// 证书等级
    CertificateLevel = "certificate_level",
    /// 证书编号
    CertificateNo = "certificate_no",
    /// 发证日期
    CertificateDate = "certificate_date",
    /// 就业状态
    EmploymentStatus = "employment_status",
    /// 创业时间
    BusinessOn = "business_on",
    /// 培训费补贴
    TrainingFee = "training_fee",
    /// 鉴定费补贴
    ExamFee = "exam_fee",
    /// 生活费补贴
    LivingFee = "living_fee",
    // A village's list of wishes.
    /// 是否有培训意愿
    Willing = "willing",
    /// 意愿培训工种
    WishTrade = "wish_trade",
    /// 拟就读院校
    WishSchool = "wish_school",
    /// 拟就读专业
    WishMajor = "wish_major",
    /// 登记日期
    FiledOn = "filed_on",
    /// 备注
    Remark = "remark",

    // What the subsidy rules and the counts need of schools and agencies.
    /// 职业编码
    OccupationCode = "occupation_code",
    /// 班级性质 (政府补贴班, 自费班)
    ClassNature = "class_nature",
    /// 就业地点, 就业单位所在地
    EmployedWhere = "employed_where",
    /// 是否由培训主体推荐就业
    Referred = "referred",
    /// 录取日期
    AdmittedOn = "admitted_on",
    /// 招生季度
    IntakeSeason = "intake_season",
    /// 是否扩招
    Enlarged = "enlarged",
    /// 毕业证书编号
    GraduationNo = "graduation_no",
    /// 资助申请类型
    AidKind = "aid_kind",

    // Lists of people (`schemas/lists`).
    /// 类别 of whoever is on the list
    Category = "category",
    /// 认定时间
    RecognisedOn = "recognised_on",
    /// 有效期起
    ValidFrom = "valid_from",
    /// 有效期止
    ValidTo = "valid_to",
    /// 注销时间
    CancelledOn = "cancelled_on",
    /// 列入名单的时间
    ListedOn = "listed_on",
    /// 有效标记
    Valid = "valid",
    /// 入伍时间
    EnlistedOn = "enlisted_on",
    /// 退役时间
    RetiredOn = "retired_on",
    /// 失业登记, 就业登记日期
    RegisteredOn = "registered_on",
    /// 发证日期 of a disability card
    IssuedOn = "issued_on",
    /// 转岗时间
    TransferredOn = "transferred_on",
    /// 毕业年度
    GraduationYear = "graduation_year",
    /// 合同开始日期
    ContractFrom = "contract_from",
    /// 合同结束日期
    ContractTo = "contract_to",
    /// 参保起
    InsuredFrom = "insured_from",
    /// 参保止
    InsuredTo = "insured_to",
    /// 单位名称
    Unit = "unit",
    /// 统一社会信用代码
    UnitCode = "unit_code",
    /// 补贴项目
    MoneyKind = "money_kind",
    /// 金额
    Amount = "amount",
    /// 发放年月, 申请月份
    PaidOn = "paid_on",
    /// 参保状态
    Insured = "insured",
    /// 援助类型
    Measure = "measure",
    /// 援助时间
    ServedOn = "served_on",
    /// 就业意向
    JobWish = "job_wish",
}
