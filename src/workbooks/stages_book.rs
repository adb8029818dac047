//! `项目/培训五个环节.xlsx`: how far the attendances of each agency are documented from application to payment
//! (000 四（二）动态实名制), and which of the five stages is missing most.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use crate::programmes::history::{KeptEvent, KeptKind, STAGES};

use super::book::Book;
use super::columns::{Cell, CellKind, ColumnLook, TableColumn, column, count_value, nth, numbered};
use super::context::Context;
use super::table::{SheetSpec, SheetTable};

/// File name.
pub(super) const FILE: &str = "项目/培训五个环节.xlsx";

/// An agency, or all of them.
struct AgencyRow<'a> {
    unit: &'a str,
    own: &'a Documented,
}

impl AgencyRow<'_> {
    fn rate(&self) -> Cell<'static> {
        let all = self.own.all();
        (all > 0).then(|| count_value(self.own.by_count[5]) / count_value(all)).into()
    }
}

fn columns<'a>() -> Vec<TableColumn<AgencyRow<'a>>> {
    let mut columns: Vec<TableColumn<AgencyRow>> = vec![
        numbered(7),
        column("培训机构", CellKind::Text, 32, |row| row.unit.into()),
        column("培训人次", CellKind::Count, 10, |row| row.own.all().into()),
        column("五个环节齐备", CellKind::Count, 11, |row| row.own.by_count[5].into()),
        column("四个环节", CellKind::Count, 10, |row| row.own.by_count[4].into()),
        column("三个环节", CellKind::Count, 10, |row| row.own.by_count[3].into()),
        column("两个环节", CellKind::Count, 10, |row| row.own.by_count[2].into()),
        column("一个环节", CellKind::Count, 10, |row| row.own.by_count[1].into()),
        column("齐备率", CellKind::Rate, 10, AgencyRow::rate),
    ];
    let having = STAGES.iter().zip(STAGE_WIDTHS).enumerate();
    columns.extend(having.map(|(stage, (heading, widest))| {
        let look = ColumnLook::plain(heading, CellKind::Count, widest);
        nth(look, stage, |row: &AgencyRow, stage| row.own.having[stage].into())
    }));
    columns.push(column("最缺的环节", CellKind::Text, 20, |row| row.own.lacking().into()));
    columns
}

/// Of the columns of [`STAGES`].
const STAGE_WIDTHS: [u16; STAGES.len()] = [11, 10, 11, 10, 11];

/// What one agency's attendances show.
#[derive(Clone, Copy, Default)]
struct Documented {
    /// By number of stages, 0 to 5.
    by_count: [usize; 6],
    /// By stage.
    having: [usize; 5],
}

impl Documented {
    fn take(&mut self, event: &KeptEvent) {
        let stages = event.stages();
        self.by_count[stages.iter().filter(|is_there| **is_there).count()] += 1;
        for (count, is_there) in self.having.iter_mut().zip(stages) {
            *count += usize::from(is_there);
        }
    }

    fn all(&self) -> usize {
        self.by_count.iter().sum()
    }

    /// The stages most attendances lack; several where they lack them equally often.
    fn lacking(&self) -> String {
        let least = self.having.iter().min().copied().unwrap_or_default();
        if least == self.all() {
            return "—".to_owned();
        }
        let names = STAGES.iter().zip(self.having).filter(|(_, count)| *count == least);
        names.map(|(name, _)| *name).collect::<Vec<_>>().join("、")
    }
}

/// Writes the workbook.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let spec = SheetSpec {
        name: "五个环节",
        title: "培训五个环节（报名、培训、考核、就业、补贴）齐备情况",
        note: "每人次一行数据算起；报名看申领名册，考核看证书，补贴看发放名册：名册没有载入的环节都算缺；以工代训不在内。个人各环节见电子档案（bidui file 或页面“查人”）。",
        frozen: 2,
        back: None,
    };
    let mut table = SheetTable::open(book, spec, columns())?;
    let mut total = Documented::default();
    let agencies = agencies(context);
    for (unit, own) in &agencies {
        table.row(&AgencyRow { unit, own })?;
        for (sum, count) in total.by_count.iter_mut().zip(own.by_count) {
            *sum += count;
        }
        for (sum, count) in total.having.iter_mut().zip(own.having) {
            *sum += count;
        }
    }
    table.row(&AgencyRow { unit: "合计", own: &total })?;
    table.close()
}

/// Attendances of today's data by agency, in the order of names.
fn agencies(context: &Context) -> BTreeMap<String, Documented> {
    let results = &context.results;
    let mut all: BTreeMap<String, Documented> = BTreeMap::new();
    let events = results.kept_events();
    // 以工代训 is work: it has neither examination nor placement.
    for event in events.iter().filter(|event| event.kind == KeptKind::Training) {
        let unit = if event.unit.is_empty() { "机构未填" } else { &event.unit };
        all.entry(unit.to_owned()).or_default().take(event);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::Documented;
    use crate::programmes::history::KeptEvent;

    #[test]
    fn what_is_missing_most_is_named() {
        let day = jiff::civil::date(2020, 5, 1);
        let mut own = Documented::default();
        own.take(&KeptEvent { began: Some(day), ..KeptEvent::default() });
        let state = "报名、发放".to_owned();
        let certificate_on = Some(day);
        own.take(&KeptEvent { began: Some(day), certificate_on, state, ..KeptEvent::default() });
        assert_eq!(own.by_count, [0, 1, 0, 0, 1, 0]);
        assert_eq!(own.having, [1, 2, 1, 0, 1]);
        assert_eq!(own.lacking(), "就业");
    }
}
