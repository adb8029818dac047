//! `项目/培训五个环节.xlsx`: how far the attendances of each agency are documented from application to payment
//! (000 四（二）动态实名制), and which of the five stages is missing most.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use crate::programmes::history::{KeptEvent, KeptKind, STAGES};

use super::book::Book;
use super::context::Context;
use super::table::{Cell, CellKind, Column, Table, TableSpec, column, count_value};

/// File name.
pub(super) const FILE: &str = "项目/培训五个环节.xlsx";

const COLUMNS: [Column; 15] = [
    column("序号", CellKind::Count, 7),
    column("培训机构", CellKind::Text, 32),
    column("培训人次", CellKind::Count, 10),
    column("五个环节齐备", CellKind::Count, 11),
    column("四个环节", CellKind::Count, 10),
    column("三个环节", CellKind::Count, 10),
    column("两个环节", CellKind::Count, 10),
    column("一个环节", CellKind::Count, 10),
    column("齐备率", CellKind::Rate, 10),
    column(STAGES[0], CellKind::Count, 11),
    column(STAGES[1], CellKind::Count, 10),
    column(STAGES[2], CellKind::Count, 11),
    column(STAGES[3], CellKind::Count, 10),
    column(STAGES[4], CellKind::Count, 11),
    column("最缺的环节", CellKind::Text, 20),
];

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
    let spec = TableSpec {
        name: "五个环节",
        title: "培训五个环节（报名、培训、考核、就业、补贴）齐备情况",
        note: "每人次一行数据算起；报名看申领名册，考核看证书，补贴看发放名册：名册没有载入的环节都算缺；以工代训不在内。个人各环节见电子档案（bidui file 或页面“查人”）。",
        columns: &COLUMNS,
        frozen: 2,
        back: None,
    };
    let mut table = Table::open(book, spec)?;
    let agencies = agencies(context);
    let mut total = Documented::default();
    for (number, (unit, own)) in agencies.iter().enumerate() {
        table.row(&cells(number + 1, unit, own))?;
        for (sum, count) in total.by_count.iter_mut().zip(own.by_count) {
            *sum += count;
        }
        for (sum, count) in total.having.iter_mut().zip(own.having) {
            *sum += count;
        }
    }
    table.row(&cells(agencies.len() + 1, "合计", &total))?;
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

fn cells<'a>(number: usize, unit: &'a str, own: &Documented) -> [Cell<'a>; 15] {
    let all = own.all();
    let rate = if all == 0 {
        Cell::Empty
    } else {
        Cell::Number(count_value(own.by_count[5]) / count_value(all))
    };
    let [_, one, two, three, four, five] = own.by_count;
    let [applied, trained, examined, employed, paid] = own.having;
    [
        number.into(),
        unit.into(),
        all.into(),
        five.into(),
        four.into(),
        three.into(),
        two.into(),
        one.into(),
        rate,
        applied.into(),
        trained.into(),
        examined.into(),
        employed.into(),
        paid.into(),
        own.lacking().into(),
    ]
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
