//! What an analyst asks of a project beside a run: estimate a model from it, evaluate it by what
//! people have ruled, or explain one row.
//! No run is recorded here; the rulings in force are read from the ledger.

use std::collections::BTreeMap;

use crate::config::Project;
use crate::ledger::{Ledger, RulingAct, RulingEntry};
use crate::linkage::decisions::Ruling;
use crate::linkage::evaluation::{self, Judgements, RulingEvaluation, SeenPair};
use crate::linkage::index::RegistryIndex;
use crate::linkage::model::Model;
use crate::linkage::training::{self, Trained};
use crate::linkage::{Candidate, Outcome, people};
use crate::origin::Catalogue;
use crate::records::{self, Facts, Person, Records};
use crate::sources::{self, Progress};
use crate::vocabulary::Field;

use super::error::RunError;
use super::inputs::demand_rows;
use super::{corrections, setup};

/// Estimates the model's m, u and prior on a project's own data; where asked to, with what people
/// have ruled taken as known.
///
/// # Errors
/// When inputs leave nothing to compare, the project's model cannot be used, the ledger cannot be
/// read, or rulings are asked for and none says who somebody is or is not.
pub fn train(
    project: &Project,
    with_decisions: bool,
    progress: &dyn Progress,
) -> Result<Trained, RunError> {
    let rulings = with_decisions.then(|| Ledger::rulings_in(&project.root)).transpose()?;
    if let Some(rulings) = &rulings {
        training::demand_labels(rulings).map_err(|refusal| RunError::Model(refusal.chinese()))?;
    }
    let (model, _, records) = prepare(project, progress)?;
    let mut registry = RegistryIndex::new(&records.persons, &model);
    Ok(people::train(&mut registry, &records, rulings.as_deref()))
}

/// Evaluates the model by what people have ruled; `None` where nobody has ruled on anything.
///
/// # Errors
/// When inputs leave nothing to compare, the project's model cannot be used, or the ledger cannot be
/// read.
pub fn evaluate_rulings(
    project: &Project,
    progress: &dyn Progress,
) -> Result<Option<RulingEvaluation>, RunError> {
    let Some(ledger) = Ledger::existing(&project.root)? else { return Ok(None) };
    let (rulings, all) = (ledger.rulings()?, ledger.rulings_after(0)?);
    if rulings.is_empty() {
        return Ok(None);
    }
    let (seen, undone) = past(&rulings, &all);
    let (model, catalogue, records) = prepare(project, progress)?;
    progress.stage("比对", 0);
    let mut registry = RegistryIndex::new(&records.persons, &model);
    let linked = people::link(&mut registry, &records, &[]);
    let judgements = Judgements {
        records: &records,
        outcomes: &linked.outcomes,
        rulings: &rulings,
        seen: &seen,
        undone,
        audit: project.audit,
        model: &model.version,
    };
    let place = |row: usize| catalogue.show(records.sources[row].origin, Some(Field::Name));
    Ok(Some(evaluation::evaluate_rulings(&judgements, &place)))
}

/// How each of the rulings in force was seen when it was made, and on how many pairs the last
/// ruling was taken back.
fn past(rulings: &[Ruling], all: &[RulingEntry]) -> (Vec<SeenPair>, usize) {
    let by_number: BTreeMap<i64, &RulingEntry> =
        all.iter().map(|entry| (entry.number, entry)).collect();
    let seen = rulings.iter().map(|ruling| {
        let view = by_number.get(&ruling.number).map(|entry| &entry.view);
        SeenPair {
            probability: view.map_or(0.0, |view| view.probability),
            model: view.map_or_else(String::new, |view| view.model_version.clone()),
        }
    });
    let newest: BTreeMap<&str, RulingAct> =
        all.iter().map(|entry| (entry.key.as_str(), entry.verdict)).collect();
    let undone = newest.values().filter(|verdict| **verdict == RulingAct::Undone).count();
    (seen.collect(), undone)
}

/// The model, and the inputs as records.
fn prepare(
    project: &Project,
    progress: &dyn Progress,
) -> Result<(Model, Catalogue, Records), RunError> {
    let model = setup::model(project.model.as_deref())?.model;
    let intake = sources::read(&project.root, &project.sources, progress);
    demand_rows(project, &intake)?;
    let settings = setup::settings(project);
    let (mut records, _) = records::normalise(intake.tables, &intake.catalogue, &settings);
    let known = corrections::of(&Ledger::returns_in(&project.root)?);
    corrections::apply(project, &mut records, &known, &intake.catalogue);
    Ok((model, intake.catalogue, records))
}

