//! The first sheet: how many findings of each class, for whom, and at which institution. What is only
//! told stands below the total and is not counted.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartSolidFill, ChartType, Color, Formula, Url,
    Worksheet, XlsxError,
};

use crate::findings::{Finding, Owner};
use crate::results::Results;
use crate::vocabulary::states::ANSWERED;
use crate::workbooks::book::Book;
use crate::workbooks::columns::count_value;
use crate::workbooks::context::Context;
use crate::workbooks::style::Styles;
use crate::workbooks::table::{SheetPlace, colour, column_index, fit_cell, landscape};

use super::{Class, DEFINITIONS, SUMMARY};

const OWNERS: [Owner; 4] =
    [Owner::School, Owner::Agency, Owner::PovertyOffice, Owner::HumanResources];

/// First row of the table by class; title and remark stand above.
const CLASS_HEADING: u32 = 3;
const FIRST_CLASS: u32 = CLASS_HEADING + 1;
/// Column of the number of findings in the table by class.
const COUNT: u16 = 3;
/// Rows the chart needs, so that the second table starts below it.
const CHART_ROWS: u32 = 12;
/// Pixels.
const CHART_WIDTH: u32 = 640;
/// Column the chart stands at, right of the table by class.
const CHART_COLUMN: u16 = 9;

/// Writes the sheet; where findings were chosen, `chosen` says which.
pub(super) fn write(
    book: &mut Book,
    context: &Context,
    chosen: Option<&str>,
    classes: &[Class],
) -> Result<(), XlsxError> {
    let styles = book.styles.clone();
    let sheet = book.page(SUMMARY)?;
    head(sheet, context, chosen, &styles)?;
    let work: Vec<&Class> = classes.iter().filter(|class| class.is_work()).collect();
    let table = ClassTable::of(context, &styles, classes);
    let total_row = table.write(sheet, &work)?;
    let last_row = table.told_only(sheet, total_row, classes)?;
    if !work.is_empty() {
        sheet.insert_chart(CLASS_HEADING, CHART_COLUMN, &chart(total_row - 1))?;
    }
    let first = last_row.max(CLASS_HEADING + CHART_ROWS) + 3;
    let rows = institution_rows(context, &work);
    // What was chosen may be of one school; the others would be a list of noughts.
    let is_shown =
        |(_, counts): &(&str, Vec<usize>)| chosen.is_none() || counts.iter().any(|c| *c > 0);
    let rows: Vec<_> = rows.into_iter().filter(is_shown).collect();
    let left_out = if is_answered(&context.results) {
        "告知、已答复的不计"
    } else {
        "告知的不计"
    };
    let caption = format!(
        "各学校、机构须更正、核实的差异条数（“登记方”为只涉及建档立卡登记的差异；{left_out}）"
    );
    sheet.write_string_with_format(first - 1, 0, caption, &styles.note)?;
    institution_table(sheet, first, &rows, &work, &styles)?;
    sheet.set_column_width(0, 30)?;
    let last = column_index(work.len() + 1).max(12);
    for column in 1..=last {
        sheet.set_column_width(column, 7)?;
    }
    landscape(sheet);
    Ok(())
}

fn head(
    sheet: &mut Worksheet,
    context: &Context,
    chosen: Option<&str>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let which = chosen.map(|words| format!("（筛选：{words}）")).unwrap_or_default();
    let title = format!("{}　差异报告{which}", context.results.project.title);
    sheet.set_row_height(0, 28)?.write_string_with_format(0, 0, title, &styles.title)?;
    sheet.write_string_with_format(1, 0, context.round_line(), &styles.note)?;
    sheet.write_url_with_format(2, 8, link(DEFINITIONS, DEFINITIONS), &styles.back)?;
    let text = format!(
        "点击类别名称可转到明细；先办“更正”，再办“核实”；责任方各列为应由该方办理的条数{}。",
        if is_answered(&context.results) { "，不含已答复的" } else { "" }
    );
    sheet.write_string_with_format(2, 0, text, &styles.note)?;
    Ok(())
}

fn link(sheet: &str, text: &str) -> Url {
    Url::new(format!("internal:'{}'!A1", sheet.replace('\'', "''"))).set_text(text)
}

