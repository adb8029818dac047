//! How problems, counts and errors look on a terminal.

use crate::pipeline::ProblemCounts;
use crate::problems::Problem;

/// `[警告] 文件 › 表 › 单元格：…；…`
pub(super) fn problem(problem: &Problem) -> String {
    format!("  [{}] {}", problem.severity.label(), problem.line())
}

/// `错误 1、警告 2、提示 3`, or `没有`.
pub(super) fn problem_counts(counts: ProblemCounts) -> String {
    let parts: Vec<String> =
        [("错误", counts.errors), ("警告", counts.warnings), ("提示", counts.notes)]
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(label, count)| format!("{label} {count}"))
            .collect();
    if parts.is_empty() { "没有".to_owned() } else { parts.join("、") }
}

/// Text padded on the right to a width in terminal columns; Chinese characters take two.
pub(super) fn padded(text: &str, width: usize) -> String {
    let taken = columns(text);
    format!("{text}{}", " ".repeat(width.saturating_sub(taken)))
}

/// Text padded on the left to a width in terminal columns.
pub(super) fn right(text: &str, width: usize) -> String {
    let taken = columns(text);
    format!("{}{text}", " ".repeat(width.saturating_sub(taken)))
}

/// Columns a text takes on a terminal; Chinese characters take two.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::{padded, problem_counts, right};
    use crate::pipeline::ProblemCounts;

    #[test]
    fn padding_counts_chinese_characters_twice() {
        assert_eq!(padded("学籍", 6), "学籍  ");
        assert_eq!(right("12", 4), "  12");
        assert_eq!(padded("太长的文字", 2), "太长的文字");
    }

    #[test]
    fn empty_weights_are_left_out() {
        let counts = ProblemCounts { errors: 0, warnings: 2, notes: 1 };
        assert_eq!(problem_counts(counts), "警告 2、提示 1");
        assert_eq!(problem_counts(ProblemCounts::default()), "没有");
    }
}
