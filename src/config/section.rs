//! One table of the project file, read key by key: every wrong type, unknown key and bad value is
//! a mistake with its line, and reading goes on.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistakes::{MistakeCollector, nearest};
use super::setting::Setting;

/// A table and the name the user knows it by (`[figures]`; empty at top level).
#[derive(Clone, Debug)]
pub(super) struct Section<'table, 'text> {
    name: String,
    table: &'table DeTable<'text>,
    /// Its position, for errors about the table as a whole.
    pub(super) span: Range<usize>,
}

type SettingValue<'table, 'text> = &'table Spanned<DeValue<'text>>;

impl<'table, 'text> Section<'table, 'text> {
    /// The top level of a file.
    pub(super) fn top(table: &'table Spanned<DeTable<'text>>) -> Self {
        Self { name: String::new(), table: table.get_ref(), span: 0..0 }
    }

    fn inner(name: String, value: SettingValue<'table, 'text>) -> Option<Self> {
        let span = value.span();
        value.get_ref().as_table().map(|table| Self { name, table, span })
    }

    /// `“files”`, or `[figures] 的“worker_ages”`.
    pub(super) fn label(&self, key: &str) -> String {
        if self.name.is_empty() {
            format!("“{key}”")
        } else {
            format!("{} 的“{key}”", self.name)
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Whether a key holds a list without items.
    pub(super) fn is_empty_list(&self, key: &str) -> bool {
        let items = self.table.get(key).and_then(|value| value.get_ref().as_array());
        items.is_some_and(|items| items.is_empty())
    }

    /// The position of a key's value; of the table itself when the key is absent.
    pub(super) fn span_of(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span)
    }

    /// Keys with their places, in alphabetical order.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&'table str, Range<usize>)> {
        self.table.iter().map(|(key, _)| (key.get_ref().as_ref(), key.span()))
    }

    /// Reports every key that is not among `known`, with the nearest that is.
    pub(super) fn allow(&self, known: &[&str], mistakes: &mut MistakeCollector<'_>) {
        for (key, span) in self.keys().filter(|(key, _)| !known.contains(key)) {
            let place = &self.name;
            let hint = match nearest(key, known.iter().copied()) {
                Some(name) => format!("是否应为“{name}”？"),
                None => format!("可用的设置：{}", known.join("、")),
            };
            let message = format!("{place} 没有“{key}”这个设置；{hint}");
            mistakes.add(&span, message.trim_start());
        }
    }

