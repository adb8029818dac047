//! Links and truth as files → rows to judge, or every mistake in them.
//!
//! Reads both kinds of links: a run's `links.csv` (rows named by file, sheet and row) and the output
//! of `bidui link` (`left_id`, `right_id`). A truth row names a row and its person; several right
//! answers (a person registered twice) are separated by `|`; an empty person means that the row has
//! no match. A truth that never says so is a list of matches: rows it does not name have none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::super::Decision;
use super::super::headed_csv::HeadedCsv;
use super::super::model::Thresholds;
use super::super::model_files;
use super::mistakes::EvaluationError;
use super::row::EvaluatedRow;
use super::{Evaluation, evaluate};
use crate::records::identifier::mask;

/// What to evaluate.
#[derive(Clone, Copy, Debug)]
pub struct Files<'path> {
    /// Links of `run` or `link`.
    pub links: &'path Path,
    /// The true links.
    pub truth: &'path Path,
    /// A model file whose thresholds are to be marked.
    pub model: Option<&'path Path>,
    /// Whether the truth is a sample: rows it does not name are left out.
    pub partial: bool,
}

/// What a truth says about rows it does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TruthKind {
    /// It names every row.
    EveryRow,
    /// It names the matches; other rows have none.
    MatchesOnly,
    /// It names a sample; nothing is known about other rows.
    Sample,
}

/// What the table by school goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchoolSource {
    /// A column of the truth.
    Institution,
    /// The source file, because the truth names no school.
    SourceFile,
    /// Neither is known.
    Unknown,
}

/// What the figures stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EvaluationBasis {
    /// Rows of the links file.
    pub links: usize,
    /// Rows of the truth file.
    pub truth: usize,
    /// What the truth says about rows it does not name.
    pub truth_kind: TruthKind,
    /// Rows of the links the truth does not name.
    pub links_without_truth: usize,
    /// Rows of the truth the links do not name; they count as not linked.
    pub truth_without_links: usize,
    /// What the table by school goes by.
    pub schools: SchoolSource,
}

/// Evaluates a links file.
///
/// # Errors
/// A file that cannot be read, mistakes in it, or rows that are on one side only.
pub fn evaluate_files(files: &Files) -> Result<Evaluation, EvaluationError> {
    let links = read(files.links)?;
    let shape = Shape::of(&links);
    let claims = claims(&links, shape)?;
    let (truths, schools) = truths(&read(files.truth)?, shape)?;
    let thresholds = thresholds(files, shape)?;
    let kind = match truths.values().any(|truth| truth.persons.is_empty()) {
        _ if files.partial => TruthKind::Sample,
        true => TruthKind::EveryRow,
        false => TruthKind::MatchesOnly,
    };
    let (basis, rows) = pair(claims, truths, kind, shape, schools)?;
    Ok(evaluate(&rows, basis, thresholds))
}

const ROW_COLUMNS: [&str; 3] = ["source_file", "source_sheet", "source_row"];
const SCHOOL_COLUMNS: [&str; 2] = ["institution", "school"];

/// Which kind of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A run's: every data row, named by file, sheet and row.
    Run,
    /// Two tables': linked and review rows, named by their id.
    Tables,
}

impl Shape {
    fn of(file: &HeadedCsv) -> Self {
        if file.column(ROW_COLUMNS[0]).is_some() { Self::Run } else { Self::Tables }
    }

    /// Columns that name a row.
    fn key_columns(self, file: &HeadedCsv) -> Result<Vec<usize>, EvaluationError> {
        match self {
            Self::Run => ROW_COLUMNS.iter().map(|name| find(file, name)).collect(),
            Self::Tables => Ok(vec![file.column("left_id").unwrap_or(0)]),
        }
    }

    /// The row as a reader is told. An id of somebody's table may be an ID number.
    fn place(self, key: &[String]) -> String {
        match (self, key) {
            (Self::Run, [file, sheet, row]) if sheet.is_empty() => format!("{file} › 第 {row} 行"),
            (Self::Run, [file, sheet, row]) => format!("{file} › {sheet} › 第 {row} 行"),
            _ => mask(&key.concat()),
        }
    }
}

/// What the links say of a row.
struct LinkClaim {
    key: Vec<String>,
    decision: Decision,
    person: String,
    probability: f64,
    class: String,
}

/// What is true of a row.
struct Truth {
    persons: Vec<String>,
    errors: Vec<String>,
    school: String,
}

type Truths = BTreeMap<Vec<String>, Truth>;

fn read(path: &Path) -> Result<HeadedCsv, EvaluationError> {
    let failed = |source| EvaluationError::Csv { path: path.display().to_string(), source };
    let file = HeadedCsv::read(path).map_err(failed)?;
    if file.rows() == 0 {
        return Err(EvaluationError::Empty(file.path));
    }
    Ok(file)
}

