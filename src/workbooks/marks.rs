//! Two texts of equal length → the same texts with their differing characters marked.

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The characters.
    pub(super) text: String,
    /// Whether they differ from the other text's.
    pub(super) differs: bool,
}

/// Both texts in stretches, when they have the same number of characters and differ somewhere.
/// Texts of other lengths are not marked: without an alignment every character would be red.
pub(super) fn differences(left: &str, right: &str) -> Option<(Vec<Run>, Vec<Run>)> {
    if left == right || left.is_empty() || left.chars().count() != right.chars().count() {
        return None;
    }
    Some((runs(left, right), runs(right, left)))
}

fn runs(text: &str, other: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (letter, against) in text.chars().zip(other.chars()) {
        let differs = letter != against;
        match runs.last_mut() {
            Some(run) if run.differs == differs => run.text.push(letter),
            _ => runs.push(Run { text: letter.to_string(), differs }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::differences;

    fn shown(left: &str, right: &str) -> String {
        let Some((runs, _)) = differences(left, right) else { return "-".to_owned() };
        let show = |run: &super::Run| {
            if run.differs { format!("[{}]", run.text) } else { run.text.clone() }
        };
        runs.iter().map(show).collect()
    }

    #[test]
    fn marks_only_what_differs() {
        let cases = [
            ("张伟", "张炜", "张[伟]"),
            ("230102", "230201", "230[1]0[2]"),
            ("12345", "12543", "12[3]4[5]"),
            ("甲乙", "丙丁", "[甲乙]"),
            ("相同", "相同", "-"),
            ("长短", "长短不一", "-"),
            ("", "", "-"),
        ];
        for (left, right, expected) in cases {
            assert_eq!(shown(left, right), expected, "{left} / {right}");
        }
    }
}
