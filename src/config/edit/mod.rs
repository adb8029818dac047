//! Changes of a project file that leave everything else in it as a person wrote it.
//!
//! Comes in: the text of a project file and what a page says of single settings. Goes out: the text with
//! these settings changed; comments, order, blank lines and spellings of all others stay. Whether the
//! new text makes sense is for [`Project::parse`](super::Project::parse) to say; nothing here writes a
//! file.

mod columns;
mod lines;
mod shape;
mod tables;
#[cfg(test)]
mod tests;
mod words;

use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::Programme;
pub use lines::{PlacedMistakes, placed};
pub use shape::SettingShape;
pub use tables::{SettingField, SettingGroup};

/// What Windows Notepad puts in front.
const MARK: char = '\u{feff}';

/// The text of a project file that is being changed.
#[derive(Clone, Debug)]
pub struct ProjectText {
    document: DocumentMut,
    has_mark: bool,
    /// Whether its lines end as on Windows.
    has_returns: bool,
}

impl ProjectText {
    /// Takes a text apart.
    ///
    /// # Errors
    /// Where it is no TOML; what is wrong is for [`Project::parse`](super::Project::parse) to say.
    pub fn parse(text: &str) -> Result<Self, toml_edit::TomlError> {
        let has_returns = text.contains("\r\n");
        let plain = text.trim_start_matches(MARK).replace("\r\n", "\n");
        Ok(Self { document: plain.parse()?, has_mark: text.starts_with(MARK), has_returns })
    }

    /// The whole text.
    pub fn text(&self) -> String {
        let plain = self.document.to_string();
        let lines = if self.has_returns { plain.replace('\n', "\r\n") } else { plain };
        if self.has_mark { format!("{MARK}{lines}") } else { lines }
    }

    /// Every setting a project file can have, with what it says now; for what may be there several times
    /// a group each and a blank one.
    pub fn groups(&self, programmes: &[Programme]) -> Vec<SettingGroup> {
        tables::groups(self, programmes)
    }

    /// What is written at a path such as `source.0.files`, as a form shows it; empty where nothing is.
    pub fn shown(&self, path: &str, shape: SettingShape) -> String {
        let found = split(path).and_then(|(above, key)| self.table(above)?.get(key));
        found.map(|item| shape.shown(item)).unwrap_or_default()
    }

    /// Writes a setting as a form says it; nothing takes it out. What says the same stays as it is.
    pub fn set(&mut self, path: &str, shape: SettingShape, written: &str) {
        if self.shown(path, shape) == shape.tidy(written) {
            return;
        }
        let Some((above, key)) = split(path) else { return };
        if written.trim().is_empty() {
            if let Some(table) = self.table_mut(above) {
                table.remove(key);
            }
            return;
        }
        let Some(table) = self.made(above) else { return };
        let old = table.get(key).cloned();
        match shape.item(written, old.as_ref()) {
            Item::Value(value) => put(table, key, value),
            other => drop(table.insert(key, other)),
        }
    }

    /// Takes a section such as `source.2` out, with the remarks right above it.
    pub fn remove(&mut self, path: &str) {
        let Some((key, number)) = path.split_once('.') else { return };
        let (Some(item), Ok(number)) = (self.document.get_mut(key), number.parse::<usize>()) else {
            return;
        };
        match item {
            Item::ArrayOfTables(tables) if number < tables.len() => drop(tables.remove(number)),
            Item::Value(Value::Array(items)) if number < items.len() => drop(items.remove(number)),
            _ => {}
        }
    }

    /// How many sections of a name there are.
    pub fn count(&self, key: &str) -> usize {
        match self.document.get(key) {
            Some(Item::ArrayOfTables(tables)) => tables.len(),
            Some(Item::Value(Value::Array(items))) => items.len(),
            _ => 0,
        }
    }

    /// The table at a path.
    fn table(&self, path: &str) -> Option<&dyn TableLike> {
        let mut table: &dyn TableLike = self.document.as_table();
        let mut parts = parts(path);
        while let Some(part) = parts.next() {
            table = match table.get(part)? {
                Item::ArrayOfTables(tables) => tables.get(parts.next()?.parse().ok()?)?,
                Item::Value(Value::Array(items)) => {
                    items.get(parts.next()?.parse().ok()?)?.as_inline_table()?
                }
                item => item.as_table_like()?,
            };
        }
        Some(table)
    }

    fn table_mut(&mut self, path: &str) -> Option<&mut dyn TableLike> {
        let mut table: &mut dyn TableLike = self.document.as_table_mut();
        let mut parts = parts(path);
        while let Some(part) = parts.next() {
            table = match table.get_mut(part)? {
                Item::ArrayOfTables(tables) => tables.get_mut(parts.next()?.parse().ok()?)?,
                Item::Value(Value::Array(items)) => {
                    items.get_mut(parts.next()?.parse().ok()?)?.as_inline_table_mut()?
                }
                item => item.as_table_like_mut()?,
            };
        }
        Some(table)
    }

    /// The table at a path, made where it is not there: `[form]`, or one more `[[source]]`. Nothing where
    /// something else stands there, which the checks name.
    fn made(&mut self, path: &str) -> Option<&mut dyn TableLike> {
        if self.table(path).is_none() {
            make(self.document.as_table_mut(), path);
        }
        self.table_mut(path)
    }
}

/// A setting's table and its key.
fn split(path: &str) -> Option<(&str, &str)> {
    match path.rsplit_once('.') {
        Some((above, key)) => Some((above, key)),
        None if path.is_empty() => None,
        None => Some(("", path)),
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').filter(|part| !part.is_empty())
}

/// Makes the missing tables of a path, each with a blank line before it.
fn make(root: &mut Table, path: &str) -> Option<()> {
    let mut table: &mut dyn TableLike = root;
    let mut parts = parts(path).peekable();
    let mut is_inline = false;
    while let Some(part) = parts.next() {
        let number = parts.next_if(|next| next.parse::<usize>().is_ok());
        if !table.contains_key(part) {
            let item = match (number, is_inline) {
                (Some(_), _) => Item::ArrayOfTables(ArrayOfTables::new()),
                (None, true) => Item::Value(Value::InlineTable(InlineTable::new())),
                (None, false) => Item::Table(fresh(parts.peek().is_some())),
            };
            table.insert(part, item);
        }
        let item = table.get_mut(part)?;
        is_inline = item.is_value();
        table = match (number, item) {
            (Some(number), Item::ArrayOfTables(tables)) => {
                if number.parse() == Ok(tables.len()) {
                    tables.push(fresh(false));
                }
                tables.get_mut(number.parse().ok()?)?
            }
            (Some(number), Item::Value(Value::Array(items))) => {
                if number.parse() == Ok(items.len()) {
                    items.push(InlineTable::new());
                }
                items.get_mut(number.parse().ok()?)?.as_inline_table_mut()?
            }
            (_, item) => item.as_table_like_mut()?,
        };
    }
    Some(())
}

/// A table with a blank line before it; one that only holds others shows no heading.
fn fresh(is_above_others: bool) -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table.set_implicit(is_above_others);
    table
}

/// Writes a value where another stood, with the spaces and the remark that stood around it.
fn put(table: &mut dyn TableLike, key: &str, mut value: Value) {
    let before = table.get(key).and_then(Item::as_value);
    if let Some(before) = before {
        *value.decor_mut() = before.decor().clone();
    }
    match table.get_mut(key) {
        Some(item) => *item = Item::Value(value),
        None => drop(table.insert(key, Item::Value(value))),
    }
}

/// What tells one text of a project file from another.
pub fn fingerprint(text: &str) -> String {
    super::sum(text)
}
