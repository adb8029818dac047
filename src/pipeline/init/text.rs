//! The text of a project file: what it says, and comments that say how to change it.

use std::collections::BTreeMap;

use super::{Arrangement, LeftAside, RecognisedFile};
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
    let mut lines = settings(arrangement);
    for (key, files) in sources(arrangement) {
        lines.extend(source(&key, &files, arrangement));
    }
    lines.extend(missing(arrangement));
    lines.extend(aside(arrangement));
    format!("{HEAD}{}\n", lines.join("\n"))
}

fn settings(arrangement: &Arrangement) -> Vec<String> {
    let unit = arrangement.unit.as_deref().unwrap_or_default();
    let mut lines = Vec::new();
    if !unit.is_empty() {
        lines.push(format!("title = {}", quoted(&format!("{unit}技能脱贫数据比对"))));
    }
    let how = match (unit.is_empty(), arrangement.unit_is_given) {
        (true, _) => "请填写填报单位，如 \"佳木斯市\"",
        (false, true) => "填报单位",
        (false, false) => "填报单位，由建档立卡信息的地名推断，请核对",
    };
    lines.push(format!("unit = {}    # {how}", quoted(unit)));
    if let Some(as_of) = arrangement.as_of {
        let how = if arrangement.as_of_is_given {
            "报告日期"
        } else {
            "报告日期，由名单里的日期推断，请核对"
        };
        lines.push(format!("as_of = {as_of}    # {how}"));
    }
    lines.push("# 统计时段：half-year 本半年，year-to-date 本年初至报告日期".to_owned());
    lines.push("report_window = \"half-year\"".to_owned());
    lines
}

fn sources(arrangement: &Arrangement) -> BTreeMap<SourceKey, Vec<&RecognisedFile>> {
    let mut sources: BTreeMap<SourceKey, Vec<&RecognisedFile>> = BTreeMap::new();
    for file in &arrangement.files {
        sources.entry((file.list.clone(), file.region.clone())).or_default().push(file);
    }
    sources
}

fn source(key: &SourceKey, files: &[&RecognisedFile], arrangement: &Arrangement) -> Vec<String> {
    let (list, region) = key;
    let rows: usize = files.iter().map(|file| file.rows).sum();
    let of = region.as_ref().map_or_else(String::new, |city| format!("（{}）", comment(city)));
    let head = format!("# {}{of}：{} 个文件，{rows} 行", list.label(), files.len());
    let mut lines = vec![String::new(), head, "[[source]]".to_owned()];
    lines.push(format!("kind = \"{}\"", list.kind.key()));
    lines.extend(list.list.as_ref().map(|name| format!("list = {}", quoted(name))));
    lines.extend(region.as_ref().map(|city| format!("region = {}", quoted(city))));
    let patterns = patterns(files, key, arrangement);
    if let [only] = patterns.as_slice() {
        lines.push(format!("files = [{}]", quoted(only)));
    } else {
        lines.push("files = [".to_owned());
        lines.extend(patterns.iter().map(|pattern| format!("    {},", quoted(pattern))));
        lines.push("]".to_owned());
    }
    lines
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
pub fn pattern(shown: &str) -> String {
    let escaped = glob::Pattern::escape(shown);
    let odd = |letter: char| letter.is_control() || letter == '\\';
    escaped.chars().map(|letter| if odd(letter) { '?' } else { letter }).collect()
}

/// A text as TOML writes it: a string of JSON is one of TOML.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

/// A text in a comment stays on its line.
fn comment(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

fn missing(arrangement: &Arrangement) -> Vec<String> {
    let has = |kind| arrangement.files.iter().any(|file| file.list.kind == kind);
    let kinds = [SourceKind::Registry, SourceKind::Enrollment, SourceKind::Training];
    let lacking = kinds.into_iter().filter(|kind| !has(*kind));
    let block = |kind: SourceKind| {
        let (label, key) = (kind.label(), kind.key());
        [
            String::new(),
            format!("# 没有认出{label}。收到后放进一个文件夹，去掉下面三行开头的 # ："),
            "# [[source]]".to_owned(),
            format!("# kind = \"{key}\""),
            format!("# files = [\"{label}/*\"]"),
        ]
    };
    lacking.flat_map(block).collect()
}

fn aside(arrangement: &Arrangement) -> Vec<String> {
    if arrangement.aside.is_empty() {
        return Vec::new();
    }
    let told = |file: &LeftAside| format!("#   {}：{}", comment(&file.shown), comment(&file.why));
    let head = [String::new(), "# 没有列入的文件：".to_owned()];
    head.into_iter().chain(arrangement.aside.iter().map(told)).collect()
}