    /// Non-empty text without control characters.
    pub(super) fn text(&self, key: &str, mistakes: &mut MistakeCollector<'_>) -> Option<String> {
        let value = self.table.get(key)?;
        checked_text(&self.label(key), value, mistakes)
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, key: &str, mistakes: &mut MistakeCollector<'_>) -> Option<bool> {
        let value = self.table.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            wrong_type(&self.label(key), value, "true（是）或 false（否），不加引号", mistakes);
        }
        flag
    }

    /// A row number from 1, as Excel shows it.
    pub(super) fn row(&self, key: &str, mistakes: &mut MistakeCollector<'_>) -> Option<u32> {
        let value = self.table.get(key)?;
        let integer = value.get_ref().as_integer();
        let row = integer.and_then(|one| u32::from_str_radix(one.as_str(), one.radix()).ok());
        let row = row.filter(|row| (1..=10_000).contains(row));
        if row.is_none() {
            wrong_type(&self.label(key), value, "行号，如 8", mistakes);
        }
        row
    }

    /// How many: a whole number up to a hundred thousand.
    pub(super) fn count(&self, key: &str, mistakes: &mut MistakeCollector<'_>) -> Option<usize> {
        let value = self.table.get(key)?;
        let integer = value.get_ref().as_integer();
        let count = integer.and_then(|one| usize::from_str_radix(one.as_str(), one.radix()).ok());
        let count = count.filter(|count| *count <= 100_000);
        if count.is_none() {
            wrong_type(&self.label(key), value, "个数（0 到 100000），如 200", mistakes);
        }
        count
    }

    /// A calendar day, as a TOML date or in quotes.
    pub(super) fn date(&self, key: &str, mistakes: &mut MistakeCollector<'_>) -> Option<Date> {
        let value = self.table.get(key)?;
        let written = match value.get_ref() {
            DeValue::Datetime(date) if date.time.is_none() => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => {
                wrong_type(&self.label(key), value, "日期，如 2019-06-10", mistakes);
                return None;
            }
        };
        let date = super::parse_date(&written);
        if date.is_none() {
            let message =
                format!("{}的“{written}”不是有效日期；请写成 2019-06-10 的样子", self.label(key));
            mistakes.add(&value.span(), message);
        }
        date
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &self,
        key: &str,
        words: &[(&str, T)],
        mistakes: &mut MistakeCollector<'_>,
    ) -> Option<T> {
        let text = self.text(key, mistakes)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let meant = nearest(&text, all.iter().copied());
            let hint = meant.map_or(String::new(), |word| format!("是否应为“{word}”？"));
            let message =
                format!("{}不能是“{text}”；{hint}可写：{}", self.label(key), all.join("、"));
            mistakes.add(&self.span_of(key), message);
        }
        found.map(|(_, value)| *value)
    }

    /// A list of texts; a single text counts as a list of one.
    pub(super) fn texts(&self, key: &str, mistakes: &mut MistakeCollector<'_>) -> Vec<String> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let label = self.label(key);
        match value.get_ref() {
            DeValue::String(_) => checked_text(&label, value, mistakes).into_iter().collect(),
            DeValue::Array(items) => {
                items.iter().filter_map(|item| checked_text(&label, item, mistakes)).collect()
            }
            _ => {
                wrong_type(&label, value, "带引号的文字，或其列表，如 [\"甲\", \"乙\"]", mistakes);
                Vec::new()
            }
        }
    }

    /// Reports every key of a list that is not there.
    pub(super) fn demand(&self, keys: &[&str], mistakes: &mut MistakeCollector<'_>) {
        for key in keys.iter().filter(|key| !self.has(key)) {
            mistakes.add_absent(&self.span, format!("{}没有写", self.label(key)));
        }
    }

    /// A list of words of a closed vocabulary; a single word counts as a list of one.
    pub(super) fn word_list<T: Copy>(
        &self,
        key: &str,
        words: &[(&str, T)],
        mistakes: &mut MistakeCollector<'_>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for text in self.texts(key, mistakes) {
            if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
                found.push(*value);
            } else {
                let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                let meant = nearest(&text, all.iter().copied());
                let hint = meant.map_or(String::new(), |word| format!("是否应为“{word}”？"));
                let message =
                    format!("{}不能有“{text}”；{hint}可写：{}", self.label(key), all.join("、"));
                mistakes.add(&self.span_of_word(key, &text), message);
            }
        }
        found
    }

    /// A list of lists of texts.
    pub(super) fn text_lists(
        &self,
        key: &str,
        mistakes: &mut MistakeCollector<'_>,
    ) -> Vec<Vec<String>> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let label = self.label(key);
        let Some(items) = value.get_ref().as_array() else {
            wrong_type(&label, value, "列表的列表，如 [[\"甲\"], [\"乙\", \"丙\"]]", mistakes);
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items {
            match item.get_ref().as_array() {
                Some(texts) => found.push(
                    texts.iter().filter_map(|text| checked_text(&label, text, mistakes)).collect(),
                ),
                None => wrong_type(&label, item, "列表，如 [\"甲\", \"乙\"]", mistakes),
            }
        }
        found
    }

    /// Where a text stands below a key, however deep; the key itself where it is not found.
    pub(super) fn span_of_word(&self, key: &str, word: &str) -> Range<usize> {
        let value = self.table.get(key);
        value.and_then(|value| find_word(value, word)).unwrap_or_else(|| self.span_of(key))
    }

    /// An amount in yuan, as 分.
    pub(super) fn yuan(&self, key: &str, mistakes: &mut MistakeCollector<'_>) -> Option<i64> {
        self.demand(&[key], mistakes);
        let value = self.table.get(key)?;
        let fen = fen(value.get_ref());
        if fen.is_none() {
            wrong_type(&self.label(key), value, "金额（元），如 15 或 0.5", mistakes);
        }
        fen
    }

    /// Amounts in yuan, as 分.
    pub(super) fn yuans(&self, key: &str, mistakes: &mut MistakeCollector<'_>) -> Option<Vec<i64>> {
        self.demand(&[key], mistakes);
        let value = self.table.get(key)?;
        let items = value.get_ref().as_array();
        let found = items.and_then(|items| items.iter().map(|item| fen(item.get_ref())).collect());
        if found.is_none() {
            wrong_type(&self.label(key), value, "金额（元）的列表", mistakes);
        }
        found
    }

    /// A share of 1 in ten-thousandths.
    pub(super) fn share(&self, key: &str, mistakes: &mut MistakeCollector<'_>) -> Option<u32> {
        let value = self.table.get(key)?;
        let share = fen_of(value.get_ref(), 4).and_then(|share| u32::try_from(share).ok());
        let share = share.filter(|share| *share <= 10_000);
        if share.is_none() {
            wrong_type(&self.label(key), value, "比例（0 到 1），如 0.70", mistakes);
        }
        share
    }

    /// A setting of a programme, whatever its type.
    pub(super) fn setting(
        &self,
        key: &str,
        mistakes: &mut MistakeCollector<'_>,
    ) -> Option<Setting> {
        let value = self.table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(Setting::Flag(*flag)),
            DeValue::Datetime(_) => self.date(key, mistakes).map(Setting::Date),
            DeValue::Integer(_) => self.count(key, mistakes).map(Setting::Number),
            DeValue::Table(_) => {
                let table = self.section(key, mistakes)?;
                let keys: Vec<&str> = table.keys().map(|(key, _)| key).collect();
                let count = |key: &str| Some((key.to_owned(), table.count(key, mistakes)?));
                Some(Setting::Table(keys.into_iter().filter_map(count).collect()))
            }
            _ => {
                let text = self.text(key, mistakes)?;
                Some(super::parse_date(&text).map_or(Setting::Text(text), Setting::Date))
            }
        }
    }

    /// Two whole numbers, youngest and oldest age.
    pub(super) fn ages(&self, key: &str, mistakes: &mut MistakeCollector<'_>) -> Option<[u8; 2]> {
        let value = self.table.get(key)?;
        let pair = value.get_ref().as_array().and_then(|items| {
            let ages: Option<Vec<u8>> = items.iter().map(|item| age(item.get_ref())).collect();
            <[u8; 2]>::try_from(ages?).ok()
        });
        match pair {
            Some([youngest, oldest]) if youngest > oldest => {
                let message = format!(
                    "{}的起始年龄 {youngest} 大于截止年龄 {oldest}；请按 [小, 大] 的顺序写",
                    self.label(key)
                );
                mistakes.add(&value.span(), message);
                None
            }
            Some(pair) => Some(pair),
            None => {
                wrong_type(&self.label(key), value, "两个年龄，如 [15, 22]", mistakes);
                None
            }
        }
    }

    /// The table of that name.
    pub(super) fn section(
        &self,
        key: &str,
        mistakes: &mut MistakeCollector<'_>,
    ) -> Option<Section<'table, 'text>> {
        let value = self.table.get(key)?;
        let name = if self.name.is_empty() { format!("[{key}]") } else { self.label(key) };
        let section = Section::inner(name, value);
        if section.is_none() {
            wrong_type(&self.label(key), value, "一组设置", mistakes);
        }
        section
    }

    /// The tables of a repeated `[[name]]`.
    pub(super) fn sections(
        &self,
        key: &str,
        mistakes: &mut MistakeCollector<'_>,
    ) -> Vec<Section<'table, 'text>> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let name = |index: usize| format!("第{}个 [[{key}]]", index + 1);
        let found: Option<Vec<_>> = value.get_ref().as_array().and_then(|items| {
            items.iter().enumerate().map(|(at, item)| Section::inner(name(at), item)).collect()
        });
        if found.is_none() {
            let message = format!("“{key}”要写成双方括号的 [[{key}]]，每个一段");
            mistakes.add(&value.span(), message);
        }
        found.unwrap_or_default()
    }

    /// Every key with its list of texts.
    pub(super) fn lists(
        &self,
        mistakes: &mut MistakeCollector<'_>,
    ) -> BTreeMap<String, Vec<String>> {
        self.keys().map(|(key, _)| (key.to_owned(), self.texts(key, mistakes))).collect()
    }

    /// Every key with its text.
    pub(super) fn pairs(&self, mistakes: &mut MistakeCollector<'_>) -> BTreeMap<String, String> {
        let pair = |(key, _): (&str, _)| Some((key.to_owned(), self.text(key, mistakes)?));
        self.keys().filter_map(pair).collect()
    }
}