/// Whether anything is answered at all.
fn is_answered(results: &Results) -> bool {
    results.findings.iter().any(|finding| results.is_answered(finding))
}

/// The table by class: all findings of a class, those still open by owner, and where anything came back,
/// those that are answered.
struct ClassTable<'a, 'run> {
    results: &'a Results<'run>,
    styles: &'a Styles,
    has_answers: bool,
}

/// What is counted of a class: all, those still open by owner, those that are answered.
type ClassCounts = [usize; OWNERS.len() + 2];

impl<'a, 'run> ClassTable<'a, 'run> {
    fn of(context: &'a Context<'run>, styles: &'a Styles, classes: &[Class]) -> Self {
        let results = &context.results;
        let has_answers = classes.iter().any(|class| class.answered(results) > 0);
        Self { results, styles, has_answers }
    }

    fn counts(&self, class: &Class) -> ClassCounts {
        let mut counts = ClassCounts::default();
        counts[0] = class.findings.len();
        for finding in &class.findings {
            let owner = OWNERS.iter().position(|owner| *owner == finding.owner);
            if self.results.is_answered(finding) {
                counts[OWNERS.len() + 1] += 1;
            } else if let Some(owner) = owner {
                counts[owner + 1] += 1;
            }
        }
        counts
    }

    /// Columns of counts that are shown, from [`COUNT`] on.
    fn shown(&self) -> usize {
        OWNERS.len() + 1 + usize::from(self.has_answers)
    }

    /// Writes the classes somebody has to do something about; returns the row of 总计.
    fn write(&self, sheet: &mut Worksheet, classes: &[&Class]) -> Result<u32, XlsxError> {
        let owners = OWNERS.map(Owner::label);
        let answered = self.has_answers.then_some(ANSWERED);
        let headings = ["类别", "处理", "代码", "条数"].into_iter().chain(owners).chain(answered);
        sheet.set_row_height(CLASS_HEADING, 24)?;
        for (column, heading) in (0_u16..).zip(headings) {
            sheet.write_string_with_format(CLASS_HEADING, column, heading, &self.styles.heading)?;
        }
        let mut row = FIRST_CLASS;
        let mut total = ClassCounts::default();
        for class in classes {
            self.line(sheet, row, class)?;
            let counts = self.counts(class);
            total.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            row += 1;
        }
        sheet.write_string_with_format(row, 0, "总计", &self.styles.total_text)?;
        for column in 1..COUNT {
            sheet.write_blank(row, column, &self.styles.total_text)?;
        }
        for (column, count) in (COUNT..).zip(total).take(self.shown()) {
            sum(sheet, FIRST_CLASS, SheetPlace { row, column }, count, self.styles)?;
        }
        Ok(row)
    }

    fn line(&self, sheet: &mut Worksheet, row: u32, class: &Class) -> Result<(), XlsxError> {
        let (kind, styles) = (class.kind, self.styles);
        sheet.write_url_with_format(row, 0, link(&class.sheet, kind.label()), &styles.link)?;
        sheet.write_string_with_format(row, 1, kind.urgency().label(), &styles.centred)?;
        sheet.write_string_with_format(row, 2, kind.code(), &styles.code)?;
        for (column, count) in (COUNT..).zip(self.counts(class)).take(self.shown()) {
            sheet.write_number_with_format(row, column, count_value(count), &styles.count)?;
        }
        colour(sheet, row..=row, 1)
    }

    /// The classes nobody has to do anything about, below the total; returns the last row.
    fn told_only(
        &self,
        sheet: &mut Worksheet,
        total_row: u32,
        classes: &[Class],
    ) -> Result<u32, XlsxError> {
        let mut row = total_row;
        for class in classes.iter().filter(|class| !class.is_work()) {
            row += 1;
            self.line(sheet, row, class)?;
        }
        Ok(row)
    }
}

/// A live column sum with its value stored; a plain 0 where there is nothing to add up.
fn sum(
    sheet: &mut Worksheet,
    first: u32,
    SheetPlace { row, column }: SheetPlace,
    value: usize,
    styles: &Styles,
) -> Result<(), XlsxError> {
    if first == row {
        sheet.write_number_with_format(row, column, 0, &styles.total_count)?;
        return Ok(());
    }
    let letters = crate::origin::column_letters(u32::from(column));
    let formula = Formula::new(format!("=SUM({letters}{}:{letters}{row})", first + 1));
    let formula = formula.set_result(value.to_string());
    sheet.write_formula_with_format(row, column, formula, &styles.total_count)?;
    Ok(())
}

