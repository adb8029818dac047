//! The manual for people (docs/手册) as pages: what the desk shows under 帮助, and the one file a package holds.
//!
//! Comes in: nothing; its chapters and pictures are part of the program. Goes out: HTML without anything
//! from elsewhere. It knows no run.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};

/// A chapter: its text in Markdown.
const CHAPTERS: [&str; 9] = [
    include_str!("../docs/手册/1-准备.md"),
    include_str!("../docs/手册/2-新建项目.md"),
    include_str!("../docs/手册/3-检查和比对.md"),
    include_str!("../docs/手册/4-看结果.md"),
    include_str!("../docs/手册/5-待核.md"),
    include_str!("../docs/手册/6-发出去.md"),
    include_str!("../docs/手册/7-收回来.md"),
    include_str!("../docs/手册/8-填表盖章.md"),
    include_str!("../docs/手册/9-常见问题.md"),
];

/// Pictures by the address the chapters call them by.
const PICTURES: [(&str, &[u8]); 11] = [
    ("图/开始.png", include_bytes!("../docs/手册/图/开始.png")),
    ("图/辨认.png", include_bytes!("../docs/手册/图/辨认.png")),
    ("图/各列.png", include_bytes!("../docs/手册/图/各列.png")),
    ("图/设置.png", include_bytes!("../docs/手册/图/设置.png")),
    ("图/收回来.png", include_bytes!("../docs/手册/图/收回来.png")),
    ("图/项目.png", include_bytes!("../docs/手册/图/项目.png")),
    ("图/先看这里.png", include_bytes!("../docs/手册/图/先看这里.png")),
    ("图/差异报告.png", include_bytes!("../docs/手册/图/差异报告.png")),
    ("图/待核.png", include_bytes!("../docs/手册/图/待核.png")),
    ("图/待核清单.png", include_bytes!("../docs/手册/图/待核清单.png")),
    ("图/附件2.png", include_bytes!("../docs/手册/图/附件2.png")),
];

const STYLE: &str = "body { font: 17px/1.7 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif; max-width: 52em; \
    margin: 2em auto; padding: 0 1em; } img { max-width: 100%; border: 1px solid #999; } table { border-collapse: \
    collapse; } td, th { border: 1px solid #999; padding: .2em .6em; text-align: left; vertical-align: top; } \
    h1 { border-bottom: 2px solid; margin-top: 2em; }";

/// What the chapters are called, in order.
pub fn titles() -> Vec<&'static str> {
    let first_line = |text: &'static str| text.lines().next().unwrap_or_default();
    CHAPTERS.into_iter().map(first_line).map(|line| line.trim_start_matches("# ")).collect()
}

/// One chapter as HTML, its pictures in it; chapters count from 0.
pub fn chapter(number: usize) -> Option<String> {
    CHAPTERS.get(number).map(|text| rendered(text))
}

/// The whole manual as one page that needs no other file.
pub fn page() -> String {
    let body: String = CHAPTERS.into_iter().map(rendered).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>比对手册</title>\
         <style>{STYLE}</style></head><body>\n{body}</body></html>\n"
    )
}

fn rendered(text: &str) -> String {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).map(|event| match event {
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let dest_url = picture(&dest_url).map_or(dest_url, CowStr::from);
            Event::Start(Tag::Image { link_type, dest_url, title, id })
        }
        other => other,
    });
    let mut page = String::new();
    html::push_html(&mut page, events);
    page
}

/// A picture as an address that holds it.
fn picture(address: &str) -> Option<String> {
    use base64::Engine as _;
    let (_, bytes) = PICTURES.iter().find(|(name, _)| *name == address)?;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    Some(format!("data:image/png;base64,{text}"))
}

#[cfg(test)]
mod tests {
    use super::{CHAPTERS, PICTURES, chapter, page, titles};

    /// What an office's line carries without waiting, and the repository without growing.
    const MOST_BYTES: usize = 60_000;

    #[test]
    fn every_chapter_is_whole_and_every_picture_small_and_used() {
        assert_eq!(titles().first(), Some(&"一 准备"));
        assert!(chapter(CHAPTERS.len()).is_none());
        let page = page();
        assert!(!page.contains("src=\"图/"), "a picture is missing in PICTURES");
        assert!(page.contains("<table>") && page.contains("常见问题"));
        for (name, bytes) in PICTURES {
            assert!(bytes.starts_with(b"\x89PNG"), "{name}");
            assert!(bytes.len() <= MOST_BYTES, "{name}: {} bytes", bytes.len());
            assert!(CHAPTERS.iter().any(|text| text.contains(name)), "{name} is in no chapter");
        }
    }

    /// Result files the manual sends people to are those a run writes; keys are those of the page.
    #[test]
    fn nothing_comes_from_elsewhere() {
        let page = page();
        for outside in ["http://", "https://", "<script", "<link"] {
            let is_ours = |at: usize| page.get(at..at + 16) == Some("http://127.0.0.1");
            assert!(page.match_indices(outside).all(|(at, _)| is_ours(at)), "{outside}");
        }
    }
}
