//! `[programmes]`, `[[target]]` and the lists of a project file.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::mistakes::{MistakeCollector, nearest};
use crate::config::section::Section;
use crate::config::{ConfigErrors, Source, read_text};
use crate::vocabulary::SourceKind;

use super::programme::{self, PolicySettings};
use super::{ListDefinition, Programme, Target, shipped_lists, shipped_programmes};

/// What a project file says of policy.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct ProjectPolicy {
    /// Programmes in use, in the order of `use`, with the project's own settings.
    pub(in crate::config) programmes: Vec<Programme>,
    /// Every list there is, by rank.
    pub(in crate::config) lists: Vec<ListDefinition>,
    /// Files of a catalogue's name.
    pub(in crate::config) catalogues: BTreeMap<String, Vec<String>>,
    /// The project's own numbers.
    pub(in crate::config) targets: Vec<Target>,
}

/// Reads what a project says of policy.
pub(in crate::config) fn policies(
    top: &Section<'_, '_>,
    root: &Path,
    mistakes: &mut MistakeCollector<'_>,
) -> ProjectPolicy {
    let section = top.section("programmes", mistakes);
    let mut lists = shipped_lists().to_vec();
    let mut known = shipped_programmes().to_vec();
    let mut found = ProjectPolicy::default();
    if let Some(section) = &section {
        section.allow(&["use", "files", "lists", "catalogues", "settings"], mistakes);
        for one in own_files(section, "lists", root, ListDefinition::parse, mistakes) {
            lists.retain(|other| other.list != one.list);
            lists.push(one);
        }
        for one in own_files(section, "files", root, Programme::parse, mistakes) {
            known.retain(|other| other.id != one.id);
            known.push(one);
        }
        let settings = own_settings(section, &known, mistakes);
        found.programmes = used(section, &known, &settings, mistakes);
        let catalogues = section.section("catalogues", mistakes);
        found.catalogues = catalogues.map(|one| one.lists(mistakes)).unwrap_or_default();
        check_lists(section, &found.programmes, &lists, mistakes);
    }
    lists.sort_by(|a, b| (a.rank, &a.list).cmp(&(b.rank, &b.list)));
    found.lists = lists;
    found.targets = super::target::own(top, &known, mistakes);
    found
}

/// Rule or list files of the project's own; their mistakes are the project's.
fn own_files<T>(
    section: &Section<'_, '_>,
    key: &str,
    root: &Path,
    parse: fn(&str, &Path) -> Result<T, ConfigErrors>,
    mistakes: &mut MistakeCollector<'_>,
) -> Vec<T> {
    let mut found = Vec::new();
    for written in section.texts(key, mistakes) {
        let path = root.join(written.replace('\\', "/"));
        match read_text(&path).and_then(|text| parse(&text, &path)) {
            Ok(one) => found.push(one),
            Err(errors) => {
                let span = section.span_of_word(key, &written);
                for one in errors.mistakes {
                    let place = if one.line == 0 {
                        String::new()
                    } else {
                        format!("第{}行：", one.line)
                    };
                    mistakes.add(&span, format!("“{written}”{place}{}", one.message));
                }
            }
        }
    }
    found
}

fn used(
    section: &Section<'_, '_>,
    known: &[Programme],
    settings: &BTreeMap<String, PolicySettings>,
    mistakes: &mut MistakeCollector<'_>,
) -> Vec<Programme> {
    let mut found: Vec<Programme> = Vec::new();
    for id in section.texts("use", mistakes) {
        let span = section.span_of_word("use", &id);
        let Some(one) = known.iter().find(|one| one.id == id) else {
            mistakes.add(&span, unknown("项目", &id, &known.iter().map(|one| one.id.as_str())));
            continue;
        };
        if found.iter().any(|other| other.id == id) {
            mistakes.add(&span, format!("[programmes] 的“use”里“{id}”写了两次；请只留一个"));
            continue;
        }
        let mut one = one.clone();
        one.settings.extend(settings.get(&id).cloned().unwrap_or_default());
        found.push(one);
    }
    found
}

fn unknown<'a>(what: &str, wrong: &str, known: &(impl Iterator<Item = &'a str> + Clone)) -> String {
    let hint = nearest(wrong, known.clone()).map_or_else(
        || format!("可用的有：{}", known.clone().collect::<Vec<_>>().join("、")),
        |name| format!("是否应为“{name}”？"),
    );
    format!("没有“{wrong}”这个{what}；{hint}")
}

/// The project's own settings, each of which its programme must know.
fn own_settings(
    section: &Section<'_, '_>,
    known: &[Programme],
    mistakes: &mut MistakeCollector<'_>,
) -> BTreeMap<String, PolicySettings> {
    let mut all = BTreeMap::new();
    let Some(table) = section.section("settings", mistakes) else { return all };
    for (id, span) in table.keys() {
        let Some(one) = known.iter().find(|one| one.id == id) else {
            mistakes.add(&span, unknown("项目", id, &known.iter().map(|one| one.id.as_str())));
            continue;
        };
        let Some(own) = table.section(id, mistakes) else { continue };
        for (key, span) in own.keys().filter(|(key, _)| !one.settings.contains_key(*key)) {
            let keys = one.settings.keys().map(String::as_str);
            mistakes.add(&span, unknown("设置", key, &keys.collect::<Vec<_>>().into_iter()));
        }
        all.insert(id.to_owned(), programme::settings(&own, mistakes));
    }
    all
}

/// Groups and lists that programmes name must exist.
fn check_lists(
    section: &Section<'_, '_>,
    programmes: &[Programme],
    lists: &[ListDefinition],
    mistakes: &mut MistakeCollector<'_>,
) {
    for programme in programmes {
        let derived = ["poor", "junior_senior", "migrant_new"];
        let names = || {
            let own = programme.declared_only.iter().map(String::as_str);
            lists.iter().map(|one| one.list.as_str()).chain(own).chain(derived)
        };
        let rules = programme.rules.iter().flat_map(|rule| {
            rule.groups_any.iter().chain(&rule.insured_unless).chain(&rule.ask_groups)
        });
        let advances = programme.advances.iter().flat_map(|one| &one.groups_any);
        let figures = programme.figures.iter().flat_map(|one| &one.each);
        let mentioned: std::collections::BTreeSet<&String> =
            rules.chain(advances).chain(figures).chain(&programme.lists).collect();
        for wrong in mentioned.into_iter().filter(|one| names().all(|name| name != one.as_str())) {
            let hint = nearest(wrong, names())
                .map_or(String::new(), |name| format!("；是否应为“{name}”？"));
            let message = format!(
                "项目“{}”用到的“{wrong}”不是名单，也没有写在 declared_only 里{hint}",
                programme.id
            );
            mistakes.add(&section.span_of_word("use", &programme.id), message);
        }
    }
}

/// Gives every list source its definition; an unknown list is a mistake.
pub(in crate::config) fn settle_lists(
    top: &Section<'_, '_>,
    sources: &mut [Source],
    lists: &[ListDefinition],
    mistakes: &mut MistakeCollector<'_>,
) {
    for source in sources.iter_mut().filter(|source| source.kind == SourceKind::List) {
        let Some(name) = &source.list else { continue };
        if let Some(one) = lists.iter().find(|one| one.list == *name) {
            source.definition = Some(std::sync::Arc::new(one.clone()));
        } else {
            let span = top.span_of_word("source", name);
            mistakes.add(&span, unknown("名单", name, &lists.iter().map(|one| one.list.as_str())));
        }
    }
}
