//! Which kind of list a sheet really is, told by headings that only one kind has: a training ledger
//! among the schools' lists, a registry among either, or a result of this program's own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::assembly::SheetOutcome;
use super::synonyms::Synonyms;
use super::{Field, SourceKind};

/// What a sheet is instead of what its source says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Really {
    /// Another kind of list.
    List(SourceKind),
    /// A sheet this program wrote.
    Result,
}

/// Fields that make a list one of its kind. Whoever is in a registry may be in a school's list, but
/// no school knows 户编号, and no registry 学籍状态.
pub(super) fn marks(kind: SourceKind) -> &'static [Field] {
    match kind {
        SourceKind::Registry => &[
            Field::HouseholdNo,
            Field::PersonNo,
            Field::HouseholdSize,
            Field::Relation,
            Field::Schooling,
            Field::Skill,
            Field::PovertyStatus,
            Field::ExitYear,
            Field::HouseholdKind,
            Field::HouseholdType,
            Field::MonitorType,
            Field::RiskCleared,
        ],
        SourceKind::Enrollment => &[
            Field::StudentStatus,
            Field::StudentNo,
            Field::EntryDate,
            Field::IntakeFrom,
            Field::StudyForm,
            Field::TrainingLevel,
            Field::LeaveKind,
            Field::LeaveDate,
            Field::GraduatedOn,
        ],
        SourceKind::Training => &[
            Field::Agency,
            Field::TrainingKind,
            Field::Trade,
            Field::StartDate,
            Field::EndDate,
            Field::Days,
            Field::CertificateNo,
            Field::TrainingFee,
            Field::ExamFee,
            Field::LivingFee,
        ],
        SourceKind::Intention => {
            &[Field::Willing, Field::WishTrade, Field::WishSchool, Field::WishMajor]
        }
        SourceKind::List => &[],
    }
}

/// What a list of the kind may be known by as well, though others have it, too.
pub(super) fn weak_marks(kind: SourceKind) -> &'static [Field] {
    match kind {
        SourceKind::Enrollment => &[Field::School, Field::Major, Field::ClassName],
        SourceKind::Training => &[Field::ClassNo, Field::CertificateKind, Field::CertificateDate],
        SourceKind::Registry | SourceKind::Intention | SourceKind::List => &[],
    }
}

/// Headings of this program's own sheets that no office writes.
const OWN: [&str; 25] = [
    "标识",
    "其中:待核",
    "未就读未参训",
    "意愿名单",
    "提示",
    "走访结果",
    "意向院校、工种或去向",
    "对接学校",
    "未覆盖",
    "已覆盖合计",
    "在对接学校就读",
    "登记姓名",
    "登记证件号码",
    "匹配概率",
    "比对类别",
    "待核原因",
    "相符与不符",
    "来源文件",
    "入学/开班",
    "学籍状态/培训类型",
    "程序原来的判断",
    "类别代码",
    "核实结果",
    "match_class",
    "person_id",
];

/// So many marks of another kind, and none of its own, are no chance.
const FEWEST: usize = 2;
/// By so many marks another kind has to be ahead where the list has some of its own.
const AHEAD: usize = 3;

static SHIPPED: LazyLock<[(SourceKind, Synonyms); 4]> = LazyLock::new(|| {
    [SourceKind::Registry, SourceKind::Enrollment, SourceKind::Training, SourceKind::Intention]
        .map(|kind| (kind, Synonyms::of(kind)))
});

/// What a sheet is, if it is not of the kind its source names.
pub(super) fn sheet(kind: SourceKind, own: &Synonyms, outcome: &SheetOutcome) -> Option<Really> {
    match outcome {
        SheetOutcome::Kept(kept) | SheetOutcome::Below(kept) => {
            really(kind, own, &kept.header.headings())
        }
        SheetOutcome::Incomplete(header, _) => really(kind, own, &header.headings()),
        SheetOutcome::Headless(seen) => really(kind, own, &seen.texts),
        _ => None,
    }
}

