//! The start pages: the projects there are, the choice of a folder, what its files are.

use std::path::Path;

use maud::{DOCTYPE, Markup, html};

use super::{head, headings};
use crate::desk::front::{FrontJob, FrontState, KnownProject, ShownFolder, UsualPlace};
use crate::pipeline::init::{Arrangement, RecognisedFile, all_lists, half_year};
use crate::vocabulary::SourceKind;

/// The page of which nothing but the forms is printed.
const PAPER: &str = "/forms";

/// A page around its body; `tab` is the address it belongs to.
pub(super) fn front_frame(state: &FrontState, tab: &str, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(&format!("{title} · 比对"), None))
            body {
                a.skip href="#main" { "跳到正文" }
                header.screen[tab == PAPER] {
                    b.project { "比对" }
                    nav aria-label="各页" {
                        a href="/" aria-current=[(tab == "/").then_some("page")] { "开始" }
                        @if let Some((folder, _)) = &state.arranged {
                            a href="/arranged" aria-current=[(tab == "/arranged").then_some("page")] { "新建：" (folder.file_name().unwrap_or_default().to_string_lossy()) }
                        }
                        @if let Some(open) = &state.open {
                            a href="/project" aria-current=[(tab == "/project").then_some("page")] { (open.project.title) }
                            a href="/columns" aria-current=[(tab == "/columns").then_some("page")] { "各列" }
                            @if !open.results.is_empty() { a href="/forms" aria-current=[(tab == "/forms").then_some("page")] { "附件2、3" } }
                        }
                        @if state.file.is_some() { a href="/settings" aria-current=[(tab == "/settings").then_some("page")] { "设置" } }
                        a href="/help" target="_blank" { "帮助" }
                    }
                }
                main #main tabindex="-1" {
                    @if let Some(words) = &state.notice { p.notice role="status" { (words) } }
                    @if let Some(why) = &state.failed {
                        div.notice.refusal role="alert" { @for line in why.lines() { p { (line) } } }
                    }
                    @if let Some(job) = &state.running { (running(job)) }
                    (body)
                }
            }
        }
    }
}

/// How far a job is; the page asks again by itself.
fn running(job: &FrontJob) -> Markup {
    html! {
        section.run aria-live="polite" {
            h2 { (job.title) "……" }
            p {
                @if job.step.name.is_empty() { "准备中" } @else { (job.step.name) }
                @match job.step.percent() {
                    Some(percent) => { " " (percent) "%" br; progress max="100" value=(percent) aria-label=(job.step.name) {} }
                    None => { br; progress aria-label="进行中" {} }
                }
            }
        }
        noscript { p { a href="" { "刷新看进度" } } }
    }
}

/// For those who have to come in first.
pub(in crate::desk) fn turned_away(words: &str) -> Markup {
    super::door::refusal("不能进入", words, &html! {})
}

/// The hidden field every form carries.
pub(super) fn secret_field(secret: &str) -> Markup {
    html! { input type="hidden" name="secret" value=(secret); }
}

/// The first page.
pub(in crate::desk) fn home(
    state: &FrontState,
    secret: &str,
    projects: &[KnownProject],
    home: &Path,
) -> Markup {
    let body = html! {
        h1 { "开始" }
        h2 { "新建" }
        p { "把收到的导出文件（建档立卡信息、学籍、培训实名制等）放在一个文件夹里，程序按内容辨认，不移动、不改动原来的文件。" }
        p { a.button href="/choose" { "选择文件夹" } }
        p { "文件还没有放在一起的，也可以直接拖到下面，程序在“" (home.to_string_lossy()) "”里新建一个文件夹来放：" }
        (drop_zone(secret, &html! {
            label { "新项目的名字" input name="new" required maxlength="40" placeholder="如 2019年上半年"; }
        }, "新建并辨认"))
        h2 { "已有的项目" }
        @if projects.is_empty() {
            p.empty { "还没有打开过项目。选择有 project.toml 的文件夹，就可以打开。" }
        } @else {
            table.list {
                (headings(&["项目", "位置", "打开", "去掉"]))
                tbody { @for project in projects { (known(project, secret)) } }
            }
        }
        p.note { "只在本机使用，不连外网。" }
    };
    front_frame(state, "/", "开始", &body)
}

/// A field for files that may be dropped on it; `place` says where they go and comes before them.
pub(super) fn drop_zone(secret: &str, place: &Markup, words: &str) -> Markup {
    html! {
        form.drop method="post" action="/upload" enctype="multipart/form-data" {
            (secret_field(secret))
            (place)
            label { "文件（可以拖到这里，一次多个）" input type="file" name="files" multiple required; }
            button type="submit" { (words) }
        }
    }
}

fn known(project: &KnownProject, secret: &str) -> Markup {
    let path = project.path.to_string_lossy();
    let button = |address: &str, words: &str| {
        html! {
            form.inline method="post" action=(address) {
                (secret_field(secret))
                input type="hidden" name="project" value=(path);
                button type="submit" { (words) span.hidden { "：" (path) } }
            }
        }
    };
    html! {
        tr {
            td { @match &project.title { Some(title) => (title), None => span.lost { "项目文件打不开" } } }
            td.path { (path) }
            td { (button("/open", "打开")) }
            td { (button("/forget", "从列表去掉")) }
        }
    }
}

