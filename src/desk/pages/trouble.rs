//! Why something was not done, with what was typed and a way on.

use maud::{Markup, html};

use super::door::refusal;
use super::{PageView, frame};
use crate::linkage::decisions::Answer;

/// A request that can be made once more.
#[derive(Clone, Debug)]
pub(in crate::desk) struct RepeatedRequest {
    /// Where.
    pub(in crate::desk) address: String,
    /// Names and values of the form; `None` for a page to look at.
    pub(in crate::desk) fields: Option<Vec<(String, String)>>,
}

/// Why something was not done.
#[derive(Clone, Debug)]
pub(in crate::desk) struct DeskTrouble {
    /// In a few words.
    pub(in crate::desk) title: &'static str,
    /// In whole sentences, with what was done and what can be done.
    pub(in crate::desk) words: String,
    /// A remark somebody typed that is in danger.
    pub(in crate::desk) remark: String,
    /// Whether the same may succeed later.
    pub(in crate::desk) is_passing: bool,
    /// The request, where it can be made once more.
    pub(in crate::desk) repeat: Option<RepeatedRequest>,
    /// The page to go back to.
    pub(in crate::desk) back: String,
}

/// The page: like all others where somebody is in, else by itself.
pub(in crate::desk) fn trouble(view: Option<PageView>, trouble: &DeskTrouble) -> Markup {
    let rest = html! {
        @if !trouble.remark.is_empty() { p { "您填的备注（没有丢，可以复制）：" b.remark { (trouble.remark) } } }
        @if let Some(repeat) = &trouble.repeat { (again(repeat)) }
        p { (ways(&trouble.back)) }
    };
    match view {
        Some(view) => {
            let body = html! {
                h1 { (trouble.title) }
                p.notice.refusal role="alert" { (trouble.words) }
                (rest)
            };
            frame(view, "", trouble.title, &body)
        }
        None => refusal(trouble.title, &trouble.words, &rest),
    }
}

fn again(repeat: &RepeatedRequest) -> Markup {
    html! {
        @match &repeat.fields {
            None => { p { a href=(repeat.address) { "再试一次" } } }
            Some(fields) => {
                @if let Some(answer) = chosen(fields) { p { "您选的结论（还没有记入）：" b { (answer.label()) } } }
                form method="post" action=(repeat.address) {
                    @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                    button.main data-deaf type="submit" { "再试一次" }
                }
            }
        }
    }
}

/// The answer a form would give.
fn chosen(fields: &[(String, String)]) -> Option<Answer> {
    let (_, key) = fields.iter().find(|(name, _)| name == "answer")?;
    Answer::from_key(key)
}

fn ways(back: &str) -> Markup {
    html! {
        @if back != "/cases" { a href=(back) { "回到刚才的页面" } "　" }
        a href="/cases" { "回到待核清单" }
    }
}
