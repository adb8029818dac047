//! Figures counted by hand.

use super::super::Decision;
use super::super::model::Thresholds;
use super::{
    EvaluatedRow, Evaluation, EvaluationBasis, SchoolSource, TruthKind, bits, evaluate, probability,
};

fn row(
    place: &str,
    decision: Decision,
    person: &str,
    probability: f64,
    truth: &str,
) -> EvaluatedRow {
    EvaluatedRow {
        place: place.to_owned(),
        decision,
        person: person.to_owned(),
        probability,
        class: if person.is_empty() { "查无此人" } else { "证件号缺失" }.to_owned(),
        persons: truth.split('|').filter(|p| !p.is_empty()).map(str::to_owned).collect(),
        errors: vec!["slip".to_owned()],
        school: if place < "4" { "甲校" } else { "乙校" }.to_owned(),
    }
}

/// Two right links and a wrong one, a right review, a registered row left out.
fn five() -> Vec<EvaluatedRow> {
    vec![
        row("1", Decision::Link, "a", 0.999, "a"),
        row("2", Decision::Link, "c", 0.999, "b|c"),
        row("3", Decision::Link, "123456789012", 0.995, ""),
        row("4", Decision::Review, "d", 0.6, "d"),
        row("5", Decision::None, "", 0.01, "230899200103051818"),
    ]
}

fn judged(rows: &[EvaluatedRow]) -> Evaluation {
    let basis = EvaluationBasis {
        links: rows.len(),
        truth: rows.len(),
        truth_kind: TruthKind::EveryRow,
        links_without_truth: 0,
        truth_without_links: 0,
        schools: SchoolSource::Institution,
    };
    evaluate(rows, basis, Some(Thresholds { link: 0.99, review: 0.15 }))
}

#[test]
fn counts_are_those_of_the_definition() {
    let result = judged(&five());
    assert_eq!((result.rows, result.matched), (5, 4));
    assert_eq!((result.link.precision.part, result.link.precision.whole), (2, 3));
    assert_eq!((result.link.recall.part, result.link.recall.whole), (2, 4));
    assert_eq!((result.link_and_review.recall.part, result.review.part), (3, 1));
    assert_eq!((result.settled.precision.part, result.settled.precision.whole), (3, 4));
    assert_eq!((result.half.precision.part, result.half.precision.whole), (3, 4));
    let doubts: Vec<_> = result.doubts.iter().map(|d| (d.from, d.wrong.part)).collect();
    assert_eq!(doubts, [(0.99, 1), (0.9, 1)]);
}

#[test]
fn parts_add_up_to_the_whole() {
    let result = judged(&five());
    let slip = &result.errors[0];
    assert_eq!((slip.link.recall.part, slip.link.recall.whole, slip.missed), (2, 4, 1));
    let classes: Vec<_> = result.classes.iter().map(|c| (c.name.as_str(), c.rows)).collect();
    assert_eq!(classes, [("证件号缺失", 4), ("查无此人", 1)]);
    let decisions: Vec<_> =
        result.decisions.iter().map(|d| (d.decision, d.right.part, d.right.whole)).collect();
    assert_eq!(decisions, [("link", 2, 3), ("review", 1, 1), ("none", 0, 1)]);
}

#[test]
fn the_worst_school_comes_first() {
    let result = judged(&five());
    let schools: Vec<_> = result
        .schools
        .iter()
        .map(|s| (s.name.as_str(), s.link.recall.part, s.link.recall.whole, s.wrong_links))
        .collect();
    assert_eq!(schools, [("乙校", 0, 2, 0), ("甲校", 2, 2, 1)]);
    let silent = row("0", Decision::None, "", 0.0, "");
    let mut rows = five();
    rows.push(EvaluatedRow { school: "丙校".to_owned(), ..silent });
    assert_eq!(judged(&rows).schools.last().map(|s| s.name.as_str()), Some("丙校"));
}

#[test]
fn the_log_loss_is_that_of_every_row() {
    // A certain wrong link costs most, a quiet row next to nothing.
    let losses = [0.999, 0.999, 0.005, 0.6, 0.01].map(|stated| -libm::log(stated));
    let mean = losses.iter().sum::<f64>() / 5.0;
    assert!((judged(&five()).log_loss - mean).abs() < 1e-9);
    let silent = row("1", Decision::None, "", 0.0, "");
    assert!(judged(&[silent]).log_loss.abs() < 1e-12);
}

#[test]
fn the_curve_counts_from_the_top() {
    let result = judged(&five());
    let at = |threshold: f64| {
        let found = result.curve.iter().find(|p| p.threshold.total_cmp(&threshold).is_eq());
        let quality = found.expect("a point").quality;
        (quality.precision.part, quality.precision.whole, quality.recall.whole)
    };
    assert_eq!(
        [at(0.15), at(0.5), at(0.9), at(0.99)],
        [(3, 4, 4), (3, 4, 4), (2, 3, 4), (2, 3, 4)]
    );
    assert_eq!((at(0.999), at(0.9999)), ((2, 2, 4), (0, 0, 4)));
    assert!(result.curve.is_sorted_by(|a, b| a.threshold < b.threshold));
    assert_eq!(result.curve_table().len(), 10);
}

#[test]
fn bins_hold_every_named_person_once() {
    let result = judged(&five());
    let bins: Vec<_> = result
        .calibration
        .iter()
        .filter(|bin| bin.right.whole > 0)
        .map(|bin| (bin.from, bin.right.part, bin.right.whole))
        .collect();
    assert_eq!(bins, [(0.5, 1, 1), (0.99, 0, 1), (0.999, 2, 2)]);
    // log2 odds: 0.6 → 0.58, 0.995 → 7.64, 0.999 → 9.96.
    let weights: Vec<_> = result
        .weights
        .iter()
        .filter(|bin| bin.right + bin.wrong > 0)
        .map(|bin| (bin.from, bin.right, bin.wrong))
        .collect();
    assert_eq!(weights, [(0, 1, 0), (7, 0, 1), (9, 2, 0)]);
    assert_eq!(result.weights.len(), 10);
}

#[test]
fn odds_and_probabilities_are_inverse_and_bounded() {
    assert!((bits(0.8) - 2.0).abs() < 1e-12 && (probability(2.0) - 0.8).abs() < 1e-12);
    assert_eq!((bits(0.0), bits(1.0)), (-20.0, 20.0));
}

#[test]
fn what_went_wrong_is_listed_with_persons_masked() {
    let result = judged(&five());
    let wrong: Vec<_> = result.wrong_links.iter().map(|c| (c.place.as_str(), &*c.named)).collect();
    assert_eq!(wrong, [("3", "12********12")]);
    let missed: Vec<_> = result.missed.iter().map(|c| (c.place.as_str(), &*c.right)).collect();
    assert_eq!(missed, [("5", "230899********1818")]);
}

#[test]
fn nobody_named_is_no_trouble() {
    let result = judged(&[row("1", Decision::None, "", 0.0, "a")]);
    assert!(result.curve.is_empty() && result.weights.is_empty());
    assert!(result.text().contains("准确率 —（0/0）"), "{}", result.text());
}
