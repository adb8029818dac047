//! The classes of the mismatch report, defined once: report, workbooks and docs read this table.

use super::Owner;

/// What a reader has to do about a class; workbooks colour by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Handled; nobody needs to act.
    Inform,
    /// A person should look.
    Check,
    /// Something is wrong and has to be mended.
    Mend,
}

impl Urgency {
    /// The word users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Inform => "告知",
            Self::Check => "核实",
            Self::Mend => "更正",
        }
    }
}

/// Whoever keeps the source row: 学校 for a student, 培训机构 for a trainee.
const KEEPER: &[Owner] = &[Owner::School, Owner::Agency];
/// Only schools have 学籍.
const SCHOOL: &[Owner] = &[Owner::School];
/// Only agencies have classes.
const AGENCY: &[Owner] = &[Owner::Agency];
/// The registry's own rows.
const REGISTRY: &[Owner] = &[Owner::PovertyOffice];
/// The comparing office decides.
const OFFICE: &[Owner] = &[Owner::HumanResources];
/// Either side can be wrong.
const ANYONE: &[Owner] = &[Owner::School, Owner::Agency, Owner::PovertyOffice];

/// Whoever keeps a list of people.
const LIST_KEEPER: &[Owner] = &[Owner::ListKeeper];
/// Whoever claims for classes or for work.
const CLAIMANT: &[Owner] = &[Owner::Agency, Owner::Employer];

/// One line of the table.
struct KindSpec {
    code: &'static str,
    label: &'static str,
    urgency: Urgency,
    owners: &'static [Owner],
    definition: &'static str,
}

macro_rules! kinds {
    ($($variant:ident, $code:literal, $label:literal, $urgency:ident, $owners:ident, $definition:literal;)+) => {
        /// The classes of the mismatch report.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingKind { $(#[doc = $definition] $variant),+ }

        impl FindingKind {
            /// All kinds in report order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn spec(self) -> &'static KindSpec {
                match self {
                    $(Self::$variant => &KindSpec {
                        code: $code,
                        label: $label,
                        urgency: Urgency::$urgency,
                        owners: $owners,
                        definition: $definition,
                    }),+
                }
            }
        }
    };
}

kinds! {
    NameFormat, "F01", "号同名异（仅格式）", Inform, KEEPER,
        "证件号码相同，姓名只在间隔号、空格、括注或繁简异体上不同，已自动视为一致。";
    NameDiffers, "F02", "号同名异", Mend, ANYONE,
        "证件号码相同，姓名实质不同。";
    IdDiffers, "F03", "名同号异", Mend, ANYONE,
        "姓名相同或相近，证件号码不同：一位差、相邻换位、漏位、多位或其他。";
    Upgraded15, "F04", "15与18位一致", Inform, KEEPER,
        "一方为15位旧号，按GB 11643-1999升为18位后一致。";
    Disability, "F05", "残疾人证一致", Inform, KEEPER,
        "一方填的是残疾人证号，前18位与另一方身份证号一致。";
    IdTruncated, "F06", "证件号残缺", Mend, ANYONE,
        "证件号码被表格软件截断、取整或被遮盖，只剩部分数字可信。";
    IdInvalid, "F07", "证件号无效", Mend, ANYONE,
        "证件号码位数、出生日期或校验码不符合GB 11643-1999，不能作为依据。";
    IdMissing, "F08", "证件号缺失", Mend, ANYONE,
        "证件号码为空、填“无”之类占位文字，或是临时号。";
    ToReview, "F09", "待核", Check, OFFICE,
        "有相近的建档立卡人员，但有多个候选或依据不足，须人工判定。";
    OtherRegion, "F11", "省内市外", Check, OFFICE,
        "本市建档立卡信息中没有此人，在省内其他市的建档立卡信息中找到。";
    RepeatedRow, "F12", "本表重复", Mend, KEEPER,
        "同一学校同一人在籍不止一行，或同一培训机构同一班级中同一人不止一行。";
    TwoSchools, "F13", "一人多籍", Mend, SCHOOL,
        "同一人在两所及以上学校同时有未离校的学籍。";
    OverlappingClasses, "F14", "一人同期多班", Mend, AGENCY,
        "同一人参加的两个培训班起止日期重叠。";
    RegistryRepeated, "F15", "建档立卡重复", Mend, REGISTRY,
        "建档立卡信息中同一证件号码或同一人编号出现不止一次。";
    DeclaredNotFound, "F16", "自报未命中", Check, KEEPER,
        "学校或培训机构登记为建档立卡，建档立卡信息中未找到此人。";
    FoundNotDeclared, "F17", "未自报但命中", Mend, KEEPER,
        "建档立卡信息中找到此人，学校或培训机构未登记为建档立卡。";
    Timing, "F18", "时点不符", Check, REGISTRY,
        "入学或开班时此人尚未识别、已脱贫不再享受政策、风险已消除，或不属于脱贫人口和监测对象。";
    Illogical, "F19", "逻辑异常", Check, ANYONE,
        "同一行或同一人的各项数据相互矛盾，如性别、出生日期、年龄、在校、培训、就业的先后。";
    SubsidyRepeated, "F20", "补贴疑似重复", Check, AGENCY,
        "同一人同一年生活费补贴不止一次、同一工种培训不止一次，或享受培训补贴超过3次。";
    Household, "F21", "户号异常", Check, REGISTRY,
        "同一户编号下有两名户主、户主与配偶同性别，或分在两个县（市、区）。";
    ItemRepeated, "F22", "项目重复", Mend, CLAIMANT,
        "同一人按同一规定只能享受一次的，登记或申领了不止一次。";
    OverLimit, "F23", "超次数、超期限", Mend, CLAIMANT,
        "超过规定的次数或月数。";
    GroupDiffers, "F24", "身份不符", Check, LIST_KEEPER,
        "自报属于某类人员，已载入的名单中没有，或当时不在期限内。";
    AmountDiffers, "F25", "金额不符", Mend, CLAIMANT,
        "申领或发放的金额不在按规定算出的范围内。";
    PeopleConflict, "F26", "人员冲突", Mend, LIST_KEEPER,
        "同一人在两个名单里证件号码不同，或一个号码两个姓名。";
    NothingBehind, "F27", "申领无培训", Check, CLAIMANT,
        "申领或发放的行找不到对应的培训、就业或学籍。";
    NotClaimed, "F28", "应享未享", Check, KEEPER,
        "按规定可享受，没有申领或发放记录。";
}