/// Where a text stands in a value.
fn find_word(value: &Spanned<DeValue<'_>>, word: &str) -> Option<Range<usize>> {
    match value.get_ref() {
        DeValue::String(text) => (text.as_ref() == word).then(|| value.span()),
        DeValue::Array(items) => items.iter().find_map(|item| find_word(item, word)),
        DeValue::Table(table) => table.values().find_map(|item| find_word(item, word)),
        _ => None,
    }
}

/// Yuan as 分.
fn fen(value: &DeValue<'_>) -> Option<i64> {
    fen_of(value, 2)
}

/// A number with at most so many decimals, as a whole number of its last decimal; read from its
/// digits, so that no float rounds it.
fn fen_of(value: &DeValue<'_>, decimals: usize) -> Option<i64> {
    let text = match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        _ => return None,
    };
    let text = text.replace('_', "");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let rest = rest.trim_end_matches('0');
    if rest.len() > decimals || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let scaled = format!("{whole}{rest:0<decimals$}").parse::<i64>().ok()?;
    (0..=1_000_000_000_000).contains(&scaled).then_some(scaled)
}

fn age(value: &DeValue<'_>) -> Option<u8> {
    let integer = value.as_integer()?;
    let age = u8::from_str_radix(integer.as_str(), integer.radix()).ok()?;
    (age <= 120).then_some(age)
}

