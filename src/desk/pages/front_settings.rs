//! All settings of a project file in one form, each with what is wrong with it.

use maud::{Markup, html};

use super::front::{front_frame, secret_field};
use crate::config::edit::{SettingField, SettingGroup, SettingShape};
use crate::desk::drafts::SettingsDraft;
use crate::desk::front::FrontState;

/// Lines of a field for several lines, at most; it scrolls beyond.
const MOST_LINES: usize = 12;

/// The page.
pub(in crate::desk) fn project_settings(
    state: &FrontState,
    secret: &str,
    draft: &Result<SettingsDraft, String>,
) -> Markup {
    let path = state.file.as_ref().map(|path| path.to_string_lossy().into_owned());
    let body = html! {
        h1 { "设置" }
        p.path { "项目文件 " (path.unwrap_or_default()) }
        @match draft {
            Err(why) => p.notice.refusal role="alert" { "项目文件读不了：" (why) },
            Ok(draft) => (of_draft(draft, state.draft.is_some(), secret)),
        }
    };
    front_frame(state, "/settings", "设置", &body)
}

fn of_draft(draft: &SettingsDraft, is_changed: bool, secret: &str) -> Markup {
    html! {
        p.note { "只改动过的设置会写进项目文件；文件里的说明、次序和其余内容不动。不填的，按格子下面写的办。" }
        @if !draft.mistakes.others.is_empty() {
            div.notice.refusal role="alert" {
                @for mistake in &draft.mistakes.others {
                    p { @if mistake.line > 0 { "第" (mistake.line) "行：" } (mistake.message) }
                }
            }
        }
        @if is_changed {
            form.inline method="post" action="/settings/drop" { (secret_field(secret)) button type="submit" { "放弃没有保存的改动" } }
        }
        @if !draft.groups.is_empty() {
            form method="post" action="/settings" {
                (secret_field(secret))
                input type="hidden" name="base" value=(draft.base);
                @for group in &draft.groups { (section(group, draft)) }
                p.verdict { button.main type="submit" { "保存" } }
            }
        }
        (whole(draft, secret))
    }
}

fn section(group: &SettingGroup, draft: &SettingsDraft) -> Markup {
    let wrong = |path: &String| draft.mistakes.at.contains_key(path);
    let has_mistakes = wrong(&group.path) || group.fields.iter().any(|field| wrong(&field.path));
    let is_open = has_mistakes || group.path.is_empty() || group.path == "form";
    let told: Vec<&str> = if group.is_repeated && !group.is_new {
        group.fields.iter().map(first_words).filter(|words| !words.is_empty()).take(2).collect()
    } else {
        Vec::new()
    };
    html! {
        details.settings open[is_open] {
            summary { b { (group.title) } @if !told.is_empty() { small { (told.join("，")) } } }
            @for message in draft.mistakes.at.get(&group.path).into_iter().flatten() {
                p.lost role="alert" { (message) }
            }
            div.fields { @for field in &group.fields { (entry(field, draft)) } }
            @if group.is_repeated && !group.is_new {
                p { label { input type="checkbox" name=(format!("out:{}", group.path)) value="1"; " 去掉这一段（连同文件里紧挨在它上面的说明）" } }
            }
        }
    }
}

/// What a section is about, for its closed form.
fn first_words(field: &SettingField) -> &str {
    let line = field.value.lines().next().unwrap_or_default();
    match field.shape {
        SettingShape::Choice(words) => {
            words.iter().find(|(word, _)| *word == line).map_or(line, |(_, label)| label)
        }
        SettingShape::Text | SettingShape::Texts => line,
        _ => "",
    }
}

fn entry(field: &SettingField, draft: &SettingsDraft) -> Markup {
    let mistakes = draft.mistakes.at.get(&field.path);
    let (name, told) = (format!("s:{}", field.path), format!("t:{}", field.path));
    let lines = field.value.lines().count().clamp(1, MOST_LINES) + 1;
    let is_wrong = mistakes.is_some().then_some("true");
    html! {
        div.field {
            label for=(name) { (field.label) }
            @match field.shape {
                SettingShape::Flag => (choice(field, &name, &told, &[("true", "是"), ("false", "否")])),
                SettingShape::Choice(words) => (choice(field, &name, &told, words)),
                shape if shape.is_long() => textarea #(name) name=(name) rows=(lines) aria-describedby=(told) aria-invalid=[is_wrong] spellcheck="false" { (field.value) },
                _ => input #(name) name=(name) value=(field.value) maxlength="400" aria-describedby=(told) aria-invalid=[is_wrong] autocomplete="off";,
            }
            small #(told) {
                (field.told)
                @for message in mistakes.into_iter().flatten() { b.lost role="alert" { " " (message) } }
            }
        }
    }
}

fn choice(field: &SettingField, name: &str, told: &str, words: &[(&str, &str)]) -> Markup {
    let is_known = field.value.is_empty() || words.iter().any(|(word, _)| *word == field.value);
    html! {
        select #(name) name=(name) aria-describedby=(told) {
            option value="" selected[field.value.is_empty()] { "（不填）" }
            @if !is_known { option value=(field.value) selected { (field.value) } }
            @for (word, label) in words { option value=(word) selected[*word == field.value] { (label) } }
        }
    }
}

/// The file as it is, for whatever no field asks for.
fn whole(draft: &SettingsDraft, secret: &str) -> Markup {
    let is_broken = draft.groups.is_empty();
    html! {
        details open[is_broken] {
            summary { "直接改项目文件的全文" }
            form method="post" action="/settings/text" {
                (secret_field(secret))
                input type="hidden" name="base" value=(draft.base);
                label for="whole" { "project.toml（# 后面是说明）" }
                textarea.whole #whole name="text" rows="24" spellcheck="false" { "\n" (draft.text.trim_start_matches('\u{feff}')) }
                p { button type="submit" { "保存全文" } }
            }
        }
    }
}