impl FindingKind {
    /// Whether the class is about lists and programmes, without which it is not shown.
    pub fn is_of_lists(self) -> bool {
        self >= Self::ItemRepeated
    }

    /// Stable code, e.g. `F03`.
    pub fn code(self) -> &'static str {
        self.spec().code
    }

    /// Sheet name and heading, e.g. `号同名异`; at most 31 characters, none forbidden by Excel.
    pub fn label(self) -> &'static str {
        self.spec().label
    }

    /// One sentence that defines the class.
    pub fn definition(self) -> &'static str {
        self.spec().definition
    }

    /// What a reader has to do; also the colour class of the workbooks.
    pub fn urgency(self) -> Urgency {
        self.spec().urgency
    }

    /// Whether somebody has to look or mend (false: for information only).
    pub fn needs_mending(self) -> bool {
        self.urgency() != Urgency::Inform
    }

    /// Who can have to mend it; which of them is said by [`super::Finding::owner`].
    pub fn owners(self) -> &'static [Owner] {
        self.spec().owners
    }
}

/// The table as the docs print it, one Markdown line per kind.
pub fn markdown_table() -> String {
    let mut lines = vec![
        "| 代码 | 类别 | 处理 | 责任方 | 定义 |".to_owned(),
        "|---|---|---|---|---|".to_owned(),
    ];
    for kind in FindingKind::ALL {
        let owners: Vec<&str> = kind.owners().iter().map(|owner| owner.label()).collect();
        lines.push(format!(
            "| {} | {} | {} | {} | {} |",
            kind.code(),
            kind.label(),
            kind.urgency().label(),
            owners.join("、"),
            kind.definition()
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{FindingKind, markdown_table};
    use std::collections::BTreeSet;

    #[test]
    fn labels_can_be_sheet_names_and_codes_are_unique() {
        let codes: BTreeSet<&str> = FindingKind::ALL.iter().map(|kind| kind.code()).collect();
        let labels: BTreeSet<&str> = FindingKind::ALL.iter().map(|kind| kind.label()).collect();
        assert_eq!((codes.len(), labels.len()), (FindingKind::ALL.len(), FindingKind::ALL.len()));
        for label in labels {
            assert!(label.chars().count() <= 31, "{label}");
            assert!(!label.contains(['\\', '/', '?', '*', '[', ']', ':']), "{label}");
        }
    }

    #[test]
    fn docs_print_this_table() {
        let docs = include_str!("../../docs/findings.md");
        assert!(
            docs.contains(&markdown_table()),
            "docs/findings.md must hold:\n{}",
            markdown_table()
        );
    }
}
