//! What a setting looks like: in a form, and in the file.

use toml_edit::{Array, InlineTable, Item, TableLike, Value};

/// What a setting holds, and so how a form asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingShape {
    /// A line of text.
    Text,
    /// A day.
    Date,
    /// Yes, no, or nothing said.
    Flag,
    /// One of a few words, each with what it means.
    Choice(&'static [(&'static str, &'static str)]),
    /// Youngest and oldest age.
    Ages,
    /// A whole number.
    Count,
    /// Several texts, one a line, in an order that may count.
    Texts,
    /// Texts by a word: `字段 = 标题`, one a line.
    Lists,
    /// Meanings by a word and a spelling: `字段 : 写法 = 意思`, one a line.
    Meanings,
    /// Numbers by a word: `名称 = 数`, one a line.
    Numbers,
}

impl SettingShape {
    /// Whether a form asks for several lines.
    pub fn is_long(self) -> bool {
        matches!(self, Self::Texts | Self::Lists | Self::Meanings | Self::Numbers)
    }

    /// What a form says, as [`Self::shown`] would show it.
    pub(super) fn tidy(self, written: &str) -> String {
        let lines = written.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines = lines.collect::<Vec<_>>().join("\n");
        if self == Self::Ages {
            ages(&lines).map_or(lines, |[a, b]| format!("{a}-{b}"))
        } else {
            lines
        }
    }

    /// What stands in the file, as a form shows it.
    pub(super) fn shown(self, item: &Item) -> String {
        match self {
            Self::Texts => texts(item).join("\n"),
            Self::Ages => texts(item).join("-"),
            Self::Lists => {
                let lines = |(key, item): (&str, &Item)| {
                    texts(item)
                        .into_iter()
                        .map(|text| format!("{key} = {text}"))
                        .collect::<Vec<_>>()
                };
                entries(item).flat_map(lines).collect::<Vec<_>>().join("\n")
            }
            Self::Numbers => {
                let line = |(key, item): (&str, &Item)| format!("{key} = {}", plain(item));
                entries(item).map(line).collect::<Vec<_>>().join("\n")
            }
            Self::Meanings => {
                let lines = |(field, item): (&str, &Item)| {
                    let line =
                        |(from, to): (&str, &Item)| format!("{field} : {from} = {}", plain(to));
                    entries(item).map(line).collect::<Vec<_>>()
                };
                entries(item).flat_map(lines).collect::<Vec<_>>().join("\n")
            }
            _ => plain(item),
        }
    }

    /// What the file is to hold. What is no value of this shape is written as text, so that the checks of
    /// the whole file name it where it stands. `old` lends its layout.
    pub(super) fn item(self, written: &str, old: Option<&Item>) -> Item {
        let written = self.tidy(written);
        let text = || Value::from(written.as_str());
        Item::Value(match self {
            Self::Text | Self::Choice(_) => text(),
            Self::Date => {
                written.parse::<toml_edit::Datetime>().map_or_else(|_| text(), Value::from)
            }
            Self::Flag => written.parse::<bool>().map_or_else(|_| text(), Value::from),
            Self::Count => written.parse::<i64>().map_or_else(|_| text(), Value::from),
            Self::Ages => {
                ages(&written).map_or_else(text, |ages| Value::Array(ages.into_iter().collect()))
            }
            Self::Texts => Value::Array(laid_out(&written.lines().collect::<Vec<_>>(), old)),
            Self::Lists => lists(&written, old),
            Self::Numbers => numbers(&written),
            Self::Meanings => meanings(&written),
        })
    }
}

fn entries(item: &Item) -> impl Iterator<Item = (&str, &Item)> {
    item.as_table_like().into_iter().flat_map(TableLike::iter)
}

/// A single value without its quotes.
fn plain(item: &Item) -> String {
    match item.as_value() {
        Some(Value::String(text)) => text.value().clone(),
        Some(Value::Integer(number)) => number.value().to_string(),
        Some(value) => value.clone().decorated("", "").to_string(),
        None => String::new(),
    }
}

/// The texts of a list; a single one is a list of one.
fn texts(item: &Item) -> Vec<String> {
    match item.as_array() {
        Some(array) => array.iter().map(|one| plain(&Item::Value(one.clone()))).collect(),
        None => vec![plain(item)],
    }
}