fn find(file: &HeadedCsv, name: &str) -> Result<usize, EvaluationError> {
    file.column(name).ok_or_else(|| EvaluationError::Column {
        path: file.path.clone(),
        column: name.to_owned(),
        seen: file.header.join(","),
    })
}

/// Collects the mistakes of a file and the lines of its keys.
struct Lines<'file> {
    file: &'file HeadedCsv,
    shape: Shape,
    key_columns: Vec<usize>,
    first: BTreeMap<Vec<String>, u64>,
    mistakes: Vec<String>,
}

impl<'file> Lines<'file> {
    fn new(file: &'file HeadedCsv, shape: Shape) -> Result<Self, EvaluationError> {
        let key_columns = shape.key_columns(file)?;
        Ok(Self { file, shape, key_columns, first: BTreeMap::new(), mistakes: Vec::new() })
    }

    /// The key of a row; a missing or repeated one is a mistake.
    fn key(&mut self, row: usize) -> Vec<String> {
        let key: Vec<String> =
            self.key_columns.iter().map(|column| self.file.cell(row, *column).to_owned()).collect();
        for (column, part) in self.key_columns.clone().into_iter().zip(&key) {
            let name = self.file.header.get(column).cloned().unwrap_or_default();
            if part.is_empty() && name != ROW_COLUMNS[1] {
                self.mistake(row, &format!("“{name}”是空的"));
                return key;
            }
        }
        match self.first.get(&key).copied() {
            Some(line) => {
                let place = self.shape.place(&key);
                self.mistake(row, &format!("“{place}”在第 {line} 行已经有了"));
            }
            None => {
                self.first.insert(key.clone(), self.file.line(row));
            }
        }
        key
    }

    fn mistake(&mut self, row: usize, what: &str) {
        self.mistakes.push(format!("第 {} 行：{what}", self.file.line(row)));
    }

    fn finish<T>(self, value: T) -> Result<T, EvaluationError> {
        if self.mistakes.is_empty() {
            return Ok(value);
        }
        Err(EvaluationError::Mistakes { path: self.file.path.clone(), mistakes: self.mistakes })
    }
}

fn claims(file: &HeadedCsv, shape: Shape) -> Result<Vec<LinkClaim>, EvaluationError> {
    let mut lines = Lines::new(file, shape)?;
    let person = find(file, if shape == Shape::Run { "person_id" } else { "right_id" })?;
    let (probability, decision) = (find(file, "probability")?, find(file, "decision")?);
    let class = file.column("match_class");
    let mut claims = Vec::with_capacity(file.rows());
    for row in 0..file.rows() {
        let claim = LinkClaim {
            key: lines.key(row),
            decision: read_decision(&mut lines, row, decision),
            person: file.cell(row, person).to_owned(),
            probability: read_probability(&mut lines, row, probability),
            class: class.map_or_else(String::new, |column| file.cell(row, column).to_owned()),
        };
        if claim.decision != Decision::None && claim.person.is_empty() {
            lines.mistake(row, &format!("决定是“{}”，却没有写是哪一个人", claim.decision.key()));
        }
        claims.push(claim);
    }
    lines.finish(claims)
}

fn read_decision(lines: &mut Lines, row: usize, column: usize) -> Decision {
    let text = lines.file.cell(row, column);
    let all = [Decision::Link, Decision::Review, Decision::None];
    all.into_iter().find(|decision| decision.key() == text).unwrap_or_else(|| {
        lines.mistake(row, &format!("不认识的决定“{text}”，应为 link、review 或 none"));
        Decision::None
    })
}

fn read_probability(lines: &mut Lines, row: usize, column: usize) -> f64 {
    let text = lines.file.cell(row, column);
    match text.parse::<f64>() {
        Ok(value) if (0.0..=1.0).contains(&value) => value,
        _ => {
            lines.mistake(row, &format!("概率“{text}”不是 0 到 1 之间的数"));
            0.0
        }
    }
}

/// The truth by key. A file without `person_id` or `right_id` names the match in its second column.
fn truths(file: &HeadedCsv, shape: Shape) -> Result<(Truths, SchoolSource), EvaluationError> {
    let mut lines = Lines::new(file, shape)?;
    let named = file.column("person_id").or_else(|| file.column("right_id"));
    let person = match (named, shape) {
        (Some(column), _) => column,
        (None, Shape::Tables) if file.header.len() > 1 => 1,
        (None, _) => find(file, "person_id")?,
    };
    let errors = file.column("errors");
    let school = SCHOOL_COLUMNS.iter().find_map(|name| file.column(name));
    let schools = match (school, shape) {
        (Some(_), _) => SchoolSource::Institution,
        (None, Shape::Run) => SchoolSource::SourceFile,
        (None, Shape::Tables) => SchoolSource::Unknown,
    };
    let mut truths = Truths::new();
    for row in 0..file.rows() {
        let key = lines.key(row);
        let truth = Truth {
            persons: split(file.cell(row, person), '|'),
            errors: errors.map_or_else(Vec::new, |column| split(file.cell(row, column), ';')),
            school: school.map_or_else(String::new, |column| file.cell(row, column).to_owned()),
        };
        truths.insert(key, truth);
    }
    lines.finish((truths, schools))
}

