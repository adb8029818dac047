//! The parts pages are made of: the frame with its style, tables, figures.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Style of all pages: readable on a screen of 1366 pixels and on paper, without colour too.
const STYLE: &str = "
:root { color-scheme: light; }
body { margin: 0 auto; padding: 1.5rem 2rem 3rem; max-width: 1080px; color: #222; background: #fff;
  font: 15px/1.6 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', SimHei, sans-serif; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; }
h2 { margin: 2.2rem 0 .6rem; padding-bottom: .2rem; border-bottom: 2px solid #1f5fa8; font-size: 1.2rem; }
p { margin: .4rem 0; max-width: 60rem; }
.note { color: #4a4e55; font-size: .93em; }
nav { margin: .6rem 0; }
nav a { margin-right: 1.2em; color: #1f5fa8; }
.wide { overflow-x: auto; }
table { margin: .5rem 0; border-collapse: collapse; font-size: .93em; }
caption { padding: .3rem 0; text-align: left; font-weight: bold; }
th, td { padding: .22rem .7rem; border: 1px solid #c9cdd3; text-align: left; vertical-align: top; }
td { white-space: nowrap; }
td.path { white-space: normal; min-width: 15em; overflow-wrap: anywhere; }
th { background: #eef2f7; white-space: nowrap; }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }
tr.own td { background: #fdf3e6; font-weight: bold; }
small { color: #4a4e55; }
.cards { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1rem 0; }
.cards div { flex: 1 1 190px; padding: .6rem .9rem; border: 1px solid #c9cdd3; border-radius: 4px; }
.cards b { display: block; font-size: 1.5rem; font-weight: 600; }
figure { display: inline-block; margin: .6rem .8rem .6rem 0; max-width: 100%; }
figure svg { display: block; max-width: 100%; height: auto; }
@page { size: A4 landscape; margin: 12mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 10pt; }
  table { font-size: 8.5pt; }
  nav { display: none; }
  h2 { break-after: avoid; }
  figure, tr, .cards { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; }
}
";

/// A whole page around its body.
pub(super) fn page(title: &str, body: &str) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (title) }
                    (PreEscaped(body))
                }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

/// A heading a link can lead to.
pub(super) fn heading(anchor: &str, words: &str) -> String {
    line(html! { h2 id=(anchor) { (words) } })
}

/// Links to headings of the same page.
pub(super) fn contents(sections: &[(&str, &str)]) -> String {
    line(html! {
        nav aria-label="本页内容" {
            @for (anchor, words) in sections { a href={ "#" (anchor) } { (words) } " " }
        }
    })
}

/// A paragraph.
pub(super) fn paragraph(words: &str) -> String {
    line(html! { p { (words) } })
}

/// A paragraph of explanation, set back.
pub(super) fn note(words: &str) -> String {
    line(html! { p.note { (words) } })
}

/// Large figures side by side: name, figure, and its basis.
pub(super) fn cards(cards: &[(&str, String, String)]) -> String {
    line(html! {
        div.cards {
            @for (name, figure, basis) in cards {
                div { (name) b { (figure) } small { (basis) } }
            }
        }
    })
}

/// A picture made here.
pub(super) fn figure(svg: &str) -> String {
    line(html! { figure { (PreEscaped(svg)) } })
}

/// One element a line, so that a page can be read and compared as text.
fn line(element: Markup) -> String {
    let mut text = element.into_string();
    text.push('\n');
    text
}

/// A table in the making.
pub(super) struct HtmlTable<'table> {
    columns: &'table [(&'table str, Align)],
    rows: Vec<String>,
}

/// How a column is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    /// Words.
    Text,
    /// Long names of files or kinds, which may break anywhere.
    Path,
    /// Figures, right.
    Number,
}

impl Align {
    fn class(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Path => Some("path"),
            Self::Number => Some("n"),
        }
    }
}

impl<'table> HtmlTable<'table> {
    /// An empty table.
    pub(super) fn new(columns: &'table [(&'table str, Align)]) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row, highlighted on request. Text after a line break in a cell is set
    /// small below it.
    pub(super) fn row(&mut self, cells: &[String], stands_out: bool) {
        self.rows.push(line(html! {
            tr.own[stands_out] {
                @for ((_, align), cell) in self.columns.iter().zip(cells) {
                    td class=[align.class()] { (lines(cell)) }
                }
            }
        }));
    }

    /// The table with its caption.
    pub(super) fn finish(self, caption: &str) -> String {
        line(html! {
            div.wide {
                table {
                    caption { (caption) }
                    thead {
                        tr {
                            @for (words, align) in self.columns {
                                @if words.is_empty() { td class=[align.class()] {} }
                                @else { th scope="col" class=[align.class()] { (words) } }
                            }
                        }
                    }
                    tbody { (PreEscaped(self.rows.concat())) }
                }
            }
        })
    }
}

/// The text of a cell, its second line small.
fn lines(cell: &str) -> Markup {
    html! {
        @match cell.split_once('\n') {
            Some((first, below)) => { (first) br; small { (below) } },
            None => { (cell) },
        }
    }
}