/// Text that is not empty and holds no control characters: `"inputs\registry"` in double quotes
/// means a carriage return to TOML, which no path holds.
fn checked_text(
    label: &str,
    value: &Spanned<DeValue<'_>>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<String> {
    let Some(text) = value.get_ref().as_str() else {
        wrong_type(label, value, "带引号的文字", mistakes);
        return None;
    };
    if text.trim().is_empty() {
        mistakes.add(&value.span(), format!("{label}是空的；请填写，或删去这一行"));
        return None;
    }
    if text.chars().any(char::is_control) {
        let message = format!("{label}里有反斜杠“\\”引起的控制字符；路径请用“/”分隔");
        mistakes.add(&value.span(), message);
        return None;
    }
    Some(text.to_owned())
}

fn wrong_type(
    label: &str,
    value: &Spanned<DeValue<'_>>,
    wanted: &str,
    mistakes: &mut MistakeCollector<'_>,
) {
    let found = match value.get_ref() {
        DeValue::String(text) => format!("文字“{text}”"),
        DeValue::Integer(number) => format!("数字 {number}"),
        DeValue::Float(number) => format!("数字 {number}"),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(date) => format!("日期 {date}"),
        DeValue::Array(_) => "列表".to_owned(),
        DeValue::Table(_) => "一组设置".to_owned(),
    };
    mistakes.add(&value.span(), format!("{label}应为{wanted}，现在写的是{found}"));
}