/// Two numbers, however they are divided.
fn ages(text: &str) -> Option<[i64; 2]> {
    let digits = |letter: char| !letter.is_ascii_digit();
    let numbers = text.split(digits).filter(|part| !part.is_empty());
    let numbers: Vec<i64> = numbers.map(str::parse).collect::<Result<_, _>>().ok()?;
    <[i64; 2]>::try_from(numbers).ok()
}

/// An item of a list with what stands around it.
struct LaidItem<'a> {
    value: &'a Value,
    /// Lines before it, with their remarks.
    before: &'a str,
    /// What follows the comma on its line.
    after: &'a str,
}

/// What stands before an item: the end of the line before, and its own lines.
fn lead(prefix: Option<&str>) -> (&str, &str) {
    let prefix = prefix.unwrap_or_default();
    prefix.split_at(prefix.find('\n').unwrap_or(0))
}

fn laid_items(array: &Array) -> Vec<LaidItem<'_>> {
    let mut items: Vec<LaidItem<'_>> = Vec::new();
    for value in array {
        let (ends, before) = lead(value.decor().prefix().and_then(|prefix| prefix.as_str()));
        if let Some(last) = items.last_mut() {
            last.after = ends;
        }
        items.push(LaidItem { value, before, after: "" });
    }
    if let Some(last) = items.last_mut() {
        last.after = lead(array.trailing().as_str()).0;
    }
    items
}

/// A list whose items keep their lines and remarks where they say what stood there before.
fn laid_out(texts: &[&str], old: Option<&Item>) -> Array {
    let Some(before) = old.and_then(Item::as_array) else { return texts.iter().copied().collect() };
    let items = laid_items(before);
    let is_tall = before.to_string().contains('\n');
    let indent = items.last().map_or("\n    ".to_owned(), |item| blanks(item.before));
    let mut array = Array::new();
    let mut line_end = "";
    for (place, text) in texts.iter().enumerate() {
        let known = items.iter().find(|item| item.value.as_str() == Some(text));
        let value = known.map_or_else(|| Value::from(*text), |item| item.value.clone());
        let suffix = value.decor().suffix().and_then(|end| end.as_str()).unwrap_or("").to_owned();
        let own_lines = match known {
            Some(item) if is_tall => item.before.to_owned(),
            _ if is_tall => indent.clone(),
            _ if place == 0 => String::new(),
            _ => " ".to_owned(),
        };
        array.push_formatted(value.decorated(format!("{line_end}{own_lines}"), suffix));
        line_end = known.map_or("", |item| item.after);
    }
    let (_, closing) = lead(before.trailing().as_str());
    array.set_trailing(format!("{line_end}{closing}"));
    array.set_trailing_comma(before.trailing_comma());
    array
}

/// A new line with the blanks of another.
fn blanks(before: &str) -> String {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let blank: String = line.chars().take_while(|letter| letter.is_whitespace()).collect();
    format!("\n{blank}")
}

/// A line `word = rest`; a line without is a word with nothing.
fn pair(line: &str) -> (&str, &str) {
    let (word, rest) = line.split_once('=').unwrap_or((line, ""));
    (word.trim(), rest.trim())
}

fn lists(written: &str, old: Option<&Item>) -> Value {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for (key, text) in written.lines().map(pair) {
        match all.iter_mut().find(|(known, _)| *known == key) {
            Some((_, texts)) => texts.push(text),
            None => all.push((key, vec![text])),
        }
    }
    let before = old.and_then(Item::as_table_like);
    let mut table = InlineTable::new();
    for (key, texts) in all {
        let old = before.and_then(|table| table.get(key));
        table.insert(key, Value::Array(laid_out(&texts, old)));
    }
    Value::InlineTable(table)
}

fn numbers(written: &str) -> Value {
    let mut table = InlineTable::new();
    for (key, text) in written.lines().map(pair) {
        table.insert(key, text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from));
    }
    Value::InlineTable(table)
}

fn meanings(written: &str) -> Value {
    let mut table = InlineTable::new();
    for line in written.lines() {
        let (field, rest) = line.split_once([':', '：']).unwrap_or((line, ""));
        let (from, to) = pair(rest);
        let entry = table.get_or_insert(field.trim(), InlineTable::new());
        if let Some(inner) = entry.as_inline_table_mut() {
            inner.insert(from, Value::from(to));
        }
    }
    Value::InlineTable(table)
}
