//! Links against a known truth: precision, recall, F1, calibration; by decision, match class and
//! kind of error.
//!
//! Reads both kinds of links: a run's `links.csv` (rows named by file, sheet and row) and the
//! output of `bidui link` (`left_id`, `right_id`). A truth row names a row and its person; several
//! right answers (a person registered twice) are separated by `|`; an empty person means that the
//! row has no match.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::headed_csv::HeadedCsv;

/// Why links cannot be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// A file cannot be read.
    #[error("{path}：{source}")]
    Csv {
        /// The file.
        path: String,
        /// What the reader says.
        source: csv::Error,
    },
    /// A column is missing.
    #[error("{path} 缺少列“{column}”，表头为：{seen}")]
    Column {
        /// The file.
        path: String,
        /// The column.
        column: String,
        /// The header.
        seen: String,
    },
}

/// A share with its 95 % interval (Wilson 1927).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// How many.
    pub part: usize,
    /// Of how many.
    pub whole: usize,
    /// The share; 0 when there is nothing to share.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Share {
    /// A share with its interval.
    pub fn new(part: usize, whole: usize) -> Self {
        let float = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        if whole == 0 {
            return Self { part, whole, value: 0.0, low: 0.0, high: 1.0 };
        }
        let (n, p, z) = (float(whole), float(part) / float(whole), 1.959_964_f64);
        let centre = p + z * z / (2.0 * n);
        let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        let bound = |value: f64| (value / scale).clamp(0.0, 1.0);
        Self { part, whole, value: p, low: bound(centre - spread), high: bound(centre + spread) }
    }
}

/// Precision, recall and F1 of a selection of links.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quality {
    /// Right ones among the selected.
    pub precision: Share,
    /// Selected right ones among all true matches.
    pub recall: Share,
    /// Harmonic mean.
    pub f1: f64,
}

impl Quality {
    fn new(right: usize, selected: usize, truths: usize) -> Self {
        let (precision, recall) = (Share::new(right, selected), Share::new(right, truths));
        let sum = precision.value + recall.value;
        let f1 = if sum > 0.0 { 2.0 * precision.value * recall.value / sum } else { 0.0 };
        Self { precision, recall, f1 }
    }
}

/// One bin of the calibration table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Lower end of the probabilities.
    pub from: f64,
    /// Mean probability.
    pub mean: f64,
    /// Right ones.
    pub right: Share,
}

/// The whole evaluation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Rows in the truth.
    pub rows: usize,
    /// Rows that have a match.
    pub matched: usize,
    /// `link` alone.
    pub link: Quality,
    /// `link` and `review` together, best candidates taken.
    pub link_and_review: Quality,
    /// Best candidates at probability 0.5 and above.
    pub half: Quality,
    /// F1 once every review is settled rightly.
    pub settled: Quality,
    /// Share of rows in review.
    pub review: Share,
    /// Right ones by decision and match class.
    pub classes: BTreeMap<String, Share>,
    /// Linked rightly by kind of error, among rows that have a match.
    pub errors: BTreeMap<String, Share>,
    /// Calibration.
    pub calibration: Vec<Bin>,
}

struct Truth {
    persons: Vec<String>,
    errors: Vec<String>,
}

struct Claim {
    key: String,
    decision: String,
    person: String,
    probability: f64,
    class: String,
}

/// Evaluates a links file.
pub fn evaluate_files(links: &Path, truth: &Path) -> Result<Evaluation, EvaluationError> {
    let (claims, of_run) = read_claims(links)?;
    Ok(evaluate(&claims, &read_truth(truth, of_run)?))
}

const ROW_COLUMNS: [&str; 3] = ["source_file", "source_sheet", "source_row"];

fn read(path: &Path) -> Result<HeadedCsv, EvaluationError> {
    let failed = |source| EvaluationError::Csv { path: path.display().to_string(), source };
    HeadedCsv::read(path).map_err(failed)
}

fn find(file: &HeadedCsv, name: &str) -> Result<usize, EvaluationError> {
    file.column(name).ok_or_else(|| EvaluationError::Column {
        path: file.path.clone(),
        column: name.to_owned(),
        seen: file.header.join(","),
    })
}

/// Columns that make the key of a row: file, sheet and row in a run's files, else the first.
fn key_columns(file: &HeadedCsv, of_run: bool) -> Result<Vec<usize>, EvaluationError> {
    if of_run { ROW_COLUMNS.iter().map(|name| find(file, name)).collect() } else { Ok(vec![0]) }
}

fn key(row: &csv::StringRecord, columns: &[usize]) -> String {
    columns.iter().map(|c| row.get(*c).unwrap_or("")).collect::<Vec<_>>().join("\u{1f}")
}

