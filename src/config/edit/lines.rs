//! Which setting a mistake of a line belongs to.

use std::collections::BTreeMap;
use std::ops::Range;

use toml_edit::{Document, Item, Table, TableLike, Value};

use super::{MARK, SettingGroup, parts};
use crate::config::Mistake;

/// The mistakes of a text, at the settings they are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlacedMistakes {
    /// By the path of the setting or the section.
    pub at: BTreeMap<String, Vec<String>>,
    /// Those of no setting a form shows, with their lines.
    pub others: Vec<Mistake>,
}

/// Finds the setting of each mistake: the innermost whose lines it is in.
pub fn placed(text: &str, groups: &[SettingGroup], mistakes: &[Mistake]) -> PlacedMistakes {
    let text = text.trim_start_matches(MARK);
    let Ok(document) = Document::parse(text) else {
        return PlacedMistakes { others: mistakes.to_vec(), ..PlacedMistakes::default() };
    };
    let line = |offset: usize| text.as_bytes()[..offset].split(|byte| *byte == b'\n').count();
    let fields = groups.iter().flat_map(|group| group.fields.iter().map(|field| &field.path));
    let sections = groups.iter().map(|group| &group.path);
    let mut found = PlacedMistakes::default();
    let spans: Vec<(&String, Range<usize>)> = fields
        .chain(sections)
        .filter_map(|path| Some((path, span(document.as_table(), path)?)))
        .map(|(path, span)| (path, line(span.start)..line(span.end.max(1)) + 1))
        .collect();
    for mistake in mistakes {
        let fitting = spans.iter().filter(|(_, lines)| lines.contains(&mistake.line));
        match fitting.min_by_key(|(path, lines)| (lines.len(), std::cmp::Reverse(path.len()))) {
            Some((path, _)) => {
                found.at.entry((*path).clone()).or_default().push(mistake.message.clone());
            }
            None => found.others.push(mistake.clone()),
        }
    }
    found
}

/// Where the value of a path stands.
fn span(table: &Table, path: &str) -> Option<Range<usize>> {
    let mut table: &dyn TableLike = table;
    let mut parts = parts(path).peekable();
    let mut found = None;
    while let Some(part) = parts.next() {
        let item = table.get(part)?;
        let is_end = parts.peek().is_none();
        found = match item {
            Item::ArrayOfTables(tables) => {
                let next = tables.get(parts.next()?.parse().ok()?)?;
                table = next;
                next.span()
            }
            Item::Value(Value::Array(items)) if !is_end => {
                let next = items.get(parts.next()?.parse().ok()?)?;
                table = next.as_inline_table()?;
                next.span()
            }
            item => {
                if !is_end {
                    table = item.as_table_like()?;
                }
                item.span()
            }
        };
    }
    found
}