/// Explains the decision on one row, named as `FILE:SHEET:ROW` (`FILE::ROW` for text files).
///
/// # Errors
/// As [`evaluate_rulings`]; and when no such row was read.
pub fn explain(project: &Project, row: &str, progress: &dyn Progress) -> Result<String, RunError> {
    let (model, catalogue, records) = prepare(project, progress)?;
    let wanted = WantedRow::parse(row).ok_or_else(|| RunError::NoSuchRow(row.to_owned()))?;
    let index = records.sources.iter().position(|record| {
        let sheet = catalogue.sheet(record.origin.sheet);
        wanted.means(&sheet.file, &sheet.sheet) && record.origin.row == wanted.row
    });
    let index = index.ok_or_else(|| RunError::NoSuchRow(row.to_owned()))?;
    let rulings = Ledger::rulings_in(&project.root)?;
    let mut registry = RegistryIndex::new(&records.persons, &model);
    let linked = people::link(&mut registry, &records, &rulings);
    let place = catalogue.show(records.sources[index].origin, Some(Field::Name));
    Ok(describe(&records, index, &linked.outcomes[index], &place))
}

/// A row as the user names it. The file may be given by its last part alone.
struct WantedRow<'a> {
    file: &'a str,
    sheet: &'a str,
    row: u32,
}

impl<'a> WantedRow<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (rest, row) = text.rsplit_once(':')?;
        let (file, sheet) = rest.rsplit_once(':').unwrap_or((rest, ""));
        Some(Self { file, sheet, row: row.trim().parse().ok()? })
    }

    fn means(&self, file: &str, sheet: &str) -> bool {
        let tail = file.strip_suffix(self.file);
        let named = tail.is_some_and(|head| head.is_empty() || head.ends_with('/'));
        named && (self.sheet.is_empty() || self.sheet == sheet)
    }
}

fn describe(records: &Records, index: usize, outcome: &Outcome, place: &str) -> String {
    let facts = &records.sources[index].facts;
    let mut lines = vec![
        place.to_owned(),
        format!("  {}", person_line(facts, records)),
        format!("决定：{}（{}）", outcome.decision.label(), outcome.match_class.label()),
        format!("理由：{}", outcome.reason),
    ];
    if outcome.candidates.is_empty() {
        lines.push("没有候选人。".to_owned());
    }
    for (rank, candidate) in outcome.candidates.iter().enumerate() {
        let person = &records.persons[candidate.person as usize];
        lines.push(String::new());
        lines.push(candidate_line(rank + 1, candidate, person, records));
        lines.extend(waterfall(candidate));
    }
    lines.join("\n")
}

fn person_line(facts: &Facts, records: &Records) -> String {
    let name = if facts.name.text().is_empty() { "（无姓名）" } else { facts.name.text() };
    let id = if facts.id.text().is_empty() {
        "（无证件号）".to_owned()
    } else {
        facts.id.masked()
    };
    let places = [facts.place.county, facts.place.town, facts.place.village];
    let place: String = places.iter().map(|id| records.gazetteer.name(*id)).collect();
    format!("{name} {id} {place}")
}

fn candidate_line(rank: usize, found: &Candidate, person: &Person, records: &Records) -> String {
    format!(
        "候选人 {rank}：{}，人编号 {}，匹配概率 {:.4}，总权重 {:+.2}",
        person_line(&person.facts, records),
        person.person_no,
        found.probability,
        found.weight
    )
}

/// One bar per comparison; a full bar is 20 bits, about a million to one.
fn waterfall(candidate: &Candidate) -> Vec<String> {
    let bar = |weight: f64| {
        let mark = if weight < 0.0 { "－" } else { "＋" };
        let steps = (1..=20).take_while(|step| f64::from(*step) <= weight.abs().round()).count();
        mark.repeat(steps)
    };
    let line = |part: &crate::linkage::Contribution| {
        format!(
            "  {:+7.2}  {}＝{} {}",
            part.weight,
            part.comparison(),
            part.level(),
            bar(part.weight)
        )
    };
    candidate.contributions.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::WantedRow;

    #[test]
    fn a_row_may_be_named_by_the_last_part_of_its_path() {
        let cases = [
            ("甲.xls:Sheet1:7", "inputs/甲.xls", "Sheet1", true),
            ("inputs/甲.xls:Sheet1:7", "inputs/甲.xls", "Sheet1", true),
            ("甲.xls:7", "inputs/甲.xls", "Sheet1", true),
            ("甲.csv::7", "inputs/甲.csv", "", true),
            ("甲.xls:Sheet2:7", "inputs/甲.xls", "Sheet1", false),
            ("甲.xls:Sheet1:7", "inputs/新甲.xls", "Sheet1", false),
        ];
        for (text, file, sheet, expected) in cases {
            let wanted = WantedRow::parse(text).unwrap();
            assert_eq!((wanted.means(file, sheet), wanted.row), (expected, 7), "{text}");
        }
        assert!(WantedRow::parse("甲.xls:Sheet1:七").is_none());
    }
}