fn chart(last_class: u32) -> Chart {
    let mut chart = Chart::new(ChartType::Bar);
    let fill = ChartSolidFill::new().set_color(Color::RGB(0x002E_75B6)).clone();
    chart
        .add_series()
        .set_categories((SUMMARY, FIRST_CLASS, 0, last_class, 0))
        .set_values((SUMMARY, FIRST_CLASS, COUNT, last_class, COUNT))
        .set_format(ChartFormat::new().set_solid_fill(&fill))
        .set_gap(40)
        .set_data_label(ChartDataLabel::new().show_value());
    let mut font = ChartFont::new();
    font.set_name("宋体").set_size(9);
    chart.title().set_name("各类差异条数").set_font(ChartFont::new().set_name("黑体").set_size(12));
    // A bar chart counts from the bottom; the table reads from the top.
    chart.y_axis().set_reverse().set_font(&font);
    chart.x_axis().set_major_gridlines(false).set_hidden(true);
    chart.legend().set_hidden();
    let bars = last_class + 1 - FIRST_CLASS;
    chart.set_width(CHART_WIDTH).set_height((bars * 20 + 60).max(CHART_ROWS * 20));
    chart
}

/// The table by institution: one column per class.
fn institution_table(
    sheet: &mut Worksheet,
    first: u32,
    rows: &[(&str, Vec<usize>)],
    classes: &[&Class],
    styles: &Styles,
) -> Result<(), XlsxError> {
    let labels = classes.iter().map(|class| class.kind.label());
    let headings = ["学校/机构"].into_iter().chain(labels).chain(["合计"]);
    sheet.set_row_height(first, 56)?;
    for (column, heading) in headings.enumerate() {
        sheet.write_string_with_format(first, column_index(column), heading, &styles.heading)?;
    }
    let mut row = first + 1;
    for (name, counts) in rows {
        sheet.write_string_with_format(row, 0, fit_cell(name).as_ref(), &styles.text)?;
        let all = counts.iter().sum();
        for (index, count) in counts.iter().chain([&all]).enumerate() {
            let place = column_index(index + 1);
            sheet.write_number_with_format(row, place, count_value(*count), &styles.count)?;
        }
        row += 1;
    }
    sheet.write_string_with_format(row, 0, "总计", &styles.total_text)?;
    let columns = classes.len() + 1;
    let totals = (0..columns).map(|column| {
        let of = |(_, counts): &(&str, Vec<usize>)| {
            counts.get(column).copied().unwrap_or_else(|| counts.iter().sum())
        };
        rows.iter().map(of).sum::<usize>()
    });
    for (index, total) in totals.enumerate() {
        let place = SheetPlace { row, column: column_index(index + 1) };
        sum(sheet, first + 1, place, total, styles)?;
    }
    Ok(())
}

/// Counts per class of every institution, then of findings about the registry alone.
fn institution_rows<'run>(
    context: &Context<'run>,
    classes: &[&Class],
) -> Vec<(&'run str, Vec<usize>)> {
    let institutions = &context.results.records.institutions;
    let mut counts = vec![vec![0; classes.len()]; institutions.len() + 1];
    let of_registry = institutions.len();
    let slot = |finding: &Finding| {
        let record = finding.record.map(|record| context.results.row(record).0);
        record.map_or(of_registry, |r| (r.institution as usize).min(of_registry))
    };
    for (index, class) in classes.iter().enumerate() {
        for finding in class.findings.iter().filter(|one| !context.results.is_answered(one)) {
            counts[slot(finding)][index] += 1;
        }
    }
    let order = context.institution_order.iter();
    let mut rows: Vec<(&str, Vec<usize>)> =
        order.map(|&i| (institutions[i].name.as_str(), std::mem::take(&mut counts[i]))).collect();
    rows.push(("登记方", std::mem::take(&mut counts[of_registry])));
    rows
}
