//! Words of file names, folders, sheet names and titles that say which list a file is. They decide
//! only where the headings leave it open.

use super::ListName;
use crate::vocabulary::SourceKind;

/// What people call the four kinds.
const KINDS: [(SourceKind, &[&str]); 4] = [
    (
        SourceKind::Registry,
        &[
            "建档立卡信息",
            "建档立卡贫困人口",
            "贫困人口",
            "脱贫人口",
            "建档立卡人口",
            "贫困户",
            "扶贫",
            "registry",
        ],
    ),
    (
        SourceKind::Enrollment,
        &["学籍", "在校生", "新生", "毕业生", "学生", "招生", "技工院校", "enrollment"],
    ),
    (SourceKind::Training, &["培训台账", "实名制", "培训", "学员", "结业", "training"]),
    (SourceKind::Intention, &["意愿"]),
];

/// What people call the lists of persons; by the name of the definition.
const LISTS: [(&str, &[&str]); 15] = [
    ("claims", &["补贴申领", "申领花名册", "补贴申请", "申请花名册"]),
    ("disabled", &["残疾人", "残联"]),
    ("employee", &["企业职工", "在职职工", "参保职工"]),
    ("graduate_unemployed", &["离校未就业"]),
    ("graduate_year", &["毕业年度", "高校毕业生"]),
    ("hard_to_employ", &["就业困难"]),
    ("inmate_rehab", &["服刑", "戒毒", "刑满", "解戒"]),
    ("new_farmer", &["职业农民", "高素质农民"]),
    ("on_the_job", &["以工代训"]),
    ("payments", &["补贴发放", "资金发放", "发放花名册", "发放明细"]),
    ("services", &["就业服务", "就业援助", "服务记录"]),
    ("transferred", &["转岗"]),
    ("unemployed", &["失业人员", "失业登记", "登记失业"]),
    ("urban_subsistence", &["城市低保", "城镇低保", "低保"]),
    ("veteran", &["退役军人", "退伍军人", "复员军人", "退役士兵"]),
];

/// Forms of figures.
const FORMS: [&str; 6] = ["附件2", "附件3", "统计表", "汇总表", "情况表", "汇总"];

/// The list of persons whose words stand in a text; none where two have theirs.
pub(super) fn list(text: &str) -> Option<&'static str> {
    let named = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let mut found = LISTS.iter().filter(|(_, words)| named(words)).map(|(name, _)| *name);
    let first = found.next()?;
    let second = found.next();
    // 毕业年度 and 离校未就业 are both said of graduates; the narrower word counts.
    match (first, second) {
        (_, None) | ("graduate_unemployed", Some("graduate_year")) => Some(first),
        _ => None,
    }
}

/// The kind whose words stand in a text; none where two have theirs.
pub(super) fn kind(text: &str) -> Option<ListName> {
    let named = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let mut found = KINDS.iter().filter(|(_, words)| named(words)).map(|(kind, _)| *kind);
    let first = found.next()?;
    found.next().is_none().then(|| ListName::of(first))
}

/// Whether a title is one of a form of figures.
pub(super) fn is_form(text: &str) -> bool {
    FORMS.iter().any(|word| text.contains(word))
}