/// What a list under these headings is, if it is not of the kind its source names. `own` are the
/// headings the source goes by, the project's among them.
pub(super) fn really(kind: SourceKind, own: &Synonyms, headings: &[String]) -> Option<Really> {
    if is_our_own(headings) {
        return Some(Really::Result);
    }
    let known = [marks(kind), weak_marks(kind)].concat();
    let mine = named(own, &known, headings);
    let rivals = SHIPPED.iter().filter(|(other, _)| *other != kind && may_be(kind, *other));
    let (other, theirs) = rivals
        .map(|(other, synonyms)| (*other, named(synonyms, marks(*other), headings)))
        .max_by_key(|(_, named)| named.len())?;
    // 结业日期 is a mark of both; what speaks for either speaks for none.
    let mine = mine.iter().filter(|heading| !theirs.contains(heading)).count();
    let most = theirs.len();
    let ahead = if mine == 0 { most >= FEWEST } else { most >= mine + AHEAD };
    ahead.then_some(Really::List(other))
}

/// Whether these texts are headings of a sheet this program wrote.
pub(super) fn is_our_own(texts: &[String]) -> bool {
    let is_own = |own: &&&str| texts.iter().any(|text| text.trim() == **own);
    OWN.iter().filter(is_own).count() >= FEWEST
}

/// The headings of the kinds that need no definition.
pub(super) fn shipped() -> &'static [(SourceKind, Synonyms)] {
    &*SHIPPED
}

/// A village's list is drawn from the registry and keeps its columns; that is no mistake. Other lists
/// of people may have any column.
fn may_be(kind: SourceKind, other: SourceKind) -> bool {
    kind != SourceKind::List && !(kind == SourceKind::Intention && other == SourceKind::Registry)
}

/// The headings that name one of these fields outright, one for each field.
pub(super) fn named<'a>(
    synonyms: &Synonyms,
    fields: &[Field],
    headings: &'a [String],
) -> Vec<&'a str> {
    let field_of = |heading: &str| {
        let last = heading.rsplit(' ').next().unwrap_or(heading);
        let sure = |text: &str| synonyms.recognise(text).filter(|found| !found.guessed);
        sure(heading).or_else(|| sure(last)).map(|found| found.field)
    };
    let mut found: BTreeMap<Field, &str> = BTreeMap::new();
    for heading in headings {
        if let Some(field) = field_of(heading).filter(|field| fields.contains(field)) {
            found.entry(field).or_insert(heading);
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::{Really, Synonyms, really};
    use crate::sources::SourceKind::{self, Enrollment, Intention, Registry, Training};

    fn told(kind: SourceKind, headings: &str) -> Option<Really> {
        let headings: Vec<String> = headings.split('|').map(str::to_owned).collect();
        really(kind, &Synonyms::of(kind), &headings)
    }

    const REGISTRY: &str = "序号|县|乡(镇)|行政村|户编号|人编号|姓名|证件号码|与户主关系|脱贫属性";
    const SCHOOL: &str = "序号|姓名|性别|身份证号|入学年月|学籍状态|专业名称|户籍地址|招生对象";
    const LEDGER: &str = "序号|培训机构名称|姓名|性别|身份证号|培训工种|开班日期|结业日期|证书编号";

    #[test]
    fn each_list_is_told_under_every_other_kind() {
        for (kind, list) in [(Registry, REGISTRY), (Enrollment, SCHOOL), (Training, LEDGER)] {
            for source in [Registry, Enrollment, Training] {
                let expected = (source != kind).then_some(Really::List(kind));
                assert_eq!(told(source, list), expected, "{kind:?} as {source:?}");
            }
        }
    }

    #[test]
    fn a_list_with_a_few_columns_of_another_is_what_it_says() {
        let cases = [
            (Enrollment, "姓名|身份证号"),
            (Enrollment, "姓名|身份证号|学籍状态|入学时间|户编号|人编号|证书编号"),
            (Enrollment, "姓名|身份证号|专业名称|班级|证书编号|结业日期"),
            (Registry, "姓名|身份证号|县|乡镇|村"),
            (Training, "姓名|身份证号|班级|专业"),
            (Intention, "户编号|人编号|姓名|证件号码|与户主关系|是否有培训意愿"),
        ];
        for (kind, headings) in cases {
            assert_eq!(told(kind, headings), None, "{headings}");
        }
    }

    #[test]
    fn our_own_sheets_are_no_lists() {
        let matched = "序号|学校/机构|姓名|证件号码|登记姓名|登记证件号码|户编号|人编号|匹配概率";
        for kind in [Registry, Enrollment, Training, Intention] {
            assert_eq!(told(kind, matched), Some(Really::Result));
        }
        assert_eq!(
            told(Enrollment, "source_kind|decision|person_id|match_class"),
            Some(Really::Result)
        );
    }
}
