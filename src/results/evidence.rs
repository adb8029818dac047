//! Contributions of a match weight → words: one compact form for machines, one sentence for people.

use std::fmt::Write as _;

use crate::linkage::{Candidate, Contribution, Outcome, RULING};

/// `姓名=同音(+5.21);证件=一致(+18.02)`, as `links.csv` has it; empty without a candidate.
pub fn compact(outcome: &Outcome) -> String {
    let parts = outcome.best().map_or(&[][..], |best| best.contributions.as_slice());
    let part = |c: &Contribution| format!("{}={}({:+.2})", c.comparison(), c.level(), c.weight);
    parts.iter().filter(|c| weighs(c)).map(part).collect::<Vec<_>>().join(";")
}

/// Whether a contribution shows in two digits, or is a person's ruling. What is missing on one
/// side weighs nothing.
fn weighs(contribution: &Contribution) -> bool {
    contribution.weight.abs() >= 0.005 || contribution.comparison() == RULING
}

/// The waterfall in one line: `权重 +12.3：先验登记人口中任一人 -16.7；姓名相同 +14.1；…`.
pub fn waterfall(candidate: &Candidate) -> String {
    let part = |c: &Contribution| format!("{} {:+.1}", words(c), c.weight);
    let parts: Vec<String> =
        candidate.contributions.iter().filter(|c| weighs(c)).map(part).collect();
    format!("权重 {:+.1}：{}", candidate.weight, parts.join("；"))
}

/// Why the row got its decision: the rule or threshold, then what speaks for and against.
pub fn sentence(outcome: &Outcome) -> String {
    let comparison = outcome.best().map(weighing).unwrap_or_default();
    match (outcome.reason.is_empty(), comparison.is_empty()) {
        (_, true) => outcome.reason.to_string(),
        (true, false) => comparison,
        (false, false) => format!("{}。{comparison}", outcome.reason.trim_end_matches('。')),
    }
}

/// What speaks for and against one candidate; what is missing on one side (weight 0) and the
/// prior say nothing about the person and are left out.
pub fn weighing(candidate: &Candidate) -> String {
    let compared = candidate.contributions.iter().filter(|c| !c.is_prior());
    let (speaks_for, rest): (Vec<&Contribution>, Vec<&Contribution>) =
        compared.partition(|c| c.weight > 0.0);
    let against: Vec<_> = rest.into_iter().filter(|c| c.weight < 0.0).collect();
    let mut text = String::new();
    for (head, side) in [("相符：", speaks_for), ("不符：", against)] {
        if side.is_empty() {
            continue;
        }
        let gap = if text.is_empty() { "" } else { "；" };
        let words: Vec<String> = side.iter().map(|c| words(c)).collect();
        write!(text, "{gap}{head}{}", words.join("、")).expect("writing to a string");
    }
    text
}

/// A level of so many characters is a predicate and joins its comparison: 姓名同音.
const PREDICATE: usize = 4;

/// What was compared and how it compares. Some levels name what they are of: 年龄与培训相符. What says more than a predicate stands apart:
/// 年龄（证件号年龄与入学相符）.
pub fn words(contribution: &Contribution) -> String {
    let (comparison, level) = (contribution.comparison(), contribution.level());
    if level.starts_with(comparison) {
        return level.to_owned();
    }
    match level.split_once('（') {
        None if level.chars().count() > PREDICATE => format!("{comparison}（{level}）"),
        Some((head, rest)) if head.chars().count() > PREDICATE => {
            format!("{comparison}（{head}，{}）", rest.trim_end_matches('）'))
        }
        _ => format!("{comparison}{level}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::linkage::{Candidate, Contribution, Decision, MatchClass, Outcome};
    use crate::results::evidence::{compact, sentence};

    fn outcome(parts: &[(&'static str, &'static str, f64)], reason: &str) -> Outcome {
        let contributions = parts
            .iter()
            .map(|(comparison, level, weight)| {
                Contribution::of_words(comparison, level, *weight).unwrap()
            })
            .collect();
        let best = Candidate { person: 0, probability: 0.9, weight: 3.0, contributions };
        Outcome {
            decision: Decision::Review,
            match_class: MatchClass::IdDiffers,
            candidates: vec![best],
            reason: reason.to_owned().into(),
        }
    }

    #[test]
    fn machine_form_has_sign_and_two_decimals() {
        let outcome = outcome(&[("姓名", "同音", 5.214), ("证件号码", "相差两三位", -0.5)], "");
        assert_eq!(compact(&outcome), "姓名=同音(+5.21);证件号码=相差两三位(-0.50)");
    }

    #[test]
    fn sentence_names_both_sides_and_skips_what_says_nothing() {
        let parts = [
            ("先验", "登记人口中任一人", -12.0),
            ("姓名", "相同", 8.0),
            ("电话", "缺失", 0.0),
            ("性别", "不同", -4.0),
        ];
        let cases = [
            (outcome(&parts, "概率在待核区间"), "概率在待核区间。相符：姓名相同；不符：性别不同"),
            (outcome(&parts, ""), "相符：姓名相同；不符：性别不同"),
            (outcome(&[("年龄", "年龄与入学相符", 0.5)], ""), "相符：年龄与入学相符"),
            (
                outcome(&[("年龄", "证件号年龄与入学相符", 0.5)], ""),
                "相符：年龄（证件号年龄与入学相符）",
            ),
            (outcome(&[("户籍地", "同县（乡镇不详）", 0.5)], ""), "相符：户籍地同县（乡镇不详）"),
            (
                outcome(&[("证件号码", "不一致（号码有缺陷）", -9.0)], ""),
                "不符：证件号码不一致（号码有缺陷）",
            ),
            (outcome(&[], "没有候选人"), "没有候选人"),
        ];
        for (outcome, expected) in cases {
            assert_eq!(sentence(&outcome), expected);
        }
    }
}
