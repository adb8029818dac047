//! What a column is taken for, and a file more, in the words of a `[[source]]`.

use toml_edit::{Array, InlineTable, Item, TableLike, Value};

use super::{ProjectText, put};
use crate::config::Source;
use crate::vocabulary::Field;

/// Key of the headings that mean a field, by field.
const COLUMNS: &str = "columns";
/// Key of the headings that are not used.
const UNUSED: &str = "unused";

impl ProjectText {
    /// Says what columns below a heading hold, for all files of a source; nothing for a column that is not
    /// to be used.
    pub fn map_column(&mut self, source: usize, heading: &str, field: Option<Field>) {
        let Some(table) = self.table_mut(&format!("source.{source}")) else { return };
        forget(table, heading);
        match field {
            None => add(table, UNUSED, heading),
            Some(field) => {
                if table.get(COLUMNS).and_then(Item::as_table_like).is_none() {
                    put(table, COLUMNS, Value::InlineTable(InlineTable::new()));
                }
                let columns = table.get_mut(COLUMNS).and_then(Item::as_table_like_mut);
                if let Some(columns) = columns {
                    add(columns, field.key(), heading);
                }
            }
        }
    }

    /// Adds a file, or files by a pattern, to the first source of the same list and city; a source of its
    /// own where there is none.
    pub fn add_files(&mut self, like: &Source, pattern: &str) {
        let count = self.count("source");
        let says = |number: usize, key: &str, value: Option<&str>| {
            let table = self.table(&format!("source.{number}"));
            let found = table.and_then(|table| table.get(key)?.as_str().map(str::to_owned));
            found.as_deref() == value
        };
        let fits = |number: &usize| {
            says(*number, "kind", Some(like.kind.key()))
                && says(*number, "list", like.list.as_deref())
                && says(*number, "region", like.region.as_deref())
                && says(*number, "institution", None)
        };
        let found = (0..count).find(fits);
        let number = found.unwrap_or(count);
        let Some(table) = self.made(&format!("source.{number}")) else { return };
        if found.is_none() {
            put(table, "kind", Value::from(like.kind.key()));
            for (key, value) in [("list", &like.list), ("region", &like.region)] {
                if let Some(value) = value {
                    put(table, key, Value::from(value.as_str()));
                }
            }
        }
        add(table, "files", pattern);
    }
}

/// Takes a heading out wherever the source names it.
fn forget(table: &mut dyn TableLike, heading: &str) {
    take(table, UNUSED, heading);
    let Some(columns) = table.get_mut(COLUMNS).and_then(Item::as_table_like_mut) else { return };
    let keys: Vec<String> = columns.iter().map(|(key, _)| key.to_owned()).collect();
    for key in keys {
        take(columns, &key, heading);
    }
    if columns.is_empty() {
        table.remove(COLUMNS);
    }
}

fn take(table: &mut dyn TableLike, key: &str, heading: &str) {
    let is_it = |value: &Value| value.as_str() == Some(heading);
    let is_empty = match table.get_mut(key) {
        Some(Item::Value(Value::Array(array))) => {
            array.retain(|value| !is_it(value));
            array.is_empty()
        }
        Some(Item::Value(value)) => is_it(value),
        _ => false,
    };
    if is_empty {
        table.remove(key);
    }
}

/// Puts a text at the end of a list, laid out as the one before it.
fn add(table: &mut dyn TableLike, key: &str, text: &str) {
    let shape = super::SettingShape::Texts;
    let old = table.get(key).cloned();
    let before = old.as_ref().map(|item| shape.shown(item)).filter(|text| !text.is_empty());
    let all = before.map_or_else(|| text.to_owned(), |before| format!("{before}\n{text}"));
    let value = match shape.item(&all, old.as_ref()) {
        Item::Value(value) => value,
        _ => Value::Array(Array::new()),
    };
    put(table, key, value);
}