/// The choice of a folder.
pub(in crate::desk) fn choose(
    state: &FrontState,
    secret: &str,
    folder: &ShownFolder,
    places: &[UsualPlace],
) -> Markup {
    let path = folder.path.to_string_lossy();
    let parent = folder.path.parent().map(|parent| parent.to_string_lossy());
    let at = |name: &str| folder.path.join(name).to_string_lossy().into_owned();
    let body = html! {
        h1 { "选择文件夹" }
        form.filters method="get" action="/choose" {
            label { "文件夹（可以从资源管理器的地址栏复制过来）" input #folder name="at" value=(path) size="70"; }
            button type="submit" { "转到" }
        }
        @if !places.is_empty() {
            p { "常用：" @for place in places { a href=(link(&place.path.to_string_lossy())) { (place.name) } " " } }
        }
        @if let Some(why) = &folder.closed { p.notice.refusal role="alert" { "这个文件夹打不开：" (why) } }
        @else { (use_it(folder, secret)) }
        h2 { "里面的文件夹" }
        ul.folders {
            @if let Some(parent) = parent { li { a href=(link(&parent)) { "上一级：" (parent) } } }
            @for name in &folder.folders { li { a href=(link(&at(name))) { (name) } } }
        }
        @if folder.count > 0 {
            h2 { "里面的文件" small { (folder.count) " 个" } }
            ul { @for name in &folder.files { li { (name) } } @if folder.count > folder.files.len() { li.faint { "……" } } }
        }
    };
    front_frame(state, "/", "选择文件夹", &body)
}

fn use_it(folder: &ShownFolder, secret: &str) -> Markup {
    let path = folder.path.to_string_lossy();
    let (address, name, words) = if folder.is_project {
        ("/open", "project", "打开这个项目")
    } else {
        ("/arrange", "folder", "辨认这个文件夹里的文件")
    };
    html! {
        form.inline method="post" action=(address) {
            (secret_field(secret))
            input type="hidden" name=(name) value=(path);
            button.main type="submit" { (words) }
        }
        @if !folder.is_project {
            p.note { "连同下面各层文件夹里的文件。辨认时不写任何文件。" }
            details {
                summary { "把文件放进这个文件夹" }
                (drop_zone(secret, &html! { input type="hidden" name="folder" value=(path); }, "放进来并辨认"))
            }
        }
    }
}

/// The address of a folder in the chooser.
fn link(path: &str) -> String {
    format!("/choose?at={}", escaped(path))
}

/// A text as a value in an address.
pub(super) fn escaped(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}

/// What the files of a folder are; every line can be corrected.
pub(in crate::desk) fn arranged(state: &FrontState, secret: &str) -> Markup {
    let body = html! {
        h1 { "辨认结果" }
        @match &state.arranged {
            Some((folder, arrangement)) => {
                p { "文件夹 " span.path { (folder.to_string_lossy()) } "。请核对，不对的在表里改；确认后写成项目文件 project.toml。" }
                (table(arrangement, secret))
            }
            None if state.running.is_some() => {}
            None => { p.empty { "没有正在新建的项目。" a href="/choose" { "选择文件夹" } } }
        }
    };
    front_frame(state, "/arranged", "辨认结果", &body)
}

fn table(arrangement: &Arrangement, secret: &str) -> Markup {
    let recognised = arrangement.files.len();
    html! {
        form method="post" action="/write" {
            (secret_field(secret))
            div.filters {
                label { "填报单位" input name="unit" required maxlength="40" value=(arrangement.unit.as_deref().unwrap_or_default()); }
                label { "报告日期" input name="as_of" type="date" required value=[arrangement.as_of]; }
            }
            @if let Some(as_of) = arrangement.as_of { p.note { "统计 " (half_year(as_of)) "。单位由登记的地名、日期由名单里的日期推断，请核对。" } }
            @for lack in arrangement.lacks() { p.notice.refusal role="alert" { (lack) } }
            table.list.sorted {
                caption { "认出 " (recognised) " 个文件，未列入 " (arrangement.aside.len()) " 个" }
                (headings(&["文件", "是什么", "#行数", "时段", "哪里的、谁的", "外市登记（市名）"]))
                tbody {
                    @for (number, file) in arrangement.files.iter().enumerate() { (line(number, file)) }
                    @for (number, file) in arrangement.aside.iter().enumerate() {
                        @let number = recognised + number;
                        tr {
                            td.path { (file.shown) br; small { (file.why) } }
                            td { (kinds(number, &file.shown, "")) }
                            td.n { "—" } td { "—" } td { "—" } td { (region(number, &file.shown, "")) }
                        }
                    }
                }
            }
            p { button.main type="submit" { "写成项目文件" } }
        }
    }
}

fn line(number: usize, file: &RecognisedFile) -> Markup {
    let chosen = file.list.list.as_deref().unwrap_or_else(|| file.list.kind.key());
    html! {
        tr {
            td.path { (file.shown) @for note in &file.notes { br; small.lost { (note) } } }
            td { (kinds(number, &file.shown, chosen)) }
            td.n { (file.rows) }
            td { @match file.period { Some((first, last)) => { (first.strftime("%Y-%m").to_string()) "至" (last.strftime("%Y-%m").to_string()) } None => "—" } }
            td { @if file.whose.is_empty() { "—" } @else { (file.whose.join("、")) } }
            td { @if file.list.kind == SourceKind::Registry { (region(number, &file.shown, file.region.as_deref().unwrap_or_default())) } }
        }
    }
}

pub(super) fn kinds(number: usize, shown: &str, chosen: &str) -> Markup {
    html! {
        select name=(format!("k{number}")) aria-label=(format!("{shown} 是什么")) {
            option value="" selected[chosen.is_empty()] { "不列入" }
            @for (key, list) in all_lists() {
                option value=(key) selected[key == chosen] { (list.label()) }
            }
        }
    }
}

pub(super) fn region(number: usize, shown: &str, city: &str) -> Markup {
    html! { input name=(format!("r{number}")) value=(city) size="8" maxlength="40" aria-label=(format!("{shown} 是哪个市的登记，本市不填")); }
}