/// The claims, and whether they are those of a run.
fn read_claims(path: &Path) -> Result<(Vec<Claim>, bool), EvaluationError> {
    let file = read(path)?;
    let of_run = file.column(ROW_COLUMNS[0]).is_some();
    let keys = key_columns(&file, of_run)?;
    let decision = find(&file, "decision")?;
    let probability = find(&file, "probability")?;
    let person = find(&file, "person_id").or_else(|_| find(&file, "right_id"))?;
    let class = file.column("match_class");
    let text = |row: &csv::StringRecord, c: usize| row.get(c).unwrap_or("").to_owned();
    let claim = |row: &csv::StringRecord| Claim {
        key: key(row, &keys),
        decision: text(row, decision),
        person: text(row, person),
        probability: row.get(probability).and_then(|p| p.parse().ok()).unwrap_or(0.0),
        class: class.map_or_else(String::new, |c| text(row, c)),
    };
    Ok((file.rows.iter().map(claim).collect(), of_run))
}

/// The truth by key. A file without `person_id` names the match in its second column.
fn read_truth(path: &Path, of_run: bool) -> Result<BTreeMap<String, Truth>, EvaluationError> {
    let file = read(path)?;
    let keys = key_columns(&file, of_run)?;
    let person = match file.column("person_id") {
        None if of_run => find(&file, "person_id")?,
        found => found.unwrap_or(1),
    };
    let errors = file.column("errors");
    let split = |row: &csv::StringRecord, column: usize, mark: char| -> Vec<String> {
        let parts = row.get(column).unwrap_or("").split(mark).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let truth = |row: &csv::StringRecord| Truth {
        persons: split(row, person, '|'),
        errors: errors.map_or_else(Vec::new, |column| split(row, column, ';')),
    };
    Ok(file.rows.iter().map(|row| (key(row, &keys), truth(row))).collect())
}

fn evaluate(claims: &[Claim], truth: &BTreeMap<String, Truth>) -> Evaluation {
    let matched = truth.values().filter(|t| !t.persons.is_empty()).count();
    let right =
        |claim: &&Claim| truth.get(&claim.key).is_some_and(|t| t.persons.contains(&claim.person));
    let quality = |select: &dyn Fn(&Claim) -> bool| {
        let selected: Vec<&Claim> = claims.iter().filter(|c| select(c)).collect();
        Quality::new(selected.iter().filter(|c| right(c)).count(), selected.len(), matched)
    };
    let is = |claim: &Claim, decision: &str| claim.decision == decision;
    let reviews = claims.iter().filter(|c| is(c, "review")).count();
    let links = claims.iter().filter(|c| is(c, "link"));
    let settled_right = links.clone().filter(right).count()
        + claims.iter().filter(|c| is(c, "review")).filter(right).count();
    let wrong_links = links.clone().count() - links.clone().filter(right).count();
    Evaluation {
        rows: truth.len(),
        matched,
        link: quality(&|c| is(c, "link")),
        link_and_review: quality(&|c| is(c, "link") || is(c, "review")),
        half: quality(&|c| c.probability >= 0.5 && !c.person.is_empty()),
        settled: Quality::new(settled_right, settled_right + wrong_links, matched),
        review: Share::new(reviews, truth.len()),
        classes: by_class(claims, &right),
        errors: by_error(claims, truth, &right),
        calibration: calibrate(claims, &right),
    }
}

fn by_class(claims: &[Claim], right: &dyn Fn(&&Claim) -> bool) -> BTreeMap<String, Share> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for claim in claims.iter().filter(|claim| !claim.person.is_empty()) {
        let name = format!("{} {}", claim.decision, claim.class);
        let count = counts.entry(name.trim().to_owned()).or_default();
        count.0 += usize::from(right(&claim));
        count.1 += 1;
    }
    counts.into_iter().map(|(name, (part, whole))| (name, Share::new(part, whole))).collect()
}

fn by_error(
    claims: &[Claim],
    truth: &BTreeMap<String, Truth>,
    right: &dyn Fn(&&Claim) -> bool,
) -> BTreeMap<String, Share> {
    let linked = claims.iter().filter(|c| c.decision == "link").filter(right);
    let linked: std::collections::BTreeSet<&str> = linked.map(|c| c.key.as_str()).collect();
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (key, row) in truth.iter().filter(|(_, row)| !row.persons.is_empty()) {
        for error in &row.errors {
            let count = counts.entry(error.clone()).or_default();
            count.0 += usize::from(linked.contains(key.as_str()));
            count.1 += 1;
        }
    }
    counts.into_iter().map(|(name, (part, whole))| (name, Share::new(part, whole))).collect()
}

