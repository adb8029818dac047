//! One word for one state: whatever people read calls a state by the word `vocabulary::states` declares.
//! Looked for in all texts of the source, in every cell of what a run writes and in the pages.

use std::collections::BTreeSet;
use std::path::Path;

use bidui::vocabulary::states::{OTHER_WORDS, STATES};
use proc_macro2::{TokenStream, TokenTree};

use crate::front::{enter, open};
use crate::sent_back::ran;
use crate::support::answers::sheets;
use crate::support::desk::Desk;
use crate::support::source_code;
use crate::support::story;

/// Short texts that begin like a state and are none: headings, names of lists and keys of files, words of
/// the documents and of the lists that come in, and what units choose from.
const OTHERWISE: &[&str] = &[
    // Headings and names.
    "待核清单",
    "待核人员",
    "待核补号",
    "待核原因",
    "待核类别",
    "待核影响",
    "待核的行",
    "待核占全部行",
    "待核最多可增",
    "待核（行）",
    "未比中（行）",
    "待核全部核对后",
    "待核原因与权重",
    "待核、未比中",
    "未覆盖名单",
    "未就读未参训",
    "已参加的培训",
    "已覆盖合计",
    "已有人员",
    "已有帮扶",
    "已填人数",
    "已知差错",
    "已有的项目",
    "未自报但命中",
    "还有多久",
    "还缺",
    "尚缺服务",
    "已收到的答复",
    "未认定候选",
    "未合并计数",
    "未命名",
    "未使用",
    "未读入",
    "待建档",
    "已比中",
    // Of people, in the words of the documents and of the lists that come in.
    "未脱贫",
    "已脱贫",
    "已离校",
    "已离校（毕业）",
    "已离校（结业）",
    "已离校（退学）",
    "已参保",
    "未参保",
    "已就业",
    "已创业",
    "未就业",
    "未登记",
    "已期满",
    "未开始",
    "已享受",
    "已在读",
    "已落实",
    "未落实",
    "已参加培训",
    "已参加见习",
    "未覆盖",
    "已覆盖",
    "已推送",
    "已齐",
    "尚未参加过培训",
    "未填亲属",
    "已知部分相同",
    "待人工判定",
    "已知各位不一致",
    "还有候选人",
    "已填",
    // What is going on.
    "正在辨认文件",
    "正在检查",
    "正在比对",
    "正在重新比对",
    "正在打开待核页面",
    "正在读各文件的列",
    "正在看",
    "已在浏览器里打开",
    "已打开",
    "待核页面没有打开",
    "已导出",
    // What the province did with a figure, said in full.
    "已按数字计入",
    "已按此计入",
    "已换算为万元计入",
    "已报送但未计入",
    "待核，不计入",
    "未比中，不计入",
    "已满规定的月数",
];

/// Rooms that know the words of lists that come in.
const INCOMING: [&str; 3] = ["records/", "sources/", "vocabulary/states.rs"];

fn begins_like_a_state(text: &str) -> bool {
    let begins = ["已", "未", "待", "正在", "尚未", "尚缺", "还有", "还缺"]
        .iter()
        .any(|word| text.starts_with(word));
    begins && text.chars().count() <= 8 && text.chars().all(|letter| letter >= '\u{3001}')
}

fn is_known(text: &str) -> bool {
    STATES.iter().any(|(word, ..)| *word == text) || OTHERWISE.contains(&text)
}

fn texts(stream: TokenStream, found: &mut Vec<String>) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) => texts(group.stream(), found),
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                    found.push(text.value());
                }
            }
            _ => {}
        }
    }
}

#[test]
fn no_text_of_the_program_calls_a_state_by_another_word() {
    let mut wrong = Vec::new();
    for file in source_code::files() {
        if INCOMING.iter().any(|room| file.path.starts_with(room)) {
            continue;
        }
        let mut found = Vec::new();
        texts(file.text.parse().expect("Rust"), &mut found);
        for text in found {
            let other = OTHER_WORDS.iter().find(|(word, _)| text.contains(word));
            if let Some((word, now)) = other {
                wrong.push(format!("{}: “{word}” in “{text}” is called “{now}”", file.path));
            }
            let bare = text.trim().trim_start_matches('#');
            if begins_like_a_state(bare) && !is_known(bare) {
                wrong.push(format!("{}: “{bare}” is not declared", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_manual_prints_every_word() {
    let page = fs_err::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/手册/9-常见问题.md"),
    );
    let page = page.expect("there");
    for (word, of, meaning) in STATES {
        let line = format!("| {word} | {of} | {meaning} |");
        assert!(page.contains(&line), "docs/手册/9-常见问题.md must hold:\n{line}");
    }
}

/// What stands between tags.
fn shown(page: &str) -> Vec<String> {
    let parts = page.split('>').filter_map(|part| part.split_once('<'));
    parts.map(|(text, _)| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

#[test]
fn what_a_run_writes_and_the_pages_show_has_no_other_word() {
    let folder = ran("example");
    let mut told: BTreeSet<String> = BTreeSet::new();
    let out = folder.path().join("out");
    for file in story::files(&out) {
        let ending = file.extension().unwrap_or_default();
        if ending == "xlsx" {
            let cells = sheets(&out.join(&file)).into_iter().flat_map(|(_, rows)| rows.concat());
            told.extend(cells.map(|cell| cell.trim().to_owned()));
        } else if ending == "html" {
            told.extend(shown(&fs_err::read_to_string(out.join(&file)).expect("text")));
        }
    }
    let desk = Desk::open(folder.path());
    let browser = desk.browser("赵核");
    let case = browser.get("/cases").after("data-href=\"").to_owned();
    let pages =
        ["/cases", "/overview", "/people", "/findings", "/rulings", "/changes", "/settings"];
    for path in pages.into_iter().chain([case.as_str()]) {
        told.extend(shown(&browser.get_whole(path).body));
    }
    let home = tempfile::tempdir().expect("a folder");
    let front = open(folder.path(), home.path());
    let browser = enter(&front);
    for path in ["/", "/project", "/received", "/returned", "/forms", "/settings"] {
        told.extend(shown(&browser.get(path).body));
    }
    assert!(told.contains("待核") && told.len() > 1000, "{} texts were looked at", told.len());
    let states = told.iter().filter(|text| begins_like_a_state(text));
    let unknown: Vec<&String> = states.filter(|text| !is_known(text)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let of = |text: &String| OTHER_WORDS.iter().any(|(word, _)| text.contains(word));
    let other: Vec<&String> = told.iter().filter(|text| of(text)).collect();
    assert!(other.is_empty(), "{other:?}");
}
