//! Numbers to reach, and those of the year before, by programme and row.

use std::collections::BTreeMap;

use crate::config::{Programme, TargetKind, shipped_targets};

/// Headings of a column of rows.
const ROWS: [&str; 9] =
    ["row", "地区", "市（地）", "市(地)", "市地", "单位", "学校名称", "学校", "院校名称"];
/// Headings of a column of numbers.
const VALUES: [&str; 8] =
    ["value", "指标数", "计划数", "任务数", "指标", "计划", "任务", "扩招指标"];

/// Numbers by programme, kind and row, rows in the order of their files.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    all: BTreeMap<String, Vec<(String, i64, TargetKind)>>,
}

impl Targets {
    /// The shipped numbers of the programmes in use.
    pub fn shipped(programmes: &[Programme]) -> Self {
        let mut targets = Self::default();
        for programme in programmes {
            let text = programme.targets.as_deref().and_then(shipped_targets);
            let rows: Vec<Vec<String>> = text
                .into_iter()
                .flat_map(str::lines)
                .map(|line| line.split(',').map(str::to_owned).collect())
                .collect();
            targets.add(&programme.id, &rows);
        }
        targets
    }

    /// Adds a table whose headings name row and number; whether it has both. A number of the project's
    /// own stands for a shipped one of the same row.
    pub fn add(&mut self, programme: &str, table: &[Vec<String>]) -> bool {
        let find = |names: &[&str], row: &[String]| {
            row.iter().position(|cell| names.contains(&cell.trim()))
        };
        let head = table
            .iter()
            .enumerate()
            .find_map(|(at, row)| Some((at, find(&ROWS, row)?, find(&VALUES, row)?)));
        let Some((head, name, value)) = head else { return false };
        let kind = table[head].iter().position(|cell| matches!(cell.trim(), "kind" | "类别"));
        let own = self.all.entry(programme.to_owned()).or_default();
        for row in &table[head + 1..] {
            let cell = |at: usize| row.get(at).map_or("", |cell| cell.trim());
            let number = cell(value).replace([',', '，'], "").parse::<i64>();
            let (Ok(number), false) = (number, cell(name).is_empty()) else { continue };
            let baseline = kind.is_some_and(|at| matches!(cell(at), "baseline" | "上年同期"));
            let kind = if baseline { TargetKind::Baseline } else { TargetKind::Target };
            let label = cell(name).to_owned();
            match own.iter_mut().find(|(known, _, of)| *known == label && *of == kind) {
                Some(known) => known.1 = number,
                None => own.push((label, number, kind)),
            }
        }
        true
    }

    /// Rows with a number to reach, in order.
    pub fn rows(&self, programme: &str) -> Vec<String> {
        let own = self.all.get(programme).map_or(&[][..], Vec::as_slice);
        let targets = own.iter().filter(|(_, _, kind)| *kind == TargetKind::Target);
        targets.map(|(row, _, _)| row.clone()).collect()
    }

    /// The number a row has to reach. Schools may be named without their area.
    pub fn target(&self, programme: &str, row: &str) -> Option<i64> {
        self.number(programme, row, TargetKind::Target)
    }

    /// The number a row had in the same window of the year before.
    pub fn baseline(&self, programme: &str, row: &str) -> Option<i64> {
        self.number(programme, row, TargetKind::Baseline)
    }

    fn number(&self, programme: &str, row: &str, wanted: TargetKind) -> Option<i64> {
        let own = self.all.get(programme)?;
        let bare = row.rsplit('/').next().unwrap_or(row);
        let found =
            |name: &str| own.iter().find(|(known, _, kind)| known == name && *kind == wanted);
        found(row).or_else(|| found(bare)).map(|(_, number, _)| *number)
    }
}
