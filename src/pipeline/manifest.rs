//! `run.json`: what was read, by which rules, how it went and what was written.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::ledger::RunEntry;
use crate::linkage::model::Thresholds;
use crate::origin::{Catalogue, SheetInfo, column_letters};

/// The file's keys in the order they are written.
#[derive(Debug, Serialize)]
struct Manifest<'run> {
    program: &'static str,
    run_id: &'run str,
    program_version: &'run str,
    model_version: &'run str,
    #[serde(skip_serializing_if = "Option::is_none")]
    thresholds: Option<Thresholds>,
    title: &'run str,
    unit: &'run str,
    as_of: &'run str,
    started_at: String,
    finished_at: String,
    exit_status: u8,
    inputs: Vec<Value>,
    settings: Value,
    mapping: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows_accounted_for: Option<bool>,
    counts: BTreeMap<&'static str, BTreeMap<&'run str, usize>>,
    seconds: BTreeMap<&'static str, f64>,
    peak_memory_bytes: Option<u64>,
    results: Vec<Value>,
}

/// What a comparison and a province's run do not have in common.
#[derive(Debug)]
pub(super) struct Particulars {
    /// How each sheet or form was understood.
    pub(super) sheets: Vec<Value>,
    /// Of a comparison: above which probabilities a pair is a link, or a case for a person.
    pub(super) thresholds: Option<Thresholds>,
    /// Of a comparison: that every row was found again. A run in which one went astray never
    /// comes this far.
    pub(super) rows_accounted_for: Option<bool>,
}

impl Particulars {
    pub(super) fn of_comparison(catalogue: &Catalogue, thresholds: Thresholds) -> Self {
        let sheets = catalogue.sheets.iter().map(mapping).collect();
        Self { sheets, thresholds: Some(thresholds), rows_accounted_for: Some(true) }
    }
}

/// The text of `run.json`.
pub(super) fn render(
    settings: Value,
    particulars: Particulars,
    entry: &RunEntry,
    total_seconds: f64,
) -> String {
    let manifest = Manifest {
        program: "bidui",
        run_id: &entry.run_id,
        program_version: &entry.program_version,
        model_version: &entry.model_version,
        thresholds: particulars.thresholds,
        title: &entry.title,
        unit: &entry.unit,
        as_of: &entry.as_of,
        started_at: entry.started_at.to_string(),
        finished_at: entry.finished_at.to_string(),
        exit_status: entry.exit_status,
        inputs: inputs(entry),
        settings,
        mapping: particulars.sheets,
        rows_accounted_for: particulars.rows_accounted_for,
        counts: counts(entry),
        seconds: seconds(entry, total_seconds),
        peak_memory_bytes: peak_memory(),
        results: results(entry),
    };
    let text = serde_json::to_string_pretty(&manifest).expect("plain values have a JSON form");
    format!("{text}\n")
}

fn inputs(entry: &RunEntry) -> Vec<Value> {
    let one = |input: &crate::ledger::InputEntry| {
        json!({
            "kind": input.kind.key(),
            "path": input.path,
            "sha256": input.sha256,
            "rows": input.rows,
        })
    };
    entry.inputs.iter().map(one).collect()
}

fn results(entry: &RunEntry) -> Vec<Value> {
    let one = |result: &crate::ledger::ResultEntry| json!({"path": result.path, "sha256": result.sha256, "bytes": result.bytes});
    entry.results.iter().map(one).collect()
}

fn mapping(sheet: &SheetInfo) -> Value {
    let known = sheet.columns.iter().map(|column| {
        json!({
            "column": column_letters(column.index),
            "heading": column.heading,
            "field": column.field.key(),
        })
    });
    let unknown = sheet
        .unknown_columns
        .iter()
        .map(|(index, heading)| json!({"column": column_letters(*index), "heading": heading}));
    json!({
        "file": sheet.file,
        "sheet": sheet.sheet,
        "header_row": sheet.header_row,
        "rows": sheet.rows,
        "columns": known.collect::<Vec<_>>(),
        "unknown_columns": unknown.collect::<Vec<_>>(),
    })
}

fn counts(entry: &RunEntry) -> BTreeMap<&'static str, BTreeMap<&str, usize>> {
    let mut counts: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for count in &entry.counts {
        counts.entry(count.stage).or_default().insert(count.name.as_str(), count.count);
    }
    counts
}

/// Seconds per stage, to the millisecond, and of the whole.
fn seconds(entry: &RunEntry, total: f64) -> BTreeMap<&'static str, f64> {
    let round = |seconds: f64| (seconds * 1000.0).round() / 1000.0;
    let mut stages: BTreeMap<_, _> =
        entry.stages.iter().map(|stage| (stage.stage, round(stage.seconds))).collect();
    stages.insert("total", round(total));
    stages
}

/// The most memory the program has had resident, where the system reports it (Linux).
fn peak_memory() -> Option<u64> {
    vm_hwm(&fs_err::read_to_string("/proc/self/status").ok()?)
}

fn vm_hwm(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::vm_hwm;

    #[test]
    fn peak_memory_is_read_from_the_status_lines() {
        assert_eq!(vm_hwm("VmPeak:\t  9 kB\nVmHWM:\t  2048 kB\n"), Some(2 * 1024 * 1024));
        assert_eq!(vm_hwm("VmHWM: many"), None);
    }
}
