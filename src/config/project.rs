//! The project file's tables → [`Project`], each key checked once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::vocabulary::{Field, SourceKind, unit};

use super::folder::root_of;
use super::mistakes::{MistakeCollector, nearest};
use super::section::Section;
use super::{
    Binding, FigureSettings, LiangHouSheng, PlaceAlias, Project, ReportWindow, Source,
    TrainingDate, directory, policy,
};

pub(super) const TOP_KEYS: [&str; 13] = [
    "title",
    "unit",
    "as_of",
    "report_window",
    "model",
    "source",
    "figures",
    "place",
    "institution",
    "form",
    "review",
    "programmes",
    "target",
];

pub(super) const FIGURE_KEYS: [&str; 7] = [
    "liang_hou_sheng",
    "liang_hou_sheng_ages",
    "count_suspended",
    "full_time_only",
    "training_date",
    "count_undated_employment",
    "worker_ages",
];

pub(super) const SOURCE_KEYS: [&str; 10] = [
    "kind",
    "list",
    "files",
    "region",
    "institution",
    "columns",
    "unused",
    "labels",
    "passwords",
    "allow_missing",
];

pub(super) const FORM_KEYS: [&str; 4] =
    ["filled_by", "filled_on", "institution_order", "templates"];

pub(super) const REVIEW_KEYS: [&str; 1] = ["audit"];

const KINDS: [(&str, SourceKind); 5] = [
    ("registry", SourceKind::Registry),
    ("enrollment", SourceKind::Enrollment),
    ("training", SourceKind::Training),
    ("intention", SourceKind::Intention),
    ("list", SourceKind::List),
];

pub(super) const WINDOWS: [(&str, ReportWindow); 2] =
    [("half-year", ReportWindow::HalfYear), ("year-to-date", ReportWindow::YearToDate)];