const BINS: [f64; 9] = [0.0, 0.05, 0.15, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999];

fn calibrate(claims: &[Claim], right: &dyn Fn(&&Claim) -> bool) -> Vec<Bin> {
    let mut bins = Vec::new();
    for (index, from) in BINS.iter().enumerate() {
        let to = BINS.get(index + 1).copied().unwrap_or(f64::INFINITY);
        let inside = |c: &&Claim| c.probability >= *from && c.probability < to;
        let members: Vec<&Claim> =
            claims.iter().filter(|c| !c.person.is_empty()).filter(inside).collect();
        let sum: f64 = members.iter().map(|c| c.probability).sum();
        let count = f64::from(u32::try_from(members.len().max(1)).unwrap_or(u32::MAX));
        let hits = members.iter().filter(|c| right(c)).count();
        bins.push(Bin { from: *from, mean: sum / count, right: Share::new(hits, members.len()) });
    }
    bins
}

impl Evaluation {
    /// The evaluation as text for a terminal.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |words: String| {
            text.push_str(&words);
            text.push('\n');
        };
        line(format!("行数 {}，其中应比中 {}", self.rows, self.matched));
        for (name, quality) in [
            ("link（比对一致）", &self.link),
            ("link+review（取最佳候选人）", &self.link_and_review),
            ("概率 ≥ 0.5", &self.half),
            ("待核全部核对后", &self.settled),
        ] {
            line(quality_line(name, quality));
        }
        line(format!("待核占比 {}", share_line(&self.review)));
        line("\n按决定与类别（正确率）：".to_owned());
        self.classes
            .iter()
            .for_each(|(name, share)| line(format!("  {name}：{}", share_line(share))));
        if !self.errors.is_empty() {
            line("\n按差错种类（被正确 link 的比例）：".to_owned());
            self.errors.iter().for_each(|(n, share)| line(format!("  {n}：{}", share_line(share))));
        }
        line("\n概率校准（概率下限 → 平均概率，实际正确率）：".to_owned());
        for bin in self.calibration.iter().filter(|bin| bin.right.whole > 0) {
            line(format!("  ≥ {:<5} {:.4}  {}", bin.from, bin.mean, share_line(&bin.right)));
        }
        text
    }
}

fn quality_line(name: &str, quality: &Quality) -> String {
    format!(
        "{name}：准确率 {}，召回率 {}，F1 {:.5}",
        share_line(&quality.precision),
        share_line(&quality.recall),
        quality.f1
    )
}

fn share_line(share: &Share) -> String {
    format!(
        "{:.5}（{}/{}，95% 区间 {:.5}–{:.5}）",
        share.value, share.part, share.whole, share.low, share.high
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(key: &str, decision: &str, person: &str, probability: f64) -> Claim {
        let text = str::to_owned;
        Claim {
            key: text(key),
            decision: text(decision),
            person: text(person),
            probability,
            class: String::new(),
        }
    }

    #[test]
    fn counts_are_those_of_the_definition() {
        let truth = |person: &str| Truth {
            persons: person.split('|').filter(|p| !p.is_empty()).map(str::to_owned).collect(),
            errors: vec!["slip".to_owned()],
        };
        let truths: BTreeMap<String, Truth> =
            [("1", "a"), ("2", "b|c"), ("3", ""), ("4", "d"), ("5", "e")]
                .map(|(k, p)| (k.to_owned(), truth(p)))
                .into();
        let claims = [
            claim("1", "link", "a", 0.999),
            claim("2", "link", "c", 0.999),
            claim("3", "link", "x", 0.995),
            claim("4", "review", "d", 0.6),
            claim("5", "none", "", 0.01),
        ];
        let result = evaluate(&claims, &truths);
        assert_eq!((result.link.precision.part, result.link.precision.whole), (2, 3));
        assert_eq!((result.link.recall.part, result.link.recall.whole), (2, 4));
        assert_eq!((result.link_and_review.recall.part, result.review.part), (3, 1));
        assert_eq!((result.settled.precision.part, result.settled.precision.whole), (3, 4));
        assert_eq!(result.errors["slip"].part, 2);
    }

    #[test]
    fn wilson_interval_of_the_textbook() {
        // 8 of 10: 0.490 to 0.943 (Brown, Cai and DasGupta 2001, formula 4).
        let share = Share::new(8, 10);
        assert!((share.low - 0.4902).abs() < 5e-4 && (share.high - 0.9433).abs() < 5e-4);
    }
}