fn split(text: &str, mark: char) -> Vec<String> {
    let parts = text.split(mark).map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// Claims and truths of the same rows side by side; refuses what is on one side only, unless the
/// kind of the truth says what to make of it.
fn pair(
    claims: Vec<LinkClaim>,
    mut truths: Truths,
    truth_kind: TruthKind,
    shape: Shape,
    schools: SchoolSource,
) -> Result<(EvaluationBasis, Vec<EvaluatedRow>), EvaluationError> {
    let claimed: BTreeSet<&Vec<String>> = claims.iter().map(|claim| &claim.key).collect();
    let silent: Vec<&Vec<String>> = truths.keys().filter(|key| !claimed.contains(key)).collect();
    let unknown: Vec<&Vec<String>> =
        claims.iter().map(|claim| &claim.key).filter(|key| !truths.contains_key(*key)).collect();
    if unknown.len() == claims.len() {
        return Err(EvaluationError::Unrelated { links: claims.len(), truth: truths.len() });
    }
    let mut mistakes = Vec::new();
    if truth_kind == TruthKind::EveryRow && !unknown.is_empty() {
        mistakes.push(one_sided("比对结果", "真值", &unknown, shape));
    }
    if shape == Shape::Run && !silent.is_empty() {
        mistakes.push(one_sided("真值", "比对结果", &silent, shape));
    }
    if !mistakes.is_empty() {
        let sample_helps = silent.is_empty() || shape == Shape::Tables;
        return Err(EvaluationError::Unpaired { mistakes, sample_helps });
    }
    let basis = EvaluationBasis {
        links: claims.len(),
        truth: truths.len(),
        truth_kind,
        links_without_truth: unknown.len(),
        truth_without_links: silent.len(),
        schools,
    };
    let mut rows = Vec::with_capacity(claims.len());
    for claim in claims {
        let truth = truths.remove(&claim.key);
        if truth.is_some() || truth_kind == TruthKind::MatchesOnly {
            rows.push(row(claim, truth, shape));
        }
    }
    rows.extend(truths.into_iter().map(|(key, truth)| row(unlinked(key), Some(truth), shape)));
    Ok((basis, rows))
}

fn one_sided(here: &str, there: &str, keys: &[&Vec<String>], shape: Shape) -> String {
    let first: Vec<String> = keys.iter().take(3).map(|key| shape.place(key)).collect();
    let more = if keys.len() > first.len() { " 等" } else { "" };
    format!("{here}中有 {} 行不在{there}里：{}{more}", keys.len(), first.join("、"))
}

/// `bidui link` writes nothing about rows it does not link.
fn unlinked(key: Vec<String>) -> LinkClaim {
    let (person, class) = (String::new(), String::new());
    LinkClaim { key, decision: Decision::None, person, probability: 0.0, class }
}

fn row(claim: LinkClaim, truth: Option<Truth>, shape: Shape) -> EvaluatedRow {
    let unnamed = || Truth { persons: Vec::new(), errors: Vec::new(), school: String::new() };
    let truth = truth.unwrap_or_else(unnamed);
    let of_file = shape == Shape::Run && truth.school.is_empty();
    EvaluatedRow {
        place: shape.place(&claim.key),
        school: if of_file { claim.key[0].clone() } else { truth.school },
        decision: claim.decision,
        person: claim.person,
        probability: claim.probability,
        class: claim.class,
        persons: truth.persons,
        errors: truth.errors,
    }
}

/// The thresholds of the model file given, else those the run wrote beside its links.
fn thresholds(files: &Files, shape: Shape) -> Result<Option<Thresholds>, EvaluationError> {
    if let Some(model) = files.model {
        return Ok(Some(model_files::load(model)?.thresholds));
    }
    let manifest = files.links.with_file_name("run.json");
    if shape == Shape::Tables || !manifest.is_file() {
        return Ok(None);
    }
    let failed = |message: String| EvaluationError::Manifest {
        path: manifest.display().to_string(),
        message,
    };
    let text = fs_err::read_to_string(&manifest).map_err(|error| failed(error.to_string()))?;
    let mut run: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    // Runs of earlier versions did not write them.
    match run.get_mut("thresholds").map(serde_json::Value::take) {
        None => Ok(None),
        Some(value) => {
            serde_json::from_value(value).map(Some).map_err(|error| failed(error.to_string()))
        }
    }
}
