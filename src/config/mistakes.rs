//! Mistakes of a project file, all of them at once, each with its line.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Line from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong and what to write instead, in plain Chinese.
    pub message: String,
}

/// Everything that is wrong with a project file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors {
    /// The project file as the user named it.
    pub path: PathBuf,
    /// The mistakes by line; never empty.
    pub mistakes: Vec<Mistake>,
}

impl ConfigErrors {
    /// A single mistake of the file as a whole.
    pub(super) fn whole(path: &Path, message: impl Into<String>) -> Self {
        let mistakes = vec![Mistake { line: 0, message: message.into() }];
        Self { path: path.to_owned(), mistakes }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "项目文件 {} 有 {} 处错误：", self.path.display(), self.mistakes.len())?;
        for mistake in &self.mistakes {
            match mistake.line {
                0 => write!(f, "\n  {}", mistake.message)?,
                line => write!(f, "\n  第{line}行：{}", mistake.message)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// Collects mistakes while the text is checked.
#[derive(Debug)]
pub(super) struct MistakeCollector<'text> {
    text: &'text str,
    list: Vec<Mistake>,
    /// Lines that are no TOML: what else they seem to say is not worth reporting, nor is what
    /// seems to be absent because of them.
    broken: BTreeSet<usize>,
}

impl<'text> MistakeCollector<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        Self { text, list: Vec::new(), broken: BTreeSet::new() }
    }

    /// A line that is no TOML; reported once.
    pub(super) fn add_broken(&mut self, line: usize, message: impl Into<String>) {
        if self.broken.insert(line) {
            self.list.push(Mistake { line, message: message.into() });
        }
    }

    /// A mistake at a byte range of the text.
    pub(super) fn add(&mut self, span: &Range<usize>, message: impl Into<String>) {
        let line = self.line_of(span.start);
        if !self.broken.contains(&line) {
            self.list.push(Mistake { line, message: message.into() });
        }
    }

    /// Something absent from a table that begins at a byte range.
    pub(super) fn add_absent(&mut self, span: &Range<usize>, message: impl Into<String>) {
        if self.broken.is_empty() {
            self.add(span, message);
        }
    }

    /// Something absent from the file as a whole.
    pub(super) fn add_whole(&mut self, message: impl Into<String>) {
        if self.broken.is_empty() {
            self.list.push(Mistake { line: 0, message: message.into() });
        }
    }

    /// Line (from 1) of a byte offset.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        before.split(|byte| *byte == b'\n').count()
    }

    /// The mistakes by line, those of the whole file last.
    pub(super) fn finish(mut self) -> Vec<Mistake> {
        self.list.sort_by_key(|mistake| if mistake.line == 0 { usize::MAX } else { mistake.line });
        self.list.dedup();
        self.list
    }
}

/// The known name nearest to a misspelt one, when it is near enough to be meant.
pub fn nearest<'name>(
    wrong: &str,
    known: impl IntoIterator<Item = &'name str>,
) -> Option<&'name str> {
    let scored = known.into_iter().map(|name| (strsim::osa_distance(wrong, name), name));
    let (distance, name) = scored.min()?;
    let allowed = (wrong.chars().count().max(name.chars().count()) / 3).max(1);
    (distance <= allowed).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{MistakeCollector, nearest};

    #[test]
    fn nearest_name_only_when_it_can_be_meant() {
        let known = ["title", "unit", "as_of", "report_window"];
        let cases = [
            ("report_windw", Some("report_window")),
            ("titel", Some("title")),
            ("asof", Some("as_of")),
            ("passwort", None),
        ];
        for (wrong, right) in cases {
            assert_eq!(nearest(wrong, known), right, "{wrong}");
        }
    }

    #[test]
    fn lines_count_from_one_and_whole_file_mistakes_come_last() {
        let mut mistakes = MistakeCollector::new("甲\n乙\n");
        mistakes.add_whole("整体");
        mistakes.add(&(4..7), "第二行");
        let list = mistakes.finish();
        assert_eq!((list[0].line, list[1].line), (2, 0));
    }
}
