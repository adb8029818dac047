//! Words of file names, folders, sheet names and titles that say which list a file is. They decide
//! only where the headings leave it open.

use super::ListName;
use crate::config::{ListDefinition, shipped_lists};
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

/// Forms of figures.
const FORMS: [&str; 6] = ["附件2", "附件3", "统计表", "汇总表", "情况表", "汇总"];

/// The list of persons whose words (`named` of its definition) stand in a text; none where two have
/// theirs, unless the first by name is the narrower of both (`outranks`).
pub(super) fn list(text: &str) -> Option<&'static str> {
    let is_named =
        |one: &&ListDefinition| one.named.iter().any(|word| text.contains(word.as_str()));
    let mut found: Vec<&ListDefinition> = shipped_lists().iter().filter(is_named).collect();
    found.sort_by_key(|one| &one.list);
    let (first, others) = found.split_first()?;
    let is_first = others.first().is_none_or(|second| first.outranks.contains(&second.list));
    is_first.then_some(first.list.as_str())
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
