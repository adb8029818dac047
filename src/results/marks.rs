//! Two texts → the same texts with their differing characters marked.

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkedText {
    /// The characters.
    pub text: String,
    /// Whether they differ from the other text's.
    pub differs: bool,
}

/// Both texts in stretches, when they have the same number of characters and differ somewhere.
/// Texts of other lengths are not marked: without an alignment every character would be red.
pub fn differences(left: &str, right: &str) -> Option<[Vec<MarkedText>; 2]> {
    if left == right || left.is_empty() || left.chars().count() != right.chars().count() {
        return None;
    }
    Some([runs(left, right), runs(right, left)])
}

fn runs(text: &str, other: &str) -> Vec<MarkedText> {
    gather(text.chars().zip(other.chars()).map(|(letter, against)| (letter, letter != against)))
}

fn gather(letters: impl Iterator<Item = (char, bool)>) -> Vec<MarkedText> {
    let mut runs: Vec<MarkedText> = Vec::new();
    for (letter, differs) in letters {
        match runs.last_mut() {
            Some(run) if run.differs == differs => run.text.push(letter),
            _ => runs.push(MarkedText { text: letter.to_string(), differs }),
        }
    }
    runs
}

/// Longest texts that are aligned; an address is not marked letter by letter.
const ALIGNED: usize = 40;

/// Both texts in stretches, whatever their lengths: characters of the longest common subsequence
/// are the same, the others differ. A text beside nothing is not marked.
pub fn aligned(left: &str, right: &str) -> [Vec<MarkedText>; 2] {
    let plain = |text: &str| gather(text.chars().map(|letter| (letter, false)));
    let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if a.is_empty() || b.is_empty() || a.len().max(b.len()) > ALIGNED {
        return [plain(left), plain(right)];
    }
    if a.len() == b.len() {
        return [runs(left, right), runs(right, left)];
    }
    let (same_a, same_b) = common(&a, &b);
    let marked = |letters: &[char], same: &[bool]| {
        gather(letters.iter().zip(same).map(|(letter, same)| (*letter, !same)))
    };
    [marked(&a, &same_a), marked(&b, &same_b)]
}

/// Which characters of each belong to a longest common subsequence.
fn common(a: &[char], b: &[char]) -> (Vec<bool>, Vec<bool>) {
    let mut longest = vec![vec![0_u8; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i][j] = if a[i] == b[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut same_a, mut same_b) = (vec![false; a.len()], vec![false; b.len()]);
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            (same_a[i], same_b[j]) = (true, true);
            (i, j) = (i + 1, j + 1);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    (same_a, same_b)
}

#[cfg(test)]
mod tests {
    use crate::results::marks::{MarkedText, aligned, differences};

    fn bracketed(runs: &[MarkedText]) -> String {
        let show = |run: &MarkedText| {
            if run.differs { format!("[{}]", run.text) } else { run.text.clone() }
        };
        runs.iter().map(show).collect()
    }

    #[test]
    fn texts_of_other_lengths_are_aligned() {
        let cases = [
            ("张伟", "张小伟", "张伟", "张[小]伟"),
            (
                "23010219900101123",
                "230102199001011234",
                "23010219900101123",
                "23010219900101123[4]",
            ),
            ("张伟", "", "张伟", ""),
            ("张伟", "张炜", "张[伟]", "张[炜]"),
            ("欧阳文", "阳文革", "[欧阳文]", "[阳文革]"),
        ];
        for (left, right, first, second) in cases {
            let [a, b] = aligned(left, right);
            assert_eq!((bracketed(&a).as_str(), bracketed(&b).as_str()), (first, second));
        }
    }

    fn shown(left: &str, right: &str) -> String {
        let Some([runs, _]) = differences(left, right) else { return "-".to_owned() };
        bracketed(&runs)
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