/// Builds the project from the top table; what cannot be read becomes a mistake.
pub(super) fn build(
    top: &Section<'_, '_>,
    path: &Path,
    as_of_override: Option<Date>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<Project> {
    let root = root_of(path);
    check_keys(top, mistakes);
    let unit = unit_of(top, mistakes);
    let as_of = as_of(top, as_of_override, mistakes);
    let mut sources = sources(top, mistakes);
    let mut policy = policy::policies(top, &root, mistakes);
    lists_of_their_own(&mut sources, &mut policy.catalogues);
    policy::settle_lists(top, &mut sources, &policy.lists, mistakes);
    let form = top.section("form", mistakes);
    let form = form.as_ref();
    let filled_by = form.and_then(|form| form.text("filled_by", mistakes));
    let filled_on = form.and_then(|form| form.date("filled_on", mistakes));
    let order = form.map(|form| form.texts("institution_order", mistakes)).unwrap_or_default();
    let by_quarter = policy.programmes.iter().filter(|one| !one.periods.is_empty());
    let reports: Vec<&str> = by_quarter.map(|one| one.id.as_str()).collect();
    let templates = form.map(|form| templates(form, &root, &reports, mistakes)).unwrap_or_default();
    let review = top.section("review", mistakes);
    let audit = review.and_then(|review| review.count("audit", mistakes)).unwrap_or(0);
    let title = top.text("title", mistakes);
    let window = top.word("report_window", &WINDOWS, mistakes).unwrap_or_default();
    let figures = figures(top, mistakes);
    let places = places(top, mistakes);
    let institutions = directory::read(top, mistakes);
    let model = model(top, &root, mistakes);
    let (unit, as_of) = (unit?, as_of?);
    Some(Project {
        title: title.unwrap_or_else(|| format!("{unit}技能脱贫数据比对")),
        root,
        path: path.to_owned(),
        unit,
        as_of,
        report_window: window,
        sources,
        figures,
        places,
        institutions,
        model,
        filled_by,
        filled_on,
        institution_order: order,
        templates,
        audit,
        programmes: policy.programmes,
        lists: policy.lists,
        catalogues: policy.catalogues,
        targets: policy.targets,
    })
}

/// Lists with a room of their own: the villages' wishes, and posts, which are about nobody.
fn lists_of_their_own(sources: &mut Vec<Source>, catalogues: &mut BTreeMap<String, Vec<String>>) {
    let is_list = |source: &Source, name: &str| source.list.as_deref() == Some(name);
    for source in sources.iter_mut().filter(|source| is_list(source, "intention")) {
        source.kind = SourceKind::Intention;
        source.list = None;
    }
    for source in sources.iter().filter(|source| is_list(source, "jobs")) {
        catalogues.entry("jobs".to_owned()).or_default().extend(source.files.iter().cloned());
    }
    sources.retain(|source| !is_list(source, "jobs"));
}

/// Unknown keys of all single tables. A counting rule is allowed at top level or under `[figures]`.
fn check_keys(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) {
    let with_rules: Vec<&str> = TOP_KEYS.iter().chain(&FIGURE_KEYS).copied().collect();
    for (key, span) in top.keys() {
        if FORM_KEYS.contains(&key) {
            mistakes.add(&span, format!("“{key}”应写在 [form] 一段里"));
        } else if REVIEW_KEYS.contains(&key) {
            mistakes.add(&span, format!("“{key}”应写在 [review] 一段里"));
        } else if SOURCE_KEYS.contains(&key) && key != "institution" {
            mistakes.add(&span, format!("“{key}”应写在某个 [[source]] 一段里"));
        } else if !with_rules.contains(&key) {
            mistakes.add(&span, unknown_at_top(key, &with_rules));
        }
    }
    let tables =
        [("figures", &FIGURE_KEYS[..]), ("form", &FORM_KEYS[..]), ("review", &REVIEW_KEYS[..])];
    for (table, keys) in tables {
        if let Some(section) = top.section(table, mistakes) {
            section.allow(keys, mistakes);
        }
    }
}

fn unknown_at_top(key: &str, known: &[&str]) -> String {
    let hint = match nearest(key, known.iter().copied()) {
        Some(name) => format!("是否应为“{name}”？"),
        None => format!("可用的设置：{}", TOP_KEYS.join("、")),
    };
    format!("没有“{key}”这个设置；{hint}")
}

fn unit_of(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Option<String> {
    if !top.has("unit") {
        mistakes.add_whole("缺“unit”（填报单位）；请加一行，如 unit = \"佳木斯市\"");
    }
    let written = top.text("unit", mistakes)?;
    let bare = unit::bare_name(&written);
    if bare.is_empty() {
        mistakes.add(&top.span_of("unit"), "“unit”要写出地名，如 unit = \"佳木斯市\"");
        return None;
    }
    Some(bare)
}

fn as_of(
    top: &Section<'_, '_>,
    as_of_override: Option<Date>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<Date> {
    let written = top.date("as_of", mistakes);
    if !top.has("as_of") && as_of_override.is_none() {
        mistakes.add_whole(
            "缺“as_of”（报告日期）；请加一行，如 as_of = 2019-06-10，或在命令后加 --as-of 2019-06-10",
        );
    }
    as_of_override.or(written)
}

fn sources(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Vec<Source> {
    let sections = top.sections("source", mistakes);
    let sources: Vec<Source> =
        sections.iter().filter_map(|section| source(section, mistakes)).collect();
    // Where a section could not be read, what seems to be missing may be inside it.
    let read_all = sources.len() == sections.len();
    if read_all && (!sections.is_empty() || !top.has("source")) {
        check_kinds(&sources, mistakes);
    }
    sources
}

/// A comparison needs a registry and at least one list to look up in it.
fn check_kinds(sources: &[Source], mistakes: &mut MistakeCollector<'_>) {
    let has = |kind| sources.iter().any(|source| source.kind == kind);
    if !has(SourceKind::Registry) {
        mistakes.add_whole("没有建档立卡信息：至少要有一个 [[source]] 写着 kind = \"registry\"");
    }
    if !has(SourceKind::Enrollment) && !has(SourceKind::Training) {
        mistakes.add_whole(
            "没有要比对的数据：至少要有一个 [[source]] 写着 kind = \"enrollment\"（技工院校学籍）或 kind = \"training\"（职业培训实名制）",
        );
    }
}

/// Whether the files of a kind come from schools or agencies.
fn has_institution(kind: SourceKind) -> bool {
    matches!(kind, SourceKind::Enrollment | SourceKind::Training)
}

fn source(section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Option<Source> {
    section.allow(&SOURCE_KEYS, mistakes);
    for key in ["kind", "files"].into_iter().filter(|key| !section.has(key)) {
        mistakes.add_absent(&section.span, format!("{}没有写", section.label(key)));
    }
    let kind = section.word("kind", &KINDS, mistakes);
    let source = Source {
        files: files(section, mistakes),
        region: section.text("region", mistakes).map(|region| unit::bare_name(&region)),
        institution: section.text("institution", mistakes),
        columns: columns(section, mistakes),
        unused: section.texts("unused", mistakes),
        labels: labels(section, mistakes),
        passwords: section.texts("passwords", mistakes),
        allow_missing: section.flag("allow_missing", mistakes).unwrap_or(false),
        list: section.text("list", mistakes),
        definition: None,
        kind: kind?,
    };
    check_list(section, &source, mistakes);
    if section.has("allow_missing") && source.kind != SourceKind::Registry {
        let message = format!("{}只用于 kind = \"registry\"", section.label("allow_missing"));
        mistakes.add(&section.span_of("allow_missing"), message);
    }
    if source.region.is_some() && source.kind != SourceKind::Registry {
        let message = format!("{}只用于 kind = \"registry\"", section.label("region"));
        mistakes.add(&section.span_of("region"), message);
    }
    if source.institution.is_some() && !has_institution(source.kind) {
        let message =
            format!("{}不用于 kind = \"{}\"", section.label("institution"), source.kind.key());
        mistakes.add(&section.span_of("institution"), message);
    }
    Some(source)
}

/// A list says which list it is, and nothing else does.
fn check_list(section: &Section<'_, '_>, source: &Source, mistakes: &mut MistakeCollector<'_>) {
    if source.kind == SourceKind::List && source.list.is_none() {
        let message = format!("{}没有写；请写明是哪种名单", section.label("list"));
        mistakes.add_absent(&section.span, message);
    }
    if source.kind != SourceKind::List && source.list.is_some() {
        let message = format!("{}只用于 kind = \"list\"", section.label("list"));
        mistakes.add(&section.span_of("list"), message);
    }
}

pub(super) fn files(section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Vec<String> {
    let files: Vec<String> = section
        .texts("files", mistakes)
        .into_iter()
        .map(|pattern| pattern.replace('\\', "/"))
        .collect();
    if section.is_empty_list("files") {
        let message = format!("{}没有列出任何文件", section.label("files"));
        mistakes.add_absent(&section.span_of("files"), message);
    }
    for file in &files {
        if glob::Pattern::new(file).is_err() {
            let message = format!(
                "{}的“{file}”不是有效的文件名式样；可用 * 代表任意文字，如 inputs/registry/*.xlsx",
                section.label("files")
            );
            mistakes.add(&section.span_of("files"), message);
        }
    }
    files
}

fn columns(
    section: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> BTreeMap<String, Vec<String>> {
    let Some(table) = section.section("columns", mistakes) else { return BTreeMap::new() };
    check_fields(&table, mistakes);
    table.lists(mistakes)
}

fn labels(
    section: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let Some(table) = section.section("labels", mistakes) else { return BTreeMap::new() };
    check_fields(&table, mistakes);
    let mut labels = BTreeMap::new();
    for (key, _) in table.keys() {
        if let Some(field) = table.section(key, mistakes) {
            labels.insert(key.to_owned(), field.pairs(mistakes));
        }
    }
    labels
}

/// Keys of `columns` and `labels` are field names.
fn check_fields(table: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) {
    for (key, span) in table.keys().filter(|(key, _)| Field::from_key(key).is_none()) {
        let known = nearest(key, Field::ALL.iter().map(|field| field.key()));
        let hint = known.map_or_else(
            || "字段名见 schemas/sources 下的文件".to_owned(),
            |name| format!("是否应为“{name}”？"),
        );
        mistakes.add(&span, format!("{}不是字段名；{hint}", table.label(key)));
    }
}

fn figures(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> FigureSettings {
    let table = top.section("figures", mistakes);
    let mut settings = FigureSettings::default();
    apply_figures(top, &mut settings, mistakes);
    let Some(table) = table else { return settings };
    for (key, span) in table.keys().filter(|(key, _)| top.has(key) && FIGURE_KEYS.contains(key)) {
        mistakes.add(&span, format!("“{key}”在最上面和 [figures] 里各写了一次；请只留一个"));
    }
    apply_figures(&table, &mut settings, mistakes);
    settings
}

fn apply_figures(
    table: &Section<'_, '_>,
    settings: &mut FigureSettings,
    mistakes: &mut MistakeCollector<'_>,
) {
    let dates = [("start", TrainingDate::Start), ("end", TrainingDate::End)];
    set(&mut settings.liang_hou_sheng, rule_words(table, mistakes));
    set(&mut settings.liang_hou_sheng_ages, table.ages("liang_hou_sheng_ages", mistakes));
    set(&mut settings.count_suspended, table.flag("count_suspended", mistakes));
    set(&mut settings.full_time_only, table.flag("full_time_only", mistakes));
    set(&mut settings.training_date, table.word("training_date", &dates, mistakes));
    let undated = table.flag("count_undated_employment", mistakes);
    set(&mut settings.count_undated_employment, undated);
    set(&mut settings.worker_ages, table.ages("worker_ages", mistakes));
}

/// What column ① counts.
pub(super) fn rule_words(
    table: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<LiangHouSheng> {
    let rules =
        [("intake", LiangHouSheng::Intake), ("paired-counties", LiangHouSheng::PairedCounties)];
    table.word("liang_hou_sheng", &rules, mistakes)
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn places(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Vec<PlaceAlias> {
    let sections = top.sections("place", mistakes);
    sections.iter().filter_map(|section| place(section, mistakes)).collect()
}

fn place(section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Option<PlaceAlias> {
    section.allow(&["from", "to"], mistakes);
    for key in ["from", "to"].into_iter().filter(|key| !section.has(key)) {
        mistakes.add_absent(&section.span, format!("{}没有写", section.label(key)));
    }
    let (from, to) = (section.text("from", mistakes), section.text("to", mistakes));
    Some(PlaceAlias { from: from?, to: to? })
}

/// The binding files of the bureau's own blank forms; their mistakes are the project's.
fn templates(
    form: &Section<'_, '_>,
    root: &Path,
    reports: &[&str],
    mistakes: &mut MistakeCollector<'_>,
) -> Vec<Binding> {
    let span = form.span_of("templates");
    let mut found: Vec<Binding> = Vec::new();
    for written in form.texts("templates", mistakes) {
        match Binding::load(root, &root.join(written.replace('\\', "/")), reports) {
            Ok(one) if found.iter().any(|other| other.form == one.form) => {
                mistakes
                    .add(&span, format!("[form] 的“templates”里同一张表有两个表样：“{written}”"));
            }
            Ok(binding) => found.push(binding),
            Err(errors) => {
                for one in errors.mistakes {
                    let line = if one.line == 0 {
                        String::new()
                    } else {
                        format!("第{}行：", one.line)
                    };
                    mistakes.add(&span, format!("“{written}”{line}{}", one.message));
                }
            }
        }
    }
    found
}

fn model(
    top: &Section<'_, '_>,
    root: &Path,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<PathBuf> {
    let written = top.text("model", mistakes)?;
    let path = root.join(&written);
    if !path.is_file() {
        let message = format!("“model”指的文件“{written}”不存在（按项目文件所在文件夹查找）");
        mistakes.add(&top.span_of("model"), message);
    }
    Some(path)
}
