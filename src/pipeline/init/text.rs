//! The text of a project file: what it says, and comments that say how to change it.

use std::collections::BTreeMap;

use super::{Arrangement, RecognisedFile};
use crate::sources::sorting::ListName;
use crate::vocabulary::SourceKind;

const HEAD: &str = "\
# 比对的项目文件，由 bidui init 按各文件的内容写成。# 后面是说明，可以改、可以删。
# 改完后先用 bidui check 检查，再用 bidui run 比对。
";

/// One `[[source]]`: which list, and for a registry whose.
type SourceKey = (ListName, Option<String>);

/// The whole file.
pub(super) fn project(arrangement: &Arrangement) -> String {
    let unit = arrangement.unit.as_deref().unwrap_or_default();
    let mut text = HEAD.to_owned();
    if !unit.is_empty() {
        text.push_str(&format!("title = {}\n", quoted(&format!("{unit}技能脱贫数据比对"))));
    }
    let how = match (unit.is_empty(), arrangement.unit_is_given) {
        (true, _) => "请填写填报单位，如 \"佳木斯市\"",
        (false, true) => "填报单位",
        (false, false) => "填报单位，由建档立卡信息的地名推断，请核对",
    };
    text.push_str(&format!("unit = {}    # {how}\n", quoted(unit)));
    if let Some(as_of) = arrangement.as_of {
        let how = if arrangement.as_of_is_given {
            "报告日期"
        } else {
            "报告日期，由名单里的日期推断，请核对"
        };
        text.push_str(&format!("as_of = {as_of}    # {how}\n"));
    }
    text.push_str("# 统计时段：half-year 本半年，year-to-date 本年初至报告日期\n");
    text.push_str("report_window = \"half-year\"\n");
    for (key, files) in sources(arrangement) {
        text.push_str(&source(&key, &files, arrangement));
    }
    text.push_str(&missing(arrangement));
    text.push_str(&aside(arrangement));
    text
}

fn sources(arrangement: &Arrangement) -> BTreeMap<SourceKey, Vec<&RecognisedFile>> {
    let mut sources: BTreeMap<SourceKey, Vec<&RecognisedFile>> = BTreeMap::new();
    for file in &arrangement.files {
        sources.entry((file.list.clone(), file.region.clone())).or_default().push(file);
    }
    sources
}

fn source(key: &SourceKey, files: &[&RecognisedFile], arrangement: &Arrangement) -> String {
    let (list, region) = key;
    let rows: usize = files.iter().map(|file| file.rows).sum();
    let of = region.as_ref().map_or_else(String::new, |city| format!("（{}）", comment(city)));
    let mut text = format!("\n# {}{of}：{} 个文件，{rows} 行\n", list.label(), files.len());
    text.push_str(&format!("[[source]]\nkind = \"{}\"\n", list.kind.key()));
    if let Some(name) = &list.list {
        text.push_str(&format!("list = {}\n", quoted(name)));
    }
    if let Some(city) = region {
        text.push_str(&format!("region = {}\n", quoted(city)));
    }
    let patterns = patterns(files, key, arrangement);
    if let [only] = patterns.as_slice() {
        text.push_str(&format!("files = [{}]\n", quoted(only)));
    } else {
        text.push_str("files = [\n");
        for pattern in patterns {
            text.push_str(&format!("    {},\n", quoted(&pattern)));
        }
        text.push_str("]\n");
    }
    text
}

/// Whole folders where nothing else is in them, so that a list that comes later is read, too; file by
/// file elsewhere.
fn patterns(files: &[&RecognisedFile], key: &SourceKey, arrangement: &Arrangement) -> Vec<String> {
    let mut patterns: Vec<String> = Vec::new();
    for file in files {
        let folder = folder_of(&file.shown);
        let pattern_of_it = if !folder.is_empty() && is_whole(folder, key, arrangement) {
            format!("{}/*", pattern(folder))
        } else {
            pattern(&file.shown)
        };
        if !patterns.contains(&pattern_of_it) {
            patterns.push(pattern_of_it);
        }
    }
    patterns
}

fn is_whole(folder: &str, key: &SourceKey, arrangement: &Arrangement) -> bool {
    let here = |shown: &str| folder_of(shown) == folder;
    let mut own = arrangement.files.iter().filter(|file| here(&file.shown));
    let is_alike = |file: &RecognisedFile| file.list == key.0 && file.region == key.1;
    own.all(is_alike) && !arrangement.aside.iter().any(|file| here(&file.shown))
}

fn folder_of(shown: &str) -> &str {
    shown.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A glob that finds this path. What a project file cannot hold as it is (control characters, and
/// `\`, which is read as `/`) is left to `?`.
pub(super) fn pattern(shown: &str) -> String {
    let escaped = glob::Pattern::escape(shown);
    let odd = |letter: char| letter.is_control() || letter == '\\';
    escaped.chars().map(|letter| if odd(letter) { '?' } else { letter }).collect()
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A text in a comment stays on its line.
fn comment(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

fn missing(arrangement: &Arrangement) -> String {
    let has = |kind| arrangement.files.iter().any(|file| file.list.kind == kind);
    let kinds = [SourceKind::Registry, SourceKind::Enrollment, SourceKind::Training];
    let lacking = kinds.into_iter().filter(|kind| !has(*kind));
    lacking
        .map(|kind| {
            format!(
                "\n# 没有认出{}。收到后放进一个文件夹，去掉下面三行开头的 # ：\n\
                 # [[source]]\n# kind = \"{}\"\n# files = [\"{}/*\"]\n",
                kind.label(),
                kind.key(),
                kind.label()
            )
        })
        .collect()
}

fn aside(arrangement: &Arrangement) -> String {
    if arrangement.aside.is_empty() {
        return String::new();
    }
    let mut text = "\n# 没有列入的文件：\n".to_owned();
    for file in &arrangement.aside {
        text.push_str(&format!("#   {}：{}\n", comment(&file.shown), comment(&file.why)));
    }
    text
}
