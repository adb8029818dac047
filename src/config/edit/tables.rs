//! All settings of a project file, section by section, as a form shows them.

use super::words::{self, KnownSetting};
use super::{ProjectText, SettingShape};
use crate::config::{Programme, Setting};

/// One setting of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingField {
    /// Where it stands: `form.filled_by`, `source.0.files`.
    pub path: String,
    /// What people call it.
    pub label: String,
    /// What it does, and what holds where nothing is said.
    pub told: String,
    /// What it holds.
    pub shape: SettingShape,
    /// What it says now; empty where nothing is said.
    pub value: String,
}

/// A section of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingGroup {
    /// Where it stands; empty for the settings above all sections.
    pub path: String,
    /// What people call it.
    pub title: String,
    /// Whether there may be several, so that it can be taken out.
    pub is_repeated: bool,
    /// Whether it is not in the file yet.
    pub is_new: bool,
    /// Its settings.
    pub fields: Vec<SettingField>,
}

/// Sections there may be once.
const SINGLE: [(&str, &str, &[KnownSetting]); 5] = [
    ("", "项目", &words::TOP),
    ("form", "表头和次序", &words::FORM),
    ("figures", "统计口径", &words::FIGURES),
    ("review", "抽查", &words::REVIEW),
    ("programmes", "政策项目", &words::PROGRAMMES),
];

/// Sections there may be several times.
const REPEATED: [(&str, &str, &[KnownSetting]); 4] = [
    ("source", "输入", &words::SOURCE),
    ("place", "地名", &words::PLACE),
    ("institution", "学校、机构", &words::INSTITUTION),
    ("target", "目标数", &words::TARGET),
];

pub(super) fn groups(text: &ProjectText, programmes: &[Programme]) -> Vec<SettingGroup> {
    let mut groups: Vec<SettingGroup> = SINGLE
        .iter()
        .map(|(path, title, settings)| SettingGroup {
            path: (*path).to_owned(),
            title: (*title).to_owned(),
            is_repeated: false,
            is_new: !path.is_empty() && text.table(path).is_none(),
            fields: fields(text, path, settings),
        })
        .collect();
    groups.extend(
        programmes.iter().filter(|one| !one.settings.is_empty()).map(|one| policy(text, one)),
    );
    for (key, title, settings) in REPEATED {
        let count = text.count(key);
        groups.extend((0..=count).map(|number| {
            let path = format!("{key}.{number}");
            SettingGroup {
                title: if number == count {
                    format!("再加一个{title}")
                } else {
                    format!("{title} {}", number + 1)
                },
                is_repeated: true,
                is_new: number == count,
                fields: fields(text, &path, settings),
                path,
            }
        }));
    }
    groups
}

fn fields(text: &ProjectText, section: &str, settings: &[KnownSetting]) -> Vec<SettingField> {
    let field = |setting: &KnownSetting| {
        let path = stands_at(text, section, setting.key);
        SettingField {
            value: text.shown(&path, setting.shape),
            path,
            label: setting.label.to_owned(),
            told: setting.told.to_owned(),
            shape: setting.shape,
        }
    };
    settings.iter().map(field).collect()
}

/// A counting rule may stand above all sections; it stays where it is.
fn stands_at(text: &ProjectText, section: &str, key: &str) -> String {
    let is_above = section == "figures" && text.table("").is_some_and(|top| top.contains_key(key));
    if section.is_empty() || is_above { key.to_owned() } else { format!("{section}.{key}") }
}

/// The values of a policy, with those its document ships.
fn policy(text: &ProjectText, programme: &Programme) -> SettingGroup {
    let path = format!("programmes.settings.{}", programme.id);
    let field = |(key, setting): (&String, &Setting)| {
        let shape = match setting {
            Setting::Text(_) => SettingShape::Text,
            Setting::Date(_) => SettingShape::Date,
            Setting::Flag(_) => SettingShape::Flag,
            Setting::Number(_) => SettingShape::Count,
            Setting::Table(_) => SettingShape::Numbers,
        };
        let path = format!("{path}.{key}");
        SettingField {
            value: text.shown(&path, shape),
            path,
            label: key.clone(),
            told: format!("现用 {}", setting.shown()),
            shape,
        }
    };
    SettingGroup {
        title: format!("政策数值：{}", programme.title),
        is_repeated: false,
        is_new: text.table(&path).is_none(),
        fields: programme.settings.iter().map(field).collect(),
        path,
    }
}
