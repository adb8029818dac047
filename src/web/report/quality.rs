//! What has to be mended: findings by class, and the state of each file.

use std::collections::BTreeMap;

use crate::findings::{FindingKind, Urgency};
use crate::problems::Severity;
use crate::records::Facts;
use crate::records::identifier::IdClass;
use crate::web::html::{Align, HtmlTable, note, paragraph};
use crate::web::report::{RunPage, percent};

/// Classes of findings the page lists.
const TOP: usize = 10;

/// The most frequent classes that need attention.
pub(super) fn findings(run: &RunPage) -> String {
    let mut counts: BTreeMap<FindingKind, usize> = BTreeMap::new();
    for finding in run.results.findings {
        *counts.entry(finding.kind).or_default() += 1;
    }
    let mut rows: Vec<(FindingKind, usize)> = counts.into_iter().collect();
    rows.retain(|(kind, _)| kind.urgency() != Urgency::Inform);
    rows.sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
    if rows.is_empty() {
        return paragraph("没有需要更正或核实的差异。");
    }
    let columns = [
        ("代码", Align::Text),
        ("类别", Align::Text),
        ("需要", Align::Text),
        ("条数", Align::Number),
    ];
    let mut table = HtmlTable::new(&columns);
    for (kind, count) in rows.iter().take(TOP) {
        let words = [kind.code(), kind.label(), kind.urgency().label()].map(str::to_owned);
        let stands_out = kind.urgency() == Urgency::Mend;
        table.row(&[&words[..], &[count.to_string()]].concat(), stands_out);
    }
    let rest: usize = rows.iter().skip(TOP).map(|(_, count)| count).sum();
    let mut text = table.finish("需要更正、核实的差异，多的在前");
    if rest > 0 {
        text.push_str(&note(&format!(
            "其余 {} 类共 {rest} 条，见 02_差异报告.xlsx。",
            rows.len() - TOP
        )));
    }
    text
}

/// What is counted of a file.
#[derive(Clone, Copy, Debug, Default)]
struct FileState {
    rows: usize,
    sound: usize,
    doubtful: usize,
    missing: usize,
    problems: [usize; 3],
}

/// Every file: rows, ID numbers, problems.
pub(super) fn files(run: &RunPage) -> String {
    let mut states: BTreeMap<&str, FileState> = BTreeMap::new();
    for (sheet, counted) in run.results.catalogue.sheets.iter().zip(by_sheet(run)) {
        if counted.rows > 0 {
            states.entry(&sheet.file).or_default().add(counted);
        }
    }
    for problem in run.results.problems.iter().filter(|problem| !problem.file.is_empty()) {
        let severity = match problem.severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Note => 2,
        };
        states.entry(&problem.file).or_default().problems[severity] += 1;
    }
    let columns = [
        ("文件", Align::Path),
        ("数据行", Align::Number),
        ("证件号码有效", Align::Number),
        ("残缺或无效", Align::Number),
        ("缺失", Align::Number),
        ("错误", Align::Number),
        ("警告", Align::Number),
        ("提示", Align::Number),
    ];
    let mut table = HtmlTable::new(&columns);
    for (file, state) in &states {
        let [errors, warnings, notes] = state.problems.map(|count| count.to_string());
        let share = |count| percent(count, state.rows);
        let ids = [state.sound, state.doubtful, state.missing].map(share);
        let [sound, doubtful, missing] = ids;
        let cells = [
            (*file).to_owned(),
            state.rows.to_string(),
            sound,
            doubtful,
            missing,
            errors,
            warnings,
            notes,
        ];
        table.row(&cells, state.problems[0] > 0);
    }
    let mut text = table.finish("文件");
    text.push_str(&note("有“错误”的文件突出显示：其中有文件、工作表或行没有用上，应先处理。"));
    text
}

/// The rows of every sheet: there are far more rows than sheets, and more sheets than files.
fn by_sheet(run: &RunPage) -> Vec<FileState> {
    let records = run.results.records;
    let persons = records.persons.iter().map(|person| (person.origin, &person.facts));
    let sources = records.sources.iter().map(|record| (record.origin, &record.facts));
    let wishes = records.intentions.iter().map(|row| (row.origin, &row.facts));
    let mut states = vec![FileState::default(); run.results.catalogue.sheets.len()];
    for (origin, facts) in persons.chain(sources).chain(wishes) {
        states[origin.sheet.0 as usize].count(facts);
    }
    states
}

impl FileState {
    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.sound += other.sound;
        self.doubtful += other.doubtful;
        self.missing += other.missing;
    }

    fn count(&mut self, facts: &Facts) {
        self.rows += 1;
        match facts.id.class {
            IdClass::Intact | IdClass::Repaired => self.sound += 1,
            IdClass::Truncated | IdClass::Masked | IdClass::Invalid => self.doubtful += 1,
            IdClass::Missing => self.missing += 1,
        }
    }
}
